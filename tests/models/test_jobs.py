"""What the worker does by itself: signs of life, the sweep of forgotten files, and what fsck finds."""
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.base import database, moment, now
from models.jobs import Heartbeat, damage, every_minute, every_night, forget_orphaned_files
from models.patrol import Finding
from models.photo import Photo, shelved
from models.photo.record import keys_of
from models.place import Place
from models.storage import photo_files
from models.user import User
from models.work_order import WorkOrder
from tests.models.conftest import photograph, snapshot

LONG_AGO = timedelta(days=2)


def lay_down(stage: Path, seed: int, age: timedelta) -> list[str]:
    """The files of a picture that no row names, that old."""
    picture = snapshot(seed)
    keys = list(keys_of(picture.sha256).values())
    for key in keys:
        photo_files().put(key, picture.original)
    make_old(stage, keys, age)
    return keys


def make_old(stage: Path, keys: list[str], age: timedelta) -> None:
    written = (datetime.now(UTC) - age).timestamp()
    for key in keys:
        os.utime(stage / "photos" / key, (written, written))


@pytest.mark.usefixtures("stage")
def test_there_is_no_age_before_the_first_beat() -> None:
    assert Heartbeat.age() is None


@pytest.mark.usefixtures("stage")
def test_the_last_beat_counts() -> None:
    at = now()
    for seconds in (0, 60, 60):
        with moment(at + timedelta(seconds=seconds)):
            every_minute()
    with moment(at + timedelta(seconds=90)):
        assert Heartbeat.age() == 30
    assert Heartbeat.select().count() == 1


def test_files_that_no_row_names_are_swept_up_after_a_day(stage: Path) -> None:
    old, young = lay_down(stage, 20, LONG_AGO), lay_down(stage, 21, timedelta(hours=23))
    assert forget_orphaned_files() == 1
    assert not any(photo_files().exists(key) for key in old)
    assert all(photo_files().exists(key) for key in young)
    assert forget_orphaned_files() == 0


def test_files_that_a_row_names_are_kept_however_old(
    stage: Path, working_order: WorkOrder, chenliang: User,
) -> None:
    photo = photograph(working_order, "during", 20, by=chenliang)[0]
    keys = list(keys_of(photo.sha256).values())
    make_old(stage, keys, timedelta(days=4000))
    every_night()
    every_night()
    assert all(photo_files().exists(key) for key in keys)


def test_what_a_crash_left_half_written_is_swept_up_too(stage: Path) -> None:
    left = stage / "photos" / "ab" / ".tmp1234.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a picture")
    long_ago = (datetime.now(UTC) - LONG_AGO).timestamp()
    os.utime(left, (long_ago, long_ago))
    every_night()
    assert not left.exists()


def test_an_installation_without_damage_reports_none(working_order: WorkOrder) -> None:
    assert damage() == []


@pytest.mark.parametrize("size", ["original", "large", "small"])
def test_a_missing_file_is_damage(working_order: WorkOrder, size: str) -> None:
    photo = working_order.photos_of("before").get()
    photo_files().delete(keys_of(photo.sha256)[size])
    assert damage() == [f"photo {photo.id}: {size} file is missing"]


def test_an_original_that_is_no_longer_what_was_received_is_damage(stage: Path, working_order: WorkOrder) -> None:
    photo = working_order.photos_of("before").get()
    (stage / "photos" / keys_of(photo.sha256)["original"]).write_bytes(snapshot(99).original)
    assert len(damage()) == 1


def test_a_broken_chain_is_damage(working_order: WorkOrder) -> None:
    database.execute_sql("DROP TRIGGER event_no_update")
    database.execute_sql("UPDATE event SET verb = 'void' WHERE id = 2")
    assert damage() == [f"event 2 of {working_order.number}: hash does not hold"]


def test_an_order_moved_without_an_event_is_damage(working_order: WorkOrder) -> None:
    WorkOrder.update(state="archived").where(WorkOrder.id == working_order.id).execute()
    assert len(damage()) == 1


def test_a_finding_that_is_not_what_its_history_says_is_damage(home: Place, machunsheng: User) -> None:
    with shelved([snapshot(1)]):
        finding = Finding.report(home, "墙皮脱落", "ordinary", by=machunsheng, pictures=[snapshot(1)], remedy="on_spot")
    assert damage() == []
    Finding.update(state="closed").where(Finding.id == finding.id).execute()
    assert damage() == [f"finding {finding.number}: closed is not what its last event says"]


def test_a_row_that_names_another_picture_than_its_event_is_damage(
    working_order: WorkOrder, home: Place, machunsheng: User,
) -> None:
    """Whoever swaps a picture may swap its file and its row; what the chain says stays."""
    with shelved([snapshot(1), snapshot(2)]):
        finding = Finding.report(home, "墙皮脱落", "ordinary", by=machunsheng, pictures=[snapshot(1)], remedy="on_spot")
        for photo in (working_order.photos_of("before").get(), finding.photos()[0]):
            Photo.update(sha256=snapshot(2).sha256).where(Photo.id == photo.id).execute()
            assert damage() == [f"photo {photo.id}: another picture than its event tells of"]
            Photo.update(sha256=photo.sha256).where(Photo.id == photo.id).execute()
    assert damage() == []
