"""The work order: what it knows and every verb that moves it.

Each verb is permission, guard, one conditional UPDATE on the old state, one event, one transaction.
"""
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    Expression,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
    TextField,
)

from models.base import Record, is_sqlite, now, rows, writing
from models.dispatch import Category, Certificate, Firm
from models.errors import DomainError, NotFound, Refused, Stale
from models.event import Event
from models.owner import Owner
from models.place import Estate, Place
from models.sla import TimeLimit
from models.text import SHORT, said
from models.user import User
from models.work_order import intake
from models.work_order.entitlement import refusal
from models.work_order.moves import FIELD_WORK, MOVES, PARTS

if TYPE_CHECKING:
    from models.work_order.complaint import Classification

# Who sees every order of their estates; the others see those they held or reported. An administrator sees none.
SEE_ALL = ("desk", "supervisor", "caller", "manager", "representative")


class WorkOrder(Record):
    """`version` counts its moves. `due_at` is what lists sort by: the next time promised, and `due_what` what for."""

    id = AutoField()
    number = CharField(max_length=24, unique=True)
    estate = ForeignKeyField(Estate, backref="orders")
    kind = CharField(max_length=16, default="repair")
    state = CharField(max_length=12)
    version = IntegerField(default=1)
    round = IntegerField(default=1)
    priority = CharField(max_length=2, default="P2")
    category = ForeignKeyField(Category, null=True, backref="orders")
    limit = ForeignKeyField(TimeLimit, null=True, backref="orders")
    place = ForeignKeyField(Place, backref="orders")
    spot = CharField(max_length=SHORT, default="")
    text = TextField()
    channel = CharField(max_length=8)
    owner = ForeignKeyField(Owner, null=True, backref="orders")
    reported_by = ForeignKeyField(User, null=True, backref="reported")
    first_contact = ForeignKeyField(User, null=True, backref="first_contacts")
    assignee = ForeignKeyField(User, null=True, backref="assigned")
    firm = ForeignKeyField(Firm, null=True, backref="orders")
    first_assigned_at = DateTimeField(null=True)
    reported_at = DateTimeField()
    registered_at = DateTimeField(null=True)
    accept_due = DateTimeField(null=True)
    arrive_due = DateTimeField(null=True)
    contain_due = DateTimeField(null=True)
    complete_due = DateTimeField(null=True)
    recontact_due = DateTimeField(null=True)  # by when somebody talks to an owner who was not content; then None
    appointment_at = DateTimeField(null=True)
    wanted_at = DateTimeField(null=True)  # when the owner would like it
    scope = CharField(max_length=8, default="")  # how far it reaches; "" where nobody said
    due_at = DateTimeField()
    due_what = CharField(max_length=12, default="")
    archived_at = DateTimeField(null=True)
    exemption = CharField(max_length=4, null=True)
    urged = IntegerField(default=0)
    repeat_of = ForeignKeyField("self", null=True, backref="repeated_by")
    repeats = IntegerField(default=0)  # how many of its like came before it within thirty days
    reopened = IntegerField(default=0)  # how often it was taken up again after archiving
    is_difficult = BooleanField(default=False)

    seen: int | None = None  # the version the person had before their eyes, where they said
    told: Mapping[str, object] = {}  # what the phone says of when it was done, for what waited in its outbox
    moved = False  # since it was looked up here

    # -- the start of an order

    report = classmethod(intake.report)
    register_call = classmethod(intake.register_call)
    register = intake.register
    register_by_rule = intake.register_by_rule
    prioritize = intake.prioritize

    # -- dispatch and work

    def dispatch_by_rule(self) -> None:
        self._children("assignments").by_rule(self)

    def assign(self, taker: User | Firm, *, by: User, why: str = "") -> None:
        """派单: to a person or a firm; `why` for whoever the shortlist does not propose."""
        self._children("assignments").give(self, taker, by=by, why=why)

    def accept(self, *, by: User) -> None:
        """接单. What was given to a firm becomes the order of whoever of its people is first."""
        with writing():
            self.catch_up()
            if self.__data__.get("firm") in by.firm_ids and self.__data__.get("assignee") not in (None, by.id):
                raise Stale("accept.taken", name=self.assignee.name if self.assignee else "")
            self.check("accept", by)
            arrive_due = self.arrive_due if self.round == 1 and not self._was_arrived_at() else None
            self.move("accept", by=by, assignee=by, due_at=arrive_due or self.complete_due or self.due_at)
            self.current_assignment(accepted_at=now(), technician=by)

    def next_accept_due(self) -> datetime | None:
        """By when a newly assigned technician is to accept. Who gets it later has as long as the first had."""
        if self.limit is None or self.first_assigned_at is None:
            return self.accept_due
        return self.limit.promise(now()).accept

    @property
    def is_transferred(self) -> bool:
        return bool(self._children("transfers").select().where(self._children("transfers").order == self).exists())

    @property
    def was_begun(self) -> bool:
        """Has anybody been there, in this round or before?"""
        return self.round > 1 or self._was_arrived_at()

    def _was_arrived_at(self) -> bool:
        """Had somebody arrived before it changed hands?"""
        transfer = self._children("transfers")
        return bool(transfer.select().where(transfer.order == self, transfer.after_arrival).exists())

    def arrive(self, *, by: User, no_photo_reason: str = "") -> None:
        """到场: with a before photo of this round, or a stated reason why there is none."""
        reason = said(no_photo_reason, field="no_photo_reason", most=SHORT)
        with writing():
            self.check("arrive", by)
            wanted = self.category.before_photos if self.category else 1
            if wanted and not reason and self._photos_by(by, "before") < wanted:
                raise Refused("arrive.no_before_photo", field="photos", least=wanted)
            self.move("arrive", by=by, due_at=self.complete_due or self.due_at, detail={"reason": reason})

    def contain(self, *, by: User, note: str = "") -> None:
        """控制住: in an emergency, nobody is in danger any more; the repair itself goes on."""
        note = said(note, field="contain_note", most=SHORT)
        with writing():
            self.check("contain", by)
            if self.contain_due is None:
                raise Refused("contain.not_promised")
            if self.is_contained:
                raise Stale("contain.done_already")
            self._children("deadlines").meet(self, "contain")
            self.amend("contain", by=by, detail={"note": note})

    def finish(
        self, done: str, *, by: User, parts: str = "", hours: float | None = None, summary: str = "",
    ) -> None:
        """完工: with the after photos the category asks for and what was done; creates the callback.

        A complaint has its agreed plan and a closing summary for its proof, and asks for no photos.
        """
        done = said(done, field="done", needed=True)
        parts = said(parts, field="parts", most=SHORT)
        if hours is not None and not 0 <= hours <= 999:
            raise Refused("finish.hours", field="hours")
        with writing():
            self.check("finish", by)
            if self.complaint is not None:
                self.complaint.conclude(summary)
            wanted = self.after_photos_wanted
            there = self._photos_by(by, "after")
            if there < wanted:
                raise Refused("finish.after_photos", field="photos", least=wanted, missing=wanted - there)
            if self.asked_hold:
                self.asked_hold.withdraw()
            self._children("completions").create(order=self, round=self.round, by=by, at=now(), done=done,
                                                 parts=parts, hours=hours)
            callback = self._children("callbacks").owe(self)
            self.move("finish", by=by, due_at=callback.due_at,
                      detail={"done": done, "parts": parts, "hours": hours, "round": self.round})

    # -- looking up

    @classmethod
    def seen_by(cls, user: User) -> "ModelSelect[WorkOrder]":
        """Every order that exists for this person."""
        seen = cls.select().where(cls.estate.in_(user.estates), ~cls.kept_from(user))
        if user.has_role(*SEE_ALL):
            return seen
        assignment = cls.assignments.rel_model  # type: ignore[attr-defined]
        held = assignment.select(assignment.order).where(assignment.technician == user)
        theirs = (cls.reported_by == user) | cls.id.in_(held)
        if "emergency" in user.skills:
            # The whole emergency team is called, so it sees what it is called for; a complaint is not that.
            theirs |= (cls.priority == "P0") & (cls.kind != "complaint") & cls.archived_at.is_null()
        if user.has_role("technician", "vendor"):
            theirs |= cls.grabbable_by(user)
        if user.firm_ids:
            theirs |= cls.firm.in_(user.firm_ids)
        if user.has_role("technician"):
            support = cls.supports.rel_model  # type: ignore[attr-defined]
            theirs |= cls.id.in_(support.select(support.order).where(support.department == user.department))
        return seen.where(theirs)

    @classmethod
    def grabbable_by(cls, user: User) -> Expression:
        """On offer to whoever is faster: not given to anybody, and this person has the skill and certificate for it.

        A complaint is on offer to nobody.
        """
        today = user.estates[0].local(now()).date() if user.estates else now().date()
        offered = Category.select(Category.id).where(
            Category.may_grab, Category.estate.in_(user.estates), Category.skill.in_(Certificate.able(user, today)))
        return ((cls.state == "registered") & (cls.kind != "complaint") & cls.archived_at.is_null()
                & cls.category.in_(offered))

    @classmethod
    def was_on_offer(cls, number: str, user: User) -> "WorkOrder | None":
        """An order that somebody else grabbed, for whoever could have: they may hear who was faster, and no more."""
        able = Certificate.able(user, now().date())
        offered = Category.select(Category.id).where(Category.may_grab, Category.skill.in_(able))
        return cls.get_or_none(cls.number == number, cls.kind != "complaint", cls.estate.in_(user.estates),
                               cls.category.in_(offered), cls.assignee.is_null(False))

    def is_grabbable(self, user: User) -> bool:
        return WorkOrder.select().where(WorkOrder.id == self.id, WorkOrder.grabbable_by(user)).exists()

    @classmethod
    def kept_from(cls, user: User) -> Any:
        """Which orders do not exist for this person though others of their roles see them.

        Complaints about them or their department whose complainant is hidden.
        """
        complaint = cls.complaints.rel_model  # type: ignore[attr-defined]
        hidden = complaint.select(complaint.order).where(
            complaint.hidden,
            (complaint.about_department == user.department) | (complaint.about == user))
        return cls.id.in_(hidden)

    @classmethod
    def find(cls, number: str, *, by: User) -> Self:
        """The order of that number, looked up through the person: NotFound when it is not theirs to see."""
        order = cls.seen_by(by).where(cls.number == number).get_or_none()
        if order is None:
            raise NotFound("work_order.unknown")
        return order  # type: ignore[return-value]  # peewee's select() loses Self

    # -- who may

    def refusal(self, verb: str, by: User) -> DomainError | None:
        """Why this person may not do this now; None when they may."""
        return refusal(self, verb, by)

    def allows(self, verb: str, *, by: User) -> bool:
        return refusal(self, verb, by) is None

    @cached_property
    def parts(self) -> dict[str, set[int]]:
        """Who had which part in any round, as the history tells: worker, inspector, caller."""
        parts: dict[str, set[int]] = {part: set() for part in PARTS.values()}
        events = Event.select(Event.verb, Event.by).where(
            Event.subject == self.number, Event.verb.in_(tuple(PARTS)), Event.by.is_null(False))
        for verb, by in rows(events):
            parts[PARTS[verb]].add(by)
        return parts

    @cached_property
    def holder_ids(self) -> set[int]:
        """Everyone it was ever assigned to."""
        assignment = self._children("assignments")
        return {holder for (holder,) in rows(assignment.select(assignment.technician).where(
            assignment.order == self, assignment.technician.is_null(False)))}

    # -- by its kind

    @cached_property
    def complaint(self) -> Any:
        """What belongs to a complaint; None for an order that is none."""
        if self.kind != "complaint":
            return None
        complaint = self._children("complaints")
        return complaint.get_or_none(complaint.order == self)

    def concerns(self, person: User) -> bool:
        """Is it a complaint about this person or their department?"""
        return self.complaint is not None and bool(self.complaint.concerns(person))

    @property
    def is_major(self) -> bool:
        return self.complaint is not None and bool(self.complaint.grade == "major")

    @property
    def praised(self) -> User | None:
        """Whom an owner praised with it."""
        praise = self._children("praises")
        found = praise.get_or_none(praise.order == self) if self.kind == "praise" else None
        return found.person if found else None

    def praise(self, person: User, *, by: User) -> None:
        self._children("praises").link(self, person, by=by)

    def take_complaint(self, facts: "Classification | None", *, by: User) -> None:
        self._children("complaints").begin(self, facts, by=by)

    def answer(self, text: str, *, by: User, praised: User | None = None, exemption_note: str = "") -> None:
        self._children("replies").give(self, text, by=by, praised=praised, exemption_note=exemption_note)

    @property
    def reply(self) -> Any:
        """The answer given on the spot, if it was."""
        reply = self._children("replies")
        return reply.get_or_none(reply.order == self)

    @property
    def is_field_work(self) -> bool:
        return self.kind in FIELD_WORK

    @property
    def after_photos_wanted(self) -> int:
        if self.kind == "complaint":
            return 0
        return self.category.after_photos if self.category else 1

    @cached_property
    def supporting(self) -> set[str]:
        """The departments that were ever asked to support it."""
        support = self._children("supports")
        return {name for (name,) in rows(support.select(support.department).where(support.order == self))}

    # -- reading

    def photos_of(self, stage: str) -> Any:
        """The photos of that stage in the present round, as a query."""
        photo = self._children("photos")
        return photo.select().where(
            photo.order == self, photo.stage == stage, photo.round == self.round).order_by(photo.id)

    def _photos_by(self, by: User, stage: str) -> int:
        """What somebody who had it before sends late is evidence of their work, not of this person's."""
        return int(self.photos_of(stage).where(self._children("photos").by == by).count())

    @property
    def asked_hold(self) -> Any:
        hold = self._children("holds")
        return hold.get_or_none(hold.order == self, hold.approved_at.is_null(), hold.ended_at.is_null())

    @property
    def standing_hold(self) -> Any:
        """The hold asked or approved and not over, if any."""
        hold = self._children("holds")
        return hold.get_or_none(hold.order == self, hold.ended_at.is_null())

    @property
    def is_contained(self) -> bool:
        """Was the danger said to be under control?"""
        deadline = self._children("deadlines")
        return bool(deadline.select().where(
            deadline.order == self, deadline.what == "contain", deadline.met_at.is_null(False)).exists())

    @property
    def callback(self) -> Any:
        """The callback of this round."""
        callback = self._children("callbacks")
        return callback.get(callback.order == self, callback.round == self.round)

    @property
    def title(self) -> str:
        return self.text.split("\n", 1)[0]

    @property
    def where(self) -> str:
        return f"{self.place.full_name} {self.spot}".strip()

    # -- the one primitive

    def check(self, verb: str, by: User) -> None:
        """Raise why this person may not do this now to what they saw; called inside the transaction that does it."""
        was = self.version if self.seen is None else self.seen
        self.catch_up()
        no = refusal(self, verb, by)
        if no is not None:
            raise no
        if was != self.version:
            raise Stale("work_order.moved_on", verb=verb, state=self.state)

    def welcome(self, verb: str, by: User) -> None:
        """`check` for evidence, which is as good as ever when the order has moved on meanwhile."""
        self.catch_up()
        no = refusal(self, verb, by)
        if no is not None:
            raise no

    def catch_up(self) -> None:
        """Hold the row until the transaction ends, and be what it is now: it may have moved since it was read."""
        row: Any = WorkOrder.select().where(WorkOrder.id == self.id).dicts()
        stands = (row if is_sqlite() else row.for_update()).get()
        if stands["version"] != self.version:
            self._took(**stands)
        self._forget_people()

    def move(
        self, verb: str, *, by: User | None, to: str | None = None, detail: dict[str, object] | None = None,
        via: str = "", **changes: Any,
    ) -> None:
        """The one way a state changes: a conditional UPDATE and its event, inside the caller's transaction.

        `via` is "rule" where no person but a rule did it.
        """
        became = to or MOVES[verb].to[0]
        if became not in MOVES[verb].to:
            raise Stale("work_order.moved_on", verb=verb, state=self.state)
        self._change(verb, became, by=by, detail=detail, via=via, changes=changes)

    def amend(
        self, verb: str, *, by: User | None, detail: dict[str, object] | None = None, via: str = "", **changes: Any,
    ) -> None:
        """A fact that changes what the order says of itself, and not its state; else as `move`."""
        self._change(verb, self.state, by=by, detail=detail, via=via, changes=changes)

    def mark(self, *conditions: Any, **changes: Any) -> bool:
        """Change columns the work does not depend on, in the caller's transaction; False where a condition failed.

        The version stays: what waits in a phone's outbox is none the worse for it.
        """
        if not WorkOrder.update(**changes).where(WorkOrder.id == self.id, *conditions).execute():
            return False
        self._took(**changes)
        return True

    def _change(
        self, verb: str, became: str, *, by: User | None, detail: dict[str, object] | None, via: str,
        changes: dict[str, Any],
    ) -> None:
        was, version = self.state, self.version + 1
        moved = self.state in MOVES[verb].from_ and (
            WorkOrder.update(state=became, version=version, **changes)
            .where(WorkOrder.id == self.id, WorkOrder.state == self.state, WorkOrder.version == self.version).execute())
        if not moved:
            raise Stale("work_order.moved_on", verb=verb, state=self.state)
        Event.record(self.number, verb, by=by, was=was, became=became, via=via,
                     detail={**self.told, **(detail or {}), "version": version})
        self._took(state=became, version=version, **changes)
        self._children("deadlines").follow(self, was=was)
        if was != became:
            self._children("findings").follow(self)
        self.moved = True

    def _took(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self._dirty.clear()  # type: ignore[attr-defined]  # written already, by the UPDATE
        self._forget_people()

    def tell(self, verb: str, *, by: User | None, **detail: object) -> None:
        """Record a fact that moves nothing."""
        Event.record(self.number, verb, by=by, was=self.state, became=self.state, detail={**self.told, **detail})
        self._children("deadlines").hear(self)
        self._forget_people()

    def signal(self, verb: str, **detail: object) -> None:
        """Record what a rule noticed about this order: one of SIGNALS, by nobody."""
        Event.record(self.number, verb, by=None, was=self.state, became=self.state, via="rule", detail=detail)

    def _forget_people(self) -> None:
        self.__dict__.pop("parts", None)
        self.__dict__.pop("holder_ids", None)
        self.__dict__.pop("complaint", None)
        self.__dict__.pop("supporting", None)

    def _children(self, backref: str) -> Any:
        """The class of rows that belong to an order; they import this module, so it finds them by backref."""
        return getattr(self, backref).model

    def current_assignment(self, **changes: Any) -> None:
        assignment = self._children("assignments")
        assignment.update(**changes).where(assignment.order == self, assignment.ended_at.is_null()).execute()


# Lists read open orders by place of work or by person, and the archive from its newest end. The conditions name
# `archived_at`, not the state: a partial index on a list of states is not used with bound parameters.
WorkOrder.add_index(WorkOrder.estate, WorkOrder.state, WorkOrder.priority, WorkOrder.due_at, WorkOrder.id,
                    where=WorkOrder.archived_at.is_null(), name="work_order_open")
WorkOrder.add_index(WorkOrder.assignee, WorkOrder.priority, WorkOrder.due_at, WorkOrder.id,
                    where=WorkOrder.archived_at.is_null(), name="work_order_open_of")
WorkOrder.add_index(WorkOrder.firm, WorkOrder.priority, WorkOrder.due_at, WorkOrder.id,
                    where=WorkOrder.archived_at.is_null(), name="work_order_open_of_firm")
WorkOrder.add_index(WorkOrder.estate, WorkOrder.archived_at, WorkOrder.id, name="work_order_archive")
WorkOrder.add_index(WorkOrder.assignee, WorkOrder.archived_at, WorkOrder.id, name="work_order_archive_of")
# What is to be called about, the first due first.
WorkOrder.add_index(WorkOrder.estate, WorkOrder.state, WorkOrder.due_at, WorkOrder.id,
                    where=WorkOrder.archived_at.is_null(), name="work_order_calling")
# What is near a report, what each first contact follows, and what repeats.
WorkOrder.add_index(WorkOrder.place, WorkOrder.id, where=WorkOrder.archived_at.is_null(), name="work_order_open_at")
WorkOrder.add_index(WorkOrder.category, WorkOrder.id, where=WorkOrder.archived_at.is_null(), name="work_order_open_in")
WorkOrder.add_index(WorkOrder.first_contact, WorkOrder.priority, WorkOrder.due_at, WorkOrder.id,
                    where=WorkOrder.archived_at.is_null(), name="work_order_followed")
WorkOrder.add_index(WorkOrder.place, WorkOrder.category, WorkOrder.registered_at, name="work_order_same")
WorkOrder.add_index(WorkOrder.estate, WorkOrder.registered_at, where=WorkOrder.repeat_of.is_null(False),
                    name="work_order_repeat")
