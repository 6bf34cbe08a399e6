"""The route (路线): the points of a grid in the order they are walked."""
from typing import Any, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect

from models.base import Record, now, writing
from models.errors import NotFound, Refused, Stale
from models.event import Event
from models.patrol.point import Point, may_plan
from models.place import Estate, Grid
from models.text import said
from models.user import User

MOST_STOPS = 60
LONGEST = 24 * 60  # minutes


class Route(Record):
    """`walk_min`: the least minutes from its first point to its last; a walk done faster was not walked."""

    id = AutoField()
    estate = ForeignKeyField(Estate, backref="routes")
    grid = ForeignKeyField(Grid, backref="routes")
    name = CharField(max_length=60)
    walk_min = IntegerField(default=0)
    removed_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("estate", "name"), True),)

    @classmethod
    def put(
        cls, estate: Estate, name: str, *, grid: Grid, points: list[Point], walk_min: int, by: User | None,
        instead_of: Self | None = None,
    ) -> Self:
        """A route, in the place of the one of that name, or of another, which takes the name. Walks that have not begun
        are laid out by it.
        """
        name = said(name, field="name", most=60, needed=True)
        may_plan(estate, by)
        if grid.__data__["estate"] != estate.id or any(point.__data__["estate"] != estate.id for point in points):
            raise Refused("route.other_estate", field="points")
        if not points or len(points) > MOST_STOPS or len({point.id for point in points}) != len(points):
            raise Refused("route.points", field="points", most=MOST_STOPS)
        if not 0 <= walk_min <= LONGEST:
            raise Refused("route.walk_min", field="walk_min")
        with writing():
            route = cls.get_or_none(cls.estate == estate, cls.name == name)
            if instead_of is not None and route not in (None, instead_of):
                raise Refused("route.there_already", field="name")
            route = instead_of or route
            if route is None:
                route = cls.create(estate=estate, name=name, grid=grid, walk_min=walk_min)
            else:
                cls.update(name=name, grid=grid, walk_min=walk_min, removed_at=None).where(
                    cls.id == route.id).execute()
                route = cls.get_by_id(route.id)
            Stop.delete().where(Stop.route == route).execute()
            Stop.insert_many([{"route": route, "point": point, "position": n}
                              for n, point in enumerate(points, 1)]).execute()
            if by is not None:
                Event.record(f"{estate.code[:12]}-L{route.id}", "put_route", by=by, detail={
                    "name": name, "points": [point.code for point in points], "walk_min": walk_min})
            route.tasks.model.lay_out_anew(route)  # type: ignore[attr-defined]
        return route

    def remove(self, *, by: User) -> None:
        """Nobody walks it any more. Refused while a plan does."""
        may_plan(self.estate, by)
        with writing():
            plan: Any = self.plans.model  # type: ignore[attr-defined]
            standing = plan.get_or_none(plan.route == self, plan.stopped_at.is_null())
            if standing is not None:
                raise Refused("route.planned", plan=standing.name)
            if not Route.update(removed_at=now()).where(Route.id == self.id, Route.removed_at.is_null()).execute():
                raise Stale("route.removed")
            Event.record(f"{self.estate.code[:12]}-L{self.id}", "remove_route", by=by)

    @classmethod
    def of(cls, estate: Estate) -> "ModelSelect[Route]":
        return cls.select(cls, Grid).join(Grid).where(cls.estate == estate, cls.removed_at.is_null()).order_by(
            Grid.code, cls.id)

    @classmethod
    def find(cls, id: int, *, by: User) -> Self:
        found = cls.get_or_none(cls.id == id, cls.estate.in_(by.estates), cls.removed_at.is_null())
        if found is None:
            raise NotFound("route.unknown")
        return found

    @property
    def points(self) -> "ModelSelect[Point]":
        return Point.select().join(Stop).where(Stop.route == self).order_by(Stop.position)


class Stop(Record):
    id = AutoField()
    route = ForeignKeyField(Route, backref="stops", index=False)
    point = ForeignKeyField(Point, backref="stops")
    position = IntegerField()

    class Meta:
        indexes = ((("route", "position"), True), (("route", "point"), True))

    def leave_out(self) -> None:
        """In the caller's transaction: the route goes on without the point."""
        tasks: Any = self.route.tasks  # type: ignore[attr-defined]
        self.delete_instance()
        tasks.model.lay_out_anew(self.route)
