"""The worker: huey's consumer running the jobs of models/jobs.py by the clock."""
from pathlib import Path

from huey import PostgresHuey, SqliteHuey, crontab
from huey.api import Huey

from models import jobs
from models.base import database


def huey_for(data: Path, database_url: str) -> Huey:
    """Its queue lies beside the data, or in the same PostgreSQL database when several machines share one."""
    if database_url.startswith(("postgresql://", "postgres://")):
        return PostgresHuey("bihuan", dsn=database_url)
    return SqliteHuey("bihuan", filename=str(data / "jobs.db"))


def consume(data: Path, database_url: str) -> None:
    """Run the jobs until SIGTERM or Ctrl-C."""
    huey = huey_for(data, database_url)

    @huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
    def every_minute() -> None:
        with database.connection_context():
            jobs.every_minute()

    @huey.periodic_task(crontab(hour="19", minute="20"))  # type: ignore[untyped-decorator]
    def every_night() -> None:  # huey counts in UTC; this is 03:20 in China
        with database.connection_context():
            jobs.every_night()

    with database.connection_context():
        jobs.every_minute()
    huey.create_consumer(workers=1).run()
