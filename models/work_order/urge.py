"""The urge (催办): somebody wants to know where it stays. Counted and shown; it raises nothing by itself."""
from datetime import datetime, timedelta
from typing import Self

from peewee import AutoField, DateTimeField, ForeignKeyField, ModelSelect, TextField

from models.base import Record, now, writing
from models.errors import Refused, Stale
from models.owner import Owner
from models.text import said
from models.user import User
from models.work_order.moves import MOVES
from models.work_order.record import WorkOrder

PAUSE = timedelta(minutes=10)
PAUSE_OF_OWNER = timedelta(hours=1)  # on their own page, from which nobody has to be rung up


class Urge(Record):
    """`owner` is the contact of whoever called to urge, where they left one. `by` is None where the owner did it on
    their page.
    """

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="urges")
    by = ForeignKeyField(User, null=True, backref="urges")
    at = DateTimeField()
    words = TextField(default="")
    owner = ForeignKeyField(Owner, null=True, backref="urges")

    @classmethod
    def make(cls, order: WorkOrder, words: str, *, by: User | None, name: str = "", phone: str = "") -> Self:
        """催办: once in ten minutes from one person, who is the caller named or else the colleague.

        From the owner's page (`by` None) once an hour.
        """
        words = said(words, field="words")
        with writing():
            if by is not None:
                order.welcome("urge", by)  # a call is noted, whatever happened to the order meanwhile
            else:
                order.catch_up()
                if order.state not in MOVES["urge"].from_:
                    raise Stale("work_order.moved_on", verb="urge", state=order.state)
            owner = Owner.leave(order.estate, name, phone)
            if cls._lately(order, by, owner).exists():
                pause = PAUSE if by is not None else PAUSE_OF_OWNER
                raise Refused("urge.too_soon", minutes=int(pause.total_seconds() // 60))
            urge = cls.create(order=order, by=by, at=now(), words=words, owner=owner)
            order.mark(urged=cls.select().where(cls.order == order).count())
            order.tell("urge", by=by, words=words, caller=owner.masked_name if owner else "")
        return urge

    @classmethod
    def owner_may_from(cls, order: WorkOrder) -> datetime | None:
        """From when on its owner may urge once more; None when they may now."""
        last = cls.select().where(cls.order == order, cls.by.is_null()).order_by(cls.id.desc()).get_or_none()
        again = last.at + PAUSE_OF_OWNER if last is not None else now()
        return again if again > now() else None

    @classmethod
    def _lately(cls, order: WorkOrder, by: User | None, owner: Owner | None) -> "ModelSelect[Urge]":
        if by is None:
            return cls.select().where(cls.order == order, cls.by.is_null(), cls.at > now() - PAUSE_OF_OWNER)
        urges = cls.select().where(cls.order == order, cls.by == by, cls.at > now() - PAUSE)
        if owner is None or not owner.phone:
            return urges
        return urges.left_outer_join(Owner).where(Owner.phone == owner.phone)

    @classmethod
    def of(cls, order: WorkOrder) -> "ModelSelect[Urge]":
        """The newest first, with caller and colleague in the same read."""
        urges = cls.select(cls, User, Owner).left_outer_join(User).switch(cls).left_outer_join(Owner)
        return urges.where(cls.order == order).order_by(cls.id.desc())
