"""The conversation (沟通记录): what a home and the staff have told each other, so that nobody asks twice."""
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from models.base import now, rows
from models.callback.answer import Answer
from models.callback.attempt import Attempt
from models.callback.household import HouseholdCall
from models.callback.household_attempt import HouseholdAttempt
from models.callback.household_sequel import HouseholdSequel
from models.callback.record import Callback
from models.callback.sequel import Sequel
from models.owner import Owner
from models.place import Place
from models.text import without_phones
from models.user import User
from models.work_order import Appointment, CareNote, Complaint, Reopening, Talk, Urge, WorkOrder
from models.work_order.care_note import TALK_TO_HOMES
from models.work_order.entitlement import is_one
from models.work_order.record import SEE_ALL

SINCE = timedelta(days=180)
MOST_ORDERS = 30
MOST_LINES = 40
FEW = 4  # a page shows at once; the rest is a tap away
SAID = ("report", "talk", "call", "rating", "urge", "appointment", "reopen", "round")  # what a line can be


class Line(NamedTuple):
    """`what` is one of SAID. `by` is who of the staff heard or said it, "" for the owner's own page; `owner` the name
    of the other one, masked. `way`: how they talked, or how the call went. `when` is what they agreed to.
    """

    at: datetime
    what: str
    order: str = ""
    by: str = ""
    owner: str = ""
    way: str = ""
    words: str = ""
    solved: str = ""
    overall: str = ""
    wishes: Mapping[str, str] = {}
    when: datetime | None = None
    flagged: bool = False


class Conversation:
    """Of a home over the last months, and of one order where that is about no home; as far as it exists for `by`.

    Complaints about `by` or their department are left out, whoever may see them: at a home nobody stays unknown.
    """

    def __init__(
        self, place: Place, *, by: User, order: WorkOrder | None = None, only_order: bool = False,
        nameless: bool = False,
    ) -> None:
        self.place, self.by, self.order, self.nameless = place, by, order, nameless
        self.of_home = place.kind == "home" and not only_order

    @classmethod
    def of(cls, order: WorkOrder, *, by: User, only_order: bool = False) -> "Conversation | None":
        """What was said around an order before; None for who does not talk with its owner."""
        if order.concerns(by) or not (by.has_role(*TALK_TO_HOMES) or is_one("assignee", order, by)):
            return None
        return cls(order.place, by=by, order=order, only_order=only_order)

    @classmethod
    def at(cls, home: Place, *, by: User, nameless: bool = False) -> "Conversation | None":
        """What was said with a home. While it is not known who calls it is `nameless`: no owner is named to the desk,
        and what was reported stands among the orders nearby.
        """
        talks = home.kind == "home" and home.estate in by.estates and by.has_role(*TALK_TO_HOMES)
        return cls(home, by=by, nameless=nameless) if talks else None

    @cached_property
    def lines(self) -> list[Line]:
        """The newest first."""
        told = [*self._reports(), *self._talks(), *self._calls(), *self._ratings(), *self._urges(),
                *self._appointments(), *self._reopenings(), *self._rounds()]
        told = sorted(reversed(told), key=lambda line: line.at, reverse=True)
        return [line._replace(
            words=without_phones(line.words), owner="" if self.nameless else line.owner,
            wishes={wish: without_phones(text) for wish, text in line.wishes.items()}) for line in told[:MOST_LINES]]

    @property
    def few(self) -> list[Line]:
        return self.lines[:FEW]

    @property
    def rest(self) -> list[Line]:
        return self.lines[FEW:]

    @cached_property
    def named(self) -> frozenset[str]:
        """The orders among them that exist for `by`: the others are told of and not named."""
        if self.by.has_role(*SEE_ALL):
            return frozenset(self._orders_by_id[id].number for id in self._orders_by_id)
        seen = WorkOrder.seen_by(self.by).select(WorkOrder.number).where(WorkOrder.id.in_(list(self._orders_by_id)))
        return frozenset(order.number for order in seen)

    @cached_property
    def _orders_by_id(self) -> dict[int, WorkOrder]:
        orders = WorkOrder.select(WorkOrder, Owner).left_outer_join(Owner)
        mine = WorkOrder.id == (self.order.id if self.order else 0)
        if not self.of_home:
            return {order.id: order for order in orders.where(mine)}
        orders = orders.where(WorkOrder.place == self.place, (WorkOrder.reported_at > now() - SINCE) | mine,
                              WorkOrder.id.not_in(Complaint.about_them(self.by)))
        if not self.by.has_role(*SEE_ALL):
            # Who is sent to a home is told what it has told us; a complaint is none of their business, and the people
            # of a firm know of what is theirs.
            allowed = WorkOrder.kind != "complaint"
            if self.by.has_role("vendor"):
                allowed &= WorkOrder.id.in_(WorkOrder.seen_by(self.by).select(WorkOrder.id))
            orders = orders.where(mine | allowed)
        return {order.id: order for order in orders.order_by(WorkOrder.id.desc()).limit(MOST_ORDERS)}

    @property
    def _were_finished(self) -> bool:
        """Is there any about which an owner may have been called, or may have rated?"""
        return any(order.round > 1 or order.state in ("finished", "calling", "archived")
                   for order in self._orders_by_id.values())

    # -- one source each, read where there can be something

    def _reports(self) -> Iterable[Line]:
        for order in self._orders_by_id.values():
            if self.nameless or (self.order is not None and order.id == self.order.id):
                continue  # its own words stand at the top of its page
            yield Line(order.reported_at, "report", order.number, words=order.text, way=order.channel,
                       owner=order.owner.masked_name if order.owner else "",
                       by=_name_of(order.__data__.get("reported_by"), self._people),
                       when=order.wanted_at)

    def _talks(self) -> Iterable[Line]:
        for talk in Talk.select().where(self._about(Talk)):
            yield self._line(talk, "talk", talk.at, way=talk.way, words=talk.words)

    def _calls(self) -> Iterable[Line]:
        if not self._were_finished:
            return
        made = Attempt.select(Attempt, Answer, Callback).join(Callback).switch(Attempt).left_outer_join(
            Answer, on=Attempt.answer == Answer.id)
        attempts = list(made.where(Callback.order.in_(list(self._orders_by_id))))
        Sequel.withhold([attempt.answer for attempt in attempts if attempt.answer], by=self.by)
        for attempt in attempts:
            yield self._line(attempt, "call", attempt.at, way=attempt.outcome, words=attempt.words,
                             order=attempt.callback.__data__["order"], when=attempt.agreed_at,
                             **(_answered(attempt.answer) if attempt.answer else {}))

    def _ratings(self) -> Iterable[Line]:
        if not self._were_finished:
            return
        given = Answer.select(Answer, Callback).join(Callback)
        answers = list(given.where(Callback.order.in_(list(self._orders_by_id)), Answer.source == "online"))
        Sequel.withhold(answers, by=self.by)
        for answer in answers:
            yield self._line(answer, "rating", answer.at, order=answer.callback.__data__["order"], words=answer.words,
                             flagged=answer.flagged, **_answered(answer))

    def _urges(self) -> Iterable[Line]:
        if not any(order.urged for order in self._orders_by_id.values()):
            return
        for urge in Urge.select(Urge, Owner).left_outer_join(Owner).where(self._about(Urge)):
            line = self._line(urge, "urge", urge.at, words=urge.words)
            yield line._replace(owner=urge.owner.masked_name) if urge.owner else line

    def _appointments(self) -> Iterable[Line]:
        if not any(order.appointment_at for order in self._orders_by_id.values()):
            return
        for made in Appointment.select().where(self._about(Appointment)):
            yield self._line(made, "appointment", made.at, words=made.note, when=made.starts_at)

    def _reopenings(self) -> Iterable[Line]:
        if not any(order.reopened for order in self._orders_by_id.values()):
            return
        for made in Reopening.select().where(self._about(Reopening)):
            yield self._line(made, "reopen", made.at, words=made.words)

    def _rounds(self) -> Iterable[Line]:
        """Calls that belong to no order, for who talks to homes."""
        if not self.of_home or not self.by.has_role(*TALK_TO_HOMES):
            return
        made = list(HouseholdAttempt.select(HouseholdAttempt, HouseholdCall).join(HouseholdCall).where(
            HouseholdCall.home == self.place, HouseholdAttempt.at > now() - SINCE))
        HouseholdSequel.withhold([attempt.call for attempt in made], by=self.by)
        for attempt in made:
            call = attempt.call
            line = Line(attempt.at, "round", by=_name_of(attempt.__data__["by"], self._people), way=attempt.outcome,
                        words=attempt.words, when=attempt.agreed_at)
            answered = attempt.outcome == "answered"
            yield line._replace(overall=call.overall, wishes=call.wishes) if answered else line

    def _line(self, row: Any, what: str, at: datetime, *, order: int | None = None, **told: Any) -> Line:
        about = self._orders_by_id[order or row.__data__["order"]]
        return Line(at, what, about.number, by=_name_of(row.__data__["by"], self._people), **{
            "owner": about.owner.masked_name if about.owner else "", **told})

    def _about(self, kind: Any) -> Any:
        return kind.order.in_(list(self._orders_by_id))

    @cached_property
    def _people(self) -> dict[int, str]:
        """Names by number, of who has left as well."""
        return dict(rows(User.select(User.id, User.name)))


def care_of(order: WorkOrder, *, by: User) -> CareNote | None:
    """What to heed with the people of an order's home, for who may read it and is not complained of."""
    return None if order.place.kind != "home" or order.concerns(by) else CareNote.shown(order.place, by=by)


def _answered(answer: Answer) -> dict[str, Any]:
    return {"solved": answer.solved, "overall": answer.overall, "wishes": answer.wishes}


def _name_of(person: int | None, people: Mapping[int, str]) -> str:
    return people.get(person, "") if person is not None else ""
