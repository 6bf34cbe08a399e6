"""The answer (答复): what an owner said about the work, by phone or on their own page, question by question."""
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
    TextField,
)

from models.base import Record, now
from models.callback.record import Callback
from models.errors import Refused
from models.text import said
from models.user import User
from models.work_order import WorkOrder

SOLVED = ("yes", "partly", "no")
OVERALL = ("satisfied", "fairly", "dissatisfied")
DIMENSIONS = ("reliability", "response", "assurance", "empathy", "tangibles")  # 可靠 响应 保证 移情 有形, 1 to 5
OF_COMPLAINTS = ("speed", "attitude", "plan")  # asked beside them about a complaint
LOW = 2  # a score that wants a reason (callback_questionnaire.csv)
REASONS = ("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9")  # callback_codes_rules.csv
MANNERS = ("badge", "covers", "mat", "cleaned")
FEES = ("none", "quoted", "unquoted", "misconduct")
AGAINST_THE_RULES = ("unquoted", "misconduct")
WISHES = ("need", "grievance", "suggestion")
CONSENTS = ("yes", "no")


@dataclass(frozen=True)
class Said:
    """What was answered, "" or nothing for what was not. `scores` by dimension, 1 to 5."""

    solved: str = ""
    overall: str = ""
    words: str = ""
    scores: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    manners: tuple[str, ...] = ()
    fees: str = ""
    consents: str = ""
    need: str = ""
    grievance: str = ""
    suggestion: str = ""

    def checked(self, *, complaint: bool, by_phone: bool) -> dict[str, Any]:
        """The columns it stands for. Refused with the question that has no proper answer.

        On the phone a low score, or what was not solved, is asked its reason; nobody asks on a page.
        """
        if self.solved not in SOLVED:
            raise Refused("callback.no_answer_to_solved", field="solved")
        common = self._checked(dimensions(complaint))
        for given, known, name in (((self.fees,), ("", *FEES), "fees"), (self.reasons, REASONS, "reasons"),
                                   ((self.consents,), ("", *CONSENTS), "consents"),
                                   (self.manners, MANNERS, "manners")):
            if not set(given) <= set(known):
                raise Refused("callback.unknown_answer", field=name)
        if by_phone and self.is_low and not self.reasons:
            raise Refused("callback.no_reason", field="reasons")
        return {"solved": self.solved, "fees": self.fees, "consents": self.consents,
                "reasons": " ".join(dict.fromkeys(self.reasons)), "manners": " ".join(dict.fromkeys(self.manners)),
                **common}

    def of_home(self) -> dict[str, Any]:
        """The columns it stands for where no order is asked about. Who is not content is asked with what."""
        columns = self._checked(DIMENSIONS)
        if self.overall == "dissatisfied" and not any(columns[name] for name in ("words", *WISHES)):
            raise Refused("household.why_low", field="grievance")
        return columns

    @property
    def is_low(self) -> bool:
        """Is there something in it that wants a reason?"""
        return (self.solved == "no" or self.overall == "dissatisfied"
                or any(score <= LOW for score in self.scores.values()))

    def _checked(self, asked: tuple[str, ...]) -> dict[str, Any]:
        """What everybody is asked: how satisfied, the scores (which may stay open), and their own words."""
        if self.overall not in OVERALL:
            raise Refused("callback.no_overall", field="overall")
        for name, score in self.scores.items():
            if name not in asked or not 1 <= score <= 5:
                raise Refused("callback.score", field=name if name in asked else "scores")
        texts = {name: said(getattr(self, name), field=name) for name in ("words", *WISHES)}
        return {"overall": self.overall, **self.scores, **texts}


class Answer(Record):
    """`source`: "call" or "online". `decides`: the one by which its callback was settled; one at most.

    `flags` say why an online one may not be the owner's own. Lists of codes are joined by blanks.
    """

    id = AutoField()
    callback = ForeignKeyField(Callback, backref="answers")
    source = CharField(max_length=8)
    by = ForeignKeyField(User, null=True, backref="answers")
    at = DateTimeField(default=now)
    decides = BooleanField(default=False)
    solved = CharField(max_length=8)
    overall = CharField(max_length=16)
    reliability = IntegerField(null=True)
    response = IntegerField(null=True)
    assurance = IntegerField(null=True)
    empathy = IntegerField(null=True)
    tangibles = IntegerField(null=True)
    speed = IntegerField(null=True)
    attitude = IntegerField(null=True)
    plan = IntegerField(null=True)
    reasons = CharField(max_length=40, default="")
    manners = CharField(max_length=40, default="")
    fees = CharField(max_length=12, default="")
    consents = CharField(max_length=4, default="")
    words = TextField(default="")
    need = TextField(default="")
    grievance = TextField(default="")
    suggestion = TextField(default="")
    flags = CharField(max_length=40, default="")
    address = CharField(max_length=45, default="")

    withheld: Collection[str] = ()  # the wishes that do not exist for who looked it up

    @classmethod
    def keep(
        cls, callback: Callback, told: Said, *, source: str, by: User | None = None, flags: tuple[str, ...] = (),
        address: str = "",
    ) -> Self:
        complaint = callback.order.kind == "complaint"
        return cls.create(callback=callback, source=source, by=by, at=now(), flags=" ".join(flags),
                          address=address[:45], **told.checked(complaint=complaint, by_phone=source == "call"))

    @classmethod
    def deciding(cls, order: WorkOrder) -> "ModelSelect[Answer]":
        """By what each round of an order was decided, with its callback in the same read."""
        return cls.select(cls, Callback).join(Callback).where(Callback.order == order, cls.decides)

    @property
    def is_content(self) -> bool:
        """Does the order end with it? Solved, or partly and the owner agrees to end it there; and not dissatisfied."""
        enough = self.solved == "yes" or (self.solved == "partly" and self.consents == "yes")
        return enough and self.overall != "dissatisfied" and self.consents != "no"

    @property
    def is_complete(self) -> bool:
        """Has every score that is asked about an order of its kind."""
        return all(getattr(self, name) is not None for name in dimensions(self.callback.order.kind == "complaint"))

    @property
    def flagged(self) -> bool:
        return bool(self.flags)

    @property
    def flag_codes(self) -> list[str]:
        return self.flags.split()

    @property
    def reason_codes(self) -> list[str]:
        return self.reasons.split()

    @property
    def manner_codes(self) -> list[str]:
        return self.manners.split()

    @property
    def scores(self) -> dict[str, int]:
        return scores_in(self, (*DIMENSIONS, *OF_COMPLAINTS))

    @property
    def wishes(self) -> dict[str, str]:
        return wishes_in(self)


def dimensions(complaint: bool) -> tuple[str, ...]:
    """What is scored: of a complaint also how fast, with what attitude, and how reasonable the plan was."""
    return (*DIMENSIONS, *OF_COMPLAINTS) if complaint else DIMENSIONS


def scores_in(row: Any, names: tuple[str, ...]) -> dict[str, int]:
    """The marks that were given, by dimension."""
    return {name: score for name in names if (score := getattr(row, name)) is not None}


def wishes_in(row: Any) -> dict[str, str]:
    """What they wished for, complained of or proposed, in their words; not what is withheld from who reads it."""
    return {name: text for name in WISHES if name not in row.withheld and (text := getattr(row, name))}


Answer.add_index(Answer.callback, unique=True, where=Answer.decides, name="answer_deciding")
