"""The styles and scripts a page loads: one stylesheet of all components, htmx from its CDN or from here.

Scripts lie in one folder named by a digest of all of them, so that what one imports is of the same version.
"""
import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, url_for
from rjsmin import jsmin

from views.people import public

bp = Blueprint("assets", __name__)

STATIC = Path(__file__).parent.parent / "static"
# The order of layers; within a layer by name.
STYLES = ("layers.css", "tokens.css", "reset.css", "base.css", "components/*.css", "pages/*.css", "utilities.css")

# What an owner's page needs of them. Old WebViews know no layers and would leave out all that is in one: it is written
# without them, in the same order.
OWNERS_STYLES = (
    "tokens.css", "reset.css", "base.css", "components/buttons.css", "components/fields.css", "components/groups.css",
    "components/photos.css", "components/shell.css", "pages/orders.css", "utilities.css", "owners.css",
)
LAYER = re.compile(r"^@layer \w+ \{\n(.*?)^\}\n", re.DOTALL | re.MULTILINE)
COMMENT_OR_INDENT = re.compile(r"/\*.*?\*/|^\s+", re.DOTALL | re.MULTILINE)

HTMX_VERSION = "2.0.11"
HTMX_CDN = f"https://cdn.jsdelivr.net/npm/htmx.org@{HTMX_VERSION}/dist/htmx.min.js"
HTMX_INTEGRITY = "sha384-2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
A_YEAR = "public, max-age=31536000, immutable"


def init(app: Flask) -> None:
    app.jinja_env.globals.update(stylesheet=stylesheet, owners_stylesheet=owners_stylesheet, htmx=htmx, idb=idb,
                                 static=static, script=script)


@bp.get("/styles-<digest>.css")
@public
def show_styles(digest: str) -> Response:
    response = Response(styles(), mimetype="text/css")
    response.headers["Cache-Control"] = A_YEAR if digest == digest_of(styles()) else "no-cache"
    return response


@cache
def styles() -> str:
    files = [path for pattern in STYLES for path in sorted((STATIC / "css").glob(pattern))]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def stylesheet() -> str:
    return url_for("assets.show_styles", digest=digest_of(styles()))


@bp.get("/owners-<digest>.css")
@public
def show_owners_styles(digest: str) -> Response:
    response = Response(owners_styles(), mimetype="text/css")
    response.headers["Cache-Control"] = A_YEAR if digest == digest_of(owners_styles()) else "no-cache"
    return response


@cache
def owners_styles() -> str:
    files = ((STATIC / "css" / name).read_text(encoding="utf-8") for name in OWNERS_STYLES)
    return "".join(COMMENT_OR_INDENT.sub("", LAYER.sub(r"\1", file)) for file in files)


def owners_stylesheet() -> str:
    return url_for("assets.show_owners_styles", digest=digest_of(owners_styles()))


@bp.get("/js-<digest>/<path:name>")
@public
def show_script(digest: str, name: str) -> Response:
    if name not in scripts():
        abort(404)
    response = Response(minified(name), mimetype="text/javascript")
    response.headers["Cache-Control"] = A_YEAR if digest == scripts_digest() else "no-cache"
    return response


@cache
def minified(name: str) -> str:
    """A script without its comments and indentation, which are a third of what a phone would fetch."""
    return str(jsmin((STATIC / "js" / name).read_text(encoding="utf-8")))


def script(name: str) -> str:
    """The address of a script in static/js/."""
    return url_for("assets.show_script", digest=scripts_digest(), name=name)


@cache
def scripts() -> tuple[str, ...]:
    """Every script of a page; the service worker is served by itself."""
    names = (path.relative_to(STATIC / "js").as_posix() for path in sorted((STATIC / "js").rglob("*.js")))
    return tuple(name for name in names if name != "service-worker.js")


@cache
def scripts_digest() -> str:
    return digest_of("".join((STATIC / "js" / name).read_text(encoding="utf-8") for name in scripts()))


def static(name: str) -> str:
    """The address of a file in static/, changed whenever the file is."""
    return url_for("static", filename=name, v=_digest_of_file(name))


def htmx() -> dict[str, str]:
    """Where the boot script finds htmx: the CDN with its integrity first, unless the setting says local."""
    local = static(f"vendor/htmx-{HTMX_VERSION}.min.js")
    if current_app.config["HTMX"] == "local":
        return {"local": local}
    return {"cdn": HTMX_CDN, "integrity": HTMX_INTEGRITY, "local": local}


def idb() -> str:
    """Scripts import it by this very address."""
    return url_for("static", filename="vendor/idb-8.0.4.js")


@cache
def _digest_of_file(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
