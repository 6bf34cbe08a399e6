"""The callback (回访): owed by every finished order, it ends in the owner's own word or in a coded exemption."""
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField

from models.base import Record, now, writing
from models.callback.next_call import Made, NextCall
from models.callback.policy import Policy
from models.errors import Refused, Stale
from models.sla.record import PRIORITIES
from models.text import SHORT, said
from models.user import User
from models.work_order import WorkOrder
from models.work_order.moves import ANSWERED_UNDER

if TYPE_CHECKING:
    from models.callback.answer import Answer

AGAIN = timedelta(hours=24)  # V6: a dissatisfied owner's order is taken up again within 24 hours
PUT_OFF = timedelta(days=14)  # at most, from when it was due first
FOUND_BY_STAFF = ("patrol", "staff")
EXEMPTIONS = ("X1", "X2", "X3", "X4", "X5", "X6", "X8")  # X7, not reached, is none: it stays owed
# How it ended. "unreached" and "declined" are no answer, and stay in the denominator.
OUTCOMES = ("answered", "online", "unreached", "declined", "exempt")
UNANSWERED = ("unreached", "declined", "exempt")
LEFT_BY = ("sms", "wechat", "slip")  # how the owner was given the link to rate by


class Callback(Record):
    """One a round. `exemption` is the code under which nobody is called; without it an owner's word is owed.

    `passed_at`: since when it may be made, which is the inspection; `dropped_at`: the work was returned instead, and
    the next round owes its own. `calls` were made, the first at `called_at`, the last by `caller`; `agreed_at` is when
    the owner asked to be called. `first_due_at` is what `due_at` was before they asked for a later time. `outcome` is
    how it ended, "" while it is open.
    """

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="callbacks")
    round = IntegerField()
    created_at = DateTimeField()
    due_at = DateTimeField()
    first_due_at = DateTimeField(null=True)
    exemption = CharField(max_length=4, null=True)
    exempted_by = ForeignKeyField(User, null=True, backref="callbacks_exempted")
    exemption_note = CharField(max_length=SHORT, default="")
    passed_at = DateTimeField(null=True)
    dropped_at = DateTimeField(null=True)
    calls = IntegerField(default=0)
    called_at = DateTimeField(null=True)
    caller = ForeignKeyField(User, null=True, backref="callbacks_made")
    agreed_at = DateTimeField(null=True)
    link_left_by = CharField(max_length=8, default="")
    outcome = CharField(max_length=12, default="")
    settled_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("order", "round"), True),)

    # -- with the order's own verbs

    @classmethod
    def owe(cls, order: WorkOrder) -> Self:
        """What finishing creates: due by the policy, or exempt under a code."""
        at, policy = now(), Policy.of(order.estate)
        due = at + policy.due(order)
        return cls.create(order=order, round=order.round, created_at=at, due_at=due, first_due_at=due,
                          exemption=exemption_of(order, policy))

    def open(self) -> None:
        """With the inspection passed it may be made."""
        self._say(passed_at=now())

    def drop(self) -> None:
        """With the work returned, nobody asks about this round."""
        self._say(dropped_at=now())

    def rated(self, order: WorkOrder) -> "Answer | None":
        """What the owner rated already, where it decides.

        About a major complaint the manager calls the content as well (V2), as long as it may be called about.
        """
        called_anyway = order.is_major and order.state != "archived"
        return next((answer for answer in self.answers if not answer.flags  # type: ignore[attr-defined]
                     and (not answer.is_content or (answer.is_complete and not called_anyway))), None)

    def settle(self, order: WorkOrder) -> None:
        """Once inspected: where the owner has rated already, that decides as a call would; else a code may end it."""
        rating = self.rated(order)
        if rating is not None:
            self.decide(order, rating, by=None)
        elif order.state == "archived":
            self.end("exempt")

    # -- when it may be made

    @property
    def next_call(self) -> NextCall:
        attempts: Any = self.attempts  # type: ignore[attr-defined]
        return self.next_after(attempts.order_by(attempts.model.id), Policy.of(self.order.estate))

    def next_after(self, attempts: Iterable[Any], policy: Policy) -> NextCall:
        """As `next_call`, for who has read its calls already."""
        return NextCall(policy, [Made(one.outcome, one.at) for one in attempts], self.agreed_at)

    def check_hour(self) -> None:
        """Raise why nobody is to ring this owner up now."""
        no = self.next_call.refusal(now())
        if no is not None:
            raise no

    # -- how it ends

    def decide(self, order: WorkOrder, answer: "Answer", *, by: User | None) -> None:
        """The owner's word decides: archived, or rework one step more urgent with another callback owed."""
        answer.decides = True
        answer.save()
        self.end("answered" if answer.source == "call" else "online")
        if answer.is_content:
            order.move("close", by=by, archived_at=now(), detail={"overall": answer.overall, "solved": answer.solved})
            return
        raised = PRIORITIES[max(0, PRIORITIES.index(order.priority) - 1)]
        due = now() + AGAIN
        # Who was promised to be talked to and was not is not put off by saying so once more on their page.
        order.move("dispute", by=by, round=order.round + 1, priority=raised, complete_due=due,
                   recontact_due=order.recontact_due or due, due_at=due, detail={
                       "priority": raised, "was_priority": order.priority, "solved": answer.solved,
                       "overall": answer.overall, "words": answer.words, "reasons_given": answer.reason_codes})

    @classmethod
    def exempt(cls, order: WorkOrder, note: str, *, by: User) -> None:
        """免回访 X4: the owner said they want no call; when and how they said so is kept."""
        note = said(note, field="exemption_note", most=SHORT, needed=True)
        with writing():
            order.check("exempt", by)
            callback = order.callback
            if "X4" not in Policy.of(order.estate).code_list:
                raise Refused("callback.x4_off", field="exemption_note")
            callback._say(exemption="X4", exempted_by=by, exemption_note=note)
            callback.end("exempt")
            order.move("exempt", by=by, archived_at=now(), exemption="X4", detail={"exemption": "X4", "note": note})

    @classmethod
    def give_up(cls, order: WorkOrder, link_left_by: str, *, by: User) -> None:
        """未接通归档 (X7): once every call the policy wants was made in vain, or the owner would not talk.

        It takes that the owner was left the link to rate by. It stays owed in the figures.
        """
        with writing():
            order.check("give_up", by)
            callback = order.callback
            if link_left_by not in LEFT_BY:
                raise Refused("callback.link_not_left", field="link_left_by")
            coming = callback.next_call
            if not coming.ways_out:
                raise Refused("callback.calls_left", field="link_left_by", left=coming.left)
            way = coming.ways_out[0]
            callback._say(link_left_by=link_left_by)
            callback.end(way)
            order.move("give_up", by=by, archived_at=now(), detail={"outcome": way, "link_left_by": link_left_by})

    def end(self, outcome: str) -> None:
        self._say(outcome=outcome, settled_at=now())

    @property
    def is_unanswered(self) -> bool:
        """Did it end without the word of an owner, who might still give it?"""
        return self.outcome in UNANSWERED and self.exemption != "X1"

    def hear_late(self, answer: "Answer") -> None:
        """The owner's word after all, once it had ended without one: that is how it ended from then on."""
        heard = Callback.update(outcome="online", settled_at=answer.at).where(
            Callback.id == self.id, Callback.outcome.in_(UNANSWERED)).execute()
        if not heard:
            raise Stale("callback.settled")
        answer.decides = True
        answer.save()

    def noted(self, *, by: User, agreed_at: datetime | None) -> None:
        """A call was made. What the owner agreed to comes in place of what was due before it, and puts it off for a
        while only, however often they are said to have asked: then it is overdue, and escalates.
        """
        latest = (self.first_due_at or self.due_at) + PUT_OFF
        self._say(calls=self.calls + 1, called_at=self.called_at or now(), caller=by, agreed_at=agreed_at,
                  due_at=max(self.due_at, min(agreed_at or self.due_at, latest)))

    def _say(self, **changes: Any) -> None:
        if self.settled_at is not None:
            raise Stale("callback.settled")
        for name, value in changes.items():
            setattr(self, name, value)
        self.save()


def exemption_of(order: WorkOrder, policy: Policy) -> str | None:
    """The code under which this order needs no call (callback_codes_rules.csv); None when one is owed."""
    code = _code_for(order)
    rechecked = code == "X1" and order.kind == "rectification"  # no owner is asked: somebody else looks at it again
    return code if rechecked or code in policy.code_list else None


def _code_for(order: WorkOrder) -> str | None:
    rule = order.category.callback_rule if order.category else "always"
    if rule in EXEMPTIONS and rule == ANSWERED_UNDER.get(order.kind):
        return rule  # what is exempt as an enquiry or as praise is called about once it turned out another kind
    if order.owner is None and order.channel in FOUND_BY_STAFF:
        return "X1"
    return None if order.owner is not None and order.owner.phone else "X3"


# The figures read the rounds that passed in a period, and what was finished in it.
Callback.add_index(Callback.passed_at, Callback.id, where=Callback.passed_at.is_null(False), name="callback_passed")
Callback.add_index(Callback.created_at, Callback.id, name="callback_created")
# A month's sample for the spot checks.
Callback.add_index(Callback.settled_at, Callback.id, where=Callback.settled_at.is_null(False), name="callback_settled")
# What owners asked to be called about at a time of theirs.
Callback.add_index(Callback.agreed_at, Callback.id,
                   where=Callback.agreed_at.is_null(False) & Callback.settled_at.is_null(), name="callback_agreed")
