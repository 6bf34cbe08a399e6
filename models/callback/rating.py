"""The rating (线上评价): the owner's own word, given on their page without being called."""
from datetime import timedelta
from typing import Any

from models.base import now, writing
from models.callback.answer import Answer, Said
from models.callback.record import Callback
from models.errors import Stale
from models.user import Session, Sighting, User
from models.work_order import Reopening, WorkOrder
from models.work_order.moves import MOVES

WEEK = timedelta(days=7)
LATEST = timedelta(days=30)  # after archiving, where nobody could be asked
FLAGS = ("session", "device", "address")


class Rating:
    """Answers whose source is the owner's page."""

    @staticmethod
    def give(
        order: WorkOrder, told: Said, *, address: str, signed_in: User | None = None, device: str = "",
    ) -> Answer:
        """Record the owner's rating of this round. Whole, unflagged and inspected, it decides as a call would.

        So it does where the round was archived without the owner's word: then who is not content reopens it.

        A flagged one decides nothing, and does not stand in the way of one that may. `device` is the mark a browser
        carries in which somebody of the staff has signed in before.
        """
        with writing():
            order.catch_up()
            if order.state not in MOVES["rate"].from_ or not is_ratable(order):
                raise Stale("rating.given_already" if Rating.standing(order) else "rating.not_now")
            callback: Callback = order.callback
            if callback.rated(order) is not None:
                raise Stale("rating.given_already")
            flags = flags_of(order, address=address, signed_in=signed_in, device=device)
            rating = Answer.keep(callback, told, source="online", flags=flags, address=address)
            order.tell("rate", by=None, solved=rating.solved, overall=rating.overall, words=rating.words,
                       flagged=bool(flags), complete=rating.is_complete)
            if order.state == "calling":
                callback.settle(order)
            elif order.state == "archived" and callback.rated(order) is not None:
                callback.hear_late(rating)
                order.mark(exemption=None)
                if not rating.is_content:
                    Reopening.begin(order, "other" if rating.solved == "yes" else "incomplete", rating.words, by=None)
        return rating

    @staticmethod
    def of(order: WorkOrder) -> Answer | None:
        """The last rating of the order's present round."""
        last: Answer | None = Rating._of(order).order_by(Answer.id.desc()).get_or_none()
        return last

    @staticmethod
    def standing(order: WorkOrder) -> Answer | None:
        """The rating of the present round that decides."""
        last = Rating.of(order)
        return last.callback.rated(order) if last else None

    @staticmethod
    def _of(order: WorkOrder) -> Any:
        return Answer.select(Answer, Callback).join(Callback).where(
            Callback.order == order, Callback.round == order.round, Answer.source == "online")


def is_ratable(order: WorkOrder) -> bool:
    """Is an owner's word on this round still to come? For a while also of what was archived without it."""
    if order.state != "archived":
        return order.state in ("finished", "calling")
    callback: Any = order.callbacks.where(Callback.round == order.round).get_or_none()  # type: ignore[attr-defined]
    recent = order.archived_at is not None and order.archived_at >= now() - LATEST
    return recent and callback is not None and bool(callback.is_unanswered)


def flags_of(order: WorkOrder, *, address: str, signed_in: User | None, device: str) -> tuple[str, ...]:
    """Why a rating may come from a phone of the staff: its session, its browser, or the network of who had a part."""
    people = order.holder_ids.union(*order.parts.values())
    found = {
        "session": signed_in is not None,
        "device": bool(device) and Session.is_of_staff(device),
        "address": Sighting.of_any(people, address, now() - WEEK),
    }
    return tuple(flag for flag in FLAGS if found[flag])
