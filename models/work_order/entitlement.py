"""Who may do what to an order, from which state: the state table read for one person."""
from typing import TYPE_CHECKING

from models.errors import DomainError, NotAllowed, Refused, Stale
from models.user import User
from models.work_order.moves import BEFORE_ANY_WORK, MOVES, NOT_BY_THE_CONCERNED, OF_KINDS, OF_THE_MANAGER

if TYPE_CHECKING:
    from models.work_order.record import WorkOrder


def refusal(order: "WorkOrder", verb: str, by: User) -> DomainError | None:
    """Why this person may not do this now; None when they may."""
    move = MOVES[verb]
    if order.estate not in by.estates or not any(is_one(word, order, by) for word in move.who):
        return NotAllowed("not_for_you", verb=verb)
    for part in move.never:
        if by.id in order.parts[part]:
            return NotAllowed(f"was_{part}", verb=verb)
    if order.kind not in OF_KINDS.get(verb, (order.kind,)):
        return NotAllowed("not_for_this_kind", verb=verb)
    if verb in NOT_BY_THE_CONCERNED and order.concerns(by):
        return NotAllowed("complaint.about_you", verb=verb)
    if verb in OF_THE_MANAGER and order.is_major and not by.has_role("manager"):
        return NotAllowed("complaint.managers_call", verb=verb)
    if order.state not in move.from_:
        return Stale("work_order.moved_on", verb=verb, state=order.state)
    if verb in BEFORE_ANY_WORK and order.was_begun:
        return NotAllowed("work_begun", verb=verb)
    return None


def takers(order: "WorkOrder") -> tuple[str, ...]:
    """The roles of whom it may be given to: a complaint belongs to the desk and to who stands above it."""
    return ("desk", "supervisor", "manager") if order.kind == "complaint" else ("technician", "vendor")


def barred(order: "WorkOrder", person: User) -> Refused | None:
    """Why a complaint cannot be given to this person: it is about them, or nobody has said yet whom it is about."""
    if order.kind != "complaint":
        return None
    if order.complaint is None or order.complaint.classified_at is None:
        return Refused("complaint.unclassified", field="technician")
    if order.concerns(person):
        return Refused("complaint.about_them", field="technician", name=person.name)
    return None


def steps_ahead(order: "WorkOrder", by: User) -> list[str]:
    """The verbs that lead through the work, one after another from here, while it stays this person's order.

    Who works where there is no signal does one after the other before the first has arrived.
    """
    if order.state not in ("assigned", "accepted", "rework", "working") or not is_one("assignee", order, by):
        return []
    if any(by.id in order.parts[part] for part in MOVES["finish"].never) or order.concerns(by):
        return []
    # A complaint is finished after its plan, which is agreed on the way.
    ahead = ("accept", "arrive", *(("finish",) if order.complaint is None or order.complaint.is_agreed else ()))
    state, steps = order.state, []
    for verb in ahead:
        if state in MOVES[verb].from_:
            steps.append(verb)
            state = MOVES[verb].to[0]
    return steps


def is_one(word: str, order: "WorkOrder", by: User) -> bool:
    """Is this person what a word of the table says: someone to this order, or the holder of a role?"""
    match word:
        case "anyone":
            return True
        case "assignee":
            given = order.__data__.get("assignee")
            # What was given to a firm is each of its people's until one of them accepts it.
            return bool(given == by.id) or (given is None and order.__data__.get("firm") in by.firm_ids)
        case "holder":
            return by.id in order.holder_ids
        case "reporter":
            return bool(order.__data__.get("reported_by") == by.id)
        case "first_contact":
            return bool(order.__data__.get("first_contact") == by.id)
        case "supporter":
            return by.has_role("technician", "supervisor") and by.department in order.supporting
        case "caller_role":
            return by.has_role("caller")
        case role:
            return by.has_role(role)
