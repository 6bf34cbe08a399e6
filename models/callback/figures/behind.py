"""The orders behind a figure: those it counts in its denominator and not in its numerator, a page at a time."""
from datetime import datetime
from typing import NamedTuple

from peewee import Tuple

from models.base import rows
from models.callback.answer import Answer
from models.callback.figures.period import Period
from models.callback.figures.tally import FIGURES, GROUPINGS, check, missed, passed, sees_everybody
from models.callback.record import Callback
from models.errors import Refused
from models.place import Place
from models.user import User
from models.work_order import WorkOrder
from models.work_order.lists import past

PAGE = 25
WHATS = tuple(FIGURES)


class Behind(NamedTuple):
    """One callback a figure misses, with what the owner said where they did."""

    id: int
    number: str
    text: str
    place: str
    spot: str
    round: int
    passed_at: datetime
    calls: int
    outcome: str
    solved: str | None
    overall: str | None

    @property
    def title(self) -> str:
        return self.text.split("\n", 1)[0]

    @property
    def where(self) -> str:
        return f"{self.place} {self.spot}".strip()

    @property
    def cursor(self) -> str:
        return f"{self.passed_at.isoformat()}~{self.id}"


def behind(
    period: Period, figure: str, *, by: User, group: str = "", key: int | None = None, after: str = "",
) -> tuple[list[Behind], str]:
    """Up to a page of them, the newest first, and the cursor of the next page ("" at the end).

    With a group only those of its row of that key.
    """
    if figure not in FIGURES:
        raise Refused("figures.no_such")
    grouping = GROUPINGS[check(group, by)] if group else None
    if grouping and not sees_everybody(group, by) and key != by.id:
        raise Refused("figures.no_such")
    query = passed(period, by=by, select=[
        Callback.id, WorkOrder.number, WorkOrder.text, Place.full_name, WorkOrder.spot, Callback.round,
        Callback.passed_at, Callback.calls, Callback.outcome, Answer.solved, Answer.overall])
    if group != "grid":
        query = query.join(Place, on=WorkOrder.place == Place.id)
    if grouping:
        query = grouping.joined(query).where(grouping.key == key if key is not None else grouping.key.is_null())
    if after:
        query = query.where(Tuple(Callback.passed_at, Callback.id) < Tuple(*past(after)))
    found = rows(query.where(missed(figure)).order_by(Callback.passed_at.desc(), Callback.id.desc()).limit(PAGE + 1))
    page = [Behind(*row) for row in found][:PAGE]
    return page, page[-1].cursor if len(found) > PAGE else ""
