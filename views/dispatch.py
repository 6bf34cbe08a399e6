"""Who does an order: grabbing, declining, handing over and a new time for it, and what everybody has in hand."""
from flask import Blueprint, Response, abort, g, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.base import now
from models.dispatch import Firm
from models.errors import NotFound, Refused, Stale
from models.user import User
from models.work_order import Appointment, Assignment, Load, Shortlist, Transfer, WorkOrder
from models.work_order.lists import page
from models.work_order.load import COLUMNS
from views.actions import once
from views.answers import look_up_first, page_or_part, the_order
from views.fields import local_time
from views.people import everyone, me, my_estate, roles
from views.work_orders import here, show

bp = Blueprint("dispatch", __name__)


@bp.before_request
def look_up() -> None:
    """Before anything that was sent is read; an order leaves the sight of who was slower the moment it is grabbed."""
    try:
        look_up_first()
    except NotFound:
        g.gone = WorkOrder.was_on_offer(request.view_args["number"], me()) if request.view_args else None
        if g.gone is None or request.endpoint != "dispatch.create_claim":
            raise


# -- grabbing


def show_after_grab(number: str) -> AnyResponse:
    """The order as it is now, to whoever may still see it; to who was slower, what else is on offer."""
    try:
        the_order()
    except NotFound:
        return page_or_part("dispatch/grabbable.html", "dispatch/_grabbable.html", queue="grabbable", more="",
                            cards=page("grabbable", me())[0])
    return show(number=number)


@bp.post("/work-orders/<number>/claim")
@roles("technician", "vendor")
@once(back=show_after_grab)
def create_claim(number: str) -> str:
    gone = g.get("gone")
    if gone is not None:
        raise Stale("grab.taken", number=number, state=gone.state, name=gone.assignee.name)
    Assignment.grab(the_order(), by=me())
    return here(number)


# -- declining, handing over, another time


@bp.post("/work-orders/<number>/refusal")
@everyone
@once(back=show)
def create_refusal(number: str) -> str:
    Assignment.decline(the_order(), request.form.get("decline_reason", ""), request.form.get("decline_note", ""),
                       by=me())
    return here(number)


@bp.get("/work-orders/<number>/transfer")
@everyone
def show_transfer(number: str) -> Response:
    order = the_order()
    shortlist = Shortlist(order)
    holders = User.select().where(User.id.in_(list(order.holder_ids))).order_by(User.id)
    return page_or_part("dispatch/transfer.html", "dispatch/_transfer.html", order=order, shortlist=shortlist,
                        again=order.is_transferred, holders=list(holders))


@bp.post("/work-orders/<number>/transfer")
@everyone
@once(back=show_transfer)
def create_transfer(number: str) -> str:
    form = request.form
    taker = User.called(form.get("taker", ""))
    if taker is None:
        raise Refused("assign.nobody", field="taker")
    responsible = User.called(form.get("responsible", ""))
    if form.get("responsible") == "taker":
        responsible = taker
    Transfer.make(the_order(), taker, form.get("transfer_reason", ""), form.get("handover", ""), by=me(),
                  responsible=responsible, decision=form.get("transfer_decision", ""))
    return here(number)


@bp.post("/work-orders/<number>/appointment")
@everyone
@once(back=show)
def create_appointment(number: str) -> str:
    order, form = the_order(), request.form
    Appointment.reschedule(order, local_time(order.estate, form.get("appointment_at", "")),
                           form.get("reschedule_reason", ""),
                           by=me(), agreed="agreed" in form, note=form.get("reschedule_note", ""))
    return here(number)


# -- what everybody has in hand


@bp.get("/load")
@roles("desk", "supervisor")
def show_load() -> Response:
    return page_or_part("dispatch/load.html", "dispatch/_load.html", loads=Load.of_estate(my_estate(), by=me()),
                        columns=list(COLUMNS))


@bp.get("/load/<login>")
@roles("desk", "supervisor")
def show_load_of(login: str) -> Response:
    """The orders behind one number."""
    person = User.called(login)
    if person is None or my_estate() not in person.estates:
        abort(404)
    return in_hand(person)


@bp.get("/load/firms/<row:id>")
@roles("desk", "supervisor")
def show_load_of_firm(id: int) -> Response:
    """What a firm was given and none of its people has accepted."""
    firm = Firm.get_or_none(Firm.id == id, Firm.estate == my_estate())
    if firm is None:
        abort(404)
    return in_hand(firm)


def in_hand(whose: User | Firm) -> Response:
    column = request.args.get("what", "assigned")
    if column not in COLUMNS:
        abort(404)
    return page_or_part("dispatch/load_of.html", "work_orders/_rows.html", name=whose.name, column=column,
                        queue="doing", cards=Load.orders(my_estate(), whose, column, by=me()), more="", today=now(),
                        back=url_for(".show_load"))
