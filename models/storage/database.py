"""Opening the database a setting names, and bringing its schema up to date."""
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from peewee import Database, IntegrityError, SqliteDatabase
from playhouse.db_url import parse
from playhouse.migrations import Runner
from playhouse.pool import PooledPostgresqlDatabase

from models.base import database, is_sqlite, writing

MIGRATIONS = Path(__file__).parent.parent / "migrations"
MIGRATION_LOCK = 0x6D_69_67_72  # any number, the same on every machine
PRAGMAS = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": "on", "busy_timeout": 10_000}


def open_database(url: str, *, pool: int = 64) -> Database:
    """`sqlite:///path` or `postgresql://user:password@host/name`. ValueError for anything else."""
    if url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        opened: Database = SqliteDatabase(path, pragmas=PRAGMAS, timeout=10)
    elif url.startswith(("postgresql://", "postgres://")):
        opened = PooledPostgresqlDatabase(  # type: ignore[no-untyped-call]
            max_connections=pool, stale_timeout=300, timeout=10,
            **parse(url, unquote_password=True, unquote_user=True))  # type: ignore[no-untyped-call]
    else:
        raise ValueError(f"not a database address: {url.split(':', 1)[0]}:…")
    database.initialize(opened)
    return opened


def migrate() -> list[str]:
    """Run the numbered migrations that have not run yet; their names. Only forward, never losing a row."""
    with database.connection_context() if database.is_closed() else nullcontext(), as_tables_are_remade():
        with writing():
            if not is_sqlite():
                database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
            before = unreferred()
            done = list(Runner(database.obj, str(MIGRATIONS)).up())  # type: ignore[no-untyped-call]
            if lost := unreferred() - before:
                table, _, parent, _ = min(lost)
                raise IntegrityError(f"migrating would leave a row of {table} without its {parent}")
        if done:
            database.execute_sql("ANALYZE")
    return done


def unreferred() -> set[tuple[str, int, str, int]]:
    """Rows that refer to none, on SQLite: table, row, parent table, number of the key."""
    return set(database.execute_sql("PRAGMA foreign_key_check").fetchall()) if is_sqlite() else set()


@contextmanager
def as_tables_are_remade() -> Iterator[None]:
    """SQLite changes a column by making the table anew: while the old one is gone, rows refer to nothing."""
    if is_sqlite():
        database.execute_sql("PRAGMA foreign_keys=off")
    try:
        yield
    finally:
        if is_sqlite():
            database.execute_sql("PRAGMA foreign_keys=on")
