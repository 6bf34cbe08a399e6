"""The correction (更正电话): another phone in place of one that proved to be wrong, so that the owner can be called."""
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, writing
from models.errors import Refused
from models.owner import Owner
from models.text import SHORT, said
from models.user import User
from models.work_order import WorkOrder


class Correction(Record):
    """`was` and `became`: the contact before and after; both are kept. `note`: where the right number came from.

    Who worked on the order or inspected it corrects nothing: the owner who is called must be the owner.
    """

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="corrections")
    by = ForeignKeyField(User, backref="corrections")
    at = DateTimeField()
    was = ForeignKeyField(Owner, backref="corrected_to")
    became = ForeignKeyField(Owner, backref="corrected_from")
    note = CharField(max_length=SHORT)

    @classmethod
    def make(cls, order: WorkOrder, phone: str, note: str, *, by: User) -> Self:
        """Once a call found the number wrong. The history names both numbers masked."""
        note = said(note, field="correction_note", most=SHORT, needed=True)
        phone = said(phone, field="phone", most=40, needed=True)
        with writing():
            order.check("correct", by)
            was = order.owner
            if was is None or order.callback.next_call.last != "wrong_no":
                raise Refused("correction.not_wrong", field="phone")
            became = Owner.leave(order.estate, was.name, phone)
            if became is None or became.phone == was.phone:
                raise Refused("correction.same", field="phone")
            order.mark(owner=became)
            correction = cls.create(order=order, by=by, at=now(), was=was, became=became, note=note)
            order.tell("correct", by=by, was_phone=was.masked_phone, phone=became.masked_phone, note=note)
        return correction
