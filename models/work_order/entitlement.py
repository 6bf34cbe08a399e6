"""Who may do what to an order, from which state: the state table read for one person."""
from typing import TYPE_CHECKING

from models.errors import DomainError, NotAllowed, Stale
from models.user import User
from models.work_order.moves import MOVES

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
    if order.state not in move.from_:
        return Stale("work_order.moved_on", verb=verb, state=order.state)
    return None


def steps_ahead(order: "WorkOrder", by: User) -> list[str]:
    """The verbs that lead through the work, one after another from here, while it stays this person's order.

    Who works where there is no signal does one after the other before the first has arrived.
    """
    if order.state not in ("assigned", "accepted", "rework", "working") or not is_one("assignee", order, by):
        return []
    if any(by.id in order.parts[part] for part in MOVES["finish"].never):
        return []
    state, steps = order.state, []
    for verb in ("accept", "arrive", "finish"):
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
            return bool(order.__data__.get("assignee") == by.id)
        case "holder":
            return by.id in order.holder_ids
        case "reporter":
            return bool(order.__data__.get("reported_by") == by.id)
        case "caller_role":
            return by.has_role("caller")
        case role:
            return by.has_role(role)
