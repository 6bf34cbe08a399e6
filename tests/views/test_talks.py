"""The log of what was said, the talk noted and the order reopened, as pages show them."""
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from models.base import now
from models.callback import Rating, Said
from models.dispatch import Category
from models.event import Event
from models.place import Place
from models.user import User
from models.work_order import CareNote, Classification, Details, Reopening, Talk, WorkOrder
from tests.conftest import PASSWORD
from tests.views.conftest import form_of, key, nothing_stored, sentences
from views.progress import steps_taken

AWAY = "198.51.100.9"


def path(order: WorkOrder) -> str:
    return f"/work-orders/{order.number}"


def log(page: Any) -> list[str]:
    return [line.get_text(" ", strip=True) for line in page.html.select(".talk")]


@pytest.fixture
def disputed(calling_order: WorkOrder) -> WorkOrder:
    Rating.give(calling_order, Said("no", "dissatisfied", "墙还是湿的"), address=AWAY)
    return calling_order


# -- a talk


@pytest.mark.parametrize("login", ["sunqi", "chenliang", "guoqiang", "luxia", "zhaomin"])
def test_a_talk_is_noted_on_the_orders_page_and_shown_to_the_next(
        browse: Any, working_order: WorkOrder, login: str) -> None:
    visitor = browse(login)
    form = form_of(visitor.get(path(working_order)), "talks")
    form["talk_way"], form["talk_words"] = "phone", "白天没人，打 13912345678"
    assert form.submit().status_code == 303
    assert Talk.get().by.login == login
    for other in ("sunqi", "chenliang", "luxia"):
        [line] = log(browse(other).get(path(working_order)))
        assert line.startswith("沟通 电话")
        assert "白天没人，打 139****5678" in line
        assert User.get(User.login == login).name in line


def test_who_works_without_a_signal_sends_it_through_the_outbox(browse: Any, working_order: WorkOrder) -> None:
    assert form_of(browse("chenliang").get(path(working_order)), "talks").html.form["data-outbox"] == "talk"
    assert not form_of(browse("sunqi").get(path(working_order)), "talks").html.form.get("data-outbox")


@pytest.mark.parametrize("fields", [
    {"talk_way": "phone"}, {"talk_words": "讲了"}, {"talk_way": "smoke", "talk_words": "讲了"},
    {"talk_way": "phone", "talk_words": "长" * 2001},
])
def test_a_talk_that_says_too_little_or_too_much_is_refused_as_typed(
        browse: Any, stage: Any, working_order: WorkOrder, fields: dict[str, str]) -> None:
    visitor = browse("sunqi")
    with nothing_stored(stage):
        answer = visitor.post(f"{path(working_order)}/talks", {"key": key(), **fields}, status=422)
    assert len(sentences(answer)) == 1
    assert form_of(answer, "talks")["talk_words"].value == fields.get("talk_words", "")
    assert not Talk.select().exists()


@pytest.mark.parametrize("login", ["xuwei", "machunsheng", "yzdb"])
def test_who_does_not_talk_with_the_owner_sees_no_log_and_no_form(
        browse: Any, working_order: WorkOrder, sunqi: User, login: str) -> None:
    Talk.note(working_order, "phone", "白天没人", by=sunqi)
    WorkOrder.update(reported_by=User.get(User.login == login)).execute()
    page = browse(login).get(path(working_order))
    assert log(page) == []
    assert [form for form in page.forms.values() if form.action.endswith(("/talks", "/reopening"))] == []
    browse(login).post(f"{path(working_order)}/talks", {"key": key(), "talk_way": "phone", "talk_words": "讲"},
                       status=403)


def test_the_log_stands_wherever_the_owner_is_talked_with_next(
        browse: Any, calling_order: WorkOrder, home: Place, sunqi: User) -> None:
    Talk.note(calling_order, "phone", "白天没人", by=sunqi)
    again = WorkOrder.report(home, "又滴水", by=None, name="王女士", phone="13800001234")
    for login, where in (
        ("sunqi", f"{path(again)}/registration"), ("sunqi", path(again)),
        ("sunqi", f"{path(calling_order)}/assignment"), ("luxia", f"/households/{home.id}"),
        ("sunqi", f"/work-orders/near?place={quote(home.full_name)}"),
    ):
        assert any("白天没人" in line for line in log(browse(login).get(where))), where


def test_who_calls_is_not_known_yet_so_no_owner_is_named_while_a_call_is_taken(
        browse: Any, working_order: WorkOrder, home: Place, sunqi: User) -> None:
    where = f"/work-orders/near?place={quote(home.full_name)}"
    assert log(browse("sunqi").get(where)) == []
    Talk.note(working_order, "phone", "白天没人", by=sunqi)
    [line] = log(browse("sunqi").get(where))
    assert "白天没人" in line
    assert "王" not in line


def test_a_hidden_complaint_stays_hidden_in_every_log(browse: Any, home: Place, estate: Any, tangwen: User) -> None:
    guard = User.add("guard", "门卫甲", PASSWORD, badge="ZZ8", department="order", estates=[estate],
                     roles=["supervisor", "desk", "caller"])
    complaint = WorkOrder.register_call(
        home, "保安吼我", Category.leaf(estate, "9501"), by=tangwen, channel="phone", read_back=True, name="孟女士",
        phone="13800009999",
        details=Details(complaint=Classification(cause="attitude", about_department="order", hidden=True)))
    Talk.note(complaint, "phone", "别说是我讲的", by=tangwen)
    order = WorkOrder.report(home, "灯不亮", by=None, name="王女士", phone="13800001234")
    pages = (path(order), f"/households/{home.id}", f"/work-orders/near?place={quote(home.full_name)}",
             f"{path(order)}/registration", "/households?days=0", f"/households?building={quote('8栋')}&days=0")
    for page in pages:
        seen, kept = browse("sunqi").get(page), browse(guard.login).get(page)
        assert seen.status_code == kept.status_code == 200
        for secret in ("保安吼我", "别说是我讲的", complaint.number, "孟女士", "138****9999"):
            assert secret not in kept, (page, secret)
    assert "别说是我讲的" in browse("sunqi").get(path(order))


def test_the_copy_on_a_phone_holds_the_orders_own_talks_and_no_care_note(
        browse: Any, working_order: WorkOrder, home: Place, sunqi: User) -> None:
    other = WorkOrder.report(home, "上个月的事", by=None, name="王女士", phone="13800001234")
    Talk.note(other, "phone", "上个月讲的", by=sunqi)
    Talk.note(working_order, "phone", "今天讲的", by=sunqi)
    CareNote.write(home, ["hearing"], "多按几次门铃", consent=True, by=sunqi)
    visitor = browse("chenliang")
    page, copy = visitor.get(path(working_order)), visitor.get(path(working_order), headers={"Offline-Copy": "1"})
    assert all(words in page for words in ("上个月讲的", "今天讲的", "多按几次门铃"))
    assert "今天讲的" in copy
    assert "上个月讲的" not in copy
    assert "多按几次门铃" not in copy


# -- the promise to talk again


def test_who_is_owed_a_talk_stands_at_the_top_with_the_form_until_it_is_noted(
        browse: Any, disputed: WorkOrder) -> None:
    visitor = browse("sunqi")
    page = visitor.get(path(disputed))
    [call] = page.html.select(".recontact")
    assert "再次联系业主" in call.get_text()
    assert page.html.select_one(".recontact + details").has_attr("open")
    form = form_of(page, "talks")
    form["talk_way"], form["talk_words"] = "phone", "约好明早"
    page = form.submit().follow()
    assert page.html.select(".recontact") == []
    assert "约好明早" in page
    assert WorkOrder.get_by_id(disputed.id).recontact_due is None


def test_lists_name_it_as_what_is_due(browse: Any, disputed: WorkOrder) -> None:
    assert "再次联系业主" in browse("sunqi").get("/work-orders?queue=doing")


# -- reopening


@pytest.mark.parametrize("login", ["sunqi", "guoqiang", "zhaomin"])
def test_an_archived_order_is_reopened_from_its_page(browse: Any, archived_order: WorkOrder, login: str) -> None:
    visitor = browse(login)
    form = form_of(visitor.get(path(archived_order)), "reopening")
    form["reopen_reason"], form["reopen_words"] = "incomplete", "接头还是潮的"
    page = form.submit().follow()
    assert WorkOrder.get_by_id(archived_order.id).state == "rework"
    assert [tag.get_text(strip=True) for tag in page.html.select('.tag[data-kind="again"]')] == ["第 2 轮", "返修"]
    [event] = page.html.select('.event[data-verb="reopen"]')
    assert "没有修彻底" in event.get_text()
    assert "接头还是潮的" in event.get_text()
    assert "没有修彻底" in page.html.select_one(".why-again").get_text()
    assert "返修" in visitor.get("/work-orders?queue=doing")


@pytest.mark.parametrize("fields", [
    {"reopen_words": "还漏"}, {"reopen_reason": "whim", "reopen_words": "还漏"}, {"reopen_reason": "again"},
])
def test_a_reopening_without_reason_or_words_is_refused(
        browse: Any, stage: Any, archived_order: WorkOrder, fields: dict[str, str]) -> None:
    with nothing_stored(stage):
        answer = browse("sunqi").post(f"{path(archived_order)}/reopening", {"key": key(), **fields}, status=422)
    assert len(sentences(answer)) == 1
    assert form_of(answer, "reopening")["reopen_words"].value == fields.get("reopen_words", "")


def test_after_thirty_days_it_is_not_offered_and_not_taken(browse: Any, archived_order: WorkOrder) -> None:
    WorkOrder.update(archived_at=now() - timedelta(days=31)).where(WorkOrder.id == archived_order.id).execute()
    visitor = browse("sunqi")
    assert [form for form in visitor.get(path(archived_order)).forms.values()
            if form.action.endswith("/reopening")] == []
    visitor.post(f"{path(archived_order)}/reopening", {
        "key": key(), "reopen_reason": "again", "reopen_words": "还漏"}, status=403)
    assert not Reopening.select().exists()


def test_a_reopened_order_whose_worker_is_gone_asks_to_be_assigned(
        browse: Any, archived_order: WorkOrder, chenliang: User, sunqi: User) -> None:
    chenliang.disable()
    Reopening.make(WorkOrder.get_by_id(archived_order.id), "again", "又滴水", by=sunqi)
    page = browse("sunqi").get(path(archived_order))
    assert f"{chenliang.name}已不在岗，请重新派单" in page
    assert page.html.select_one(f'a[href="{path(archived_order)}/assignment"]')
    assert archived_order.title in browse("sunqi").get("/work-orders?queue=registered")


def test_the_owner_sees_the_steps_that_are_to_come_once_more(
        archived_order: WorkOrder, sunqi: User, chenliang: User) -> None:
    def steps(order: WorkOrder) -> dict[str, bool]:
        return {step: event is not None for step, event in steps_taken(order, list(Event.about(order.number)))}

    assert set(steps(archived_order).values()) == {True}
    Reopening.make(archived_order, "again", "又滴水", by=None)
    assert [step for step, taken in steps(archived_order).items() if not taken] == ["arrive", "finish", "pass", "close"]


def test_an_enquiry_taken_up_again_is_no_longer_told_as_answered(home: Place, sunqi: User) -> None:
    order = WorkOrder.register_call(home, "停车证怎么办", Category.leaf(home.estate, "9601"), by=sunqi, channel="phone",
                                    read_back=True, name="王女士", phone="13800001234")
    order.answer("带行驶证到前台", by=sunqi)
    Reopening.make(order, "incomplete", "还要房产证？", by=sunqi)
    steps = dict(steps_taken(order, list(Event.about(order.number))))
    assert "answer" not in steps
    assert [step for step, event in steps.items() if event] == ["report", "register"]
