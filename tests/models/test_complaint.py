"""The complaint: its class decides its limits, a plan comes before the remedy, nobody it is about has a hand in it."""
from datetime import timedelta

import pytest

from models.base import moment, now
from models.callback import Attempt, Said
from models.dispatch import Category, Firm
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import (
    Assignment,
    Classification,
    Complaint,
    Details,
    FollowUp,
    HandOver,
    Hold,
    Inspection,
    Load,
    Merge,
    Neighbourhood,
    Reveal,
    Shortlist,
    Void,
    WorkOrder,
)
from models.work_order.lists import counts, found, page
from tests.models.conftest import hire, stored, traces, verbs_of

ABOUT_ENGINEERING = Classification(grade="important", cause="quality", about_department="engineering")
HIDDEN = ABOUT_ENGINEERING._replace(hidden=True)


@pytest.fixture
def complaint(home: Place, estate: Estate, sunqi: User) -> WorkOrder:
    """Registered and not yet classified: slow handling, an ordinary complaint."""
    return WorkOrder.register_call(home, "报修没人管", Category.leaf(estate, "9502"), by=sunqi, channel="phone",
                                   name="王女士", phone="13800001234", read_back=True)


@pytest.fixture
def linyue(stage: object) -> User:
    """Supervisor and desk, of the service department."""
    found: User = User.get(User.login == "linyue")
    return found


@pytest.fixture
def classified(complaint: WorkOrder, sunqi: User) -> WorkOrder:
    Complaint.classify(complaint, ABOUT_ENGINEERING, by=sunqi)
    return complaint


@pytest.fixture
def working(classified: WorkOrder, sunqi: User, tangwen: User) -> WorkOrder:
    classified.assign(tangwen, by=sunqi)
    classified.accept(by=tangwen)
    classified.arrive(by=tangwen)
    return classified


def agree(order: WorkOrder, by: User) -> None:
    Complaint.make_plan(order, "上门致歉并返工", agreed=True, agreed_at=now(), by=by)


# -- its class


@pytest.mark.parametrize(("grade", "priority", "limit"), [
    ("ordinary", "P2", "C1"), ("important", "P1", "C2"), ("major", "P0", "C3")])
def test_the_class_decides_priority_and_limits(
    complaint: WorkOrder, sunqi: User, grade: str, priority: str, limit: str,
) -> None:
    at = now() + timedelta(hours=1)
    with moment(at):
        Complaint.classify(complaint, ABOUT_ENGINEERING._replace(grade=grade), by=sunqi)
    order = stored(complaint)
    assert (order.priority, order.limit.code, order.complaint.grade) == (priority, limit, grade)
    counted_from = order.registered_at if grade == "ordinary" else at
    assert order.complete_due == order.limit.promise(counted_from).complete


def test_an_ordinary_complaint_keeps_its_limits_when_it_is_called_ordinary_again(
    complaint: WorkOrder, sunqi: User,
) -> None:
    due = complaint.complete_due
    Complaint.classify(complaint, ABOUT_ENGINEERING._replace(grade="ordinary"), by=sunqi)
    assert stored(complaint).complete_due == due


def test_the_desk_cannot_give_a_complaint_another_priority_than_its_class(
    home: Place, estate: Estate, sunqi: User,
) -> None:
    with pytest.raises(Refused, match=r"complaint\.grade_decides") as refused:
        WorkOrder.register_call(home, "没人管", Category.leaf(estate, "9502"), by=sunqi, channel="phone",
                                priority="P0", read_back=True, details=Details(priority_reason="急"))
    assert refused.value.field == "priority"


def test_a_complaint_is_not_prioritized(complaint: WorkOrder, sunqi: User) -> None:
    with pytest.raises(NotAllowed, match="not_for_this_kind"):
        complaint.prioritize("P0", "急", by=sunqi)


def test_an_order_that_is_no_complaint_is_neither_classified_nor_planned(
    registered_order: WorkOrder, sunqi: User,
) -> None:
    with pytest.raises(NotAllowed, match="not_for_this_kind"):
        Complaint.classify(registered_order, ABOUT_ENGINEERING, by=sunqi)


@pytest.mark.parametrize(("facts", "code", "field"), [
    ({"grade": "awful"}, "complaint.no_grade", "grade"),
    ({"cause": "weather"}, "complaint.no_cause", "cause"),
    ({"cause": "other"}, "text.missing", "cause_words"),
    ({"about_department": ""}, "complaint.no_department", "about_department"),
])
def test_a_classification_that_says_too_little_is_refused(
    complaint: WorkOrder, sunqi: User, facts: dict[str, str], code: str, field: str,
) -> None:
    before = traces(complaint)
    with pytest.raises(Refused, match=code) as refused:
        Complaint.classify(complaint, ABOUT_ENGINEERING._replace(**facts), by=sunqi)
    assert refused.value.field == field
    assert traces(complaint) == before


def test_a_person_brings_their_department(complaint: WorkOrder, sunqi: User, chenliang: User) -> None:
    Complaint.classify(complaint, Classification(cause="attitude", about_department="order", about=chenliang), by=sunqi)
    assert stored(complaint).complaint.about_department == "engineering"


def test_a_complaint_about_somebody_of_elsewhere_is_refused(complaint: WorkOrder, sunqi: User) -> None:
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", "technician")
    with pytest.raises(Refused, match=r"complaint\.not_of_the_staff"):
        Complaint.classify(complaint, ABOUT_ENGINEERING._replace(about=stranger), by=sunqi)


def test_the_history_says_from_which_class_to_which(complaint: WorkOrder, sunqi: User) -> None:
    Complaint.classify(complaint, ABOUT_ENGINEERING._replace(grade="major"), by=sunqi)
    told = list(Event.about(complaint.number))[-1]
    assert (told.verb, told.detail["was_grade"], told.detail["grade"]) == ("classify", "ordinary", "major")
    assert (told.detail["was_priority"], told.detail["priority"]) == ("P2", "P0")


# -- whom it may be given to


def test_it_is_given_to_nobody_before_it_says_whom_it_is_about(
    complaint: WorkOrder, sunqi: User, tangwen: User,
) -> None:
    with pytest.raises(Refused, match=r"complaint\.unclassified"):
        complaint.assign(tangwen, by=sunqi)


def test_it_belongs_to_the_desk_and_those_above_it(classified: WorkOrder, sunqi: User, chenliang: User) -> None:
    with pytest.raises(Refused, match=r"assign\.not_a_technician"):
        classified.assign(chenliang, by=sunqi)
    assert {one.login for one in Shortlist(classified).candidates()} == {
        "sunqi", "tangwen", "linyue", "zhaomin", "guoqiang", "renmei"}


def test_a_supervisor_of_the_department_it_is_about_never_gets_it(
    classified: WorkOrder, sunqi: User, heguangjun: User, guoqiang: User,
) -> None:
    with pytest.raises(Refused, match=r"complaint\.about_them"):
        classified.assign(heguangjun, by=sunqi)
    classified.assign(guoqiang, by=sunqi)
    assert stored(classified).assignee == guoqiang


def test_it_cannot_turn_out_to_be_about_who_holds_it(working: WorkOrder, zhaomin: User) -> None:
    before = traces(working)
    with pytest.raises(Refused, match=r"complaint\.held_by_them"):
        Complaint.classify(working, ABOUT_ENGINEERING._replace(about_department="service"), by=zhaomin)
    assert traces(working) == before


@pytest.mark.parametrize("state", ["finished", "rework", "calling"])
def test_whoever_it_is_about_neither_inspects_nor_calls(
    working: WorkOrder, tangwen: User, heguangjun: User, estate: Estate, state: str,
) -> None:
    caller = hire(estate, "other-caller", "caller")
    User.update(department="engineering").where(User.id == caller.id).execute()
    WorkOrder.update(state=state).where(WorkOrder.id == working.id).execute()
    order = stored(working)
    for verb, person in (("pass", heguangjun), ("reject", heguangjun), ("call", User.get_by_id(caller.id))):
        refusal = order.refusal(verb, person)
        assert isinstance(refusal, NotAllowed)
        assert refusal.code == "complaint.about_you"


# -- the plan before the remedy


def test_it_is_not_finished_before_the_owner_agreed_to_a_plan(working: WorkOrder, tangwen: User) -> None:
    with pytest.raises(Refused, match=r"complaint\.no_plan"):
        working.finish("已致歉", by=tangwen, summary="业主接受")
    Complaint.make_plan(working, "上门致歉", agreed=False, agreed_at=None, by=tangwen)
    with pytest.raises(Refused, match=r"complaint\.no_plan"):
        working.finish("已致歉", by=tangwen, summary="业主接受")
    assert stored(working).state == "working"


def test_it_is_finished_with_remedy_and_summary_and_without_photos(working: WorkOrder, tangwen: User) -> None:
    agree(working, tangwen)
    with pytest.raises(Refused, match=r"text\.missing") as refused:
        working.finish("已致歉", by=tangwen)
    assert refused.value.field == "summary"
    working.finish("已致歉", by=tangwen, summary="业主接受")
    assert (stored(working).state, stored(working).complaint.summary) == ("finished", "业主接受")
    assert working.callback.exemption is None


def test_a_plan_says_when_the_owner_agreed(working: WorkOrder, tangwen: User) -> None:
    for at in (None, now() + timedelta(hours=1)):
        with pytest.raises(Refused, match=r"complaint\.agreed_when"):
            Complaint.make_plan(working, "上门致歉", agreed=True, agreed_at=at, by=tangwen)
    assert verbs_of(working)[-1] == "arrive"


def test_a_complaint_goes_the_whole_way(working: WorkOrder, tangwen: User, guoqiang: User, luxia: User) -> None:
    agree(working, tangwen)
    working.finish("已致歉", by=tangwen, summary="业主接受")
    Inspection.pass_work(working, {}, by=guoqiang)
    Attempt.make(working, "answered", by=luxia, told=Said(solved="yes", overall="satisfied"))
    assert verbs_of(working) == ["register", "classify", "assign", "accept", "arrive", "plan", "finish", "pass", "call",
                                 "close"]


# -- who sees the complainant


def test_a_hidden_complaint_does_not_exist_for_the_department_it_is_about(
    complaint: WorkOrder, sunqi: User, heguangjun: User, guoqiang: User,
) -> None:
    Complaint.classify(complaint, HIDDEN, by=sunqi)
    with pytest.raises(NotFound):
        WorkOrder.find(complaint.number, by=heguangjun)
    assert found("报修没人管", heguangjun) == []
    assert page("registered", heguangjun)[0] == []
    assert counts(heguangjun)["registered"] == 0
    assert WorkOrder.find(complaint.number, by=guoqiang) == complaint
    assert counts(guoqiang)["registered"] == 1


def test_the_person_does_not_find_it_in_another_department_either(
    complaint: WorkOrder, sunqi: User, heguangjun: User,
) -> None:
    Complaint.classify(complaint, HIDDEN._replace(about=heguangjun), by=sunqi)
    User.update(department="order").where(User.id == heguangjun.id).execute()
    with pytest.raises(NotFound):
        WorkOrder.find(complaint.number, by=User.get_by_id(heguangjun.id))


def test_a_complaint_that_is_not_hidden_is_seen_by_them_but_its_phone_never_revealed(
    classified: WorkOrder, heguangjun: User, guoqiang: User,
) -> None:
    order = WorkOrder.find(classified.number, by=heguangjun)
    with pytest.raises(NotAllowed, match=r"complaint\.about_you"):
        Reveal.make(order, "clarify", by=heguangjun)
    Reveal.make(stored(classified), "clarify", by=guoqiang)


def test_a_complaint_hidden_at_the_desk_is_hidden_from_its_first_moment(
    home: Place, estate: Estate, sunqi: User, heguangjun: User,
) -> None:
    order = WorkOrder.register_call(home, "别说是我", Category.leaf(estate, "9501"), by=sunqi, channel="box",
                                    read_back=True, details=Details(complaint=HIDDEN))
    assert not WorkOrder.seen_by(heguangjun).where(WorkOrder.id == order.id).exists()


def test_a_hidden_complaint_is_in_no_list_of_holds_and_no_load_of_theirs(
    working: WorkOrder, tangwen: User, zhaomin: User, heguangjun: User, guoqiang: User,
) -> None:
    Complaint.classify(working, HIDDEN, by=zhaomin)
    Hold.ask(working, "owner", now() + timedelta(days=1), by=tangwen)
    assert (Hold.standing(heguangjun), len(Hold.standing(guoqiang))) == ([], 1)
    for viewer, many in ((heguangjun, 0), (guoqiang, 1)):
        load = next(one for one in Load.of_estate(working.estate, by=viewer) if one.login == "tangwen")
        assert (load.total, len(Load.orders(working.estate, tangwen, "working", by=viewer))) == (many, many)


def test_a_hidden_complaint_is_near_nothing_they_take(complaint: WorkOrder, sunqi: User, zhaomin: User) -> None:
    def near(by: User) -> list[str]:
        return [one.number for one in Neighbourhood(complaint.place, complaint.category, by=by).orders()]

    assert near(sunqi) == [complaint.number]
    Complaint.classify(complaint, HIDDEN._replace(about_department="service"), by=zhaomin)
    assert (near(sunqi), near(zhaomin)) == ([], [complaint.number])


def test_a_hidden_complaint_is_not_named_on_the_page_of_another_order(
    complaint: WorkOrder, home: Place, estate: Estate, sunqi: User, zhaomin: User,
) -> None:
    again = WorkOrder.register_call(home, "还是没人管", Category.leaf(estate, "9502"), by=sunqi, channel="phone",
                                    read_back=True)
    merged = WorkOrder.report(home, "没人管", by=None)
    Merge.into(merged, complaint, by=sunqi)
    Merge.into(WorkOrder.report(home, "催了三次", by=None), again, by=sunqi)
    Complaint.classify(complaint, HIDDEN._replace(about_department="service"), by=zhaomin)
    hers, his = FollowUp(again, by=sunqi), FollowUp(again, by=zhaomin)
    assert ([one.number for one in hers.earlier], hers.names(complaint.number)) == ([], False)
    assert ([one.number for one in his.earlier], his.names(complaint.number)) == ([complaint.number], True)
    assert (FollowUp(stored(merged), by=sunqi).main, FollowUp(stored(merged), by=zhaomin).main) == (None, complaint)
    assert len(hers.merged) == len(his.merged) == 1


def test_what_goes_on_in_a_hidden_complaint_takes_no_further_order_of_theirs(
    complaint: WorkOrder, home: Place, sunqi: User, zhaomin: User,
) -> None:
    merged, later = (WorkOrder.report(home, "没人管", by=None) for _ in range(2))
    Merge.into(merged, complaint, by=sunqi)
    Complaint.classify(complaint, HIDDEN._replace(about_department="service"), by=zhaomin)
    with pytest.raises(Refused, match=r"merge\.unknown") as refused:
        Merge.into(later, merged, by=sunqi)
    assert refused.value.facts["number"] == merged.number
    assert stored(later).state == "reported"


def test_a_first_contact_hands_over_nothing_that_is_hidden_from_them(
    complaint: WorkOrder, sunqi: User, tangwen: User, zhaomin: User,
) -> None:
    Complaint.classify(complaint, HIDDEN._replace(about_department="service"), by=zhaomin)
    with pytest.raises(Stale, match=r"hand_over\.moved_on"):
        HandOver.give_all([complaint.number], tangwen, "交班", by=sunqi)
    assert stored(complaint).first_contact == sunqi


def test_the_emergency_team_is_not_called_for_a_major_complaint(
    complaint: WorkOrder, sunqi: User, chenliang: User,
) -> None:
    Complaint.classify(complaint, ABOUT_ENGINEERING._replace(grade="major", about_department="management"), by=sunqi)
    assert stored(complaint).priority == "P0"
    assert not WorkOrder.seen_by(chenliang).exists()


# -- every other way into somebody's hands


def test_a_complaint_goes_to_no_firm(classified: WorkOrder, estate: Estate, sunqi: User) -> None:
    assert Shortlist(classified).firms == []
    before = traces(classified)
    with pytest.raises(Refused, match=r"complaint\.not_for_firms"):
        classified.assign(Firm.select().where(Firm.estate == estate).get(), by=sunqi, why="外包也行")
    assert traces(classified) == before


def test_a_complaint_is_grabbed_by_nobody(home: Place, burst_pipe: Category, sunqi: User, chenliang: User) -> None:
    Category.update(may_grab=True).where(Category.id == burst_pipe.id).execute()
    order = WorkOrder.register_call(home, "水管修坏了", Category.get_by_id(burst_pipe.id), by=sunqi, channel="phone",
                                    kind="complaint", read_back=True)
    assert not WorkOrder.seen_by(chenliang).exists()
    with pytest.raises(NotAllowed, match=r"grab\.not_for_you"):
        Assignment.grab(order, by=chenliang)


def test_a_rule_gives_a_complaint_to_nobody_before_it_says_whom_it_is_about(
    home: Place, estate: Estate, sunqi: User,
) -> None:
    Category.update(auto_assign=True).where(Category.code == "9502").execute()
    order = WorkOrder.register_call(home, "没人管", Category.leaf(estate, "9502"), by=sunqi, channel="phone",
                                    read_back=True)
    assert (order.state, verbs_of(order)[-1]) == ("registered", "unassigned")


def test_whoever_it_is_about_does_not_make_it_end(
    complaint: WorkOrder, home: Place, sunqi: User, zhaomin: User, linyue: User,
) -> None:
    other = WorkOrder.report(home, "没人管", by=None)
    Complaint.classify(complaint, ABOUT_ENGINEERING._replace(about_department="service"), by=zhaomin)
    Void.ask(complaint, "withdrawn", "业主说算了", by=sunqi)
    before = traces(complaint)
    for end in (lambda: Merge.into(complaint, other, by=sunqi), lambda: Void.confirm(complaint, by=linyue)):
        with pytest.raises(NotAllowed, match=r"complaint\.about_you"):
            end()
    assert traces(complaint) == before


# -- classified while its clock stands still


def test_classified_during_a_hold_it_gets_its_whole_promise_when_that_is_over(
    working: WorkOrder, tangwen: User, guoqiang: User, zhaomin: User,
) -> None:
    start = now()
    with moment(start):
        Hold.ask(working, "owner", start + timedelta(days=9), by=tangwen)
        Hold.approve(working, by=guoqiang)
    with moment(start + timedelta(days=2)):
        Complaint.classify(working, ABOUT_ENGINEERING._replace(grade="major"), by=zhaomin)
    over = start + timedelta(days=4)
    with moment(over):
        Hold.resume(working, by=tangwen)
    order = stored(working)
    assert order.complete_due == order.limit.promise(over).complete
