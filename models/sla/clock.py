"""The clock a promise is counted by: which hours of which days an estate is open."""
import re
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Self
from zoneinfo import ZoneInfo

from holidays import country_holidays

OFFICE_HOURS = (time(8), time(18))
SPELLING = re.compile(
    r"(?:(?P<workday>workday)(?: (?=\d)|$))?(?:(?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d))?", re.ASCII
)

MINUTES = {"min": 1, "h": 60}
UNITS = (*MINUTES, "workday")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """Open from `opens` to `closes` by the wall clock of `zone`, on every day or on working days only.

    Both hours None: open all day long. Times go in and come out as naive UTC.
    """

    zone: ZoneInfo
    opens: time | None
    closes: time | None
    working_days_only: bool

    def __post_init__(self) -> None:
        if (self.opens is None) != (self.closes is None):
            raise ValueError("a clock has both an opening and a closing hour, or neither")
        if self.opens is not None and self.closes is not None and self.opens >= self.closes:
            raise ValueError("a clock opens before it closes, on the same day")

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> Self:
        """The spelling of a time limits table: 7x24, workday, workday 08:00-20:00 or 07:00-19:00.

        Raises ValueError for anything else.
        """
        if text == "7x24":
            return cls(zone, None, None, working_days_only=False)
        spelled = SPELLING.fullmatch(text)
        if not text or not spelled:
            raise ValueError(f"not a clock: {text!r}")
        workday, opens, closes = spelled.group("workday", "opens", "closes")
        hours = (time.fromisoformat(opens), time.fromisoformat(closes)) if opens else OFFICE_HOURS
        return cls(zone, *hours, working_days_only=bool(workday))

    @property
    def never_closes(self) -> bool:
        return self.opens is None and not self.working_days_only

    def after(self, start: datetime, amount: int, unit: str) -> datetime:
        """When `amount` of `unit` ("min", "h" or "workday") will have passed since `start`.

        Minutes and hours pass only while open, so that time used up at closing is due at closing, not the next morning.

        A workday ends when the hours do: n workdays are due at closing on the n-th day open after the day of `start`,
        whatever the hour. A start after closing or on a day that is not open counts from the next opening: reported
        on Friday night is reported on Monday, so one workday is due at closing on Tuesday. A clock that opens every
        day has every day for a workday; on one that never closes a workday is 24 hours.

        Raises ValueError for an unknown unit or a negative amount.
        """
        if amount < 0:
            raise ValueError(f"time is not counted backwards: {amount}")
        if unit in MINUTES:
            return self.later(start, timedelta(minutes=amount * MINUTES[unit]))
        if unit == "workday":
            return self.later(start, amount * DAY) if self.never_closes else self._after_days(start, amount)
        raise ValueError(f"not a unit of time: {unit!r}")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time from `start` to `end`; nothing when `end` comes first."""
        if end <= start:
            return timedelta(0)
        if self.never_closes:
            return end - start
        passed = timedelta(0)
        for opening, closing in self._windows(start):
            if opening >= end:
                break
            passed += min(closing, end) - opening
        return passed

    def later(self, start: datetime, span: timedelta) -> datetime:
        """The first moment by which `span` of open time has passed since `start`."""
        if self.never_closes or not span:
            return start + span
        for opening, closing in self._windows(start):
            if span <= closing - opening:
                return opening + span
            span -= closing - opening
        raise OverflowError("the calendar has ended")

    def before(self, end: datetime, span: timedelta) -> datetime:
        """The last moment from which `span` of open time passes until `end`."""
        if self.never_closes or not span:
            return end - span
        for opening, closing in self._windows_back(end):
            if span <= closing - opening:
                return closing - span
            span -= closing - opening
        raise OverflowError("the calendar has ended")

    def opening(self, at: datetime) -> datetime:
        """`at` itself while open, else when it opens next."""
        if self.never_closes:
            return at
        for opening, _ in self._windows(at):
            return opening
        raise OverflowError("the calendar has ended")

    def _after_days(self, start: datetime, days: int) -> datetime:
        for _, closing in self._windows(start):
            if not days:
                return closing
            days -= 1
        raise OverflowError("the calendar has ended")

    def _windows(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The opening hours that `start` still finds, in UTC; the first may be cut short by it."""
        day = start.replace(tzinfo=UTC).astimezone(self.zone).date()
        while day < date.max:
            if not self.working_days_only or is_working_day(day):
                closing = self._closing(day)
                opening = max(self._utc(day, self.opens or time.min), start)
                if opening < closing:
                    yield opening, closing
            day += DAY

    def _windows_back(self, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The opening hours that lie before `end`, in UTC, the nearest first; that one may be cut short by it."""
        day = end.replace(tzinfo=UTC).astimezone(self.zone).date()
        while day > date.min:
            if not self.working_days_only or is_working_day(day):
                opening = self._utc(day, self.opens or time.min)
                closing = min(self._closing(day), end)
                if opening < closing:
                    yield opening, closing
            day -= DAY

    def _closing(self, day: date) -> datetime:
        if self.closes is None:
            return self._utc(day + DAY, time.min)
        # When summer time ends an hour comes twice; the estate is open for both.
        return self._utc(day, self.closes.replace(fold=1))

    def _utc(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone).astimezone(UTC).replace(tzinfo=None)


def is_working_day(day: date) -> bool:
    """By the State Council's calendar with make-up workdays; the statutory holidays alone before it is announced."""
    return day in _working_days(day.year)


@cache
def _working_days(year: int) -> frozenset[date]:
    calendar = country_holidays("CN", years=year, expand=False)
    days = (date(year, 1, 1) + n * DAY for n in range(366 if isleap(year) else 365))
    return frozenset(day for day in days if calendar.is_working_day(day))
