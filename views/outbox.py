"""The outbox: its page, what phones say of it, and the answers its items get.

An answer counts only if it carries the item's key: whatever else comes back may be from a proxy or a sign-in page.
"""
import re
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Flask, Response, jsonify, render_template, request

from models.base import now
from models.errors import DomainError, Refused
from models.event import Event
from models.submission import Submission
from models.user import Phone, User
from models.work_order import Merge, WorkOrder
from models.work_order.entitlement import is_one
from views.language import gettext, sentence, when, word
from views.offline import for_anyone
from views.people import everyone, me, public, roles

bp = Blueprint("outbox", __name__)

# A phone's clock that differs less is right enough to say nothing of it.
LEEWAY = timedelta(minutes=2)
MOST_PEOPLE = 10  # who share one phone
CODE = re.compile(r"[0-9a-zA-Z-]{16,36}")
# Beyond these a clock is broken, and the arithmetic of times overflows.
YEARS = range(2000, 2200)


@bp.get("/outbox")
@public
def show() -> Response:
    """What waits on this phone: the page is the same for everybody, and stands in for pages not kept."""
    return for_anyone(Response(render_template("outbox/show.html")))


@bp.get("/phones")
@roles("supervisor", "manager")
def index() -> Response:
    return Response(render_template("outbox/phones.html", phones=Phone.of_staff(me().estates), now=now()))


@bp.post("/phones/<code>")
@everyone
def tell(code: str) -> Response:
    """What a phone still holds: under each person's login, when each of their items was saved. The last word counts."""
    form, device = request.form, request.user_agent.string
    if not CODE.fullmatch(code):
        raise Refused("phone.no_code")
    names = [login for login in form if login.isprintable()][:MOST_PEOPLE]
    people = User.select().where(User.login.in_(names)) if names else []
    for user in {user for user in people if set(user.estates) & set(me().estates)} | {me()}:
        held = sorted(at for text in form.getlist(user.login) if (at := moment_in(text)))
        Phone.tell(code, user, device=device, waiting=len(held), oldest_at=held[0] if held else None)
    Phone.tell_no_other(code, [*names, me().login])
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def init(app: Flask) -> None:
    app.jinja_env.globals.update(outbox_words=words)


def words() -> dict[str, str]:
    """What the scripts say, in the reader's language."""
    return {
        "saved": gettext("Saved on this phone"),
        "sent": gettext("Delivered"),
        "waiting": gettext("Waiting"),
        "sending": gettext("Sending"),
        "sign-in": gettext("Sign in to send"),
        "refused": gettext("Needs you"),
        "unreached": gettext("No answer; it is tried again."),
        "answered": gettext("The server answered {n}."),
        "least": gettext("{n} more photos are needed."),
        "others": gettext("{n} items of {name} wait here until their own sign-in."),
        "drop": gettext("It was not delivered. Remove it for good?"),
        "failed": gettext("Not saved. What you typed is still here; please try again."),
        "QuotaExceededError": gettext("This phone's memory is full, nothing was saved. What you typed is still here:"
                                      " send what waits or make room, then try again."),
    }


# -- answers to its items


def is_item() -> bool:
    """Was this sent by an outbox?"""
    return "Outbox-Key" in request.headers


def taken(submission: Submission) -> Response:
    """It is on disk: the receipt, and the version its order came to by it."""
    answer = jsonify(key=submission.key, receipt=submission.receipt, version=submission.version,
                     location=submission.answer)
    answer.status_code = 201
    return answer


def refused(error: DomainError, status: int, order: WorkOrder | None) -> Response:
    """Why not, what happened to the order meanwhile, and what can be done about it."""
    said = [sentence(error)]
    if order is not None:
        said += [*meanwhile(order), todo(order)]
    answer = jsonify(key=request.headers["Outbox-Key"], error=" ".join(said))
    answer.status_code = status
    return answer


def meanwhile(order: WorkOrder) -> list[str]:
    """What others did since the version the person had before their eyes."""
    seen = order.seen or 0
    later = [event for event in Event.about(order.number) if event.detail.get("version", 0) > seen]
    return [f"{when(event.at, order.estate)} {event.by.name if event.by else word('via', event.via)}"
            f" {word('verb', event.verb)} {led_to(event)}".strip()
            for event in later if event.by != me()]


def led_to(event: Event) -> str:
    """Whom or what it went to."""
    if event.verb == "prioritize":
        return word("priority", str(event.detail["priority"]))
    return str(event.detail.get({"assign": "name", "transfer": "name", "merge": "into"}.get(event.verb, ""), ""))


def todo(order: WorkOrder) -> str:
    main = Merge.main_of(order)
    if main is not None:
        return gettext("todo.merged", number=main.number)
    if order.state == "void":
        return gettext("todo.void")
    if order.archived_at is not None:
        return gettext("todo.archived")
    if not is_one("assignee", order, me()):
        holder = order.assignee or order.firm
        return gettext("todo.not_yours", name=holder.name if holder else gettext("the service desk"))
    return gettext("todo.look", state=word("state", order.state))


# -- what the phone says of an item


def told() -> dict[str, object]:
    """When it was done by the phone's clock, as naive UTC, and by how many seconds that clock is wrong where it is."""
    captured = moment_in(request.form.get("captured_at", ""))
    if captured is None:
        return {}
    sent = moment_in(request.form.get("sent_at", ""))
    off = sent - now() if sent else timedelta()
    return {"captured_at": captured, **({"clock_off": round(off.total_seconds())} if abs(off) > LEEWAY else {})}


def moment_in(text: str) -> datetime | None:
    """An ISO time, or a phone's milliseconds since 1970, as naive UTC in whole milliseconds; None when it says none."""
    try:
        said = datetime.fromtimestamp(int(text) / 1000, UTC) if text.isdecimal() else datetime.fromisoformat(text)
        at = said.astimezone(UTC).replace(tzinfo=None)
        return at.replace(microsecond=at.microsecond // 1000 * 1000) if at.year in YEARS else None
    except (ValueError, OverflowError, OSError):
        return None
