"""The ground every record stands on: the database, the base class and the one clock."""
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import OP, SQL, DatabaseProxy, Expression, Model, SqliteDatabase, fn

database = DatabaseProxy()

WRITE_LOCK = 0x62_69_68_75  # any number, the same for every process that writes to one PostgreSQL database

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


class Record(Model):
    """A row. Times are naive UTC; only changed fields are written."""

    class Meta:
        database = database
        only_save_dirty = True
        legacy_table_names = False


def now() -> datetime:
    """Naive UTC, in whole milliseconds so that every database keeps exactly what was said."""
    moment = _moment.get()
    if moment is not None:
        return moment
    at = datetime.now(UTC).replace(tzinfo=None)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


@contextmanager
def moment(at: datetime) -> Iterator[None]:
    """Inside, `now()` is `at`: how demo data and simulations go through the verbs at another time."""
    token = _moment.set(at)
    try:
        yield
    finally:
        _moment.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """One transaction that takes the write lock at its start: what it reads nobody changes before it is through.

    SQLite's default would take it at the first write and then fail at once when another writer was faster; PostgreSQL
    has no such lock, and the history's chain wants one writer at a time there too.
    """
    is_outermost = not database.in_transaction()
    with database.atomic("IMMEDIATE") if is_sqlite() else database.atomic():
        if is_outermost and not is_sqlite():
            database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (WRITE_LOCK,))
        yield


def later(column: Any, span: timedelta) -> Any:
    """In a query: that long after the time in a column, for what is to be no later (`<=`); a negative span is before.
    """
    seconds = int(span.total_seconds())
    if is_sqlite():
        # As times are kept: text with microseconds, of which a time in whole seconds is the beginning.
        return fn.strftime("%Y-%m-%d %H:%M:%f000", column, f"{seconds:+} seconds")
    return Expression(column, OP.ADD, SQL(f"INTERVAL '{seconds} seconds'"))


def rows(query: Any) -> list[Any]:
    """What a query selects, as plain tuples."""
    return list(query.tuples())


def is_sqlite() -> bool:
    return isinstance(database.obj, SqliteDatabase)
