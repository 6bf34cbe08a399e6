"""The state table as data: which verb leads from where to where, and who may.

A verb without a target state is a fact: it is recorded and moves nothing.
"""
from typing import NamedTuple

from models.dispatch import KINDS as KINDS

STATES = (
    "reported", "registered", "assigned", "accepted", "working", "suspended",
    "finished", "rework", "calling", "archived", "merged", "void",
)
ENDED = ("archived", "merged", "void")
BEFORE_WORK = ("reported", "registered", "assigned", "accepted")
OPEN_TO_WORK = (*BEFORE_WORK, "working", "suspended", "rework")
OPEN = (*OPEN_TO_WORK, "finished", "calling")

CHANNELS = ("phone", "wechat", "scan", "visit", "box", "email", "patrol", "staff")

SCOPES = ("room", "unit", "building", "estate")  # how far it reaches
# The class of a complaint and the priority that goes with it.
GRADES = {"ordinary": "P2", "important": "P1", "major": "P0"}
CAUSES = ("attitude", "delay", "quality", "charges", "damage", "safety", "surroundings", "other")
# Kinds that may be answered on the spot, and the code under which nobody is called about them.
ANSWERED_UNDER = {"enquiry": "X6", "praise": "X8"}

HOLD_REASONS = ("parts", "owner", "approval", "third_party", "weather")
REJECT_REASONS = ("not_fixed", "not_cleaned", "no_before_photo", "incomplete_record", "other")
PHOTO_FAULTS = ("blurred", "wrong_angle", "other_place", "not_cleaned", "no_before_photo")
DECLINE_REASONS = ("skill", "busy", "off_duty", "tools", "other")
TRANSFER_REASONS = ("trade", "shift_end", "busy", "unwell", "other")
RESCHEDULE_REASONS = ("owner_away", "owner_asked", "parts", "earlier_job", "other")
REVEAL_REASONS = ("before_visit", "call_back", "clarify", "urgent")
TALKED_BY = ("phone", "wechat", "visit", "counter")
REOPEN_REASONS = ("again", "incomplete", "damage", "other")


class Move(NamedTuple):
    """`who`: any of these may. `never`: none of these may, whatever their role; each word is the refusal's code too."""

    from_: tuple[str | None, ...]
    to: tuple[str, ...]
    who: tuple[str, ...]
    never: tuple[str, ...] = ()


MOVES = {
    "report": Move((None,), ("reported",), ("anyone",)),
    "register": Move((None, "reported"), ("registered",), ("desk",)),
    "prioritize": Move(OPEN_TO_WORK[1:], (), ("desk", "supervisor")),
    "classify": Move(OPEN_TO_WORK[1:], (), ("desk", "manager")),
    "answer": Move(("registered",), ("archived",), ("desk",)),
    "merge": Move(BEFORE_WORK, ("merged",), ("desk",)),
    "ask_void": Move(BEFORE_WORK, (), ("desk",)),
    "void": Move(BEFORE_WORK, ("void",), ("supervisor",)),
    "refuse_void": Move(BEFORE_WORK, (), ("supervisor",)),
    "assign": Move(("registered", "assigned", "accepted", "rework"), ("assigned",), ("desk", "supervisor")),
    "grab": Move(("registered",), ("accepted",), ("technician", "vendor")),
    "decline": Move(("assigned",), ("registered",), ("assignee",)),
    "accept": Move(("assigned",), ("accepted",), ("assignee",), ("inspector", "caller")),
    "reschedule": Move(("accepted",), ("accepted",), ("assignee", "desk")),
    "transfer": Move(("accepted", "working"), ("assigned",), ("assignee", "supervisor")),
    "arrive": Move(("accepted", "rework"), ("working",), ("assignee",), ("inspector", "caller")),
    "contain": Move(("working",), (), ("assignee",)),
    "plan": Move(("working",), (), ("assignee",)),
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
    "exempt": Move(("calling",), ("archived",), ("desk", "caller_role", "manager"), ("worker", "inspector")),
    "give_up": Move(("calling",), ("archived",), ("caller_role", "manager"), ("worker", "inspector")),
    "correct": Move(("calling",), (), ("desk", "caller_role", "manager"), ("worker", "inspector")),
    "take_up": Move(STATES, (), ("desk", "supervisor", "caller_role", "manager")),
    "reopen": Move(("archived",), ("rework", "registered"), ("desk", "supervisor", "manager")),
    "talk": Move(STATES, (), ("assignee", "holder", "desk", "supervisor", "caller_role", "manager")),
    "photo": Move(STATES, (), ("holder", "desk", "supervisor", "reporter")),
    "note": Move(STATES, (), ("anyone",)),
    "reveal": Move(STATES, (), ("assignee", "desk", "supervisor", "caller_role", "manager")),
    "urge": Move(OPEN, (), ("desk", "supervisor", "manager", "reporter")),
    "hand_over": Move(OPEN, (), ("first_contact", "supervisor")),
    "decide_party": Move(OPEN, (), ("desk", "supervisor")),
    "ask_support": Move(OPEN_TO_WORK[1:], (), ("desk", "supervisor")),
    "support": Move(OPEN, (), ("supporter",), ("inspector", "caller")),
    "mark_difficult": Move(OPEN, (), ("supervisor", "manager")),
    "rate": Move(("finished", "calling", "archived"), (), ()),
    "spot_check": Move(STATES, (), ("supervisor", "manager"), ("worker", "inspector", "caller")),
}

# Kinds at which somebody goes somewhere and mends something; the others are words, at a desk.
FIELD_WORK = ("repair", "rectification", "planned")

# Verbs of some kinds of order only, and those that nobody may do to a complaint about them.
OF_KINDS = {
    "classify": ("complaint",), "plan": ("complaint",), "answer": tuple(ANSWERED_UNDER),
    "prioritize": tuple(kind for kind in KINDS if kind != "complaint"),
}
NOT_BY_THE_CONCERNED = (
    "classify", "merge", "void", "grab", "accept", "arrive", "plan", "finish", "pass", "reject", "call", "close",
    "dispute", "exempt", "give_up", "correct", "take_up", "reopen", "talk", "reveal", "spot_check",
)
# What the manager does for a major complaint, and nobody else (V2).
OF_THE_MANAGER = ("call", "close", "dispute", "exempt", "give_up")
# What ends an order without work. Once somebody was there it is finished, inspected and called about.
BEFORE_ANY_WORK = ("answer", "merge", "ask_void", "void")

# What the rules themselves leave in the history, by nobody: they move nothing.
SIGNALS = ("warn", "overdue", "escalate", "stale", "repeat", "unassigned", "alert")

# Which part in an order an event gives to who did it; all rounds count.
PARTS = {
    "accept": "worker", "grab": "worker", "arrive": "worker", "finish": "worker", "support": "worker",
    "pass": "inspector", "reject": "inspector",
    "call": "caller", "close": "caller", "dispute": "caller", "exempt": "caller",
    "give_up": "caller",
}
