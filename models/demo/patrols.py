"""The demo's patrols: the plans of patrol_plans.csv walked for two weeks, a season on alert, and what was found."""
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial
from io import BytesIO
from itertools import count
from typing import Any

from models.base import now, rows
from models.demo.drawings import draw, scene_for
from models.dispatch import Category
from models.estate_import import EstateFolder
from models.notice import Notice
from models.patrol import Evidence, Finding, Plan, Route, Said, Season, SeasonPhase, Task, Terms, Visit
from models.patrol.plan import checked
from models.photo import Photo, Picture, shelved
from models.place import Estate, Place
from models.user import User
from models.work_order import Inspection, Shortlist, WorkOrder

COLUMNS = ("name", "kind", "route", "category", "place", "text", "rhythm", "every", "weekdays", "days", "day_kind",
           "windows", "grace_min", "who", "days_ago")
PLANNED = timedelta(days=20)  # how long ago plans were made and the season was prepared
DAYS = 14
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# What was otherwise than it should be on a walk, by plan and days ago.
TWISTS = {
    ("北片早巡", 12): "late", ("北片早巡", 10): "fast", ("北片早巡", 9): "early", ("北片早巡", 7): "skip",
    ("北片早巡", 6): "skip", ("北片早巡", 5): "abnormal", ("北片早巡", 4): "absent", ("北片早巡", 2): "make_up",
    ("中心片巡查", 8): "skip",
    ("中心片巡查", 0): "half", ("西南片周巡", 0): "half", ("东南片周巡", 0): "half", ("设备房巡检", 0): "half",
    ("北片夜巡", 3): "make_up",
}
SCENES = {"fire": "hydrant", "lifts": "lift", "power": "switchbox", "pumps": "puddle", "cleaning": "bin",
          "lighting": "light", "greening": "tree", "safety": "charger", "building": "wall"}
FOUND = ("days_ago", "at", "by", "place", "spot", "category", "severity", "text", "remedy", "done", "fate")
GAPS = {"rectify": 25 * MINUTE, "assign": 12 * MINUTE, "accept": 9 * MINUTE, "arrive": 40 * MINUTE,
        "finish": 70 * MINUTE, "inspect": 3 * HOUR, "pass_recheck": 4 * HOUR, "fail_recheck": 4 * HOUR}


class DemoPatrols:
    """Makes the steps of a story that depends on nothing but the files and the moment."""

    def __init__(self, folder: EstateFolder, estate: Estate, staff: dict[str, User]) -> None:
        self.estate, self.staff, self.now = estate, staff, now()
        self.rows = list(folder.rows("patrol_plans.csv", *COLUMNS))
        self.found = list(folder.rows("patrol_findings.csv", *FOUND))
        self.plans: dict[str, Plan] = {}
        self.season = the_season(estate)
        self.seed = count(5000)

    def steps(self) -> Iterator[tuple[datetime, Callable[[], object]]]:
        """Everything that had happened by now."""
        told = (*self._plans(), *self._days(), *self._walks(), *self._season(), *self._findings())
        return (step for step in told if step[0] < self.now)

    @staticmethod
    def next_alarm() -> datetime | None:
        """When the worker would have had something to do next."""
        due: list[Any] = [Task.select(Task.late_until).where(Task.settled_at.is_null()).order_by(Task.late_until),
               Finding.select(Finding.due_at).where(Finding.closed_at.is_null(), Finding.told_at.is_null(),
                                                    Finding.due_at.is_null(False)).order_by(Finding.due_at)]
        return min((at for query in due for (at,) in rows(query.limit(1))), default=None)

    @staticmethod
    def sweep() -> None:
        Task.sweep()
        Finding.sweep()

    # -- plans and the worker's days

    def _plans(self) -> Iterator[tuple[datetime, Callable[[], object]]]:
        for n, row in enumerate(self.rows):
            yield self.now - PLANNED + n * 6 * MINUTE, partial(self._plan, row)

    def _plan(self, row: dict[str, str]) -> None:
        self.plans[row["name"]] = Plan.make(self.estate, row["kind"], self._terms(row), by=self.staff["guoqiang"])

    def _terms(self, row: dict[str, str]) -> Terms:
        starts = self.estate.local(self.now).date() - timedelta(days=int(row["days_ago"]))
        return Terms(
            row["name"], starts, rhythm=row["rhythm"], every=int(row["every"]), weekdays=row["weekdays"],
            days=row["days"], day_kind=row["day_kind"], windows=row["windows"], grace_min=int(row["grace_min"]),
            who=row["who"], text=row["text"],
            route=Route.get(Route.estate == self.estate, Route.name == row["route"]) if row["route"] else None,
            category=Category.leaf(self.estate, row["category"]) if row["category"] else None,
            place=Place.named(self.estate, row["place"]) if row["place"] else None)

    def _days(self) -> Iterator[tuple[datetime, Callable[[], object]]]:
        """What the worker does with time: tasks made ahead, walks that follow the roster, rounds of an alert."""
        for days_ago in range(DAYS, -1, -1):
            for n, do in enumerate((Plan.make_due, Task.follow_roster, SeasonPhase.sweep)):
                yield self._at(days_ago, "00:10") + timedelta(seconds=n), do
            yield self._at(days_ago, "12:10"), SeasonPhase.sweep

    # -- walks

    def _walks(self) -> Iterator[tuple[datetime, Callable[[], object]]]:
        today = self.estate.local(self.now).date()
        for row in (row for row in self.rows if row["kind"] == "patrol"):
            facts = checked(self.estate, "patrol", self._terms(row))
            plan = Plan(estate=self.estate, changed_at=self.now - PLANNED, **facts)
            for start, end in plan.windows_between(facts["starts_on"], today):
                yield from self._walk(plan, start, end, (today - self.estate.local(start).date()).days)

    def _walk(
        self, plan: Plan, start: datetime, end: datetime, days_ago: int,
    ) -> Iterator[tuple[datetime, Callable[[], object]]]:
        twist = TWISTS.get((plan.name, days_ago), "")
        route: Any = plan.route
        points = route.points.count()
        gap = timedelta(minutes=route.walk_min) / max(1, points - 1) + 2 * MINUTE
        at = start + min(9 * HOUR, (end - start) / 4) if end - start > 3 * HOUR else start + 20 * MINUTE
        if twist == "absent":
            return
        at = {"early": start - 25 * MINUTE, "late": end - gap - MINUTE}.get(twist, at)
        if twist == "half":  # walked a while ago, and the rest is still to come
            at = max(start + MINUTE, min(at, self.now - HOUR))
            points = (points + 1) // 2
        for n in range(1, points + 1):
            last, when, more = n == points, at + (n - 1) * (MINUTE if twist == "fast" else gap), dict[str, str]()
            if last and twist == "skip":
                continue
            if twist == "fast":
                more = {"code": ""}
            if last and twist == "abnormal":
                more = {"abnormal": "地垫翘边，老人容易绊倒，已先用胶带贴平。"}
            if last and twist == "make_up":
                when, more = end + plan.grace + HOUR, {"reason": "业主求助去开单元门，处理完即补检。"}
            yield when, partial(self._check, plan.name, start, n, **more)

    def _check(
        self, name: str, start: datetime, position: int, *, code: str | None = None, reason: str = "",
        abnormal: str = "",
    ) -> None:
        task = Task.get(Task.plan == self.plans[name], Task.starts_at == start)
        visit = Visit.get(Visit.task == task, Visit.position == position)
        officer, point = task.officer, visit.point
        if officer is None or point is None:
            return
        items = visit.items
        if any(item.photo_rule == "always" for item in items):
            self._show(SCENES[point.discipline], lambda shown: Evidence.attach(visit, shown, "point", by=officer))
        if abnormal:
            self._show("stairs", lambda shown: Finding.report(
                point.place, abnormal, "ordinary", by=officer, pictures=shown, remedy="on_spot", visit=visit,
                item=items[0]), stage="before")
        visit.check({item.code: Said("normal", a_reading(item)) for item in items}, by=officer, reason=reason,
                    code=point.secret if code is None else code)

    def _show(self, scene: str, do: Callable[[list[Picture]], object], *, stage: str = "after") -> None:
        """Do it with a picture, whose files are on the shelf."""
        shown = [self.draw(scene, stage)]
        with shelved(shown):
            do(shown)

    # -- the season

    def _season(self) -> Iterator[tuple[datetime, Callable[[], object]]]:
        if self.season is None:
            return
        begun = self.now - PLANNED + HOUR
        yield begun, self._prepare
        for n in range(len(self.season.lines("before"))):
            yield begun + (n + 1) * 35 * MINUTE, partial(self._do_line, "before", n + 1)
        yield begun + 5 * HOUR, self._issue
        alert = self.now - 15 * HOUR
        yield alert, self._alert
        for n in range(len(self.season.lines("alert"))):
            yield alert + (n + 1) * 20 * MINUTE, partial(self._do_line, "alert", n + 1)

    def _prepare(self) -> None:
        season = Season.get_by_id(self.season.id)  # type: ignore[union-attr]
        SeasonPhase.prepare(season, by=self.staff["guoqiang"])

    def _issue(self) -> None:
        for draft in list(Notice.drafts(self.estate))[:1]:
            draft.issue(by=self.staff["sunqi"])

    def _alert(self) -> None:
        season = Season.get_by_id(self.season.id)  # type: ignore[union-attr]
        SeasonPhase.begin_alert(season, self.now + 33 * HOUR, by=self.staff["guoqiang"])

    def _do_line(self, phase: str, position: int) -> None:
        name = self.season.name_of(phase)  # type: ignore[union-attr]
        task = Task.select().where(Task.season == self.season, Task.name == name).order_by(Task.id).first()
        Visit.get(Visit.task == task, Visit.position == position).check(
            {}, by=task.officer or self.staff["guoqiang"], answer="normal")

    # -- what was found

    def _findings(self) -> Iterator[tuple[datetime, Callable[[], object]]]:
        for row in self.found:
            at = min(self._at(int(row["days_ago"]), row["at"]), self.now - 5 * HOUR)
            story = FindingStory(self, row)
            yield at, story.find
            for name in row["fate"].split():
                at += GAPS[name]
                yield at, getattr(story, name)

    def draw(self, scene: str, stage: str) -> Picture:
        taken = self.estate.local(now()).replace(tzinfo=None, microsecond=0)
        return Picture.read(BytesIO(draw(scene, stage, next(self.seed), taken=taken)))

    def _at(self, days_ago: int, local: str) -> datetime:
        day = self.estate.local(self.now).date() - timedelta(days=days_ago)
        return self.estate.utc(datetime.combine(day, time.fromisoformat(local)))


class FindingStory:
    """One finding on its way. Each method is a step, done by who would do it."""

    def __init__(self, demo: DemoPatrols, row: dict[str, str]) -> None:
        self.demo, self.row, self.staff = demo, row, demo.staff
        self.category = Category.leaf(demo.estate, row["category"])

    def find(self) -> None:
        place = Place.named(self.demo.estate, self.row["place"])
        self.finding = self._with("report", lambda shown: Finding.report(
            place, self.row["text"], self.row["severity"], by=self.staff[self.row["by"]], pictures=shown,
            remedy=self.row["remedy"], category=self.category, spot=self.row["spot"]))

    def rectify(self) -> None:
        self._with("after", lambda shown: self.finding.rectify(self.row["done"], by=self.staff[self.row["by"]],
                                                               pictures=shown))

    def assign(self) -> None:
        if self.order.assignee is None:
            fit = Shortlist(self.order)
            worker = User.get_by_id(fit.everybody[0].id)
            why = "" if fit.fits(worker) else "当班师傅都在现场，他离得近，已电话说好。"
            self.order.assign(worker, by=self.staff["guoqiang"], why=why)

    def accept(self) -> None:
        self.order.accept(by=self.worker)

    def arrive(self) -> None:
        order = self.order
        self._with("before", lambda shown: Photo.attach(order, shown, "before", by=self.worker),
                   most=max(1, self.category.before_photos))
        order.arrive(by=self.worker)

    def finish(self) -> None:
        order = self.order
        self._with("after", lambda shown: Photo.attach(order, shown, "after", by=self.worker),
                   most=max(1, self.category.after_photos))
        order.finish(self.row["done"], by=self.worker, hours=1.0)

    def inspect(self) -> None:
        order = self.order
        Inspection.pass_work(order, {photo.id: "" for photo in order.photos_of("after")}, by=self.staff["guoqiang"])

    def pass_recheck(self) -> None:
        self._recheck(True, "现场复看，已整改到位。")

    def fail_recheck(self) -> None:
        self._recheck(False, "灭火器已换，但箱门卡住打不开，请一并处理。")

    def _recheck(self, passed: bool, note: str) -> None:
        self.finding = Finding.get_by_id(self.finding.id)
        self._with("recheck", lambda shown: self.finding.recheck(passed, by=self.staff["guoqiang"], pictures=shown,
                                                                 note=note))

    @property
    def order(self) -> WorkOrder:
        """Its order, as it is now."""
        order = Finding.get_by_id(self.finding.id).order
        assert order is not None  # noqa: S101 (its row says so)
        return order

    @property
    def worker(self) -> User:
        worker = self.order.assignee
        assert worker is not None  # noqa: S101 (it was assigned)
        return worker

    def _with(self, stage: str, do: Callable[[list[Picture]], Any], *, most: int = 1) -> Any:
        """Do it with pictures, whose files are on the shelf."""
        shown = [self.demo.draw(scene_for(self.category.code), stage) for _ in range(most)]
        with shelved(shown):
            return do(shown)


def the_season(estate: Estate) -> Season | None:
    """The one that runs now and knows an alert; of several the one about frost or rain rather than about feasts."""
    running = [one for one in Season.of(estate) if one.runs and one.has_alert]
    return next((one for one in running if one.theme in ("防冻", "防汛")), running[0] if running else None)


def a_reading(item: Any) -> str:
    """A figure within the limits of an item, in the middle of them where it has two."""
    if not item.is_reading:
        return ""
    if item.low is not None and item.high is not None:
        return f"{(item.low + item.high) / 2:g}"
    return f"{item.low * 1.2:g}" if item.low is not None else f"{(item.high or 1) * 0.5:g}"
