"""A walk: made by its plan, point by point, and what the worker finds when its window ends."""
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from models.base import moment
from models.dispatch import Shift
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.jobs import every_minute
from models.patrol import CheckItem, Evidence, Finding, Plan, Point, Route, Said, Task, Terms, Visit
from models.photo import shelved
from models.place import Estate
from models.user import User
from tests.conftest import MONDAY_MORNING, picture
from tests.patrol import good, route


@pytest.fixture
def daily(estate: Estate, guoqiang: User) -> Plan:
    with moment(MONDAY_MORNING - timedelta(days=1)):
        terms = Terms("北片早巡", date(2026, 11, 23), route=route("东北网格日巡"))
        return Plan.make(estate, "patrol", terms, by=guoqiang)


@pytest.fixture
def task(daily: Plan) -> Task:
    return Task.select().where(Task.plan == daily).order_by(Task.starts_at).first()


def show(visit: Visit, by: User) -> None:
    """A photo, where the list asks for one."""
    if any(item.photo_rule == "always" for item in visit.items):
        with shelved([picture(visit.id, "before")]):
            Evidence.attach(visit, [picture(visit.id, "before")], "point", by=by)


def walk(task: Task, by: User, *, start: datetime, every: timedelta = timedelta(minutes=5)) -> None:
    for n, visit in enumerate(task.visits):  # type: ignore[attr-defined]
        with moment(start + n * every):
            show(visit, by)
            visit.check(good(visit), by=by, code=visit.point.secret)


def test_a_walk_is_done_point_by_point(task: Task, machunsheng: User) -> None:
    assert task.officer == machunsheng
    walk(task, machunsheng, start=MONDAY_MORNING)
    done = Task.get_by_id(task.id)
    assert (done.state, done.flag_codes) == ("done", [])
    assert [visit.state for visit in task.visits] == ["normal"] * 4  # type: ignore[attr-defined]


def test_a_walk_faster_than_it_can_be_walked_is_flagged(task: Task, machunsheng: User) -> None:
    walk(task, machunsheng, start=MONDAY_MORNING, every=timedelta(minutes=1))
    assert Task.get_by_id(task.id).flag_codes == ["too_fast"]


@pytest.mark.parametrize(("minutes", "timing"), [(-61, "early"), (60, "on_time"), (121, "late"), (136, "made_up")])
def test_when_a_point_was_seen_counts(task: Task, machunsheng: User, minutes: int, timing: str) -> None:
    visit = task.visits[0]  # type: ignore[attr-defined]
    with moment(task.starts_at + timedelta(minutes=minutes)):
        visit.check(good(visit), by=machunsheng, code=visit.point.secret, reason="接待访客")
    assert Visit.get_by_id(visit.id).timing == timing


def test_what_is_made_up_for_takes_a_reason(task: Task, machunsheng: User) -> None:
    visit = task.visits[0]  # type: ignore[attr-defined]
    with moment(task.late_until + timedelta(minutes=1)), pytest.raises(Refused, match=r"visit\.no_reason"):
        visit.check(good(visit), by=machunsheng, code=visit.point.secret)


def test_what_the_window_leaves_is_missed_and_told_once(task: Task, machunsheng: User) -> None:
    visit = task.visits[1]  # type: ignore[attr-defined]
    with moment(MONDAY_MORNING):
        visit.check(good(visit), by=machunsheng, code=visit.point.secret)
    with moment(task.late_until):
        assert (Task.sweep(), Task.sweep()) == (1, 0)
    assert Task.get_by_id(task.id).state == "overdue"
    assert [one.state for one in task.visits] == ["missed", "normal", "missed", "missed"]  # type: ignore[attr-defined]
    [told] = Event.select().where(Event.verb == "miss")
    assert (told.subject, told.via, told.detail["twice"]) == (task.number, "rule", [])


def test_a_walk_nobody_began_is_absence_and_the_second_miss_is_told_as_such(daily: Plan) -> None:
    first, second = Task.select().order_by(Task.starts_at).limit(2)
    with moment(second.late_until):
        Task.sweep()
    told = [event.detail for event in Event.select().where(Event.verb == "miss").order_by(Event.id)]
    assert [Task.get_by_id(one.id).state for one in (first, second)] == ["absent", "absent"]
    assert [len(one["twice"]) for one in told] == [0, 4]


def test_what_was_done_in_a_basement_and_arrives_after_the_sweep_was_done_in_time(
    task: Task, machunsheng: User,
) -> None:
    with moment(task.late_until):
        Task.sweep()
    for n, visit in enumerate(task.visits):  # type: ignore[attr-defined]
        at = MONDAY_MORNING + timedelta(minutes=5 * n)
        with moment(task.late_until + timedelta(hours=2)):
            show(visit, machunsheng)
            visit.check(good(visit), by=machunsheng, code=visit.point.secret, told={"captured_at": at})
    assert Task.get_by_id(task.id).state == "done"
    late = Visit.get_by_id(visit.id)
    assert (late.state, late.done_at, late.flag_codes) == ("normal", at, ["late_sent"])


def test_only_who_has_a_part_in_the_grid_checks_its_points(task: Task, chenliang: User, luxia: User) -> None:
    visit = task.visits[0]  # type: ignore[attr-defined]
    for stranger in (chenliang, luxia):
        with moment(MONDAY_MORNING), pytest.raises(NotAllowed):
            visit.check(good(visit), by=stranger)
    with pytest.raises(NotFound):
        Visit.find(visit.id, by=luxia)


def test_a_point_is_checked_once(task: Task, machunsheng: User) -> None:
    visit = task.visits[0]  # type: ignore[attr-defined]
    with moment(MONDAY_MORNING):
        visit.check(good(visit), by=machunsheng, code=visit.point.secret)
        with pytest.raises(Stale):
            visit.check(good(visit), by=machunsheng, code=visit.point.secret)


@pytest.mark.parametrize(("code", "flags"), [("", ["no_code"]), ("right", [])])
def test_the_code_of_its_sheet_proves_that_somebody_stood_there(
    task: Task, machunsheng: User, code: str, flags: list[str],
) -> None:
    visit = task.visits[0]  # type: ignore[attr-defined]
    with moment(MONDAY_MORNING):
        visit.check(good(visit), by=machunsheng, code=code and visit.point.secret.upper())
    assert visit.flag_codes == flags


@pytest.mark.parametrize(("minutes", "flags"), [(10, []), (50, ["old_code"])])
def test_a_code_that_was_made_anew_proves_only_what_was_done_before(
    task: Task, machunsheng: User, guoqiang: User, minutes: int, flags: list[str],
) -> None:
    """Who is in a basement does not hear of it; what they bring is kept, and flagged where the old sheet still hung."""
    visit = task.visits[0]  # type: ignore[attr-defined]
    was = visit.point.secret
    with moment(MONDAY_MORNING + timedelta(minutes=30)):
        Point.get_by_id(visit.point.id).renew_secret(by=guoqiang)
    told = {"captured_at": MONDAY_MORNING + timedelta(minutes=minutes)}
    with moment(MONDAY_MORNING + timedelta(minutes=55)):
        visit = Visit.get_by_id(visit.id)
        assert Point.coded(was, by=machunsheng) == visit.point
        with pytest.raises(Refused, match=r"visit\.wrong_code"):
            visit.check(good(visit), by=machunsheng, code="22222222", told=told)
        visit.check(good(visit), by=machunsheng, code=was, told=told)
    assert visit.flag_codes == flags


def test_what_a_list_asked_when_it_was_answered_counts(
    task: Task, estate: Estate, machunsheng: User, guoqiang: User,
) -> None:
    """Of two that are in a basement while the list changes, one answered before it and one afterwards."""
    first, second = list(task.visits)[:2]  # type: ignore[attr-defined]
    known = {visit.id: visit.items for visit in (first, second)}
    with moment(MONDAY_MORNING + timedelta(minutes=30)):
        for visit in (first, second):
            point = visit.point
            others = [CheckItem.coded(estate, code) for code in ("AQ01", "AQ03") if code not in good(visit)]
            Point.put(estate, point.code, point.name, grid=point.grid, place=point.place, by=guoqiang,
                      discipline=point.discipline, proof=point.proof, items=[*known[visit.id][1:], *others])
    with moment(MONDAY_MORNING + timedelta(minutes=55)):
        answers = {item.code: Said("normal", "") for item in known[first.id]}
        first.check(answers, by=machunsheng, told={"captured_at": MONDAY_MORNING + timedelta(minutes=10)})
        assert set(first.answers) == set(answers) == {item.code for item in first.items}
        with pytest.raises(Refused, match=r"visit\.unanswered"):
            second.check({item.code: Said("normal", "") for item in known[second.id]}, by=machunsheng,
                         told={"captured_at": MONDAY_MORNING + timedelta(minutes=40)})


def test_an_item_that_asks_for_more_since_is_not_asked_of_who_could_not_know(
    task: Task, estate: Estate, machunsheng: User, guoqiang: User,
) -> None:
    visit = task.visits[0]  # type: ignore[attr-defined]
    before, item = good(visit), visit.items[0]
    with moment(MONDAY_MORNING + timedelta(minutes=30)):
        CheckItem.put(estate, item.code, item.text, discipline=item.discipline, severity=item.severity,
                      photo_rule="always", unit="MPa", low=0.1, by=guoqiang)
    with moment(MONDAY_MORNING + timedelta(minutes=55)):
        with pytest.raises(Refused, match=r"visit\.no_figure"):
            visit.check(before, by=machunsheng)
        visit.check(before, by=machunsheng, told={"captured_at": MONDAY_MORNING + timedelta(minutes=10)})
    assert visit.answers[item.code].reading is None


def test_a_point_where_nothing_applied_is_flagged(task: Task, machunsheng: User) -> None:
    visit = task.visits[0]  # type: ignore[attr-defined]
    with moment(MONDAY_MORNING):
        visit.check({code: Said("na") for code in good(visit)}, by=machunsheng, code=visit.point.secret)
    assert visit.flag_codes == ["all_na"]


def test_photos_of_a_point_stand_in_the_chain(task: Task, machunsheng: User) -> None:
    visit = task.visits[0]  # type: ignore[attr-defined]
    with moment(MONDAY_MORNING), shelved([picture(7, "before")]):
        [photo] = Evidence.attach(visit, [picture(7, "before")], "point", by=machunsheng)
        Evidence.attach(visit, [picture(7, "before")], "point", by=machunsheng)
    [told] = [event.detail for event in Event.about(task.number) if event.verb == "photo"]
    assert (told["sha256"], told["photo"], told["position"]) == (photo.sha256, photo.id, 1)


def test_two_points_at_once_are_impossible(task: Task, machunsheng: User) -> None:
    first, second = list(task.visits)[:2]  # type: ignore[attr-defined]
    for visit in (first, second):
        with moment(MONDAY_MORNING):
            visit.check(good(visit), by=machunsheng, code=visit.point.secret)
    assert (first.flag_codes, second.flag_codes) == ([], ["impossible"])


def test_every_item_is_answered_and_readings_have_their_figure(estate: Estate, guoqiang: User) -> None:
    with moment(MONDAY_MORNING - timedelta(days=1)):
        Plan.make(estate, "patrol", Terms("设备房", date(2026, 11, 23), route=route("设备房巡检")), by=guoqiang)
    task = Task.get()
    visit: Any = task.visits[0]  # type: ignore[attr-defined]
    tries: list[tuple[str, Callable[[dict[str, Said]], Any]]] = [
        ("visit.unanswered", lambda said: said.pop("PD03")),
        ("visit.no_figure", lambda said: said.update(PD01=Said("normal", ""))),
        ("visit.no_figure", lambda said: said.update(PD01=Said("normal", "热"))),
        ("visit.no_photo", lambda said: None),
    ]
    for refusal, spoil in tries:
        said = good(visit)
        spoil(said)
        with moment(MONDAY_MORNING), pytest.raises(Refused, match=refusal):
            visit.check(said, by=task.officer)


def test_leave_passes_a_walk_to_the_deputy(task: Task, estate: Estate, guoqiang: User) -> None:
    assert (task.officer.login if task.officer else "") == "machunsheng"
    with moment(MONDAY_MORNING - timedelta(hours=6)):
        Shift.put(estate, task.officer, date(2026, 11, 23), "leave", by=guoqiang)
        assert (Task.follow_roster(), Task.follow_roster()) == (1, 0)
    assert Task.get_by_id(task.id).officer.login == "fengguilan"


def test_a_walk_at_which_something_was_found_already_is_neither_laid_out_anew_nor_taken_back(
    daily: Plan, machunsheng: User, guoqiang: User,
) -> None:
    [first, second, *_] = Task.select().where(Task.plan == daily).order_by(Task.starts_at)
    visit = second.visits[0]
    with shelved([picture(1, "before")]):
        Finding.report(visit.place, "栏杆断了", "serious", by=machunsheng, pictures=[picture(1, "before")],
                       remedy="on_spot", visit=visit, item=visit.items[0])
    points = [point for point in daily.route.points if point.code != "P106"]
    with moment(MONDAY_MORNING - timedelta(hours=12)):
        Route.put(daily.estate, daily.route.name, grid=daily.route.grid, points=points, walk_min=5, by=guoqiang)
        assert ([len(first.visits), len(second.visits)]) == [3, 4]
        Plan.get_by_id(daily.id).stop(by=guoqiang)
    assert [task.id for task in Task.select()] == [second.id]


def test_a_route_without_points_stops_neither_who_removed_them_nor_the_worker(daily: Plan, guoqiang: User) -> None:
    with moment(MONDAY_MORNING):
        for point in list(daily.route.points):
            point.remove(by=guoqiang)
    with moment(MONDAY_MORNING + timedelta(days=9)):
        every_minute()
    assert Task.select().where(Task.starts_at > MONDAY_MORNING + timedelta(days=9)).exists()


def test_a_point_that_stays_on_its_route_keeps_its_address(daily: Plan, guoqiang: User) -> None:
    def addresses() -> dict[str, int]:
        last = Task.select().order_by(Task.starts_at.desc()).get()
        return {visit.point.code: visit.id for visit in last.visits}

    before = addresses()
    points = [point for point in daily.route.points if point.code != "P101"][::-1]
    with moment(MONDAY_MORNING - timedelta(days=1)):
        Route.put(daily.estate, daily.route.name, grid=daily.route.grid, points=points, walk_min=5, by=guoqiang)
    assert addresses() == {code: id for code, id in before.items() if code != "P101"}


def test_who_had_the_walk_before_still_sends_what_was_seen_until_then(
    task: Task, estate: Estate, machunsheng: User, guoqiang: User, luxia: User,
) -> None:
    before = User.add("dingban", "顶班员", "open sesame 1", badge="QH990", department="order", estates=[estate],
                      roles=["patrol"])
    visit = task.visits[0]  # type: ignore[attr-defined]
    with moment(MONDAY_MORNING):
        task.pass_on(before, "顶班", by=guoqiang)
        assert Visit.find(visit.id, by=before) == visit
        task.pass_on(machunsheng, "回来了", by=guoqiang)
    with moment(MONDAY_MORNING + timedelta(hours=5)):
        visit = Visit.find(visit.id, by=before)
        visit.check(good(visit), by=before, code=visit.point.secret, told={"captured_at": MONDAY_MORNING})
    assert (visit.by, visit.state, Task.find(task.number, by=before)) == (before, "normal", task)
    with pytest.raises(NotFound):
        Visit.find(visit.id, by=luxia)


def test_a_point_that_wants_a_photo_is_not_proved_by_its_code(task: Task, machunsheng: User) -> None:
    Point.update(proof="photo").execute()
    visit = task.visits[0]  # type: ignore[attr-defined]
    with moment(MONDAY_MORNING), pytest.raises(Refused, match=r"visit\.no_photo"):
        visit.check(good(visit), by=machunsheng, code=visit.point.secret)


@pytest.mark.parametrize("reading", ["nan", "inf", "-1e300"])
def test_a_figure_that_is_none_is_refused(estate: Estate, guoqiang: User, reading: str) -> None:
    with moment(MONDAY_MORNING - timedelta(days=1)):
        Plan.make(estate, "patrol", Terms("设备房", date(2026, 11, 23), route=route("设备房巡检")), by=guoqiang)
    task = Task.get()
    visit = task.visits[0]
    with moment(MONDAY_MORNING), pytest.raises(Refused, match=r"visit\.no_figure"):
        visit.check({**good(visit), "PD01": Said("normal", reading)}, by=task.officer)


def test_a_line_without_a_point_is_answered_as_well(estate: Estate, machunsheng: User) -> None:
    with moment(MONDAY_MORNING):
        task = Task.begin(estate, "防汛", MONDAY_MORNING, MONDAY_MORNING + timedelta(hours=2),
                          grace=timedelta(minutes=15), officer=machunsheng)
        task.lay_out_lines(["清理屋面雨水口"])
        visit = task.visits[0]  # type: ignore[attr-defined]
        for answer in ("", "na", "fine"):
            with pytest.raises(Refused, match=r"visit\.unanswered"):
                visit.check({}, by=machunsheng, answer=answer)
        visit.check({}, by=machunsheng, answer="abnormal")
    assert (visit.state, Task.get_by_id(task.id).state) == ("abnormal", "done")
