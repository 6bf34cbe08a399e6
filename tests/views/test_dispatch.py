"""The pages of who does what: shortlist, offer, declining, handing over, another time, load."""
from datetime import timedelta
from typing import Any

import pytest

from models.base import now
from models.dispatch import Category, Firm
from models.user import SkillOf, User
from models.work_order import Assignment, Transfer, WorkOrder
from tests.models.conftest import stored
from tests.views.conftest import form_of, key, sentences
from tests.views.test_queries import reads
from views.progress import link_to


def tomorrow(order: WorkOrder, hour: int = 10) -> str:
    day = order.estate.local(now()).date() + timedelta(days=1)
    return f"{day}T{hour:02}:00"


@pytest.fixture
def offered(burst_pipe: Category, reported_order: WorkOrder, sunqi: User) -> WorkOrder:
    Category.update(may_grab=True).where(Category.id == burst_pipe.id).execute()
    reported_order.register(burst_pipe, by=sunqi, read_back=True)
    return reported_order


# -- the shortlist


def test_the_shortlist_says_why_and_the_others_why_not(browse: Any, registered_order: WorkOrder) -> None:
    page = browse("sunqi").get(f"/work-orders/{registered_order.number}/assignment")
    text = page.html.select_one("#shortlist").get_text(" ", strip=True)
    assert text.index("按规则建议") < text.index("徐伟") < text.index("其他人") < text.index("姚刚")
    proposed = page.html.select_one("li.candidate").get_text(" ", strip=True)
    assert all(word in proposed for word in ("水暖", "G3 网格", "手上 0 单"))
    assert "无此技能" in text


def test_overriding_without_a_reason_shows_the_list_again_with_what_was_typed(
    browse: Any, registered_order: WorkOrder,
) -> None:
    visitor, path = browse("sunqi"), f"/work-orders/{registered_order.number}/assignment"
    refused = visitor.post(path, {"key": key(), "technician": "heguangjun", "why": ""}, expect_errors=True)
    assert refused.status_code == 422
    assert "何广军不在建议名单里" in sentences(refused)[0]
    visitor.post(path, {"key": key(), "technician": "heguangjun", "why": "就在楼下"}, status=303)
    page = visitor.get(f"/work-orders/{registered_order.number}")
    assert "未按建议" in page
    assert "就在楼下" in page


def test_what_a_rule_gave_is_given_elsewhere_for_a_reason_typed_at_the_top(
    browse: Any, reported_order: WorkOrder, burst_pipe: Category, sunqi: User,
) -> None:
    Category.update(auto_assign=True).where(Category.id == burst_pipe.id).execute()
    reported_order.register(Category.get_by_id(burst_pipe.id), by=sunqi, read_back=True)
    visitor, path = browse("sunqi"), f"/work-orders/{reported_order.number}/assignment"
    page = visitor.get(path)
    holder = stored(reported_order).assignee
    assert f"系统已按规则派给{holder.name}" in page
    [why] = page.html.select("[name=why]")
    other = next(button["value"] for button in page.html.select("[name=technician]") if button["value"] != holder.login)
    assert str(page.html).index(str(why)) < str(page.html).index(f'value="{other}"')
    refused = visitor.post(path, {"key": key(), "technician": other}, expect_errors=True)
    assert refused.status_code == 422
    visitor.post(path, {"key": key(), "technician": other, "why": "就在隔壁"}, status=303)
    assert stored(reported_order).assignee.login == other


def test_a_firm_is_given_an_order_and_one_of_its_people_accepts(browse: Any, home: Any, sunqi: User) -> None:
    order = WorkOrder.register_call(home, "电梯异响", Category.leaf(home.estate, "4003"), by=sunqi, channel="phone",
                                    read_back=True)
    desk = browse("sunqi")
    path = f"/work-orders/{order.number}/assignment"
    firm = desk.get(path).html.select_one('button[name="firm"]')["value"]
    desk.post(path, {"key": key(), "firm": firm}, status=303)
    vendor = browse("v-dianti")
    assert order.text in vendor.get("/work-orders?queue=of_firm")
    form_of(vendor.get(f"/work-orders/{order.number}"), "acceptance").submit()
    assert stored(order).assignee.login == "v-dianti"


@pytest.mark.parametrize("firm", ["", "0", "999", "x", "9" * 30])
def test_a_firm_that_is_none_is_refused(browse: Any, registered_order: WorkOrder, firm: str) -> None:
    answer = browse("sunqi").post(f"/work-orders/{registered_order.number}/assignment",
                                  {"key": key(), "firm": firm}, expect_errors=True)
    assert answer.status_code == 422


# -- grabbing


def test_an_offer_is_a_list_a_page_and_a_button(browse: Any, offered: WorkOrder, chenliang: User) -> None:
    visitor = browse("chenliang")
    assert offered.number in visitor.get("/work-orders?queue=grabbable")
    page = visitor.get(f"/work-orders/{offered.number}")
    assert "13800001234" not in page
    assert "王女士" not in page.html.select_one(".order-main").get_text()
    form_of(page, "claim").submit()
    assert (stored(offered).state, stored(offered).assignee) == ("accepted", chenliang)


def test_who_was_slower_hears_409_who_has_it_and_what_else_is_on_offer(browse: Any, offered: WorkOrder) -> None:
    slower, faster = browse("xuwei"), browse("chenliang")
    form = form_of(slower.get(f"/work-orders/{offered.number}"), "claim")
    form_of(faster.get(f"/work-orders/{offered.number}"), "claim").submit()
    answer = form.submit(expect_errors=True)
    assert answer.status_code == 409
    assert sentences(answer)[0].startswith(f"慢了一步：{offered.number} 已由陈亮接走")
    assert "待到场" in sentences(answer)[0]
    assert stored(offered).assignee.login == "chenliang"


def test_of_a_grabbed_order_who_could_not_have_done_it_hears_nothing(browse: Any, offered: WorkOrder) -> None:
    form_of(browse("chenliang").get(f"/work-orders/{offered.number}"), "claim").submit()
    answer = browse("dongfei").post(f"/work-orders/{offered.number}/claim", {"key": key()}, expect_errors=True)
    assert answer.status_code == 404
    assert "陈亮" not in answer


def test_who_grabbed_and_sends_again_gets_the_same_answer(browse: Any, offered: WorkOrder) -> None:
    visitor = browse("chenliang")
    form = form_of(visitor.get(f"/work-orders/{offered.number}"), "claim")
    assert form.submit().location == form.submit().location
    assert Assignment.select().count() == 1


def test_an_order_not_on_offer_has_no_such_button(browse: Any, assigned_order: WorkOrder) -> None:
    page = browse("chenliang").get(f"/work-orders/{assigned_order.number}")
    assert not [form for form in page.forms.values() if form.action.endswith("/claim")]


# -- declining, handing over, another time


def test_declining_by_its_form(browse: Any, assigned_order: WorkOrder) -> None:
    visitor = browse("chenliang")
    form = form_of(visitor.get(f"/work-orders/{assigned_order.number}"), "refusal")
    form["decline_note"] = "在4栋抢修"
    refused = form.submit(expect_errors=True)
    assert refused.status_code == 422
    assert "在4栋抢修" in refused
    form["decline_reason"] = "busy"
    form.submit()
    assert stored(assigned_order).state == "registered"
    assert "手上有急活" in browse("sunqi").get(f"/work-orders/{assigned_order.number}")


def test_handing_over_by_its_form_shows_in_the_story(browse: Any, accepted_order: WorkOrder) -> None:
    form = browse("chenliang").get(f"/work-orders/{accepted_order.number}/transfer").forms["transfer"]
    form["transfer_reason"], form["taker"], form["handover"] = "trade", "xuwei", "阀门已关"
    form.submit()
    page = browse("guoqiang").get(f"/work-orders/{accepted_order.number}")
    told = page.html.select_one('.event[data-verb="transfer"]').get_text(" ", strip=True)
    assert "陈亮 → 徐伟 · 需要其他工种" in told


def test_where_nobody_else_fits_the_technician_is_sent_to_the_supervisor(
    browse: Any, accepted_order: WorkOrder,
) -> None:
    SkillOf.delete().where(SkillOf.skill == "plumbing").execute()
    path = f"/work-orders/{accepted_order.number}/transfer"
    page = browse("chenliang").get(path)
    assert "眼下没有别的合适的人。 请找主管" in page
    assert page.html.select("#transfer button") == []
    assert browse("guoqiang").get(path).forms["transfer"]["taker"].options


def test_a_handover_that_nobody_fits_any_more_leaves_what_was_written(browse: Any, accepted_order: WorkOrder) -> None:
    form = browse("chenliang").get(f"/work-orders/{accepted_order.number}/transfer").forms["transfer"]
    form["transfer_reason"], form["taker"], form["handover"] = "trade", "xuwei", "阀门已关，配件在门岗"
    SkillOf.delete().where(SkillOf.skill == "plumbing").execute()
    refused = form.submit(expect_errors=True)
    assert refused.status_code == 422
    assert refused.html.select_one(".unsent").get_text(strip=True) == "阀门已关，配件在门岗"


def test_the_time_agreed_stands_once_among_the_facts(browse: Any, accepted_order: WorkOrder) -> None:
    WorkOrder.update(appointment_at=now() + timedelta(days=1)).execute()
    side = browse("chenliang").get(f"/work-orders/{accepted_order.number}").html.select_one(".order-side")
    told = [cell.get_text(" ", strip=True) for cell in side.select(".group > .cell")]
    assert len([words for words in told if "约" in words and "明天" in words]) == 1


def test_the_second_time_the_technician_is_told_and_a_supervisor_decides(
    browse: Any, accepted_order: WorkOrder, chenliang: User, xuwei: User,
) -> None:
    Transfer.make(accepted_order, xuwei, "trade", "阀门已关", by=chenliang)
    accepted_order.accept(by=xuwei)
    path = f"/work-orders/{accepted_order.number}/transfer"
    page = browse("xuwei").get(path)
    assert "须由当前技工以外的主管裁定责任人" in page
    assert 'name="taker"' not in page
    form = browse("guoqiang").get(path).forms["transfer"]
    form["transfer_reason"], form["taker"], form["handover"] = "busy", "yeban", "再转"
    form["responsible"], form["transfer_decision"] = "taker", "由接手人负责到底"
    form.submit()
    assert Transfer.select().order_by(Transfer.id.desc()).get().responsible.login == "yeban"
    assert "由接手人负责到底" in browse("sunqi").get(f"/work-orders/{accepted_order.number}")


def test_the_owner_sees_the_time_agreed(browse: Any, web: Any, accepted_order: WorkOrder) -> None:
    visitor = browse("chenliang")
    form = form_of(visitor.get(f"/work-orders/{accepted_order.number}"), "appointment")
    form["appointment_at"], form["reschedule_reason"] = tomorrow(accepted_order, 16), "owner_away"
    assert form.submit(expect_errors=True).status_code == 422  # not ticked as agreed
    form["agreed"] = True
    form.submit()
    with web.test_request_context():
        link = link_to(accepted_order).removeprefix("http://localhost")
    told = browse().get(link).html.get_text()
    assert "人员已接单，按约定时间上门。" in told
    assert told.count("与您约定") == 1
    assert "与您约定：明天 16:00 上门。" in told
    assert "正在赶来" not in told


@pytest.mark.parametrize("text", ["", "tomorrow", "0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T10:00"])
def test_a_time_that_is_none_is_one_clear_sentence(browse: Any, accepted_order: WorkOrder, text: str) -> None:
    answer = browse("chenliang").post(f"/work-orders/{accepted_order.number}/appointment", {
        "key": key(), "appointment_at": text, "reschedule_reason": "parts", "agreed": "1"}, expect_errors=True)
    assert answer.status_code == 422
    assert len(sentences(answer)) == 1


def test_the_owners_steps_follow_who_has_it(
    browse: Any, web: Any, assigned_order: WorkOrder, chenliang: User,
) -> None:
    with web.test_request_context():
        link = link_to(assigned_order).removeprefix("http://localhost")

    def done() -> int:
        return len(browse().get(link).html.select('.step[data-done="true"]'))

    assert done() == 3
    Assignment.decline(assigned_order, "busy", by=chenliang)
    assert done() == 2


# -- load


def test_a_number_of_the_load_leads_to_its_orders(browse: Any, accepted_order: WorkOrder) -> None:
    visitor = browse("sunqi")
    page = visitor.get("/load")
    link = page.html.select_one('a[href*="chenliang"]')
    assert link.get_text(strip=True) == "1"
    assert accepted_order.number in visitor.get(link["href"])


def test_what_waits_for_a_firms_people_is_in_the_load(browse: Any, home: Any, sunqi: User, other_estate: Any) -> None:
    order = WorkOrder.register_call(home, "电梯响", Category.leaf(home.estate, "4003"), by=sunqi, channel="phone",
                                    read_back=True)
    order.assign(Firm.get(Firm.name.startswith("宏安")), by=sunqi)
    visitor = browse("sunqi")
    link = visitor.get("/load").html.select_one('a[href*="/load/firms/"]')
    assert order.number in visitor.get(link["href"])
    elsewhere = Firm.add(other_estate, "远方电梯", skills=["lifts"])
    assert visitor.get(f"/load/firms/{elsewhere.id}", expect_errors=True).status_code == 404


@pytest.mark.parametrize("path", ["/load/nobody", "/load/chenliang?what=gossip", "/load/firms/1?what=gossip"])
def test_a_number_that_is_none_is_not_found(browse: Any, path: str) -> None:
    assert browse("sunqi").get(path, expect_errors=True).status_code == 404


def test_the_load_costs_as_many_reads_for_many_orders_as_for_few(
    browse: Any, home: Any, burst_pipe: Category, sunqi: User, chenliang: User,
) -> None:
    visitor = browse("sunqi")
    few = reads(visitor, "/load")
    for _ in range(5):
        order = WorkOrder.register_call(home, "漏水", burst_pipe, by=sunqi, channel="phone", read_back=True)
        order.assign(chenliang, by=sunqi)
    assert reads(visitor, "/load") == few <= 10


@pytest.mark.parametrize(("noun", "field", "fields"), [
    ("transfer", "handover", {"taker": "xuwei", "transfer_reason": "trade"}),
    ("assignment", "why", {"technician": "heguangjun"}),
    ("refusal", "decline_note", {"decline_reason": "busy"}),
    ("containment", "contain_note", {}),
    ("void", "void_words", {"void_reason": "mistaken"}),
    ("void/refusal", "void_answer", {}),
    ("party", "party_note", {"party": "owner"}),
    ("supports", "wanted", {"department": "order"}),
])
def test_what_was_typed_is_not_lost_when_the_order_has_moved_on(
    browse: Any, assigned_order: WorkOrder, chenliang: User, sunqi: User, noun: str, field: str, fields: dict[str, str],
) -> None:
    who = {"transfer": "chenliang", "refusal": "chenliang", "containment": "chenliang", "void/refusal": "guoqiang"}.get(
        noun, "sunqi")
    WorkOrder.update(state="archived", archived_at=now(), version=9).where(WorkOrder.id == assigned_order.id).execute()
    answer = browse(who).post(f"/work-orders/{assigned_order.number}/{noun}", {
        "key": key(), "version": "3", field: "写了半天的一段话", **fields}, expect_errors=True)
    assert answer.status_code == 409
    assert answer.text.count("写了半天的一段话") == 1
