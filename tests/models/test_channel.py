"""What leaves the app: what each kind of channel says and hears, and that every event arrives or is given up."""
import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_string
from email.policy import default
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from models.base import database, moment, now, writing
from models.dispatch import Category
from models.errors import NotAllowed, NotFound, Refused
from models.event import Event
from models.jobs import every_minute
from models.notification import KINDS, Channel, Delivery, Message, Reply, notify
from models.notification.delivery import MOST_TRIES, WAITS
from models.notification.mouths import mail, robot
from models.place import Estate, Place
from models.user import User
from models.work_order import Classification, Details, Note, WorkOrder
from tests.models.conftest import hire
from tests.models.servers import (
    RobotServer,
    drip,
    hang_up,
    mail_server,
    nobodys_port,
    robot_server,
    wait_for,
)
from tests.models.test_concurrency import at_once
from tests.views.test_queries import counting

HELLO = Message("闭环 GD-1", "【青禾里】新派单\nGD-20261123-0001")
SECRET = "SEC0123456789"
POST_BOX = {"host": "127.0.0.1", "account": "", "password": "", "tls": "none", "sender": "a@example.com",
            "recipients": ["b@example.com", "c@example.com"]}


@pytest.fixture(autouse=True)
def straight_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """To this machine, past any proxy of it, and not for long."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("models.notification.mouths.TIMEOUT", 0.5)


@pytest.fixture
def group() -> Iterator[RobotServer]:
    with robot_server() as server:
        yield server


def say(group: RobotServer, kind: str = "wecom", secret: str = "") -> Reply:
    return robot(kind, HELLO, address=group.address, secret=secret)


def write(delivery: Delivery) -> Message:
    return Message(delivery.order.number, f"{delivery.order.number} {delivery.event.verb}")


@pytest.fixture
def open_channel(estate: Estate, admin: User) -> Any:
    def opened(address: str = "http://127.0.0.1/send", kind: str = "wecom", **more: Any) -> Channel:
        said = {"name": "工程群", "is_on": True, "wanted": ["office"], **more}
        return Channel.add(estate, kind, by=admin, address=address, **said)
    return opened


# -- robots


@pytest.mark.parametrize(("kind", "body"), [
    ("wecom", {"msgtype": "text", "text": {"content": HELLO.text}}),
    ("dingtalk", {"msgtype": "text", "text": {"content": HELLO.text}}),
    ("feishu", {"msg_type": "text", "content": {"text": HELLO.text}}),
])
def test_each_robot_is_told_in_its_own_form(group: RobotServer, kind: str, body: dict[str, Any]) -> None:
    assert say(group, kind).is_ok
    assert group.heard == [("/send?key=secret-key-9876", body)]


def test_dingtalks_address_is_signed_where_there_is_a_secret(group: RobotServer) -> None:
    assert say(group, "dingtalk", SECRET).is_ok
    query = parse_qs(urlsplit(group.heard[0][0]).query)
    [stamp], [sign] = query["timestamp"], query["sign"]
    assert len(stamp) == 13
    wanted = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert base64.b64decode(sign) == wanted
    assert query["key"] == ["secret-key-9876"]


def test_feishus_body_is_signed_where_there_is_a_secret(group: RobotServer) -> None:
    group.reply = (200, {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"})
    assert say(group, "feishu", SECRET) == Reply("ok", "success")
    body = group.heard[0][1]
    wanted = hmac.new(f"{body['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert base64.b64decode(body["sign"]) == wanted
    assert len(body["timestamp"]) == 10


@pytest.mark.parametrize(("status", "answer", "code", "said"), [
    (200, {"errcode": 0, "errmsg": "ok"}, "ok", "ok"),
    (200, {"errcode": 93000, "errmsg": "invalid webhook url"}, "refused", "93000 invalid webhook url"),
    (200, {"errcode": 45009, "errmsg": "api freq out of limit"}, "refused", "45009 api freq out of limit"),
    (200, {"errcode": 310000, "errmsg": "sign not match"}, "refused", "310000 sign not match"),
    (200, {"code": 0, "msg": "success", "StatusCode": 0}, "ok", "success"),
    (200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}, "refused",
     "19021 sign match fail or timestamp is not within one hour from current time"),
    (200, {"StatusCode": 1, "StatusMessage": "no"}, "refused", "1 no"),
    (200, {"code": 0, "errcode": 7}, "refused", "7"),
    (200, {"errcode": None}, "refused", "None"),
    (200, {"fine": True}, "garbage", '{"fine": true}'),
    (200, [0], "garbage", "[0]"),
    (200, b"<html>sign in to the hotel</html>", "garbage", "<html>sign in to the hotel</html>"),
    (200, b"\xff\xfe", "garbage", "\ufffd\ufffd"),
    (200, b"", "garbage", ""),
    (200, b"[" * 60000, "garbage", "[" * 200),
    (200, {"errcode": False}, "refused", "False"),
    (500, {"errcode": 0}, "http", "HTTP 500"),
    (404, b"", "http", "HTTP 404"),
    (302, {"errcode": 0}, "http", "HTTP 302"),
])
def test_an_answer_counts_by_its_own_code(
    group: RobotServer, status: int, answer: Any, code: str, said: str,
) -> None:
    group.reply = (status, answer)
    assert say(group) == Reply(code, said)
    assert len(group.heard) == 1


def test_a_robot_that_hangs_up_could_not_be_reached(group: RobotServer) -> None:
    group.reply = hang_up
    assert say(group).code == "unreachable"


def test_a_robot_that_says_nothing_is_left_in_time(group: RobotServer) -> None:
    over = threading.Event()
    group.reply = wait_for(over)
    assert say(group) == Reply("timeout")
    over.set()


def test_a_robot_that_answers_without_end_holds_up_nobody(
    group: RobotServer, open_channel: Any, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("models.notification.mouths.LONGEST", 0.6)
    over = threading.Event()
    group.reply = drip(over)
    began = time.monotonic()
    assert open_channel(group.address).say(HELLO) == Reply("timeout")
    assert time.monotonic() - began < 3
    over.set()


@pytest.mark.parametrize("address", [
    "http://127.0.0.1:{nobody}/send", "http://no-such-host.invalid/send", "file:///etc/passwd", "http://[::1",
])
def test_where_nobody_listens_nothing_is_reached(address: str) -> None:
    reply = robot("wecom", HELLO, address=address.format(nobody=nobodys_port()), secret="")
    assert reply.code == "unreachable"


def test_a_robot_without_a_certificate_is_not_trusted(group: RobotServer) -> None:
    assert robot("wecom", HELLO, address=group.address.replace("http", "https"), secret="").code == "tls"


# -- mail


def test_a_letter_is_handed_over() -> None:
    with mail_server() as server:
        assert mail(HELLO, port=server.port, **POST_BOX) == Reply("ok", "250")
        assert [line for line in server.commands if "TO:" in line.upper()] == [
            "rcpt TO:<b@example.com>", "rcpt TO:<c@example.com>"]
        letter = message_from_string(server.letters[0], policy=default)
        assert (letter["Subject"], letter["From"], letter["To"]) == (
            HELLO.subject, "a@example.com", "b@example.com, c@example.com")
        assert letter.get_content().splitlines() == HELLO.text.split("\n")


def test_an_account_signs_in_before_it_sends() -> None:
    with mail_server() as server:
        assert mail(HELLO, port=server.port, **{**POST_BOX, "account": "bihuan", "password": "geheim"}).is_ok
        assert any(line.startswith("AUTH PLAIN") for line in server.commands)


@pytest.mark.parametrize(("answers", "more", "code", "said"), [
    ({"RCPT": "550 no such user here"}, {}, "refused", "550 no such user here"),
    ({"MAIL": "553 sender not allowed"}, {}, "refused", "553 sender not allowed"),
    ({"BODY": "554 looks like spam"}, {}, "refused", "554 looks like spam"),
    ({"AUTH": "535 wrong password"}, {"account": "bihuan", "password": "x"}, "refused", "535 wrong password"),
    ({"EHLO": "250 mail.example.com"}, {"account": "bihuan", "password": "x"}, "refused",
     "SMTP AUTH extension not supported by server."),
    ({"STARTTLS": "454 TLS not available"}, {"tls": "starttls"}, "tls", "454 TLS not available"),
    ({"EHLO": "250 mail.example.com"}, {"tls": "starttls"}, "tls", "STARTTLS extension not supported by server."),
    ({"DATA": None}, {}, "unreachable", "Connection unexpectedly closed"),
])
def test_a_mail_servers_refusal_is_told_in_its_own_words(
    answers: dict[str, str | None], more: dict[str, str], code: str, said: str,
) -> None:
    with mail_server(answers) as server:
        assert mail(HELLO, port=server.port, **{**POST_BOX, **more}) == Reply(code, said)
        assert server.letters == [] or "BODY" in answers


def test_a_letter_that_one_of_two_gets_has_not_arrived() -> None:
    with mail_server({"RCPT": ["250 ok", "550 no such user"]}) as server:
        assert mail(HELLO, port=server.port, **POST_BOX) == Reply("refused", "550 no such user")


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_server_that_speaks_no_tls_gets_no_letter(tls: str) -> None:
    with mail_server() as server:
        reply = mail(HELLO, port=server.port, **{**POST_BOX, "tls": tls, "account": "bihuan", "password": "geheim"})
        assert reply.code in ("tls", "unreachable")
        assert server.letters == []
        assert not any(line.startswith("AUTH") for line in server.commands)


def test_a_mail_server_that_says_nothing_is_left_in_time() -> None:
    with mail_server(greets=False) as server:
        assert mail(HELLO, port=server.port, **POST_BOX).code == "timeout"


def test_where_no_mail_server_is_nothing_is_reached() -> None:
    assert mail(HELLO, port=nobodys_port(), **POST_BOX).code == "unreachable"


# -- an estate's channels


def test_a_channel_gets_what_it_wants_and_nothing_else(
    open_channel: Any, assigned_order: WorkOrder, guoqiang: User,
) -> None:
    open_channel(wanted=["notes"])
    Note.add(assigned_order, "业主在家", by=guoqiang)
    notify()
    assert [delivery.event.verb for delivery in Delivery.select()] == ["note"]


def test_a_channel_gets_emergencies_and_escalations_always(
    open_channel: Any, assigned_order: WorkOrder, guoqiang: User,
) -> None:
    open_channel(wanted=[])
    for verb in ("overdue", "escalate"):
        with writing():
            Event.record(assigned_order.number, verb, by=None, via="rule", detail={"to": ["manager"]})
    notify()
    assert [delivery.event.verb for delivery in Delivery.select()] == ["escalate"]
    WorkOrder.update(priority="P0").where(WorkOrder.id == assigned_order.id).execute()
    Note.add(assigned_order, "业主在家", by=guoqiang)
    notify()
    assert [delivery.event.verb for delivery in Delivery.select()] == ["escalate", "note"]


def test_a_channel_that_is_off_gets_nothing(open_channel: Any, reported_order: WorkOrder) -> None:
    open_channel(is_on=False)
    notify()
    assert not Delivery.select().exists()


def test_a_channel_of_another_estate_gets_nothing(
    reported_order: WorkOrder, admin: User, estate: Estate,
) -> None:
    other = Estate.create(code="beichen", name="北辰里")
    theirs = hire(other, "beichen-admin", "admin")
    Channel.add(other, "wecom", by=theirs, name="群", is_on=True, wanted=["office"], address="http://127.0.0.1/x")
    notify()
    assert not Delivery.select().exists()
    channel = Channel.get()
    with pytest.raises(NotFound):
        Channel.find(channel.id, by=admin)
    assert Channel.find(channel.id, by=theirs) == channel
    with pytest.raises(NotAllowed):
        Channel.add(other, "wecom", by=admin, name="群", is_on=True, wanted=[], address="http://127.0.0.1/x")


def test_only_an_administrator_sets_up_channels(open_channel: Any, estate: Estate, zhaomin: User) -> None:
    channel = open_channel()
    with pytest.raises(NotAllowed):
        Channel.add(estate, "wecom", by=zhaomin, name="群", is_on=True, wanted=[], address="http://127.0.0.1/x")
    with pytest.raises(NotAllowed):
        channel.change(by=zhaomin, name="群", is_on=True, wanted=[])
    with pytest.raises(NotFound):
        Channel.find(channel.id, by=zhaomin)


@pytest.mark.parametrize(("kind", "said", "code"), [
    ("wecom", {"address": "ftp://example.com/x"}, "channel.address"),
    ("wecom", {"address": "file:///etc/passwd"}, "channel.address"),
    ("wecom", {"address": "example.com/x"}, "channel.address"),
    ("wecom", {"address": "http://"}, "channel.address"),
    ("wecom", {"address": "http://a b"}, "channel.address"),
    ("wecom", {"address": "http://例子.中国/"}, "channel.address"),
    ("wecom", {"address": "http://example.com:99999/"}, "channel.address"),
    ("wecom", {"address": ""}, "text.missing"),
    ("wecom", {"name": ""}, "text.missing"),
    ("wecom", {"wanted": ["gossip"]}, "notification.kind"),
    ("pigeon", {}, "channel.kind"),
    ("mail", {"host": ""}, "text.missing"),
    ("mail", {"host": "http://smtp"}, "channel.host"),
    ("mail", {"port": "0"}, "channel.port"),
    ("mail", {"port": "70000"}, "channel.port"),
    ("mail", {"port": "二十五"}, "channel.port"),
    ("mail", {"port": "000025" + "9" * 5000}, "channel.port"),
    ("mail", {"tls": "rot13"}, "channel.tls"),
    ("mail", {"sender": "nobody"}, "channel.mailbox"),
    ("mail", {"recipients": "a@example.com,b"}, "channel.mailbox"),
    ("mail", {"recipients": "a@example.com\r\nBcc: x@example.com"}, "channel.mailbox"),
    ("mail", {"recipients": " "}, "text.missing"),
    ("mail", {"recipients": "，;"}, "text.missing"),
])
def test_settings_that_make_no_sense_are_refused(
    open_channel: Any, kind: str, said: dict[str, Any], code: str,
) -> None:
    good = {"host": "127.0.0.1", "port": "25", "tls": "none", "sender": "a@example.com",
            "recipients": "b@example.com"} if kind == "mail" else {}
    with pytest.raises(Refused) as refusal:
        open_channel(kind=kind, **{**good, **said})
    assert refusal.value.code == code
    assert not Channel.select().exists()


def test_recipients_come_as_people_separate_them(open_channel: Any) -> None:
    channel = open_channel(kind="mail", host="127.0.0.1", port="25", sender="a@example.com",
                           recipients="b@example.com，c@example.com； d@example.com;")
    assert channel.recipients == "b@example.com,c@example.com,d@example.com"


def test_what_is_secret_is_kept_when_nothing_is_said_and_forgotten_when_asked(open_channel: Any, admin: User) -> None:
    channel = open_channel("https://robot.example.com/send?key=abcdef123456", "dingtalk", secret=SECRET)
    assert channel.masked_address == "robot.example.com/…3456"
    channel.change(by=admin, name="新名", is_on=True, wanted=[])
    kept = Channel.get()
    assert (kept.name, kept.secret, kept.address) == ("新名", SECRET, "https://robot.example.com/send?key=abcdef123456")
    channel.change(by=admin, name="新名", is_on=True, wanted=[], no_secret=True)
    assert Channel.get().secret == ""


# -- deliveries


def test_what_is_due_is_sent_once(group: RobotServer, open_channel: Any, reported_order: WorkOrder) -> None:
    open_channel(group.address)
    notify()
    assert Delivery.send_due(write) == 1
    assert Delivery.send_due(write) == 0
    assert [body["text"]["content"] for _, body in group.heard] == [f"{reported_order.number} report"]
    sent = Delivery.get()
    assert (sent.state, sent.code, sent.said, sent.attempts) == ("sent", "ok", "ok", 1)


def test_the_worker_makes_and_sends_in_one_minute(
    group: RobotServer, open_channel: Any, reported_order: WorkOrder,
) -> None:
    open_channel(group.address)
    every_minute()
    assert group.heard == []
    every_minute(write)
    every_minute(write)
    assert len(group.heard) == 1


def test_nothing_is_sent_inside_a_transaction(
    group: RobotServer, open_channel: Any, reported_order: WorkOrder, monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside = []
    monkeypatch.setattr(Channel, "say", lambda self, message: inside.append(database.in_transaction()) or Reply("ok"))
    open_channel(group.address)
    every_minute(write)
    assert inside == [False]


def test_what_fails_is_tried_again_later_and_later_and_given_up_at_last(
    group: RobotServer, open_channel: Any, reported_order: WorkOrder,
) -> None:
    open_channel(group.address)
    group.reply = (200, {"errcode": 45009, "errmsg": "api freq out of limit"})
    notify()
    at, waited = now(), []
    for _ in range(MOST_TRIES):
        with moment(at):
            assert Delivery.send_due(write) == 0
            tried = Delivery.get()
        if tried.state == "waiting":
            waited.append(tried.due_at - at)
            with moment(tried.due_at - timedelta(seconds=1)):
                Delivery.send_due(write)
            at = tried.due_at
    assert len(group.heard) == MOST_TRIES
    assert waited == [*WAITS, WAITS[-1]]
    assert (waited[0], waited[-1]) == (timedelta(minutes=1), timedelta(hours=6))
    given_up = Delivery.get()
    assert (given_up.state, given_up.attempts, given_up.said) == (
        "given_up", MOST_TRIES, "45009 api freq out of limit")
    with moment(at + timedelta(days=9)):
        Delivery.send_due(write)
    assert len(group.heard) == MOST_TRIES


def test_what_failed_is_given_up_when_it_is_a_day_old(
    group: RobotServer, open_channel: Any, reported_order: WorkOrder,
) -> None:
    open_channel(group.address)
    group.reply = (500, b"")
    notify()
    with moment(now() + timedelta(hours=25)):
        Delivery.send_due(write)
    assert (Delivery.get().state, Delivery.get().attempts) == ("given_up", 1)


def test_what_waits_is_found_by_index_among_all_that_was_sent(open_channel: Any, reported_order: WorkOrder) -> None:
    query = Delivery.waiting().where(Delivery.channel == 1, Delivery.due_at <= now())
    sql, params = query.sql()
    assert "delivery_waiting" in str(database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall())
    with counting() as sent:
        Delivery.send_due(write, budget=0.1)
    sql, params = next(one for one in sent if "MIN(" in one[0])
    plan = str(database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall())
    assert "delivery_waiting" in plan
    assert "SCAN t1" not in plan.replace("SCAN t1 USING INDEX", "").replace("SCAN t1 USING COVERING INDEX", "")


def test_a_channel_that_recovers_gets_what_waited(
    group: RobotServer, open_channel: Any, reported_order: WorkOrder,
) -> None:
    open_channel(group.address)
    group.reply = (500, b"")
    every_minute(write)
    group.reply = (200, {"errcode": 0, "errmsg": "ok"})
    with moment(now() + timedelta(minutes=1, seconds=1)):
        assert Delivery.send_due(write) == 1
    assert (Delivery.get().attempts, Delivery.get().state) == (2, "sent")


def test_a_channel_that_fails_holds_up_no_other_and_is_left_alone_for_this_minute(
    group: RobotServer, open_channel: Any, reported_order: WorkOrder, sunqi: User, burst_pipe: Any, chenliang: User,
) -> None:
    open_channel(f"http://127.0.0.1:{nobodys_port()}/x", name="坏群", wanted=["office", "work"])
    open_channel(group.address, wanted=["office", "work"])
    reported_order.register(burst_pipe, by=sunqi, read_back=True)
    reported_order.assign(chenliang, by=sunqi)
    notify()
    assert Delivery.send_due(write) == 2
    assert [delivery.attempts for delivery in Delivery.select().order_by(Delivery.channel, Delivery.id)] == [1, 0, 1, 1]


def test_two_workers_do_not_both_send(group: RobotServer, open_channel: Any, home: Any) -> None:
    open_channel(group.address)
    for n in range(10):
        WorkOrder.report(home, f"第{n}件", by=None)
    notify()
    assert sum(at_once(*[lambda: Delivery.send_due(write)] * 2)) == 10
    assert len({body["text"]["content"] for _, body in group.heard}) == len(group.heard) == 10


def test_who_crashed_while_sending_leaves_it_to_be_sent_again(
    group: RobotServer, open_channel: Any, reported_order: WorkOrder,
) -> None:
    open_channel(group.address)
    notify()
    one, other = Delivery.get(), Delivery.get()
    assert one.claim()
    assert not other.claim()
    assert Delivery.send_due(write) == 0
    with moment(now() + timedelta(minutes=3)):
        assert Delivery.send_due(write) == 1
    assert Delivery.get().attempts == 2


def test_switching_a_channel_off_gives_up_what_waits(
    group: RobotServer, open_channel: Any, reported_order: WorkOrder, admin: User,
) -> None:
    channel = open_channel(group.address)
    notify()
    channel.change(by=admin, name="工程群", is_on=False, wanted=[])
    assert Delivery.send_due(write) == 0
    channel.change(by=admin, name="工程群", is_on=True, wanted=[])
    assert Delivery.send_due(write) == 0
    assert (Delivery.get().state, Delivery.get().code, group.heard) == ("given_up", "stopped", [])


def test_the_log_is_turned_page_by_page(open_channel: Any, home: Any) -> None:
    channel = open_channel()
    for n in range(51):
        WorkOrder.report(home, f"第{n}件", by=None)
    notify()
    first, more = Delivery.page(channel)
    second, end = Delivery.page(channel, before=more)
    assert (len(first), len(second), end) == (50, 1, None)
    assert first[-1].id > second[0].id
    assert Delivery.waits_of([channel]) == {channel.id: 51}


def test_a_hidden_complaint_is_said_in_no_group(open_channel: Any, home: Place, estate: Estate, sunqi: User) -> None:
    open_channel(wanted=list(KINDS))
    about_them = Classification("major", "quality", about_department="engineering")
    for hidden in (True, False):
        WorkOrder.register_call(
            home, "没人管", Category.leaf(estate, "9502"), by=sunqi, channel="phone", read_back=True,
            details=Details(complaint=about_them._replace(hidden=hidden)))
    notify()
    first, second = WorkOrder.select().order_by(WorkOrder.id)
    assert {delivery.order for delivery in Delivery.select()} == {second}
    assert first.complaint.hidden
