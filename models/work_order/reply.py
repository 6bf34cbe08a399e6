"""The reply (答复): an enquiry answered or praise thanked for at once, with nothing left to do or to call about."""
from typing import Self

from peewee import AutoField, DateTimeField, ForeignKeyField, TextField

from models.base import Record, now, writing
from models.errors import Refused
from models.text import SHORT, said
from models.user import User
from models.work_order.moves import ANSWERED_UNDER
from models.work_order.record import WorkOrder


class Reply(Record):
    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="replies", unique=True)
    by = ForeignKeyField(User, backref="replies")
    at = DateTimeField()
    text = TextField()

    @classmethod
    def give(
        cls, order: WorkOrder, text: str, *, by: User, praised: User | None = None, exemption_note: str = "",
    ) -> Self:
        """Answer and archive, under the code that its kind is exempt from the callback by.

        A category whose rule is another one says so: then it takes a word why nobody is called.
        """
        text = said(text, field="answer", needed=True)
        note = said(exemption_note, field="exemption_note", most=SHORT)
        with writing():
            order.check("answer", by)
            if praised is not None:
                order.praise(praised, by=by)
            if order.kind == "praise" and order.praised is None:
                raise Refused("praise.nobody", field="praised")
            code = ANSWERED_UNDER[order.kind]
            if (order.category is None or order.category.callback_rule != code) and not note:
                raise Refused("answer.exemption_unexplained", field="exemption_note")
            reply = cls.create(order=order, by=by, at=now(), text=text)
            order.move("answer", by=by, archived_at=now(), exemption=code,
                       detail={"words": text, "exemption": code, "note": note})
        return reply


class Praise(Record):
    """Whom of the staff an owner praised (表扬)."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="praises", unique=True)
    person = ForeignKeyField(User, backref="praises")
    by = ForeignKeyField(User, backref="praises_entered")
    at = DateTimeField()

    class Meta:
        indexes = ((("person", "at"), False),)

    @classmethod
    def link(cls, order: WorkOrder, person: User, *, by: User) -> None:
        """Called inside the transaction of the verb that says who it was; the last word counts."""
        if order.kind != "praise":
            raise Refused("praise.not_one", field="praised")
        if order.estate not in person.estates:
            raise Refused("praise.not_of_the_staff", field="praised")
        cls.delete().where(cls.order == order).execute()
        cls.create(order=order, person=person, by=by, at=now())

    @classmethod
    def of(cls, person: User, *, most: int = 20) -> list[Self]:
        """What this person was praised for, the newest first."""
        found = cls.select(cls, WorkOrder).join(WorkOrder).where(cls.person == person)
        return list(found.order_by(cls.at.desc(), cls.id.desc()).limit(most))
