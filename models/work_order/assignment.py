"""To whom an order was given, by whom or by which rule, when they took it and how it left their hands."""
from typing import Any

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, writing
from models.dispatch import Firm
from models.dispatch.shift import is_night
from models.errors import NotAllowed, Refused
from models.text import SHORT, said
from models.user import User
from models.work_order.entitlement import barred, takers
from models.work_order.moves import DECLINE_REASONS
from models.work_order.record import WorkOrder
from models.work_order.shortlist import Shortlist

OUTCOMES = ("reassigned", "declined", "transferred")
URGENT = ("P0", "P1")


class Assignment(Record):
    """`by` is None where a rule gave it, `technician` while nobody of the firm has taken it."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="assignments")
    technician = ForeignKeyField(User, null=True, backref="assignments")
    firm = ForeignKeyField(Firm, null=True, backref="assignments")
    by = ForeignKeyField(User, null=True, backref="assignments_made")
    at = DateTimeField()
    accept_due = DateTimeField(null=True)
    accepted_at = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)
    outcome = CharField(max_length=16, null=True)

    @classmethod
    def give(cls, order: WorkOrder, taker: User | Firm, *, by: User, why: str = "") -> None:
        """派单: to a person who takes work on this estate and had no other part in this order, or to a firm.

        Whoever is not on the shortlist gets it only for a reason, kept with what the rule proposed; so does anybody
        else while it waits for whom a rule gave it to.
        """
        why = said(why, field="why", most=SHORT)
        with writing():
            order.check("assign", by)
            cls.check_taker(order, taker)
            shortlist = Shortlist(order)
            detail = told_of(taker)
            ruled = cls.by_rule_to(order)
            if not shortlist.fits(taker):
                if not why:
                    raise Refused("assign.no_reason", field="why", name=taker.name)
                detail |= {"proposed": [one.name for one in shortlist.fitting[:3]], "override": True}
            elif ruled is not None and ruled != taker:
                if not why:
                    raise Refused("assign.ruled", field="why", name=ruled.name)
                detail |= {"proposed": [ruled.name], "override": True}
            if why:
                detail["why"] = why
            cls.hand(order, "assign", taker, by=by, detail=detail)

    @classmethod
    def by_rule(cls, order: WorkOrder) -> None:
        """What a rule does with an order just registered, or given another priority before anybody had it: the
        category's switch, and the night's duty.

        Between the closing and the opening of the ordinary day urgent work goes to who has the night's duty at once,
        whatever the switch says. Where nobody fits it stays as it is, and the desk and supervisors are told.
        """
        category = order.category
        auto = category is not None and category.auto_assign
        urgent = order.is_field_work and order.priority in URGENT and is_night(order.estate, now())
        if not (auto or urgent):
            return
        shortlist = Shortlist(order)
        night = urgent and shortlist.duty.kept
        chosen = None
        if night:
            chosen = next((one for one in shortlist.everybody if one.id in shortlist.duty.night), None)
        if chosen is None and auto:
            chosen = next(iter(shortlist.fitting), None)
        taker = User.get_by_id(chosen.id) if chosen else None
        if chosen is not None and taker is not None and barred(order, taker) is None:
            detail: dict[str, object] = {
                "to": chosen.login, "name": chosen.name, "reasons": chosen.reasons,
                "rule": "night" if night and chosen.id in shortlist.duty.night else "category"}
            cls.hand(order, "assign", taker, by=None, detail=detail)
        elif auto or night:
            order.signal("unassigned", to=["desk", "supervisor"], rule="night" if night else "category")

    @classmethod
    def by_rule_to(cls, order: WorkOrder) -> User | None:
        """To whom a rule gave it, while they have not accepted yet."""
        given = cls.get_or_none(cls.order == order, cls.ended_at.is_null(), cls.by.is_null(), cls.accepted_at.is_null())
        return given.technician if given else None

    @classmethod
    def grab(cls, order: WorkOrder, *, by: User) -> None:
        """抢单: whoever is faster takes an order of a category that may be grabbed, with its skill and certificate."""
        with writing():
            order.check("grab", by)
            for part in ("inspector", "caller"):
                if by.id in order.parts[part]:
                    raise NotAllowed(f"was_{part}", verb="grab")
            if not order.is_grabbable(by):
                raise NotAllowed("grab.not_for_you")
            arrive_due = order.arrive_due if order.round == 1 else None
            at = now()
            order.move("grab", by=by, assignee=by, firm=None, first_assigned_at=order.first_assigned_at or at,
                       due_at=arrive_due or order.complete_due or order.due_at, detail={"name": by.name})
            cls.create(order=order, technician=by, by=by, at=at, accept_due=order.accept_due, accepted_at=at)

    @classmethod
    def decline(cls, order: WorkOrder, reason: str, note: str = "", *, by: User) -> None:
        """拒单: for a reason; the order waits for somebody else."""
        note = said(note, field="decline_note", most=SHORT, needed=reason == "other")
        with writing():
            order.check("decline", by)
            if reason not in DECLINE_REASONS:
                raise Refused("decline.no_reason", field="decline_reason")
            cls.end(order, "declined", technician=by)
            order.move("decline", by=by, assignee=None, firm=None, detail={"reason": reason, "note": note})

    # -- what every way of giving shares

    @classmethod
    def check_taker(cls, order: WorkOrder, taker: User | Firm) -> None:
        """Refused for who cannot have this order at all."""
        if isinstance(taker, Firm):
            if "vendor" not in takers(order):
                raise Refused("complaint.not_for_firms", field="technician")
            if taker.estate != order.estate or not taker.active:
                raise Refused("assign.no_such_firm", field="technician")
            return
        if not taker.has_role(*takers(order)) or order.estate not in taker.estates:
            raise Refused("assign.not_a_technician", field="technician")
        if taker.disabled_at is not None:
            raise Refused("assign.disabled", field="technician")
        if taker.id in order.parts["inspector"] | order.parts["caller"]:
            raise Refused("assign.had_another_part", field="technician", name=taker.name)
        if no := barred(order, taker):
            raise no

    @classmethod
    def hand(
        cls, order: WorkOrder, verb: str, taker: User | Firm, *, by: User | None, detail: dict[str, object],
        outcome: str = "reassigned",
    ) -> None:
        """Into these hands: the standing assignment ends, the accept limit runs anew, the first time stays."""
        at = now()
        technician, firm = (None, taker) if isinstance(taker, Firm) else (taker, None)
        cls.end(order, outcome)
        due = order.next_accept_due()
        order.move(verb, by=by, via="" if by else "rule", assignee=technician, firm=firm, detail=detail,
                   accept_due=due, due_at=due or order.due_at, first_assigned_at=order.first_assigned_at or at)
        cls.create(order=order, technician=technician, firm=firm, by=by, at=at, accept_due=due)

    @classmethod
    def end(cls, order: WorkOrder, outcome: str, **changes: Any) -> None:
        cls.update(ended_at=now(), outcome=outcome, **changes).where(
            cls.order == order, cls.ended_at.is_null()).execute()


def told_of(taker: User | Firm) -> dict[str, object]:
    """How the history names who gets it."""
    return {"firm": taker.id, "name": taker.name} if isinstance(taker, Firm) else {
        "to": taker.login, "name": taker.name}


# An order is in one pair of hands at a time.
Assignment.add_index(Assignment.order, unique=True, where=Assignment.ended_at.is_null(), name="assignment_standing")
Assignment.add_index(Assignment.technician, Assignment.order, name="assignment_of")
