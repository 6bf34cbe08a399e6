"""One order from the poster at the door to the archive, tapped on phones by everybody it passes through."""
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from models.base import moment, now
from models.dispatch import Category
from models.place import Estate, Place
from models.user import User
from models.work_order import Details, WorkOrder
from tests.browser.conftest import Visit, button, choose, heic, is_loaded, jpeg, with_htmx

SLOW_UPLOAD = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 150_000}


@pytest.mark.slow
def test_an_order_goes_round_the_whole_loop_on_phones(visit: Visit, estate: Estate, sunqi: User, xuwei: User) -> None:
    a_calm_order_of_longer_ago(estate, by=sunqi, to=xuwei)

    # The desk has printed the sheet; the owner scans the poster at the door.
    desk, owner = visit("sunqi"), visit()
    desk.goto("/places/sheet")
    poster = desk.locator(".code", has_text=re.compile(r"8栋2单元"))
    code = poster.locator("small").inner_text()
    assert qr_says(poster.locator("svg"), f"{origin(desk)}/r/{code}")
    owner.goto(f"/r/{code}")
    expect(owner.locator(".report-place")).to_contain_text("8栋2单元")
    owner.locator("[name=text]").fill("厨房水槽下面软管爆了,水流到客厅")
    owner.locator("[name=photos]").set_input_files(heic(7))
    expect(owner.locator(".picker-shots")).to_contain_text("IMG_0007.HEIC")
    owner.locator("[name=home]").fill("1503")
    owner.locator("[name=name]").fill("王女士")
    owner.locator("[name=phone]").fill("138 0000 1234")
    button(owner, "提交报事").tap()
    owner.wait_for_url(re.compile(r"/o/[\w-]{22}$"))
    link = owner.url
    number = owner.locator(".order-due").inner_text()
    assert re.fullmatch(r"GD-\d{8}-\d{4}", number)
    owner_sees(owner, "reported", number, "厨房水槽下面软管爆了", "客服会受理", "保存本页")
    assert is_loaded(owner.locator(".shot img").first)

    # The desk registers it and assigns it from the shortlist.
    desk.goto("/")
    card_of(desk, number).tap()
    expect(desk.locator(".order-where").first).to_contain_text("138****1234")
    desk.locator("[name=category]").select_option("1001")
    desk.locator("[name=read_back]").tap()
    button(desk, "受理").tap()
    expect(desk.locator(".state").first).to_have_text("待派单")
    owner_sees(owner, "registered", "正在安排人员")
    desk.get_by_role("link", name="派单", exact=True).tap()
    button(desk, "派给 徐伟").tap()
    expect(desk.locator(".state").first).to_have_text("待接单")
    owner_sees(owner, "assigned", "徐师傅", "QH009")

    # The technician has it at the top of the list and accepts without leaving the page.
    worker = visit("xuwei")
    worker.goto("/")
    expect(worker.locator(".segment[aria-current=page]")).to_contain_text("待办")
    expect(worker.locator(".card", has_text=number)).to_be_visible()
    card_of(worker, number).tap()
    expect(worker.locator(".state").first).to_have_text("待接单")
    with_htmx(worker).evaluate("window.stayed = true")
    button(worker, "接单").tap()
    expect(worker.locator(".state").first).to_have_text("待到场")
    assert worker.evaluate("window.stayed") is True
    owner_sees(owner, "accepted", "正在赶来", "徐师傅")

    # ... arrives with a photo, and finishes with two over a slow line.
    arrive(worker, jpeg(1, "before"))
    owner_sees(owner, "working", "正在处理", "修前")
    line = worker.context.new_cdp_session(worker)
    line.send("Network.emulateNetworkConditions", SLOW_UPLOAD)
    fill_completion(worker, "更换软管,试水三十分钟不漏", jpeg(11), jpeg(12))
    button(worker, "完工提交").tap()
    expect(button(worker, "完工提交 · 已存本机")).to_be_visible()
    expect(worker.locator(".state").first).to_have_text("待验收")
    assert worker.evaluate("window.stayed") is True
    line.send("Network.emulateNetworkConditions", {**SLOW_UPLOAD, "latency": 0, "uploadThroughput": -1})

    # The owner scans the technician's screen.
    shown = worker.locator("img[src$='owner-qr.svg']")
    assert worker.request.get(f"/work-orders/{number}/owner-qr.svg").status == 200
    assert is_loaded(shown)
    assert qr_says(shown, link)
    owner_sees(owner, "finished", "更换软管,试水三十分钟不漏", "修后", "由您说了算")

    # A supervisor slides between before and after, judges the photos and passes the work.
    supervisor = visit("heguangjun")
    supervisor.goto("/work-orders?queue=finished")
    card_of(supervisor, number).tap()
    compare = supervisor.locator("before-after")
    assert cut_of(compare) == "50%"
    assert drag(supervisor, compare.locator("input[type=range]"), 0.8) >= 70
    assert cut_of(compare) == f"{100 - int(compare.locator('input').input_value())}%"
    pass_work(supervisor)
    expect(supervisor.locator(".state").first).to_have_text("待回访")
    owner_sees(owner, "calling", "电话回访")

    # The caller reveals the phone and hears that it is not solved.
    caller = visit("luxia")
    caller.goto("/")
    card_of(caller, number).tap()
    expect(caller.locator("main")).to_contain_text("138****1234")
    expect(caller.locator("main")).not_to_contain_text("13800001234")
    button(caller, "显示电话以便回访（有记录）").tap()
    expect(caller.locator("a[href='tel:13800001234']")).to_be_visible()
    record_call(caller, solved="no", overall="dissatisfied", words="还在滴水")
    expect(caller.locator(".state").first).to_have_text("退回返工")
    owner_sees(owner, "rework", "将再次上门处理")

    # The technician sees why; the second round is done, passed and confirmed.
    worker.goto("/")
    expect(worker.locator(".card", has_text=number)).to_contain_text("第 2 轮")
    card_of(worker, number).tap()
    expect(worker.locator("main")).to_contain_text("还在滴水")
    arrive(worker, jpeg(2, "before"))
    fill_completion(worker, "更换角阀并复测", jpeg(13), jpeg(14))
    button(worker, "完工提交").tap()
    expect(worker.locator(".state").first).to_have_text("待验收")
    owner_sees(owner, "finished", "更换角阀并复测")
    supervisor.goto(f"/work-orders/{number}/inspection")
    pass_work(supervisor)
    expect(supervisor.locator(".state").first).to_have_text("待回访")
    owner_sees(owner, "calling", "电话回访")
    caller.goto(f"/work-orders/{number}/callback")
    record_call(caller, solved="yes", overall="satisfied", words="")
    expect(caller.locator(".state").first).to_have_text("已归档")
    owner_sees(owner, "archived", "已解决", "满意")
    assert owner.url == link
    expect(owner.locator(".step[data-done=false]")).to_have_count(0)


def a_calm_order_of_longer_ago(estate: Estate, *, by: User, to: User) -> None:
    """So that an urgent order has something to stand above."""
    with moment(now() - timedelta(hours=2)):
        calm = WorkOrder.report(Place.named(estate, "1栋1单元"), "楼道水龙头有点紧", by=by)
        calm.register(Category.leaf(estate, "1002"), by=by, priority="P3", read_back=True,
                      details=Details(priority_reason="业主说不急"))
        calm.assign(to, by=by)


def origin(page: Page) -> str:
    return str(page.evaluate("location.origin"))


def card_of(page: Page, number: str) -> Locator:
    return page.locator(".card-link", has_text=number)


def owner_sees(owner: Page, state: str, *words: str) -> None:
    """The owner's page in that state, with these words, and with nothing of who they are."""
    owner.reload()
    expect(owner.locator("#progress")).to_have_attribute("data-state", state)
    for word in words:
        expect(owner.locator("#progress")).to_contain_text(word)
    for private in ("王女士", "王", "女士", "13800001234", "138****", "138 0000"):
        assert private not in owner.content()


def arrive(page: Page, photo: dict[str, Any]) -> None:
    form = page.locator("form[action$='/arrival']")
    form.locator("[name=photos]").set_input_files(photo)
    button(form, "到场打卡").tap()
    expect(page.locator(".state").first).to_have_text("处理中")


def fill_completion(page: Page, done: str, *photos: dict[str, Any]) -> None:
    form = page.locator("form[action$='/completion']")
    form.locator("[name=photos]").set_input_files(list(photos))
    expect(form.locator(".picker-said")).to_have_text(f"已选 {len(photos)} 张照片")
    form.locator("[name=done]").fill(done)


def cut_of(compare: Locator) -> str:
    return str(compare.evaluate("e => e.style.getPropertyValue('--cut')"))


def drag(page: Page, slider: Locator, share: float) -> int:
    """Pull the knob from the middle to that share of its way; where it stands then."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    return int(slider.input_value())


def pass_work(page: Page) -> None:
    for verdict in page.locator("select[name^=verdict-]").all():
        verdict.select_option("good")
    button(page, "验收合格").tap()


def record_call(page: Page, *, solved: str, overall: str, words: str) -> None:
    choose(page, "outcome", "answered")
    choose(page, "solved", solved)
    choose(page, "overall", overall)
    if overall == "dissatisfied":
        choose(page, "reasons", "R1")
    page.locator("[name=words]").fill(words)
    button(page, "记录本次回访").tap()


def qr_says(drawing: Locator, address: str) -> bool:
    """Do the modules on the screen, read one by one, spell that address?"""
    drawing.scroll_into_view_if_needed()
    seen = Image.open(BytesIO(drawing.screenshot())).convert("L").point(lambda light: 255 if light < 128 else 0)
    left, top, right, bottom = seen.getbbox() or (0, 0, 0, 0)
    wanted = segno.make(address, error="m").matrix
    step_x, step_y = (right - left) / len(wanted), (bottom - top) / len(wanted)
    read = [[int(seen.getpixel((left + (x + 0.5) * step_x, top + (y + 0.5) * step_y)) == 255)
             for x in range(len(wanted))] for y in range(len(wanted))]
    return read == [list(row) for row in wanted]
