"""How a request is answered: with a page or its part, or with a refusal as a sentence and the form as typed."""
import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response, g, make_response, render_template, request
from peewee import DoesNotExist
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from models.base import database, is_sqlite
from models.errors import DomainError, NotAllowed, NotFound, Refused, Stale, TooLarge
from models.text import row_id
from models.work_order import WorkOrder
from views.language import sentence
from views.outbox import is_item, refused, told
from views.people import me, me_or_none

STATUS = {TooLarge: 413, Refused: 422, Stale: 409, NotAllowed: 403, NotFound: 404}


class Typed(ImmutableMultiDict[str, Any]):
    """What was typed, without the NULs that no database keeps."""

    def __init__(self, sent: Any = None) -> None:
        pairs = iter_multi_items(sent) if sent else ()
        super().__init__([(name, value.replace("\x00", "") if isinstance(value, str) else value)
                          for name, value in pairs])


class Asked(Request):
    parameter_storage_class = Typed


def init(app: Flask) -> None:
    app.request_class = Asked
    app.before_request(open_connection)
    app.teardown_appcontext(give_connection_back)
    app.register_error_handler(DomainError, refuse)
    app.register_error_handler(HTTPException, say_error)
    app.register_error_handler(DoesNotExist, lambda error: refuse(NotFound("page.unknown")))
    app.jinja_env.globals.update(new_key=new_key, typed=typed, refusal=lambda: g.get("refusal"),
                                 is_typed=is_typed, fields_shown=fields_shown, not_yet=not_yet)


# -- pages


def page_or_part(page: str, part: str, **context: Any) -> Response:
    """The whole page, or for htmx the very part the page includes."""
    response = make_response(render_template(part if wants_part() else page, part=part, **context))
    response.headers["Vary"] = "HX-Request"
    return response


def wants_part() -> bool:
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def typed(field: str, default: object = "") -> str:
    """What stands in a form's field: what was sent, when it was refused, else what the page starts with."""
    fields_shown().add(field)
    if request.method == "POST" and g.get("refusal") is not None:
        return request.form.get(field, "")
    return "" if default is None else str(default)


def fields_shown() -> set[str]:
    """The fields this page has so far; whatever else was typed would be lost with the form it was typed in."""
    return g.setdefault("fields_shown", set())  # type: ignore[no-any-return]


def not_yet(part: Callable[..., str], *args: str) -> str:
    """A part that the page holds and does not show: its fields do not count."""
    shown = set(fields_shown())
    made = part(*args)
    g.fields_shown = shown
    return made


def is_typed(field: str, value: str, default: bool = False) -> bool:
    """Is that choice taken?"""
    if request.method == "POST" and g.get("refusal") is not None:
        return value in request.form.getlist(field)
    return default


def new_key() -> str:
    """The key of a form not yet sent. A refused one keeps its own: nothing was stored under it."""
    refused = request.method == "POST" and g.get("refusal") is not None
    if refused and not isinstance(g.refusal, Stale) and not g.refusal.code.startswith("submission."):
        return request.form.get("key") or str(uuid.uuid4())
    return str(uuid.uuid4())


# -- the order a request is about


def the_order() -> WorkOrder:
    """The order in the address, looked up through the person, as they last saw it."""
    if "order" not in g:
        g.order = WorkOrder.find((request.view_args or {})["number"], by=me())
        g.clock_estate = g.order.estate
        version = request.form.get("version", "") if request.method == "POST" and g.get("refusal") is None else ""
        # A form of old may say nothing of what it saw; an item always does, or what it says is broken.
        g.order.seen = 0 if row_id(version) is None and is_item() else row_id(version)
        g.order.told = told()
    return g.order  # type: ignore[no-any-return]


def order_or_none() -> WorkOrder | None:
    """The order in the address as it is now; None when there is none, or none of theirs."""
    try:
        return the_order() if me_or_none() and "number" in (request.view_args or {}) else None
    except NotFound:
        return None


def look_up_first() -> None:
    """Before anything that was sent is read: an order that is not theirs does not exist."""
    if request.view_args and "number" in request.view_args:
        the_order()


# -- refusals


def refuse(error: DomainError) -> AnyResponse:
    """One sentence in the reader's language with the right status, and the form as it was typed."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    if is_item():
        g.pop("order", None)
        return refused(error, status, order_or_none() if status in (403, 409) else None)
    if g.get("back") is not None and not isinstance(error, NotFound):
        g.refusal = error
        g.pop("order", None)
        try:
            response = g.back()
        except DomainError:
            pass
        else:
            response.status_code = status
            return response  # type: ignore[no-any-return]
    return error_page(sentence(error), status)


def say_error(error: HTTPException) -> AnyResponse:
    if isinstance(error, RequestEntityTooLarge):
        g.pop("back", None)  # what was typed with it was never read
        return refuse(TooLarge("request.too_large"))
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    codes = {404: "page.unknown", 405: "page.method", 429: "request.too_many"}
    text = sentence(DomainError(codes.get(error.code or 500, "page.broken")))
    if (error.code or 500) >= 500:
        # Perhaps the database is away, and every page asks it something.
        return make_response(render_template("errors/broken.html", text=text), error.code or 500)
    return error_page(text, error.code or 500)


def error_page(text: str, status: int) -> AnyResponse:
    return make_response(page_or_part("errors/show.html", "errors/_error.html", text=text, status=status), status)


# -- the database around a request


def open_connection() -> None:
    """SQLite keeps one connection a thread: opening one on each request would cost more than most pages."""
    if "\x00" in request.path:
        raise NotFound("page.unknown")
    if request.endpoint != "health.show":
        database.connect(reuse_if_open=True)


def give_connection_back(error: BaseException | None) -> None:
    if not is_sqlite() and not database.is_closed():
        database.close()

