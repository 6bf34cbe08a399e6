"""What goes to phones goes small: public pages, styles and scripts are gzipped where the browser takes that.

Pages of the staff are not: the length of a packed page tells what stands in it beside what was typed into its address.
"""
import gzip
from functools import lru_cache

from flask import Flask, Response, request

from views.people import PUBLIC, who_may

LEAST = 600  # bytes; below that it gains nothing
KINDS = ("text/html", "text/css", "text/javascript")


def init(app: Flask) -> None:
    app.after_request(pack)


def pack(response: Response) -> Response:
    if not is_packable(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0:
        data = response.get_data()
        response.set_data(packed_once(data) if "immutable" in response.headers["Cache-Control"] else packed(data))
        response.headers["Content-Encoding"] = "gzip"
    return response


def is_packable(response: Response) -> bool:
    public = request.endpoint is None or PUBLIC in who_may(request.endpoint)
    return (public and response.mimetype in KINDS and not response.direct_passthrough
            and "Content-Encoding" not in response.headers and len(response.get_data()) >= LEAST)


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


packed_once = lru_cache(maxsize=64)(packed)
