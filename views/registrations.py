"""The desk's screens: register what an owner sent, or what somebody is telling on the phone right now."""
from flask import Blueprint, Response, request, url_for

from models.dispatch import Category
from models.place import Place
from models.work_order import WorkOrder
from views.actions import once
from views.answers import look_up_first, page_or_part, the_order
from views.people import me, my_estate, roles
from views.work_orders import may_read_contact

bp = Blueprint("registrations", __name__, url_prefix="/work-orders")
bp.before_request(look_up_first)


@bp.get("/new")
@roles("desk")
def new_call() -> Response:
    estate = my_estate()
    return page_or_part("registrations/new.html", "registrations/_form.html", order=None,
                        tree=Category.tree(estate), places=Place.suggestions(estate))


@bp.post("")
@roles("desk")
@once(back=new_call)
def create_call() -> str:
    estate, form = my_estate(), request.form
    order = WorkOrder.register_call(
        Place.named(estate, form.get("place", "")), form.get("text", ""),
        Category.leaf(estate, form.get("category", "")),
        by=me(), channel=form.get("channel", "phone"), kind=form.get("kind", ""), priority=form.get("priority", ""),
        spot=form.get("spot", ""), name=form.get("name", ""), phone=form.get("phone", ""),
        read_back="read_back" in form)
    return url_for("work_orders.show", number=order.number)


@bp.get("/<number>/registration")
@roles("desk")
def new(number: str) -> Response:
    order = the_order()
    return page_or_part("registrations/new.html", "registrations/_form.html", order=order,
                        photos=list(order.photos_of("report")), revealed=may_read_contact(order),
                        tree=Category.tree(order.estate), places=Place.suggestions(order.estate))


@bp.post("/<number>/registration")
@roles("desk")
@once(back=new)
def create(number: str) -> str:
    order, form = the_order(), request.form
    order.register(
        Category.leaf(order.estate, form.get("category", "")), by=me(), kind=form.get("kind", ""),
        priority=form.get("priority", ""), place=Place.named(order.estate, form.get("place", order.place.full_name)),
        spot=form.get("spot"), read_back="read_back" in form)
    return url_for("work_orders.show", number=number)
