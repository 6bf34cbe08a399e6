"""The visit (巡查点次): one point of one walk, what was found normal or not there, and when."""
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    FloatField,
    ForeignKeyField,
    IntegerField,
)

from models.base import Record, now, writing
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import LATE, Event
from models.patrol.check_item import ANSWERS, CheckItem
from models.patrol.point import Point
from models.patrol.task import Task
from models.place import Estate, Place
from models.text import SHORT, said
from models.user import User

STATES = ("waiting", "normal", "abnormal", "early", "late", "missed", "made_up")  # 异常 goes before 早到, 迟到, 补检
FLAGS = ("no_code", "old_code", "impossible", "same_photo", "clock_off", "late_sent", "no_finding", "all_na")
EARLIEST = timedelta(hours=2)  # before its window begins; sooner it belongs to another walk
NO_TIME = timedelta(seconds=60)  # between two visits of one point
NO_WAY = timedelta(seconds=10)  # between two points, for one person
LATELY = 400  # visits of a point, with those laid out ahead, among which the one before is looked for
# As gauges are read out: 36.5 or 36,5; what has three digits behind a comma may be thousands and is asked again.
FIGURE = re.compile(r"[-+−]?\d{1,9}(?:\.\d{1,6}|,\d{1,2})?", re.ASCII)


class Said(NamedTuple):
    """What an officer says of an item: normal, abnormal or na, and the figure of a reading as it was typed."""

    answer: str
    reading: str = ""


class Visit(Record):
    """`done_at`: when it was done, by the phone's clock as far as that is right; `received_at`: when we heard of it.

    `timing` is "" while nobody was there, else on_time, early, late or made_up, or missed once the worker found it so.
    A line of a season's task has a `title` and no point. `flags` are codes joined by commas.
    """

    id = AutoField()
    task = ForeignKeyField(Task, backref="visits", index=False)
    point = ForeignKeyField(Point, null=True, backref="visits", index=False)
    position = IntegerField()
    title = CharField(max_length=SHORT, default="")
    timing = CharField(max_length=8, default="")
    is_abnormal = BooleanField(default=False)
    done_at = DateTimeField(null=True)
    received_at = DateTimeField(null=True)
    missed_at = DateTimeField(null=True)
    by = ForeignKeyField(User, null=True, backref="visits", index=False)
    proof = CharField(max_length=8, default="")
    reason = CharField(max_length=SHORT, default="")
    note = CharField(max_length=SHORT, default="")
    flags = CharField(max_length=80, default="")

    class Meta:
        indexes = ((("task", "position"), True), (("point", "id"), False), (("by", "done_at"), False))

    @classmethod
    def find(cls, id: int, *, by: User) -> Self:
        """Looked up through its walk: NotFound when that is not theirs to see."""
        visit = cls.get_or_none(cls.id == id)
        if visit is None or not visit.is_seen_by(by):
            raise NotFound("visit.unknown")
        return visit

    @classmethod
    def at_point(cls, point: Point, *, by: User) -> "Visit | None":
        """The visit that this person would be making at that point now: the one not yet made whose window is nearest,
        of today's walks, those they missed among them; None where no walk of theirs leads there.
        """
        day = now() - timedelta(hours=24)
        found = cls.select(cls, Task).join(Task).where(
            cls.point == point, cls.done_at.is_null(), Task.starts_at > day,
            Task.starts_at < now() + EARLIEST).order_by(Task.starts_at, cls.id)
        # One's own walk goes before one that somebody stands in for.
        open_ = [visit for visit in found if visit.task.is_for(by)]
        open_ = [visit for visit in open_ if visit.task.__data__["officer"] == by.id] or open_
        current = [visit for visit in open_ if visit.timing == ""]
        return next(iter(current or open_[-1:]), None)

    @classmethod
    def of_tasks(cls, tasks: list[Task]) -> "dict[int, list[Visit]]":
        """The points of some walks in their order, by walk, in one read."""
        found: dict[int, list[Visit]] = {task.id: [] for task in tasks}
        for visit in cls.select(cls, Point, User).left_outer_join(Point).switch(cls).left_outer_join(
                User, on=cls.by == User.id).where(cls.task.in_(list(found))).order_by(cls.task, cls.position):
            found[visit.__data__["task"]].append(visit)
        return found

    @classmethod
    def are_begun(cls, task: Task) -> bool:
        """Has anybody shown, found or checked something at a point of that walk?"""
        of_task = cls.select(cls.id).where(cls.task == task)
        finding, evidence = cls.findings.rel_model, cls.evidence.rel_model  # type: ignore[attr-defined]
        return bool(of_task.where(cls.done_at.is_null(False)).exists()
                    or finding.select().where(finding.visit.in_(of_task)).exists()
                    or evidence.select().where(evidence.visit.in_(of_task)).exists())

    def next_on_the_way(self) -> "Visit | None":
        """The point to go to from here: the next of the walk that nobody was at, else the first such."""
        left = list(Visit.select(Visit, Point).left_outer_join(Point).where(
            Visit.task == self.__data__["task"], Visit.done_at.is_null(), Visit.id != self.id).order_by(Visit.position))
        return next((one for one in left if one.position > self.position), next(iter(left), None))

    def is_seen_by(self, user: User) -> bool:
        return self.task.is_seen_by(user)

    def welcome(self, by: User) -> None:
        """Raise unless this person may be at its point: for what they send as evidence, however late."""
        if not self.task.is_for(by) and not self.task.was_walked_by(by):
            raise NotAllowed("visit.not_yours")

    def tell_photo(self, photo: Any, *, by: User) -> None:
        """The event of one of its photos, in the transaction that keeps it."""
        Event.record(self.task.number, "photo", by=by, detail={
            **photo.told, "position": self.position, "name": self.name})

    # -- the one verb

    def check(
        self, answers: Mapping[str, Said], *, by: User, code: str = "", reason: str = "", note: str = "",
        told: Mapping[str, object] = {}, answer: str = "",
    ) -> None:
        """巡检: every item of the point answered, by item code, with what proves that somebody stood there.

        A season's line has no items: it is done, and `answer` says whether all is normal there.

        An item about which a finding was reported is answered by it. `told` is what the phone says of when it was done
        (`captured_at`, and `clock_off` in seconds). After the window's grace it is made up for, with a `reason`.
        Photos come before it, as Evidence.
        """
        reason = said(reason, field="reason", most=SHORT)
        note = said(note, field="note", most=SHORT)
        with writing():
            self.welcome(by)
            task = Task.get_by_id(self.__data__["task"])
            at, done_at = now(), done_when(told)
            if done_at < task.starts_at - EARLIEST:
                raise Refused("visit.too_early", at=task.starts_at)
            timing = timing_of(task, done_at)
            if timing == "made_up" and not reason:
                raise Refused("visit.no_reason", field="reason")
            found = {finding.__data__["item"] for finding in self.findings}  # type: ignore[attr-defined]
            items = self.items_at(done_at)
            settled = [self._settled(item, answers.get(item.code), found, done_at) for item in items]
            photos = self.photos
            proof = self._proof(code, photos, done_at)
            if self.point is None and answer not in ("normal", "abnormal"):
                raise Refused("visit.unanswered", field="answer-line", item=self.title)
            if not photos and any(
                    item.photo_rule == "always" and not item.asks_more_than(done_at) for item in items):
                raise Refused("visit.no_photo", field="photos")
            flags = self._flags(by, done_at, at, proof, photos, told, settled, found)
            facts = {
                "timing": timing, "done_at": done_at, "received_at": at, "by": by, "proof": proof, "reason": reason,
                "note": note, "flags": ",".join(flags), "is_abnormal": bool(found) or answer == "abnormal" or any(
                    row["answer"] == "abnormal" for row in settled)}
            if not Visit.update(**facts).where(Visit.id == self.id, Visit.done_at.is_null()).execute():
                raise Stale("visit.done_already")
            for name, value in facts.items():
                setattr(self, name, value)
            self._dirty.clear()  # type: ignore[attr-defined]  # written already, by the UPDATE
            if settled:
                CheckedItem.insert_many(settled).execute()
            Event.record(task.number, "check", by=by, at=at, detail={
                **told, "position": self.position, "name": self.name, "state": self.state, "flags": flags,
                "abnormal": [row["item"].code for row in settled if row["answer"] == "abnormal"]})
            task.judge()

    def _settled(self, item: CheckItem, said_of: Said | None, found: set[int], done_at: datetime) -> dict[str, Any]:
        """The row for one item. A reading beyond its limits is abnormal, whatever was tapped."""
        answer = said_of.answer if said_of else ""
        if item.id in found:
            answer = "abnormal"
        if answer not in ANSWERS:
            raise Refused("visit.unanswered", field=f"answer-{item.code}", item=item.text)
        reading = None
        if item.is_reading and answer != "na":
            text = said_of.reading.strip().replace("，", ".") if said_of else ""
            if text and not FIGURE.fullmatch(text):
                raise Refused("visit.no_figure", field=f"reading-{item.code}", item=item.text)
            reading = float(text.replace(",", ".")) if text else None
            is_needed = item.id not in found and not item.asks_more_than(done_at)
            if (reading is None and is_needed) or (reading is not None and abs(reading) > 1e9):
                raise Refused("visit.no_figure", field=f"reading-{item.code}", item=item.text)
            if reading is not None and not item.is_within(reading):
                answer = "abnormal"
        return {"visit": self, "item": item, "answer": answer, "reading": reading}

    def _proof(self, code: str, photos: list[Any], done_at: datetime) -> str:
        """What proves that somebody stood there; "" where nothing does. A code that hangs there no more proves it for
        the time when it did; after that it is flagged and never refused.
        """
        if self.point is None:
            return "photo" if photos else ""
        code = code.strip().lower()
        hung = self.point.knows(code, done_at) if code else False
        if hung is None:
            raise Refused("visit.wrong_code", field="code")
        if self.point.proof == "photo" and not photos:
            raise Refused("visit.no_photo", field="photos")
        return "code" if hung else "old_code" if code else "photo" if photos else ""

    def _flags(
        self, by: User, done_at: datetime, at: datetime, proof: str, photos: list[Any], told: Mapping[str, object],
        settled: list[dict[str, Any]], found: set[int],
    ) -> list[str]:
        flags = []
        if proof == "old_code":
            flags.append("old_code")
        elif self.point is not None and self.point.proof == "code" and proof != "code":
            flags.append("no_code")
        if self._is_impossible(by, done_at):
            flags.append("impossible")
        if any({"used_before", "near_copy"} & set(photo.flag_codes) for photo in photos):
            flags.append("same_photo")
        if told.get("clock_off"):
            flags.append("clock_off")
        if at - done_at > LATE:
            flags.append("late_sent")
        if any(row["answer"] == "abnormal" and row["item"].id not in found for row in settled):
            flags.append("no_finding")
        if settled and all(row["answer"] == "na" for row in settled):
            flags.append("all_na")
        return flags

    def _is_impossible(self, by: User, done_at: datetime) -> bool:
        """The same point again, or another point by the same person, sooner than anybody could be there."""
        def near(span: timedelta) -> Any:
            return Visit.done_at.between(done_at - span, done_at + span)

        elsewhere = (Visit.by == by) & (Visit.point != self.point) & near(NO_WAY)
        again = (Visit.point == self.point) & near(NO_TIME)
        return self.point is not None and Visit.select().where(Visit.id != self.id, elsewhere | again).exists()

    # -- what the worker finds

    @classmethod
    def miss(cls, task: Task) -> "list[Visit]":
        """漏检: the points of a walk nobody was at when its window ended, inside the caller's transaction."""
        left = list(cls.select().where(cls.task == task, cls.done_at.is_null(), cls.timing == "").order_by(
            cls.position))
        missed = [one for one in left if cls.update(timing="missed", missed_at=now()).where(
            cls.id == one.id, cls.done_at.is_null(), cls.timing == "").execute()]
        for one in missed:
            one.timing = "missed"
        return missed

    @property
    def was_missed_before(self) -> bool:
        """Was this point missed the time before as well?"""
        if self.point is None:
            return False
        lately = Visit.select(Visit.id).where(Visit.point == self.point).order_by(Visit.id.desc()).limit(LATELY)
        last = Visit.select().join(Task).where(
            Visit.id.in_(lately), Visit.id != self.id, Task.starts_at < self.task.starts_at).order_by(
            Task.starts_at.desc(), Visit.id.desc()).first()
        return last is not None and last.timing == "missed"

    # -- reading

    @property
    def items(self) -> list[CheckItem]:
        """What is to be looked at here; where somebody was, what was to be looked at then."""
        return self.items_at(self.done_at or now())

    def items_at(self, at: datetime) -> list[CheckItem]:
        """What was to be looked at here at that time: a phone without a signal knows nothing newer."""
        return self.point.items_at(at) if self.point is not None else []

    @property
    def photos(self) -> list[Any]:
        return list(self.evidence.model.of(self))  # type: ignore[attr-defined]

    @property
    def answers(self) -> "dict[str, CheckedItem]":
        """What was answered, by item code."""
        checked = CheckedItem.select(CheckedItem, CheckItem).join(CheckItem).where(CheckedItem.visit == self)
        return {one.item.code: one for one in checked}

    @property
    def state(self) -> str:
        if self.is_abnormal:
            return "abnormal"
        return {"": "waiting", "on_time": "normal"}.get(self.timing, self.timing)

    @property
    def name(self) -> str:
        return self.point.name if self.point is not None else self.title

    @property
    def place(self) -> Place:
        """Where it is; for a season's line anywhere on the estate, which is where its grid or service office lies."""
        if self.point is not None:
            return self.point.place
        places = Place.select().where(Place.estate == self.estate, Place.kind == "public")
        grid = self.task.__data__["grid"]
        found: Place = places.order_by(Place.grid != grid, Place.id).get()
        return found

    @property
    def waited(self) -> float:
        """Seconds from being done to being received; 0 while nobody was there."""
        return (self.received_at - self.done_at).total_seconds() if self.received_at and self.done_at else 0.0

    @property
    def is_key(self) -> bool:
        return self.point is not None and bool(self.point.is_key)

    @property
    def estate(self) -> Estate:
        return self.task.estate

    @property
    def flag_codes(self) -> list[str]:
        return [flag for flag in self.flags.split(",") if flag]


class CheckedItem(Record):
    """What was answered about one item."""

    id = AutoField()
    visit = ForeignKeyField(Visit, backref="checked_items", index=False)
    item = ForeignKeyField(CheckItem, backref="checked_items")
    answer = CharField(max_length=8)
    reading = FloatField(null=True)

    class Meta:
        indexes = ((("visit", "item"), True),)


def done_when(told: Mapping[str, object]) -> datetime:
    """When it was done: what the phone says, put right by how wrong its clock is, and never after now."""
    at, captured, off = now(), told.get("captured_at"), told.get("clock_off", 0)
    if not isinstance(captured, datetime):
        return at
    try:
        return min(at, captured - timedelta(seconds=float(str(off))))
    except OverflowError:
        return at


def timing_of(task: Task, done_at: datetime) -> str:
    if done_at < task.starts_at:
        return "early"
    if done_at <= task.ends_at:
        return "on_time"
    return "late" if done_at <= task.late_until else "made_up"

