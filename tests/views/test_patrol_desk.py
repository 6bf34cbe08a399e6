"""What the desk has of the patrol: grids, points, checklists, routes, plans, and the boards they make."""
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from models.base import moment, now
from models.callback.figures import Period
from models.event import Event
from models.patrol import CheckItem, Plan, Point, Route, Task, Visit
from models.patrol.board import DayBoard, calendar
from models.patrol.coverage import lines, whole
from models.place import Estate, Grid
from models.user import Beat, User
from tests.patrol import good, plan_of, running_now
from tests.views.conftest import form_of, key, sentences, tick
from tests.views.test_queries import reads


@pytest.fixture
def desk(browse: Any) -> Any:
    return browse("guoqiang")


def visits_of(task: Task) -> list[Any]:
    return list(task.visits)  # type: ignore[attr-defined]


# -- grids, points and checklists


def test_a_grid_is_entrusted_and_walks_to_come_go_to_who_answers_for_it(
    desk: Any, estate: Estate, guoqiang: User,
) -> None:
    plan = plan_of(estate, guoqiang, windows="23:58-23:59")
    form = form_of(desk.get("/grids"), "grids/G1")
    assert form["responsible"].value == "machunsheng" and form["deputy"].value == "fengguilan"
    form["responsible"], form["deputy"] = "tianyongqiang", "machunsheng"
    form.submit().follow()
    assert {task.officer.login for task in Task.select().where(Task.plan == plan)} == {"tianyongqiang"}
    assert Event.get(Event.verb == "entrust").detail["deputy"] == "马春生"
    for changes in ({"responsible": "tianyongqiang", "deputy": "tianyongqiang"}, {"responsible": ""},
                    {"responsible": "luxia"}):
        answer = desk.post("/grids/G1", {"key": key(), **changes}, expect_errors=True)
        assert answer.status_code == 422
    assert Beat.select().join(Grid).where(Grid.code == "G1", Beat.duty == "responsible").count() == 1
    assert desk.post("/grids/G9", {"key": key()}, expect_errors=True).status_code == 404


def test_a_point_is_made_changed_given_a_new_code_and_removed(desk: Any, estate: Estate, guoqiang: User) -> None:
    form = form_of(desk.get("/patrol-points/new"), "patrol-points")
    form["code"], form["name"], form["place"] = "p110", "北门快递柜", "北门岗"
    form["grid"], form["discipline"], form["proof"] = "G1", "fire", "code"
    tick(form, "items", "XF05", "XF01")
    form.submit().follow()
    point = Point.find(estate, "P110")
    assert ([item.code for item in point.items], point.is_key, len(point.secret)) == (["XF01", "XF05"], False, 8)
    form = form_of(desk.get("/patrol-points/P110"), "patrol-points/P110")
    form["name"] = "快递柜旁灭火器"
    form.submit()
    assert Point.find(estate, "P110").name == "快递柜旁灭火器"
    desk.post("/patrol-points/P110/code", {"key": key()})
    assert Point.find(estate, "P110").secret != point.secret
    plan = plan_of(estate, guoqiang, windows="23:58-23:59")
    before = len(visits_of(Task.get(Task.plan == plan)))
    desk.post("/patrol-points/P106/removal", {"key": key()})
    assert len(visits_of(Task.get(Task.plan == plan))) == before - 1
    assert desk.get("/patrol-points/P106", expect_errors=True).status_code == 404


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"code": "P101"}, "P101"), ({"name": ""}, "请填写"), ({"grid": "G9"}, "网格"), ({"place": "火星"}, "火星"),
    ({"discipline": "x"}, "专业"), ({"proof": ""}, "到位证明"), ({"items": ""}, "检查"), ({"items": "ZZ01"}, "ZZ01"),
])
def test_a_point_that_makes_no_sense_is_refused_as_typed(desk: Any, changes: dict[str, str], sentence: str) -> None:
    sent = {"key": key(), "code": "P110", "name": "快递柜", "grid": "G1", "place": "北门岗", "discipline": "fire",
            "proof": "code", "items": "XF05", **changes}
    before = Point.select().count()
    answer = desk.post("/patrol-points", {name: value for name, value in sent.items() if value}, expect_errors=True)
    assert answer.status_code == 422
    assert sentence in sentences(answer)[0]
    assert form_of(answer, "patrol-points")["name"].value == sent["name"]
    assert Point.select().count() == before


def test_the_sheet_has_every_points_code_and_nobody_elses(desk: Any, browse: Any) -> None:
    page = desk.get("/patrol-points/sheet")
    assert len(page.html.select(".code-drawing svg")) == Point.select().count()
    assert Point.get(Point.code == "P101").secret in page
    assert len(desk.get("/patrol-points/sheet?grid=G2").html.select(".code")) == 5
    assert browse("machunsheng").get("/patrol-points/sheet", expect_errors=True).status_code == 403


def test_a_checklist_gets_an_item_with_limits(desk: Any, estate: Estate) -> None:
    form = form_of(desk.get("/checklists/new"), "checklists")
    form["code"], form["text"], form["unit"], form["low"], form["high"] = "dt09", "轿厢温度", "℃", "5", "35"
    form["discipline"], form["severity"], form["category"] = "lifts", "serious", "4004"
    form.submit().follow()
    item = CheckItem.coded(estate, "DT09")
    assert (item.is_reading, item.low, item.high, item.category.code) == (True, 5.0, 35.0, "4004")
    form = form_of(desk.get("/checklists/DT09"), "checklists")
    form["low"], form["high"] = "40", "35"
    answer = form.submit(expect_errors=True)
    assert answer.status_code == 422 and form_of(answer, "checklists")["low"].value == "40"
    for changes in ({"code": "DT01"}, {"code": "1x"}, {"text": ""}, {"low": "warm"}, {"severity": ""}):
        sent = {"key": key(), "code": "DT10", "text": "x", "discipline": "lifts", "severity": "serious",
                "photo_rule": "never", **changes}
        assert desk.post("/checklists", sent, expect_errors=True).status_code == 422
    desk.post("/checklists/DT09/removal", {"key": key()})
    assert desk.get("/checklists/DT09", expect_errors=True).status_code == 404


# -- routes and plans


def test_a_route_is_numbered_by_the_way_it_is_walked(desk: Any, estate: Estate) -> None:
    form = form_of(desk.get("/patrol-routes/new"), "patrol-routes")
    form["name"], form["grid"], form["walk_min"] = "夜间路线", "G1", "6"
    form["place-P106"], form["place-P101"] = "1", "2"
    form.submit().follow()
    route = Route.get(Route.name == "夜间路线")
    assert ([point.code for point in route.points], route.walk_min) == (["P106", "P101"], 6)
    path = f"/patrol-routes/{route.id}"
    form = form_of(desk.get(path), path[1:])
    form["place-P101"] = "两"
    answer = form.submit(expect_errors=True)
    assert answer.status_code == 422 and form_of(answer, path[1:])["place-P101"].value == "两"
    for changes in ({"grid": ""}, {"walk_min": "-1"}, {"walk_min": "9999"}, {"place-P106": "", "place-P101": ""}):
        sent = {"key": key(), "name": "夜间路线", "grid": "G1", "walk_min": "0", "place-P106": "1", "place-P101": "2",
                **changes}
        assert desk.post(path, sent, expect_errors=True).status_code == 422
    form = form_of(desk.get(path), path[1:])
    form["name"] = "东北网格日巡"
    answer = form.submit(expect_errors=True)
    assert (answer.status_code, sentences(answer)) == (422, ["已有同名路线。"])
    form["name"] = "深夜路线"
    form.submit().follow()
    assert Route.get_by_id(route.id).name == "深夜路线"
    desk.post(f"{path}/removal", {"key": key()})
    assert desk.get(path, expect_errors=True).status_code == 404


def test_a_route_with_a_plan_is_not_removed(desk: Any, estate: Estate, guoqiang: User) -> None:
    plan = plan_of(estate, guoqiang)
    answer = desk.post(f"/patrol-routes/{plan.route.id}/removal", {"key": key()}, expect_errors=True)
    assert answer.status_code == 422 and plan.name in sentences(answer)[0]


def test_a_plan_is_made_changed_and_stopped_on_its_pages(desk: Any, estate: Estate) -> None:
    form = form_of(desk.get("/patrol-plans/new"), "patrol-plans")
    route = Route.get(Route.name == "东北网格日巡")
    form["name"], form["route"], form["rhythm"] = "北片", str(route.id), "weekly"
    form["windows"] = "08:00-10:00，20:00-22:00"
    tick(form, "weekdays", "1", "3")
    page = form.submit().follow()
    plan = Plan.get()
    assert (plan.windows, plan.weekdays) == ("08:00-10:00,20:00-22:00", "1,3")
    assert "星期一" in page or "周一" in page
    form = form_of(page, f"patrol-plans/{plan.number}")
    assert [box.checked for box in form.fields["weekdays"]] == [True, False, True, False, False, False, False]
    form["windows"] = "八点"
    answer = form.submit(expect_errors=True)
    assert answer.status_code == 422
    assert form_of(answer, f"patrol-plans/{plan.number}")["windows"].value == "八点"
    form["windows"] = "07:00-08:00"
    page = form.submit().follow()
    assert Plan.get().windows == "07:00-08:00" and "修改计划" in page
    page = form_of(page, "stop").submit().follow()
    assert "已停用" in page
    assert not Task.select().where(Task.starts_at > now()).exists()


def test_of_two_who_change_a_plan_the_second_sees_what_the_first_wrote(
    desk: Any, estate: Estate, guoqiang: User,
) -> None:
    plan = plan_of(estate, guoqiang)
    path = f"patrol-plans/{plan.number}"
    first, second = (form_of(desk.get(f"/{path}"), path) for _ in range(2))
    first["grace_min"], second["name"] = "20", "晚到的名字"
    first.submit()
    answer = second.submit(expect_errors=True)
    assert (answer.status_code, Plan.get().name, Plan.get().grace_min) == (409, plan.name, 20)
    assert form_of(answer, path)["name"].value == "晚到的名字"


def test_an_upkeep_plan_asks_what_where_and_of_which_category(desk: Any) -> None:
    form = form_of(desk.get("/patrol-plans/new?kind=upkeep"), "patrol-plans")
    form["name"], form["place"], form["text"] = "水泵保养", "生活水泵房", "润滑"
    answer = form.submit(expect_errors=True)
    assert answer.status_code == 422 and "类别" in sentences(answer)[0]
    form = form_of(answer, "patrol-plans")
    assert form["text"].value == "润滑" and form["kind"].value == "upkeep"
    form["category"] = "1005"
    form.submit().follow()
    assert Plan.get().kind == "upkeep"


# -- the boards


@pytest.fixture
def walked(estate: Estate, guoqiang: User, machunsheng: User) -> Task:
    """Yesterday at eight: two points seen, one without its code, the others missed."""
    day = estate.local(now()).date() - timedelta(days=1)
    at = estate.utc(datetime(day.year, day.month, day.day))
    plan = plan_of(estate, guoqiang, at=at, starts_on=day)
    task = Task.select().where(Task.plan == plan).order_by(Task.starts_at).get()
    for n, visit in enumerate(visits_of(task)[:2]):
        with moment(task.starts_at + timedelta(minutes=10 * n)):
            visit.check(good(visit), by=machunsheng, code=visit.point.secret if n else "")
    with moment(task.late_until):
        Task.sweep()
    return task


def test_the_board_says_who_walked_which_grid_when_and_what_was_missed(desk: Any, estate: Estate, walked: Task) -> None:
    day = estate.local(walked.starts_at).date()
    board = DayBoard.of(estate, day)
    assert board.hours == [8]
    [walk] = board.rows[0][1][8]
    assert (walk.officer, walk.points, walk.seen, walk.missed, walk.state) == ("马春生", 4, 2, 2, "overdue")
    page = desk.get(f"/patrol-board?day={day}")
    told = re.sub(r"\s+", " ", page.html.select_one(".hours tbody tr").get_text(" "))
    assert "马春生" in told and "2/4" in told and "漏检 2" in told
    assert "未扫点码" in page
    assert "没有巡查任务" in desk.get("/patrol-board?day=2020-01-01")
    assert desk.get("/patrol-board?day=nonsense").status_code == 200


def test_the_calendar_counts_walks_by_day_and_what_plans_will_make(desk: Any, estate: Estate, walked: Task) -> None:
    month = Period.month_of(walked.starts_at, estate)
    counted = calendar(month)
    assert counted[estate.local(walked.starts_at).date()] == {"overdue": 1}
    after = calendar(month.after())
    last = max(after)
    assert after[last] == {"planned": 1} and len(after) == (month.after().end - month.after().start).days
    assert "计划" in desk.get(f"/patrol-board/calendar?month={month.after().code}")
    assert desk.get("/patrol-board/calendar?month=13", expect_errors=True).status_code == 422


def test_coverage_counts_what_is_over_by_grid_officer_and_point(
    desk: Any, estate: Estate, walked: Task, machunsheng: User,
) -> None:
    missed = next(visit for visit in visits_of(walked) if visit.timing == "missed" and visit.point.proof == "none")
    with moment(walked.late_until + timedelta(hours=1)):
        missed.check(good(missed), by=machunsheng, reason="暴雨")
    month = Period.month_of(walked.starts_at, estate)
    whole_month = whole(month)
    assert (whole_month.walked.met, whole_month.walked.of) == (0, 1)  # type: ignore[union-attr]
    assert (whole_month.missed.met, whole_month.missed.of, whole_month.made_up) == (2, 4, 1)
    [grid] = lines(month, "grid")
    assert (grid.label, grid.missed.met, grid.missed.of) == ("东北网格", 2, 4)
    [officer] = lines(month, "officer")
    assert (officer.label, officer.walked.reads if officer.walked else "") == ("马春生", "few")
    assert [(line.missed.met, line.missed.of) for line in lines(month, "point")].count((1, 1)) == 2
    for group in ("grid", "officer", "point"):
        page = desk.get(f"/patrol-board/coverage?month={month.code}&group={group}")
        assert "样本不足" in page and "补检" in page
    assert "暂无数据" in desk.get("/patrol-board/coverage?month=2024-02")
    assert desk.get("/patrol-board/coverage?group=x", expect_errors=True).status_code == 404


def test_more_walks_cost_the_boards_no_more_reads(desk: Any, estate: Estate, walked: Task, guoqiang: User) -> None:
    day = estate.local(walked.starts_at).date()
    paths = (f"/patrol-board?day={day}", "/patrol-board/coverage", "/patrol-board/coverage?group=point",
             "/patrol-points", "/patrol-routes")
    few = [reads(desk, path) for path in paths]
    row = {name: value for name, value in walked.__data__.items() if name not in ("id", "plan")}
    for n in range(20):
        task = Task.create(**{**row, "number": f"XJ-20200101-{n:04}"})
        Visit.insert_many([{"task": task, "point": visit.point, "position": visit.position, "flags": "no_code",
                            "by": guoqiang, "done_at": now(), "received_at": now(), "timing": "on_time"}
                           for visit in visits_of(walked)]).execute()
    assert [reads(desk, path) for path in paths] == few


def test_who_has_no_business_with_plans_is_kept_out(browse: Any) -> None:
    for path in ("/patrol-plans/new", "/patrol-points/new", "/checklists/new", "/patrol-routes/new"):
        for login in ("sunqi", "machunsheng", "chenliang", "yzdb"):
            assert browse(login).get(path, expect_errors=True).status_code == 403
    for path in ("/patrol-plans", "/patrol-routes", "/patrol-points", "/checklists", "/grids"):
        assert browse("sunqi").get(path).status_code == 200


def test_a_walk_of_today_shows_on_the_board(desk: Any, estate: Estate, guoqiang: User) -> None:
    task = running_now(estate, guoqiang)
    day: date = estate.local(task.starts_at).date()
    assert task.number in desk.get(f"/patrol-board?day={day}")
