"""The callback policy (回访制度): an estate's own rule, edited by its manager, each version kept."""
import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, IntegrityError, TextField

from models.base import Record, now, writing
from models.errors import NotAllowed, Refused, Stale
from models.place import Estate
from models.sla import TimeLimit
from models.text import LONG, SHORT, said
from models.user import User
from models.work_order import WorkOrder

QUESTIONS = ("K0", "K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10")  # callback_questionnaire.csv
SWITCHABLE = ("X1", "X3", "X4", "X6", "X8")  # X2 and X5 follow from merging and voiding
HOURS = "09:00-12:00 14:00-20:00"  # V3
WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)", re.ASCII)
BLANKS = ("estate", "badge", "day", "matter")  # what a question leaves to be filled in, as in "{estate}"
BLANK = re.compile("{(" + "|".join(BLANKS) + ")}")
TEXTS = ("purpose", "scope", "who")
# The least and the most each figure may be.
FIGURES = {"due_h": (1, 240), "due_p3_h": (1, 240), "due_complaint_h": (1, 240), "most": (1, 5), "slots": (1, 3),
           "gap_h": (0, 24), "sample_pct": (1, 100), "sample_least": (1, 50)}


class Slot(NamedTuple):
    """One window of calling hours on one day."""

    day: date
    window: int


class Policy(Record):
    """`due_h` hours from finishing, `due_p3_h` at P3, `due_complaint_h` for complaints (V5); at most `most` calls in
    `slots` different windows of `hours`, `gap_h` hours apart (V4). `codes`: exemptions that hold. `sample_pct` of a
    month's callbacks are checked, `sample_least` at least (V7). `questions_json`: the estate's own wording by code.

    A row is never changed: a change makes another one and ends this.
    """

    id = AutoField()
    estate = ForeignKeyField(Estate, backref="callback_policies")
    made_at = DateTimeField(default=now)
    made_by = ForeignKeyField(User, null=True, backref="callback_policies")
    why = CharField(max_length=SHORT, default="")
    ended_at = DateTimeField(null=True)
    purpose = TextField(default="")
    scope = TextField(default="")
    who = TextField(default="")
    hours = CharField(max_length=60, default=HOURS)
    due_h = IntegerField(default=24)
    due_p3_h = IntegerField(default=48)
    due_complaint_h = IntegerField(default=72)
    most = IntegerField(default=3)
    slots = IntegerField(default=2)
    gap_h = IntegerField(default=2)
    codes = CharField(max_length=40, default=" ".join(SWITCHABLE))
    sample_pct = IntegerField(default=10)
    sample_least = IntegerField(default=5)
    questions_json = TextField(default="{}")

    @classmethod
    def of(cls, estate: Estate) -> Self:
        """The one that holds now; the usual one where the estate has not written any."""
        found: Self | None = cls.get_or_none(cls.estate == estate, cls.ended_at.is_null())
        if found is None:
            return cls(estate=estate)
        found.estate = estate  # whoever asks has read it
        return found

    @classmethod
    def begin(cls, estate: Estate, questions: Mapping[str, str]) -> Self:
        """The first version, loaded with the estate: the usual one, with the estate's own wording."""
        return cls.create(estate=estate, **checked({"questions": questions}))

    @classmethod
    def version(cls, estate: Estate, id: int | None) -> Self:
        """The version of that number; the usual one, which no row holds, where there is none of it."""
        found: Self | None = cls.get_or_none(cls.estate == estate, cls.id == id)
        return found or cls(estate=estate)

    def history(self) -> list[Self]:
        """Every version there was, the newest first, with who made it in the same read."""
        cls = type(self)
        return list(cls.select(cls, User).left_outer_join(User).where(cls.estate == self.estate)
                    .order_by(cls.id.desc()))

    def differs(self, other: "Policy") -> list[tuple[str, str | int, str | int]]:
        """What the other says otherwise: column or question, this one's, the other's."""
        mine, theirs = self._said(), other._said()
        return [(name, mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]]

    def changes(self) -> list[tuple[Self, list[tuple[str, str | int, str | int]]]]:
        """Every version, the newest first, each with what it changed: name, was, became. The first loaded changed
        nothing; one that somebody wrote changed the usual one.
        """
        history = self.history()
        usual = type(self)(estate=self.estate)
        before = [*history[1:], usual][:len(history)]
        return [(row, was.differs(row) if was is not usual or row.made_by else [])
                for row, was in zip(history, before, strict=True)]

    def change(self, told: Mapping[str, Any], why: str, *, by: User) -> Self:
        """Another version in place of this one. `told` holds the columns by name; what it leaves out stays."""
        if self.estate not in by.estates or not by.has_role("manager"):
            raise NotAllowed("not_for_you")
        columns = {name: self.__data__[name] for name in COLUMNS} | checked(told)
        if columns["slots"] > columns["most"]:
            raise Refused("policy.slots", field="slots", most=columns["most"])
        if all(self.__data__[name] == value for name, value in columns.items()):
            raise Refused("policy.unchanged")
        why = said(why, field="why", most=SHORT, needed=True)
        cls, at = type(self), now()
        try:
            with writing():
                if self.id is not None and not cls.update(ended_at=at).where(
                        cls.id == self.id, cls.ended_at.is_null()).execute():
                    raise Stale("policy.changed_meanwhile")
                return cls.create(estate=self.estate, made_at=at, made_by=by, why=why, **columns)
        except IntegrityError as error:  # another first version stands already
            raise Stale("policy.changed_meanwhile") from error

    # -- what it says

    def due(self, order: WorkOrder) -> timedelta:
        """How long after finishing; a grade whose time limit promises its own hours keeps them."""
        if order.limit is not None and order.limit.callback_due_h:
            return timedelta(hours=order.limit.callback_due_h)
        if order.kind == "complaint":
            return timedelta(hours=self.due_complaint_h)
        return timedelta(hours=self.due_p3_h if order.priority == "P3" else self.due_h)

    @property
    def code_list(self) -> list[str]:
        return self.codes.split()

    @property
    def windows(self) -> list[tuple[time, time]]:
        """Opening and closing of each window; one that closes with the day closes at its last minute."""
        return [(time.fromisoformat(opens), time.max if closes == "24:00" else time.fromisoformat(closes))
                for opens, closes in (window.split("-") for window in self.hours.split())]

    def slot(self, at: datetime) -> Slot | None:
        """The window that moment lies in by the estate's clock; None outside of calling hours."""
        local = self.estate.local(at)
        hour = local.time()
        found = (n for n, (opens, closes) in enumerate(self.windows) if opens <= hour < closes or hour == closes)
        return next((Slot(local.date(), n) for n in found), None)

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself within calling hours, else when they begin next; naive UTC."""
        if self.slot(at) is not None:
            return at
        local = self.estate.local(at)
        today = [opens for opens, _ in self.windows if opens > local.time()]
        day = local.date() if today else local.date() + timedelta(days=1)
        return self.estate.utc(datetime.combine(day, today[0] if today else self.windows[0][0]))

    @property
    def questions(self) -> dict[str, str]:
        """The estate's own wording, by code; a question without one has that of the catalogue."""
        return dict(json.loads(self.questions_json))

    @property
    def exceptions(self) -> list[TimeLimit]:
        """The time limits that promise their own hours for calling back."""
        return [limit for limit in TimeLimit.table(self.estate) if limit.callback_due_h]

    def sample_of(self, population: int) -> int:
        """How many of a month's callbacks are checked: the share, rounded up, the least at least, or all there are."""
        share = -(-population * self.sample_pct // 100)
        return min(population, max(self.sample_least, share))

    def _said(self) -> dict[str, str | int]:
        """Every column and every question by its name."""
        columns: dict[str, str | int] = {name: self.__data__[name] for name in COLUMNS if name != "questions_json"}
        return columns | {code: self.questions.get(code, "") for code in QUESTIONS}


COLUMNS = (*TEXTS, "hours", *FIGURES, "codes", "questions_json")


def checked(told: Mapping[str, Any]) -> dict[str, Any]:
    """The columns as they are kept, from what was told of them. Refused with the field that is wrong."""
    found: dict[str, Any] = {name: said(told[name], field=name, most=LONG) for name in TEXTS if name in told}
    for name, (least, most) in FIGURES.items():
        if name in told:
            text = str(told[name]).strip()
            if not (text.isascii() and text.isdecimal() and len(text) <= 4 and least <= int(text) <= most):
                raise Refused("policy.figure", field=name, policy=name, least=least, most=most)
            found[name] = int(text)
    if "hours" in told:
        found["hours"] = " ".join(str(told["hours"]).split())
        windows = found["hours"].split()
        ends = [end for window in windows for end in window.split("-")]
        if not 1 <= len(windows) <= 4 or not all(WINDOW.fullmatch(window) for window in windows) or ends != sorted(
                set(ends)):
            raise Refused("policy.hours", field="hours")
    if "codes" in told:
        codes = told["codes"]
        if not set(codes) <= set(SWITCHABLE):
            raise Refused("policy.codes", field="codes")
        found["codes"] = " ".join(code for code in SWITCHABLE if code in codes)
    if "questions" in told:
        found["questions_json"] = json.dumps(_questions(told["questions"]), ensure_ascii=False)
    return found


def _questions(told: Mapping[str, str]) -> dict[str, str]:
    """The estate's wording by code, without what was left empty. Refused with the question that is wrong."""
    if not set(told) <= set(QUESTIONS):
        raise Refused("policy.question", field="questions")
    questions = {code: said(told.get(code), field=code, most=SHORT) for code in QUESTIONS}
    for code, text in questions.items():
        wrong = re.search(r"{[^{}]*}?|}", BLANK.sub("", text))
        if wrong:
            raise Refused("policy.blank", field=code, question=code, blank=wrong[0][:20],
                          blanks=" ".join(f"{{{blank}}}" for blank in BLANKS))
    return {code: text for code, text in questions.items() if text}


# One holds at a time.
Policy.add_index(Policy.estate, unique=True, where=Policy.ended_at.is_null(), name="policy_current")
