"""The schema that the migrations make is the one the records declare."""
import importlib
import pkgutil
import sqlite3
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase
from playhouse.migrations import Runner

import models
from models.base import Record, database, moment
from models.sla import TimeLimit
from models.storage import migrate, open_database
from models.storage.database import MIGRATIONS
from models.work_order import Deadline, WorkOrder


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


def test_open_orders_of_before_the_deadlines_are_told_about_as_others_are(stage: Path, registered_order: Any) -> None:
    """What the migration leaves: the next promise, waiting to be told when it is due."""
    before = registered_order.due_at, registered_order.due_what
    database.execute_sql("DROP TABLE deadline")
    for statement in (
        "ALTER TABLE work_order DROP COLUMN contain_due", "ALTER TABLE work_order DROP COLUMN due_what",
        "DROP INDEX time_limit_current", "DROP INDEX time_limit_made_by_id",
        'CREATE UNIQUE INDEX "timelimit_estate_id_code" ON "time_limit" ("estate_id", "code")',
        *(f"ALTER TABLE time_limit DROP COLUMN {name}" for name in (
            "stale_h", "made_at", "made_by_id", "why", "ended_at",
            *(f"escalate_{n}_{half}" for n in (1, 2, 3) for half in ("role", "min")))),
        "DELETE FROM schema_migration WHERE name = '0004_deadlines'",
    ):
        database.execute_sql(statement)
    assert migrate() == ["0004_deadlines"]
    order = WorkOrder.get_by_id(registered_order.id)
    assert (order.due_at, order.due_what) == before
    with moment(order.due_at):
        assert Deadline.sweep() == 2  # overdue, and told to the supervisor
    assert TimeLimit.get(TimeLimit.code == "E1").stale_h == 4


def test_the_database_opens_with_the_promises_of_durability(stage: Path) -> None:
    asked = {name: database.execute_sql(f"PRAGMA {name}").fetchone()[0]
             for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_assignments_made_before_dispatch_by_rules_keep_their_rows_and_name_the_first(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'before.db'}")
    Runner(opened, str(MIGRATIONS)).up("0003_rules_of_a_category")
    opened.close()
    rows: list[tuple[str, dict[str, Any]]] = [
        ("estate", {"id": 1, "code": "a", "name": "甲", "zone": "Asia/Shanghai", "hotline": "", "is_demo": 0,
                    "created_at": "2026-01-01 00:00:00"}),
        ("user", {"id": 1, "login": "a", "name": "甲", "badge": "1", "department": "service", "password_hash": "x",
                  "created_at": "2026-01-01 00:00:00"}),
        ("place", {"id": 1, "estate_id": 1, "kind": "public", "name": "门", "full_name": "门"}),
        ("work_order", {"id": 1, "number": "GD-1", "estate_id": 1, "kind": "repair", "state": "assigned", "version": 3,
                        "round": 1, "priority": "P2", "place_id": 1, "spot": "", "text": "灯", "channel": "phone",
                        "assignee_id": 1, "reported_at": "2026-01-01 00:00:00", "due_at": "2026-01-01 00:00:00"}),
        ("assignment", {"id": 1, "order_id": 1, "technician_id": 1, "by_id": 1, "at": "2026-01-01 00:05:00",
                        "ended_at": "2026-01-01 00:06:00"}),
        ("assignment", {"id": 2, "order_id": 1, "technician_id": 1, "by_id": 1, "at": "2026-01-01 00:06:00"}),
    ]
    with sqlite3.connect(tmp_path / "before.db") as writing:
        for table, row in rows:
            marks = ", ".join("?" * len(row))
            writing.execute(f'INSERT INTO "{table}" ({", ".join(row)}) VALUES ({marks})', list(row.values()))
    writing.close()
    assert "0006_dispatch" in migrate()
    opened.close()
    with sqlite3.connect(tmp_path / "before.db") as reading:
        kept = reading.execute("SELECT id, technician_id, by_id, at, ended_at FROM assignment ORDER BY id").fetchall()
        first = reading.execute("SELECT first_assigned_at FROM work_order").fetchone()[0]
    reading.close()
    assert kept == [(1, 1, 1, "2026-01-01 00:05:00", "2026-01-01 00:06:00"), (2, 1, 1, "2026-01-01 00:06:00", None)]
    assert first == "2026-01-01 00:05:00"


def test_urges_of_before_owners_could_urge_keep_who_noted_them(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'before.db'}")
    Runner(opened, str(MIGRATIONS)).up("0010_callbacks")
    opened.close()
    urges = [(1, 7, 3, "2026-11-23 01:00:00.000", "等着用水", None), (2, 7, 4, "2026-11-23 02:00:00.000", "", 5)]
    with sqlite3.connect(tmp_path / "before.db") as writing:
        writing.executemany(
            "INSERT INTO urge (id, order_id, by_id, at, words, owner_id) VALUES (?, ?, ?, ?, ?, ?)", urges)
    writing.close()
    assert "0014_owners_urge" in migrate()
    opened.close()
    with sqlite3.connect(tmp_path / "before.db") as both:
        kept = both.execute("SELECT id, order_id, by_id, at, words, owner_id FROM urge ORDER BY id").fetchall()
        both.execute("INSERT INTO urge (order_id, by_id, at, words) VALUES (7, NULL, '2026-11-23 03:00:00', '')")
    both.close()
    assert kept == urges


def test_callbacks_of_before_keep_by_when_their_first_call_was_due(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'before.db'}")
    earlier = [path.stem for path in sorted(MIGRATIONS.glob("0*.py")) if path.stem < "0015"]
    Runner(opened, str(MIGRATIONS)).up(earlier[-1])
    opened.close()
    with sqlite3.connect(tmp_path / "before.db") as writing:
        writing.execute("INSERT INTO callback (id, order_id, round, created_at, due_at) VALUES"
                        " (1, 1, 1, '2026-01-01 00:00:00', '2026-01-02 00:00:00')")
    writing.close()
    assert "0015_first_due" in migrate()
    opened.close()
    with sqlite3.connect(tmp_path / "before.db") as reading:
        kept = reading.execute("SELECT id, due_at, first_due_at FROM callback").fetchall()
    reading.close()
    assert kept == [(1, "2026-01-02 00:00:00", "2026-01-02 00:00:00")]


def test_callbacks_of_before_the_spot_checks_stay_and_can_be_drawn(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'before.db'}")
    Runner(opened, str(MIGRATIONS)).up("0010_callbacks")
    opened.close()
    row = {"id": 1, "order_id": 1, "round": 1, "created_at": "2026-10-01 00:00:00", "due_at": "2026-10-02 00:00:00",
           "passed_at": "2026-10-01 06:00:00", "calls": 1, "outcome": "answered", "settled_at": "2026-10-01 08:00:00"}
    with sqlite3.connect(tmp_path / "before.db") as writing:
        marks = ", ".join("?" * len(row))
        writing.execute(f"INSERT INTO callback ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    writing.close()
    assert "0011_spot_checks" in migrate()
    opened.close()
    with sqlite3.connect(tmp_path / "before.db") as reading:
        [kept] = reading.execute(f"SELECT {', '.join(row)} FROM callback").fetchall()
        drawn = reading.execute("SELECT COUNT(*) FROM spot_check").fetchone()[0]
    reading.close()
    assert dict(zip(row, kept, strict=True)) == row
    assert drawn == 0
