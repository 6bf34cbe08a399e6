"""The estate at a glance: which grid was walked at which hour of a day, by whom, and what was missed."""
from datetime import date, datetime, timedelta
from typing import NamedTuple

from peewee import Case, fn

from models.base import now, rows
from models.callback.figures import Period
from models.patrol.plan import Plan
from models.patrol.point import Point
from models.patrol.task import Task
from models.patrol.visit import Visit
from models.place import Estate, Grid
from models.user import User

DAY = timedelta(days=1)


class Walk(NamedTuple):
    """One task in a cell: how many of its points were seen, missed and abnormal."""

    number: str
    name: str
    state: str
    starts_at: datetime
    ends_at: datetime
    officer: str | None
    points: int
    seen: int
    missed: int
    abnormal: int


class DayBoard(NamedTuple):
    """`rows`: a grid each (None for what belongs to none), with its walks by the hour they begin in."""

    day: date
    hours: list[int]
    rows: list[tuple[Grid | None, dict[int, list[Walk]]]]
    flagged: list[Visit]
    too_fast: list[Task]

    @classmethod
    def of(cls, estate: Estate, day: date) -> "DayBoard":
        """In a handful of reads, however many points there are."""
        start = estate.utc(datetime(day.year, day.month, day.day))
        end = estate.utc(datetime(day.year, day.month, day.day) + DAY)
        that_day = ((Task.estate == estate) & (Task.starts_at >= start) & (Task.starts_at < end)
                    & Task.order.is_null())
        found = rows(Task.select(
            Task.grid, Task.number, Task.name, Task.state, Task.starts_at, Task.ends_at, User.name,
            fn.COUNT(Visit.id), fn.COUNT(Visit.done_at), fn.COUNT(Case(None, [(Visit.timing == "missed", 1)])),
            fn.COUNT(Case(None, [(Visit.is_abnormal, 1)])),
        ).left_outer_join(User, on=Task.officer == User.id).switch(Task).left_outer_join(Visit).where(
            that_day).group_by(Task.id, User.name).order_by(Task.starts_at, Task.id))
        grids: list[Grid | None] = [*Grid.select().where(Grid.estate == estate).order_by(Grid.code)]
        if any(grid is None for grid, *_ in found):
            grids.append(None)
        cells: dict[int | None, dict[int, list[Walk]]] = {grid.id if grid else None: {} for grid in grids}
        for grid, *walk in found:
            one = Walk(*walk)
            cells[grid].setdefault(estate.local(one.starts_at).hour, []).append(one)
        hours = sorted({hour for row in cells.values() for hour in row})
        seen = Visit.select(Visit, Task, User, Point).join(Task).switch(Visit).join(
            User, on=Visit.by == User.id).switch(Visit).left_outer_join(Point)
        flagged = list(seen.where(that_day, Visit.flags != "").order_by(Visit.done_at))
        too_fast = list(Task.select(Task, User).left_outer_join(User, on=Task.officer == User.id).where(
            that_day, Task.flags != "").order_by(Task.starts_at))
        return cls(day, hours, [(grid, cells[grid.id if grid else None]) for grid in grids], flagged, too_fast)


def calendar(month: Period) -> dict[date, dict[str, int]]:
    """How many walks of each state each day of a month has; what plans will make ahead counts as "planned"."""
    estate = month.estate
    found: dict[date, dict[str, int]] = {}
    for starts_at, state in rows(Task.select(Task.starts_at, Task.state).where(
            Task.estate == estate, Task.starts_at >= month.start, Task.starts_at < month.end, Task.order.is_null())):
        day = found.setdefault(estate.local(starts_at).date(), {})
        day[state] = day.get(state, 0) + 1
    last = estate.local(month.end).date() - DAY
    for plan in Plan.select().where(Plan.estate == estate, Plan.stopped_at.is_null(), Plan.kind == "patrol"):
        first = max(estate.local(month.start).date(), (plan.made_until or estate.local(now()).date()) + DAY)
        for starts_at, _ in plan.windows_between(first, last):
            day = found.setdefault(estate.local(starts_at).date(), {})
            day["planned"] = day.get("planned", 0) + 1
    return found
