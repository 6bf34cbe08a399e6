"""Notices: written by the office, read by everybody at their public address and where something is reported."""
from typing import Any

import segno
from flask import Blueprint, Response, g, render_template, request, url_for
from markupsafe import Markup

from models.event import Event
from models.notice import PUBLISH, Notice, areas_of
from models.place import Estate, Place
from models.text import row_id
from views.actions import once
from views.answers import page_or_part
from views.fields import local_time
from views.people import me, my_estate, public, roles
from views.progress import base_url

bp = Blueprint("notices", __name__)


@bp.get("/notices")
@roles(*PUBLISH)
def index() -> Response:
    estate = my_estate()
    return Response(render_template("notices/index.html", notices=list(Notice.standing(estate)),
                                    drafts=list(Notice.drafts(estate)), estate=estate))


@bp.get("/notices/new")
@roles(*PUBLISH)
def new() -> Response:
    return page_or_part("notices/new.html", "notices/_form.html", notice=None, areas=[], **areas_to_choose(my_estate()))


@bp.post("/notices")
@roles(*PUBLISH)
@once(back=new)
def create() -> str:
    estate = my_estate()
    if "draft" in request.form:
        return url_for(".edit", notice=Notice.draft(estate, **written(estate), by=me()).number)
    return url_for(".show", notice=Notice.publish(estate, **written(estate), by=me()).number)


@bp.get("/notices/<notice>")
@roles(*PUBLISH)
def edit(notice: str) -> Response:
    """For the office: a draft to be read over, or what owners read, with its history."""
    found = Notice.find(notice, by=me())
    g.clock_estate = found.estate
    return page_or_part("notices/edit.html", "notices/_office.html", notice=found, areas=found.places,
                        history=list(Event.about(found.number)), **areas_to_choose(found.estate))


@bp.post("/notices/<notice>")
@roles(*PUBLISH)
@once(back=edit)
def change(notice: str) -> str:
    found = Notice.find(notice, by=me())
    found.change(**written(found.estate), by=me(), version=row_id(request.form.get("notice_version", "")))
    return url_for(".edit", notice=notice)


@bp.post("/notices/<notice>/issue")
@roles(*PUBLISH)
@once(back=edit)
def create_issue(notice: str) -> str:
    Notice.find(notice, by=me()).issue(by=me())
    return url_for(".show", notice=notice)


@bp.post("/notices/<notice>/removal")
@roles(*PUBLISH)
@once(back=edit)
def create_removal(notice: str) -> str:
    Notice.find(notice, by=me()).discard(by=me())
    return url_for(".index")


@bp.get("/notices/<notice>/poster")
@roles(*PUBLISH)
def show_poster(notice: str) -> Response:
    """One sheet of A4 for the lobby. A draft has none: its code would lead nowhere."""
    found = Notice.numbered(Notice.find(notice, by=me()).number)
    g.clock_estate = found.estate
    return Response(render_template("notices/poster.html", notice=found, code=code_of(found)))


@bp.get("/n")
@public
def index_standing() -> Response:
    """For owners: what holds now or is to come, on the estate they were led from or on each."""
    asked = request.args.get("estate", "")
    estates = list(Estate.select().order_by(Estate.id))
    estates = [estate for estate in estates if estate.code == asked] or estates
    standing = [(estate, list(Notice.standing(estate))) for estate in estates]
    areas = areas_of([notice for _, notices in standing for notice in notices])
    return Response(render_template("notices/standing.html", standing=standing, areas=areas))


@bp.get("/n/<notice>")
@public
def show(notice: str) -> Response:
    found = Notice.numbered(notice)
    g.clock_estate = found.estate
    return page_or_part("notices/show.html", "notices/_notice.html", notice=found)


@bp.post("/notices/<notice>/withdrawal")
@roles(*PUBLISH)
@once(back=show)
def create_withdrawal(notice: str) -> str:
    Notice.numbered(notice).withdraw(by=me())
    return url_for(".show", notice=notice)


def areas_to_choose(estate: Estate) -> dict[str, object]:
    names = Place.buildings(estate)
    return {"places": Place.suggestions(estate), "buildings": [(name, name) for name in names], "building_names": names}


def written(estate: Estate) -> dict[str, Any]:
    form = request.form
    names = form.getlist("areas") + ([form["place"]] if form.get("place", "").strip() else [])
    return {"kind": form.get("kind", ""), "text": form.get("text", ""),
            "starts_at": local_time(estate, form.get("starts_at", "")),
            "ends_at": local_time(estate, form.get("ends_at", "")),
            "places": [Place.named(estate, name) for name in names]}


def code_of(notice: Notice) -> Markup:
    address = base_url() + url_for(".show", notice=notice.number)
    # Drawn by the library from our own address: nothing in it comes from a person.
    return Markup(segno.make(address, error="m").svg_inline(scale=4, border=1, omitsize=True))  # noqa: S704
