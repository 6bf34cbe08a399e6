"""Who is told of which event: a table to be read, and the words in it looked up among an estate's staff."""
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from models.base import rows
from models.dispatch import FirmMember
from models.event import Event
from models.place import Estate
from models.user import Membership, RoleOf, SkillOf, User
from models.work_order import WorkOrder

# What a person may want or not want to be told of.
KINDS = ("work", "returned", "due", "owner", "holds", "notes", "office", "patrol")

# What a signal says is due, as far as there is a word for it.
PROMISES = ("first_reply", "accept", "arrive", "contain", "recontact", "complete", "callback", "hold")


def always(event: Event, order: WorkOrder) -> bool:
    return True


def waits_for_the_desk(event: Event, order: WorkOrder) -> bool:
    """What came of a finding or a plan is registered by the rules already."""
    return not str(event.detail.get("comes_from", "")).startswith(("YH-", "JH-"))


def is_p0(event: Event, order: WorkOrder) -> bool:
    return bool(event.detail.get("priority", order.priority) == "P0")


def is_major(event: Event, order: WorkOrder) -> bool:
    return "major" in event.detail.values()


def still_to_call(event: Event, order: WorkOrder) -> bool:
    """Passed without an exemption, and not decided by the owner's own rating already."""
    return event.became == order.state == "calling"


def disagrees(event: Event, order: WorkOrder) -> bool:
    return bool(event.detail.get("agrees") == "no")


class Told(NamedTuple):
    """`who`: any of these words. `never`: nobody who had that part in the order, for they may not do what is next.
    `until`: the verbs after which it asks for nothing any more, whoever did them.
    """

    kind: str
    who: tuple[str, ...]
    never: tuple[str, ...] = ()
    only: Callable[[Event, WorkOrder], bool] = always
    until: tuple[str, ...] = ()


DONE = ("finish", "answer", "close", "exempt", "give_up", "merge", "void")
EMERGENCY = ("emergency_team", "supervisors", "manager")

# "named" is the person whose login the event's detail "to" gives, "signalled" those whose words it gives, "last_had_it"
# the technician out of whose hands an ended order was taken.
AUDIENCE = {
    "report": Told("office", ("desk",), only=waits_for_the_desk, until=("register", "merge", "void")),
    "register": Told("work", EMERGENCY, only=is_p0),
    "prioritize": Told("work", ("assignee",)),
    "classify": Told("owner", ("manager",), only=is_major),
    "unassigned": Told("office", ("signalled",), until=("assign", "grab", "answer", "merge", "void")),
    "assign": Told("work", ("named", "firm"), until=("assign", "transfer")),
    "grab": Told("office", ("first_contact",)),
    "transfer": Told("work", ("named", "supervisors"), until=("assign", "transfer")),
    "decline": Told("office", ("desk", "supervisors"), until=("assign", "grab", "merge", "void")),
    "reschedule": Told("notes", ("assignee", "first_contact")),
    "ask_hold": Told("holds", ("supervisors",), never=("worker",), until=("suspend", "refuse_hold", "finish")),
    "suspend": Told("holds", ("assignee",)),
    "refuse_hold": Told("holds", ("assignee",)),
    "resume": Told("holds", ("assignee",)),
    "finish": Told("office", ("supervisors",), never=("worker", "caller"), until=("pass", "reject")),
    "pass": Told("office", ("callers",), never=("worker", "inspector"), only=still_to_call,
                 until=("close", "dispute", "exempt", "give_up")),
    "reject": Told("returned", ("assignee",)),
    "dispute": Told("returned", ("assignee", "supervisors", "manager")),
    "close": Told("office", ("first_contact", "reporter")),
    "give_up": Told("office", ("first_contact", "supervisors")),
    "exempt": Told("office", ("supervisors",)),
    "reopen": Told("returned", ("assignee", "first_contact", "supervisors")),
    "talk": Told("notes", ("assignee", "first_contact")),
    "spot_check": Told("office", ("manager",), only=disagrees),
    "alert": Told("owner", ("supervisors", "manager")),
    "answer": Told("office", ("reporter",)),
    "merge": Told("office", ("last_had_it", "first_contact", "reporter")),
    "ask_void": Told("office", ("supervisors",), until=("void", "refuse_void")),
    "void": Told("office", ("last_had_it", "first_contact", "reporter")),
    "refuse_void": Told("office", ("first_contact",)),
    "hand_over": Told("work", ("named",)),
    "ask_support": Told("work", ("supervisors_named",)),
    "support": Told("notes", ("first_contact", "assignee")),
    "note": Told("notes", ("assignee", "first_contact")),
    "urge": Told("owner", ("assignee", "supervisors"), until=DONE),
    "repeat": Told("owner", ("first_contact", "supervisors")),
    "mark_difficult": Told("notes", ("assignee", "first_contact", "manager")),
    "warn": Told("due", ("signalled",), until=DONE),
    "overdue": Told("due", ("signalled",), until=DONE),
    "stale": Told("due", ("signalled",), until=DONE),
    "escalate": Told("due", ("signalled",), until=DONE),
}

# What each verb settles: the verbs before it that ask for nothing any more.
SETTLES = {verb: tuple(told for told, row in AUDIENCE.items() if verb in row.until)
           for row in AUDIENCE.values() for verb in row.until}

# The words a signal's detail "to" may hold.
SIGNALLED = {"assignee": "assignee", "first_contact": "first_contact", "reporter": "reporter", "desk": "desk",
             "caller": "callers", "supervisor": "supervisors", "manager": "manager", "company": "manager"}


def is_urgent(event: Event, order: WorkOrder) -> bool:
    """What nobody can switch off: an escalation, and whatever happens to an open emergency."""
    return event.verb == "escalate" or (order.archived_at is None and is_p0(event, order))


class Staff:
    """Everybody who works on an estate and is not disabled, read once for many events."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        users = User.select().join(Membership).where(Membership.estate == estate, User.disabled_at.is_null())
        self.people: dict[int, User] = {user.id: user for user in users}
        self.roles: dict[str, set[int]] = defaultdict(set)
        for user, role in rows(RoleOf.select(RoleOf.user, RoleOf.role).where(RoleOf.user.in_(list(self.people)))):
            self.roles[role].add(user)
        self._emergency: set[int] | None = None

    def audience(self, event: Event, order: WorkOrder) -> set[int]:
        """Whom the table names for this event. Nobody is told of their own deed."""
        told = AUDIENCE.get(event.verb)
        if told is None or not told.only(event, order):
            return set()
        who = told.who + (EMERGENCY if event.verb == "prioritize" and is_p0(event, order) else ())
        barred = {person for part in told.never for person in order.parts[part]} | {event.__data__["by"]}
        if order.complaint is not None and order.complaint.hidden:
            barred |= {id for id, person in self.people.items() if order.concerns(person)}
        people = {person for word in who for person in self.called(word, event, order, barred)}
        return (people & self.people.keys()) - barred

    def called(self, word: str, event: Event, order: WorkOrder, barred: set[int]) -> set[int]:
        """Those a word means; nobody for a word unknown here."""
        match word:
            case "assignee" | "first_contact":
                return {order.__data__[word]} - {None}
            case "reporter":
                return {order.__data__["reported_by"]} - {None}
            case "desk" | "manager":
                return self.roles[word]
            case "callers":
                return self.roles["manager" if order.is_major else "caller"]
            case "supervisors":
                return self.supervisors(order.category.department if order.category else "", barred)
            case "supervisors_named":
                return self.supervisors(str(event.detail.get("department", "")), barred)
            case "named":
                to = event.detail.get("to")
                return {user.id for user in self.people.values() if user.login == to}
            case "last_had_it":
                had = event.detail.get("assignee")
                return {user.id for user in self.people.values() if user.login == had}
            case "firm":
                return {user for (user,) in rows(FirmMember.select(FirmMember.user).where(
                    FirmMember.firm == event.detail.get("firm")))}
            case "emergency_team":
                if self._emergency is None:
                    self._emergency = emergency_team(self.estate)
                return self._emergency
            case "signalled":
                return {person for said in _listed(event.detail.get("to")) if said in SIGNALLED
                        for person in self.called(SIGNALLED[said], event, order, barred)}
        return set()

    def supervisors(self, department: str, barred: set[int]) -> set[int]:
        """Those of that department who may, else all of the estate who may: nothing may wait for nobody."""
        able = self.roles["supervisor"] - barred
        own = {id for id in able if self.people[id].department == department}
        return own or able


def emergency_team(estate: Estate) -> set[int]:
    """Who runs when there is an emergency: everybody with that skill."""
    skilled = SkillOf.select(SkillOf.user).join(Membership, on=Membership.user == SkillOf.user).where(
        SkillOf.skill == "emergency", Membership.estate == estate)
    return {user for (user,) in rows(skilled)}


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [value] if isinstance(value, str) else []
