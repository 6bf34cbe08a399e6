"""The caller's screen: what was reported, what was done, whom to call, and what they say."""
from flask import Blueprint, Response, request, url_for

from models.callback import Attempt, Rating
from models.photo.record import story
from models.work_order import Completion
from views.actions import once
from views.answers import look_up_first, page_or_part, the_order
from views.people import me, roles
from views.work_orders import may_read_contact

bp = Blueprint("callbacks", __name__, url_prefix="/work-orders")
bp.before_request(look_up_first)


@bp.get("/<number>/callback")
@roles("caller", "manager")
def new(number: str) -> Response:
    order = the_order()
    return page_or_part(
        "callbacks/new.html", "callbacks/_form.html", order=order, refused=order.refusal("call", me()),
        photos=story(order), attempts=list(Attempt.of(order)), rating=Rating.of(order),
        completion=Completion.get_or_none(Completion.order == order, Completion.round == order.round),
        revealed=may_read_contact(order))


@bp.post("/<number>/callback")
@roles("caller", "manager")
@once(back=new)
def create(number: str) -> str:
    form = request.form
    Attempt.make(the_order(), form.get("outcome", ""), by=me(), solved=form.get("solved", ""),
                 overall=form.get("overall", ""), words=form.get("words", ""))
    return url_for("work_orders.show", number=number)
