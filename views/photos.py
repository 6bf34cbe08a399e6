"""Photos, served only through what they are evidence of, and never with the metadata they came with."""
from flask import Blueprint, Response, abort

from models.errors import NotFound
from models.patrol import Evidence
from models.photo import SIZES, Photo
from views.people import everyone, me

bp = Blueprint("photos", __name__)


@bp.get("/photos/<row:id>/<size>.jpg")
@everyone
def show(id: int, size: str) -> Response:
    photo = Photo.get_or_none(Photo.id == id)
    of_patrol = photo is not None and photo.__data__["order"] is None
    return serve(Evidence.seen(id, by=me()) if of_patrol else Photo.seen(id, by=me()), size)


def serve(photo: Photo, size: str) -> Response:
    if size not in SIZES:
        abort(404)
    try:
        data = photo.data(size)
    except FileNotFoundError:
        raise NotFound("photo.file_missing") from None
    response = Response(data, mimetype="image/jpeg")
    # A photo never changes; who may see it can, so it is kept by this browser only and not for long.
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
