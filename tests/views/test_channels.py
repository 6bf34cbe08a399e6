"""The pages of the channels, the words that leave by them, and the worker that sends."""
from collections.abc import Iterator
from typing import Any

import pytest
from flask_babel import force_locale

from models.base import writing
from models.event import Event
from models.notification import Channel, Delivery, notify
from models.place import Estate
from models.user import User
from models.work_order import WorkOrder
from tests.models.servers import RobotServer, mail_server, robot_server
from tests.views.conftest import key
from views.messages import message_of
from views.worker import every_minute

ROBOT = {"kind": "dingtalk", "name": "值班群", "address": "https://robot.example.com/send?token=abcd1234",
         "secret": "SEC999", "wanted": ["due", "owner"], "is_on": "1"}


@pytest.fixture(autouse=True)
def straight_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("models.notification.mouths.TIMEOUT", 0.5)


@pytest.fixture
def group() -> Iterator[RobotServer]:
    with robot_server() as server:
        yield server


def add(visitor: Any, **more: Any) -> Channel:
    assert visitor.post("/channels", {"key": key(), **ROBOT, **more}).status_code == 303
    channel: Channel = Channel.select().order_by(Channel.id.desc()).get()
    return channel


def try_out(visitor: Any, channel: Channel, the_key: str | None = None) -> Any:
    return visitor.post(f"/channels/{channel.id}/trials", {"key": the_key or key()}).follow()


def test_an_administrator_finds_the_channels_in_their_own_page(browse: Any) -> None:
    page = browse("admin").get("/account").click("外部通知")
    assert "还没有外部通知" in page
    for name in ("企业微信机器人", "钉钉机器人", "飞书机器人", "电子邮件"):
        assert page.click(name).status_code == 200
    assert "外部通知" not in browse("zhaomin").get("/account")


def test_a_channel_is_kept_as_said_and_its_secrets_are_never_shown_again(browse: Any) -> None:
    visitor = browse("admin")
    channel = add(visitor)
    assert (channel.name, channel.secret, channel.wanted, channel.is_on) == ("值班群", "SEC999", "due,owner", True)
    page = visitor.get(f"/channels/{channel.id}")
    for each in (page, visitor.get("/channels")):
        assert "abcd1234" not in each
        assert "SEC999" not in each
        assert "robot.example.com/…1234" in each
    changed = {"key": key(), **ROBOT, "address": "", "secret": "", "name": "夜班群", "wanted": []}
    changed.pop("is_on")
    assert "已保存" in visitor.post(f"/channels/{channel.id}", changed).follow()
    kept = Channel.get()
    assert (kept.name, kept.address, kept.secret, kept.is_on) == ("夜班群", ROBOT["address"], "SEC999", False)


@pytest.mark.parametrize(("said", "sentence"), [
    ({"address": "ftp://x"}, "要以 http:// 或 https:// 开头"), ({"name": " "}, "请填写这一项"),
    ({"kind": "mail", "host": "h", "port": "x", "sender": "a@b.cn", "recipients": "a@b.cn"}, "端口是 1 到 65535"),
    ({"kind": "mail", "host": "h", "port": "25", "sender": "甲", "recipients": "a@b.cn"}, "“甲”不是邮箱地址"),
])
def test_what_makes_no_sense_comes_back_as_typed(browse: Any, said: dict[str, str], sentence: str) -> None:
    page = browse("admin").post("/channels", {"key": key(), **ROBOT, **said}, status=422)
    assert sentence in page.html.select_one(".refusal").get_text()
    assert page.html.select_one("[name=name]")["value"] == {**ROBOT, **said}["name"]
    assert {box["value"] for box in page.html.select("[name=wanted][checked]")} == {"due", "owner"}
    assert not Channel.select().exists()


def test_a_kind_that_is_none_does_not_exist(browse: Any) -> None:
    visitor = browse("admin")
    assert visitor.get("/channels/new?kind=pigeon", expect_errors=True).status_code == 404
    assert visitor.post("/channels", {"key": key(), "kind": "pigeon"}, expect_errors=True).status_code == 404


def test_a_channel_of_another_estate_does_not_exist(browse: Any, other_estate: Estate, only: Any) -> None:
    theirs = only("admin", on=other_estate)
    channel = Channel.add(other_estate, "wecom", by=theirs, name="群", is_on=True, wanted=[], address="http://x/y")
    visitor = browse("admin")
    for path in ("", "/deliveries"):
        assert visitor.get(f"/channels/{channel.id}{path}", expect_errors=True).status_code == 404
    for path in ("", "/trials"):
        assert visitor.post(f"/channels/{channel.id}{path}", {"key": key(), **ROBOT},
                            expect_errors=True).status_code == 404


@pytest.mark.parametrize(("answer", "words"), [
    ({"errcode": 0, "errmsg": "ok"}, "已送达"),
    ({"errcode": 310000, "errmsg": "sign not match"}, "310000 sign not match"),
])
def test_a_test_sends_now_and_shows_the_real_answer(
    browse: Any, group: RobotServer, answer: dict[str, Any], words: str,
) -> None:
    visitor = browse("admin")
    channel = add(visitor, address=group.address)
    group.reply = (200, answer)
    assert words in try_out(visitor, channel)
    assert "青禾里" in group.heard[0][1]["text"]["content"]


def test_a_test_sent_twice_by_one_key_goes_out_once(browse: Any, group: RobotServer) -> None:
    visitor = browse("admin")
    channel = add(visitor, address=group.address)
    one = key()
    try_out(visitor, channel, one)
    try_out(visitor, channel, one)
    assert len(group.heard) == 1


def test_a_test_of_a_mailbox_shows_what_its_server_said(browse: Any) -> None:
    with mail_server({"RCPT": "550 no such user here"}) as server:
        visitor = browse("admin")
        channel = add(visitor, kind="mail", host="127.0.0.1", port=str(server.port), tls="none",
                      sender="a@example.com", recipients="b@example.com")
        page = try_out(visitor, channel)
        assert "550 no such user here" in page
        assert "对方拒收" in page


def test_the_log_says_what_went_where_when_and_what_was_answered(
    browse: Any, web: Any, group: RobotServer, reported_order: WorkOrder,
) -> None:
    visitor = browse("admin")
    channel = add(visitor, address=group.address, wanted=["office"])
    group.reply = (200, {"errcode": 310000, "errmsg": "sign not match"})
    every_minute(web)
    page = visitor.get(f"/channels/{channel.id}").click("发送记录")
    [row] = page.html.select("[data-delivery]")
    text = row.get_text(" ", strip=True)
    assert row["data-delivery"] == "waiting"
    for words in ("新报事，待受理", reported_order.number, "待发送", "已试 1 次", "下次", "310000 sign not match"):
        assert words in text
    # Beside the state a long answer would leave a phone no room for the rest.
    assert "310000 sign not match" in row.select_one(".cell-main").get_text(" ", strip=True)
    assert "1 条待发" in visitor.get("/channels")


def test_the_list_says_which_channel_failed_last_also_when_nothing_waits_any_more(
    browse: Any, web: Any, group: RobotServer, reported_order: WorkOrder, registered_order: WorkOrder, sunqi: User,
    chenliang: User,
) -> None:
    visitor = browse("admin")
    add(visitor, address=group.address, wanted=["office", "work"])
    group.reply = (200, {"errcode": 310000, "errmsg": "sign not match"})
    every_minute(web)
    Delivery.update(given_up_at=Delivery.tried_at).execute()
    page = visitor.get("/channels")
    assert "最近一次：对方拒收" in page
    assert "条待发" not in page
    group.reply = (200, {"errcode": 0})
    registered_order.assign(chenliang, by=sunqi, why="离得近")
    every_minute(web)
    assert "最近一次" not in visitor.get("/channels")


def test_a_log_without_anything_says_so(browse: Any) -> None:
    visitor = browse("admin")
    assert "还没有发送记录" in visitor.get(f"/channels/{add(visitor).id}/deliveries")


# -- the words


@pytest.fixture
def say(web: Any, estate: Estate, admin: User) -> Any:
    """`say(order, verb)`: what would leave about that order."""
    def said(order: WorkOrder, verb: str, base_url: str = "", lang: str = "zh_Hans_CN", **detail: Any) -> Any:
        channel = Channel.get_or_none() or Channel.add(
            estate, "wecom", by=admin, name="群", is_on=True, wanted=["office"], address="http://127.0.0.1/x")
        with writing():
            event = Event.record(order.number, verb, by=None, via="rule", detail=detail)
        with web.app_context(), force_locale(lang):
            return message_of(Delivery(channel=channel, event=event, order=WorkOrder.get_by_id(order.id)), base_url)
    return said


def test_a_message_says_what_which_and_where(say: Any, registered_order: WorkOrder) -> None:
    message = say(registered_order, "urge")
    assert message.text.split("\n") == [
        "【青禾里】[P1] 催办，请尽快处理", registered_order.number, "8栋2单元1503"]
    assert message.subject == f"【青禾里】[P1] 催办，请尽快处理 {registered_order.number}"
    assert "Urged" in say(registered_order, "urge", lang="en").text


def test_a_message_leads_to_the_order_where_the_address_is_known(say: Any, registered_order: WorkOrder) -> None:
    link = f"https://wy.example.com/work-orders/{registered_order.number}"
    assert say(registered_order, "urge", "https://wy.example.com").text.endswith(link)


def test_a_message_says_what_is_due_and_when(say: Any, registered_order: WorkOrder) -> None:
    assert "到场时限" not in say(registered_order, "overdue", what="arrive").text
    text = say(registered_order, "overdue", what="arrive", due="2026-11-23 01:30:00").text
    assert "到场时限" in text
    assert "09:30" in text
    assert "promise." not in say(registered_order, "overdue", what="unheard of", due="2026-11-23 01:30:00").text


def test_a_message_carries_neither_name_nor_phone_nor_what_was_said(say: Any, registered_order: WorkOrder) -> None:
    spot = "厨房 找王女士 138 0000-1234 或０５５１６３３３３３３３"
    WorkOrder.update(spot=spot).where(WorkOrder.id == registered_order.id).execute()
    registered_order.owner.name = "王小明"
    registered_order.owner.save()
    WorkOrder.update(spot=spot + " 王小明").where(WorkOrder.id == registered_order.id).execute()
    text = say(registered_order, "urge").text
    for secret in ("0000", "1234", "王小明", "6333", registered_order.title):
        assert secret not in text.replace(registered_order.number, "")
    assert "138****" in text
    assert "8栋2单元1503" in text
    assert "王**" in text


def test_a_message_about_a_complaint_does_not_tell_whose_home_it_is(say: Any, registered_order: WorkOrder) -> None:
    WorkOrder.update(kind="complaint").where(WorkOrder.id == registered_order.id).execute()
    assert "1503" not in say(registered_order, "urge").text


def test_the_worker_sends_in_the_installations_language_with_its_address(
    web: Any, group: RobotServer, estate: Estate, admin: User, reported_order: WorkOrder,
) -> None:
    web.config.update(BASE_URL="https://wy.example.com", LANG="en")
    Channel.add(estate, "wecom", by=admin, name="群", is_on=True, wanted=["office"], address=group.address)
    notify()
    every_minute(web)
    assert group.heard[0][1]["text"]["content"].split("\n") == [
        "【青禾里】New report to register", reported_order.number, "8栋2单元1503",
        f"https://wy.example.com/work-orders/{reported_order.number}"]
