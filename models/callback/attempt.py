"""The attempt (拨打): one call to an owner, how it went, and when they asked to be called instead."""
from datetime import datetime, timedelta
from typing import Protocol, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, ModelSelect, TextField

from models.base import Record, now, writing
from models.callback.answer import AGAINST_THE_RULES, LOW, Answer, Said
from models.callback.next_call import IN_VAIN, RINGING, NextCall
from models.callback.record import Callback
from models.errors import Refused
from models.text import said
from models.user import User
from models.work_order import Deadline, WorkOrder

CALL_OUTCOMES = ("answered", "no_answer", "busy_off", "wrong_no", "refused", "later")
FARTHEST = timedelta(days=14)  # ahead, for a time agreed


class Attempt(Record):
    """One call. Who called is neither worker nor inspector. `answer` is what the owner said, where they did."""

    id = AutoField()
    callback = ForeignKeyField(Callback, backref="attempts")
    by = ForeignKeyField(User, backref="attempts")
    at = DateTimeField()
    outcome = CharField(max_length=16)
    words = TextField(default="")
    agreed_at = DateTimeField(null=True)
    answer = ForeignKeyField(Answer, null=True, backref="attempts")

    @classmethod
    def make(
        cls, order: WorkOrder, outcome: str, *, by: User, told: Said | None = None, words: str = "",
        agreed_at: datetime | None = None,
    ) -> Self:
        """Record a call. Answered, it decides: archived, or another round one step more urgent.

        A call in vain counts only within calling hours or at the time agreed, so long after the one before, and the
        last one in another window; `agreed_at` is when the owner asked to be called ("later").
        """
        words = said(words, field="words")
        with writing():
            order.check("call", by)
            callback = order.callback
            check_call(callback, outcome, agreed_at)
            answer = Answer.keep(callback, told or Said(), source="call", by=by) if outcome == "answered" else None
            attempt = cls.create(callback=callback, by=by, at=now(), outcome=outcome, answer=answer,
                                 words=answer.words if answer else words,
                                 agreed_at=agreed_at if outcome == "later" else None)
            callback.noted(by=by, agreed_at=attempt.agreed_at)
            if outcome not in IN_VAIN and order.recontact_due is not None:
                order.mark(recontact_due=None)
            order.tell("call", by=by, outcome=outcome, words=attempt.words, agreed_at=attempt.agreed_at,
                       **({"solved": answer.solved, "overall": answer.overall} if answer else {}))
            if answer is not None:
                _alert(order, answer)
                order.check("close" if answer.is_content else "dispute", by)
                callback.decide(order, answer, by=by)
            else:
                Deadline.follow(order)
        return attempt

    @classmethod
    def of(cls, order: WorkOrder) -> "ModelSelect[Attempt]":
        """Every call about an order, in all its rounds, with callers and answers in the same read."""
        made = (cls.select(cls, User, Answer).join(User).switch(cls).join(Callback)
                .switch(cls).left_outer_join(Answer, on=cls.answer == Answer.id))
        return made.where(Callback.order == order).order_by(cls.id)

    @property
    def solved(self) -> str | None:
        return self.answer.solved if self.answer else None

    @property
    def overall(self) -> str | None:
        return self.answer.overall if self.answer else None


class Owed(Protocol):
    """What somebody is to be called about: an order's callback, or a home's."""

    @property
    def next_call(self) -> NextCall: ...


def check_call(owed: Owed, outcome: str, agreed_at: datetime | None) -> None:
    """Refused where it cannot have gone so: in vain when the policy lets no call be made, or put off to no time."""
    if outcome not in CALL_OUTCOMES:
        raise Refused("callback.no_outcome", field="outcome")
    no = owed.next_call.refusal(now(), rings=outcome in RINGING) if outcome in IN_VAIN else None
    if no is not None:
        raise no
    if outcome == "later":
        if agreed_at is None or agreed_at <= now():
            raise Refused("callback.agreed_when", field="agreed_at")
        if agreed_at > now() + FARTHEST:
            raise Refused("callback.agreed_too_far", field="agreed_at", days=FARTHEST.days)


def _alert(order: WorkOrder, answer: Answer) -> None:
    """What supervisors hear of at once: a low score for attitude, money taken outside of the rules (K4, K7)."""
    about = [name for name in ("empathy", "attitude") if (answer.scores.get(name) or LOW + 1) <= LOW]
    if answer.fees in AGAINST_THE_RULES:
        about.append(answer.fees)
    if about:
        order.signal("alert", what=about)
