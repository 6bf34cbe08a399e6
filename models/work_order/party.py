"""The responsible party (责任方): who has to answer for the trouble, as somebody decided. The last word counts."""
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, writing
from models.errors import Refused
from models.text import SHORT, said
from models.user import User
from models.work_order.record import WorkOrder

PARTIES = ("owner", "management", "developer", "third_party", "municipal")


class PartyDecision(Record):
    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="party_decisions")
    party = CharField(max_length=16)
    note = CharField(max_length=SHORT)
    by = ForeignKeyField(User, backref="party_decisions")
    at = DateTimeField()

    @classmethod
    def make(cls, order: WorkOrder, party: str, note: str, *, by: User) -> Self:
        """判定责任方: with what it rests on."""
        note = said(note, field="party_note", most=SHORT, needed=True)
        with writing():
            order.check("decide_party", by)
            if party not in PARTIES:
                raise Refused("party.unknown", field="party")
            decision = cls.create(order=order, party=party, note=note, by=by, at=now())
            order.tell("decide_party", by=by, party=party, note=note)
        return decision

    @classmethod
    def standing(cls, order: WorkOrder) -> Self | None:
        """The decision that counts."""
        decisions = cls.select(cls, User).join(User).where(cls.order == order)
        last: Self | None = decisions.order_by(cls.id.desc()).first()
        return last
