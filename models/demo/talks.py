"""What the demo's people talked about with owners: talks, two care notes, and a round of calls half made."""
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from models.callback import HouseholdAttempt, HouseholdCall, Said
from models.place import Place
from models.work_order import CareNote, Talk

if TYPE_CHECKING:
    from models.demo.orders import DemoOrders

# Which order's owner, how long ago in hours, who talked, how, and what was said.
TALKS = (
    ("82", 300, "sunqi", "phone", "高女士说补过的地方旁边又湿了，问何时彻底做。答复：先局部重做，下雨天上门复看。"),
    ("10", 150, "tangwen", "phone", "周女士说墙洞补得不错。她婆婆白天在家，以后上门请先打她手机，别直接敲门。"),
    ("24", 40, "heguangjun", "visit", "上门看过屋顶，高女士同意等晴天再做闭水试验，请提前一天通知。"),
    ("37", 6, "tangwen", "phone", "曹女士要求今天给准信，并说不要再让她重复讲经过。答复：由客服汤雯一人对接。"),
)
CARE = (
    ("2栋2单元0501", ["elderly", "hearing"], "刘阿姨听力不好，门铃多按几次；白天一个人在家。", "sunqi"),
    ("9栋2单元1804", ["children", "pets"], "家里有两岁孩子，工具不要放地上；狗见生人会叫。", "tangwen"),
)
ROUND = ("4栋1单元0602", "4栋2单元0302", "2栋2单元0501", "1栋1单元0302", "8栋2单元1503")
# Which of them was called yesterday at what time, how it went, and what they said.
CALLED = (
    ("4栋2单元0302", time(10, 10), "answered", Said(
        overall="satisfied", words="平时都挺好，客服电话好打。", scores={"response": 5, "empathy": 5},
        suggestion="地库出口的反光镜太小，建议换大一点。")),
    ("2栋2单元0501", time(10, 25), "answered", Said(
        overall="fairly", words="师傅都客气，就是电话里说得快，我听不清。", need="想请人教一下怎么用扫码报修。")),
    ("4栋1单元0602", time(10, 40), "no_answer", None),
)


def talk_steps(demo: "DemoOrders") -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Each with the time it was done at."""
    staff, estate = demo.staff, demo.estate
    for order, hours, login, way, words in TALKS:
        yield demo.now - timedelta(hours=hours), partial(_talk, demo, order, login, way, words)
    for home, codes, text, login in CARE:
        yield demo.now - timedelta(days=9), partial(
            CareNote.write, Place.named(estate, home), codes, text, consent=True, by=staff[login])
    yesterday = estate.local(demo.now).date() - timedelta(days=1)
    yield _at(demo, yesterday, time(9, 5)), partial(
        HouseholdCall.plan, [Place.named(estate, home) for home in ROUND], "season", yesterday + timedelta(days=6),
        by=staff["luxia"], note="入冬前问一声：家里热不热，有没有老人需要帮忙？")
    for home, hour, outcome, told in CALLED:
        yield _at(demo, yesterday, hour), partial(_call, demo, home, outcome, told)


def _talk(demo: "DemoOrders", order: str, login: str, way: str, words: str) -> None:
    Talk.note(demo.stories[order].order, way, words, by=demo.staff[login])


def _call(demo: "DemoOrders", home: str, outcome: str, told: Said | None) -> None:
    call = HouseholdCall.get(HouseholdCall.home == Place.named(demo.estate, home))
    HouseholdAttempt.make(call, outcome, by=demo.staff["luxia"], told=told)


def _at(demo: "DemoOrders", day: date, hour: time) -> datetime:
    return demo.estate.utc(datetime.combine(day, hour))
