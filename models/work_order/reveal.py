"""Who looked at an owner's full name and phone, when, and why."""
from datetime import timedelta
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, writing
from models.errors import Refused
from models.owner import Owner
from models.user import User
from models.work_order.moves import REVEAL_REASONS
from models.work_order.record import WorkOrder

SHOWN_FOR = timedelta(minutes=15)


class Reveal(Record):
    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="reveals")
    owner = ForeignKeyField(Owner, backref="reveals")
    by = ForeignKeyField(User, backref="reveals")
    at = DateTimeField()
    reason = CharField(max_length=16)

    @classmethod
    def make(cls, order: WorkOrder, reason: str, *, by: User) -> Self:
        """Log the look; the contact in full is then `reveal.owner`.

        To call back is a reason only while the policy lets the owner be rung up.
        """
        with writing():
            order.check("reveal", by)
            if reason not in REVEAL_REASONS:
                raise Refused("reveal.no_reason", field="reveal_reason")
            if order.owner is None:
                raise Refused("reveal.nobody", field="reveal_reason")
            if reason == "call_back" and order.state == "calling":
                order.callback.check_hour()
            reveal = cls.create(order=order, owner=order.owner, by=by, at=now(), reason=reason)
            order.tell("reveal", by=by, reason=reason)
        return reveal

    @classmethod
    def standing(cls, order: WorkOrder, *, by: User) -> bool:
        """Has this person just logged a look, so that the page may show the contact in full?"""
        return cls.select().where(cls.order == order, cls.owner == order.owner, cls.by == by,
                                  cls.at > now() - SHOWN_FOR).exists()
