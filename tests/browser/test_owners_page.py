"""The owner's page on real phones: without scripts, with the little that it has, and while somebody types."""
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models.callback import DIMENSIONS, Answer
from models.photo import Photo
from models.user import Sighting, User
from models.work_order import Inspection, OwnerLink, Urge, WorkOrder
from tests.browser.conftest import Visit, button, choose, eventually, is_loaded, jpeg, with_picker
from tests.conftest import judged_good

Address = Callable[[WorkOrder], str]


@pytest.fixture(autouse=True)
def on_a_network_of_their_own(stage: Path) -> None:
    """Here the staff comes from the same address, by which an owner's rating would be flagged."""
    Sighting.delete().execute()


@pytest.fixture
def link_of(stage: Path) -> Address:
    secret = (stage / "secret").read_text().strip().encode()
    return lambda order: f"/o/{OwnerLink.token_for(order, secret)}"


def state_of(page: Page) -> str | None:
    return page.locator("#progress").get_attribute("data-state")


def rate(page: Page) -> None:
    """Everything, so that it counts."""
    choose(page, "solved", "yes")
    choose(page, "overall", "satisfied")
    for name in DIMENSIONS:
        choose(page, name, "5")
    page.locator("[name=words]").fill("修得好，谢谢")
    button(page, "提交评价").tap()


@pytest.mark.parametrize("scripts", [False, True])
def test_an_owner_rates_and_reopens_with_a_photo(
    visit: Visit, calling_order: WorkOrder, link_of: Address, scripts: bool,
) -> None:
    page = visit(java_script_enabled=scripts)
    page.goto(link_of(calling_order))
    rate(page)
    expect(page.locator("#progress")).to_have_attribute("data-state", "archived")
    expect(page.locator(".your-rating")).to_contain_text("修得好，谢谢")
    page.locator("summary", has_text="申请重开").tap()
    choose(page, "reopen_reason", "again")
    page.locator("[name=reopen_words]").fill("第二天又漏了")
    page.locator("[name=photos]").set_input_files(jpeg(71, "report"))
    button(page, "重开").tap()
    expect(page.locator("#progress")).to_have_attribute("data-state", "rework")
    expect(page.locator("#progress")).to_contain_text("第二天又漏了")
    sent = Photo.get(Photo.order == calling_order, Photo.round == 2)
    assert is_loaded(page.locator(f".shot img[src*='/{sent.id}/']"))
    assert Answer.get(Answer.decides, Answer.callback == calling_order.callbacks.get()).words == "修得好，谢谢"  # type: ignore[attr-defined]


@pytest.mark.parametrize("scripts", [False, True])
def test_an_owner_urges(visit: Visit, working_order: WorkOrder, link_of: Address, scripts: bool) -> None:
    page = visit(java_script_enabled=scripts)
    page.goto(link_of(working_order))
    page.locator("summary", has_text="催一催").tap()
    page.locator("[name=words]").fill("孩子要洗澡")
    button(page, "催办").tap()
    expect(page.locator(".said")).to_contain_text("可再次催办")
    assert Urge.get(Urge.order == working_order).words == "孩子要洗澡"


def test_a_refused_reopening_keeps_its_words_and_its_photo_in_place(
    visit: Visit, archived_order: WorkOrder, link_of: Address,
) -> None:
    page = visit()
    page.goto(link_of(archived_order))
    with_picker(page).evaluate("window.stayed = true")
    page.locator("summary", has_text="申请重开").tap()
    choose(page, "reopen_reason", "again")
    page.locator("[name=reopen_words]").fill("漏" * 2001)
    page.locator("[name=photos]").set_input_files(jpeg(72, "report"))
    button(page, "重开").tap()
    expect(page.locator("#refusal")).to_contain_text("2000")
    expect(page.locator("[name=reopen_words]")).to_have_value("漏" * 2001)
    expect(page.locator(".picker-shots img")).to_have_count(1)
    assert page.evaluate("window.stayed") is True
    page.locator("[name=reopen_words]").fill("还在漏")
    button(page, "重开").tap()
    expect(page.locator("#progress")).to_have_attribute("data-state", "rework")
    assert Photo.select().where(Photo.order == archived_order, Photo.round == 2).count() == 1


def test_the_page_renews_itself_where_only_the_oldest_scripts_run(
    visit: Visit, finished_order: WorkOrder, guoqiang: User, link_of: Address,
) -> None:
    page = visit()
    page.route(re.compile("/(owners|sending)\\.js$"), lambda route: route.abort())
    page.clock.install()
    page.goto(link_of(finished_order))
    with page.expect_response(page.url):
        page.clock.fast_forward(46_000)
    assert state_of(page) == "finished"
    Inspection.pass_work(finished_order, judged_good(finished_order), by=guoqiang)
    for _ in range(20):  # the next wait begins when the answer has been read, and nothing tells when that is
        page.clock.fast_forward(46_000)
        page.wait_for_timeout(250)
        if state_of(page) == "calling":
            break
    expect(page.locator("#progress")).to_have_attribute("data-state", "calling")
    expect(page.locator("#news")).to_have_text("有新进展：待回访")


def test_what_is_being_typed_is_not_swept_away_and_the_news_is_told(
    visit: Visit, finished_order: WorkOrder, guoqiang: User, link_of: Address,
) -> None:
    page = visit()
    page.clock.install()
    page.goto(link_of(finished_order))
    page.locator("[name=words]").fill("师傅很好")
    choose(page, "reliability", "4")
    Inspection.pass_work(finished_order, judged_good(finished_order), by=guoqiang)
    page.clock.fast_forward(46_000)
    expect(page.locator("#news")).to_be_visible()
    expect(page.locator("#news")).to_have_text("有新进展：待回访")
    expect(page.locator("[name=words]")).to_have_value("师傅很好")
    assert page.locator("[name=reliability][value='4']").is_checked()
    assert state_of(page) == "finished"


def test_no_answer_is_said_and_what_was_typed_is_kept(
    visit: Visit, calling_order: WorkOrder, link_of: Address,
) -> None:
    page = visit()
    page.goto(link_of(calling_order))
    eventually(page, "customElements.get('photo-picker') === undefined && document.readyState === 'complete'")
    page.route("**/rating", lambda route: route.abort())
    rate(page)
    expect(page.locator(".refusal")).to_contain_text("您填的内容还在")
    expect(page.locator("[name=words]")).to_have_value("修得好，谢谢")
    page.unroute("**/rating")
    button(page, "提交评价").tap()
    expect(page.locator("#progress")).to_have_attribute("data-state", "archived")
