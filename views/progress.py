"""The owner's page of one order, by its link: what was done, who comes, what is next, and their own word on it."""
from flask import Blueprint, Response, current_app, g, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.callback import Attempt, Rating
from models.event import Event
from models.photo import Photo
from models.photo.record import story
from models.work_order import Completion, OwnerLink, WorkOrder
from views.actions import once
from views.answers import page_or_part
from views.people import me_or_none, public
from views.photos import serve
from views.throttle import ratings_by_address

bp = Blueprint("progress", __name__, url_prefix="/o")

# The steps an owner is shown, by the verb that takes each.
STEPS = ("report", "register", "assign", "accept", "arrive", "finish", "pass", "close")


@bp.before_request
def look_up_first() -> None:
    """Before anything that was sent is read: a link that leads nowhere."""
    g.owners_order = OwnerLink.order_of((request.view_args or {})["token"])
    g.clock_estate = g.owners_order.estate


def the_order() -> WorkOrder:
    return g.owners_order  # type: ignore[no-any-return]


def progress_of(number: str) -> str:
    """The owner's page. Kept with a key is only the order's number: a link's token is stored nowhere."""
    return address_of(OwnerLink.token_for(WorkOrder.get(WorkOrder.number == number), secret()))


@bp.get("/<token>")
@public
def show(token: str) -> Response:
    order = the_order()
    events = list(Event.about(order.number))
    photos = story(order)
    answered = [attempt for attempt in Attempt.of(order) if attempt.outcome == "answered"]
    return page_or_part(
        "progress/show.html", "progress/_order.html", order=order, token=token, link=base_url() + address_of(token),
        steps=steps_taken(order, events), hold=order.standing_hold, rating=Rating.of(order),
        result=answered[-1] if answered and order.state == "archived" else None,
        completion=Completion.get_or_none(Completion.order == order, Completion.round == order.round),
        reported=photos.get(("report", 1), []), before=photos.get(("before", order.round), []),
        after=photos.get(("after", order.round), []))


@bp.post("/<token>/rating")
@public
@ratings_by_address
@once(back=show, leads_to=progress_of)
def create_rating(token: str) -> str:
    order, form = the_order(), request.form
    Rating.give(order, solved=form.get("solved", ""), overall=form.get("overall", ""),
                words=form.get("words", ""), address=request.remote_addr or "", signed_in=me_or_none())
    return order.number


@bp.get("/<token>/photos/<row:id>/<size>.jpg")
@public
def show_photo(token: str, id: int, size: str) -> AnyResponse:
    return serve(Photo.of_link(id, the_order()), size)


def steps_taken(order: WorkOrder, events: list[Event]) -> list[tuple[str, Event | None]]:
    """Each step with the event that took it last, None while it is still to come.

    Another round begins again at coming: what a dispute or a returned inspection undid is to come once more.
    """
    taken: dict[str, Event] = {}
    for event in events:
        if event.verb in ("reject", "dispute"):
            for undone in ("arrive", "finish", "pass", "close"):
                taken.pop(undone, None)
        if event.verb == "assign":
            taken.pop("accept", None)
        if event.verb in STEPS:
            taken[event.verb] = event
    if "register" in taken and "report" not in taken:
        taken["report"] = taken["register"]
    shown = [step for step in STEPS if not (step == "close" and order.exemption)]
    return [(step, taken.get(step)) for step in shown]


def secret() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()


def address_of(token: str) -> str:
    return url_for("progress.show", token=token)


def base_url() -> str:
    return current_app.config["BASE_URL"] or request.host_url.rstrip("/")


def link_to(order: WorkOrder) -> str:
    """The owner's link in full, to be sent or shown as a QR."""
    return base_url() + address_of(OwnerLink.token_for(order, secret()))
