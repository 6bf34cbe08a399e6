"""A delivery: one event on its way through one channel, tried again until it arrives or is given up.

At least once, never surely once: whoever crashes between sending and marking it sent leaves it to be sent again.
"""
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect, fn

from models.base import Record, now, rows
from models.event import Event
from models.notification.channel import Channel
from models.notification.mouths import REPLIES, Message, Reply
from models.text import SHORT
from models.work_order import WorkOrder

# Waited after the first failed try, the second, and so on; the last for each further one.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32, 64, 128, 256, 360))
MOST_TRIES = 12
# However few its tries: with many waiting for a dead channel each has its turn seldom, and old news helps nobody.
OLD_AFTER = timedelta(days=1)
# A try is another worker's again after that: longer than any try takes, mail's many steps included.
CLAIMED_FOR = timedelta(minutes=2)
AT_ONCE = 8       # channels
BUDGET = 30.0     # seconds a minute's run may spend on sending
PAGE = 50
FAILED = tuple(code for code in REPLIES if code != "ok")


class Delivery(Record):
    """Waiting while neither sent nor given up; `due_at` is its next try, and moves on when one begins."""

    id = AutoField()
    channel = ForeignKeyField(Channel, backref="deliveries", index=False)
    event = ForeignKeyField(Event, backref="deliveries", index=False)
    order = ForeignKeyField(WorkOrder, null=True, backref="deliveries", index=False)
    made_at = DateTimeField()
    due_at = DateTimeField()
    attempts = IntegerField(default=0)
    tried_at = DateTimeField(null=True)
    sent_at = DateTimeField(null=True)
    given_up_at = DateTimeField(null=True)
    code = CharField(max_length=16, default="")
    said = CharField(max_length=SHORT, default="")

    class Meta:
        indexes = ((("channel", "event"), True), (("channel", "id"), False))

    @classmethod
    def page(cls, channel: Channel, *, before: int | None = None) -> "tuple[list[Delivery], int | None]":
        """The channel's deliveries, newest first, and the number to ask for the next page with."""
        query = (cls.select(cls, Event, WorkOrder).join(Event).switch(cls).left_outer_join(WorkOrder)
                 .where(cls.channel == channel).order_by(cls.id.desc()))
        found: list[Delivery] = list((query.where(cls.id < before) if before else query).limit(PAGE + 1))
        return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None

    @classmethod
    def waiting(cls) -> "ModelSelect[Delivery]":
        return cls.select().where(cls.sent_at.is_null(), cls.given_up_at.is_null())

    @classmethod
    def waits_of(cls, channels: list[Channel]) -> dict[int, int]:
        """How many wait for each channel."""
        counted = cls.waiting().select(cls.channel, fn.COUNT(cls.id)).where(cls.channel.in_(channels))
        return dict(rows(counted.group_by(cls.channel)))

    @classmethod
    def failures_of(cls, channels: list[Channel]) -> dict[int, str]:
        """What went wrong with the newest delivery tried on each channel; nothing for one that arrived."""
        found = {}
        for channel in channels:
            newest = (cls.select(cls.code).where(cls.channel == channel, cls.tried_at.is_null(False), cls.code != "")
                      .order_by(cls.id.desc()).limit(1))
            found[channel.id] = next((code for (code,) in rows(newest) if code in FAILED), "")
        return found

    @classmethod
    def stop(cls, channel: Channel) -> None:
        """Give up what still waits: the channel was switched off."""
        cls.update(given_up_at=now(), code="stopped").where(
            cls.channel == channel, cls.sent_at.is_null(), cls.given_up_at.is_null()).execute()

    @classmethod
    def send_due(cls, write: Callable[["Delivery"], Message], *, budget: float = BUDGET) -> int:
        """Send what is due, how many were; `write` makes the words. Outside any transaction.

        Round by round each channel gets one, all side by side: who answers late holds up nobody else for longer than
        one time-out, and who fails is left alone until the next run.
        """
        began, sent, failed = time.monotonic(), 0, set[int]()
        while time.monotonic() - began < budget:
            taken = [(delivery, delivery.channel, write(delivery)) for delivery in cls._claim(failed)]
            if not taken:
                break
            with ThreadPoolExecutor(AT_ONCE) as pool:
                replies = list(pool.map(lambda one: one[1].say(one[2]), taken))
            for (delivery, channel, _), reply in zip(taken, replies, strict=True):
                delivery.heard(reply)
                sent += reply.is_ok
                if not reply.is_ok:
                    failed.add(channel.id)
        return sent

    @classmethod
    def _claim(cls, failed: set[int]) -> "list[Delivery]":
        """The first due of each channel that is on, taken so that no other worker takes it as well."""
        first = (cls.waiting().select(fn.MIN(cls.id)).join(Channel)
                 .where(Channel.is_on, cls.due_at <= now(), cls.channel.not_in(failed or {0}))
                 .group_by(cls.channel).limit(AT_ONCE))
        ids = [id for (id,) in rows(first)]
        query = (cls.select(cls, Channel, Event, WorkOrder).join(Channel).switch(cls).join(Event).switch(cls)
                 .left_outer_join(WorkOrder).where(cls.id.in_(ids)))
        return [delivery for delivery in query if delivery.claim()]

    def claim(self) -> bool:
        """Count a try and put off the next; False when another worker was faster."""
        later = now() + CLAIMED_FOR
        mine = bool(Delivery.update(due_at=later, attempts=Delivery.attempts + 1, tried_at=now()).where(
            Delivery.id == self.id, Delivery.due_at <= now(), Delivery.attempts == self.attempts,
            Delivery.sent_at.is_null(), Delivery.given_up_at.is_null()).execute())
        if mine:
            self.due_at, self.attempts = later, self.attempts + 1
        return mine

    def heard(self, reply: Reply) -> None:
        """Keep the answer; without success set the next try, or give up after the last."""
        changes: dict[str, Any] = {"code": reply.code, "said": reply.said[:SHORT]}
        if reply.is_ok:
            changes["sent_at"] = now()
        elif self.attempts >= MOST_TRIES or now() - self.made_at > OLD_AFTER:
            changes["given_up_at"] = now()
        else:
            changes["due_at"] = now() + WAITS[min(self.attempts, len(WAITS)) - 1]
        Delivery.update(**changes).where(Delivery.id == self.id).execute()

    @property
    def state(self) -> str:
        return "sent" if self.sent_at else "given_up" if self.given_up_at else "waiting"


# What is still to be sent, by channel.
Delivery.add_index(Delivery.channel, Delivery.due_at, Delivery.id,
                   where=Delivery.sent_at.is_null() & Delivery.given_up_at.is_null(), name="delivery_waiting")
