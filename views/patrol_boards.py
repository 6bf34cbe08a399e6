"""The patrol seen from the desk: the estate by grid and hour, the month as a calendar, and how far it is covered."""
from calendar import Calendar
from datetime import timedelta

from flask import Blueprint, Response, abort, request

from models.base import now
from models.callback.figures import Period
from models.patrol.board import DayBoard, calendar
from models.patrol.coverage import GROUPS, lines, whole
from views.answers import page_or_part
from views.fields import day_in
from views.language import period_name
from views.people import my_estate, roles

bp = Blueprint("patrol_boards", __name__, url_prefix="/patrol-board")

READERS = ("supervisor", "manager", "desk", "representative")
DAY = timedelta(days=1)


@bp.get("")
@roles(*READERS)
def show() -> Response:
    """One day: who walked which grid at which hour, what was missed, and what speaks against it."""
    estate = my_estate()
    today = estate.local(now()).date()
    day = day_in(request.args.get("day", "")) or today
    return page_or_part("patrol_boards/show.html", "patrol_boards/_day.html", board=DayBoard.of(estate, day), day=day,
                        before=day - DAY, after=day + DAY, today=today, hour=estate.local(now()).hour)


@bp.get("/calendar")
@roles(*READERS)
def show_calendar() -> Response:
    month = the_month()
    weeks = Calendar().monthdatescalendar(*month.last)
    return page_or_part("patrol_boards/calendar.html", "patrol_boards/_calendar.html", month=month, weeks=weeks,
                        counted=calendar(month), period_name=period_name, today=my_estate().local(now()).date())


@bp.get("/coverage")
@roles(*READERS)
def show_coverage() -> Response:
    month, group = the_month(), request.args.get("group") or GROUPS[0]
    if group not in GROUPS:
        abort(404)
    return page_or_part("patrol_boards/coverage.html", "patrol_boards/_coverage.html", month=month, group=group,
                        groups=GROUPS, whole=whole(month), lines=lines(month, group), period_name=period_name,
                        this=Period.month_of(now(), month.estate))


def the_month() -> Period:
    asked = request.args.get("month", "")
    month = Period.parse(asked, my_estate()) if asked else Period.month_of(now(), my_estate())
    return month.as_kind("month")
