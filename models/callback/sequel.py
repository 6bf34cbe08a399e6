"""The sequel (转单): what an owner wished for in a callback, made an order of its own that waits for the desk."""
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, rows, writing
from models.callback.answer import Answer
from models.callback.record import Callback
from models.errors import Refused
from models.user import User
from models.work_order import WorkOrder
from models.work_order.record import SEE_ALL

if TYPE_CHECKING:
    from peewee import ModelSelect

# The kind of order that each wish becomes.
BECOMES = {"need": "repair", "grievance": "complaint", "suggestion": "suggestion"}


class Sequel(Record):
    """`what`: which of the answer's wishes. One order a wish, however often it is taken up."""

    id = AutoField()
    answer = ForeignKeyField(Answer, backref="sequels")
    what = CharField(max_length=12)
    order = ForeignKeyField(WorkOrder, backref="sequel_of", unique=True)
    by = ForeignKeyField(User, backref="sequels")
    at = DateTimeField()

    class Meta:
        indexes = ((("answer", "what"), True),)

    @classmethod
    def take_up(cls, order: WorkOrder, answer: Answer | None, what: str, *, by: User) -> Self:
        """转单: reported anew in the owner's words, at the same place and with the same contact.

        `answer` is one about `order`. Taken up already, it is the order that was made then.
        """
        with writing():
            order.welcome("take_up", by)
            words = answer.wishes.get(what, "") if answer is not None and answer.callback.order == order else ""
            if answer is None or not words:
                raise Refused("sequel.nothing_said", field="what")
            standing: Self | None = cls.get_or_none(cls.answer == answer, cls.what == what)
            if standing is not None:
                return standing
            owner = order.owner
            made = WorkOrder.report(
                order.place, words, by=by, channel="phone" if answer.source == "call" else "scan",
                name=owner.name if owner else "", phone=owner.phone if owner else "", kind=BECOMES[what],
                comes_from=order.number)
            sequel = cls.create(answer=answer, what=what, order=made, by=by, at=now())
            order.tell("take_up", by=by, what=what, number=made.number)
        return sequel

    @classmethod
    def withhold(cls, answers: Iterable[Answer], *, by: User) -> None:
        """Leave out what became a complaint that is kept from this person; and any complaint for who is sent to homes.

        The owner who is hidden there is not to be known by their words here.
        """
        answers = [answer for answer in answers if answer.wishes]
        kept = set(rows(cls.select(cls.answer, cls.what).join(WorkOrder).where(
            cls.answer.in_(answers), WorkOrder.kept_from(by)))) if answers else set()
        for answer in answers:
            answer.withheld = {what for what in BECOMES if (answer.id, what) in kept
                               or (what == "grievance" and not by.has_role(*SEE_ALL))}

    @classmethod
    def of(cls, order: WorkOrder, *, by: User) -> "ModelSelect[Sequel]":
        """What came out of the answers about an order, as far as it exists for this person."""
        return (cls.select(cls, WorkOrder).join(WorkOrder).switch(cls).join(Answer).join(Callback)
                .where(Callback.order == order, ~WorkOrder.kept_from(by)).order_by(cls.id))
