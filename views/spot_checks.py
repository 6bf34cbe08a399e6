"""The spot checks (回访抽查): a month's sample of callbacks, drawn by a supervisor and looked at once more."""
from flask import Blueprint, Flask, Response, request, url_for

from models.base import now
from models.callback import Answer, Attempt, Draw, Policy, Sequel, SpotCheck
from models.callback.figures import Period
from models.callback.spot_check import seed
from models.work_order import Completion
from views.actions import once
from views.answers import look_up_first, page_or_part, the_order
from views.language import period_name
from views.people import me, my_estate, roles

bp = Blueprint("spot_checks", __name__)
bp.before_request(look_up_first)


def init(app: Flask) -> None:
    app.jinja_env.globals.update(spot_checks_of=SpotCheck.made_of)


@bp.get("/spot-checks")
@roles("supervisor", "manager")
def index() -> Response:
    """A month's sample, what is left of it first; last month's unless another is asked for."""
    month = asked_month()
    sample = list(SpotCheck.of_month(month, by=me()))
    return page_or_part(
        "spot_checks/index.html", "spot_checks/_month.html", month=month,
        period_name=period_name, sample=sample,
        tally=SpotCheck.tally(month), draws=Draw.of(month), seed=seed(month),
        policy=Policy.of(month.estate), not_mine=SpotCheck.not_for(me(), sample), this_month=this_month())


@bp.post("/spot-checks")
@roles("supervisor", "manager")
@once(back=index)
def create() -> str:
    month = asked_month()
    SpotCheck.draw_month(month, by=me())
    return url_for(".index", month=month.code)


@bp.get("/work-orders/<number>/spot-checks/<row:id>")
@roles("supervisor", "manager")
def show(number: str, id: int) -> Response:
    """One callback of the sample: what the caller wrote down, and whether it is so."""
    order = the_order()
    check = SpotCheck.find(order, id)
    callback = check.callback
    answer = Answer.get_or_none(Answer.callback == callback, Answer.decides)
    Sequel.withhold([answer] if answer else [], by=me())
    return page_or_part(
        "spot_checks/show.html", "spot_checks/_check.html", order=order, check=check, callback=callback,
        month=check.draw.month, refused=order.refusal("spot_check", me()),
        answer=answer,
        attempts=list(Attempt.of(order).where(Attempt.callback == callback)),
        completion=Completion.get_or_none(Completion.order == order, Completion.round == callback.round))


@bp.post("/work-orders/<number>/spot-checks/<row:id>")
@roles("supervisor", "manager")
@once(back=show)
def record(number: str, id: int) -> str:
    form = request.form
    check = SpotCheck.find(the_order(), id)
    check.record(form.get("way", ""), form.get("agrees", ""), form.get("note", ""), by=me())
    return url_for(".index", month=check.draw.month)


def asked_month() -> Period:
    """Last month unless the address or the form names one."""
    asked = request.form.get("month") or request.args.get("month")
    return Period.parse(asked, my_estate()).as_kind("month") if asked else this_month().before()


def this_month() -> Period:
    return Period.month_of(now(), my_estate())
