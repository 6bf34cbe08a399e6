"""How a request is answered: a page or its part, an action that happens once, a refusal as a sentence."""
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial, wraps
from hashlib import sha256
from typing import Any, BinaryIO, cast

from flask import Flask, Response, g, make_response, redirect, render_template, request
from flask_login import current_user
from peewee import DoesNotExist
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from models.base import database, is_sqlite, writing
from models.errors import DomainError, NotAllowed, NotFound, Refused, Stale, TooLarge
from models.photo import Photo, Picture, shelved
from models.photo.record import MOST_AT_ONCE
from models.submission import Submission
from models.text import row_id
from models.work_order import WorkOrder
from views.language import sentence
from views.people import me

# Fields that may differ between a request and its retry.
UNSAID = ("key", "version", "phone_at")
STATUS = {TooLarge: 413, Refused: 422, Stale: 409, NotAllowed: 403, NotFound: 404}


def init(app: Flask) -> None:
    app.before_request(open_connection)
    app.teardown_appcontext(give_connection_back)
    app.register_error_handler(DomainError, refuse)
    app.register_error_handler(HTTPException, say_error)
    app.register_error_handler(DoesNotExist, lambda error: refuse(NotFound("page.unknown")))
    app.jinja_env.globals.update(new_key=new_key, typed=typed, refusal=lambda: g.get("refusal"),
                                 is_typed=is_typed)


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
    if request.method == "POST" and g.get("refusal") is not None:
        return request.form.get(field, "")
    return "" if default is None else str(default)


def is_typed(field: str, value: str, default: bool = False) -> bool:
    """Is that choice taken?"""
    if request.method == "POST" and g.get("refusal") is not None:
        return value in request.form.getlist(field)
    return default


# -- actions


def new_key() -> str:
    """The key of a form not yet sent. A refused one keeps its own: nothing was stored under it."""
    refused = request.method == "POST" and g.get("refusal") is not None
    if refused and not isinstance(g.refusal, Stale) and not g.refusal.code.startswith("submission."):
        return request.form.get("key") or str(uuid.uuid4())
    return str(uuid.uuid4())


def once(
    back: Callable[..., AnyResponse], *, leads_to: Callable[[str], str] = str, photos: bool = False,
    before: Callable[[], None] | None = None,
) -> Callable[..., Any]:
    """An unsafe request that happens once: a second tap, a reload or a resend gets the same answer.

    The view returns where the person goes next (or what `leads_to` makes an address of). Its `photos` are decoded and
    on disk, and what `before` works out is ready, before the transaction begins. When the domain refuses, `back` shows
    the form again, as typed.
    """
    def decorator(view: Callable[..., str]) -> Callable[..., AnyResponse]:
        @wraps(view)
        def answer(**place: Any) -> AnyResponse:
            g.back = partial(back, **place)
            key, whose = request.form.get("key", ""), asker()
            given = Submission.answered(key, **whose)
            if given is None:
                if before is not None:
                    before()
                g.pictures = received_pictures() if photos else []
                given = carry_out(partial(view, **place), key, whose)
            return go_to(leads_to(given))
        return answer
    return decorator


def carry_out(view: Callable[[], str], key: str, whose: dict[str, str]) -> str:
    """The view's answer, kept with the key in the view's own transaction.

    A transition that came too late is taken back, the photos sent along are not: evidence is never refused.
    """
    conflict: DomainError | None = None
    with shelved(g.pictures), writing():
        claim = Submission.claim(key, **whose)
        if claim is None:
            return Submission.answered(key, **whose) or ""
        try:
            with writing():
                given = view()
            claim.give(given)
        except (Stale, NotAllowed) as error:
            if not keeps_evidence():
                raise
            claim.withdraw()
            conflict = error
    if conflict is not None:
        raise conflict
    return given


def keeps_evidence() -> bool:
    """Attach the photos that came with a conflict, where this person may add them."""
    if not g.pictures or "stage" not in g:
        return False
    g.pop("order", None)
    try:
        with writing():
            add_photos(g.stage)
    except DomainError:
        return False
    return True


def add_photos(stage: str) -> list[Photo]:
    """The photos of this request, as evidence of that stage of its order."""
    g.stage = stage
    return Photo.attach(the_order(), g.pictures, stage, by=me(), phone_at=phone_clock()) if g.pictures else []


def asker() -> dict[str, str]:
    """Whose key it is, for what, and for which content: a key says nothing of another request.

    An address may hold an owner's token, so only its hash is kept.
    """
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in UNSAID]
    for file in request.files.getlist("photos"):
        sent.append(("photos", sha256(file.stream.read()).hexdigest()))
        file.stream.seek(0)
    return {
        "actor": f"user:{me().id}" if current_user.is_authenticated else "owner",
        "action": sha256(f"{request.method} {request.path}".encode()).hexdigest(),
        "content": sha256(repr(sorted(sent)).encode()).hexdigest(),
    }


def go_to(where: str) -> AnyResponse:
    """303 to the next page. htmx would swap another page into a part of this one, so it is told to go there."""
    here = request.headers.get("HX-Current-URL", "").split("?")[0]
    if wants_part() and not here.endswith(where.split("?")[0]):
        return Response("", 200, {"HX-Redirect": where})
    return redirect(where, 303)


def received_pictures() -> list[Picture]:
    """The photos that came with the form, decoded. Refused when one of them is none; then none is kept."""
    files = [file for file in request.files.getlist("photos") if file.filename]
    if len(files) > MOST_AT_ONCE:
        raise Refused("photo.too_many", field="photos", most=MOST_AT_ONCE)
    return [Picture.read(cast(BinaryIO, file.stream), file.filename or "") for file in files]


def phone_clock() -> datetime | None:
    """What the phone's clock said when the photos were chosen, naive UTC; None when it did not say."""
    try:
        return datetime.fromisoformat(request.form.get("phone_at", "")).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


# -- the order a request is about


def the_order() -> WorkOrder:
    """The order in the address, looked up through the person, as they last saw it."""
    if "order" not in g:
        g.order = WorkOrder.find((request.view_args or {})["number"], by=me())
        g.clock_estate = g.order.estate
        version = request.form.get("version", "") if request.method == "POST" and g.get("refusal") is None else ""
        g.order.seen = row_id(version)
    return g.order  # type: ignore[no-any-return]


def look_up_first() -> None:
    """Before anything that was sent is read: an order that is not theirs does not exist."""
    if request.view_args and "number" in request.view_args:
        the_order()


# -- refusals


def refuse(error: DomainError) -> AnyResponse:
    """One sentence in the reader's language with the right status, and the form as it was typed."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
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

