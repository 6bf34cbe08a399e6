"""The repeat (重复报修): the same trouble at the same place again within thirty days, noticed when it is registered."""
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from models.base import now, rows
from models.place import Estate

if TYPE_CHECKING:
    from models.work_order.record import WorkOrder

WITHIN = timedelta(days=30)
DIFFICULT_FROM = 3  # the third time within thirty days it is proposed as a difficult case
COUNTED = ("repair", "complaint", "rectification")
NOT_COUNTED = ("merged", "void")
SHOWN = 5


def notice_repeat(order: "WorkOrder") -> None:
    """Link a newly registered order to the last of its like, and say so to desk and supervisor."""
    kind = type(order)
    earlier = rows(_like(order, kind.id, kind.number)) if order.kind in COUNTED else []
    if not earlier:
        return
    count = len(earlier) + 1
    (last, number), *_ = earlier
    order.mark(repeat_of=last, repeats=len(earlier))
    order.signal("repeat", of=number, count=count, propose=count >= DIFFICULT_FROM, to=["desk", "supervisor"])


def earlier_like(order: "WorkOrder") -> "list[WorkOrder]":
    """What this one repeats, the newest first, as far as a page shows it."""
    return list(_like(order).limit(SHOWN)) if order.repeats else []


def _like(order: "WorkOrder", *columns: Any) -> Any:
    """The same at the same place in the thirty days before it was registered, the newest first.

    A home or a public place is one place. In a house's common parts the spot must be the same as well.
    """
    kind, at = type(order), order.registered_at or now()
    same = kind.select(*columns).where(
        kind.place == order.place, kind.category == order.category, kind.registered_at > at - WITHIN,
        kind.registered_at <= at, kind.id != order.id, kind.state.not_in(NOT_COUNTED), kind.kind.in_(COUNTED))
    if order.place.kind not in ("home", "public"):
        same = same.where(kind.spot == order.spot, kind.spot != "")
    return same.order_by(kind.registered_at.desc(), kind.id.desc())


def repeats(order_kind: "type[WorkOrder]", estate: Estate, since: datetime) -> Any:
    """The orders of an estate that count as repeat repairs since then, as a query: registered as one, or reopened."""
    reopening: Any = order_kind.reopenings.rel_model  # type: ignore[attr-defined]
    again = reopening.select(reopening.order).where(reopening.at >= since)
    repeated = order_kind.repeat_of.is_null(False) & (order_kind.registered_at >= since)
    return order_kind.select().where(
        order_kind.estate == estate, repeated | order_kind.id.in_(again), order_kind.state.not_in(NOT_COUNTED))
