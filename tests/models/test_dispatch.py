"""By rule, by being faster, by giving back and handing over: how an order comes into somebody's hands."""
from datetime import date, datetime, timedelta

import pytest

from models.base import moment, now
from models.dispatch import Category, Firm, Shift
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import Appointment, Assignment, Classification, Details, Load, Transfer, WorkOrder
from models.work_order.lists import counts, page
from models.work_order.load import firm_figures
from tests.conftest import MONDAY_MORNING
from tests.models.conftest import carry_out, hire, stored, traces, verbs_of
from tests.models.test_concurrency import one_wins

MONDAY = date(2026, 11, 23)
NIGHT = datetime(2026, 11, 23, 15, 0)  # 23:00 in Asia/Shanghai
AFTER_MIDNIGHT = datetime(2026, 11, 23, 18, 0)  # 02:00 on Tuesday


def called_in(home: Place, category: Category, by: User, **more: str) -> WorkOrder:
    return WorkOrder.register_call(home, "水管爆了", category, by=by, channel="phone", read_back=True, **more,
                                   details=Details(priority_reason="按来电情况"))


def last(order: WorkOrder) -> Event:
    return list(Event.about(order.number))[-1]


def person(login: str) -> User:
    found: User = User.get(User.login == login)
    return found


@pytest.fixture
def automatic(burst_pipe: Category) -> Category:
    Category.update(auto_assign=True).where(Category.id == burst_pipe.id).execute()
    found: Category = Category.get_by_id(burst_pipe.id)
    return found


@pytest.fixture
def offered(burst_pipe: Category, reported_order: WorkOrder, sunqi: User) -> WorkOrder:
    """Registered, and whoever is faster may take it."""
    Category.update(may_grab=True).where(Category.id == burst_pipe.id).execute()
    reported_order.register(burst_pipe, by=sunqi, read_back=True)
    return reported_order


# -- automatic assignment


def test_a_category_with_the_switch_gives_it_to_the_first_of_the_shortlist_at_once(
    reported_order: WorkOrder, automatic: Category, sunqi: User,
) -> None:
    with moment(MONDAY_MORNING):
        reported_order.register(automatic, by=sunqi, read_back=True)
    order, event = stored(reported_order), last(reported_order)
    assert (order.state, order.assignee.login) == ("assigned", "xuwei")
    assert (event.verb, event.by, event.via) == ("assign", None, "rule")
    assert event.detail["reasons"] | {"open": 0} == event.detail["reasons"]
    assert event.detail["rule"] == "category"
    row = Assignment.get()
    assert (row.by, row.technician.login, row.accept_due) == (None, "xuwei", order.accept_due)


def test_a_call_is_assigned_by_rule_like_a_report(home: Place, automatic: Category, sunqi: User) -> None:
    with moment(MONDAY_MORNING):
        assert called_in(home, automatic, sunqi).state == "assigned"


def test_giving_elsewhere_what_a_rule_gave_takes_a_reason_until_it_is_accepted(
    home: Place, automatic: Category, sunqi: User, chenliang: User, xuwei: User,
) -> None:
    with moment(MONDAY_MORNING):
        order = called_in(home, automatic, sunqi)
        before = traces(order)
        with pytest.raises(Refused, match=r"assign\.ruled") as refused:
            order.assign(chenliang, by=sunqi)
        assert (refused.value.field, refused.value.facts["name"]) == ("why", "徐伟")
        assert traces(order) == before
        order.assign(chenliang, by=sunqi, why="就在隔壁")
        detail = last(order).detail
        assert (detail["why"], detail["proposed"], detail["override"]) == ("就在隔壁", ["徐伟"], True)
        order.assign(xuwei, by=sunqi)  # that was a person's choice, no rule's

        other = called_in(home, automatic, sunqi)
        holder = other.assignee
        other.accept(by=holder)
        other.assign(chenliang if holder == xuwei else xuwei, by=sunqi)
        assert stored(other).assignee != holder


def test_without_the_switch_it_waits_for_the_desk(home: Place, burst_pipe: Category, sunqi: User) -> None:
    with moment(MONDAY_MORNING):
        order = called_in(home, burst_pipe, sunqi)
    assert (order.state, verbs_of(order)) == ("registered", ["register"])


def test_where_nobody_fits_it_stays_and_the_desk_and_supervisors_are_told(
    estate: Estate, home: Place, automatic: Category, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    Shift.put(estate, chenliang, MONDAY, "leave", by=guoqiang)
    with moment(MONDAY_MORNING):
        order = called_in(home, automatic, sunqi)
    event = last(order)
    assert (order.state, event.verb, event.via) == ("registered", "unassigned", "rule")
    assert event.detail["to"] == ["desk", "supervisor"]
    assert not Assignment.select().exists()


@pytest.mark.parametrize("priority", ["P0", "P1"])
@pytest.mark.parametrize("at", [NIGHT, AFTER_MIDNIGHT])
def test_at_night_urgent_work_goes_to_the_duty_whatever_the_switch(
    estate: Estate, home: Place, burst_pipe: Category, sunqi: User, chenliang: User, guoqiang: User, priority: str,
    at: datetime,
) -> None:
    Shift.put(estate, person("yeban"), MONDAY, "night", by=guoqiang)
    Shift.put(estate, chenliang, MONDAY, "day", by=guoqiang)
    with moment(at):
        order = called_in(home, burst_pipe, sunqi, priority=priority)
    assert (order.assignee.login, last(order).detail["rule"]) == ("yeban", "night")


def test_at_night_what_can_wait_waits(
    estate: Estate, home: Place, burst_pipe: Category, sunqi: User, guoqiang: User,
) -> None:
    Shift.put(estate, person("yeban"), MONDAY, "night", by=guoqiang)
    with moment(NIGHT):
        assert called_in(home, burst_pipe, sunqi, priority="P2").state == "registered"


def test_made_urgent_at_night_it_goes_to_the_duty_too(
    estate: Estate, home: Place, burst_pipe: Category, sunqi: User, guoqiang: User,
) -> None:
    Shift.put(estate, person("yeban"), MONDAY, "night", by=guoqiang)
    with moment(NIGHT):
        order = called_in(home, burst_pipe, sunqi, priority="P2")
        order.prioritize("P1", "水流大了", by=sunqi)
        assert (order.assignee.login, last(order).detail["rule"]) == ("yeban", "night")
        assert order.accept_due == order.limit.promise(now()).accept
        order.prioritize("P0", "淹到电箱", by=sunqi)
        assert verbs_of(order) == ["register", "prioritize", "assign", "prioritize"]


def test_by_day_urgent_work_without_the_switch_waits_for_the_desk(
    estate: Estate, home: Place, burst_pipe: Category, sunqi: User, guoqiang: User,
) -> None:
    Shift.put(estate, person("yeban"), MONDAY, "night", by=guoqiang)
    with moment(MONDAY_MORNING):
        assert called_in(home, burst_pipe, sunqi, priority="P0").state == "registered"


def test_a_night_without_a_duty_is_told_where_a_roster_is_kept(
    estate: Estate, home: Place, burst_pipe: Category, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    with moment(NIGHT):
        assert verbs_of(called_in(home, burst_pipe, sunqi)) == ["register"]  # no roster at all
    Shift.put(estate, chenliang, MONDAY, "day", by=guoqiang)
    with moment(NIGHT):
        assert verbs_of(called_in(home.parent, burst_pipe, sunqi)) == ["register", "unassigned"]


def test_a_complaint_at_night_is_not_the_dutys_work(
    estate: Estate, home: Place, sunqi: User, guoqiang: User,
) -> None:
    Shift.put(estate, person("yeban"), MONDAY, "night", by=guoqiang)
    with moment(NIGHT):
        assert called_in(home, Category.leaf(estate, "9501"), sunqi).state == "registered"


def test_the_register_event_says_the_priority(home: Place, burst_pipe: Category, sunqi: User) -> None:
    assert Event.about(called_in(home, burst_pipe, sunqi, priority="P0").number)[0].detail["priority"] == "P0"


# -- grabbing


def test_an_order_on_offer_exists_for_who_could_do_it_and_for_no_other_technician(
    offered: WorkOrder, chenliang: User, xuwei: User,
) -> None:
    assert WorkOrder.find(offered.number, by=chenliang) == offered
    assert [card.number for card in page("grabbable", xuwei)[0]] == [offered.number]
    assert counts(xuwei)["grabbable"] == 1
    electrician = person("dongfei")
    assert page("grabbable", electrician)[0] == []
    with pytest.raises(NotFound):
        WorkOrder.find(offered.number, by=electrician)


def test_who_grabs_has_it_accepted(offered: WorkOrder, chenliang: User) -> None:
    Assignment.grab(offered, by=chenliang)
    order, row = stored(offered), Assignment.get()
    assert (order.state, order.assignee, order.due_at) == ("accepted", chenliang, order.arrive_due)
    assert (row.technician, row.by, row.accepted_at) == (chenliang, chenliang, order.first_assigned_at)
    assert chenliang.id in order.parts["worker"]


def test_what_was_grabbed_leaves_the_sight_of_the_others(offered: WorkOrder, chenliang: User, xuwei: User) -> None:
    Assignment.grab(offered, by=chenliang)
    assert not WorkOrder.seen_by(xuwei).exists()


def test_of_two_who_grab_at_once_one_wins(offered: WorkOrder, chenliang: User, xuwei: User) -> None:
    one_wins(offered, lambda order, by: Assignment.grab(order, by=by), chenliang, xuwei)
    assert Assignment.select().count() == 1


def test_only_what_is_offered_may_be_grabbed(registered_order: WorkOrder, chenliang: User) -> None:
    before = traces(registered_order)
    with pytest.raises(NotAllowed, match=r"grab\.not_for_you"):
        Assignment.grab(registered_order, by=chenliang)
    assert traces(registered_order) == before


def test_without_skill_or_valid_certificate_nothing_may_be_grabbed(home: Place, sunqi: User) -> None:
    sockets = Category.leaf(home.estate, "2005")
    Category.update(may_grab=True).where(Category.id == sockets.id).execute()
    with moment(MONDAY_MORNING):
        order = called_in(home, sockets, sunqi)
        for login in ("chenliang", "panhai"):  # not an electrician; certificate expired
            with pytest.raises(NotAllowed, match=r"grab\.not_for_you"):
                Assignment.grab(order, by=person(login))
        Assignment.grab(order, by=person("dongfei"))


# -- declining


def test_who_declines_gives_it_back_with_a_reason(assigned_order: WorkOrder, chenliang: User) -> None:
    Assignment.decline(assigned_order, "busy", "在抢修", by=chenliang)
    order, row = stored(assigned_order), Assignment.get()
    assert (order.state, order.assignee) == ("registered", None)
    assert (row.outcome, row.ended_at is not None) == ("declined", True)
    assert (last(order).detail["reason"], last(order).detail["note"]) == ("busy", "在抢修")


@pytest.mark.parametrize(("reason", "note", "code"), [
    ("", "", "decline.no_reason"), ("lazy", "", "decline.no_reason"), ("other", " ", "text.missing"),
])
def test_declining_takes_a_reason_and_other_takes_words(
    assigned_order: WorkOrder, chenliang: User, reason: str, note: str, code: str,
) -> None:
    before = traces(assigned_order)
    with pytest.raises(Refused, match=code):
        Assignment.decline(assigned_order, reason, note, by=chenliang)
    assert traces(assigned_order) == before


def test_who_gets_a_declined_order_has_the_accept_limit_anew(
    assigned_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User,
) -> None:
    first, later = assigned_order.first_assigned_at, now() + timedelta(minutes=30)
    Assignment.decline(assigned_order, "busy", by=chenliang)
    with moment(later):
        assigned_order.assign(xuwei, by=sunqi)
    order = stored(assigned_order)
    assert order.accept_due == order.due_at == later + timedelta(minutes=10)
    assert order.first_assigned_at == first


# -- transfer


def test_the_first_transfer_is_the_technicians_with_a_handover_note(
    working_order: WorkOrder, chenliang: User, xuwei: User,
) -> None:
    first, at = working_order.first_assigned_at, now() + timedelta(minutes=20)
    with moment(at):
        Transfer.make(working_order, xuwei, "trade", "阀门已关,只差换件", by=chenliang)
    order, row = stored(working_order), Transfer.get()
    assert (order.state, order.assignee, order.first_assigned_at) == ("assigned", xuwei, first)
    assert order.due_at == at + timedelta(minutes=10)
    assert (row.giver, row.taker, row.by, row.reason, row.after_arrival) == (chenliang, xuwei, chenliang, "trade", True)
    assert [one.outcome for one in order.assignments.order_by(Assignment.id)] == ["transferred", None]
    with moment(at):
        order.accept(by=xuwei)
    assert stored(order).due_at == order.complete_due  # somebody had arrived already


@pytest.mark.parametrize(("taker", "reason", "note", "code"), [
    ("xuwei", "", "阀门已关", "transfer.no_reason"), ("xuwei", "trade", " ", "text.missing"),
    ("chenliang", "trade", "阀门已关", "transfer.same"), ("sunqi", "trade", "阀门已关", "assign.not_a_technician"),
    ("dongfei", "trade", "阀门已关", "transfer.off_shortlist"),
])
def test_a_transfer_takes_a_reason_a_note_and_somebody_who_fits(
    accepted_order: WorkOrder, chenliang: User, taker: str, reason: str, note: str, code: str,
) -> None:
    before = traces(accepted_order)
    with pytest.raises(Refused, match=code):
        Transfer.make(accepted_order, person(taker), reason, note, by=chenliang)
    assert traces(accepted_order) == before


def test_a_supervisor_may_hand_it_to_who_is_not_on_the_shortlist(accepted_order: WorkOrder, guoqiang: User) -> None:
    Transfer.make(accepted_order, person("dongfei"), "trade", "要断电", by=guoqiang)
    assert last(accepted_order).detail["override"] is True


@pytest.fixture
def handed_over(accepted_order: WorkOrder, chenliang: User, xuwei: User) -> WorkOrder:
    Transfer.make(accepted_order, xuwei, "trade", "阀门已关", by=chenliang)
    accepted_order.accept(by=xuwei)
    return accepted_order


def test_from_the_second_transfer_on_the_technician_may_not(handed_over: WorkOrder, xuwei: User) -> None:
    before = traces(handed_over)
    with pytest.raises(NotAllowed, match=r"transfer\.second"):
        Transfer.make(handed_over, person("yeban"), "trade", "再转", by=xuwei, responsible=xuwei, decision="我定")
    assert traces(handed_over) == before


def test_a_supervisor_who_has_the_order_does_not_decide_over_it_themselves(
    handed_over: WorkOrder, heguangjun: User, guoqiang: User, xuwei: User,
) -> None:
    Transfer.make(handed_over, heguangjun, "trade", "再转", by=guoqiang, responsible=xuwei, decision="徐伟负责")
    handed_over.accept(by=heguangjun)
    with pytest.raises(NotAllowed, match=r"transfer\.second"):
        Transfer.make(handed_over, xuwei, "trade", "三转", by=heguangjun, responsible=xuwei, decision="还是他")


def test_the_second_transfer_takes_a_decision_who_answers_for_it(
    handed_over: WorkOrder, guoqiang: User, chenliang: User, luxia: User,
) -> None:
    night = person("yeban")
    before = traces(handed_over)
    for responsible, decision, code in (
            (None, "陈亮负责", "transfer.no_decision"), (luxia, "外人负责", "transfer.no_decision"),
            (chenliang, " ", "text.missing")):
        with pytest.raises(Refused, match=code):
            Transfer.make(handed_over, night, "trade", "再转", by=guoqiang, responsible=responsible, decision=decision)
    assert traces(handed_over) == before
    Transfer.make(handed_over, night, "trade", "再转", by=guoqiang, responsible=chenliang, decision="首转未交接清楚")
    row = handed_over.transfers.order_by(Transfer.id.desc()).get()
    assert (row.responsible, row.decision) == (chenliang, "首转未交接清楚")
    assert last(handed_over).detail["responsible"] == chenliang.name


# -- another time


def at_hour(estate: Estate, hour: int, days: int = 1) -> datetime:
    day = estate.local(now()).date() + timedelta(days=days)
    return estate.utc(datetime(day.year, day.month, day.day, hour))


@pytest.fixture
def dripping(home: Place, sunqi: User, chenliang: User) -> WorkOrder:
    """An accepted order whose clock is open from 8 to 20."""
    order = called_in(home, Category.leaf(home.estate, "1002"), sunqi)
    order.assign(chenliang, by=sunqi)
    order.accept(by=chenliang)
    return order


def test_the_appointment_takes_the_place_of_the_arrival_limit(dripping: WorkOrder, chenliang: User) -> None:
    agreed = at_hour(dripping.estate, 16)
    was = dripping.arrive_due
    Appointment.reschedule(dripping, agreed, "owner_away", by=chenliang, agreed=True)
    order, row = stored(dripping), Appointment.get()
    assert order.appointment_at == order.arrive_due == order.due_at == agreed
    assert (order.state, row.starts_at, row.reason, row.by) == ("accepted", agreed, "owner_away", chenliang)
    assert last(order).detail["was_due"] == str(was)


@pytest.mark.parametrize(("hour", "days", "reason", "agreed", "code"), [
    (16, -1, "owner_away", True, "reschedule.no_time"), (3, 1, "owner_away", True, "reschedule.hours"),
    (21, 1, "owner_away", True, "reschedule.hours"), (16, 40, "owner_away", True, "reschedule.too_far"),
    (16, 1, "", True, "reschedule.no_reason"), (16, 1, "owner_away", False, "reschedule.not_agreed"),
    (16, 1, "other", True, "text.missing"),
])
def test_a_new_time_lies_ahead_in_working_hours_and_is_agreed(
    dripping: WorkOrder, chenliang: User, hour: int, days: int, reason: str, agreed: bool, code: str,
) -> None:
    before = traces(dripping)
    with pytest.raises(Refused, match=code):
        Appointment.reschedule(dripping, at_hour(dripping.estate, hour, days), reason, by=chenliang, agreed=agreed)
    assert traces(dripping) == before


def test_the_desk_agrees_another_time_too(dripping: WorkOrder, sunqi: User) -> None:
    Appointment.reschedule(dripping, at_hour(dripping.estate, 10), "owner_asked", by=sunqi, agreed=True)
    assert stored(dripping).appointment_at == at_hour(dripping.estate, 10)


# -- firms


@pytest.fixture
def lifts(estate: Estate) -> Firm:
    """A firm with two people."""
    firm: Firm = Firm.get(Firm.name.startswith("宏安"))
    hire(estate, "v-second", "vendor")
    firm.take_in("v-second")
    return firm


@pytest.fixture
def given_to_firm(home: Place, lifts: Firm, sunqi: User) -> WorkOrder:
    order = called_in(home, Category.leaf(home.estate, "4003"), sunqi)
    order.assign(lifts, by=sunqi)
    return order


def test_whoever_of_the_firm_accepts_has_the_order(given_to_firm: WorkOrder) -> None:
    assert (given_to_firm.state, given_to_firm.assignee) == ("assigned", None)
    first, second = person("v-dianti"), person("v-second")
    assert [card.number for card in page("of_firm", second)[0]] == [given_to_firm.number]
    given_to_firm.accept(by=first)
    assert (stored(given_to_firm).assignee, Assignment.get().technician) == (first, first)
    with pytest.raises(Stale, match=r"accept\.taken"):
        given_to_firm.accept(by=second)
    with pytest.raises(NotAllowed):
        stored(given_to_firm).arrive(by=second, no_photo_reason="无")


def test_of_two_of_a_firm_who_accept_at_once_one_wins(given_to_firm: WorkOrder) -> None:
    one_wins(given_to_firm, lambda order, by: order.accept(by=by), person("v-dianti"), person("v-second"))


def test_nobody_outside_the_firm_accepts_its_order(given_to_firm: WorkOrder, chenliang: User) -> None:
    for stranger in (person("v-xiaofang"), chenliang):
        with pytest.raises(NotAllowed):
            given_to_firm.accept(by=stranger)


def test_nothing_of_the_estate_exists_for_a_vendor_but_what_was_given_to_them_or_their_firm(
    given_to_firm: WorkOrder, home: Place, burst_pipe: Category, sunqi: User, chenliang: User,
) -> None:
    vendor, other = person("v-second"), person("v-xiaofang")
    hidden = called_in(home, Category.leaf(home.estate, "4003"), sunqi)
    WorkOrder.report(home, "别的事", by=None)
    reported = WorkOrder.report(home, "我看见的事", by=vendor, channel="staff")
    assert set(WorkOrder.seen_by(vendor)) == {given_to_firm, reported}
    assert not WorkOrder.seen_by(other).exists()
    with pytest.raises(NotFound):
        WorkOrder.find(hidden.number, by=vendor)
    given_to_firm.assign(person("yaogang"), by=sunqi)
    assert set(WorkOrder.seen_by(vendor)) == {reported}


def test_a_firm_no_longer_active_and_one_who_left_it_see_nothing(given_to_firm: WorkOrder, lifts: Firm) -> None:
    lifts.let_go("v-second")
    assert not WorkOrder.seen_by(person("v-second")).exists()
    lifts.change(lifts.name, contact="", phone="", skills=["lifts"], active=False)
    assert not WorkOrder.seen_by(person("v-dianti")).exists()


def test_only_a_vendors_account_of_the_estate_joins_a_firm(lifts: Firm) -> None:
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", "vendor")
    for login in ("chenliang", stranger.login, "nobody"):
        with pytest.raises(Refused, match=r"firm\.not_a_vendor"):
            lifts.take_in(login)


def test_a_vendor_sees_no_firm_but_their_own(lifts: Firm) -> None:
    assert list(Firm.seen_by(person("v-dianti"))) == [lifts]
    with pytest.raises(NotFound):
        Firm.find(lifts.id, by=person("v-xiaofang"))


def test_the_firms_figures_say_of_how_many(given_to_firm: WorkOrder, lifts: Firm, home: Place, sunqi: User) -> None:
    worker = person("v-dianti")
    late = called_in(home, Category.leaf(home.estate, "4003"), sunqi)
    late.assign(lifts, by=sunqi)
    given_to_firm.accept(by=worker)
    carry_out(given_to_firm, worker)
    with moment(now() + timedelta(days=3)):
        late.accept(by=worker)
        late.arrive(by=worker, no_photo_reason="停电")
        figures = {figure.name: (figure.met, figure.of) for figure in firm_figures(lifts)}
    assert figures == {"taken": (2, 2), "accepted_in_time": (1, 2), "arrived_in_time": (1, 2),
                       "finished_in_time": (1, 1), "returned": (0, 0)}
    assert firm_figures(lifts)[-1].percent is None


# -- load


def test_what_a_firm_and_the_desk_have_in_hand_is_counted_and_what_somebody_left_behind(
    given_to_firm: WorkOrder, accepted_order: WorkOrder, lifts: Firm, home: Place, estate: Estate, sunqi: User,
    tangwen: User, chenliang: User,
) -> None:
    complaint = WorkOrder.register_call(
        home, "没人管", Category.leaf(estate, "9502"), by=sunqi, channel="phone", read_back=True,
        details=Details(complaint=Classification(cause="delay", about_department="engineering")))
    complaint.assign(person("linyue"), by=sunqi)
    User.update(disabled_at=now()).where(User.id == chenliang.id).execute()
    load = {one.name: one for one in Load.of_estate(estate, by=sunqi) if one.total}
    assert load.keys() == {lifts.name, "林悦", "陈亮"}
    assert (load[lifts.name].is_firm, load[lifts.name].numbers["assigned"]) == (True, 1)
    assert [card.number for card in Load.orders(estate, lifts, "assigned", by=sunqi)] == [given_to_firm.number]
    given_to_firm.accept(by=person("v-second"))
    assert not any(one.is_firm for one in Load.of_estate(estate, by=sunqi))
    assert Load.orders(estate, lifts, "assigned", by=sunqi) == []


def test_the_load_counts_each_state_and_what_is_overdue(
    accepted_order: WorkOrder, home: Place, burst_pipe: Category, estate: Estate, chenliang: User, sunqi: User,
) -> None:
    other = called_in(home, burst_pipe, sunqi)
    other.assign(chenliang, by=sunqi)
    with moment(now() + timedelta(minutes=20)):
        load = next(one for one in Load.of_estate(estate, by=sunqi) if one.login == "chenliang")
        assert load.numbers == {"assigned": 1, "accepted": 1, "working": 0, "suspended": 0, "overdue": 1}
        assert [card.number for card in Load.orders(estate, chenliang, "overdue", by=sunqi)] == [other.number]
        accepted = Load.orders(estate, chenliang, "accepted", by=sunqi)
        assert [card.number for card in accepted] == [accepted_order.number]

