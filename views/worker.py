"""The worker: huey's consumer running the jobs of models/jobs.py by the clock."""
from pathlib import Path

from flask import Flask
from flask_babel import force_locale
from huey import PostgresHuey, SqliteHuey, crontab
from huey.api import Huey

from models import jobs
from models.base import database
from models.notification import Delivery, Message
from views.language import LOCALES
from views.messages import message_of


def huey_for(data: Path, database_url: str) -> Huey:
    """Its queue lies beside the data, or in the same PostgreSQL database when several machines share one."""
    if database_url.startswith(("postgresql://", "postgres://")):
        return PostgresHuey("bihuan", dsn=database_url)
    return SqliteHuey("bihuan", filename=str(data / "jobs.db"))


def every_minute(app: Flask) -> None:
    """The jobs of a minute, with words in the installation's language for what leaves it."""
    base_url = app.config["BASE_URL"]

    def write(delivery: Delivery) -> Message:
        return message_of(delivery, base_url)

    with app.app_context(), force_locale(LOCALES[app.config["LANG"]]), database.connection_context():
        jobs.every_minute(write)


def consume(app: Flask) -> None:
    """Run the jobs until SIGTERM or Ctrl-C."""
    huey = huey_for(app.config["DATA"], app.config["DATABASE_URL"])

    @huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
    def minute() -> None:
        every_minute(app)

    @huey.periodic_task(crontab(hour="19", minute="20"))  # type: ignore[untyped-decorator]
    def every_night() -> None:  # huey counts in UTC; this is 03:20 in China
        with database.connection_context():
            jobs.every_night()

    every_minute(app)
    huey.create_consumer(workers=1).run()
