"""The page of the callback policy: read by all, changed by the manager, printed as the estate's own rule."""
from typing import Any

import pytest

from models.callback import Policy
from models.place import Estate
from models.user import User
from tests.models.conftest import hire
from tests.views.conftest import key, sentences

ADDRESS = "/callback-policy"
WHY = "业委会建议"


@pytest.fixture
def policy(estate: Estate) -> Policy:
    """The one that came with the estate."""
    Policy.delete().where(Policy.ended_at.is_null()).execute()
    Policy.update(ended_at=None).execute()
    return Policy.get()


def form_of(page: Any) -> Any:
    return next(form for form in page.forms.values() if form.action == ADDRESS)


def text_of(page: Any, selector: str) -> str:
    return " ".join(page.html.select_one(selector).get_text(" ", strip=True).split())


def test_everybody_of_the_estate_reads_it_and_finds_it_under_their_own_page(browse: Any, policy: Policy) -> None:
    for login in ("chenliang", "luxia", "machunsheng", "v-dianti", "yzdb", "admin"):
        visitor = browse(login)
        assert f'href="{ADDRESS}"' in visitor.get("/account")
        page = visitor.get(ADDRESS)
        assert f'href="{ADDRESS}/new"' not in page
    told = text_of(page, ".rules")
    for words in ("09:00–12:00、14:00–20:00", "报修及其他 24小时", "PL 计划/工程类 时限表另定 72小时", "最多拨打 3 次",
                  "我是青禾里物业服务中心回访员，工号〔工号〕", "重大投诉由项目经理回访。", "必须是三个不同的人",
                  "X7 未接通 不是免回访", "抽取 10%，至少 5 单", "核实业主报的每一件事"):
        assert words in told
    assert "第 1 版" in page
    assert text_of(page, ".changes").startswith("初始导入")


def test_an_estate_that_wrote_none_shows_the_usual_rule(browse: Any, policy: Policy) -> None:
    Policy.delete().execute()
    for address in (ADDRESS, f"{ADDRESS}/sheet"):
        page = browse("chenliang").get(address)
        assert "通用制度，尚未修改" in page
        assert "您好，我是青禾里物业服务中心回访员（工号〔工号〕）" in text_of(page, ".rules")
    assert not page.html.select(".changes")
    form = form_of(browse("zhaomin").get(f"{ADDRESS}/new"))
    form["due_h"], form["why"] = "12", WHY
    assert "第 1 版" in form.submit().follow()


def test_the_manager_changes_it_and_the_page_says_who_why_and_from_what_to_what(browse: Any, policy: Policy) -> None:
    visitor = browse("zhaomin")
    form = form_of(visitor.get(f"{ADDRESS}/new"))
    form["due_h"], form["K9"], form["why"] = "12", "还有什么要我们做的？", WHY
    form.set("codes", False, index=1)  # X3
    page = form.submit().follow()
    assert (Policy.of(policy.estate).due_h, Policy.of(policy.estate).codes) == (12, "X1 X4 X6 X8")
    changes = text_of(page, ".changes")
    for words in ("赵敏华", WHY, "回访时限（完工后小时）：24 → 12", "X1 X3 X4 X6 X8 → X1 X4 X6 X8",
                  "K9：您还有什么需求、不满或建议？ → 还有什么要我们做的？"):
        assert words in changes.replace(" ：", "：")
    assert "第 2 版" in page
    assert "X3 匿名报事，无联系方式 本项目不用，仍须回访" in text_of(page, ".rule-codes")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_usual_words_are_never_kept_in_any_language(browse: Any, policy: Policy, lang: str) -> None:
    Policy.delete().execute()
    form = form_of(browse("zhaomin", lang=lang).get(f"{ADDRESS}/new"))
    assert form["purpose"].value
    assert form["K10"].value
    form["gap_h"], form["why"] = "3", WHY
    form.submit()
    kept = Policy.of(policy.estate)
    assert (kept.purpose, kept.scope, kept.who, kept.questions) == ("", "", "", {})


def test_what_is_emptied_has_its_usual_words_again(browse: Any, policy: Policy) -> None:
    form = form_of(browse("zhaomin").get(f"{ADDRESS}/new"))
    form["K1"], form["purpose"], form["why"] = "", "  为业主\n办好事  ", WHY
    page = form.submit().follow()
    assert "K1" not in Policy.of(policy.estate).questions
    assert "K1 问题是否彻底修好、解决？" in text_of(page, ".rule-questions")
    assert "为业主<br>办好事" in page


@pytest.mark.parametrize(("field", "value", "said"), [
    ("due_h", "0", "回访时限（完工后小时）：请填 1 到 240 之间的整数。"),
    ("sample_pct", "一成", "每月抽查比例（%）：请填 1 到 100 之间的整数。"),
    ("slots", "3", "不同时段数不能多于拨打次数，最多 2。"),
    ("hours", "早上", "请按先后填写时段"), ("why", " ", "请填写这一项"), ("purpose", "字" * 2001, "文字太长"),
    ("K0", "我是{name}", "K0：“{name}”无法自动填入，只能用 {estate} {badge} {day} {matter}。"),
    ("K3", "字" * 201, "文字太长"),
])
def test_bad_input_gets_one_sentence_and_keeps_what_was_typed(
        browse: Any, policy: Policy, field: str, value: str, said: str) -> None:
    form = form_of(browse("zhaomin").get(f"{ADDRESS}/new"))
    form["most"], form["why"], form["scope"] = "2", WHY, "全部工单"
    form.set("codes", False, index=0)
    form[field] = value
    page = form.submit(expect_errors=True)
    assert page.status_code == 422
    assert len(sentences(page)) == 1
    assert said in sentences(page)[0]
    again = form_of(page)
    assert (again["most"].value, again["scope"].value, again[field].value.strip()) == ("2", "全部工单", value.strip())
    assert not again.get("codes", index=0).checked
    assert page.html.select_one(f"[name={field}]")["aria-invalid"] == "true"
    assert Policy.select().count() == 1


@pytest.mark.parametrize("sent", [{"codes": "X2"}, {"codes": "../x"}, {"due_h": ""}])
def test_what_no_form_sends_is_refused_as_well(browse: Any, policy: Policy, sent: dict[str, str]) -> None:
    visitor = browse("zhaomin")
    form = form_of(visitor.get(f"{ADDRESS}/new"))
    fields = dict(form.submit_fields()) | {"why": WHY, "most": "2"} | sent
    assert visitor.post(ADDRESS, fields, expect_errors=True).status_code == 422
    assert visitor.post(ADDRESS, {"key": key()}, expect_errors=True).status_code == 422
    assert Policy.select().count() == 1


def test_what_changes_nothing_is_said_so(browse: Any, policy: Policy) -> None:
    form = form_of(browse("zhaomin").get(f"{ADDRESS}/new"))
    form["why"] = WHY
    page = form.submit(expect_errors=True)
    assert (page.status_code, sentences(page)) == (422, ["没有改动。"])


def test_of_two_managers_the_second_sees_what_the_first_changed_beside_what_they_typed(
        browse: Any, policy: Policy, zhaomin: User) -> None:
    second = hire(policy.estate, "second", "manager")
    form = form_of(browse("second").get(f"{ADDRESS}/new"))
    policy.change({"due_h": "20"}, "先改一步", by=zhaomin)
    form["due_h"], form["why"] = "36", "后改一步"
    page = form.submit(expect_errors=True)
    assert page.status_code == 409
    assert sentences(page) == ["制度刚被他人修改，请查看现在的内容。"]
    assert "24 → 20" in text_of(page, ".changes")
    assert "初始导入" not in text_of(page, ".changes")
    again = form_of(page)
    assert (again["due_h"].value, again["why"].value) == ("36", "后改一步")
    again.submit()
    assert [(one.due_h, one.made_by) for one in Policy.of(policy.estate).history()][:2] == [
        (36, second), (20, zhaomin)]


@pytest.mark.parametrize("login", ["guoqiang", "sunqi", "luxia", "admin"])
def test_nobody_else_changes_it(browse: Any, policy: Policy, login: str) -> None:
    visitor = browse(login)
    assert visitor.get(f"{ADDRESS}/new", expect_errors=True).status_code == 403
    assert visitor.post(ADDRESS, {"key": key(), "why": WHY}, expect_errors=True).status_code == 403
    assert Policy.select().count() == 1


def test_a_second_tap_makes_one_version(browse: Any, policy: Policy) -> None:
    form = form_of(browse("zhaomin").get(f"{ADDRESS}/new"))
    form["due_h"], form["why"] = "12", WHY
    assert [form.submit().status_code for _ in range(2)] == [303, 303]
    assert Policy.select().count() == 2


def test_the_sheet_is_the_estates_own_rule_with_version_dates_and_room_to_sign(browse: Any, policy: Policy) -> None:
    page = browse("chenliang").get(f"{ADDRESS}/sheet")
    assert text_of(page, ".paper-title") == "青禾里回访制度"
    since = policy.estate.local(policy.made_at).date()
    assert text_of(page, ".paper-version").startswith(f"第 1 版 · {since} 起执行 ·")
    assert [one.get_text(strip=True) for one in page.html.select(".signatures p")] == [
        "编制：", "审核：", "批准：", "日期："]
    assert page.html.select_one("[data-print]")
    assert not page.html.select(".paper form")


def test_the_english_page_has_no_raw_codes(browse: Any, policy: Policy) -> None:
    visitor = browse("zhaomin", lang="en")
    assert "Every month 10% of the callbacks that ended, at least 5" in visitor.get(ADDRESS)
    assert "always holds" in visitor.get(f"{ADDRESS}/new")
