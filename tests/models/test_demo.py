"""The demo: every state on screen, played by the rules that hold for everybody."""
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from models.base import database, moment, now, rows
from models.callback import Attempt, Callback
from models.demo.orders import DemoOrders
from models.estate_import import EstateFolder
from models.event import Event
from models.jobs import damage
from models.photo import Photo
from models.storage import keep_photos_in, migrate, open_database
from models.user import Phone, User
from models.work_order import Completion, Inspection, WorkOrder
from models.work_order.moves import PARTS, STATES
from tests.conftest import MONDAY_MORNING, PASSWORD, ROOT

pytestmark = pytest.mark.slow
NOON = MONDAY_MORNING + timedelta(hours=3)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("demo")
    opened = open_database(f"sqlite:///{data / 'bihuan.db'}")
    keep_photos_in(str(data / "photos"))
    with database.connection_context():
        migrate()
        folder = EstateFolder(ROOT / "demo")
        with moment(NOON - timedelta(days=60)):
            estate = folder.load(password=PASSWORD, is_demo=True)
        with moment(NOON):
            DemoOrders(folder, estate).play()
    opened.close()
    return data


@pytest.fixture(autouse=True)
def on_stage(played: Path) -> Iterator[None]:
    open_database(f"sqlite:///{played / 'bihuan.db'}")
    keep_photos_in(str(played / "photos"))
    with database.connection_context(), moment(NOON):
        yield


def test_every_state_is_on_screen() -> None:
    assert {state for (state,) in rows(WorkOrder.select(WorkOrder.state).distinct())} == set(STATES)


def test_every_row_of_the_file_reached_the_state_it_names() -> None:
    wanted = sorted((row["text"], row["state"]) for row in EstateFolder(ROOT / "demo").rows("demo_orders.csv", "order"))
    assert sorted((order.text, order.state) for order in WorkOrder.select()) == wanted


def test_phones_in_the_field_were_heard_of_and_one_holds_work_of_yesterday() -> None:
    estate = WorkOrder.get().estate
    assert [(phone.user.login, phone.waiting, phone.age) for phone in Phone.of_staff([estate])] == [
        ("xuwei", 3, "yellow"), ("chenliang", 0, "")]


def test_its_chain_is_whole_and_no_file_is_missing() -> None:
    assert damage() == []
    assert Event.select().count() > 300


def test_every_finished_order_has_a_callback_or_an_exemption_of_its_round() -> None:
    owed = {(callback.order_id, callback.round) for callback in Callback.select()}
    assert {(done.order_id, done.round) for done in Completion.select()} == owed
    for order in WorkOrder.select().where(WorkOrder.state == "archived"):
        answered = Attempt.of(order).where(Attempt.outcome == "answered").exists()
        assert bool(order.callback.exemption) != answered, order.number
        assert order.exemption == order.callback.exemption


def test_nobody_inspected_or_called_their_own_work() -> None:
    for order in WorkOrder.select():
        parts = order.parts
        assert set(parts) == set(PARTS.values())
        for one, other in (("worker", "inspector"), ("worker", "caller"), ("inspector", "caller")):
            assert not parts[one] & parts[other], order.number
    assert Inspection.select().exists()
    assert Attempt.select().exists()


def test_nothing_happens_in_the_future_and_the_story_runs_in_order() -> None:
    times = [at for (at,) in rows(Event.select(Event.at).order_by(Event.id))]
    assert times == sorted(times)
    assert times[-1] <= now()


def test_every_event_of_an_order_is_not_before_its_report() -> None:
    for order in WorkOrder.select():
        assert all(event.at >= order.reported_at for event in Event.about(order.number)), order.number


def test_no_photo_is_flagged_out_of_its_orders_time() -> None:
    assert Photo.select().count() > 80
    assert not [photo.id for photo in Photo.select() if "out_of_time" in photo.flag_codes]


def test_every_role_finds_something_to_do() -> None:
    from models.work_order.lists import counts

    for login in ("sunqi", "guoqiang", "luxia", "zhaomin", "chenliang"):
        assert sum(counts(User.get(User.login == login)).values()), login
