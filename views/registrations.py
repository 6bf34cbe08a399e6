"""The desk's one form: what an owner sent, or what somebody says by phone, at the counter or in a letter."""
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for

from models.base import now
from models.dispatch import Category
from models.errors import Refused
from models.place import Estate, Place
from models.sla import TimeLimit
from models.text import LONG
from models.user import Membership, User
from models.work_order import Classification, Details, WorkOrder
from models.work_order.moves import ANSWERED_UNDER
from views.actions import once
from views.answers import look_up_first, page_or_part, the_order, typed
from views.fields import time_in
from views.language import gettext
from views.people import me, my_estate, roles
from views.work_orders import may_read_contact

bp = Blueprint("registrations", __name__, url_prefix="/work-orders")
bp.before_request(look_up_first)


@bp.get("/new")
@roles("desk")
def new_call() -> Response:
    return page_or_part("registrations/new.html", "registrations/_form.html", order=None, **asked_of(written_in()))


@bp.post("")
@roles("desk")
@once(back=new_call)
def create_call() -> str:
    estate, form = written_in(), request.form
    place = Place.named(estate, form.get("place", ""))
    order = WorkOrder.register_call(
        place, form.get("text", ""), chosen(estate), by=me(), channel=form.get("channel", "phone"),
        kind=form.get("kind", ""), priority=form.get("priority", ""), spot=form.get("spot", ""),
        name=form.get("name", ""), phone=form.get("phone", ""), read_back="read_back" in form,
        details=details(estate))
    return where_now(order)


@bp.get("/<number>/registration")
@roles("desk")
def new(number: str) -> Response:
    order = the_order()
    return page_or_part("registrations/new.html", "registrations/_form.html", order=order,
                        photos=list(order.photos_of("report")), revealed=may_read_contact(order),
                        **asked_of(order.estate, order.text))


@bp.post("/<number>/registration")
@roles("desk")
@once(back=new)
def create(number: str) -> str:
    order, form = the_order(), request.form
    order.register(
        chosen(order.estate), by=me(), kind=form.get("kind", ""), priority=form.get("priority", ""),
        place=Place.named(order.estate, form.get("place", order.place.full_name)), spot=form.get("spot"),
        read_back="read_back" in form, details=details(order.estate))
    return where_now(order)


@bp.get("/proposals")
@roles("desk")
def proposals() -> Response:
    """What the words typed so far propose: nothing is chosen by it."""
    estate, asked = written_in(), request.args
    return Response(render_template(
        "registrations/_proposals.html", category=leaf_or_none(estate, asked.get("category", "")),
        proposals=proposed(estate, asked.get("text", ""), asked.get("scope", ""))))


@bp.get("/questions")
@roles("desk")
def questions() -> Response:
    """What to ask while the caller is on the line, and what the chosen category promises; with the other field that
    shows the choice brought in line.
    """
    estate, asked = written_in(), request.args
    tapped = "proposed" in asked
    return Response(render_template(
        "registrations/_chosen.html", tapped=tapped, tree=Category.tree(estate) if tapped else [],
        proposals=[] if tapped else proposed(estate, asked.get("text", ""), asked.get("scope", "")),
        **chosen_of(estate, asked.get("proposed" if tapped else "category", ""))))


def asked_of(estate: Estate, text: str = "") -> dict[str, Any]:
    """What the form shows beside its fields, for what is typed in it."""
    return {"estate": estate, "tree": Category.tree(estate), "places": Place.suggestions(estate),
            "proposals": proposed(estate, typed("text", text), typed("scope")),
            **chosen_of(estate, typed("proposed") or typed("category"))}


def chosen_of(estate: Estate, code: str) -> dict[str, Any]:
    """The chosen category, what it promises from now on, and the staff whom a complaint or praise may be about."""
    category = leaf_or_none(estate, code)
    staff = User.select(User.login, User.name, User.badge).join(Membership).where(
        Membership.estate == estate, User.disabled_at.is_null())
    return {"category": category, "promise": category.limit.promise(now()) if category else None,
            "staff": [f"{user.name} {user.badge}" for user in staff.order_by(User.badge)]}


def proposed(estate: Estate, text: str, scope: str) -> list[Category]:
    return Category.proposals(estate, text[:LONG], scope) if text.strip() else []


def written_in() -> Estate:
    """The estate the form is about; another may have been chosen since it was opened."""
    code = request.values.get("estate")
    return next((estate for estate in me().estates if estate.code == code), None) or my_estate()


def leaf_or_none(estate: Estate, code: str) -> Category | None:
    try:
        return Category.leaf(estate, code)
    except Refused:
        return None


def chosen(estate: Estate) -> Category:
    """The category a person confirmed: tapped among the proposals or taken from the whole list, and not two of them."""
    if "propose" in request.form:
        raise Refused("category.missing", field="category")
    tapped, listed = request.form.get("proposed", ""), request.form.get("category", "")
    if tapped and listed and tapped != listed:
        raise Refused("category.two", field="category")
    return Category.leaf(estate, tapped or listed)


def details(estate: Estate) -> Details:
    form = request.form
    return Details(
        scope=form.get("scope", ""), wanted_at=time_in("wanted_at", estate),
        appointment_at=time_in("appointment_at", estate), priority_reason=form.get("priority_reason", ""),
        complaint=classification(estate), praised=person_in("praised", estate), answer=form.get("answer", "").strip(),
        exemption_note=form.get("exemption_note", ""))


def classification(estate: Estate) -> Classification:
    form = request.form
    return Classification(
        grade=form.get("grade", ""), cause=form.get("cause", ""), cause_words=form.get("cause_words", ""),
        about_department=form.get("about_department", ""), about=person_in("about", estate), hidden="hidden" in form)


def person_in(field: str, estate: Estate) -> User | None:
    """The member of the staff a field names by login, or by what the list beside it shows: name and badge."""
    said = request.form.get(field, "").strip()
    if not said:
        return None
    person: User | None = User.get_or_none((User.login == said.lower()) | (User.badge == said.split()[-1]))
    if person is None:
        people = list(User.select().join(Membership).where(User.name == said, Membership.estate == estate).limit(2))
        person = people[0] if len(people) == 1 else None
    if person is None or estate not in person.estates:
        raise Refused("person.unknown", field=field, name=said[:40])
    return person


@bp.app_template_global()
def exempt_as(kind: str) -> str:
    """The code under which nobody is called about an order of that kind once it was answered; "" for other kinds."""
    return ANSWERED_UNDER.get(kind, "")


@bp.app_template_global()
def within(limit: TimeLimit) -> str:
    """In how long a limit has the work complete: 2 个工作日内完成."""
    return gettext(f"within.{limit.complete_unit}", n=limit.complete_value)


def where_now(order: WorkOrder) -> str:
    """The order, or the list where it no longer exists for who registered it: hidden from their own department."""
    g.pop("order", None)
    seen = WorkOrder.seen_by(me()).where(WorkOrder.id == order.id).exists()
    return url_for("work_orders.show", number=order.number) if seen else url_for("work_orders.index", hidden=1)
