"""What a home told us once is shown to everyone who talks to them next, as far as it exists for them."""
from datetime import datetime, time, timedelta

import pytest

from models.base import moment, now
from models.callback import (
    Attempt,
    Conversation,
    HouseholdAttempt,
    HouseholdCall,
    HouseholdSequel,
    Rating,
    Said,
    Sequel,
)
from models.callback.conversation import Line, care_of
from models.callback.rounds import rounds_of
from models.dispatch import Category
from models.place import Place
from models.user import User
from models.work_order import (
    Appointment,
    CareNote,
    Classification,
    Details,
    Reopening,
    Talk,
    Urge,
    WorkOrder,
)
from tests.models.conftest import HOUR, hire


def earlier(home: Place, by: User, text: str = "上个月马桶漏水", code: str = "1002", **more: object) -> WorkOrder:
    """Another order of that home."""
    details = Details(complaint=more.pop("complaint", None))  # type: ignore[arg-type]
    return WorkOrder.register_call(
        home, text, Category.leaf(home.estate, code), by=by, channel="phone", read_back=True, details=details,
        name="李小明", phone="13900005678", **more)  # type: ignore[arg-type]


def lines(order: WorkOrder, by: User) -> list[Line]:
    conversation = Conversation.of(order, by=by)
    assert conversation is not None
    return conversation.lines


def test_all_that_was_said_with_a_home_the_newest_first(
    calling_order: WorkOrder, home: Place, sunqi: User, luxia: User, chenliang: User, tangwen: User,
) -> None:
    start = now()
    steps = [
        lambda: earlier(home, sunqi),
        lambda: Urge.make(calling_order, "还没来吗", by=sunqi, name="王小花", phone="13800001234"),
        lambda: Talk.note(calling_order, "phone", "白天家里没人", by=tangwen),
        lambda: Attempt.make(calling_order, "later", by=luxia, agreed_at=start + 9 * HOUR),
        lambda: Attempt.make(calling_order, "answered", by=luxia, told=Said(
            "yes", "fairly", "修好了", need="想换门铃", suggestion="早点来")),
        lambda: Reopening.make(calling_order, "again", "又漏了", by=None),
    ]
    for n, step in enumerate(steps, 1):
        with moment(start + n * HOUR):
            step()
    told = lines(calling_order, sunqi)
    assert [(line.what, line.owner, line.by, line.words) for line in told] == [
        ("reopen", "王女士", "", "又漏了"),
        ("call", "王女士", luxia.name, "修好了"),
        ("call", "王女士", luxia.name, ""),
        ("talk", "王女士", tangwen.name, "白天家里没人"),
        ("urge", "王**", sunqi.name, "还没来吗"),
        ("report", "李**", sunqi.name, "上个月马桶漏水"),
    ]
    answered, later, talk = told[1], told[2], told[3]
    assert (answered.way, answered.solved, answered.overall) == ("answered", "yes", "fairly")
    assert answered.wishes == {"need": "想换门铃", "suggestion": "早点来"}
    assert (later.way, later.when, talk.way) == ("later", start + 9 * HOUR, "phone")
    assert [line.at for line in told] == sorted((line.at for line in told), reverse=True)


def test_agreed_times_and_ratings_are_told_too(
    accepted_order: WorkOrder, home: Place, sunqi: User, chenliang: User,
) -> None:
    day = home.estate.local(now()).date() + timedelta(days=1)
    at = home.estate.utc(datetime.combine(day, time(10)))
    Appointment.reschedule(accepted_order, at, "owner_away", by=chenliang, agreed=True, note="明早在家")
    [line] = lines(accepted_order, sunqi)
    assert (line.what, line.when, line.words, line.by) == ("appointment", at, "明早在家", chenliang.name)


def test_a_rating_from_a_doubtful_phone_is_told_with_the_doubt(
    finished_order: WorkOrder, sunqi: User, chenliang: User,
) -> None:
    Rating.give(finished_order, Said("yes", "satisfied", "很好", need="换灯"), address="", signed_in=chenliang)
    [line] = lines(finished_order, sunqi)
    assert (line.what, line.by, line.flagged, line.wishes) == ("rating", "", True, {"need": "换灯"})


def test_calls_that_belong_to_no_order_are_among_them(
    calling_order: WorkOrder, home: Place, luxia: User, sunqi: User, chenliang: User,
) -> None:
    [call] = HouseholdCall.plan([home], "regular", home.estate.local(now()).date(), by=luxia)
    HouseholdAttempt.make(call, "answered", by=luxia, told=Said(overall="satisfied", words="都好", need="修路灯"))
    [line] = lines(calling_order, sunqi)
    assert (line.what, line.way, line.overall, line.words) == ("round", "answered", "satisfied", "都好")
    assert (line.wishes, line.by) == ({"need": "修路灯"}, luxia.name)
    assert lines(calling_order, chenliang) == []  # who repairs is told what was said about the work


def test_phones_in_the_words_are_masked(working_order: WorkOrder, sunqi: User) -> None:
    Talk.note(working_order, "phone", "打他爱人 139 1234 5678，单号 GD-20261123-0001", by=sunqi)
    assert lines(working_order, sunqi)[0].words == "打他爱人 139 **** 5678，单号 GD-20261123-0001"


def test_what_is_older_than_the_last_months_is_not_asked_about_any_more(
    working_order: WorkOrder, home: Place, sunqi: User,
) -> None:
    with moment(now() - timedelta(days=181)):
        earlier(home, sunqi, "很久以前")
    with moment(now() - timedelta(days=179)):
        earlier(home, sunqi, "半年内")
    assert [line.words for line in lines(working_order, sunqi)] == ["半年内"]


def test_another_home_says_nothing_here(working_order: WorkOrder, sunqi: User) -> None:
    earlier(Place.named(working_order.estate, "8栋2单元1504"), sunqi)
    assert lines(working_order, sunqi) == []


def test_at_a_public_place_each_order_stands_alone(home: Place, sunqi: User) -> None:
    gate = Place.named(home.estate, "南门岗")
    first, second = earlier(gate, sunqi, "道闸坏了"), earlier(gate, sunqi, "灯不亮")
    Talk.note(first, "counter", "讲了道闸", by=sunqi)
    assert [line.words for line in lines(first, sunqi)] == ["讲了道闸"]
    assert lines(second, sunqi) == []
    assert Conversation.at(gate, by=sunqi) is None


# -- who may read it


@pytest.mark.parametrize(("login", "may"), [
    ("sunqi", True), ("luxia", True), ("guoqiang", True), ("zhaomin", True), ("chenliang", True), ("xuwei", False),
    ("machunsheng", False), ("yzdb", False), ("admin", False),
])
def test_who_talks_with_owners_reads_it(working_order: WorkOrder, login: str, may: bool) -> None:
    assert (Conversation.of(working_order, by=User.get(User.login == login)) is not None) == may


def test_a_home_is_read_by_who_talks_to_homes(home: Place, sunqi: User, chenliang: User, luxia: User) -> None:
    earlier(home, sunqi)
    for person in (sunqi, luxia):
        conversation = Conversation.at(home, by=person)
        assert conversation is not None
        assert [line.words for line in conversation.lines] == ["上个月马桶漏水"]
    assert Conversation.at(home, by=chenliang) is None


@pytest.mark.parametrize("hidden", [True, False])
def test_a_complaint_is_not_told_to_whom_it_is_about(
    working_order: WorkOrder, home: Place, sunqi: User, tangwen: User, hidden: bool,
) -> None:
    guard = hire(home.estate, "guard", "supervisor")
    User.update(department="order").where(User.id == guard.id).execute()
    guard = User.get_by_id(guard.id)
    complaint = earlier(home, tangwen, "保安吼人", "9501", complaint=Classification(
        cause="attitude", about_department="order", hidden=hidden))
    Talk.note(complaint, "phone", "别说是我讲的", by=tangwen)
    assert [line.words for line in lines(working_order, sunqi)] == ["别说是我讲的", "保安吼人"]
    assert lines(working_order, guard) == []
    assert Conversation.of(complaint, by=guard) is None
    at_home = Conversation.at(home, by=guard)
    assert at_home is not None
    assert [line.order for line in at_home.lines] == [working_order.number]


def test_what_became_a_hidden_complaint_is_not_told_where_it_was_said(
    calling_order: WorkOrder, home: Place, luxia: User, sunqi: User, tangwen: User, chenliang: User,
) -> None:
    guard = hire(home.estate, "guard", "supervisor", "caller")
    User.update(department="order").where(User.id == guard.id).execute()
    guard = User.get_by_id(guard.id)
    said = Said("yes", "satisfied", need="换门铃", grievance="保安吼我")
    Attempt.make(calling_order, "answered", by=luxia, told=said)
    [call] = HouseholdCall.plan([home], "regular", home.estate.local(now()).date(), by=luxia)
    HouseholdAttempt.make(call, "answered", by=luxia, told=Said(overall="satisfied", grievance="保安又吼我"))
    [answer] = calling_order.callback.answers
    made = (Sequel.take_up(calling_order, answer, "grievance", by=sunqi).order,
            HouseholdSequel.make(call, "grievance", by=sunqi).order)

    def told(by: User) -> set[str]:
        at_home = Conversation.at(home, by=by)
        wishes = [one.wishes for round in rounds_of(calling_order, by=by) for one in round.answers]
        return {text for one in [*wishes, *(line.wishes for line in (at_home.lines if at_home else []))]
                for text in one.values()}

    assert told(guard) == told(sunqi) == {"换门铃", "保安吼我", "保安又吼我"}
    assert told(chenliang) == {"换门铃"}  # who is sent there hears of no complaint
    for order in made:
        order.register(Category.leaf(home.estate, "9501"), by=tangwen, read_back=True, details=Details(
            complaint=Classification(cause="attitude", about_department="order", hidden=True)))
    assert told(guard) == {"换门铃"}
    assert told(sunqi) == {"换门铃", "保安吼我", "保安又吼我"}


def test_who_is_sent_there_is_told_what_was_said_about_the_works_and_no_complaint(
    working_order: WorkOrder, home: Place, sunqi: User, tangwen: User, chenliang: User,
) -> None:
    repair = earlier(home, sunqi, "上个月马桶漏水")
    earlier(home, tangwen, "嫌来得慢", "9502", complaint=Classification(cause="delay", about_department="service"))
    conversation = Conversation.of(working_order, by=chenliang)
    assert conversation is not None
    assert [line.words for line in conversation.lines] == ["上个月马桶漏水"]
    assert conversation.named == {working_order.number}  # the other order does not exist for them
    office = Conversation.of(working_order, by=sunqi)
    assert office is not None
    assert repair.number in office.named


def test_who_comes_from_a_firm_is_told_only_of_what_is_theirs(
    registered_order: WorkOrder, home: Place, sunqi: User,
) -> None:
    earlier(home, sunqi, "上个月马桶漏水")
    vendor = User.get(User.login == "v-dianti")
    registered_order.assign(vendor, by=sunqi, why="原厂")
    registered_order.accept(by=vendor)
    Talk.note(registered_order, "phone", "约好了", by=vendor)
    assert [line.words for line in lines(registered_order, vendor)] == ["约好了"]


def test_a_copy_for_the_phone_holds_what_belongs_to_the_order_alone(
    working_order: WorkOrder, home: Place, sunqi: User, chenliang: User,
) -> None:
    earlier(home, sunqi)
    Talk.note(working_order, "phone", "四点后在家", by=chenliang)
    copy = Conversation.of(working_order, by=chenliang, only_order=True)
    assert copy is not None
    assert [line.words for line in copy.lines] == ["四点后在家"]


def test_the_care_note_goes_with_the_order_and_not_to_whom_it_complains_of(
    working_order: WorkOrder, home: Place, sunqi: User, tangwen: User, chenliang: User,
) -> None:
    note = CareNote.write(home, ["elderly"], "", consent=True, by=sunqi)
    assert care_of(working_order, by=chenliang) == note
    complaint = earlier(home, tangwen, "客服态度差", "9501", complaint=Classification(
        cause="attitude", about_department=sunqi.department))
    assert care_of(complaint, by=sunqi) is None
    gate = WorkOrder.report(Place.named(home.estate, "南门岗"), "灯不亮", by=None)
    assert care_of(gate, by=sunqi) is None
