"""A wrong number is put right, and both numbers are kept."""
import pytest

from models.callback import Attempt, Correction, Said
from models.event import Event
from models.owner import Owner
from models.user import User
from models.work_order import Reveal, WorkOrder
from tests.models.conftest import refused_with, stored

CONTENT = Said("yes", "satisfied")


def test_a_number_that_proved_wrong_is_put_right_and_both_are_kept(calling_order: WorkOrder, luxia: User) -> None:
    was = calling_order.owner
    Attempt.make(calling_order, "wrong_no", by=luxia)
    Reveal.make(calling_order, "call_back", by=luxia)
    Correction.make(calling_order, "139 0000 5678", "上门核实", by=luxia)
    order = stored(calling_order)
    assert (order.owner.phone, order.owner.name, order.version) == ("13900005678", was.name, calling_order.version)
    assert Owner.get_by_id(was.id).phone == "13800001234"
    correction = Correction.get()
    assert (correction.was, correction.became, correction.by, correction.note) == (was, order.owner, luxia, "上门核实")
    said = Event.select().where(Event.verb == "correct").get().detail
    assert (said["was_phone"], said["phone"]) == ("138****1234", "139****5678")
    assert not Reveal.standing(order, by=luxia)  # another number takes another look
    Attempt.make(order, "answered", by=luxia, told=CONTENT)
    assert stored(order).state == "archived"


@pytest.mark.parametrize(("outcome", "phone", "note", "code", "field"), [
    ("no_answer", "13900005678", "上门", "correction.not_wrong", "phone"),
    ("wrong_no", "13800001234", "上门", "correction.same", "phone"),
    ("wrong_no", "12345", "上门", "owner.phone_invalid", "phone"), ("wrong_no", "", "上门", "text.missing", "phone"),
    ("wrong_no", "13900005678", "", "text.missing", "correction_note"),
])
def test_a_number_is_put_right_only_where_one_was_wrong_and_with_where_it_comes_from(
    calling_order: WorkOrder, luxia: User, outcome: str, phone: str, note: str, code: str, field: str,
) -> None:
    Attempt.make(calling_order, outcome, by=luxia)
    with refused_with(code, calling_order) as said:
        Correction.make(calling_order, phone, note, by=luxia)
    assert said[0].field == field
    assert not Correction.select().exists()
