"""What is there without a signal: the installable app, its service worker, and pages that ask to be kept.

A page joins by `Offline-For`, whose it is ("*" for a page without a person), and `Offline-Version`, which changes with
what it shows. The service worker fetches copies of its own, with `Offline-Copy`: those carry no full name or phone.
"""
import json
from hashlib import sha256
from urllib.parse import quote

from flask import Blueprint, Flask, Response, request, url_for

from models.base import now
from models.text import without_phones
from views.assets import htmx, idb, minified, script, scripts, scripts_digest, static, stylesheet
from views.language import gettext, lang
from views.people import me, me_or_none, public

bp = Blueprint("offline", __name__)

ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"),
         ("maskable-512.png", "512x512", "maskable"))


def init(app: Flask) -> None:
    app.jinja_env.globals.update(is_copy=is_copy, now=now)
    app.after_request(mask_phones)


@bp.get("/manifest.webmanifest")
@public
def show_manifest() -> Response:
    who = me_or_none()
    walks = {"name": gettext("Today's patrols"), "url": url_for("patrols.index"),
             "icons": [{"src": static("icons/icon-192.png"), "sizes": "192x192"}]}
    manifest = {
        "id": "/", "name": gettext("Bihuan work orders"), "short_name": gettext("Bihuan"), "lang": lang(),
        "start_url": walks["url"] if who and who.has_only("patrol") else "/work-orders", "scope": "/",
        "display": "standalone",
        "background_color": "#edeff1", "theme_color": "#00763a",
        "icons": [{"src": static(f"icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
                  for name, sizes, purpose in ICONS],
        "shortcuts": [
            *([walks] if who and who.has_role("patrol") else []),
            {"name": gettext("My work orders"), "url": "/work-orders",
             "icons": [{"src": static("icons/icon-192.png"), "sizes": "192x192"}]},
            {"name": gettext("Report"), "url": url_for("reports.new_by_staff"),
             "icons": [{"src": static("icons/icon-192.png"), "sizes": "192x192"}]},
        ],
    }
    response = Response(json.dumps(manifest, ensure_ascii=False), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@bp.get("/service-worker.js")
@public
def show_worker() -> Response:
    """The worker with the list of what makes up the app: whenever a file changes, this does, and phones take it up."""
    source = f"const SHELL = {json.dumps(shell())};\n{minified('service-worker.js')}"
    response = Response(source, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def shell() -> list[str]:
    """Every file a page loads. Their addresses change with their content."""
    return [stylesheet(), *(script(name) for name in scripts()), htmx()["local"], idb(), static("icon.svg")]


def keep(response: Response, version: object) -> Response:
    """A page of this person that their phone may keep; `version` says when it has become another."""
    response.headers["Offline-For"] = quote(me().login)
    return _versioned(response, version)


def for_anyone(response: Response) -> Response:
    """A page without anything of a person's."""
    response.headers["Offline-For"] = "*"
    return _versioned(response, "")


def page_version(version: object) -> str:
    """With the language and the scripts it loads, which a kept page must match."""
    return f"{version}.{lang()}.{scripts_digest()}.{sha256(stylesheet().encode()).hexdigest()[:4]}"


def _versioned(response: Response, version: object) -> Response:
    response.headers["Offline-Version"] = page_version(version)
    response.vary.add("Offline-Copy")
    return response


def is_copy() -> bool:
    """Is this a copy to be kept on the phone?"""
    return "Offline-Copy" in request.headers


def mask_phones(response: Response) -> Response:
    """Whoever finds the phone must not read owners' numbers from it, not even those somebody typed into a text. Nor
    must who only looks on for the owners: they read everything masked.
    """
    who = me_or_none()
    looks_on = who is not None and who.has_only("representative", "admin")
    if (is_copy() or looks_on) and response.mimetype == "text/html":
        response.set_data(without_phones(response.get_data(as_text=True)))
    return response
