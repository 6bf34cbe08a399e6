"""The item of a checklist (检查项): what is looked at, by which standard, and how bad it is when it is not so."""
import re
from datetime import datetime
from typing import Any, Self

from peewee import AutoField, BooleanField, CharField, DateTimeField, FloatField, ForeignKeyField, ModelSelect

from models.base import Record, now, writing
from models.dispatch import Category
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.place import Estate
from models.text import said
from models.user import User

DISCIPLINES = ("safety", "fire", "lifts", "power", "pumps", "lighting", "cleaning", "greening", "building")
ANSWERS = ("normal", "abnormal", "na")
PHOTO_RULES = ("never", "if_bad", "always")
SEVERITIES = ("ordinary", "serious", "major")  # 一般, 较大, 重大
# The priority, and with it the limits (T1 to T3 of the table), of what has to be put right.
PRIORITY_OF = {"ordinary": "P3", "serious": "P2", "major": "P0"}


class CheckItem(Record):
    """A reading has a `unit` and is normal from `low` to `high`, either of which may be open.

    `category` is what a finding about it becomes an order of. `changed_at`: since when it asks for what it asks for.
    """

    id = AutoField()
    estate = ForeignKeyField(Estate, backref="check_items")
    code = CharField(max_length=8)
    discipline = CharField(max_length=12)
    text = CharField(max_length=60)
    text_en = CharField(max_length=80, default="")
    standard = CharField(max_length=80, default="")
    photo_rule = CharField(max_length=8, default="if_bad")
    is_reading = BooleanField(default=False)
    unit = CharField(max_length=8, default="")
    low = FloatField(null=True)
    high = FloatField(null=True)
    severity = CharField(max_length=8)
    category = ForeignKeyField(Category, null=True, backref="check_items")
    changed_at = DateTimeField(null=True)
    removed_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("estate", "code"), True),)

    @classmethod
    def coded(cls, estate: Estate, code: str, *, even_removed: bool = False) -> Self:
        item = cls.get_or_none(cls.estate == estate, cls.code == code)
        if item is None or (item.removed_at and not even_removed):
            raise Refused("check_item.unknown", field="item", item=code[:20])
        return item

    @classmethod
    def of(cls, estate: Estate) -> "ModelSelect[CheckItem]":
        return cls.select().where(cls.estate == estate, cls.removed_at.is_null()).order_by(cls.code)

    @classmethod
    def put(
        cls, estate: Estate, code: str, text: str, *, discipline: str, severity: str, photo_rule: str, by: User,
        text_en: str = "", standard: str = "", unit: str = "", low: float | None = None, high: float | None = None,
        category: Category | None = None,
    ) -> Self:
        """An item, in the place of the one of that code; with a unit it asks for a figure."""
        if estate not in by.estates or not by.has_role("supervisor", "manager", "admin"):
            raise NotAllowed("not_for_you")
        code = said(code, field="code", most=8, needed=True).upper()
        if not re.fullmatch(r"[A-Z][A-Z0-9]*", code):
            raise Refused("check_item.code", field="code")
        facts: dict[str, Any] = {
            "text": said(text, field="text", most=60, needed=True),
            "text_en": said(text_en, field="text_en", most=80), "standard": said(standard, field="standard", most=80),
            "unit": said(unit, field="unit", most=8), "discipline": discipline, "severity": severity,
            "photo_rule": photo_rule, "low": low, "high": high, "category": category, "removed_at": None}
        for given, known, field in ((discipline, DISCIPLINES, "discipline"), (severity, SEVERITIES, "severity"),
                                    (photo_rule, PHOTO_RULES, "photo_rule")):
            if given not in known:
                raise Refused("check_item.choice", field=field)
        if low is not None and high is not None and low > high:
            raise Refused("check_item.limits", field="high")
        if category is not None and category.__data__["estate"] != estate.id:
            raise Refused("category.unknown", field="category")
        facts["is_reading"] = bool(facts["unit"])
        with writing():
            item = cls.get_or_none(cls.estate == estate, cls.code == code)
            if item is None:
                item = cls.create(estate=estate, code=code, **facts)
            else:
                if (item.is_reading, item.photo_rule) != (facts["is_reading"], photo_rule):
                    facts["changed_at"] = now()
                cls.update(**facts).where(cls.id == item.id).execute()
                item = cls.get_by_id(item.id)
            Event.record(f"{estate.code[:14]}-{code}", "put_item", by=by, detail={"text": text, "severity": severity})
        return item

    def remove(self, *, by: User) -> None:
        """Nobody is asked it any more; what was answered stays."""
        if self.estate not in by.estates or not by.has_role("supervisor", "manager", "admin"):
            raise NotAllowed("not_for_you")
        with writing():
            removed = CheckItem.update(removed_at=now()).where(
                CheckItem.id == self.id, CheckItem.removed_at.is_null()).execute()
            if not removed:
                raise Stale("check_item.removed")
            Event.record(f"{self.estate.code[:14]}-{self.code}", "remove_item", by=by)

    def asks_more_than(self, at: datetime) -> bool:
        """May it have asked for less at that time? Who answered it then could not know."""
        return self.changed_at is not None and self.changed_at > at

    def is_within(self, reading: float) -> bool:
        return (self.low is None or reading >= self.low) and (self.high is None or reading <= self.high)

    @property
    def may_be_passed_over(self) -> bool:
        """May "全部正常" answer it? Not where a figure or a photo is asked for."""
        return not self.is_reading and self.photo_rule != "always"
