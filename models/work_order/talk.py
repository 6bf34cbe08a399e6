"""The talk (沟通记录): what was said between an owner and the staff, so that nobody asks twice."""
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, TextField

from models.base import Record, now, writing
from models.errors import Refused
from models.text import said
from models.user import User
from models.work_order.deadline import Deadline
from models.work_order.moves import TALKED_BY
from models.work_order.record import WorkOrder


class Talk(Record):
    """`way`: how they talked. `words`: what the owner said, and what they were told."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="talks")
    by = ForeignKeyField(User, backref="talks")
    at = DateTimeField()
    way = CharField(max_length=8)
    words = TextField()

    @classmethod
    def note(cls, order: WorkOrder, way: str, words: str, *, by: User) -> Self:
        """沟通: it meets the promise to talk again to an owner who was not content (V6), but for the worker's own."""
        words = said(words, field="talk_words", needed=True)
        with writing():
            order.welcome("talk", by)
            if way not in TALKED_BY:
                raise Refused("talk.no_way", field="talk_way")
            talk = cls.create(order=order, by=by, at=now(), way=way, words=words)
            if order.recontact_due is not None and by.id not in order.parts["worker"]:
                order.mark(recontact_due=None)
                Deadline.follow(order)
            order.tell("talk", by=by, way=way, words=words)
        return talk
