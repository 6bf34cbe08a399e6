"""Looking an order up without its link: read for an hour, done nothing with, tried a few times only."""
from datetime import timedelta
from typing import Any

import pytest

from models.base import moment, now
from models.photo import Photo
from models.place import Place
from models.user import User
from models.work_order import WorkOrder
from models.work_order.look_up import looked_up
from tests.conftest import add_photos, upload
from tests.views.conftest import jpeg, sentences

NOT_FOUND = "没有与此单号和手机号相符的工单，请核对，或向客服索取您的专属链接。"


def look_up(visitor: Any, number: str, digits: str) -> Any:
    form = visitor.get("/o").forms["look-up"]
    form["number"], form["digits"] = number, digits
    return form.submit(expect_errors=True)


def test_number_and_digits_open_the_order_to_be_read(browse: Any, working_order: WorkOrder) -> None:
    owner = browse()
    answer = look_up(owner, working_order.number.lower(), " 1234 ")
    assert answer.headers["Location"].endswith("/o/order")
    page = answer.follow()
    for said in (working_order.number, working_order.text, "陈师傅", "QH008", "8栋2单元", "客服"):
        assert said in page, said
    assert [step["data-done"] for step in page.html.select(".step")] == ["true"] * 5 + ["false"] * 3
    for secret in ("1503", "王", "138", "own-link"):
        assert secret not in str(page.html), secret
    assert [form.action for form in page.forms.values()] == ["/language"]


@pytest.mark.parametrize("name", ["calling_order", "archived_order", "working_order"])
def test_there_is_nothing_to_be_done_from_there(browse: Any, request: pytest.FixtureRequest, name: str) -> None:
    order = request.getfixturevalue(name)
    owner = browse()
    look_up(owner, order.number, "1234")
    assert [form.action for form in owner.get("/o/order").forms.values()] == ["/language"]
    for noun in ("rating", "urges", "reopening"):
        assert owner.post(f"/o/order/{noun}", {"key": "k" * 20}, expect_errors=True).status_code == 404


@pytest.mark.parametrize(("number", "digits"), [
    ("its", "4321"), ("its", ""), ("its", "xxxx"), ("GD-20200101-0001", "1234"), ("", ""), ("<b>", "\x00"),
])
def test_whatever_is_wrong_is_said_in_one_sentence_and_the_number_stays(
        browse: Any, working_order: WorkOrder, number: str, digits: str) -> None:
    number = working_order.number if number == "its" else number
    owner = browse()
    page = owner.post("/o", {"number": number, "digits": digits}, expect_errors=True)
    assert (page.status_code, sentences(page)) == (422, [NOT_FOUND])
    assert page.forms["look-up"]["number"].value == number
    assert owner.get("/o/order", expect_errors=True).status_code == 404


def test_after_an_hour_it_is_looked_up_again(browse: Any, working_order: WorkOrder) -> None:
    owner = browse()
    look_up(owner, working_order.number, "1234")
    with moment(now() + timedelta(minutes=59)):
        assert owner.get("/o/order").status_code == 200
    with moment(now() + timedelta(minutes=61)):
        page = owner.get("/o/order", expect_errors=True)
    assert (page.status_code, sentences(page)) == (404, ["查询已满一小时，请重新查询，或打开您的专属链接。"])
    assert page.html.select_one("a[href='/o']") is not None


def test_what_one_browser_found_no_other_reads(browse: Any, working_order: WorkOrder) -> None:
    look_up(browse(), working_order.number, "1234")
    assert browse().get("/o/order", expect_errors=True).status_code == 404


def test_five_tries_at_one_order_are_enough_for_an_hour_from_wherever(browse: Any, working_order: WorkOrder) -> None:
    visitor = browse()
    for n in range(5):
        visitor.extra_environ["REMOTE_ADDR"] = f"198.51.100.{n}"
        assert look_up(visitor, working_order.number, f"000{n}").status_code == 422
    visitor.extra_environ["REMOTE_ADDR"] = "198.51.100.99"
    assert look_up(visitor, f" {working_order.number.lower()}", "1234").status_code == 429
    assert visitor.get("/o/order", expect_errors=True).status_code == 404


def test_tries_sent_at_once_are_no_more_than_tries_one_after_another(
    browse: Any, working_order: WorkOrder, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second begins while the first is being answered, and so on."""
    visitors = [browse() for _ in range(9)]
    codes: list[int] = []

    def slowly(number: str, digits: str) -> WorkOrder:
        if visitors:
            codes.append(look_up(visitors.pop(), working_order.number, "0000").status_code)
        return looked_up(number, digits)

    monkeypatch.setattr("views.progress.looked_up", slowly)
    codes.append(look_up(browse(), working_order.number, "0000").status_code)
    assert sorted(codes) == [422] * 5 + [429]


def test_ten_tries_from_one_address_are_enough_for_a_while(browse: Any, working_order: WorkOrder) -> None:
    visitor = browse()
    codes = [look_up(visitor, f"GD-20200101-{n:04}", "1234").status_code for n in range(11)]
    assert codes == [422] * 10 + [429]


def test_what_is_found_uses_up_no_try(browse: Any, working_order: WorkOrder) -> None:
    visitor = browse()
    assert {look_up(visitor, working_order.number, "1234").status_code for _ in range(12)} == {303}


def test_a_home_is_never_shown_and_a_public_place_is(
        browse: Any, working_order: WorkOrder, home: Place, burst_pipe: Any, sunqi: User, chenliang: User) -> None:
    owner = browse()
    look_up(owner, working_order.number, "1234")
    assert owner.get("/o/order").html.select(".shot") == []
    [inside] = Photo.select().where(Photo.order == working_order)
    assert owner.get(f"/o/order/photos/{inside.id}/small.jpg", expect_errors=True).status_code == 404
    order = WorkOrder.register_call(home.parent, "单元门口积水", burst_pipe, by=sunqi, channel="phone", name="李女士",
                                    phone="13900005678", read_back=True)
    order.assign(chenliang, by=sunqi)
    order.accept(by=chenliang)
    [outside] = add_photos(order, "before", 33, by=chenliang)
    look_up(owner, order.number, "5678")
    [shown] = owner.get("/o/order").html.select(".shot img")
    assert shown["src"] == f"/o/order/photos/{outside.id}/small.jpg"
    assert owner.get(shown["src"]).content_type == "image/jpeg"
    assert owner.get(f"/o/order/photos/{inside.id}/small.jpg", expect_errors=True).status_code == 404


def test_the_form_is_found_from_reporting_and_from_a_link_that_leads_nowhere(
        browse: Any, reported_order: WorkOrder) -> None:
    visitor = browse()
    for path in ("/r", f"/r/{reported_order.place.parent.code}", "/o/nobody-has-this-link"):
        page = visitor.get(path, expect_errors=True)
        assert page.html.select_one("main a[href='/o']") is not None, path


def test_a_photo_with_the_report_is_not_shown_of_a_home(browse: Any, home: Place) -> None:
    visitor = browse()
    form = visitor.get(f"/r/{home.parent.code}").forms["report"]
    form["text"], form["home"], form["name"], form["phone"] = "漏水", "1503", "王女士", "13800001234"
    form["photos"] = upload(jpeg(3))
    by_link = form.submit().follow()
    assert len(by_link.html.select(".shot")) == 1
    look_up(visitor, WorkOrder.get().number, "1234")
    assert visitor.get("/o/order").html.select(".shot") == []
