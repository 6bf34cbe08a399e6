"""The history: append-only events, chained by hash, each written in the transaction of its change."""
import hashlib
import json
import re
from datetime import datetime, timedelta
from typing import Any, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, ModelSelect, TextField

from models.base import Record, now, rows
from models.text import row_id
from models.user import User

FIRST = "0" * 64
LATE = timedelta(hours=1)
RECEIPT = re.compile(r"[0-9]{1,9}-[0-9a-f]{4}")


class Event(Record):
    """`subject` is the number of what it happened to; `was` and `became` its state before and after (equal for facts).

    `hash` is SHA-256 of the previous event's hash followed by this event's canonical JSON.
    """

    id = AutoField()
    subject = CharField(max_length=24)
    verb = CharField(max_length=20)
    by = ForeignKeyField(User, null=True, backref="events")
    via = CharField(max_length=8)
    at = DateTimeField()
    was = CharField(max_length=12, null=True)
    became = CharField(max_length=12, null=True)
    detail_json = TextField(default="{}")
    previous = CharField(max_length=64)
    hash = CharField(max_length=64)

    class Meta:
        indexes = ((("subject", "id"), False),)

    @classmethod
    def record(
        cls, subject: str, verb: str, *, by: User | None, was: str | None = None, became: str | None = None,
        at: datetime | None = None, detail: dict[str, object] | None = None, via: str = "",
    ) -> Self:
        """Append one event, inside its change's transaction.

        Without a person it came through the owner's own page, or by a rule where `via` says so.
        """
        event = cls(
            subject=subject, verb=verb, by=by, via=via or ("staff" if by else "owner"), at=at or now(),
            was=was, became=became, detail_json=canonical(detail or {}), previous=cls._last_hash(),
        )
        event.hash = event.hash_now()
        event.save()
        return event

    @classmethod
    def _last_hash(cls) -> str:
        last = rows(cls.select(cls.hash).order_by(cls.id.desc()).limit(1))
        return str(last[0][0]) if last else FIRST

    @classmethod
    def about(cls, subject: str) -> "ModelSelect[Event]":
        """The story of one thing, oldest first, with the people in the same read."""
        return cls.select(cls, User).left_outer_join(User).where(cls.subject == subject).order_by(cls.id)

    @classmethod
    def receipt(cls, subject: str | None) -> str:
        """The last event about that thing, else of all: its number and the beginning of its hash, to be read out."""
        events = cls.select(cls.id, cls.hash).order_by(cls.id.desc()).limit(1)
        [(number, hash)] = rows(events.where(cls.subject == subject) if subject else events)
        return f"{number}-{hash[:4]}"

    @classmethod
    def subject_of(cls, receipt: str) -> "ModelSelect[Event]":
        """What the event of that receipt is about, as a query; empty when there is no such event."""
        number, beginning = receipt.split("-")
        return cls.select(cls.subject).where(cls.id == row_id(number), cls.hash.startswith(beginning))

    @property
    def detail(self) -> dict[str, Any]:
        return dict(json.loads(self.detail_json))

    @property
    def captured_at(self) -> datetime | None:
        """When it was done by the phone's clock, for what waited in an outbox."""
        said = self.detail.get("captured_at")
        return datetime.fromisoformat(said) if said else None

    @property
    def waited(self) -> float:
        """Seconds from being done to being received, by the phone's own clock where that is wrong."""
        off = timedelta(seconds=self.detail.get("clock_off", 0))
        return (self.at + off - self.captured_at).total_seconds() if self.captured_at else 0.0

    @property
    def is_late(self) -> bool:
        return self.waited > LATE.total_seconds()

    def hash_now(self) -> str:
        """The hash this row ought to carry."""
        content = canonical({
            "subject": self.subject, "verb": self.verb, "by": self.__data__["by"], "via": self.via,
            "at": self.at.isoformat(), "was": self.was, "became": self.became,
            "detail": json.loads(self.detail_json),
        })
        return hashlib.sha256((self.previous + content).encode()).hexdigest()

    @classmethod
    def first_broken(cls) -> "Event | None":
        """The first event whose hash or link does not hold; None when the whole chain does."""
        previous = FIRST
        event: Event
        for event in cls.select().order_by(cls.id).iterator():
            if event.previous != previous or event.hash != event.hash_now():
                return event
            previous = event.hash
        return None


def canonical(value: object) -> str:
    """One text for one value: keys sorted, no spaces, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
