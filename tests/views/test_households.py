"""The pages of homes: choosing, planning, calling, care notes and coverage."""
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from models.base import now
from models.callback import HouseholdAttempt, HouseholdCall, HouseholdSequel, Said
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import CareNote, WorkOrder
from tests.conftest import PASSWORD
from tests.views.conftest import form_of, key, sentences, tick
from tests.views.test_queries import reads


@pytest.fixture
def known(home: Place) -> Place:
    """A home that left a phone, and whose owner nobody has talked with."""
    WorkOrder.report(home, "灯不亮", by=None, name="王小花", phone="13800001234")
    return home


@pytest.fixture
def due(estate: Estate) -> str:
    return f"{estate.local(now()).date() + timedelta(days=3)}"


@pytest.fixture
def call(known: Place, luxia: User, estate: Estate) -> HouseholdCall:
    [planned] = HouseholdCall.plan([known], "care", estate.local(now()).date(), by=luxia, note="问供暖")
    return planned


def text_of(page: Any) -> str:
    return str(page.html.select_one("main").get_text(" ", strip=True))


# -- choosing and planning


@pytest.mark.parametrize("login", ["sunqi", "luxia", "guoqiang", "zhaomin"])
def test_homes_are_ticked_and_planned(browse: Any, known: Place, due: str, login: str) -> None:
    visitor = browse(login)
    page = visitor.get("/households", {"building": "8栋"})
    assert "王** 138****1234" in text_of(page)
    assert "13800001234" not in page
    assert "王小花" not in page
    form = form_of(page, "household-calls")
    tick(form, "homes", str(known.id))
    form["why"], form["due"], form["plan_note"] = "regular", due, "供暖如何"
    page = form.submit().follow()
    assert known.full_name in page
    assert HouseholdCall.get().planned_by.login == login
    assert known.full_name not in text_of(visitor.get("/households", {"building": "8栋"}))


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"homes": ""}, "请至少勾选一户。"), ({"why": ""}, "请选择回访事由。"), ({"due": ""}, "请填今天起 90 天内的日期。"),
    ({"due": "2020-01-01"}, "请填今天起 90 天内的日期。"), ({"due": "0000-99-99"}, "请填今天起 90 天内的日期。"),
    ({"homes": "999999999"}, "请至少勾选一户。"), ({"homes": "x"}, "请至少勾选一户。"),
])
def test_what_cannot_be_planned_is_said_and_the_form_stays(
        browse: Any, known: Place, due: str, fields: dict[str, str], sentence: str) -> None:
    sent = {"key": key(), "homes": str(known.id), "why": "regular", "due": due, "building": "8栋", "days": "0",
            "plan_note": "供暖如何", **fields}
    answer = browse("luxia").post("/household-calls", sent, status=422)
    assert sentences(answer) == [sentence]
    assert form_of(answer, "household-calls")["plan_note"].value == "供暖如何"
    assert not HouseholdCall.select().exists()


def test_a_home_of_another_estate_cannot_be_planned(browse: Any, other_estate: Estate, due: str) -> None:
    unit = Place.get(Place.estate == other_estate)
    theirs = Place.add(other_estate, "home", "0101", parent=unit)
    WorkOrder.report(theirs, "灯不亮", by=None, name="李先生", phone="13900005678")
    answer = browse("luxia").post("/household-calls", {
        "key": key(), "homes": str(theirs.id), "why": "regular", "due": due}, status=422)
    assert "请至少勾选一户。" in sentences(answer)
    assert not HouseholdCall.select().exists()
    for noun in ("", "/care-note", "/care-note/removal"):
        visitor = browse("luxia")
        where = f"/households/{theirs.id}{noun}"
        assert (visitor.post(where, {"key": key()}, expect_errors=True) if noun else visitor.get(
            where, expect_errors=True)).status_code == 404


@pytest.mark.parametrize("asked", [
    {}, {"building": "99栋"}, {"days": "x"}, {"days": "-1"}, {"days": "99999999999"}, {"care": "2"}])
def test_an_odd_question_finds_homes_all_the_same(browse: Any, known: Place, asked: dict[str, str]) -> None:
    assert known.full_name in browse("luxia").get("/households", asked)


def test_a_list_of_many_homes_costs_as_many_reads_as_one_of_few(browse: Any, estate: Estate, known: Place) -> None:
    visitor = browse("luxia")
    few = reads(visitor, "/households?days=0")
    for home in Place.select().where(Place.kind == "home").limit(12):
        WorkOrder.report(home, "灯不亮", by=None, name="李先生", phone="13900005678")
    assert reads(visitor, "/households?days=0") == few


# -- calling


def test_the_phone_is_shown_after_a_logged_look_and_only_to_who_looked(
        browse: Any, call: HouseholdCall) -> None:
    where = f"/household-calls/{call.id}"
    visitor = browse("luxia")
    page = visitor.get(where)
    assert "13800001234" not in page
    page = form_of(page, "reveals").submit().follow()
    assert page.html.select_one('a[href="tel:13800001234"]')
    assert Event.about(call.number).order_by(Event.id.desc()).first().detail["reason"] == "call_back"
    assert "13800001234" not in browse("zhaomin").get(where)
    assert "13800001234" not in browse("sunqi").get(where)


def test_a_call_is_recorded_on_the_script_without_an_order(browse: Any, call: HouseholdCall, luxia: User) -> None:
    visitor = browse("luxia")
    page = visitor.get(f"/household-calls/{call.id}")
    assert f"工号{luxia.badge}" in text_of(page)
    form = form_of(page, "attempts")
    form["outcome"], form["overall"], form["empathy"] = "answered", "fairly", "4"
    form["need"], form["words"] = "换门铃", "还行"
    page = form.submit().follow()
    assert HouseholdCall.get().outcome == "answered"
    page = next(f for f in page.forms.values() if f.action.endswith("/orders")).submit("wish").follow()
    assert "换门铃" in page.html.select_one(".order-text").get_text()
    order = HouseholdSequel.get().order
    assert order.number in visitor.get(f"/household-calls/{call.id}")
    answer = visitor.post(f"/household-calls/{call.id}/orders", {"key": key(), "wish": "need"}, status=409)
    assert "已经转为工单。" in text_of(answer)


@pytest.mark.parametrize(("fields", "status"), [
    ({}, 422), ({"outcome": "sung"}, 422), ({"outcome": "answered"}, 422), ({"outcome": "later"}, 422),
    ({"outcome": "later", "agreed_at": "soon"}, 422),
    ({"outcome": "answered", "overall": "dissatisfied", "words": ""}, 422),
    ({"outcome": "answered", "overall": "satisfied", "empathy": "9"}, 422),
])
def test_a_call_that_says_too_little_is_refused_as_typed(
        browse: Any, call: HouseholdCall, fields: dict[str, str], status: int) -> None:
    answer = browse("luxia").post(f"/household-calls/{call.id}/attempts", {
        "key": key(), "words": "打字很久", **fields}, status=status)
    assert len(sentences(answer)) == 1
    assert form_of(answer, "attempts")["words"].value == fields.get("words", "打字很久")
    assert not HouseholdAttempt.select().exists()


def test_a_second_tap_records_one_call(browse: Any, call: HouseholdCall) -> None:
    sent = {"key": key(), "outcome": "no_answer"}
    visitor = browse("luxia")
    for _ in range(2):
        assert visitor.post(f"/household-calls/{call.id}/attempts", sent).status_code == 303
    assert HouseholdAttempt.select().count() == 1


def test_who_is_no_caller_reads_the_screen_and_has_no_form(browse: Any, call: HouseholdCall) -> None:
    page = browse("sunqi").get(f"/household-calls/{call.id}")
    assert "由回访专员或项目经理拨打。" in text_of(page)
    assert [form for form in page.forms.values() if form.action.endswith(("/attempts", "/reveals"))] == []


def test_the_queue_says_what_to_do_next(browse: Any, known: Place, luxia: User) -> None:
    visitor = browse("luxia")
    assert "没有待打的定期回访" in text_of(visitor.get("/household-calls"))
    [call] = HouseholdCall.plan([known], "regular", known.estate.local(now()).date(), by=luxia)
    assert known.full_name in text_of(visitor.get("/household-calls"))
    form = form_of(visitor.get(f"/household-calls/{call.id}"), "removal")
    form["drop_why"] = "搬走了"
    assert "已取消" in text_of(form.submit().follow())
    assert "没有待打的定期回访" in text_of(visitor.get("/household-calls"))


def test_an_unknown_call_or_one_of_another_estate_does_not_exist(
        browse: Any, call: HouseholdCall, other_estate: Estate) -> None:
    User.add("fremd", "外人", PASSWORD, badge="ZZ9", department="service", estates=[other_estate],
             roles=["caller", "manager"])
    for visitor, id in ((browse("fremd"), call.id), (browse("luxia"), 999999)):
        assert visitor.get(f"/household-calls/{id}", expect_errors=True).status_code == 404
        for noun in ("attempts", "reveals", "orders", "removal"):
            answer = visitor.post(f"/household-calls/{id}/{noun}", {"key": key()}, expect_errors=True)
            assert answer.status_code == 404, noun


# -- care notes


@pytest.mark.parametrize("login", ["sunqi", "luxia", "guoqiang", "zhaomin"])
def test_a_care_note_is_kept_changed_and_removed(browse: Any, known: Place, login: str) -> None:
    visitor, where = browse(login), f"/households/{known.id}"
    form = form_of(visitor.get(where), "care-note")
    tick(form, "care_codes", "elderly")
    form["care_text"], form["consent"] = "敲门要重一些", True
    form = form_of(form.submit().follow(), "care-note")
    form["care_text"], form["consent"] = "白天再来", True
    page = form.submit().follow()
    assert "白天再来" in page.html.select_one(".care").get_text()
    assert "敲门要重一些" in page
    form = form_of(page, "removal")
    form["care_why"] = "本人要求"
    page = form.submit().follow()
    assert page.html.select(".care") == []
    assert "白天再来" not in page
    assert "敲门要重一些" not in page
    assert "本人要求" in page


def test_without_consent_it_is_not_kept_and_what_was_typed_stays(browse: Any, known: Place) -> None:
    answer = browse("sunqi").post(f"/households/{known.id}/care-note", {
        "key": key(), "care_codes": "elderly", "care_text": "敲门要重一些", "seen": ""}, status=422)
    assert sentences(answer) == ["须经本人同意才能记录：请先征得同意再勾选。"]
    form = form_of(answer, "care-note")
    assert (form["care_text"].value, [box.value for box in form.fields["care_codes"] if box.checked]) == (
        "敲门要重一些", ["elderly"])
    assert not CareNote.select().exists()


def test_who_was_slower_is_shown_what_holds_now(browse: Any, known: Place, luxia: User) -> None:
    visitor = browse("sunqi")
    form = form_of(visitor.get(f"/households/{known.id}"), "care-note")
    CareNote.write(known, ["pets"], "有狗", consent=True, by=luxia)
    tick(form, "care_codes", "elderly")
    form["consent"] = True
    answer = form.submit(status=409)
    assert "有狗" in answer
    assert CareNote.select().count() == 1


def test_the_order_the_assignment_and_the_call_show_it_to_who_may_read_it(
        browse: Any, assigned_order: WorkOrder, call: HouseholdCall, home: Place, sunqi: User) -> None:
    CareNote.write(home, ["hearing"], "敲门要重一些", consent=True, by=sunqi)
    order = f"/work-orders/{assigned_order.number}"
    shown = (("sunqi", order), ("sunqi", f"{order}/assignment"), ("chenliang", order), ("luxia", order),
             ("luxia", f"/household-calls/{call.id}"), ("sunqi", f"/work-orders/near?place={quote(home.full_name)}"))
    for login, where in shown:
        assert "敲门要重一些" in browse(login).get(where), (login, where)
    WorkOrder.update(reported_by=User.get(User.login == "machunsheng")).execute()
    for login in ("machunsheng", "yzdb"):
        page = browse(login).get(order)
        assert "敲门要重一些" not in page
        assert page.html.select(".care") == []
    for login in ("chenliang", "machunsheng", "yzdb", "admin"):
        assert browse(login).get(f"/households/{home.id}", expect_errors=True).status_code == 403


def test_what_is_no_home_has_no_page(browse: Any, known: Place) -> None:
    for id in (known.parent.id, 999999):
        assert browse("sunqi").get(f"/households/{id}", expect_errors=True).status_code == 404


# -- coverage


def test_the_share_is_shown_with_its_numerator_and_denominator(
        browse: Any, call: HouseholdCall, luxia: User, estate: Estate) -> None:
    HouseholdAttempt.make(call, "answered", by=luxia, told=Said(overall="satisfied"))
    small = Place.add(estate, "building", "会所")
    Place.add(estate, "building", "门岗楼")
    Place.add(estate, "home", "0101", parent=Place.add(estate, "unit", "1单元", parent=small))
    page = browse("guoqiang").get("/households/coverage")
    rows = {row.th.get_text(strip=True): row.td.get_text(" ", strip=True) for row in page.html.select("tbody tr")}
    assert rows["8栋"] == "1% 1/144"
    assert rows["7栋"] == "0% 0/144"
    assert rows["会所"] == "样本不足 0/1"
    assert rows["门岗楼"] == "暂无数据 0/0"
    assert rows["全小区"].startswith("1% 1/")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_no_page_shows_a_bare_code(browse: Any, call: HouseholdCall, known: Place, sunqi: User, lang: str) -> None:
    CareNote.write(known, ["hearing"], "", consent=True, by=sunqi)
    visitor = browse("luxia", lang=lang)
    for where in ("/households?days=0", "/households/coverage", "/household-calls", f"/household-calls/{call.id}",
                  f"/households/{known.id}"):
        found = re.findall(r"\b(?:said|household|care|talked|reopen|settled|wish|dimension|question)\.[a-zA-Z0-9_]+",
                           text_of(visitor.get(where)))
        assert found == [], where
