"""Signing in and out, and the person's own account: devices and password."""
import secrets

from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from models.errors import NotFound
from models.user import Session, User
from models.work_order import Praise
from models.work_order.lists import queues_of
from views.actions import once
from views.answers import page_or_part
from views.language import is_own_path
from views.people import MARK, SignedIn, everyone, me, my_estate, public
from views.throttle import failed_by_account, failed_by_address, failed_by_person

bp = Blueprint("sessions", __name__)

MARKED_FOR = 400 * 24 * 3600  # seconds; no browser keeps a cookie longer


@bp.get("/")
@everyone
def home() -> AnyResponse:
    """Everyone lands on their own work."""
    if me().has_only("patrol"):
        return redirect(url_for("patrols.index"))
    if queues_of(me()):
        return redirect(url_for("work_orders.index"))
    return redirect(url_for("places.index") if me().has_role("admin") else url_for("sessions.show_account"))


@bp.get("/sign-in")
@public
def new() -> Response:
    return page_or_part("sessions/new.html", "sessions/_form.html")


@bp.post("/sign-in")
@public
@failed_by_account
@failed_by_address
def create() -> AnyResponse:
    g.back = new
    user = User.authenticate(request.form.get("login", ""), request.form.get("password", ""))
    mark = request.cookies.get(MARK) or secrets.token_urlsafe(16)
    begun, token = Session.begin(user, device=request.user_agent.string, address=request.remote_addr or "", mark=mark)
    login_user(SignedIn(token, begun))
    session.permanent = True
    where = request.form.get("next") or request.args.get("next") or "/"
    response = redirect(where if is_own_path(where) else "/", 303)
    response.set_cookie(MARK, mark, max_age=MARKED_FOR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


@bp.post("/sign-out")
@public
def end() -> AnyResponse:
    if current_user.is_authenticated:
        current_user.session.end()
    logout_user()
    return redirect(url_for("sessions.new"), 303)


@bp.get("/account")
@everyone
def show_account() -> Response:
    return Response(render_template("sessions/account.html", sessions=Session.live_of(me()),
                                    here=current_user.session, praises=Praise.of(me()),
                                    estate=my_estate() if me().estates else None))


def work_out_password() -> None:
    """Hashing takes its time by design: not while everybody else waits for the database."""
    g.password_hash = me().new_password(request.form.get("old", ""), request.form.get("new", ""))


@bp.post("/account/password")
@everyone
@failed_by_person
@once(back=show_account, before=work_out_password)
def create_password() -> str:
    me().take_password(g.password_hash, keep=current_user.session)
    return url_for("sessions.show_account", changed=1)


@bp.post("/account/estate")
@everyone
@once(back=show_account)
def choose_estate() -> str:
    """The estate that forms are about, for who works on several."""
    code = request.form.get("estate", "")
    if code not in [estate.code for estate in me().estates]:
        raise NotFound("estate.none")
    session["estate"] = code
    return url_for("sessions.show_account")


@bp.post("/account/sessions/<row:id>/end")
@everyone
@once(back=lambda id: show_account())
def end_session(id: int) -> str:
    device = Session.get_or_none(Session.id == id, Session.user == me())
    if device is None:
        raise NotFound("session.unknown")
    device.end()
    return url_for("sessions.show_account")
