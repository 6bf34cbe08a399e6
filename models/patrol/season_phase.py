"""The phase of a season: what is to be done before it, on alert and after, made into tasks when the time comes."""
from datetime import datetime, timedelta
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, IntegrityError, ModelSelect

from models.base import Record, now, writing
from models.errors import Refused, Stale
from models.event import Event
from models.notice import Notice
from models.patrol.season import DAY, Season, Span, begin_of, may_lead, span_in
from models.patrol.task import Task
from models.place import Estate
from models.user import User

GRACE = timedelta(minutes=30)  # after the time of a special task, in which a line is late and not yet missed
LONGEST = timedelta(days=30)  # an alert that holds longer is no alert
BY_HAND = 7  # days for what is prepared when nobody kept to the dates
ONCE_A_DAY = timedelta(days=1)


class SeasonPhase(Record):
    """A phase that was begun: `key` is the year of a phase by the calendar, else the moment somebody pressed.

    An alert holds from `at` to `until` or until somebody ended it; `rounds` of its tasks were made. `until` of the
    other phases is by when their task is to be done. `by` None: it began by the calendar.
    """

    id = AutoField()
    season = ForeignKeyField(Season, backref="phases", index=False)
    phase = CharField(max_length=8)
    key = CharField(max_length=24)
    by = ForeignKeyField(User, null=True, backref="season_phases")
    at = DateTimeField()
    until = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)
    ended_by = ForeignKeyField(User, null=True)
    rounds = IntegerField(default=0)
    notice = ForeignKeyField(Notice, null=True, backref="season_phases")

    class Meta:
        indexes = ((("season", "phase", "key"), True),)

    # -- before

    @classmethod
    def prepare(cls, season: Season, *, by: User) -> Self:
        """By hand, where the days for it went by: what is to be ready before the season, within a week. Once a year."""
        may_lead(season.estate, by)
        if not season.before_tasks or not season.before_from:
            raise Refused("season.nothing_before")
        span = season.prepares
        key = span.first.year if span else preparing_year(season)
        phase = cls._prepare(season, span or Span(season.today, season.today + BY_HAND * DAY), key, by=by)
        if phase is None:
            raise Stale("season.begun_already")
        return phase

    @classmethod
    def _prepare(cls, season: Season, span: Span, year: int, *, by: User | None) -> Self | None:
        starts = begin_of(season.estate, span.first) if by is None else now()
        ends = begin_of(season.estate, span.last + DAY)
        with writing():
            phase = cls._begin(season, "before", str(year), until=ends, by=by)
            if phase is None:
                return None
            phase.make_task(starts, ends)
            holds = season.runs or season.next_run or span
            phase.draft(season.notice_text, begin_of(season.estate, holds.last + DAY), by=by)
        return phase

    # -- on alert

    @classmethod
    def begin_alert(cls, season: Season, until: datetime | None, *, by: User) -> Self:
        """启动预警: the alert's tasks at once and again every so many hours, until then or until somebody ends it."""
        may_lead(season.estate, by)
        at = now()
        if not season.has_alert:
            raise Refused("season.no_alert")
        if until is None or not at < until <= at + LONGEST:
            raise Refused("season.alert_until", field="until", most=LONGEST.days)
        with writing():
            if not Season.update(alerted_at=at).where(Season.id == season.id, Season.alerted_at.is_null()).execute():
                raise Stale("season.alerted_already")
            season.alerted_at = at
            season._dirty.clear()  # type: ignore[attr-defined]  # written already, by the UPDATE
            phase = cls._begin(season, "alert", at.isoformat(timespec="milliseconds"), until=until, by=by)
            if phase is None:
                raise Stale("season.alerted_already")
            phase.make_round()
            phase.draft(season.alert_notice_text, until, by=by)
        return phase

    @classmethod
    def end_alert(cls, season: Season, *, by: User) -> None:
        """解除预警."""
        may_lead(season.estate, by)
        phase = cls.alert_of(season)
        if phase is None:
            raise Stale("season.alert_over")
        phase._end(by=by)

    def _end(self, *, by: User | None) -> None:
        at = now()
        with writing():
            if not SeasonPhase.update(ended_at=at, ended_by=by).where(
                    SeasonPhase.id == self.id, SeasonPhase.ended_at.is_null()).execute():
                raise Stale("season.alert_over")
            Season.update(alerted_at=None).where(Season.id == self.season).execute()
            Event.record(self.season.subject, "end_alert", by=by, via="" if by else "rule", detail={"key": self.key})
            if self.season.after_tasks:
                ends = at + timedelta(hours=self.season.after_within_h)
                after = SeasonPhase._begin(self.season, "after", self.key, until=ends, by=by)
                if after is not None:
                    after.make_task(at, ends)

    def make_round(self) -> bool:
        """The tasks of an alert, once for each span of hours that has begun. A round that went by while nothing ran is
        not made up for: what counts is how it is now.
        """
        every = timedelta(hours=self.season.alert_every_h)
        due = 1 + int((now() - self.at) / every) if every else 1
        with writing():
            if due <= self.rounds or not SeasonPhase.update(rounds=due).where(
                    SeasonPhase.id == self.id, SeasonPhase.rounds == self.rounds,
                    SeasonPhase.ended_at.is_null()).execute():
                return False
            self.rounds = due
            self._dirty.clear()  # type: ignore[attr-defined]  # written already, by the UPDATE
            starts = self.at + (due - 1) * every
            self.make_task(starts, min(self.holds_until, starts + (every or ONCE_A_DAY)))
        return True

    # -- what the worker does

    @classmethod
    def sweep(cls) -> int:
        """What begins or ends by the calendar and the clock; how much did. Doing it again does nothing."""
        seasons = Season.select().order_by(Season.id)
        return sum(cls._sweep_one(season) for season in seasons)

    @classmethod
    def _sweep_one(cls, season: Season) -> int:
        done = 0
        if season.before_tasks and (span := season.prepares) and not cls._is_there(season, "before", span.first.year):
            done += cls._prepare(season, span, span.first.year, by=None) is not None
        if season.after_tasks and not season.has_alert and (span := season.ended_lately) \
                and not cls._is_there(season, "after", span.first.year):
            done += cls._follow(season, span)
        if season.alerted_at is not None and (alert := cls.alert_of(season)) is not None:
            done += alert._go_on()
        return done

    @classmethod
    def _follow(cls, season: Season, span: Span) -> bool:
        """After a season that knows no alert."""
        starts = max(begin_of(season.estate, span.last + DAY), now() - DAY)
        ends = starts + timedelta(hours=season.after_within_h)
        with writing():
            phase = cls._begin(season, "after", str(span.first.year), until=ends, by=None)
            if phase is not None:
                phase.make_task(starts, ends)
        return phase is not None

    def _go_on(self) -> int:
        if self.holds_until > now():
            return self.make_round()
        try:
            self._end(by=None)
        except Stale:
            return 0  # somebody ended it this very moment
        return 1

    # -- reading

    @property
    def holds_until(self) -> datetime:
        return self.until or self.at + LONGEST

    @classmethod
    def alert_of(cls, season: Season) -> Self | None:
        """The alert that holds."""
        found = cls.get_or_none(cls.season == season, cls.phase == "alert", cls.ended_at.is_null())
        if found is not None:
            found.season = season
        return found

    @classmethod
    def alerts_of(cls, estate: Estate) -> "dict[int, SeasonPhase]":
        """The alerts that hold on an estate, by season."""
        held = cls.select().join(Season).where(
            Season.estate == estate, Season.alerted_at.is_null(False), cls.phase == "alert", cls.ended_at.is_null())
        return {alert.__data__["season"]: alert for alert in held}

    @classmethod
    def of(cls, season: Season, *, most: int = 20) -> "ModelSelect[SeasonPhase]":
        """What was begun, the latest first."""
        return cls.select(cls, User, Notice).left_outer_join(User, on=cls.by == User.id).switch(cls).left_outer_join(
            Notice, on=cls.notice == Notice.id).where(cls.season == season).order_by(
            cls.at.desc(), cls.id.desc()).limit(most)

    @classmethod
    def tasks_of(cls, season: Season, *, most: int = 30) -> "ModelSelect[Task]":
        """What was made of it, the latest first."""
        return Task.select(Task, User).left_outer_join(User, on=Task.officer == User.id).where(
            Task.season == season).order_by(Task.id.desc()).limit(most)

    # -- the parts of a phase, in the caller's transaction

    @classmethod
    def _begin(cls, season: Season, phase: str, key: str, *, until: datetime, by: User | None) -> Self | None:
        """None where it was begun already."""
        try:
            with writing():
                begun = cls.create(season=season, phase=phase, key=key, by=by, at=now(), until=until)
        except IntegrityError:
            return None
        verb = "begin_alert" if phase == "alert" else "begin_phase"
        Event.record(season.subject, verb, by=by, via="" if by else "rule", detail={
            "phase": phase, "key": key, "until": until})
        return begun

    def make_task(self, starts_at: datetime, ends_at: datetime) -> Task:
        """One task with a point for each line, for who is responsible."""
        season = self.season
        task = Task.begin(season.estate, season.name_of(self.phase), starts_at, ends_at, grace=GRACE, season=season,
                          officer=season.responsible)
        task.lay_out_lines(season.lines(self.phase))
        if season.responsible is not None:
            Event.record(task.number, "pass_on", by=None, via="rule", detail={
                "to": season.responsible.login, "name": season.responsible.name, "text": task.name})
        return task

    def draft(self, text: str, until: datetime, *, by: User | None) -> None:
        """The notice to owners, for somebody to read over and issue."""
        if text and until > now():
            self.notice = Notice.draft(self.season.estate, "season", text, starts_at=now(), ends_at=until, places=[],
                                       by=by if by and by.has_role("desk", "supervisor", "manager") else None)
            self.save()

    @classmethod
    def _is_there(cls, season: Season, phase: str, year: int) -> bool:
        return bool(cls.select().where(cls.season == season, cls.phase == phase, cls.key == str(year)).exists())


def preparing_year(season: Season) -> int:
    """In which the preparing began, or would have, of the season that runs or else of the next."""
    run = season.runs or season.next_run
    starts = [span_in(year, season.before_from, season.before_to).first
              for year in range(season.today.year - 1, season.today.year + 2)]
    if run is None:
        return min(day for day in starts if day > season.today).year
    return max(day for day in starts if day <= run.first).year
