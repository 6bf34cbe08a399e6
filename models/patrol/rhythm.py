"""The rhythm of a plan: on which days it falls, and in which windows of them."""
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.errors import Refused
from models.place import Estate
from models.sla.clock import is_working_day

DAY = timedelta(days=1)
RHYTHMS = ("daily", "every", "weekly", "monthly")
DAY_KINDS = ("all", "workdays", "restdays")  # by the Chinese working-day calendar with its make-up workdays
MOST_DAYS = 366
MOST_WINDOWS = 24
WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`every` n days are counted from `first`. A month without a 31st (30th, 29th) has its last day instead."""

    kind: str
    first: date
    last: date | None = None
    every: int = 1
    weekdays: frozenset[int] = frozenset()  # 1 is Monday
    days: frozenset[int] = frozenset()  # of the month
    day_kind: str = "all"

    def falls_on(self, day: date) -> bool:
        if day < self.first or (self.last is not None and day > self.last):
            return False
        if self.day_kind != "all" and is_working_day(day) != (self.day_kind == "workdays"):
            return False
        match self.kind:
            case "daily":
                return True
            case "every":
                return (day - self.first).days % self.every == 0
            case "weekly":
                return day.isoweekday() in self.weekdays
            case _:
                longest = monthrange(day.year, day.month)[1]
                return day.day in {min(wanted, longest) for wanted in self.days}


def windows_of(text: str) -> list[tuple[time, time]]:
    """ "08:00-10:00,20:00-02:00" as pairs, the earliest first; one that ends no later than it begins ends on the next
    morning. Refused for anything else, and where two begin together.
    """
    parts = [part for part in re.split(r"[,，;；、\s]+", text) if part]
    found = [WINDOW.fullmatch(part.replace("：", ":").replace("–", "-").replace("—", "-")) for part in parts]
    if not found or len(found) > MOST_WINDOWS or None in found:
        raise Refused("plan.windows", field="windows")
    pairs = sorted((time(int(one[1]), int(one[2])), time(int(one[3]), int(one[4]))) for one in found if one)
    if len({start for start, _ in pairs}) < len(pairs):
        raise Refused("plan.windows_twice", field="windows")
    return pairs


def spelled(windows: list[tuple[time, time]]) -> str:
    return ",".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in windows)


def window_on(estate: Estate, day: date, start: time, end: time) -> tuple[datetime, datetime]:
    """When a window of that day of the estate's begins and ends, naive UTC."""
    last = day if end > start else day + DAY
    return estate.utc(datetime.combine(day, start)), estate.utc(datetime.combine(last, end))


def numbers_in(text: str, most: int) -> frozenset[int]:
    """ "1,3,5" as numbers from 1 to `most`; what is none of them is left out."""
    return frozenset(int(one) for one in re.split(r"\D+", text, flags=re.ASCII) if one and 1 <= int(one[:4]) <= most)
