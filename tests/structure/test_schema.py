"""The schema that the migrations make is the one the records declare."""
import importlib
import pkgutil
import sqlite3
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase
from playhouse.migrations import Runner

import models
from models.base import Record, database
from models.storage import migrate, open_database
from models.storage.database import MIGRATIONS


def every_module() -> None:
    for module in pkgutil.walk_packages(models.__path__, "models."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)


def records(base: type[Record] = Record) -> list[type[Record]]:
    """The classes that have a table: those nobody inherits from."""
    found: list[type[Record]] = []
    for kind in base.__subclasses__():
        if kind.__module__.startswith("models."):
            found += records(kind) or [kind]
    return found


def schema(path: Path) -> dict[str, Any]:
    with sqlite3.connect(path) as reading:
        tables = [name for (name,) in reading.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                  if not name.startswith("sqlite") and "migrat" not in name]
        shown = {table: {
            "columns": {name: (kind, bool(must), bool(key))
                        for _, name, kind, must, _, key in reading.execute(f'PRAGMA table_info("{table}")')},
            "references": sorted((column, other, there) for _, _, other, column, there, *_ in
                                 reading.execute(f'PRAGMA foreign_key_list("{table}")')),
            "indexes": sorted(index_of(reading, name, bool(unique), origin)
                              for _, name, unique, origin, _ in reading.execute(f'PRAGMA index_list("{table}")')),
        } for table in tables}
    reading.close()
    return shown


def index_of(reading: sqlite3.Connection, name: str, unique: bool, origin: str) -> tuple[Any, ...]:
    columns = tuple(column for _, _, column in reading.execute(f'PRAGMA index_info("{name}")'))
    [(made,)] = reading.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchall() or [(None,)]
    where = made.split(" WHERE ", 1)[1] if made and " WHERE " in made else ""
    return columns, unique, origin, where


def test_the_migrations_make_what_the_records_declare(tmp_path: Path) -> None:
    every_module()
    opened = open_database(f"sqlite:///{tmp_path / 'migrated.db'}")
    migrate()
    opened.close()
    declared = SqliteDatabase(tmp_path / "declared.db")
    kinds = records()
    with declared.bind_ctx(kinds, bind_refs=False, bind_backrefs=False):
        declared.create_tables(kinds)
    declared.close()
    migrated = schema(tmp_path / "migrated.db")
    assert len(migrated) > 20
    wanted = schema(tmp_path / "declared.db")
    assert sorted(migrated) == sorted(wanted)
    for table, told in wanted.items():
        assert migrated[table] == told, table


def test_an_event_can_be_neither_changed_nor_deleted(stage: Path, reported_order: Any) -> None:
    with sqlite3.connect(stage / "bihuan.db") as writing:
        for statement in ("UPDATE event SET verb = 'x'", "DELETE FROM event"):
            try:
                writing.execute(statement)
            except sqlite3.IntegrityError as error:
                assert "append-only" in str(error)
            else:
                raise AssertionError(statement)
    writing.close()


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'bihuan.db'}")
    assert migrate()
    before = schema(tmp_path / "bihuan.db")
    assert migrate() == []
    assert schema(tmp_path / "bihuan.db") == before
    opened.close()


def test_a_database_of_the_first_release_comes_through_the_outboxs_migration_with_its_rows(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'first.db'}")
    Runner(opened, str(MIGRATIONS)).up("0001_first_tables")
    opened.close()
    rows = {
        "submission": {"key": "7f9c24e8-3b12-4c5d", "actor": "user:4", "action": "a" * 64, "content": "c" * 64,
                       "answer": "/work-orders/GD-20261123-0001", "at": "2026-11-23 01:00:00"},
        "photo": {"id": 7, "order_id": 1, "stage": "after", "round": 1, "by_id": 8, "sha256": "ab" * 32,
                  "media_type": "image/jpeg", "size": 1234, "width": 160, "height": 120,
                  "exif_local": "2026-11-23 09:00:00", "exif_offset": "+08:00", "captured_at": "2026-11-23 01:00:00",
                  "phone_at": None, "latitude": 31.8, "longitude": 117.2, "received_at": "2026-11-23 01:05:00",
                  "band0": 1, "band1": 2, "band2": 3, "band3": 4, "flags": "late"},
    }
    with sqlite3.connect(tmp_path / "first.db") as writing:
        before = {table: set(writing.execute(f"SELECT name FROM pragma_table_info('{table}')")) for table in rows}
        for table, row in rows.items():
            assert before[table] == {(name,) for name in row}
            marks = ", ".join("?" * len(row))
            writing.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    writing.close()

    assert "0002_outbox" in migrate()
    opened.close()
    with sqlite3.connect(tmp_path / "first.db") as reading:
        reading.row_factory = sqlite3.Row
        kept = {table: [dict(row) for row in reading.execute(f"SELECT * FROM {table}")] for table in rows}
    reading.close()
    assert kept == {"submission": [rows["submission"] | {"receipt": None, "version": None}],
                    "photo": [rows["photo"] | {"camera_sha256": None, "camera_size": None}]}

    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    migrate()
    fresh.close()
    assert schema(tmp_path / "first.db") == schema(tmp_path / "fresh.db")


def test_the_database_opens_with_the_promises_of_durability(stage: Path) -> None:
    asked = {name: database.execute_sql(f"PRAGMA {name}").fetchone()[0]
             for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
