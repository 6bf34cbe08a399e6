"""Reporting at a poster's address, and by the staff."""
from typing import Any

import pytest

from models.owner import Owner
from models.photo import Photo
from models.place import Estate, Place
from models.work_order import WorkOrder
from tests.conftest import upload
from tests.views.conftest import form_of, jpeg, key, sentences


@pytest.fixture
def poster(home: Place) -> str:
    return f"/r/{home.parent.code}"


def test_an_owner_needs_a_sentence_and_nothing_else(browse: Any, poster: str) -> None:
    form = browse().get(poster).forms["report"]
    form["text"] = "楼道灯不亮"
    page = form.submit().follow()
    order = WorkOrder.get()
    assert (order.state, order.place.full_name, order.channel) == ("reported", "8栋2单元", "scan")
    assert order.owner is None
    assert order.number in page


def test_the_home_number_leads_to_the_home_and_shared_areas_need_none(browse: Any, poster: str) -> None:
    form = browse().get(poster).forms["report"]
    form["text"], form["home"] = "厨房漏水", "303"
    form.submit()
    assert WorkOrder.get().place.full_name == "8栋2单元0303"


def test_a_public_place_does_not_ask_for_a_home(browse: Any, estate: Estate) -> None:
    place = Place.get(Place.estate == estate, Place.kind == "public")
    assert browse().get(f"/r/{place.code}").html.select_one("[name=home]") is None


def test_the_full_name_and_phone_an_owner_leaves_are_shown_to_nobody_unasked(browse: Any, poster: str) -> None:
    owner = browse()
    form = owner.get(poster).forms["report"]
    form["text"], form["name"], form["phone"] = "厨房漏水", "欧阳明月", "+86 138-0000 1234"
    progress = form.submit().follow()
    number = WorkOrder.get().number
    assert Owner.get().phone == "13800001234"
    pages = [progress]
    for login in ("sunqi", "guoqiang", "zhaomin", "luxia", "yzdb"):
        visitor = browse(login)
        pages += [visitor.get(f"/work-orders/{number}"), visitor.get("/work-orders"),
                  visitor.get("/work-orders", {"q": "厨房"})]
    pages.append(browse("sunqi").get(f"/work-orders/{number}/registration"))
    for page in pages:
        assert "13800001234" not in page
        assert "明月" not in page
    assert "138****1234" in pages[-1]


def test_photos_are_kept_in_the_order_they_were_chosen(browse: Any, poster: str) -> None:
    form = browse().get(poster).forms["report"]
    form["text"], form["photos"] = "墙面渗水", upload(jpeg(3), jpeg(1), jpeg(2))
    shown = form.submit().follow().html.select(".shot img")
    assert len(shown) == 3
    assert [photo.stage for photo in Photo.select()] == ["report"] * 3


def test_an_unknown_poster_says_so(browse: Any) -> None:
    page = browse().get("/r/23456789", expect_errors=True)
    assert (page.status_code, sentences(page)) == (404, ["这个二维码已失效，请从列表中选择地点。"])


def test_who_has_no_poster_finds_the_place_in_a_list(browse: Any) -> None:
    page = browse().get("/r")
    assert page.click("8栋2单元").forms["report"]["text"].value == ""


def test_one_address_is_slowed_down_after_ninety_tries_an_hour(browse: Any, poster: str) -> None:
    owner = browse()
    answers = [owner.post(poster, {"key": key()}, status="*").status_code for _ in range(90)]
    assert set(answers) == {422}
    held = owner.post(poster, {"key": key(), "text": "楼道灯不亮"}, status="*")
    assert (held.status_code, sentences(held)) == (429, ["操作太频繁，请过几分钟再试。"])
    owner.extra_environ["REMOTE_ADDR"] = "198.51.100.3"
    assert owner.post(poster, {"key": key(), "text": "楼道灯不亮"}).status_code == 303


@pytest.mark.parametrize(("login", "channel"), [("machunsheng", "patrol"), ("chenliang", "staff"), ("sunqi", "staff")])
def test_the_staff_report_what_they_see_and_may_follow_it(browse: Any, login: str, channel: str) -> None:
    visitor = browse(login)
    form = visitor.get("/reports/new").forms["report"]
    form["place"], form["text"], form["photos"] = "8栋2单元1503", "消火栓玻璃碎了", upload(jpeg(1))
    page = form.submit().follow()
    order = WorkOrder.get()
    assert (order.channel, order.reported_by.login) == (channel, login)
    assert "消火栓玻璃碎了" in page
    assert Photo.get().by.login == login


def test_a_place_that_is_none_is_refused_with_what_was_typed(browse: Any) -> None:
    form = browse("machunsheng").get("/reports/new").forms["report"]
    form["place"], form["text"] = "月球背面", "有坑"
    page = form.submit(expect_errors=True)
    assert (page.status_code, sentences(page)) == (422, ["没有“月球背面”这个地点，请从列表中选择。"])
    assert page.forms["report"]["text"].value.strip() == "有坑"


def test_the_staff_of_one_estate_do_not_report_in_another(browse: Any, other_estate: Estate) -> None:
    answer = browse("machunsheng").post("/reports", {"key": key(), "place": "甲座", "text": "灯"}, status="*")
    assert answer.status_code == 422
    assert WorkOrder.select().where(WorkOrder.estate == other_estate).count() == 0


@pytest.mark.parametrize("login", ["yzdb", "admin"])
def test_who_has_no_form_to_report_cannot_report_without_it(browse: Any, login: str) -> None:
    visitor = browse(login)
    assert visitor.get("/reports/new", expect_errors=True).status_code == 403
    answer = visitor.post("/reports", {"key": key(), "place": "8栋2单元1503", "text": "灯"}, expect_errors=True)
    assert answer.status_code == 403
    assert WorkOrder.select().count() == 0


def test_every_poster_of_the_sheet_leads_to_its_own_form(browse: Any, estate: Estate) -> None:
    desk = browse("sunqi")
    page = desk.get("/places/sheet")
    codes = [tag.get_text() for tag in page.html.select(".code small")]
    assert codes == [place.code for place in Place.posted(estate)]
    assert len(page.html.select(".code svg")) == len(codes)
    listed = desk.get("/places").html.select("a.cell[href^='/r/']")
    assert [link["href"] for link in listed] == [f"/r/{code}" for code in codes]
    assert form_of(browse().get(f"/r/{codes[-1]}"), codes[-1])


def test_an_officer_reports_with_three_taps_and_a_photo(browse: Any, machunsheng: Any) -> None:
    """The tab of the report, the place among those of the own grid, and the button."""
    form = browse("machunsheng").get("/reports/new").forms["report"]
    form["near"] = "北环路"
    form["text"] = "灯不亮"
    form["photos"] = upload(jpeg(1))
    form.submit()
    order = WorkOrder.get()
    assert (order.place.full_name, order.channel, order.photos_of("report").count()) == ("北环路", "patrol", 1)


def test_another_place_than_those_offered_is_typed(browse: Any, machunsheng: Any) -> None:
    form = browse("machunsheng").get("/reports/new").forms["report"]
    form["near"], form["place"], form["text"] = "", "8栋2单元1503", "门坏了"
    form.submit()
    assert WorkOrder.get().place.full_name == "8栋2单元1503"
