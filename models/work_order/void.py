"""The void (作废): asked by the desk for a reason, confirmed or refused by a supervisor who did not ask."""
from typing import Self

from peewee import AutoField, BooleanField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, writing
from models.errors import NotAllowed, Refused, Stale
from models.text import SHORT, said
from models.user import User
from models.work_order.record import WorkOrder

REASONS = ("mistaken", "withdrawn", "not_ours", "unverified", "test", "other")
EXEMPTION = "X5"


class Void(Record):
    """Standing while not decided. `agreed` stays empty where the order was merged meanwhile."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="voids")
    reason = CharField(max_length=16)
    words = CharField(max_length=SHORT)
    asked_by = ForeignKeyField(User, backref="voids_asked")
    asked_at = DateTimeField()
    decided_by = ForeignKeyField(User, null=True, backref="voids_decided")
    decided_at = DateTimeField(null=True)
    agreed = BooleanField(null=True)
    answer = CharField(max_length=SHORT, default="")

    @classmethod
    def ask(cls, order: WorkOrder, reason: str, words: str, *, by: User) -> Self:
        """申请作废: says why; the order goes on until a supervisor confirms."""
        words = said(words, field="void_words", most=SHORT, needed=True)
        with writing():
            order.check("ask_void", by)
            if reason not in REASONS:
                raise Refused("void.no_reason", field="void_reason")
            if cls.standing(order) is not None:
                raise Stale("void.asked_already")
            void = cls.create(order=order, reason=reason, words=words, asked_by=by, asked_at=now())
            order.tell("ask_void", by=by, reason=reason, words=words)
        return void

    @classmethod
    def confirm(cls, order: WorkOrder, *, by: User) -> None:
        """作废: the order ends, and nobody is called about it."""
        with writing():
            order.check("void", by)
            void = cls._asked(order)
            if void.asked_by == by:
                raise NotAllowed("void.own_asking")
            void._decide(True, by=by)
            order.current_assignment(ended_at=now())
            had = order.assignee.login if order.assignee else None
            order.move("void", by=by, archived_at=now(), exemption=EXEMPTION, assignee=None, firm=None,
                       detail={"reason": void.reason, "words": void.words, "assignee": had})

    @classmethod
    def refuse(cls, order: WorkOrder, note: str, *, by: User) -> None:
        """不同意作废: with a word why; the order goes on."""
        note = said(note, field="void_answer", most=SHORT, needed=True)
        with writing():
            order.check("refuse_void", by)
            cls._asked(order)._decide(False, by=by, answer=note)
            order.tell("refuse_void", by=by, note=note)

    @classmethod
    def standing(cls, order: WorkOrder) -> Self | None:
        """What is asked and not decided, if anything."""
        asked: Self | None = cls.get_or_none(cls.order == order, cls.decided_at.is_null())
        return asked

    @classmethod
    def _asked(cls, order: WorkOrder) -> Self:
        asked = cls.standing(order)
        if asked is None:
            raise Stale("void.not_asked")
        return asked

    def _decide(self, agreed: bool, *, by: User, answer: str = "") -> None:
        self.agreed, self.decided_by, self.decided_at, self.answer = agreed, by, now(), answer
        self.save()


Void.add_index(Void.order, unique=True, where=Void.decided_at.is_null(), name="void_standing")
