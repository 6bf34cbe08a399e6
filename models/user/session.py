"""A signed-in device: a row that can be ended by itself. The browser holds the token, the row only its hash."""
import hashlib
import secrets
from datetime import timedelta
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, ModelSelect

from models.base import Record, now
from models.user.record import User

LASTS = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)


class Session(Record):
    id = AutoField()
    user = ForeignKeyField(User, backref="sessions")
    token_hash = CharField(max_length=64, unique=True)
    device = CharField(max_length=200, default="")
    address = CharField(max_length=45, default="")
    created_at = DateTimeField(default=now)
    seen_at = DateTimeField(default=now)
    ended_at = DateTimeField(null=True)

    @classmethod
    def begin(cls, user: User, *, device: str, address: str) -> tuple[Self, str]:
        """A new session and the token that opens it, which is told only here."""
        token = secrets.token_urlsafe(32)
        return cls.create(user=user, token_hash=_hash(token), device=device[:200], address=address[:45]), token

    @classmethod
    def opened_by(cls, token: str) -> Self | None:
        """The live session of that token, with its user, in one read; None when ended, stale or its user disabled."""
        return (
            cls.select(cls, User).join(User)
            .where(cls.token_hash == _hash(token), cls.ended_at.is_null(), cls.seen_at > now() - LASTS,
                   User.disabled_at.is_null())
            .get_or_none()
        )

    @classmethod
    def live_of(cls, user: User) -> "ModelSelect[Session]":
        return (cls.select().where(cls.user == user, cls.ended_at.is_null(), cls.seen_at > now() - LASTS)
                .order_by(cls.seen_at.desc()))

    def touch(self, *, address: str) -> None:
        """Note that it was used, at most every few minutes: a page view should not cost a write."""
        if now() - self.seen_at > SEEN_EVERY or address != self.address:
            self.seen_at = now()
            self.address = address[:45]
            self.save()

    def end(self) -> None:
        Session.update(ended_at=now()).where(Session.id == self.id, Session.ended_at.is_null()).execute()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
