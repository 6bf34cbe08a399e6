"""The owner's page of one order, by its link: what was done, who comes, what is next, and their own word on it.

Without the link an order is looked up by its number and the end of the phone left with it; then it is only shown.
"""
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, g, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.base import now
from models.callback import Answer, Rating, dimensions
from models.callback.rating import is_ratable
from models.errors import NotFound
from models.event import Event
from models.photo import Photo
from models.work_order import Completion, Merge, OwnerLink, Reopening, Urge, WorkOrder
from models.work_order.look_up import OPEN_FOR, looked_up
from models.work_order.reopening import is_reopenable
from views.actions import go_to, once, phone_clock
from views.answers import page_or_part
from views.fields import owners_answer
from views.people import MARK, me_or_none, public
from views.photos import serve
from views.throttle import give_tries_back, look_ups_by_address, of_owners_by_address, ratings_by_address, try_number

bp = Blueprint("progress", __name__, url_prefix="/o")

# The steps an owner is shown, by the verb that takes each.
STEPS = ("report", "register", "assign", "accept", "arrive", "finish", "pass", "close", "answer")
ANSWERED = ("report", "register", "answer")  # on the spot
WAITING = ("reported", "registered", "assigned", "accepted", "working", "suspended", "rework")  # for us
FOUND = "looked_up"  # in the session: the number that was found, and until when it may be read


def init(app: Any) -> None:
    app.jinja_env.globals.update(dimensions_of=lambda order: dimensions(order.kind == "complaint"))


@bp.before_request
def look_up_first() -> None:
    """Before anything that was sent is read: a link that leads nowhere."""
    token = (request.view_args or {}).get("token")
    if token is not None or request.endpoint in ("progress.show_found", "progress.show_photo_found"):
        g.owners_order = OwnerLink.order_of(token) if token is not None else found()
        g.clock_estate = g.owners_order.estate


@bp.after_request
def keep_to_oneself(response: Response) -> Response:
    """No search engine takes up what somebody's link leads to."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def the_order() -> WorkOrder:
    return g.owners_order  # type: ignore[no-any-return]


def progress_of(number: str) -> str:
    """The owner's page. Kept with a key is only the order's number: a link's token is stored nowhere."""
    return address_of(OwnerLink.token_for(WorkOrder.get(WorkOrder.number == number), secret()))


# -- by the link


@bp.get("/<token>")
@public
def show(token: str) -> Response:
    return page(the_order(), address_of(token), link=base_url() + address_of(token))


@bp.post("/<token>/rating")
@public
@ratings_by_address
@once(back=show, leads_to=progress_of)
def create_rating(token: str) -> str:
    order = the_order()
    Rating.give(order, owners_answer(), address=request.remote_addr or "", signed_in=me_or_none(),
                device=request.cookies.get(MARK, ""))
    return order.number


@bp.post("/<token>/urges")
@public
@of_owners_by_address
@once(back=show, leads_to=progress_of)
def create_urge(token: str) -> str:
    Urge.make(the_order(), request.form.get("words", ""), by=None)
    return the_order().number


@bp.post("/<token>/reopening")
@public
@of_owners_by_address
@once(back=show, leads_to=progress_of, photos=True)
def create_reopening(token: str) -> str:
    order, form = the_order(), request.form
    Reopening.make(order, form.get("reopen_reason", ""), form.get("reopen_words", ""), by=None)
    Photo.attach(order, g.pictures, "report", by=None, phone_at=phone_clock())
    return order.number


@bp.get("/<token>/photos/<row:id>/<size>.jpg")
@public
def show_photo(token: str, id: int, size: str) -> AnyResponse:
    return serve(Photo.of_owner(id, the_order(), by_link=True), size)


# -- by number and phone


@bp.get("")
@public
def new_look_up() -> Response:
    return page_or_part("progress/look_up.html", "progress/_look_up.html")


@bp.post("")
@public
@look_ups_by_address
def create_look_up() -> AnyResponse:
    """Nothing is stored by it but in the browser itself, so it carries no key."""
    g.back = new_look_up
    try_number()
    order = looked_up(request.form.get("number", ""), request.form.get("digits", ""))
    give_tries_back()
    session[FOUND] = [order.number, (now() + OPEN_FOR).isoformat()]
    return go_to(url_for("progress.show_found"))


def found() -> WorkOrder:
    """The order looked up in this browser within the hour. NotFound when there is none, or no longer."""
    number, until = session.get(FOUND) or ("", "")
    if not until or datetime.fromisoformat(until) <= now():
        session.pop(FOUND, None)
        raise NotFound("look_up.over")
    return WorkOrder.get(WorkOrder.number == number)


@bp.get("/order")
@public
def show_found() -> Response:
    return page(the_order(), url_for("progress.show_found"), link="")


@bp.get("/order/photos/<row:id>/<size>.jpg")
@public
def show_photo_found(id: int, size: str) -> AnyResponse:
    return serve(Photo.of_owner(id, the_order(), by_link=False), size)


# -- what is shown


def page(order: WorkOrder, address: str, *, link: str) -> Response:
    """`link`: the owner's own, by which they may do something; "" where the order was only looked up."""
    main = Merge.main_of(order) if order.state == "merged" else None
    told = main or order
    events = list(Event.about(told.number))
    return page_or_part(
        "progress/show.html", "progress/_order.html", order=order, address=address, link=link, main=main,
        stand=f"{order.number}-{len(events)}-{events[-1].id if events else 0}",
        steps=steps_taken(told, events), hold=told.standing_hold, rounds=rounds_of(order, told, by_link=bool(link)),
        rating=Rating.of(order), standing=Rating.standing(order), callback=last_callback(order),
        urge_from=Urge.owner_may_from(order),
        may_urge=bool(link) and order.state in WAITING, may_rate=bool(link) and is_ratable(order),
        may_reopen=bool(link) and is_reopenable(order))


def last_callback(order: WorkOrder) -> Any:
    """The callback of this round, where it ended."""
    callbacks = order.callbacks  # type: ignore[attr-defined]
    callback = callbacks.where(callbacks.model.round == order.round).get_or_none()
    return callback if callback is not None and callback.outcome else None


def rounds_of(order: WorkOrder, told: WorkOrder, *, by_link: bool) -> list[dict[str, Any]]:
    """What was sent and done round by round, the latest first; of a merged order's main one only what may be shown."""
    photos: dict[tuple[int, int, str], list[Photo]] = {}
    for photo in Photo.for_owner(order, by_link=by_link):
        photos.setdefault((photo.__data__["order"], photo.round, photo.stage), []).append(photo)
    shown = order if told.place.is_home else told
    done = {row.round: row for row in Completion.select().where(Completion.order == shown)}
    answers = {answer.callback.round: answer for answer in Answer.deciding(order)}
    again = {row.round: row for row in Reopening.select().where(Reopening.order == order)}
    rounds = []
    for n in range(max(order.round, told.round), 0, -1):
        one = {
            "n": n, "completion": done.get(n), "answer": answers.get(n), "reopening": again.get(n),
            "report": photos.get((order.id, n, "report"), []),
            **{stage: [*photos.get((order.id, n, stage), []),
                       *(photos.get((told.id, n, stage), []) if told is not order else [])]
               for stage in ("before", "after")}}
        if any(value for name, value in one.items() if name != "n"):
            rounds.append(one)
    return rounds


def steps_taken(order: WorkOrder, events: list[Event]) -> list[tuple[str, Event | None]]:
    """Each step with the event that took it last, None while it is still to come.

    Another round begins again at coming: what a dispute or a returned inspection undid is to come once more.
    """
    taken: dict[str, Event] = {}
    for event in events:
        if event.verb in ("reject", "dispute", "reopen"):
            for undone in ("arrive", "finish", "pass", "close", "answer"):
                taken.pop(undone, None)
            if event.became == "registered":
                taken.pop("assign", None)
                taken.pop("accept", None)
        if event.verb in ("assign", "decline", "transfer"):
            for undone in ("assign", "accept", *(("arrive",) if event.verb == "transfer" else ())):
                taken.pop(undone, None)
        if event.verb == "transfer":
            taken["assign"] = event
        if event.verb == "grab":
            taken["assign"] = taken["accept"] = event
        if event.verb in STEPS:
            taken[event.verb] = event
        if event.verb in ("give_up", "exempt"):
            taken["close"] = event
    if "register" in taken and "report" not in taken:
        taken["report"] = taken["register"]
    if "answer" in taken:
        return [(step, taken.get(step)) for step in ANSWERED]
    shown = [step for step in STEPS[:-1] if not (step == "close" and order.exemption and "close" not in taken)]
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
