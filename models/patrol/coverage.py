"""How far patrols are walked (巡查覆盖): 巡查完成率 and 漏检率 by grid, officer and point (demo/metrics.csv)."""
from typing import Any, NamedTuple

from peewee import Case, fn

from models.base import rows
from models.callback.figures import Period
from models.figure import Figure
from models.patrol.point import Point
from models.patrol.task import Task
from models.patrol.visit import Visit
from models.place import Grid
from models.user import User

GROUPS = ("grid", "officer", "point")


class Line(NamedTuple):
    """`walked`: walks done within their window ÷ planned; `missed`: points nobody was at when it ended ÷ points due.
    Of those missed `made_up` were made up for later. A point is walked with others: by point there are no walks.
    """

    label: str
    walked: Figure | None
    missed: Figure
    made_up: int


def whole(month: Period) -> Line:
    """All of the estate in a month; only what is over counts."""
    [(done, planned)] = rows(_tasks(month).select(*_walks()))
    [(missed, due, made_up)] = rows(_visits(month).select(*_points()))
    return Line("", Figure("walked", done, planned), Figure("missed_points", missed, due), made_up)


def lines(month: Period, group: str) -> list[Line]:
    """By grid, officer or point, in the order of their names."""
    if group == "point":
        found = rows(_visits(month).select(Point.code, Point.name, *_points()).join(
            Point, on=Visit.point == Point.id).group_by(Point.code, Point.name).order_by(Point.code))
        return [Line(f"{code} {name}", None, Figure("missed_points", missed, due), made_up)
                for code, name, missed, due, made_up in found]
    of: Any = Grid if group == "grid" else User
    label = Grid.name if group == "grid" else User.name
    on = Task.grid == Grid.id if group == "grid" else Task.officer == User.id
    walks = {key: (name, done, planned) for key, name, done, planned in rows(
        _tasks(month).select(of.id, label, *_walks()).join(of, on=on).group_by(of.id, label).order_by(of.id))}
    points = {key: (missed, due, made_up) for key, missed, due, made_up in rows(
        _visits(month).select(of.id, *_points()).join(of, on=on).group_by(of.id))}
    return [Line(name, Figure("walked", done, planned), Figure("missed_points", *points.get(key, (0, 0, 0))[:2]),
                 points.get(key, (0, 0, 0))[2]) for key, (name, done, planned) in walks.items()]


def _over(month: Period) -> Any:
    return ((Task.estate == month.estate) & (Task.starts_at >= month.start) & (Task.starts_at < month.end)
            & Task.settled_at.is_null(False) & Task.order.is_null())


def _tasks(month: Period) -> Any:
    return Task.select().where(_over(month))


def _visits(month: Period) -> Any:
    return Visit.select().join(Task).where(_over(month))


def _walks() -> tuple[Any, ...]:
    return fn.COUNT(Case(None, [(Task.state == "done", 1)])), fn.COUNT(Task.id)


def _points() -> tuple[Any, ...]:
    made_up = Case(None, [(Visit.timing == "made_up", 1)])
    return (fn.COUNT(Case(None, [(Visit.timing.in_(("missed", "made_up")), 1)])), fn.COUNT(Visit.id), fn.COUNT(made_up))
