"""Coverage (回访覆盖): every order finished in a period was called about, rated by its owner, or is exempt by a code.

An order counts once, by the last round finished in the period that no inspection sent back: a round sent back owes
nothing, and one before it ended in an answer. An order found to lack all three is named.
"""
from datetime import datetime
from typing import Any, NamedTuple, Self

from peewee import SQL, Case, Tuple, fn

from models.base import now, rows
from models.callback.answer import Answer
from models.callback.figures.period import Period
from models.callback.figures.tally import of_estate
from models.callback.record import Callback
from models.figure import share
from models.place import Place
from models.user import User
from models.work_order import WorkOrder
from models.work_order.lists import past

PAGE = 25


class Coverage(NamedTuple):
    """Each finished order in one of the four, the first that applies. `exempt` by code, the most frequent first."""

    attempted: int
    rated: int
    exempt: dict[str, int]
    uncovered: int

    @classmethod
    def of(cls, period: Period, *, by: User | None) -> Self:
        """As far as `by` may know; None for what no person looks at."""
        found = dict(rows(_finished(period, by=by, select=[_how(), fn.COUNT(Callback.id)]).group_by(SQL("1"))))
        counted = {name: int(found.pop(name, 0)) for name in ("attempted", "rated", "uncovered")}
        exempt = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return cls(exempt={code: int(many) for code, many in exempt}, **counted)

    @property
    def exempted(self) -> int:
        return sum(self.exempt.values())

    @property
    def finished(self) -> int:
        return self.attempted + self.rated + self.exempted + self.uncovered

    @property
    def percent(self) -> int:
        """100 exactly when no finished order lacks all three."""
        return share(self.finished - self.uncovered, self.finished) if self.uncovered else 100


class Uncovered(NamedTuple):
    """An order nobody has asked about: since when it is finished, and in which state it waits."""

    id: int
    number: str
    text: str
    place: str
    spot: str
    state: str
    since: datetime
    due_at: datetime

    @property
    def title(self) -> str:
        return self.text.split("\n", 1)[0]

    @property
    def where(self) -> str:
        return f"{self.place} {self.spot}".strip()

    @property
    def is_overdue(self) -> bool:
        return self.due_at < now()

    @property
    def cursor(self) -> str:
        return f"{self.since.isoformat()}~{self.id}"


def uncovered(period: Period, *, by: User | None, after: str = "", most: int = PAGE) -> tuple[list[Uncovered], str]:
    """Up to `most` of them, who waits longest first, and the cursor of the next page ("" at the end)."""
    query = _finished(period, by=by, select=[
        Callback.id, WorkOrder.number, WorkOrder.text, Place.full_name, WorkOrder.spot, WorkOrder.state,
        Callback.created_at, Callback.due_at]).join(Place, on=WorkOrder.place == Place.id)
    if after:
        query = query.where(Tuple(Callback.created_at, Callback.id) > Tuple(*past(after)))
    found = rows(query.where(_how() == "uncovered").order_by(Callback.created_at, Callback.id).limit(most + 1))
    page = [Uncovered(*row) for row in found][:most]
    return page, page[-1].cursor if len(found) > most else ""


def _finished(period: Period, *, by: User | None, select: list[Any]) -> Any:
    """One callback of each order finished in the period."""
    again = Callback.alias()
    within = (Callback.created_at >= period.start) & (Callback.created_at < period.end)
    finished_again = again.select(again.id).where(
        again.order == Callback.order, again.round > Callback.round, again.created_at >= period.start,
        again.created_at < period.end, again.dropped_at.is_null())
    query = Callback.select(*select).join(WorkOrder).where(
        within, Callback.dropped_at.is_null(), of_estate(period), ~fn.EXISTS(finished_again))
    return query if by is None else query.where(~WorkOrder.kept_from(by))


def _how() -> Any:
    """attempted, rated, the code it is exempt under, or uncovered. A flagged rating is nobody's word."""
    rating = Answer.select(Answer.id).where(Answer.callback == Callback.id, Answer.source == "online",
                                            Answer.flags == "")
    return Case(None, [(Callback.calls > 0, "attempted"), (fn.EXISTS(rating), "rated"),
                       (Callback.exemption.is_null(False), Callback.exemption)], "uncovered")
