"""Whose items they are: nothing goes under the wrong name, and the office hears what phones hold."""
import re

import pytest
from playwright.sync_api import Route, expect

from models.base import now
from models.user import Phone, Session, User
from models.work_order import Note, WorkOrder
from tests.browser.basement import at, eventually_sent, into_the_basement, items, keep_orders, kept, waiting, write
from tests.browser.conftest import Installation, Visit, sign_in
from tests.conftest import PASSWORD

pytestmark = pytest.mark.offline


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

    def end_before_the_third(route: Route) -> None:
        if working_order.notes.count() == 2:
            Session.update(ended_at=now()).where(Session.user == chenliang).execute()
        route.continue_()

    page.route("**/notes", end_before_the_third)
    installation.cookies.pop("chenliang", None)
    page.context.set_offline(False)
    expect(page.get_by_role("link", name="请登录后发送")).to_be_visible(timeout=15_000)
    assert len(waiting(page)) == 3
    page.unroute("**/notes")
    page.locator(".sign-in-first a").tap()
    expect(page.locator(".outbox-badge b")).to_have_text("3")
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
    keep_orders(page, working_order)  # every answer under way would bring the cookie back
    page.goto(at(working_order))
    page.wait_for_load_state("networkidle")
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
    page.wait_for_timeout(1500)
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
    page.wait_for_timeout(1500)
    assert Phone.get(Phone.code == code).waiting == 0
    supervisor.reload()
    expect(held).to_have_count(before - 1)
