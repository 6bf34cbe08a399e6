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
from models.user import Beat, User
from models.work_order.hold import Hold
from models.work_order.moves import BEFORE_WORK, OPEN
from models.work_order.record import WorkOrder
from models.work_order.support import Support
from models.work_order.void import Void

PAGE = 25
OWN_PAGE = 60  # a person's own open orders stand on one page, as they are kept on the phone
FOUND = 50
RECENT, RECENT_SHOWN, MOST_PLACES, FEW_GRIDS = 20, 5, 12, 2
MOST_FOLLOWED = 200
MINE = ("assigned", "accepted", "working", "suspended", "rework")
HANDED_IN = ("finished", "calling")
TALK_TO_OWNERS = ("desk", "caller", "supervisor", "manager")


class Queue(NamedTuple):
    """`whose` narrows it to the person: "" all of their estates, "assignee", "reporter", "first_contact", "supporter",
    "firm" (given to their firm), "grab" (on offer to them).

    `only` keeps those with a hold ("held") or a void ("void") asked, or the difficult ones ("difficult").
    """

    states: tuple[str, ...]
    whose: str = ""
    only: str = ""


QUEUES = {
    "mine": Queue(MINE, "assignee"),
    "of_firm": Queue((*MINE, *HANDED_IN), "firm"),
    "grabbable": Queue(("registered",), "grab"),
    "mine_handed_in": Queue(HANDED_IN, "assignee"),
    "mine_done": Queue(("archived",), "assignee"),
    "my_reports": Queue(OPEN, "reporter"),
    "reported": Queue(("reported",)),
    "registered": Queue(("registered",)),
    "doing": Queue(MINE),
    "holds": Queue(("working",), only="held"),
    "voids": Queue(BEFORE_WORK, only="void"),
    "difficult": Queue(OPEN, only="difficult"),
    "following": Queue(OPEN, "first_contact"),
    "supporting": Queue(OPEN, "supporter"),
    "finished": Queue(("finished",)),
    "calling": Queue(("calling",)),
    "archived": Queue(("archived",)),
}

# The lists each role works from, its own work first.
QUEUES_OF = {
    "desk": ("reported", "registered", "following", "doing", "mine", "finished", "calling", "archived"),
    "supervisor": ("finished", "holds", "voids", "registered", "doing", "mine", "difficult", "supporting", "calling",
                   "archived"),
    "manager": ("doing", "difficult", "mine", "finished", "calling", "archived"),
    "caller": ("calling", "archived"),
    "technician": ("mine", "grabbable", "supporting", "mine_handed_in", "mine_done"),
    "vendor": ("mine", "of_firm", "grabbable", "mine_handed_in", "mine_done"),
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
    due_what: str
    archived_at: datetime | None
    urged: int
    repeats: int
    is_difficult: bool
    reopened: int

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


def following(user: User) -> list[Card]:
    """All that this person follows as first contact, to be handed over at the end of a shift; at most MOST_FOLLOWED."""
    query = _within(_cards(), QUEUES["following"], user)
    return [Card(*row) for row in rows(
        query.order_by(WorkOrder.priority, WorkOrder.due_at, WorkOrder.id).limit(MOST_FOLLOWED))]


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
        if queue.only or queue.whose in ("supporter", "firm", "grab"):
            numbers[name] = _within(WorkOrder.select(), queue, user).count()
            continue
        if queue.whose not in by_state:
            everything = Queue(OPEN, queue.whose)
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


def urgent_first(*conditions: Expression) -> list[Card]:
    """The open orders that meet these conditions, the most urgent first, as many as one page holds."""
    query = _cards().where(WorkOrder.archived_at.is_null(), *conditions)
    query = query.order_by(WorkOrder.priority, WorkOrder.due_at, WorkOrder.id).limit(OWN_PAGE)
    return [Card(*row) for row in rows(query)]


def likely_places(user: User, estate: Estate) -> list[str]:
    """Where this person may be standing: the places they reported from last, then the shared ones of their grids.

    Units are among them for who has few grids: a dozen at most are read at a glance.
    """
    recent = (WorkOrder.select(Place.full_name).join(Place)
              .where(WorkOrder.reported_by == user, WorkOrder.estate == estate)
              .order_by(WorkOrder.id.desc()).limit(RECENT))
    grids = [grid for (grid,) in rows(Beat.select(Beat.grid).where(Beat.user == user).distinct())]
    kinds = ("public", "unit") if len(grids) <= FEW_GRIDS else ("public",)
    own = Place.select(Place.full_name).where(Place.estate == estate, Place.grid.in_(grids), Place.kind.in_(kinds))
    names = list(dict.fromkeys(name for (name,) in rows(recent)))
    names = names[:RECENT_SHOWN] + [name for (name,) in rows(own.order_by(Place.kind, Place.id).limit(MOST_PLACES))]
    return list(dict.fromkeys(names))[:MOST_PLACES]


def past(cursor: str) -> tuple[datetime, int]:
    """The time and the row a list went on to, as its cursor spells them. Refused for what is no cursor."""
    try:
        spelled, number = cursor.split("~")
        at, id = datetime.fromisoformat(spelled), row_id(number)
    except ValueError:
        raise Refused("list.bad_cursor") from None
    if id is None:
        raise Refused("list.bad_cursor")
    return at, id


def _cards() -> "ModelSelect[Any]":
    # Outer joins also where there is always a row: SQLite would begin with the one estate and then read all orders.
    return (
        WorkOrder.select(
            WorkOrder.id, WorkOrder.number, WorkOrder.text, WorkOrder.state, WorkOrder.priority, WorkOrder.round,
            WorkOrder.spot, Estate.name, Place.full_name, Category.name, Category.name_en, User.name,
            WorkOrder.reported_at, WorkOrder.due_at, WorkOrder.due_what, WorkOrder.archived_at, WorkOrder.urged,
            WorkOrder.repeats, WorkOrder.is_difficult, WorkOrder.reopened)
        .join(Place, JOIN.LEFT_OUTER).switch(WorkOrder).join(Estate, JOIN.LEFT_OUTER).switch(WorkOrder)
        .join(Category, JOIN.LEFT_OUTER).switch(WorkOrder)
        .join(User, JOIN.LEFT_OUTER, on=WorkOrder.assignee == User.id)
    )


def _within(query: "ModelSelect[Any]", queue: Queue, user: User) -> "ModelSelect[Any]":
    query = query.where(WorkOrder.archived_at.is_null("archived" not in queue.states), ~WorkOrder.kept_from(user))
    match queue.whose:
        case "assignee":
            query = query.where(WorkOrder.assignee == user)
        case "reporter":
            query = query.where(WorkOrder.reported_by == user, WorkOrder.estate.in_(user.estates))
        case "firm":
            query = query.where(WorkOrder.firm.in_(user.firm_ids))
        case "grab":
            query = query.where(WorkOrder.estate.in_(user.estates), WorkOrder.grabbable_by(user))
        case "first_contact":
            query = query.where(WorkOrder.first_contact == user, WorkOrder.estate.in_(user.estates))
        case "supporter":
            asked = Support.select(Support.order).where(
                Support.department == user.department, Support.done_at.is_null())
            query = query.where(WorkOrder.id.in_(asked), WorkOrder.estate.in_(user.estates))
        case _:
            query = query.where(WorkOrder.estate.in_(user.estates))
    if "archived" not in queue.states:
        query = query.where(WorkOrder.state.in_(queue.states))
    match queue.only:
        case "held":
            held = Hold.select(Hold.order).where(Hold.approved_at.is_null(), Hold.ended_at.is_null())
            query = query.where(WorkOrder.id.in_(held))
        case "void":
            query = query.where(WorkOrder.id.in_(Void.select(Void.order).where(Void.decided_at.is_null())))
        case "difficult":
            query = query.where(WorkOrder.is_difficult)
    return query


def _past(cursor: str, archived: bool) -> Expression:
    """Rows after the cursor, compared by the whole key so that no row is shown twice or left out."""
    after: Any
    if archived:
        after = Tuple(WorkOrder.archived_at, WorkOrder.id) < Tuple(*past(cursor))
    else:
        priority, _, rest = cursor.partition("~")
        after = Tuple(WorkOrder.priority, WorkOrder.due_at, WorkOrder.id) > Tuple(priority, *past(rest))
    return after  # type: ignore[no-any-return]
