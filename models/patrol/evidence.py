"""The evidence (佐证): a photo of a point or of a finding, beside those of work orders and by the same rules."""
from datetime import datetime
from typing import Any

from peewee import AutoField, CharField, ForeignKeyField, IntegerField

from models.base import Record, writing
from models.errors import NotFound, Refused
from models.patrol.finding import Finding
from models.patrol.visit import Visit
from models.photo import Photo, Picture
from models.photo.record import MOST_AT_ONCE
from models.user import User

STAGES = ("point", "finding", "after", "recheck")


class Evidence(Record):
    """Of a visit or of a finding. `round` counts the rechecks it came before, from 1."""

    id = AutoField()
    photo = ForeignKeyField(Photo, unique=True, backref="evidence")
    visit = ForeignKeyField(Visit, null=True, backref="evidence")
    finding = ForeignKeyField(Finding, null=True, backref="evidence")
    stage = CharField(max_length=8)
    round = IntegerField(default=1)

    @classmethod
    def attach(
        cls, to: Visit | Finding, pictures: list[Picture], stage: str, *, by: User, phone_at: datetime | None = None,
    ) -> list[Photo]:
        """Add pictures, whose files are on the shelf already: flagged by the rules of every photo, never refused.

        The same picture sent again for the same is the one that is there.
        """
        if stage not in STAGES:
            raise Refused("photo.unknown_stage", field="photos")
        if len(pictures) > MOST_AT_ONCE:
            raise Refused("photo.too_many", field="photos", most=MOST_AT_ONCE)
        of: dict[str, Any] = {"visit": to} if isinstance(to, Visit) else {"finding": to}
        with writing():
            if isinstance(to, Visit):
                to.welcome(by)
            there = {photo.sha256: photo for photo in cls.of(to, stage) if photo.__data__["by"] == by.id}
            before = [photo.id for photo in cls.of(to)] if stage == "after" else []
            for picture in pictures:
                if picture.sha256 not in there:
                    photo = Photo.keep(picture, stage, estate=to.estate, by=by, phone_at=phone_at, before=before)
                    cls.create(photo=photo, stage=stage, round=getattr(to, "round", 1), **of)
                    there[picture.sha256] = photo
                    to.tell_photo(photo, by=by)
        return [there[picture.sha256] for picture in pictures]

    @classmethod
    def of(cls, to: Visit | Finding, stage: str = "") -> list[Photo]:
        """Its photos, the oldest first."""
        column = cls.visit if isinstance(to, Visit) else cls.finding
        query = Photo.select(Photo, User).join(cls, on=cls.photo == Photo.id).switch(Photo).left_outer_join(
            User, on=Photo.by == User.id).where(column == to)
        return list((query.where(cls.stage == stage) if stage else query).order_by(Photo.id))

    @classmethod
    def seen(cls, photo: int, *, by: User) -> Photo:
        """A photo that belongs to no order, looked up through what it shows."""
        row = cls.get_or_none(cls.photo == photo)
        shown: Visit | Finding | None = (row.visit or row.finding) if row else None
        if row is None or shown is None or not shown.is_seen_by(by):
            raise NotFound("photo.unknown")
        return row.photo
