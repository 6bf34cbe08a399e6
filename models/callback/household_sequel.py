"""What came of a call to a home: an order of its own for what they want, complain of or propose."""
from collections.abc import Iterable
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, rows, writing
from models.callback.household import HouseholdCall, contact_of
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.user import User
from models.work_order import WorkOrder
from models.work_order.care_note import TALK_TO_HOMES


class HouseholdSequel(Record):
    """`what`: which of the wishes. One a wish, so that nothing is reported twice."""

    id = AutoField()
    call = ForeignKeyField(HouseholdCall, backref="sequels")
    what = CharField(max_length=12)
    order = ForeignKeyField(WorkOrder, backref="household_sequels", unique=True)
    by = ForeignKeyField(User, backref="household_sequels")
    at = DateTimeField()

    class Meta:
        indexes = ((("call", "what"), True),)

    @classmethod
    def withhold(cls, calls: Iterable[HouseholdCall], *, by: User) -> None:
        """As `Sequel.withhold`: leave out what became a complaint that is kept from this person."""
        calls = [call for call in calls if call.wishes]
        kept = set(rows(cls.select(cls.call, cls.what).join(WorkOrder).where(
            cls.call.in_(calls), WorkOrder.kept_from(by)))) if calls else set()
        for call in calls:
            call.withheld = {what for id, what in kept if id == call.id}

    @classmethod
    def make(cls, call: HouseholdCall, what: str, *, by: User) -> Self:
        """A report in their own words, under the contact that was called, for the desk to register."""
        if not by.has_role(*TALK_TO_HOMES) or call.home.estate not in by.estates:
            raise NotAllowed("not_for_you")
        text = call.wishes.get(what, "")
        if not text:
            raise Refused("household.no_such_wish", field="wish")
        with writing():
            call.hold(done=True)
            if cls.select().where(cls.call == call, cls.what == what).exists():
                raise Stale("household.raised_already")
            contact = contact_of(call.home, by=by)
            order = WorkOrder.report(call.home, text, by=by, channel="phone", name=contact.name if contact else "",
                                     phone=contact.phone if contact else "")
            sequel = cls.create(call=call, what=what, order=order, by=by, at=now())
            Event.record(call.number, "raise_order", by=by, detail={"what": what, "order": order.number})
        return sequel
