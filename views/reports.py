"""Reporting: an owner at a QR poster without signing in, or anyone of the staff who sees something."""
from flask import Blueprint, Response, g, render_template, request, url_for

from models.notice import Notice
from models.photo import Photo
from models.place import Estate, Place
from models.text import said
from models.work_order import WorkOrder
from models.work_order.lists import likely_places
from views.actions import once, phone_clock
from views.answers import page_or_part
from views.offline import keep
from views.outbox import told
from views.people import me, my_estate, public, roles
from views.progress import progress_of
from views.throttle import reports_by_address

bp = Blueprint("reports", __name__)

# Whoever works on the estate sees things; the owners' representative and the administrator look on.
WORKING = ("technician", "patrol", "supervisor", "desk", "caller", "manager", "vendor")


@bp.before_request
def look_up_first() -> None:
    """Before anything that was sent is read: a poster that hangs nowhere."""
    if "code" in (request.view_args or {}):
        g.place = Place.coded((request.view_args or {})["code"])


@bp.get("/r")
@public
def choose_place() -> Response:
    """For who has no poster at hand: the places that carry one."""
    estates = [(estate, list(Place.posted(estate))) for estate in Estate.select().order_by(Estate.id)]
    return Response(render_template("reports/places.html", estates=estates))


@bp.get("/r/<code>")
@public
def new(code: str) -> Response:
    return page_or_part("reports/new.html", "reports/_form.html", place=g.place, notices=Notice.about(g.place))


@bp.post("/r/<code>")
@public
@reports_by_address
@once(back=new, leads_to=progress_of, photos=True)
def create(code: str) -> str:
    place, form = g.place, request.form
    home = said(form.get("home", ""), field="home", most=20)
    order = WorkOrder.report(
        place.home(home) if home and place.has_homes else place, form.get("text", ""), by=None, channel="scan",
        spot=form.get("spot", ""), name=form.get("name", ""), phone=form.get("phone", ""))
    Photo.attach(order, g.pictures, "report", by=None, phone_at=phone_clock())
    return order.number


@bp.get("/reports/new")
@roles(*WORKING)
def new_by_staff() -> Response:
    estate = my_estate()
    return keep(page_or_part("reports/staff.html", "reports/_staff_form.html", estate=estate,
                             near=likely_places(me(), estate), places=Place.suggestions(estate),
                             notices=list(Notice.soon(estate))), estate.code)


@bp.post("/reports")
@roles(*WORKING)
@once(back=new_by_staff, photos=True)
def create_by_staff() -> str:
    form = request.form
    place = Place.named(written_in(), form.get("near") or form.get("place", ""))
    g.order = order = WorkOrder.report(
        place, form.get("text", ""), by=me(), channel="patrol" if me().has_role("patrol") else "staff",
        spot=form.get("spot", ""), told=told())
    Photo.attach(order, g.pictures, "report", by=me(), phone_at=phone_clock())
    return url_for("work_orders.show", number=order.number)


def written_in() -> Estate:
    """The estate the form was about when it was written; another may have been chosen before it was sent."""
    code = request.form.get("estate")
    return next((estate for estate in me().estates if estate.code == code), None) or my_estate()
