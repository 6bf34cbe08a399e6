"""The transfer (转单): from one pair of hands to another in the middle of the work, with a handover note."""
from peewee import AutoField, BooleanField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, writing
from models.errors import NotAllowed, Refused
from models.text import SHORT, said
from models.user import User
from models.work_order.assignment import Assignment
from models.work_order.moves import TRANSFER_REASONS
from models.work_order.record import WorkOrder
from models.work_order.shortlist import Shortlist


class Transfer(Record):
    """`responsible` and `decision` are the supervisor's, from an order's second transfer on."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="transfers")
    giver = ForeignKeyField(User, backref="transfers_given")
    taker = ForeignKeyField(User, backref="transfers_taken")
    by = ForeignKeyField(User, backref="transfers_made")
    at = DateTimeField()
    reason = CharField(max_length=16)
    note = CharField(max_length=SHORT)
    after_arrival = BooleanField()
    responsible = ForeignKeyField(User, null=True, backref="transfers_answered_for")
    decision = CharField(max_length=SHORT, default="")

    @classmethod
    def make(
        cls, order: WorkOrder, taker: User, reason: str, note: str, *, by: User, responsible: User | None = None,
        decision: str = "",
    ) -> None:
        """转单: the first may be made by the technician, to somebody of the shortlist. From the second on only a
        supervisor other than the technician, who decides who answers for the work.
        """
        note = said(note, field="handover", most=SHORT, needed=True)
        decision = said(decision, field="transfer_decision", most=SHORT)
        with writing():
            order.check("transfer", by)
            again = order.is_transferred
            giver = User.get_by_id(order.__data__["assignee"])
            decides = by.has_role("supervisor") and by != giver
            if again and not decides:
                raise NotAllowed("transfer.second")
            if reason not in TRANSFER_REASONS:
                raise Refused("transfer.no_reason", field="transfer_reason")
            Assignment.check_taker(order, taker)
            if taker == giver:
                raise Refused("transfer.same", field="taker", name=taker.name)
            fits = Shortlist(order).fits(taker)
            if not fits and not decides:
                raise Refused("transfer.off_shortlist", field="taker", name=taker.name)
            if again and responsible is None:
                raise Refused("transfer.no_decision", field="responsible")
            if again and not decision:
                raise Refused("text.missing", field="transfer_decision")
            if again and responsible is not None and responsible.id not in order.holder_ids | {taker.id}:
                raise Refused("transfer.no_decision", field="responsible")
            if order.asked_hold:
                order.asked_hold.withdraw()
            decided = {"responsible": responsible.name, "decision": decision} if again and responsible else {}
            arrived = order.state == "working"
            detail = {"from": giver.login, "from_name": giver.name, "to": taker.login, "name": taker.name,
                      "reason": reason, "note": note, "override": not fits, **decided}
            cls.create(order=order, giver=giver, taker=taker, by=by, at=now(), reason=reason, note=note,
                       after_arrival=arrived, responsible=responsible if again else None,
                       decision=decision if again else "")
            Assignment.hand(order, "transfer", taker, by=by, detail=detail, outcome="transferred")
