"""A page costs the same number of reads however much there is to show."""
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest

from models.photo import Photo, Picture, shelved
from models.place import Place
from models.work_order import Note, WorkOrder
from tests.views.conftest import jpeg
from views.progress import link_to


class Counter(logging.Handler):
    """Collects the SQL that peewee says it sends."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.sent.append(str(record.msg))


@contextmanager
def counting() -> Iterator[list[str]]:
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


def test_a_search_that_finds_many_costs_as_many_reads_as_one_that_finds_one(browse: Any, home: Place) -> None:
    WorkOrder.report(home, "水管漏水", by=None)
    visitor, path = browse("sunqi"), "/work-orders?q=%E6%B0%B4"
    few = reads(visitor, path)
    for n in range(10):
        WorkOrder.report(home, f"水管漏水{n}", by=None)
    assert reads(visitor, path) == few <= 12


@pytest.mark.parametrize(("state", "login", "end", "most"), [
    ("working_order", "chenliang", "", 35), ("working_order", "guoqiang", "", 35), ("calling_order", "luxia", "", 35),
    ("finished_order", "guoqiang", "/inspection", 25), ("calling_order", "luxia", "/callback", 25),
    ("registered_order", "sunqi", "/assignment", 25), ("reported_order", "sunqi", "/registration", 20),
])
def test_an_order_with_many_photos_and_notes_costs_as_many_reads_as_one_with_few(
        browse: Any, request: pytest.FixtureRequest, chenliang: Any, sunqi: Any, state: str, login: str,
        end: str, most: int) -> None:
    order = request.getfixturevalue(state)
    visitor, path = browse(login), f"/work-orders/{order.number}{end}"
    Note.add(order, "第一条", by=sunqi)
    few = reads(visitor, path)
    if state in ("working_order", "finished_order", "calling_order"):
        add_photos(order, chenliang, 11, 12, 13)
    for n in range(6):
        Note.add(order, f"又一条{n}", by=sunqi if n % 2 else chenliang if order.assignee == chenliang else sunqi)
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
    (None, "/sign-in", 3), ("sunqi", "/account", 8), ("sunqi", "/work-orders/new", 10), ("sunqi", "/reports/new", 8),
    ("sunqi", "/places", 8), ("sunqi", "/places/sheet", 8), (None, "/r", 5),
])
def test_a_plain_page_costs_few_reads(browse: Any, login: str | None, path: str, most: int) -> None:
    assert reads(browse(login), path) <= most


def test_a_photo_costs_few_reads(browse: Any, working_order: WorkOrder) -> None:
    photo = Photo.get()
    assert reads(browse("guoqiang"), f"/photos/{photo.id}/small.jpg") <= 8
