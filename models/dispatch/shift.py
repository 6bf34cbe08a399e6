"""The shift (班次): who is on duty when. An estate without any shift that day keeps no roster that day."""
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Self

from peewee import AutoField, CharField, DateField, DateTimeField, ForeignKeyField

from models.base import Record, now, rows, writing
from models.errors import Refused
from models.place import Estate
from models.sla import TimeLimit
from models.sla.clock import OFFICE_HOURS
from models.user import Membership, RoleOf, User

DAY = timedelta(days=1)
WEEK = 7

# From when to when by the estate's own clock; whoever ends before they begin ends the next morning.
SHIFTS = {
    "day": (time(8), time(17)),
    "evening": (time(14), time(22)),
    "night": (time(20), time(8)),
    "leave": (time(0), time(0)),
}
ON_THE_ROSTER = ("technician", "patrol", "desk", "caller", "supervisor")


class Duty(NamedTuple):
    """Who is on duty at a moment. `kept` is false where the estate keeps no roster: then everybody counts as on duty.
    """

    kept: bool
    present: frozenset[int]
    night: frozenset[int]  # those of them who have the night's duty

    def has(self, user: int) -> bool:
        return not self.kept or user in self.present


class Shift(Record):
    """`day` is the estate's day on which it begins; times are naive UTC. Leave covers its day and is no duty."""

    id = AutoField()
    estate = ForeignKeyField(Estate, backref="shifts")
    user = ForeignKeyField(User, backref="shifts")
    day = DateField()
    kind = CharField(max_length=8)
    starts_at = DateTimeField()
    ends_at = DateTimeField()
    by = ForeignKeyField(User, backref="shifts_set")
    at = DateTimeField()

    class Meta:
        indexes = ((("estate", "day", "user"), True), (("estate", "ends_at"), False))

    @classmethod
    def put(cls, estate: Estate, user: User, day: date, kind: str, *, by: User) -> Self:
        """Set somebody's shift of a day, in the place of any other."""
        if kind not in SHIFTS:
            raise Refused("shift.no_kind", field="kind")
        if estate not in user.estates or not user.has_role(*ON_THE_ROSTER):
            raise Refused("shift.nobody", field="person")
        with writing():
            cls.clear(estate, user, day)
            starts_at, ends_at = hours_of(estate, day, kind)
            return cls.create(estate=estate, user=user, day=day, kind=kind, starts_at=starts_at, ends_at=ends_at,
                              by=by, at=now())

    @classmethod
    def clear(cls, estate: Estate, user: User, day: date) -> None:
        cls.delete().where(cls.estate == estate, cls.user == user, cls.day == day).execute()

    @classmethod
    def copy_week(cls, estate: Estate, monday: date, *, by: User) -> int:
        """Repeat the week before `monday` for whoever has no shift yet on the day; how many shifts were added."""
        before = monday - WEEK * DAY
        with writing():
            there = {(shift.__data__["user"], shift.day) for shift in cls.of_week(estate, monday)}
            here = {id for (id,) in rows(User.select(User.id).join(Membership).where(
                Membership.estate == estate, User.disabled_at.is_null()))}
            fresh = [shift for shift in cls.of_week(estate, before)
                     if (shift.__data__["user"], shift.day + WEEK * DAY) not in there
                     and shift.__data__["user"] in here]
            for shift in fresh:
                day = shift.day + WEEK * DAY
                starts_at, ends_at = hours_of(estate, day, shift.kind)
                cls.create(estate=estate, user=shift.__data__["user"], day=day, kind=shift.kind, starts_at=starts_at,
                           ends_at=ends_at, by=by, at=now())
        return len(fresh)

    @classmethod
    def of_week(cls, estate: Estate, monday: date) -> "list[Shift]":
        return list(cls.select().where(cls.estate == estate, cls.day >= monday, cls.day < monday + WEEK * DAY))

    @classmethod
    def duty(cls, estate: Estate, at: datetime) -> Duty:
        """Who is on duty at that moment, in one read."""
        today = estate.local(at).date()
        running = (cls.starts_at <= at) & (cls.ends_at > at)
        told = rows(cls.select(cls.user, cls.kind, running).where(
            cls.estate == estate, cls.day >= today - DAY, cls.day <= today, (cls.day == today) | running))
        present = frozenset(user for user, kind, is_now in told if is_now and kind != "leave")
        return Duty(bool(told), present, frozenset(user for user, kind, is_now in told if is_now and kind == "night"))

    @classmethod
    def workers(cls, estate: Estate) -> list[User]:
        """Everybody who takes work on the estate, those from outside too."""
        working = RoleOf.select(RoleOf.user).where(RoleOf.role.in_(("technician", "vendor")))
        return list(User.select().join(Membership).where(
            Membership.estate == estate, User.disabled_at.is_null(), User.id.in_(working)).order_by(User.id))

    @classmethod
    def staff(cls, estate: Estate) -> list[User]:
        """Whom the roster of the estate is for."""
        working = RoleOf.select(RoleOf.user).where(RoleOf.role.in_(ON_THE_ROSTER))
        return list(User.select().join(Membership).where(
            Membership.estate == estate, User.disabled_at.is_null(), User.id.in_(working)).order_by(User.id))


def hours_of(estate: Estate, day: date, kind: str) -> tuple[datetime, datetime]:
    """When a shift of that day begins and ends, naive UTC."""
    starts, ends = SHIFTS[kind]
    last = day if ends > starts else day + DAY
    return estate.utc(datetime.combine(day, starts)), estate.utc(datetime.combine(last, ends))


def ordinary_hours(estate: Estate) -> tuple[time, time]:
    """When the estate's ordinary day opens and closes: by the clock of an ordinary repair, else office hours."""
    try:
        clock = TimeLimit.standard(estate, "repair", "P2").counts()
    except Refused:
        return OFFICE_HOURS
    return (clock.opens, clock.closes) if clock.opens and clock.closes else OFFICE_HOURS


def is_night(estate: Estate, at: datetime) -> bool:
    """Between the closing and the opening of the ordinary day, by the estate's clock."""
    opens, closes = ordinary_hours(estate)
    return not opens <= estate.local(at).time() < closes
