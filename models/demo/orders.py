"""The demo's orders: each row of demo_orders.csv carried to its state through the verbs people use, at its own time."""
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from peewee import fn

from models.base import moment, now
from models.callback import Policy
from models.demo.calls import GAPS, in_calling_hours
from models.demo.patrols import DemoPatrols
from models.demo.policy import change_the_policy, spot_checks
from models.demo.staffing import staff_the_estate
from models.demo.story import DETAILS, Story
from models.demo.talks import talk_steps
from models.estate_import import EstateFolder
from models.event import Event
from models.notice import Notice
from models.notification import Channel, Cursor, Notification, notify
from models.place import Estate, Place
from models.sla import TimeLimit
from models.user import Phone, User
from models.work_order import Deadline

COLUMNS = ("order", "channel", "reported_by", "name", "phone", "place", "spot", "category", "kind", "priority", "text",
           "done", "technician", "state", "days_ago", "time", "twist")

CHANNELS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("wecom", "工程部企业微信群", {"address": "https://wecom.example.com/cgi-bin/webhook/send?key=demo-0001"}),
    ("dingtalk", "值班钉钉群", {"address": "https://dingtalk.example.com/robot/send?access_token=demo-0002",
                                "secret": "demo-secret"}),
    ("feishu", "应急飞书群", {"address": "https://feishu.example.com/open-apis/bot/v2/hook/demo-0003"}),
    ("mail", "项目经理邮箱", {"host": "smtp.example.com", "port": "465", "sender": "bihuan@example.com",
                              "recipients": "manager@example.com"}),
)

BY_DAY = ("reject", "pass_work")
CALLED = ("no_answer", "dispute", "close", *GAPS)


class Step(NamedTuple):
    at: datetime
    order: int
    nth: int
    do: Callable[[], object]


class DemoOrders:
    """Plays the file of orders. The same file and the same moment give the same story."""

    def __init__(self, folder: EstateFolder, estate: Estate) -> None:
        self.estate, self.folder = estate, folder
        self.rows = list(folder.rows("demo_orders.csv", *COLUMNS))
        self.details = {row["order"]: row for row in folder.rows("demo_details.csv", *DETAILS)}
        self.staff = {user.login: user for user in User.select()}
        self.now = now()
        self.stories: dict[str, Story] = {}

    def play(self) -> int:
        """Carry out every step of every order in the order of time; how many orders there are then."""
        self._change_a_limit()
        change_the_policy(self.estate, self.now, self.staff["zhaomin"])
        self.policy = Policy.of(self.estate)
        staff_the_estate(self.folder, self.estate)
        at = self.now
        told = (step for n, row in enumerate(self.rows, 1) for step in self._steps(n, row))
        checks = (Step(at, 0, n, do) for n, (at, do) in enumerate(spot_checks(self.estate, self.now), len(NOTICES)))
        talks = (Step(at, len(self.rows) + 1, nth, do) for nth, (at, do) in enumerate(talk_steps(self)))
        self.patrols = DemoPatrols(self.folder, self.estate, self.staff)
        walks = (Step(at, len(self.rows) + 2, nth, do) for nth, (at, do) in enumerate(self.patrols.steps()))
        steps = sorted([*self._notices(), *checks, *told, *talks, *walks])
        for step in steps:
            self._sweep(at, step.at)
            at = step.at
            with moment(at):
                step.do()
        self._sweep(at, self.now)
        self._hear_of_phones()
        self._tell()
        self._open_channels()
        return len(self.rows)

    def _sweep(self, since: datetime, until: datetime) -> None:
        """What the worker would have told in between, each thing at its time."""
        while (alarm := self._next_alarm()) is not None and alarm <= until:
            with moment(max(alarm, since)):
                Deadline.sweep()
                self.patrols.sweep()

    def _next_alarm(self) -> datetime | None:
        return min(filter(None, (Deadline.next_alarm(), self.patrols.next_alarm())), default=None)

    def _change_a_limit(self) -> None:
        """The administrator once changed a limit, so that its history has something to tell."""
        limit = TimeLimit.get(TimeLimit.estate == self.estate, TimeLimit.code == "N2", TimeLimit.ended_at.is_null())
        figures = {name: "" if value is None else str(value) for name, value in limit.__data__.items()}
        with moment(self.now - timedelta(days=30)):
            limit.change({**figures, "accept_min": "20", "warn_pct": "75"}, "与业委会商定：提前提醒，接单再快十分钟。",
                         by=self.staff["admin"])

    def _tell(self) -> None:
        """What the worker would have told in the last two days; of yesterday's most has been read."""
        before = Event.select(fn.MAX(Event.id)).where(Event.at < self.now - timedelta(days=2)).scalar()
        Cursor.begin_at(before or 0)
        notify()
        for user in self.staff.values():
            with moment(self.now - timedelta(hours=14)):
                Notification.read_all(user)

    def _open_channels(self) -> None:
        """One of each kind, switched off: their addresses lead nowhere."""
        by = self.staff["admin"]
        for kind, name, more in CHANNELS:
            Channel.add(self.estate, kind, by=by, name=name, is_on=False, wanted=["due", "owner"], **more)

    def _notices(self) -> Iterator[Step]:
        """One cut of water ahead for a building, and works under way for everybody."""
        for n, (kind, text, starts, hours, names) in enumerate(NOTICES):
            start = self.now + timedelta(hours=starts)
            yield Step(self.now - timedelta(hours=5), 0, n, partial(
                Notice.publish, self.estate, kind, text, starts_at=start, ends_at=start + timedelta(hours=hours),
                by=self.staff["sunqi"], places=[Place.named(self.estate, name) for name in names]))

    def _hear_of_phones(self) -> None:
        """Two technicians were heard of lately, one of them with work of yesterday still on the phone."""
        for n, (login, ago, waiting) in enumerate((("chenliang", 12, 0), ("xuwei", 190, 3))):
            with moment(self.now - timedelta(minutes=ago)):
                Phone.tell(f"demo-phone-0000-{n}", self.staff[login], device="Android 14 Chrome/128", waiting=waiting,
                           oldest_at=self.now - timedelta(hours=26))

    def _steps(self, n: int, row: dict[str, str]) -> Iterator[Step]:
        story = self.stories[row["order"]] = Story(self, row)
        names = story.plan()
        start = self._start(row)
        gaps = [story.gap(name) for name in names[1:]]
        # What would lie ahead of us is drawn together, so that the last step is a few minutes old.
        room = (self.now - start - timedelta(minutes=4)) / max(sum(gaps, timedelta()), timedelta(seconds=1))
        at = start
        for nth, name in enumerate(names):
            yield Step(at, n, nth, getattr(story.calls if name in GAPS else story, name))
            if nth < len(gaps):
                at = self._in_hours(names[nth + 1], at + gaps[nth] * min(1.0, room))
                at = min(at, self.now - timedelta(minutes=1))  # waiting for the next open hour may have taken long

    def _in_hours(self, name: str, at: datetime) -> datetime:
        """Repairs go on at night; inspections and calls wait for the morning, where there is one before now."""
        local = self.estate.local(at)
        if name in CALLED:
            return in_calling_hours(self.policy, at, self.now - timedelta(minutes=5))
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

# Kind, words, hours from now until it begins, how many hours it lasts, and where.
NOTICES = (
    ("outage", "8栋更换生活水泵，期间停水，请提前储水；来水后请先放掉浑水再用。", 14, 6, ("8栋",)),
    ("works", "北环路路面修补，车辆请绕行南门，行人注意脚下。", -4, 72, ()),
)
