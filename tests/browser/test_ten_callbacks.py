"""A caller's ten callbacks, one after another on a phone: what is tapped, and what becomes of each order."""
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models.base import now
from models.callback import Answer, Callback, Sequel
from models.dispatch import Category
from models.place import Estate, Place
from models.user import User
from models.work_order import Classification, Complaint, Inspection, WorkOrder
from tests.browser.conftest import Visit, button, choose, with_htmx
from tests.conftest import judged_good
from tests.models.conftest import carry_out, photograph, stored

pytestmark = pytest.mark.slow


@pytest.fixture
def plumber(stage: Path) -> "Plumber":
    return Plumber()


class Plumber:
    """Whoever is behind the orders: reports them, mends them, has them inspected."""

    def __init__(self) -> None:
        self.estate = Estate.get()
        self.people = {user.login: user for user in User.select()}

    def done(self, text: str) -> WorkOrder:
        by = self.people
        order = WorkOrder.report(Place.named(self.estate, "8栋2单元1503"), text, by=None, name="王女士",
                                 phone="13800001234")
        order.register(Category.leaf(self.estate, "1001"), by=by["sunqi"], read_back=True)
        order.assign(by["chenliang"], by=by["sunqi"])
        order.accept(by=by["chenliang"])
        photograph(order, "before", 7000 + order.id, by=by["chenliang"])
        return self.passed(carry_out(order, by["chenliang"], 8000 + 2 * order.id, 8001 + 2 * order.id))

    def complaint(self, text: str) -> WorkOrder:
        by = self.people
        order = WorkOrder.register_call(
            Place.named(self.estate, "8栋2单元1503"), text, Category.leaf(self.estate, "9502"), by=by["sunqi"],
            channel="phone", name="王女士", phone="13800001234", read_back=True)
        Complaint.classify(order, Classification("ordinary", "delay", about_department="engineering"), by=by["sunqi"])
        order.assign(by["tangwen"], by=by["sunqi"])
        order.accept(by=by["tangwen"])
        order.arrive(by=by["tangwen"])
        Complaint.make_plan(order, "上门致歉并改期", agreed=True, agreed_at=now(), by=by["tangwen"])
        order.finish("已致歉", by=by["tangwen"], summary="业主接受")
        return self.passed(order)

    def passed(self, order: WorkOrder) -> WorkOrder:
        Inspection.pass_work(order, judged_good(order), by=self.people["guoqiang"])
        return order


class Caller:
    """Lu Xia with her phone in one hand."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def take(self, order: WorkOrder) -> None:
        """From the list to the screen of one order, and to the number behind its logged look."""
        self.page.goto("/work-orders?queue=calling")
        while not self.page.locator(f'a[href$="{order.number}/callback"]').count():
            self.page.get_by_role("link", name="更多").first.tap()
        self.page.locator(f'a[href$="{order.number}/callback"]').tap()
        self.page.wait_for_url(lambda url: url.endswith(f"{order.number}/callback"))
        self.look()

    def look(self) -> None:
        button(self.page, "显示电话以便回访（有记录）").tap()
        expect(self.page.locator("a.phone")).to_be_visible()

    def record(self, outcome: str, **said: str) -> None:
        """Tap the outcome, then what it asks for; each question stands there once it is wanted."""
        with_htmx(self.page)
        choose(self.page, "outcome", outcome)
        for name, value in said.items():
            field = self.page.locator(f"call-form [name={name}]").first
            if field.get_attribute("type") in ("radio", "checkbox"):
                choose(self.page, name, value)
            else:
                field.fill(value)
        button(self.page, "记录本次回访").tap()

    def state(self, words: str) -> None:
        expect(self.page.locator("#order .state").first).to_have_text(words)


GOOD = {"solved": "yes", "reliability": "5", "response": "4", "assurance": "5", "empathy": "5", "manners": "badge",
        "tangibles": "5", "fees": "none", "overall": "satisfied", "consents": "yes"}


@pytest.mark.timeout(300)
def test_ten_callbacks_of_a_caller(visit: Visit, plumber: Plumber) -> None:
    page = visit("luxia")
    caller = Caller(page)

    # 1. Answered, and all is well. Before an outcome is tapped no question is in the way.
    order = plumber.done("一：水管爆了")
    caller.take(order)
    expect(page.locator("[name=solved]").first).to_be_hidden()
    caller.record("answered", **GOOD, words="修得好")
    caller.state("已归档")
    expect(page.locator(".scores-said")).to_contain_text("5 很好")

    # 2. Nobody answers twice, then somebody does.
    order = plumber.done("二：水管又爆")
    caller.take(order)
    for outcome, calls in (("no_answer", 1), ("busy_off", 2)):
        caller.record(outcome)
        caller.state("待回访")
        assert stored(order).callback.calls == calls
        page.goto(f"/work-orders/{order.number}/callback")
        expect(page.locator(".order-side .cell-main").first).to_contain_text(f"未接通 {calls}/3")
    caller.record("answered", **GOOD)
    caller.state("已归档")

    # 3. Refuses to talk: the link is left, and it is closed as that.
    order = plumber.done("三：龙头滴水")
    caller.take(order)
    caller.record("refused", words="在忙，别打了")
    caller.state("待回访")
    page.goto(f"/work-orders/{order.number}/callback")
    page.get_by_text("留下评价链接并归档").tap()
    choose(page, "link_left_by", "wechat")
    button(page, "未接通归档").tap()
    caller.state("已归档")
    assert stored(order).callback.outcome == "declined"

    # 4. Dissatisfied: without a reason it is refused, with everything still there; with one it is done again.
    order = plumber.done("四：阀门漏")
    caller.take(order)
    expect(page.locator("[name=reasons]").first).to_be_hidden()
    caller.record("answered", solved="no", overall="dissatisfied", response="2", grievance="等了一天")
    expect(page.locator("#refusal")).to_have_text("评分低或未解决，请选择原因。")
    expect(page.locator("[name=grievance]")).to_have_value("等了一天")
    choose(page, "reasons", "R2")
    button(page, "记录本次回访").tap()
    caller.state("退回返工")
    assert (stored(order).priority, stored(order).round) == ("P0", 2)

    # 5. A wrong number, put right, then answered.
    order = plumber.done("五：地漏堵了")
    caller.take(order)
    caller.record("wrong_no")
    page.locator("[name=phone]").fill("139 0000 5678")
    page.locator("[name=correction_note]").fill("门口遇到业主")
    button(page, "更正号码（留痕）").tap()
    expect(page.locator(".order-side .cell-side").first).to_have_text("139****5678")
    caller.look()
    assert page.locator("a.phone").get_attribute("href") == "tel:13900005678"
    caller.record("answered", **GOOD)
    caller.state("已归档")

    # 6. To be called later: it is not to be called before.
    order = plumber.done("六：软管老化")
    caller.take(order)
    today = order.estate.local(now()).replace(hour=10, minute=0)
    caller.record("later", agreed_at=f"{today - timedelta(days=1):%Y-%m-%dT%H:%M}")
    expect(page.locator("#refusal")).to_contain_text("须晚于现在")
    page.locator("[name=agreed_at]").fill(f"{today + timedelta(days=1):%Y-%m-%dT%H:%M}")
    button(page, "记录本次回访").tap()
    caller.state("待回访")
    assert stored(order).callback.agreed_at > now()
    page.goto("/work-orders?queue=calling")
    expect(page.locator(".call", has_text="六：软管老化")).to_contain_text("约定 明天 10:00")

    # 7. Partly solved, and the owner agrees to end it there.
    order = plumber.done("七：水压小")
    caller.take(order)
    caller.record("answered", solved="partly", overall="fairly", consents="yes")
    caller.state("已归档")

    # 8. Partly solved, and they do not.
    order = plumber.done("八：水压还小")
    caller.take(order)
    caller.record("answered", solved="partly", overall="fairly", consents="no")
    caller.state("退回返工")

    # 9. A complaint has three more scores.
    order = plumber.complaint("九：报修没人管")
    caller.take(order)
    caller.record("answered", **GOOD, plan="4", speed="3", attitude="5")
    caller.state("已归档")
    answer = Answer.select().join(Callback).where(Callback.order == order).get()
    assert (answer.plan, answer.speed, answer.attitude) == (4, 3, 5)

    # 10. A wish becomes an order with one tap.
    order = plumber.done("十：角阀松")
    caller.take(order)
    caller.record("answered", **GOOD, need="阳台门也松了")
    caller.state("已归档")
    button(page, "转为报修").tap()
    caller.state("待受理")
    expect(page.locator(".order-text")).to_have_text("阳台门也松了")
    expect(page.locator("#order")).to_contain_text(f"来自回访 {order.number}")
    assert page.url.endswith(Sequel.select().order_by(Sequel.id.desc()).get().order.number)


def test_the_questions_are_all_there_without_scripts(visit: Visit, plumber: Plumber) -> None:
    order = plumber.done("没有脚本：水管爆了")
    page = visit("luxia", java_script_enabled=False)
    page.goto(f"/work-orders/{order.number}/callback")
    for name in ("outcome", "agreed_at", "solved", "reasons", "need", "consents"):
        expect(page.locator(f"call-form [name={name}]").first).to_be_attached()
        expect(page.locator(f"call-form .group:has([name={name}])").first).to_be_visible()
    choose(page, "outcome", "answered")
    choose(page, "solved", "yes")
    choose(page, "overall", "satisfied")
    button(page, "记录本次回访").tap()
    expect(page.locator("#order .state").first).to_have_text("已归档")
