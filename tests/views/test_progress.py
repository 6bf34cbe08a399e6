"""The owner's page: by its link, without signing in, and without a name or phone of anybody."""
import re
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.base import now
from models.callback import DIMENSIONS, Answer, Attempt, Callback
from models.photo import Photo
from models.place import Place
from models.user import User
from models.work_order import Hold, Inspection, Merge, PartyDecision, Reopening, Urge, Void, WorkOrder
from models.work_order.moves import STATES
from tests.conftest import judged_good, upload
from tests.views.conftest import form_of, jpeg, key, sentences
from views.progress import link_to

WHOLE = dict.fromkeys(DIMENSIONS, "5")


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


@pytest.fixture
def merged_order(registered_order: WorkOrder, working_order_next_door: WorkOrder, sunqi: User) -> WorkOrder:
    Merge.into(registered_order, working_order_next_door, by=sunqi)
    return registered_order


@pytest.fixture
def working_order_next_door(estate: Any, burst_pipe: Any, sunqi: User, chenliang: User) -> WorkOrder:
    """The same matter as another owner told it, in words and at a place that are theirs alone."""
    order = WorkOrder.register_call(
        Place.named(estate, "8栋2单元1502"), "我家吊顶塌了", burst_pipe, by=sunqi, channel="phone", name="欧阳女士",
        phone="13911112222", read_back=True)
    order.assign(chenliang, by=sunqi)
    order.accept(by=chenliang)
    order.arrive(by=chenliang, no_photo_reason="太暗")
    return order


@pytest.fixture
def void_order(registered_order: WorkOrder, sunqi: User, guoqiang: User) -> WorkOrder:
    Void.ask(registered_order, "withdrawn", "业主自己修好了", by=sunqi)
    Void.confirm(registered_order, by=guoqiang)
    return registered_order


def test_the_link_of_a_merged_order_shows_how_the_main_one_stands_and_nothing_of_its_owner(
        browse: Any, merged_order: WorkOrder, working_order_next_door: WorkOrder, link_of: Any) -> None:
    page = browse().get(link_of(merged_order))
    assert merged_order.text in page
    for said in ("已并单", "处理中", working_order_next_door.number, "陈师傅"):
        assert said in page, said
    steps = page.html.select(".step")
    assert [step["data-done"] for step in steps] == ["true"] * 5 + ["false"] * 3
    for secret in ("我家吊顶塌了", "8栋2单元1502", "欧阳", "139****2222", "13911112222", "太暗"):
        assert secret not in page, secret


def test_a_merged_orders_owner_rates_nothing(
        browse: Any, merged_order: WorkOrder, link_of: Any) -> None:
    link = link_of(merged_order)
    assert not any(form.action.endswith("/rating") for form in browse().get(link).forms.values())
    answer = browse().post(f"{link}/rating", {"key": key(), "solved": "yes", "overall": "satisfied"},
                           expect_errors=True)
    assert answer.status_code == 409
    assert Answer.select().count() == 0


def test_the_owner_of_a_void_order_reads_why_but_not_what_the_desk_wrote(
        browse: Any, void_order: WorkOrder, link_of: Any) -> None:
    page = browse().get(link_of(void_order))
    assert "报事人撤回" in page
    assert "业主自己修好了" not in page
    assert page.html.select(".step") == []


def test_the_owner_reads_the_responsible_party_and_not_what_it_rests_on(
        browse: Any, working_order: WorkOrder, sunqi: User, link_of: Any) -> None:
    PartyDecision.make(working_order, "developer", "墙内管接头，质保到明年", by=sunqi)
    page = browse().get(link_of(working_order))
    assert "开发商质保" in page
    assert "质保到明年" not in page


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


def fill(form: Any, **fields: str) -> Any:
    for name, value in fields.items():
        form[name] = value
    return form


def test_an_owner_rates_once_finished_and_their_word_closes_the_order(
        browse: Any, calling_order: WorkOrder, link_of: Any) -> None:
    owner = browse()
    form = form_of(owner.get(link_of(calling_order)), "rating")
    fill(form, solved="yes", overall="satisfied", words="很快", suggestion="早点打电话", **WHOLE)
    page = form.submit().follow()
    assert page.html.select_one("#progress")["data-state"] == "archived"
    assert "线上" in page.html.select_one(".your-rating").get_text()
    for said in ("很快", "早点打电话", "可靠"):
        assert said in page.html.select_one(".your-rating").get_text(), said
    assert not page.html.select("form[action$=rating]")


def test_a_rating_with_a_score_missing_says_that_we_still_call_and_may_be_made_whole(
        browse: Any, calling_order: WorkOrder, link_of: Any) -> None:
    owner = browse()
    form = form_of(owner.get(link_of(calling_order)), "rating")
    page = fill(form, solved="yes", overall="satisfied").submit().follow()
    assert page.html.select_one("#progress")["data-state"] == "calling"
    assert "我们仍会打电话回访" in page.html.select_one(".said").get_text()
    page = fill(form_of(page, "rating"), solved="yes", overall="satisfied", **WHOLE).submit().follow()
    assert page.html.select_one("#progress")["data-state"] == "archived"


def test_a_complaint_is_asked_three_scores_more(browse: Any, calling_order: WorkOrder, link_of: Any) -> None:
    link = link_of(calling_order)
    assert len(browse().get(link).html.select(".scores fieldset")) == 5
    WorkOrder.update(kind="complaint").execute()
    assert len(browse().get(link).html.select(".scores fieldset")) == 8


def test_an_unhappy_owner_sends_it_back(browse: Any, calling_order: WorkOrder, link_of: Any) -> None:
    form = form_of(browse().get(link_of(calling_order)), "rating")
    form["solved"], form["overall"], form["words"] = "no", "dissatisfied", "还在滴"
    page = form.submit().follow()
    assert page.html.select_one("#progress")["data-state"] == "rework"
    assert WorkOrder.get().round == 2


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"overall": "satisfied", "words": "好"}, "请填写问题是否解决。"),
    ({"solved": "yes", "words": "好"}, "请填写总体是否满意。"),
    ({"solved": "yes", "overall": "satisfied", "reliability": "9", "words": "好"}, "评分请在 1 到 5 分之间。"),
    ({"solved": "yes", "overall": "satisfied", "speed": "3", "words": "好"}, "评分请在 1 到 5 分之间。"),
    ({"solved": "yes", "overall": "satisfied", "reasons": "R42", "words": "好"}, "请从给出的选项中选择。"),
    ({"solved": "yes", "overall": "satisfied", "need": "长" * 2001, "words": "好"}, None),
])
def test_what_is_no_rating_is_refused_with_its_sentence_and_the_words_stay(
        browse: Any, calling_order: WorkOrder, link_of: Any, fields: dict[str, str], sentence: str | None) -> None:
    page = browse().post(f"{link_of(calling_order)}/rating", {"key": key(), **fields}, expect_errors=True)
    assert page.status_code == 422
    [said] = sentences(page)
    assert sentence in (None, said)
    assert form_of(page, "rating")["words"].value.strip() == "好"
    if "overall" in fields:
        assert page.html.select_one("[name=overall][value=satisfied]").has_attr("checked")
    assert Answer.select().count() == 0


def test_what_an_owner_is_asked_for_is_said_to_an_owner_and_not_to_a_caller(
        browse: Any, calling_order: WorkOrder, link_of: Any) -> None:
    form = form_of(browse().get(link_of(calling_order)), "rating")
    form["overall"] = "satisfied"
    assert "接通" not in sentences(form.submit(expect_errors=True))[0]


def test_a_rating_from_the_phone_that_did_the_work_decides_nothing_and_says_that_we_call(
        browse: Any, calling_order: WorkOrder, link_of: Any) -> None:
    worker = browse("chenliang")
    form = form_of(worker.get(link_of(calling_order)), "rating")
    page = fill(form, solved="yes", overall="satisfied", **WHOLE).submit().follow()
    assert Answer.get().flag_codes == ["session", "device", "address"]
    assert WorkOrder.get().state == "calling"
    assert "电话核实" in page.html.select_one(".said").get_text()


def test_a_rating_from_a_browser_that_was_signed_out_is_known_by_its_mark(
        browse: Any, calling_order: WorkOrder, link_of: Any) -> None:
    worker = browse("luxia")
    worker.post("/sign-out")
    worker.extra_environ["REMOTE_ADDR"] = "198.51.100.3"
    form = form_of(worker.get(link_of(calling_order)), "rating")
    fill(form, solved="yes", overall="satisfied", **WHOLE).submit()
    assert Answer.get().flag_codes == ["device"]
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


# -- once it was archived


@pytest.fixture
def unreached_order(calling_order: WorkOrder, luxia: User) -> WorkOrder:
    for _ in range(3):
        Attempt.make(calling_order, "no_answer", by=luxia)
    Callback.give_up(calling_order, "sms", by=luxia)
    return calling_order


def test_who_could_not_be_reached_reads_so_and_rates_all_the_same(
        browse: Any, unreached_order: WorkOrder, link_of: Any) -> None:
    page = browse().get(link_of(unreached_order))
    assert page.html.select_one(".result")["data-outcome"] == "unreached"
    assert "仍可在本页答复" in page
    page = fill(form_of(page, "rating"), solved="yes", overall="fairly").submit().follow()
    assert "暂不能作为您的答复" in page.html.select_one(".said").get_text()
    page = fill(form_of(page, "rating"), solved="yes", overall="fairly", **WHOLE).submit().follow()
    assert page.html.select_one("#progress")["data-state"] == "archived"
    assert "较满意" in page.html.select_one(".your-rating").get_text()
    assert Callback.get().outcome == "online"


def test_who_could_not_be_reached_and_is_not_content_reopens_it_by_rating(
        browse: Any, unreached_order: WorkOrder, link_of: Any) -> None:
    form = form_of(browse().get(link_of(unreached_order)), "rating")
    page = fill(form, solved="no", overall="dissatisfied", words="还在漏").submit().follow()
    assert page.html.select_one("#progress")["data-state"] == "rework"
    assert "还在漏" in page
    assert [step["data-done"] for step in page.html.select(".step")] == ["true"] * 4 + ["false"] * 4


@pytest.mark.parametrize(("how", "words"), [("archived_order", "回访结果"), ("unreached_order", "未接通")])
def test_the_result_is_told_whatever_its_source(
        browse: Any, request: pytest.FixtureRequest, link_of: Any, how: str, words: str) -> None:
    page = browse().get(link_of(request.getfixturevalue(how)))
    assert words in page.html.select_one(".result").get_text()


def test_an_owner_reopens_with_words_and_a_photo_and_sees_it_go_on(
        browse: Any, archived_order: WorkOrder, link_of: Any) -> None:
    owner, link = browse(), link_of(archived_order)
    form = fill(form_of(owner.get(link), "reopening"), reopen_reason="again", reopen_words="好了两天又漏")
    form["photos"] = upload(jpeg(77))
    page = form.submit().follow()
    assert page.html.select_one("#progress")["data-state"] == "rework"
    assert "好了两天又漏" in page
    photo = Photo.get(Photo.round == 2)
    assert (photo.stage, photo.by) == ("report", None)
    assert owner.get(f"{link}/photos/{photo.id}/small.jpg").content_type == "image/jpeg"
    page = browse("guoqiang").get(f"/work-orders/{archived_order.number}")
    assert "好了两天又漏" in page
    assert f"/photos/{photo.id}/small.jpg" in page


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"reopen_words": "又漏了"}, "请选择重开原因。"),
    ({"reopen_reason": "bored", "reopen_words": "又漏了"}, "请选择重开原因。"),
    ({"reopen_reason": "again"}, None), ({"reopen_reason": "again", "reopen_words": "长" * 2001}, None),
])
def test_what_is_no_reopening_is_refused_and_what_was_written_stays(
        browse: Any, archived_order: WorkOrder, link_of: Any, fields: dict[str, str], sentence: str | None) -> None:
    page = browse().post(f"{link_of(archived_order)}/reopening", {"key": key(), **fields}, expect_errors=True)
    assert page.status_code == 422
    [said] = sentences(page)
    assert sentence in (None, said)
    form = form_of(page, "reopening")
    assert form["reopen_words"].value.strip() == fields.get("reopen_words", "")
    assert page.html.select_one("details[open] form[action$=reopening]") is not None
    assert Reopening.select().count() == 0


def test_a_file_that_is_no_photo_reopens_nothing(browse: Any, archived_order: WorkOrder, link_of: Any) -> None:
    form = form_of(browse().get(link_of(archived_order)), "reopening")
    fill(form, reopen_reason="again", reopen_words="又漏了")
    form["photos"] = upload(b"MZ not a photo")
    page = form.submit(expect_errors=True)
    assert page.status_code == 422
    assert form_of(page, "reopening")["reopen_words"].value.strip() == "又漏了"
    assert (Reopening.select().count(), WorkOrder.get().state) == (0, "archived")


def test_after_thirty_days_nothing_is_offered_and_nothing_taken(
        browse: Any, archived_order: WorkOrder, link_of: Any) -> None:
    link = link_of(archived_order)
    WorkOrder.update(archived_at=now() - timedelta(days=31)).execute()
    assert not browse().get(link).html.select("form[action$=reopening]")
    page = browse().post(f"{link}/reopening", {"key": key(), "reopen_reason": "again", "reopen_words": "又漏了"},
                         expect_errors=True)
    assert (page.status_code, sentences(page)) == (403, ["归档超过 30 天不能重开，请重新报事。"])
    assert "又漏了" in page.html.select_one(".unsent").get_text()


# -- urging


def test_an_owner_urges_and_reads_from_when_again(browse: Any, working_order: WorkOrder, link_of: Any) -> None:
    link = link_of(working_order)
    page = fill(form_of(browse().get(link), "urges"), words="等着用水").submit().follow()
    assert "可再次催办" in page.html.select_one(".said").get_text()
    assert not page.html.select("form[action$=urges]")
    page = browse().post(f"{link}/urges", {"key": key(), "words": "还没来"}, expect_errors=True)
    assert (page.status_code, sentences(page)) == (422, ["60分钟内已经催过，请稍后再催。"])
    assert "还没来" in page.html.select_one(".unsent").get_text()
    assert Urge.select().count() == 1
    shown = browse("sunqi").get(f"/work-orders/{working_order.number}")
    assert "业主本人（线上）" in shown
    assert "等着用水" in shown


def test_words_too_long_for_an_urge_are_kept_in_its_form(browse: Any, working_order: WorkOrder, link_of: Any) -> None:
    form = fill(form_of(browse().get(link_of(working_order)), "urges"), words="长" * 2001)
    page = form.submit(expect_errors=True)
    assert page.status_code == 422
    assert len(form_of(page, "urges")["words"].value.strip()) == 2001
    assert Urge.select().count() == 0


@pytest.mark.parametrize("name", ["archived_order", "merged_order", "void_order"])
def test_what_is_over_is_not_urged(browse: Any, request: pytest.FixtureRequest, link_of: Any, name: str) -> None:
    link = link_of(request.getfixturevalue(name))
    assert not browse().get(link).html.select("form[action$=urges]")
    assert browse().post(f"{link}/urges", {"key": key()}, expect_errors=True).status_code == 409
    assert Urge.select().count() == 0


# -- privacy


def test_no_title_tells_a_number_and_no_search_engine_takes_the_page_up(
        browse: Any, working_order: WorkOrder, link_of: Any) -> None:
    answer = browse().get(link_of(working_order))
    assert working_order.number not in answer.html.title.get_text()
    assert answer.html.select_one("meta[name=robots]")["content"] == "noindex"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("same-origin", "no-store")
    assert "仅用于处理本单" in answer


def test_a_part_asked_for_by_the_page_itself_is_the_part_of_the_page(
        browse: Any, working_order: WorkOrder, link_of: Any) -> None:
    answer = browse().get(link_of(working_order), headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith("<article")
    assert answer.html.select_one("#progress")["data-live"] == "45"
