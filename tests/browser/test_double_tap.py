"""Impatient fingers: a second tap, the way back, a refusal. Nothing happens twice and nothing typed is lost."""
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from models.event import Event
from models.place import Estate, Place
from models.work_order import WorkOrder
from tests.browser.conftest import DESK, Installation, Visit, button, jpeg, with_htmx, with_picker
from tests.conftest import drawing


def times(order: WorkOrder, verb: str) -> int:
    return int(Event.select().where(Event.subject == order.number, Event.verb == verb).count())


def told(words: str) -> int:
    return int(WorkOrder.select().where(WorkOrder.text == words).count())


def posts_of(page: Page) -> list[Request]:
    posts: list[Request] = []
    page.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    return posts


def fill_call(page: Page, words: str) -> None:
    page.goto("/work-orders/new")
    page.locator("[name=place]").fill("8栋2单元1503")
    page.locator("[name=text]").fill(words)
    page.locator("[name=category]").select_option("1003")
    page.locator("[name=read_back]").check()


# -- twice


def test_two_fast_taps_on_accept_are_one_acceptance(visit: Visit, assigned_order: WorkOrder) -> None:
    page = visit("chenliang")
    page.goto(f"/work-orders/{assigned_order.number}")
    button(with_htmx(page), "接单").dblclick()
    expect(page.locator(".state").first).to_have_text("待到场")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".refusal")).to_have_count(0)
    assert times(assigned_order, "accept") == 1


@pytest.mark.slow
def test_two_fast_taps_on_a_note_are_one_note(visit: Visit, accepted_order: WorkOrder) -> None:
    page = visit("chenliang")
    page.goto(f"/work-orders/{accepted_order.number}")
    with_htmx(page).locator("[name=note]").fill("总阀已关")
    button(page, "添加备注").dblclick()
    expect(page.locator(".event[data-verb=note]")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    assert times(accepted_order, "note") == 1


@pytest.mark.slow
def test_two_fast_taps_register_one_call(visit: Visit, stage: Path) -> None:
    page = visit("sunqi", size=DESK)
    fill_call(page, "两次点击登记一次")
    button(page, "受理").dblclick()
    page.wait_for_url(re.compile("/GD-"))
    assert told("两次点击登记一次") == 1


@pytest.mark.slow
def test_two_fast_taps_without_javascript_register_one_call(visit: Visit, stage: Path) -> None:
    page = visit("sunqi", size=DESK, java_script_enabled=False)
    posts = posts_of(page)
    fill_call(page, "没有脚本也只登记一次")
    button(page, "受理").dblclick()
    page.wait_for_url(re.compile("/GD-"))
    sent_again = page.request.post("/work-orders", data=posts[0].post_data_buffer,
                                   headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert sent_again.url == page.url
    assert told("没有脚本也只登记一次") == 1


@pytest.mark.slow
def test_two_fast_taps_send_one_report(visit: Visit, estate: Estate) -> None:
    page = visit()
    page.goto(f"/r/{Place.named(estate, '8栋2单元').code}")
    page.locator("[name=text]").fill("门口灯不亮,点了两下")
    page.locator("[name=photos]").set_input_files(jpeg(21, "report"))
    button(page, "提交报事").dblclick()
    page.wait_for_url(re.compile("/o/"))
    assert told("门口灯不亮,点了两下") == 1


# -- back


@pytest.mark.slow
def test_going_back_and_sending_the_same_report_again_leads_to_the_same_order(visit: Visit, estate: Estate) -> None:
    page = visit()
    page.goto(f"/r/{Place.named(estate, '8栋2单元').code}")
    page.locator("[name=text]").fill("返回后再次提交")
    button(page, "提交报事").tap()
    page.wait_for_url(re.compile("/o/"))
    link = page.url
    page.go_back()
    if page.locator("[name=text]").input_value():
        button(page, "提交报事").tap()
        page.wait_for_url(re.compile("/o/"))
        assert page.url == link
    assert told("返回后再次提交") == 1


@pytest.mark.slow
def test_going_back_and_registering_the_same_call_again_is_no_second_order(visit: Visit, stage: Path) -> None:
    page = visit("sunqi", size=DESK)
    fill_call(page, "返回后再次受理")
    button(page, "受理").click()
    page.wait_for_url(re.compile("/GD-"))
    page.go_back()
    expect(button(page, "受理")).to_be_enabled()
    button(page, "受理").click()
    page.wait_for_timeout(500)
    assert told("返回后再次受理") == 1


@pytest.mark.slow
def test_going_back_to_an_order_and_accepting_again_is_no_second_acceptance(
    visit: Visit, assigned_order: WorkOrder,
) -> None:
    page = visit("chenliang", java_script_enabled=False)
    page.goto(f"/work-orders/{assigned_order.number}")
    key = page.locator("form[action$='/acceptance'] [name=key]").get_attribute("value")
    version = page.locator("form[action$='/acceptance'] [name=version]").get_attribute("value")
    button(page, "接单").tap()
    expect(page.locator(".state").first).to_have_text("待到场")
    sent_again = page.request.post(f"/work-orders/{assigned_order.number}/acceptance",
                                   form={"key": key or "", "version": version or ""})
    assert sent_again.status == 200
    assert sent_again.url.endswith(assigned_order.number)
    assert times(assigned_order, "accept") == 1


# -- refused


@pytest.mark.slow
def test_a_refused_completion_keeps_the_words_and_the_photos_and_says_why_first(
    visit: Visit, working_order: WorkOrder,
) -> None:
    page = visit("chenliang", outbox=False)
    page.goto(f"/work-orders/{working_order.number}")
    with_htmx(page).evaluate("window.stayed = true")
    page.locator("form[action$='/completion'] [name=photos]").set_input_files(jpeg(31))
    page.locator("[name=done]").fill("换了软管,只拍了一张")
    page.locator("[name=parts]").fill("软管一根")
    with page.expect_response(re.compile("/completion$")) as answer:
        button(page, "完工提交").tap()
    assert answer.value.status == 422
    refusal = page.locator("#refusal")
    expect(refusal).to_have_text("修后照片至少 2 张，还差 1 张。")
    expect(refusal).to_be_focused()
    expect(refusal).to_be_in_viewport()
    expect(page.locator("[name=done]")).to_have_value("换了软管,只拍了一张")
    expect(page.locator("[name=parts]")).to_have_value("软管一根")
    form = page.locator("form[action$='/completion']")
    assert files_in(page) == ["IMG_0031.jpg"]
    expect(form.locator(".picker-shots img")).to_have_count(1)
    assert page.evaluate("window.stayed") is True
    assert working_order.photos_of("after").count() == 0

    form.locator("[name=photos]").set_input_files(jpeg(32))
    assert files_in(page) == ["IMG_0031.jpg", "IMG_0032.jpg"]
    button(page, "完工提交").tap()
    expect(page.locator(".state").first).to_have_text("待验收")
    assert times(working_order, "finish") == 1
    assert working_order.photos_of("after").count() == 2


@pytest.mark.slow
def test_what_was_kept_of_a_refused_form_is_really_sent_the_second_time(
    visit: Visit, working_order: WorkOrder,
) -> None:
    page = visit("chenliang", outbox=False)
    page.goto(f"/work-orders/{working_order.number}")
    with_htmx(page).locator("form[action$='/completion'] [name=photos]").set_input_files([jpeg(33), jpeg(34)])
    page.locator("[name=done]").fill("换了软管")
    page.locator("[name=hours]").fill("两小时")
    button(page, "完工提交").tap()
    expect(page.locator("#refusal")).to_be_focused()
    assert files_in(page) == ["IMG_0033.jpg", "IMG_0034.jpg"]
    page.locator("[name=hours]").fill("2")
    button(page, "完工提交").tap()
    expect(page.locator(".state").first).to_have_text("待验收")
    assert working_order.photos_of("after").count() == 2


@pytest.mark.slow
def test_a_report_refused_for_its_phone_keeps_the_words_and_the_photo(visit: Visit, estate: Estate) -> None:
    page = visit()
    page.goto(f"/r/{Place.named(estate, '8栋2单元').code}")
    with_picker(page).locator("[name=text]").fill("电话写错了")
    page.locator("[name=name]").fill("张先生")
    page.locator("[name=phone]").fill("12")
    page.locator("[name=photos]").set_input_files(jpeg(41, "report"))
    button(page, "提交报事").tap()
    expect(page.locator("#refusal")).to_be_focused()
    expect(page.locator("[name=phone]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=text]")).to_have_value("电话写错了")
    assert page.evaluate("document.querySelector('[name=photos]').files.length") == 1
    page.locator("[name=phone]").fill("13700001111")
    button(page, "提交报事").tap()
    page.wait_for_url(re.compile("/o/"))
    expect(page.locator(".shot")).to_have_count(1)
    assert told("电话写错了") == 1


def files_in(page: Page) -> list[str]:
    names: list[str] = page.evaluate(
        "[...document.querySelector(\"form[action$='/completion'] [name=photos]\").files].map(f => f.name)")
    return names


# -- too large


def too_large(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_9025.jpg"
    path.write_bytes(drawing(51, "report") + bytes(25 * 1024 * 1024))
    return path


@pytest.mark.slow
def test_a_photo_of_25_mb_is_named_before_anything_is_sent(visit: Visit, estate: Estate, tmp_path: Path) -> None:
    page = visit()
    posts = posts_of(page)
    page.goto(f"/r/{Place.named(estate, '8栋2单元').code}")
    fitting = tmp_path / "IMG_0052.jpg"
    fitting.write_bytes(drawing(52, "report"))
    page.locator("[name=photos]").set_input_files([fitting, too_large(tmp_path)])
    said = page.locator(".picker-said")
    expect(said).to_contain_text("20 MB")
    expect(said).to_have_attribute("role", "status")
    expect(said).to_contain_text("IMG_9025.jpg")
    assert posts == []
    page.get_by_role("button", name="IMG_9025.jpg").tap()
    expect(said).to_have_text("已选 1 张照片")
    expect(said).not_to_have_attribute("data-bad", re.compile(""))


@pytest.mark.slow
def test_a_photo_of_25_mb_sent_all_the_same_is_refused_in_words_and_nothing_is_kept(
    visit: Visit, estate: Estate, tmp_path: Path,
) -> None:
    page = visit()
    page.goto(f"/r/{Place.named(estate, '8栋2单元').code}")
    with_picker(page).locator("[name=text]").fill("照片太大")
    page.locator("[name=photos]").set_input_files(too_large(tmp_path))
    with page.expect_response(re.compile("/r/")) as answer:
        button(page, "提交报事").tap()
    assert answer.value.status in (413, 422)
    expect(page.locator("#refusal")).to_contain_text("20 MB")
    expect(page.locator("[name=text]")).to_have_value("照片太大")
    assert told("照片太大") == 0


# -- beside


@pytest.mark.slow
def test_a_note_leaves_a_half_filled_finish_form_as_it_was(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    page.goto(f"/work-orders/{working_order.number}")
    finish = with_htmx(page).locator("form[action$='/completion']")
    finish.locator("[name=done]").fill("更换软管")
    finish.locator("[name=photos]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": drawing(31)})
    page.locator("[name=note]").fill("总阀已关")
    button(page, "添加备注").tap()
    expect(button(page, "添加备注 · 已送达")).to_be_visible()
    assert times(working_order, "note") == 1
    expect(finish.locator("[name=done]")).to_have_value("更换软管")
    expect(finish.locator(".picker-shots li")).to_have_count(1)
    expect(page.locator("[name=note]")).to_have_value("")


@pytest.mark.slow
def test_a_call_typed_while_signed_out_elsewhere_is_still_there(
    visit: Visit, installation: Installation, stage: Path,
) -> None:
    installation.cookies.pop("sunqi", None)  # a session of its own: it ends here
    page = visit("sunqi", size=DESK)
    words = "另一标签页退出登录后发送"
    fill_call(page, words)
    other = page.context.new_page()
    other.goto("/account")
    button(other, "退出登录").first.click()  # the others end other devices
    other.wait_for_url(re.compile("/sign-in"))
    installation.cookies.pop("sunqi")
    button(with_htmx(page), "受理").click()
    expect(page.locator(".refusal")).to_contain_text("您已退出登录")
    expect(page.locator("[name=text]")).to_have_value(words)
    assert told(words) == 0
