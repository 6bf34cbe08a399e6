"""The appointment (约定上门时间): agreed with the owner, it takes the place of the arrival limit."""
from datetime import datetime

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, writing
from models.errors import Refused
from models.text import SHORT, said
from models.user import User
from models.work_order.intake import FARTHEST
from models.work_order.moves import RESCHEDULE_REASONS
from models.work_order.record import WorkOrder


class Appointment(Record):
    """`starts_at` is when somebody comes, naive UTC; the last one of an order holds."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="appointments")
    starts_at = DateTimeField()
    reason = CharField(max_length=16)
    note = CharField(max_length=SHORT, default="")
    by = ForeignKeyField(User, backref="appointments_made")
    at = DateTimeField()

    @classmethod
    def reschedule(
        cls, order: WorkOrder, starts_at: datetime | None, reason: str, *, by: User, agreed: bool, note: str = "",
    ) -> None:
        """改约: a new time, agreed with the owner, in the hours in which this work is done and within 30 days."""
        note = said(note, field="reschedule_note", most=SHORT, needed=reason == "other")
        with writing():
            order.check("reschedule", by)
            if reason not in RESCHEDULE_REASONS:
                raise Refused("reschedule.no_reason", field="reschedule_reason")
            if starts_at is None or starts_at <= now():
                raise Refused("reschedule.no_time", field="appointment_at")
            if starts_at > now() + FARTHEST:
                raise Refused("reschedule.too_far", field="appointment_at", days=FARTHEST.days)
            _check_hours(order, starts_at)
            if not agreed:
                raise Refused("reschedule.not_agreed", field="agreed")
            cls.create(order=order, starts_at=starts_at, reason=reason, note=note, by=by, at=now())
            detail = {"reason": reason, "appointment_at": starts_at, "was_due": order.arrive_due, "note": note}
            order.move("reschedule", by=by, appointment_at=starts_at, arrive_due=starts_at, due_at=starts_at,
                       detail=detail)


def _check_hours(order: WorkOrder, starts_at: datetime) -> None:
    """Nobody is sent to an owner's door at night, unless their limit's clock never closes."""
    clock = order.limit.counts() if order.limit else None
    if clock is None or clock.opens is None or clock.closes is None:
        return
    if not clock.opens <= order.estate.local(starts_at).time() <= clock.closes:
        raise Refused("reschedule.hours", field="appointment_at", opens=f"{clock.opens:%H:%M}",
                      closes=f"{clock.closes:%H:%M}")
