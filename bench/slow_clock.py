"""The slow and obvious clock: every minute is open or closed, and a promise is a walk over them."""
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from holidays import country_holidays

MONDAY = datetime(2026, 9, 14, 0, 0)  # 08:00 in the estate; the October holidays and two make-up workdays follow
DAY = 1440
MINUTE = timedelta(minutes=1)


class Minutes:
    """Minutes since `MONDAY`, of one spelling of a clock ("7x24", "workday 08:00-20:00", "07:00-19:00")."""

    def __init__(self, spelled: str, days: int, zone: ZoneInfo) -> None:
        self.open: list[bool] = []
        self.day: list[Any] = []
        calendar = country_holidays("CN", years=range(MONDAY.year, MONDAY.year + 2))
        words = spelled.split()
        only_workdays = words[0] == "workday"
        hours = words[-1].split("-") if "-" in words[-1] else (["08:00", "18:00"] if only_workdays else [])
        working = cache(calendar.is_working_day)
        for minute in range(days * DAY):
            local = (MONDAY + minute * MINUTE).replace(tzinfo=UTC).astimezone(zone)
            clock = local.strftime("%H:%M")
            is_open = not hours or hours[0] <= clock < hours[1]
            self.open.append(is_open and (not only_workdays or working(local.date())))
            self.day.append(local.date())
        self.never_closes = not hours and not only_workdays

    def after(self, start: int, amount: float, unit: str) -> int:
        if unit == "workday":
            if self.never_closes:
                return self.later(start, amount * DAY)
            return self._end_of_day(start, int(amount))
        return self.later(start, amount * {"min": 1, "h": 60}[unit])

    def later(self, start: int, minutes: float) -> float:
        """The moment at which that many open minutes have passed."""
        at = start
        while minutes > 1e-9:
            passed = min(1.0, minutes) if self.open[at] else 1.0
            minutes -= passed if self.open[at] else 0
            at += 1
            if minutes <= 1e-9 and passed < 1:
                return at - 1 + passed
        return at

    def between(self, start: int, end: int) -> int:
        return sum(self.open[start:end])

    def earlier(self, end: int, minutes: int) -> int:
        at = end
        while minutes:
            at -= 1
            minutes -= self.open[at]
        return at

    def _end_of_day(self, start: int, days: int) -> int:
        at = start
        while not self.open[at]:
            at += 1
        today = self.day[at]
        while days:
            at += 1
            if self.open[at] and self.day[at] != today:
                days, today = days - 1, self.day[at]
        while self.open[at]:
            at += 1
        return at


@dataclass
class Promise:
    """What was promised about an order, and the stretches of time in which it ran: from, until, since when, due."""

    what: str
    limit: dict[str, str]
    runs: list[list[Any]] = field(default_factory=list)

    def run(self, at: int, starts: int, due: int) -> None:
        self.runs.append([at, None, starts, due])

    def stop(self, at: int) -> None:
        if self.runs and self.runs[-1][1] is None:
            self.runs[-1][1] = at

    @property
    def is_running(self) -> bool:
        return bool(self.runs) and self.runs[-1][1] is None

    def told(self, clock: Minutes, end: int, overdue: bool) -> float | None:
        """At which sweep it ought to be told, half a minute past each minute; None when it was kept in time."""
        for at, until, starts, due in self.runs:
            when: float = due
            if not overdue:
                whole = clock.between(starts, due)
                if not whole:
                    continue
                when = clock.later(starts, whole * int(self.limit["warn_pct"]) / 100)
            sweep = max(at, int(when - 0.5 + 0.999999)) + 0.5
            if sweep < (end if until is None else until):
                return sweep
        return None
