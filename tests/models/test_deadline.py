"""Deadlines: what runs in which state, who is told when, each once, and what the order says is due next."""
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.base import database, moment, now, rows
from models.callback import Attempt, Said
from models.dispatch import Category
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.jobs import every_minute
from models.place import Estate, Place
from models.sla import TimeLimit
from models.user import User
from models.work_order import Deadline, Hold, Inspection, Note, WorkOrder
from models.work_order.deadline import WHATS
from tests.conftest import MONDAY_MORNING, judged_good
from tests.models.conftest import HOUR, carry_out, photograph, stored, traces, verbs_of
from tests.models.test_concurrency import at_once
from tests.slow_clock import due_by_minutes, warn_by_minutes
from tests.views.test_queries import counting

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
START = MONDAY_MORNING


@pytest.fixture
def order(home: Place, burst_pipe: Category, sunqi: User) -> WorkOrder:
    """Registered on Monday at 9:00 under E1: accept in 10 min, arrive in 30, contain in 120, complete in 24 h."""
    with moment(START):
        return WorkOrder.register_call(home, "厨房软管爆了", burst_pipe, by=sunqi, channel="phone", read_back=True,
                                       name="王女士", phone="13800001234")


@pytest.fixture
def drip(home: Place, sunqi: User) -> WorkOrder:
    """Registered on Monday at 9:00 under N2: two workdays of 08:00 to 20:00."""
    with moment(START):
        return WorkOrder.register_call(home, "角阀滴水", Category.leaf(home.estate, "1002"), by=sunqi, channel="phone",
                                       read_back=True)


def running(order: WorkOrder) -> dict[str, datetime]:
    return {row.what: row.due_at for row in Deadline.select().where(Deadline.order == order) if row.is_running}


def row_of(order: WorkOrder, what: str, round: int = 1) -> Deadline:
    found: Deadline = Deadline.get(Deadline.order == order, Deadline.what == what, Deadline.round == round)
    return found


def signals(order: WorkOrder, what: str = "") -> list[tuple[str, str, int]]:
    told = [event for event in Event.about(order.number) if event.via == "rule" and "what" in event.detail]
    return [(event.verb, event.detail["what"], event.detail["level"]) for event in told
            if not what or event.detail["what"] == what]


@contextmanager
def at(when: datetime) -> Iterator[None]:
    with moment(when):
        yield


def sweep(when: datetime) -> int:
    with moment(when):
        return Deadline.sweep()


def bring_to_work(order: WorkOrder, chenliang: User, sunqi: User, when: datetime) -> None:
    with moment(when):
        order.assign(chenliang, by=sunqi, why="离得近")
        order.accept(by=chenliang)
        order.arrive(by=chenliang, no_photo_reason="停电")


# -- what runs when


def test_each_state_runs_its_own_deadlines(
    order: WorkOrder, sunqi: User, chenliang: User, guoqiang: User, luxia: User,
) -> None:
    def promises() -> set[str]:
        return set(running(order)) - {"stale"}

    with at(START + 5 * MINUTE):
        assert promises() == {"accept", "complete"}
        order.assign(chenliang, by=sunqi, why="离得近")
        assert promises() == {"accept", "complete"}
        order.accept(by=chenliang)
        assert promises() == {"arrive", "complete"}
        order.arrive(by=chenliang, no_photo_reason="停电")
        assert promises() == {"contain", "complete"}
        order.contain(by=chenliang, note="已关总阀")
        assert promises() == {"complete"}
        Hold.ask(order, "parts", START + DAY, by=chenliang)
        assert promises() == {"complete"}
        Hold.approve(order, by=guoqiang)
        assert running(order) == {"hold": START + DAY}
        Hold.resume(order, by=chenliang)
        assert promises() == {"complete"}
        photograph(order, "after", 2, 3, by=chenliang)
        order.finish("换好了", by=chenliang)
        assert promises() == {"callback"}
        Inspection.reject(order, judged_good(order), ["not_fixed"], by=guoqiang)
        assert promises() == {"complete"}
        carry_out(order, chenliang)
        Inspection.pass_work(order, judged_good(order), by=guoqiang)
        assert promises() == {"callback"}
        Attempt.make(order, "answered", by=luxia, told=Said(solved="yes", overall="satisfied"))
        assert running(order) == {}


def test_a_report_runs_its_first_reply_until_somebody_registers_it(
    home: Place, burst_pipe: Category, sunqi: User,
) -> None:
    with at(START):
        order = WorkOrder.report(home, "灯不亮", by=None)
    assert order.due_what == "first_reply"
    assert running(order)["first_reply"] == order.due_at == START + HOUR
    with at(START + 10 * MINUTE):
        order.register(burst_pipe, by=sunqi, read_back=True)
    assert row_of(order, "first_reply").met_at == START + 10 * MINUTE
    assert row_of(order, "accept").starts_at == START + 10 * MINUTE


def test_following_again_changes_nothing(order: WorkOrder, sunqi: User, chenliang: User) -> None:
    bring_to_work(order, chenliang, sunqi, START + MINUTE)
    before = rows(Deadline.select().where(Deadline.what != "stale")), rows(WorkOrder.select())
    with at(START + 2 * MINUTE):
        Deadline.follow(stored(order))
    assert (rows(Deadline.select().where(Deadline.what != "stale")), rows(WorkOrder.select())) == before


def test_a_late_arrival_is_told_apart_from_one_in_time(order: WorkOrder, sunqi: User, chenliang: User) -> None:
    with at(START + 5 * MINUTE):
        order.assign(chenliang, by=sunqi, why="离得近")
        order.accept(by=chenliang)
    with at(START + 40 * MINUTE):
        order.arrive(by=chenliang, no_photo_reason="停电")
        assert {row.what: row.standing for row in Deadline.of(order)} == {
            "accept": "met", "arrive": "late", "contain": "running", "complete": "running"}
    with at(START + 3 * HOUR):
        assert row_of(order, "contain").standing == "overdue"


def test_who_gets_an_order_later_has_as_long_to_accept_as_the_first_had(
    order: WorkOrder, sunqi: User, chenliang: User, xuwei: User,
) -> None:
    with at(START + 2 * MINUTE):
        order.assign(chenliang, by=sunqi, why="离得近")
    assert order.due_at == START + 10 * MINUTE
    with at(START + HOUR):
        order.assign(xuwei, by=sunqi, why="离得近")
    assert (order.due_at, order.due_what) == (START + HOUR + 10 * MINUTE, "accept")
    assert row_of(order, "accept").alarm_at == START + HOUR + 8 * MINUTE


def test_an_arrival_once_kept_is_not_owed_again_by_whom_it_is_given_to(
    order: WorkOrder, sunqi: User, chenliang: User,
) -> None:
    bring_to_work(order, chenliang, sunqi, START + MINUTE)
    WorkOrder.update(state="accepted").where(WorkOrder.id == order.id).execute()  # as a transfer leaves it
    with at(START + HOUR):
        Deadline.follow(stored(order), was="working")
    assert "arrive" not in running(order)
    assert row_of(order, "arrive").standing == "met"
    assert not row_of(order, "contain").is_running


def test_an_appointment_replaces_the_arrival_limit(order: WorkOrder, sunqi: User, chenliang: User) -> None:
    agreed = START + 20 * HOUR
    with at(START + MINUTE):
        order.assign(chenliang, by=sunqi, why="离得近")
        order.accept(by=chenliang)
    sweep(START + 29 * MINUTE)
    with at(START + 29 * MINUTE):
        order.amend("reschedule", by=chenliang, arrive_due=agreed, appointment_at=agreed)
    assert running(order)["arrive"] == agreed
    sweep(START + 2 * HOUR)
    assert signals(order, "arrive") == [("warn", "arrive", 0)]  # for the old time; the new one is far


def test_rework_carries_the_promise_on_and_tells_nobody_twice(
    order: WorkOrder, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    bring_to_work(order, chenliang, sunqi, START + MINUTE)
    with at(START + 26 * HOUR):
        Deadline.sweep()
        photograph(order, "after", 2, 3, by=chenliang)
        order.finish("换好了", by=chenliang)
        Inspection.reject(order, judged_good(order), ["not_fixed"], by=guoqiang)
    sweep(START + 29 * HOUR)
    assert signals(order, "complete") == [
        ("warn", "complete", 0), ("overdue", "complete", 0), ("escalate", "complete", 1), ("escalate", "complete", 2),
        ("escalate", "complete", 3)]
    assert row_of(order, "complete", 1).standing == "late"
    assert row_of(order, "callback", 1).standing == "off"


def test_an_owner_who_disputes_was_called_back_and_is_promised_another_day(
    calling_order: WorkOrder, luxia: User,
) -> None:
    with at(START + 9 * DAY):
        Attempt.make(calling_order, "answered", by=luxia, told=Said("no", "dissatisfied", reasons=("R1",)))
    assert row_of(calling_order, "callback", 1).met_at == START + 9 * DAY
    again = row_of(calling_order, "complete", 2)
    assert (again.due_at - again.starts_at, again.level) == (DAY, 0)


def test_nobody_is_owed_a_call_while_an_exempt_order_waits_for_its_inspection(
    home: Place, burst_pipe: Category, sunqi: User, chenliang: User, machunsheng: User,
) -> None:
    order = WorkOrder.report(home, "巡查见水管渗漏", by=machunsheng, channel="patrol")
    order.register(burst_pipe, by=sunqi, read_back=True)
    bring_to_work(order, chenliang, sunqi, now())
    photograph(order, "after", 2, 3, by=chenliang)
    order.finish("换好了", by=chenliang)
    assert order.callback.exemption == "X1"
    assert (set(running(order)), order.due_what) == ({"stale"}, "")


# -- containment


def test_an_emergency_is_contained_once_by_who_works_on_it(
    order: WorkOrder, sunqi: User, chenliang: User, xuwei: User,
) -> None:
    bring_to_work(order, chenliang, sunqi, START + MINUTE)
    with pytest.raises(NotAllowed):
        order.contain(by=xuwei)
    with pytest.raises(Refused, match=r"text\.too_long"):
        order.contain(by=chenliang, note="长" * 201)
    with at(START + 9 * MINUTE):
        order.contain(by=chenliang, note="已关总阀")
    assert (row_of(order, "contain").met_at, order.due_what) == (START + 9 * MINUTE, "complete")
    assert verbs_of(order)[-1] == "contain"
    before = traces(order)
    with pytest.raises(Stale, match=r"contain\.done_already"):
        order.contain(by=chenliang)
    assert traces(order) == before


def test_what_was_never_an_emergency_is_not_contained(drip: WorkOrder, sunqi: User, chenliang: User) -> None:
    bring_to_work(drip, chenliang, sunqi, START + MINUTE)
    before = traces(drip)
    with pytest.raises(Refused, match=r"contain\.not_promised"):
        drip.contain(by=chenliang)
    assert traces(drip) == before


# -- the sweep


def test_an_order_that_nobody_takes_warns_is_overdue_and_climbs_the_ladder(order: WorkOrder) -> None:
    told = []
    for minutes in (7, 8, 9, 10, 11, 69, 70, 249, 250, 251):
        sweep(START + minutes * MINUTE)
        told.append(len(signals(order, "accept")))
    assert told == [0, 1, 1, 3, 3, 3, 4, 4, 5, 5]
    assert signals(order, "accept") == [("warn", "accept", 0), ("overdue", "accept", 0), ("escalate", "accept", 1),
                                        ("escalate", "accept", 2), ("escalate", "accept", 3)]


def test_a_signal_says_what_it_is_about_and_whom_it_is_for(order: WorkOrder, sunqi: User, chenliang: User) -> None:
    with at(START + MINUTE):
        order.assign(chenliang, by=sunqi, why="离得近")
    sweep(START + 5 * HOUR)
    told = [event for event in Event.about(order.number) if event.detail.get("what") == "accept"]
    assert [(event.verb, event.detail["to"]) for event in told] == [
        ("warn", ["assignee"]), ("overdue", ["assignee", "first_contact"]), ("escalate", ["supervisor"]),
        ("escalate", ["manager"]), ("escalate", ["company"])]
    assert {event.detail["due"] for event in told} == {str(START + 10 * MINUTE)}
    assert {(event.by, event.via, event.was, event.became) for event in told} == {
        (None, "rule", "assigned", "assigned")}
    assert Event.first_broken() is None


def test_who_hears_of_a_callback_depends_on_whom_it_waits_for(finished_order: WorkOrder, guoqiang: User) -> None:
    due = finished_order.callback.due_at
    sweep(due - HOUR)
    with at(due - HOUR):
        Inspection.pass_work(finished_order, judged_good(finished_order), by=guoqiang)
    sweep(due)
    told = [event for event in Event.about(finished_order.number) if event.detail.get("what") == "callback"]
    assert [(event.verb, event.detail["to"]) for event in told[:2]] == [
        ("warn", ["supervisor"]), ("overdue", ["caller", "first_contact"])]


def test_a_report_that_nobody_answers_is_told_to_the_desk(home: Place) -> None:
    with at(START):
        order = WorkOrder.report(home, "灯不亮", by=None)
    sweep(START + HOUR)
    told = [event for event in Event.about(order.number) if event.via == "rule"]
    assert [(event.verb, event.detail["to"]) for event in told] == [
        ("warn", ["desk"]), ("overdue", ["desk"]), ("escalate", ["supervisor"])]


def test_what_passed_during_an_outage_is_made_up_for_in_the_order_of_time(order: WorkOrder, drip: WorkOrder) -> None:
    sweep(START + 3 * DAY)
    told = [event for event in Event.select().order_by(Event.id) if event.via == "rule"]
    late = [event for event in told if event.verb == "overdue"]
    assert [event.detail["due"] for event in late] == sorted(event.detail["due"] for event in late)
    assert {(event.subject, event.detail["what"]) for event in late} == {
        (each.number, what) for each in (order, drip) for what in ("accept", "complete")}
    assert sweep(START + 3 * DAY) == 0


def test_a_long_outage_is_made_up_for_a_part_at_a_time_in_the_same_order(order: WorkOrder, drip: WorkOrder) -> None:
    with at(START + 3 * DAY):
        parts = []
        while told := Deadline.sweep(most=1):
            parts.append(told)
    in_parts = [(event.subject, event.verb, event.detail["what"], event.detail["level"])
                for event in Event.select().order_by(Event.id) if event.via == "rule"]
    assert len(parts) > 3
    assert in_parts.index((order.number, "overdue", "accept", 0)) < in_parts.index((drip.number, "warn", "accept", 0))
    assert len(in_parts) == len(set(in_parts)) == sum(parts)


def test_a_crash_before_the_end_of_a_signal_leaves_it_to_be_given(
    order: WorkOrder, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("the machine went down")

    with monkeypatch.context() as broken:
        broken.setattr(WorkOrder, "signal", crash)
        with pytest.raises(RuntimeError):
            sweep(START + 8 * MINUTE)
    assert signals(order) == []
    sweep(START + 8 * MINUTE)
    assert signals(order) == [("warn", "accept", 0)]


def test_workers_that_sweep_at_once_tell_everything_once(
    home: Place, burst_pipe: Category, sunqi: User,
) -> None:
    with at(START):
        orders = [WorkOrder.register_call(home, f"第{n}件", burst_pipe, by=sunqi, channel="phone", read_back=True)
                  for n in range(6)]
    told = at_once(*[partial(sweep, START + 5 * HOUR)] * 4)
    each = [("warn", "accept", 0), ("overdue", "accept", 0), ("escalate", "accept", 1), ("escalate", "accept", 2),
            ("escalate", "accept", 3)]
    assert all([one for one in signals(order, "accept")] == each for order in orders)
    assert sum(told) == sum(len(signals(order)) for order in orders)
    assert Event.first_broken() is None


def test_a_row_that_moved_on_meanwhile_is_left_alone(order: WorkOrder, sunqi: User, chenliang: User) -> None:
    row = row_of(order, "accept")
    seen = (row.id, order.id, row.alarm_at, row.level)
    with at(START + 8 * MINUTE):
        order.assign(chenliang, by=sunqi, why="离得近")
        order.accept(by=chenliang)
        step, _ = Deadline._tell(*seen)
    assert step is None
    assert signals(order) == []


def test_the_worker_sweeps_every_minute(order: WorkOrder) -> None:
    with at(START + 8 * MINUTE):
        every_minute()
    assert signals(order) == [("warn", "accept", 0)]


def test_the_sweep_reads_by_its_index_whatever_there_is(order: WorkOrder) -> None:
    query = Deadline.select(Deadline.alarm_at, Deadline.id, Deadline.level, Deadline.order).where(
        Deadline.alarm_at <= now()).order_by(Deadline.alarm_at, Deadline.id).limit(500)
    sql, values = query.sql()
    plan = " ".join(row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values))
    assert "USING INDEX deadline_alarm" in plan or "USING COVERING INDEX deadline_alarm" in plan
    assert "TEMP B-TREE" not in plan


def test_the_sweeps_reads_depend_on_what_is_due_and_not_on_what_there_is(
    order: WorkOrder, home: Place, burst_pipe: Category, sunqi: User,
) -> None:
    sweep(START + 2 * MINUTE)
    with counting() as idle:
        sweep(START + 3 * MINUTE)
    with at(START + 3 * MINUTE):
        for n in range(12):
            WorkOrder.register_call(home, f"第{n}件", burst_pipe, by=sunqi, channel="phone", read_back=True)
    with counting() as crowded:
        sweep(START + 4 * MINUTE)
    assert len(crowded) == len(idle) == 1
    with counting() as one_due:
        assert sweep(START + 8 * MINUTE) == 1
    assert len(one_due) <= 12


# -- warning by the estate's clock, escalating by the wall's


def test_a_warning_comes_at_its_share_of_the_open_time(drip: WorkOrder) -> None:
    row = row_of(drip, "complete")
    # Monday 9:00 to Wednesday 20:00 are 11 + 12 + 12 open hours; four fifths of them end on Wednesday at 13:00.
    assert (row.due_at, row.alarm_at) == (datetime(2026, 11, 25, 12, 0), datetime(2026, 11, 25, 5, 0))


def test_escalation_does_not_wait_for_the_office_to_open(drip: WorkOrder) -> None:
    due = row_of(drip, "complete").due_at  # Wednesday at closing
    sweep(due + DAY - MINUTE)
    assert ("escalate", "complete", 2) not in signals(drip)
    sweep(due + DAY)
    assert ("escalate", "complete", 2) in signals(drip)


# -- holds


def test_a_hold_reminds_before_and_at_its_promise_and_tells_no_superior(
    order: WorkOrder, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    bring_to_work(order, chenliang, sunqi, START + MINUTE)
    with at(START + 10 * MINUTE):
        order.contain(by=chenliang)
        Hold.ask(order, "parts", START + 10 * MINUTE + 10 * HOUR, by=chenliang)
        Hold.approve(order, by=guoqiang)
    sweep(START + 8 * HOUR)
    assert signals(order) == []
    sweep(START + 8 * HOUR + 10 * MINUTE)
    sweep(START + 3 * DAY)
    assert signals(order) == [("warn", "hold", 0), ("overdue", "hold", 0)]


def test_the_warning_moves_by_exactly_what_the_hold_took(
    order: WorkOrder, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    bring_to_work(order, chenliang, sunqi, START + MINUTE)
    warned = row_of(order, "complete").alarm_at
    held = timedelta(hours=5, minutes=3, seconds=17)
    for n in range(2):
        begun = START + (2 + 7 * n) * HOUR
        with at(begun):
            Hold.ask(order, "parts", START + 3 * DAY, by=chenliang)
            Hold.approve(order, by=guoqiang)
        with at(begun + held):
            Hold.resume(order, by=chenliang)
    row = row_of(order, "complete")
    assert (row.alarm_at, row.due_at) == (warned + 2 * held, START + DAY + 2 * held)


def test_who_was_warned_before_a_hold_is_not_warned_again_after_it(
    order: WorkOrder, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    bring_to_work(order, chenliang, sunqi, START + MINUTE)
    sweep(START + 20 * HOUR)
    with at(START + 20 * HOUR):
        Hold.ask(order, "parts", START + 40 * HOUR, by=chenliang)
        Hold.approve(order, by=guoqiang)
    with at(START + 30 * HOUR):
        Hold.resume(order, by=chenliang)
    sweep(START + 34 * HOUR)
    assert [verb for verb, *_ in signals(order, "complete")] == ["warn", "overdue", "escalate"]


# -- silence


def test_silence_is_told_once_to_whoever_has_the_order_and_a_word_ends_it(
    order: WorkOrder, sunqi: User, chenliang: User,
) -> None:
    bring_to_work(order, chenliang, sunqi, START + MINUTE)

    def silences() -> int:
        return len(signals(order, "stale"))

    sweep(START + 4 * HOUR)
    assert silences() == 0
    sweep(START + 4 * HOUR + MINUTE)
    sweep(START + 9 * HOUR)
    assert silences() == 1
    told = [event for event in Event.about(order.number) if event.verb == "stale"]
    assert told[0].detail["to"] == ["assignee"]
    with at(START + 9 * HOUR):
        Note.add(order, "还在等配件", by=chenliang)
    sweep(START + 13 * HOUR - MINUTE)
    assert silences() == 1
    sweep(START + 13 * HOUR)
    assert silences() == 2


def test_silence_after_the_work_is_told_to_whom_the_order_waits_for(
    finished_order: WorkOrder, guoqiang: User,
) -> None:
    quiet = TimeLimit.get_by_id(finished_order.limit).stale_h * HOUR
    done = row_of(finished_order, "stale").starts_at
    sweep(done + quiet)
    with at(done + quiet):
        Inspection.pass_work(finished_order, judged_good(finished_order), by=guoqiang)
    sweep(done + 2 * quiet)
    told = [event.detail["to"] for event in Event.about(finished_order.number) if event.verb == "stale"]
    assert told[-2:] == [["supervisor"], ["caller"]]


def test_signals_are_no_news(order: WorkOrder) -> None:
    for minutes in range(0, 250, 10):
        sweep(START + minutes * MINUTE)
    assert len(signals(order, "stale")) == 1
    told = next(event for event in Event.about(order.number) if event.verb == "stale")
    assert told.detail["to"] == ["first_contact"]


def test_no_silence_is_noticed_on_hold_or_when_it_is_over(
    order: WorkOrder, sunqi: User, chenliang: User, guoqiang: User, luxia: User,
) -> None:
    bring_to_work(order, chenliang, sunqi, START + MINUTE)
    with at(START + HOUR):
        Hold.ask(order, "parts", START + 4 * DAY, by=chenliang)
        Hold.approve(order, by=guoqiang)
        Note.add(order, "配件在路上", by=chenliang)
    sweep(START + 2 * DAY)
    assert signals(order, "stale") == []
    with at(START + 2 * DAY):
        Hold.resume(order, by=chenliang)
        photograph(order, "after", 2, 3, by=chenliang)
        order.finish("换好了", by=chenliang)
        Inspection.pass_work(order, judged_good(order), by=guoqiang)
        Attempt.make(order, "answered", by=luxia, told=Said(solved="yes", overall="satisfied"))
        Note.add(order, "归档后补记", by=sunqi)
    sweep(START + 9 * DAY)
    assert signals(order, "stale") == []


def test_silence_of_an_office_is_told_when_it_opens(drip: WorkOrder) -> None:
    with at(datetime(2026, 11, 27, 10, 0)):  # Friday, 18:00
        drip.tell("note", by=None, text="业主来电")
    assert row_of(drip, "stale").alarm_at == datetime(2026, 11, 30, 0, 0)  # Monday, 8:00


def test_a_limit_of_zero_hours_never_minds_silence(order: WorkOrder, estate: Estate) -> None:
    TimeLimit.update(stale_h=0).execute()
    again = stored(order)
    with at(START + MINUTE):
        Deadline.follow(again)
    assert "stale" not in running(again)


# -- against the slow clock, and on random walks

# A walk goes through the database: making a found one shorter would take minutes.
WALKING: dict[str, Any] = {"suppress_health_check": [HealthCheck.function_scoped_fixture],
                           "phases": (Phase.explicit, Phase.reuse, Phase.generate)}
ZONE_START = datetime(2026, 9, 21, 0, 0)  # around Mid-Autumn and National Day, make-up days included
GAP = st.integers(1, 3 * 24 * 60)


@pytest.mark.slow
@settings(deadline=None, max_examples=25, **WALKING)
@given(code=st.sampled_from(["1001", "1002", "7001", "9001"]), start=st.integers(0, 20 * 24 * 60),
       pauses=st.lists(st.tuples(GAP, GAP, st.booleans()), max_size=3))
def test_a_whole_orders_completion_agrees_with_counting_every_minute(
    home: Place, sunqi: User, chenliang: User, guoqiang: User, code: str, start: int,
    pauses: list[tuple[int, int, bool]],
) -> None:
    """Each pause: minutes of work before, minutes of hold, and whether a supervisor approved it."""
    leaf = Category.leaf(home.estate, code)
    clock = ZONE_START + start * MINUTE
    with at(clock):
        order = WorkOrder.register_call(home, "要修", leaf, by=sunqi, channel="phone", read_back=True)
    bring_to_work(order, chenliang, sunqi, clock)
    holds = []
    for work, hold, approved in pauses:
        clock += work * MINUTE
        with at(clock):
            Hold.ask(order, "parts", clock + 300 * DAY, by=chenliang)
            if approved:
                Hold.approve(order, by=guoqiang)
        begun, clock = clock, clock + hold * MINUTE
        with at(clock):
            if approved:
                holds.append((begun, clock))
                Hold.resume(order, by=chenliang)
            else:
                Hold.refuse(order, "库里有", by=guoqiang)
    limit = leaf.limit
    promise = (limit.clock, home.estate.zone_info, order.registered_at, limit.complete_value, limit.complete_unit)
    assert stored(order).complete_due == due_by_minutes(*promise, holds=holds)
    warned = row_of(order, "complete").steps(limit)[0]
    slow = warn_by_minutes(*promise, limit.warn_pct, holds=holds)
    if warned is not None and all(over < slow for _, over in holds):
        assert slow - MINUTE < warned.at <= slow


WALK = ("assign", "accept", "arrive", "contain", "ask", "approve", "resume", "finish", "reject", "pass", "yes", "no",
        "note", "sweep")


def step(order: WorkOrder, verb: str, seeds: Iterator[int], cast: dict[str, User]) -> None:
    worker, boss = cast["chenliang"], cast["guoqiang"]
    match verb:
        case "assign":
            order.assign(worker, by=cast["sunqi"])
        case "accept":
            order.accept(by=worker)
        case "arrive":
            order.arrive(by=worker, no_photo_reason="停电")
        case "contain":
            order.contain(by=worker)
        case "ask":
            Hold.ask(order, "parts", now() + DAY, by=worker)
        case "approve":
            Hold.approve(order, by=boss)
        case "resume":
            Hold.resume(order, by=worker)
        case "finish":
            photograph(order, "after", next(seeds), next(seeds), by=worker)
            order.finish("修好了", by=worker)
        case "reject":
            Inspection.reject(order, judged_good(order), ["not_fixed"], by=boss)
        case "pass":
            Inspection.pass_work(order, judged_good(order), by=boss)
        case "yes" | "no":
            overall = "satisfied" if verb == "yes" else "dissatisfied"
            Attempt.make(order, "answered", by=cast["luxia"], told=Said(verb, overall, reasons=("R1",)))
        case "note":
            Note.add(order, "记一笔", by=worker)
        case "sweep":
            Deadline.sweep()


SEEDS = count(5000)


@settings(deadline=None, max_examples=20, **WALKING)
@given(walk=st.lists(st.tuples(st.sampled_from(WALK), st.integers(1, 600)), min_size=5, max_size=30))
def test_on_any_walk_an_order_says_what_is_due_next_and_nobody_is_told_twice(
    home: Place, burst_pipe: Category, sunqi: User, chenliang: User, guoqiang: User, luxia: User,
    walk: list[tuple[str, int]],
) -> None:
    cast = {"sunqi": sunqi, "chenliang": chenliang, "guoqiang": guoqiang, "luxia": luxia}
    clock = START
    with at(clock):
        order = WorkOrder.register_call(home, "走一走", burst_pipe, by=sunqi, channel="phone", read_back=True,
                                        name="王女士", phone="13800001234")
    # What comes next by itself stands between the drawn steps, so that a walk gets somewhere.
    onward = {"registered": "assign", "assigned": "accept", "accepted": "arrive", "rework": "arrive"}
    for verb, minutes in walk:
        for drawn in (verb, onward.get(order.state, "note")):
            clock += minutes * MINUTE
            with at(clock):
                try:
                    step(order, drawn, SEEDS, cast)
                except (NotAllowed, Stale, Refused):
                    order = stored(order)
                fresh = stored(order)
                promises = {what: due for what, due in running(fresh).items() if what != "stale"}
                if promises:
                    assert (fresh.due_at, fresh.due_what) == min(
                        ((due, what) for what, due in promises.items()),
                        key=lambda pair: (pair[0], WHATS.index(pair[1])))
                assert (fresh.due_at, fresh.due_what, fresh.version) == (order.due_at, order.due_what, order.version)
                assert bool(promises) == (fresh.archived_at is None)
    told = [(event.verb, event.detail["what"], event.detail["level"], event.detail["due"])
            for event in Event.about(order.number) if event.via == "rule" and "what" in event.detail]
    assert len(told) == len(set(told))
