"""The call list (待回访): whom to call about what, for one person at one moment; and what waits for its inspection."""
from collections import defaultdict
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from peewee import JOIN, Expression, ModelSelect, Tuple

from models.base import rows
from models.callback.attempt import Attempt
from models.callback.next_call import AGREED_WITHIN, Made, NextCall
from models.callback.policy import Policy
from models.callback.record import Callback
from models.dispatch import Category
from models.errors import DomainError, Refused
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import Complaint, WorkOrder
from models.work_order.lists import past
from models.work_order.moves import PARTS

PAGE = 25
NEAR = timedelta(hours=4)  # before a callback is due; not inspected by then, it is said


class Call(NamedTuple):
    """One order of the list. `barred`: why this person may not call about it; `hour`: why nobody may just now;
    `opens`: when somebody may, None when no more calls are to be made.
    """

    order: WorkOrder
    callback: Callback
    next: NextCall
    barred: DomainError | None
    hour: Refused | None
    opens: datetime | None
    is_agreed: bool

    @property
    def is_now(self) -> bool:
        return self.barred is None and self.hour is None


class CallQueue:
    """As far as it exists for `by`, as it stands at `at`."""

    def __init__(self, by: User, at: datetime) -> None:
        self.by, self.at = by, at

    def page(self, after: str = "") -> tuple[list[Call], str]:
        """Up to a page, and the cursor of the next ("" at the end): the agreed ones in their time, then the first due.

        The cursor holds the moment of the first page, so that no order slips from one part to the other between them.
        """
        at, rest = _past(after) if after else (self.at, None)
        agreed = Callback.agreed_at.between(at - AGREED_WITHIN, at + AGREED_WITHIN)
        first: list[Callback] = []
        if rest is None:
            first = list(self._calling().where(agreed).order_by(Callback.agreed_at, Callback.id).limit(PAGE))
        others = self._calling().where(Callback.agreed_at.is_null() | ~agreed)
        if rest is not None:
            others = others.where(rest)
        found = list(others.order_by(WorkOrder.due_at, WorkOrder.id).limit(PAGE + 1))
        more = ""
        if len(found) > PAGE:
            last = found[PAGE - 1].order
            more = f"{at.isoformat()}~{last.due_at.isoformat()}~{last.id}"
        return self._calls([*first, *found[:PAGE]]), more

    def uninspected(self) -> list[Callback]:
        """Finished and not inspected though the callback is due soon, or was: as many as a page holds."""
        return list(self._owed("finished").where(WorkOrder.due_at <= self.at + NEAR, Callback.exemption.is_null())
                    .order_by(WorkOrder.due_at, WorkOrder.id).limit(PAGE))

    def _calling(self) -> "ModelSelect[Any]":
        return self._owed("calling")

    def _owed(self, state: str) -> "ModelSelect[Any]":
        """The callbacks of those orders' present rounds, with all that a card shows in the same read."""
        return (
            Callback.select(Callback, WorkOrder, Estate, Place, Category)
            .join(WorkOrder).join(Estate).switch(WorkOrder).join(Place).switch(WorkOrder)
            .join(Category, JOIN.LEFT_OUTER)
            .where(WorkOrder.archived_at.is_null(), WorkOrder.estate.in_(self.by.estates), WorkOrder.state == state,
                   Callback.round == WorkOrder.round, ~WorkOrder.kept_from(self.by)))

    def _calls(self, callbacks: list[Callback]) -> list[Call]:
        made: dict[int, list[Made]] = defaultdict(list)
        attempts = Attempt.select(Attempt.callback, Attempt.outcome, Attempt.at).where(Attempt.callback.in_(callbacks))
        for callback, outcome, at in rows(attempts.order_by(Attempt.id)):
            made[callback].append(Made(outcome, at))
        _know_their_people([callback.order for callback in callbacks])
        return [self._call(callback, made[callback.id]) for callback in callbacks]

    def _call(self, callback: Callback, made: list[Made]) -> Call:
        order: WorkOrder = callback.order
        coming = NextCall(self._policies[order.estate.id], made, callback.agreed_at)
        return Call(order, callback, coming, order.refusal("call", self.by), coming.refusal(self.at),
                    coming.at(self.at), coming.is_agreed_for(self.at))

    @cached_property
    def _policies(self) -> dict[int, Policy]:
        """That of each estate of this person's; one read."""
        estates = {estate.id: estate for estate in self.by.estates}
        known = {policy.__data__["estate"]: policy for policy in Policy.select().where(
            Policy.estate.in_(list(estates)), Policy.ended_at.is_null())}
        policies = {id: known.get(id) or Policy(estate=estate) for id, estate in estates.items()}
        for id, policy in policies.items():
            policy.estate = estates[id]
        return policies


def _know_their_people(orders: list[WorkOrder]) -> None:
    """Read for many orders at once what each would read by itself when asked who may call about it."""
    parts: dict[str, dict[str, set[int]]] = {
        order.number: {part: set() for part in PARTS.values()} for order in orders}
    told = Event.select(Event.subject, Event.verb, Event.by).where(
        Event.subject.in_(list(parts)), Event.verb.in_(tuple(PARTS)), Event.by.is_null(False))
    for number, verb, by in rows(told):
        parts[number][PARTS[verb]].add(by)
    complaints = {row.__data__["order"]: row for row in Complaint.select().where(Complaint.order.in_(orders))}
    for order in orders:
        order.__dict__["parts"] = parts[order.number]
        order.__dict__["complaint"] = complaints.get(order.id)


def _past(cursor: str) -> tuple[datetime, Expression]:
    """The moment of the first page, and the rows after the cursor."""
    at, _, rest = cursor.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        moment - AGREED_WITHIN, moment + AGREED_WITHIN  # the calendar ends somewhere
    except (ValueError, OverflowError):
        raise Refused("list.bad_cursor") from None
    return moment, Tuple(WorkOrder.due_at, WorkOrder.id) > Tuple(*past(rest))
