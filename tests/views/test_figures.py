"""The page of the callback's figures: what it shows to whom, and where its numbers lead."""
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from models.base import database, moment, now
from models.callback import DIMENSIONS, Attempt, Callback, Said
from models.callback.figures import FIGURES
from models.user import User
from models.work_order import WorkOrder
from tests.models.conftest import hire
from tests.views.conftest import sentences
from tests.views.test_queries import reads

READERS = ("guoqiang", "zhaomin", "luxia", "sunqi", "yzdb")


def text_of(page: Any, selector: str) -> str:
    return " ".join(page.html.select_one(selector).get_text(" ", strip=True).split())


def head_of(page: Any) -> dict[str, str]:
    """What each figure at the top of the page reads as."""
    return {one["data-figure"]: " ".join(one.select_one(".figure").get_text(" ", strip=True).split())
            for one in page.html.select(".figures-one")}


def copies(order: WorkOrder, many: int) -> None:
    """As many orders again, finished and inspected when this one was."""
    callback = Callback.get(Callback.order == order)
    with database.atomic():
        for n in range(many):
            copy = WorkOrder.create(**{**order.__data__, "id": None, "number": f"GD-{n:04}"})
            Callback.create(**{**callback.__data__, "id": None, "order": copy})


@pytest.fixture
def sent_back(calling_order: WorkOrder, luxia: User) -> WorkOrder:
    Attempt.make(calling_order, "answered", by=luxia, told=Said(
        "no", "dissatisfied", "还在漏", reasons=("R1",), scores=dict.fromkeys(DIMENSIONS, 2)))
    return calling_order


# -- what it shows


@pytest.mark.parametrize("login", READERS)
@pytest.mark.parametrize("group", ["month", "category", "grid"])
def test_an_estate_without_orders_says_so(browse: Any, stage: Any, login: str, group: str) -> None:
    page = browse(login).get(f"/figures?group={group}")
    assert head_of(page) == dict.fromkeys(FIGURES, "暂无数据 0/0")
    assert text_of(page, ".covered-head").startswith("暂无数据 0/0")
    if group == "month":
        assert len(page.html.select(".figures-table tbody tr")) == 12
    else:
        assert "本期没有验收合格的工单" in sentences(page)[0]


def test_under_five_it_says_too_few_and_shows_both_numbers_all_the_same(browse: Any, sent_back: WorkOrder) -> None:
    page = browse("guoqiang").get("/figures")
    assert head_of(page) == {
        "executed": "样本不足 1/1", "succeeded": "样本不足 1/1", "timely": "样本不足 1/1", "solved": "样本不足 0/1",
        "content": "样本不足 0/1", "redone": "样本不足 0/1"}
    assert "样本不足 2÷1" in text_of(page, ".figures-pair")
    assert "R1 未修好/反复 1" in text_of(page, ".figures-pair")
    assert "too few 0/1" in head_of(browse("guoqiang", lang="en").get("/figures"))["content"]


def test_from_five_on_it_says_per_cent(browse: Any, archived_order: WorkOrder, calling_order: WorkOrder) -> None:
    copies(archived_order, 4)
    page = browse("guoqiang").get("/figures")
    assert head_of(page)["executed"] == "100% 5/5"
    assert text_of(page, ".covered-head").startswith("100% 5/5")
    assert not page.html.select(".lacking")


def test_made_and_answered_stand_side_by_side(browse: Any, archived_order: WorkOrder) -> None:
    page = browse("guoqiang").get("/figures")
    first, second = page.html.select(".figures-one")[:2]
    assert (first["data-figure"], second["data-figure"]) == ("executed", "succeeded")
    for heading in page.html.select(".figures-table thead"):
        assert [one.get_text() for one in heading.select("th")][1:3] == ["执行", "成功"]
    bars = page.html.select(".trend-bar")
    assert [(bar["data-figure"], bar["height"]) for bar in bars] == [("executed", "100.0"), ("succeeded", "100.0")]


def test_every_figure_is_explained_on_the_page_with_its_source(browse: Any, stage: Any) -> None:
    page = browse("yzdb").get("/figures")
    terms = [one.get_text() for one in page.html.select(".definitions dt")]
    assert terms == ["回访执行率", "回访成功率", "回访及时率", "解决率", "满意率", "不满意整改率", "满意度得分",
                     "回访覆盖率", "怎么读"]
    assert "来源" in text_of(page, ".definitions")


def test_the_page_names_the_orders_that_are_not_covered(browse: Any, finished_order: WorkOrder) -> None:
    page = browse("guoqiang").get("/figures")
    assert finished_order.number in text_of(page, ".lacking")
    assert "待验收" in text_of(page, ".lacking")
    assert text_of(page, ".covered-head").startswith("0% 0/1")
    copies(finished_order, 59)
    page = browse("guoqiang").get("/figures")
    assert len(page.html.select(".lacking .card")) == 5
    listed, path = [], page.html.select_one(".lacking .more a")["href"]
    while path:
        page = browse("guoqiang").get(path)
        listed += [one["href"] for one in page.html.select(".card-link")]
        more = page.html.select_one(".more a")
        path = more["href"] if more else ""
    assert (len(listed), len(set(listed))) == (60, 60)


def test_what_is_overdue_says_so(browse: Any, calling_order: WorkOrder) -> None:
    Callback.update(due_at=now() - timedelta(hours=3)).execute()
    page = browse("luxia").get("/figures/uncovered")
    assert (text_of(page, ".card-state"), text_of(page, ".card-due")) == ("待回访", "超时 3小时")


# -- where it leads


def test_a_number_leads_to_the_orders_it_misses(browse: Any, sent_back: WorkOrder) -> None:
    visitor = browse("guoqiang")
    page = visitor.get("/figures?group=technician")
    link = page.html.select_one(".figures-one[data-figure=content] a.figure")
    assert "不满意 1" in link["aria-label"]
    behind = visitor.get(link["href"])
    assert (text_of(behind, ".card-state"), text_of(behind, ".card-due")) == ("不满意", "未解决")
    assert sent_back.number in text_of(behind, ".card-number")
    row = page.html.select_one(".figures-table tbody tr")
    assert "陈亮" in row.th.get_text()
    assert sent_back.number in visitor.get(row.select("a.figure")[0]["href"])
    assert not page.html.select(".figures-one[data-figure=executed] a")


def test_a_figure_that_misses_nothing_has_an_empty_list(browse: Any, archived_order: WorkOrder) -> None:
    page = browse("guoqiang").get("/figures/orders?figure=content")
    assert "本期没有" in sentences(page)[0]
    assert archived_order.number not in page


# -- periods


def test_the_periods_around_are_a_tap_away_and_none_lies_ahead(browse: Any, stage: Any) -> None:
    visitor = browse("guoqiang")
    page = visitor.get("/figures?period=2025-12&group=grid")
    assert text_of(page, ".period-name").startswith("2025年12月")
    hrefs = [one["href"] for one in page.html.select(".periods a, .weeks a")]
    assert hrefs == [f"/figures?period={code}&group=grid" for code in (
        "2025-12", "2025Q4", "to-2025-12", "2025-11", "2026-01")]
    assert text_of(visitor.get("/figures?period=2025Q4"), ".period-name").startswith("2025年第4季度")
    assert text_of(visitor.get("/figures?period=to-2025-12"), ".period-name").startswith("2025年1月–2025年12月")
    assert not [one for one in visitor.get("/figures").html.select(".weeks a") if "下一期" in one.get_text()]
    english = browse("guoqiang", lang="en")
    assert text_of(english.get("/figures?period=2025Q4"), ".period-name").startswith("Q4 2025")
    assert text_of(english.get("/figures?period=2025-12"), ".period-name").startswith("Dec 2025")


@pytest.mark.parametrize("path", ["/figures", "/figures/orders", "/figures/uncovered"])
@pytest.mark.parametrize("period", ["2026-13", "x", "9999Q1", "2026-11-01", "%00", "2026Q4%27--", quote("长" * 500)])
def test_a_period_typed_wrong_is_one_clear_sentence(browse: Any, stage: Any, path: str, period: str) -> None:
    for lang, begins in (("zh-CN", "”不是统计期"), ("en", " is no period. Write a month as 2026-11")):
        page = browse("guoqiang", lang=lang).get(f"{path}?figure=content&period={period}", expect_errors=True)
        if period == "%00":
            assert page.status_code == 200
            continue
        assert page.status_code == 422
        assert begins in sentences(page)[0]
        assert len(sentences(page)[0]) < 200


@pytest.mark.parametrize(("path", "status"), [
    ("/figures?group=phone", 404), ("/figures/orders", 404), ("/figures/orders?figure=x", 404),
    ("/figures/orders?figure=content&group=month", 404), ("/figures/orders?figure=content&group=grid&row=x", 200),
    ("/figures/orders?figure=content&group=grid&row=999999999", 200), ("/figures/orders?figure=content&after=x", 422),
    ("/figures/uncovered?after=x~y", 422), ("/figures?period=2000-01", 200), ("/figures?period=to-2000-01", 200),
    ("/figures?period=2199-12", 200), ("/figures?period=2199Q4", 200)])
def test_whatever_stands_in_the_address_the_answer_is_a_page(browse: Any, stage: Any, path: str, status: int) -> None:
    assert browse("guoqiang").get(path, expect_errors=True).status_code == status


# -- for whom


def test_a_representative_sees_the_figures_and_nobodys_name(browse: Any, sent_back: WorkOrder) -> None:
    visitor = browse("yzdb")
    for path in ("/figures", "/figures?group=category", "/figures?group=grid", "/figures/orders?figure=content",
                 "/figures/uncovered"):
        page = visitor.get(path)
        assert not [name for name in ("陈亮", "陆霞", "王女士", "13800001234", "孙琪") if name in page], path
    assert [one.get_text() for one in visitor.get("/figures").html.select(".groups a")] == ["月份", "类别", "网格"]
    for group in ("technician", "caller"):
        assert visitor.get(f"/figures?group={group}", expect_errors=True).status_code == 403
        path = f"/figures/orders?figure=content&group={group}&row=1"
        assert visitor.get(path, expect_errors=True).status_code == 403


def test_a_caller_sees_their_own_row_and_no_technicians(
        browse: Any, sent_back: WorkOrder, estate: Any, luxia: User) -> None:
    other = hire(estate, "caller2", "caller")
    Callback.update(caller=luxia).execute()
    copies(sent_back, 1)
    Callback.update(caller=other).where(Callback.order != sent_back, Callback.round == 1).execute()
    page = browse("luxia").get("/figures?group=caller")
    assert [one.get_text(" ", strip=True).split()[0] for one in page.html.select(".figures-table tbody th")] == ["陆霞"]
    assert browse("luxia").get("/figures?group=technician", expect_errors=True).status_code == 403
    path = f"/figures/orders?figure=content&group=caller&row={other.id}"
    assert browse("luxia").get(path, expect_errors=True).status_code == 422
    names = [one.get_text(" ", strip=True).split()[0]
             for one in browse("guoqiang").get("/figures?group=caller").html.select(".figures-table tbody th")]
    assert {"陆霞", other.name} <= set(names)


def test_the_account_leads_there_for_who_may_read_it(browse: Any, estate: Any, only: Any) -> None:
    seen = {role: 'href="/figures"' in browse(only(role).login).get("/account")
            for role in ("supervisor", "manager", "caller", "desk", "representative", "technician", "patrol", "vendor",
                         "admin")}
    assert [role for role, there in seen.items() if there] == ["supervisor", "manager", "caller", "desk",
                                                               "representative"]


@pytest.mark.parametrize(("path", "most"), [("/figures", 14), ("/figures?group=technician", 14),
                                            ("/figures?group=category", 14), ("/figures/orders?figure=executed", 12),
                                            ("/figures/uncovered", 12)])
def test_many_orders_cost_as_many_reads_as_one(browse: Any, calling_order: WorkOrder, path: str, most: int) -> None:
    visitor = browse("guoqiang")
    few = reads(visitor, path)
    copies(calling_order, 40)
    assert reads(visitor, path) == few <= most


def test_the_figures_of_a_month_gone_by_stay_what_they_were(browse: Any, sent_back: WorkOrder, estate: Any) -> None:
    local = estate.local(now())
    with moment(now() + timedelta(days=40)):
        page = browse("guoqiang").get(f"/figures?period={local:%Y-%m}")
    assert head_of(page)["content"] == "样本不足 0/1"
