"""The merge (并单): one matter that several people reported goes on as one order, and each keeps their own report."""
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, ModelSelect

from models.base import Record, now, writing
from models.errors import NotAllowed, Refused
from models.owner import Owner
from models.place import Place
from models.text import SHORT, said
from models.user import User
from models.work_order.record import WorkOrder

EXEMPTION = "X2"  # its reporter is called about the order it went into


class Merge(Record):
    """`target` is where the matter goes on now: it follows when that order is merged in turn."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="merges", unique=True)
    target = ForeignKeyField(WorkOrder, backref="merged_in")
    note = CharField(max_length=SHORT, default="")
    by = ForeignKeyField(User, backref="merges")
    at = DateTimeField()

    @classmethod
    def into(cls, order: WorkOrder, target: WorkOrder, *, by: User, note: str = "") -> Self:
        """并单: the order ends here; its photos and notes stay with it, and both stories say where it went."""
        note = said(note, field="merge_note", most=SHORT)
        with writing():
            # Both rows are held in the order of their numbers, so that two merges across each other do not wait.
            for one in sorted((order, target), key=lambda one: one.id):
                order.check("merge", by) if one == order else one.catch_up()
            target = cls._fit(order, target, by=by)
            order.current_assignment(ended_at=now())
            void = order._children("voids")
            void.update(decided_at=now()).where(void.order == order, void.decided_at.is_null()).execute()
            had = order.assignee.login if order.assignee else None
            order.move("merge", by=by, archived_at=now(), exemption=EXEMPTION, assignee=None, firm=None,
                       detail={"into": target.number, "note": note, "assignee": had})
            cls.update(target=target).where(cls.target == order).execute()
            merge = cls.create(order=order, target=target, note=note, by=by, at=now())
            order._children("findings").follow(order)
            target.tell("merge", by=by, merged=order.number, note=note)
        return merge

    @classmethod
    def hear(
        cls, target: WorkOrder, place: Place, text: str, *, by: User, channel: str, spot: str = "", name: str = "",
        phone: str = "",
    ) -> Self:
        """What somebody tells the desk of a matter that is open already: their own report, merged at once."""
        if not by.has_role("desk"):
            raise NotAllowed("not_for_you", verb="merge")
        with writing():
            report = WorkOrder.report(place, text, by=by, channel=channel, spot=spot, name=name, phone=phone)
            return cls.into(report, target, by=by)

    @classmethod
    def _fit(cls, order: WorkOrder, target: WorkOrder, *, by: User) -> WorkOrder:
        """The order that goes on with it, as it is now. Refused when that one cannot."""
        said, target = target.number, cls.main_of(target) or WorkOrder.get_by_id(target.id)
        target.catch_up()
        if target == order:
            raise Refused("merge.itself", field="target")
        if target.estate != order.estate or target.state == "void":
            raise Refused("merge.no_target", field="target", number=target.number)
        if not WorkOrder.seen_by(by).where(WorkOrder.id == target.id).exists():
            raise Refused("merge.unknown", field="target", number=said)
        if target.archived_at is not None:  # nobody would see to what was reported since
            raise Refused("merge.archived", field="target", number=target.number)
        return target

    @classmethod
    def main_of(cls, order: WorkOrder) -> WorkOrder | None:
        """The order a merged one goes on in; None for one that was not merged."""
        merge = cls.select(cls, WorkOrder).join(WorkOrder, on=cls.target).where(cls.order == order).get_or_none()
        return merge.target if merge else None

    @classmethod
    def reports_in(cls, order: WorkOrder) -> "ModelSelect[Merge]":
        """What was merged into this order, with each report and its reporter in the same read."""
        merges = cls.select(cls, WorkOrder, Owner).join(WorkOrder, on=cls.order).left_outer_join(Owner)
        return merges.where(cls.target == order).order_by(cls.id)
