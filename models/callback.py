"""The callback (回访): owed by every finished order, it ends in the owner's own word or in a coded exemption."""
from datetime import timedelta
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

from models.base import Record, now, writing
from models.errors import Refused, Stale
from models.sla.record import PRIORITIES
from models.text import said
from models.user import Sighting, User
from models.work_order import WorkOrder
from models.work_order.moves import MOVES

OUTCOMES = ("answered", "no_answer", "busy_off", "wrong_no")
SOLVED = ("yes", "partly", "no")
OVERALL = ("satisfied", "fairly", "dissatisfied")
WEEK = timedelta(days=7)
AGAIN = timedelta(hours=24)  # V6: a dissatisfied owner's order is taken up again within 24 hours
FOUND_BY_STAFF = ("patrol", "staff")
EXEMPTIONS = ("X1", "X3", "X6", "X8")


class Callback(Record):
    """One a round. `exemption` is the code under which nobody is called; without it an owner's word is owed."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="callbacks")
    round = IntegerField()
    created_at = DateTimeField()
    due_at = DateTimeField()
    exemption = CharField(max_length=4, null=True)

    class Meta:
        indexes = ((("order", "round"), True),)

    @classmethod
    def owe(cls, order: WorkOrder) -> Self:
        """What finishing creates: due by the order's time limit, or exempt under a code."""
        at = now()
        due = order.limit.callback_due(at) if order.limit else at + AGAIN
        return cls.create(order=order, round=order.round, created_at=at, due_at=due, exemption=exemption_of(order))

    def rated(self, order: WorkOrder) -> "Rating | None":
        return Rating.standing(order)

    def settle(self, order: WorkOrder) -> None:
        """Once inspected: where the owner has rated already, that decides as a call would."""
        rating = Rating.standing(order)
        if rating is not None:
            decide(order, rating, by=None)


class Answer(Record):
    """What an owner said, by phone or on their page."""

    id = AutoField()
    callback = ForeignKeyField(Callback)
    at = DateTimeField()
    solved = CharField(max_length=8, null=True)
    overall = CharField(max_length=16, null=True)
    words = TextField(default="")

    @property
    def is_content(self) -> bool:
        """Solved, and nothing in it that asks for another round."""
        return self.solved == "yes" and self.overall != "dissatisfied"


class Attempt(Answer):
    """One call: its outcome and, where the owner answered, their word. Who called is neither worker nor inspector."""

    by = ForeignKeyField(User, backref="attempts")
    outcome = CharField(max_length=16)

    @classmethod
    def make(
        cls, order: WorkOrder, outcome: str, *, by: User, solved: str = "", overall: str = "", words: str = "",
    ) -> Self:
        """Record a call. Answered, it decides: archived, or another round one step more urgent."""
        words = said(words, field="words")
        with writing():
            order.check("call", by)
            if outcome not in OUTCOMES:
                raise Refused("callback.no_outcome", field="outcome")
            answered = outcome == "answered"
            if answered:
                _complete(solved, overall)
            attempt = cls.create(callback=order.callback, by=by, at=now(), outcome=outcome, words=words,
                                 solved=solved if answered else None, overall=overall if answered else None)
            order.tell("call", by=by, outcome=outcome, solved=attempt.solved, overall=attempt.overall, words=words)
            if answered:
                order.check("close" if attempt.is_content else "dispute", by)
                decide(order, attempt, by=by)
        return attempt

    @classmethod
    def of(cls, order: WorkOrder) -> "ModelSelect[Attempt]":
        made = cls.select(cls, User).join(User).switch(cls).join(Callback)
        return made.where(Callback.order == order).order_by(cls.id)


class Rating(Answer):
    """The owner's own word, given on their page. Flagged when it may come from the phone of somebody of the staff."""

    flagged = BooleanField(default=False)
    address = CharField(max_length=45, default="")

    @classmethod
    def give(
        cls, order: WorkOrder, *, solved: str, overall: str, words: str = "", address: str,
        signed_in: User | None = None,
    ) -> Self:
        """Record the owner's rating of this round. Unflagged and inspected, it decides as a call would.

        A flagged one decides nothing, and does not stand in the way of one that may.
        """
        words = said(words, field="words")
        with writing():
            order.catch_up()
            if order.state not in MOVES["rate"].from_:
                raise Stale("rating.not_now")
            if cls.standing(order) is not None:
                raise Stale("rating.given_already")
            _complete(solved, overall)
            flagged = signed_in is not None or Sighting.of_staff_at(address, now() - WEEK)
            rating = cls.create(callback=order.callback, at=now(), solved=solved, overall=overall, words=words,
                                flagged=flagged, address=address[:45])
            order.tell("rate", by=None, solved=solved, overall=overall, words=words, flagged=flagged)
            if order.state == "calling":
                order.callback.settle(order)
        return rating

    @classmethod
    def of(cls, order: WorkOrder) -> Self | None:
        """The last rating of the order's present round."""
        last: Self | None = cls._of(order).order_by(cls.id.desc()).get_or_none()
        return last

    @classmethod
    def standing(cls, order: WorkOrder) -> Self | None:
        """The rating of the present round that decides: not flagged."""
        standing: Self | None = cls._of(order).where(~cls.flagged).get_or_none()
        return standing

    @classmethod
    def _of(cls, order: WorkOrder) -> Any:
        return cls.select().join(Callback).where(Callback.order == order, Callback.round == order.round)


def decide(order: WorkOrder, answer: Answer, *, by: User | None) -> None:
    """The owner's word decides: archived, or rework one step more urgent with another callback owed."""
    if answer.is_content:
        order.move("close", by=by, archived_at=now(), detail={"overall": answer.overall})
        return
    raised = PRIORITIES[max(0, PRIORITIES.index(order.priority) - 1)]
    due = now() + AGAIN
    order.move("dispute", by=by, round=order.round + 1, priority=raised, complete_due=due, due_at=due,
               detail={"priority": raised, "was_priority": order.priority, "solved": answer.solved,
                       "overall": answer.overall, "words": answer.words})


def exemption_of(order: WorkOrder) -> str | None:
    """The code under which this order needs no call (callback_codes_rules.csv); None when one is owed."""
    rule = order.category.callback_rule if order.category else "always"
    if rule in EXEMPTIONS:
        return rule
    if order.owner is None and order.channel in FOUND_BY_STAFF:
        return "X1"
    return None if order.owner is not None and order.owner.phone else "X3"


def _complete(solved: str, overall: str) -> None:
    if solved not in SOLVED:
        raise Refused("callback.no_answer_to_solved", field="solved")
    if overall not in OVERALL:
        raise Refused("callback.no_overall", field="overall")
