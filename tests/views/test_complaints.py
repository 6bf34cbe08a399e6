"""Complaints, enquiries, praise and priorities on their pages."""
from typing import Any

import pytest

from models.dispatch import Category
from models.place import Estate, Place
from models.user import User
from models.work_order import Classification, Complaint, WorkOrder
from tests.views.conftest import form_of, sentences


@pytest.fixture
def complaint(home: Place, estate: Estate, sunqi: User) -> WorkOrder:
    return WorkOrder.register_call(home, "报修没人管", Category.leaf(estate, "9502"), by=sunqi, channel="phone",
                                   name="王女士", phone="13800001234", read_back=True)


def classify(order: WorkOrder, by: User, **facts: Any) -> None:
    Complaint.classify(order, Classification(cause="delay", about_department="engineering")._replace(**facts), by=by)


def test_the_desk_classifies_assigns_and_the_handler_plans_and_finishes(browse: Any, complaint: WorkOrder) -> None:
    path = f"/work-orders/{complaint.number}"
    form = form_of(browse("sunqi").get(path), "classification")
    form["grade"], form["cause"], form["about_department"] = "major", "delay", "engineering"
    assert "重大" in form.submit().follow()
    assignment = browse("sunqi").get(f"{path}/assignment").forms["shortlist"]
    assignment.submit("technician", value="tangwen")
    handler = browse("tangwen")
    form_of(handler.get(path), "acceptance").submit()
    page = handler.get(path)
    assert "等经办人开始处理" in page
    assert "技工" not in page
    assert "photos" not in form_of(page, "arrival").fields
    form_of(page, "arrival").submit()
    page = handler.get(path)
    assert all(not form.action.endswith("completion") for form in page.forms.values())
    form = form_of(page, "plan")
    form["plan"], form["agreed"], form["agreed_at"] = "上门致歉", "yes", "2026-01-01T09:00"
    page = form.submit().follow()
    form = form_of(page, "completion")
    assert "photos" not in form.fields
    form["done"], form["summary"] = "已致歉", "业主接受"
    form.submit()
    assert WorkOrder.get().state == "finished"


def test_a_refused_classification_keeps_what_was_typed(browse: Any, complaint: WorkOrder) -> None:
    form = form_of(browse("sunqi").get(f"/work-orders/{complaint.number}"), "classification")
    form["cause"], form["cause_words"] = "delay", "等了三周"
    page = form.submit(expect_errors=True)
    assert (page.status_code, sentences(page)) == (422, ["请选被投诉的部门。"])
    assert form_of(page, "classification")["cause_words"].value == "等了三周"


def test_whom_it_is_about_sees_no_contact_and_no_way_to_it(
        browse: Any, complaint: WorkOrder, sunqi: User) -> None:
    classify(complaint, sunqi)
    page = browse("heguangjun").get(f"/work-orders/{complaint.number}")
    assert "王女士" not in page
    assert "138****1234" not in page
    assert "对被投诉方不显示" in page
    assert all(not form.action.endswith("reveals") for form in page.forms.values())
    assert "138****1234" in browse("guoqiang").get(f"/work-orders/{complaint.number}")


def test_a_hidden_complaint_is_nowhere_for_them(browse: Any, complaint: WorkOrder, sunqi: User) -> None:
    classify(complaint, sunqi, hidden=True)
    visitor = browse("heguangjun")
    for end in ("", "/assignment", "/inspection", "/callback"):
        answer = visitor.get(f"/work-orders/{complaint.number}{end}", expect_errors=True)
        assert answer.status_code in (403, 404)
        assert "报修没人管" not in answer
    for asked in ({"queue": "registered"}, {"q": "13800001234"}, {"q": "没人管"}):
        assert complaint.number not in visitor.get("/work-orders", asked)


def test_who_hides_a_complaint_from_their_own_department_is_told_where_it_went(
        browse: Any, complaint: WorkOrder) -> None:
    form = form_of(browse("sunqi").get(f"/work-orders/{complaint.number}"), "classification")
    form["cause"], form["about_department"], form["hidden"] = "attitude", "service", True
    page = form.submit().follow()
    assert "因此不向您显示" in page
    assert complaint.number not in page


def test_an_enquiry_is_answered_on_its_page_and_the_owner_reads_the_answer(
        browse: Any, web: Any, home: Place, estate: Estate, sunqi: User) -> None:
    from views.progress import link_to

    order = WorkOrder.register_call(home, "停车证怎么办", Category.leaf(estate, "9601"), by=sunqi, channel="phone",
                                    read_back=True)
    form = form_of(browse("sunqi").get(f"/work-orders/{order.number}"), "reply")
    form["answer"] = "带行驶证到前台"
    assert "带行驶证到前台" in form.submit().follow()
    with web.test_request_context():
        link = link_to(order).removeprefix("http://localhost")
    page = browse().get(link)
    assert "带行驶证到前台" in page
    assert "待到场" not in page.html.select_one(".steps").get_text()
    assert len(page.html.select(".step")) == 3


def test_praise_shows_on_the_page_of_who_was_praised(
        browse: Any, home: Place, estate: Estate, sunqi: User) -> None:
    order = WorkOrder.register_call(home, "师傅鞋套很规范", Category.leaf(estate, "9702"), by=sunqi, channel="phone",
                                    read_back=True)
    form = form_of(browse("sunqi").get(f"/work-orders/{order.number}"), "reply")
    form["answer"], form["praised"] = "谢谢", "没有这个人"
    page = form.submit(expect_errors=True)
    assert (page.status_code, sentences(page)) == (422, ["没有找到员工“没有这个人”，请从列表中选，或填工号。"])
    form = form_of(page, "reply")
    form["praised"] = "陈亮 QH008"
    form.submit()
    account = browse("chenliang").get("/account")
    assert "收到 1 次表扬" in account
    assert "师傅鞋套很规范" in account
    assert "收到" not in browse("xuwei").get("/account")


def test_a_priority_is_changed_on_the_order_and_the_story_tells_why(browse: Any, working_order: WorkOrder) -> None:
    path = f"/work-orders/{working_order.number}"
    form = form_of(browse("guoqiang").get(path), "priority")
    form["priority"], form["priority_reason"] = "P0", "楼下也漏了"
    page = form.submit().follow()
    assert WorkOrder.get().priority == "P0"
    assert "楼下也漏了" in page
    assert all(not form.action.endswith("priority") for form in browse("chenliang").get(path).forms.values())
