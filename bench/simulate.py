"""Orders simulated through the verbs on a moved clock, each promise counted a second time, minute by minute.

    python bench/simulate.py [--days 30] [--orders 400] [--seed 7] [--json]

People come late, forget, refuse, wait for parts and disagree; some orders nobody ever takes. The worker sweeps and
tells once a simulated minute. What ought to have been due, warned of and overdue is worked out from the table of time
limits alone, by walking over the minutes, and compared with what the app promised and said.

Callers keep to the policy: its hours, the pause and the other window between calls in vain, the times owners name.
Owners rate on their page, some of it half, some of it from a phone of the staff; orders are given up, exempted and
taken up again. What the callback's figures say is counted a second time from the history, order by order.
"""
import argparse
import csv
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, timedelta
from heapq import heappop, heappush
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent.parent))

from PIL import Image
from slow_clock import DAY, MINUTE, MONDAY, Minutes, Promise

from models.base import database, moment
from models.callback import DIMENSIONS, Attempt, Callback, Rating, Said
from models.callback.figures import Coverage, Period, tally, uncovered
from models.dispatch import Category
from models.errors import Refused
from models.estate_import import EstateFolder
from models.event import Event
from models.notification import Notification, notify
from models.photo import Photo, Picture, shelved
from models.place import Place
from models.storage import keep_photos_in, migrate, open_database
from models.user import User
from models.work_order import Assignment, Deadline, Hold, Inspection, Reopening, Shortlist, Talk, WorkOrder

DEMO = Path(__file__).parent.parent / "demo"
TAIL = 45  # days looked ahead, for promises made at the end
CALLING = (("09:00", "12:00"), ("14:00", "20:00"))  # V3 of callback_codes_rules.csv
PAUSE, MOST, WINDOWS = 120, 3, 2  # V4: minutes between two calls in vain, how many, in how many windows
AROUND = 30  # minutes before and after a time the owner named
AGAIN = timedelta(hours=24)  # V6
CONTENT = Said("yes", "satisfied", scores=dict.fromkeys(DIMENSIONS, 5))
HALF = Said("yes", "fairly", scores={"reliability": 4})
PARTLY = Said("partly", "fairly", "差一点，不用再来了", reasons=("R5",), consents="yes")
DISCONTENT = Said("no", "dissatisfied", "还在漏", reasons=("R1",))
BESIDE = ("rate", "talk")  # what happens beside the way of an order, whatever becomes of it


# -- one order's way, as people would have it


class Story:
    def __init__(self, sim: "Simulation", nth: int) -> None:
        self.sim, self.nth = sim, nth
        self.chance = Random(f"{sim.seed}-{nth}")
        self.category = self.chance.choice(sim.leaves)
        self.limit = sim.limits[sim.codes[self.category.code]]
        self.priority = sim.priorities[self.category.code]
        self.promises: list[Promise] = []
        self.running: dict[str, Promise] = {}
        self.registered = 0
        self.way = 0  # counts up where somebody from outside turns its way: what was to come then does not
        self.code = ""  # under which nobody need call

    @property
    def clock(self) -> Minutes:
        return self.sim.minutes(self.limit["clock"])

    def wait(self, usual: float, name: str) -> None:
        """Most are prompt, some take hours, a few days; one in thirty never does it."""
        fate = self.chance.random()
        if fate < 0.03:
            return
        minutes = self.chance.expovariate(1 / usual) * (1 if fate < 0.75 else 8 if fate < 0.93 else 60)
        self.sim.at(self.sim.minute + 1 + int(minutes), self, name)

    # -- what is promised, from the table of limits alone

    def promise(self, what: str, starts: int, due: int | None) -> None:
        """It begins to run, anew where the due time is another."""
        if due is None:
            return
        running = self.running.get(what)
        if running is not None and running.runs[-1][3] == due:
            if not running.is_running:
                running.run(self.sim.minute, running.runs[-1][2], due)
            return
        if running is not None:
            running.stop(self.sim.minute)
        self.running[what] = made = Promise(what, self.limit)
        self.promises.append(made)
        made.run(self.sim.minute, starts, due)

    def stop(self, *whats: str) -> None:
        for what in whats:
            if what in self.running:
                self.running[what].stop(self.sim.minute)

    def due(self, value: str, unit: str, start: int | None = None) -> int | None:
        amount = int(self.limit[value] or 0)
        if not amount:
            return None
        start = self.registered if start is None else start
        return int(self.clock.after(start, amount, self.limit.get(unit, unit)))

    # -- the steps

    def report(self) -> None:
        by = None if self.chance.random() < 0.7 else self.sim.one("machunsheng")
        phone = "" if by or self.chance.random() < 0.06 else "13800001234"
        self.code = "X1" if by else "" if phone else "X3"
        self.order = WorkOrder.report(
            self.chance.choice(self.sim.places), f"第{self.nth}件：{self.category.name}", by=by,
            channel="patrol" if by else "scan", name="" if by else "王女士", phone=phone)
        standard = self.sim.limits["N2"]
        own, self.limit = self.limit, standard
        self.promise("first_reply", self.sim.minute, int(self.clock.after(
            self.sim.minute, int(standard["first_reply_min"]), "min")))
        self.limit = own
        self.wait(8, "register")

    def register(self) -> None:
        self.stop("first_reply")
        self.order.register(self.category, by=self.sim.one("sunqi"), read_back=True)
        self.registered = at = self.sim.minute
        self.arrive_due, self.contain_due = self.due("arrive_value", "arrive_unit"), self.due("contain_min", "min")
        self.complete_due = self.due("complete_value", "complete_unit")
        accept_due = self.due("accept_min", "min")
        self.promise("accept", at, accept_due)
        self.promise("complete", at, self.complete_due)
        self.sim.compare(self, accept=accept_due, arrive=self.arrive_due, complete=self.complete_due)
        self.wait(6, "assign" if self.order.state == "registered" else "accept")

    def assign(self) -> None:
        fit = Shortlist(self.order).candidates()
        again = self.order.first_assigned_at is not None
        self.order.assign(User.get_by_id(self.chance.choice(fit[:3]).id), by=self.sim.one("sunqi"), why="模拟改派")
        if again:
            self.promise("accept", self.sim.minute, self.due("accept_min", "min", self.sim.minute))
        self.wait(9, "decline" if self.chance.random() < 0.06 else "accept")

    def decline(self) -> None:
        Assignment.decline(self.order, "busy", "手上有急修", by=self.order.assignee)
        self.wait(6, "assign")

    def accept(self) -> None:
        self.order.accept(by=self.order.assignee)
        self.stop("accept")
        self.promise("arrive", self.registered, self.arrive_due)
        self.wait(40, "arrive")

    def arrive(self) -> None:
        self.order.arrive(by=self.order.assignee, no_photo_reason="模拟无照片")
        self.stop("arrive")
        if self.order.round == 1:
            self.promise("contain", self.registered, self.contain_due)
        if self.contain_due and self.order.round == 1 and self.chance.random() < 0.7:
            self.wait(10, "contain")
        elif self.chance.random() < 0.2:
            self.wait(20, "ask_hold")
        else:
            self.wait(60, "finish")

    def contain(self) -> None:
        self.order.contain(by=self.order.assignee)
        self.stop("contain")
        self.wait(60, "finish")

    def ask_hold(self) -> None:
        self.promised = self.sim.minute + self.chance.randint(60, 4 * DAY)
        Hold.ask(self.order, "parts", MONDAY + self.promised * MINUTE, by=self.order.assignee)
        self.wait(60, "finish" if self.chance.random() < 0.3 else "suspend")

    def suspend(self) -> None:
        if self.promised <= self.sim.minute:
            return self.wait(5, "finish")
        Hold.approve(self.order, by=self.sim.supervisor_of(self.order))
        self.approved = self.sim.minute
        self.stop("contain", "complete")
        self.promise("hold", self.sim.minute, self.promised)
        self.wait(DAY / 2, "resume")

    def resume(self) -> None:
        Hold.resume(self.order, by=self.order.assignee)
        self.stop("hold")
        for what in ("contain", "complete"):
            promise = self.running.get(what)
            if promise is None or promise.runs[-1][1] != self.approved:
                continue
            _, _, starts, due = promise.runs[-1]
            left = self.clock.between(self.approved, due)
            now_due = int(self.clock.later(self.sim.minute, left)) if left else due
            whole = self.clock.between(starts, due)
            promise.run(self.sim.minute, self.clock.earlier(now_due, whole) if left else starts, now_due)
            if what == "complete":
                self.complete_due = now_due
        self.sim.compare(self, complete=self.complete_due)
        self.wait(60, "finish")

    def finish(self) -> None:
        order, by = self.order, self.order.assignee
        pictures = [self.sim.picture(self.nth * 10 + n) for n in range(order.category.after_photos)]
        with shelved(pictures):
            Photo.attach(order, pictures, "after", by=by)
        order.finish("已修好", by=by)
        self.stop("complete", "contain")
        hours = int(self.limit["callback_due_h"] or 0) or (48 if self.priority == 3 else 24)  # else by the policy
        self.callback_due = self.sim.minute + hours * 60
        self.running.pop("callback", None)
        if not self.code:
            self.promise("callback", self.sim.minute, self.callback_due)
        self.finished = self.sim.minute
        self.word, self.vain, self.agreed = "", [], None
        if self.code != "X1" and self.chance.random() < 0.3:
            self.wait(300, "rate")
        self.wait(120, "inspect")

    def inspect(self) -> None:
        order, by = self.order, self.sim.supervisor_of(self.order)
        verdicts = {photo.id: "" for photo in order.photos_of("after")}
        if order.round < 3 and self.chance.random() < 0.12:
            Inspection.reject(order, verdicts, ["not_fixed"], by=by)
            self.stop("callback")
            self.promise("complete", self.sim.minute, self.complete_due)
            return self.wait(60, "arrive")
        Inspection.pass_work(order, verdicts, by=by)
        unsaid = "archived" if self.code else "calling"
        self.expect({"content": "archived", "discontent": "rework"}.get(self.word, unsaid))
        if order.state == "rework":
            return self.sent_back()
        if order.state == "archived":
            return self.archived()
        self.promise("callback", self.finished, self.callback_due)
        return self.wait(300, "call")

    # -- what the owner says

    def rate(self) -> None:
        """On their page; half of it decides nothing, nor does what comes from a phone of the staff."""
        if self.order.state not in ("finished", "calling") or self.word:
            return
        was, fate = self.order.state, self.chance.random()
        by_staff = fate < 0.15
        told = HALF if fate < 0.3 else DISCONTENT if fate < 0.5 and self.order.round < 3 else CONTENT
        Rating.give(self.order, told, address="198.51.100.9", signed_in=self.sim.one("sunqi") if by_staff else None)
        if by_staff or told is HALF:
            return self.expect(was)
        self.word = "discontent" if told is DISCONTENT else "content"
        if was == "calling":
            self.way += 1
            self.expect("rework" if told is DISCONTENT else "archived")
            return self.sent_back() if told is DISCONTENT else self.archived()
        return None

    def call(self) -> None:
        caller, minute = self.sim.one("luxia"), self.sim.minute
        if not self.may_call(minute):
            if self.chance.random() < 0.5 and self.is_taken("no_answer", by=caller):
                self.sim.mismatches.append(f"{self.order.number} minute {minute}: called against the policy")
            return self.sim.at(next(m for m in range(minute, minute + 5 * DAY) if self.may_call(m)), self, "call")
        fate = self.chance.random()
        if fate < 0.3:
            outcome = "wrong_no" if fate < 0.02 else "busy_off" if fate < 0.1 else "no_answer"
            Attempt.make(self.order, outcome, by=caller)
            self.vain.append((minute, outcome))
            self.agreed = None
            return self.wait(30, "give_up") if len(self.vain) == MOST else self.wait(150, "call")
        if fate < 0.36:
            return self.call_later(caller)
        if fate < 0.4:
            Attempt.make(self.order, "refused", by=caller)
            self.stop("recontact")
            return self.wait(20, "give_up")
        if fate < 0.44:
            Callback.exempt(self.order, "业主说不用再打电话", by=self.chance.choice((caller, self.sim.one("sunqi"))))
            return self.archived()
        discontent = fate < 0.54 and self.order.round < 3
        Attempt.make(self.order, "answered", by=caller,
                     told=DISCONTENT if discontent else PARTLY if fate < 0.6 else CONTENT)
        self.expect("rework" if discontent else "archived")
        return self.sent_back() if discontent else self.archived()

    def call_later(self, caller: User) -> None:
        """The owner names a time, also an early or a late one; what was due before waits for it."""
        self.agreed = self.sim.minute + self.chance.randint(60, 2 * DAY)
        Attempt.make(self.order, "later", by=caller, agreed_at=MONDAY + self.agreed * MINUTE)
        self.stop("recontact")
        self.callback_due = max(self.callback_due, self.agreed)
        self.promise("callback", self.finished, self.callback_due)
        self.sim.at(self.agreed + self.chance.randint(-20, 20), self, "call")

    def give_up(self) -> None:
        Callback.give_up(self.order, "sms", by=self.sim.one("luxia"))
        self.archived()

    def talk(self) -> None:
        """The promise to talk again to who was not content."""
        promise = self.running.get("recontact")
        if promise is not None and promise.is_running:
            Talk.note(self.order, "phone", "致歉，约好再上门", by=self.sim.one("sunqi"))
            self.stop("recontact")

    def reopen(self) -> None:
        by = self.chance.choice((None, self.sim.one("sunqi")))
        Reopening.make(self.order, "again", "又漏了", by=by)
        if by is None:
            self.talk_again()
        self.once_more()

    # -- what follows from it

    def sent_back(self) -> None:
        self.stop("callback")
        self.priority = max(0, self.priority - 1)
        self.talk_again()
        self.once_more()

    def talk_again(self) -> None:
        """Somebody is to talk to who was not content within a day; what runs already is put off by nothing."""
        if "recontact" not in self.running or not self.running["recontact"].is_running:
            self.promise("recontact", self.sim.minute, self.sim.minute + DAY)
        self.wait(300, "talk")

    def once_more(self) -> None:
        """Another round, to be done within 24 hours."""
        self.complete_due = self.sim.minute + DAY
        self.running.pop("complete", None)
        self.promise("complete", self.sim.minute, self.complete_due)
        self.wait(60, "arrive")

    def archived(self) -> None:
        self.stop("callback", "recontact")
        if self.order.round < 3 and self.chance.random() < 0.05:
            self.wait(DAY, "reopen")

    def expect(self, state: str) -> None:
        if self.order.state != state:
            self.sim.mismatches.append(f"{self.order.number}: {self.order.state}, not {state}")

    # -- the policy, in the obvious way

    def may_call(self, minute: int) -> bool:
        """May an owner be rung up in that minute, as the rules say?"""
        if not (self.agreed is not None and abs(minute - self.agreed) <= AROUND):
            if self.sim.window(minute) is None:
                return False
            if any(outcome != "wrong_no" and minute - at < PAUSE for at, outcome in self.vain):
                return False
        windows = {self.sim.window(at) or at for at in (*(at for at, _ in self.vain), minute)}
        return len(self.vain) + 1 < MOST or len(windows) >= WINDOWS

    def is_taken(self, outcome: str, *, by: User) -> bool:
        """Does the app take such a call now?"""
        try:
            Attempt.make(self.order, outcome, by=by)
        except Refused:
            return False
        return True


class Simulation:
    def __init__(self, days: int, orders: int, seed: int) -> None:
        self.days, self.orders, self.seed = days, orders, seed
        self.chance = Random(seed)
        self.minute = 0
        self.steps: list[tuple[int, int, int, Story, str]] = []
        self.stories: list[Story] = []
        self.mismatches: list[str] = []
        self.pushed = 0
        self._clocks: dict[str, Minutes] = {}
        self._people: dict[str, User] = {}

    def play(self) -> dict[str, Any]:
        with moment(MONDAY - timedelta(days=60)):
            self.estate = EstateFolder(DEMO).load(password="bench-bench")
        self.limits = {row["code"]: row for row in rows_of("sla_table.csv")}
        self.codes = {row["code"]: row["sla_code"] for row in rows_of("category_tree.csv")}
        self.priorities = {row["code"]: int(row["priority"][1]) for row in rows_of("category_tree.csv")}
        self.leaves = [leaf for leaf in Category.select().where(Category.parent.is_null(False)).order_by(Category.id)
                       if leaf.kind == "repair"]
        self.places = list(Place.select().where(Place.kind.in_(("home", "public"))).order_by(Place.id))
        self.supervisors = [self.one(login) for login in ("guoqiang", "heguangjun", "renmei", "zhaomin")]
        for nth in range(1, self.orders + 1):
            story = Story(self, nth)
            self.stories.append(story)
            self.at(self.chance.randrange(max(self.days * DAY - DAY, DAY // 2)), story, "report")
        for minute in range(self.days * DAY):
            self.minute = minute
            while self.steps and self.steps[0][0] == self.minute:
                *_, way, story, name = heappop(self.steps)
                if name in BESIDE or way == story.way:
                    with moment(MONDAY + self.minute * MINUTE):
                        getattr(story, name)()
            with moment(MONDAY + self.minute * MINUTE + MINUTE / 2):
                Deadline.sweep()
                notify()
        return self.report()

    def at(self, minute: int, story: Story, name: str) -> None:
        if minute < self.days * DAY:
            self.pushed += 1
            heappush(self.steps, (minute, self.pushed, story.way, story, name))

    def report(self) -> dict[str, Any]:
        said = defaultdict(list)
        signals = Event.select().where(Event.verb.in_(("warn", "overdue"))).order_by(Event.id)
        for event in signals:
            said[event.subject, event.verb, event.detail["what"]].append((event.at - MONDAY) / MINUTE)
        missed_unassigned = 0
        faults: list[str] = list(self.mismatches)
        counted: dict[str, Counter[str]] = {verb: Counter() for verb in ("warn", "overdue")}
        for story in self.stories:
            if not hasattr(story, "order"):
                continue
            for verb in ("warn", "overdue"):
                expected = defaultdict(list)
                for promise in story.promises:
                    # A day is a day to who was left with it unmended.
                    clock = "7x24" if promise.what == "recontact" else promise.limit["clock"]
                    when = promise.told(self.minutes(clock), self.days * DAY, verb == "overdue")
                    if when is not None:
                        expected[promise.what].append(when)
                for what in {*expected, *(w for number, v, w in said if (number, v) == (story.order.number, verb))}:
                    told = said[story.order.number, verb, what]
                    if what == "stale":
                        continue
                    counted[verb]["due"] += len(expected[what])
                    counted[verb]["sent"] += len(told)
                    if sorted(expected[what]) != sorted(told):
                        faults.append(f"{story.order.number} {verb} {what}: {expected[what]} {told}")
                        if not story.order.first_assigned_at:
                            missed_unassigned += len(expected[what]) > len(told)
        twice = self.told_twice()
        covered = self.recount(faults)
        states = Counter(WorkOrder.get_by_id(story.order.id).state for story in self.stories)
        return {
            "orders": WorkOrder.select().count(), "warnings_due": counted["warn"]["due"],
            "warnings_sent": counted["warn"]["sent"], "overdue_due": counted["overdue"]["due"],
            "overdue_sent": counted["overdue"]["sent"], "escalations": Event.select().where(
                Event.verb == "escalate").count(),
            "limit_mismatches": len(faults), "unassigned_missed": missed_unassigned, "told_twice": twice,
            "never_assigned": sum(story.order.first_assigned_at is None for story in self.stories),
            "notifications": Notification.select().count(), "states": dict(states), **covered, "faults": faults[:20],
        }

    # -- the callback's figures a second time

    def recount(self, faults: list[str]) -> dict[str, Any]:
        """What the figures say, and every difference from what the history of each order says."""
        period = Period.month_of(MONDAY + self.days * DAY * MINUTE, self.estate).as_kind("year")
        covered, counts = Coverage.of(period, by=None), tally(period, by=None).counts
        how: Counter[str] = Counter()
        lacking, counted = set(), Counter[str]()
        for story in self.stories:
            rounds = self.rounds_of(story)
            for one in rounds:
                counted.update(self.counted(one))
            finished = [one for one in rounds if not one["dropped"]]
            if finished:
                last = finished[-1]
                found = "attempted" if last["calls"] else "rated" if last["rated"] else last["code"] or "uncovered"
                how["exempt" if found.startswith("X") else found] += 1
                if found == "uncovered":
                    lacking.add(story.order.number)
        told = {"finished": covered.finished, "attempted": covered.attempted, "rated": covered.rated,
                "exempt": covered.exempted, "uncovered": covered.uncovered}
        slow = {"finished": sum(how.values()), **{name: how[name] for name in list(told)[1:]}}
        named, after = set(), ""
        while True:
            page, after = uncovered(period, by=None, after=after)
            named |= {one.number for one in page}
            if not after:
                break
        wrong = [f"{name}: {told[name]}, not {slow[name]}" for name in told if told[name] != slow[name]]
        wrong += [f"{name}: {counts[name]}, not {counted[name]}" for name in counted if counts[name] != counted[name]]
        if named != lacking:
            wrong.append(f"named {sorted(named - lacking)}, left out {sorted(lacking - named)}")
        if (covered.percent == 100) != (not lacking):
            wrong.append(f"coverage {covered.percent} %, {len(lacking)} lacking")
        faults[:0] = wrong
        return {**told, "coverage_pct": covered.percent, "owed": counts["owed"], "answered": counts["reached"],
                "figure_mismatches": len(wrong)}

    def rounds_of(self, story: Story) -> list[dict[str, Any]]:
        """What the history says of each round that was finished."""
        rounds: list[dict[str, Any]] = []
        for event in Event.select().where(Event.subject == story.order.number).order_by(Event.id):
            detail = event.detail
            if event.verb == "finish":
                rounds.append({"calls": 0, "rated": False, "code": story.code, "dropped": False, "passed": False,
                               "ended": "", "sent_back": None, "again": []})
            elif not rounds:
                continue
            elif event.verb == "reject":
                rounds[-1]["dropped"] = True
            elif event.verb == "pass":
                rounds[-1]["passed"] = True
                rounds[-1]["ended"] = "exempt" if event.became == "archived" else ""
            elif event.verb == "call":
                rounds[-1]["calls"] += 1
            elif event.verb == "rate":
                rounds[-1]["rated"] = rounds[-1]["rated"] or not detail["flagged"]
            elif event.verb in ("close", "dispute"):
                rounds[-1]["ended"] = "answered" if event.by_id else "online"
                rounds[-1]["sent_back"] = event.at if event.verb == "dispute" else None
            elif event.verb in ("exempt", "give_up"):
                rounds[-1]["ended"] = event.verb
                rounds[-1]["code"] = detail.get("exemption", rounds[-1]["code"])
            if rounds and event.verb in ("arrive", "talk"):
                rounds[-1]["again"].append(event.at)
        return rounds

    @staticmethod
    def counted(one: dict[str, Any]) -> dict[str, int]:
        if not one["passed"]:
            return {}
        owed = one["ended"] != "exempt"
        back = one["sent_back"]
        return {"passed": 1, "owed": owed, "called": owed and (one["calls"] > 0 or one["ended"] == "online"),
                "reached": one["ended"] in ("answered", "online"), "discontent": back is not None,
                "redone": back is not None and any(back <= at <= back + AGAIN for at in one["again"])}

    def told_twice(self) -> int:
        """How many signals about the same were heard twice by the same person, or recorded twice."""
        recorded: Counter[Any] = Counter()
        for event in Event.select().where(Event.verb.in_(("warn", "overdue", "escalate"))):
            about = event.detail
            recorded[event.subject, event.verb, about["what"], about["due"], about["level"]] += 1
        heard: Counter[Any] = Counter()
        for one in Notification.select(Notification, Event).join(Event).where(
                Event.verb.in_(("warn", "overdue", "escalate"))):
            about = one.event.detail
            heard[one.user_id, one.event.subject, one.event.verb, about["what"], about["due"], about["level"]] += 1
        return sum(n - 1 for n in recorded.values()) + sum(n - 1 for n in heard.values())

    def compare(self, story: Story, **dues: int | None) -> None:
        """What the app promises against what the minutes say."""
        for what, expected in dues.items():
            promised = getattr(story.order, f"{what}_due")
            if promised != (None if expected is None else MONDAY + expected * MINUTE):
                self.mismatches.append(f"{story.order.number} {what}: {promised}, not minute {expected}")

    # -- who and what

    def minutes(self, spelled: str) -> Minutes:
        if spelled not in self._clocks:
            self._clocks[spelled] = Minutes(spelled, self.days + TAIL, ZoneInfo("Asia/Shanghai"))
        return self._clocks[spelled]

    def one(self, login: str) -> User:
        if login not in self._people:
            self._people[login] = User.get(User.login == login)
        return self._people[login]

    def window(self, minute: int) -> tuple[Any, int] | None:
        """The day and the number of the window of calling hours that minute lies in."""
        local = (MONDAY + minute * MINUTE).replace(tzinfo=UTC).astimezone(ZoneInfo("Asia/Shanghai"))
        clock = local.strftime("%H:%M")
        found = [n for n, (opens, closes) in enumerate(CALLING) if opens <= clock <= closes]
        return (local.date(), found[0]) if found else None

    def supervisor_of(self, order: WorkOrder) -> User:
        return next(one for one in self.supervisors if one.id not in order.parts["worker"] | order.parts["caller"])

    def picture(self, seed: int) -> Picture:
        image = Image.frombytes("L", (9, 8), Random(seed).randbytes(72)).resize((72, 64)).convert("RGB")
        written = BytesIO()
        image.save(written, "JPEG")
        written.seek(0)
        return Picture.read(written)


def rows_of(name: str) -> Iterator[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ask.add_argument("--days", type=int, default=30)
    ask.add_argument("--orders", type=int, default=400)
    ask.add_argument("--seed", type=int, default=7)
    ask.add_argument("--json", action="store_true")
    args = ask.parse_args()
    if args.days < 1 or args.orders < 1:
        ask.error("at least one day and one order")
    with tempfile.TemporaryDirectory() as folder:
        opened = open_database(f"sqlite:///{folder}/bihuan.db")
        keep_photos_in(f"{folder}/photos")
        with database.connection_context():
            migrate()
            opened.execute_sql("PRAGMA synchronous=off")  # nothing of this outlives the run
            found = Simulation(args.days, args.orders, args.seed).play()
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        for name, value in found.items():
            print(f"{name:20} {value}")
    return int(bool(found["limit_mismatches"] or found["told_twice"] or found["unassigned_missed"]
                    or found["figure_mismatches"]))


if __name__ == "__main__":
    sys.exit(main())
