"""The same verbs on PostgreSQL, by a setting alone."""
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import peewee
import pytest

from models.base import database, moment, now, rows
from models.callback.figures import FIGURES, Coverage, Period, behind, tallies, tally, trend, uncovered
from models.demo.orders import DemoOrders
from models.dispatch import Category
from models.errors import Stale
from models.estate_import import EstateFolder
from models.event import Event
from models.figure import Figure
from models.notification import KINDS, Channel, Cursor, Delivery, Message, Notification, Preference, Reply, notify
from models.patrol import Finding, Plan, Task, coverage
from models.patrol.board import DayBoard, calendar
from models.patrol.finding_board import FindingBoard
from models.patrol.matter import findings_of, found_first, rectified, reports_of
from models.place import Estate, Place
from models.storage import keep_photos_in, migrate, open_database
from models.user import User
from models.work_order import WorkOrder
from tests.conftest import MONDAY_MORNING
from tests.models.test_figures import SLOW_KEYS, slow_coverage, slow_tally

SERVER = os.environ.get("BIHUAN_TEST_POSTGRESQL", "postgresql://root@127.0.0.1/postgres")

pytestmark = pytest.mark.slow
NOON = MONDAY_MORNING + timedelta(hours=3)


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[None]:
    """A database of its own on the server, taken away afterwards."""
    pytest.importorskip("psycopg", reason="pip install 'psycopg[binary]' to run the PostgreSQL tests")
    base, _, _ = SERVER.rpartition("/")
    name = f"bihuan_test_{uuid.uuid4().hex[:12]}"
    opened = open_database(SERVER)
    try:
        opened.connect()
    except peewee.OperationalError:
        pytest.skip("no PostgreSQL answers; start one or name it in BIHUAN_TEST_POSTGRESQL")
    connection = opened.connection()
    connection.autocommit = True
    connection.execute(f"CREATE DATABASE {name}")
    keep_photos_in(str(tmp_path / "photos"))
    mine = open_database(f"{base}/{name}")
    yield
    if not mine.is_closed():
        mine.close()
    mine.close_all()
    connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    opened.close()
    opened.close_all()


def test_the_demo_plays_on_postgresql_and_its_chain_holds(postgresql: None) -> None:
    with database.connection_context(), moment(NOON):
        migrate()
        folder = EstateFolder(Path("demo"))
        with moment(NOON - timedelta(days=60)):
            estate = folder.load(password="open sesame")
        DemoOrders(folder, estate).play()
        states = {state for (state,) in rows(WorkOrder.select(WorkOrder.state).distinct())}
        assert {"reported", "registered", "assigned", "accepted", "working", "suspended", "finished", "rework",
                "calling", "archived", "merged", "void"} == states
        assert Event.first_broken() is None
        with pytest.raises(peewee.DatabaseError, match="append-only"):
            Event.update(verb="close").execute()
        the_patrol_reads_as_it_does_elsewhere(estate)
        the_callbacks_figures_are_those_of_a_slow_count(estate)


def the_patrol_reads_as_it_does_elsewhere(estate: Estate) -> None:
    """Boards and figures against a plain count of the same rows."""
    guoqiang, month = User.get(User.login == "guoqiang"), Period.month_of(now(), estate)
    over = [task for task in Task.select().where(Task.order.is_null(), Task.settled_at.is_null(False))
            if month.start <= task.starts_at < month.end]
    points = [visit for task in over for visit in task.visits]  # type: ignore[attr-defined]
    counted = coverage.whole(month)
    assert counted.walked == Figure("walked", sum(task.state == "done" for task in over), len(over))
    assert counted.missed == Figure(
        "missed_points", sum(visit.timing in ("missed", "made_up") for visit in points), len(points))
    for group in coverage.GROUPS:
        assert sum(line.missed.of for line in coverage.lines(month, group)) <= len(points)
    days = {estate.local(task.starts_at).date() for task in Task.select().where(Task.order.is_null())}
    walks = sum(len(walks) for day in days for _, cells in DayBoard.of(estate, day).rows for walks in cells.values())
    assert walks == Task.select().where(Task.order.is_null()).count()
    assert calendar(month)
    assert found_first(month).of > 0 and rectified(month)[0].of >= rectified(month)[1].met
    board = FindingBoard(estate, guoqiang)
    assert sum(board.counts().values()) == Finding.select().where(Finding.closed_at.is_null()).count()
    for finding in Finding.select():
        if finding.order is not None:
            assert finding in findings_of(finding.order, by=guoqiang)
            assert finding.order not in list(reports_of(finding, by=guoqiang))
    assert (Task.sweep(), Finding.sweep(), Plan.make_due()) == (0, 0, 0)


def the_callbacks_figures_are_those_of_a_slow_count(estate: Estate) -> None:
    manager = User.get(User.login == "zhaomin")
    year = Period.month_of(now(), estate).as_kind("year")
    whole = tally(year, by=manager)
    assert whole.counts["heard"] > 5
    assert (whole.counts, whole.marks, whole.reasons) == slow_tally(year, lambda row: True)
    assert sum(one.counts["passed"] for _, one in trend(year, by=manager)) == whole.counts["passed"]
    for group, key in SLOW_KEYS.items():
        for row in tallies(year, group, by=manager):
            assert row.tally.counts == slow_tally(
                year, lambda one, key=key, row=row: key(one) == row.key)[0]  # type: ignore[misc]
    covered, lacking = slow_coverage(year)
    assert Coverage.of(year, by=manager) == covered
    assert {one.number for one in uncovered(year, by=manager, most=100)[0]} == lacking
    for figure in FIGURES:
        page, _ = behind(year, figure, by=manager, after=f"{now().isoformat()}~1")
        assert len(page) == min(25, whole.figures[figure].missed)


def test_of_eight_who_assign_at_once_on_postgresql_one_wins(postgresql: None) -> None:
    with database.connection_context():
        migrate()
        folder = EstateFolder(Path("demo"))
        estate = folder.load(password="open sesame")
        order = WorkOrder.register_call(
            Place.named(estate, "8栋2单元1503"), "水龙头滴水", Category.leaf(estate, "1002"), channel="phone",
            name="王女士", phone="13800001234", read_back=True, by=User.get(User.login == "sunqi"))

    def assign(login: str) -> bool:
        with database.connection_context():
            mine = WorkOrder.get(WorkOrder.id == order.id)
            mine.seen = order.version
            try:
                mine.assign(User.get(User.login == login), by=User.get(User.login == "sunqi"), why="就近处理")
            except Stale:
                return False
            return True

    with ThreadPoolExecutor(8) as people:
        won = list(people.map(assign, ["chenliang", "xuwei", "dongfei", "panhai"] * 2))
    with database.connection_context():
        assert won.count(True) == 1
        assert Event.select().where(Event.subject == order.number, Event.verb == "assign").count() == 1
        assert Event.first_broken() is None


def test_two_workers_on_postgresql_tell_everybody_once_and_one_sends(
    postgresql: None, monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(Channel, "say", lambda self, message: said.append(message.text) or Reply("ok"))
    with database.connection_context():
        migrate()
        estate = EstateFolder(Path("demo")).load(password="open sesame")
        admin, sunqi = User.get(User.login == "admin"), User.get(User.login == "sunqi")
        Preference.state(by=sunqi, wanted=list(KINDS), quiet_from="22:00", quiet_to="22:01")
        Preference.state(by=sunqi, wanted=list(KINDS))
        Channel.add(estate, "wecom", by=admin, name="群", is_on=True, wanted=["office"], address="https://x.example.com/")
        for n in range(20):
            WorkOrder.report(Place.named(estate, "8栋2单元1503"), f"第{n}件", by=None)

    def work(_: int) -> None:
        with database.connection_context():
            notify(batch=3)
            Delivery.send_due(lambda delivery: Message("", delivery.order.number))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    with database.connection_context():
        Delivery.send_due(lambda delivery: Message("", delivery.order.number))
        assert Cursor.at() == 20
        assert Notification.select().count() == 60
        assert Notification.unread_count(sunqi) == 20
        first = Notification.page(sunqi)[0]
        assert len(first) == 20
        assert Notification.read_all(sunqi, newest=first[4].place) == 16
        assert sorted(said) == sorted(set(said))
        assert len(said) == 20
