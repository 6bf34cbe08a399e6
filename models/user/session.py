"""A signed-in device: a row that can be ended by itself. The browser holds the token, the row only its hash."""
import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
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
    mark_hash = CharField(max_length=64, default="")  # of what the browser keeps after signing out
    created_at = DateTimeField(default=now)
    seen_at = DateTimeField(default=now)
    ended_at = DateTimeField(null=True)

    @classmethod
    def begin(cls, user: User, *, device: str, address: str, mark: str = "") -> tuple[Self, str]:
        """A new session and the token that opens it, which is told only here. `mark`: what tells the browser again."""
        token = secrets.token_urlsafe(32)
        session = cls.create(user=user, token_hash=_hash(token), device=device[:200], address=address[:45],
                             mark_hash=_hash(mark) if mark else "")
        Sighting.note(session)
        return session, token

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

    @classmethod
    def is_of_staff(cls, mark: str) -> bool:
        """Has anybody of the staff ever signed in with the browser of that mark?"""
        return cls.select().where(cls.mark_hash == _hash(mark), cls.mark_hash != "").exists()

    def touch(self, *, address: str) -> None:
        """Note that it was used, at most every few minutes: a page view should not cost a write."""
        if now() - self.seen_at > SEEN_EVERY or address[:45] != self.address:
            self.seen_at = now()
            self.address = address[:45]
            self.save()
            Sighting.note(self)

    def end(self) -> None:
        Session.update(ended_at=now()).where(Session.id == self.id, Session.ended_at.is_null()).execute()


Session.add_index(Session.mark_hash, where=Session.mark_hash != "", name="session_mark")


class Sighting(Record):
    """From which networks a device was used, and when last."""

    id = AutoField()
    session = ForeignKeyField(Session, backref="sightings")
    network = CharField(max_length=45, index=True)
    at = DateTimeField()

    class Meta:
        indexes = ((("session", "network"), True),)

    @classmethod
    def note(cls, session: Session) -> None:
        row = {"session": session, "network": network_of(session.address), "at": now()}
        cls.insert(row).on_conflict(conflict_target=[cls.session, cls.network], update={cls.at: now()}).execute()

    @classmethod
    def of_any(cls, people: Iterable[int], address: str, since: datetime) -> bool:
        """Did any of these people use the app from that network since then?"""
        return (cls.select().join(Session).where(
            cls.network == network_of(address), cls.at > since, Session.user.in_(list(people))).exists())


def network_of(address: str) -> str:
    """An IPv4 address as it is; of an IPv6 address the /64, within which one phone changes all the time."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 6 and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)  # how a server that listens on both sees it
    if found.version == 6:
        return str(ip_network((found, 64), strict=False))
    return address


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
