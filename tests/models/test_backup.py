"""The backup: everything an installation must not lose, and the way back into an empty one."""
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.base import database
from models.errors import Refused
from models.event import Event
from models.jobs import damage
from models.photo import Photo
from models.storage import keep_photos_in, open_database, photo_files
from models.storage.backup import Backup
from models.user import User
from models.work_order import WorkOrder


@pytest.fixture
def data(stage: Path) -> Path:
    (stage / "secret").write_text("the installation's secret")
    return stage


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("other") / "data"


@pytest.fixture
def opened(other: Path) -> Iterator[Path]:
    """Whatever lies in the other folder by the time of the first query, opened; the first one again afterwards."""
    yield other
    if not database.is_closed():
        database.close()


def open_installation(data: Path) -> None:
    database.close()
    open_database(f"sqlite:///{data / 'bihuan.db'}")
    keep_photos_in(str(data / "photos"))
    database.connect()


def restore(folder: Path, data: Path) -> str:
    """As the command does it: in an installation of its own that nobody has opened yet."""
    database.close()
    open_database(f"sqlite:///{data / 'bihuan.db'}")
    keep_photos_in(str(data / "photos"))
    return Backup(folder).restore(data, photo_files())


def test_what_was_backed_up_comes_back_whole(
    data: Path, finished_order: WorkOrder, opened: Path, tmp_path: Path,
) -> None:
    told = [(event.id, event.hash) for event in Event.select().order_by(Event.id)]
    photos = Photo.select().count()
    assert "9 photo files" in Backup(tmp_path / "backup").make(data, photo_files())
    restore(tmp_path / "backup", opened)
    open_installation(opened)
    assert [(event.id, event.hash) for event in Event.select().order_by(Event.id)] == told
    assert Photo.select().count() == photos == 3
    assert WorkOrder.get(WorkOrder.number == finished_order.number).state == "finished"
    assert damage() == []
    assert (opened / "secret").read_text() == "the installation's secret"


def test_a_restored_installation_goes_on(
    data: Path, finished_order: WorkOrder, opened: Path, tmp_path: Path,
) -> None:
    from models.work_order import Inspection
    from tests.conftest import judged_good

    Backup(tmp_path / "backup").make(data, photo_files())
    restore(tmp_path / "backup", opened)
    open_installation(opened)
    order = WorkOrder.get()
    Inspection.pass_work(order, judged_good(order), by=User.get(User.login == "guoqiang"))
    assert Event.first_broken() is None
    assert WorkOrder.get().state == "calling"


def test_a_backup_is_of_one_moment(data: Path, working_order: WorkOrder, opened: Path, tmp_path: Path) -> None:
    Backup(tmp_path / "backup").make(data, photo_files())
    WorkOrder.report(working_order.place, "备份以后的事", by=None)
    restore(tmp_path / "backup", opened)
    open_installation(opened)
    assert [order.number for order in WorkOrder.select()] == [working_order.number]


def test_a_backup_goes_into_an_empty_folder_only(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"not ours")
    with pytest.raises(Refused, match=r"backup\.folder_not_empty"):
        Backup(folder).make(data, photo_files())
    assert [path.name for path in folder.iterdir()] == ["holiday.jpg"]


def test_nothing_is_restored_over_another_installation(data: Path, tmp_path: Path) -> None:
    Backup(tmp_path / "backup").make(data, photo_files())
    before = (data / "bihuan.db").read_bytes()
    with pytest.raises(Refused, match=r"backup\.not_over_another"):
        restore(tmp_path / "backup", data)
    assert (data / "bihuan.db").read_bytes() == before


def test_a_folder_without_a_backup_restores_nothing(other: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"backup\.none_there"):
        restore(tmp_path / "nothing", other)
    assert not (other / "bihuan.db").exists()


def test_an_installation_whose_secret_is_a_setting_is_backed_up_too(stage: Path, other: Path, tmp_path: Path) -> None:
    Backup(tmp_path / "backup").make(stage, photo_files())
    restore(tmp_path / "backup", other)
    assert (other / "bihuan.db").stat().st_size
    assert not (other / "secret").exists()


def test_photos_kept_in_another_folder_are_not_forgotten(
    data: Path, tmp_path: Path, reported_order: WorkOrder,
) -> None:
    from tests.models.conftest import photograph

    keep_photos_in(str(tmp_path / "elsewhere"))
    photograph(reported_order, "report", 20, by=None)
    try:
        told = Backup(tmp_path / "backup").make(data, photo_files())
    except Refused:
        return
    assert "3 photo files" in told
