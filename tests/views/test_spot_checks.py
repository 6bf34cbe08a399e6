"""The pages of the spot checks: a month's sample, one of them, and what the order's page says of it."""
from typing import Any

import pytest

from models.base import now
from models.callback import Callback, Draw, SpotCheck
from models.callback.figures import Period
from models.user import User
from models.work_order import WorkOrder
from tests.conftest import a_month_ago
from tests.views.conftest import form_of, key, sentences
from tests.views.test_queries import reads


@pytest.fixture
def month(archived_order: WorkOrder) -> str:
    """The month in which the archived order's callback ended."""
    return a_month_ago(archived_order.estate).code


@pytest.fixture
def check(archived_order: WorkOrder, month: str, zhaomin: User) -> SpotCheck:
    SpotCheck.draw_month(Period.parse(month, archived_order.estate), by=zhaomin)
    return SpotCheck.get()


def text_of(page: Any, selector: str) -> str:
    return " ".join(page.html.select_one(selector).get_text(" ", strip=True).split())


def address(check: SpotCheck) -> str:
    return f"/work-orders/{check.order.number}/spot-checks/{check.id}"


def test_the_supervisor_draws_checks_and_sees_the_figures(browse: Any, archived_order: WorkOrder, month: str) -> None:
    visitor = browse("renmei")
    page = visitor.get(f"/spot-checks?month={month}")
    assert "应抽查 1 10%，至少 5 单" in text_of(page, ".group")
    assert "暂无数据" in text_of(page, ".group")
    page = form_of(page, "spot-checks").submit().follow()
    assert "已查 / 已抽 0 / 1" in text_of(page, ".group")
    assert f"qingheli {month}" in page
    assert "1 单中抽 1 单 · 任梅" in page
    assert not [form for form in page.forms.values() if form.action == "/spot-checks"]
    one = visitor.get(page.html.select_one(".check-state").parent["href"])
    told = text_of(one, "#spot-check")
    for words in (archived_order.text, "电话已答复", "已接通 陆霞", "已解决", "更换软管"):
        assert words in told
    form = form_of(one, str(SpotCheck.get().id))
    form["way"], form["agrees"], form["note"] = "called", "no", "业主说还有点渗"
    page = form.submit().follow()
    assert page.request.path_qs == f"/spot-checks?month={month}"
    assert "已查 / 已抽 1 / 1" in text_of(page, ".group")
    assert "一致 / 已查 0 / 1" in text_of(page, ".group")
    assert "再次致电业主：业主说还有点渗" in page


def test_the_result_shows_with_the_order_and_in_its_story(browse: Any, check: SpotCheck) -> None:
    visitor = browse("sunqi")
    where = f"/work-orders/{check.order.number}"
    assert "抽查" not in visitor.get(where)
    check.record("reread", "no", "记录与录音不符", by=User.get(User.login == "renmei"))
    page = visitor.get(where)
    assert text_of(page, ".check-state") == "不一致"
    assert "复核记录 · 不一致" in text_of(page, ".event[data-verb=spot_check]")
    assert "记录与录音不符" in text_of(page, ".event[data-verb=spot_check]")


@pytest.mark.parametrize(("fields", "field", "said"), [
    ({"agrees": "yes"}, "way", "请选择抽查方式。"), ({"way": "called"}, "agrees", "请选择是否一致。"),
    ({"way": "called", "agrees": "no", "note": " "}, "note", "请写明哪里不符"),
    ({"way": "called", "agrees": "yes", "note": "字" * 201}, "note", "文字太长"),
    ({"way": "../x", "agrees": "yes", "note": "听过录音"}, "way", "请选择抽查方式。"),
])
def test_bad_input_gets_one_sentence_and_keeps_what_was_typed(
        browse: Any, check: SpotCheck, fields: dict[str, str], field: str, said: str) -> None:
    page = browse("renmei").post(address(check), {"key": key(), **fields}, expect_errors=True)
    assert page.status_code == 422
    assert len(sentences(page)) == 1
    assert said in sentences(page)[0]
    assert form_of(page, str(check.id))["note"].value == fields.get("note", "")
    assert page.html.select_one(f"[aria-invalid] [name={field}], [name={field}][aria-invalid]")
    assert SpotCheck.get().at is None


def test_whoever_had_a_part_is_shown_why_not_and_no_form(browse: Any, check: SpotCheck, month: str) -> None:
    visitor = browse("guoqiang")  # inspected it
    assert "您参与过本单，请由他人抽查。" in visitor.get(f"/spot-checks?month={month}")
    page = visitor.get(address(check))
    assert sentences(page) == ["您验收过本单，不能再维修、回访或抽查。"]
    assert not page.html.select("form.group-form")
    sent = {"key": key(), "way": "reread", "agrees": "yes"}
    assert visitor.post(address(check), sent, expect_errors=True).status_code == 403


def test_the_second_to_check_is_shown_the_first_ones_finding(browse: Any, check: SpotCheck) -> None:
    visitor = browse("renmei")
    form = form_of(visitor.get(address(check)), str(check.id))
    check.record("reread", "yes", "听过录音", by=User.get(User.login == "zhaomin"))
    form["way"], form["agrees"] = "called", "yes"
    page = form.submit(expect_errors=True)
    assert (page.status_code, sentences(page)) == (409, ["这条回访已有人抽查过。"])
    assert "听过录音" in page
    assert not page.html.select("form.group-form")


@pytest.mark.parametrize("month", ["2026", "2026-13", "x"])
def test_what_is_no_month_gets_a_sentence(browse: Any, estate: Any, month: str) -> None:
    visitor = browse("renmei")
    assert "不是统计期" in visitor.get(f"/spot-checks?month={month}", expect_errors=True)
    answer = visitor.post("/spot-checks", {"key": key(), "month": month}, expect_errors=True)
    assert answer.status_code == 422
    assert not Draw.select().exists()


def test_a_month_without_callbacks_says_so_and_draws_nothing(browse: Any, estate: Any) -> None:
    visitor = browse("renmei")
    page = visitor.get("/spot-checks?month=2025-01")
    assert "这个月没有完成的回访。" in page
    assert not [form for form in page.forms.values() if form.action == "/spot-checks"]
    sent = {"key": key(), "month": "2025-01"}
    answer = visitor.post("/spot-checks", sent, expect_errors=True)
    assert answer.status_code == 422
    assert "无从抽查" in sentences(answer)[0]
    answer = visitor.post("/spot-checks", {"key": key(), "month": "2199-01"}, expect_errors=True)
    assert "月份结束后才能抽样。" in answer


def test_last_month_is_shown_first(browse: Any, estate: Any) -> None:
    year, month = Period.month_of(now(), estate).before().last
    assert text_of(browse("renmei").get("/spot-checks"), ".weeks strong") == f"{year}年{month}月"


def test_only_supervisors_and_managers_find_it(browse: Any, check: SpotCheck) -> None:
    seen = {login: 'href="/spot-checks"' in browse(login).get("/account")
            for login in ("renmei", "zhaomin", "luxia", "sunqi", "chenliang", "yzdb")}
    assert seen == {"renmei": True, "zhaomin": True, "luxia": False, "sunqi": False, "chenliang": False, "yzdb": False}
    assert browse("luxia").get(address(check), expect_errors=True).status_code == 403


def test_a_check_of_another_order_is_not_found(browse: Any, check: SpotCheck, home: Any) -> None:
    other = WorkOrder.report(home, "别的事", by=None)
    path = f"/work-orders/{other.number}/spot-checks/{check.id}"
    assert browse("renmei").get(path, expect_errors=True).status_code == 404


def test_a_large_sample_costs_as_many_reads_as_a_small_one(
        browse: Any, check: SpotCheck, month: str, zhaomin: User) -> None:
    visitor, path = browse("renmei"), f"/spot-checks?month={month}"
    few = reads(visitor, path)
    at = now()
    for n in range(2, 100):
        Callback.create(order=check.order, round=n, created_at=at, due_at=at, outcome="unreached", settled_at=at)
    a_month_ago(check.order.estate)
    SpotCheck.draw_month(Period.parse(month, check.order.estate), by=zhaomin)
    assert SpotCheck.select().count() == 10
    assert reads(visitor, path) == few
