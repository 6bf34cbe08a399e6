"""The deadline (时限): what is due on an order by when, and who is told as it comes near and passes."""
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import NamedTuple, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField

from models.base import Record, now, rows, writing
from models.sla import TimeLimit
from models.work_order.moves import ENDED, OPEN_TO_WORK, STATES
from models.work_order.record import WorkOrder

WHATS = ("first_reply", "accept", "arrive", "contain", "recontact", "complete", "callback", "hold", "stale")

# In which states each was kept, once it no longer runs; in any other it is paused, or came to nothing.
KEPT_IN = {
    "first_reply": tuple(state for state in STATES if state not in ("merged", "void")),
    "accept": ("accepted", "working", "suspended", "finished", "rework", "calling"),
    "arrive": ("working", "suspended", "finished", "rework", "calling"),
    "contain": ("finished", "rework", "calling"),
    "recontact": STATES,
    "complete": ("finished", "calling", "archived"),
    "callback": ("archived",),
    "hold": STATES,
    "stale": STATES,
}
ONCE = ("arrive", "contain", "recontact")  # kept for one due, they do not begin again
TOLD = 5  # the level at which everybody was told
STOPPED = 6  # the level of one that was all told, and runs no more
REMINDERS = ("hold", "stale")  # they remind, and go no higher


class Step(NamedTuple):
    """Who is told what about a deadline, and when: `level` is 1 to 3 for an escalation, else 0."""

    verb: str
    level: int
    at: datetime
    to: str = ""


class Deadline(Record):
    """`level`: how far it has been told: the place of the next step in `steps`. `alarm_at`: when that one is due.

    Running while it has an alarm or everything was told; met from `met_at` on; else paused, or it came to nothing.
    `starts_at` moves with `due_at` when the clock stood still, so that between them always lies what was promised.
    """

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="deadlines", index=False)
    what = CharField(max_length=12)
    round = IntegerField()
    starts_at = DateTimeField()
    due_at = DateTimeField()
    met_at = DateTimeField(null=True)
    alarm_at = DateTimeField(null=True)
    level = IntegerField(default=0)

    class Meta:
        indexes = ((("order", "what", "round"), True),)

    # -- following the order

    @classmethod
    def follow(cls, order: WorkOrder, *, was: str | None = None) -> None:
        """Make the rows fit what the order is, and the order name the one that comes first; in the move's transaction.

        Doing it again changes nothing. `was`: the state before.
        """
        known = list(cls.select().where(cls.order == order).order_by(cls.round))
        wanted = promised(order)
        owed = wanted["recontact"][1] if "recontact" in wanted else None
        for row in known:
            if row.met_at is None and row.what == "recontact" and row.due_at == owed:
                row._carry(order)
            elif row.met_at is None and (row.round != order.round or row.what not in wanted):
                row._stop(order, was)
        running = [cls._run(order, what, starts, due, [row for row in known if row.what == what])
                   for what, (starts, due) in wanted.items()]
        first = min((row for row in running if row is not None and row.what != "stale"), default=None,
                    key=lambda row: (row.due_at, WHATS.index(row.what)))
        due_at, due_what = (first.due_at, first.what) if first else (order.due_at, "")
        if (due_at, due_what) != (order.due_at, order.due_what):
            WorkOrder.update(due_at=due_at, due_what=due_what).where(WorkOrder.id == order.id).execute()
            order._took(due_at=due_at, due_what=due_what)

    @classmethod
    def _run(
        cls, order: WorkOrder, what: str, starts: datetime, due: datetime, known: "list[Deadline]",
    ) -> "Deadline | None":
        """The row that runs to that due, as it is or begun anew; None where it was kept already."""
        alike = next((one for one in reversed(known) if one.due_at == due), None)
        if what in ONCE and alike is not None and alike.met_at is not None:
            return None
        row: Deadline | None = next((row for row in known if row.round == order.round), None)
        if row is None:
            row = cls(order=order, what=what, round=order.round, starts_at=starts, due_at=due)
            if alike is not None:  # the same promise, carried into another round: whoever was told was told
                row.starts_at, row.level = alike.starts_at, alike.level
        elif row.due_at == due:
            if row.is_running:
                return row
        elif row.met_at is None and not row.is_running:
            clock = limit_of(order).counts()
            row.starts_at, row.due_at = clock.before(due, clock.between(row.starts_at, row.due_at)), due
            row.level = 0 if row.level == STOPPED else row.level
        else:
            row.starts_at, row.due_at, row.level = now() if what == "accept" else starts, due, 0
        row.met_at = None
        row._set_alarm(row.steps(limit_of(order)))
        row.save()
        return row

    def _carry(self, order: WorkOrder) -> None:
        """One promise to the owner, through however many rounds of the work; whoever was told was told."""
        if self.round != order.round:
            self.round = order.round
            self.save()

    def _stop(self, order: WorkOrder, was: str | None) -> None:
        """It no longer runs: kept, paused, or come to nothing."""
        owed_still = self.what == "recontact" and order.recontact_due == self.due_at
        kept = (order.state in KEPT_IN[self.what] and not owed_still) or (self.what == "callback" and was == "calling")
        if kept:
            self.met_at = now()
        elif self.is_running:
            self.level = STOPPED if self.level == TOLD else self.level
        else:
            return
        self.alarm_at = None
        self.save()

    @classmethod
    def hear(cls, order: WorkOrder) -> None:
        """Somebody said something about the order: it is not silent."""
        due = silent_until(order)
        if due is not None:
            cls.update(starts_at=now(), due_at=due, alarm_at=due, level=0).where(
                cls.order == order, cls.what == "stale", cls.round == order.round, cls.met_at.is_null()).execute()

    @classmethod
    def meet(cls, order: WorkOrder, what: str) -> None:
        """What somebody says is done, as no state says it."""
        cls.update(met_at=now(), alarm_at=None).where(
            cls.order == order, cls.what == what, cls.round == order.round, cls.met_at.is_null()).execute()

    # -- reading

    @classmethod
    def of(cls, order: WorkOrder) -> list[Self]:
        """What was and is due on an order, in the order of its steps, without the silences."""
        found = cls.select().where(cls.order == order, cls.what != "stale")
        return sorted(found, key=lambda row: (row.round, WHATS.index(row.what)))

    @classmethod
    def next_alarm(cls) -> datetime | None:
        """When there is something to tell next."""
        found = rows(cls.select(cls.alarm_at).where(cls.alarm_at.is_null(False)).order_by(cls.alarm_at).limit(1))
        return found[0][0] if found else None

    @property
    def is_running(self) -> bool:
        return self.met_at is None and (self.alarm_at is not None or self.level == TOLD)

    @property
    def standing(self) -> str:
        """met, late, running, overdue or off: paused, or not owed any more."""
        if self.met_at is not None:
            return "met" if self.met_at <= self.due_at else "late"
        if not self.is_running:
            return "off"
        return "running" if now() <= self.due_at else "overdue"

    def steps(self, limit: TimeLimit) -> list[Step | None]:
        """What is told, in the order of levels; None where the limit has no such step.

        The warning comes at its share of the open time, the escalations some minutes after due by the wall clock:
        who waits with a burst pipe does not wait less at night.
        """
        if self.what == "stale":
            return [Step("stale", 0, self.due_at)]
        if self.what == "recontact":  # a day is a day to who was left with it unmended
            at: datetime | None = self.starts_at + (self.due_at - self.starts_at) * limit.warn_pct / 100
        else:
            clock = limit.counts()
            whole = clock.between(self.starts_at, self.due_at)
            at = clock.later(self.starts_at, whole * limit.warn_pct / 100) if whole else None
        warned = Step("warn", 0, at) if at else None
        told = [warned, Step("overdue", 0, self.due_at)]
        higher = () if self.what in REMINDERS else limit.escalation
        return [*told, *(Step("escalate", n, self.due_at + timedelta(minutes=minutes), role) if role else None
                         for n, (role, minutes) in enumerate(higher, 1))]

    def _set_alarm(self, steps: list[Step | None]) -> Step | None:
        """Wait for the next step from `level` on; that step, or None when there is no other."""
        left = [(n, step) for n, step in enumerate(steps) if step is not None and n >= self.level]
        self.level, step = left[0] if left else (TOLD, None)
        self.alarm_at = step.at if step else None
        return step

    # -- the sweep

    @classmethod
    def sweep(cls, most: int = 500) -> int:
        """Tell what is due to be told, in the order of time; how many signals. Any number of workers may sweep at once.

        Only what is due is read. What passed while no worker ran is made up for, each step once.
        """
        read = rows(cls.select(cls.alarm_at, cls.id, cls.level, cls.order).where(cls.alarm_at <= now())
                    .order_by(cls.alarm_at, cls.id).limit(most))
        until = read[-1][0] if len(read) == most else now()  # what follows may not overtake what was not read
        told = 0
        while read:
            alarm_at, id, level, order = heappop(read)
            step, following = cls._tell(id, order, alarm_at, level)
            told += step is not None
            if following.alarm_at is not None and following.alarm_at <= until:
                heappush(read, (following.alarm_at, id, following.level, order))
        return told

    @classmethod
    def _tell(cls, id: int, order_id: int, alarm_at: datetime, level: int) -> "tuple[Step | None, Deadline]":
        """The signal, unless another worker gave it: in one transaction with the row's step to the next."""
        with writing():
            order = WorkOrder.get_by_id(order_id)
            order.catch_up()  # first the order, then what belongs to it: as every verb takes its locks
            row: Deadline = cls.get_by_id(id)
            if (row.alarm_at, row.level) != (alarm_at, level):
                return None, row
            steps = row.steps(limit_of(order))
            step = row._set_alarm(steps)
            if step is not None and step.at > now():
                step = None  # another limit holds by now, and tells it later
            if step is not None:
                row.level += 1
                row._set_alarm(steps)
            moved = cls.update(alarm_at=row.alarm_at, level=row.level).where(
                cls.id == id, cls.alarm_at == alarm_at, cls.level == level).execute()
            if not moved:
                return None, cls.get_by_id(id)
            if step is not None:
                order.signal(step.verb, what=row.what, due=row.due_at, level=step.level, to=told_to(order, row, step))
        return step, row


def promised(order: WorkOrder) -> dict[str, tuple[datetime, datetime]]:
    """What runs in the order's state, with when it began and is due."""
    since = (order.registered_at or order.reported_at) if order.round == 1 else now()
    ends: dict[str, datetime | None] = {}
    match order.state:
        case "reported":
            return {"first_reply": (order.reported_at, order.due_at), **silence(order)}
        case "registered" | "assigned":
            ends = {"accept": order.accept_due, "complete": order.complete_due}
        case "accepted":
            ends = {"arrive": order.arrive_due, "complete": order.complete_due}
        case "working":
            ends = {"contain": order.contain_due if order.round == 1 else None, "complete": order.complete_due}
        case "rework":
            ends = {"complete": order.complete_due}
        case "suspended":
            hold = order.standing_hold
            return {**({"hold": (hold.approved_at, hold.promised_at)} if hold else {}), **recontact(order)}
        case "finished" | "calling":
            callback = order.callback
            if order.state == "calling" or not callback.exemption:
                return {"callback": (callback.created_at, callback.due_at), **recontact(order), **silence(order)}
    return {**{what: (since, due) for what, due in ends.items() if due is not None}, **recontact(order),
            **silence(order)}


def recontact(order: WorkOrder) -> dict[str, tuple[datetime, datetime]]:
    """Somebody is to talk to the owner who was not content, whatever becomes of the work meanwhile."""
    due = order.recontact_due
    return {"recontact": (now(), due)} if due is not None and order.state not in ENDED else {}


def silence(order: WorkOrder) -> dict[str, tuple[datetime, datetime]]:
    due = silent_until(order)
    return {"stale": (now(), due)} if due is not None else {}


def silent_until(order: WorkOrder) -> datetime | None:
    """Until when nobody need say anything, from now: hours by the wall clock, told while the estate is open."""
    limit = limit_of(order)
    if not limit.stale_h or order.state in ENDED or order.state == "suspended":
        return None
    return limit.counts().opening(now() + timedelta(hours=limit.stale_h))


def limit_of(order: WorkOrder) -> TimeLimit:
    """The order's own; one not sorted yet has that of an ordinary repair."""
    return order.limit or TimeLimit.standard(order.estate, "repair", "P2")


def told_to(order: WorkOrder, row: Deadline, step: Step) -> list[str]:
    """Words for who is told: a role, or what somebody is to this order."""
    if step.to:
        return [step.to]
    first_contact = "first_contact" if order.__data__.get("first_contact") else "desk"
    if row.what == "recontact":
        return [first_contact, "supervisor"]
    if order.state == "finished":
        first = "supervisor"
    elif order.state == "calling":
        first = "manager" if order.is_major else "caller"
    else:
        has_it = order.__data__.get("assignee") and order.state in OPEN_TO_WORK and order.state != "registered"
        first = "assignee" if has_it else first_contact
    return [first] if step.verb != "overdue" or first == first_contact else [first, first_contact]


# What the sweep reads.
Deadline.add_index(Deadline.alarm_at, Deadline.id, where=Deadline.alarm_at.is_null(False), name="deadline_alarm")
