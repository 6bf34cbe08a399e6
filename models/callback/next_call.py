"""The next call (下次拨打): when an owner may be rung up, by the policy and by the calls made before."""
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from models.callback.policy import Policy, Slot
from models.errors import Refused

IN_VAIN = ("no_answer", "busy_off", "wrong_no")
RINGING = ("no_answer", "busy_off")  # a telephone that rang, or would have
AGREED_WITHIN = timedelta(minutes=30)  # before and after the time the owner named
OUTSIDE = -1  # the window of the hours outside of all
MOST_STEPS = 20  # from one hindrance to the next, until a call may be made


class Made(NamedTuple):
    """A call that was made, as far as the next one depends on it."""

    outcome: str
    at: datetime


class NextCall:
    """`made`: the calls of this round in their order; `agreed_at`: when the owner asked to be called."""

    def __init__(self, policy: Policy, made: Iterable[Made], agreed_at: datetime | None) -> None:
        made = list(made)
        self.policy, self.agreed_at = policy, agreed_at
        self.last = made[-1].outcome if made else ""
        self.in_vain = [one for one in made if one.outcome in IN_VAIN]
        self.rung = [one.at for one in made if one.outcome in RINGING]

    @property
    def most(self) -> int:
        return self.policy.most

    @property
    def left(self) -> int:
        """How many more calls the policy wants before it may be given up."""
        return max(0, self.policy.most - len(self.in_vain))

    @property
    def ways_out(self) -> list[str]:
        """As what it may be given up now: "declined" where the owner would not talk, "unreached" after every call."""
        return [*(["declined"] if self.last == "refused" else []), *([] if self.left else ["unreached"])]

    def is_agreed_for(self, at: datetime) -> bool:
        return self.agreed_at is not None and abs(at - self.agreed_at) <= AGREED_WITHIN

    def refusal(self, at: datetime, *, rings: bool = True) -> Refused | None:
        """Why no call is to be made at that moment; None when one may be.

        A call that found the number wrong rang nobody up: it heeds no hour (`rings`), and counts all the same.
        """
        if not self.left:
            return Refused("callback.no_more_calls", field="outcome", most=self.policy.most)
        return (self._refusal_of_hour(at) if rings else None) or self._refusal_of_slot(at, rings)

    def at(self, since: datetime) -> datetime | None:
        """The first moment from then on at which it may be made; None when no more are."""
        at = since
        for _ in range(MOST_STEPS):
            no = self.refusal(at)
            if no is None:
                return at
            opens = no.facts.get("opens")
            if not isinstance(opens, datetime):
                return None
            at = opens
        return None

    def _refusal_of_hour(self, at: datetime) -> Refused | None:
        if self.is_agreed_for(at):
            return None
        if self.agreed_at is not None and at < self.agreed_at:
            return Refused("callback.agreed_for", field="outcome", opens=self.agreed_at)
        opens = self.policy.next_opening(at)
        if opens != at:
            return Refused("callback.outside_hours", field="outcome", opens=opens)
        gap = timedelta(hours=self.policy.gap_h)
        if self.rung and at < self.rung[-1] + gap:
            again = self.policy.next_opening(self.rung[-1] + gap)
            return Refused("callback.too_soon", field="outcome", opens=again, gap=self.policy.gap_h)
        return None

    def _refusal_of_slot(self, at: datetime, rings: bool) -> Refused | None:
        """Enough calls must be left for the windows that are still wanted, this one in its own counted."""
        slots = {self._slot(one.at, one.outcome in RINGING) for one in self.in_vain}
        wanted = self.policy.slots - len((slots | {self._slot(at, rings)}) - {None})
        if len(self.in_vain) + 1 + wanted <= self.policy.most:
            return None
        return Refused("callback.same_slot", field="outcome", slots=self.policy.slots, opens=self._next_window(at))

    def _slot(self, at: datetime, rang: bool) -> Slot | None:
        """The window a call fell into. The hours outside are one a day for who was rung up then as they wished, and
        none for a number that proved wrong: otherwise every window wanted could be had in one minute of the night.
        """
        return self.policy.slot(at) or (Slot(self.policy.estate.local(at).date(), OUTSIDE) if rang else None)

    def _next_window(self, at: datetime) -> datetime:
        slot = self.policy.slot(at)
        if slot is None:
            return self.policy.next_opening(at)
        closes = datetime.combine(slot.day, self.policy.windows[slot.window][1])
        return self.policy.next_opening(self.policy.estate.utc(closes) + timedelta(minutes=1)).replace(
            second=0, microsecond=0)
