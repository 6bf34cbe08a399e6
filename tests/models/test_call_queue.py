"""The call list: agreed times first, then the first due; who may call about what, and what waits for its inspection."""
from datetime import datetime, timedelta

import pytest

from models.base import database, moment, now
from models.callback import Attempt, Policy, Said, queue
from models.callback.queue import CallQueue
from models.dispatch import Category
from models.errors import Refused
from models.place import Estate, Place
from models.user import RoleOf, User
from models.work_order import Complaint, Inspection, WorkOrder
from tests.conftest import judged_good
from tests.models.conftest import HOUR, carry_out, hire
from tests.models.test_attempt import tomorrow, usual

__all__ = ["usual"]


@pytest.fixture
def finish_one(home: Place, burst_pipe: Category, sunqi: User, chenliang: User) -> object:
    """`finish_one("words")`: an order of an owner's that is done, `hours` ago."""
    def done(text: str, *, hours: float = 0, name: str = "王女士", phone: str = "13800001234") -> WorkOrder:
        with moment(now() - timedelta(hours=hours)):
            order = WorkOrder.report(home, text, by=None, name=name, phone=phone)
            order.register(burst_pipe, by=sunqi, read_back=True)
            order.assign(chenliang, by=sunqi)
            order.accept(by=chenliang)
            return carry_out(order, chenliang, order.id * 10, order.id * 10 + 1)
    return done


@pytest.fixture
def ready(finish_one: object, guoqiang: User) -> object:
    """The same, and inspected."""
    def passed(text: str, **more: object) -> WorkOrder:
        order = finish_one(text, **more)  # type: ignore[operator]
        Inspection.pass_work(order, judged_good(order), by=guoqiang)
        return order  # type: ignore[no-any-return]
    return passed


def texts(by: User, at: datetime | None = None, after: str = "") -> list[str]:
    return [call.order.text for call in CallQueue(by, at or now()).page(after)[0]]


def only(by: User, at: datetime | None = None) -> queue.Call:
    [call] = CallQueue(by, at or now()).page()[0]
    return call


def test_the_first_due_stands_first(ready: object, luxia: User) -> None:
    for text, hours in (("今天的", 0), ("前天的", 40), ("昨天的", 20)):
        ready(text, hours=hours)
    assert texts(luxia) == ["前天的", "昨天的", "今天的"]


def test_a_time_agreed_goes_before_all_in_its_half_hours_and_only_then(ready: object, luxia: User) -> None:
    agreed = ready("约好的")
    ready("早该打的", hours=40)
    at = now() + 5 * HOUR
    Attempt.make(agreed, "later", by=luxia, agreed_at=at)
    for minutes, first in ((-31, "早该打的"), (-30, "约好的"), (0, "约好的"), (30, "约好的"), (31, "早该打的")):
        assert texts(luxia, at + timedelta(minutes=minutes))[0] == first, minutes


def test_before_its_time_what_is_agreed_is_not_to_be_called(ready: object, luxia: User) -> None:
    order, at = ready("约好的"), now() + 5 * HOUR
    Attempt.make(order, "later", by=luxia, agreed_at=at)
    call = only(luxia)
    assert (call.is_now, call.hour.code if call.hour else "", call.opens) == (False, "callback.agreed_for", at)
    assert only(luxia, at).is_now


def test_the_list_says_when_the_next_call_may_be_made(
    ready: object, usual: Policy, estate: Estate, luxia: User,
) -> None:
    order = ready("漏水")
    assert only(luxia, tomorrow(estate, "10:00")).is_now
    call = only(luxia, tomorrow(estate, "12:30"))
    assert (call.is_now, call.opens) == (False, tomorrow(estate, "14:00"))
    with moment(tomorrow(estate, "10:00")):
        Attempt.make(order, "no_answer", by=luxia)
    call = only(luxia, tomorrow(estate, "10:30"))
    assert (call.is_now, call.opens, len(call.next.in_vain), call.next.most) == (
        False, tomorrow(estate, "12:00"), 1, 3)


def test_after_the_last_call_it_stays_on_the_list_to_be_closed(ready: object, luxia: User) -> None:
    order = ready("没人接")
    for _ in range(3):
        Attempt.make(order, "no_answer", by=luxia)
    call = only(luxia)
    assert (call.is_now, call.next.left, call.opens, call.next.ways_out) == (False, 0, None, ["unreached"])


def test_who_had_a_part_in_it_sees_that_it_is_not_theirs_to_call(
    ready: object, luxia: User, chenliang: User, guoqiang: User,
) -> None:
    ready("漏水")
    for person, code in ((chenliang, "was_worker"), (guoqiang, "was_inspector"), (luxia, "")):
        RoleOf.get_or_create(user=person, role="caller")
        barred = only(User.get_by_id(person.id)).barred
        assert (barred.code if barred else "") == code


def test_a_major_complaint_is_on_the_list_and_the_managers_to_call(
    major_complaint: WorkOrder, luxia: User, zhaomin: User,
) -> None:
    barred = only(luxia).barred
    assert barred is not None
    assert barred.code == "complaint.managers_call"
    assert only(zhaomin).is_now


def test_nobody_is_shown_a_complaint_that_is_hidden_from_them(
    major_complaint: WorkOrder, estate: Estate, sunqi: User,
) -> None:
    Complaint.update(hidden=True).execute()
    theirs = hire(estate, "huifang", "caller")
    User.update(department="engineering").where(User.id == theirs.id).execute()
    theirs = User.get_by_id(theirs.id)
    assert texts(theirs) == []
    assert texts(hire(estate, "other", "caller")) == [major_complaint.text]


def test_a_caller_of_another_estate_sees_nothing_of_it(ready: object, stage: object) -> None:
    ready("漏水")
    other = Estate.create(code="beichen", name="北辰里")
    assert texts(hire(other, "stranger", "caller")) == []


def test_what_is_archived_or_back_in_work_is_not_on_the_list(ready: object, luxia: User) -> None:
    done, again, still = ready("好了"), ready("还漏"), ready("等着")
    Attempt.make(done, "answered", by=luxia, told=Said("yes", "satisfied"))
    Attempt.make(again, "answered", by=luxia, told=Said("no", "fairly", reasons=("R1",)))
    assert texts(luxia) == [still.text]


def test_page_by_page_every_order_comes_once_though_time_goes_on(
    ready: object, luxia: User, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    orders = [ready(f"第{n}件", hours=30 - n) for n in range(6)]
    at = now() + 5 * HOUR
    Attempt.make(orders[5], "later", by=luxia, agreed_at=at)
    # Between the pages the agreed hour comes near: it was not first on the first page, and is not lost on the last.
    seen, after, when = [], "", at - timedelta(minutes=35)
    for _ in range(9):
        calls, after = CallQueue(luxia, when).page(after)
        seen += [call.order.text for call in calls]
        when += timedelta(minutes=10)
        if not after:
            break
    assert seen == [order.text for order in orders]


@pytest.mark.parametrize("cursor", [
    "x", "a~b~c", "2026-01-01~2026-01-01", "2026-01-01~2026-01-01~x", "~~", "9~9~9~9", "0001-01-01~2026-01-01~1",
    "9999-12-31T23:59~2026-01-01~1",
])
def test_a_cursor_that_is_none_is_refused(luxia: User, cursor: str) -> None:
    with pytest.raises(Refused, match=r"list\.bad_cursor"):
        CallQueue(luxia, now()).page(cursor)


def test_a_page_costs_the_same_reads_for_many_as_for_few(ready: object, luxia: User) -> None:
    from tests.views.test_queries import counting

    def reads() -> int:
        with counting() as sent:
            calls = CallQueue(User.get_by_id(luxia.id), now())
            assert all(call.order.place.full_name and call.order.estate.name for call in calls.page()[0])
            assert calls.uninspected() == []
        return len(sent)

    for n in range(2):
        ready(f"第{n}件")
    few = reads()
    for n in range(8):
        Attempt.make(ready(f"又{n}件"), "no_answer", by=luxia)
    assert reads() == few <= 12


def test_the_list_is_read_by_its_index(ready: object, luxia: User) -> None:
    ready("漏水")
    calls = CallQueue(luxia, now())
    sql, values = calls._calling().order_by(WorkOrder.due_at, WorkOrder.id).limit(26).sql()
    plan = " ".join(row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values))
    assert "work_order_calling" in plan
    assert "TEMP B-TREE" not in plan


# -- what waits for its inspection


def test_what_is_not_inspected_in_time_says_so_below_the_list(finish_one: object, luxia: User) -> None:
    finish_one("刚完工")
    late, near = finish_one("早完工", hours=30), finish_one("快到期", hours=21)
    waiting = CallQueue(luxia, now()).uninspected()
    assert [callback.order.text for callback in waiting] == [late.text, near.text]
    assert [callback.due_at < now() for callback in waiting] == [True, False]
    assert texts(luxia) == []


def test_what_nobody_is_called_about_waits_for_no_call(finish_one: object, luxia: User) -> None:
    finish_one("没留电话", hours=30, name="王女士", phone="")
    assert CallQueue(luxia, now()).uninspected() == []


def test_once_inspected_it_is_on_the_list(finish_one: object, luxia: User, guoqiang: User) -> None:
    order = finish_one("早完工", hours=30)
    Inspection.pass_work(order, judged_good(order), by=guoqiang)
    assert CallQueue(luxia, now()).uninspected() == []
    assert texts(luxia) == [order.text]
