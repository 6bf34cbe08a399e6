"""A caller's words become an order, or an urge on the one that is open already, while the caller is on the line."""
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models.work_order import WorkOrder
from tests.browser.conftest import DESK, Visit, with_htmx

PLACE, SAID = "8栋2单元1504", "水槽下软管爆裂,正在跑水"


@pytest.mark.slow
def test_a_call_is_registered_from_a_proposal_and_the_second_call_is_an_urge_on_it(visit: Visit, stage: Path) -> None:
    page = visit("sunqi", size=DESK)

    hear(page, PLACE, SAID)
    proposed = page.locator("#proposals label.choice", has_text="水管爆裂/跑水")
    expect(proposed).to_be_visible()
    assert page.locator("#category").input_value() == "", "nothing is chosen by itself"
    proposed.click()
    expect(page.locator("#ask")).to_contain_text("总阀关了吗")
    expect(page.locator("#category")).to_have_value("1001")
    page.locator("[name=name]").fill("周女士")
    page.locator("[name=phone]").fill("13900004321")
    page.locator("[name=read_back]").check()
    page.locator("#registration > .button").click()
    page.wait_for_url(lambda url: "/GD-" in url)
    order = WorkOrder.get(WorkOrder.number == page.url.rsplit("/", 1)[1])
    assert (order.category.code, order.channel, order.first_contact.login) == ("1001", "phone", "sunqi")

    orders = WorkOrder.select().count()
    hear(page, PLACE, "软管还在漏水,怎么没人来")
    near = page.locator(".near-order", has_text=order.number)
    expect(near).to_contain_text("同户")
    page.locator("[name=name]").fill("周女士")
    near.get_by_role("button", name="记为催办").click()
    page.wait_for_url(f"**/{order.number}*")
    expect(page.locator(".order-line")).to_contain_text("催办 1")
    assert WorkOrder.select().count() == orders
    urge = WorkOrder.get_by_id(order.id).urges.get()
    assert (urge.words, urge.by.login) == ("软管还在漏水,怎么没人来", "sunqi")


def hear(page: Page, place: str, said: str) -> None:
    page.goto("/work-orders/new")
    with_htmx(page)
    page.locator("[name=place]").fill(place)
    page.locator("[name=text]").press_sequentially(said)
