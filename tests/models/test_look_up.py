"""An order is found by its number and the end of its owner's phone, and by nothing less."""
import pytest

from models.errors import Refused
from models.place import Place
from models.work_order import WorkOrder
from models.work_order.look_up import looked_up


@pytest.mark.parametrize("digits", ["1234", " 1234 ", "12 34", "１２３４"])
def test_the_owners_own_digits_find_it_however_they_are_typed(reported_order: WorkOrder, digits: str) -> None:
    for number in (reported_order.number, reported_order.number.lower(), f" {reported_order.number} "):
        assert looked_up(number, digits) == reported_order


@pytest.mark.parametrize(("number", "digits"), [
    ("", "1234"), ("", ""), ("GD-20200101-0001", "1234"), ("its", ""), ("its", "123"), ("its", "234"), ("its", "4321"),
    ("its", "13800001234"), ("its", "0001234"), ("its", "....") , ("its", "1234x"), ("x" * 500, "1234"),
])
def test_whatever_else_is_typed_gets_the_same_refusal(reported_order: WorkOrder, number: str, digits: str) -> None:
    with pytest.raises(Refused) as refused:
        looked_up(reported_order.number if number == "its" else number, digits)
    assert (refused.value.code, refused.value.field, refused.value.facts) == ("look_up.no_match", None, {})


@pytest.mark.parametrize("name", ["", "王女士"])
def test_an_order_without_a_phone_is_not_found(home: Place, name: str) -> None:
    order = WorkOrder.report(home, "水管爆了", by=None, name=name)
    for digits in ("", "0000", "1234"):
        with pytest.raises(Refused, match=r"look_up\.no_match"):
            looked_up(order.number, digits)
