"""What everybody has in hand, and what each firm made of what it was given: numbers that lead to lists."""
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from peewee import Case, fn

from models.base import now, rows
from models.dispatch import Firm
from models.event import Event
from models.figure import Figure
from models.place import Estate
from models.user import Membership, RoleOf, User
from models.work_order.assignment import Assignment
from models.work_order.completion import Completion
from models.work_order.inspection import Inspection
from models.work_order.lists import MINE, Card, urgent_first
from models.work_order.record import WorkOrder

COLUMNS = {"assigned": ("assigned",), "accepted": ("accepted",), "working": ("working", "rework"),
           "suspended": ("suspended",), "overdue": MINE}
FIGURES = ("taken", "accepted_in_time", "arrived_in_time", "finished_in_time", "returned")
FIGURES_OF = timedelta(days=90)


class Load(NamedTuple):
    """How many orders somebody has in each of COLUMNS; one that is overdue stands in two of them.

    A firm has those that none of its people has accepted yet; it has no login.
    """

    id: int
    login: str
    name: str
    numbers: dict[str, int]

    @property
    def is_firm(self) -> bool:
        return not self.login

    @property
    def total(self) -> int:
        return sum(self.numbers[column] for column in COLUMNS if column != "overdue")

    @classmethod
    def of_estate(cls, estate: Estate, *, by: User) -> "list[Load]":
        """Everybody who takes work on the estate or has some in hand, and every firm that has, the busiest first, as
        far as `by` may know; three reads.
        """
        counted: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
        late = fn.SUM(Case(None, [(WorkOrder.due_at < now(), 1)], 0))
        for person, firm, state, many, overdue in rows(
                WorkOrder.select(WorkOrder.assignee, WorkOrder.firm, WorkOrder.state, fn.COUNT(WorkOrder.id), late)
                .where(WorkOrder.estate == estate, WorkOrder.archived_at.is_null(), WorkOrder.state.in_(MINE),
                       WorkOrder.assignee.is_null(False) | WorkOrder.firm.is_null(False), ~WorkOrder.kept_from(by))
                .group_by(WorkOrder.assignee, WorkOrder.firm, WorkOrder.state)):
            numbers = counted["person", person] if person else counted["firm", firm]
            for column, states in COLUMNS.items():
                if state in states:
                    numbers[column] += overdue if column == "overdue" else many
        working = RoleOf.select(RoleOf.user).join(User).join(Membership).where(
            Membership.estate == estate, User.disabled_at.is_null(), RoleOf.role.in_(("technician", "vendor")))
        busy = [id for kind, id in counted if kind == "person"]
        people = rows(User.select(User.id, User.login, User.name)
                      .where(User.id.in_(working) | User.id.in_(busy)).order_by(User.id))
        firms = rows(Firm.select(Firm.id, Firm.name).where(
            Firm.id.in_([id for kind, id in counted if kind == "firm"])).order_by(Firm.id))
        loads = [cls(id, login, name, counted["person", id]) for id, login, name in people]
        loads += [cls(id, "", name, counted["firm", id]) for id, name in firms]
        return sorted(loads, key=lambda one: (-one.numbers["overdue"], -one.total, one.is_firm, one.id))

    @staticmethod
    def orders(estate: Estate, whose: User | Firm, column: str, *, by: User) -> list[Card]:
        """The orders behind a number, the most urgent first."""
        late = (WorkOrder.due_at < now(),) if column == "overdue" else ()
        theirs = ((WorkOrder.firm == whose) & WorkOrder.assignee.is_null() if isinstance(whose, Firm)
                  else WorkOrder.assignee == whose)
        return urgent_first(WorkOrder.estate == estate, theirs, WorkOrder.state.in_(COLUMNS[column]),
                            ~WorkOrder.kept_from(by), *late)


def firm_figures(firm: Firm) -> list[Figure]:
    """What the firm and its people made of the orders given to them in the last 90 days; each order counts once."""
    arrived = Event.select(fn.MIN(Event.at)).where(Event.subject == WorkOrder.number, Event.verb == "arrive")
    finished = Completion.select(fn.MIN(Completion.at)).where(Completion.order == WorkOrder.id)
    judged = Inspection.select(fn.COUNT(Inspection.id)).where(Inspection.order == WorkOrder.id)
    returned = judged.where(~Inspection.passed)
    people = [user.id for user in firm.people()]
    given: Any = (
        Assignment.select(Assignment.order, Assignment.accepted_at, Assignment.accept_due, WorkOrder.arrive_due,
                          WorkOrder.complete_due, arrived, finished, judged, returned)
        .join(WorkOrder)
        .where((Assignment.firm == firm) | Assignment.technician.in_(people), WorkOrder.estate == firm.estate,
               Assignment.at >= now() - FIGURES_OF).order_by(Assignment.id))
    told = {order: facts for order, *facts in rows(given)}.values()
    taken = [facts for facts in told if facts[0]]

    def in_time(pairs: list[tuple[Any, Any]], name: str) -> Figure:
        both = [(at, due) for at, due in pairs if at and due]
        return Figure(name, sum(at <= due for at, due in both), len(both))

    return [
        Figure("taken", len(taken), len(told)),
        in_time([(facts[0], facts[1]) for facts in taken], "accepted_in_time"),
        in_time([(_time(facts[4]), facts[2]) for facts in taken], "arrived_in_time"),
        in_time([(_time(facts[5]), facts[3]) for facts in taken], "finished_in_time"),
        Figure("returned", sum(bool(facts[7]) for facts in taken), sum(bool(facts[6]) for facts in taken)),
    ]


def _time(value: Any) -> Any:
    """SQLite gives what a function made of a time as text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
