"""The outbox in hard times: old items, wrong clocks, full phones, earlier versions, retries, and phones without one."""
import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from models.event import Event
from models.submission import Submission
from models.work_order import WorkOrder
from tests.browser.basement import (
    PUT,
    alter,
    at,
    back_to_daylight,
    eventually_sent,
    into_the_basement,
    items,
    keep_orders,
    sent_by_phone,
    take,
    verbs,
    waiting,
    write,
)
from tests.browser.conftest import Installation, Visit, button, eventually, jpeg

pytestmark = pytest.mark.offline
ITEMS = Path(__file__).parent / "items"


# -- time and room


@pytest.mark.slow
def test_an_item_of_400_days_ago_is_red_and_still_lands(visit: Visit, archived_order: WorkOrder) -> None:
    page = visit("chenliang")
    page.goto(at(archived_order))
    into_the_basement(page)
    write(page, "四百天前写的")
    [item] = items(page)
    alter(page, at=item["at"] - 400 * 86_400_000)
    page.evaluate("document.dispatchEvent(new CustomEvent('outbox', { detail: {} }))")
    expect(page.locator(".outbox-badge")).to_have_attribute("data-age", "red")
    page.context.set_offline(False)
    page.goto("/outbox")
    eventually_sent(page)
    [event] = sent_by_phone(archived_order)
    assert event.is_late
    assert timedelta(days=399) < event.at - (event.captured_at or event.at) < timedelta(days=401)


def test_a_phone_whose_clock_was_moved_sends_at_once_all_the_same(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    page.clock.set_fixed_time(datetime.now() - timedelta(days=400))
    page.goto(at(working_order))
    write(page, "钟慢了四百天")
    eventually_sent(page)
    [event] = sent_by_phone(working_order)
    assert event.detail["clock_off"] == pytest.approx(-400 * 86_400, abs=3600)
    assert not event.is_late


@pytest.mark.parametrize(("hours", "colour"), [(23, ""), (25, "yellow"), (73, "red")])
@pytest.mark.slow
def test_the_count_turns_yellow_after_a_day_and_red_after_three(
    visit: Visit, working_order: WorkOrder, hours: int, colour: str,
) -> None:
    page = visit("chenliang")
    page.goto(at(working_order))
    into_the_basement(page)
    write(page, f"{hours} 小时")
    [item] = items(page)
    alter(page, at=item["at"] - hours * 3_600_000)
    page.evaluate("document.dispatchEvent(new CustomEvent('outbox', { detail: {} }))")
    expect(page.locator(".outbox-badge")).to_have_attribute("data-age", colour)


@pytest.mark.slow
def test_a_full_phone_says_so_saves_nothing_and_keeps_what_was_typed(
    visit: Visit, installation: Installation, working_order: WorkOrder,
) -> None:
    page = visit("chenliang")
    keep_orders(page, working_order)
    into_the_basement(page)
    page.goto(at(working_order))
    full = page.context.new_cdp_session(page)
    full.send("Storage.overrideQuotaForOrigin", {"origin": installation.base, "quotaSize": 1000})
    page.locator("[name=done]").fill("手机满了")
    picker = page.locator("form[action$='/completion'] [name=photos]")
    picker.set_input_files([jpeg(110), jpeg(111)])
    button(page, "完工提交").tap()
    expect(page.locator(".refusal")).to_contain_text("手机存储已满")
    expect(page.locator("[name=done]")).to_have_value("手机满了")
    expect(page.locator("form[action$='/completion'] .picker-shots li")).to_have_count(2)
    assert items(page) == []
    full.send("Storage.overrideQuotaForOrigin", {"origin": installation.base})
    take(page, "completion")
    assert waiting(page) == ["完工提交"]
    back_to_daylight(page)
    assert WorkOrder.get_by_id(working_order.id).state == "finished"


# -- items of earlier versions


@pytest.mark.parametrize("file", sorted(path.name for path in ITEMS.glob("schema-*.json")))
@pytest.mark.slow
def test_items_that_an_earlier_version_left_on_the_phone_are_sent(
    visit: Visit, assigned_order: WorkOrder, file: str,
) -> None:
    left = json.loads((ITEMS / file).read_text(encoding="utf-8").replace("{number}", assigned_order.number))
    for one in left:
        one["item"].update(key=str(uuid4()), state="waiting")
        assert all(base64.b64decode(photo["data"]).startswith(b"\xff\xd8") for photo in one["photos"])
    page = visit("chenliang")
    page.goto("/account")
    assert items(page) == []
    page.evaluate(PUT, left)
    page.goto("/outbox")
    eventually_sent(page)
    assert verbs(assigned_order)[-8:] == ["assign", "accept", "photo", "arrive", "note", "photo", "photo", "finish"]
    page.goto(at(assigned_order))
    expect(page.locator(".state").first).to_have_text("待验收")


# -- retries


def raw(installation: Installation, cookie: str, path: str, key: str, note: str) -> tuple[int, str]:
    host = urlsplit(installation.base)
    line = HTTPConnection(host.hostname or "", host.port or 0, timeout=30)
    line.request("POST", path, urlencode({"key": key, "note": note, "captured_at": "2026-11-22T01:00:00Z"}), {
        "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Outbox-Key": key,
        "Outbox-User": "chenliang"})
    answer = line.getresponse()
    found = answer.status, json.loads(answer.read())["receipt"]
    line.close()
    return found


def cookie_of(page: Page) -> str:
    return "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())


def test_eight_requests_at_once_with_one_key_make_one_row(
    visit: Visit, installation: Installation, working_order: WorkOrder,
) -> None:
    cookie, key = cookie_of(visit("chenliang")), str(uuid4())
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(lambda _: raw(installation, cookie, f"{at(working_order)}/notes", key, "八次"),
                                  range(8)))
    assert {status for status, _ in answers} == {201}
    assert len(answers) == 1
    assert working_order.notes.count() == 1
    assert Submission.select().where(Submission.key == key).count() == 1


@pytest.mark.slow
def test_a_thousand_forced_retries_make_no_row_more(
    visit: Visit, installation: Installation, working_order: WorkOrder,
) -> None:
    cookie = cookie_of(visit("chenliang"))
    keys = [str(uuid4()) for _ in range(20)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(
            lambda n: raw(installation, cookie, f"{at(working_order)}/notes", keys[n % 20], f"备注{n % 20}"),
            range(1020)))
    assert {status for status, _ in answers} == {201}
    assert len(set(answers)) == 20
    assert working_order.notes.count() == 20
    assert verbs(working_order).count("note") == 20
    assert Event.first_broken() is None


# -- without an outbox


@pytest.mark.parametrize("lacking", [
    "delete Navigator.prototype.serviceWorker",
    "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }",
])
@pytest.mark.slow
def test_a_phone_that_can_keep_nothing_sends_its_forms_as_any_form(
    visit: Visit, assigned_order: WorkOrder, lacking: str,
) -> None:
    page = visit("chenliang")
    page.add_init_script(lacking)
    posts: list[dict[str, str]] = []
    page.on("request", lambda sent: posts.append(sent.headers) if "/work-orders/" in sent.url
            and sent.method == "POST" else None)
    page.goto(at(assigned_order))
    page.wait_for_timeout(500)
    button(page, "接单").tap()
    expect(page.locator(".state").first).to_have_text("待到场")
    page.locator("form[action$='/arrival'] [name=photos]").set_input_files(jpeg(112, "before"))
    button(page, "到场打卡").tap()
    expect(page.locator(".state").first).to_have_text("处理中")
    assert len(posts) == 2
    assert not any("outbox-key" in headers for headers in posts)
    expect(page.locator(".outbox-badge b")).to_have_text("")
    page.goto("/outbox")
    expect(page.locator(".outbox-plain")).to_be_visible()


# -- the camera


@pytest.mark.slow
def test_a_page_that_dies_behind_the_camera_leads_back_and_asks_for_the_photo_again(
    visit: Visit, working_order: WorkOrder,
) -> None:
    page = visit("chenliang")
    page.goto(at(working_order))
    page.locator("[name=done]").fill("换到一半")
    # A page that is killed hears of nothing more; this one is left with its camera open.
    with page.expect_file_chooser():
        page.locator("form[action$='/completion'] .picker-button").tap()
    again = page.context.new_page()
    again.goto("/work-orders")
    again.wait_for_url(re.compile(working_order.number))
    expect(again.locator("form[action$='/completion'] .refusal")).to_contain_text("请重拍")
    expect(again.locator("[name=done]")).to_have_value("换到一半")
    again.goto("/work-orders")
    again.wait_for_timeout(500)
    assert again.url.endswith("/work-orders")


@pytest.mark.slow
def test_a_photo_that_comes_back_leaves_no_crumb(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    page.goto(at(working_order))
    with page.expect_file_chooser() as chooser:
        page.locator("form[action$='/completion'] .picker-button").tap()
    assert page.evaluate("localStorage.camera") is not None
    chooser.value.set_files(jpeg(113))
    eventually(page, "localStorage.camera === undefined")
