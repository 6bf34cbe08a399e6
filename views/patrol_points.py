"""What is looked at and where: grids with who answers for them, points with their printed codes, and the checklists."""
import segno
from flask import Blueprint, Response, g, render_template, request, url_for
from markupsafe import Markup

from models.dispatch import Category
from models.errors import NotFound, Refused
from models.patrol import CheckItem, Point
from models.patrol.check_item import DISCIPLINES
from models.patrol.grid_duty import duties, entrust, grids_of
from models.patrol.task import officers
from models.place import Grid, Place
from models.user import User
from views.actions import once
from views.answers import page_or_part
from views.language import category_name
from views.people import me, my_estate, roles
from views.progress import base_url

bp = Blueprint("patrol_points", __name__)

PLANNERS = ("supervisor", "manager", "admin")
READERS = (*PLANNERS, "desk")


@bp.before_request
def look_up_first() -> None:
    asked = request.view_args or {}
    if "point" in asked:
        g.point = Point.find(my_estate(), asked["point"])
    if "grid" in asked:
        g.grid = Grid.get_or_none(Grid.estate == my_estate(), Grid.code == asked["grid"])
        if g.grid is None:
            raise NotFound("grid.unknown")


# -- grids


@bp.get("/grids")
@roles(*READERS)
def index_grids() -> Response:
    """Each grid with its places, its points and who answers for it."""
    estate = my_estate()
    points: dict[int, list[Point]] = {}
    for point in Point.of(estate):
        points.setdefault(point.__data__["grid"], []).append(point)
    return page_or_part("patrol_points/grids.html", "patrol_points/_grids.html", grids=grids_of(estate), points=points,
                        duties=duties(estate), people=[(one.login, one.name) for one in officers(estate)])


@bp.post("/grids/<grid>")
@roles(*PLANNERS)
@once(back=lambda grid: index_grids())
def change_grid(grid: str) -> str:
    form = request.form
    entrust(g.grid, User.called(form.get("responsible", "")), User.called(form.get("deputy", "")), by=me())
    return url_for(".index_grids")


# -- points


@bp.get("/patrol-points")
@roles(*READERS)
def index() -> Response:
    estate = my_estate()
    return Response(render_template("patrol_points/index.html", grids=grids_of(estate), points=list(Point.of(estate))))


@bp.get("/patrol-points/sheet")
@roles(*PLANNERS)
def sheet() -> Response:
    """Every point's code, to be printed and put up; with a grid only its own."""
    estate = my_estate()
    points = [point for point in Point.of(estate).join(Grid) if request.args.get("grid") in (None, point.grid.code)]
    codes = [(point, qr_of(point)) for point in points]
    return Response(render_template("patrol_points/sheet.html", estate=estate, codes=codes))


def qr_of(point: Point) -> Markup:
    address = base_url() + url_for("patrols.show_point", code=point.secret)
    # Drawn by the library from our own address: nothing in it comes from a person.
    return Markup(segno.make(address, error="m").svg_inline(scale=3, border=2, omitsize=True))  # noqa: S704


@bp.get("/patrol-points/new")
@roles(*PLANNERS)
def new() -> Response:
    return form_for(None)


@bp.get("/patrol-points/<point>")
@roles(*PLANNERS)
def show(point: str) -> Response:
    return form_for(g.point)


def form_for(point: Point | None) -> Response:
    estate = my_estate()
    items = [(item.code, f"{item.code} {category_name(item.text, item.text_en)}") for item in CheckItem.of(estate)]
    return page_or_part("patrol_points/show.html", "patrol_points/_form.html", point=point, items=items,
                        chosen=[item.code for item in point.items] if point else [],
                        grids=[(grid.code, f"{grid.code} {grid.name}") for grid in grids_of(estate)],
                        places=Place.suggestions(estate))


@bp.post("/patrol-points")
@roles(*PLANNERS)
@once(back=new)
def create() -> str:
    code = request.form.get("code", "").strip().upper()
    if Point.get_or_none(Point.estate == my_estate(), Point.code == code, Point.removed_at.is_null()) is not None:
        raise Refused("point.there_already", field="code", point=code[:20])
    put(code)
    return url_for(".index")


@bp.post("/patrol-points/<point>")
@roles(*PLANNERS)
@once(back=show)
def change(point: str) -> str:
    put(g.point.code)
    return url_for(".index")


def put(code: str) -> None:
    form, estate = request.form, my_estate()
    grid = Grid.get_or_none(Grid.estate == estate, Grid.code == form.get("grid", ""))
    if grid is None:
        raise Refused("grid.missing", field="grid")
    Point.put(estate, code, form.get("name", ""), grid=grid, place=Place.named(estate, form.get("place", "")),
              discipline=form.get("discipline", ""), proof=form.get("proof", ""), by=me(),
              items=[CheckItem.coded(estate, one) for one in form.getlist("items")], is_key="is_key" in form)


@bp.post("/patrol-points/<point>/code")
@roles(*PLANNERS)
@once(back=show)
def create_code(point: str) -> str:
    g.point.renew_secret(by=me())
    return url_for(".show", point=point)


@bp.post("/patrol-points/<point>/removal")
@roles(*PLANNERS)
@once(back=show)
def create_removal(point: str) -> str:
    g.point.remove(by=me())
    return url_for(".index")


# -- checklists


@bp.get("/checklists")
@roles(*READERS)
def index_items() -> Response:
    items = list(CheckItem.of(my_estate()))
    by_discipline = [(name, [item for item in items if item.discipline == name]) for name in DISCIPLINES]
    return Response(render_template("patrol_points/checklists.html", lists=by_discipline))


@bp.get("/checklists/new")
@roles(*PLANNERS)
def new_item() -> Response:
    return form_for_item(None)


@bp.get("/checklists/<item>")
@roles(*PLANNERS)
def show_item(item: str) -> Response:
    found = CheckItem.get_or_none(CheckItem.estate == my_estate(), CheckItem.code == item,
                                  CheckItem.removed_at.is_null())
    if found is None:
        raise NotFound("check_item.none")
    return form_for_item(found)


def form_for_item(item: CheckItem | None) -> Response:
    return page_or_part("patrol_points/item.html", "patrol_points/_item.html", item=item,
                        tree=Category.tree(my_estate()))


@bp.post("/checklists")
@roles(*PLANNERS)
@once(back=lambda: show_item(request.form["was"]) if request.form.get("was") else new_item())
def create_item() -> str:
    """A new item, or the one of that code as it is to be from now on."""
    form, estate = request.form, my_estate()
    code = form.get("was") or form.get("code", "")
    if not form.get("was") and CheckItem.get_or_none(
            CheckItem.estate == estate, CheckItem.code == code.strip().upper(), CheckItem.removed_at.is_null()):
        raise Refused("check_item.there_already", field="code", item=code[:20])
    category = Category.leaf(estate, form["category"]) if form.get("category") else None
    CheckItem.put(estate, code, form.get("text", ""), discipline=form.get("discipline", ""),
                  severity=form.get("severity", ""), photo_rule=form.get("photo_rule", ""), by=me(),
                  text_en=form.get("text_en", ""), standard=form.get("standard", ""), unit=form.get("unit", ""),
                  low=figure_in("low"), high=figure_in("high"), category=category)
    return url_for(".index_items")


@bp.post("/checklists/<item>/removal")
@roles(*PLANNERS)
@once(back=show_item)
def create_item_removal(item: str) -> str:
    CheckItem.coded(my_estate(), item).remove(by=me())
    return url_for(".index_items")


def figure_in(field: str) -> float | None:
    text = request.form.get(field, "").strip()
    try:
        figure = float(text) if text else None
    except ValueError:
        raise Refused("check_item.limits", field=field) from None
    if figure is not None and not abs(figure) < 1e9:
        raise Refused("check_item.limits", field=field)
    return figure
