"""The slow, obvious reference of the promises' clock: it walks every minute and asks whether it counts.

Whole minutes only, in and out; zones without summer time. Nothing here is shared with `models/sla/clock.py`, but for
the working days of years this table does not hold.
"""
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.sla.clock import is_working_day

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
Holds = Sequence[tuple[datetime, datetime]]

# The State Council's calendar of 2026: first and last day off, and the weekend days worked.
DAYS_OFF_2026 = (((1, 1), (1, 3)), ((2, 15), (2, 23)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((6, 19), (6, 21)),
                 ((9, 25), (9, 27)), ((10, 1), (10, 7)))
MADE_UP_2026 = ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))


def due_by_minutes(
    clock_text: str, zone: ZoneInfo, start: datetime, amount: int, unit: str, holds: Holds = (),
) -> datetime:
    """When `amount` of `unit` has passed since `start`, no minute of an approved hold counted; naive UTC."""
    return _end(clock_text, zone, start, _minutes(clock_text, zone, start, amount, unit), holds)


def warn_by_minutes(
    clock_text: str, zone: ZoneInfo, start: datetime, amount: int, unit: str, warn_pct: int, holds: Holds = (),
) -> datetime:
    """When that share of it has passed, to the minute above."""
    minutes = _minutes(clock_text, zone, start, amount, unit)
    return _end(clock_text, zone, start, -(-minutes * warn_pct // 100), holds)


def _minutes(clock_text: str, zone: ZoneInfo, start: datetime, amount: int, unit: str) -> int:
    """How many open minutes are promised."""
    if unit in ("min", "h"):
        return amount * {"min": 1, "h": 60}[unit]
    if clock_text == "7x24":
        return amount * 24 * 60
    at = start
    while not _is_open(clock_text, zone, at):  # counts from the next opening
        at += MINUTE
    first_day, days, last = _wall(zone, at).date(), amount, at
    minutes = 0
    while True:
        day = _wall(zone, at).date()
        if _is_open(clock_text, zone, at):
            if day != first_day:
                first_day, days = day, days - 1
            if days < 0:
                return minutes
            minutes += 1
        at += MINUTE
        assert at - last < 60 * DAY


def _end(clock_text: str, zone: ZoneInfo, start: datetime, minutes: int, holds: Holds) -> datetime:
    at = start
    while minutes:
        if _is_open(clock_text, zone, at) and not any(begun <= at < over for begun, over in holds):
            minutes -= 1
        at += MINUTE
    return at


def _is_open(clock_text: str, zone: ZoneInfo, at: datetime) -> bool:
    wall = _wall(zone, at)
    words = clock_text.split()
    if clock_text == "7x24":
        return True
    if words[0] == "workday" and not _is_worked(wall.date()):
        return False
    hours = words[-1] if "-" in words[-1] else "08:00-18:00"
    opens, closes = hours.split("-")
    return opens <= f"{wall:%H:%M}" < closes


def _wall(zone: ZoneInfo, at: datetime) -> datetime:
    return at.replace(tzinfo=UTC).astimezone(zone)


def _is_worked(day: date) -> bool:
    if day.year != 2026:
        return is_working_day(day)
    if (day.month, day.day) in MADE_UP_2026:
        return True
    off = any(first <= (day.month, day.day) <= last for first, last in DAYS_OFF_2026)
    return day.weekday() < 5 and not off
