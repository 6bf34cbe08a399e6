"""What the estate promises, who may change it and who did, and the orders whose clock stands still."""
from flask import Blueprint, Response, render_template, request, url_for

from models.errors import NotFound
from models.sla import TimeLimit
from models.sla.clock import UNITS
from models.sla.figures import ESCALATE_TO, LEVELS
from models.work_order import Hold
from views.actions import once
from views.answers import look_up_first, page_or_part, the_order
from views.people import everyone, me, my_estate, roles
from views.work_orders import here
from views.work_orders import show as show_order

bp = Blueprint("time_limits", __name__)
bp.before_request(look_up_first)


@bp.get("/time-limits")
@roles("admin", "manager", "supervisor", "desk")
def index() -> Response:
    estate = my_estate()
    return Response(render_template("time_limits/index.html", estate=estate, limits=TimeLimit.table(estate)))


@bp.get("/time-limits/<row:id>")
@roles("admin", "manager", "supervisor", "desk")
def show(id: int) -> Response:
    """One limit: its figures, to be changed by an administrator, and every change there was."""
    limit = find(id)
    history = limit.history()
    changes = [(row, was.differs(row) if was else []) for row, was in zip(history, [*history[1:], None], strict=True)]
    return page_or_part("time_limits/show.html", "time_limits/_limit.html", limit=limit, changes=changes,
                        current=next((row for row in history if row.ended_at is None), limit), units=UNITS,
                        escalate_to=ESCALATE_TO, levels=LEVELS)


@bp.post("/time-limits/<row:id>")
@roles("admin")
@once(back=show)
def create(id: int) -> str:
    limit = find(id).change(request.form, request.form.get("why", ""), by=me())
    return url_for(".show", id=limit.id)


@bp.post("/work-orders/<number>/containment")
@everyone
@once(back=show_order)
def create_containment(number: str) -> str:
    the_order().contain(by=me(), note=request.form.get("contain_note", ""))
    return here(number)


@bp.get("/holds")
@roles("supervisor", "manager")
def index_holds() -> Response:
    return Response(render_template("time_limits/holds.html", holds=Hold.standing(me())))


def find(id: int) -> TimeLimit:
    """The row of that number on one of the person's estates."""
    limit = TimeLimit.get_or_none(TimeLimit.id == id, TimeLimit.estate.in_(me().estates))
    if limit is None:
        raise NotFound("time_limit.unknown")
    return limit

