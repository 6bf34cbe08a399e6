"""A page costs the same number of reads however much there is to show, and none reads all that ever happened."""
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from models.base import database, now
from models.callback import Attempt, HouseholdAttempt, HouseholdCall, Policy, Said
from models.photo import Photo, Picture, shelved
from models.place import Place
from models.work_order import Inspection, Note, Talk, WorkOrder
from tests.conftest import judged_good
from tests.views.conftest import jpeg
from views.progress import link_to


class Counter(logging.Handler):
    """Collects what peewee says it sends: the SQL, and what stands for its question marks."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.sent.append(record.msg)  # type: ignore[arg-type]  # peewee logs a pair


@contextmanager
def counting() -> Iterator[list[tuple[str, Any]]]:
    counter, logger = Counter(), logging.getLogger("peewee")
    level = logger.level
    logger.addHandler(counter)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield counter.sent
    finally:
        logger.removeHandler(counter)
        logger.setLevel(level)
        logger.propagate = True


def reads(visitor: Any, path: str) -> int:
    visitor.get(path)
    with counting() as sent:
        visitor.get(path)
    assert sent
    return len(sent)


# What grows for as long as an estate works with it.
HISTORY = {"work_order", "event", "callback", "answer", "attempt", "talk", "completion", "inspection", "deadline"}
NAMED = re.compile(r'"(\w+)" AS "(t\d+)"')


def read_through(visitor: Any, path: str) -> list[str]:
    """Which of those tables a page reads from end to end, each with the read that does."""
    visitor.get(path)
    with counting() as sent:
        visitor.get(path)
    found = []
    for sql, params in [(sql, params) for sql, params in sent if sql.startswith(("SELECT", "WITH"))]:
        names: dict[str, set[str]] = {}
        for table, alias in NAMED.findall(sql):
            names.setdefault(alias, set()).add(table)
        for *_, step in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall():
            scanned = re.match(r"SCAN (\w+)", step)
            if scanned and names.get(scanned[1], set()) & HISTORY:
                found.append(f"{step}: {sql}")
    return found


def add_photos(order: WorkOrder, by: Any, *seeds: int) -> None:
    for stage in ("before", "during", "after"):
        pictures = [Picture.read(BytesIO(jpeg(seed))) for seed in seeds]
        with shelved(pictures):
            Photo.attach(order, pictures, stage, by=by)


@pytest.mark.parametrize(("login", "queue", "most"), [
    ("sunqi", "reported", 12), ("sunqi", "registered", 12), ("guoqiang", "doing", 14), ("zhaomin", "doing", 18),
])
def test_a_list_of_many_costs_as_many_reads_as_a_list_of_few(
        browse: Any, home: Place, burst_pipe: Any, sunqi: Any, chenliang: Any, login: str, queue: str,
        most: int) -> None:
    def add(count: int) -> None:
        for n in range(count):
            order = WorkOrder.report(home, f"第{n}件事", by=None)
            if queue != "reported":
                order.register(burst_pipe, by=sunqi, read_back=True)
            if queue == "doing":
                order.assign(chenliang, by=sunqi)

    visitor, path = browse(login), f"/work-orders?queue={queue}"
    add(2)
    few = reads(visitor, path)
    add(10)
    assert reads(visitor, path) == few
    assert few <= most


@pytest.mark.parametrize(("login", "most"), [("luxia", 20), ("zhaomin", 25), ("sunqi", 22)])
def test_the_call_list_costs_as_many_reads_for_many_calls_as_for_few(
        browse: Any, calling_order: WorkOrder, home: Place, burst_pipe: Any, sunqi: Any, chenliang: Any, guoqiang: Any,
        luxia: Any, login: str, most: int) -> None:
    visitor, path = browse(login), "/work-orders?queue=calling"
    Attempt.make(calling_order, "no_answer", by=luxia)
    few = reads(visitor, path)
    for n in range(5):
        order = WorkOrder.report(home, f"第{n}件事", by=None, name="王女士", phone="13800001234")
        order.register(burst_pipe, by=sunqi, read_back=True)
        order.assign(chenliang, by=sunqi)
        order.accept(by=chenliang)
        order.arrive(by=chenliang, no_photo_reason="太暗")
        add_photos(order, chenliang, 20 + n, 30 + n)
        order.finish("换了软管", by=chenliang)
        Inspection.pass_work(order, judged_good(order), by=guoqiang)
        Attempt.make(order, "busy_off", by=luxia)
    assert reads(visitor, path) == few
    assert few <= most


def test_a_search_that_finds_many_costs_as_many_reads_as_one_that_finds_one(browse: Any, home: Place) -> None:
    WorkOrder.report(home, "水管漏水", by=None)
    visitor, path = browse("sunqi"), "/work-orders?q=%E6%B0%B4"
    few = reads(visitor, path)
    for n in range(10):
        WorkOrder.report(home, f"水管漏水{n}", by=None)
    assert reads(visitor, path) == few <= 12


@pytest.mark.parametrize(("state", "login", "end", "most"), [
    ("working_order", "chenliang", "", 46), ("working_order", "guoqiang", "", 46), ("calling_order", "luxia", "", 46),
    ("finished_order", "guoqiang", "/inspection", 25), ("calling_order", "luxia", "/callback", 36),
    ("registered_order", "sunqi", "/assignment", 28), ("reported_order", "sunqi", "/registration", 24),
])
def test_an_order_with_many_photos_and_notes_costs_as_many_reads_as_one_with_few(
        browse: Any, request: pytest.FixtureRequest, chenliang: Any, sunqi: Any, state: str, login: str,
        end: str, most: int) -> None:
    order = request.getfixturevalue(state)
    visitor, path = browse(login), f"/work-orders/{order.number}{end}"
    Note.add(order, "第一条", by=sunqi)
    Talk.note(order, "phone", "第一次", by=sunqi)
    few = reads(visitor, path)
    if state in ("working_order", "finished_order", "calling_order"):
        add_photos(order, chenliang, 11, 12, 13)
    for n in range(6):
        Note.add(order, f"又一条{n}", by=sunqi if n % 2 else chenliang if order.assignee == chenliang else sunqi)
        Talk.note(order, "phone", f"又讲一次 {n}", by=sunqi)
    assert reads(visitor, path) == few
    assert few <= most


def test_the_owners_page_costs_the_same_with_many_photos(
        browse: Any, web: Any, finished_order: WorkOrder, chenliang: Any) -> None:
    with web.test_request_context():
        link = link_to(finished_order).removeprefix("http://localhost")
    owner = browse()
    few = reads(owner, link)
    add_photos(finished_order, chenliang, 11, 12, 13)
    assert reads(owner, link) == few <= 20


@pytest.mark.parametrize(("login", "path", "most"), [
    (None, "/sign-in", 3), ("sunqi", "/account", 8), ("sunqi", "/work-orders/new", 10), ("sunqi", "/reports/new", 10),
    ("sunqi", "/places", 8), ("sunqi", "/places/sheet", 8), (None, "/r", 5), ("sunqi", "/notifications", 8),
    ("sunqi", "/notifications/preferences", 8), ("sunqi", "/notifications/count", 4), ("admin", "/channels", 8),
])
def test_a_plain_page_costs_few_reads(browse: Any, login: str | None, path: str, most: int) -> None:
    assert reads(browse(login), path) <= most


def test_a_photo_costs_few_reads(browse: Any, working_order: WorkOrder) -> None:
    photo = Photo.get()
    assert reads(browse("guoqiang"), f"/photos/{photo.id}/small.jpg") <= 8


@pytest.fixture
def home_called(home: Place, luxia: Any) -> HouseholdCall:
    """A call to one of two homes that left a phone with an order."""
    for one in (home, Place.named(home.estate, "1栋1单元0101")):
        WorkOrder.report(one, "灯不亮", by=None, name="王女士", phone="13800001234")
    [call] = HouseholdCall.plan([home], "regular", home.estate.local(now()).date(), by=luxia)
    return call


def more_of_homes(home: Place, by: Any, *, after: int, many: int) -> None:
    """More of everything that the pages of homes show: calls that were answered, with their attempts, to this home,
    and planned ones to others with orders and talks.
    """
    today = home.estate.local(now()).date()
    for _ in range(many):
        [call] = HouseholdCall.plan([home], "regular", today, by=by)
        HouseholdAttempt.make(call, "later", by=by, agreed_at=now() + timedelta(hours=3))
        HouseholdAttempt.make(call, "answered", by=by, told=Said("", "satisfied", need="加灯", suggestion="多种树"))
    others = Place.select().where(Place.kind == "home", Place.id != home.id).order_by(Place.id)
    for other in others.offset(after).limit(many):
        Talk.note(WorkOrder.report(other, "灯不亮", by=None, name="李先生", phone="13900005678"), "phone", "好", by=by)
        HouseholdCall.plan([other], "care", today, by=by)


@pytest.mark.parametrize(("path", "most"), [
    ("/household-calls", 9), ("/household-calls/{call}", 24), ("/households/{home}", 22), ("/households/coverage", 11),
])
def test_the_pages_of_homes_cost_as_many_reads_for_many_as_for_few(
        browse: Any, home_called: HouseholdCall, luxia: Any, path: str, most: int) -> None:
    call, home = home_called, home_called.home
    visitor, path = browse("luxia"), path.format(call=call.id, home=home.id)
    HouseholdAttempt.make(call, "answered", by=luxia, told=Said("", "satisfied", need="加灯"))
    more_of_homes(home, luxia, after=0, many=1)
    few = reads(visitor, path)
    more_of_homes(home, luxia, after=1, many=6)
    assert reads(visitor, path) == few <= most


@pytest.mark.parametrize("path", ["/callback-policy", "/callback-policy/new", "/callback-policy/sheet"])
def test_the_policy_costs_as_many_reads_after_many_changes_as_after_none(
        browse: Any, estate: Any, zhaomin: Any, path: str) -> None:
    visitor = browse("zhaomin")
    few = reads(visitor, path)
    for n in range(6):
        Policy.of(estate).change({"due_h": str(30 + n)}, "试试", by=zhaomin)
    assert reads(visitor, path) == few <= 9


@pytest.mark.parametrize(("login", "path"), [
    ("luxia", "/work-orders?queue=calling"), ("luxia", "/work-orders/{order}/callback"),
    ("luxia", "/households?days=0"), ("luxia", "/households?care=1"), ("luxia", "/household-calls"),
    ("luxia", "/household-calls/{call}"), ("luxia", "/households/{home}"), ("luxia", "/households/coverage"),
    ("renmei", "/spot-checks"), ("renmei", "/figures"),
    ("renmei", "/figures?group=technician"), ("renmei", "/figures?group=caller"), ("renmei", "/figures?group=grid"),
    ("renmei", "/figures?group=category"), ("renmei", "/figures/orders?figure=redone"),
    ("renmei", "/figures/uncovered"), ("renmei", "/callback-policy"),
])
def test_no_page_of_callbacks_reads_all_that_ever_happened(
        browse: Any, calling_order: WorkOrder, home_called: HouseholdCall, login: str, path: str) -> None:
    path = path.format(order=calling_order.number, call=home_called.id, home=home_called.home.id)
    assert read_through(browse(login), path) == []
