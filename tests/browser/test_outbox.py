"""The outbox on a phone: nothing lost, nothing twice, nothing under the wrong name."""
import base64
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from models.base import now
from models.event import Event
from models.photo import Photo
from models.submission import Submission
from models.user import Phone, Session, User
from models.work_order import Note, WorkOrder
from tests.browser.conftest import Installation, Visit, button, eventually, jpeg, sign_in
from tests.browser.test_pages import in_other_colours, laid_out
from tests.conftest import PASSWORD, add_photos

pytestmark = pytest.mark.offline
ITEMS = Path(__file__).parent / "items"

READ = """async () => {
  const opened = await new Promise((done) => {
    const asked = indexedDB.open('outbox');
    asked.onsuccess = () => done(asked.result);
  });
  const items = await new Promise((done) => {
    const asked = opened.transaction('items').objectStore('items').getAll();
    asked.onsuccess = () => done(asked.result);
  });
  opened.close();
  return items;
}"""
PUT = """async (kept) => {
  const opened = await new Promise((done) => {
    const asked = indexedDB.open('outbox');
    asked.onsuccess = () => done(asked.result);
  });
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const transaction = opened.transaction(['items', 'photos'], 'readwrite');
  for (const { item, photos } of kept) {
    transaction.objectStore('items').put(item);
    transaction.objectStore('photos').put(photos.map((photo) => ({ ...photo, data: bytes(photo.data) })), item.seq);
  }
  await new Promise((done) => (transaction.oncomplete = done));
  opened.close();
}"""
WITHOUT_PHOTOS = """async (seq) => {
  const opened = await new Promise((done) => {
    const asked = indexedDB.open('outbox');
    asked.onsuccess = () => done(asked.result);
  });
  const transaction = opened.transaction('photos', 'readwrite');
  transaction.objectStore('photos').delete(seq);
  await new Promise((done) => (transaction.oncomplete = done));
  opened.close();
}"""
KEPT = """async () => {
  const paths = {};
  for (const name of await caches.keys()) {
    paths[name] = (await (await caches.open(name)).keys()).map((one) => one.url.replace(origin, ''));
  }
  return paths;
}"""


def at(order: WorkOrder) -> str:
    return f"/work-orders/{order.number}"


def items(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(READ)
    return found


def waiting(page: Page) -> list[str]:
    return [item["what"] for item in items(page) if item["state"] != "sent"]


def kept(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.evaluate(KEPT)
    return found


def keep_orders(page: Page, *orders: WorkOrder) -> None:
    """Open the list, as everybody does before going down, until their orders are on the phone."""
    page.goto("/work-orders")
    end = time.monotonic() + 15
    # The list itself comes last.
    while not {"/work-orders", *(at(order) for order in orders)} <= set(kept(page).get("chenliang", [])):
        assert time.monotonic() < end, kept(page)
        page.wait_for_timeout(100)


def into_the_basement(page: Page) -> None:
    page.context.set_offline(True)


def back_to_daylight(page: Page, *, empty: bool = True) -> None:
    page.context.set_offline(False)
    page.reload()
    if empty:
        eventually_sent(page)


def eventually_sent(page: Page, patience: float = 20) -> None:
    end = time.monotonic() + patience
    while waiting(page):
        assert time.monotonic() < end, items(page)
        page.wait_for_timeout(100)


def take(page: Page, noun: str) -> None:
    """Tap a form's button and wait until the phone says it is saved."""
    form = page.locator(f"form[action$='/{noun}']")
    form.locator("[type=submit]").tap()
    expect(form.locator("[type=submit]")).to_have_text(re.compile("已存本机|已送达"))


def write(page: Page, text: str) -> None:
    page.locator("[name=note]").fill(text)
    take(page, "notes")


def verbs(order: WorkOrder) -> list[str]:
    return [event.verb for event in Event.about(order.number)]


def sent_by_phone(order: WorkOrder) -> list[Event]:
    return [event for event in Event.about(order.number) if event.captured_at]


# -- a job without a signal


def test_a_whole_job_in_the_basement_reaches_nobody_and_then_everybody_in_order(
    visit: Visit, assigned_order: WorkOrder,
) -> None:
    page, order = visit("chenliang"), assigned_order
    keep_orders(page, order)
    into_the_basement(page)
    answers: list[str] = []
    page.on("response", lambda one: answers.append(one.url)
            if one.url.startswith("http") and not one.from_service_worker else None)
    before = verbs(order)
    began = now()
    page.goto(at(order))
    take(page, "acceptance")
    page.locator("form[action$='/arrival'] [name=photos]").set_input_files(jpeg(101, "before"))
    take(page, "arrival")
    page.locator("summary", has_text="只补照片").tap()
    page.locator("label.choice", has=page.locator("[name=stage][value=after]")).tap()
    page.locator("form[action$='/photos'] [name=photos]").set_input_files([jpeg(102), jpeg(103)])
    take(page, "photos")
    write(page, "总阀已关,地面已擦")
    page.locator("[name=done]").fill("更换软管,试水三十分钟不漏")
    take(page, "completion")
    ended = now()
    assert answers == []
    assert verbs(order) == before
    expect(page.locator(".outbox-badge b")).to_have_text("5")

    page.wait_for_timeout(1500)
    back_to_daylight(page)
    assert verbs(order) == [*before, "accept", "photo", "arrive", "photo", "photo", "note", "finish"]
    events = sent_by_phone(order)
    assert len(events) == 7
    captured = [event.captured_at for event in events]
    assert captured == sorted(captured)
    assert all(began <= moment <= ended < event.at for moment, event in zip(captured, events, strict=True))
    assert WorkOrder.get_by_id(order.id).state == "finished"
    assert Event.first_broken() is None
    page.goto(at(order))
    expect(page.locator(".state").first).to_have_text("待验收")


def test_saved_and_delivered_are_said_when_they_are_true(visit: Visit, assigned_order: WorkOrder) -> None:
    page = visit("chenliang")
    page.goto(at(assigned_order))
    page.evaluate("""() => {
      window.said = [];
      const button = document.querySelector("form[action$='/acceptance'] [type=submit]");
      new MutationObserver(() => window.said.push(button.textContent)).observe(button, { childList: true });
    }""")
    button(page, "接单").tap()
    expect(page.locator(".state").first).to_have_text("待到场")
    assert list(dict.fromkeys(page.evaluate("window.said"))) == ["接单 · 已存本机", "接单 · 已送达"]
    [item] = items(page)
    assert item["state"] == "sent"
    assert item["receipt"] == Event.receipt(assigned_order.number)
    page.goto("/outbox")
    expect(page.locator(".outbox-state")).to_contain_text("已送达")
    expect(page.locator(".outbox-receipt")).to_have_text(f"回执 {item['receipt']}")


@pytest.mark.slow
def test_a_report_made_without_a_signal_becomes_an_order(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    keep_orders(page, working_order)
    page.wait_for_timeout(500)
    into_the_basement(page)
    page.goto("/reports/new")
    page.locator("[name=place]").fill("8栋2单元1503")
    page.locator("[name=text]").fill("地下室照明不亮")
    page.locator("[name=photos]").set_input_files(jpeg(104, "report"))
    page.locator("form#report [type=submit]").tap()
    expect(page.locator("form#report [type=submit]")).to_have_text(re.compile("已存本机"))
    assert WorkOrder.select().where(WorkOrder.text == "地下室照明不亮").count() == 0
    back_to_daylight(page)
    order = WorkOrder.get(WorkOrder.text == "地下室照明不亮")
    assert order.reported_by.login == "chenliang"
    assert Photo.select().where(Photo.order == order).count() == 1


# -- refused


@pytest.mark.slow
def test_too_few_photos_are_told_while_the_technician_is_still_there(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    keep_orders(page, working_order)
    into_the_basement(page)
    page.goto(at(working_order))
    page.locator("[name=done]").fill("换了软管")
    page.locator("form[action$='/completion'] [name=photos]").set_input_files(jpeg(105))
    button(page, "完工提交").tap()
    expect(page.locator(".refusal")).to_have_text("还差 1 张照片。")
    expect(page.locator("[name=done]")).to_have_value("换了软管")
    assert items(page) == []
    page.locator("form[action$='/completion'] [name=photos]").set_input_files(jpeg(106))
    take(page, "completion")
    assert waiting(page) == ["完工提交"]


def test_what_the_server_refuses_stands_in_its_form_again_and_is_mended_in_place(
    visit: Visit, working_order: WorkOrder,
) -> None:
    page = visit("chenliang")
    page.goto(at(working_order))
    page.locator("[name=done]").fill("换了软管")
    page.locator("[name=hours]").fill("两小时")
    page.locator("form[action$='/completion'] [name=photos]").set_input_files([jpeg(107), jpeg(108)])
    button(page, "完工提交").tap()
    expect(page.locator(".refusal")).to_contain_text("工时请填")
    expect(page.locator(".outbox-badge b")).to_have_text("1")
    page.reload()
    expect(page.locator(".refusal")).to_contain_text("工时请填")
    expect(page.locator("[name=done]")).to_have_value("换了软管")
    expect(page.locator("form[action$='/completion'] .picker-shots li")).to_have_count(2)
    page.locator("[name=hours]").fill("2")
    button(page, "完工提交").tap()
    expect(page.locator(".state").first).to_have_text("待验收")
    assert [item["state"] for item in items(page)] == ["sent"]
    assert verbs(working_order).count("finish") == 1
    assert working_order.photos_of("after").count() == 2


@pytest.mark.slow
def test_an_order_given_to_somebody_else_keeps_the_evidence_and_says_what_happened(
    visit: Visit, accepted_order: WorkOrder, xuwei: User, sunqi: User,
) -> None:
    page, order = visit("chenliang"), accepted_order
    keep_orders(page, order)
    into_the_basement(page)
    page.goto(at(order))
    page.locator("form[action$='/arrival'] [name=photos]").set_input_files(jpeg(109, "before"))
    take(page, "arrival")
    write(page, "楼上总阀已关")
    order.assign(xuwei, by=sunqi)
    back_to_daylight(page, empty=False)
    page.goto("/outbox")
    expect(page.locator(".outbox-item[data-state=sent]")).to_have_count(1)
    refused = page.locator(".outbox-item[data-state=refused]")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("需要你处理")
    expect(refused).to_contain_text("孙琪 派单 徐伟")
    expect(refused).to_contain_text("工单现在由徐伟负责")
    photo = Photo.get(Photo.order == order)
    assert (photo.by.login, photo.stage) == ("chenliang", "before")
    assert "late" in photo.flag_codes
    assert Note.get(Note.order == order).text == "楼上总阀已关"
    assert WorkOrder.get_by_id(order.id).state == "assigned"
    refused.locator("[data-verb=send]").tap()
    expect(refused).to_contain_text("需要你处理")
    assert Photo.select().where(Photo.order == order).count() == 1

    with page.expect_download() as saved:
        refused.locator("[data-verb=keep]").tap()
    assert saved.value.suggested_filename
    page.on("dialog", lambda dialog: dialog.accept())
    refused.locator("[data-verb=drop]").tap()
    expect(refused).to_have_count(0)
    assert waiting(page) == []


# -- who


@pytest.mark.slow
def test_a_session_that_ends_under_way_loses_nothing_and_goes_on_after_signing_in(
    visit: Visit, installation: Installation, working_order: WorkOrder, chenliang: User,
) -> None:
    page = visit()
    sign_in(page, "chenliang", PASSWORD)
    keep_orders(page, working_order)
    into_the_basement(page)
    page.goto(at(working_order))
    for n in range(5):
        write(page, f"备注{n}")

    def end_after_two(answer: Any) -> None:
        if answer.status == 201 and working_order.notes.count() == 2:
            Session.update(ended_at=now()).where(Session.user == chenliang).execute()

    page.on("response", end_after_two)
    installation.cookies.pop("chenliang", None)
    page.context.set_offline(False)
    expect(page.get_by_role("link", name="请登录后发送")).to_be_visible(timeout=15_000)
    left = len(waiting(page))
    assert 1 <= left <= 3
    page.locator(".sign-in-first a").tap()
    expect(page.locator(".outbox-badge b")).to_have_text(str(left))
    page.locator("[name=login]").fill("chenliang")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.tap()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    eventually_sent(page)
    assert [note.text for note in working_order.notes.order_by(Note.id)] == [f"备注{n}" for n in range(5)]


@pytest.mark.slow
def test_items_of_another_person_stay_counted_and_go_only_under_their_own_name(
    visit: Visit, installation: Installation, working_order: WorkOrder, guoqiang: User,
) -> None:
    page = visit()
    sign_in(page, "chenliang", PASSWORD)
    keep_orders(page, working_order)
    into_the_basement(page)
    page.goto(at(working_order))
    write(page, "陈亮写的")
    page.goto("/outbox")
    page.route("**/notes", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto("/account")
    expect(page.locator(".outbox-badge b")).to_have_text("1")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("form[action='/sign-out'] button").tap()
    page.wait_for_timeout(300)
    assert asked and "1 条" in asked[0]
    expect(page).to_have_url(re.compile("/account"))
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("form[action='/sign-out'] button").tap()
    page.wait_for_url(re.compile("/sign-in"))
    assert "chenliang" not in kept(page)

    page.unroute("**/notes")
    sign_in(page, "xuwei", PASSWORD)
    page.wait_for_timeout(1500)
    page.goto("/outbox")
    expect(page.locator(".outbox-others")).to_have_text("陈亮 有 1 条存在这台手机上，由其本人登录后发送。")
    expect(page.locator(".outbox-item")).to_have_count(0)
    assert len(waiting(page)) == 1
    assert Note.select().where(Note.text == "陈亮写的").count() == 0
    held = {phone.user.login: phone.waiting for phone in Phone.of_staff(guoqiang.estates) if phone.waiting}
    assert held == {"chenliang": 1}

    into_the_basement(page)
    page.goto(at(working_order))
    expect(page.locator(".outbox-elsewhere")).to_be_visible()
    page.context.set_offline(False)
    page.context.clear_cookies()
    sign_in(page, "chenliang", PASSWORD)
    eventually_sent(page)
    assert Note.get(Note.text == "陈亮写的").by.login == "chenliang"
    page.wait_for_timeout(500)


@pytest.mark.slow
def test_a_tab_of_one_person_sends_nothing_under_the_session_of_another(
    visit: Visit, working_order: WorkOrder,
) -> None:
    page = visit()
    sign_in(page, "chenliang", PASSWORD)
    page.goto(at(working_order))
    page.context.clear_cookies()
    other = page.context.new_page()
    sign_in(other, "guoqiang", PASSWORD)
    write(page, "这是陈亮写的")
    expect(page.get_by_role("link", name="请登录后发送")).to_be_visible()
    assert Note.select().where(Note.text == "这是陈亮写的").count() == 0
    assert [item["state"] for item in items(page)] == ["sign-in"]
    page.context.clear_cookies()
    sign_in(other, "chenliang", PASSWORD)
    eventually_sent(other)
    assert Note.get(Note.text == "这是陈亮写的").by.login == "chenliang"


@pytest.mark.slow
def test_two_tabs_send_each_item_once(visit: Visit, working_order: WorkOrder) -> None:
    one = visit("chenliang")
    keep_orders(one, working_order)
    other = one.context.new_page()
    into_the_basement(one)
    for page in (one, other):
        page.goto(at(working_order))
    for n in range(3):
        write(one, f"第一页{n}")
        write(other, f"第二页{n}")
    expect(one.locator(".outbox-badge b")).to_have_text("6")
    one.context.set_offline(False)
    for page in (one, other):
        page.reload()
    eventually_sent(one)
    texts = [note.text for note in working_order.notes.order_by(Note.id)]
    assert texts == ["第一页0", "第二页0", "第一页1", "第二页1", "第一页2", "第二页2"]


# -- answers that are none


@pytest.mark.slow
def test_an_answer_of_a_gateway_changes_nothing_of_the_item(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    page.goto(at(working_order))
    gateway = {"status": 404, "error": "Not Found", "path": "/gateway", "user": "nobody", "version": "v1", "seq": 99}
    bodies = iter([json.dumps(gateway), "null", "[]", '"' + "x" * 9 + '"'])
    page.route("**/notes", lambda route: route.fulfill(
        status=404, body=next(bodies, "{}"), content_type="application/json"))
    write(page, "经过网关")
    for _ in range(4):
        page.wait_for_timeout(200)
        page.evaluate("dispatchEvent(new Event('online'))")
    [item] = items(page)
    assert (item["user"], item["path"], item["state"], item["error"], item["version"]) == (
        "chenliang", f"{at(working_order)}/notes", "waiting", 404, working_order.version)
    page.unroute("**/notes")
    page.reload()
    eventually_sent(page)
    assert [note.text for note in working_order.notes] == ["经过网关"]


@pytest.mark.slow
def test_an_item_whose_photos_are_gone_holds_up_nobody(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    keep_orders(page, working_order)
    into_the_basement(page)
    page.goto(at(working_order))
    write(page, "第一条")
    write(page, "第二条")
    page.evaluate(WITHOUT_PHOTOS, items(page)[0]["seq"])
    back_to_daylight(page)
    assert [note.text for note in working_order.notes.order_by(Note.id)] == ["第一条", "第二条"]


@pytest.mark.slow
def test_a_step_whose_version_is_broken_conflicts_and_is_not_let_through(
    visit: Visit, accepted_order: WorkOrder,
) -> None:
    page = visit("chenliang")
    page.goto(at(accepted_order))
    into_the_basement(page)
    page.locator("[name=no_photo_reason]").fill("漆黑一片")
    take(page, "arrival")
    [item] = items(page)
    page.evaluate(PUT, [{"item": {**item, "version": None}, "photos": []}])
    page.context.set_offline(False)
    page.goto("/outbox")
    expect(page.locator(".outbox-item[data-state=refused]")).to_have_count(1)
    assert WorkOrder.get_by_id(accepted_order.id).state == "accepted"


# -- time and room


def test_an_item_of_400_days_ago_is_red_and_still_lands(visit: Visit, archived_order: WorkOrder) -> None:
    page = visit("chenliang")
    page.goto(at(archived_order))
    into_the_basement(page)
    write(page, "四百天前写的")
    [item] = items(page)
    page.evaluate(PUT, [{"item": {**item, "at": item["at"] - 400 * 86_400_000}, "photos": []}])
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
    page.evaluate(PUT, [{"item": {**item, "at": item["at"] - hours * 3_600_000}, "photos": []}])
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


# -- the list


@pytest.mark.slow
def test_the_outbox_is_laid_out_for_everyone_whatever_is_in_it(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    keep_orders(page, working_order)
    into_the_basement(page)
    page.goto(at(working_order))
    write(page, "第一条")
    [item] = items(page)
    states = {
        2: {"state": "refused", "error": "这一步不归您办。 09:05 孙琪 派单 徐伟"}, 3: {"state": "sign-in"},
        4: {"state": "sent", "receipt": "12-ab3f", "triedAt": item["at"]}, 5: {"error": 502},
    }
    page.evaluate(PUT, [{"item": {**item, "key": str(uuid4()), "seq": seq, **more}, "photos": []}
                        for seq, more in states.items()])
    page.goto("/outbox")
    expect(page.locator(".outbox-item")).to_have_count(5)
    expect(page.locator(".outbox-state")).to_have_text(
        ["等待", re.compile(r"^已送达 \d\d:\d\d$"), "请登录后发送", "需要你处理", "等待"])
    expect(page.locator(".outbox-error")).to_have_text(
        ["服务器答复 502，会自动重试。", "", "", "这一步不归您办。 09:05 孙琪 派单 徐伟", "没有连上，会自动重试。"])
    expect(page.locator(".outbox-badge b")).to_have_text("4")
    expect(page.get_by_role("link", name="请登录后发送")).to_be_visible()
    page.evaluate(Axe().axe_script)
    assert laid_out(page, "/outbox") == []
    page.emulate_media(color_scheme="dark")
    assert in_other_colours(page, "/outbox") == []


# -- the camera


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


# -- the office


@pytest.mark.slow
def test_a_supervisor_sees_what_each_phone_holds(
    visit: Visit, working_order: WorkOrder,
) -> None:
    page = visit("chenliang")
    page.goto(at(working_order))
    page.route("**/notes", lambda route: route.abort())
    write(page, "还没送出")
    page.wait_for_timeout(300)
    page.goto("/work-orders")
    page.wait_for_timeout(800)
    code = page.evaluate("localStorage.phone")
    assert Phone.get(Phone.code == code).waiting == 1
    supervisor = visit("guoqiang")
    supervisor.goto("/account")
    supervisor.get_by_role("link", name="现场手机").tap()
    held = supervisor.locator(".phone-row", has_text="1 条待发")
    expect(held.first).to_contain_text("陈亮")
    expect(held.first).to_contain_text("最近联系")
    before = held.count()
    page.unroute("**/notes")
    page.reload()
    eventually_sent(page)
    page.wait_for_timeout(800)
    assert Phone.get(Phone.code == code).waiting == 0
    supervisor.reload()
    expect(held).to_have_count(before - 1)


@pytest.mark.slow
def test_photos_already_there_count_for_the_form(visit: Visit, working_order: WorkOrder, chenliang: User) -> None:
    add_photos(working_order, "after", 1, by=chenliang)
    page = visit("chenliang")
    keep_orders(page, working_order)
    into_the_basement(page)
    page.goto(at(working_order))
    page.locator("[name=done]").fill("换了软管")
    page.locator("form[action$='/completion'] [name=photos]").set_input_files(jpeg(114))
    take(page, "completion")
