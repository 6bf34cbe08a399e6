"""Every kind of page, as each role meets it: light and dark, phone and desk, Chinese and English."""
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page

from models.dispatch import Firm
from models.notice import Notice
from models.notification import Channel
from models.patrol import Finding, Plan, Route, Season, Task
from models.patrol import Visit as Stop
from models.photo import Photo
from models.sla import TimeLimit
from models.user import User
from models.work_order import Hold, OwnerLink, WorkOrder
from tests.browser.conftest import DESK, PHONE, Installation, Visit, backstage

SMALL = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, label:has(input, select), [role=button]')]
  .filter(e => e.checkVisibility() && !e.parentElement.closest('p, li > span, td, label'))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, r]) => r.height > 1 && r.height < 43.5)
  .map(([e, r]) => `${e.tagName.toLowerCase()} "${(e.innerText || e.name || '').trim().slice(0, 20)}" ${r.height}`)"""
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth + 1"
PICTURES = """() => Promise.all([...document.images].map((i) => {
  i.loading = 'eager';
  const src = i.getAttribute('src');
  if (i.complete) return i.naturalWidth ? null : src;
  return new Promise((done) => { i.onload = () => done(null); i.onerror = () => done(src); });
})).then((all) => all.filter(Boolean))"""
AXE = """rules => axe.run({resultTypes: ['violations'], ...(rules && {runOnly: {type: 'rule', values: rules}})})
  .then((found) => found.violations.flatMap((one) => one.nodes.map((node) => `${one.id} ${node.target}`)))"""

Paths = Callable[[Installation], list[str]]


def order_in(state: str, *, of: str | None = None, held: bool | None = None) -> WorkOrder:
    """The demo's order in that state with the most photos."""
    found = [order for order in WorkOrder.select().where(WorkOrder.state == state)
             if (of is None or (order.assignee and order.assignee.login == of))
             and (held is None or Hold.select().where(Hold.order == order).exists() is held)]
    assert found, f"the demo has no order in state {state}"
    return max(found, key=lambda order: Photo.select().where(Photo.order == order).count())


def of_kind(kind: str, state: str) -> WorkOrder:
    return WorkOrder.select().where(WorkOrder.kind == kind, WorkOrder.state == state).get()


def address(order: WorkOrder, noun: str = "") -> str:
    return f"/work-orders/{order.number}{noun}"


def seen_by_owner(running: Installation, state: str) -> str:
    secret = (running.data / "secret").read_text().strip().encode()
    return f"/o/{OwnerLink.token_for(order_in(state), secret)}"


def public(running: Installation) -> list[str]:
    code = WorkOrder.get().estate.places.where(WorkOrder.place.rel_model.kind == "unit").get().code
    return ["/sign-in", "/r", f"/r/{code}", "/n", "/o/nobody-has-this-link",
            *(seen_by_owner(running, state) for state in ("finished", "archived", "suspended", "rework"))]


def sunqi(running: Installation) -> list[str]:
    return ["/work-orders?queue=reported", "/work-orders?queue=doing", "/work-orders?queue=archived",
            "/work-orders?queue=following", "/work-orders?q=nothing-of-that-kind", "/work-orders/new", "/account",
            "/notices", "/notices/new", "/hand-overs/new", "/load", "/roster", "/notifications",
            "/notifications/preferences", address(order_in("merged")), address(order_in("void")),
            address(order_in("reported"), "/merger"),
            address(order_in("reported"), "/registration"), address(order_in("registered"), "/assignment"),
            address(order_in("reported")), address(order_in("calling")), address(order_in("archived"))]


def chenliang(running: Installation) -> list[str]:
    return ["/work-orders", "/work-orders?queue=mine_handed_in", "/reports/new", "/outbox",
            *(address(order_in(state, of="chenliang")) for state in ("assigned", "accepted", "working", "rework"))]


def heguangjun(running: Installation) -> list[str]:
    he, asked = User.get(User.login == "heguangjun"), order_in("working", held=True)
    inspected = next(order for order in WorkOrder.select().where(WorkOrder.state == "finished")
                     if he.may("pass", order))
    return ["/work-orders?queue=finished", "/work-orders?queue=holds", "/phones", "/roster", "/load", "/load/chenliang",
            "/holds", "/certificates", "/firms", "/account", address(of_kind("complaint", "registered")),
            address(order_in("registered"), "/assignment"),
            address(asked), address(order_in("suspended")), address(inspected, "/inspection"), address(inspected)]


def luxia(running: Installation) -> list[str]:
    return ["/work-orders?queue=calling", address(order_in("calling"), "/callback")]


def admin(running: Installation) -> list[str]:
    limit = TimeLimit.select().where(TimeLimit.why.is_null(False)).get()
    return ["/places", "/places/sheet", "/account", "/categories", "/categories/new?parent=10", "/categories/1001",
            "/time-limits", f"/time-limits/{limit.id}", "/channels", f"/channels/{Channel.get().id}",
            f"/channels/{Channel.get().id}/deliveries", "/channels/new?kind=mail", "/firms", f"/firms/{Firm.get().id}"]


def machunsheng(running: Installation) -> list[str]:
    me = User.get(User.login == "machunsheng")
    own = Stop.select().join(Task).where(Task.officer == me)
    done, left = own.where(Stop.timing == "on_time").first(), own.where(Stop.timing == "").first()
    return ["/work-orders?queue=my_reports", "/patrols", f"/patrols/{done.task.number}", f"/visits/{done.id}",
            f"/visits/{left.id}", "/findings/new", "/findings", "/findings?state=closed", "/findings/figures",
            *(f"/findings/{Finding.get(Finding.state == state).number}" for state in ("open", "rectified", "closed"))]


def guoqiang(running: Installation) -> list[str]:
    season = Season.get(Season.theme == "防冻")
    return ["/patrol-board", "/patrol-board/calendar", "/patrol-board/coverage", "/patrol-board/coverage?group=point",
            "/patrol-plans", "/patrol-plans/new", "/patrol-plans/new?kind=upkeep", f"/patrol-plans/{Plan.get().number}",
            "/patrol-points", "/patrol-points/P101", "/patrol-points/sheet", "/checklists", "/checklists/PD01",
            "/patrol-routes", f"/patrol-routes/{Route.get().id}", "/grids", "/seasons", f"/seasons/{season.id}",
            "/notices", f"/notices/{Notice.drafts(season.estate).get().number}",
            f"/notices/{Notice.standing(season.estate).get().number}/poster"]


def zhaomin(running: Installation) -> list[str]:
    return ["/work-orders", "/holds", "/time-limits", "/account", address(of_kind("complaint", "working")),
            address(order_in("working", held=True)), "/notifications"]


def v_dianti(running: Installation) -> list[str]:
    own = WorkOrder.select().join(User, on=WorkOrder.assignee == User.id).where(User.login == "v-dianti").get()
    return ["/work-orders", "/account", "/firms", "/notifications", address(own)]


def yzdb(running: Installation) -> list[str]:
    return ["/work-orders", address(order_in("archived"))]


ROLES: list[Paths] = [
    public, sunqi, chenliang, heguangjun, luxia, admin, zhaomin, machunsheng, guoqiang, v_dianti, yzdb]
AT_A_DESK = ("sunqi", "heguangjun", "luxia", "admin", "zhaomin", "guoqiang")


@pytest.fixture(scope="session")
def paths_of(demo: Installation) -> dict[str, list[str]]:
    with backstage(demo):
        assert User.select().count() > 20
        return {role.__name__: role(demo) for role in ROLES}


def who(role: str) -> str | None:
    return None if role == "public" else role.replace("_", "-")


@pytest.mark.slow
@pytest.mark.parametrize("role", [role.__name__ for role in ROLES])
def test_every_page_holds_on_a_phone_by_day(
    role: str, visit: Visit, demo: Installation, paths_of: dict[str, list[str]],
) -> None:
    page = visit(who(role), demo, size=PHONE)
    assert [wrong for path in paths_of[role] for wrong in found_wrong(page, path)] == []


@pytest.mark.slow
@pytest.mark.parametrize("role", [role.__name__ for role in ROLES])
def test_every_page_holds_in_english_by_night_and_at_the_desk_of_who_has_one(
    role: str, visit: Visit, demo: Installation, paths_of: dict[str, list[str]],
) -> None:
    """Colours come from tokens, by scheme alone: that each scheme is seen at one size is enough."""
    page = visit(who(role), demo, size=DESK if role in AT_A_DESK else PHONE, lang="en-US", color_scheme="dark")
    assert [wrong for path in paths_of[role] for wrong in found_wrong(page, path)] == []
    assert page.locator("html").get_attribute("lang") == "en"


def found_wrong(page: Page, path: str) -> list[str]:
    return opened(page, path) + laid_out(page, path) + broken_rules(page, path)


def opened(page: Page, path: str) -> list[str]:
    """What went wrong on the way: its status, the console, pictures that did not come."""
    expected = 404 if path.startswith("/o/nobody") else 200
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        foreseen = f"status of {expected}" in message.text or "blocked by Playwright" in message.text
        if message.type in ("error", "warning") and not foreseen:
            said.append(f"console: {message.text}")

    def catch(error: Error) -> None:
        said.append(f"uncaught: {error}")

    page.on("console", hear)
    page.on("pageerror", catch)
    answer = page.goto(path)
    if answer is None or answer.status != expected:
        said.append(f"status {answer.status if answer else None}, not {expected}")
    said += [f"picture did not come: {src}" for src in page.evaluate(PICTURES)]
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", catch)
    return [f"{path}: {words}" for words in said]


def laid_out(page: Page, path: str) -> list[str]:
    """What a person would trip over at this size."""
    width, said = page.evaluate("innerWidth"), []
    if page.evaluate(SIDEWAYS):
        said.append("scrolls sideways")
    if width == PHONE["viewport"]["width"]:
        said += [f"small target: {target}" for target in page.evaluate(SMALL)]
    return [f"{path} at {width} px: {words}" for words in said]


def broken_rules(page: Page, path: str, *rules: str) -> list[str]:
    """Of accessibility, by axe: all of its rules unless some are named."""
    page.evaluate(Axe().axe_script)
    return [f"{path}: axe: {found}" for found in page.evaluate(AXE, list(rules) or None)]
