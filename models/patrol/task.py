"""The task (巡查任务): one walk of a route in one window, its points laid out beforehand."""
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, ModelSelect

from models.base import Record, now, rows, writing
from models.dispatch import Category, Shift
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.patrol.plan import Plan
from models.patrol.route import Route
from models.patrol.season import Season
from models.place import Estate, Grid, Place
from models.text import SHORT, said
from models.user import Beat, Membership, RoleOf, User
from models.work_order import WorkOrder
from models.work_order.number import next_number

STATES = ("waiting", "walking", "done", "overdue", "absent")  # 未开始, 进行中, 完成, 超时, 缺勤
LOOK_ON = ("supervisor", "manager", "desk", "representative")  # they see every walk of their estates
SOON = timedelta(hours=24)  # within which a walk still follows the roster
STILL_SHOWN = timedelta(days=31)  # before today, for what is not done yet; a season's task lasts weeks
BATCH = 200


class Task(Record):
    """`late_until` ends the grace after the window: then what is left is missed, and `settled_at` says it was told.

    `officer` walks it; while `passed_by` is None the roster decides who. `flags` are codes joined by commas. The task
    of an upkeep plan has its `order` and no points.
    """

    id = AutoField()
    number = CharField(max_length=24, unique=True)
    estate = ForeignKeyField(Estate, backref="tasks", index=False)
    plan = ForeignKeyField(Plan, null=True, backref="tasks", index=False)
    season = ForeignKeyField(Season, null=True, backref="tasks")
    route = ForeignKeyField(Route, null=True, backref="tasks")
    grid = ForeignKeyField(Grid, null=True, backref="tasks")
    name = CharField(max_length=60)
    starts_at = DateTimeField()
    ends_at = DateTimeField()
    late_until = DateTimeField()
    officer = ForeignKeyField(User, null=True, backref="tasks", index=False)
    passed_by = ForeignKeyField(User, null=True, backref="tasks_passed_on")
    state = CharField(max_length=8, default="waiting")
    begun_at = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)
    settled_at = DateTimeField(null=True)
    flags = CharField(max_length=80, default="")
    order = ForeignKeyField(WorkOrder, null=True, backref="tasks")

    class Meta:
        indexes = ((("plan", "starts_at"), True), (("estate", "starts_at"), False), (("officer", "starts_at"), False))

    # -- made by a plan

    @classmethod
    def insert_for(cls, plan: Plan, spans: Iterable[tuple[datetime, datetime]]) -> int:
        """One for each window that has none yet, with its points, inside the caller's transaction."""
        spans = list(spans)
        there = {start for (start,) in rows(cls.select(cls.starts_at).where(
            cls.plan == plan, cls.starts_at.in_([start for start, _ in spans])))} if spans else set()
        fresh = [(start, end) for start, end in spans if start not in there]
        for start, end in fresh:
            task = cls.begin(plan.estate, plan.name, start, end, grace=plan.grace, plan=plan, route=plan.route,
                             grid=plan.route.grid if plan.route else None, who=plan.who)
            if plan.category is not None and plan.place is not None:
                task.order_upkeep(plan, plan.category, plan.place)
        return len(fresh)

    @classmethod
    def begin(
        cls, estate: Estate, name: str, starts_at: datetime, ends_at: datetime, *, grace: timedelta,
        route: Route | None = None, grid: Grid | None = None, who: str = "grid", **facts: Any,
    ) -> Self:
        """A task with its points, in the caller's transaction."""
        task = cls.create(number=next_number("XJ", estate.local(starts_at).date()), estate=estate, name=name,
                          starts_at=starts_at, ends_at=ends_at, late_until=ends_at + grace, route=route, grid=grid,
                          **facts)
        if task.order is None and "officer" not in facts and grid is not None:
            task.officer = officer_for(estate, grid, starts_at, who)
            task.save()
        task.lay_out()
        return task

    def lay_out(self) -> None:
        """Its points as the route has them now; left as they are where somebody has shown or found something at one."""
        visit: Any = self.visits.model  # type: ignore[attr-defined]
        if self.route is None or visit.are_begun(self):
            return
        points = [point.id for point in self.route.points]
        there = {one.__data__["point"]: one for one in self.visits}  # type: ignore[attr-defined]
        visit.delete().where(visit.task == self, visit.point.not_in(points or [0])).execute()
        # Two cannot stand at one place even for a moment; a point that stays keeps its address.
        visit.update(position=0 - visit.position).where(visit.task == self).execute()
        for n, point in enumerate(points, 1):
            if point in there:
                visit.update(position=n).where(visit.id == there[point].id).execute()
            else:
                visit.create(task=self, point=point, position=n)

    def lay_out_lines(self, titles: list[str]) -> None:
        """What is to be done where no route leads, a line each."""
        visit: Any = self.visits.model  # type: ignore[attr-defined]
        for n, title in enumerate(titles, 1):
            visit.create(task=self, title=title[:SHORT], position=n)

    @classmethod
    def lay_out_anew(cls, route: Route) -> None:
        """After a route changed: every walk of it that is still to come."""
        for task in cls.select().where(cls.route == route, cls.starts_at > now(), cls.begun_at.is_null()):
            task.lay_out()

    @classmethod
    def take_back(cls, plan: Plan, *, after: datetime, keep: set[datetime]) -> int:
        """Delete what was made ahead, has not begun and is not to be kept, in the caller's transaction."""
        ahead = cls.select().where(cls.plan == plan, cls.starts_at > after, cls.begun_at.is_null(),
                                   cls.order.is_null())
        visit: Any = cls.visits.rel_model  # type: ignore[attr-defined]
        gone = [task for task in ahead if task.starts_at not in keep and not visit.are_begun(task)]
        for task in gone:
            visit.delete().where(visit.task == task).execute()
            task.delete_instance()
        return len(gone)

    @classmethod
    def is_made_on(cls, plan: Plan, day: date) -> bool:
        """Is there a task of that plan on that day of the estate's already?"""
        midnight = plan.estate.utc(datetime(day.year, day.month, day.day))
        return bool(cls.select().where(
            cls.plan == plan, cls.starts_at >= midnight, cls.starts_at < midnight + timedelta(days=1)).exists())

    @classmethod
    def renew_for(cls, plan: Plan, spans: Iterable[tuple[datetime, datetime]]) -> None:
        """What stays after a change takes the plan's new name, end, grace, route and officer."""
        ends = dict(spans)
        for task in cls.select().where(cls.plan == plan, cls.starts_at.in_(list(ends)), cls.begun_at.is_null(),
                                       cls.order.is_null()):
            grid = plan.route.grid if plan.route else None
            task.name, task.route, task.grid = plan.name, plan.route, grid
            task.ends_at, task.late_until = ends[task.starts_at], ends[task.starts_at] + plan.grace
            if task.passed_by is None and grid is not None:
                task.officer = officer_for(plan.estate, grid, task.starts_at, plan.who)
            task.save()
            task.lay_out()

    def order_upkeep(self, plan: Plan, category: Category, place: Place) -> None:
        """计划: an ordinary work order, registered by the plan's own terms and given by the rules. Refused where its
        category is no longer in use.
        """
        category = Category.leaf(plan.estate, category.code)
        order = WorkOrder.report(place, plan.text, by=plan.by, channel="staff", kind="planned", comes_from=plan.number)
        order.register_by_rule(category, kind="planned", priority=category.priority, source=plan.by)
        self.order, self.state, self.settled_at = order, "done", now()
        self.save()

    # -- who walks it

    def pass_on(self, officer: User, note: str, *, by: User) -> None:
        """交接: to another officer, with a word why."""
        note = said(note, field="note", most=SHORT, needed=True)
        leads = by.has_role("supervisor", "manager") and self.estate in by.estates
        if by.id != self.__data__["officer"] and not leads:
            raise NotAllowed("not_for_you")
        if not is_officer(officer, self.estate, self.grid):
            raise Refused("task.no_officer", field="officer")
        with writing():
            passed = Task.update(officer=officer, passed_by=by).where(
                Task.id == self.id, Task.settled_at.is_null(), Task.officer == self.__data__["officer"]).execute()
            if not passed:
                raise Stale("task.over")
            Event.record(self.number, "pass_on", by=by, detail={
                "to": officer.login, "name": officer.name, "note": note, "from": self.officer_login})
        self.officer, self.passed_by = officer, by

    @classmethod
    def follow_roster(cls, grid: Grid | None = None) -> int:
        """What is to begin soon goes to the deputy where its officer has leave; of one grid everything that is to come.
        How many were passed on.
        """
        coming = cls.select().where(cls.settled_at.is_null(), cls.state == "waiting", cls.passed_by.is_null(),
                                    cls.grid.is_null(False), cls.season.is_null(), cls.late_until > now())
        coming = coming.where(cls.grid == grid) if grid else coming.where(cls.starts_at < now() + SOON)
        passed = 0
        for task in coming:
            officer = officer_for(task.estate, task.grid, task.starts_at, task.plan.who if task.plan else "grid")
            if (officer and officer.id) != task.__data__["officer"]:
                passed += task._follow(officer)
        return passed

    def _follow(self, officer: User | None) -> bool:
        """To whom the roster gives it, unless somebody passed it on or began it meanwhile."""
        with writing():
            before = self.officer_login
            passed = Task.update(officer=officer).where(
                Task.id == self.id, Task.passed_by.is_null(), Task.state == "waiting",
                Task.settled_at.is_null()).execute()
            if passed:
                Event.record(self.number, "pass_on", by=None, via="rule", detail={
                    "to": officer.login if officer else "", "name": officer.name if officer else "",
                    "from": before})
        return bool(passed)

    # -- its end

    @classmethod
    def sweep(cls) -> int:
        """Whose window is over with its grace: what was not seen is missed, and it is told once. How many."""
        over = list(cls.select().where(cls.settled_at.is_null(), cls.late_until <= now()).order_by(
            cls.late_until).limit(BATCH))
        return sum(task.close_window() for task in over)

    def close_window(self) -> bool:
        visit: Any = self.visits.model  # type: ignore[attr-defined]
        with writing():
            at = now()
            if not Task.update(settled_at=at).where(Task.id == self.id, Task.settled_at.is_null()).execute():
                return False
            self.settled_at = at
            missed = visit.miss(self)
            self.judge()
            if missed or self.state == "absent":
                Event.record(self.number, "miss", by=None, via="rule", detail={
                    "state": self.state, "points": [one.name for one in missed],
                    "key": [one.name for one in missed if one.is_key],
                    "twice": [one.name for one in missed if one.was_missed_before]})
        return True

    def judge(self) -> None:
        """Be what its points say, inside the caller's transaction."""
        seen = list(self.visits.order_by(self.visits.model.position))  # type: ignore[attr-defined]
        done = [one for one in seen if one.done_at is not None]
        changes: dict[str, Any] = {}
        if done:
            changes["begun_at"] = min(one.done_at for one in done)
        if len(done) == len(seen) and seen:
            last = max(one.done_at for one in done)
            changes |= {"ended_at": last, "state": "overdue" if last > self.late_until else "done",
                        "settled_at": self.settled_at or now()}
        elif self.settled_at is not None:
            changes["state"] = "overdue" if done else "absent" if seen else "done"  # without points nobody is missed
        elif done:
            changes["state"] = "walking"
        if self.settled_at is not None or "settled_at" in changes:
            changes["flags"] = "too_fast" if self._is_too_fast(done, len(seen)) else ""
        if changes:
            Task.update(**changes).where(Task.id == self.id).execute()
            for name, value in changes.items():
                setattr(self, name, value)
            self._dirty.clear()  # type: ignore[attr-defined]

    def _is_too_fast(self, done: list[Any], points: int) -> bool:
        """Were the points that were seen in the window seen faster than that part of the route can be walked?"""
        at = sorted(one.done_at for one in done if one.timing in ("early", "on_time", "late"))
        if len(at) < 2 or self.route is None:
            return False
        return bool(at[-1] - at[0] < timedelta(minutes=self.route.walk_min) * (len(at) - 1) / (points - 1))

    # -- looking up

    @classmethod
    def seen_by(cls, user: User) -> "ModelSelect[Task]":
        """Every walk that exists for this person: of all grids for who looks on, else those of their own grids."""
        seen = cls.select().where(cls.estate.in_(user.estates), cls.order.is_null())
        if user.has_role(*LOOK_ON):
            return seen
        grids = Beat.select(Beat.grid).where(Beat.user == user)
        if not user.has_role("patrol"):
            grids = grids.where(Beat.duty.in_(("responsible", "deputy")))
        return seen.where((cls.officer == user) | cls.grid.in_(grids))

    @classmethod
    def find(cls, number: str, *, by: User) -> Self:
        task: Self | None = cls.get_or_none(cls.number == number)
        if task is None or not task.is_seen_by(by):
            raise NotFound("task.unknown")
        return task

    def is_seen_by(self, user: User) -> bool:
        return bool(Task.seen_by(user).where(Task.id == self.id).exists()) or self.was_walked_by(user)

    def was_walked_by(self, user: User) -> bool:
        """Had this person the walk before it was passed on? What they saw until then is still theirs to send."""
        return self.estate in user.estates and any(
            event.verb == "pass_on" and event.detail.get("from") == user.login for event in Event.about(self.number))

    @property
    def officer_login(self) -> str:
        return self.officer.login if self.officer else ""

    @classmethod
    def todays(cls, user: User) -> "list[Task]":
        """What this person has to walk today by each estate's calendar, and what of yesterday is not over or was
        missed: what is open first, the first due first.
        """
        found: list[Task] = []
        for estate in user.estates:
            midnight = estate.local(now()).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
            today, tomorrow = estate.utc(midnight), estate.utc(midnight + timedelta(days=1))
            found.extend(cls.select().where(
                cls.officer == user, cls.estate == estate, cls.order.is_null(), cls.starts_at < tomorrow,
                (cls.starts_at >= today - STILL_SHOWN) | cls.settled_at.is_null(), (cls.late_until >= today) | (
                    cls.state.in_(("overdue", "absent")) & (cls.late_until >= today - timedelta(days=1)))))
            for task in found:
                if task.__data__["estate"] == estate.id:
                    task.estate = estate  # read once, not once a walk
        return sorted(found, key=lambda task: (task.settled_at is not None, task.late_until, task.id))

    def is_for(self, user: User) -> bool:
        """May this person walk it: its officer, whoever works in its grid, a supervisor."""
        return self.estate in user.estates and (
            self.__data__["officer"] == user.id or is_officer(user, self.estate, self.grid)
            or user.has_role("supervisor"))

    @property
    def is_over(self) -> bool:
        """Is its window over with the grace? What is left can only be made up for."""
        return self.late_until < now()

    @property
    def flag_codes(self) -> list[str]:
        return [flag for flag in self.flags.split(",") if flag]


def officer_for(estate: Estate, grid: Grid | None, at: datetime, who: str) -> User | None:
    """Who walks a grid at that time: its officer, on leave their deputy, else whoever of the patrol is on duty then.

    By `who` "duty" the roster decides alone, and the grid's own people come first among those on duty.
    """
    duty, day = Shift.duty(estate, at), estate.local(at).date()
    away = {user for (user,) in rows(Shift.select(Shift.user).where(
        Shift.estate == estate, Shift.day == day, Shift.kind == "leave"))}
    rank = {"responsible": 0, "deputy": 1, "works": 2}
    of_grid = {user: min(rank[d] for u, d in beats if u == user) for beats in (
        rows(Beat.select(Beat.user, Beat.duty).where(Beat.grid == grid)),) for user, _ in beats}
    people = [user for user in User.select().join(Membership).where(
        Membership.estate == estate, User.disabled_at.is_null()).order_by(User.id)
        if user.id not in away and (of_grid.get(user.id, 2) < 2 or user.has_role("patrol"))]
    if who == "grid":
        own = [user for user in people if of_grid.get(user.id, 2) < 2]
        if own:
            return min(own, key=lambda user: of_grid[user.id])
    present = [user for user in people if duty.kept and user.id in duty.present and user.has_role("patrol")]
    if not present and who == "duty" and not duty.kept:
        present = people
    return min(present, key=lambda user: of_grid.get(user.id, 3), default=None)


def is_officer(user: User, estate: Estate, grid: Grid | None) -> bool:
    """Of the patrol, or with a part in that grid."""
    if estate not in user.estates or user.disabled_at is not None:
        return False
    if user.has_role("patrol"):
        return True
    return grid is not None and Beat.select().where(
        Beat.user == user, Beat.grid == grid, Beat.duty.in_(("responsible", "deputy"))).exists()


def officers(estate: Estate) -> list[User]:
    """Whom a walk may be passed on to."""
    walking = RoleOf.select(RoleOf.user).where(RoleOf.role == "patrol")
    deputies = Beat.select(Beat.user).join(Grid).where(
        Grid.estate == estate, Beat.duty.in_(("responsible", "deputy")))
    return list(User.select().join(Membership).where(
        Membership.estate == estate, User.disabled_at.is_null(),
        User.id.in_(walking) | User.id.in_(deputies)).order_by(User.id))


# What the worker asks each minute: whose window is over and was not told.
Task.add_index(Task.late_until, where=Task.settled_at.is_null(), name="task_open")
