"""The work order: what it knows and every verb that moves it.

Each verb is permission, guard, one conditional UPDATE on the old state, one event, one transaction.
"""
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect, TextField

from models.base import Record, is_sqlite, now, rows, writing
from models.dispatch import Category
from models.errors import DomainError, NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.owner import Owner
from models.place import Estate, Place
from models.sla import TimeLimit
from models.sla.record import PRIORITIES
from models.text import SHORT, said
from models.user import User
from models.work_order.entitlement import refusal
from models.work_order.moves import CHANNELS, KINDS, MOVES, PARTS
from models.work_order.number import next_number

# Who sees every order of their estates; the others see those they held or reported. An administrator sees none.
SEE_ALL = ("desk", "supervisor", "caller", "manager", "representative")


class WorkOrder(Record):
    """`version` counts its moves. `due_at` is what lists sort by: the next time promised."""

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
    reported_at = DateTimeField()
    registered_at = DateTimeField(null=True)
    accept_due = DateTimeField(null=True)
    arrive_due = DateTimeField(null=True)
    complete_due = DateTimeField(null=True)
    due_at = DateTimeField()
    archived_at = DateTimeField(null=True)
    exemption = CharField(max_length=4, null=True)

    seen: int | None = None  # the version the person had before their eyes, where they said
    told: Mapping[str, object] = {}  # what the phone says of when it was done, for what waited in its outbox
    moved = False  # since it was looked up here

    # -- the start of an order

    @classmethod
    def report(
        cls, place: Place, text: str, *, by: User | None, channel: str = "scan", spot: str = "",
        name: str = "", phone: str = "", told: Mapping[str, object] | None = None,
    ) -> Self:
        """报事: an owner by QR (`by` is None) or anyone on the staff says what is wrong and where."""
        return cls._begin("report", place, text, by=by, channel=channel, spot=spot, name=name, phone=phone,
                          told=told or {})

    @classmethod
    def register_call(
        cls, place: Place, text: str, category: Category, *, by: User, channel: str, kind: str = "", priority: str = "",
        read_back: bool, spot: str = "", name: str = "", phone: str = "",
    ) -> Self:
        """受理 of what somebody told the desk: report and registering in one."""
        cls._may_begin("register", place, by)
        settled = cls._settle(category, kind, priority, place, read_back)
        return cls._begin("register", place, text, by=by, channel=channel, spot=spot, name=name, phone=phone,
                          first_contact=by, **settled)

    @classmethod
    def _begin(
        cls, verb: str, place: Place, text: str, *, by: User | None, channel: str, spot: str, name: str, phone: str,
        told: Mapping[str, object] = {}, **more: Any,
    ) -> Self:
        if by is not None:
            cls._may_begin(verb, place, by)
        if channel not in CHANNELS:
            raise Refused("channel.unknown", field="channel")
        text = said(text, field="text", needed=True)
        spot = said(spot, field="spot", most=SHORT)
        at = now()
        with writing():
            owner = Owner.leave(place.estate, name, phone)
            state = MOVES[verb].to[0]
            # Not sorted yet, it is promised the first reply of an ordinary repair.
            more.setdefault("due_at", TimeLimit.standard(place.estate, "repair", "P2").first_reply_due(at))
            order = cls.create(**{
                "number": next_number("GD", place.estate.local(at).date()), "estate": place.estate, "place": place,
                "state": state, "text": text, "spot": spot, "channel": channel, "owner": owner,
                "reported_by": by, "reported_at": at, **more,
            })
            Event.record(order.number, verb, by=by, became=state, at=at,
                         detail={**told, "channel": channel, "place": place.full_name, "version": order.version})
            order.told = told
        return order

    @classmethod
    def _may_begin(cls, verb: str, place: Place, by: User) -> None:
        who = MOVES[verb].who
        if place.estate not in by.estates or not ("anyone" in who or by.has_role(*who)):
            raise NotAllowed("not_for_you", verb=verb)

    def register(
        self, category: Category, *, by: User, kind: str = "", priority: str = "", place: Place | None = None,
        spot: str | None = None, read_back: bool,
    ) -> None:
        """受理: the desk settles kind, category, priority and place; fixes first contact and time limits."""
        with writing():
            self.check("register", by)
            place = place or self.place
            if place.estate != self.estate:
                raise Refused("place.unknown", field="place", name=place.full_name)
            changes = self._settle(category, kind, priority, place, read_back)
            if spot is not None:
                changes["spot"] = said(spot, field="spot", most=SHORT)
            detail = {"kind": changes["kind"], "priority": changes["priority"], "category": category.code,
                      "place": place.full_name, "spot": changes.get("spot", self.spot),
                      "was_place": self.place.full_name, "was_spot": self.spot}
            self.move("register", by=by, first_contact=by, place=place, detail=detail, **changes)

    @classmethod
    def _settle(
        cls, category: Category, kind: str, priority: str, place: Place, read_back: bool,
    ) -> dict[str, Any]:
        if category.estate != place.estate:
            raise Refused("category.unknown", field="category")
        kind = kind or category.kind
        priority = priority or category.priority
        if kind not in KINDS:
            raise Refused("kind.unknown", field="kind")
        if priority not in PRIORITIES:
            raise Refused("priority.unknown", field="priority")
        if not read_back:
            raise Refused("register.not_read_back", field="read_back")
        limit = category.limit_for(kind, priority)
        at = now()
        promise = limit.promise(at)
        return {"category": category, "kind": kind, "priority": priority, "limit": limit, "registered_at": at,
                "accept_due": promise.accept, "arrive_due": promise.arrive, "complete_due": promise.complete,
                "due_at": promise.accept or promise.complete or at}

    # -- dispatch and work

    def assign(self, technician: User, *, by: User) -> None:
        """派单: to a person who takes work on this estate and had no other part in this order."""
        with writing():
            self.check("assign", by)
            if not technician.has_role("technician", "vendor") or self.estate not in technician.estates:
                raise Refused("assign.not_a_technician", field="technician")
            if technician.disabled_at is not None:
                raise Refused("assign.disabled", field="technician")
            if technician.id in self.parts["inspector"] | self.parts["caller"]:
                raise Refused("assign.had_another_part", field="technician", name=technician.name)
            self._current_assignment(ended_at=now())
            self.move("assign", by=by, assignee=technician, due_at=self._accept_due(),
                       detail={"to": technician.login, "name": technician.name})
            self._children("assignments").create(order=self, technician=technician, by=by, at=now())

    def accept(self, *, by: User) -> None:
        """接单."""
        with writing():
            self.check("accept", by)
            arrive_due = self.arrive_due if self.round == 1 else None
            self.move("accept", by=by, due_at=arrive_due or self.complete_due or self.due_at)
            self._current_assignment(accepted_at=now())

    def _accept_due(self) -> datetime:
        """By when a newly assigned technician is to accept. Who gets it later has as long as the first had."""
        if self.round > 1 or self.limit is None:
            return self.complete_due or self.due_at
        due = self.accept_due if self.state == "registered" else self.limit.promise(now()).accept
        return due or self.complete_due or self.due_at

    def arrive(self, *, by: User, no_photo_reason: str = "") -> None:
        """到场: with a before photo of this round, or a stated reason why there is none."""
        reason = said(no_photo_reason, field="no_photo_reason", most=SHORT)
        with writing():
            self.check("arrive", by)
            wanted = self.category.before_photos if self.category else 1
            if wanted and not reason and self._photos_by(by, "before") < wanted:
                raise Refused("arrive.no_before_photo", field="photos", least=wanted)
            self.move("arrive", by=by, due_at=self.complete_due or self.due_at, detail={"reason": reason})

    def finish(self, done: str, *, by: User, parts: str = "", hours: float | None = None) -> None:
        """完工: with the after photos the category asks for and what was done; creates the callback."""
        done = said(done, field="done", needed=True)
        parts = said(parts, field="parts", most=SHORT)
        if hours is not None and not 0 <= hours <= 999:
            raise Refused("finish.hours", field="hours")
        with writing():
            self.check("finish", by)
            wanted = self.category.after_photos if self.category else 1
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
        seen = cls.select().where(cls.estate.in_(user.estates))
        if user.has_role(*SEE_ALL):
            return seen
        assignment = cls.assignments.rel_model  # type: ignore[attr-defined]
        held = assignment.select(assignment.order).where(assignment.technician == user)
        return seen.where((cls.reported_by == user) | cls.id.in_(held))

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
        return {holder for (holder,) in rows(assignment.select(assignment.technician).where(assignment.order == self))}

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
        row = WorkOrder.select(WorkOrder.state, WorkOrder.version, WorkOrder.round, WorkOrder.assignee)
        row = row.where(WorkOrder.id == self.id)
        state, version, round, assignee = rows(row if is_sqlite() else row.for_update())[0]
        if version != self.version:
            self._took(state=state, version=version, round=round, assignee=assignee)
        self._forget_people()

    def move(
        self, verb: str, *, by: User | None, to: str | None = None, detail: dict[str, object] | None = None,
        **changes: Any,
    ) -> None:
        """The one way a state changes: a conditional UPDATE and its event, inside the caller's transaction."""
        move = MOVES[verb]
        became = to or move.to[0]
        if self.state not in move.from_ or became not in move.to:
            raise Stale("work_order.moved_on", verb=verb, state=self.state)
        moved = (WorkOrder.update(state=became, version=self.version + 1, **changes)
                 .where(WorkOrder.id == self.id, WorkOrder.state == self.state, WorkOrder.version == self.version)
                 .execute())
        if not moved:
            raise Stale("work_order.moved_on", verb=verb, state=self.state)
        Event.record(self.number, verb, by=by, was=self.state, became=became,
                     detail={**self.told, **(detail or {}), "version": self.version + 1})
        self._took(state=became, version=self.version + 1, **changes)
        self.moved = True

    def _took(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self._dirty.clear()  # type: ignore[attr-defined]  # written already, by the UPDATE
        self._forget_people()

    def tell(self, verb: str, *, by: User | None, **detail: object) -> None:
        """Record a fact that moves nothing."""
        Event.record(self.number, verb, by=by, was=self.state, became=self.state, detail={**self.told, **detail})
        self._forget_people()

    def _forget_people(self) -> None:
        self.__dict__.pop("parts", None)
        self.__dict__.pop("holder_ids", None)

    def _children(self, backref: str) -> Any:
        """The class of rows that belong to an order; they import this module, so it finds them by backref."""
        return getattr(self, backref).model

    def _current_assignment(self, **changes: Any) -> None:
        assignment = self._children("assignments")
        assignment.update(**changes).where(assignment.order == self, assignment.ended_at.is_null()).execute()


# Lists read open orders by place of work or by person, and the archive from its newest end. The conditions name
# `archived_at`, not the state: a partial index on a list of states is not used with bound parameters.
WorkOrder.add_index(WorkOrder.estate, WorkOrder.state, WorkOrder.priority, WorkOrder.due_at, WorkOrder.id,
                    where=WorkOrder.archived_at.is_null(), name="work_order_open")
WorkOrder.add_index(WorkOrder.assignee, WorkOrder.priority, WorkOrder.due_at, WorkOrder.id,
                    where=WorkOrder.archived_at.is_null(), name="work_order_open_of")
WorkOrder.add_index(WorkOrder.estate, WorkOrder.archived_at, WorkOrder.id, name="work_order_archive")
WorkOrder.add_index(WorkOrder.assignee, WorkOrder.archived_at, WorkOrder.id, name="work_order_archive_of")
