"""Who is told of what happens on patrols: of walks, findings and plans, which are no work orders."""
from collections.abc import Callable
from typing import NamedTuple

from models.event import Event
from models.notification.audience import Staff
from models.patrol import Finding, Plan, Task
from models.place import Estate

KIND = "patrol"


def always(event: Event) -> bool:
    return True


def is_grave(event: Event) -> bool:
    """A key point, one missed for the second time in a row, or nobody came at all."""
    return bool(event.detail.get("key") or event.detail.get("twice") or event.detail.get("state") == "absent")


def is_major(event: Event) -> bool:
    return bool(event.detail.get("severity") == "major")


class Told(NamedTuple):
    """`who`: any of these words: roles, "named" by the event's "to", or the "finder". `until`: after which verbs it
    asks for nothing any more.
    """

    who: tuple[str, ...]
    only: Callable[[Event], bool] = always
    until: tuple[str, ...] = ()


OF_PATROLS = {
    "miss": Told(("supervisor",), only=is_grave),
    "pass_on": Told(("named",)),
    "find": Told(("supervisor", "manager"), only=is_major, until=("close_finding",)),
    "rectify": Told(("supervisor",), until=("close_finding", "send_back")),
    "mend_by_order": Told(("supervisor",), until=("close_finding", "send_back", "take_up_again")),
    "send_back": Told(("finder", "rectifier"), until=("close_finding",)),
    "overdue_finding": Told(("supervisor", "manager"), until=("close_finding",)),
    "plan_failed": Told(("supervisor", "manager"), until=("change_plan", "stop_plan")),
}
SETTLES = {verb: tuple(told for told, row in OF_PATROLS.items() if verb in row.until)
           for row in OF_PATROLS.values() for verb in row.until}


class Subject(NamedTuple):
    """What a patrol's event is about."""

    estate: Estate
    thing: Task | Finding | Plan

    @classmethod
    def of(cls, events: list[Event]) -> "dict[str, Subject]":
        """By number, in one read of each kind."""
        numbers = {event.subject for event in events if event.verb in OF_PATROLS}
        found = [thing for kind in (Task, Finding, Plan) if numbers
                 for thing in kind.select().where(kind.number.in_(numbers))]
        return {thing.number: cls(thing.estate, thing) for thing in found}


def audience(event: Event, subject: Subject, staff: Staff) -> set[int]:
    """Whom the table names. Nobody is told of their own deed, nor to recheck what they put right themselves."""
    told = OF_PATROLS[event.verb]
    if not told.only(event):
        return set()
    thing = subject.thing
    rectifiers = thing.rectifiers if isinstance(thing, Finding) else set()
    barred = {event.__data__["by"]} | (rectifiers if event.verb in ("rectify", "mend_by_order") else set())
    people: set[int] = set()
    for word in told.who:
        match word:
            case "named":
                people |= {user.id for user in staff.people.values() if user.login == event.detail.get("to")}
            case "finder":
                people |= {thing.__data__["by"]} if isinstance(thing, Finding) else set()
            case "rectifier":
                people |= rectifiers
            case role:
                people |= staff.roles[role]
    return (people & staff.people.keys()) - barred


def is_urgent(event: Event) -> bool:
    """What nobody can switch off."""
    return event.verb == "find" and is_major(event)
