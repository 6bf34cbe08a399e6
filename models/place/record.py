"""The place: a building, a unit, a home, or a public spot, each with the grid it lies in.

Buildings, units and public places carry a code for their printed QR; homes don't, the unit's code leads to them.
"""
import secrets
from typing import Self

from peewee import AutoField, CharField, ForeignKeyField, ModelSelect

from models.base import Record, rows
from models.errors import NotFound, Refused
from models.place.estate import Estate
from models.place.grid import Grid

# No vowels and no look-alikes: a code may be read aloud from a poster.
CODE_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


class Place(Record):
    id = AutoField()
    estate = ForeignKeyField(Estate, backref="places")
    parent = ForeignKeyField("self", null=True, backref="children")
    grid = ForeignKeyField(Grid, null=True, backref="places")
    kind = CharField(max_length=8)  # building, unit, home or public
    name = CharField(max_length=40)
    full_name = CharField(max_length=80)
    code = CharField(max_length=12, null=True, unique=True)

    class Meta:
        indexes = (
            (("estate", "full_name"), True),
            (("estate", "kind"), False),
            (("parent", "name"), False),
        )

    @classmethod
    def add(
        cls, estate: Estate, kind: str, name: str, *, parent: "Place | None" = None, grid: Grid | None = None,
    ) -> Self:
        return cls.create(
            estate=estate, kind=kind, name=name, parent=parent, grid=grid,
            full_name=(parent.full_name if parent else "") + name,
            code=None if kind == "home" else cls.new_code(),
        )

    @staticmethod
    def new_code() -> str:
        return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))

    @classmethod
    def coded(cls, code: str) -> Self:
        """The place whose printed QR this is. NotFound when no poster carries the code."""
        place = cls.get_or_none(cls.code == code)
        if place is None:
            raise NotFound("place.unknown_code")
        return place

    @classmethod
    def posted(cls, estate: Estate) -> "ModelSelect[Place]":
        """Every place that gets a printed QR: units first, then public places, as they were entered."""
        posted = cls.select().where(cls.estate == estate, cls.kind.in_(("unit", "public")))
        return posted.order_by(cls.kind.desc(), cls.id)

    @classmethod
    def named(cls, estate: Estate, full_name: str) -> Self:
        """The place written out in full ("8栋2单元1503"). Refused when there is none."""
        wanted = "".join(full_name.split())
        place = cls.get_or_none(cls.estate == estate, cls.full_name == wanted) if wanted else None
        if place is None:
            raise Refused("place.unknown" if wanted else "place.missing", field="place", name=wanted[:40])
        return place

    def home(self, number: str) -> "Place":
        """The home of that number in this unit ("1503"). Refused when the unit has none."""
        wanted = number.strip().zfill(4)
        home = Place.get_or_none(Place.parent == self, Place.kind == "home", Place.name == wanted)
        if home is None:
            raise Refused("place.no_such_home", field="home", unit=self.full_name, number=number.strip()[:20])
        return home

    @classmethod
    def buildings(cls, estate: Estate) -> list[str]:
        names = cls.select(cls.full_name).where(cls.estate == estate, cls.kind == "building").order_by(cls.id)
        return [name for (name,) in rows(names)]

    @property
    def is_home(self) -> bool:
        return self.kind == "home"

    @property
    def has_homes(self) -> bool:
        return self.kind == "unit"

    @classmethod
    def suggestions(cls, estate: Estate) -> list[str]:
        """Full names for a form's list: everything but homes, which a desk types by number."""
        names = cls.select(cls.full_name).where(cls.estate == estate, cls.kind != "home").order_by(cls.id)
        return [name for (name,) in rows(names)]
