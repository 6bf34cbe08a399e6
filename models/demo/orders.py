"""The demo's orders: each row of demo_orders.csv carried to its state through the verbs people use, at its own time."""
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from io import BytesIO
from random import Random
from typing import NamedTuple

from models.base import moment, now
from models.callback import Attempt
from models.demo.drawings import draw, scene_for
from models.dispatch import Category
from models.errors import Refused
from models.estate_import import EstateFolder
from models.photo import Photo, Picture, shelved
from models.place import Estate, Place
from models.user import Phone, RoleOf, User
from models.work_order import Hold, Inspection, Note, Shortlist, WorkOrder

COLUMNS = ("order", "channel", "reported_by", "name", "phone", "place", "spot", "category", "kind", "priority", "text",
           "done", "technician", "state", "days_ago", "time", "twist")
REACHES = ("reported", "registered", "assigned", "accepted", "working", "suspended", "finished", "rework", "calling",
           "archived")

BY_DAY = ("reject", "pass_work", "no_answer", "dispute", "close")


class Step(NamedTuple):
    at: datetime
    order: int
    nth: int
    do: Callable[[], None]


class DemoOrders:
    """Plays the file of orders. The same file and the same moment give the same story."""

    def __init__(self, folder: EstateFolder, estate: Estate) -> None:
        self.estate = estate
        self.rows = list(folder.rows("demo_orders.csv", *COLUMNS))
        self.staff = {user.login: user for user in User.select()}
        self.now = now()

    def play(self) -> int:
        """Carry out every step of every order in the order of time; how many orders there are then."""
        steps = sorted(step for n, row in enumerate(self.rows) for step in self._steps(n, row))
        for step in steps:
            with moment(step.at):
                step.do()
        self._hear_of_phones()
        return len(self.rows)

    def _hear_of_phones(self) -> None:
        """Two technicians were heard of lately, one of them with work of yesterday still on the phone."""
        for n, (login, ago, waiting) in enumerate((("chenliang", 12, 0), ("xuwei", 190, 3))):
            with moment(self.now - timedelta(minutes=ago)):
                Phone.tell(f"demo-phone-0000-{n}", self.staff[login], device="Android 14 Chrome/128", waiting=waiting,
                           oldest_at=self.now - timedelta(hours=26))

    def _steps(self, n: int, row: dict[str, str]) -> Iterator[Step]:
        story = Story(self, row)
        names = story.plan()
        start = self._start(row)
        gaps = [story.gap(name) for name in names[1:]]
        # What would lie ahead of us is drawn together, so that the last step is a few minutes old.
        room = (self.now - start - timedelta(minutes=4)) / max(sum(gaps, timedelta()), timedelta(seconds=1))
        at = start
        for nth, name in enumerate(names):
            yield Step(at, n, nth, getattr(story, name))
            if nth < len(gaps):
                at = self._in_hours(names[nth + 1], at + gaps[nth] * min(1.0, room))

    def _in_hours(self, name: str, at: datetime) -> datetime:
        """Repairs go on at night; inspections and calls wait for the morning, where there is one before now."""
        local = self.estate.local(at)
        if name not in BY_DAY or 9 <= local.hour < 20:
            return at
        day = local.date() + timedelta(days=local.hour >= 20)
        morning = self.estate.utc(datetime.combine(day, time(9, local.minute)))
        return morning if morning < self.now - timedelta(hours=1) else at

    def _start(self, row: dict[str, str]) -> datetime:
        day = self.estate.local(self.now).date() - timedelta(days=int(row["days_ago"]))
        start = self.estate.utc(datetime.combine(day, time.fromisoformat(row["time"])))
        # An order of today that would begin later than now begins some hours ago.
        latest = self.now - timedelta(minutes=90 + 7 * int(row["order"]))
        return start if start < self.now - timedelta(hours=2) else latest


class Story:
    """One order's way through the loop. Each method is a step, done by who would do it."""

    def __init__(self, demo: DemoOrders, row: dict[str, str]) -> None:
        self.demo, self.row, self.estate = demo, row, demo.estate
        self.chance = Random(int(row["order"]))  # noqa: S311 (demo data, not a secret)
        self.category = Category.leaf(self.estate, row["category"])
        if row["state"] not in REACHES:
            raise Refused("import.bad_value", file="demo_orders.csv", value=f"state: {row['state']}")

    def plan(self) -> list[str]:
        """The names of the steps to the row's state, with the detours its twist asks for."""
        state, twist = self.row["state"], self.row["twist"]
        work = ["arrive", "note", "finish"]
        steps = ["report"]
        if state == "reported":
            return steps
        steps.append("register")
        if state == "registered":
            return steps
        steps.append("assign")
        if state == "assigned":
            return steps
        steps.append("accept")
        if state == "accepted":
            return steps
        if state in ("working", "suspended"):
            steps += ["arrive", "note"]
            if state == "suspended" or twist == "hold_asked":
                steps.append("ask_hold")
            return [*steps, "suspend"] if state == "suspended" else steps
        steps += work
        if twist == "returned" or state == "rework":
            steps.append("reject")
            if state == "rework":
                return steps
            steps += ["arrive", "finish"]
        if state == "finished":
            return steps
        steps.append("pass_work")
        if self._exempt or state == "calling":
            return [*steps, "no_answer"] if state == "calling" and twist == "no_answer" else steps
        if twist == "no_answer":
            steps.append("no_answer")
        if twist == "disputed":
            steps += ["dispute", *work, "pass_work"]
        return [*steps, "close"]

    def gap(self, name: str) -> timedelta:
        """How long before that step people took."""
        minutes = {"register": 4, "assign": 3, "accept": 6, "arrive": 18, "note": 10, "finish": 45, "ask_hold": 30,
                   "suspend": 20, "reject": 90, "pass_work": 80, "no_answer": 150, "dispute": 150, "close": 200}[name]
        if self.row["priority"] == "P0":
            minutes = max(2, minutes // 3)
        return timedelta(minutes=minutes * self.chance.uniform(0.6, 1.5))

    @property
    def _exempt(self) -> bool:
        return self.category.callback_rule in ("X6", "X8") or not self.row["phone"]

    # -- the steps

    def report(self) -> None:
        row = self.row
        reporter = self.demo.staff.get(row["reported_by"])
        by_owner = row["channel"] == "scan" and reporter is None
        reporter_by = None if by_owner else reporter or self._desk
        pictures = [self._picture("report", 0)] if row["channel"] in ("scan", "patrol") else []
        with shelved(pictures):
            self.order = WorkOrder.report(
                Place.named(self.estate, row["place"]), row["text"], by=reporter_by, channel=row["channel"],
                spot=row["spot"], name=row["name"], phone=row["phone"])
            Photo.attach(self.order, pictures, "report", by=reporter_by)

    def register(self) -> None:
        self.order.register(self.category, by=self._desk, kind=self.row["kind"], priority=self.row["priority"],
                            read_back=True)

    def assign(self) -> None:
        named = self.row["technician"]
        self.worker = self.demo.staff[named] if named else User.get_by_id(Shortlist(self.order).candidates()[0].id)
        self.order.assign(self.worker, by=self._desk)

    def accept(self) -> None:
        self.order.accept(by=self.worker)

    def arrive(self) -> None:
        self._photograph("before", max(1, self.category.before_photos))
        self.order.arrive(by=self.worker)

    def note(self) -> None:
        Note.add(self.order, self.chance.choice(NOTES), by=self.worker)

    def finish(self) -> None:
        self._photograph("after", max(1, self.category.after_photos))
        self.order.finish(self.row["done"], by=self.worker, hours=round(self.chance.uniform(0.5, 3), 1))

    def ask_hold(self) -> None:
        day = self.estate.local(self.demo.now).date() + timedelta(days=self.chance.randint(1, 3))
        promised = self.estate.utc(datetime.combine(day, time(self.chance.randint(9, 16))))
        Hold.ask(self.order, self.chance.choice(("parts", "third_party", "weather")), promised, by=self.worker,
                 note="已电话告知业主，到货即复工。")

    def suspend(self) -> None:
        Hold.approve(self.order, by=self._supervisor)

    def reject(self) -> None:
        photo = self.order.photos_of("after").get()
        Inspection.reject(self.order, {p.id: "wrong_angle" if p.id == photo.id else ""
                                       for p in self.order.photos_of("after")},
                          ["not_fixed"], by=self._supervisor, note="现场复看还有问题，照片也没拍到修的部位。")

    def pass_work(self) -> None:
        Inspection.pass_work(self.order, {photo.id: "" for photo in self.order.photos_of("after")}, by=self._supervisor)

    def no_answer(self) -> None:
        Attempt.make(self.order, "no_answer", by=self.demo.staff["luxia"])

    def dispute(self) -> None:
        Attempt.make(self.order, "answered", by=self.demo.staff["luxia"], solved="partly", overall="dissatisfied",
                     words="插座是换了，但墙上开的洞没补，踢脚线也弄脏了。")

    def close(self) -> None:
        overall = "fairly" if self.chance.random() < 0.2 else "satisfied"
        Attempt.make(self.order, "answered", by=self.demo.staff["luxia"], solved="yes", overall=overall,
                     words=self.chance.choice(WORDS))

    # -- who and what

    @property
    def _desk(self) -> User:
        return self.demo.staff["sunqi" if int(self.row["order"]) % 3 else "tangwen"]

    @property
    def _supervisor(self) -> User:
        """A supervisor of the department that did the work, or any other who had no part in it."""
        supervisors = User.select().join(RoleOf).where(RoleOf.role == "supervisor").order_by(User.id)
        able = [user for user in supervisors if user.id not in self.order.parts["worker"]]
        return min(able, key=lambda user: user.department != self.category.department)

    def _photograph(self, stage: str, count: int) -> None:
        pictures = [self._picture(stage, nth) for nth in range(count)]
        with shelved(pictures):
            Photo.attach(self.order, pictures, stage, by=self.worker)

    def _picture(self, stage: str, nth: int) -> Picture:
        seed = int(self.row["order"]) * 10 + nth
        round = self.order.round if stage != "report" else 0
        taken = self.estate.local(now()).replace(tzinfo=None, microsecond=0)
        return Picture.read(BytesIO(draw(scene_for(self.category.code), stage, seed + 1000 * round, taken=taken)))


NOTES = (
    "已到现场查看，先做好防护再开工。",
    "业主在家，已说明处理办法和大概时间。",
    "现场照片已拍，工具和材料齐全。",
    "与相邻住户确认过，只有这一处。",
)
WORDS = ("师傅来得快，谢谢。", "修好了，现场也收拾干净了。", "已经正常使用。", "态度很好，讲得明白。", "")
