"""The photo: a row of facts about one picture on one order, with flags for the supervisor and never a refusal."""
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self, cast

from peewee import AutoField, CharField, DateTimeField, FloatField, ForeignKeyField, IntegerField, ModelSelect

from models.base import Record, now, writing
from models.errors import NotAllowed, NotFound, Refused
from models.event import LATE
from models.photo.picture import Picture, hamming, is_plain
from models.place import Estate
from models.storage import photo_files
from models.user import User
from models.work_order import Merge, WorkOrder

STAGES = ("report", "before", "during", "after")
SIZES = ("small", "large")  # of the copies that are shown; the original is only kept
FLAGS = ("used_before", "near_copy", "like_before", "out_of_time", "late")
MOST_AT_ONCE = 9

NEAR = 3  # differing bits of 64; with four bands of 16 at least one band of a near copy is equal
LEEWAY = timedelta(minutes=10)  # phones' clocks are a little wrong
BANDS = ("band0", "band1", "band2", "band3")
WORK_IS_OVER = ("finished", "calling", "archived")


class Photo(Record):
    """Times are naive UTC. Without EXIF nothing is wrong, only unknown: `exif_*`, place and `captured_at` stay empty.

    `captured_at` is the EXIF time by its own offset, by the estate's zone when it has none; `phone_at` is what the
    phone's clock said when the picture was chosen. `camera_*` are of the file as the camera made it, where the phone
    says it sent a smaller copy. `flags` are codes joined by commas. What a patrol took belongs to no order.
    """

    id = AutoField()
    order = ForeignKeyField(WorkOrder, null=True, backref="photos")
    stage = CharField(max_length=8)
    round = IntegerField()
    by = ForeignKeyField(User, null=True, backref="photos")
    sha256 = CharField(max_length=64, index=True)
    media_type = CharField(max_length=16)
    size = IntegerField()
    width = IntegerField()
    height = IntegerField()
    exif_local = DateTimeField(null=True)
    exif_offset = CharField(max_length=6, null=True)
    captured_at = DateTimeField(null=True)
    phone_at = DateTimeField(null=True)
    latitude = FloatField(null=True)
    longitude = FloatField(null=True)
    received_at = DateTimeField()
    band0 = IntegerField(index=True)
    band1 = IntegerField(index=True)
    band2 = IntegerField(index=True)
    band3 = IntegerField(index=True)
    flags = CharField(max_length=80, default="")
    camera_sha256 = CharField(max_length=64, null=True, index=True)
    camera_size = IntegerField(null=True)

    class Meta:
        indexes = ((("order", "stage", "round"), False),)

    @classmethod
    def attach(
        cls, order: WorkOrder, pictures: list[Picture], stage: str, *, by: User | None,
        phone_at: datetime | None = None, round: int | None = None,
    ) -> list[Self]:
        """Add pictures to an order as evidence; their files are on the shelf already.

        Whoever held the order may add to it however late: that is flagged, never refused. `round` is the one they
        were taken in, the present one unless said. An owner (`by` None) adds to the report only.
        """
        if stage not in STAGES:
            raise Refused("photo.unknown_stage", field="photos")
        if len(pictures) > MOST_AT_ONCE:
            raise Refused("photo.too_many", field="photos", most=MOST_AT_ONCE)
        with writing():
            if by is None and stage != "report":
                raise NotAllowed("not_for_you", verb="photo")
            if by is not None:
                order.welcome("photo", by)
            if by is not None and stage != "report" and by.id not in order.holder_ids:
                raise NotAllowed("not_for_you", verb="photo")
            taken_in = min(round or order.round, order.round)
            return [cls._add(order, picture, stage, by=by, phone_at=phone_at, round=taken_in) for picture in pictures]

    @classmethod
    def _add(
        cls, order: WorkOrder, picture: Picture, stage: str, *, by: User | None, phone_at: datetime | None, round: int,
    ) -> Self:
        twin = cls.get_or_none(cls.order == order, cls.stage == stage, cls.round == round,
                               cls.sha256 == picture.sha256, cls.by == by)
        if twin is not None:
            return twin
        photo = cls(order=order, stage=stage, round=round, by=by, **_facts(order.estate, picture, phone_at))
        photo.flags = ",".join(photo._find_flags())
        photo.save()
        order.tell("photo", by=by, **photo.told)
        return photo

    @classmethod
    def keep(
        cls, picture: Picture, stage: str, *, estate: Estate, by: User, phone_at: datetime | None = None,
        before: Iterable[int] = (),
    ) -> Self:
        """A picture that belongs to no order, inside the caller's transaction; `before` are those it may not equal."""
        photo = cls(order=None, stage=stage, round=1, by=by, **_facts(estate, picture, phone_at))
        found = photo._copies(set(before))
        taken = photo.captured_at or phone_at
        if photo.captured_at and photo.captured_at > photo.received_at + LEEWAY:
            found.append("out_of_time")
        if taken is not None and photo.received_at - taken > LATE:
            found.append("late")
        photo.flags = ",".join(found)
        photo.save()
        return photo

    @classmethod
    def carry_over(cls, photos: "Iterable[Photo]", order: WorkOrder, stage: str) -> None:
        """The same pictures as evidence of an order that came of what they show, in the caller's transaction."""
        for photo in photos:
            facts = {name: value for name, value in photo.__data__.items() if name != "id"}
            own = cls.create(**{**facts, "order": order, "stage": stage, "round": order.round})
            order.tell("photo", by=photo.by, **own.told)

    @property
    def told(self) -> dict[str, object]:
        """What its event tells of it, so that the chain holds which picture it was."""
        return {"stage": self.stage, "round": self.round, "sha256": self.sha256, "flags": self.flags, "photo": self.id}

    def _find_flags(self) -> list[str]:
        order, found = self._its_order, self._copies(set())
        # An owner photographs the trouble before reporting it; everything else happens after.
        earliest = order.reported_at - LEEWAY if self.stage != "report" else datetime.min
        if self.captured_at and not earliest <= self.captured_at <= self.received_at + LEEWAY:
            found.append("out_of_time")
        if self._is_late():
            found.append("late")
        return found

    @property
    def _its_order(self) -> WorkOrder:
        return cast(WorkOrder, self.order)

    def _copies(self, before: set[int]) -> list[str]:
        """Is the same picture there already, or one nearly the same? `before`: what it would be the after of."""
        files = [one for one in (self.sha256, self.camera_sha256) if one]
        same = Photo.select().where(Photo.sha256.in_(files) | Photo.camera_sha256.in_(files))
        if same.exists():
            return ["like_before" if self._is_before_of(same, before) else "used_before"]
        return self._near_copies(before)

    def _is_late(self) -> bool:
        """Sent long after it was taken, or when the work was already handed in or handed on."""
        order = self._its_order
        if self.stage == "report":
            return self.__data__["by"] is not None and order.state not in ("reported", "registered")
        taken = self.captured_at or self.phone_at
        return (taken is not None and self.received_at - taken > LATE) or order.state in WORK_IS_OVER or (
            order.__data__.get("assignee") != self.__data__["by"] or self.round < order.round)

    def _near_copies(self, before: set[int]) -> list[str]:
        if is_plain(self.dhash):
            return []
        # A band of all zeros or all ones is a plain wall or sky, and common to thousands of pictures.
        bands = [getattr(Photo, name) == band for name, band in
                 zip(BANDS, bands_of(self.dhash), strict=True) if band not in (0, 0xFFFF)]
        if not bands:
            return []
        alike = [
            photo for photo in Photo.select().where(
                reduce(or_, bands)).order_by(Photo.id.desc()).limit(500)
            if hamming(photo.dhash, self.dhash) <= NEAR
        ]
        if self._is_before_of(alike, before):
            return ["like_before"]
        return ["near_copy"] if alike else []

    def _is_before_of(self, others: "Iterable[Photo]", before: set[int]) -> bool:
        order = self.__data__["order"]
        return self.stage == "after" and any(
            one.id in before or (order is not None and one.stage == "before" and one.__data__["order"] == order)
            for one in others)

    @classmethod
    def seen(cls, id: int, *, by: User) -> Self:
        """A photo looked up through its order: NotFound when that order is not theirs to see."""
        photo = cls.get_or_none(cls.id == id, cls.order.is_null(False))
        if photo is None or not WorkOrder.seen_by(by).where(WorkOrder.id == photo.__data__["order"]).exists():
            raise NotFound("photo.unknown")
        return photo

    @classmethod
    def for_owner(cls, order: WorkOrder, *, by_link: bool) -> "ModelSelect[Photo]":
        """What an owner is shown of their order: never work in progress, and a home only by its own link.

        Of the order theirs was merged into they are shown the work at a public place, never what its owner sent.
        """
        own = cls.order == order if by_link or not order.place.is_home else cls.id.in_([])
        shown = own & cls.stage.in_(("report", "before", "after"))
        main = Merge.main_of(order) if order.state == "merged" else None
        if main is not None and not main.place.is_home:
            shown |= (cls.order == main) & cls.stage.in_(("before", "after"))
        return cls.select().where(shown).order_by(cls.id)

    @classmethod
    def of_owner(cls, id: int, order: WorkOrder, *, by_link: bool) -> Self:
        photo = cls.for_owner(order, by_link=by_link).where(cls.id == id).get_or_none()
        if photo is None:
            raise NotFound("photo.unknown")
        return photo  # type: ignore[return-value]  # peewee's select() loses Self

    def data(self, size: str) -> bytes:
        """The upright JPEG copy of that size ("small", "large"), which carries no metadata."""
        return photo_files().read(keys_of(self.sha256)[size])

    @property
    def flag_codes(self) -> list[str]:
        return [flag for flag in self.flags.split(",") if flag]

    @property
    def dhash(self) -> int:
        return self.band0 << 48 | self.band1 << 32 | self.band2 << 16 | self.band3


def bands_of(dhash: int) -> tuple[int, ...]:
    return tuple(dhash >> shift & 0xFFFF for shift in (48, 32, 16, 0))


def keys_of(sha256: str) -> dict[str, str]:
    """Where the files of a picture lie, by size."""
    stem = f"{sha256[:2]}/{sha256}"
    return {"original": f"{stem}.orig", "large": f"{stem}.1600.jpg", "small": f"{stem}.320.jpg"}


def _facts(estate: Estate, picture: Picture, phone_at: datetime | None) -> dict[str, Any]:
    """What a row says of the picture itself."""
    camera = picture.camera
    return {
        "sha256": picture.sha256, "media_type": picture.media_type, "size": picture.size, "width": picture.width,
        "height": picture.height, "exif_local": picture.taken_local, "exif_offset": picture.taken_offset,
        "captured_at": _captured(estate, picture), "phone_at": phone_at, "latitude": picture.latitude,
        "longitude": picture.longitude, "received_at": now(), "camera_sha256": camera and camera.sha256,
        "camera_size": camera and camera.size, **dict(zip(BANDS, bands_of(picture.dhash), strict=True)),
    }


def _captured(estate: Estate, picture: Picture) -> datetime | None:
    local = picture.taken_local
    if local is None:
        return None
    try:
        return local - offset_of(picture.taken_offset) if picture.taken_offset else estate.utc(local)
    except OverflowError:  # a camera whose clock says year 1
        return None


def offset_of(text: str) -> timedelta:
    """ "+08:00" as a span of time."""
    hours, minutes = int(text[1:3]), int(text[4:6])
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)


def story(order: WorkOrder) -> "dict[tuple[str, int], list[Any]]":
    """Every photo of an order by stage and round, in one read."""
    by_stage: dict[tuple[str, int], list[Any]] = {}
    for photo in Photo.select(Photo, User).left_outer_join(User, on=Photo.by == User.id).where(
            Photo.order == order).order_by(Photo.id):
        by_stage.setdefault((photo.stage, photo.round), []).append(photo)
    return by_stage
