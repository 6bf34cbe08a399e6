"""The plan (计划): which route is walked, or which upkeep is done, in which rhythm; it makes its tasks ahead."""
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self

from peewee import (
    AutoField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from models.base import Record, now, writing
from models.dispatch import Category
from models.errors import DomainError, NotFound, Refused, Stale
from models.event import Event
from models.patrol.point import may_plan
from models.patrol.rhythm import (
    DAY,
    DAY_KINDS,
    MOST_DAYS,
    RHYTHMS,
    Rhythm,
    numbers_in,
    spelled,
    window_on,
    windows_of,
)
from models.patrol.route import Route
from models.place import Estate, Place
from models.text import said
from models.user import User
from models.work_order.number import next_number

KINDS = ("patrol", "upkeep")
AHEAD = 7  # days for which walks are made beforehand
UPKEEP_AHEAD = 0  # an order is made on the day it is wanted, or its limits would run before anybody could begin
WHO = ("grid", "duty")  # who walks: the grid's officer or deputy, or whoever of the patrol is on duty
MOST_GRACE = 240  # minutes


class Terms(NamedTuple):
    """What a plan says, as somebody wrote it. `weekdays` and `days` are numbers, `windows` spans of hours, each
    separated by commas. A patrol has a route; upkeep (计划) has category, place and text of its work orders.
    """

    name: str
    starts_on: date | None
    ends_on: date | None = None
    rhythm: str = "daily"
    every: int = 1
    weekdays: str = ""
    days: str = ""
    day_kind: str = "all"
    windows: str = "08:00-10:00"
    grace_min: int = 15
    who: str = "grid"
    route: Route | None = None
    category: Category | None = None
    place: Place | None = None
    text: str = ""


class Plan(Record):
    """`made_until`: the last day for which its tasks are made; `failed_at`: since when they cannot be, for the code of
    a refusal in `failure`. `grace_min`: how long after a window a point is late and
    not yet missed. Windows that began before the plan was last changed are as they were then.
    """

    id = AutoField()
    number = CharField(max_length=24, unique=True)
    estate = ForeignKeyField(Estate, backref="plans")
    kind = CharField(max_length=8)
    name = CharField(max_length=60)
    route = ForeignKeyField(Route, null=True, backref="plans")
    category = ForeignKeyField(Category, null=True, backref="plans")
    place = ForeignKeyField(Place, null=True, backref="plans")
    text = TextField(default="")
    rhythm = CharField(max_length=8)
    every = IntegerField(default=1)
    weekdays = CharField(max_length=20, default="")
    days = CharField(max_length=100, default="")
    day_kind = CharField(max_length=8, default="all")
    windows = CharField(max_length=300)
    grace_min = IntegerField(default=15)
    who = CharField(max_length=8, default="grid")
    starts_on = DateField()
    ends_on = DateField(null=True)
    by = ForeignKeyField(User, backref="plans")
    at = DateTimeField()
    changed_at = DateTimeField()
    made_until = DateField(null=True, index=True)
    stopped_at = DateTimeField(null=True)
    failed_at = DateTimeField(null=True)
    failure = CharField(max_length=40, default="")

    @classmethod
    def make(cls, estate: Estate, kind: str, terms: Terms, *, by: User) -> Self:
        may_plan(estate, by)
        if kind not in KINDS:
            raise Refused("plan.no_kind", field="kind")
        facts = checked(estate, kind, terms)
        at = now()
        with writing():
            plan = cls.create(number=next_number("JH", estate.local(at).date()), estate=estate, kind=kind, by=by,
                              at=at, changed_at=at, **facts)
            Event.record(plan.number, "make_plan", by=by, detail=told_of(facts))
            plan.make_tasks()
        return plan

    def change(self, terms: Terms, *, by: User, seen: str = "") -> int:
        """Other terms from now on: walks to come that have not begun are made anew. How many were taken back.

        `seen` is the `stamp` of the plan as it was read, where that is known.
        """
        may_plan(self.estate, by)
        if seen and seen != self.stamp:
            raise Stale("plan.changed_meanwhile")
        facts = checked(self.estate, self.kind, terms)
        with writing():
            self._catch_up()
            self._change("change_plan", by=by, detail=told_of(facts), failed_at=None, failure="", **facts)
            return self._renew()

    def stop(self, *, by: User) -> int:
        """停用: nothing more is made by it, and what has not begun is taken back."""
        may_plan(self.estate, by)
        with writing():
            self._catch_up()
            self._change("stop_plan", by=by, stopped_at=now())
            return self._take_back(keep=set())

    def _catch_up(self) -> None:
        """Make by the terms as they were what nobody made for days; what they cannot make is why they are changed."""
        with suppress(DomainError):
            self.make_tasks()

    def _change(self, verb: str, *, by: User, detail: dict[str, object] | None = None, **changes: Any) -> None:
        changes["changed_at"] = now()
        changed = Plan.update(**changes).where(
            Plan.id == self.id, Plan.stopped_at.is_null(), Plan.changed_at == self.changed_at).execute()
        if not changed:
            raise Stale("plan.changed_meanwhile")
        for name, value in changes.items():
            setattr(self, name, value)
        self._dirty.clear()  # type: ignore[attr-defined]  # written already, by the UPDATE
        Event.record(self.number, verb, by=by, detail=detail)

    # -- its tasks

    def make_tasks(self) -> int:
        """Make what is not made yet, up to the days ahead; how many. Doing it again, or twice at once, makes none."""
        until = self._horizon()
        if self.reaches(until):
            return 0
        with writing():
            plan = Plan.get_by_id(self.id)
            if plan.stopped_at is not None or plan.reaches(until):
                return 0
            first = plan.made_until + DAY if plan.made_until else plan.estate.local(plan.changed_at).date()
            made = int(self._tasks.insert_for(plan, plan.windows_between(first, until)))
            Plan.update(made_until=until).where(Plan.id == plan.id).execute()
            self.made_until = until
        return made

    @classmethod
    def make_due(cls) -> int:
        """The worker's part: every plan whose tasks do not reach far enough ahead."""
        behind = cls.select(cls, Estate).join(Estate).where(cls.stopped_at.is_null(), cls.made_until.is_null()
                                    | (cls.made_until < now().date() + (AHEAD + 1) * DAY))
        return sum(plan.make_or_tell() for plan in behind)

    def make_or_tell(self) -> int:
        """As `make_tasks`; what cannot be made, such as an order of a retired category, is told once and stops nobody.
        """
        try:
            made = self.make_tasks()
        except DomainError as refusal:
            with writing():
                failed = Plan.update(failed_at=now(), failure=refusal.code).where(
                    Plan.id == self.id, Plan.failed_at.is_null()).execute()
                if failed:
                    Event.record(self.number, "plan_failed", by=None, via="rule", detail={"failure": refusal.code})
            return 0
        if self.failed_at is not None:
            Plan.update(failed_at=None, failure="").where(Plan.id == self.id).execute()
        return made

    def windows_between(self, first: date, last: date) -> list[tuple[datetime, datetime]]:
        """Begin and end of every window on those days, naive UTC, but for those that began before it was last changed.
        """
        rhythm, windows = self.rhythm_of_days, windows_of(self.windows)
        days = (first + n * DAY for n in range((last - first).days + 1))
        spans = (window_on(self.estate, day, *window) for day in days if rhythm.falls_on(day) for window in windows)
        return [(start, end) for start, end in spans if start > self.changed_at]

    def _renew(self) -> int:
        """After a change: what was made ahead and is not wanted any more goes, what is wanted now comes."""
        today = self.estate.local(self.changed_at).date()
        first = today
        if self.kind == "upkeep" and self._tasks.is_made_on(self, today):
            first += DAY  # today's order is made already, whatever the hour it was wanted at
        wanted = self.windows_between(first, max(self.made_until or today, self._horizon()))
        gone = self._take_back(keep={start for start, _ in wanted})
        self._tasks.insert_for(self, wanted)
        self._tasks.renew_for(self, wanted)
        Plan.update(made_until=max(self.made_until or today, self._horizon())).where(Plan.id == self.id).execute()
        return gone

    def _take_back(self, *, keep: set[datetime]) -> int:
        return int(self._tasks.take_back(self, after=now(), keep=keep))

    def reaches(self, day: date) -> bool:
        return self.made_until is not None and self.made_until >= day

    def _horizon(self) -> date:
        return self.estate.local(now()).date() + (AHEAD if self.kind == "patrol" else UPKEEP_AHEAD) * DAY

    @property
    def _tasks(self) -> Any:
        """The class of its tasks, which import this module."""
        return self.tasks.model  # type: ignore[attr-defined]

    # -- reading

    @property
    def rhythm_of_days(self) -> Rhythm:
        return Rhythm(self.rhythm, self.starts_on, self.ends_on, self.every, numbers_in(self.weekdays, 7),
                      numbers_in(self.days, 31), self.day_kind)

    @property
    def stamp(self) -> str:
        """By which of two who change it at once the second is known."""
        return str(self.changed_at.isoformat())

    @property
    def grace(self) -> timedelta:
        return timedelta(minutes=self.grace_min)

    @classmethod
    def numbered(cls, number: str, *, by: User) -> Self:
        found = cls.get_or_none(cls.number == number, cls.estate.in_(by.estates))
        if found is None:
            raise NotFound("plan.unknown")
        return found


def checked(estate: Estate, kind: str, terms: Terms) -> dict[str, Any]:
    """The columns that those terms make. Refused where they make no plan."""
    facts = terms._asdict()
    facts["name"] = said(terms.name, field="name", most=60, needed=True)
    if terms.rhythm not in RHYTHMS:
        raise Refused("plan.no_rhythm", field="rhythm")
    if terms.day_kind not in DAY_KINDS:
        raise Refused("plan.no_day_kind", field="day_kind")
    if terms.who not in WHO:
        raise Refused("plan.no_who", field="who")
    if terms.starts_on is None:
        raise Refused("plan.no_start", field="starts_on")
    if terms.ends_on is not None and terms.ends_on < terms.starts_on:
        raise Refused("plan.ends_first", field="ends_on")
    if not 1 <= terms.every <= MOST_DAYS:
        raise Refused("plan.every", field="every", most=MOST_DAYS)
    if not 0 <= terms.grace_min <= MOST_GRACE:
        raise Refused("plan.grace", field="grace_min", most=MOST_GRACE)
    weekdays, days = numbers_in(terms.weekdays, 7), numbers_in(terms.days, 31)
    if terms.rhythm == "weekly" and not weekdays:
        raise Refused("plan.no_weekday", field="weekdays")
    if terms.rhythm == "monthly" and not days:
        raise Refused("plan.no_day", field="days")
    facts |= {"weekdays": ",".join(map(str, sorted(weekdays))), "days": ",".join(map(str, sorted(days))),
              "windows": spelled(windows_of(terms.windows))}
    if kind == "patrol":
        if terms.route is None or terms.route.__data__["estate"] != estate.id:
            raise Refused("plan.no_route", field="route")
        return {**facts, "category": None, "place": None, "text": ""}
    facts["text"] = said(terms.text, field="text", needed=True)
    if terms.category is None or terms.category.__data__["estate"] != estate.id:
        raise Refused("category.missing", field="category")
    if terms.place is None or terms.place.__data__["estate"] != estate.id:
        raise Refused("place.missing", field="place")
    return {**facts, "route": None}


def told_of(facts: dict[str, Any]) -> dict[str, object]:
    """As the history says it."""
    return {name: getattr(value, "name", value) for name, value in facts.items() if value not in (None, "")}
