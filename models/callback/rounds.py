"""The rounds of an order (回访记录): each callback with its calls, what was answered, and what came out of that."""
from typing import NamedTuple

from models.base import rows
from models.callback.answer import Answer
from models.callback.attempt import Attempt
from models.callback.record import Callback
from models.callback.sequel import Sequel
from models.user import User
from models.work_order import WorkOrder


class Round(NamedTuple):
    """One callback and all that was said in it, in the order of time. `sequels`: by answer and wish."""

    callback: Callback
    attempts: list[Attempt]
    answers: list[Answer]
    sequels: dict[tuple[int, str], WorkOrder | None]


def rounds_of(order: WorkOrder, *, by: User) -> list[Round]:
    """The last round first; six reads at most, whatever was said. A sequel that is kept from this person is None,
    and the wish it came of is left out."""
    callbacks = list(Callback.select(Callback, User).left_outer_join(User, on=Callback.exempted_by)
                     .where(Callback.order == order).order_by(Callback.round.desc()))
    if not callbacks:
        return []
    attempts = list(Attempt.of(order))
    answers = list(Answer.select(Answer, User, Callback).left_outer_join(User).switch(Answer).join(Callback)
                   .where(Callback.order == order).order_by(Answer.id))
    Sequel.withhold(answers, by=by)
    named = {(one.__data__["answer"], one.what): one.order for one in Sequel.of(order, by=by)}
    taken = rows(Sequel.select(Sequel.answer, Sequel.what).where(Sequel.answer.in_(answers))) if answers else []
    return [Round(callback, [one for one in attempts if one.__data__["callback"] == callback.id],
                  [one for one in answers if one.__data__["callback"] == callback.id],
                  {said: named.get(said) for said in taken})
            for callback in callbacks]
