"""A notification: one event, told to one person, once."""
from datetime import datetime
from typing import Any

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
    Tuple,
)

from models.base import Record, now, rows
from models.errors import NotFound, Refused
from models.event import Event
from models.text import row_id
from models.user import User
from models.work_order import WorkOrder

PAGE = 25
MOST_COUNTED = 100  # a badge says 99+


class Cursor(Record):
    """How far the history has been read: the number of the last event that was."""

    name = CharField(max_length=16, primary_key=True)
    event = IntegerField()

    @classmethod
    def at(cls) -> int:
        found = rows(cls.select(cls.event).where(cls.name == "notices"))
        if not found:
            cls.insert(name="notices", event=0).on_conflict_ignore().execute()
        return int(found[0][0]) if found else cls.at()

    @classmethod
    def move(cls, was: int, to: int) -> bool:
        """Move it from where it was; False when another worker did so first."""
        return bool(cls.update(event=to).where(cls.name == "notices", cls.event == was).execute())

    @classmethod
    def begin_at(cls, event: int) -> None:
        """Leave everything up to that event untold: for a history that is there already."""
        cls.update(event=event).where(cls.name == "notices", cls.event == cls.at()).execute()


class Notification(Record):
    """Of an order, or of what its event's subject names where it has none. It counts, and is listed, from `visible_at`
    on: the event's time, or the end of the person's quiet hours.
    """

    id = AutoField()
    user = ForeignKeyField(User, backref="notifications", index=False)
    event = ForeignKeyField(Event, backref="notifications", index=False)
    order = ForeignKeyField(WorkOrder, null=True, backref="notifications", index=False)
    urgent = BooleanField(default=False)
    visible_at = DateTimeField()
    read_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("event", "user"), True), (("user", "visible_at", "id"), False))

    @classmethod
    def unread_count(cls, user: User) -> int:
        """How many wait for this person, counted to a hundred."""
        waiting = cls._unread(user).select(cls.id).limit(MOST_COUNTED)
        return int(waiting.count())

    @classmethod
    def page(cls, user: User, *, after: str = "") -> "tuple[list[Notification], str]":
        """Up to a page of what this person was told with event and order, newest first; next page's cursor or ""."""
        query = (
            cls.select(cls, Event, User, WorkOrder).join(Event).left_outer_join(User, on=Event.by == User.id)
            .switch(cls).left_outer_join(WorkOrder)
            .where(cls.user == user, cls.visible_at <= now())
            .order_by(cls.visible_at.desc(), cls.id.desc())
        )
        if after:
            query = query.where(Tuple(cls.visible_at, cls.id) < Tuple(*_place_in_list(after)))
        found = list(query.limit(PAGE + 1))
        last = found[PAGE - 1] if len(found) > PAGE else None
        return found[:PAGE], last.place if last else ""

    @property
    def place(self) -> str:
        """Where it stands in its person's list."""
        return f"{self.visible_at.isoformat()}~{self.id}"

    @classmethod
    def read_by(cls, id: int, user: User) -> str:
        """Mark it read. The number of what it leads to; "" for an order that is no longer this person's to see."""
        notification = cls.get_or_none(cls.id == id, cls.user == user, cls.visible_at <= now())
        if notification is None:
            raise NotFound("notification.unknown")
        cls.update(read_at=now()).where(cls.id == id, cls.read_at.is_null()).execute()
        order = notification.__data__["order"]
        if order is not None and not WorkOrder.seen_by(user).where(WorkOrder.id == order).exists():
            return ""
        return str(notification.event.subject)

    @classmethod
    def read_all(cls, user: User, *, newest: str = "") -> int:
        """Mark everything read, from the notification at that place on where one is named; how many there were."""
        query = cls._unread(user, cls.update(read_at=now()))
        if newest:
            query = query.where(Tuple(cls.visible_at, cls.id) <= Tuple(*_place_in_list(newest)))
        return int(query.execute())

    @classmethod
    def _unread(cls, user: User, query: Any = None) -> Any:
        return (query if query is not None else cls.select()).where(
            cls.user == user, cls.read_at.is_null(), cls.visible_at <= now())


def visible_orders(notifications: list[Notification], user: User) -> "ModelSelect[WorkOrder]":
    """Those of the notifications' orders that this person may still see."""
    orders = [order for one in notifications if (order := one.__data__["order"]) is not None]
    return WorkOrder.seen_by(user).where(WorkOrder.id.in_(orders))


def _place_in_list(cursor: str) -> tuple[datetime, int]:
    try:
        at, id = cursor.split("~")
        number = row_id(id)
        if number is None:
            raise ValueError(cursor)
        return datetime.fromisoformat(at), number
    except ValueError:
        raise Refused("list.bad_cursor") from None


# What the badge counts, on every page of everybody.
Notification.add_index(Notification.user, Notification.visible_at, where=Notification.read_at.is_null(),
                       name="notification_unread")
