"""The channels out of the app: an estate's robots and mailboxes, a test of each, and what went where."""
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for

from models.errors import NotFound
from models.notification import CHANNEL_KINDS, KINDS, TLS, Channel, Delivery
from models.text import row_id
from views.actions import once
from views.answers import page_or_part
from views.messages import test_message
from views.people import me, my_estate, roles

bp = Blueprint("channels", __name__, url_prefix="/channels")


@bp.get("")
@roles("admin")
def index() -> Response:
    channels = list(Channel.of(my_estate()))
    return Response(render_template("channels/index.html", channels=channels, waiting=Delivery.waits_of(channels),
                                    failures=Delivery.failures_of(channels), outlets=CHANNEL_KINDS))


@bp.get("/new")
@roles("admin")
def new() -> Response:
    return form_for(Channel(estate=my_estate(), kind=kind_asked(), is_on=True))


@bp.post("")
@roles("admin")
@once(back=new)
def create() -> str:
    channel = Channel.add(my_estate(), kind_asked(), by=me(), **settings())
    return url_for(".edit", id=channel.id)


@bp.get("/<row:id>")
@roles("admin")
def edit(id: int) -> Response:
    return form_for(Channel.find(id, by=me()))


@bp.post("/<row:id>")
@roles("admin")
@once(back=edit)
def change(id: int) -> str:
    Channel.find(id, by=me()).change(by=me(), **settings())
    return url_for(".edit", id=id, saved=1)


def send_test() -> None:
    """A test takes seconds: not while everybody else waits for the database."""
    g.channel = Channel.find((request.view_args or {})["id"], by=me())
    g.reply = g.channel.say(test_message(g.channel))


@bp.post("/<row:id>/trials")
@roles("admin")
@once(back=edit, before=send_test)
def create_trial(id: int) -> str:
    g.channel.tried(g.reply)
    return url_for(".edit", id=id) + "#trial"


@bp.get("/<row:id>/deliveries")
@roles("admin")
def show_deliveries(id: int) -> Response:
    channel = Channel.find(id, by=me())
    deliveries, more = Delivery.page(channel, before=row_id(request.args.get("before", "")))
    return page_or_part("channels/deliveries.html", "channels/_deliveries.html", channel=channel,
                        deliveries=deliveries, more=more)


def form_for(channel: Channel) -> Response:
    return Response(render_template("channels/edit.html", channel=channel, kinds=KINDS, ways=TLS))


def kind_asked() -> str:
    kind = request.values.get("kind", "")
    if kind not in CHANNEL_KINDS:
        raise NotFound("channel.unknown")
    return kind


def settings() -> dict[str, Any]:
    """What the form says of a channel."""
    form = request.form
    texts = ("name", "address", "secret", "host", "port", "account", "sender", "recipients")
    return {**{name: form.get(name, "") for name in texts}, "tls": form.get("tls", "tls"),
            "is_on": "is_on" in form, "no_secret": "no_secret" in form, "wanted": form.getlist("wanted")}
