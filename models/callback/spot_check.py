"""The spot check (回访抽查): a month's sample of settled callbacks, looked at once more by who had no part in them."""
from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Any, NamedTuple, Self

from peewee import AutoField, BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect, fn

from models.base import Record, now, rows, writing
from models.callback.figures.period import Period
from models.callback.policy import Policy
from models.callback.record import Callback
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.place import Estate
from models.text import SHORT, said
from models.user import User
from models.work_order import WorkOrder
from models.work_order.moves import PARTS

COMPLETED = ("answered", "online", "unreached", "declined")  # of a callback's outcomes; exempt is none
WAYS = ("reread", "called")
AGREES = ("yes", "no")
MAY_DRAW = ("supervisor", "manager")


class Tally(NamedTuple):
    """`population`: settled in the month until now. `wanted`: how many of them the policy wants checked."""

    population: int
    wanted: int
    drawn: int
    checked: int
    agreed: int

    @property
    def to_draw(self) -> int:
        return max(0, self.wanted - self.drawn)


class Draw(Record):
    """One drawing of lots: of how many settled callbacks, and how many were to be in the sample then."""

    id = AutoField()
    estate = ForeignKeyField(Estate, backref="draws")
    month = CharField(max_length=7)
    by = ForeignKeyField(User, backref="draws")
    at = DateTimeField()
    population = IntegerField()
    wanted = IntegerField()

    @classmethod
    def of(cls, month: Period) -> list[Self]:
        """Those of a month, the first one first, with who drew in the same read."""
        return list(cls.select(cls, User).join(User).where(cls.estate == month.estate, cls.month == month.code)
                    .order_by(cls.id))


class SpotCheck(Record):
    """A callback in the sample; `by`, `at`, `way` and `agrees` stay empty until somebody has checked it."""

    id = AutoField()
    draw = ForeignKeyField(Draw, backref="checks")
    callback = ForeignKeyField(Callback, backref="spot_checks", unique=True)
    order = ForeignKeyField(WorkOrder, backref="spot_checks")
    by = ForeignKeyField(User, null=True, backref="spot_checks")
    at = DateTimeField(null=True)
    way = CharField(max_length=8, default="")
    agrees = BooleanField(null=True)
    note = CharField(max_length=SHORT, default="")

    # -- the sample

    @classmethod
    def draw_month(cls, month: Period, *, by: User) -> int:
        """抽样: fill the month's sample up to what the policy wants; how many came to it.

        Once the month is over: until then what was settled early would fill it. What was drawn stays; what is added
        ranks first of the rest. The same month and callbacks give the same sample.
        """
        estate = month.estate
        if estate not in by.estates or not by.has_role(*MAY_DRAW):
            raise NotAllowed("not_for_you")
        if month.end > now():
            raise Refused("spot_check.month_not_over", field="month")
        with writing():
            lots = population(month)
            wanted = Policy.of(estate).sample_of(len(lots))
            drawn = {callback for (callback,) in rows(cls.select(cls.callback).join(Draw).where(
                Draw.estate == month.estate, Draw.month == month.code))}
            added = next_lots(seed(month), lots, drawn, wanted)
            if not added:
                raise Refused("spot_check.nothing_to_draw" if lots else "spot_check.none_settled", field="month")
            draw = Draw.create(estate=estate, month=month.code, by=by, at=now(), population=len(lots), wanted=wanted)
            cls.insert_many([{"draw": draw, "callback": id, "order": lots[id]} for id in added]
                            ).on_conflict_ignore().execute()  # two supervisors at once draw the same lots
        return len(added)

    @classmethod
    def of_month(cls, month: Period, *, by: User) -> "ModelSelect[SpotCheck]":
        """The sample as far as this person may see it, what is left first, with orders and callbacks."""
        callers = User.alias()
        sample = (cls.select(cls, Callback, callers, WorkOrder, User).join(Draw)
                  .switch(cls).join(Callback).left_outer_join(callers, on=Callback.caller == callers.id)
                  .switch(cls).join(WorkOrder).switch(cls).left_outer_join(User, on=cls.by == User.id))
        return (sample.where(Draw.estate == month.estate, Draw.month == month.code, ~WorkOrder.kept_from(by))
                .order_by(cls.at.is_null(False), cls.id))

    @classmethod
    def tally(cls, month: Period) -> Tally:
        """The month in figures. Agreed of checked is the share that stands up to a second look."""
        settled = len(population(month))
        [(drawn, checked, agreed)] = rows(cls.select(
            fn.COUNT(cls.id), fn.COUNT(cls.at), fn.COALESCE(fn.SUM(cls.agrees.cast("integer")), 0),
        ).join(Draw).where(Draw.estate == month.estate, Draw.month == month.code))
        return Tally(settled, Policy.of(month.estate).sample_of(settled), drawn, checked, int(agreed))

    @staticmethod
    def not_for(person: User, checks: "Iterable[SpotCheck]") -> set[int]:
        """Which of these are of orders in which this person had a part, so that somebody else checks them."""
        had = Event.select(Event.subject).where(
            Event.by == person, Event.verb.in_(tuple(PARTS)), Event.subject.in_([one.order.number for one in checks]))
        numbers = {number for (number,) in rows(had)}
        return {one.id for one in checks if one.order.number in numbers}

    # -- one of them

    @classmethod
    def find(cls, order: WorkOrder, id: int) -> Self:
        check = cls.get_or_none(cls.id == id, cls.order == order)
        if check is None:
            raise NotFound("spot_check.unknown")
        return check

    @classmethod
    def made_of(cls, order: WorkOrder) -> "ModelSelect[SpotCheck]":
        """What was checked of an order, with by whom and of which round in the same read."""
        made = cls.select(cls, User, Callback).join(User, on=cls.by == User.id).switch(cls).join(Callback)
        return made.where(cls.order == order, cls.at.is_null(False)).order_by(cls.id)

    def record(self, way: str, agrees: str, note: str, *, by: User) -> None:
        """抽查: what the callback says was read again, or the owner called again. Once; a disagreement says why.

        Never by who worked on the order, inspected it or called about it, in any round.
        """
        order = self.order
        with writing():
            order.welcome("spot_check", by)
            if way not in WAYS:
                raise Refused("spot_check.no_way", field="way")
            if agrees not in AGREES:
                raise Refused("spot_check.no_finding", field="agrees")
            note = said(note, field="note", most=SHORT)
            if agrees == "no" and not note:
                raise Refused("spot_check.no_note", field="note")
            found: dict[str, Any] = {"by": by, "at": now(), "way": way, "agrees": agrees == "yes", "note": note}
            cls = type(self)
            if not cls.update(**found).where(cls.id == self.id, cls.at.is_null()).execute():
                raise Stale("spot_check.done_already")
            order.tell("spot_check", by=by, way=way, agrees=agrees, note=note, round=self.callback.round)
        for name, value in found.items():
            setattr(self, name, value)


def population(month: Period) -> dict[int, int]:
    """The callbacks settled in a month, other than by a rule's exemption, each with its order.

    That an owner wants no call (X4) is what somebody says they said: it is looked at again as any call is.
    """
    settled = Callback.select(Callback.id, Callback.order).join(WorkOrder).where(
        WorkOrder.estate == month.estate, Callback.settled_at >= month.start, Callback.settled_at < month.end,
        Callback.outcome.in_(COMPLETED) | Callback.exempted_by.is_null(False))
    return dict(rows(settled.order_by(Callback.id)))


def seed(month: Period) -> str:
    return f"{month.estate.code} {month.code}"


def next_lots(seed: str, callbacks: Iterable[int], drawn: Collection[int], wanted: int) -> list[int]:
    """What comes to the sample to make it that large: by SHA-256 of the seed and each one's number, the lowest first.

    A lottery that anybody can repeat.
    """
    left = [id for id in callbacks if id not in drawn]
    ranked = sorted(left, key=lambda id: sha256(f"{seed} {id}".encode()).hexdigest())
    return ranked[:max(0, wanted - len(drawn))]
