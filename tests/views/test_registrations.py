"""The desk: what an owner sent, and what somebody tells on the phone, registered in one screen."""
from typing import Any

import pytest

from models.dispatch import Category
from models.event import Event
from models.owner import Owner
from models.work_order import WorkOrder
from tests.views.conftest import sentences


def call(browse: Any, **fields: Any) -> Any:
    form = browse("sunqi").get("/work-orders/new").forms["registration"]
    whole = {"place": "8栋2单元1503", "text": "厨房水槽下漏水", "name": "王女士", "phone": "138 0000 1234",
             "category": "1001", "read_back": True, **fields}
    for name, value in whole.items():
        form[name] = value
    return form.submit(expect_errors=True)


def test_a_call_is_registered_in_one_screen(browse: Any) -> None:
    page = call(browse, channel="phone").follow()
    order = WorkOrder.get()
    assert (order.state, order.channel, order.category.code) == ("registered", "phone", "1001")
    assert order.first_contact.login == "sunqi"
    assert order.accept_due is not None
    assert order.priority == order.category.priority
    assert "待派单" in page
    assert "138****1234" in page
    assert "13800001234" not in page
    assert [event.verb for event in Event.about(order.number)] == ["register"]


def test_the_desk_may_choose_another_priority_than_the_categorys(browse: Any) -> None:
    call(browse, priority="P3")
    assert WorkOrder.get().priority == "P3"


@pytest.mark.parametrize("channel", ["phone", "wechat", "visit", "box", "email"])
def test_the_way_it_reached_the_desk_is_kept(browse: Any, channel: str) -> None:
    call(browse, channel=channel)
    assert WorkOrder.get().channel == channel


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"read_back": False}, "请先向报事人复述确认，再打勾。"),
    ({"category": ""}, "请选择类别。"),
    ({"place": "8栋2单元9903"}, "没有“8栋2单元9903”这个地点，请从列表中选择。"),
    ({"text": " "}, "请填写这一项。"),
    ({"phone": "123"}, "电话号码不对，请检查。"),
    ({"name": ""}, "请留下您的姓，方便称呼。"),
])
def test_a_call_is_refused_for_one_reason_and_stays_as_typed(
        browse: Any, fields: dict[str, Any], sentence: str) -> None:
    page = call(browse, **fields)
    assert (page.status_code, sentences(page)) == (422, [sentence])
    form = page.forms["registration"]
    expected = {"place": "8栋2单元1503", "text": "厨房水槽下漏水", "name": "王女士", "phone": "138 0000 1234",
                "category": "1001", "read_back": True, **fields}
    for name in ("place", "text", "name", "phone"):
        assert form[name].value.strip() == expected[name].strip()
    assert form["category"].value == expected["category"]
    assert form["read_back"].checked == expected["read_back"]
    assert (WorkOrder.select().count(), Owner.select().count()) == (0, 0)


def test_what_an_owner_sent_is_registered_with_a_mended_place(browse: Any, reported_order: WorkOrder) -> None:
    form = browse("sunqi").get(f"/work-orders/{reported_order.number}/registration").forms["registration"]
    assert form["place"].value == "8栋2单元1503"
    form["place"], form["category"], form["read_back"], form["kind"] = "8栋2单元1502", "1001", True, "complaint"
    form.submit()
    order = WorkOrder.get()
    assert (order.place.full_name, order.kind, order.state) == ("8栋2单元1502", "complaint", "registered")


def test_the_tree_shows_every_leaf_of_the_estate_once(browse: Any) -> None:
    options = browse("sunqi").get("/work-orders/new").html.select("select[name=category] optgroup option")
    assert sorted(option["value"] for option in options) == sorted(
        leaf.code for leaf in Category.select().where(Category.parent.is_null(False)))


def test_an_order_registered_already_offers_no_form_to_register(browse: Any, registered_order: WorkOrder) -> None:
    page = browse("sunqi").get(f"/work-orders/{registered_order.number}/registration")
    assert page.html.select_one("select[name=category]") is None
