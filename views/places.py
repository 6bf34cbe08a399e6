"""Places and their printed QR codes."""
import segno
from flask import Blueprint, Response, render_template, url_for
from markupsafe import Markup

from models.place import Place
from views.people import my_estate, roles
from views.progress import base_url

bp = Blueprint("places", __name__, url_prefix="/places")


@bp.get("")
@roles("admin", "desk", "supervisor", "manager")
def index() -> Response:
    estate = my_estate()
    return Response(render_template("places/index.html", estate=estate, places=list(Place.posted(estate))))


@bp.get("/sheet")
@roles("admin", "desk", "supervisor", "manager")
def sheet() -> Response:
    """Every code of the estate, to be printed and put up."""
    estate = my_estate()
    codes = [(place, qr_of(place)) for place in Place.posted(estate)]
    return Response(render_template("places/sheet.html", estate=estate, codes=codes))


def qr_of(place: Place) -> Markup:
    address = base_url() + url_for("reports.new", code=place.code)
    # Drawn by the library from our own address: nothing in it comes from a person.
    return Markup(segno.make(address, error="m").svg_inline(scale=3, border=2, omitsize=True))  # noqa: S704
