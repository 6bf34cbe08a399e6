"""One order of the demo on its way through the loop, each step by the verb and the person it would be."""
from datetime import datetime, time, timedelta
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

from models.base import now
from models.callback import Attempt, Said
from models.demo.calls import CALLS, Calls, content
from models.demo.calls import GAPS as OF_CALLS
from models.demo.drawings import draw, scene_for
from models.demo.owners import GAPS as OF_THEIR_PAGE
from models.demo.owners import ON_THEIR_PAGE, OnTheirPage
from models.dispatch import Category, Firm
from models.errors import Refused
from models.photo import Photo, Picture, shelved
from models.place import Place
from models.user import RoleOf, User
from models.work_order import (
    Appointment,
    Assignment,
    Classification,
    Complaint,
    Details,
    Difficulty,
    HandOver,
    Hold,
    Inspection,
    Merge,
    Note,
    PartyDecision,
    Reopening,
    Shortlist,
    Support,
    Transfer,
    Urge,
    Void,
    WorkOrder,
)

if TYPE_CHECKING:
    from models.demo.orders import DemoOrders

DETAILS = ("order", "scope", "wanted_h", "appointment_h", "priority_reason", "grade", "cause", "cause_words",
           "about_department", "about", "hidden", "plan", "summary", "praised", "answer", "raised")
REACHES = ("reported", "registered", "assigned", "accepted", "working", "suspended", "finished", "rework", "calling",
           "archived", "merged", "void")

# What else is told around an order: the steps of a twist, and after which step of the work they come.
AROUND = {
    "void_asked": ("register", ("ask_void",)),
    "supported": ("note", ("ask_support", "support")),
    "support_asked": ("note", ("ask_support",)),
    "urged": ("", ("urge", "urge_again")),
    "party": ("", ("decide_party",)),
    "difficult": ("", ("mark_difficult",)),
    "handed_over": ("", ("hand_over",)),
    **ON_THEIR_PAGE,
}
# What comes back after it was inspected, by the owner's word.
BACK_BY_THE_OWNER = {"recontact": ("dispute",), "reopened": ("close", "reopen"), "reopened_online": ("close",)}
# Which department is asked, for what, and what it did.
SUPPORTS = {
    "supported": ("order", "请拉警戒线，提醒行人绕行。", "已拉警戒线，增加一名巡逻岗。"),
    "support_asked": ("environment", "疏通后地面有污水，请保洁冲洗并摆放警示牌。", ""),
}
NOTES = (
    "已到现场查看，先做好防护再开工。",
    "业主在家，已说明处理办法和大概时间。",
    "现场照片已拍，工具和材料齐全。",
    "与相邻住户确认过，只有这一处。",
)
CONTAINED = (
    "已关阀断电，现场拉了警戒线。",
    "已隔离现场，人员安全，继续处理。",
    "源头已切断，没有再扩大。",
)
WORDS = ("师傅来得快，谢谢。", "修好了，现场也收拾干净了。", "已经正常使用。", "态度很好，讲得明白。", "")


class Story(OnTheirPage):
    """One order's way through the loop. Each method is a step, done by who would do it."""

    def __init__(self, demo: "DemoOrders", row: dict[str, str]) -> None:
        self.demo, self.row, self.estate = demo, row, demo.estate
        self.more = demo.details.get(row["order"], dict.fromkeys(DETAILS, ""))
        self.chance = Random(int(row["order"]))  # noqa: S311 (demo data, not a secret)
        self.calls = Calls(self)
        self.category = Category.leaf(self.estate, row["category"])
        if row["state"] not in REACHES:
            raise Refused("import.bad_value", file="demo_orders.csv", value=f"state: {row['state']}")

    def plan(self) -> list[str]:
        """The names of the steps to the row's state, with what its twists tell around it."""
        steps = self._way()
        for twist in self.row["twist"].split():
            after, more = AROUND.get(twist, ("", ()))
            at = steps.index(after) + 1 if after in steps else len(steps)
            steps[at:at] = more
        return steps

    def _way(self) -> list[str]:
        state, twist = self.row["state"], self.row["twist"]
        contain = ["contain"] if self.category.limit.contain_min else []
        work = ["arrive", *contain, "note", "finish"]
        steps = ["report"]
        if state == "merged":
            return [*steps, "merge"]
        if state == "void":
            return [*steps, "register", "ask_void", "void"]
        if state == "reported":
            return steps
        steps.append("register")
        if self.more["answer"]:
            return steps
        if self.more["raised"]:
            steps.append("prioritize")
        if state == "registered":
            return steps
        if twist == "declined":
            steps += ["assign", "decline"]
        steps.append("grab" if twist == "grabbed" else "assign_firm" if twist == "firm" else "assign")
        if state == "assigned":
            return steps
        if twist != "grabbed":
            steps.append("accept")
        if twist == "rescheduled":
            steps.append("reschedule")
        if state == "accepted":
            return steps
        if twist == "transferred":
            steps += ["arrive", "note", "transfer", "accept"]
        if self.more["plan"]:
            work.insert(1, "make_plan")
        if state in ("working", "suspended"):
            steps += work[:-1]
            if state == "suspended" or twist == "hold_asked":
                steps.append("ask_hold")
            return [*steps, "suspend"] if state == "suspended" else steps
        steps += work
        if twist in BACK_BY_THE_OWNER:
            return [*steps, "pass_work", *BACK_BY_THE_OWNER[twist]]
        if twist == "returned" or state == "rework":
            steps.append("reject")
            if state == "rework":
                return steps
            steps += ["arrive", "finish"]  # in another round the danger is long over
        if state == "finished":
            return steps
        steps.append("pass_work")
        if twist in CALLS:
            return [*steps, *CALLS[twist]]
        if self._exempt or state == "calling":
            return [*steps, "no_answer"] if state == "calling" and twist == "no_answer" else steps
        if twist == "no_answer":
            steps.append("no_answer")
        if twist == "disputed":
            steps += ["dispute", "arrive", "note", "finish", "pass_work"]
        return [*steps, "rate_online" if twist == "rated" else "close"]

    def gap(self, name: str) -> timedelta:
        """How long before that step people took."""
        minutes = {"register": 4, "prioritize": 25, "make_plan": 90, "assign": 3, "accept": 6, "decline": 5,
                   "grab": 4, "assign_firm": 5, "transfer": 25, "reschedule": 7, "arrive": 18, "contain": 7,
                   "note": 10, "finish": 45, "ask_hold": 30, "suspend": 20, "reject": 90, "pass_work": 80,
                   "no_answer": 150, "dispute": 150, "reopen": 7 * 24 * 60, "close": 200, "merge": 6, "ask_void": 12,
                   "void": 25, "urge": 25, "urge_again": 30, "hand_over": 40, "decide_party": 15, "ask_support": 5,
                   "support": 20, "mark_difficult": 20, **OF_CALLS, **OF_THEIR_PAGE}[name]
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
        row, more, staff = self.row, self.more, self.demo.staff
        kind = row["kind"] or self.category.kind
        usual = row["priority"] == self.category.priority
        complaint = Classification(more["grade"], more["cause"], more["cause_words"], more["about_department"],
                                   staff.get(more["about"]), bool(more["hidden"]))
        self.order.register(
            self.category, by=self._desk, kind=row["kind"], priority="" if kind == "complaint" else row["priority"],
            read_back=True, details=Details(
                scope=more["scope"], wanted_at=self._hours_ahead(more["wanted_h"]),
                appointment_at=self._hours_ahead(more["appointment_h"]),
                priority_reason="" if usual else more["priority_reason"] or "按来电描述的情况定级。",
                complaint=complaint, praised=staff.get(more["praised"]), answer=more["answer"]))

    def prioritize(self) -> None:
        self.order.prioritize(self.more["raised"], self.more["priority_reason"], by=self._desk)

    def make_plan(self) -> None:
        Complaint.make_plan(self.order, self.more["plan"], agreed=True, agreed_at=now(), by=self.worker)

    def assign(self) -> None:
        if self.order.assignee is not None:  # a rule was faster
            self.worker = self.order.assignee
            return
        shortlist, named = Shortlist(self.order), self.row["technician"]
        declined = self.order.assignments.exists()  # type: ignore[attr-defined]
        likeliest = User.get_by_id(shortlist.everybody[0].id)
        self.worker = self.demo.staff[named] if named and not declined else likeliest
        why = "" if shortlist.fits(self.worker) else "当班师傅都在现场，他离得近，已电话说好。"
        self.order.assign(self.worker, by=self._desk, why=why)

    def assign_firm(self) -> None:
        """To the firm from outside to which the named person belongs."""
        self.worker = self.demo.staff[self.row["technician"]]
        firm = Firm.get_by_id(min(self.worker.firm_ids))
        why = "按维保合同由该单位处理。" if Assignment.by_rule_to(self.order) else ""
        self.order.assign(firm, by=self._desk, why=why)

    def grab(self) -> None:
        self.worker = self.demo.staff[self.row["technician"]]
        Assignment.grab(self.order, by=self.worker)

    def decline(self) -> None:
        Assignment.decline(self.order, "busy", "正在4栋抢修，一小时内走不开。", by=self.worker)

    def transfer(self) -> None:
        others = [one for one in Shortlist(self.order).everybody if one.id != self.worker.id]
        taker = User.get_by_id(others[0].id)
        by = self.worker if others[0].fits else self._supervisor
        Transfer.make(self.order, taker, "trade", "阀门已关、水已排空，只差换件；配件在门岗，业主知道换人来。", by=by)
        self.worker = taker

    def reschedule(self) -> None:
        day = self.estate.local(self.demo.now).date() + timedelta(days=1)
        Appointment.reschedule(self.order, self.estate.utc(datetime.combine(day, time(16, 30))), "owner_away",
                               by=self.worker, agreed=True, note="业主明天下午四点后在家。")

    def accept(self) -> None:
        self.order.accept(by=self.worker)

    def arrive(self) -> None:
        if self.order.kind != "complaint" or self.category.before_photos:
            self._photograph("before", max(1, self.category.before_photos))
        self.order.arrive(by=self.worker)

    def contain(self) -> None:
        self.order.contain(by=self.worker, note=self.chance.choice(CONTAINED))

    def note(self) -> None:
        Note.add(self.order, self.chance.choice(NOTES), by=self.worker)

    def finish(self) -> None:
        if self.order.kind != "complaint":
            self._photograph("after", max(1, self.category.after_photos))
        self.order.finish(self.row["done"], by=self.worker, hours=round(self.chance.uniform(0.5, 3), 1),
                          summary=self.more["summary"])

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
        Attempt.make(self.order, "answered", by=self.demo.staff["luxia"], told=Said(
            "partly", "dissatisfied", "插座是换了，但墙上开的洞没补，踢脚线也弄脏了。",
            {"reliability": 2, "response": 4, "assurance": 3, "empathy": 4, "tangibles": 1}, reasons=("R1", "R5"),
            manners=("badge",), fees="none"))

    def close(self) -> None:
        overall = "fairly" if self.chance.random() < 0.2 else "satisfied"
        Attempt.make(self.order, "answered", by=self.demo.staff["luxia"], told=content(
            self.chance, overall, self.chance.choice(WORDS), complaint=self.order.kind == "complaint"))

    def reopen(self) -> None:
        Reopening.make(self.order, "again", "修好三天后又开始滴，业主来电说接口处还是湿的。", by=self._desk)

    # -- what is told around it

    def merge(self) -> None:
        """Into the order that the twist names, as in "into:32"."""
        target = self.demo.stories[self.row["twist"].removeprefix("into:")].order
        Merge.into(self.order, target, by=self._desk, note="同一件事，已告知报事人。")

    def ask_void(self) -> None:
        Void.ask(self.order, "not_ours", "核对位置，不在本小区范围内，已告知报事人。", by=self._desk)

    def void(self) -> None:
        Void.confirm(self.order, by=self.demo.staff["guoqiang"])

    def urge(self) -> None:
        Urge.make(self.order, "等了一上午了，到底什么时候来？", by=self._desk, name=self.row["name"],
                  phone=self.row["phone"])

    def urge_again(self) -> None:
        Urge.make(self.order, "第二次来电，请师傅先回个电话。", by=self.demo.staff["zhaomin"])

    def hand_over(self) -> None:
        HandOver.give(self.order, self._colleague, "下午调休。业主要书面方案，答应今天五点前给答复。", by=self._desk)

    def decide_party(self) -> None:
        PartyDecision.make(self.order, "developer", "屋面防水在五年质保期内，已联系开发商报修。", by=self._desk)

    def mark_difficult(self) -> None:
        Difficulty.mark(self.order, "一个月内第三次，渗漏点没有找准，请防水单位做闭水试验。", by=self._supervisor)

    def ask_support(self) -> None:
        department, wanted, _ = self._support
        Support.ask(self.order, department, wanted, by=self._desk)

    def support(self) -> None:
        department, _, result = self._support
        supervisor = User.select().join(RoleOf).where(RoleOf.role == "supervisor", User.department == department).get()
        Support.give(self.order, result, by=supervisor, done=True)

    # -- who and what

    @property
    def _desk(self) -> User:
        return self.demo.staff["sunqi" if int(self.row["order"]) % 3 else "tangwen"]

    @property
    def _support(self) -> tuple[str, str, str]:
        return SUPPORTS["supported" if "supported" in self.row["twist"].split() else "support_asked"]

    @property
    def _colleague(self) -> User:
        return self.demo.staff["tangwen" if self._desk.login == "sunqi" else "sunqi"]

    @property
    def _supervisor(self) -> User:
        """A supervisor of the department that did the work, or any other who had no part in it."""
        supervisors = User.select().join(RoleOf).where(RoleOf.role == "supervisor").order_by(User.id)
        able = [user for user in supervisors
                if user.id not in self.order.parts["worker"] and not self.order.concerns(user)]
        return min(able, key=lambda user: user.department != self.category.department)

    def _hours_ahead(self, hours: str) -> datetime | None:
        """That many hours after now, at the full hour."""
        return (now() + timedelta(hours=int(hours))).replace(minute=0, second=0, microsecond=0) if hours else None

    def _photograph(self, stage: str, count: int) -> None:
        pictures = [self._picture(stage, nth) for nth in range(count)]
        with shelved(pictures):
            Photo.attach(self.order, pictures, stage, by=self.worker)

    def _picture(self, stage: str, nth: int) -> Picture:
        again = self.order.transfers.count() if stage != "report" else 0  # type: ignore[attr-defined]
        seed = int(self.row["order"]) * 10 + nth + 3 * again
        round = self.order.round if stage != "report" else 0
        taken = self.estate.local(now()).replace(tzinfo=None, microsecond=0)
        return Picture.read(BytesIO(draw(scene_for(self.category.code), stage, seed + 1000 * round, taken=taken)))
