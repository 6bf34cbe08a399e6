"""What the worker does by itself, minute by minute. Each job may run twice without harm."""
from datetime import timedelta

from peewee import CharField, DateTimeField

from models.base import Record, now
from models.photo import Photo
from models.photo.record import keys_of
from models.storage import photo_files
from models.submission import Submission

# Files on the way in are named by a row within seconds; a day is far from any doubt.
ORPHANED_FOR = timedelta(days=1)


class Heartbeat(Record):
    """The worker's last sign of life."""

    name = CharField(max_length=16, primary_key=True)
    at = DateTimeField()

    @classmethod
    def beat(cls) -> None:
        cls.insert(name="worker", at=now()).on_conflict(conflict_target=[cls.name], update={cls.at: now()}).execute()

    @classmethod
    def age(cls) -> float | None:
        """Seconds since the last beat; None before the first."""
        last = cls.get_or_none(cls.name == "worker")
        return (now() - last.at).total_seconds() if last else None


def every_minute() -> None:
    Heartbeat.beat()


def every_night() -> None:
    forget_orphaned_files()
    Submission.forget_old()


def forget_orphaned_files() -> int:
    """Delete photo files that no row names: what a request cut off by a crash left behind. How many."""
    gone = 0
    for key, written in photo_files().keys():  # noqa: SIM118 (a store of files, not a dict)
        if written < now() - ORPHANED_FOR and not Photo.select().where(Photo.sha256 == sha_of(key)).exists():
            photo_files().delete(key)
            gone += 1
    return gone


def damage() -> list[str]:
    """What does not hold, a line each: a broken chain of events, photos without their files. For `fsck`."""
    from models.event import Event

    found = []
    broken = Event.first_broken()
    if broken is not None:
        found.append(f"event {broken.id} of {broken.subject}: hash does not hold")
    for photo in Photo.select().iterator():
        for size, key in keys_of(photo.sha256).items():
            if not photo_files().exists(key):
                found.append(f"photo {photo.id}: {size} file is missing")
    return found


def sha_of(key: str) -> str:
    return key.split("/", 1)[1].split(".", 1)[0]
