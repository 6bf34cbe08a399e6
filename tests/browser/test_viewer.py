"""What the scripts add: a photo large over its page, and htmx from wherever it can be had."""
import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from models.work_order import WorkOrder
from tests.browser.conftest import Installation, Visit, button, eventually, is_loaded, sign_in, with_htmx
from tests.conftest import PASSWORD
from views.assets import HTMX_CDN


def scripts_of(page: Page) -> list[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "htmx" in request.url else None)
    return asked


def test_a_thumbnail_opens_large_and_escape_closes_it(visit: Visit, finished_order: WorkOrder) -> None:
    page = visit("guoqiang")
    page.goto(f"/work-orders/{finished_order.number}")
    page.locator(".shot").first.tap()
    viewer = page.locator("dialog.viewer")
    expect(viewer).to_be_visible()
    assert is_loaded(viewer.locator("img"))
    assert viewer.locator("img").evaluate("i => i.naturalWidth") > 320
    expect(viewer.locator("img")).to_have_attribute("alt", "修前照片")
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    assert page.url.endswith(finished_order.number)
    page.locator(".shot").last.tap()
    viewer.get_by_role("button").tap()
    expect(viewer).to_have_count(0)


@pytest.mark.parametrize("cdn", ["refused", "silent", "altered"])
def test_htmx_is_loaded_from_here_when_its_cdn_is(cdn: str, visit: Visit, cdn_installation: Installation) -> None:
    page = visit(at=cdn_installation)
    asked = scripts_of(page)
    answers = {"refused": lambda route: route.abort(), "silent": lambda route: None,
               "altered": lambda route: route.fulfill(body="window.altered = 1", content_type="text/javascript",
                                                      headers={"Access-Control-Allow-Origin": "*"})}
    page.route("https://cdn.jsdelivr.net/**", answers[cdn])
    page.goto("/sign-in", wait_until="domcontentloaded")
    eventually(page, "window.htmx !== undefined")
    assert asked[0] == HTMX_CDN
    assert asked[-1].startswith(f"{cdn_installation.base}/static/vendor/htmx-")
    assert page.evaluate("window.altered") is None


@pytest.mark.slow
def test_htmx_from_its_cdn_is_the_copy_kept_here(visit: Visit, cdn_installation: Installation) -> None:
    page = visit(at=cdn_installation)
    asked = scripts_of(page)
    kept = (page.request.get("/static/vendor/htmx-2.0.11.min.js")).body()

    def answer(route: Route) -> None:
        route.fulfill(body=kept, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})

    page.route("https://cdn.jsdelivr.net/**", answer)
    page.goto("/sign-in")
    eventually(page, "window.htmx !== undefined")
    assert asked == [HTMX_CDN]


@pytest.mark.slow
def test_a_note_is_added_in_place_though_the_cdn_is_out_of_reach(
    visit: Visit, cdn_installation: Installation,
) -> None:
    page = visit(at=cdn_installation)
    page.route("https://cdn.jsdelivr.net/**", lambda route: route.abort())
    sign_in(page, "sunqi", PASSWORD)
    page.goto("/reports/new")
    page.locator("[name=place]").fill("8栋2单元")
    page.locator("[name=text]").fill("单元门关不上")
    button(page, "提交报事").tap()
    page.wait_for_url(re.compile("/GD-"))
    with_htmx(page).evaluate("window.stayed = true")
    page.locator("[name=note]").fill("已通知保安")
    button(page, "添加备注").tap()
    expect(page.locator(".event[data-verb=note]")).to_have_count(1)
    assert page.evaluate("window.stayed") is True


@pytest.mark.slow
def test_htmx_that_comes_late_still_takes_the_forms_over(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")

    def answer_late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/vendor/htmx*", answer_late)
    page.goto(f"/work-orders/{working_order.number}")
    with_htmx(page).evaluate("window.stayed = true")
    page.locator("[name=note]").fill("先写一句")
    button(page, "添加备注").tap()
    expect(page.locator(".event[data-verb=note]")).to_have_count(1)
    assert page.evaluate("window.stayed") is True


@pytest.mark.slow
def test_back_closes_the_picture_and_not_the_page_under_it(visit: Visit, finished_order: WorkOrder) -> None:
    page = visit("guoqiang")
    page.goto(f"/work-orders/{finished_order.number}")
    page.locator(".shot").first.tap()
    expect(page.locator("dialog.viewer")).to_be_visible()
    page.go_back()
    expect(page.locator("dialog.viewer")).to_have_count(0)
    expect(page.locator(".shot").first).to_be_visible()
    assert page.url.endswith(finished_order.number)
