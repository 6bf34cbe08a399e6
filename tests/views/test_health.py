"""What machines that watch the installation are told."""
from pathlib import Path
from typing import Any

from app import VERSION
from models.base import database
from models.jobs import Heartbeat
from models.storage import keep_photos_in


def test_a_well_installation_says_so_to_anyone(browse: Any) -> None:
    answer = browse().get("/health")
    assert answer.status_code == 200
    assert answer.json == {"database": True, "storage": True, "worker_age": None, "version": VERSION}
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_workers_last_sign_of_life_is_told_in_seconds(browse: Any) -> None:
    Heartbeat.beat()
    assert 0 <= browse().get("/health").json["worker_age"] < 60


def test_photos_that_cannot_be_kept_are_trouble(browse: Any, stage: Path) -> None:
    (stage / "a file").write_text("in the way")
    keep_photos_in(str(stage / "a file" / "photos"))
    answer = browse().get("/health", expect_errors=True)
    assert (answer.status_code, answer.json["storage"], answer.json["database"]) == (503, False, True)


def test_a_database_without_its_tables_is_trouble(browse: Any) -> None:
    database.execute_sql("DROP TABLE heartbeat")
    answer = browse().get("/health", expect_errors=True)
    assert (answer.status_code, answer.json["database"]) == (503, False)


def test_asking_leaves_nothing_behind(browse: Any, stage: Path) -> None:
    browse().get("/health")
    assert [path for path in (stage / "photos").rglob("*") if path.is_file()] == []
