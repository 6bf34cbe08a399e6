"""Unsafe requests: each happens once, with its photos on disk before its rows, and evidence outlives a conflict."""
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial, wraps
from hashlib import sha256
from typing import Any, BinaryIO, cast

from flask import Response, g, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from models.base import writing
from models.errors import DomainError, NotAllowed, Refused, Stale
from models.photo import Photo, Picture, shelved
from models.photo.record import MOST_AT_ONCE
from models.submission import Submission
from views.answers import the_order, wants_part
from views.people import me

# Fields that may differ between a request and its retry.
UNSAID = ("key", "version", "phone_at")


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
