"""What leaves by a channel, in words: short, and without anything of an owner's."""
import re
import unicodedata
from datetime import datetime

from models.event import Event
from models.notification import PROMISES, Channel, Delivery, Message
from models.work_order import WorkOrder
from views.language import gettext, when, word
from views.outbox import moment_in

# Seven digits and more, as people group them: a phone of any kind.
DIGITS = re.compile(r"\d(?:[ -]?\d){6,}")


def message_of(delivery: Delivery, base_url: str) -> Message:
    """What happened, the order's number, where, what is due, and a link where the app's own address is known."""
    order, event = delivery.order, delivery.event
    if order is None:
        return message_of_patrol(delivery.channel, event, base_url)
    mark = f"[{order.priority}] " if order.priority in ("P0", "P1") else ""
    head = " ".join(f"【{order.estate.name}】{mark}{word('told', event.verb)}".split())
    lines = [head, order.number, place_of(order), due_of(event, order)]
    if base_url:
        lines.append(f"{base_url}/work-orders/{order.number}")
    return Message(f"{head} {order.number}", "\n".join(line for line in lines if line))


def message_of_patrol(channel: Channel, event: Event, base_url: str) -> Message:
    head = f"【{channel.estate.name}】{word('told', event.verb)}"
    lines = [head, event.subject, DIGITS.sub(lambda found: found[0][:3] + "****", matter_of(event))]
    if base_url:
        lines.append(f"{base_url}{address_of(event.subject)}")
    return Message(f"{head} {event.subject}", "\n".join(line for line in lines if line))


def matter_of(event: Event) -> str:
    """What a patrol's event is about, from what it says itself: points missed, what was found and where."""
    about = event.detail
    points = about.get("points")
    parts = [gettext(", ").join(points) if isinstance(points, list) else "", about.get("text"), about.get("place"),
             about.get("note")]
    return " · ".join(str(part) for part in parts if part)


def address_of(number: str) -> str:
    """The page of what has that number."""
    kind = number.split("-", 1)[0]
    noun = {"YH": "findings", "XJ": "patrols", "JH": "patrol-plans"}.get(kind, "work-orders")
    return f"/{noun}/{number}"


def test_message(channel: Channel) -> Message:
    head = gettext("Test from Bihuan")
    words = gettext("If you read this, the channel works.")
    return Message(head, f"【{channel.estate.name}】{head}\n{words}")


def place_of(order: WorkOrder) -> str:
    """Where, without the owner's name and without digits that look like a phone. Of a complaint nothing: the place may
    be all that tells who complained.
    """
    if order.kind == "complaint":
        return ""
    where = " ".join(unicodedata.normalize("NFKC", order.where).split())
    if order.owner is not None and order.owner.name:
        where = where.replace(order.owner.name, order.owner.masked_name)
    return DIGITS.sub(lambda found: found[0][:3] + "****", where)


def due_of(event: Event, order: WorkOrder) -> str:
    """What a signal says is due and when."""
    what, due = event.detail.get("what"), due_in(event)
    if what not in PROMISES or due is None:
        return ""
    return f"{word('promise', what)} {when(due, order.estate)}"


def due_in(event: Event) -> datetime | None:
    due = event.detail.get("due")
    return moment_in(f"{due}+00:00") if isinstance(due, str) and due else None
