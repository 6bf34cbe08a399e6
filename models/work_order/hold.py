"""The hold (挂起): asked by the technician, approved by a supervisor, from when the clock stands still."""
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from peewee import JOIN, AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, rows, writing
from models.errors import Refused, Stale
from models.place import Place
from models.text import SHORT, said
from models.user import User
from models.work_order.moves import HOLD_REASONS
from models.work_order.record import WorkOrder

LONGEST = timedelta(days=365)


class Standing(NamedTuple):
    """A hold that is not over, as the list of them shows it; `approved_at` None while it is only asked for."""

    number: str
    text: str
    priority: str
    place: str
    spot: str
    technician: str | None
    reason: str
    asked_at: datetime
    approved_at: datetime | None
    promised_at: datetime

    @property
    def title(self) -> str:
        return self.text.split("\n", 1)[0]


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
            if promised_at > now() + LONGEST:
                raise Refused("hold.too_far", field="promised_at", days=LONGEST.days)
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
            complete, contain = hold.given_back(order, order.complete_due), order.contain_due
            if not order.is_contained:
                contain = hold.given_back(order, contain)
            order.move("resume", by=by, complete_due=complete, contain_due=contain, due_at=complete or order.due_at)

    def given_back(self, order: WorkOrder, due: datetime | None) -> datetime | None:
        """When that is due now that the hold is over: with the open time, to the second, that its approval left it.

        What was due before the approval stays so.
        """
        if due is None or order.limit is None or self.approved_at is None or self.ended_at is None:
            return due
        clock = order.limit.counts()
        left = clock.between(self.approved_at, due)
        return clock.later(self.ended_at, left) if left else due

    @classmethod
    def share(cls, order: WorkOrder) -> float:
        """The part of an order's open time since registering that it was on hold, 0 to 1."""
        if order.registered_at is None or order.limit is None:
            return 0.0
        end = order.archived_at or now()
        clock = order.limit.counts()
        approved = rows(cls.select(cls.approved_at, cls.ended_at).where(cls.order == order,
                                                                        cls.approved_at.is_null(False)))
        held = sum((clock.between(start, over or end) for start, over in approved), timedelta())
        whole = clock.between(order.registered_at, end)
        return held / whole if whole else 0.0

    @classmethod
    def standing(cls, user: User) -> list["Standing"]:
        """Every hold on this person's estates that is not over, the longest-held first, then those only asked for."""
        query = (
            cls.select(WorkOrder.number, WorkOrder.text, WorkOrder.priority, Place.full_name, WorkOrder.spot, User.name,
                       cls.reason, cls.asked_at, cls.approved_at, cls.promised_at)
            .join(WorkOrder).join(Place).switch(WorkOrder).join(User, JOIN.LEFT_OUTER, on=WorkOrder.assignee == User.id)
            .where(cls.ended_at.is_null(), WorkOrder.estate.in_(user.estates), ~WorkOrder.kept_from(user))
            .order_by(cls.approved_at, cls.asked_at)
        )
        return sorted((Standing(*row) for row in rows(query)), key=lambda one: one.approved_at is None)

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
