"""The work order: who may do what, from where to where, and that nothing else happens."""
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from models.base import moment, now
from models.callback import Attempt, Callback, Correction, Draw, Rating, Said, Sequel, SpotCheck
from models.dispatch import Category
from models.errors import DomainError, NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.place import Estate, Place
from models.user import ROLES, User
from models.work_order import (
    Appointment,
    Assignment,
    Classification,
    Complaint,
    Completion,
    Deadline,
    Details,
    Difficulty,
    HandOver,
    Hold,
    Inspection,
    Merge,
    Note,
    PartyDecision,
    Reopening,
    Reply,
    Reveal,
    Support,
    Talk,
    Transfer,
    Urge,
    Void,
    WorkOrder,
)
from models.work_order.entitlement import steps_ahead
from models.work_order.moves import MOVES, STATES
from tests.conftest import judged_good
from tests.models.conftest import attach, carry_out, hire, photograph, snapshot, stored, traces, verbs_of

# -- the agreed table, said once more so that the code's own cannot drift unseen: from, to, who, who never

AGREED: dict[str, tuple[set[str | None], set[str], set[str], set[str]]] = {
    "report": ({None}, {"reported"}, {"anyone"}, set()),
    "register": ({None, "reported"}, {"registered"}, {"desk"}, set()),
    "assign": ({"registered", "assigned", "accepted", "rework"}, {"assigned"}, {"desk", "supervisor"}, set()),
    "grab": ({"registered"}, {"accepted"}, {"technician", "vendor"}, set()),
    "decline": ({"assigned"}, {"registered"}, {"assignee"}, set()),
    "reschedule": ({"accepted"}, {"accepted"}, {"assignee", "desk"}, set()),
    "transfer": ({"accepted", "working"}, {"assigned"}, {"assignee", "supervisor"}, set()),
    "answer": ({"registered"}, {"archived"}, {"desk"}, set()),
    "merge": ({"reported", "registered", "assigned", "accepted"}, {"merged"}, {"desk"}, set()),
    "void": ({"reported", "registered", "assigned", "accepted"}, {"void"}, {"supervisor"}, set()),
    "accept": ({"assigned"}, {"accepted"}, {"assignee"}, {"inspector", "caller"}),
    "arrive": ({"accepted", "rework"}, {"working"}, {"assignee"}, {"inspector", "caller"}),
    "ask_hold": ({"working"}, set(), {"assignee"}, set()),
    "suspend": ({"working"}, {"suspended"}, {"supervisor"}, {"worker"}),
    "refuse_hold": ({"working"}, set(), {"supervisor"}, {"worker"}),
    "resume": ({"suspended"}, {"working"}, {"assignee", "supervisor"}, set()),
    "finish": ({"working"}, {"finished"}, {"assignee"}, {"inspector", "caller"}),
    "pass": ({"finished"}, {"calling", "archived"}, {"supervisor"}, {"worker", "caller"}),
    "reject": ({"finished"}, {"rework"}, {"supervisor"}, {"worker", "caller"}),
    "call": ({"calling"}, set(), {"caller_role", "manager"}, {"worker", "inspector"}),
    "close": ({"calling"}, {"archived"}, {"caller_role", "manager"}, {"worker", "inspector"}),
    "dispute": ({"calling"}, {"rework"}, {"caller_role", "manager"}, {"worker", "inspector"}),
    "exempt": ({"calling"}, {"archived"}, {"desk", "caller_role", "manager"}, {"worker", "inspector"}),
    "give_up": ({"calling"}, {"archived"}, {"caller_role", "manager"}, {"worker", "inspector"}),
    "reopen": ({"archived"}, {"rework", "registered"}, {"desk", "supervisor", "manager"}, set()),
}


@pytest.mark.parametrize("verb", AGREED)
def test_the_table_says_what_was_agreed(verb: str) -> None:
    move = MOVES[verb]
    assert (set(move.from_), set(move.to), set(move.who), set(move.never)) == AGREED[verb]


def test_no_other_verb_moves_an_order() -> None:
    movers = {verb for verb, move in MOVES.items() if move.to}
    assert movers == {verb for verb, (_, to, _, _) in AGREED.items() if to}


TOMORROW = timedelta(days=1)


def support(order: WorkOrder, by: User) -> None:
    """What a department was asked for stands already; the order says nothing of it."""
    if not Support.select().where(Support.order == order).exists():
        Support.create(order=order, department="environment", wanted="擦干地面", asked_by=1, asked_at=order.reported_at)
    Support.give(order, "已擦干", by=by, done=True)


def spot_check(order: WorkOrder, by: User) -> None:
    """It was drawn already; the order says nothing of it."""
    callback, _ = Callback.get_or_create(order=order, round=1, defaults={
        "created_at": order.reported_at, "due_at": order.reported_at, "first_due_at": order.reported_at})
    draw, _ = Draw.get_or_create(estate=order.estate, month="2026-11", defaults={
        "by": 1, "at": order.reported_at, "population": 1, "wanted": 1})
    check, _ = SpotCheck.get_or_create(draw=draw, callback=callback, order=order)
    check.record("reread", "yes", "", by=by)


def tomorrow_at(order: WorkOrder, hour: int) -> datetime:
    """That hour of the estate's next day."""
    day = order.estate.local(now()).date() + TOMORROW
    return order.estate.utc(datetime.combine(day, time(hour)))


# How each verb is done, so that only the state or the person can be wrong.
DONE: dict[str, Callable[[WorkOrder, User], Any]] = {
    "register": lambda order, by: order.register(Category.leaf(order.estate, "1001"), by=by, read_back=True),
    "assign": lambda order, by: order.assign(User.get(User.login == "xuwei"), by=by),
    "grab": lambda order, by: Assignment.grab(order, by=by),
    "decline": lambda order, by: Assignment.decline(order, "busy", by=by),
    "transfer": lambda order, by: Transfer.make(order, User.get(User.login == "xuwei"), "trade", "阀门已关", by=by),
    "reschedule": lambda order, by: Appointment.reschedule(order, tomorrow_at(order, 10), "owner_away", by=by,
                                                           agreed=True),
    "accept": lambda order, by: order.accept(by=by),
    "arrive": lambda order, by: order.arrive(by=by, no_photo_reason="漆黑一片"),
    "contain": lambda order, by: order.contain(by=by, note="已关总阀"),
    "ask_hold": lambda order, by: Hold.ask(order, "parts", order.reported_at + TOMORROW, by=by),
    "suspend": lambda order, by: Hold.approve(order, by=by),
    "refuse_hold": lambda order, by: Hold.refuse(order, "配件有货", by=by),
    "resume": lambda order, by: Hold.resume(order, by=by),
    "finish": lambda order, by: order.finish("修好了", by=by),
    "pass": lambda order, by: Inspection.pass_work(order, {}, by=by),
    "reject": lambda order, by: Inspection.reject(order, {}, ["not_fixed"], by=by),
    "call": lambda order, by: Attempt.make(order, "no_answer", by=by),
    "close": lambda order, by: Attempt.make(order, "answered", by=by, told=Said(solved="yes", overall="satisfied")),
    "dispute": lambda order, by: Attempt.make(order, "answered", by=by,
                                              told=Said("no", "dissatisfied", reasons=("R1",))),
    "exempt": lambda order, by: Callback.exempt(order, "业主说不用回访", by=by),
    "give_up": lambda order, by: Callback.give_up(order, "sms", by=by),
    "reopen": lambda order, by: Reopening.make(order, "again", "又漏了", by=by),
    "talk": lambda order, by: Talk.note(order, "phone", "已告知进度", by=by),
    "correct": lambda order, by: Correction.make(order, "13900001111", "业主前台核实", by=by),
    "take_up": lambda order, by: Sequel.take_up(order, None, "need", by=by),
    "spot_check": spot_check,
    "photo": lambda order, by: attach(order, "during", snapshot(77), by=by),
    "note": lambda order, by: Note.add(order, "楼下也受影响", by=by),
    "reveal": lambda order, by: Reveal.make(order, "clarify", by=by),
    "merge": lambda order, by: Merge.into(order, order, by=by),
    "ask_void": lambda order, by: Void.ask(order, "mistaken", "业主说看错了", by=by),
    "void": lambda order, by: Void.confirm(order, by=by),
    "refuse_void": lambda order, by: Void.refuse(order, "确有其事", by=by),
    "urge": lambda order, by: Urge.make(order, "业主等着", by=by),
    "hand_over": lambda order, by: HandOver.give(order, User.get(User.login == "tangwen"), "交班", by=by),
    "decide_party": lambda order, by: PartyDecision.make(order, "owner", "业主自用部分", by=by),
    "ask_support": lambda order, by: Support.ask(order, "environment", "擦干地面", by=by),
    "support": lambda order, by: support(order, by),
    "mark_difficult": lambda order, by: Difficulty.mark(order, "三次未根治", by=by),
    "prioritize": lambda order, by: order.prioritize("P0", "楼下也漏了", by=by),
    "classify": lambda order, by: Complaint.classify(
        order, Classification(cause="delay", about_department="engineering"), by=by),
    "plan": lambda order, by: Complaint.make_plan(order, "上门致歉", agreed=False, agreed_at=None, by=by),
    "answer": lambda order, by: Reply.give(order, "周六也能办", by=by),
    "rate": lambda order, by: Rating.give(order, Said(solved="yes", overall="satisfied"), address="203.0.113.9"),
}
ENTITLED = {
    "register": "sunqi", "assign": "sunqi", "suspend": "guoqiang", "refuse_hold": "guoqiang", "resume": "guoqiang",
    "pass": "guoqiang", "reject": "guoqiang", "call": "luxia", "close": "luxia", "dispute": "luxia",
    "merge": "sunqi", "ask_void": "sunqi", "void": "guoqiang", "refuse_void": "guoqiang", "urge": "sunqi",
    "hand_over": "sunqi", "decide_party": "sunqi", "ask_support": "sunqi", "support": "jiangxiuying",
    "mark_difficult": "guoqiang", "correct": "luxia", "take_up": "sunqi", "spot_check": "renmei",
    "exempt": "luxia", "give_up": "luxia", "reopen": "sunqi", "talk": "sunqi",
    "prioritize": "sunqi", "classify": "sunqi", "answer": "sunqi",
}
# Verbs that only orders of a kind know.
OF_KIND = {"classify": "complaint", "plan": "complaint", "answer": "enquiry"}


def test_every_verb_is_tried_here() -> None:
    assert DONE.keys() == MOVES.keys() - {"report"}


def put_in(order: WorkOrder, state: str, verb: str = "") -> WorkOrder:
    WorkOrder.update(state=state, kind=OF_KIND.get(verb, order.kind)).where(WorkOrder.id == order.id).execute()
    return stored(order)


def entitled(verb: str) -> User:
    person: User = User.get(User.login == ENTITLED.get(verb, "chenliang"))
    return person


def out_of_turn(verb: str) -> list[str]:
    return [state for state in STATES if state not in MOVES[verb].from_]


@pytest.mark.parametrize("verb", [verb for verb in DONE if out_of_turn(verb)])
def test_a_verb_from_any_other_state_is_stale_and_leaves_no_trace(assigned_order: WorkOrder, verb: str) -> None:
    person = entitled(verb)
    for state in out_of_turn(verb):
        order = put_in(assigned_order, state, verb)
        before = traces(order)
        with pytest.raises(Stale):
            DONE[verb](order, person)
        assert traces(order) == before, state


def allowed_roles(verb: str) -> set[str]:
    who = {"caller" if word == "caller_role" else word for word in MOVES[verb].who}
    return set(ROLES) if "anyone" in who else who & set(ROLES)


@pytest.mark.parametrize("verb", [verb for verb in DONE if verb != "rate" and "anyone" not in MOVES[verb].who])
def test_a_verb_is_not_allowed_to_any_role_but_its_own(assigned_order: WorkOrder, verb: str) -> None:
    order = put_in(assigned_order, next(state for state in reversed(MOVES[verb].from_) if state), verb)
    refused = set(ROLES) - allowed_roles(verb)
    people = {role: hire(order.estate, f"a-{role}", role) for role in sorted(refused)}
    before = traces(order)
    for role, person in people.items():
        assert not person.may(verb, stored(order)), role
        with pytest.raises(NotAllowed, match="not_for_you"):
            DONE[verb](stored(order), person)
    assert refused
    assert traces(order) == before


@pytest.mark.parametrize("verb", [verb for verb in DONE if verb != "rate"])
def test_every_role_of_another_estate_may_do_nothing(assigned_order: WorkOrder, verb: str) -> None:
    order = put_in(assigned_order, next(state for state in reversed(MOVES[verb].from_) if state), verb)
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", *ROLES)
    before = traces(order)
    with pytest.raises(NotAllowed, match="not_for_you"):
        DONE[verb](order, stranger)
    assert traces(order) == before


@pytest.mark.parametrize("verb", [verb for verb in DONE if MOVES[verb].who == ("assignee",)])
def test_the_assignees_verbs_are_closed_to_every_other_technician(
    assigned_order: WorkOrder, xuwei: User, verb: str,
) -> None:
    order = put_in(assigned_order, next(state for state in MOVES[verb].from_ if state), verb)
    with pytest.raises(NotAllowed, match="not_for_you"):
        DONE[verb](order, xuwei)
    assert order.allows(verb, by=User.get(User.login == "chenliang"))


def test_a_move_to_a_state_the_table_does_not_name_is_stale(finished_order: WorkOrder, guoqiang: User) -> None:
    before = traces(finished_order)
    with pytest.raises(Stale):
        finished_order.move("pass", to="registered", by=guoqiang)
    assert traces(finished_order) == before


# -- the start of an order


def test_an_owners_report_is_numbered_by_the_estates_day(home: Place) -> None:
    with moment(datetime(2026, 11, 22, 17, 0)):  # 01:00 on the 23rd in Asia/Shanghai
        first = WorkOrder.report(home, "灯不亮", by=None)
        second = WorkOrder.report(home, "门铃不响", by=None)
    assert (first.number, second.number) == ("GD-20261123-0001", "GD-20261123-0002")
    assert (first.state, first.version, first.round) == ("reported", 1, 1)


def test_the_clock_of_the_machine_is_the_clock_of_the_order(home: Place) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), tick=False):
        order = WorkOrder.report(home, "灯不亮", by=None)
    assert stored(order).reported_at == datetime(2026, 11, 23, 1, 0)


@pytest.mark.parametrize("text", ["", "  \r\n ", "\x00"])
def test_a_report_without_words_is_refused(home: Place, text: str) -> None:
    with pytest.raises(Refused, match=r"text\.missing") as refused:
        WorkOrder.report(home, text, by=None)
    assert refused.value.field == "text"
    assert not WorkOrder.select().exists()
    assert not Event.select().exists()


def test_a_report_of_two_thousand_characters_is_taken_and_one_more_is_not(home: Place) -> None:
    assert WorkOrder.report(home, "水" * 2000, by=None).text == "水" * 2000
    with pytest.raises(Refused, match=r"text\.too_long"):
        WorkOrder.report(home, "水" * 2001, by=None)
    assert WorkOrder.select().count() == 1


def test_a_report_by_an_unknown_channel_is_refused(home: Place) -> None:
    with pytest.raises(Refused, match=r"channel\.unknown"):
        WorkOrder.report(home, "灯不亮", by=None, channel="pigeon")
    assert not WorkOrder.select().exists()


def test_a_report_with_a_broken_phone_leaves_neither_order_nor_number(home: Place) -> None:
    with pytest.raises(Refused, match=r"owner\.phone_invalid"):
        WorkOrder.report(home, "灯不亮", by=None, name="王女士", phone="12345")
    assert not WorkOrder.select().exists()
    assert WorkOrder.report(home, "灯不亮", by=None).number.endswith("-0001")


def test_a_colleague_of_another_estate_reports_nothing_here(home: Place) -> None:
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", *ROLES)
    with pytest.raises(NotAllowed):
        WorkOrder.report(home, "灯不亮", by=stranger)
    assert not WorkOrder.select().exists()


def test_an_officer_follows_what_they_reported_themselves(home: Place, machunsheng: User) -> None:
    order = WorkOrder.report(home, "井盖松动", by=machunsheng, channel="patrol")
    assert WorkOrder.find(order.number, by=machunsheng) == order


def test_an_order_just_reported_can_be_asked_who_may_do_what(home: Place, chenliang: User) -> None:
    order = WorkOrder.report(home, "灯不亮", by=None)
    assert not chenliang.may("accept", order)
    assert chenliang.may("note", order)


# -- registering


def test_registering_fixes_first_contact_category_and_time_limits(
    reported_order: WorkOrder, burst_pipe: Category, sunqi: User,
) -> None:
    at = reported_order.reported_at + timedelta(minutes=5)
    with moment(at):
        reported_order.register(burst_pipe, by=sunqi, read_back=True)
    order = stored(reported_order)
    assert (order.state, order.first_contact, order.category, order.kind) == ("registered", sunqi, burst_pipe, "repair")
    assert (order.priority, order.registered_at) == ("P1", at)
    assert order.accept_due == at + timedelta(minutes=10)
    assert order.arrive_due == at + timedelta(minutes=30)
    assert order.complete_due == at + timedelta(hours=24)


def test_a_priority_chosen_by_the_desk_brings_its_own_limits(
    reported_order: WorkOrder, burst_pipe: Category, sunqi: User,
) -> None:
    at = reported_order.reported_at
    with moment(at):
        reported_order.register(burst_pipe, by=sunqi, priority="P0", read_back=True,
                                details=Details(priority_reason="水已经进电梯井"))
    assert (reported_order.priority, reported_order.complete_due) == ("P0", at + timedelta(hours=4))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"read_back": False}, "register.not_read_back"),
        ({"kind": "gossip", "read_back": True}, "kind.unknown"),
        ({"priority": "P9", "read_back": True}, "priority.unknown"),
    ],
)
def test_registering_needs_kind_priority_and_a_read_back(
    reported_order: WorkOrder, burst_pipe: Category, sunqi: User, words: dict[str, Any], code: str,
) -> None:
    before = traces(reported_order)
    with pytest.raises(Refused, match=code):
        reported_order.register(burst_pipe, by=sunqi, **words)
    assert traces(reported_order) == before


def test_the_desk_registers_a_call_in_one_go(home: Place, burst_pipe: Category, sunqi: User) -> None:
    order = WorkOrder.register_call(home, "水管爆了", burst_pipe, by=sunqi, channel="phone", read_back=True,
                                    name="王女士", phone="13800001234")
    assert (order.state, order.first_contact) == ("registered", sunqi)
    assert verbs_of(order) == ["register"]


def test_nobody_but_the_desk_registers_a_call(home: Place, burst_pipe: Category, chenliang: User) -> None:
    with pytest.raises(NotAllowed):
        WorkOrder.register_call(home, "水管爆了", burst_pipe, by=chenliang, channel="phone", read_back=True)
    assert not WorkOrder.select().exists()


@pytest.fixture
def elsewhere(estate: Estate) -> Place:
    """A place of another estate with a category of its own, the limits being shared for brevity."""
    other = Estate.create(code="elsewhere", name="别处")
    mine = Category.leaf(estate, "1001")
    branch = Category.create(estate=other, code="10", name="水", kind="repair", skill="plumbing", priority="P1",
                             department="engineering", limit=mine.limit)
    Category.create(estate=other, parent=branch, code="1001", name="爆管", kind="repair", skill="plumbing",
                    priority="P1", department="engineering", limit=mine.limit)
    return Place.add(other, "public", "别处花园")


def test_registering_never_takes_an_order_to_a_place_of_another_estate(
    reported_order: WorkOrder, burst_pipe: Category, sunqi: User, elsewhere: Place,
) -> None:
    with pytest.raises(DomainError):
        reported_order.register(burst_pipe, by=sunqi, place=elsewhere, read_back=True)
    assert stored(reported_order).state == "reported"


def test_registering_never_takes_a_category_of_another_estate(
    reported_order: WorkOrder, sunqi: User, elsewhere: Place,
) -> None:
    with pytest.raises(DomainError):
        reported_order.register(Category.leaf(elsewhere.estate, "1001"), by=sunqi, read_back=True)
    assert stored(reported_order).state == "reported"


# -- assigning and accepting


def test_an_order_is_in_one_pair_of_hands_at_a_time(
    assigned_order: WorkOrder, xuwei: User, chenliang: User, sunqi: User,
) -> None:
    assigned_order.assign(xuwei, by=sunqi)
    standing = Assignment.select().where(Assignment.order == assigned_order, Assignment.ended_at.is_null())
    assert [row.technician for row in standing] == [xuwei]
    with pytest.raises(NotAllowed):
        assigned_order.accept(by=chenliang)
    assigned_order.accept(by=xuwei)
    assert (stored(assigned_order).state, stored(assigned_order).assignee) == ("accepted", xuwei)


@pytest.mark.parametrize("login", ["sunqi", "luxia", "machunsheng", "guoqiang", "admin", "yzdb"])
def test_work_is_given_only_to_who_takes_work(registered_order: WorkOrder, sunqi: User, login: str) -> None:
    before = traces(registered_order)
    with pytest.raises(Refused, match=r"assign\.not_a_technician"):
        registered_order.assign(User.get(User.login == login), by=sunqi)
    assert traces(registered_order) == before


def test_work_is_not_given_to_a_technician_of_another_estate(registered_order: WorkOrder, sunqi: User) -> None:
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", "technician")
    with pytest.raises(Refused, match=r"assign\.not_a_technician"):
        registered_order.assign(stranger, by=sunqi)
    assert stored(registered_order).assignee is None


def test_work_is_not_given_to_who_has_left(registered_order: WorkOrder, chenliang: User, sunqi: User) -> None:
    chenliang.disable()
    with pytest.raises(Refused, match=r"assign\.disabled"):
        registered_order.assign(User.get_by_id(chenliang.id), by=sunqi)
    assert stored(registered_order).state == "registered"


def test_a_vendor_takes_work_like_a_technician(registered_order: WorkOrder, sunqi: User) -> None:
    vendor = User.get(User.login == "v-dianti")
    registered_order.assign(vendor, by=sunqi, why="就近处理")
    registered_order.accept(by=vendor)
    assert stored(registered_order).state == "accepted"


def test_every_step_promises_the_next_one(registered_order: WorkOrder, chenliang: User, sunqi: User) -> None:
    order = registered_order
    assert order.due_at == order.accept_due
    order.assign(chenliang, by=sunqi)
    assert stored(order).due_at == order.accept_due
    order.accept(by=chenliang)
    assert stored(order).due_at == order.arrive_due
    order.arrive(by=chenliang, no_photo_reason="停电")
    assert stored(order).due_at == order.contain_due
    order.contain(by=chenliang)
    assert stored(order).due_at == order.complete_due


# -- arriving and finishing


def test_arriving_takes_a_before_photo_or_a_reason(accepted_order: WorkOrder, chenliang: User) -> None:
    before = traces(accepted_order)
    with pytest.raises(Refused, match=r"arrive\.no_before_photo"):
        accepted_order.arrive(by=chenliang, no_photo_reason="   ")
    assert traces(accepted_order) == before
    accepted_order.arrive(by=chenliang, no_photo_reason="业主不同意拍照")
    assert Event.about(accepted_order.number)[-1].detail["reason"] == "业主不同意拍照"


def test_a_before_photo_of_the_last_round_does_not_open_this_one(
    finished_order: WorkOrder, guoqiang: User, chenliang: User,
) -> None:
    Inspection.reject(finished_order, judged_good(finished_order), ["not_fixed"], by=guoqiang)
    with pytest.raises(Refused, match=r"arrive\.no_before_photo"):
        finished_order.arrive(by=chenliang)
    photograph(finished_order, "before", 30, by=chenliang)
    finished_order.arrive(by=chenliang)
    assert (stored(finished_order).state, stored(finished_order).round) == ("working", 2)


def test_finishing_takes_as_many_after_photos_as_the_category_asks(working_order: WorkOrder, chenliang: User) -> None:
    photograph(working_order, "after", 2, by=chenliang)
    before = traces(working_order)
    with pytest.raises(Refused, match=r"finish\.after_photos") as refused:
        working_order.finish("修好了", by=chenliang)
    assert refused.value.facts == {"least": 2, "missing": 1}
    assert traces(working_order) == before
    photograph(working_order, "after", 3, by=chenliang)
    working_order.finish("修好了", by=chenliang)
    assert stored(working_order).state == "finished"


def test_the_same_picture_twice_is_one_after_photo(working_order: WorkOrder, chenliang: User) -> None:
    photograph(working_order, "after", 2, 2, by=chenliang)
    with pytest.raises(Refused, match=r"finish\.after_photos"):
        working_order.finish("修好了", by=chenliang)
    assert stored(working_order).state == "working"


def test_photos_of_the_last_round_do_not_finish_this_one(
    finished_order: WorkOrder, guoqiang: User, chenliang: User,
) -> None:
    Inspection.reject(finished_order, judged_good(finished_order), ["not_fixed"], by=guoqiang)
    finished_order.arrive(by=chenliang, no_photo_reason="同一处")
    with pytest.raises(Refused, match=r"finish\.after_photos"):
        finished_order.finish("又修了一遍", by=chenliang)
    assert stored(finished_order).state == "working"


@pytest.mark.parametrize(
    ("done", "more", "code"),
    [
        (" ", {}, "text.missing"),
        ("好" * 2001, {}, "text.too_long"),
        ("修好了", {"parts": "阀" * 201}, "text.too_long"),
        ("修好了", {"hours": -0.5}, "finish.hours"),
        ("修好了", {"hours": 1000}, "finish.hours"),
        ("修好了", {"hours": float("nan")}, "finish.hours"),
    ],
)
def test_finishing_says_what_was_done_in_reasonable_figures(
    working_order: WorkOrder, chenliang: User, done: str, more: dict[str, Any], code: str,
) -> None:
    photograph(working_order, "after", 2, 3, by=chenliang)
    before = traces(working_order)
    with pytest.raises(Refused, match=code):
        working_order.finish(done, by=chenliang, **more)
    assert traces(working_order) == before
    assert not Completion.select().exists()


def test_finishing_keeps_what_was_done_and_owes_a_callback(working_order: WorkOrder, chenliang: User) -> None:
    photograph(working_order, "after", 2, 3, by=chenliang)
    working_order.finish("换了角阀", by=chenliang, parts="角阀 1", hours=1.5)
    done = Completion.get()
    assert (done.done, done.parts, done.hours, done.by, done.round) == ("换了角阀", "角阀 1", 1.5, chenliang, 1)
    assert (working_order.callback.round, working_order.callback.exemption) == (1, None)
    assert working_order.callback.due_at == stored(working_order).due_at


# -- seeing


def test_what_a_person_last_saw_decides_whether_their_verb_still_fits(
    assigned_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User,
) -> None:
    seen = assigned_order.version
    assigned_order.assign(xuwei, by=sunqi)
    assigned_order.assign(chenliang, by=sunqi)
    late = stored(assigned_order)
    late.seen = seen
    with pytest.raises(Stale):
        late.accept(by=chenliang)
    late.seen = late.version
    late.accept(by=chenliang)
    assert stored(assigned_order).state == "accepted"


def test_a_note_is_taken_however_much_the_order_moved_on(
    assigned_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User,
) -> None:
    late = stored(assigned_order)
    late.seen = late.version - 1
    Note.add(late, "离线时写的:阀门锈死", by=chenliang)
    assert [note.text for note in assigned_order.notes] == ["离线时写的:阀门锈死"]


def test_an_order_of_another_estate_does_not_exist(assigned_order: WorkOrder) -> None:
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", *ROLES)
    with pytest.raises(NotFound, match=r"work_order\.unknown"):
        WorkOrder.find(assigned_order.number, by=stranger)
    assert not WorkOrder.seen_by(stranger).exists()


# -- nobody checks their own work, in any round


def supervise_and_work(estate: Estate) -> User:
    return hire(estate, "jack", "technician", "supervisor", "caller", "manager", "desk")


def rounds_of(order: WorkOrder, worker: User, sunqi: User) -> WorkOrder:
    order.assign(worker, by=sunqi)
    order.accept(by=worker)
    return carry_out(order, worker)


def test_who_finished_does_not_inspect(registered_order: WorkOrder, sunqi: User) -> None:
    jack = supervise_and_work(registered_order.estate)
    rounds_of(registered_order, jack, sunqi)
    for verb in ("pass", "reject"):
        with pytest.raises(NotAllowed, match="was_worker"):
            DONE[verb](registered_order, jack)
    assert stored(registered_order).state == "finished"


def test_who_only_accepted_before_a_reassignment_does_not_inspect(
    registered_order: WorkOrder, chenliang: User, sunqi: User,
) -> None:
    jack = supervise_and_work(registered_order.estate)
    registered_order.assign(jack, by=sunqi)
    registered_order.accept(by=jack)
    rounds_of(registered_order, chenliang, sunqi)
    with pytest.raises(NotAllowed, match="was_worker"):
        Inspection.pass_work(stored(registered_order), judged_good(registered_order), by=jack)
    assert stored(registered_order).state == "finished"


def test_who_was_assigned_and_never_accepted_may_inspect(
    registered_order: WorkOrder, chenliang: User, sunqi: User,
) -> None:
    jack = supervise_and_work(registered_order.estate)
    registered_order.assign(jack, by=sunqi)
    rounds_of(registered_order, chenliang, sunqi)
    Inspection.pass_work(registered_order, judged_good(registered_order), by=jack)
    assert stored(registered_order).state == "calling"


def test_who_worked_in_the_first_round_neither_inspects_nor_calls_in_the_second(
    registered_order: WorkOrder, chenliang: User, guoqiang: User, sunqi: User, zhaomin: User,
) -> None:
    order, jack = registered_order, supervise_and_work(registered_order.estate)
    rounds_of(order, jack, sunqi)
    Inspection.reject(order, judged_good(order), ["not_fixed"], by=guoqiang)
    rounds_of(order, chenliang, sunqi)
    with pytest.raises(NotAllowed, match="was_worker"):
        Inspection.pass_work(stored(order), judged_good(order), by=jack)
    Inspection.pass_work(order, judged_good(order), by=zhaomin)
    with pytest.raises(NotAllowed, match="was_worker"):
        Attempt.make(stored(order), "no_answer", by=jack)
    assert stored(order).state == "calling"


def test_who_rejected_in_the_first_round_does_not_call_in_the_second(
    finished_order: WorkOrder, chenliang: User, guoqiang: User, zhaomin: User, luxia: User,
) -> None:
    order = finished_order
    Inspection.reject(order, judged_good(order), ["not_fixed"], by=zhaomin)
    carry_out(order, chenliang)
    Inspection.pass_work(order, judged_good(order), by=guoqiang)
    with pytest.raises(NotAllowed, match="was_inspector"):
        Attempt.make(stored(order), "answered", by=zhaomin, told=Said(solved="yes", overall="satisfied"))
    Attempt.make(order, "answered", by=luxia, told=Said(solved="yes", overall="satisfied"))
    assert stored(order).state == "archived"


def test_who_called_before_a_dispute_does_not_inspect_after_it(
    calling_order: WorkOrder, chenliang: User, zhaomin: User, guoqiang: User,
) -> None:
    order = calling_order
    Attempt.make(order, "answered", by=zhaomin, told=Said(solved="no", overall="dissatisfied", reasons=("R1",)))
    carry_out(order, chenliang)
    for verb in ("pass", "reject"):
        with pytest.raises(NotAllowed, match="was_caller"):
            DONE[verb](stored(order), zhaomin)
    Inspection.pass_work(order, judged_good(order), by=guoqiang)
    assert stored(order).state == "calling"


def test_a_call_that_nobody_answered_is_a_part_in_the_order_too(
    calling_order: WorkOrder, chenliang: User, zhaomin: User, luxia: User,
) -> None:
    order = calling_order
    Attempt.make(order, "no_answer", by=zhaomin)
    Attempt.make(order, "answered", by=luxia, told=Said(solved="no", overall="dissatisfied", reasons=("R1",)))
    carry_out(order, chenliang)
    with pytest.raises(NotAllowed, match="was_caller"):
        Inspection.pass_work(stored(order), judged_good(order), by=zhaomin)
    assert stored(order).state == "finished"


@pytest.mark.parametrize("part", ["inspector", "caller"])
def test_who_inspected_or_called_is_not_given_the_next_round(
    finished_order: WorkOrder, guoqiang: User, luxia: User, sunqi: User, part: str,
) -> None:
    order, jack = finished_order, supervise_and_work(finished_order.estate)
    if part == "inspector":
        Inspection.reject(order, judged_good(order), ["not_fixed"], by=jack)
    else:
        Inspection.pass_work(order, judged_good(order), by=guoqiang)
        Attempt.make(order, "answered", by=jack, told=Said(solved="no", overall="dissatisfied", reasons=("R1",)))
    before = traces(order)
    with pytest.raises(Refused, match=r"assign\.had_another_part"):
        order.assign(jack, by=sunqi)
    assert traces(order) == before


@pytest.mark.parametrize("login", ["guoqiang", "sunqi", "luxia", "xuwei"])
def test_evidence_of_the_work_comes_only_from_who_held_the_order(working_order: WorkOrder, login: str) -> None:
    before = traces(working_order)
    with pytest.raises(NotAllowed):
        photograph(working_order, "after", 2, 3, by=User.get(User.login == login))
    assert traces(working_order) == before


def test_the_worker_of_another_order_inspects_and_calls_this_one(
    finished_order: WorkOrder, home: Place, burst_pipe: Category, sunqi: User, guoqiang: User,
) -> None:
    jack = supervise_and_work(finished_order.estate)
    other = WorkOrder.register_call(home, "另一处漏水", burst_pipe, by=sunqi, channel="phone", read_back=True)
    other.assign(jack, by=sunqi)
    other.accept(by=jack)
    Inspection.pass_work(finished_order, judged_good(finished_order), by=jack)
    assert stored(finished_order).state == "calling"


# -- done without a signal

TOLD = {"captured_at": datetime(2027, 3, 1, 4, 0), "clock_off": 300}


def test_every_event_of_what_waited_on_a_phone_keeps_what_the_phone_told(
    accepted_order: WorkOrder, chenliang: User,
) -> None:
    before = Event.select().count()
    accepted_order.told = TOLD
    photograph(accepted_order, "before", 1, by=chenliang)
    accepted_order.arrive(by=chenliang)
    Note.add(accepted_order, "到了", by=chenliang)
    left = list(Event.about(accepted_order.number))[before:]
    assert [event.verb for event in left] == ["photo", "arrive", "note"]
    for event in left:
        assert (event.captured_at, event.detail["clock_off"]) == (TOLD["captured_at"], 300)
    assert Event.first_broken() is None


def test_what_a_phone_told_of_a_report_is_kept_and_goes_on_to_its_photos(home: Place, chenliang: User) -> None:
    order = WorkOrder.report(home, "灯不亮", by=chenliang, channel="staff", told=TOLD)
    photograph(order, "report", 1, by=chenliang)
    assert [(event.verb, event.captured_at) for event in Event.about(order.number)] == [
        ("report", TOLD["captured_at"]), ("photo", TOLD["captured_at"])]


def test_what_a_phone_tells_overrides_no_fact_of_the_event(assigned_order: WorkOrder, chenliang: User) -> None:
    assigned_order.told = {"version": 99}
    assigned_order.accept(by=chenliang)
    assert list(Event.about(assigned_order.number))[-1].detail["version"] == assigned_order.version != 99


def test_an_order_knows_whether_it_moved_since_it_was_looked_up(assigned_order: WorkOrder, chenliang: User) -> None:
    order = stored(assigned_order)
    assert not order.moved
    Note.add(order, "一条", by=chenliang)
    assert not order.moved
    order.accept(by=chenliang)
    assert order.moved
    assert not stored(order).moved


@pytest.mark.parametrize(("state", "steps"), [
    ("assigned", ["accept", "arrive", "finish"]), ("accepted", ["arrive", "finish"]), ("rework", ["arrive", "finish"]),
    ("working", ["finish"]), *((state, []) for state in STATES if state not in (
        "assigned", "accepted", "rework", "working")),
])
def test_the_steps_ahead_lead_from_each_state_to_the_end_of_the_work(
    assigned_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User, guoqiang: User, state: str, steps: list[str],
) -> None:
    WorkOrder.update(state=state).where(WorkOrder.id == assigned_order.id).execute()
    order = stored(assigned_order)
    assert steps_ahead(order, chenliang) == steps
    for other in (xuwei, sunqi, guoqiang):
        assert steps_ahead(order, other) == []


def test_who_inspected_an_order_has_no_steps_ahead_on_it(
    finished_order: WorkOrder, heguangjun: User, guoqiang: User,
) -> None:
    Inspection.reject(finished_order, judged_good(finished_order), ["not_fixed"], by=heguangjun)
    WorkOrder.update(assignee=heguangjun).where(WorkOrder.id == finished_order.id).execute()
    assert steps_ahead(stored(finished_order), heguangjun) == []


def test_whoever_accepts_has_the_limits_that_hold_by_then(
    assigned_order: WorkOrder, chenliang: User, sunqi: User,
) -> None:
    read_before = stored(assigned_order)
    assigned_order.prioritize("P0", "楼下也漏了", by=sunqi)
    read_before.accept(by=chenliang)
    order = stored(assigned_order)
    dues = {row.what: row.due_at for row in Deadline.of(order) if row.alarm_at is not None}
    assert dues == {"arrive": order.arrive_due, "complete": order.complete_due}
    assert order.due_at == min(dues.values())
