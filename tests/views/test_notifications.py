"""The badge on every page, the list of notifications, and what a person wants to be told of."""
from datetime import timedelta
from typing import Any

import pytest

from models.base import moment, now, writing
from models.event import Event
from models.notification import KINDS, Cursor, Notification, Preference, notify
from models.user import User
from models.work_order import Assignment, Note, WorkOrder
from tests.views.conftest import RAW_CODE, form_of, key
from tests.views.test_queries import reads

HX = {"HX-Request": "true"}


@pytest.fixture
def told_order(assigned_order: WorkOrder) -> WorkOrder:
    notify()
    return assigned_order


def badge(page: Any) -> str:
    [badge] = page.html.select(".tab-badge")
    return str(badge.get_text(" ", strip=True))


def list_of(page: Any) -> list[tuple[str, str]]:
    return [(row["data-read"], row.strong.get_text()) for row in page.html.select(".notification") if row.strong]


# -- the badge


def test_every_page_shows_how_many_are_unread(browse: Any, told_order: WorkOrder) -> None:
    worker = browse("chenliang")
    for path in ("/work-orders", f"/work-orders/{told_order.number}", "/account", "/reports/new", "/notifications"):
        assert badge(worker.get(path)) == "1 条未读", path
    assert badge(browse("chenliang", lang="en").get("/account")) == "1 unread"


def test_without_anything_unread_the_badge_is_empty(browse: Any, told_order: WorkOrder) -> None:
    assert badge(browse("xuwei").get("/work-orders")) == ""


def test_a_hundred_are_counted_no_further(
    browse: Any, told_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    for n in range(101):
        Note.add(told_order, f"第{n}条", by=guoqiang)
    notify()
    assert badge(browse("chenliang").get("/account")) == "99+ 条未读"


def test_the_badge_asks_for_itself_and_is_the_very_part_of_the_page(browse: Any, told_order: WorkOrder) -> None:
    worker = browse("chenliang")
    page, part = worker.get("/account"), worker.get("/notifications/count", headers=HX)
    assert part.text.strip() in page.text
    [asking] = page.html.select("[hx-trigger]")
    assert (asking["hx-get"], asking["hx-trigger"]) == ("/notifications/count", "every 60s")
    assert len(part.text) < 250


def test_the_badge_costs_one_read(browse: Any, told_order: WorkOrder) -> None:
    worker = browse("chenliang")
    assert reads(worker, "/notifications/count") <= 4  # the session, the person's roles, is it a demo, the count


def test_a_copy_kept_on_the_phone_counts_nothing(browse: Any, told_order: WorkOrder) -> None:
    worker = browse("chenliang")
    copy = worker.get(f"/work-orders/{told_order.number}", headers={"Offline-Copy": "1"})
    assert badge(copy) == ""


@pytest.mark.parametrize(("login", "tabs"), [
    ("chenliang", ["工单", "上报", "消息", "我的"]),
    ("sunqi", ["工单", "登记来电", "上报", "消息", "我的"]),
    ("zhaomin", ["工单", "巡查", "上报", "消息", "我的"]),
    ("luxia", ["工单", "上报", "消息", "我的"]),
    ("yzdb", ["工单", "我的"]),
    ("admin", ["二维码", "我的"]),
])
def test_nobody_has_more_than_five_tabs(browse: Any, login: str, tabs: list[str]) -> None:
    page = browse(login).get("/account")
    assert [tab.span.get_text() for tab in page.html.select(".tab")] == tabs


@pytest.mark.parametrize("login", ["sunqi", "guoqiang", "zhaomin"])
def test_the_qr_codes_are_found_in_ones_own_page(browse: Any, login: str) -> None:
    visitor = browse(login)
    assert "青禾里" in visitor.get("/account").click("二维码")


# -- the list


def test_a_notification_says_what_happened_where_and_by_when(browse: Any, told_order: WorkOrder) -> None:
    page = browse("chenliang").get("/notifications")
    [row] = page.html.select(".notification")
    text = row.get_text(" ", strip=True)
    for words in ("新派单，请接单", told_order.title, "8栋2单元1503", told_order.number, "接单 剩"):
        assert words in text
    assert row["data-read"] == "false"
    assert "A new order" not in text
    assert "New order for you to accept" in browse("chenliang", lang="en").get("/notifications")


def test_reading_one_leads_to_its_order_and_takes_it_off_the_badge(browse: Any, told_order: WorkOrder) -> None:
    worker = browse("chenliang")
    page = worker.get("/notifications")
    answer = form_of(page, "reading").submit()
    assert answer.status_code == 303
    order = answer.follow()
    assert order.request.path == f"/work-orders/{told_order.number}"
    assert badge(order) == ""
    assert list_of(worker.get("/notifications")) == [("true", "新派单，请接单")]


def test_looking_at_the_list_reads_nothing(browse: Any, told_order: WorkOrder) -> None:
    worker = browse("chenliang")
    worker.get("/notifications")
    assert badge(worker.get("/notifications")) == "1 条未读"


def test_a_notification_of_somebody_else_does_not_exist(browse: Any, told_order: WorkOrder) -> None:
    notification = Notification.get(Notification.user == User.get(User.login == "chenliang"))
    answer = browse("xuwei").post(f"/notifications/{notification.id}/reading", {"key": key()}, expect_errors=True)
    assert answer.status_code == 404
    assert "没有这条消息" in answer
    assert Notification.get_by_id(notification.id).read_at is None


def test_all_are_marked_read_but_what_came_meanwhile(
    browse: Any, told_order: WorkOrder, guoqiang: User, chenliang: User,
) -> None:
    worker = browse("chenliang")
    form = form_of(worker.get("/notifications"), "readings")
    Note.add(told_order, "带上角阀", by=guoqiang)
    notify()
    page = form.submit().follow()
    assert list_of(page) == [("false", "新备注"), ("true", "新派单，请接单")]
    assert list_of(form_of(page, "readings").submit().follow())[0] == ("true", "新备注")
    assert "全部已读" in worker.get("/notifications")


def test_an_order_no_longer_ones_own_shows_nothing_of_itself(browse: Any, told_order: WorkOrder) -> None:
    Assignment.delete().execute()
    worker = browse("chenliang")
    page = worker.get("/notifications")
    for words in (told_order.title, told_order.number, "8栋2单元1503", "新派单"):
        assert words not in page
    assert "相关工单已不归您查看" in page
    notification = Notification.get(Notification.user == User.get(User.login == "chenliang"))
    answer = worker.post(f"/notifications/{notification.id}/reading", {"key": key()})
    assert answer.headers["Location"].endswith("/notifications")


def test_a_notification_carries_no_owners_name_or_phone(browse: Any, told_order: WorkOrder) -> None:
    for login in ("chenliang", "sunqi"):
        page = browse(login).get("/notifications")
        assert "13800001234" not in page
        assert "王女士" not in page


def test_an_empty_list_says_so(browse: Any) -> None:
    assert "还没有消息" in browse("chenliang").get("/notifications")


def test_the_list_goes_on_page_by_page(browse: Any, told_order: WorkOrder, guoqiang: User) -> None:
    for n in range(30):
        Note.add(told_order, f"第{n}条", by=guoqiang)
    notify()
    worker = browse("chenliang")
    page = worker.get("/notifications")
    assert len(list_of(page)) == 25
    part = worker.get(page.html.select_one(".more a")["href"], headers=HX)
    assert len(list_of(part)) == 6
    assert "<html" not in part
    assert worker.get("/notifications?after=nonsense", expect_errors=True).status_code == 422


def test_a_long_list_costs_as_many_reads_as_a_short_one(browse: Any, told_order: WorkOrder, guoqiang: User) -> None:
    worker = browse("chenliang")
    few = reads(worker, "/notifications")
    for n in range(20):
        Note.add(told_order, f"第{n}条", by=guoqiang)
    notify()
    assert reads(worker, "/notifications") == few <= 14


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_told_verb_reads_well_in_both_languages(
    browse: Any, told_order: WorkOrder, chenliang: User, lang: str,
) -> None:
    from models.notification import AUDIENCE

    due = now() + timedelta(hours=1)
    for verb in AUDIENCE:
        with writing():
            event = Event.record(told_order.number, verb, by=None, via="rule",
                                 detail={"what": "arrive", "due": due, "reason": "parts", "to": ["assignee"]})
        Notification.create(user=chenliang, event=event, order=told_order, visible_at=event.at)
    visitor = browse("chenliang", lang=lang)
    page = visitor.get("/notifications")
    text = page.html.get_text(" ") + visitor.get(page.html.select_one(".more a")["href"]).html.get_text(" ")
    assert not RAW_CODE.search(text)
    assert ("到场时限" if lang == "zh-CN" else "Arrive by") in text


# -- preferences


def test_everything_is_ticked_before_anybody_said_anything(browse: Any) -> None:
    page = browse("chenliang").get("/account").click("提醒设置")
    assert {box["value"] for box in page.html.select("[name=kinds][checked]")} == set(KINDS)


def test_what_one_wants_is_kept_and_shown_again(browse: Any, chenliang: User) -> None:
    worker = browse("chenliang")
    sent = {"key": key(), "kinds": ["work", "due"], "quiet_from": "22:00", "quiet_to": "07:00"}
    page = worker.post("/notifications/preferences", sent).follow()
    assert "已保存" in page
    assert {box["value"] for box in page.html.select("[name=kinds][checked]")} == {"work", "due"}
    assert page.html.select_one("[name=quiet_from]")["value"] == "22:00"
    wish = Preference.of(chenliang)
    assert not wish.wants("notes")
    assert wish.wants("work")


@pytest.mark.parametrize(("said", "sentence"), [
    ({"quiet_from": "22:00"}, "开始和结束时间要一起填"), ({"quiet_from": "9", "quiet_to": "10"}, "请按 22:00 这样填写"),
    ({"quiet_from": "22:00", "quiet_to": "22:00"}, "不能相同"), ({"kinds": "gossip"}, "没有这一类消息"),
])
def test_a_wish_that_makes_no_sense_comes_back_as_typed(
    browse: Any, chenliang: User, said: dict[str, str], sentence: str,
) -> None:
    page = browse("chenliang").post("/notifications/preferences", {"key": key(), **said}, status=422)
    assert sentence in page.html.select_one(".refusal").get_text()
    if "quiet_from" in said:
        assert page.html.select_one("[name=quiet_from]")["value"] == said["quiet_from"]
        assert not page.html.select("[name=kinds][checked]")
    assert not Preference.select().exists()


def test_in_quiet_hours_the_badge_stays_as_it_was(
    browse: Any, told_order: WorkOrder, chenliang: User, guoqiang: User, estate: Any,
) -> None:
    Preference.state(by=chenliang, wanted=list(KINDS), quiet_from="00:00", quiet_to="23:59")
    Note.add(told_order, "带上角阀", by=guoqiang)
    notify()
    assert Cursor.at() == Event.select().count()
    assert badge(browse("chenliang").get("/account")) == "1 条未读"
    with moment(now() + timedelta(days=1)):
        assert Notification.unread_count(chenliang) == 2
