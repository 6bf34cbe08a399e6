"""What somebody entitled to see an order wants the others to know. Moves nothing."""
from typing import Self

from peewee import AutoField, DateTimeField, ForeignKeyField, TextField

from models.base import Record, now, writing
from models.text import said
from models.user import User
from models.work_order.record import WorkOrder


class Note(Record):
    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="notes")
    by = ForeignKeyField(User, backref="notes")
    at = DateTimeField()
    text = TextField()

    @classmethod
    def add(cls, order: WorkOrder, text: str, *, by: User) -> Self:
        text = said(text, field="note", needed=True)
        with writing():
            order.welcome("note", by)
            note = cls.create(order=order, by=by, at=now(), text=text)
            order.tell("note", by=by, text=text)
        return note
