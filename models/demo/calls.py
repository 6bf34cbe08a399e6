"""The demo's calls to owners, and those that do not go as hoped, each by the verb and the person it would be."""
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from models.base import now
from models.callback import Attempt, Callback, Policy, Said, Sequel, dimensions
from models.user import User

if TYPE_CHECKING:
    from models.demo.story import Story

# The steps of a twist once the work has passed.
CALLS = {
    "later": ("call_later",),
    "wrong_no": ("wrong_no",),
    "rung_out": ("ring", "ring_again", "ring_last"),
    "unreached": ("ring", "ring_again", "ring_last", "leave_link"),
    "declined": ("decline_call", "leave_link"),
    "x4": ("want_no_call",),
    "wish": ("wish", "take_up"),
}
# How long before each people took, in minutes.
GAPS = {"call_later": 60, "wrong_no": 90, "ring": 120, "ring_again": 300, "ring_last": 900, "leave_link": 40,
        "decline_call": 90, "want_no_call": 60, "wish": 150, "take_up": 3}
NEED = "阳台推拉门的滑轮也松了，推起来很费劲，方便的话顺便给看看。"


class Calls:
    """What is said on the telephone about one order of the demo."""

    def __init__(self, story: "Story") -> None:
        self.story = story

    def call_later(self) -> None:
        """Soon, so that the list shows it as agreed for now, where that is an hour for calls."""
        demo = self.story.demo
        soon = (demo.now + timedelta(minutes=20)).replace(second=0, microsecond=0)
        agreed = Policy.of(demo.estate).next_opening(soon)
        Attempt.make(self.story.order, "later", by=self.caller, agreed_at=agreed, words="正在开会，约个时间再打。")

    def wrong_no(self) -> None:
        Attempt.make(self.story.order, "wrong_no", by=self.caller, words="接电话的不是业主，说从没报过修。")

    def ring(self, outcome: str = "no_answer") -> None:
        """Nobody rings up at an hour when the policy lets nobody be rung up."""
        if self.story.order.callback.next_call.refusal(now()) is None:
            Attempt.make(self.story.order, outcome, by=self.caller)

    def ring_again(self) -> None:
        self.ring("busy_off")

    def ring_last(self) -> None:
        self.ring()

    def decline_call(self) -> None:
        Attempt.make(self.story.order, "refused", by=self.caller, words="说在忙，以后也别打了。")

    def leave_link(self) -> None:
        declined = self.story.order.callback.next_call.last == "refused"
        Callback.give_up(self.story.order, "wechat" if declined else "slip", by=self.caller)

    def want_no_call(self) -> None:
        Callback.exempt(self.story.order, "师傅走时业主当面说已修好、不必再打电话；前台来电核实过。", by=self.caller)

    def wish(self) -> None:
        said = content(self.story.chance, "satisfied", "修得好，谢谢。")
        Attempt.make(self.story.order, "answered", by=self.caller, told=Said(
            "yes", "satisfied", said.words, said.scores, manners=said.manners, fees="none", consents="yes", need=NEED))

    def take_up(self) -> None:
        answer = self.story.order.callback.answers.get()
        Sequel.take_up(self.story.order, answer, "need", by=self.caller)

    @property
    def caller(self) -> User:
        return self.story.demo.staff["luxia"]


def content(chance: Random, overall: str, words: str, *, complaint: bool = False) -> Said:
    """What an owner answers who has little or nothing to find fault with."""
    scores = {name: chance.choice((4, 5, 5) if overall == "satisfied" else (3, 4)) for name in dimensions(complaint)}
    manners = ("badge", "covers", "cleaned") if overall == "satisfied" else ("badge", "cleaned")
    return Said("yes", overall, words, scores, manners=manners, fees="none", consents="yes")


def in_calling_hours(policy: Policy, at: datetime, before: datetime) -> datetime:
    """That moment or the next at which owners may be rung up, where there is one before `before`."""
    opens = policy.next_opening(at)
    return at if opens == at or opens >= before else opens + timedelta(minutes=at.minute % 25)
