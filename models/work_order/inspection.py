"""The inspection (验收): a supervisor who had no other part in the order judges each after photo, then the work."""
import json
from typing import Any, Self

from peewee import AutoField, BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from models.base import Record, now, writing
from models.errors import Refused
from models.text import SHORT, said
from models.user import User
from models.work_order.moves import PHOTO_FAULTS, REJECT_REASONS
from models.work_order.record import WorkOrder


class Inspection(Record):
    """`verdicts_json` maps photo ids to the fault found, "" for none; `reasons` are codes joined by commas."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="inspections")
    round = IntegerField()
    by = ForeignKeyField(User, backref="inspections")
    at = DateTimeField()
    passed = BooleanField()
    reasons = CharField(max_length=SHORT, default="")
    note = CharField(max_length=SHORT, default="")
    verdicts_json = TextField(default="{}")

    class Meta:
        indexes = ((("order", "round"), True),)

    @classmethod
    def pass_work(cls, order: WorkOrder, verdicts: dict[int, str], *, by: User, note: str = "") -> Self:
        """验收合格: every after photo judged and none at fault; to the callback, or to the archive when exempt."""
        note = said(note, field="note", most=SHORT)
        with writing():
            order.check("pass", by)
            verdicts = _judged(order, verdicts)
            if any(verdicts.values()):
                raise Refused("inspection.passed_with_fault", field="verdicts")
            inspection = cls._record(order, verdicts, by=by, passed=True, note=note)
            callback = order.callback
            callback.open()
            if callback.exemption and not callback.rated(order):
                order.move("pass", to="archived", by=by, archived_at=now(), exemption=callback.exemption,
                           detail={"exemption": callback.exemption, "note": note, "verdicts": verdicts})
            else:
                order.move("pass", to="calling", by=by, due_at=callback.due_at,
                           detail={"note": note, "verdicts": verdicts})
            callback.settle(order)
        return inspection

    @classmethod
    def reject(
        cls, order: WorkOrder, verdicts: dict[int, str], reasons: list[str], *, by: User, note: str = "",
    ) -> Self:
        """退回返工: for a reason, a photo at fault, or both; the technician starts another round."""
        note = said(note, field="note", most=SHORT, needed="other" in reasons)
        reasons = list(dict.fromkeys(reasons))
        if not set(reasons) <= set(REJECT_REASONS):
            raise Refused("inspection.unknown_reason", field="reasons")
        with writing():
            order.check("reject", by)
            verdicts = _judged(order, verdicts)
            faults = sorted({fault for fault in verdicts.values() if fault})
            if not reasons and not faults:
                raise Refused("inspection.no_reason", field="reasons")
            inspection = cls._record(order, verdicts, by=by, passed=False, note=note, reasons=",".join(reasons))
            order.callback.drop()
            order.move("reject", by=by, round=order.round + 1, due_at=order.complete_due or order.due_at,
                       detail={"reasons": reasons, "faults": faults, "note": note, "verdicts": verdicts})
        return inspection

    @classmethod
    def _record(cls, order: WorkOrder, verdicts: dict[int, str], *, by: User, **facts: Any) -> Self:
        return cls.create(order=order, round=order.round, by=by, at=now(), verdicts_json=json.dumps(verdicts), **facts)

    @property
    def verdicts(self) -> dict[int, str]:
        return {int(photo): fault for photo, fault in json.loads(self.verdicts_json).items()}

    @property
    def reason_codes(self) -> list[str]:
        return [reason for reason in self.reasons.split(",") if reason]


def _judged(order: WorkOrder, verdicts: dict[int, str]) -> dict[int, str]:
    """The verdicts on this round's after photos. Refused while one is missing or says what no verdict says."""
    shown = {photo.id for photo in order.photos_of("after")}
    if not shown <= verdicts.keys():
        raise Refused("inspection.not_all_judged", field="verdicts")
    if not set(verdicts.values()) <= {"", *PHOTO_FAULTS}:
        raise Refused("inspection.unknown_reason", field="verdicts")
    return {photo: verdicts[photo] for photo in shown}
