"""What a time limit counts: open hours, working days, make-up workdays and nights."""
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.sla.clock import Clock, is_working_day
from tests.slow_clock import due_by_minutes

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def clock(text: str) -> Clock:
    return Clock.parse(text, SHANGHAI)


@pytest.mark.parametrize(
    ("text", "opens", "closes", "working_days_only"),
    [
        ("7x24", None, None, False),
        ("workday 08:00-20:00", time(8), time(20), True),
        ("workday 08:00-18:00", time(8), time(18), True),
        ("workday", time(8), time(18), True),
        ("07:00-19:00", time(7), time(19), False),
    ],
)
def test_a_clock_is_read_from_the_limits_table(
    text: str, opens: time | None, closes: time | None, working_days_only: bool
) -> None:
    assert clock(text) == Clock(SHANGHAI, opens, closes, working_days_only)


@pytest.mark.parametrize(
    "text",
    [
        "", "24x7", "weekday", " workday", "workday ", "workday08:00-18:00", " 07:00-19:00", "8:00-18:00",
        "08:00-25:00", "18:00-08:00", "08:00-08:00", "workday 08:00", "0٨:00-18:00",
    ],
)
def test_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"clock|hour"):
        clock(text)


def test_a_clock_with_one_hour_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        Clock(SHANGHAI, time(8), None, working_days_only=True)


@pytest.mark.parametrize(("amount", "unit"), [(1, "day"), (1, ""), (-1, "min")])
def test_unknown_units_and_negative_amounts_are_refused(amount: int, unit: str) -> None:
    with pytest.raises(ValueError, match=r"unit|backwards"):
        clock("workday").after(local("2026-03-02 10:00"), amount, unit)


@pytest.mark.parametrize(
    ("text", "start", "amount", "unit", "due"),
    [
        ("7x24", "2026-02-17 23:50", 30, "min", "2026-02-18 00:20"),
        ("7x24", "2026-02-17 23:50", 4, "h", "2026-02-18 03:50"),
        ("7x24", "2026-02-13 09:00", 2, "workday", "2026-02-15 09:00"),
        ("07:00-19:00", "2026-03-06 18:00", 120, "min", "2026-03-07 08:00"),
        ("07:00-19:00", "2026-03-06 07:00", 24, "h", "2026-03-07 19:00"),
        ("07:00-19:00", "2026-03-06 10:00", 1, "workday", "2026-03-07 19:00"),
        ("workday 08:00-20:00", "2026-03-06 19:45", 30, "min", "2026-03-09 08:15"),
        ("workday 08:00-20:00", "2026-03-06 19:30", 30, "min", "2026-03-06 20:00"),
        ("workday 08:00-20:00", "2026-03-06 20:00", 30, "min", "2026-03-09 08:30"),
        ("workday 08:00-20:00", "2026-03-06 23:30", 30, "min", "2026-03-09 08:30"),
        ("workday 08:00-20:00", "2026-03-06 02:00", 30, "min", "2026-03-06 08:30"),
        ("workday", "2026-03-07 12:00", 480, "min", "2026-03-09 16:00"),
        ("workday", "2026-03-06 23:30", 0, "min", "2026-03-06 23:30"),
    ],
)
def test_minutes_pass_only_while_open(text: str, start: str, amount: int, unit: str, due: str) -> None:
    assert clock(text).after(local(start), amount, unit) == local(due)


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2026-03-05 10:00", 1, "2026-03-06 18:00"),
        ("2026-03-05 06:00", 1, "2026-03-06 18:00"),
        ("2026-03-06 17:59", 1, "2026-03-09 18:00"),
        ("2026-03-06 18:00", 1, "2026-03-10 18:00"),
        ("2026-03-07 10:00", 1, "2026-03-10 18:00"),
        ("2026-03-02 10:00", 15, "2026-03-23 18:00"),
        ("2026-03-02 10:00", 0, "2026-03-02 18:00"),
        ("2026-03-01 10:00", 0, "2026-03-02 18:00"),
    ],
)
def test_a_workday_is_due_at_closing(start: str, amount: int, due: str) -> None:
    assert clock("workday").after(local(start), amount, "workday") == local(due)


def test_spring_festival_stands_still_between_its_make_up_saturdays() -> None:
    friday, saturday = local("2026-02-13 17:00"), local("2026-02-14 17:00")
    assert clock("workday").after(friday, 120, "min") == local("2026-02-14 09:00")
    assert clock("workday").after(friday, 1, "workday") == local("2026-02-14 18:00")
    assert clock("workday").after(saturday, 120, "min") == local("2026-02-24 09:00")
    assert clock("workday").after(saturday, 4, "workday") == local("2026-02-27 18:00")
    assert clock("workday").after(saturday, 5, "workday") == local("2026-02-28 18:00")


def test_national_day_stands_still() -> None:
    wednesday = local("2026-09-30 17:30")
    assert clock("workday").after(wednesday, 60, "min") == local("2026-10-08 08:30")
    assert clock("workday").after(wednesday, 3, "workday") == local("2026-10-10 18:00")
    assert clock("workday").between(wednesday, local("2026-10-08 08:30")) == timedelta(hours=1)


def test_a_year_ends_inside_a_limit() -> None:
    assert is_working_day(local("2026-01-04 12:00").date())
    assert clock("workday").after(local("2025-12-31 17:00"), 2, "h") == local("2026-01-04 09:00")


@pytest.mark.parametrize(
    ("text", "start", "end", "hours"),
    [
        ("7x24", "2026-02-17 00:00", "2026-02-18 12:00", 36),
        ("workday", "2026-03-06 17:00", "2026-03-09 09:00", 2),
        ("workday", "2026-03-07 00:00", "2026-03-08 23:59", 0),
        ("workday", "2026-03-02 09:00", "2026-03-02 11:00", 2),
        ("workday", "2026-03-02 11:00", "2026-03-02 09:00", 0),
        ("07:00-19:00", "2026-03-06 20:00", "2026-03-08 06:00", 12),
    ],
)
def test_between_counts_open_time(text: str, start: str, end: str, hours: int) -> None:
    assert clock(text).between(local(start), local(end)) == timedelta(hours=hours)


def test_working_days_without_hours_are_whole_days() -> None:
    whole_days = Clock(SHANGHAI, None, None, working_days_only=True)
    friday = local("2026-03-06 22:00")
    assert whole_days.after(friday, 3, "h") == local("2026-03-09 01:00")
    assert whole_days.after(friday, 1, "workday") == local("2026-03-10 00:00")


def test_summer_time_moves_the_hours_in_utc_and_not_on_the_wall() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    clock = Clock.parse("07:00-19:00", berlin)
    assert clock.after(local("2026-03-28 18:00", berlin), 2, "h") == local("2026-03-29 08:00", berlin)
    assert clock.after(local("2026-10-24 18:00", berlin), 2, "h") == local("2026-10-25 08:00", berlin)
    night = Clock.parse("01:00-05:00", berlin)
    assert night.between(local("2026-03-29 00:00", berlin), local("2026-03-29 12:00", berlin)) == timedelta(hours=3)
    assert night.between(local("2026-10-25 00:00", berlin), local("2026-10-25 12:00", berlin)) == timedelta(hours=5)


def minute_is_open(clock: Clock, minute: datetime) -> bool:
    wall = minute.replace(tzinfo=UTC).astimezone(clock.zone)
    if clock.working_days_only and not is_working_day(wall.date()):
        return False
    return clock.opens is None or clock.closes is None or clock.opens <= wall.time() < clock.closes


def slow_after(clock: Clock, start: datetime, minutes: int) -> datetime:
    end = start
    while minutes:
        minutes -= minute_is_open(clock, end)
        end += MINUTE
    return end


def slow_between(clock: Clock, start: datetime, end: datetime) -> timedelta:
    minutes = int((end - start) / MINUTE)
    return MINUTE * sum(minute_is_open(clock, start + i * MINUTE) for i in range(minutes))


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """No hour falls into a night's change of summer time, where a wall clock alone cannot say which of two it is."""
    zone = ZoneInfo(draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"])))
    opens, closes = sorted(draw(st.lists(st.integers(4 * 60, 24 * 60 - 1), min_size=2, max_size=2, unique=True)))
    hours = draw(st.sampled_from([(None, None), (time(*divmod(opens, 60)), time(*divmod(closes, 60)))]))
    return Clock(zone, *hours, working_days_only=draw(st.booleans()))


starts = st.one_of(
    st.integers(0, 366 * 24 * 60).map(lambda minute: datetime(2026, 1, 1) + minute * MINUTE),
    st.integers(0, 20 * 24 * 60).map(lambda minute: datetime(2026, 9, 25) + minute * MINUTE),
    st.integers(0, 20 * 24 * 60).map(lambda minute: datetime(2026, 2, 10) + minute * MINUTE),
)


@settings(deadline=None, max_examples=60)
@given(clocks(), starts, st.integers(0, 600))
def test_after_agrees_with_counting_every_minute(clock: Clock, start: datetime, minutes: int) -> None:
    opened = slow_between(clock, start, start + timedelta(days=3))
    minutes = min(minutes, int(opened / MINUTE))
    assert clock.after(start, minutes, "min") == slow_after(clock, start, minutes)


@settings(deadline=None, max_examples=60)
@given(clocks(), starts, st.integers(0, 6 * 24 * 60))
def test_between_agrees_with_counting_every_minute(clock: Clock, start: datetime, minutes: int) -> None:
    end = start + minutes * MINUTE
    assert clock.between(start, end) == slow_between(clock, start, end)


@settings(deadline=None)
@given(clocks(), starts, st.integers(0, 59_999), st.integers(0, 20_000))
def test_exactly_the_promised_time_lies_between_start_and_due(
    clock: Clock, start: datetime, milliseconds: int, minutes: int
) -> None:
    start += timedelta(milliseconds=milliseconds)
    assert clock.between(start, clock.after(start, minutes, "min")) == minutes * MINUTE


@settings(deadline=None)
@given(clocks(), starts, st.integers(1, 20_000_000))
def test_before_finds_the_last_moment_from_which_that_much_passes(
    clock: Clock, end: datetime, milliseconds: int
) -> None:
    span = timedelta(milliseconds=milliseconds)
    start = clock.before(end, span)
    assert clock.between(start, end) == span
    assert clock.between(start + timedelta(milliseconds=1), end) == span - timedelta(milliseconds=1)


@settings(deadline=None)
@given(clocks(), starts)
def test_an_opening_is_the_next_moment_that_counts(clock: Clock, at: datetime) -> None:
    opening = clock.opening(at)
    assert clock.between(at, opening) == timedelta(0)
    assert clock.between(opening, opening + MINUTE) == MINUTE


TEXTS = ("7x24", "workday", "workday 08:00-20:00", "workday 08:00-18:00", "07:00-19:00")


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(TEXTS), starts, st.one_of(
    st.tuples(st.integers(0, 1200), st.just("min")), st.tuples(st.integers(1, 30), st.just("h")),
    st.tuples(st.integers(1, 4), st.just("workday"))))
def test_every_clock_of_the_table_agrees_with_the_slow_one(text: str, start: datetime, amount: tuple[int, str]) -> None:
    assert clock(text).after(start, *amount) == due_by_minutes(text, SHANGHAI, start, *amount)


def test_the_two_calendars_were_not_copied_from_each_other_and_agree_on_every_day_of_2026() -> None:
    noon = datetime(2026, 1, 1, 4, 0)
    for n in range(365):
        at = noon + timedelta(days=n)
        assert is_working_day(at.date()) == (due_by_minutes("workday", SHANGHAI, at, 1, "min") == at + MINUTE), at
