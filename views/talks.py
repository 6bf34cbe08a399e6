"""What is said with owners: the log every page shows, a talk noted, an archived order taken up again."""
from flask import Blueprint, Flask, g, request

from models.callback import Conversation
from models.callback.conversation import care_of
from models.place import Place
from models.work_order import CareNote, Reopening, Talk, WorkOrder
from models.work_order.reopening import is_reopenable
from views import work_orders
from views.actions import once
from views.answers import look_up_first, the_order
from views.offline import is_copy
from views.people import everyone, me, me_or_none, roles

bp = Blueprint("talks", __name__, url_prefix="/work-orders")
bp.before_request(look_up_first)


def init(app: Flask) -> None:
    app.jinja_env.globals.update(conversation=conversation, conversation_at=conversation_at, care_note=care_note,
                                 care_note_at=care_note_at, is_reopenable=is_reopenable)


def conversation(order: WorkOrder) -> Conversation | None:
    """What was said around an order, read once a page; a copy for the phone holds what belongs to the order alone."""
    if "conversation" not in g or g.conversation[0] is not order:
        who = me_or_none()
        g.conversation = order, Conversation.of(order, by=who, only_order=is_copy()) if who else None
    return g.conversation[1]  # type: ignore[no-any-return]


def conversation_at(home: Place | None, *, nameless: bool = False) -> Conversation | None:
    who = me_or_none()
    return Conversation.at(home, by=who, nameless=nameless) if who and home else None


def care_note(order: WorkOrder) -> CareNote | None:
    """What to heed in an order's home. It stays off the phone's copies: nobody knows who finds the phone."""
    who = me_or_none()
    return care_of(order, by=who) if who and not is_copy() else None


def care_note_at(home: Place | None) -> CareNote | None:
    who = me_or_none()
    return CareNote.shown(home, by=who) if who and home else None


@bp.post("/<number>/talks")
@everyone
@once(back=work_orders.show)
def create(number: str) -> str:
    Talk.note(the_order(), request.form.get("talk_way", ""), request.form.get("talk_words", ""), by=me())
    return work_orders.here(number)


@bp.post("/<number>/reopening")
@roles("desk", "supervisor", "manager")
@once(back=work_orders.show)
def create_reopening(number: str) -> str:
    Reopening.make(the_order(), request.form.get("reopen_reason", ""), request.form.get("reopen_words", ""), by=me())
    return work_orders.here(number)
