"""What happens around an order beside its work: near orders, merging, voiding, urging, handing over, support."""
from flask import Blueprint, Flask, Response, g, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.dispatch import Category
from models.errors import Refused
from models.notice import Notice
from models.patrol.matter import open_at
from models.place import Estate, Place
from models.user import User
from models.work_order import (
    Difficulty,
    FollowUp,
    HandOver,
    Merge,
    Neighbourhood,
    PartyDecision,
    Support,
    Urge,
    Void,
    WorkOrder,
)
from models.work_order.hand_over import colleagues
from models.work_order.lists import following
from models.work_order.support import DEPARTMENTS
from views import registrations, work_orders
from views.actions import once
from views.answers import look_up_first, page_or_part, the_order
from views.language import word
from views.people import everyone, me, me_or_none, my_estate, roles

bp = Blueprint("follow_up", __name__)
bp.before_request(look_up_first)

NUMBER_MAX = 24


def init(app: Flask) -> None:
    app.jinja_env.globals.update(follow_up=follow_up, desk_of=desk_of, departments_beside=departments_beside)


def follow_up(order: WorkOrder) -> FollowUp:
    """What is told around an order, read once for all parts of a page."""
    if "follow_up" not in g or g.follow_up.order is not order:
        g.follow_up = FollowUp(order, by=me_or_none())
    return g.follow_up  # type: ignore[no-any-return]


def desk_of(order: WorkOrder) -> list[tuple[str, str]]:
    """To whom an order can be handed over: logins and names."""
    return [(user.login, user.name) for user in colleagues(order.estate) if user != order.first_contact]


def departments_beside(order: WorkOrder) -> list[tuple[str, str]]:
    """Which departments can be asked to support: every one but the leading."""
    leading = order.category.department if order.category else ""
    return [(name, word("department", name)) for name in DEPARTMENTS if name != leading]


# -- near orders, while a report is taken


@bp.get("/work-orders/near")
@roles("desk")
def show_near() -> Response:
    """What may be the same matter, by what the form says so far; `number` is the order being registered."""
    asked, order = request.args, None
    if asked.get("number"):
        order = WorkOrder.find(number_in(asked["number"]), by=me())
    estate = order.estate if order else my_estate()
    place = place_or_none(estate, asked.get("place", ""))
    category = registrations.leaf_or_none(estate, asked.get("category", ""))
    text = order.text if order else asked.get("text", "")
    orders = Neighbourhood(place, category, text, by=me(), without=order).orders()
    return page_or_part("follow_up/near.html", "follow_up/_near.html", order=order, orders=orders, home=place,
                        findings=open_at(place, by=me()) if place else [],
                        notices=Notice.about(place) if place else [],
                        places=Place.suggestions(estate), tree=Category.tree(estate))


def number_in(text: str) -> str:
    """An order's number as somebody may have typed it."""
    return text.strip().upper()[:NUMBER_MAX]


def place_or_none(estate: Estate, name: str) -> Place | None:
    """What is still being typed is no place yet."""
    try:
        return Place.named(estate, name)
    except Refused:
        return None


def tapped_in(number: str) -> AnyResponse:
    """The form it was tapped in: the call being taken, or the order's own page."""
    return registrations.new_call() if request.form.get("near") == "call" else work_orders.show(number)


# -- merging


@bp.get("/work-orders/<number>/merger")
@roles("desk")
def new_merger(number: str) -> Response:
    order = the_order()
    orders = Neighbourhood(order.place, order.category, order.text, by=me(), without=order).orders()
    return page_or_part("follow_up/merger.html", "follow_up/_merger.html", order=order, orders=orders)


def merger_again(number: str) -> AnyResponse:
    """The form it was tapped in: the registration of this order, or its own page."""
    return registrations.new(number) if "near" in request.form else new_merger(number)


@bp.post("/work-orders/<number>/merger")
@roles("desk")
@once(back=merger_again)
def create_merger(number: str) -> str:
    target = number_in(request.form.get("target", ""))
    found = WorkOrder.seen_by(me()).where(WorkOrder.number == target).get_or_none()
    if found is None:
        raise Refused("merge.unknown", field="target", number=target)
    merge = Merge.into(the_order(), found, by=me(), note=request.form.get("merge_note", ""))
    return work_orders.here(merge.target.number)


@bp.post("/work-orders/<number>/reports")
@roles("desk")
@once(back=tapped_in)
def create_report(number: str) -> str:
    """The call being taken proved to be of the same matter: it is kept as a report of its own and merged."""
    form, target = request.form, the_order()
    place = Place.named(target.estate, form.get("place", ""))
    merge = Merge.hear(target, place, form.get("text", ""), by=me(), channel=form.get("channel", "phone"),
                       spot=form.get("spot", ""), name=form.get("name", ""), phone=form.get("phone", ""))
    return work_orders.here(merge.target.number)


# -- voiding


@bp.post("/work-orders/<number>/void")
@roles("desk")
@once(back=work_orders.show)
def create_void(number: str) -> str:
    Void.ask(the_order(), request.form.get("void_reason", ""), request.form.get("void_words", ""), by=me())
    return work_orders.here(number)


@bp.post("/work-orders/<number>/void/approval")
@roles("supervisor")
@once(back=work_orders.show)
def create_void_approval(number: str) -> str:
    Void.confirm(the_order(), by=me())
    return work_orders.here(number)


@bp.post("/work-orders/<number>/void/refusal")
@roles("supervisor")
@once(back=work_orders.show)
def create_void_refusal(number: str) -> str:
    Void.refuse(the_order(), request.form.get("void_answer", ""), by=me())
    return work_orders.here(number)


# -- urging


@bp.post("/work-orders/<number>/urges")
@everyone
@once(back=tapped_in)
def create_urge(number: str) -> str:
    """From an order's own page, or with what a caller was just saying when theirs proved to be an order already."""
    form = request.form
    Urge.make(the_order(), form.get("words", form.get("text", "")), by=me(), name=form.get("name", ""),
              phone=form.get("phone", ""))
    return work_orders.here(number)


# -- difficult cases, the responsible party, support


@bp.post("/work-orders/<number>/difficulty")
@roles("supervisor", "manager")
@once(back=work_orders.show)
def create_difficulty(number: str) -> str:
    Difficulty.mark(the_order(), request.form.get("difficult_note", ""), by=me())
    return work_orders.here(number)


@bp.post("/work-orders/<number>/party")
@roles("desk", "supervisor")
@once(back=work_orders.show)
def create_party(number: str) -> str:
    PartyDecision.make(the_order(), request.form.get("party", ""), request.form.get("party_note", ""), by=me())
    return work_orders.here(number)


@bp.post("/work-orders/<number>/supports")
@roles("desk", "supervisor")
@once(back=work_orders.show)
def create_support(number: str) -> str:
    Support.ask(the_order(), request.form.get("department", ""), request.form.get("wanted", ""), by=me())
    return work_orders.here(number)


@bp.post("/work-orders/<number>/supports/result")
@everyone
@once(back=work_orders.show)
def create_support_result(number: str) -> str:
    done = request.form.get("support_done", "")
    if done not in ("yes", "no"):
        raise Refused("support.done_or_not", field="support_done")
    Support.give(the_order(), request.form.get("result", ""), by=me(), done=done == "yes")
    return work_orders.here(number)


# -- handing over


@bp.post("/work-orders/<number>/hand-over")
@roles("desk", "supervisor")
@once(back=work_orders.show)
def create_hand_over(number: str) -> str:
    HandOver.give(the_order(), taker(), request.form.get("hand_over_note", ""), by=me())
    return work_orders.here(number)


@bp.get("/hand-overs/new")
@roles("desk")
def new_hand_over() -> Response:
    """Everything I follow, to be left to a colleague at the end of the shift."""
    return page_or_part("follow_up/hand_over.html", "follow_up/_hand_over.html", cards=following(me()),
                        colleagues=[(user.login, user.name) for user in colleagues(my_estate()) if user != me()])


@bp.post("/hand-overs")
@roles("desk")
@once(back=new_hand_over)
def create_hand_overs() -> str:
    numbers = [number_in(text) for text in request.form.getlist("orders")]
    HandOver.give_all(numbers, taker(), request.form.get("hand_over_note", ""), by=me())
    return url_for("work_orders.index", queue="following")


def taker() -> User | None:
    return User.called(request.form.get("taker", ""))
