"""The hold (挂起): asked by the technician, approved by a supervisor, from when the clock stands still."""
from datetime import datetime
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, writing
from models.errors import Refused, Stale
from models.text import SHORT, said
from models.user import User
from models.work_order.moves import HOLD_REASONS
from models.work_order.record import WorkOrder


class Hold(Record):
    """Asked while neither approved nor ended; standing while approved and not ended."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="holds")
    reason = CharField(max_length=16)
    note = CharField(max_length=SHORT, default="")
    promised_at = DateTimeField()
    asked_by = ForeignKeyField(User, backref="holds_asked")
    asked_at = DateTimeField()
    approved_by = ForeignKeyField(User, null=True, backref="holds_approved")
    approved_at = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)

    @classmethod
    def ask(cls, order: WorkOrder, reason: str, promised_at: datetime | None, *, by: User, note: str = "") -> Self:
        """申请挂起: says why and when it goes on; the clock runs until a supervisor approves."""
        note = said(note, field="hold_note", most=SHORT)
        with writing():
            order.check("ask_hold", by)
            if reason not in HOLD_REASONS:
                raise Refused("hold.no_reason", field="hold_reason")
            if promised_at is None or promised_at <= now():
                raise Refused("hold.no_promise", field="promised_at")
            if order.asked_hold:
                raise Stale("hold.asked_already")
            hold = cls.create(order=order, reason=reason, note=note, promised_at=promised_at, asked_by=by,
                              asked_at=now())
            order.tell("ask_hold", by=by, reason=reason, promised_at=promised_at, note=note)
        return hold

    @classmethod
    def approve(cls, order: WorkOrder, *, by: User) -> None:
        """挂起: a supervisor agrees to what was asked."""
        with writing():
            order.check("suspend", by)
            hold = cls._asked(order)
            hold.approved_by, hold.approved_at = by, now()
            hold.save()
            order.move("suspend", by=by, due_at=hold.promised_at,
                       detail={"reason": hold.reason, "promised_at": hold.promised_at})

    @classmethod
    def refuse(cls, order: WorkOrder, note: str, *, by: User) -> None:
        """不同意挂起: with a word why; the work goes on."""
        note = said(note, field="refusal_note", most=SHORT, needed=True)
        with writing():
            order.check("refuse_hold", by)
            cls._asked(order).withdraw()
            order.tell("refuse_hold", by=by, note=note)

    @classmethod
    def resume(cls, order: WorkOrder, *, by: User) -> None:
        """恢复: the clock goes on with what was left when it was stopped."""
        with writing():
            order.check("resume", by)
            hold = cls.get(cls.order == order, cls.approved_at.is_null(False), cls.ended_at.is_null())
            hold.withdraw()
            due = order.complete_due
            if due is not None and order.limit is not None and hold.approved_at is not None:
                clock = order.limit.counts()
                left = clock.between(hold.approved_at, due)
                due = clock.after(now(), int(left.total_seconds() // 60), "min") if left else due
            order.move("resume", by=by, complete_due=due, due_at=due or order.due_at)

    def withdraw(self) -> None:
        self.ended_at = now()
        self.save()

    @classmethod
    def _asked(cls, order: WorkOrder) -> Self:
        hold = order.asked_hold
        if hold is None:
            raise Stale("hold.not_asked")
        asked: Self = hold
        return asked


Hold.add_index(Hold.order, unique=True, where=Hold.ended_at.is_null(), name="hold_standing")
