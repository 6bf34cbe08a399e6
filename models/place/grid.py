"""The grid (网格): a part of the estate with a person responsible for it."""
from peewee import AutoField, CharField, ForeignKeyField

from models.base import Record
from models.place.estate import Estate


class Grid(Record):
    id = AutoField()
    estate = ForeignKeyField(Estate, backref="grids")
    code = CharField(max_length=8)
    name = CharField(max_length=40)
    scope = CharField(max_length=200, default="")

    class Meta:
        indexes = ((("estate", "code"), True),)
