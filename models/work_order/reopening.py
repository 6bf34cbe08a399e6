"""The reopening (重开): an archived order is taken up again, and counts as a repeat repair (返修)."""
from datetime import timedelta
from typing import Any, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from models.base import Record, now, writing
from models.errors import NotAllowed, Refused, Stale
from models.text import said
from models.user import User
from models.work_order.entitlement import takers
from models.work_order.moves import REOPEN_REASONS
from models.work_order.record import WorkOrder

WITHIN = timedelta(days=30)  # of archiving, for an owner and for everybody
TAKEN_UP = timedelta(hours=24)  # by when it is to be done again (V6)


class Reopening(Record):
    """`round` is the one that begins with it. `by` is None where the owner did it on their page."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="reopenings")
    round = IntegerField()
    by = ForeignKeyField(User, null=True, backref="reopenings")
    at = DateTimeField()
    reason = CharField(max_length=16)
    words = TextField(default="")

    class Meta:
        indexes = ((("order", "round"), True),)

    @classmethod
    def make(cls, order: WorkOrder, reason: str, words: str, *, by: User | None) -> Self:
        """重开: within thirty days of archiving, for a reason; it counts as a repeat repair.

        It goes back to who did it. What nobody did, or somebody who is gone, goes to be assigned. An owner who asks
        for it themselves is to be talked to, as one who was not content.
        """
        words = said(words, field="reopen_words", needed=True)
        with writing():
            if by is not None:
                order.check("reopen", by)
            else:
                order.catch_up()
                if order.state != "archived":
                    raise Stale("work_order.moved_on", verb="reopen", state=order.state)
            if not is_reopenable(order):
                raise NotAllowed("reopen.too_late", days=WITHIN.days)
            if reason not in REOPEN_REASONS:
                raise Refused("reopen.no_reason", field="reopen_reason")
            return cls.begin(order, reason, words, by=by)

    @classmethod
    def begin(cls, order: WorkOrder, reason: str, words: str, *, by: User | None) -> Self:
        """Take it up again in the caller's transaction, who saw that it may be.

        An owner who did it, or whose rating did, is not content: somebody is to talk to them as well (V6).
        """
        due = now() + TAKEN_UP
        changes: dict[str, Any] = {"complete_due": due, "due_at": due, "archived_at": None, "exemption": None,
                                   "recontact_due": due if by is None else None, "reopened": order.reopened + 1}
        to, detail = "rework", {"reason": reason, "words": words, "round": order.round + 1}
        if not has_its_worker(order):
            to = "registered"
            changes |= {"assignee": None, "firm": None,
                        "accept_due": order.limit.promise(now()).accept if order.limit else None}
            if order.assignee is not None:
                detail["gone"] = order.assignee.name
            order.current_assignment(ended_at=now(), outcome="reassigned")
        order.move("reopen", to=to, by=by, round=order.round + 1, detail=detail, **changes)
        return cls.create(order=order, round=order.round, by=by, at=now(), reason=reason, words=words)


def is_reopenable(order: WorkOrder) -> bool:
    """Was it archived so lately that it may still be taken up again?"""
    return order.state == "archived" and order.archived_at is not None and order.archived_at >= now() - WITHIN


def has_its_worker(order: WorkOrder) -> bool:
    """Is whoever did it still here to do it again?"""
    worker = order.assignee
    return (worker is not None and worker.disabled_at is None and order.estate in worker.estates
            and worker.has_role(*takers(order)) and (order.firm is None or bool(order.firm.active)))
