"""The pages about time: the table of limits and its changes, containment, what is due next, and the list of holds."""
from datetime import timedelta
from typing import Any

import pytest

from models.base import moment, now
from models.sla import TimeLimit
from models.user import User
from models.work_order import Deadline, Hold, WorkOrder
from tests.models.conftest import hire
from tests.views.conftest import form_of, key, sentences

HOUR = timedelta(hours=1)


@pytest.fixture
def limit(estate: Any) -> TimeLimit:
    return TimeLimit.get(TimeLimit.code == "E1", TimeLimit.ended_at.is_null())


def text_of(page: Any, selector: str) -> str:
    return " ".join(page.html.select_one(selector).get_text(" ", strip=True).split())


def test_the_table_shows_every_limit_as_the_projects_own_promise(browse: Any, limit: TimeLimit) -> None:
    page = browse("guoqiang").get("/time-limits")
    assert "本项目服务承诺" in page
    assert len(page.html.select(".limits a")) == TimeLimit.select().count() == 16
    urgent = next(one for one in page.html.select(".limits a") if one["href"].endswith(f"/{limit.id}"))
    told = " ".join(urgent.get_text(" ", strip=True).split())
    assert "到场 30分钟" in told
    assert "主管 → 项目经理 +1小时 → 公司值班 +4小时" in told


def test_the_administrator_changes_a_limit_and_the_page_says_who_and_why(browse: Any, limit: TimeLimit) -> None:
    visitor = browse("admin")
    form = form_of(visitor.get(f"/time-limits/{limit.id}"), str(limit.id))
    form["arrive_value"], form["why"] = "20", "业委会要求更快"
    page = form.submit().follow()
    new = TimeLimit.get(TimeLimit.code == "E1", TimeLimit.ended_at.is_null())
    assert (new.arrive_value, new.id != limit.id) == (20, True)
    changes = text_of(page, ".changes")
    assert "系统管理员" in changes
    assert "业委会要求更快" in changes
    assert "到场 : 30 → 20" in changes.replace(":", " : ").replace("：", " : ").replace("  ", " ")
    assert "这一条已被修改" in visitor.get(f"/time-limits/{limit.id}")


@pytest.mark.parametrize(("field", "value", "said"), [
    ("clock", "全天候", "“全天候”不是计时方式"), ("accept_min", "-3", "“-3”不是0到9999的整数"),
    pytest.param("accept_min", "9" * 5000, "不是0到9999的整数", id="more digits than Python reads"),
    ("warn_pct", "100", "1到99"), ("escalate_2_min", "", "第2级"),
])
def test_a_bad_figure_gets_one_sentence_and_keeps_what_was_typed(
        browse: Any, limit: TimeLimit, field: str, value: str, said: str) -> None:
    form = form_of(browse("admin").get(f"/time-limits/{limit.id}"), str(limit.id))
    form["why"], form["name"], form[field] = "试一试", "急修一", value
    page = form.submit(expect_errors=True)
    assert page.status_code == 422
    assert len(sentences(page)) == 1
    assert said in sentences(page)[0]
    again = form_of(page, str(limit.id))
    assert (again["why"].value, again["name"].value, again[field].value) == ("试一试", "急修一", value)
    assert page.html.select_one(f"[name={field}]")["aria-invalid"] == "true"
    assert TimeLimit.select().where(TimeLimit.code == "E1").count() == 1


def test_a_limit_changed_meanwhile_is_shown_with_a_way_to_what_holds(
        browse: Any, limit: TimeLimit, admin: User) -> None:
    form = form_of(browse("admin").get(f"/time-limits/{limit.id}"), str(limit.id))
    told = {name: "" if value is None else str(value) for name, value in limit.__data__.items()}
    new = limit.change({**told, "accept_min": "4"}, "先改一步", by=admin)
    form["accept_min"], form["why"] = "6", "后改一步"
    page = form.submit(expect_errors=True)
    assert page.status_code == 409
    assert page.html.select_one(f"a[href='/time-limits/{new.id}']")


def test_who_may_only_read_finds_no_form(browse: Any, limit: TimeLimit) -> None:
    page = browse("sunqi").get(f"/time-limits/{limit.id}")
    assert not page.html.select("form.limit-form")
    assert "到场 30分钟" in " ".join(page.html.get_text(" ").split())


def test_a_limit_of_another_estate_does_not_exist(browse: Any, other_estate: Any) -> None:
    foreign = TimeLimit.get(TimeLimit.estate == other_estate)
    visitor = browse("admin")
    assert visitor.get(f"/time-limits/{foreign.id}", expect_errors=True).status_code == 404
    sent = {"key": key(), "why": "x"}
    assert visitor.post(f"/time-limits/{foreign.id}", sent, expect_errors=True).status_code == 404


# -- an order


def test_cards_and_the_orders_head_say_what_is_due_next(
        browse: Any, accepted_order: WorkOrder, working_order: WorkOrder) -> None:
    order = WorkOrder.get_by_id(working_order.id)
    visitor = browse("chenliang")
    assert text_of(visitor.get("/work-orders?queue=mine"), ".card-due").startswith("控制 剩 01:5")
    assert text_of(visitor.get(f"/work-orders/{order.number}"), ".order-due").startswith("控制 剩 01:5")
    WorkOrder.update(due_at=now() - timedelta(minutes=12, seconds=5), due_what="complete").execute()
    assert text_of(visitor.get("/work-orders?queue=mine"), ".card-due") == "完工 超时 12分"


def test_every_state_on_a_list_names_its_next_promise(browse: Any, reported_order: WorkOrder) -> None:
    assert text_of(browse("sunqi").get("/work-orders?queue=reported"), ".card-due").startswith("回复 剩")


def test_where_no_promise_runs_no_time_runs_out(browse: Any, finished_order: WorkOrder) -> None:
    WorkOrder.update(due_at=now() - timedelta(hours=3), due_what="").execute()
    visitor = browse("guoqiang")
    assert text_of(visitor.get("/work-orders?queue=finished"), ".card-due") == "无时限"
    assert text_of(visitor.get(f"/work-orders/{finished_order.number}"), ".order-due") == "无时限"


def test_the_technician_says_that_the_danger_is_under_control(browse: Any, working_order: WorkOrder) -> None:
    visitor, address = browse("chenliang"), f"/work-orders/{working_order.number}"
    form = form_of(visitor.get(address), "containment")
    form["contain_note"] = "已关总阀"
    page = form.submit().follow()
    assert "已关总阀" in page
    assert not [one for one in page.forms.values() if one.action.endswith("/containment")]
    assert text_of(page, ".order-due").startswith("完工 剩")
    assert Deadline.get(Deadline.what == "contain").met_at is not None
    again = visitor.post(f"{address}/containment", {"key": key()}, expect_errors=True)
    assert again.status_code == 409


def test_to_say_so_comes_before_to_finish(browse: Any, working_order: WorkOrder) -> None:
    page = browse("chenliang").get(f"/work-orders/{working_order.number}")
    nouns = [form["action"].rsplit("/", 1)[1] for form in page.html.select("form.action")]
    assert nouns[:2] == ["containment", "completion"]


def test_nobody_else_is_offered_to_say_so(browse: Any, working_order: WorkOrder) -> None:
    address = f"/work-orders/{working_order.number}"
    for login in ("sunqi", "guoqiang"):
        visitor = browse(login)
        assert f"{address}/containment" not in visitor.get(address)
        assert visitor.post(f"{address}/containment", {"key": key()}, expect_errors=True).status_code == 403


def test_an_orders_details_tell_kept_from_late_in_words(
        browse: Any, accepted_order: WorkOrder, chenliang: User) -> None:
    order = accepted_order
    with moment(order.registered_at + 2 * HOUR):
        order.arrive(by=chenliang, no_photo_reason="停电")
    told = text_of(browse("guoqiang").get(f"/work-orders/{order.number}"), ".promises")
    assert "按时" in told  # accepted in time
    assert "超时" in told  # arrived after two hours


def test_the_story_tells_what_a_rule_noticed_and_who_heard(browse: Any, registered_order: WorkOrder) -> None:
    with moment(registered_order.registered_at + 2 * HOUR):
        Deadline.sweep()
    page = browse("guoqiang").get(f"/work-orders/{registered_order.number}")
    told = [" ".join(event.get_text(" ", strip=True).split())
            for event in page.html.select(".event[data-verb=escalate]")]
    assert len(told) == 2
    assert "系统" in told[0]
    assert told[0].endswith("第1级 → 主管")
    assert told[1].endswith("第2级 → 项目经理")


def test_a_hold_shows_its_share_and_stands_in_the_list_of_holds(
        browse: Any, working_order: WorkOrder, chenliang: User, guoqiang: User) -> None:
    order, start = working_order, now()
    with moment(start - 60 * HOUR):
        Hold.ask(order, "parts", start + 5 * HOUR, by=chenliang)
        Hold.approve(order, by=guoqiang)
    WorkOrder.update(registered_at=start - 120 * HOUR).execute()
    visitor = browse("guoqiang")
    assert "挂起占受理以来时间 50%" in text_of(visitor.get(f"/work-orders/{order.number}"), ".promises")
    page = visitor.get("/holds")
    assert text_of(page, ".card-state") == "已挂起 2天"
    assert text_of(page, ".card-due").startswith("恢复 剩 04:5")


def test_without_holds_the_list_says_so(browse: Any) -> None:
    assert "没有挂起的工单" in browse("guoqiang").get("/holds")


def test_the_owner_is_told_the_new_promised_time(
        browse: Any, web: Any, working_order: WorkOrder, chenliang: User, guoqiang: User) -> None:
    from views.progress import link_to

    promised = working_order.estate.utc(now().replace(hour=7, minute=30, second=0, microsecond=0) + timedelta(days=9))
    Hold.ask(working_order, "parts", promised, by=chenliang)
    Hold.approve(working_order, by=guoqiang)
    with web.test_request_context():
        link = link_to(working_order)
    assert "07:30" in text_of(browse().get("/" + link.split("/", 3)[3]), ".order-head")


def test_the_office_page_leads_to_what_a_role_may_see(browse: Any, estate: Any) -> None:
    hire(estate, "gardener", "technician")
    seen = {login: [link for link in ("/time-limits", "/holds") if f'href="{link}"' in browse(login).get("/account")]
            for login in ("admin", "sunqi", "guoqiang", "chenliang")}
    assert seen == {"admin": ["/time-limits"], "sunqi": ["/time-limits"], "guoqiang": ["/time-limits", "/holds"],
                    "chenliang": []}
