"""The schema that the migrations make is the one the records declare."""
import importlib
import pkgutil
import sqlite3
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase

import models
from models.base import Record, database
from models.storage import migrate, open_database


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


def test_the_database_opens_with_the_promises_of_durability(stage: Path) -> None:
    asked = {name: database.execute_sql(f"PRAGMA {name}").fetchone()[0]
             for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
