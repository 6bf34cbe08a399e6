"""The owner's page: by its link, without signing in, and without a name or phone of anybody."""
import re
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.base import now
from models.callback import Rating
from models.photo import Photo
from models.place import Place
from models.user import User
from models.work_order import Hold, Inspection, WorkOrder
from models.work_order.moves import STATES
from tests.conftest import judged_good, upload
from tests.views.conftest import form_of, jpeg, key, sentences
from views.progress import link_to


@pytest.fixture
def link_of(web: Any) -> Any:
    """The path of the owner's link to an order."""
    def link(order: WorkOrder) -> str:
        with web.test_request_context():
            return link_to(order).removeprefix("http://localhost")
    return link


@pytest.fixture
def suspended_order(working_order: WorkOrder, chenliang: User, guoqiang: User) -> WorkOrder:
    Hold.ask(working_order, "parts", now() + timedelta(days=2), by=chenliang)
    Hold.approve(working_order, by=guoqiang)
    return working_order


@pytest.fixture
def rework_order(finished_order: WorkOrder, guoqiang: User) -> WorkOrder:
    Inspection.reject(finished_order, judged_good(finished_order), ["not_cleaned"], by=guoqiang)
    return finished_order


@pytest.mark.parametrize("state", STATES)
def test_the_page_says_how_it_stands_in_both_languages_and_names_nobody(
        browse: Any, request: pytest.FixtureRequest, link_of: Any, state: str) -> None:
    order = request.getfixturevalue(f"{state}_order")
    assert order.state == state
    names = [user.name for user in User.select()]
    for lang in ("zh-CN", "en"):
        page = browse(lang=lang).get(link_of(order))
        assert page.html.select_one("#progress")["data-state"] == state
        assert page.html.select_one(".state").get_text(strip=True)
        assert order.number in page
        text = str(page.html)
        for secret in ("王", "1380000", "1234", "138****", *names):
            assert secret not in text, secret
        assert re.findall(r"1[3-9]\d{9}", text) == []


def test_the_owner_is_told_surname_and_badge_of_who_comes(
        browse: Any, accepted_order: WorkOrder, link_of: Any) -> None:
    page = browse().get(link_of(accepted_order))
    assert "陈师傅" in page
    assert "QH008" in page
    assert "陈亮" not in page


def test_the_steps_taken_are_told_from_those_to_come(browse: Any, working_order: WorkOrder, link_of: Any) -> None:
    steps = browse().get(link_of(working_order)).html.select(".step")
    assert [step["data-done"] for step in steps] == ["true"] * 5 + ["false"] * 3


def test_a_returned_order_shows_the_work_as_still_to_come(browse: Any, rework_order: WorkOrder, link_of: Any) -> None:
    steps = browse().get(link_of(rework_order)).html.select(".step")
    assert [step["data-done"] for step in steps] == ["true"] * 4 + ["false"] * 4


def test_a_link_opens_one_order_and_a_changed_one_none(browse: Any, home: Place, link_of: Any) -> None:
    orders = [WorkOrder.report(home, f"第{n}件事", by=None) for n in (1, 2)]
    links = [link_of(order) for order in orders]
    assert links[0] != links[1]
    stranger = browse()
    for order, link in zip(orders, links, strict=True):
        assert order.text in stranger.get(link)
    for wrong in (links[0][:-1], links[0] + "A", links[0].swapcase(), f"/o/{orders[0].number}", f"/o/{orders[0].id}"):
        page = stranger.get(wrong, expect_errors=True)
        assert page.status_code == 404
        assert orders[0].text not in page


def test_a_link_holds_128_bits(link_of: Any, reported_order: WorkOrder) -> None:
    assert re.fullmatch(r"/o/[A-Za-z0-9_-]{22}", link_of(reported_order))


def test_the_token_of_a_link_is_stored_nowhere(
        browse: Any, home: Place, finished_order: WorkOrder, link_of: Any, stage: Path) -> None:
    owner = browse()
    form = owner.get(f"/r/{home.parent.code}").forms["report"]
    form["text"], form["photos"] = "楼道灯不亮", upload(jpeg(1))
    reported = form.submit().headers["Location"]
    rated = link_of(finished_order)
    rating = form_of(owner.get(rated), "rating")
    rating["solved"], rating["overall"] = "yes", "satisfied"
    assert rating.submit().status_code == 303
    browse("chenliang").get(f"/work-orders/{finished_order.number}/owner-qr.svg")
    tokens = [link.removeprefix("/o/") for link in (reported, rated)]
    with sqlite3.connect(stage / "bihuan.db") as reading:
        tables = [name for (name,) in reading.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = [f"{table}: {row}" for table in tables for row in reading.execute(f'SELECT * FROM "{table}"')
                 if any(token in str(row) for token in tokens)]
    reading.close()
    assert "owner_link" in tables
    assert found == []


def test_an_owner_rates_once_finished_and_their_word_closes_the_order(
        browse: Any, calling_order: WorkOrder, link_of: Any) -> None:
    owner = browse()
    form = form_of(owner.get(link_of(calling_order)), "rating")
    form["solved"], form["overall"], form["words"] = "yes", "satisfied", "很快"
    page = form.submit().follow()
    assert page.html.select_one("#progress")["data-state"] == "archived"
    assert "很快" in page
    assert not page.html.select("form[action$=rating]")


def test_an_unhappy_owner_sends_it_back(browse: Any, calling_order: WorkOrder, link_of: Any) -> None:
    form = form_of(browse().get(link_of(calling_order)), "rating")
    form["solved"], form["overall"], form["words"] = "no", "dissatisfied", "还在滴"
    page = form.submit().follow()
    assert page.html.select_one("#progress")["data-state"] == "rework"
    assert WorkOrder.get().round == 2


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"overall": "satisfied", "words": "好"}, "已接通时请填写问题是否解决。"),
    ({"solved": "yes", "words": "好"}, "请填写总体是否满意。"),
])
def test_half_a_rating_is_refused_and_the_words_stay(
        browse: Any, calling_order: WorkOrder, link_of: Any, fields: dict[str, str], sentence: str) -> None:
    form = form_of(browse().get(link_of(calling_order)), "rating")
    for name, value in fields.items():
        form[name] = value
    page = form.submit(expect_errors=True)
    assert page.status_code == 422
    assert len(sentences(page)) == 1
    assert form_of(page, "rating")["words"].value.strip() == "好"
    assert Rating.select().count() == 0


def test_what_an_owner_is_asked_for_is_said_to_an_owner_and_not_to_a_caller(
        browse: Any, calling_order: WorkOrder, link_of: Any) -> None:
    form = form_of(browse().get(link_of(calling_order)), "rating")
    form["overall"] = "satisfied"
    assert "接通" not in sentences(form.submit(expect_errors=True))[0]


def test_a_rating_from_the_phone_that_did_the_work_decides_nothing(
        browse: Any, calling_order: WorkOrder, link_of: Any) -> None:
    worker = browse("chenliang")
    form = form_of(worker.get(link_of(calling_order)), "rating")
    form["solved"], form["overall"] = "yes", "satisfied"
    form.submit()
    assert Rating.get().flagged
    assert WorkOrder.get().state == "calling"


def test_a_rating_before_the_work_is_finished_is_409(browse: Any, working_order: WorkOrder, link_of: Any) -> None:
    page = browse().post(f"{link_of(working_order)}/rating",
                         {"key": key(), "solved": "yes", "overall": "satisfied"}, expect_errors=True)
    assert (page.status_code, sentences(page)) == (409, ["现在还不能评价，完工后可以评价。"])


def test_report_before_and_after_photos_are_shown_and_open(
        browse: Any, finished_order: WorkOrder, link_of: Any) -> None:
    owner, link = browse(), link_of(finished_order)
    shown = {image["src"] for image in owner.get(link).html.select(".shot img")}
    assert shown == {f"{link}/photos/{photo.id}/small.jpg" for photo in Photo.select()}
    for source in shown:
        assert owner.get(source).content_type == "image/jpeg"
