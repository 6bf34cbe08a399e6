"""The hold: asked by who works, agreed by who does not, and the clock stands still only in between."""
from datetime import datetime, timedelta

import pytest

from models.base import moment
from models.dispatch import Category
from models.errors import NotAllowed, Refused, Stale
from models.place import Estate, Place
from models.user import User
from models.work_order import Hold, WorkOrder
from tests.models.conftest import HOUR, hire, photograph, stored, traces, verbs_of


def ask(order: WorkOrder, by: User, hours: int = 48) -> Hold:
    return Hold.ask(order, "parts", order.registered_at + hours * HOUR, by=by)


def test_asking_changes_neither_state_nor_clock(working_order: WorkOrder, chenliang: User) -> None:
    due = working_order.due_at
    hold = ask(working_order, chenliang)
    order = stored(working_order)
    assert (order.state, order.due_at, order.complete_due) == ("working", due, working_order.complete_due)
    assert (order.asked_hold, order.standing_hold) == (hold, hold)
    assert verbs_of(order)[-1] == "ask_hold"


@pytest.mark.parametrize(
    ("reason", "hours", "code"),
    [("lunch", 48, "hold.no_reason"), ("", 48, "hold.no_reason"), ("parts", -1, "hold.no_promise"),
     ("parts", None, "hold.no_promise")],
)
def test_asking_needs_a_known_reason_and_a_promise_that_lies_ahead(
    working_order: WorkOrder, chenliang: User, reason: str, hours: int | None, code: str,
) -> None:
    before = traces(working_order)
    promised = working_order.registered_at + hours * HOUR if hours is not None else None
    with pytest.raises(Refused, match=code):
        Hold.ask(working_order, reason, promised, by=chenliang)
    assert traces(working_order) == before
    assert not Hold.select().exists()


def test_a_hold_is_asked_once(working_order: WorkOrder, chenliang: User) -> None:
    ask(working_order, chenliang)
    with pytest.raises(Stale, match=r"hold\.asked_already"):
        ask(working_order, chenliang)
    assert Hold.select().count() == 1


def test_nothing_is_approved_or_refused_that_nobody_asked(working_order: WorkOrder, guoqiang: User) -> None:
    before = traces(working_order)
    with pytest.raises(Stale, match=r"hold\.not_asked"):
        Hold.approve(working_order, by=guoqiang)
    with pytest.raises(Stale, match=r"hold\.not_asked"):
        Hold.refuse(working_order, "有货", by=guoqiang)
    assert traces(working_order) == before


def test_a_refused_hold_says_why_and_may_be_asked_again(
    working_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    ask(working_order, chenliang)
    with pytest.raises(Refused, match=r"text\.missing"):
        Hold.refuse(working_order, "  ", by=guoqiang)
    Hold.refuse(working_order, "仓库有货", by=guoqiang)
    assert stored(working_order).state == "working"
    assert stored(working_order).asked_hold is None
    assert ask(working_order, chenliang).id


def test_the_clock_stands_still_from_the_approval_and_not_from_the_asking(
    working_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    start, due = working_order.registered_at, working_order.complete_due
    working_order.contain(by=chenliang)
    with moment(start + 2 * HOUR):
        ask(working_order, chenliang)
    with moment(start + 5 * HOUR):
        Hold.approve(working_order, by=guoqiang)
    assert stored(working_order).due_at == start + 48 * HOUR
    with moment(start + 15 * HOUR):
        Hold.resume(working_order, by=chenliang)
    order = stored(working_order)
    assert order.complete_due == due + 10 * HOUR
    assert (order.state, order.due_at, order.standing_hold) == ("working", due + 10 * HOUR, None)


def test_two_holds_stop_the_clock_twice(working_order: WorkOrder, chenliang: User, guoqiang: User) -> None:
    start, due = working_order.registered_at, working_order.complete_due
    for hours in (1, 6):
        with moment(start + hours * HOUR):
            ask(working_order, chenliang)
            Hold.approve(working_order, by=guoqiang)
        with moment(start + (hours + 3) * HOUR):
            Hold.resume(working_order, by=guoqiang)
    assert stored(working_order).complete_due == due + 6 * HOUR


def test_what_was_overdue_before_the_hold_stays_overdue(
    working_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    start, due = working_order.registered_at, working_order.complete_due
    with moment(start + 30 * HOUR):
        ask(working_order, chenliang)
        Hold.approve(working_order, by=guoqiang)
    with moment(start + 40 * HOUR):
        Hold.resume(working_order, by=chenliang)
    assert stored(working_order).complete_due == due


def test_a_working_hours_clock_gives_back_only_working_hours(
    home: Place, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    leaf = Category.leaf(home.estate, "1002")  # two workdays, 08:00 to 20:00
    thursday = datetime(2026, 11, 26, 2, 0)    # 10:00 in Asia/Shanghai
    with moment(thursday):
        order = WorkOrder.register_call(home, "角阀滴水", leaf, by=sunqi, channel="phone", read_back=True)
        order.assign(chenliang, by=sunqi)
        order.accept(by=chenliang)
        order.arrive(by=chenliang, no_photo_reason="停电")
    assert order.complete_due == datetime(2026, 11, 30, 12, 0)  # Monday, 20:00
    with moment(thursday + 4 * HOUR):  # Thursday 14:00: 6 + 12 + 12 hours are left
        Hold.ask(order, "parts", thursday + timedelta(days=3), by=chenliang)
        Hold.approve(order, by=guoqiang)
    with moment(datetime(2026, 11, 28, 4, 0)):  # Saturday noon: nothing runs before Monday 08:00
        Hold.resume(order, by=chenliang)
    assert stored(order).complete_due == datetime(2026, 12, 2, 6, 0)  # Wednesday, 14:00


def test_finishing_withdraws_what_was_asked(working_order: WorkOrder, chenliang: User) -> None:
    ask(working_order, chenliang)
    photograph(working_order, "after", 2, 3, by=chenliang)
    working_order.finish("配件找到了,已换好", by=chenliang)
    assert stored(working_order).standing_hold is None


@pytest.mark.parametrize("verb", ["approve", "refuse"])
def test_nobody_decides_on_a_hold_of_work_they_do_themselves(
    registered_order: WorkOrder, heguangjun: User, sunqi: User, verb: str,
) -> None:
    order = registered_order
    order.assign(heguangjun, by=sunqi, why="就近处理")
    order.accept(by=heguangjun)
    order.arrive(by=heguangjun, no_photo_reason="停电")
    ask(order, heguangjun)
    before = traces(order)
    with pytest.raises(NotAllowed, match="was_worker"):
        Hold.approve(order, by=heguangjun) if verb == "approve" else Hold.refuse(order, "不行", by=heguangjun)
    assert traces(order) == before


def test_an_order_that_was_finished_meanwhile_takes_no_hold(working_order: WorkOrder, chenliang: User) -> None:
    seen_before = stored(working_order)
    photograph(working_order, "after", 2, 3, by=chenliang)
    working_order.finish("修好了", by=chenliang)
    before = traces(working_order)
    with pytest.raises(Stale):
        ask(seen_before, chenliang)
    assert traces(working_order) == before
    assert not Hold.select().exists()


def test_a_suspended_order_goes_on_only_by_its_technician_or_a_supervisor(
    working_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    ask(working_order, chenliang)
    Hold.approve(working_order, by=guoqiang)
    clerk = hire(working_order.estate, "clerk", "desk", "manager", "technician")
    with pytest.raises(NotAllowed):
        Hold.resume(working_order, by=clerk)
    assert stored(working_order).state == "suspended"


def test_resuming_loses_no_second(working_order: WorkOrder, chenliang: User, guoqiang: User) -> None:
    start, due = working_order.registered_at, working_order.complete_due
    held = timedelta(0)
    for n in range(3):
        with moment(start + (1 + 3 * n) * HOUR + timedelta(seconds=7, milliseconds=250)):
            ask(working_order, chenliang)
            Hold.approve(working_order, by=guoqiang)
        with moment(start + (2 + 3 * n) * HOUR + timedelta(seconds=51, milliseconds=n)):
            Hold.resume(working_order, by=chenliang)
        held += HOUR + timedelta(seconds=43, milliseconds=750 + n)
    assert stored(working_order).complete_due == due + held


def test_resuming_gives_back_what_was_left_for_containing(
    working_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    start, contain, arrive = working_order.registered_at, working_order.contain_due, working_order.arrive_due
    with moment(start + HOUR):
        ask(working_order, chenliang)
        Hold.approve(working_order, by=guoqiang)
    with moment(start + 5 * HOUR):
        Hold.resume(working_order, by=chenliang)
    order = stored(working_order)
    assert (order.contain_due, order.due_what) == (contain + 4 * HOUR, "contain")
    assert order.arrive_due == arrive  # it was kept before the hold


def test_a_hold_moves_nothing_that_was_contained_or_overdue_before_it(
    working_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    start, contain, complete = working_order.registered_at, working_order.contain_due, working_order.complete_due
    with moment(start + HOUR):
        working_order.contain(by=chenliang)
    with moment(start + 30 * HOUR):  # 24 h were promised
        ask(working_order, chenliang)
        Hold.approve(working_order, by=guoqiang)
    with moment(start + 40 * HOUR):
        Hold.resume(working_order, by=chenliang)
    order = stored(working_order)
    assert (order.contain_due, order.complete_due, order.due_at) == (contain, complete, complete)


def test_the_share_on_hold_counts_approved_open_time_only(
    working_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    start = working_order.registered_at
    with moment(start + 5 * HOUR):
        ask(working_order, chenliang)
        assert Hold.share(working_order) == 0
    with moment(start + 10 * HOUR):
        Hold.approve(working_order, by=guoqiang)
    with moment(start + 20 * HOUR):
        assert Hold.share(working_order) == pytest.approx(0.5, abs=1e-4)
        Hold.resume(working_order, by=chenliang)
    with moment(start + 40 * HOUR):
        assert Hold.share(working_order) == pytest.approx(0.25, abs=1e-4)


def test_the_share_on_hold_is_nothing_before_registering(reported_order: WorkOrder) -> None:
    assert Hold.share(reported_order) == 0


def test_the_longest_hold_stands_first_and_what_is_only_asked_for_last(
    home: Place, burst_pipe: Category, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    start, orders = datetime(2026, 11, 23, 1, 0), []
    for n in range(3):
        with moment(start + n * HOUR):
            order = WorkOrder.register_call(home, f"第{n}件", burst_pipe, by=sunqi, channel="phone", read_back=True)
            order.assign(chenliang, by=sunqi)
            order.accept(by=chenliang)
            order.arrive(by=chenliang, no_photo_reason="停电")
            ask(order, chenliang)
            orders.append(order)
    for n in (2, 1):
        with moment(start + (9 - n) * HOUR):
            Hold.approve(orders[n], by=guoqiang)
    assert [one.number for one in Hold.standing(guoqiang)] == [orders[n].number for n in (2, 1, 0)]
    with moment(start + 9 * HOUR):
        Hold.resume(orders[2], by=chenliang)
    assert [one.title for one in Hold.standing(guoqiang)] == ["第1件", "第0件"]


def test_holds_of_another_estate_are_nobodys_business(
    working_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    ask(working_order, chenliang)
    elsewhere = Estate.create(code="beichen", name="北辰里")
    assert Hold.standing(hire(elsewhere, "boss", "supervisor")) == []
    assert len(Hold.standing(guoqiang)) == 1


def test_a_promise_is_no_further_ahead_than_a_year(working_order: WorkOrder, chenliang: User) -> None:
    with pytest.raises(Refused, match=r"hold\.too_far") as refused:
        Hold.ask(working_order, "parts", datetime(9999, 12, 31), by=chenliang)
    assert refused.value.field == "promised_at"
