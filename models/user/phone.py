"""A phone that carries an outbox: when it was last heard of, and how much of each person's work it still holds."""
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect

from models.base import Record, now
from models.place import Estate
from models.user.record import Membership, User

FORGOTTEN_AFTER = timedelta(days=60)


class Phone(Record):
    """One person on one phone; several may share it. `code` is what the phone calls itself, a UUID.

    `waiting` items were not sent when it was last heard of, the first of them saved at `oldest_at`.
    """

    id = AutoField()
    code = CharField(max_length=36)
    user = ForeignKeyField(User, backref="phones")
    device = CharField(max_length=200, default="")
    waiting = IntegerField(default=0)
    oldest_at = DateTimeField(null=True)
    seen_at = DateTimeField()

    class Meta:
        indexes = ((("code", "user"), True),)

    @classmethod
    def tell(cls, code: str, user: User, *, device: str, waiting: int, oldest_at: datetime | None) -> None:
        """What a phone says it holds of a person's work. Told again, the last word counts."""
        row: dict[str, Any] = {"device": device[:200], "waiting": waiting, "seen_at": now(),
                               "oldest_at": oldest_at if waiting else None}
        cls.insert(code=code, user=user, **row).on_conflict(
            conflict_target=[cls.code, cls.user], update=row).execute()

    @classmethod
    def tell_no_other(cls, code: str, logins: "Iterable[str]") -> None:
        """Of anyone else that phone holds nothing any more."""
        named = User.select(User.id).where(User.login.in_(list(logins)))
        cls.update(waiting=0, oldest_at=None).where(
            cls.code == code, cls.waiting > 0, cls.user.not_in(named)).execute()

    @classmethod
    def of_staff(cls, estates: "Iterable[Estate]") -> "ModelSelect[Phone]":
        """Phones of the people of those estates: who holds something back first, then who was not heard of longest."""
        people = Membership.select(Membership.user).where(Membership.estate.in_(list(estates)))
        heard_of = (cls.seen_at > now() - FORGOTTEN_AFTER) | (cls.waiting > 0)
        return (cls.select(cls, User).join(User).where(cls.user.in_(people), heard_of)
                .order_by((cls.waiting > 0).desc(), cls.oldest_at, cls.seen_at))

    @property
    def age(self) -> str:
        """How long its oldest item has waited: "yellow" after 24 h, "red" after 72 h."""
        waited = now() - self.oldest_at if self.oldest_at else timedelta()
        return "red" if waited > timedelta(hours=72) else "yellow" if waited > timedelta(hours=24) else ""
