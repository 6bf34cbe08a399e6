"""What a person wants to be told of, and when not. Without a row: everything, at once."""
import re
from datetime import datetime, time, timedelta
from typing import Self

from peewee import AutoField, CharField, ForeignKeyField

from models.base import Record, writing
from models.errors import Refused
from models.notification.audience import KINDS
from models.place import Estate
from models.user import User

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Preference(Record):
    """`off`: kinds with commas. Quiet hours are times of day on the estate's clock, over midnight where they end
    before they begin. Emergencies and escalations heed neither.
    """

    id = AutoField()
    user = ForeignKeyField(User, unique=True, backref="preferences")
    off = CharField(max_length=100, default="")
    quiet_from = CharField(max_length=5, default="")
    quiet_to = CharField(max_length=5, default="")

    @classmethod
    def of(cls, user: User) -> Self:
        return cls.get_or_none(cls.user == user) or cls(user=user)

    @classmethod
    def state(cls, *, by: User, wanted: list[str], quiet_from: str = "", quiet_to: str = "") -> None:
        """Set what this person wants: the kinds, and the hours of quiet or none."""
        if bool(quiet_from) != bool(quiet_to):
            raise Refused("notification.quiet_half", field="quiet_to" if quiet_from else "quiet_from")
        for field, said in (("quiet_from", quiet_from), ("quiet_to", quiet_to)):
            if said and not CLOCK.fullmatch(said):
                raise Refused("notification.quiet_time", field=field)
        if quiet_from and quiet_from == quiet_to:
            raise Refused("notification.quiet_always", field="quiet_to")
        if not set(wanted) <= set(KINDS):
            raise Refused("notification.kind", field="kinds")
        off = ",".join(kind for kind in KINDS if kind not in wanted)
        changed = {"off": off, "quiet_from": quiet_from, "quiet_to": quiet_to}
        with writing():
            cls.insert(user=by, **changed).on_conflict(conflict_target=[cls.user], update=changed).execute()

    def wants(self, kind: str) -> bool:
        return kind not in self.off.split(",")

    def heard_at(self, at: datetime, estate: Estate) -> datetime:
        """When a message of that moment (naive UTC) is heard: at once, or when the quiet hours it falls into end."""
        if not self.quiet_from or not self.quiet_to:
            return at
        begin, end = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_to)
        local = estate.local(at).replace(tzinfo=None)
        over_midnight = begin > end
        is_quiet = (local.time() >= begin or local.time() < end) if over_midnight else begin <= local.time() < end
        if not is_quiet:
            return at
        day = local.date() + timedelta(days=over_midnight and local.time() >= begin)
        return estate.utc(datetime.combine(day, end))
