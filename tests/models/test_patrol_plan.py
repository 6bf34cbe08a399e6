"""The plan: its walks against a plain day-by-day reference, however and how often the worker runs; and its terms."""
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.base import database, moment
from models.dispatch import Category
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.patrol import Plan, Route, Task, Terms, Visit
from models.patrol.plan import AHEAD
from models.patrol.rhythm import Rhythm, windows_of
from models.place import Estate, Place
from models.sla.clock import is_working_day
from models.user import User
from models.work_order import WorkOrder
from tests.models.test_concurrency import at_once
from tests.patrol import plan_of, route

DAY = timedelta(days=1)
EAST = timedelta(hours=8)  # the estate's clock, which knows no summer time
MIDNIGHTS = ("08:00-10:00", "07:30-09:00,20:00-22:00", "22:00-02:00", "00:00-01:00,12:00-13:00,23:30-00:30")


def reference(terms: dict[str, Any], made_at: datetime, until: date) -> set[datetime]:
    """The begin of every window, naive UTC, counted off one day after the other, as somebody with a calendar would."""
    found = set()
    day, since_first = terms["starts_on"], 0
    while day <= until:
        last_of_month = monthrange(day.year, day.month)[1]
        falls = {
            "daily": True,
            "every": since_first % terms["every"] == 0,
            "weekly": str(day.weekday() + 1) in terms["weekdays"].split(","),
            "monthly": any(day.day == number or (number > last_of_month and day.day == last_of_month)
                           for number in map(int, terms["days"].split(","))),
        }[terms["rhythm"]]
        if terms["day_kind"] == "workdays":
            falls = falls and is_working_day(day)
        if terms["day_kind"] == "restdays":
            falls = falls and not is_working_day(day)
        if falls and (terms["ends_on"] is None or day <= terms["ends_on"]):
            for window in terms["windows"].split(","):
                found.add(datetime.combine(day, time.fromisoformat(window[:5])) - EAST)
        day, since_first = day + DAY, since_first + 1
    return {start for start in found if start > made_at}


TERMS = st.fixed_dictionaries({
    "rhythm": st.sampled_from(("daily", "every", "weekly", "monthly")), "every": st.integers(1, 40),
    "weekdays": st.sets(st.integers(1, 7), min_size=1).map(lambda days: ",".join(map(str, sorted(days)))),
    "days": st.sets(st.integers(1, 31), min_size=1, max_size=4).map(lambda days: ",".join(map(str, sorted(days)))),
    "day_kind": st.sampled_from(("all", "workdays", "restdays")), "windows": st.sampled_from(MIDNIGHTS),
})
# Month ends, a leap day, the turn of the year, and the holidays around the Spring Festival and the National Day.
BEGINNINGS = st.sampled_from((date(2026, 1, 29), date(2026, 2, 10), date(2026, 4, 28), date(2026, 9, 25),
                              date(2026, 12, 20), date(2028, 2, 20)))


def terms_of(estate: Estate, said: dict[str, Any]) -> Terms:
    return Terms("计划", route=Route.get(Route.name == "集水坑汛期巡查"), **said)


def starts(plan: Plan) -> list[datetime]:
    return [start for (start,) in Task.select(Task.starts_at).where(Task.plan == plan).order_by(
        Task.starts_at).tuples()]


Edit = tuple[int, dict[str, Any]] | None


def played(estate: Estate, by: User, said: dict[str, Any], first: date, runs: list[int], edit: Edit) -> None:
    """A month of the worker's runs, hours apart as in `runs`, with an edit after one of them; against the reference.
    """
    begins = datetime.combine(first, time(9, 20)) - EAST
    said = {**said, "starts_on": first, "ends_on": None}
    with moment(begins):
        plan = Plan.make(estate, "patrol", terms_of(estate, said), by=by)
    wanted_before: set[datetime] = set()
    at, made_at = begins, begins
    for n, hours in enumerate(runs):
        at += timedelta(hours=hours)
        with moment(at):
            Plan.make_due()
            Plan.make_due()  # another worker, or the same once more
            if edit is not None and n == edit[0]:
                horizon = estate.local(at).date() + AHEAD * DAY
                wanted_before = {one for one in reference(said, made_at, horizon) if one <= at}
                said, made_at = {**edit[1], "starts_on": first, "ends_on": None}, at
                Plan.get_by_id(plan.id).change(terms_of(estate, said), by=by)
        horizon = estate.local(at).date() + AHEAD * DAY
        assert starts(plan) == sorted(wanted_before | reference(said, made_at, horizon))
    stops = 2
    assert Visit.select().count() == Task.select().count() * stops


@pytest.fixture
def estate_and_by(estate: Estate, guoqiang: User) -> tuple[Estate, User]:
    return estate, guoqiang


RUNS = st.lists(st.sampled_from((1, 7, 24, 31, 100, 200)), min_size=3, max_size=9)
EDITS = st.none() | st.tuples(st.integers(0, 4), TERMS)


def check(estate_and_by: tuple[Estate, User], said: Any, first: date, runs: list[int], edit: Any) -> None:
    with database.atomic() as everything:
        played(*estate_and_by, said, first, runs, edit)
        everything.rollback()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=TERMS, first=BEGINNINGS, runs=RUNS, edit=EDITS)
def test_no_walk_is_doubled_or_missing(
    estate_and_by: tuple[Estate, User], said: Any, first: date, runs: list[int], edit: Any,
) -> None:
    check(estate_and_by, said, first, runs, edit)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=TERMS, first=BEGINNINGS, runs=RUNS, edit=EDITS)
def test_no_walk_is_doubled_or_missing_in_many_months(
    estate_and_by: tuple[Estate, User], said: Any, first: date, runs: list[int], edit: Any,
) -> None:
    check(estate_and_by, said, first, runs, edit)


@pytest.mark.parametrize(("rhythm", "days"), [
    (Rhythm("monthly", date(2028, 2, 1), days=frozenset({31})), [date(2028, 2, 29), date(2028, 3, 31)]),
    (Rhythm("monthly", date(2027, 2, 1), days=frozenset({30, 31})), [date(2027, 2, 28), date(2027, 3, 30),
                                                                     date(2027, 3, 31)]),
    (Rhythm("every", date(2028, 2, 28), every=1), [date(2028, 2, 28) + n * DAY for n in range(33)]),
    (Rhythm("every", date(2026, 12, 30), every=3), [date(2026, 12, 30) + 3 * n * DAY for n in range(20)]),
    (Rhythm("weekly", date(2026, 2, 27), date(2026, 3, 9), weekdays=frozenset({1, 5})), [
        date(2026, 2, 27), date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 9)]),
])
def test_the_days_of_a_rhythm(rhythm: Rhythm, days: list[date]) -> None:
    first = rhythm.first
    span = [first + n * DAY for n in range((days[-1] - first).days + 1)]
    assert [day for day in span if rhythm.falls_on(day)] == days


def test_working_days_follow_the_calendar_with_its_make_up_days() -> None:
    work = Rhythm("daily", date(2026, 1, 1), day_kind="workdays")
    rest = Rhythm("daily", date(2026, 1, 1), day_kind="restdays")
    for day, works in ((date(2026, 10, 1), False), (date(2026, 10, 8), True), (date(2026, 10, 10), True),
                       (date(2026, 10, 11), False)):  # the 10th is a Saturday that is worked
        assert (work.falls_on(day), rest.falls_on(day)) == (works, not works)


@pytest.mark.parametrize("text", ["", "8-10", "08:00", "25:00-26:00", "08:00-09:00,08:00-10:00", "08:00-09:00 x"])
def test_what_spells_no_window_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        windows_of(text)


@pytest.mark.parametrize(("change", "refusal"), [
    ({"name": " "}, "text.missing"), ({"rhythm": "hourly"}, "plan.no_rhythm"), ({"day_kind": "x"}, "plan.no_day_kind"),
    ({"who": "x"}, "plan.no_who"), ({"starts_on": None}, "plan.no_start"), ({"every": 0}, "plan.every"),
    ({"ends_on": date(2020, 1, 1)}, "plan.ends_first"), ({"grace_min": 999}, "plan.grace"),
    ({"rhythm": "weekly"}, "plan.no_weekday"), ({"rhythm": "monthly"}, "plan.no_day"),
    ({"route": None}, "plan.no_route"),
])
def test_terms_that_make_no_plan_are_refused(
    estate: Estate, guoqiang: User, change: dict[str, Any], refusal: str,
) -> None:
    terms = Terms("早巡", date(2026, 11, 23), route=route("东北网格日巡"))._replace(**change)
    with pytest.raises(Refused, match=refusal.replace(".", r"\.")):
        Plan.make(estate, "patrol", terms, by=guoqiang)
    assert not Plan.select().exists() and not Task.select().exists()


@pytest.mark.parametrize("login", ["machunsheng", "sunqi", "chenliang", "yzdb"])
def test_only_who_plans_makes_changes_and_stops_a_plan(estate: Estate, guoqiang: User, login: str) -> None:
    other = User.get(User.login == login)
    with pytest.raises(NotAllowed):
        plan_of(estate, other)
    plan = plan_of(estate, guoqiang)
    with pytest.raises(NotAllowed):
        plan.stop(by=other)


def test_a_stopped_plan_takes_back_what_has_not_begun(estate: Estate, guoqiang: User) -> None:
    plan = plan_of(estate, guoqiang, windows="00:00-23:59")
    with moment(plan.changed_at + 2 * DAY):
        begun = Task.select().where(Task.plan == plan, Task.starts_at <= plan.changed_at + 2 * DAY).count()
        Plan.get_by_id(plan.id).stop(by=guoqiang)
        assert Task.select().where(Task.plan == plan).count() == begun
        assert Plan.make_due() == 0
        with pytest.raises(Stale):
            Plan.get_by_id(plan.id).stop(by=guoqiang)
    assert [event.verb for event in Event.about(plan.number)] == ["make_plan", "stop_plan"]


def test_two_who_change_it_at_once_do_not_undo_each_other(estate: Estate, guoqiang: User, zhaomin: User) -> None:
    plan = plan_of(estate, guoqiang)
    terms = Terms("改", estate.local(plan.at).date(), route=plan.route)
    seen = [Plan.get_by_id(plan.id) for _ in range(2)]
    answers = at_once(lambda: seen[0].change(terms, by=guoqiang), lambda: seen[1].change(terms, by=zhaomin))
    assert sorted(type(answer).__name__ for answer in answers) == ["Stale", "int"]


def test_two_workers_make_each_walk_once(estate: Estate, guoqiang: User) -> None:
    plan = plan_of(estate, guoqiang)
    Plan.update(made_until=None).where(Plan.id == plan.id).execute()
    before = Task.select().count()
    at_once(Plan.make_due, Plan.make_due)
    assert Task.select().count() == before
    assert Visit.select().count() == 4 * before


def upkeep(estate: Estate, by: User, **more: Any) -> Plan:
    terms = Terms("水泵保养", estate.local(by.created_at).date(), category=Category.leaf(estate, "1005"),
                  place=Place.named(estate, "生活水泵房"), text="润滑轴承，紧固地脚螺栓", windows="23:00-23:59", **more)
    return Plan.make(estate, "upkeep", terms, by=by)


def test_upkeep_makes_an_ordinary_order_on_its_day_and_once(estate: Estate, guoqiang: User) -> None:
    day = datetime(2026, 11, 24, 1, 0)
    with moment(day):
        plan = upkeep(estate, guoqiang, rhythm="every", every=2)
    for hours in (0, 1, 24, 25, 48, 60):
        with moment(day + timedelta(hours=hours)):
            Plan.make_due()
    orders = list(WorkOrder.select().order_by(WorkOrder.id))
    assert [(order.kind, order.state, order.first_contact.login, order.channel) for order in orders] == [
        ("planned", "registered", "guoqiang", "staff")] * len(orders)
    days = {estate.local(order.reported_at).date() for order in orders}
    assert len(orders) == len(days) and all((one - plan.starts_on).days % 2 == 0 for one in days)
    assert Event.about(orders[0].number)[0].detail["comes_from"] == plan.number


def test_a_plan_that_fails_stops_nobody_is_told_once_and_goes_on_when_it_can(estate: Estate, guoqiang: User) -> None:
    day = datetime(2026, 11, 24, 1, 0)
    with moment(day):
        broken, sound = upkeep(estate, guoqiang), plan_of(estate, guoqiang)
    Category.update(retired_at=day).where(Category.code == "1005").execute()
    before = WorkOrder.select().count()
    for days in (1, 2):
        with moment(day + days * DAY):
            Plan.make_due()
    assert max(starts(sound)) > day + 8 * DAY
    failed = Plan.get_by_id(broken.id)
    assert (WorkOrder.select().count(), failed.failure, failed.failed_at) == (before, "category.retired", day + DAY)
    assert [event.verb for event in Event.about(broken.number)] == ["make_plan", "plan_failed"]
    Category.update(retired_at=None).where(Category.code == "1005").execute()
    with moment(day + 2 * DAY):
        Plan.make_due()
    assert WorkOrder.select().count() == before + 2
    assert Plan.get_by_id(broken.id).failed_at is None


def test_what_nobody_made_for_weeks_is_made_by_the_terms_as_they_were_before_a_change(
    estate: Estate, guoqiang: User,
) -> None:
    day = datetime(2026, 11, 24, 1, 0)
    plan = plan_of(estate, guoqiang, at=day, windows="20:00-21:00")
    with moment(day + 20 * DAY):
        terms = Terms("改", plan.starts_on, route=plan.route, windows="06:00-07:00")
        Plan.get_by_id(plan.id).change(terms, by=guoqiang)
    hours = [(start + EAST).hour for start in starts(plan)]
    assert hours == [20] * 20 + [6] * AHEAD
    assert len({(start + EAST).date() for start in starts(plan)}) == len(hours)


def test_upkeep_changed_on_its_day_is_not_ordered_twice(estate: Estate, guoqiang: User) -> None:
    day = datetime(2026, 11, 24, 1, 0)
    with moment(day):
        plan = upkeep(estate, guoqiang)
        terms = Terms("水泵保养", plan.starts_on, category=plan.category, place=plan.place, text="换油",
                      windows="22:00-23:00")
        Plan.get_by_id(plan.id).change(terms, by=guoqiang)
        assert WorkOrder.select().count() == 1
    with moment(day + DAY):
        Plan.make_due()
    assert [order.text for order in WorkOrder.select().order_by(WorkOrder.id)] == ["润滑轴承，紧固地脚螺栓", "换油"]


def test_an_order_says_which_plan_it_comes_from(browse: Any, estate: Estate, guoqiang: User) -> None:
    plan = upkeep(estate, guoqiang)
    Plan.make_due()
    order = WorkOrder.select().first()
    if order is None:  # the window of today is over at this hour
        with moment(plan.at + DAY):
            Plan.make_due()
        order = WorkOrder.get()
    assert plan.number in browse("guoqiang").get(f"/work-orders/{order.number}")


def test_a_plan_that_cannot_be_made_can_be_stopped(estate: Estate, guoqiang: User) -> None:
    with moment(datetime(2026, 11, 24, 1, 0)):
        plan = upkeep(estate, guoqiang)
    Category.update(retired_at=plan.at).where(Category.code == "1005").execute()
    with moment(plan.at + DAY):
        Plan.make_due()
        Plan.get_by_id(plan.id).stop(by=guoqiang)
    assert Plan.get_by_id(plan.id).stopped_at is not None
