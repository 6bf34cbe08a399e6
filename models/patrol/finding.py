"""The finding (隐患): what a patrol, or anybody of the staff, found before an owner did, until it is closed (销号)."""
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
    TextField,
)

from models.base import Record, now, rows, writing
from models.dispatch import Category
from models.errors import DomainError, NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.patrol.check_item import PRIORITY_OF, SEVERITIES, CheckItem
from models.patrol.visit import Visit, done_when
from models.photo import Photo, Picture
from models.place import Estate, Grid, Place
from models.sla import TimeLimit
from models.text import SHORT, said
from models.user import User
from models.work_order import Merge, Reopening, WorkOrder
from models.work_order.number import Counter

# 待整改, 整改中 (by an order), 待复查, 已销号
STATES = ("open", "rectifying", "rectified", "closed")
REMEDIES = ("on_spot", "order")  # 当场整改, 转工单
WORKING = ("technician", "patrol", "supervisor", "desk", "caller", "manager", "vendor")
LOOK_ON = ("patrol", "supervisor", "desk", "manager", "representative")
# From which state each verb leads on, and the roles of who may. The finder always may, but for the recheck.
VERBS = {
    "rectify": (("open",), ("technician", "patrol", "supervisor")),
    "make_order": (("open",), ("patrol", "supervisor", "desk", "manager")),
    "recheck": (("rectified",), ("patrol", "supervisor", "manager")),
}
BATCH = 200


class Finding(Record):
    """`found_at` is when it was found, `at` when we heard of it; `due_at` is by when it is to be put right, by its
    severity. `round` counts its rectifications. `rectified_by` is who put it right where no order did. `told_at`: when
    the supervisors were told that it is overdue.
    """

    id = AutoField()
    number = CharField(max_length=24, unique=True)
    estate = ForeignKeyField(Estate, backref="findings", index=False)
    grid = ForeignKeyField(Grid, null=True, backref="findings")
    place = ForeignKeyField(Place, backref="findings", index=False)
    spot = CharField(max_length=SHORT, default="")
    visit = ForeignKeyField(Visit, null=True, backref="findings", index=False)
    item = ForeignKeyField(CheckItem, null=True, backref="findings")
    category = ForeignKeyField(Category, null=True, backref="findings")
    severity = CharField(max_length=8)
    text = TextField()
    state = CharField(max_length=12, default="open")
    round = IntegerField(default=1)
    by = ForeignKeyField(User, backref="findings")
    found_at = DateTimeField()
    at = DateTimeField()
    due_at = DateTimeField()
    told_at = DateTimeField(null=True)
    order = ForeignKeyField(WorkOrder, null=True, backref="findings")
    done = TextField(default="")
    rectified_by = ForeignKeyField(User, null=True, backref="findings_rectified")
    rectified_at = DateTimeField(null=True)
    closed_by = ForeignKeyField(User, null=True, backref="findings_closed")
    closed_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("visit", "item"), True), (("estate", "at"), False), (("place", "category", "found_at"), False))

    # -- what becomes of it

    @classmethod
    def report(
        cls, place: Place, text: str, severity: str, *, by: User, pictures: list[Picture], remedy: str = "order",
        visit: Visit | None = None, item: CheckItem | None = None, category: Category | None = None, spot: str = "",
        phone_at: datetime | None = None, told: Mapping[str, object] = {},
    ) -> Self:
        """报隐患, with a photo: on a walk about an item of its point, or anywhere by anybody who works on the estate.

        Without words the item speaks for itself. To be made a work order at once it has a category, the item's unless
        another is given, else what its words propose first. Its photos' files are on the shelf already.
        """
        text = said(text, field="text", needed=item is None) or (item.text if item else "")
        spot = said(spot, field="spot", most=SHORT)
        if place.estate not in by.estates or not by.has_role(*WORKING):
            raise NotAllowed("not_for_you")
        if severity not in SEVERITIES:
            raise Refused("finding.no_severity", field="severity")
        if remedy not in REMEDIES:
            raise Refused("finding.no_remedy", field="remedy")
        category = category or (item.category if item else None) or next(
            iter(Category.proposals(place.estate, text)), None)
        if category is None and remedy == "order":
            raise Refused("category.missing", field="category")
        if not pictures:
            raise Refused("finding.no_photo", field="photos")
        at, found_at = now(), done_when(told)
        with writing():
            if visit is not None and cls.select().where(cls.visit == visit, cls.item == item).exists():
                raise Stale("finding.there_already")
            finding = cls.create(
                number=cls.next_number(place.estate), estate=place.estate, place=place, spot=spot, text=text, by=by,
                grid=place.grid or (visit.task.grid if visit else None), visit=visit, item=item, category=category,
                severity=severity, found_at=found_at, at=at, due_at=due_for(place.estate, severity, at))
            Event.record(finding.number, "find", by=by, at=at, became="open", detail={
                **told, "text": text, "severity": severity, "remedy": remedy, "place": place.full_name})
            finding._attach(pictures, "finding", by=by, phone_at=phone_at)
            if remedy == "order":
                finding.make_order(by=by)
        return finding

    def make_order(self, *, by: User, category: Category | None = None) -> WorkOrder:
        """转工单: an order of kind 巡查整改 with the photos as 整改前, its limits by severity, given by the rules."""
        with writing():
            self.check("make_order", by)
            category = category or self.category
            if category is None:
                raise Refused("category.missing", field="category")
            priority = PRIORITY_OF[self.severity]
            order = WorkOrder.report(self.place, self.text, by=by, channel="patrol", spot=self.spot,
                                     kind="rectification", comes_from=self.number)
            Photo.carry_over(self.photos("finding"), order, "before")
            order.register_by_rule(category, kind="rectification", priority=priority, source=by)
            self._move("make_order", "rectifying", by=by, detail={"order": order.number}, order=order,
                       category=category)
        return order

    def rectify(
        self, done: str, *, by: User, pictures: list[Picture], phone_at: datetime | None = None,
        told: Mapping[str, object] = {},
    ) -> None:
        """当场整改: what was done, with an after photo."""
        done = said(done, field="done", needed=True)
        with writing():
            self.check("rectify", by)
            if not pictures:
                raise Refused("finding.no_after_photo", field="photos")
            self._attach(pictures, "after", by=by, phone_at=phone_at)
            self._move("rectify", "rectified", by=by, detail={**told, "done": done}, done=done, rectified_by=by,
                       rectified_at=done_when(told))

    def recheck(
        self, passed: bool, *, by: User, pictures: list[Picture], note: str = "", phone_at: datetime | None = None,
        told: Mapping[str, object] = {},
    ) -> "Recheck":
        """复查: closed (销号) by whoever did not rectify it, with a photo; not in order, it is rectified once more."""
        note = said(note, field="recheck_note", most=SHORT, needed=not passed)
        with writing():
            self.check("recheck", by)
            if not pictures:
                raise Refused("finding.no_recheck_photo", field="photos")
            self._attach(pictures, "recheck", by=by, phone_at=phone_at)
            recheck = Recheck.create(finding=self, round=self.round, by=by, at=now(), passed=passed, note=note)
            detail = {**told, "note": note, "passed": passed}
            if passed:
                self._move("close_finding", "closed", by=by, detail=detail, closed_by=by, closed_at=now())
            else:
                self._move("send_back", "open", by=by, detail=detail, round=self.round + 1, rectified_by=None,
                           rectified_at=None, told_at=None, due_at=due_for(self.estate, self.severity, now()))
                if self.order is not None:
                    self._take_up(self.order, note, by=by)
        return recheck

    def _take_up(self, order: WorkOrder, note: str, *, by: User) -> None:
        order.catch_up()
        if order.state == "archived":
            Reopening.begin(order, "incomplete", note, by=by)

    # -- what its order does

    @classmethod
    def follow(cls, order: WorkOrder) -> None:
        """Be what the order that rectifies it makes of it, in the transaction of that order's move."""
        for finding in cls.select().where(cls.order == order):
            finding._follow(order)

    def _follow(self, order: WorkOrder) -> None:
        if self.state == "closed" and order.state in ("archived", "void", "merged"):
            return
        if order.state == "archived":
            self._move("mend_by_order", "rectified", by=None, detail={"order": order.number},
                       rectified_by=order.assignee, rectified_at=now())
        elif order.state == "void":
            self._move("lose_order", "open", by=None, detail={"order": order.number}, order=None)
        elif order.state == "merged":
            main = Merge.main_of(order)
            if main is not None:
                self._move("change_order", "rectifying", by=None, detail={"order": main.number}, order=main)
        elif self.state != "rectifying":
            again = self.round + (self.state == "closed")  # what was rechecked in this round stays so
            self._move("take_up_again", "rectifying", by=None, detail={"order": order.number}, round=again,
                       rectified_by=None,
                       rectified_at=None, closed_by=None, closed_at=None, told_at=None,
                       due_at=order.complete_due or self.due_at)

    # -- who may

    def refusal(self, verb: str, by: User) -> DomainError | None:
        """Why this person may not do this now; None when they may."""
        from_, roles = VERBS[verb]
        may = by.has_role(*roles) or (by.id == self.__data__["by"] and verb != "recheck" and by.has_role(*WORKING))
        if self.estate not in by.estates or not may:
            return NotAllowed("not_for_you")
        if self.state not in from_:
            return Stale("finding.moved_on", finding_state=self.state)
        if verb == "recheck" and by.id in self.rectifiers:
            return NotAllowed("finding.was_rectifier")
        return None

    def allows(self, verb: str, *, by: User) -> bool:
        return self.refusal(verb, by) is None

    def check(self, verb: str, by: User) -> None:
        stands = Finding.get_by_id(self.id)
        for name, value in stands.__data__.items():
            setattr(self, name, value)
        self._dirty.clear()  # type: ignore[attr-defined]  # as it is in the database
        no = self.refusal(verb, by)
        if no is not None:
            raise no

    @property
    def rectifiers(self) -> set[int]:
        """Everybody who put it right in any round: on the spot, or by working on its order."""
        told = Event.select(Event.by).where(
            Event.subject == self.number, Event.verb == "rectify", Event.by.is_null(False))
        workers = self.order.parts["worker"] if self.order is not None else set()
        return {by for (by,) in rows(told)} | workers | ({self.__data__["rectified_by"]} - {None})

    def _move(
        self, verb: str, to: str, *, by: User | None, detail: Mapping[str, object] | None = None, **changes: Any,
    ) -> None:
        """The one way its state changes: a conditional UPDATE and its event, inside the caller's transaction."""
        was = self.state
        moved = Finding.update(state=to, **changes).where(
            Finding.id == self.id, Finding.state == was, Finding.round == self.round).execute()
        if not moved:
            raise Stale("finding.moved_on", finding_state=Finding.get_by_id(self.id).state)
        for name, value in {"state": to, **changes}.items():
            setattr(self, name, value)
        self._dirty.clear()  # type: ignore[attr-defined]  # written already, by the UPDATE
        Event.record(self.number, verb, by=by, was=was, became=to, via="" if by else "rule", detail=dict(detail or {}))

    # -- what the worker finds

    @classmethod
    def sweep(cls) -> int:
        """Tell once, by an event each, of what should have been put right by now; how many."""
        late = list(cls.select().where(cls.due_at <= now(), cls.closed_at.is_null(), cls.told_at.is_null(),
                                       cls.state != "rectified").order_by(
            cls.due_at).limit(BATCH))
        return sum(finding._tell_overdue() for finding in late)

    def _tell_overdue(self) -> bool:
        with writing():
            told = Finding.update(told_at=now()).where(
                Finding.id == self.id, Finding.told_at.is_null(), Finding.closed_at.is_null()).execute()
            if told:
                Event.record(self.number, "overdue_finding", by=None, via="rule", was=self.state, became=self.state,
                             detail={"due": self.due_at})
        return bool(told)

    # -- looking up

    @classmethod
    def seen_by(cls, user: User) -> "ModelSelect[Finding]":
        """All of their estates for who looks on, else what they found or have the order of."""
        seen = cls.select().where(cls.estate.in_(user.estates))
        if user.has_role(*LOOK_ON):
            return seen
        return seen.where((cls.by == user) | cls.order.in_(WorkOrder.seen_by(user).select(WorkOrder.id)))

    @classmethod
    def find(cls, number: str, *, by: User) -> Self:
        finding = cls.seen_by(by).where(cls.number == number).get_or_none()
        if finding is None:
            raise NotFound("finding.unknown")
        return finding  # type: ignore[return-value]  # peewee's select() loses Self

    def is_seen_by(self, user: User) -> bool:
        return bool(Finding.seen_by(user).where(Finding.id == self.id).exists())

    @staticmethod
    def next_number(estate: Estate) -> str:
        """YH-年-月-序号: counted through the month of the estate's own calendar."""
        name = f"YH-{estate.local(now()):%Y-%m}"
        return f"{name}-{Counter.next(name):04d}"

    # -- reading

    def photos(self, stage: str = "") -> list[Photo]:
        return list(self._evidence.of(self, stage))

    def _attach(self, pictures: list[Picture], stage: str, *, by: User, phone_at: datetime | None) -> None:
        self._evidence.attach(self, pictures, stage, by=by, phone_at=phone_at)

    def tell_photo(self, photo: Photo, *, by: User) -> None:
        """The event of one of its photos, in the transaction that keeps it."""
        Event.record(self.number, "photo", by=by, was=self.state, became=self.state, detail=photo.told)

    @property
    def _evidence(self) -> Any:
        """The class of its photos' rows, which import this module."""
        return self.evidence.model  # type: ignore[attr-defined]

    @property
    def title(self) -> str:
        return self.text.split("\n", 1)[0]

    @property
    def where(self) -> str:
        return f"{self.place.full_name} {self.spot}".strip()


class Recheck(Record):
    """复查: somebody other than who rectified it looked, with a photo."""

    id = AutoField()
    finding = ForeignKeyField(Finding, backref="rechecks", index=False)
    round = IntegerField()
    by = ForeignKeyField(User, backref="rechecks")
    at = DateTimeField()
    passed = BooleanField()
    note = CharField(max_length=SHORT, default="")

    class Meta:
        indexes = ((("finding", "round"), True),)


def due_for(estate: Estate, severity: str, at: datetime) -> datetime:
    """By when something that bad is to be put right (T1 to T3 of the table of limits)."""
    return TimeLimit.standard(estate, "rectification", PRIORITY_OF[severity]).promise(at).complete or at


# The board: what is not closed, the first due first; and what the worker asks each minute.
Finding.add_index(Finding.estate, Finding.due_at, Finding.id, where=Finding.closed_at.is_null(), name="finding_open")
Finding.add_index(Finding.due_at, where=Finding.closed_at.is_null() & Finding.told_at.is_null(),
                  name="finding_overdue")
