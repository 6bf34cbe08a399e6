"""The category: a two-level tree whose leaves decide department, skill, limits, photo counts and the callback rule."""
from typing import Self

from peewee import AutoField, CharField, ForeignKeyField, IntegerField

from models.base import Record
from models.errors import Refused
from models.place import Estate
from models.sla import TimeLimit

# always: every order is called back; reporter: when an owner reported it; X6, X8: exempt under that code.
CALLBACK_RULES = ("always", "reporter", "X6", "X8")


class Category(Record):
    id = AutoField()
    estate = ForeignKeyField(Estate, backref="categories")
    parent = ForeignKeyField("self", null=True, backref="children")
    code = CharField(max_length=8)
    name = CharField(max_length=40)
    name_en = CharField(max_length=60, default="")
    kind = CharField(max_length=16)
    skill = CharField(max_length=16)
    department = CharField(max_length=16)
    priority = CharField(max_length=2)
    limit = ForeignKeyField(TimeLimit, backref="categories")
    before_photos = IntegerField(default=1)
    after_photos = IntegerField(default=1)
    callback_rule = CharField(max_length=8, default="always")
    questions = CharField(max_length=200, default="")

    class Meta:
        indexes = ((("estate", "code"), True),)

    @classmethod
    def leaf(cls, estate: Estate, code: str) -> Self:
        """The leaf with that code. Refused when there is none."""
        category = cls.get_or_none(cls.estate == estate, cls.code == code, cls.parent.is_null(False))
        if category is None:
            raise Refused("category.unknown" if code else "category.missing", field="category")
        return category

    @classmethod
    def tree(cls, estate: Estate) -> "list[tuple[Category, list[Category]]]":
        """Branches with their leaves, in the order of their codes, in one read."""
        rows = list(cls.select().where(cls.estate == estate).order_by(cls.code))
        return [(branch, [leaf for leaf in rows if leaf.__data__["parent"] == branch.id])
                for branch in rows if branch.__data__["parent"] is None]

    def limit_for(self, kind: str, priority: str) -> TimeLimit:
        """The category's own limit at its own kind and priority, the standard one when a person chose another."""
        if kind == self.kind and priority == self.priority:
            return self.limit
        return TimeLimit.standard(self.estate, kind, priority)
