"""How often one account or one address may try: a wait, never a lock for ever."""
from flask import Flask, Response, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many

from models.work_order.look_up import order_number
from views.people import me

# Counted in each web process; a count lost at a restart only lets a few more tries through.
limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")


def init(app: Flask) -> None:
    limiter.init_app(app)


def by_account() -> str:
    return "account:" + request.form.get("login", "").strip().lower()[:40]


def by_person() -> str:
    return f"person:{me().id}"


def by_number() -> str:
    return "number:" + order_number(request.form.get("number", ""))


def was_refused(response: Response) -> bool:
    return response.status_code == 422


failed_by_account = limiter.limit("10 per 15 minutes", key_func=by_account, deduct_when=was_refused, methods=["POST"])
failed_by_address = limiter.limit("50 per 15 minutes", deduct_when=was_refused, methods=["POST"])
failed_by_person = limiter.limit("10 per 15 minutes", key_func=by_person, deduct_when=was_refused, methods=["POST"])
# Every try counts: each may bring nine photos to be decoded.
reports_by_address = limiter.limit("90 per hour", methods=["POST"])
ratings_by_address = limiter.limit("60 per hour", methods=["POST"])
of_owners_by_address = limiter.limit("60 per hour", methods=["POST"])
# Of ten thousand ends a phone can have, very few may be tried on one order, from wherever.
look_ups_by_address = limiter.limit("10 per 15 minutes; 40 per day", deduct_when=was_refused, methods=["POST"])
TRIES_AT_A_NUMBER = parse_many("5 per hour; 12 per day")


def try_number() -> None:
    """Take one of the tries before the answer is known: of many sent at once no more than those get one."""
    if not all(limiter.limiter.hit(tries, by_number()) for tries in TRIES_AT_A_NUMBER):
        abort(429)


def give_tries_back() -> None:
    """What was found uses up none."""
    for tries in TRIES_AT_A_NUMBER:
        limiter.limiter.clear(tries, by_number())
