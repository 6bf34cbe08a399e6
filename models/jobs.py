"""What the worker does by itself, minute by minute. Each job may run twice without harm."""
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from peewee import CharField, DateTimeField

from models.base import Record, now, rows
from models.event import Event
from models.notification import Delivery, Message, notify
from models.patrol import Finding, Plan, SeasonPhase, Task
from models.photo import Photo
from models.photo.record import keys_of
from models.photo.shelf import forget
from models.storage import photo_files
from models.submission import Submission
from models.work_order import Deadline, WorkOrder

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


def every_minute(write: Callable[[Delivery], Message] | None = None) -> None:
    """`write` makes the words of what leaves by a channel; without it nothing leaves."""
    Heartbeat.beat()
    Deadline.sweep()
    Plan.make_due()
    SeasonPhase.sweep()
    Task.follow_roster()
    Task.sweep()
    Finding.sweep()
    notify()
    if write is not None:
        Delivery.send_due(write)


def every_night() -> None:
    forget_orphaned_files()
    Submission.forget_old()


def forget_orphaned_files() -> int:
    """Delete photo files that no row names, whole or half: what a crash left behind. How many pictures."""
    gone = photo_files().sweep(now() - ORPHANED_FOR)
    orphans = {
        sha_of(key) for key, written in photo_files().keys()  # noqa: SIM118 (a store of files, not a dict)
        if written < now() - ORPHANED_FOR and not Photo.select().where(Photo.sha256 == sha_of(key)).exists()
    }
    return gone + sum(forget(sha256) for sha256 in orphans)


def damage() -> list[str]:
    """What does not hold, a line each: the chain of events; orders, findings and photos against their events; photos
    against their files.
    """
    found = []
    broken = Event.first_broken()
    if broken is not None:
        found.append(f"event {broken.id} of {broken.subject}: hash does not hold")
    for order in WorkOrder.select(WorkOrder.number, WorkOrder.state).iterator():
        told = rows(Event.select(Event.became).where(Event.subject == order.number).order_by(Event.id.desc()).limit(1))
        if not told or told[0][0] != order.state:
            found.append(f"order {order.number}: {order.state} is not what its last event says")
    for finding in Finding.select(Finding.number, Finding.state).iterator():
        told = rows(Event.select(Event.became).where(Event.subject == finding.number).order_by(
            Event.id.desc()).limit(1))
        if not told or told[0][0] != finding.state:
            found.append(f"finding {finding.number}: {finding.state} is not what its last event says")
    told_of = {event.detail.get("photo"): event.detail["sha256"] for event in Event.select().where(
        Event.verb == "photo").iterator()}
    for photo in Photo.select().iterator():
        if told_of.get(photo.id, photo.sha256) != photo.sha256:
            found.append(f"photo {photo.id}: another picture than its event tells of")
        found += damage_of(photo)
    return found


def damage_of(photo: Photo) -> list[str]:
    files, keys = photo_files(), keys_of(photo.sha256)
    missing = [size for size, key in keys.items() if not files.exists(key)]
    found = [f"photo {photo.id}: {size} file is missing" for size in missing]
    if "original" not in missing and sha256(files.read(keys["original"])).hexdigest() != photo.sha256:
        found.append(f"photo {photo.id}: original is not what was received")
    return found


def sha_of(key: str) -> str:
    return key.split("/", 1)[1].split(".", 1)[0]
