"""The roster (排班): a week of shifts, set by supervisors, read by everyone for themselves."""
from datetime import date, timedelta

from flask import Blueprint, Response, request, url_for

from models.base import now
from models.dispatch import SHIFTS, Shift
from models.errors import Refused
from models.user import User
from views.actions import once
from views.answers import page_or_part
from views.fields import day_in
from views.people import everyone, me, my_estate, roles

bp = Blueprint("roster", __name__, url_prefix="/roster")

OFFICE = ("desk", "supervisor", "manager")
WEEK = 7


@bp.get("")
@everyone
def show() -> Response:
    """The week that `week` (any of its days) names, else this one."""
    estate = my_estate()
    today = estate.local(now()).date()
    asked = day_in(request.form.get("week") or request.args.get("week", "")) or today
    monday = asked - timedelta(days=asked.weekday())
    people = Shift.staff(estate) if me().has_role(*OFFICE) else [me()]
    shifts: dict[int, dict[date, Shift]] = {person.id: {} for person in people}
    for shift in Shift.of_week(estate, monday):
        shifts.get(shift.__data__["user"], {})[shift.day] = shift
    return page_or_part(
        "roster/show.html", "roster/_week.html", days=[monday + timedelta(days=n) for n in range(WEEK)], today=today,
        people=people, shifts=shifts, kinds=list(SHIFTS), hours=SHIFTS, duty=Shift.duty(estate, now()),
        person_chosen=request.args.get("person", ""), day_chosen=request.args.get("day", ""), one_day=timedelta(days=1))


@bp.post("/shifts")
@roles("supervisor")
@once(back=show)
def create_shift() -> str:
    """Set, replace or (with no kind) take away one person's shift of one day."""
    form, estate = request.form, my_estate()
    person = User.called(form.get("person", ""))
    if person is None:
        raise Refused("shift.nobody", field="person")
    day = day_in(form.get("day", ""))
    if day is None:
        raise Refused("shift.no_day", field="day")
    if form.get("kind") == "none":
        Shift.clear(estate, person, day)
    else:
        Shift.put(estate, person, day, form.get("kind", ""), by=me())
    return url_for(".show", week=day.isoformat(), person=person.login, day=day.isoformat())


@bp.post("/weeks")
@roles("supervisor")
@once(back=show)
def create_week() -> str:
    """Fill this week's gaps from the week before."""
    day = day_in(request.form.get("week", ""))
    if day is None:
        raise Refused("shift.no_day", field="week")
    monday = day - timedelta(days=day.weekday())
    if not Shift.copy_week(my_estate(), monday, by=me()):
        raise Refused("shift.nothing_to_copy", field="week")
    return url_for(".show", week=monday.isoformat())
