"""The lists people work from: named queues of orders, a page at a time, as named tuples from one read."""
from datetime import datetime
from typing import Any, NamedTuple

from peewee import JOIN, Expression, ModelSelect, Tuple, fn

from models.base import rows
from models.dispatch import Category
from models.errors import Refused
from models.event import RECEIPT, Event
from models.owner import Owner
from models.place import Estate, Place
from models.text import row_id
from models.user import User
from models.work_order.hold import Hold
from models.work_order.moves import STATES
from models.work_order.record import WorkOrder

PAGE = 25
OWN_PAGE = 60  # a person's own open orders stand on one page, as they are kept on the phone
FOUND = 50
MINE = ("assigned", "accepted", "working", "suspended", "rework")
HANDED_IN = ("finished", "calling")
TALK_TO_OWNERS = ("desk", "caller", "supervisor", "manager")


class Queue(NamedTuple):
    """`whose` narrows it to the person: "" all of their estates, "assignee", "reporter"; `held`: with a hold asked."""

    states: tuple[str, ...]
    whose: str = ""
    held: bool = False


QUEUES = {
    "mine": Queue(MINE, "assignee"),
    "mine_handed_in": Queue(HANDED_IN, "assignee"),
    "mine_done": Queue(("archived",), "assignee"),
    "my_reports": Queue(STATES[:-1], "reporter"),
    "reported": Queue(("reported",)),
    "registered": Queue(("registered",)),
    "doing": Queue(MINE),
    "holds": Queue(("working",), held=True),
    "finished": Queue(("finished",)),
    "calling": Queue(("calling",)),
    "archived": Queue(("archived",)),
}

# The lists each role works from, its own work first.
QUEUES_OF = {
    "desk": ("reported", "registered", "doing", "finished", "calling", "archived"),
    "supervisor": ("finished", "holds", "registered", "doing", "calling", "archived"),
    "manager": ("doing", "finished", "calling", "archived"),
    "caller": ("calling", "archived"),
    "technician": ("mine", "mine_handed_in", "mine_done"),
    "vendor": ("mine", "mine_handed_in", "mine_done"),
    "representative": ("doing", "reported", "registered", "finished", "calling", "archived"),
    "patrol": ("my_reports",),
}


class Card(NamedTuple):
    """One order as a list shows it."""

    id: int
    number: str
    text: str
    state: str
    priority: str
    round: int
    spot: str
    estate: str
    place: str
    category: str | None
    category_en: str | None
    technician: str | None
    reported_at: datetime
    due_at: datetime
    archived_at: datetime | None

    @property
    def title(self) -> str:
        return self.text.split("\n", 1)[0]

    @property
    def where(self) -> str:
        return f"{self.place} {self.spot}".strip()

    @property
    def cursor(self) -> str:
        if self.archived_at:
            return f"{self.archived_at.isoformat()}~{self.id}"
        return f"{self.priority}~{self.due_at.isoformat()}~{self.id}"


def queues_of(user: User) -> list[str]:
    """The names of this person's queues, in the order of their roles' weight, each once."""
    names = [name for role, names in QUEUES_OF.items() if user.has_role(role) for name in names]
    return list(dict.fromkeys(names))


def page(name: str, user: User, *, after: str = "") -> tuple[list[Card], str]:
    """Up to a page of that queue for this person, and the cursor of the next page ("" at the end)."""
    queue = QUEUES[name]
    archived = "archived" in queue.states
    query = _within(_cards(), queue, user)
    if archived:
        query = query.order_by(WorkOrder.archived_at.desc(), WorkOrder.id.desc())
    else:
        query = query.order_by(WorkOrder.priority, WorkOrder.due_at, WorkOrder.id)
    if after:
        query = query.where(_past(after, archived))
    most = OWN_PAGE if name == "mine" else PAGE
    cards = [Card(*row) for row in rows(query.limit(most + 1))]
    return cards[:most], cards[most - 1].cursor if len(cards) > most else ""


def last_events(cards: list[Card]) -> dict[str, int]:
    """The number of the last event about each order: whatever is new about it changes that."""
    numbers = [card.number for card in cards]
    return dict(rows(Event.select(Event.subject, fn.MAX(Event.id)).where(Event.subject.in_(numbers))
                     .group_by(Event.subject)))


def counts(user: User) -> dict[str, int]:
    """How many wait in each of this person's open queues. The archive is not counted: nobody waits there."""
    names = [name for name in queues_of(user) if "archived" not in QUEUES[name].states]
    by_state: dict[str, dict[str, int]] = {}
    numbers = {}
    for name in names:
        queue = QUEUES[name]
        if queue.held:
            numbers[name] = _within(WorkOrder.select(), queue, user).count()
            continue
        if queue.whose not in by_state:
            everything = Queue(STATES[:-1], queue.whose)
            by = _within(WorkOrder.select(WorkOrder.state, fn.COUNT(WorkOrder.id)), everything, user)
            by_state[queue.whose] = dict(rows(by.group_by(WorkOrder.state)))
        numbers[name] = sum(by_state[queue.whose].get(state, 0) for state in queue.states)
    return numbers


def found(text: str, user: User) -> list[Card]:
    """Orders this person may see whose number, place, spot or text holds those words; the newest first.

    A receipt that a phone shows finds the order it was given for. Whoever talks to owners finds theirs by the whole
    phone or name as well; it is shown masked all the same.
    """
    query = _cards().where(WorkOrder.id.in_(WorkOrder.seen_by(user).select(WorkOrder.id)))
    if RECEIPT.fullmatch(text.lower()):
        return [Card(*row) for row in rows(query.where(WorkOrder.number.in_(Event.subject_of(text.lower()))))]
    for word in text.split()[:5]:
        hit = (WorkOrder.number.contains(word) | WorkOrder.text.contains(word)
               | Place.full_name.contains(word) | WorkOrder.spot.contains(word))
        if user.has_role(*TALK_TO_OWNERS):
            hit |= WorkOrder.owner.in_(Owner.select(Owner.id).where(
                Owner.estate.in_(user.estates), (Owner.phone == word) | (Owner.name == word)))
        query = query.where(hit)
    return [Card(*row) for row in rows(query.order_by(WorkOrder.id.desc()).limit(FOUND))]


def number_in(text: str) -> int:
    number = row_id(text)
    if number is None:
        raise ValueError(f"not the number of a row: {text!r}")
    return number


def _cards() -> "ModelSelect[Any]":
    return (
        WorkOrder.select(
            WorkOrder.id, WorkOrder.number, WorkOrder.text, WorkOrder.state, WorkOrder.priority, WorkOrder.round,
            WorkOrder.spot, Estate.name, Place.full_name, Category.name, Category.name_en, User.name,
            WorkOrder.reported_at, WorkOrder.due_at, WorkOrder.archived_at)
        .join(Place).switch(WorkOrder).join(Estate).switch(WorkOrder).join(Category, JOIN.LEFT_OUTER).switch(WorkOrder)
        .join(User, JOIN.LEFT_OUTER, on=WorkOrder.assignee == User.id)
    )


def _within(query: "ModelSelect[Any]", queue: Queue, user: User) -> "ModelSelect[Any]":
    query = query.where(WorkOrder.archived_at.is_null("archived" not in queue.states))
    match queue.whose:
        case "assignee":
            query = query.where(WorkOrder.assignee == user)
        case "reporter":
            query = query.where(WorkOrder.reported_by == user, WorkOrder.estate.in_(user.estates))
        case _:
            query = query.where(WorkOrder.estate.in_(user.estates))
    if "archived" not in queue.states:
        query = query.where(WorkOrder.state.in_(queue.states))
    if queue.held:
        asked = Hold.select(Hold.order).where(Hold.approved_at.is_null(), Hold.ended_at.is_null())
        query = query.where(WorkOrder.id.in_(asked))
    return query


def _past(cursor: str, archived: bool) -> Expression:
    """Rows after the cursor, compared by the whole key so that no row is shown twice or left out."""
    try:
        if archived:
            at, id = cursor.split("~")
            past = Tuple(WorkOrder.archived_at, WorkOrder.id) < Tuple(datetime.fromisoformat(at), number_in(id))
        else:
            priority, at, id = cursor.split("~")
            past = Tuple(WorkOrder.priority, WorkOrder.due_at, WorkOrder.id) > Tuple(
                priority, datetime.fromisoformat(at), number_in(id))
    except ValueError:
        raise Refused("list.bad_cursor") from None
    return past  # type: ignore[no-any-return]
