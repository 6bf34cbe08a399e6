"""The desk: what an owner sent, and what somebody tells on the phone, registered in one screen."""
from typing import Any

import pytest

from models.dispatch import Category
from models.event import Event
from models.owner import Owner
from models.work_order import WorkOrder
from tests.conftest import AHEAD
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
    call(browse, priority="P3", priority_reason="业主说下周再来也行")
    assert WorkOrder.get().priority == "P3"


def test_another_priority_without_a_reason_is_refused(browse: Any) -> None:
    page = call(browse, priority="P3")
    assert (page.status_code, sentences(page)) == (422, ["优先级与类别默认不同，请写明理由。"])
    assert page.forms["registration"]["priority"].value == "P3"


@pytest.mark.parametrize("channel", ["phone", "wechat", "scan", "visit", "box", "email", "patrol", "staff"])
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


# -- proposals, questions, what the kind asks for


def options(page: Any) -> list[str]:
    return [one["value"] for one in page.html.select("#proposals input[name=proposed]")]


def test_words_typed_propose_categories_and_choose_none(browse: Any) -> None:
    page = browse("sunqi").get("/work-orders/proposals", {"text": "软管爆了水流到客厅"})
    assert options(page)[0] == "1001"
    assert page.html.select("input[checked]") == []


def test_a_chosen_category_shows_what_to_ask_and_what_it_promises(browse: Any) -> None:
    page = browse("sunqi").get("/work-orders/questions", {"category": "1002", "text": "龙头滴水"})
    assert "滴漏还是线流？" in page
    assert "2 个工作日内完成" in page
    assert [one["value"] for one in page.html.select("input[checked]")] == ["1002"]


def test_a_tapped_proposal_sets_the_list_of_categories(browse: Any) -> None:
    page = browse("sunqi").get("/work-orders/questions?proposed=1001")
    assert page.html.select_one("#category option[selected]")["value"] == "1001"
    assert "总阀关了吗？" in page


@pytest.mark.parametrize("asked", [
    {}, {"category": "9999"}, {"proposed": "\x00", "text": "\x00"}, {"text": "水" * 3000, "scope": "planet"}])
def test_the_parts_bear_any_question(browse: Any, asked: dict[str, str]) -> None:
    for part in ("proposals", "questions"):
        assert browse("sunqi").get(f"/work-orders/{part}", asked).status_code == 200


def test_without_scripts_a_refused_form_shows_the_proposals(browse: Any) -> None:
    page = call(browse, category="", text="软管爆了水流到客厅")
    assert page.status_code == 422
    form = page.forms["registration"]
    form["proposed"] = "1001"
    form.submit()
    assert WorkOrder.get().category.code == "1001"


def test_the_button_without_scripts_proposes_and_stores_nothing(browse: Any) -> None:
    form = browse("sunqi").get("/work-orders/new").forms["registration"]
    form["text"] = "我困在电梯里"
    page = form.submit("propose", expect_errors=True)
    assert (page.status_code, options(page)[0]) == (422, "4001")
    assert not WorkOrder.select().exists()


def test_two_different_choices_are_refused(browse: Any) -> None:
    page = call(browse, category="", text="软管爆了水流到客厅")
    form = page.forms["registration"]
    form["proposed"], form["category"] = "1001", "1002"
    page = form.submit(expect_errors=True)
    assert sentences(page) == ["推荐类别和列表里选了两个不同的类别，请只留一个。"]


def test_an_enquiry_is_registered_and_answered_in_one_go(browse: Any) -> None:
    page = call(browse, category="9601", text="停车证怎么办", answer="带行驶证到前台").follow()
    assert (WorkOrder.get().state, WorkOrder.get().exemption) == ("archived", "X6")
    assert "带行驶证到前台" in page


def test_an_answer_to_a_repair_is_refused_and_kept(browse: Any) -> None:
    page = call(browse, answer="已答复")
    assert sentences(page) == ["只有咨询和表扬可以当场答复归档。"]


def test_a_complaint_is_classified_and_hidden_on_the_form(browse: Any) -> None:
    page = call(browse, category="9501", grade="major", cause="attitude", about="陈亮 QH008", hidden=True).follow()
    order = WorkOrder.get()
    assert (order.priority, order.complaint.about.login, order.complaint.hidden) == ("P0", "chenliang", True)
    assert "对该部门隐藏投诉人" in page


def test_scope_wanted_time_and_appointment_are_on_the_order_and_the_owners_page(browse: Any, web: Any) -> None:
    from views.progress import link_to

    page = call(browse, scope="unit", wanted_at="2099-05-06T15:00",
                appointment_at=AHEAD.replace("09:00", "16:00")).follow()
    with web.test_request_context():
        link = link_to(WorkOrder.get()).removeprefix("http://localhost")
    for shown in (page, browse().get(link)):
        assert "单元" in shown
        assert "15:00" in shown
        assert "16:00" in shown


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"appointment_at": "2020-01-01T09:00"}, "时间已经过去，请填以后的时间。"),
    ({"wanted_at": "明天"}, "时间没有看懂，请重新选择日期和时间。"),
])
def test_a_time_that_is_none_is_refused(browse: Any, fields: dict[str, str], sentence: str) -> None:
    assert sentences(call(browse, **fields)) == [sentence]
    assert not WorkOrder.select().exists()
