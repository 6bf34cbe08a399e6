"""Work orders: the lists people work from, an order's whole story, and the verbs of those who do the work."""
from io import BytesIO

import segno
from flask import Blueprint, Response, abort, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.base import now
from models.callback import Rating
from models.callback.queue import CallQueue
from models.callback.rounds import rounds_of
from models.dispatch import Firm
from models.errors import NotAllowed, Refused
from models.event import Event
from models.photo.record import story
from models.text import row_id
from models.user import User
from models.work_order import Assignment, Completion, Deadline, Hold, Inspection, Note, Reveal, Shortlist, WorkOrder
from models.work_order.entitlement import steps_ahead
from models.work_order.lists import MINE, Card, counts, found, last_events, page, queues_of
from views.actions import add_photos, once
from views.answers import look_up_first, page_or_part, the_order
from views.assets import digest_of
from views.fields import hours, local_time
from views.offline import is_copy, keep, page_version
from views.people import everyone, me, my_estate, roles
from views.progress import link_to

bp = Blueprint("work_orders", __name__, url_prefix="/work-orders")
bp.before_request(look_up_first)


@bp.get("")
@everyone
def index() -> Response:
    """One of the person's queues, or what they searched for."""
    names = queues_of(me())
    query = request.args.get("q", "").strip()[:60]
    name = request.args.get("queue") or (names[0] if names else "")
    if not names:
        raise NotAllowed("not_your_page")
    if name not in names:
        abort(404)
    after = request.args.get("after", "")
    if name == "calling" and not query:
        return show_calls(names, after)
    cards, more = (found(query, me()), "") if query else page(name, me(), after=after)
    is_start = name in ("mine", names[0]) and not query and not after
    pages, version = pages_to_keep(names if is_start else [], cards if name == "mine" else None)
    response = page_or_part("work_orders/index.html", "work_orders/_rows.html", cards=cards, more=more, queue=name,
                            queues=names, counts=counts(me()), query=query, today=now(), pages=pages)
    return keep(response, version) if pages and name == "mine" else response


def show_calls(names: list[str], after: str) -> Response:
    """Whom to call, in the order of calling, and below it what cannot be called about for want of an inspection."""
    calls = CallQueue(me(), now())
    cards, more = calls.page(after)
    pages, _ = pages_to_keep(names if names[0] == "calling" and not after else [], None)
    return page_or_part(
        "work_orders/index.html", "callbacks/_queue.html", cards=cards, more=more, queue="calling", queues=names,
        counts=counts(me()), query="", today=now(), pages=pages, uninspected=[] if after else calls.uninspected())


def pages_to_keep(names: list[str], cards: list[Card] | None) -> tuple[list[tuple[str, str]], str]:
    """Address and version of what a phone fetches when a list opens: one's own open orders, and the list of them.

    Whoever has no such list keeps nothing. The list's own version comes second.
    """
    if not me().has_role("technician", "vendor") or "mine" not in names or not me().estates:
        return [], ""
    cards = page("mine", me())[0] if cards is None else cards
    last = last_events(cards)
    pages = [(here(card.number), page_version(last[card.number])) for card in cards]
    pages.append((url_for("reports.new_by_staff"), page_version(my_estate().code)))
    pages.append((url_for("findings.new"), page_version(f"{my_estate().code} ")))
    pages.append((url_for("outbox.show"), page_version("")))
    version = digest_of(repr(pages))
    lists = [url_for(".index", queue="mine"), *([url_for(".index")] if names[0] == "mine" else [])]
    return [*pages, *((address, page_version(version)) for address in lists)], version


@bp.get("/<number>")
@everyone
def show(number: str) -> Response:
    order = the_order()
    events = list(Event.about(order.number))
    rounds = rounds_of(order, by=me())
    response = page_or_part(
        "work_orders/show.html", "work_orders/_order.html", order=order, photos=story(order), events=events,
        why_again=why_again(events),
        completions={row.round: row for row in order.completions.order_by(Completion.round)},  # type: ignore[attr-defined]
        inspections={row.round: row for row in order.inspections.order_by(Inspection.round)},  # type: ignore[attr-defined]
        rounds=rounds, callbacks={one.callback.round: one.callback for one in rounds}, rating=Rating.of(order),
        hold=order.standing_hold,
        deadlines=Deadline.of(order), held=Hold.share(order),
        revealed=may_read_contact(order) and not is_copy(), steps=steps_ahead(order, me()),
    )
    kept = order.assignee == me() and order.state in MINE and request.method == "GET"
    return keep(response, events[-1].id) if kept else response


@bp.get("/<number>/assignment")
@roles("desk", "supervisor")
def show_assignment(number: str) -> Response:
    order = the_order()
    return page_or_part("work_orders/assignment.html", "work_orders/_shortlist.html", order=order,
                        shortlist=Shortlist(order), ruled=Assignment.by_rule_to(order))


@bp.post("/<number>/assignment")
@roles("desk", "supervisor")
@once(back=show_assignment)
def create_assignment(number: str) -> str:
    form = request.form
    firm = Firm.get_or_none(Firm.id == row_id(form.get("firm", "")))
    taker = firm or User.called(form.get("technician", ""))
    if taker is None:
        raise Refused("assign.nobody", field="technician")
    the_order().assign(taker, by=me(), why=form.get("why", ""))
    return here(number)


@bp.post("/<number>/acceptance")
@everyone
@once(back=show)
def create_acceptance(number: str) -> str:
    the_order().accept(by=me())
    return here(number)


@bp.post("/<number>/arrival")
@everyone
@once(back=show, photos=True)
def create_arrival(number: str) -> str:
    add_photos("before")
    the_order().arrive(by=me(), no_photo_reason=request.form.get("no_photo_reason", ""))
    return here(number)


@bp.post("/<number>/completion")
@everyone
@once(back=show, photos=True)
def create_completion(number: str) -> str:
    add_photos("after")
    the_order().finish(request.form.get("done", ""), by=me(), parts=request.form.get("parts", ""),
                       hours=hours(request.form.get("hours", "")), summary=request.form.get("summary", ""))
    return here(number)


@bp.post("/<number>/photos")
@everyone
@once(back=show, photos=True)
def create_photos(number: str) -> str:
    """Evidence on its own, of any stage; from whoever held the order it is welcome however late."""
    if not add_photos(request.form.get("stage", "during")):
        raise Refused("photo.none", field="photos")
    return here(number)


@bp.post("/<number>/notes")
@everyone
@once(back=show)
def create_note(number: str) -> str:
    Note.add(the_order(), request.form.get("note", ""), by=me())
    return here(number)


@bp.post("/<number>/holds")
@everyone
@once(back=show)
def create_hold(number: str) -> str:
    order = the_order()
    Hold.ask(order, request.form.get("hold_reason", ""), local_time(order.estate, request.form.get("promised_at", "")),
             by=me(), note=request.form.get("hold_note", ""))
    return here(number)


@bp.post("/<number>/holds/approval")
@roles("supervisor")
@once(back=show)
def create_hold_approval(number: str) -> str:
    Hold.approve(the_order(), by=me())
    return here(number)


@bp.post("/<number>/holds/refusal")
@roles("supervisor")
@once(back=show)
def create_hold_refusal(number: str) -> str:
    Hold.refuse(the_order(), request.form.get("refusal_note", ""), by=me())
    return here(number)


@bp.post("/<number>/resumption")
@everyone
@once(back=show)
def create_resumption(number: str) -> str:
    Hold.resume(the_order(), by=me())
    return here(number)


@bp.post("/<number>/reveals")
@everyone
@once(back=show)
def create_reveal(number: str) -> str:
    Reveal.make(the_order(), request.form.get("reveal_reason", ""), by=me())
    pages = {"callback": "callbacks.new", "registration": "registrations.new"}
    return url_for(pages.get(request.form.get("from", ""), ".show"), number=number)


@bp.get("/<number>/owner-qr.svg")
@everyone
def show_owner_qr(number: str) -> AnyResponse:
    """The owner's own link as a QR, shown on the spot by whoever serves them."""
    order = the_order()
    if not shows_owner_qr(order):
        raise NotAllowed("not_for_you")
    drawing = BytesIO()
    segno.make(link_to(order), error="m").save(drawing, kind="svg", scale=4, border=3, light="white")
    return Response(drawing.getvalue(), mimetype="image/svg+xml")


def may_read_contact(order: WorkOrder) -> bool:
    """Has this person just logged a look at the owner's contact, and may they still?"""
    return order.owner is not None and me().may("reveal", order) and Reveal.standing(order, by=me())


def shows_owner_qr(order: WorkOrder) -> bool:
    return me().has_role("desk", "supervisor") or bool(order.assignee == me())


def why_again(events: list[Event]) -> Event | None:
    """What sent the order back last: an inspection, the owner's word or a reopening. None in its first round."""
    return next((event for event in reversed(events) if event.verb in ("reject", "dispute", "reopen")), None)


def here(number: str) -> str:
    return url_for("work_orders.show", number=number)
