"""The call to a home (定期回访): planned, tied to no order, on the same script and by the same rules as a callback."""
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect, TextField

from models.base import Record, is_sqlite, now, writing
from models.callback.answer import DIMENSIONS, scores_in, wishes_in
from models.callback.next_call import Made, NextCall
from models.callback.policy import Policy
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.owner import Owner
from models.place import Estate, Place
from models.text import SHORT, said
from models.user import User
from models.work_order import Complaint, WorkOrder
from models.work_order.care_note import TALK_TO_HOMES
from models.work_order.moves import REVEAL_REASONS
from models.work_order.number import next_number
from models.work_order.reveal import SHOWN_FOR

WHYS = ("regular", "care", "moved_in", "season")
CALL_HOMES = ("caller", "manager")
MOST_AT_ONCE = 50
FARTHEST = timedelta(days=90)  # ahead, for when a round is to be done


class HouseholdCall(Record):
    """Open until `done_at`; `outcome` is how it ended: answered, unreached after every call of the policy, declined,
    or dropped by who found it was not wanted. What was answered stands in its own columns: there is no order to it.
    """

    id = AutoField()
    number = CharField(max_length=24, unique=True)
    home = ForeignKeyField(Place, backref="household_calls")
    why = CharField(max_length=12)
    note = CharField(max_length=SHORT, default="")
    planned_by = ForeignKeyField(User, backref="household_calls_planned")
    planned_at = DateTimeField()
    due_at = DateTimeField()
    calls = IntegerField(default=0)
    caller = ForeignKeyField(User, null=True, backref="household_calls_made")
    agreed_at = DateTimeField(null=True)
    outcome = CharField(max_length=12, default="")
    done_at = DateTimeField(null=True)
    overall = CharField(max_length=16, default="")
    reliability = IntegerField(null=True)
    response = IntegerField(null=True)
    assurance = IntegerField(null=True)
    empathy = IntegerField(null=True)
    tangibles = IntegerField(null=True)
    words = TextField(default="")
    need = TextField(default="")
    grievance = TextField(default="")
    suggestion = TextField(default="")

    withheld: Collection[str] = ()  # the wishes that do not exist for who looked it up

    # -- planning

    @classmethod
    def plan(cls, homes: Iterable[Place], why: str, due: date | None, *, by: User, note: str = "") -> list[Self]:
        """A round of calls, one a home, to be made by the end of that day. All of them or none."""
        note = said(note, field="plan_note", most=SHORT)
        homes = list({home.id: home for home in homes}.values())
        if not homes:
            raise Refused("household.none_chosen", field="homes")
        if len(homes) > MOST_AT_ONCE:
            raise Refused("household.too_many", field="homes", most=MOST_AT_ONCE)
        if not by.has_role(*TALK_TO_HOMES) or any(home.estate not in by.estates for home in homes):
            raise NotAllowed("not_for_you")
        if why not in WHYS:
            raise Refused("household.no_why", field="why")
        today = homes[0].estate.local(now()).date()
        if due is None or not today <= due <= today + FARTHEST:
            raise Refused("household.due", field="due", days=FARTHEST.days)
        with writing():
            return [cls._plan_one(home, why, due, note, by) for home in homes]

    @classmethod
    def _plan_one(cls, home: Place, why: str, due: date, note: str, by: User) -> Self:
        if home.kind != "home":
            raise Refused("household.no_home", field="homes", name=home.full_name)
        if cls.select().where(cls.home == home, cls.done_at.is_null()).exists():
            raise Refused("household.planned_already", field="homes", name=home.full_name)
        if contact_of(home, by=by) is None:
            raise Refused("household.no_phone", field="homes", name=home.full_name)
        at, estate = now(), home.estate
        call = cls.create(number=next_number("HF", estate.local(at).date()), home=home, why=why, note=note,
                          planned_by=by, planned_at=at, due_at=estate.utc(datetime.combine(due, time(23, 59))))
        Event.record(call.number, "plan_call", by=by, detail={"home": home.full_name, "why": why, "note": note})
        return call

    def drop(self, why: str, *, by: User) -> None:
        """It is not wanted any more."""
        why = said(why, field="drop_why", most=SHORT, needed=True)
        if not by.has_role(*TALK_TO_HOMES) or self.home.estate not in by.estates:
            raise NotAllowed("not_for_you")
        with writing():
            self.hold()
            self.say(outcome="dropped", done_at=now())
            Event.record(self.number, "drop_call", by=by, detail={"note": why})

    # -- looking up

    @classmethod
    def find(cls, id: int, *, by: User) -> Self:
        """NotFound when it is of no estate of theirs."""
        call = cls.select(cls, Place).join(Place).where(cls.id == id, Place.estate.in_(by.estates)).get_or_none()
        if call is None or not by.has_role(*TALK_TO_HOMES):
            raise NotFound("household.unknown")
        return call

    @classmethod
    def open_of(cls, estate: Estate) -> "ModelSelect[HouseholdCall]":
        """What is to be called, the first due first, with the homes in the same read."""
        return cls.select(cls, Place).join(Place).where(
            Place.estate == estate, cls.done_at.is_null()).order_by(cls.due_at, cls.id)

    @classmethod
    def of(cls, home: Place) -> "ModelSelect[HouseholdCall]":
        """Every one there was, the newest first."""
        return cls.select().where(cls.home == home).order_by(cls.id.desc())

    @property
    def wishes(self) -> dict[str, str]:
        return wishes_in(self)

    @property
    def scores(self) -> dict[str, int]:
        return scores_in(self, DIMENSIONS)

    @property
    def made(self) -> list[Any]:
        """The calls, with who made them in the same read."""
        attempts: Any = self.attempts  # type: ignore[attr-defined]
        return list(attempts.select(attempts.model, User).join(User).order_by(attempts.model.id))

    @property
    def policy(self) -> Policy:
        return Policy.of(self.home.estate)

    @property
    def next_call(self) -> NextCall:
        return NextCall(self.policy, [Made(one.outcome, one.at) for one in self.made], self.agreed_at)

    def check(self, by: User) -> None:
        """Raise why this person may not call now."""
        no = self.refusal(by)
        if no is not None:
            raise no

    def refusal(self, by: User) -> NotAllowed | Stale | None:
        """Why this person may not call now; None when they may."""
        if not by.has_role(*CALL_HOMES) or self.home.estate not in by.estates:
            return NotAllowed("household.not_a_caller")
        return Stale("household.done") if self.done_at is not None else None

    # -- the phone

    def reveal(self, reason: str, *, by: User) -> Owner:
        """Log the look at the number; the contact in full."""
        self.check(by)
        if reason not in REVEAL_REASONS:
            raise Refused("reveal.no_reason", field="reveal_reason")
        contact = contact_of(self.home, by=by)
        if contact is None:
            raise Refused("reveal.nobody", field="reveal_reason")
        with writing():
            Event.record(self.number, "reveal", by=by, detail={"reason": reason, "owner": contact.id})
        return contact

    def is_revealed(self, *, by: User) -> bool:
        """Has this person just logged a look at who is the contact now, so that the page may show them in full?"""
        contact = contact_of(self.home, by=by)
        looks = Event.select().where(Event.subject == self.number, Event.verb == "reveal", Event.by == by,
                                     Event.at > now() - SHOWN_FOR)
        return contact is not None and any(look.detail.get("owner") == contact.id for look in looks)

    # -- what follows from it

    @property
    def raised(self) -> dict[str, WorkOrder]:
        """The orders that came of it, by wish."""
        sequels: Any = self.sequels  # type: ignore[attr-defined]
        return {row.what: row.order for row in sequels.select(sequels.model, WorkOrder).join(WorkOrder)}

    # -- for the attempts

    def hold(self, *, done: bool = False) -> None:
        """Hold the row until the transaction ends, and be what it is now. Stale where it is not open (or not done)."""
        row: Any = HouseholdCall.select().where(HouseholdCall.id == self.id).dicts()
        for name, value in (row if is_sqlite() else row.for_update()).get().items():
            setattr(self, name, value)
        self._dirty.clear()  # type: ignore[attr-defined]  # as it is stored
        if (self.done_at is not None) != done:
            raise Stale("household.done" if not done else "household.still_open")

    def say(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.save()


def contact_of(home: Place, *, by: User) -> Owner | None:
    """Whom to call: who left a phone with the last order of that home.

    Who complained of this person or their department is not named to them by it.
    """
    return contacts_of([home], by=by).get(home.id)


def contacts_of(homes: list[Place], *, by: User) -> dict[int, Owner]:
    """The last contacts of homes, by the homes' numbers; those without one are not among them."""
    if not homes:
        return {}
    left = with_phones(by).select(WorkOrder.place, Owner).where(WorkOrder.place.in_([home.id for home in homes]))
    left = left.order_by(WorkOrder.id)
    return {order.__data__["place"]: order.owner for order in left if order.owner is not None}


def with_phones(by: User) -> "ModelSelect[WorkOrder]":
    """The orders whose reporter left a phone that may be named to this person."""
    return WorkOrder.select().join(Owner).where(
        Owner.phone != "", WorkOrder.id.not_in(Complaint.about_them(by)))


# One open call a home; the queue reads what is due first.
HouseholdCall.add_index(HouseholdCall.home, unique=True, where=HouseholdCall.done_at.is_null(),
                        name="household_call_open")
HouseholdCall.add_index(HouseholdCall.due_at, HouseholdCall.id, where=HouseholdCall.done_at.is_null(),
                        name="household_call_due")
