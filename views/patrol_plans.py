"""Routes and plans: which points are walked in which order, and in which rhythm; upkeep by the same plans."""
from datetime import date, timedelta

from flask import Blueprint, Response, g, render_template, request, url_for

from models.base import now
from models.dispatch import Category
from models.errors import Refused
from models.event import Event
from models.patrol import Plan, Point, Route, Task, Terms
from models.patrol.grid_duty import grids_of
from models.patrol.route import MOST_STOPS, Stop
from models.place import Grid, Place
from models.text import row_id
from views.actions import once
from views.answers import page_or_part
from views.fields import day_in
from views.language import word
from views.people import me, my_estate, roles

bp = Blueprint("patrol_plans", __name__)

PLANNERS = ("supervisor", "manager", "admin")
READERS = (*PLANNERS, "desk")
PREVIEWED = 14  # days


@bp.before_request
def look_up_first() -> None:
    asked = request.view_args or {}
    if "plan" in asked:
        g.plan = Plan.numbered(asked["plan"], by=me())
        g.clock_estate = g.plan.estate
    if "id" in asked:
        g.route = Route.find(asked["id"], by=me())


# -- routes


@bp.get("/patrol-routes")
@roles(*READERS)
def index_routes() -> Response:
    routes = list(Route.of(my_estate()))
    points: dict[int, list[str]] = {route.id: [] for route in routes}
    for stop in Stop.select(Stop, Point).join(Point).where(Stop.route.in_(list(points))).order_by(Stop.position):
        points[stop.__data__["route"]].append(stop.point.name)
    return Response(render_template("patrol_plans/routes.html", routes=routes, points=points))


@bp.get("/patrol-routes/new")
@roles(*PLANNERS)
def new_route() -> Response:
    return form_for_route(None)


@bp.get("/patrol-routes/<row:id>")
@roles(*PLANNERS)
def show_route(id: int) -> Response:
    return form_for_route(g.route)


def form_for_route(route: Route | None) -> Response:
    estate = my_estate()
    places = {point.code: n for n, point in enumerate(route.points, 1)} if route else {}
    return page_or_part("patrol_plans/route.html", "patrol_plans/_route.html", route=route, places=places,
                        points=list(Point.of(estate)), most=MOST_STOPS,
                        grids=[(grid.code, f"{grid.code} {grid.name}") for grid in grids_of(estate)])


@bp.post("/patrol-routes")
@roles(*PLANNERS)
@once(back=lambda: new_route())
def create_route() -> str:
    name = request.form.get("name", "")
    if Route.get_or_none(Route.estate == my_estate(), Route.name == name.strip(), Route.removed_at.is_null()):
        raise Refused("route.there_already", field="name")
    put_route(name)
    return url_for(".index_routes")


@bp.post("/patrol-routes/<row:id>")
@roles(*PLANNERS)
@once(back=show_route)
def change_route(id: int) -> str:
    put_route(request.form.get("name", ""), instead_of=g.route)
    return url_for(".index_routes")


def put_route(name: str, instead_of: Route | None = None) -> None:
    """Points are numbered by the order they are walked in; what has no number is not on the route."""
    form, estate = request.form, my_estate()
    grid = Grid.get_or_none(Grid.estate == estate, Grid.code == form.get("grid", ""))
    if grid is None:
        raise Refused("grid.missing", field="grid")
    numbered = []
    for point in Point.of(estate):
        text = form.get(f"place-{point.code}", "").strip()
        if text and row_id(text) is None:
            raise Refused("route.place", field=f"place-{point.code}", point=point.name)
        if text:
            numbered.append((int(text), point.code, point))
    Route.put(estate, name, grid=grid, points=[point for *_, point in sorted(numbered, key=lambda one: one[:2])],
              walk_min=whole_in("walk_min", "route.walk_min"), by=me(), instead_of=instead_of)


@bp.post("/patrol-routes/<row:id>/removal")
@roles(*PLANNERS)
@once(back=show_route)
def create_route_removal(id: int) -> str:
    g.route.remove(by=me())
    return url_for(".index_routes")


# -- plans


@bp.get("/patrol-plans")
@roles(*READERS)
def index() -> Response:
    plans = list(Plan.select(Plan, Route).left_outer_join(Route).where(Plan.estate == my_estate()).order_by(
        Plan.stopped_at.is_null(False), Plan.kind, Plan.id))
    return Response(render_template("patrol_plans/index.html", plans=plans))


@bp.get("/patrol-plans/new")
@roles(*PLANNERS)
def new() -> Response:
    return page_or_part("patrol_plans/new.html", "patrol_plans/_form.html", plan=None,
                        kind="upkeep" if request.values.get("kind") == "upkeep" else "patrol", **choices())


@bp.post("/patrol-plans")
@roles(*PLANNERS)
@once(back=new)
def create() -> str:
    plan = Plan.make(my_estate(), request.form.get("kind", ""), terms(), by=me())
    return url_for(".show", plan=plan.number)


@bp.get("/patrol-plans/<plan>")
@roles(*READERS)
def show(plan: str) -> Response:
    """What it says, what it makes in the days to come, and how it came to say so."""
    found: Plan = g.plan
    today = found.estate.local(found.changed_at).date()
    first = max(today, my_today())
    spans = [] if found.stopped_at else found.windows_between(first, first + timedelta(days=PREVIEWED - 1))
    made = list(Task.select().where(Task.plan == found).order_by(Task.starts_at.desc()).limit(PREVIEWED))
    return page_or_part("patrol_plans/show.html", "patrol_plans/_plan.html", plan=found, spans=spans, made=made,
                        kind=found.kind, events=list(Event.about(found.number)), **choices())


@bp.post("/patrol-plans/<plan>")
@roles(*PLANNERS)
@once(back=show)
def change(plan: str) -> str:
    g.plan.change(terms(), by=me(), seen=request.form.get("seen", ""))
    return url_for(".show", plan=plan)


@bp.post("/patrol-plans/<plan>/stop")
@roles(*PLANNERS)
@once(back=show)
def create_stop(plan: str) -> str:
    g.plan.stop(by=me())
    return url_for(".show", plan=plan)


def my_today() -> date:
    return my_estate().local(now()).date()


def choices() -> dict[str, object]:
    """What a plan's form offers."""
    estate = my_estate()
    return {"routes": [(str(route.id), route.name) for route in Route.of(estate)], "tree": Category.tree(estate),
            "places": Place.suggestions(estate), "today": my_today(),
            "weekdays": [(str(day + 1), word("weekday", str(day))) for day in range(7)]}


def terms() -> Terms:
    """What the form says. Days and numbers that cannot be are refused by the field they stand in."""
    form, estate = request.form, my_estate()
    ends = form.get("ends_on", "").strip()
    if ends and day_in(ends) is None:
        raise Refused("plan.ends_first", field="ends_on")
    route = Route.get_or_none(Route.id == row_id(form.get("route", "")), Route.estate == estate,
                              Route.removed_at.is_null())
    return Terms(
        form.get("name", ""), day_in(form.get("starts_on", "")), day_in(ends) if ends else None,
        rhythm=form.get("rhythm", ""), every=whole_in("every", "plan.every", most=366, default=1),
        weekdays=",".join(form.getlist("weekdays")), days=form.get("days", ""), day_kind=form.get("day_kind", "all"),
        windows=form.get("windows", ""), grace_min=whole_in("grace_min", "plan.grace", most=240, default=15),
        who=form.get("who", "grid"), route=route, text=form.get("text", ""),
        category=Category.leaf(estate, form["category"]) if form.get("category") else None,
        place=Place.named(estate, form["place"]) if form.get("place", "").strip() else None)


def whole_in(field: str, code: str, *, most: int = 1440, default: int = 0) -> int:
    text = request.form.get(field, "").strip()
    number = row_id(text) if text else default
    if number is None:
        raise Refused(code, field=field, most=most)
    return number
