"""With scripts off everything is still there: lists, verbs, photos. Only the niceties are missing."""
import pytest
from playwright.sync_api import Page, expect

from models.work_order import WorkOrder
from tests.browser.conftest import Visit, button, is_loaded, jpeg, sign_in
from tests.conftest import PASSWORD


def boxes(page: Page, selector: str) -> list[dict[str, float]]:
    found = [one.bounding_box() for one in page.locator(selector).all()]
    assert all(found)
    return found  # type: ignore[return-value]


@pytest.mark.slow
def test_a_technician_works_an_order_without_scripts(visit: Visit, assigned_order: WorkOrder) -> None:
    page = visit(java_script_enabled=False)
    sign_in(page, "chenliang", PASSWORD)
    page.locator(".card-link", has_text=assigned_order.number).tap()
    button(page, "接单").tap()
    expect(page.locator(".state").first).to_have_text("待到场")
    arrival = page.locator("form[action$='/arrival']")
    button(arrival, "到场打卡").tap()
    expect(page.locator("#refusal")).to_have_text("到场请先拍至少 1 张修前照片，或写明不能拍照的原因。")
    expect(arrival.locator("[name=photos]")).to_be_visible()
    arrival.locator("[name=photos]").set_input_files(jpeg(61, "before"))
    button(arrival, "到场打卡").tap()
    expect(page.locator(".state").first).to_have_text("处理中")
    thumbnail = page.locator(".shot").first
    assert is_loaded(thumbnail.locator("img"))
    thumbnail.tap()
    page.wait_for_url("**/large.jpg")
    assert page.request.get(page.url).headers["content-type"] == "image/jpeg"
    assert page.locator("img").evaluate("i => i.naturalWidth") > 320
    page.go_back()
    expect(page.locator(".state").first).to_have_text("处理中")


def test_before_and_after_stand_side_by_side_without_scripts(visit: Visit, finished_order: WorkOrder) -> None:
    page = visit("guoqiang", java_script_enabled=False)
    page.goto(f"/work-orders/{finished_order.number}/inspection")
    for picture in page.locator(".compare img").all():
        assert is_loaded(picture)
    before, after = boxes(page, ".compare figure")
    assert before["y"] == after["y"]
    assert before["x"] + before["width"] <= after["x"]
    assert min(before["width"], after["width"]) > 150
    expect(page.locator(".compare-slide")).to_be_hidden()
    for verdict in page.locator("select[name^=verdict-]").all():
        verdict.select_option("good")
    button(page, "验收合格").tap()
    expect(page.locator(".state").first).to_have_text("待回访")


def test_a_page_says_what_it_says_when_htmx_never_comes(visit: Visit, accepted_order: WorkOrder) -> None:
    page = visit("chenliang", outbox=False)
    page.route("**/htmx*", lambda route: route.abort())
    page.goto(f"/work-orders/{accepted_order.number}")
    expect(page.locator(".order-text")).to_have_text(accepted_order.text)
    page.locator("form[action$='/arrival'] [name=no_photo_reason]").fill("漆黑一片,先关总阀")
    button(page, "到场打卡").tap()
    expect(page.locator(".state").first).to_have_text("处理中")
    assert page.evaluate("window.htmx === undefined")
