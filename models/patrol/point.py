"""The point (巡查点): where an officer stands and looks, with its code on the wall and its list of what to look at."""
import secrets
from datetime import datetime
from typing import Self

from peewee import AutoField, BooleanField, CharField, DateTimeField, ForeignKeyField, ModelSelect

from models.base import Record, now, writing
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.patrol.check_item import DISCIPLINES, CheckItem
from models.place import Estate, Grid, Place
from models.place.record import CODE_LETTERS
from models.text import said
from models.user import User

# How somebody shows that they stood there: the random code of its sheet, scanned or typed; a photo taken there.
PROOFS = ("none", "code", "photo")
KEY_DISCIPLINES = ("fire", "lifts", "power")  # 消防, 电梯, 配电: one miss there tells the supervisor at once
PLANNERS = ("supervisor", "manager")


class Point(Record):
    """`secret` is the random code on its sheet, made anew when it got about. `is_key`: one miss is told at once."""

    id = AutoField()
    estate = ForeignKeyField(Estate, backref="points")
    grid = ForeignKeyField(Grid, backref="points")
    place = ForeignKeyField(Place, backref="points")
    code = CharField(max_length=8)
    name = CharField(max_length=60)
    discipline = CharField(max_length=12)
    is_key = BooleanField(default=False)
    proof = CharField(max_length=8, default="code")
    secret = CharField(max_length=12, unique=True)
    removed_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("estate", "code"), True),)

    @classmethod
    def put(
        cls, estate: Estate, code: str, name: str, *, grid: Grid, place: Place, discipline: str, proof: str,
        items: list[CheckItem], by: User | None, is_key: bool | None = None,
    ) -> Self:
        """A point with its list, in the place of the one with that code; `by` None for what an import brings.

        What is key follows from the discipline unless said.
        """
        code = said(code, field="code", most=8, needed=True)
        name = said(name, field="name", most=60, needed=True)
        may_plan(estate, by)
        if discipline not in DISCIPLINES:
            raise Refused("point.no_discipline", field="discipline")
        if proof not in PROOFS:
            raise Refused("point.no_proof", field="proof")
        if not items:
            raise Refused("point.no_items", field="items")
        if grid.__data__["estate"] != estate.id or place.__data__["estate"] != estate.id:
            raise Refused("place.unknown", field="place", name=place.full_name)
        facts = {"grid": grid, "place": place, "name": name, "discipline": discipline, "proof": proof,
                 "is_key": discipline in KEY_DISCIPLINES if is_key is None else is_key, "removed_at": None}
        with writing():
            point = cls.get_or_none(cls.estate == estate, cls.code == code)
            if point is None:
                point = cls.create(estate=estate, code=code, secret=new_secret(), **facts)
            else:
                cls.update(**facts).where(cls.id == point.id).execute()
                point = cls.get_by_id(point.id)
            point._look_at(items)
            if by is not None:
                Event.record(point.subject, "put_point", by=by, detail={
                    "name": name, "items": [item.code for item in items]})
        return point

    def _look_at(self, items: list[CheckItem]) -> None:
        """From now on these; what was asked before stays known, for what phones still bring."""
        at, wanted = now(), {item.id for item in items}
        asked = {row.__data__["item"]: row for row in PointItem.select().where(PointItem.point == self)}
        PointItem.update(until=at).where(
            PointItem.point == self, PointItem.until.is_null(), PointItem.item.not_in(wanted)).execute()
        for item in wanted - asked.keys():
            PointItem.create(point=self, item=item, since=at)
        PointItem.update(since=at, until=None).where(
            PointItem.point == self, PointItem.until.is_null(False), PointItem.item.in_(wanted)).execute()

    def renew_secret(self, *, by: User) -> None:
        """换码: from now on the old sheet proves nothing."""
        may_plan(self.estate, by)
        was, self.secret = self.secret, new_secret()
        with writing():
            if not Point.update(secret=self.secret).where(Point.id == self.id, Point.secret == was).execute():
                raise Stale("point.renewed")
            FormerCode.create(point=self, secret=was, until=now())
            Event.record(self.subject, "renew_code", by=by)

    def knows(self, code: str, at: datetime) -> bool | None:
        """Did that code hang here at that time? None for one that never did."""
        if code == self.secret:
            return True
        former = FormerCode.get_or_none(FormerCode.point == self, FormerCode.secret == code)
        return None if former is None else bool(at <= former.until)

    def remove(self, *, by: User) -> None:
        """Nobody looks here any more: walks to come leave it out, what was seen stays."""
        may_plan(self.estate, by)
        with writing():
            removed = Point.update(removed_at=now()).where(Point.id == self.id, Point.removed_at.is_null()).execute()
            if not removed:
                raise Stale("point.removed")
            Event.record(self.subject, "remove_point", by=by)
            for stop in list(self.stops):  # type: ignore[attr-defined]
                stop.leave_out()

    @classmethod
    def find(cls, estate: Estate, code: str) -> Self:
        found = cls.get_or_none(cls.estate == estate, cls.code == code, cls.removed_at.is_null())
        if found is None:
            raise NotFound("point.unknown")
        return found

    @classmethod
    def of(cls, estate: Estate) -> "ModelSelect[Point]":
        return cls.select().where(cls.estate == estate, cls.removed_at.is_null()).order_by(cls.code)

    @classmethod
    def coded(cls, secret: str, *, by: User) -> Self:
        """The point on whose sheet that code stands or stood. NotFound when none of this person's estates has it."""
        secret = secret.strip().lower()
        former = FormerCode.select(FormerCode.point).where(FormerCode.secret == secret)
        found = cls.get_or_none((cls.secret == secret) | cls.id.in_(former), cls.removed_at.is_null())
        if found is None or found.estate not in by.estates:
            raise NotFound("point.unknown_code")
        return found

    @property
    def subject(self) -> str:
        """What the history calls it."""
        return f"{self.estate.code}-{self.code}"[:24]

    @property
    def items(self) -> list[CheckItem]:
        """What is looked at here, in the order of the checklist."""
        return self.items_at(now())

    def items_at(self, at: datetime) -> list[CheckItem]:
        """What was looked at here at that time."""
        return list(CheckItem.select().join(PointItem).where(
            PointItem.point == self, PointItem.since <= at, PointItem.until.is_null() | (PointItem.until > at),
            CheckItem.removed_at.is_null() | (CheckItem.removed_at > at)).order_by(CheckItem.code))


class PointItem(Record):
    """An item of a point's list, since and until when; asked again after a while it counts from then."""

    id = AutoField()
    point = ForeignKeyField(Point, backref="point_items", index=False)
    item = ForeignKeyField(CheckItem, backref="point_items")
    since = DateTimeField()
    until = DateTimeField(null=True)

    class Meta:
        indexes = ((("point", "item"), True),)


class FormerCode(Record):
    """A code that hung at a point until it was made anew."""

    id = AutoField()
    point = ForeignKeyField(Point, backref="former_codes")
    secret = CharField(max_length=12, unique=True)
    until = DateTimeField()


def new_secret() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


def may_plan(estate: Estate, by: User | None) -> None:
    """Raise unless this person plans the estate's patrols; None is an import."""
    if by is not None and (estate not in by.estates or not by.has_role(*PLANNERS, "admin")):
        raise NotAllowed("not_for_you")
