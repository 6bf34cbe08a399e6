"""Changes of the category tree: who added, changed or retired which category, and from what to what."""
import json
from typing import Any, NamedTuple, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, ModelSelect, TextField

from models.base import Record, now, writing
from models.dispatch.category import CALLBACK_RULES, EXEMPT_KIND, KINDS, Category
from models.errors import NotAllowed, Refused
from models.place import Estate
from models.sla import TimeLimit
from models.sla.record import PRIORITIES
from models.text import SHORT, said
from models.user import DEPARTMENTS, SKILLS, User

MOST_PHOTOS = 9


class CategoryFacts(NamedTuple):
    """What a form says of a category, as typed. Without a parent it is a branch."""

    parent: str = ""
    name: str = ""
    name_en: str = ""
    kind: str = ""
    skill: str = ""
    department: str = ""
    priority: str = ""
    limit: str = ""
    before_photos: str = ""
    after_photos: str = ""
    callback_rule: str = ""
    questions: str = ""
    keywords: str = ""
    auto_assign: bool = False
    may_grab: bool = False


class CategoryChange(Record):
    """`what` is add, change, retire or restore; `detail_json` maps each changed field to what it was and became."""

    id = AutoField()
    category = ForeignKeyField(Category, backref="changes")
    by = ForeignKeyField(User, backref="category_changes")
    at = DateTimeField()
    what = CharField(max_length=8)
    detail_json = TextField(default="{}")

    @classmethod
    def add(cls, estate: Estate, code: str, facts: CategoryFacts, *, by: User) -> Category:
        """A new branch or, under one, a new leaf."""
        code = said(code, field="code", most=8, needed=True)
        if not (code.isascii() and code.isalnum()):
            raise Refused("category.code", field="code")
        with writing():
            _may(estate, by)
            if Category.get_or_none(Category.estate == estate, Category.code == code):
                raise Refused("category.code_taken", field="code", taken=code)
            columns = _columns(estate, facts)
            category = Category.create(estate=estate, code=code, **columns)
            cls._record(category, "add", {name: ["", _shown(value)] for name, value in columns.items() if value}, by=by)
        return category

    @classmethod
    def change(cls, category: Category, facts: CategoryFacts, *, by: User) -> None:
        """Its fields as the form says them. Orders keep the limits they were promised."""
        with writing():
            _may(category.estate, by)
            columns = _columns(category.estate, facts)
            if (columns["parent"] is None) != (category.parent is None):
                raise Refused("category.level", field="parent")
            changed = {name: [_shown(getattr(category, name)), _shown(value)] for name, value in columns.items()
                       if getattr(category, name) != value}
            if not changed:
                raise Refused("category.unchanged")
            for name, value in columns.items():
                setattr(category, name, value)
            category.save()
            cls._record(category, "change", changed, by=by)

    @classmethod
    def retire(cls, category: Category, *, by: User) -> None:
        """停用: it vanishes from forms; its orders keep it. A branch goes after its last leaf."""
        with writing():
            _may(category.estate, by)
            if Category.select().where(Category.parent == category, Category.retired_at.is_null()).exists():
                raise Refused("category.has_leaves", name=category.name)
            if Category.update(retired_at=now()).where(
                    Category.id == category.id, Category.retired_at.is_null()).execute():
                cls._record(category, "retire", {}, by=by)

    @classmethod
    def restore(cls, category: Category, *, by: User) -> None:
        """启用: back into the forms, under a branch that is in use."""
        with writing():
            _may(category.estate, by)
            if category.parent is not None and category.parent.retired_at is not None:
                raise Refused("category.branch_retired", name=category.parent.name)
            if Category.update(retired_at=None).where(
                    Category.id == category.id, Category.retired_at.is_null(False)).execute():
                cls._record(category, "restore", {}, by=by)

    @classmethod
    def of(cls, category: Category) -> "ModelSelect[CategoryChange]":
        """The history of one category, the newest first."""
        return cls.select(cls, User).join(User).where(cls.category == category).order_by(cls.id.desc())

    @property
    def detail(self) -> dict[str, list[Any]]:
        return dict(json.loads(self.detail_json))

    @classmethod
    def _record(cls, category: Category, what: str, detail: dict[str, list[Any]], *, by: User) -> Self:
        return cls.create(category=category, by=by, at=now(), what=what,
                          detail_json=json.dumps(detail, ensure_ascii=False))


def _may(estate: Estate, by: User) -> None:
    if not by.has_role("admin") or estate not in by.estates:
        raise NotAllowed("not_your_page")


def _columns(estate: Estate, facts: CategoryFacts) -> dict[str, Any]:
    """The columns a form stands for. Refused with the field that is wrong."""
    parent = None
    if facts.parent:
        parent = Category.get_or_none(Category.estate == estate, Category.code == facts.parent,
                                      Category.parent.is_null(), Category.retired_at.is_null())
        if parent is None:
            raise Refused("category.no_branch", field="parent")
    for field, known in (("kind", KINDS), ("skill", SKILLS), ("department", DEPARTMENTS), ("priority", PRIORITIES),
                         ("callback_rule", CALLBACK_RULES)):
        if getattr(facts, field) not in known:
            raise Refused("category.choose", field=field)
    if facts.callback_rule in EXEMPT_KIND and EXEMPT_KIND[facts.callback_rule] != facts.kind:
        raise Refused("category.rule_of_other_kind", field="callback_rule")
    limit = TimeLimit.get_or_none(TimeLimit.estate == estate, TimeLimit.code == facts.limit)
    if limit is None:
        raise Refused("category.choose", field="limit")
    if limit.priority != facts.priority:
        raise Refused("category.limit_of_other_priority", field="limit", limit=limit.code, priority=limit.priority)
    return {
        "parent": parent, "name": said(facts.name, field="name", most=40, needed=True),
        "name_en": said(facts.name_en, field="name_en", most=60), "kind": facts.kind, "skill": facts.skill,
        "department": facts.department, "priority": facts.priority, "limit": limit,
        "before_photos": _count(facts.before_photos, "before_photos"),
        "after_photos": _count(facts.after_photos, "after_photos"), "callback_rule": facts.callback_rule,
        "questions": said(facts.questions, field="questions", most=SHORT),
        "keywords": " ".join(said(facts.keywords, field="keywords", most=400).split()),
        "auto_assign": facts.auto_assign, "may_grab": facts.may_grab,
    }


def _count(text: str, field: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) == 1 and int(text) <= MOST_PHOTOS):
        raise Refused("category.photos", field=field, most=MOST_PHOTOS)
    return int(text)


def _shown(value: Any) -> Any:
    """How the history keeps a value: a category or a limit by its code."""
    return value.code if isinstance(value, (Category, TimeLimit)) else "" if value is None else value
