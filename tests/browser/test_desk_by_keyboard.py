"""The desk takes a call with the telephone in one hand: no mouse, and few strokes."""
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models.dispatch import Category
from models.place import Place
from models.user import User
from models.work_order import WorkOrder
from tests.browser.conftest import DESK, Visit

WHERE = "(e => e.name || e.getAttribute('href') || e.type || '')(document.activeElement)"
IS_MARKED = """() => [document.activeElement, document.activeElement.nextElementSibling].filter(Boolean)
  .map((e) => getComputedStyle(e)).some((style) => style.outlineStyle !== 'none' && style.outlineWidth !== '0px')"""
ON_SOMETHING = "document.activeElement !== document.body"


class Keyboard:
    """Counts what is struck beside the words themselves."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.strokes = 0
        self.typed = 0

    @property
    def at(self) -> str:
        return str(self.page.evaluate(WHERE))

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.strokes += 1

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.typed += len(words)

    def tab_to(self, name: str, most: int) -> None:
        for _ in range(most):
            if self.at == name:
                return
            self.press("Tab")
        assert self.at == name, f"{most} tabs lead to {self.at!r}, not to {name!r}"


def test_a_call_is_registered_with_the_keyboard_alone_in_a_dozen_strokes(visit: Visit, stage: Path) -> None:
    page = visit("sunqi", size=DESK)
    page.goto("/work-orders/new")
    keys = Keyboard(page)
    assert keys.at == "place"
    keys.type("8栋2单元1503")
    keys.tab_to("spot", 1)
    keys.type("厨房")
    keys.tab_to("text", 1)
    keys.type("水槽下软管爆裂,正在跑水")
    # What was typed proposes; the first proposal is one stop and one stroke away, and the questions come with it.
    page.wait_for_selector("#proposals input[value='1001']")
    keys.tab_to("proposed", 1)
    keys.press("Space")
    page.wait_for_selector("#ask")
    assert page.locator("#category").input_value() == "1001"
    keys.tab_to("category", 1)
    keys.tab_to("name", 1)
    keys.type("李先生")
    keys.tab_to("phone", 1)
    keys.type("13900005678")
    keys.tab_to("read_back", 1)
    keys.press("Space")
    keys.tab_to("submit", 1)
    keys.press("Enter")
    page.wait_for_url(lambda url: "/GD-" in url)
    order = WorkOrder.get(WorkOrder.number == page.url.rsplit("/", 1)[1])
    assert (order.state, order.category.code, order.channel, order.spot) == ("registered", "1001", "phone", "厨房")
    assert order.owner.phone == "13900005678"
    assert order.first_contact.login == "sunqi"
    assert keys.strokes <= 12
    print(f"{keys.strokes} strokes and {keys.typed} characters")


@pytest.mark.slow
def test_what_is_near_costs_the_keyboard_three_strokes_however_much_there_is(visit: Visit, stage: Path) -> None:
    desk = User.get(User.login == "sunqi")
    category = Category.get(Category.code == "9001")
    for home in ("12栋1单元0301", "12栋1单元0302", "12栋1单元0401"):
        WorkOrder.register_call(Place.named(category.estate, home), "楼道没打扫", category, by=desk, channel="phone",
                                read_back=True)
    page = visit("sunqi", size=DESK)
    page.goto("/work-orders/new")
    keys = Keyboard(page)
    keys.type("12栋1单元0402")
    keys.tab_to("text", 2)
    keys.type("楼道脏")
    keys.tab_to("category", 2)
    keys.type("9001")
    page.wait_for_selector("#questions .promised")
    page.wait_for_selector(".near-order:nth-child(3)")
    keys.tab_to("#after-near", 1)
    keys.press("Enter")
    keys.tab_to("name", 1)


@pytest.mark.slow
def test_the_form_for_a_call_and_the_assigning_are_reached_by_keyboard_too(visit: Visit, stage: Path) -> None:
    page = visit("sunqi", size=DESK)
    page.goto("/")
    keys = Keyboard(page)
    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    keys.press("Enter")
    keys.tab_to("/work-orders/new", 60)
    keys.press("Enter")
    page.wait_for_url("**/work-orders/new")
    keys.type("5栋1单元0302")
    keys.tab_to("text", 2)
    keys.type("阳台地漏返水")
    keys.tab_to("category", 2)
    keys.type("1002")
    page.wait_for_selector("#questions .promised")
    keys.tab_to("read_back", 3)
    keys.press("Space")
    keys.press("Enter")
    page.wait_for_url(lambda url: "/GD-" in url)
    number = page.url.rsplit("/", 1)[1]
    keys.tab_to(f"/work-orders/{number}/assignment", 20)
    keys.press("Enter")
    page.wait_for_url("**/assignment")
    keys.tab_to("technician", 10)
    first = page.evaluate("document.activeElement.value")
    keys.press("Enter")
    expect(page.locator(".state").first).to_have_text("待接单")
    assert WorkOrder.get(WorkOrder.number == number).assignee.login == first


def test_every_stop_of_the_keyboard_shows_where_it_is(visit: Visit, stage: Path) -> None:
    page = visit("sunqi", size=DESK)
    page.goto("/work-orders/new")
    stops, unmarked = 0, []
    while page.evaluate(ON_SOMETHING) and stops < 40:
        if not page.evaluate(IS_MARKED):
            unmarked.append(page.evaluate(WHERE))
        page.keyboard.press("Tab")
        stops += 1
    assert unmarked == []
    assert 10 < stops < 40
