"""The callback's figures (回访统计) by period, and the orders behind each of them. What they mean is in the models."""
from flask import Blueprint, Response, abort, render_template, request, url_for

from models.base import now
from models.callback.figures import (
    FIGURES,
    GROUPS,
    LENGTHS,
    Coverage,
    Period,
    behind,
    groups_of,
    tallies,
    tally,
    trend,
    uncovered,
)
from models.callback.figures.tally import check
from models.text import row_id
from views.answers import page_or_part
from views.language import month_name, period_name, word
from views.people import me, my_estate, roles

bp = Blueprint("figures", __name__, url_prefix="/figures")

READERS = ("supervisor", "manager", "caller", "desk", "representative")


@bp.get("")
@roles(*READERS)
def show() -> Response:
    """A period as a whole, and one grouping of it."""
    period = the_period()
    group = request.args.get("group") or GROUPS[0]
    if group not in GROUPS:
        abort(404)
    check(group, me())
    lines = None if group == "month" else tallies(period, group, by=me())
    return Response(render_template(
        "figures/show.html", period=period, name=period_name(period), now=Period.month_of(now(), period.estate),
        group=group, groups=groups_of(me()), lengths=list(LENGTHS), whole=tally(period, by=me()),
        covered=Coverage.of(period, by=me()), lacking=uncovered(period, by=me(), most=5)[0], lines=lines,
        months=trend(period, by=me()) if group == "month" else [], month_name=month_name, figures=list(FIGURES),
        defined=[*FIGURES, "score", "covered", "reads"]))


@bp.get("/orders")
@roles(*READERS)
def index() -> Response:
    """The orders one figure misses, of the whole period or of one row of a grouping."""
    period, figure, group = the_period(), request.args.get("figure", ""), request.args.get("group", "")
    if figure not in FIGURES or group not in ("", *GROUPS[1:]):
        abort(404)
    key = row_id(request.args.get("row", ""))
    cards, more = behind(period, figure, by=me(), group=group, key=key, after=request.args.get("after", ""))
    return page_or_part("figures/orders.html", "figures/_orders.html", period=period, name=period_name(period),
                        title=word("missed", figure), cards=cards, back=back_to(period, group),
                        more=more and url_for(".index", period=period.code, figure=figure, group=group or None, row=key,
                                              after=more))


@bp.get("/uncovered")
@roles(*READERS)
def index_uncovered() -> Response:
    """The finished orders that have no call, no rating and no code, who waits longest first."""
    period = the_period()
    cards, more = uncovered(period, by=me(), after=request.args.get("after", ""))
    return page_or_part("figures/uncovered.html", "figures/_uncovered.html", period=period, name=period_name(period),
                        lacking=cards, back=back_to(period),
                        more=more and url_for(".index_uncovered", period=period.code, after=more))


def the_period() -> Period:
    """As the address says, else this month."""
    text = request.args.get("period", "")
    return Period.parse(text, my_estate()) if text else Period.month_of(now(), my_estate())


def back_to(period: Period, group: str = "") -> str:
    return url_for(".show", period=period.code, group=group or None)
