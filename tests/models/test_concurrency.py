"""Many at once on one SQLite file: nobody hears that it is locked, and of two who want the same one wins."""
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from models.base import database, rows, writing
from models.callback import Attempt, Said
from models.dispatch import Category
from models.errors import DomainError, Stale
from models.event import Event
from models.photo import Photo, shelved
from models.place import Place
from models.submission import Submission
from models.user import User
from models.work_order import Assignment, Hold, Inspection, WorkOrder
from tests.conftest import judged_good
from tests.models.conftest import HOUR, photograph, snapshot, stored

WRITERS = 8


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each act in a thread with a connection of its own, all starting together; what each returned or was told."""
    together = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with database.connection_context():
            together.wait(10)
            try:
                return act()
            except DomainError as refusal:
                return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(60) for future in [pool.submit(run, act) for act in acts]]


def one_wins(order: WorkOrder, verb: Callable[[WorkOrder, User], Any], *people: User) -> None:
    """Each has the order before them as it is now; exactly one of them moves it."""
    before_them = [(stored(order), person) for person in people]
    answers = at_once(*[partial(verb, mine, person) for mine, person in before_them])
    refusals = [answer for answer in answers if isinstance(answer, DomainError)]
    assert len(refusals) == len(people) - 1
    assert all(isinstance(refusal, Stale) for refusal in refusals)
    assert stored(order).version == order.version + 1
    assert Event.first_broken() is None


def test_eight_writers_carry_their_orders_through_the_whole_loop(
    home: Place, burst_pipe: Category, sunqi: User, chenliang: User, guoqiang: User, luxia: User,
) -> None:
    def carry(writer: int) -> list[str]:
        numbers = []
        for n in range(2):
            seed = 1000 + writer * 100 + n * 10
            order = WorkOrder.report(home, f"第{writer}线第{n}件", by=None, name="王女士", phone="13800001234")
            order.register(burst_pipe, by=sunqi, read_back=True)
            order.assign(chenliang, by=sunqi)
            order.accept(by=chenliang)
            order.arrive(by=chenliang, no_photo_reason="停电")
            photograph(order, "after", seed, seed + 1, by=chenliang)
            order.finish("修好了", by=chenliang)
            Inspection.pass_work(order, judged_good(order), by=guoqiang)
            Attempt.make(order, "answered", by=luxia, told=Said(solved="yes", overall="satisfied"))
            numbers.append(order.number)
        return numbers

    answers = at_once(*[partial(carry, writer) for writer in range(WRITERS)])
    numbers = [number for answer in answers for number in answer]
    assert len(set(numbers)) == WRITERS * 2
    assert {order.state for order in WorkOrder.select()} == {"archived"}
    verbs = ("report", "register", "assign", "accept", "arrive", "finish", "pass", "close")
    told = Counter(rows(Event.select(Event.subject, Event.verb).where(Event.verb.in_(verbs))))
    assert told == {(number, verb): 1 for number in numbers for verb in verbs}
    assert Event.first_broken() is None


def test_of_two_desks_that_assign_the_same_order_one_wins(
    registered_order: WorkOrder, sunqi: User, tangwen: User, chenliang: User, xuwei: User,
) -> None:
    choice = {sunqi.id: chenliang, tangwen.id: xuwei}
    one_wins(registered_order, lambda order, by: order.assign(choice[by.id], by=by), sunqi, tangwen)
    standing = Assignment.get()
    assert standing.technician == stored(registered_order).assignee == choice[standing.by.id]


def test_of_two_taps_that_accept_the_same_order_one_wins(assigned_order: WorkOrder, chenliang: User) -> None:
    one_wins(assigned_order, lambda order, by: order.accept(by=by), chenliang, chenliang)
    assert stored(assigned_order).state == "accepted"


def test_of_two_supervisors_who_pass_the_same_work_one_wins(
    finished_order: WorkOrder, guoqiang: User, zhaomin: User,
) -> None:
    def pass_it(order: WorkOrder, by: User) -> Inspection:
        return Inspection.pass_work(order, judged_good(order), by=by)

    one_wins(finished_order, pass_it, guoqiang, zhaomin)
    assert Inspection.select().count() == 1


def test_of_two_taps_that_finish_the_same_work_one_wins(working_order: WorkOrder, chenliang: User) -> None:
    photograph(working_order, "after", 2, 3, by=chenliang)
    one_wins(working_order, lambda order, by: order.finish("修好了", by=by), chenliang, chenliang)
    assert working_order.callbacks.count() == 1


def test_of_two_supervisors_who_approve_the_same_hold_one_wins(
    working_order: WorkOrder, chenliang: User, guoqiang: User, zhaomin: User,
) -> None:
    Hold.ask(working_order, "parts", working_order.registered_at + 48 * HOUR, by=chenliang)
    one_wins(working_order, lambda order, by: Hold.approve(order, by=by), guoqiang, zhaomin)
    assert stored(working_order).state == "suspended"


def test_of_two_callers_who_close_the_same_order_one_wins(
    calling_order: WorkOrder, luxia: User, zhaomin: User,
) -> None:
    def close(order: WorkOrder, by: User) -> Attempt:
        return Attempt.make(order, "answered", by=by, told=Said(solved="yes", overall="satisfied"))

    one_wins(calling_order, close, luxia, zhaomin)
    assert Attempt.select().count() == 1


def test_one_key_sent_from_eight_threads_makes_one_order(home: Place) -> None:
    whose = {"actor": "owner", "action": "POST /r/abc", "content": "软管爆了"}

    def send() -> str | None:
        with writing():
            claim = Submission.claim("7f9c24e8-3b12-4c5d-9a1e-0123456789ab", **whose)
            if claim is None:
                first = Submission.answered("7f9c24e8-3b12-4c5d-9a1e-0123456789ab", **whose)
                return first and first.answer
            number = WorkOrder.report(home, "水管爆了", by=None).number
            claim.give(number)
            return number

    answers = at_once(*[send] * WRITERS)
    assert set(answers) == {WorkOrder.get().number}
    assert WorkOrder.select().count() == Submission.select().count() == 1


def test_a_picture_sent_by_eight_at_once_is_there_for_each_who_was_told_so(home: Place) -> None:
    orders = [WorkOrder.report(home, f"第{n}件", by=None) for n in range(WRITERS)]
    shared = [snapshot(20)]

    def send(n: int) -> Photo:
        with shelved(shared):
            if n % 2:
                raise Stale("work_order.moved_on")
            return Photo.attach(orders[n], shared, "report", by=None)[0]

    answers = at_once(*[partial(send, n) for n in range(WRITERS)])
    kept = [answer for answer in answers if isinstance(answer, Photo)]
    assert len(kept) == WRITERS // 2
    assert {photo.data(size) for photo in kept for size in ("original",)} == {shared[0].original}
