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
from models.demo.orders import DemoOrders
from models.errors import Stale
from models.estate_import import EstateFolder
from models.event import Event
from models.storage import keep_photos_in, migrate, open_database
from models.user import User
from models.work_order import WorkOrder

SERVER = os.environ.get("BIHUAN_TEST_POSTGRESQL", "postgresql://root@127.0.0.1/postgres")

pytestmark = pytest.mark.slow


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
    with database.connection_context():
        migrate()
        folder = EstateFolder(Path("demo"))
        with moment(now() - timedelta(days=60)):
            estate = folder.load(password="open sesame")
        DemoOrders(folder, estate).play()
        states = {state for (state,) in rows(WorkOrder.select(WorkOrder.state).distinct())}
        assert {"reported", "registered", "assigned", "accepted", "working", "suspended", "finished", "rework",
                "calling", "archived"} == states
        assert Event.first_broken() is None
        with pytest.raises(peewee.DatabaseError, match="append-only"):
            Event.update(verb="close").execute()


def test_of_eight_who_assign_at_once_on_postgresql_one_wins(postgresql: None) -> None:
    with database.connection_context():
        migrate()
        folder = EstateFolder(Path("demo"))
        estate = folder.load(password="open sesame")
        DemoOrders(folder, estate).play()
        order = WorkOrder.get(WorkOrder.state == "registered")

    def assign(login: str) -> bool:
        with database.connection_context():
            mine = WorkOrder.get(WorkOrder.id == order.id)
            mine.seen = order.version
            try:
                mine.assign(User.get(User.login == login), by=User.get(User.login == "sunqi"))
            except Stale:
                return False
            return True

    with ThreadPoolExecutor(8) as people:
        won = list(people.map(assign, ["chenliang", "xuwei", "dongfei", "panhai"] * 2))
    with database.connection_context():
        assert won.count(True) == 1
        assert Event.select().where(Event.subject == order.number, Event.verb == "assign").count() == 1
        assert Event.first_broken() is None
