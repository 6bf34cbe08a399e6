"""The administrator's pages of the category tree: what each leaf decides, and who changed what."""
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for

from models.dispatch import CALLBACK_RULES, KINDS, Category, CategoryChange, CategoryFacts
from models.errors import NotFound
from models.sla import TimeLimit
from models.sla.record import PRIORITIES
from models.user import DEPARTMENTS, SKILLS
from views.actions import once
from views.answers import page_or_part
from views.people import me, my_estate, roles

bp = Blueprint("categories", __name__, url_prefix="/categories")

TEXTS = ("parent", "name", "name_en", "kind", "skill", "department", "priority", "limit", "before_photos",
         "after_photos", "callback_rule", "questions", "keywords")
TICKS = ("auto_assign", "may_grab")


@bp.before_request
def look_up_first() -> None:
    """Before anything that was sent is read: a category of another estate does not exist."""
    code = (request.view_args or {}).get("code")
    if code is None:
        return
    g.category = Category.get_or_none(Category.estate == my_estate(), Category.code == code)
    if g.category is None:
        raise NotFound("category.unknown")


@bp.get("")
@roles("admin")
def index() -> Response:
    tree = Category.tree(my_estate(), retired=True)
    return Response(render_template("categories/index.html", tree=tree))


@bp.get("/new")
@roles("admin")
def new() -> Response:
    """A new leaf starts with what its branch says."""
    estate = my_estate()
    parent = Category.get_or_none(Category.estate == estate, Category.parent.is_null(),
                                  Category.code == request.args.get("parent", ""))
    start = {**facts_of(parent), "parent": parent.code, "name": "", "name_en": ""} if parent else {}
    return form_page(None, start)


@bp.post("")
@roles("admin")
@once(back=new)
def create() -> str:
    category = CategoryChange.add(my_estate(), request.form.get("code", ""), facts(), by=me())
    return url_for(".show", code=category.code)


@bp.get("/<code>")
@roles("admin")
def show(code: str) -> Response:
    return form_page(g.category, facts_of(g.category))


@bp.post("/<code>")
@roles("admin")
@once(back=show)
def update(code: str) -> str:
    CategoryChange.change(g.category, facts(), by=me())
    return url_for(".show", code=code)


@bp.post("/<code>/retirement")
@roles("admin")
@once(back=show)
def create_retirement(code: str) -> str:
    CategoryChange.retire(g.category, by=me())
    return url_for(".show", code=code)


@bp.post("/<code>/return")
@roles("admin")
@once(back=show)
def create_return(code: str) -> str:
    CategoryChange.restore(g.category, by=me())
    return url_for(".show", code=code)


def form_page(category: Category | None, start: dict[str, Any]) -> Response:
    estate = my_estate()
    branches = Category.select().where(
        Category.estate == estate, Category.parent.is_null(), Category.retired_at.is_null()).order_by(Category.code)
    return page_or_part(
        "categories/show.html", "categories/_form.html", category=category, start=start, branches=list(branches),
        limits=list(TimeLimit.select().where(TimeLimit.estate == estate).order_by(TimeLimit.id)),
        vocabularies={"kind": KINDS, "skill": SKILLS, "department": DEPARTMENTS, "priority": PRIORITIES,
                      "rule": CALLBACK_RULES},
        changes=list(CategoryChange.of(category)) if category else [])


def facts() -> CategoryFacts:
    form = request.form
    ticked: Any = {name: name in form for name in TICKS}
    typed: Any = {name: form.get(name, "") for name in TEXTS}
    return CategoryFacts(**typed, **ticked)


def facts_of(category: Category) -> dict[str, Any]:
    """The category as its form shows it."""
    row = {name: getattr(category, name) for name in (*TEXTS, *TICKS)}
    return {**row, "parent": category.parent.code if category.parent else "", "limit": category.limit.code}
