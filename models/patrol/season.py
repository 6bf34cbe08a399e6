"""The season (季节专项): a theme with dates; special tasks before it, on alert and after, and the notice to owners."""
import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect, TextField

from models.base import Record, now, writing
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.place import Estate
from models.text import SHORT, said
from models.user import Membership, RoleOf, User

PHASES = ("before", "alert", "after")
LEAD = ("supervisor", "manager")  # who calls an alert, and writes what is to be done
CARRY_OUT = ("patrol", "technician", "supervisor")  # who may be responsible
MOST_LINES = 30
MOST_EVERY = 48  # hours
MOST_WITHIN = 30 * 24  # hours
SPELLED = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.ASCII)
DAY = timedelta(days=1)

NAMES = {"theme": 20, "before_name": 30, "alert_name": 30, "after_name": 30, "lead": 80}
SPANS = (("since", "until"), ("before_from", "before_to"))
LINES = {"before_tasks": "before_name", "alert_tasks": "alert_name", "after_tasks": "after_name"}
WORDS = ("notice_text", "alert_notice_text")


class Span(NamedTuple):
    """Days from the first to the last, both of them inside."""

    first: date
    last: date


class Season(Record):
    """Days are spelled "04-15" (month and day), "" where a phase has none. Tasks are lines of text, one a line; what a
    phase is called stands in the name of its task.

    `before_from` and `before_to`: when what is prepared is done; `until` is the season's last day, which may lie in the
    next year. `alerted_at` is since when an alert holds.
    """

    id = AutoField()
    estate = ForeignKeyField(Estate, backref="seasons")
    theme = CharField(max_length=40)
    since = CharField(max_length=5, default="")
    until = CharField(max_length=5, default="")
    before_from = CharField(max_length=5, default="")
    before_to = CharField(max_length=5, default="")
    before_name = CharField(max_length=30, default="")
    before_tasks = TextField(default="")
    alert_name = CharField(max_length=40, default="")
    alert_tasks = TextField(default="")
    alert_every_h = IntegerField(default=0)  # 0: once an alert
    after_name = CharField(max_length=30, default="")
    after_tasks = TextField(default="")
    after_within_h = IntegerField(default=24)
    notice_text = TextField(default="")
    alert_notice_text = TextField(default="")
    lead = CharField(max_length=80, default="")  # departments, separated by blanks
    responsible = ForeignKeyField(User, null=True, backref="seasons")
    alerted_at = DateTimeField(null=True)
    version = IntegerField(default=0)

    class Meta:
        indexes = ((("estate", "theme"), True),)

    @classmethod
    def put(cls, estate: Estate, facts: dict[str, str], responsible: User | None) -> Self:
        """A season as an import brings it, in the caller's transaction."""
        return cls.create(estate=estate, responsible=responsible, **checked(estate, facts, responsible))

    def change(self, facts: dict[str, str], responsible: User | None, *, by: User, version: int | None = None) -> None:
        """Other dates, tasks, words or another person, for phases that begin from now on.

        `version` is that of the season as it was read, where that is known.
        """
        may_lead(self.estate, by)
        columns = checked(self.estate, facts, responsible)
        if Season.select().where(Season.estate == self.estate, Season.theme == columns["theme"],
                                 Season.id != self.id).exists():
            raise Refused("season.theme_twice", field="theme")
        was = {name: self.__data__[name] for name in columns}
        with writing():
            changed = Season.update(**columns, responsible=responsible, version=Season.version + 1).where(
                Season.id == self.id, Season.version == (self.version if version is None else version)).execute()
            if not changed:
                raise Stale("season.changed_meanwhile")
            Event.record(self.subject, "change_season", by=by, detail={
                name: value for name, value in columns.items() if value != was[name]} | (
                {"responsible": responsible.name if responsible else ""}
                if (responsible and responsible.id) != self.__data__["responsible"] else {}))
        self.__data__.update(Season.get_by_id(self.id).__data__)
        self._dirty.clear()  # type: ignore[attr-defined]  # written already, by the UPDATE

    # -- looking up

    @classmethod
    def of(cls, estate: Estate) -> "ModelSelect[Season]":
        return cls.select(cls, User).left_outer_join(User).where(cls.estate == estate).order_by(cls.id)

    @classmethod
    def find(cls, id: int, *, by: User) -> Self:
        season = cls.get_or_none(cls.id == id, cls.estate.in_(by.estates))
        if season is None:
            raise NotFound("season.unknown")
        return season

    # -- the calendar

    @property
    def today(self) -> date:
        return self.estate.local(now()).date()

    @property
    def runs(self) -> Span | None:
        """The season that this day lies in."""
        return span_around(self.since, self.until, self.today)

    @property
    def next_run(self) -> Span | None:
        """The season that comes next, after the one that runs."""
        return span_after(self.since, self.until, self.today)

    @property
    def prepares(self) -> Span | None:
        """The days of preparing that this day lies in."""
        return span_around(self.before_from, self.before_to, self.today)

    @property
    def next_preparing(self) -> Span | None:
        return span_after(self.before_from, self.before_to, self.today)

    @property
    def ended_lately(self) -> Span | None:
        """The season that was over in the last days: what comes after it may still be begun."""
        lately = (span_around(self.since, self.until, self.today - n * DAY) for n in range(1, CATCH_UP + 1))
        return next((span for span in lately if span), None) if self.runs is None else None

    # -- reading

    @property
    def has_alert(self) -> bool:
        return bool(self.alert_tasks)

    def lines(self, phase: str) -> list[str]:
        return [line for line in str(self.__data__[f"{phase}_tasks"]).split("\n") if line]

    def name_of(self, phase: str) -> str:
        """What its task of that phase is called."""
        return f"{self.theme} {self.__data__[f'{phase}_name']}".strip()[:60]

    def allows(self, verb: str, *, by: User) -> bool:
        """May this person do that to it now?"""
        if not by.has_role(*LEAD) or self.estate not in by.estates:
            return False
        match verb:
            case "begin_alert":
                return self.has_alert and self.alerted_at is None
            case "end_alert":
                return self.alerted_at is not None
            case _:
                return True

    @property
    def subject(self) -> str:
        """What the history calls it."""
        return f"{self.estate.code[:12]}-J{self.id}"


CATCH_UP = 14  # days after a season's end in which its last tasks are still made, however long nothing ran


def may_lead(estate: Estate, by: User) -> None:
    if not by.has_role(*LEAD) or estate not in by.estates:
        raise NotAllowed("not_for_you")


def may_be_responsible(estate: Estate) -> list[User]:
    """Whom a season can be given: who walks, repairs or leads on that estate."""
    able = RoleOf.select(RoleOf.user).where(RoleOf.role.in_(CARRY_OUT))
    return list(User.select().join(Membership).where(
        Membership.estate == estate, User.disabled_at.is_null(), User.id.in_(able)).order_by(User.id))


def checked(estate: Estate, facts: dict[str, str], responsible: User | None) -> dict[str, Any]:
    """The columns that those words make. Refused where they make no season."""
    found: dict[str, Any] = {name: said(facts.get(name, ""), field=name, most=most, needed=name == "theme")
                             for name, most in NAMES.items()}
    for first, last in SPANS:
        found |= {first: spelled_day(facts.get(first, ""), first), last: spelled_day(facts.get(last, ""), last)}
        if bool(found[first]) != bool(found[last]):
            raise Refused("season.half_span", field=last if found[first] else first)
    for name, called in LINES.items():
        found[name] = "\n".join(lines_of(facts.get(name, ""), name))
        if found[name] and not found[called]:
            raise Refused("season.no_name", field=called)
    if found["before_tasks"] and not found["before_from"]:
        raise Refused("season.no_days", field="before_from")
    found |= {name: said(facts.get(name, ""), field=name) for name in WORDS}
    found["alert_every_h"] = number_in(facts.get("alert_every_h", "") or "0", "alert_every_h", 0, MOST_EVERY)
    found["after_within_h"] = number_in(facts.get("after_within_h", "") or "24", "after_within_h", 1, MOST_WITHIN)
    if responsible is not None and (estate not in responsible.estates or responsible.disabled_at is not None
                                    or not responsible.has_role(*CARRY_OUT)):
        raise Refused("season.not_able", field="responsible")
    return found


def spelled_day(text: str, field: str) -> str:
    """ "4/15", "4月15日" and "04-15" as "04-15"; 29 February is a day. Refused for what no calendar has."""
    text = said(text, field=field, most=20)
    if not text:
        return ""
    found = SPELLED.fullmatch(text)
    month, day = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2024, month)[1]:
        raise Refused("season.no_day", field=field)
    return f"{month:02}-{day:02}"


def lines_of(text: str, field: str) -> list[str]:
    lines = [said(line, field=field, most=SHORT) for line in re.split(r"[\r\n]+", text.replace("\x00", ""))]
    lines = list(dict.fromkeys(line for line in lines if line))
    if len(lines) > MOST_LINES:
        raise Refused("season.lines", field=field, most=MOST_LINES)
    return lines


def number_in(text: str, field: str, least: int, most: int) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and least <= int(text) <= most):
        raise Refused("season.hours", field=field, least=least, most=most)
    return int(text)


def span_in(year: int, first: str, last: str) -> Span:
    """The span that begins in that year. Without a 29 February it is the 28th."""
    begins = day_in_year(year, first)
    return Span(begins, day_in_year(year + (last < first), last))


def span_around(first: str, last: str, day: date) -> Span | None:
    """The span that day lies in."""
    if not first:
        return None
    spans = (span_in(year, first, last) for year in (day.year, day.year - 1))
    return next((span for span in spans if span.first <= day <= span.last), None)


def span_after(first: str, last: str, day: date) -> Span | None:
    """The next span that begins after that day."""
    if not first:
        return None
    spans = (span_in(year, first, last) for year in (day.year, day.year + 1))
    return next(span for span in spans if span.first > day)


def day_in_year(year: int, spelled: str) -> date:
    month, day = int(spelled[:2]), int(spelled[3:])
    return date(year, month, min(day, monthrange(year, month)[1]))


def begin_of(estate: Estate, day: date) -> datetime:
    """Midnight of the estate's, naive UTC."""
    return estate.utc(datetime(day.year, day.month, day.day))
