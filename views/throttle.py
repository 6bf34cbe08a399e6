"""How often one account or one address may try: a wait, never a lock for ever."""
from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from views.people import me

# Counted in each web process; a count lost at a restart only lets a few more tries through.
limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")


def init(app: Flask) -> None:
    limiter.init_app(app)


def by_account() -> str:
    return "account:" + request.form.get("login", "").strip().lower()[:40]


def by_person() -> str:
    return f"person:{me().id}"


def was_refused(response: Response) -> bool:
    return response.status_code == 422


failed_by_account = limiter.limit("10 per 15 minutes", key_func=by_account, deduct_when=was_refused, methods=["POST"])
failed_by_address = limiter.limit("50 per 15 minutes", deduct_when=was_refused, methods=["POST"])
failed_by_person = limiter.limit("10 per 15 minutes", key_func=by_person, deduct_when=was_refused, methods=["POST"])
# Every try counts: each may bring nine photos to be decoded.
reports_by_address = limiter.limit("90 per hour", methods=["POST"])
ratings_by_address = limiter.limit("60 per hour", methods=["POST"])
