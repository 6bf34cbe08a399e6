"""Support (协办): what another department is asked to add to an order, and what came of it.

The category's department leads (主责); the order goes its own way and does not wait for a part-result.
"""
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, ModelSelect, TextField

from models.base import Record, now, writing
from models.errors import Refused, Stale
from models.text import SHORT, said
from models.user import User
from models.work_order.record import WorkOrder

# Departments with people of the house's own; a vendor is given an order, not asked to add to one.
DEPARTMENTS = ("engineering", "environment", "order", "service")


class Support(Record):
    """Open until `done_at`. `result`, `by` and `at` are the last that was said of it."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="supports")
    department = CharField(max_length=16)
    wanted = CharField(max_length=SHORT)
    asked_by = ForeignKeyField(User, backref="supports_asked")
    asked_at = DateTimeField()
    result = TextField(default="")
    by = ForeignKeyField(User, null=True, backref="supports_given")
    at = DateTimeField(null=True)
    done_at = DateTimeField(null=True)

    @classmethod
    def ask(cls, order: WorkOrder, department: str, wanted: str, *, by: User) -> Self:
        """请求协办: names a department other than the leading one, and what is wanted of it."""
        wanted = said(wanted, field="wanted", most=SHORT, needed=True)
        with writing():
            order.check("ask_support", by)
            if department not in DEPARTMENTS:
                raise Refused("support.no_department", field="department")
            if order.category is not None and department == order.category.department:
                raise Refused("support.leads_already", field="department")
            if cls.open_of(order, department) is not None:
                raise Stale("support.asked_already")
            support = cls.create(order=order, department=department, wanted=wanted, asked_by=by, asked_at=now())
            order.tell("ask_support", by=by, department=department, wanted=wanted)
        return support

    @classmethod
    def give(cls, order: WorkOrder, result: str, *, by: User, done: bool) -> Self:
        """协办结果: by somebody of the department asked; it stays open until they say it is done."""
        result = said(result, field="result", needed=True)
        with writing():
            order.check("support", by)
            support = cls.open_of(order, by.department)
            if support is None:
                raise Stale("support.done_already")
            support.result, support.by, support.at = result, by, now()
            if done:
                support.done_at = now()
            support.save()
            order.tell("support", by=by, department=support.department, words=result, is_done=done)
        return support

    @classmethod
    def open_of(cls, order: WorkOrder, department: str) -> Self | None:
        wanted: Self | None = cls.get_or_none(
            cls.order == order, cls.department == department, cls.done_at.is_null())
        return wanted

    @classmethod
    def of(cls, order: WorkOrder) -> "ModelSelect[Support]":
        """Every part asked for, with who answered in the same read."""
        supports = cls.select(cls, User).left_outer_join(User, on=cls.by)
        return supports.where(cls.order == order).order_by(cls.id)


Support.add_index(Support.order, Support.department, unique=True, where=Support.done_at.is_null(), name="support_open")
Support.add_index(Support.department, Support.order, name="support_of")
