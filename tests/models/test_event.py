"""The history: nothing happens without an event, no event without its happening, and nobody rewrites it."""
from datetime import datetime, timedelta

import pytest
from peewee import DatabaseError

from models.base import database, rows
from models.callback import Attempt, Said
from models.errors import DomainError
from models.event import FIRST, LATE, RECEIPT, Event, canonical
from models.place import Place
from models.user import User
from models.work_order import Hold, Inspection, Note, WorkOrder
from models.work_order.moves import MOVES
from tests.conftest import judged_good
from tests.models.conftest import HOUR, carry_out, photograph, stored


@pytest.fixture
def long_story(
    working_order: WorkOrder, chenliang: User, guoqiang: User, luxia: User, xuwei: User, sunqi: User,
) -> WorkOrder:
    """A hold, a return, a new technician, a dispute, a call nobody answered and the archive."""
    order = working_order
    Hold.ask(order, "parts", order.registered_at + 48 * HOUR, by=chenliang)
    Hold.approve(order, by=guoqiang)
    Hold.resume(order, by=chenliang)
    photograph(order, "after", 2, 3, by=chenliang)
    order.finish("换了角阀", by=chenliang)
    Inspection.reject(order, judged_good(order), ["not_fixed"], by=guoqiang)
    order.assign(xuwei, by=sunqi)
    order.accept(by=xuwei)
    Note.add(order, "业主在家", by=xuwei)
    carry_out(order, xuwei)
    Inspection.pass_work(order, judged_good(order), by=guoqiang)
    Attempt.make(order, "no_answer", by=luxia)
    Attempt.make(order, "answered", by=luxia, told=Said("no", "dissatisfied", "还在滴", reasons=("R1",)))
    carry_out(order, xuwei)
    Inspection.pass_work(order, judged_good(order), by=guoqiang)
    Attempt.make(order, "answered", by=luxia, told=Said(solved="yes", overall="satisfied"))
    return order


def test_every_move_has_exactly_one_event_and_every_such_event_its_move(long_story: WorkOrder) -> None:
    events = list(Event.about(long_story.number))
    moves = [event for event in events if MOVES[event.verb].to]
    assert [event.detail["version"] for event in moves] == list(range(1, stored(long_story).version + 1))
    assert [event.verb for event in moves] == [
        "report", "register", "assign", "accept", "arrive", "suspend", "resume", "finish", "reject", "assign", "accept",
        "arrive", "finish", "pass", "dispute", "arrive", "finish", "pass", "close"]


def test_each_event_begins_where_the_last_one_ended(long_story: WorkOrder) -> None:
    events = list(Event.about(long_story.number))
    assert [event.was for event in events] == [None, *(event.became for event in events[:-1])]
    assert events[-1].became == stored(long_story).state == "archived"


def test_every_event_is_a_row_of_the_table(long_story: WorkOrder) -> None:
    for event in Event.about(long_story.number):
        move = MOVES[event.verb]
        assert event.was in move.from_
        assert event.became in (move.to or (event.was,))


def test_a_whole_chain_is_whole(long_story: WorkOrder) -> None:
    hashes = [(event.previous, event.hash) for event in Event.select().order_by(Event.id)]
    assert [previous for previous, _ in hashes] == [FIRST, *(own for _, own in hashes[:-1])]
    assert Event.first_broken() is None


def test_an_owner_has_no_name_in_the_history(reported_order: WorkOrder, registered_order: WorkOrder) -> None:
    told = [(event.verb, event.via, event.by) for event in Event.about(registered_order.number)]
    assert told == [("report", "owner", None), ("register", "staff", registered_order.first_contact)]
    said = "".join(event.detail_json for event in Event.select())
    assert "13800001234" not in said
    assert "王女士" not in said


@pytest.mark.parametrize(
    ("column", "value"),
    [("subject", "GD-20200101-0001"), ("verb", "note"), ("by_id", 1), ("by_id", None), ("via", "robot"),
     ("at", "2020-01-01 00:00:00"), ("was", "working"), ("became", "archived"), ("detail_json", '{"version":9}'),
     ("previous", "f" * 64), ("hash", "f" * 64)],
)
def test_a_changed_event_is_found(assigned_order: WorkOrder, column: str, value: object) -> None:
    third = Event.select().order_by(Event.id)[2]
    database.execute_sql("DROP TRIGGER event_no_update")
    database.execute_sql(f'UPDATE event SET "{column}" = ? WHERE id = ?', (value, third.id))
    assert Event.first_broken() == third


def test_an_event_cut_out_of_the_chain_is_found(accepted_order: WorkOrder) -> None:
    second, third = list(Event.select().order_by(Event.id))[1:3]
    database.execute_sql("DROP TRIGGER event_no_delete")
    database.execute_sql("DELETE FROM event WHERE id = ?", (second.id,))
    assert Event.first_broken() == third


def test_a_forged_event_with_a_hash_of_its_own_is_found(accepted_order: WorkOrder) -> None:
    second, third = list(Event.select().order_by(Event.id))[1:3]
    second.detail_json = canonical({"version": 2, "kind": "praise"})
    database.execute_sql("DROP TRIGGER event_no_update")
    database.execute_sql("UPDATE event SET detail_json = ?, hash = ? WHERE id = ?",
                         (second.detail_json, second.hash_now(), second.id))
    assert Event.first_broken() == third


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE event SET became = 'archived'",
        "UPDATE event SET id = id + 1000",
        "DELETE FROM event",
        "REPLACE INTO event SELECT id, subject, 'void', by_id, via, at, was, became, detail_json, previous, hash"
        " FROM event WHERE id = 1",
    ],
)
def test_the_database_itself_refuses_to_rewrite_history(assigned_order: WorkOrder, sql: str) -> None:
    before = list(Event.select().order_by(Event.id).tuples())
    with pytest.raises(DatabaseError, match="append-only"):
        database.execute_sql(sql)
    assert list(Event.select().order_by(Event.id).tuples()) == before


def test_a_refused_verb_leaves_no_event(working_order: WorkOrder, chenliang: User) -> None:
    before = Event.select().count()
    with pytest.raises(DomainError):
        working_order.finish("没有照片", by=chenliang)
    assert Event.select().count() == before


def test_one_value_has_one_text() -> None:
    assert canonical({"b": 1, "a": "水"}) == canonical({"a": "水", "b": 1}) == '{"a":"水","b":1}'


# -- receipts


def subjects(receipt: str) -> list[str]:
    return [subject for (subject,) in rows(Event.subject_of(receipt))]


def test_a_receipt_names_the_last_event_about_a_thing(assigned_order: WorkOrder, home: Place) -> None:
    WorkOrder.report(home, "另一件事", by=None)
    last = list(Event.about(assigned_order.number))[-1]
    receipt = Event.receipt(assigned_order.number)
    assert receipt == f"{last.id}-{last.hash[:4]}"
    assert RECEIPT.fullmatch(receipt)
    assert subjects(receipt) == [assigned_order.number]


def test_a_receipt_of_nothing_in_particular_names_the_last_event_of_all(
    assigned_order: WorkOrder, home: Place,
) -> None:
    other = WorkOrder.report(home, "另一件事", by=None)
    assert Event.receipt(None) == Event.receipt(other.number) != Event.receipt(assigned_order.number)


def test_a_receipt_with_a_wrong_hash_or_number_names_nothing(assigned_order: WorkOrder) -> None:
    number, beginning = Event.receipt(assigned_order.number).split("-")
    wrong = "0000" if beginning != "0000" else "1111"
    for receipt in (f"{number}-{wrong}", f"{int(number) + 1}-{beginning}", f"999999999-{beginning}"):
        assert subjects(receipt) == []


@pytest.mark.parametrize("text", ["", "12", "12-ab3", "12-ab3fa", "12-AB3F", "-ab3f", "1234567890-ab3f", "12-ab3f\n",
                                  "１２-ab3f", "12-%%%%", "GD-20261123-0001"])
def test_what_is_no_receipt_does_not_look_like_one(text: str) -> None:
    assert not RECEIPT.fullmatch(text)


# -- when it was done


def heard(at: datetime, **detail: object) -> Event:
    return Event(at=at, detail_json=canonical(detail))


NOON = datetime(2027, 3, 1, 4, 0)


def test_what_came_at_once_did_not_wait() -> None:
    event = heard(NOON)
    assert (event.captured_at, event.waited, event.is_late) == (None, 0.0, False)


@pytest.mark.parametrize(("waited", "late"), [(timedelta(), False), (LATE, False), (LATE + timedelta(seconds=1), True)])
def test_what_waited_over_an_hour_is_late(waited: timedelta, late: bool) -> None:
    event = heard(NOON, captured_at=NOON - waited)
    assert (event.captured_at, event.waited, event.is_late) == (NOON - waited, waited.total_seconds(), late)


@pytest.mark.parametrize("off", [timedelta(days=400), timedelta(days=-400), timedelta(hours=2)])
def test_a_wrong_clock_makes_nothing_late_and_hides_no_lateness(off: timedelta) -> None:
    fresh = heard(NOON, captured_at=NOON + off, clock_off=off.total_seconds())
    late = heard(NOON, captured_at=NOON + off - 2 * LATE, clock_off=off.total_seconds())
    assert (fresh.waited, fresh.is_late) == (0, False)
    assert (late.waited, late.is_late) == (2 * LATE.total_seconds(), True)


def test_whole_and_broken_milliseconds_come_back_as_they_were() -> None:
    for at in (NOON, NOON + timedelta(milliseconds=123)):
        assert heard(NOON, captured_at=at).captured_at == at
