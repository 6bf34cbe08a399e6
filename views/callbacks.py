"""The caller's screen: what was reported, what was done, whom to call, what to ask and what they say; and how to end
it where nobody answers.
"""
import re

import segno
from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from models.base import now
from models.callback import Answer, Attempt, Callback, Correction, Policy, Sequel
from models.callback.policy import QUESTIONS
from models.callback.rounds import rounds_of
from models.photo.record import story
from models.text import row_id
from models.work_order import Completion, Inspection, WorkOrder
from models.work_order.household import earlier_at_its_place
from views import work_orders
from views.actions import once
from views.answers import look_up_first, page_or_part, the_order
from views.fields import owners_answer, time_in
from views.language import day, word
from views.people import me, roles
from views.progress import link_to
from views.work_orders import may_read_contact

bp = Blueprint("callbacks", __name__, url_prefix="/work-orders")
bp.before_request(look_up_first)

BLANK = re.compile(r"\{(estate|badge|day|matter)\}")
MATTER = 40  # characters of what was reported, as it is read out


@bp.get("/<number>/callback")
@roles("caller", "manager")
def new(number: str) -> Response:
    order = the_order()
    rounds = rounds_of(order, by=me())
    policy, coming = Policy.of(order.estate), None
    if order.state == "calling":
        coming = rounds[0].callback.next_after(rounds[0].attempts, policy)
    hour = coming.refusal(now()) if coming else None
    return page_or_part(
        "callbacks/new.html", "callbacks/_form.html", order=order, refused=order.refusal("call", me()), rounds=rounds,
        coming=coming, hour=hour, photos=story(order), questions=questions_of(order, policy),
        earlier=earlier_at_its_place(order, by=me()) if order.place.kind != "home" else [],
        completion=Completion.get_or_none(Completion.order == order, Completion.round == order.round),
        inspection=Inspection.get_or_none(Inspection.order == order, Inspection.round == order.round),
        revealed=may_read_contact(order) and not hour, link=link_to(order) if coming else "")


@bp.post("/<number>/callback")
@roles("caller", "manager")
@once(back=new)
def create(number: str) -> str:
    order, form = the_order(), request.form
    Attempt.make(order, form.get("outcome", ""), by=me(), told=owners_answer(), words=form.get("words", ""),
                 agreed_at=time_in("agreed_at", order.estate))
    # What was said may want more: another number, an order of its own. Who is told of it all stands on the order.
    return url_for(".new" if form.get("outcome") == "wrong_no" else "work_orders.show", number=number)


def again(number: str) -> AnyResponse:
    """The form it was sent from: the caller's screen, or the order's page for who has no such screen."""
    return new(number) if me().has_role("caller", "manager") else work_orders.show(number)


@bp.post("/<number>/callback/exemption")
@roles("caller", "desk", "manager")
@once(back=again)
def create_exemption(number: str) -> str:
    Callback.exempt(the_order(), request.form.get("exemption_note", ""), by=me())
    return work_orders.here(number)


@bp.post("/<number>/callback/abandonment")
@roles("caller", "manager")
@once(back=new)
def create_abandonment(number: str) -> str:
    Callback.give_up(the_order(), request.form.get("link_left_by", ""), by=me())
    return work_orders.here(number)


@bp.post("/<number>/callback/contact")
@roles("caller", "desk", "manager")
@once(back=again)
def create_contact(number: str) -> str:
    form = request.form
    Correction.make(the_order(), form.get("phone", ""), form.get("correction_note", ""), by=me())
    return url_for(".new", number=number) if me().has_role("caller", "manager") else work_orders.here(number)


@bp.post("/<number>/callback/sequels")
@roles("caller", "desk", "manager", "supervisor")
@once(back=work_orders.show)
def create_sequel(number: str) -> str:
    """An order out of what the owner wished for; a second tap leads to the same."""
    answer = Answer.get_or_none(Answer.id == row_id(request.form.get("answer", "")))
    sequel = Sequel.take_up(the_order(), answer, request.form.get("what", ""), by=me())
    return work_orders.here(sequel.order.number)


@bp.get("/<number>/callback/slip")
@roles("caller", "manager")
def show_slip(number: str) -> Response:
    """The slip to be left at the owner's door, with the link to rate by."""
    order = the_order()
    refused = order.refusal("call", me())
    if refused is not None:
        raise refused
    link = link_to(order)
    # Drawn by the library from our own address: nothing in it comes from a person.
    drawing = Markup(segno.make(link, error="m").svg_inline(scale=4, border=2, omitsize=True))  # noqa: S704
    return Response(render_template("callbacks/slip.html", order=order, link=link, drawing=drawing))


def questions_of(order: WorkOrder, policy: Policy) -> dict[str, str]:
    """What to ask, by the code of the question, in the estate's own wording where it has one. It is plain text: what
    somebody reported may hold anything, and only the blanks that are known are filled.
    """
    own, matter = policy.questions, order.title
    blanks = {"estate": order.estate.name, "badge": me().badge, "day": day(order.reported_at),
              "matter": matter if len(matter) <= MATTER else matter[:MATTER] + "…"}
    return {code: BLANK.sub(lambda found: blanks[found[1]], own.get(code) or word("question", code))
            for code in QUESTIONS}
