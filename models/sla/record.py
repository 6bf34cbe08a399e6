"""The time limit: what the estate promises for a grade of work (本项目服务承诺), as data."""
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField

from models.base import Record, now, writing
from models.errors import NotAllowed, Refused, Stale
from models.place import Estate
from models.sla.clock import Clock
from models.sla.figures import LEVELS, figures
from models.text import SHORT, said
from models.user import User

PRIORITIES = ("P0", "P1", "P2", "P3")
FIGURES = (
    "name", "clock", "first_reply_min", "accept_min", "arrive_value", "arrive_unit", "contain_min", "complete_value",
    "complete_unit", "callback_due_h", "warn_pct", "stale_h", *(
        f"escalate_{level}_{half}" for level in LEVELS for half in ("role", "min")),
)


class Promise(NamedTuple):
    """When each step is due, naive UTC; None where this grade promises nothing."""

    accept: datetime | None
    arrive: datetime | None
    contain: datetime | None
    complete: datetime | None

    @property
    def dues(self) -> dict[str, datetime | None]:
        """Under the names an order keeps them by."""
        return {f"{what}_due": due for what, due in self._asdict().items()}


class TimeLimit(Record):
    """A row of the table of time limits. Minutes, or an amount with its unit (min, h, workday).

    A row is never changed: a change makes another one and ends this, so that an order keeps what it was promised.
    `escalate_1_role` is told `escalate_1_min` minutes after due. `stale_h`: hours of silence; 0 for never.
    """

    id = AutoField()
    estate = ForeignKeyField(Estate, backref="time_limits")
    code = CharField(max_length=8)
    name = CharField(max_length=40)
    kind = CharField(max_length=16, null=True)  # set: this is the limit of the kind for its priority
    priority = CharField(max_length=2)
    clock = CharField(max_length=32)
    accept_min = IntegerField(null=True)
    arrive_value = IntegerField(null=True)
    arrive_unit = CharField(max_length=8, null=True)
    contain_min = IntegerField(null=True)
    complete_value = IntegerField(null=True)
    complete_unit = CharField(max_length=8, null=True)
    first_reply_min = IntegerField(null=True)
    warn_pct = IntegerField(default=80)
    callback_due_h = IntegerField(default=0)
    stale_h = IntegerField(default=0)
    escalate_1_role = CharField(max_length=12, null=True)
    escalate_1_min = IntegerField(null=True)
    escalate_2_role = CharField(max_length=12, null=True)
    escalate_2_min = IntegerField(null=True)
    escalate_3_role = CharField(max_length=12, null=True)
    escalate_3_min = IntegerField(null=True)
    made_at = DateTimeField(null=True)
    made_by = ForeignKeyField(User, null=True, backref="time_limits_made")
    why = CharField(max_length=SHORT, default="")
    ended_at = DateTimeField(null=True)

    @classmethod
    def standard(cls, estate: Estate, kind: str, priority: str) -> Self:
        """The limit of a kind of order at a priority; a kind without its own has those of a repair."""
        for wanted in (kind, "repair"):
            limit = cls.get_or_none(cls.estate == estate, cls.kind == wanted, cls.priority == priority,
                                    cls.ended_at.is_null())
            if limit is not None:
                return limit
        raise Refused("time_limit.missing", field="priority")

    @classmethod
    def table(cls, estate: Estate) -> list[Self]:
        """The limits that hold now, the most urgent first."""
        current = cls.select().where(cls.estate == estate, cls.ended_at.is_null())
        return list(current.order_by(cls.priority, cls.id))

    def history(self) -> list[Self]:
        """Every row there was under this code, the newest first, with who made it in the same read."""
        cls = type(self)
        of_code = cls.select(cls, User).left_outer_join(User).where(cls.estate == self.estate, cls.code == self.code)
        return list(of_code.order_by(cls.id.desc()))

    def change(self, told: Mapping[str, str], why: str, *, by: User) -> Self:
        """Another row in place of this one: what is registered from now on is promised by it, and no earlier order."""
        if self.estate not in by.estates or not by.has_role("admin"):
            raise NotAllowed("not_for_you")
        found = figures(told, self.estate.zone_info)
        if all(getattr(self, name) == value for name, value in found.items()):
            raise Refused("time_limit.unchanged")
        if self.kind == "repair" and self.priority == "P2" and not found["first_reply_min"]:
            raise Refused("time_limit.no_first_reply", field="first_reply_min")  # every report is promised one
        why = said(why, field="why", most=SHORT, needed=True)
        cls, at = type(self), now()
        with writing():
            ended = cls.update(ended_at=at).where(cls.id == self.id, cls.ended_at.is_null()).execute()
            if not ended:
                raise Stale("time_limit.changed_meanwhile")
            same = {name: self.__data__[name] for name in ("estate", "code", "kind", "priority")}
            new = cls.create(**same, **found, made_at=at, made_by=by, why=why)
            category = self.categories.model  # type: ignore[attr-defined]
            category.update(limit=new).where(category.limit == self.id).execute()
        return new

    def differs(self, other: "TimeLimit") -> list[tuple[str, object, object]]:
        """Which figures the other has otherwise: name, this one's, the other's."""
        return [(name, getattr(self, name), getattr(other, name)) for name in FIGURES
                if getattr(self, name) != getattr(other, name)]

    @property
    def escalation(self) -> list[tuple[str | None, int]]:
        """Level by level who is told and how many minutes after due; nobody where the role is None."""
        return [(getattr(self, f"escalate_{n}_role"), getattr(self, f"escalate_{n}_min") or 0) for n in LEVELS]

    def counts(self) -> Clock:
        return Clock.parse(self.clock, self.estate.zone_info)

    def promise(self, start: datetime) -> Promise:
        """Due times counted from registering."""
        clock = self.counts()

        def due(amount: int | None, unit: str | None) -> datetime | None:
            return clock.after(start, amount, unit) if amount and unit else None

        return Promise(
            accept=due(self.accept_min, "min"),
            arrive=due(self.arrive_value, self.arrive_unit),
            contain=due(self.contain_min, "min"),
            complete=due(self.complete_value, self.complete_unit),
        )

    def first_reply_due(self, start: datetime) -> datetime:
        return self.counts().after(start, self.first_reply_min or 0, "min")


# One row of a code holds at a time.
TimeLimit.add_index(TimeLimit.estate, TimeLimit.code, unique=True, where=TimeLimit.ended_at.is_null(),
                    name="time_limit_current")
