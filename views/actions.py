"""Unsafe requests: each happens once, with its photos on disk before its rows, and evidence outlives a conflict."""
from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from hashlib import sha256
from itertools import zip_longest
from typing import Any, BinaryIO, cast

from flask import Response, g, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from models.base import writing
from models.errors import DomainError, NotAllowed, Refused, Stale
from models.event import Event
from models.photo import CameraFile, Photo, Picture, shelved
from models.photo.record import MOST_AT_ONCE
from models.submission import Submission
from models.text import row_id
from views.answers import the_order, wants_part
from views.outbox import is_item, moment_in, taken
from views.people import me

# Fields that may differ between a request and its retry.
UNSAID = ("key", "version", "round", "phone_at", "sent_at")


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
            done = Submission.answered(key, **whose)
            if done is None:
                if before is not None:
                    before()
                g.pictures = received_pictures() if photos else []
                done = carry_out(partial(view, **place), key, whose)
            return taken(done) if is_item() else go_to(leads_to(done.answer or ""))
        return answer
    return decorator


def carry_out(view: Callable[[], str], key: str, whose: dict[str, str]) -> Submission:
    """The view's answer, kept with the key in the view's own transaction.

    A transition that came too late is taken back, the photos sent along are not: evidence is never refused.
    """
    conflict: DomainError | None = None
    with shelved(g.pictures), writing():
        claim = Submission.claim(key, **whose)
        if claim is None:
            return cast(Submission, Submission.answered(key, **whose))
        try:
            with writing():
                where = view()
            claim.give(where, **(receipt() if is_item() else {}))
        except (Stale, NotAllowed) as error:
            if not keeps_evidence():
                raise
            claim.withdraw()
            conflict = error
    if conflict is not None:
        raise conflict
    return claim


def receipt() -> dict[str, Any]:
    """What an outbox is told beyond where to go next: what it left in the history, and what its order came to by it."""
    order = g.get("order")
    return {"receipt": Event.receipt(order.number if order else None),
            "version": order.version if order and order.moved else None}


def keeps_evidence() -> bool:
    """Attach the photos that came with a conflict, where this person may add them."""
    if not g.pictures or "evidence" not in g:
        return False
    g.pop("order", None)
    try:
        with writing():
            g.evidence()
    except DomainError:
        return False
    return True


def add_photos(stage: str) -> list[Photo]:
    """The photos of this request, as evidence of that stage of its order."""
    g.evidence = partial(add_photos, stage)
    if not g.pictures:
        return []
    return Photo.attach(the_order(), g.pictures, stage, by=me(), phone_at=phone_clock(),
                        round=row_id(request.form.get("round", "")))


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
    made = [CameraFile.said(*said) for said in zip(
        request.form.getlist("camera_sha256"), request.form.getlist("camera_size"), strict=False)]
    return [Picture.read(cast(BinaryIO, file.stream), file.filename or "", camera=camera)
            for file, camera in zip_longest(files, made[:len(files)])]


def phone_clock() -> datetime | None:
    """What the phone's clock said when the photos were chosen, naive UTC; None when it did not say."""
    return moment_in(request.form.get("phone_at", ""))
