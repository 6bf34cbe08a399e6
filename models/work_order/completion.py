"""What the technician says was done, once a round."""
from peewee import AutoField, CharField, DateTimeField, FloatField, ForeignKeyField, IntegerField, TextField

from models.base import Record
from models.text import SHORT
from models.user import User
from models.work_order.record import WorkOrder


class Completion(Record):
    """`hours` is time worked, where it was stated."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="completions")
    round = IntegerField()
    by = ForeignKeyField(User, backref="completions")
    at = DateTimeField()
    done = TextField()
    parts = CharField(max_length=SHORT, default="")
    hours = FloatField(null=True)

    class Meta:
        indexes = ((("order", "round"), True),)
