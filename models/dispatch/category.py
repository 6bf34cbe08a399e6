"""The category: a two-level tree whose leaves decide department, skill, limits, photo counts and the callback rule."""
import re
import unicodedata
from typing import Self

from peewee import AutoField, BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField

from models.base import Record
from models.errors import Refused
from models.place import Estate
from models.sla import TimeLimit

KINDS = ("repair", "complaint", "suggestion", "enquiry", "praise", "rectification", "planned")
# always: every order is called back; reporter: when an owner reported it; X6, X8: exempt under that code.
CALLBACK_RULES = ("always", "reporter", "X6", "X8")
EXEMPT_KIND = {"X6": "enquiry", "X8": "praise"}

PROPOSED = 5  # no more are shown: they are read while somebody waits on the telephone
# What a caller would say of something that reaches this far.
SCOPE_WORDS = {"room": "户内", "unit": "整单元 楼道", "building": "整楼 整栋", "estate": "小区"}


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
    keywords = CharField(max_length=400, default="")  # words of callers, separated by blanks
    auto_assign = BooleanField(default=False)
    may_grab = BooleanField(default=False)
    retired_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("estate", "code"), True),)

    @classmethod
    def leaf(cls, estate: Estate, code: str) -> Self:
        """The leaf with that code, for a new order. Refused when there is none, or it is retired."""
        category = cls.get_or_none(cls.estate == estate, cls.code == code, cls.parent.is_null(False))
        if category is None:
            raise Refused("category.unknown" if code else "category.missing", field="category")
        if category.retired_at is not None:
            raise Refused("category.retired", field="category", name=category.name)
        return category

    @classmethod
    def tree(cls, estate: Estate, *, retired: bool = False) -> "list[tuple[Category, list[Category]]]":
        """Branches with their leaves, in the order of their codes, in one read; the retired ones only when asked."""
        query = cls.select().where(cls.estate == estate).order_by(cls.code)
        rows = list(query if retired else query.where(cls.retired_at.is_null()))
        return [(branch, [leaf for leaf in rows if leaf.__data__["parent"] == branch.id])
                for branch in rows if branch.__data__["parent"] is None]

    @classmethod
    def proposals(cls, estate: Estate, text: str, scope: str = "") -> "list[Category]":
        """The leaves whose words a caller's text holds: the longest and most words first, a few at most.

        How far it reaches counts like words of the text.
        """
        text = plain(text) + "\n" + SCOPE_WORDS.get(scope, "")
        leaves = cls.select().where(cls.estate == estate, cls.parent.is_null(False), cls.retired_at.is_null())
        weighed = [(weight, leaf) for leaf in leaves.order_by(cls.code) if (weight := leaf.weight_in(text))]
        return [leaf for _, leaf in sorted(weighed, key=lambda one: -one[0])[:PROPOSED]]

    def weight_in(self, text: str) -> int:
        """How much of a text this category's words make up: the squares of their lengths, each word once.

        Squares, because one long word says more than two short ones. A word inside another that is there too says
        nothing new.
        """
        there = {word for word in self.words if word in text}
        return sum(len(word) ** 2 for word in there if not any(word != other and word in other for other in there))

    @property
    def words(self) -> set[str]:
        """What callers say for it: its keywords and the parts of its name."""
        words = {plain(word) for word in self.keywords.split()}
        return {word for word in words | set(re.split(r"[/\s]+", plain(self.name))) if len(word) > 1}

    def limit_for(self, kind: str, priority: str) -> TimeLimit:
        """The category's own limit at its own kind and priority, the standard one when a person chose another."""
        if kind == self.kind and priority == self.priority:
            return self.limit
        return TimeLimit.standard(self.estate, kind, priority)


def plain(text: str) -> str:
    """As it is compared: full-width letters and digits narrowed, small letters."""
    return unicodedata.normalize("NFKC", text).casefold()
