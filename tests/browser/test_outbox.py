"""The outbox on a phone: a job without a signal, and what becomes of what is refused."""
import json
import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from models.base import now
from models.event import Event
from models.photo import Photo
from models.user import User
from models.work_order import Deadline, Note, WorkOrder
from tests.browser.basement import (
    PUT,
    WITHOUT_PHOTOS,
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
from tests.browser.conftest import Visit, button, jpeg
from tests.browser.test_pages import broken_rules, laid_out
from tests.conftest import add_photos

pytestmark = pytest.mark.offline


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


@pytest.mark.slow
def test_an_emergency_is_brought_under_control_without_a_signal(visit: Visit, accepted_order: WorkOrder) -> None:
    page, order = visit("chenliang"), accepted_order
    keep_orders(page, order)
    into_the_basement(page)
    page.goto(at(order))
    expect(page.locator("form[action$='/containment']")).to_have_count(0)
    page.locator("form[action$='/arrival'] [name=no_photo_reason]").fill("太暗")
    take(page, "arrival")
    page.locator("[name=contain_note]").fill("已关总阀")
    take(page, "containment")
    page.locator("form[action$='/completion'] [name=photos]").set_input_files([jpeg(105), jpeg(106)])
    page.locator("[name=done]").fill("更换软管,试水三十分钟不漏")
    take(page, "completion")
    back_to_daylight(page)
    assert [event.verb for event in sent_by_phone(order)] == ["arrive", "contain", "photo", "photo", "finish"]
    contained = Deadline.get(Deadline.order == order, Deadline.what == "contain")
    assert contained.met_at is not None
    page.goto(at(order))
    expect(page.locator("form[action$='/containment']")).to_have_count(0)


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
    page.locator("[name=near][value='']").check()
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


@pytest.mark.slow
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
    alter(page, version=None)
    page.context.set_offline(False)
    page.goto("/outbox")
    expect(page.locator(".outbox-item[data-state=refused]")).to_have_count(1)
    assert WorkOrder.get_by_id(accepted_order.id).state == "accepted"


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
    assert laid_out(page, "/outbox") + broken_rules(page, "/outbox") == []
    page.emulate_media(color_scheme="dark")
    assert broken_rules(page, "/outbox", "color-contrast") == []


@pytest.mark.slow
def test_what_was_sent_stays_listed_for_a_day(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    page.goto(at(working_order))
    for text in ["昨天的", "今天的"]:
        write(page, text)
        eventually_sent(page)
    first, second = items(page)
    page.evaluate(PUT, [{"item": {**first, "triedAt": first["triedAt"] - 25 * 3_600_000}, "photos": []}])
    page.goto("/outbox")
    expect(page.locator(".outbox li")).to_have_count(1)
    assert [item["seq"] for item in items(page)] == [second["seq"]]
