"""The attempt of a call to a home: how it went, and when they asked to be called instead."""
from datetime import datetime
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, TextField

from models.base import Record, now, writing
from models.callback.answer import Said
from models.callback.attempt import check_call
from models.callback.household import HouseholdCall
from models.event import Event
from models.text import said
from models.user import User


class HouseholdAttempt(Record):
    """One call to a home, as `Attempt` is to an order's owner."""

    id = AutoField()
    call = ForeignKeyField(HouseholdCall, backref="attempts")
    by = ForeignKeyField(User, backref="household_attempts")
    at = DateTimeField()
    outcome = CharField(max_length=16)
    words = TextField(default="")
    agreed_at = DateTimeField(null=True)

    @classmethod
    def make(
        cls, call: HouseholdCall, outcome: str, *, by: User, told: Said | None = None, words: str = "",
        agreed_at: datetime | None = None,
    ) -> Self:
        """Record a call. Answered or refused it is done, and so it is after the last in vain that the policy wants."""
        words = said(words, field="words")
        with writing():
            call.check(by)
            call.hold()
            check_call(call, outcome, agreed_at)
            answers = (told or Said()).of_home() if outcome == "answered" else {}
            attempt = cls.create(call=call, by=by, at=now(), outcome=outcome, words=answers.get("words", words),
                                 agreed_at=agreed_at if outcome == "later" else None)
            call.say(calls=call.calls + 1, caller=by, agreed_at=attempt.agreed_at,
                     due_at=max(call.due_at, attempt.agreed_at or call.due_at), **answers)
            ended = {"answered": "answered", "refused": "declined"}.get(
                outcome, "" if call.next_call.left else "unreached")
            if ended:
                call.say(outcome=ended, done_at=now())
            Event.record(call.number, "call", by=by, detail={"outcome": outcome, "agreed_at": attempt.agreed_at})
        return attempt
