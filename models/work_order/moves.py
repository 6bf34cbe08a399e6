"""The state table as data: which verb leads from where to where, and who may.

A verb without a target state is a fact: it is recorded and moves nothing.
"""
from typing import NamedTuple

STATES = (
    "reported", "registered", "assigned", "accepted", "working", "suspended",
    "finished", "rework", "calling", "archived",
)

KINDS = ("repair", "complaint", "suggestion", "enquiry", "praise", "rectification", "planned")
CHANNELS = ("phone", "wechat", "scan", "visit", "box", "email", "patrol", "staff")

HOLD_REASONS = ("parts", "owner", "approval", "third_party", "weather")
REJECT_REASONS = ("not_fixed", "not_cleaned", "no_before_photo", "incomplete_record", "other")
PHOTO_FAULTS = ("blurred", "wrong_angle", "other_place", "not_cleaned", "no_before_photo")
REVEAL_REASONS = ("before_visit", "call_back", "clarify", "urgent")


class Move(NamedTuple):
    """`who`: any of these may. `never`: none of these may, whatever their role; each word is the refusal's code too."""

    from_: tuple[str | None, ...]
    to: tuple[str, ...]
    who: tuple[str, ...]
    never: tuple[str, ...] = ()


MOVES = {
    "report": Move((None,), ("reported",), ("anyone",)),
    "register": Move((None, "reported"), ("registered",), ("desk",)),
    "assign": Move(("registered", "assigned", "accepted", "rework"), ("assigned",), ("desk", "supervisor")),
    "accept": Move(("assigned",), ("accepted",), ("assignee",), ("inspector", "caller")),
    "arrive": Move(("accepted", "rework"), ("working",), ("assignee",), ("inspector", "caller")),
    "ask_hold": Move(("working",), (), ("assignee",)),
    "suspend": Move(("working",), ("suspended",), ("supervisor",), ("worker",)),
    "refuse_hold": Move(("working",), (), ("supervisor",), ("worker",)),
    "resume": Move(("suspended",), ("working",), ("assignee", "supervisor")),
    "finish": Move(("working",), ("finished",), ("assignee",), ("inspector", "caller")),
    "pass": Move(("finished",), ("calling", "archived"), ("supervisor",), ("worker", "caller")),
    "reject": Move(("finished",), ("rework",), ("supervisor",), ("worker", "caller")),
    "call": Move(("calling",), (), ("caller_role", "manager"), ("worker", "inspector")),
    "close": Move(("calling",), ("archived",), ("caller_role", "manager"), ("worker", "inspector")),
    "dispute": Move(("calling",), ("rework",), ("caller_role", "manager"), ("worker", "inspector")),
    "photo": Move(STATES, (), ("holder", "desk", "supervisor", "reporter")),
    "note": Move(STATES, (), ("anyone",)),
    "reveal": Move(STATES, (), ("assignee", "desk", "supervisor", "caller_role", "manager")),
    "rate": Move(("finished", "calling"), (), ()),
}

# Which part in an order an event gives to who did it; all rounds count.
PARTS = {
    "accept": "worker", "arrive": "worker", "finish": "worker",
    "pass": "inspector", "reject": "inspector",
    "call": "caller", "close": "caller", "dispute": "caller",
}
