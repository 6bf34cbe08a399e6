"""The history is the outbox: events past the cursor become notifications and deliveries, and it moves with them."""
from collections import defaultdict
from typing import Any

from peewee import chunked

from models.base import rows, writing
from models.event import Event
from models.notification import of_patrols
from models.notification.audience import AUDIENCE, SETTLES, Staff, is_urgent
from models.notification.channel import Channel
from models.notification.delivery import Delivery
from models.notification.preference import Preference
from models.notification.record import Cursor, Notification
from models.place import Estate
from models.work_order import Complaint, WorkOrder

# Signals about a promise; and those of them that are about talking to an owner who was not content.
DUE = ("warn", "overdue", "escalate")
ABOUT_CONTACT = Event.detail_json.contains('"what":"recontact"')
BATCH = 100
ROWS = 500  # in one statement: a database takes some ten thousand values at once


def notify(*, batch: int = BATCH) -> int:
    """Tell of everything that has happened since the last time. How many events were read."""
    read = 0
    while count := _notify_of_next(batch):
        read += count
    return read


def _notify_of_next(batch: int) -> int:
    """Of the next batch. Everything is worked out before the transaction, which is short, and counts only if the cursor
    still stands where it was read: of two workers one makes the notifications, and a crash leaves all or nothing.
    """
    was = Cursor.at()
    events = list(Event.select().where(Event.id > was).order_by(Event.id).limit(batch))
    if not events:
        return 0
    numbers = {event.subject for event in events}
    orders = {order.number: order for order in WorkOrder.select().where(WorkOrder.number.in_(numbers))}
    happened = [(event, orders[event.subject]) for event in events if event.subject in orders]
    subjects = of_patrols.Subject.of(events)
    patrolled = [(event, subjects[event.subject]) for event in events
                 if event.verb in of_patrols.OF_PATROLS and event.subject in subjects]
    notifications = notifications_of(happened) + notifications_of_patrols(patrolled)
    deliveries = deliveries_of(happened) + deliveries_of_patrols(patrolled)
    with writing():
        if not Cursor.move(was, events[-1].id):
            return len(events)  # another worker was faster, and has told of them
        for some in chunked(notifications, ROWS):
            Notification.insert_many(some).on_conflict_ignore().execute()
        for some in chunked(deliveries, ROWS):
            Delivery.insert_many(some).on_conflict_ignore().execute()
        _settle(happened)
        for event in events:
            if event.verb in of_patrols.SETTLES:
                _read(event, Event.verb.in_(of_patrols.SETTLES[event.verb]))
    return len(events)


def notifications_of(happened: list[tuple[Event, WorkOrder]]) -> list[dict[str, Any]]:
    """Rows for everybody the table names who may see the order and has not switched that kind off."""
    estates = Estate.select().where(Estate.id.in_({_estate_of(order) for _, order in happened}))
    staff = {estate.id: Staff(estate) for estate in estates}
    told = [(event, order, staff[_estate_of(order)].audience(event, order)) for event, order in happened]
    orders_for: dict[int, set[int]] = defaultdict(set)
    for _, order, audience in told:
        for person in audience:
            orders_for[person].add(order.id)
    people = {id: user for one in staff.values() for id, user in one.people.items()}
    seen = {person: {id for (id,) in rows(
        WorkOrder.seen_by(people[person]).select(WorkOrder.id).where(WorkOrder.id.in_(ids)))}
        for person, ids in orders_for.items()}
    wishes = {wish.__data__["user"]: wish for wish in Preference.select().where(Preference.user.in_(list(orders_for)))}
    notifications = []
    for event, order, audience in told:
        urgent = is_urgent(event, order)
        for person in sorted(audience):
            wish = wishes.get(person) or Preference()
            if order.id in seen[person] and (urgent or wish.wants(AUDIENCE[event.verb].kind)):
                notifications.append({
                    "user": person, "event": event.id, "order": order.id, "urgent": urgent,
                    "visible_at": event.at if urgent else wish.heard_at(event.at, staff[_estate_of(order)].estate)})
    return notifications


def notifications_of_patrols(happened: list[tuple[Event, of_patrols.Subject]]) -> list[dict[str, Any]]:
    """Rows for everybody their table names, who has not switched the patrol off."""
    staff = {estate.id: Staff(estate) for estate in {subject.estate for _, subject in happened}}
    told = [(event, subject, of_patrols.audience(event, subject, staff[subject.estate.id]))
            for event, subject in happened]
    people = {person for _, _, audience in told for person in audience}
    wishes = {wish.__data__["user"]: wish for wish in Preference.select().where(Preference.user.in_(people))}
    notifications = []
    for event, subject, audience in told:
        urgent = of_patrols.is_urgent(event)
        for person in sorted(audience):
            wish = wishes.get(person) or Preference()
            if urgent or wish.wants(of_patrols.KIND):
                notifications.append({"user": person, "event": event.id, "order": None, "urgent": urgent,
                                      "visible_at": event.at if urgent else wish.heard_at(event.at, subject.estate)})
    return notifications


def deliveries_of_patrols(happened: list[tuple[Event, of_patrols.Subject]]) -> list[dict[str, Any]]:
    """One for each channel of the estate that is on and wants to hear of patrols."""
    estates = {subject.estate.id for _, subject in happened}
    channels = list(Channel.select().where(Channel.is_on, Channel.estate.in_(estates))) if estates else []
    return [{"channel": channel.id, "event": event.id, "order": None, "made_at": event.at, "due_at": event.at}
            for event, subject in happened if of_patrols.OF_PATROLS[event.verb].only(event)
            for channel in channels if channel.__data__["estate"] == subject.estate.id
            and channel.wants(of_patrols.KIND, urgent=of_patrols.is_urgent(event))]


def deliveries_of(happened: list[tuple[Event, WorkOrder]]) -> list[dict[str, Any]]:
    """One for each channel of the estate that is on and wants such an event.

    What is kept from some of the staff is said in no group: nobody knows who reads there.
    """
    channels: dict[int, list[Channel]] = defaultdict(list)
    for channel in Channel.select().where(Channel.is_on):
        channels[channel.__data__["estate"]].append(channel)
    hidden = hidden_among({order.id for _, order in happened})
    return [{"channel": channel.id, "event": event.id, "order": order.id, "made_at": event.at, "due_at": event.at}
            for event, order in happened if event.verb in AUDIENCE and AUDIENCE[event.verb].only(event, order)
            if order.id not in hidden
            for channel in channels[_estate_of(order)]
            if channel.wants(AUDIENCE[event.verb].kind, urgent=is_urgent(event, order))]


def _settle(happened: list[tuple[Event, WorkOrder]]) -> None:
    """Mark read what asks for nothing any more: whoever acts on an order has seen what they were told of it, and what
    one has done the others need not.
    """
    last = {(event.__data__["by"], order.id): event for event, order in happened if event.__data__["by"] is not None}
    people = {person for person, _ in last}
    unread = Notification.select(Notification.user, Notification.order).where(
        Notification.user.in_(people), Notification.read_at.is_null()).distinct()
    for person, order in rows(unread) if people else ():
        if (person, order) in last:
            event = last[person, order]
            Notification.update(read_at=event.at).where(
                Notification.user == person, Notification.order == order, Notification.event < event.id,
                Notification.read_at.is_null()).execute()
    for event, order in happened:
        if event.verb in SETTLES:
            _read(event, Event.verb.in_(SETTLES[event.verb]),
                  *((~ABOUT_CONTACT,) if event.verb == "finish" else ()))  # the owner is still to be talked to
        if event.verb in ("talk", "call") and order.recontact_due is None:
            _read(event, Event.verb.in_(DUE), ABOUT_CONTACT)


def _read(event: Event, *about: Any) -> None:
    """What was told before that event, and is of no use after it."""
    moot = Event.select(Event.id).where(Event.subject == event.subject, Event.id < event.id, *about)
    Notification.update(read_at=event.at).where(Notification.event.in_(moot), Notification.read_at.is_null()).execute()


def hidden_among(orders: set[int]) -> set[int]:
    """The complaints among these orders whose complainant is hidden."""
    hidden = Complaint.select(Complaint.order).where(Complaint.hidden, Complaint.order.in_(orders))
    return {id for (id,) in rows(hidden)}


def _estate_of(order: WorkOrder) -> int:
    return int(order.__data__["estate"])
