"""The period (统计期): a month, a quarter, or twelve months, by the estate's own calendar."""
import re
from datetime import datetime
from typing import NamedTuple, Self

from models.errors import Refused
from models.place import Estate

SPELLING = re.compile(r"(?P<to>to-)?(?P<year>2[01]\d\d)(?:-(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))", re.ASCII)
LENGTHS = {"month": 1, "quarter": 3, "year": 12}


class Month(NamedTuple):
    year: int
    month: int

    def plus(self, months: int) -> "Month":
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)

    def begins(self, estate: Estate) -> datetime:
        """Its first moment on the estate's clock, as naive UTC."""
        return estate.utc(datetime(self.year, self.month, 1))


class Period(NamedTuple):
    """`kind`: one of LENGTHS; a year is twelve months that end with any month. `last`: the month it ends with."""

    kind: str
    last: Month
    estate: Estate

    @classmethod
    def parse(cls, text: str, estate: Estate) -> Self:
        """The spelling of addresses: 2026-11, 2026Q4, to-2026-11 (the twelve months up to it). Refused otherwise."""
        spelled = SPELLING.fullmatch(text)
        if spelled is None or (spelled["to"] and spelled["quarter"]):
            raise Refused("figures.no_period", period=text[:20])
        year, quarter = int(spelled["year"]), spelled["quarter"]
        if quarter:
            return cls("quarter", Month(year, 3 * int(quarter)), estate)
        return cls("year" if spelled["to"] else "month", Month(year, int(spelled["month"])), estate)

    @classmethod
    def month_of(cls, at: datetime, estate: Estate) -> Self:
        """The month that moment lies in, by the estate's clock."""
        local = estate.local(at)
        return cls("month", Month(local.year, local.month), estate)

    @property
    def code(self) -> str:
        """As `parse` reads it."""
        year, month = self.last
        if self.kind == "quarter":
            return f"{year}Q{month // 3}"
        return f"{'to-' if self.kind == 'year' else ''}{year}-{month:02}"

    @property
    def months(self) -> list[Month]:
        """The months it has, the earliest first."""
        length = LENGTHS[self.kind]
        return [self.last.plus(n + 1 - length) for n in range(length)]

    @property
    def start(self) -> datetime:
        return self.months[0].begins(self.estate)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.last.plus(1).begins(self.estate)

    def as_kind(self, kind: str) -> "Period":
        """Of that length, around or up to the month this one ends with."""
        ahead = 2 - (self.last.month - 1) % 3 if kind == "quarter" else 0
        return Period(kind, self.last.plus(ahead), self.estate)

    def before(self) -> "Period":
        """The one just before it. Twelve months go on by a month, as everything in a trend does."""
        return self._moved(-1)

    def after(self) -> "Period":
        return self._moved(1)

    def _moved(self, step: int) -> "Period":
        return Period(self.kind, self.last.plus(step * (3 if self.kind == "quarter" else 1)), self.estate)
