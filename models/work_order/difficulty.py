"""The difficult case (疑难): a supervisor or the manager takes an order out of the ordinary, and says why."""
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, writing
from models.errors import Stale
from models.text import SHORT, said
from models.user import User
from models.work_order.record import WorkOrder


class Difficulty(Record):
    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="difficulties", unique=True)
    note = CharField(max_length=SHORT)
    by = ForeignKeyField(User, backref="difficulties")
    at = DateTimeField()

    @classmethod
    def mark(cls, order: WorkOrder, note: str, *, by: User) -> Self:
        """标为疑难: with what makes it so."""
        note = said(note, field="difficult_note", most=SHORT, needed=True)
        with writing():
            order.check("mark_difficult", by)
            if cls.of(order) is not None:
                raise Stale("difficult.marked_already")
            difficulty = cls.create(order=order, note=note, by=by, at=now())
            order.mark(is_difficult=True)
            order.tell("mark_difficult", by=by, note=note)
        return difficulty

    @classmethod
    def of(cls, order: WorkOrder) -> Self | None:
        marked: Self | None = cls.get_or_none(cls.order == order)
        return marked
