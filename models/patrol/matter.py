"""One matter, told twice: what was found by ourselves and what an owner reported, of the same place and category."""
from datetime import timedelta
from typing import Any

from peewee import Case, ModelSelect, fn

from models.base import later, rows
from models.callback.figures import Period
from models.callback.record import FOUND_BY_STAFF
from models.figure import Figure
from models.patrol.finding import Finding
from models.place import Place
from models.user import User
from models.work_order import WorkOrder

WITHIN = timedelta(days=30)
SHOWN = 6
# What may be wrong somewhere; enquiries, praise and suggestions are no problems that a patrol could find.
PROBLEMS = ("repair", "complaint", "rectification", "planned")


def around(place: Place) -> Any:
    """The place, what it lies in, and what lies in it, as a query of their rows' numbers."""
    above = [place.id]
    up = place
    while up.parent is not None:
        up = up.parent
        above.append(up.id)
    inside = Place.select(Place.id).where(Place.parent == place)
    return Place.select(Place.id).where(
        Place.id.in_(above) | (Place.parent == place) | Place.parent.in_(inside))


def reports_of(finding: Finding, *, by: User) -> "ModelSelect[WorkOrder]":
    """What owners reported of it within thirty days before and after, as far as this person may see them."""
    seen = WorkOrder.seen_by(by).where(
        WorkOrder.place.in_(around(finding.place)), WorkOrder.category == finding.category,
        WorkOrder.channel.not_in(FOUND_BY_STAFF),
        WorkOrder.reported_at.between(finding.found_at - WITHIN, finding.found_at + WITHIN))
    return seen.order_by(WorkOrder.reported_at).limit(SHOWN)


def findings_of(order: WorkOrder, *, by: User) -> list[Finding]:
    """What we had found, or found later, of what an order is about; and the finding it was made of."""
    if order.category is None:
        return []
    same = (Finding.category == order.category) & Finding.place.in_(around(order.place)) & (
        Finding.found_at.between(order.reported_at - WITHIN, order.reported_at + WITHIN))
    return list(Finding.seen_by(by).where(same | (Finding.order == order)).order_by(Finding.found_at).limit(SHOWN))


def open_at(place: Place, *, by: User) -> list[Finding]:
    """What is found and not closed there, for whoever is about to report or register something."""
    return list(Finding.seen_by(by).where(
        Finding.place.in_(around(place)), Finding.closed_at.is_null()).order_by(Finding.due_at).limit(SHOWN))


# -- figures (demo/metrics.csv)


def found_first(month: Period) -> Figure:
    """主动发现占比: what was found by ourselves ÷ everything that was found or reported in the month.

    By ourselves are orders of the patrol, of the staff and of plans, and findings put right without an order. Of a
    matter told by both within thirty days, of the same place and category, only the first teller counts.
    """
    ours = _orders(month).where(WorkOrder.channel.in_(FOUND_BY_STAFF), ~_told_before(WorkOrder, owners=True)).count()
    theirs = _orders(month).where(WorkOrder.channel.not_in(FOUND_BY_STAFF), ~_told_before(WorkOrder, owners=False),
                                  ~_found_before(WorkOrder)).count()
    on_spot = _found(month).where(Finding.order.is_null(), ~_told_before(Finding, owners=True)).count()
    return Figure("found_first", ours + on_spot, ours + on_spot + theirs)


def rectified(month: Period) -> tuple[Figure, Figure]:
    """隐患整改率 and 隐患整改及时率: of what was to be put right by a time in the month, what passed its recheck, and
    what passed it by that time.
    """
    due = Finding.select().where(Finding.estate == month.estate, Finding.due_at >= month.start,
                                 Finding.due_at < month.end)
    counted = due.select(fn.COUNT(Finding.id), fn.COUNT(Finding.closed_at),
                         fn.COUNT(Case(None, [(Finding.closed_at <= Finding.due_at, 1)])))
    [(of, closed, in_time)] = rows(counted)
    return Figure("rectified", closed, of), Figure("in_time", in_time, of)


def _orders(month: Period) -> Any:
    return WorkOrder.select().where(
        WorkOrder.estate == month.estate, WorkOrder.reported_at >= month.start, WorkOrder.reported_at < month.end,
        WorkOrder.kind.in_(PROBLEMS), WorkOrder.state.not_in(("merged", "void")))


def _found(month: Period) -> Any:
    return Finding.select().where(
        Finding.estate == month.estate, Finding.found_at >= month.start, Finding.found_at < month.end)


def _told_before(of: Any, *, owners: bool) -> Any:
    """Was there an earlier order of the same matter, of an owner's or of ours?"""
    earlier = WorkOrder.alias()
    at = of.found_at if of is Finding else of.reported_at
    told_by = earlier.channel.not_in(FOUND_BY_STAFF) if owners else earlier.channel.in_(FOUND_BY_STAFF)
    return fn.EXISTS(earlier.select(earlier.id).where(
        earlier.place == of.place, earlier.category == of.category, told_by,
        earlier.reported_at < at, earlier.reported_at >= later(at, -WITHIN)))


def _found_before(of: Any) -> Any:
    return fn.EXISTS(Finding.select(Finding.id).where(
        Finding.place == of.place, Finding.category == of.category, Finding.order.is_null(),
        Finding.found_at < of.reported_at, Finding.found_at >= later(of.reported_at, -WITHIN)))
