"""The start of an order (受理): what somebody says is wrong and where, and what the desk makes of it."""
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from models.base import now, writing
from models.dispatch import Category
from models.errors import NotAllowed, Refused
from models.event import Event
from models.owner import Owner
from models.place import Place
from models.sla import TimeLimit
from models.sla.record import PRIORITIES
from models.text import SHORT, said
from models.user import User
from models.work_order.moves import ANSWERED_UNDER, CHANNELS, GRADES, KINDS, MOVES, SCOPES
from models.work_order.number import next_number
from models.work_order.repeat import notice_repeat

if TYPE_CHECKING:
    from models.work_order.complaint import Classification
    from models.work_order.record import WorkOrder


FARTHEST = timedelta(days=30)  # ahead, for an appointment


class Details(NamedTuple):
    """What the desk may add when it registers: how far it reaches, when the owner wants it, the appointment made with
    them (it replaces the arrival limit), why its priority is not the category's; for a complaint its classification,
    for praise the person, and the answer where it is given on the spot.
    """

    scope: str = ""
    wanted_at: datetime | None = None
    appointment_at: datetime | None = None
    priority_reason: str = ""
    complaint: "Classification | None" = None
    praised: User | None = None
    answer: str = ""
    exemption_note: str = ""


PLAIN = Details()


def report(
    cls: "type[WorkOrder]", place: Place, text: str, *, by: User | None, channel: str = "scan", spot: str = "",
    name: str = "", phone: str = "", kind: str = "repair", comes_from: str = "",
    told: Mapping[str, object] | None = None,
) -> "WorkOrder":
    """报事: an owner by QR (`by` is None) or anyone on the staff says what is wrong and where.

    `kind` is what it seems to be, until the desk registers it; `comes_from` the number of an order it was told about.
    """
    if kind not in KINDS:
        raise Refused("kind.unknown", field="kind")
    return _begin(cls, "report", place, text, by=by, channel=channel, spot=spot, name=name, phone=phone,
                  told=told or {}, kind=kind, detail={"comes_from": comes_from} if comes_from else {})


def register_call(
    cls: "type[WorkOrder]", place: Place, text: str, category: Category, *, by: User, channel: str, kind: str = "",
    priority: str = "", read_back: bool, spot: str = "", name: str = "", phone: str = "", details: Details = PLAIN,
) -> "WorkOrder":
    """受理 of what somebody told the desk: report and registering in one."""
    _may_begin("register", place, by)
    settled, said_more = _settle(category, kind, priority, place, read_back, details)
    with writing():
        order = _begin(cls, "register", place, text, by=by, channel=channel, spot=spot, name=name, phone=phone,
                       detail={"category": category.code, "priority": settled["priority"], **said_more},
                       first_contact=by, **settled)
        _follow_its_kind(order, details, by=by)
    return order


def register(
    order: "WorkOrder", category: Category, *, by: User, kind: str = "", priority: str = "",
    place: Place | None = None, spot: str | None = None, read_back: bool, details: Details = PLAIN,
) -> None:
    """受理: the desk settles kind, category, priority and place; fixes first contact and time limits."""
    with writing():
        order.check("register", by)
        place = place or order.place
        if place.estate != order.estate:
            raise Refused("place.unknown", field="place", name=place.full_name)
        changes, said_more = _settle(category, kind, priority, place, read_back, details)
        if spot is not None:
            changes["spot"] = said(spot, field="spot", most=SHORT)
        detail = {"kind": changes["kind"], "priority": changes["priority"], "category": category.code,
                  "place": place.full_name, "spot": changes.get("spot", order.spot),
                  "was_place": order.place.full_name, "was_spot": order.spot, **said_more}
        order.move("register", by=by, first_contact=by, place=place, detail=detail, **changes)
        _follow_its_kind(order, details, by=by)


def register_by_rule(order: "WorkOrder", category: Category, *, kind: str, priority: str, source: User) -> None:
    """受理 of what was found or planned by ourselves: what it is stands in its source, so no desk settles it.

    Whoever found or planned it (`source`) is its first contact. In the caller's transaction.
    """
    if category.estate != order.estate:
        raise Refused("category.unknown", field="category")
    order.catch_up()
    order.move("register", by=None, via="rule", first_contact=source,
               detail={"kind": kind, "priority": priority, "category": category.code, "place": order.place.full_name},
               **_columns(category, kind, priority, PLAIN))
    _follow_its_kind(order, PLAIN, by=source)


def prioritize(order: "WorkOrder", priority: str, reason: str, *, by: User) -> None:
    """改优先级: for a reason; the limits are counted anew, from now and at the new grade.

    What nobody has yet is looked at by the rules again: made urgent at night it goes to who has the night's duty.
    """
    reason = said(reason, field="priority_reason", most=SHORT)
    with writing():
        order.check("prioritize", by)
        if priority not in PRIORITIES:
            raise Refused("priority.unknown", field="priority")
        if priority == order.priority:
            raise Refused("priority.same", field="priority")
        if not reason:
            raise Refused("priority.no_reason", field="priority_reason")
        order.amend("prioritize", by=by, **recount(order, priority),
                    detail={"was_priority": order.priority, "priority": priority, "note": reason})
        if order.state == "registered":
            order.dispatch_by_rule()


def recount(order: "WorkOrder", priority: str) -> dict[str, Any]:
    """What another priority changes: the limit, and from now on when each step still to come is due."""
    category = order.category
    limit = category.limit_for(order.kind, priority) if category else order.limit
    if limit is None:
        raise Refused("category.missing", field="category")
    hold = order.standing_hold if order.state == "suspended" else None
    # What is held gets the whole of its promise when the hold is over: it is given back from the approval on.
    promise = limit.promise(hold.approved_at if hold else now())
    arrive = order.appointment_at or promise.arrive
    changes: dict[str, Any] = {"priority": priority, "limit": limit, "complete_due": promise.complete}
    if not order.is_contained:
        changes["contain_due"] = promise.contain
    due = promise.complete
    if order.state in ("registered", "assigned"):
        changes |= {"accept_due": promise.accept, "arrive_due": arrive}
        due = promise.accept or promise.complete
    elif order.state == "accepted":
        changes |= {"arrive_due": arrive}
        due = arrive or promise.complete
    elif order.state == "suspended":
        due = order.due_at  # the promise of the hold stands
    return {**changes, "due_at": due or order.due_at}


def _begin(
    cls: "type[WorkOrder]", verb: str, place: Place, text: str, *, by: User | None, channel: str, spot: str,
    name: str, phone: str, told: Mapping[str, object] = {}, detail: Mapping[str, object] = {}, **more: Any,
) -> "WorkOrder":
    if by is not None:
        _may_begin(verb, place, by)
    if channel not in CHANNELS:
        raise Refused("channel.unknown", field="channel")
    text = said(text, field="text", needed=True)
    spot = said(spot, field="spot", most=SHORT)
    at = now()
    with writing():
        owner = Owner.leave(place.estate, name, phone)
        state = MOVES[verb].to[0]
        # Not sorted yet, it is promised the first reply of an ordinary repair.
        more.setdefault("due_at", TimeLimit.standard(place.estate, "repair", "P2").first_reply_due(at))
        order = cls.create(**{
            "number": next_number("GD", place.estate.local(at).date()), "estate": place.estate, "place": place,
            "state": state, "text": text, "spot": spot, "channel": channel, "owner": owner,
            "reported_by": by, "reported_at": at, **more,
        })
        Event.record(order.number, verb, by=by, became=state, at=at,
                     detail={**told, "channel": channel, "place": place.full_name, "version": order.version, **detail})
        order.told = told
        order._children("deadlines").follow(order)
    return order


def _may_begin(verb: str, place: Place, by: User) -> None:
    who = MOVES[verb].who
    if place.estate not in by.estates or not ("anyone" in who or by.has_role(*who)):
        raise NotAllowed("not_for_you", verb=verb)


def _settle(
    category: Category, kind: str, priority: str, place: Place, read_back: bool, details: Details,
) -> tuple[dict[str, Any], dict[str, object]]:
    """The columns that registering sets, and what its event says beyond them."""
    if category.estate != place.estate:
        raise Refused("category.unknown", field="category")
    kind = kind or category.kind
    if kind not in KINDS:
        raise Refused("kind.unknown", field="kind")
    if priority not in ("", *PRIORITIES):
        raise Refused("priority.unknown", field="priority")
    usual = category.priority
    if kind == "complaint":
        usual = _by_its_grade(category, priority, details)
    priority = priority or usual
    reason = said(details.priority_reason, field="priority_reason", most=SHORT)
    if priority != usual and not reason:
        raise Refused("priority.no_reason", field="priority_reason")
    if details.scope not in ("", *SCOPES):
        raise Refused("scope.unknown", field="scope")
    at = now()
    for field, time in (("wanted_at", details.wanted_at), ("appointment_at", details.appointment_at)):
        if time is not None and time <= at:
            raise Refused("intake.past", field=field)
    if details.appointment_at is not None and details.appointment_at > at + FARTHEST:
        raise Refused("reschedule.too_far", field="appointment_at", days=FARTHEST.days)
    if details.answer and kind not in ANSWERED_UNDER:
        raise Refused("answer.not_this_kind", field="answer")
    if not read_back:
        raise Refused("register.not_read_back", field="read_back")
    columns = _columns(category, kind, priority, details)
    more: dict[str, object] = {"scope": details.scope, "wanted_at": details.wanted_at,
                               "appointment_at": details.appointment_at}
    if priority != usual:
        more |= {"was_priority": usual, "priority": priority, "note": reason}
    return columns, {name: value for name, value in more.items() if value}


def _columns(category: Category, kind: str, priority: str, details: Details) -> dict[str, Any]:
    at = now()
    limit = category.limit_for(kind, priority)
    promise = limit.promise(at)
    return {"category": category, "kind": kind, "priority": priority, "limit": limit, "registered_at": at,
            "scope": details.scope, "wanted_at": details.wanted_at, "appointment_at": details.appointment_at,
            **promise.dues, "arrive_due": details.appointment_at or promise.arrive,
            "due_at": promise.accept or promise.complete or at}


def _by_its_grade(category: Category, priority: str, details: Details) -> str:
    """The priority of a complaint, which its class decides: the one given, else that of its category."""
    grade = details.complaint.grade if details.complaint else ""
    if grade not in ("", *GRADES):
        raise Refused("complaint.no_grade", field="grade")
    usual = category.priority if category.priority in GRADES.values() else GRADES["ordinary"]
    usual = GRADES.get(grade, usual)
    if priority not in ("", usual):
        raise Refused("complaint.grade_decides", field="priority")
    return usual


def _follow_its_kind(order: "WorkOrder", details: Details, *, by: User) -> None:
    """What registering begins for orders of its kind. An answer given on the spot ends it in the same breath."""
    notice_repeat(order)
    order.seen = None  # what they had before their eyes is what they have just changed
    if order.kind == "complaint":
        order.take_complaint(details.complaint, by=by)
    if details.answer:
        order.answer(details.answer, by=by, praised=details.praised, exemption_note=details.exemption_note)
    elif details.praised is not None:
        order.praise(details.praised, by=by)
    if order.state == "registered":
        order.dispatch_by_rule()
