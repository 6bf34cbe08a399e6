"""Who is asking, and which pages are theirs. Every route says who may use it; one that says nothing serves nobody."""
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from models.errors import NotAllowed, NotFound
from models.place import Estate
from models.user import Session, User

F = TypeVar("F", bound=Callable[..., Any])

EVERYONE = "everyone"  # signed in, whatever their roles
PUBLIC = "public"      # nobody need sign in
MARK = "bihuan-mark"   # the cookie by which a browser is known after signing out


class SignedIn(UserMixin):  # type: ignore[misc]
    """What flask-login carries: the session's token, not the user's id, so that a row ends one device."""

    def __init__(self, token: str, session: Session) -> None:
        self.token, self.session, self.user = token, session, session.user

    def get_id(self) -> str:
        return self.token


def public(view: F) -> F:
    return _marked(view, {PUBLIC})


def everyone(view: F) -> F:
    return _marked(view, {EVERYONE})


def roles(*names: str) -> Callable[[F], F]:
    return lambda view: _marked(view, set(names))


def _marked(view: F, who: set[str]) -> F:
    view.who = who  # type: ignore[attr-defined]
    return view


def who_may(endpoint: str) -> set[str]:
    """Roles that may use a route, or EVERYONE, or PUBLIC; empty for nobody."""
    if endpoint == "static":
        return {PUBLIC}
    return getattr(current_app.view_functions[endpoint], "who", set())


def init(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # phones change their address all day; our rows tell devices apart
    manager.user_loader(load)
    app.before_request(let_in)
    app.jinja_env.globals.update(is_demo=is_demo)
    app.context_processor(lambda: {"me": LocalProxy(me_or_none)})


def load(token: str) -> SignedIn | None:
    found = Session.opened_by(token)
    return SignedIn(token, found) if found else None


def let_in() -> Response | None:
    """Deny by default: a page opens for those its route names."""
    if request.endpoint is None:
        return None
    who = who_may(request.endpoint)
    if PUBLIC in who:
        return None
    if not current_user.is_authenticated:
        return to_sign_in()
    if unquote(request.headers.get("Outbox-User", quote(me().login))) != me().login:
        return to_sign_in()  # saved on this phone by somebody else
    current_user.session.touch(address=request.remote_addr or "")
    if EVERYONE not in who and not me().has_role(*who):
        raise NotAllowed("not_your_page")
    return None


def to_sign_in() -> Response:
    """To the form, and back to the page that was asked for. Who waits for no page is told so by the status alone."""
    if "Outbox-Key" in request.headers:
        return current_app.make_response(({"key": request.headers["Outbox-Key"]}, 401))
    session.pop("_user_id", None)
    asked = request.full_path.rstrip("?") if request.method == "GET" else urlsplit(request.referrer or "").path
    lost = None if request.method == "GET" else 1
    where = url_for("sessions.new", next=asked if asked not in ("", "/") else None, lost=lost)
    if request.headers.get("HX-Request"):
        # The page stays, with what was typed in it; sending.js says what to do.
        return current_app.make_response(("", 401))
    return redirect(where, 303)


def me() -> User:
    return current_user.user  # type: ignore[no-any-return]


def me_or_none() -> User | None:
    return current_user.user if current_user and current_user.is_authenticated else None


def my_estate() -> Estate:
    """The estate this person chose to look at, else their first. NotFound for someone who belongs to none."""
    if not me().estates:
        raise NotFound("estate.none")
    return next((estate for estate in me().estates if estate.code == session.get("estate")), me().estates[0])


def is_demo() -> bool:
    if "demo" not in g:
        g.demo = Estate.select().where(Estate.is_demo).exists()
    return bool(g.demo)
