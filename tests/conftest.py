"""The cast and the stage: one estate loaded once, a fresh copy of it for every test."""
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from webtest import TestApp, Upload

import models.user.record
from app import Settings, configure, create_app
from models.base import database, moment, now
from models.callback import Attempt, Callback, Policy, Said
from models.callback.figures import Period
from models.demo.drawings import draw
from models.dispatch import Category
from models.estate_import import EstateFolder
from models.photo import Photo, Picture, shelved
from models.place import Estate, Place
from models.storage import keep_photos_in, migrate, open_database
from models.user import User
from models.work_order import Inspection, WorkOrder

ROOT = Path(__file__).parent.parent
PASSWORD = "open sesame 闭环"
# A promise that lies ahead, as a field for day and time says it.
AHEAD = f"{datetime.now() + timedelta(days=20):%Y-%m-%dT09:00}"
MONDAY_MORNING = datetime(2026, 11, 23, 1, 0)  # 09:00 in Asia/Shanghai

# Real hashing, as weak as it goes: a test signs in a hundred times a minute.
models.user.record.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
models.user.record.NOBODYS_HASH = models.user.record.hasher.hash("nobody has this password")


class Compiled(BytecodeCache):
    """Templates compiled once a process: every test has an app of its own, which would compile them again."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def open_at_all_hours(estate: Estate) -> None:
    """Owners may be rung up whenever the tests run. What the usual policy forbids has tests of its own."""
    Policy.update(ended_at=now()).where(Policy.estate == estate, Policy.ended_at.is_null()).execute()
    Policy.create(estate=estate, hours="00:00-24:00", slots=1, gap_h=0)


Prepared = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A data folder of this worker's own, copied from one that the first worker to need it prepared for all."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def copy(name: str, prepare: Callable[[Path], None]) -> Path:
        original = shared / f"{name}-original"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not original.exists():
                being_made = shared / f"{name}-being-made"
                shutil.rmtree(being_made, ignore_errors=True)
                being_made.mkdir()
                prepare(being_made)
                being_made.rename(original)
        return Path(shutil.copytree(original, tmp_path_factory.mktemp(name) / "data"))
    return copy


@pytest.fixture(scope="session")
def estate_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the estate of demo/ and no orders yet."""
    path = tmp_path_factory.mktemp("estate") / "bihuan.db"
    opened = open_database(f"sqlite:///{path}")
    with database.connection_context():
        migrate()
        with moment(MONDAY_MORNING - timedelta(days=60)):
            open_at_all_hours(EstateFolder(ROOT / "demo").load(password=PASSWORD))
        opened.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def stage(estate_file: Path, tmp_path: Path) -> Iterator[Path]:
    """An installation of its own for one test, with the estate in it; its data folder."""
    shutil.copy(estate_file, tmp_path / "bihuan.db")
    opened = open_database(f"sqlite:///{tmp_path / 'bihuan.db'}")
    keep_photos_in(str(tmp_path / "photos"))
    database.connect()
    yield tmp_path
    opened.close_all() if hasattr(opened, "close_all") else opened.close()


@pytest.fixture
def estate(stage: Path) -> Estate:
    return Estate.get()


# -- the cast


def person(login: str) -> Any:
    @pytest.fixture(name=login)
    def found(stage: Path) -> User:
        return User.get(User.login == login)
    return found


sunqi = person("sunqi")              # service desk
tangwen = person("tangwen")          # service desk, takes complaints
chenliang = person("chenliang")      # technician: plumbing, drains
xuwei = person("xuwei")              # technician: plumbing, general
heguangjun = person("heguangjun")    # supervisor who also works
guoqiang = person("guoqiang")        # supervisor
luxia = person("luxia")              # callback agent
zhaomin = person("zhaomin")          # manager and supervisor
machunsheng = person("machunsheng")  # patrol officer
yzdb = person("yzdb")                # owners' representative
admin = person("admin")


# -- pictures


@cache
def drawing(seed: int = 1, stage: str = "after", **more: Any) -> bytes:
    return draw("tap", stage, seed, **more)


@cache
def picture(seed: int = 1, stage: str = "after", **more: Any) -> Picture:
    return Picture.read(BytesIO(drawing(seed, stage, **more)))


def add_photos(order: WorkOrder, stage: str, *seeds: int, by: User | None) -> list[Photo]:
    pictures = [picture(seed, stage) for seed in seeds]
    with shelved(pictures):
        return Photo.attach(order, pictures, stage, by=by)


# -- one order, as far as a test needs it


@pytest.fixture
def home(estate: Estate) -> Place:
    return Place.named(estate, "8栋2单元1503")


@pytest.fixture
def burst_pipe(estate: Estate) -> Category:
    """An urgent category that asks for one before photo and two after photos."""
    return Category.leaf(estate, "1001")


@pytest.fixture
def reported_order(home: Place) -> WorkOrder:
    return WorkOrder.report(home, "厨房软管爆了,水流到客厅", by=None, name="王女士", phone="13800001234")


@pytest.fixture
def registered_order(reported_order: WorkOrder, burst_pipe: Category, sunqi: User) -> WorkOrder:
    reported_order.register(burst_pipe, by=sunqi, read_back=True)
    return reported_order


@pytest.fixture
def assigned_order(registered_order: WorkOrder, chenliang: User, sunqi: User) -> WorkOrder:
    registered_order.assign(chenliang, by=sunqi)
    return registered_order


@pytest.fixture
def accepted_order(assigned_order: WorkOrder, chenliang: User) -> WorkOrder:
    assigned_order.accept(by=chenliang)
    return assigned_order


@pytest.fixture
def working_order(accepted_order: WorkOrder, chenliang: User) -> WorkOrder:
    add_photos(accepted_order, "before", 1, by=chenliang)
    accepted_order.arrive(by=chenliang)
    return accepted_order


def finish(order: WorkOrder, by: User, *seeds: int) -> WorkOrder:
    add_photos(order, "after", *(seeds or (1, 2)), by=by)
    order.finish("更换软管,试水三十分钟不漏", by=by)
    return order


def a_month_ago(estate: Estate) -> Period:
    """Last month, into which everything is put that was settled: its sample may be drawn."""
    month = Period.month_of(now(), estate).before()
    Callback.update(settled_at=month.start + timedelta(days=1)).where(Callback.settled_at.is_null(False)).execute()
    return month


def judged_good(order: WorkOrder) -> dict[int, str]:
    return {photo.id: "" for photo in order.photos_of("after")}


@pytest.fixture
def finished_order(working_order: WorkOrder, chenliang: User) -> WorkOrder:
    return finish(working_order, chenliang)


@pytest.fixture
def calling_order(finished_order: WorkOrder, guoqiang: User) -> WorkOrder:
    Inspection.pass_work(finished_order, judged_good(finished_order), by=guoqiang)
    return finished_order


@pytest.fixture
def archived_order(calling_order: WorkOrder, luxia: User) -> WorkOrder:
    Attempt.make(calling_order, "answered", by=luxia, told=Said(solved="yes", overall="satisfied"))
    return calling_order


# -- the web


def over(stage: Path) -> Settings:
    return Settings.read({"BIHUAN_DATA": str(stage), "BIHUAN_HTMX": "local"})


@pytest.fixture
def new_web(stage: Path) -> Any:
    """An application that has answered nothing yet."""
    app = create_app(over(stage))
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = COMPILED
    return app


APPS: list[Any] = []


@pytest.fixture
def web(stage: Path, request: pytest.FixtureRequest) -> Any:
    """The application over the test's installation: one a process, as making its map of addresses takes its time."""
    if not APPS:
        APPS.append(request.getfixturevalue("new_web"))
    configure(APPS[0], over(stage))
    return APPS[0]


def visitor(app: Any, login: str | None = None, *, lang: str = "zh-CN") -> TestApp:
    """Somebody who is not signed in, or that colleague; neither runs JavaScript."""
    browser = TestApp(app, extra_environ={"HTTP_ACCEPT_LANGUAGE": lang, "REMOTE_ADDR": "203.0.113.7"})
    if login:
        form = browser.get("/sign-in").forms[0]
        form["login"], form["password"] = login, PASSWORD
        assert form.submit().status_code == 303
    return browser


@pytest.fixture
def browse(web: Any) -> Any:
    """`browse()` is an owner, `browse("sunqi")` is Sun Qi."""
    from views.throttle import limiter

    limiter.reset()
    return partial(visitor, web)


def upload(*pictures: bytes, name: str = "photo.jpg") -> list[Upload]:
    return [Upload(f"{n}-{name}", content) for n, content in enumerate(pictures)]
