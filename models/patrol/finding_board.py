"""The board of findings (隐患看板): what is open of an estate by state and due time, and what is closed by page."""
from typing import NamedTuple

from peewee import ModelSelect, Tuple, fn

from models.base import rows
from models.errors import Refused
from models.patrol.finding import STATES, Finding
from models.place import Estate, Grid, Place
from models.user import User
from models.work_order import WorkOrder
from models.work_order.lists import past

SHOWN = 20  # of each state, until one is opened
PAGE = 50


class FindingBoard(NamedTuple):
    """For one person; `grid` and `severity` narrow it, None and "" for all."""

    estate: Estate
    by: User
    grid: Grid | None = None
    severity: str = ""

    def counts(self) -> dict[str, int]:
        """How many there are of each open state."""
        counted = self._of().select(Finding.state, fn.COUNT(Finding.id)).where(
            Finding.closed_at.is_null()).group_by(Finding.state)
        return {state: 0 for state in STATES[:-1]} | dict(rows(counted))

    def sections(self) -> dict[str, list[Finding]]:
        """The first due of each open state."""
        return {state: list(self._shown(state).limit(SHOWN)) for state in STATES[:-1]}

    def page(self, state: str, after: str = "") -> tuple[list[Finding], str]:
        """A page of one state, and the cursor of the next ("" at the end): by due time, closed ones newest first."""
        if state not in STATES:
            raise Refused("list.bad_cursor")
        query = self._shown(state)
        if after:
            key = Tuple(Finding.closed_at if state == "closed" else Finding.due_at, Finding.id)
            query = query.where(key < Tuple(*past(after)) if state == "closed" else key > Tuple(*past(after)))
        found = list(query.limit(PAGE + 1))
        last = found[PAGE - 1] if len(found) > PAGE else None
        at = last and (last.closed_at if state == "closed" else last.due_at)
        return found[:PAGE], f"{at.isoformat()}~{last.id}" if last and at else ""

    def _shown(self, state: str) -> "ModelSelect[Finding]":
        query = self._of().select(Finding, Place, Grid, WorkOrder, User).join(Place).switch(Finding).left_outer_join(
            Grid).switch(Finding).left_outer_join(WorkOrder).left_outer_join(User, on=WorkOrder.assignee == User.id)
        if state == "closed":
            return query.where(Finding.closed_at.is_null(False)).order_by(Finding.closed_at.desc(), Finding.id.desc())
        return query.where(Finding.closed_at.is_null(), Finding.state == state).order_by(Finding.due_at, Finding.id)

    def _of(self) -> "ModelSelect[Finding]":
        query = Finding.seen_by(self.by).where(Finding.estate == self.estate)
        if self.grid is not None:
            query = query.where(Finding.grid == self.grid)
        return query.where(Finding.severity == self.severity) if self.severity else query
