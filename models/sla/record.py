"""The time limit: what the estate promises for a grade of work (本项目服务承诺), as data."""
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from peewee import AutoField, CharField, ForeignKeyField, IntegerField

from models.base import Record
from models.errors import Refused
from models.place import Estate
from models.sla.clock import Clock

PRIORITIES = ("P0", "P1", "P2", "P3")
CALLBACK_HOURS = 24  # where a limit names none: the estate's rule for repairs (V5)


class Promise(NamedTuple):
    """When each step is due, naive UTC; None where this grade promises nothing."""

    accept: datetime | None
    arrive: datetime | None
    complete: datetime | None


class TimeLimit(Record):
    """A row of the table of time limits. Minutes, or an amount with its unit (min, h, workday)."""

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

    class Meta:
        indexes = ((("estate", "code"), True),)

    @classmethod
    def standard(cls, estate: Estate, kind: str, priority: str) -> Self:
        """The limit of a kind of order at a priority; a kind without its own has those of a repair."""
        for wanted in (kind, "repair"):
            limit = cls.get_or_none(cls.estate == estate, cls.kind == wanted, cls.priority == priority)
            if limit is not None:
                return limit
        raise Refused("time_limit.missing", field="priority")

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
            complete=due(self.complete_value, self.complete_unit),
        )

    def first_reply_due(self, start: datetime) -> datetime:
        return self.counts().after(start, self.first_reply_min or 0, "min")

    def callback_due(self, finished: datetime) -> datetime:
        return finished + timedelta(hours=self.callback_due_h or CALLBACK_HOURS)
