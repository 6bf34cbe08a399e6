"""To whom an order was given, by whom, and when they took it and gave it up."""
from peewee import AutoField, DateTimeField, ForeignKeyField

from models.base import Record
from models.user import User
from models.work_order.record import WorkOrder


class Assignment(Record):
    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="assignments")
    technician = ForeignKeyField(User, backref="assignments")
    by = ForeignKeyField(User, backref="assignments_made")
    at = DateTimeField()
    accepted_at = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)


# An order is in one pair of hands at a time.
Assignment.add_index(Assignment.order, unique=True, where=Assignment.ended_at.is_null(), name="assignment_standing")
Assignment.add_index(Assignment.technician, Assignment.order, name="assignment_of")
