"""The supervisor's screen: before and after side by side, each photo judged, the work passed or returned."""
from flask import Blueprint, Response, request, url_for

from models.callback import Rating
from models.event import Event
from models.photo.record import story
from models.text import row_id
from models.work_order import Completion, Inspection
from views.actions import once
from views.answers import look_up_first, page_or_part, the_order
from views.people import me, roles
from views.work_orders import why_again

bp = Blueprint("inspections", __name__, url_prefix="/work-orders")
bp.before_request(look_up_first)

GOOD = "good"


@bp.get("/<number>/inspection")
@roles("supervisor")
def new(number: str) -> Response:
    order = the_order()
    photos, events = story(order), list(Event.about(order.number))
    arrival = next((event for event in reversed(events) if event.verb == "arrive"), None)
    return page_or_part(
        "inspections/new.html", "inspections/_form.html", order=order,
        refused=order.refusal("pass", me()),
        before=photos.get(("before", order.round)) or photos.get(("before", 1)) or photos.get(("report", 1)) or [],
        after=photos.get(("after", order.round), []),
        rating=Rating.of(order), why_again=why_again(events),
        no_photo_reason=arrival.detail.get("reason", "") if arrival else "",
        completion=Completion.get_or_none(Completion.order == order, Completion.round == order.round))


@bp.post("/<number>/inspection")
@roles("supervisor")
@once(back=new)
def create(number: str) -> str:
    order, form = the_order(), request.form
    verdicts = {photo: "" if value == GOOD else value for name, value in form.items()
                if value and name.startswith("verdict-") and (photo := row_id(name.removeprefix("verdict-")))}
    if form.get("decision") == "pass":
        Inspection.pass_work(order, verdicts, by=me(), note=form.get("note", ""))
    else:
        Inspection.reject(order, verdicts, form.getlist("reasons"), by=me(), note=form.get("note", ""))
    return url_for("work_orders.show", number=number)
