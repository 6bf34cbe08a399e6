"""What a person is told: the count on every page, the list, and what they want to be told of."""
from flask import Blueprint, Flask, Response, g, render_template, request, url_for

from models.notification import KINDS, PROMISES, Notification, Preference
from models.notification.record import visible_orders
from views.actions import once
from views.answers import page_or_part
from views.messages import address_of, due_in, matter_of
from views.offline import is_copy
from views.people import everyone, me

bp = Blueprint("notifications", __name__, url_prefix="/notifications")


def init(app: Flask) -> None:
    app.jinja_env.globals.update(unread_count=unread_count)


def unread_count() -> int:
    """Asked once a page, however often it is shown there. A copy kept on a phone counts nothing: it would go stale."""
    if "unread" not in g:
        g.unread = 0 if is_copy() else Notification.unread_count(me())
    return int(g.unread)


@bp.get("")
@everyone
def index() -> Response:
    after = request.args.get("after", "")
    notifications, more = Notification.page(me(), after=after)
    seen = {order.id: order for order in visible_orders(notifications, me())}
    return page_or_part("notifications/index.html", "notifications/_rows.html", notifications=notifications,
                        more=more, seen=seen, promises=PROMISES, due_in=due_in,
                        matter_of=matter_of,
                        newest=notifications[0].place if notifications and not after else "")


@bp.get("/count")
@everyone
def show_count() -> Response:
    """The badge by itself, which every page asks for anew from time to time."""
    return Response(render_template("notifications/_count.html"))


@bp.post("/<row:id>/reading")
@everyone
@once(back=lambda id: index())
def create_reading(id: int) -> str:
    """Read, and on to what it tells of."""
    number = Notification.read_by(id, me())
    return address_of(number) if number else url_for(".index")


@bp.post("/readings")
@everyone
@once(back=index)
def create_readings() -> str:
    """All that stood in the list are read; what came meanwhile is not."""
    Notification.read_all(me(), newest=request.form.get("newest", ""))
    return url_for(".index")


@bp.get("/preferences")
@everyone
def edit_preferences() -> Response:
    return Response(render_template("notifications/preferences.html", wish=Preference.of(me()), kinds=KINDS))


@bp.post("/preferences")
@everyone
@once(back=edit_preferences)
def create_preferences() -> str:
    form = request.form
    Preference.state(by=me(), wanted=form.getlist("kinds"), quiet_from=form.get("quiet_from", ""),
                     quiet_to=form.get("quiet_to", ""))
    return url_for(".edit_preferences", saved=1)
