"""A patrol of twelve points on a phone: with two findings, without a signal in the middle, nothing lost nor doubled."""
import time
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from models.base import now
from models.event import Event
from models.patrol import Evidence, Finding, Point, Route, Task
from models.patrol import Visit as Stop
from models.place import Estate
from models.user import Beat, User
from models.work_order import WorkOrder
from tests.browser.basement import back_to_daylight, into_the_basement, items, kept, take
from tests.browser.conftest import Visit, ask, button, choose, eventually, jpeg, with_htmx

pytestmark = pytest.mark.offline


@pytest.fixture
def task(stage: Any, estate: Estate, guoqiang: User) -> Task:
    """Twelve points in one walk, whose window is open now; an installation that has had walks before is cleared."""
    at = estate.local(now()).replace(second=0, microsecond=0, tzinfo=None)
    points = list(Point.of(estate).where(Point.code.startswith("P1") | Point.code.startswith("P2")))
    points += list(Point.of(estate).where(Point.code.startswith("P3") | Point.code.startswith("P4")))
    route = Route.put(estate, f"十二点 {time.time_ns()}", grid=points[0].grid, points=points[:12], walk_min=0, by=None)
    start = estate.utc(at) - timedelta(minutes=30)
    Task.update(officer=None).where(Task.officer == User.called("machunsheng")).execute()
    return Task.begin(estate, "十二点巡查", start, start + timedelta(hours=2), grace=timedelta(minutes=15), route=route,
                      grid=route.grid, officer=User.called("machunsheng"))


def at(visit: Stop) -> str:
    return f"/visits/{visit.id}"


def keep_walk(page: Page, stops: list[Stop]) -> None:
    """Open the list, as everybody does before going down, until every point is on the phone."""
    page.goto("/patrols")
    end = time.monotonic() + 30
    while not {"/patrols", *map(at, stops)} <= set(kept(page).get("machunsheng", [])):
        assert time.monotonic() < end, kept(page)
        page.wait_for_timeout(100)


def go(page: Page, path: str) -> None:
    """Where the phone itself leads on to the next point meanwhile, that may be in the way."""
    for _ in range(5):
        try:
            page.goto(path)
            return
        except Error:
            page.wait_for_timeout(300)
    page.goto(path)


def check(page: Page, stop: Stop, *, bad: str = "", photo: int = 0) -> None:
    """Answer a point with the thumb."""
    for item in stop.items:
        if item.code != bad:
            page.locator(f"label.choice:has([name='answer-{item.code}'][value=normal])").tap()
            if item.is_reading:
                page.locator(f"[name='reading-{item.code}']").fill("36")
    if photo:
        page.locator("#answers [name=photos]").set_input_files(jpeg(photo))
    take(page, "answers")


def find(page: Page, code: str, remedy: str, seed: int) -> None:
    page.locator(f"label.choice:has([name='answer-{code}'][value=abnormal])").tap()
    form = page.locator(f"form[action$='/{code}-finding']")
    form.locator("[name=photos]").set_input_files(jpeg(seed))
    form.locator(f"[name='text-{code}']").fill(f"{code} 有问题")
    choose(page, f"remedy-{code}", remedy)
    take(page, f"{code}-finding")


def wants_photo(stop: Stop) -> bool:
    return stop.point.proof == "photo" or any(item.photo_rule == "always" for item in stop.items)


def until_sent(page: Page) -> None:
    end, waiting = time.monotonic() + 40, True
    while waiting:
        page.wait_for_timeout(200)
        left = [item for item in items(page) if item["state"] != "sent"]
        waiting = bool(left)
        assert time.monotonic() < end, [(one["path"], one["state"], one.get("error")) for one in left]


def texts_kept(page: Page) -> str:
    """Every address and every text in the phone's caches."""
    found: str = ask(page, """async () => {
      const texts = [];
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const one of await cache.keys()) {
          const kept = await cache.match(one);
          texts.push(one.url, JSON.stringify([...kept.headers]), await kept.text());
        }
      }
      return texts.join('');
    }""")
    return found


@pytest.mark.slow
def test_twelve_points_with_two_findings_and_no_signal_in_the_middle(visit: Visit, task: Task) -> None:
    stops = list(task.visits)  # type: ignore[attr-defined]
    assert len(stops) == 12
    findings = {3: "order", 7: "on_spot"}
    page = visit("machunsheng")
    keep_walk(page, stops)
    began = now()
    for n, stop in enumerate(stops):
        if n == 2:
            until_sent(page)
            page.wait_for_url(f"**{at(stop)}")
            into_the_basement(page)
        if n == 9:
            assert Stop.select().where(Stop.task == task, Stop.done_at.is_null(False)).count() == 2
            ended = now()
            back_to_daylight(page, empty=False)
            until_sent(page)
            page.wait_for_timeout(1000)
        if n in (1, 10, 11):
            page.wait_for_url(f"**{at(stop)}")  # where there is a signal the phone leads on by itself
        else:
            go(page, at(stop))
        bad = ""
        if n in findings:
            bad = stop.items[0].code
            find(page, bad, findings[n], 600 + n)
            if findings[n] == "on_spot":
                form = page.locator(f"form[action$='/{bad}-rectification']")
                form.locator("[name=photos]").set_input_files(jpeg(700 + n))
                form.locator(f"[name='done-{bad}']").fill("当场处理好了")
                take(page, f"{bad}-rectification")
        check(page, stop, bad=bad, photo=500 + n if wants_photo(stop) else 0)
    until_sent(page)
    stops = list(Stop.select().where(Stop.task == task).order_by(Stop.position))
    assert Task.get_by_id(task.id).state == "done"
    assert [stop.is_abnormal for stop in stops] == [n in findings for n in range(12)]
    assert [stop.done_at for stop in stops] == sorted(stop.done_at for stop in stops)
    assert all(began <= stop.done_at <= ended < stop.received_at for stop in stops[2:9])
    found = list(Finding.select().where(Finding.visit.in_(stops)).order_by(Finding.found_at))
    assert [(one.visit.position, one.state) for one in found] == [(4, "rectifying"), (8, "rectified")]
    assert found[0].order.kind == "rectification"
    assert [len(Evidence.of(one)) for one in found] == [1, 2]
    assert [len(Evidence.of(stop)) for stop in stops] == [int(wants_photo(stop)) for stop in stops]
    told = [event.detail["position"] for event in Event.about(task.number) if event.verb == "check"]
    assert sorted(told) == list(range(1, 13))  # each once; the order is kept within a point, not among them
    assert Event.first_broken() is None


@pytest.mark.slow
def test_a_code_scanned_without_a_signal_leads_to_its_point(visit: Visit, task: Task) -> None:
    first, second = list(task.visits)[:2]  # type: ignore[attr-defined]
    page = visit("machunsheng")
    keep_walk(page, [first, second])
    into_the_basement(page)
    page.goto(f"/p/{second.point.secret}")
    page.wait_for_url(f"**{at(second)}#{second.point.secret}")
    expect(page.locator("[name=code]")).to_have_value(second.point.secret)
    assert second.point.secret not in texts_kept(page)
    page.goto("/p/nosuchco")
    expect(page.locator(".outbox-elsewhere")).to_be_visible()


def test_all_normal_is_one_tap(visit: Visit, task: Task) -> None:
    first, second, *_ = task.visits  # type: ignore[attr-defined]
    page = visit("machunsheng")
    page.goto(at(first))
    eventually(page, "document.readyState === 'complete'")
    page.wait_for_timeout(500)
    button(page, "全部正常").tap()
    page.wait_for_url(f"**{at(second)}")  # on to the next point
    assert len(Stop.get_by_id(first.id).answers) == len(first.items)


def test_a_code_scanned_with_a_signal_is_not_kept_either(visit: Visit, task: Task) -> None:
    first, second = list(task.visits)[:2]  # type: ignore[attr-defined]
    page = visit("machunsheng")
    keep_walk(page, [first, second])
    page.goto(f"/p/{first.point.secret}")
    expect(page.locator("[name=code]")).to_have_value(first.point.secret)
    page.wait_for_url(f"**{at(first)}#{first.point.secret}")
    page.wait_for_timeout(500)
    assert first.point.secret not in texts_kept(page)
    into_the_basement(page)
    page.reload()
    expect(page.locator(".kept-note")).to_be_visible()
    expect(page.locator("[name=code]")).to_have_value(first.point.secret)


@pytest.mark.slow
def test_a_list_lets_go_of_what_has_left_it_and_of_nothing_else(
    visit: Visit, task: Task, accepted_order: WorkOrder, chenliang: User,
) -> None:
    """Chen Liang walks as a deputy: his orders and his walk are kept side by side."""
    grid = Point.get(Point.code == "P101").grid
    Beat.insert(user=chenliang, grid=grid, duty="deputy").on_conflict_ignore().execute()
    Task.update(officer=chenliang).where(Task.id == task.id).execute()
    stops = [at(stop) for stop in task.visits]  # type: ignore[attr-defined]
    page = visit("chenliang")
    order = f"/work-orders/{accepted_order.number}"

    def are_kept(path: str, *, but: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        page.goto(path)
        end = time.monotonic() + 30
        while not {path, order, *stops} - but <= (there := set(kept(page).get("chenliang", []))) or but & there:
            assert time.monotonic() < end, there
            page.wait_for_timeout(100)

    page.goto("/patrols")
    page.wait_for_timeout(3000)
    are_kept("/work-orders")
    are_kept("/patrols")
    Stop.update(done_at=now(), timing="on_time").where(Stop.task == task).execute()
    other = Task.begin(task.estate, "另一趟", task.starts_at, task.ends_at, grace=timedelta(minutes=15),
                       route=Route.get(Route.name == "东北网格日巡"), grid=grid, officer=chenliang)
    Task.update(state="done", settled_at=now()).where(Task.id == task.id).execute()
    gone, stops = set(stops), [*stops, *(at(stop) for stop in other.visits)]  # type: ignore[attr-defined]
    are_kept("/patrols", but=gone)
    are_kept("/work-orders", but=gone)
    Beat.delete().where(Beat.user == chenliang, Beat.grid == grid).execute()


def test_a_finding_reported_without_an_outbox_leaves_the_answers_beside_it(visit: Visit, task: Task) -> None:
    first, *_ = task.visits  # type: ignore[attr-defined]
    page = visit("machunsheng", outbox=False)
    page.goto(at(first))
    with_htmx(page)
    one, other = [item.code for item in first.items][:2]
    page.locator(f"label.choice:has([name='answer-{one}'][value=na])").tap()
    page.locator(f"label.choice:has([name='answer-{other}'][value=abnormal])").tap()
    form = page.locator(f"form[action$='/{other}-finding']")
    form.locator("[name=photos]").set_input_files(jpeg(801))
    form.locator("[type=submit]").tap()
    expect(page.locator(".found")).to_have_count(1)
    expect(page.locator(f"[name='answer-{one}'][value=na]")).to_be_checked()


def test_a_point_that_is_saved_offers_no_second_button(visit: Visit, task: Task) -> None:
    first, *_ = task.visits  # type: ignore[attr-defined]
    page = visit("machunsheng")
    keep_walk(page, [first])
    into_the_basement(page)
    page.goto(at(first))
    button(page, "全部正常").tap()
    expect(page.locator("#answers [type=submit]").first).to_have_text("按所填完成 · 已存本机")
    expect(page.locator("#answers [type=submit]:visible")).to_have_count(1)
    back_to_daylight(page, empty=False)
    until_sent(page)
    assert Stop.get_by_id(first.id).state in ("normal", "early")
