"""Calls to homes that belong to no order: planned, made by the rules of every callback, and what comes of them."""
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest

from models.base import moment, now
from models.callback import HouseholdAttempt, HouseholdCall, HouseholdSequel, Policy, Said
from models.callback.household import MOST_AT_ONCE, contact_of
from models.dispatch import Category
from models.errors import DomainError, NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import Classification, Details, WorkOrder
from tests.conftest import MONDAY_MORNING
from tests.models.conftest import HOUR, hire

START = MONDAY_MORNING  # Monday, 9:00 at the estate
TODAY = date(2026, 11, 23)
WELL = Said(overall="satisfied", words="都好")


@pytest.fixture
def known(home: Place, sunqi: User) -> Place:
    """A home that has left a phone with an order."""
    with moment(START - timedelta(days=40)):
        WorkOrder.register_call(home, "角阀滴水", Category.leaf(home.estate, "1002"), by=sunqi, channel="phone",
                                read_back=True, name="王女士", phone="13800001234")
    return home


@pytest.fixture
def call(known: Place, luxia: User) -> HouseholdCall:
    with moment(START):
        [planned] = HouseholdCall.plan([known], "regular", TODAY + timedelta(days=2), by=luxia, note="供暖如何")
    return planned


@contextmanager
def refused(code: str, field: str = "") -> Iterator[None]:
    before = (HouseholdCall.select().count(), HouseholdAttempt.select().count(), Event.select().count())
    with pytest.raises(DomainError) as error:
        yield
    assert error.value.code == code
    assert field in ("", error.value.field)
    assert (HouseholdCall.select().count(), HouseholdAttempt.select().count(), Event.select().count()) == before


def attempt(
    call: HouseholdCall, outcome: str, by: User, at: datetime = START + HOUR, told: Said | None = None,
    agreed_at: datetime | None = None,
) -> HouseholdAttempt:
    with moment(at):
        return HouseholdAttempt.make(call, outcome, by=by, told=told, agreed_at=agreed_at)


def with_a_phone(estate: Estate, name: str, phone: str = "13900005678") -> Place:
    place = Place.named(estate, name)
    WorkOrder.report(place, "灯不亮", by=None, name="李先生", phone=phone)
    return place


# -- planning


def test_a_call_is_planned_for_the_end_of_a_day(call: HouseholdCall, known: Place, luxia: User) -> None:
    assert (call.home, call.why, call.note, call.planned_by) == (known, "regular", "供暖如何", luxia)
    assert call.due_at == datetime(2026, 11, 25, 15, 59)  # 23:59 at the estate
    assert call.number == "HF-20261123-0001"
    assert [event.verb for event in Event.about(call.number)] == ["plan_call"]


@pytest.mark.parametrize("login", ["sunqi", "luxia", "guoqiang", "zhaomin"])
def test_who_talks_to_homes_plans(known: Place, login: str) -> None:
    by = User.get(User.login == login)
    with moment(START):
        assert len(HouseholdCall.plan([known, known], "care", TODAY, by=by)) == 1


@pytest.mark.parametrize("login", ["chenliang", "machunsheng", "yzdb", "admin"])
def test_nobody_else_plans(known: Place, login: str) -> None:
    with moment(START), refused("not_for_you"):
        HouseholdCall.plan([known], "regular", TODAY, by=User.get(User.login == login))


@pytest.mark.parametrize(("why", "due", "code", "field"), [
    ("", TODAY, "household.no_why", "why"), ("fun", TODAY, "household.no_why", "why"),
    ("regular", None, "household.due", "due"), ("regular", TODAY - timedelta(days=1), "household.due", "due"),
    ("regular", TODAY + timedelta(days=91), "household.due", "due"),
])
def test_a_plan_says_what_for_and_by_when(
    known: Place, luxia: User, why: str, due: date | None, code: str, field: str,
) -> None:
    with moment(START), refused(code, field):
        HouseholdCall.plan([known], why, due, by=luxia)


def test_at_least_one_home_and_at_most_fifty(known: Place, luxia: User) -> None:
    some = list(Place.select().where(Place.kind == "home").limit(MOST_AT_ONCE + 1))
    with moment(START):
        with refused("household.none_chosen", "homes"):
            HouseholdCall.plan([], "regular", TODAY, by=luxia)
        with refused("household.too_many", "homes"):
            HouseholdCall.plan(some, "regular", TODAY, by=luxia)


def test_all_homes_are_planned_or_none(known: Place, luxia: User, estate: Estate) -> None:
    with moment(START):
        silent = Place.named(estate, "8栋2单元1504")
        with refused("household.no_phone", "homes"):
            HouseholdCall.plan([known, silent], "regular", TODAY, by=luxia)
        with refused("household.no_home", "homes"):
            HouseholdCall.plan([known, Place.named(estate, "8栋2单元")], "regular", TODAY, by=luxia)


def test_a_home_is_planned_once_at_a_time(call: HouseholdCall, known: Place, luxia: User, zhaomin: User) -> None:
    with moment(START + HOUR):
        with refused("household.planned_already", "homes"):
            HouseholdCall.plan([known], "care", TODAY, by=zhaomin)
        HouseholdAttempt.make(call, "answered", by=luxia, told=WELL)
        assert HouseholdCall.plan([known], "care", TODAY, by=zhaomin)


def test_it_exists_for_nobody_of_another_estate(call: HouseholdCall, known: Place, luxia: User) -> None:
    stranger = hire(Estate.create(code="beichen", name="北辰里"), "fremd", "caller")
    assert HouseholdCall.find(call.id, by=luxia) == call
    with pytest.raises(NotFound):
        HouseholdCall.find(call.id, by=stranger)
    with pytest.raises(NotAllowed):
        HouseholdAttempt.make(call, "answered", by=stranger, told=WELL)
    with moment(START), pytest.raises(NotAllowed):
        HouseholdCall.plan([known], "regular", TODAY, by=stranger)


def test_the_first_due_comes_first(call: HouseholdCall, luxia: User, estate: Estate) -> None:
    with moment(START):
        other = with_a_phone(estate, "8栋2单元1504")
        [sooner] = HouseholdCall.plan([other], "care", TODAY, by=luxia)
        assert list(HouseholdCall.open_of(estate)) == [sooner, call]
        HouseholdAttempt.make(sooner, "later", by=luxia, agreed_at=START + timedelta(days=4))
    assert list(HouseholdCall.open_of(estate)) == [call, sooner]


def test_what_is_not_wanted_is_taken_off(call: HouseholdCall, estate: Estate, sunqi: User, chenliang: User) -> None:
    with refused("text.missing", "drop_why"):
        call.drop(" ", by=sunqi)
    with refused("not_for_you"):
        call.drop("搬走了", by=chenliang)
    call.drop("搬走了", by=sunqi)
    assert (call.outcome, list(HouseholdCall.open_of(estate))) == ("dropped", [])
    with pytest.raises(Stale):
        call.drop("搬走了", by=sunqi)


# -- whom to call


def test_the_contact_is_the_last_a_home_left(known: Place, luxia: User) -> None:
    WorkOrder.report(known, "没留电话", by=None, name="无名")
    contact = contact_of(known, by=luxia)
    assert contact is not None
    assert (contact.name, contact.phone) == ("王女士", "13800001234")
    WorkOrder.report(known, "换了号码", by=None, name="王女士", phone="13811112222")
    contact = contact_of(known, by=luxia)
    assert contact is not None
    assert contact.phone == "13811112222"


def test_a_complainant_is_not_named_to_whom_they_complained_of(home: Place, luxia: User, tangwen: User) -> None:
    WorkOrder.register_call(
        home, "回访员态度差", Category.leaf(home.estate, "9501"), by=tangwen, channel="phone", read_back=True,
        name="王女士", phone="13800001234",
        details=Details(complaint=Classification(cause="attitude", about=luxia, about_department="service")))
    assert contact_of(home, by=luxia) is None
    assert contact_of(home, by=User.get(User.login == "guoqiang")) is not None


def test_the_look_at_a_number_takes_a_reason_and_is_logged(call: HouseholdCall, luxia: User, zhaomin: User) -> None:
    with moment(START):
        with refused("reveal.no_reason"):
            call.reveal("curious", by=luxia)
        assert not call.is_revealed(by=luxia)
        assert call.reveal("call_back", by=luxia).phone == "13800001234"
        assert call.is_revealed(by=luxia)
        assert not call.is_revealed(by=zhaomin)
        event = Event.about(call.number).order_by(Event.id.desc()).first()
        assert (event.verb, event.by, event.detail["reason"]) == ("reveal", luxia, "call_back")
    with moment(START + timedelta(minutes=16)):
        assert not call.is_revealed(by=luxia)


@pytest.mark.parametrize("login", ["sunqi", "guoqiang", "chenliang"])
def test_only_callers_and_the_manager_look_and_call(call: HouseholdCall, login: str) -> None:
    by = User.get(User.login == login)
    with refused("household.not_a_caller"):
        call.reveal("call_back", by=by)
    with refused("household.not_a_caller"):
        attempt(call, "answered", by, told=WELL)


# -- calling


def test_an_answered_call_is_done(call: HouseholdCall, luxia: User) -> None:
    made = attempt(call, "answered", luxia, told=Said(
        overall="fairly", words="还行", scores={"empathy": 4, "response": 2}, need="换门铃", suggestion="多贴通知"))
    call = HouseholdCall.get_by_id(call.id)
    assert (call.outcome, call.done_at, call.calls, call.caller) == ("answered", START + HOUR, 1, luxia)
    assert (call.overall, call.words, made.words) == ("fairly", "还行", "还行")
    assert call.scores == {"response": 2, "empathy": 4}
    assert call.wishes == {"need": "换门铃", "suggestion": "多贴通知"}
    with refused("household.done"):
        attempt(call, "answered", luxia, told=WELL)
    with refused("household.done"):
        call.reveal("call_back", by=luxia)


@pytest.mark.parametrize(("told", "code", "field"), [
    (Said(), "callback.no_overall", "overall"), (Said(overall="superb"), "callback.no_overall", "overall"),
    (Said(overall="satisfied", scores={"empathy": 6}), "callback.score", "empathy"),
    (Said(overall="satisfied", scores={"plan": 3}), "callback.score", "scores"),
    (Said(overall="dissatisfied"), "household.why_low", "grievance"),
    (Said(overall="satisfied", need="长" * 2001), "text.too_long", "need"),
])
def test_an_answer_says_how_satisfied_and_the_dissatisfied_with_what(
    call: HouseholdCall, luxia: User, told: Said, code: str, field: str,
) -> None:
    with refused(code, field):
        attempt(call, "answered", luxia, told=told)
    assert HouseholdCall.get_by_id(call.id).done_at is None


def test_a_call_ends_somehow(call: HouseholdCall, luxia: User) -> None:
    with refused("callback.no_outcome", "outcome"):
        attempt(call, "sung", luxia)


def test_who_would_not_talk_is_not_called_again(call: HouseholdCall, luxia: User) -> None:
    attempt(call, "refused", luxia)
    assert (call.outcome, call.done_at) == ("declined", START + HOUR)


def test_who_asked_for_another_time_is_called_then(call: HouseholdCall, luxia: User) -> None:
    with refused("callback.agreed_when", "agreed_at"):
        attempt(call, "later", luxia)
    agreed = START + timedelta(days=3)
    attempt(call, "later", luxia, agreed_at=agreed)
    assert (call.agreed_at, call.due_at, call.done_at, call.next_call.left) == (agreed, agreed, None, 3)


def test_after_as_many_calls_in_vain_as_the_policy_wants_it_is_done(call: HouseholdCall, luxia: User) -> None:
    for n, outcome in enumerate(("no_answer", "busy_off", "wrong_no"), 1):
        assert call.done_at is None
        attempt(call, outcome, luxia, START + n * HOUR)
        assert call.next_call.left == 3 - n
    assert (call.outcome, call.done_at) == ("unreached", START + 3 * HOUR)


@pytest.fixture
def usual(estate: Estate) -> None:
    """The estate's usual policy: 9 to 12 and 14 to 20, three calls in two windows two hours apart."""
    Policy.update(ended_at=now()).where(Policy.estate == estate).execute()


@pytest.mark.usefixtures("usual")
def test_nobody_is_rung_up_out_of_hours_or_too_soon_again(call: HouseholdCall, luxia: User) -> None:
    with refused("callback.outside_hours", "outcome"):
        attempt(call, "no_answer", luxia, START + 4 * HOUR)  # 13:00
    attempt(call, "no_answer", luxia, START + HOUR)
    with refused("callback.too_soon", "outcome"):
        attempt(call, "no_answer", luxia, START + 2 * HOUR)
    attempt(call, "no_answer", luxia, START + HOUR * 2.99 + HOUR * 0.01)  # 12:00 is still within
    with refused("callback.outside_hours"):
        attempt(call, "no_answer", luxia, START + 13 * HOUR)


@pytest.mark.usefixtures("usual")
def test_the_last_call_is_made_at_another_hour(call: HouseholdCall, luxia: User) -> None:
    attempt(call, "wrong_no", luxia, START + HOUR)
    attempt(call, "wrong_no", luxia, START + 1.5 * HOUR)
    with refused("callback.same_slot", "outcome"):
        attempt(call, "wrong_no", luxia, START + 2 * HOUR)
    attempt(call, "wrong_no", luxia, START + 6 * HOUR)
    assert call.outcome == "unreached"


@pytest.mark.usefixtures("usual")
def test_at_the_time_they_asked_for_they_are_rung_up_at_any_hour(call: HouseholdCall, luxia: User) -> None:
    agreed = START + 12.5 * HOUR  # 21:30
    attempt(call, "later", luxia, agreed_at=agreed)
    attempt(call, "no_answer", luxia, agreed + HOUR / 4)
    assert call.calls == 2


def test_of_two_callers_at_once_one_records_it(call: HouseholdCall, luxia: User, zhaomin: User) -> None:
    same = HouseholdCall.get_by_id(call.id)
    attempt(call, "answered", luxia, told=WELL)
    with refused("household.done"):
        attempt(same, "answered", zhaomin, told=WELL)


def test_a_call_in_vain_seen_late_is_counted_on_what_is(call: HouseholdCall, luxia: User, zhaomin: User) -> None:
    same = HouseholdCall.get_by_id(call.id)
    attempt(call, "no_answer", luxia)
    attempt(same, "busy_off", zhaomin, START + 2 * HOUR)
    assert HouseholdCall.get_by_id(call.id).calls == 2


# -- what comes of it


def test_each_wish_becomes_an_order_of_its_own_once(
    call: HouseholdCall, known: Place, luxia: User, sunqi: User,
) -> None:
    attempt(call, "answered", luxia, told=Said(overall="dissatisfied", need="换门铃", grievance="电梯老坏"))
    order = HouseholdSequel.make(call, "grievance", by=luxia).order
    assert (order.state, order.text, order.place, order.reported_by) == ("reported", "电梯老坏", known, luxia)
    assert order.owner is not None
    assert (order.owner.name, order.owner.phone) == ("王女士", "13800001234")
    other = HouseholdSequel.make(call, "need", by=sunqi).order
    assert call.raised == {"grievance": order, "need": other}
    with pytest.raises(Stale, match="raised_already"):
        HouseholdSequel.make(call, "need", by=sunqi)
    with pytest.raises(Refused, match="no_such_wish"):
        HouseholdSequel.make(call, "suggestion", by=sunqi)
    assert Event.first_broken() is None


def test_a_call_still_open_has_said_nothing(call: HouseholdCall, luxia: User, chenliang: User) -> None:
    with pytest.raises(Refused, match="no_such_wish"):
        HouseholdSequel.make(call, "need", by=luxia)
    attempt(call, "answered", luxia, told=Said(overall="satisfied", need="换门铃"))
    with pytest.raises(NotAllowed):
        HouseholdSequel.make(call, "need", by=chenliang)


def test_who_left_a_phone_meanwhile_is_not_shown_by_a_look_at_somebody_else(
    call: HouseholdCall, known: Place, luxia: User, sunqi: User,
) -> None:
    call.reveal("call_back", by=luxia)
    assert call.is_revealed(by=luxia)
    WorkOrder.register_call(known, "门铃不响", Category.leaf(known.estate, "1002"), by=sunqi, channel="phone",
                            read_back=True, name="孟女士", phone="13800009999")
    assert not call.is_revealed(by=luxia)
