"""Handing over (交接): the first contact leaves the follow-up of an order to a colleague of the desk."""
from collections.abc import Sequence
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, writing
from models.errors import Refused, Stale
from models.place import Estate
from models.text import SHORT, said
from models.user import Membership, RoleOf, User
from models.work_order.record import WorkOrder


class HandOver(Record):
    """`giver` is empty where nobody was first contact yet."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="hand_overs")
    giver = ForeignKeyField(User, null=True, backref="handed_over")
    taker = ForeignKeyField(User, backref="taken_over")
    note = CharField(max_length=SHORT)
    by = ForeignKeyField(User, backref="hand_overs")
    at = DateTimeField()

    @classmethod
    def give(cls, order: WorkOrder, taker: User | None, note: str, *, by: User) -> Self:
        """交接 of one order: says how it stands, to somebody of the desk who will follow it from now on."""
        note = said(note, field="hand_over_note", most=SHORT, needed=True)
        with writing():
            order.check("hand_over", by)
            if taker is None or taker not in colleagues(order.estate):
                raise Refused("hand_over.nobody", field="taker")
            giver = order.first_contact
            if giver == taker:
                raise Refused("hand_over.the_same", field="taker", name=taker.name)
            if not order.mark(WorkOrder.first_contact == giver, first_contact=taker):
                raise Stale("hand_over.moved_on")
            over = cls.create(order=order, giver=giver, taker=taker, note=note, by=by, at=now())
            order.tell("hand_over", by=by, to=taker.login, name=taker.name, note=note,
                       was=giver.login if giver else None)
        return over

    @classmethod
    def give_all(cls, numbers: Sequence[str], taker: User | None, note: str, *, by: User) -> int:
        """交班: all of these at once, or none. How many they were."""
        if not numbers:
            raise Refused("hand_over.nothing", field="orders")
        with writing():
            mine = WorkOrder.seen_by(by).where(WorkOrder.number.in_(numbers), WorkOrder.first_contact == by)
            orders = list(mine.order_by(WorkOrder.id))
            if len(orders) != len(set(numbers)):
                raise Stale("hand_over.moved_on")
            for order in orders:
                cls.give(order, taker, note, by=by)
        return len(orders)


def colleagues(estate: Estate) -> list[User]:
    """Who works at the desk of an estate."""
    at_the_desk = RoleOf.select(RoleOf.user).where(RoleOf.role == "desk")
    return list(User.select().join(Membership).where(
        Membership.estate == estate, User.disabled_at.is_null(), User.id.in_(at_the_desk)).order_by(User.id))
