"""The notice (公告): what owners of an area are told beforehand, and what a desk need not register again."""
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
    TextField,
)

from models.base import Record, now, rows, writing
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.place import Estate, Place
from models.text import said
from models.user import User
from models.work_order.number import next_number

# 停水停电, 施工, 设施维护, 季节预警, 温馨提示, 社区活动
NOTICE_KINDS = ("outage", "works", "upkeep", "season", "reminder", "activity")
NOT_OF_REPORTS = ("activity",)  # explains nothing that anybody is about to report
PUBLISH = ("desk", "supervisor", "manager")
AHEAD = timedelta(days=2)  # how long before its beginning people who report are told of it


class Notice(Record):
    """Of the whole estate, or of the places in `areas` and all that lies in them.

    A draft is seen by the office alone until somebody issues it; `by` None drafted it by a rule. `at` is when it was
    drafted or, once issued, when it was issued. A draft that was thrown away is withdrawn and stays a draft.
    """

    id = AutoField()
    number = CharField(max_length=24, unique=True)
    estate = ForeignKeyField(Estate, backref="notices")
    kind = CharField(max_length=8)
    text = TextField()
    starts_at = DateTimeField()
    ends_at = DateTimeField()
    by = ForeignKeyField(User, null=True, backref="notices")
    at = DateTimeField()
    withdrawn_at = DateTimeField(null=True)
    is_draft = BooleanField(default=False)
    changed_at = DateTimeField(null=True)
    version = IntegerField(default=0)

    @classmethod
    def publish(
        cls, estate: Estate, kind: str, text: str, *, starts_at: datetime | None, ends_at: datetime | None,
        places: list[Place], by: User,
    ) -> Self:
        """Tell the owners of those places, or of the whole estate where none is named."""
        may_publish(estate, by)
        return cls._write(estate, by, "publish", places, **checked(estate, kind, text, starts_at, ends_at, places))

    @classmethod
    def draft(
        cls, estate: Estate, kind: str, text: str, *, starts_at: datetime | None, ends_at: datetime | None,
        places: list[Place], by: User | None,
    ) -> Self:
        """Keep it for the office to read over and issue; `by` None for a rule."""
        if by is not None:
            may_publish(estate, by)
        return cls._write(estate, by, "draft_notice", places, is_draft=True,
                          **checked(estate, kind, text, starts_at, ends_at, places))

    @classmethod
    def _write(cls, estate: Estate, by: User | None, verb: str, places: list[Place], **facts: Any) -> Self:
        at = now()
        with writing():
            notice = cls.create(number=next_number("GG", estate.local(at).date()), estate=estate, by=by, at=at, **facts)
            notice.set_areas(places)
            Event.record(notice.number, verb, by=by, via="" if by else "rule", detail=notice.told)
        return notice

    def change(
        self, kind: str, text: str, *, starts_at: datetime | None, ends_at: datetime | None, places: list[Place],
        by: User, version: int | None = None,
    ) -> None:
        """Other words, time or area, of a draft as of what owners read already; its history keeps what was said.

        `version` is that of the notice as it was read, where that is known: a change made meanwhile is not lost.
        """
        may_publish(self.estate, by)
        facts = checked(self.estate, kind, text, starts_at, ends_at, places)
        with writing():
            self._move("change_notice", by=by, version=version, changed_at=None if self.is_draft else now(), **facts)
            NoticeArea.delete().where(NoticeArea.notice == self).execute()
            self.set_areas(places)
            Event.record(self.number, "change_notice", by=by, detail=self.told)

    def issue(self, *, by: User) -> None:
        """发布: what was a draft is told to everybody."""
        may_publish(self.estate, by)
        if self.ends_at <= now():
            raise Refused("notice.over_already", field="ends_at")
        with writing():
            self._move("issue", Notice.is_draft, by=by, is_draft=False, at=now())
            Event.record(self.number, "issue", by=by)

    def discard(self, *, by: User) -> None:
        """A draft is thrown away; nobody outside the office ever saw it."""
        may_publish(self.estate, by)
        with writing():
            self._move("discard", Notice.is_draft, by=by, withdrawn_at=now())
            Event.record(self.number, "discard", by=by)

    def withdraw(self, *, by: User) -> None:
        may_publish(self.estate, by)
        with writing():
            self._move("withdraw", ~Notice.is_draft, by=by, withdrawn_at=now())
            Event.record(self.number, "withdraw", by=by)

    def _move(self, verb: str, *still: Any, by: User, version: int | None = None, **changes: Any) -> None:
        """The one conditional UPDATE: of what was not withdrawn, nor changed since it was read."""
        seen = self.version if version is None else version
        changes["version"] = Notice.version + 1
        moved = Notice.update(**changes).where(
            Notice.id == self.id, Notice.withdrawn_at.is_null(), *still,
            *((Notice.version == seen,) if verb == "change_notice" else ())).execute()
        if not moved:
            raise Stale("notice.withdrawn" if verb == "withdraw" else "notice.moved_on")
        fresh = Notice.get_by_id(self.id)
        self.__data__.update(fresh.__data__)
        self._dirty.clear()  # type: ignore[attr-defined]  # written already, by the UPDATE

    def set_areas(self, places: list[Place]) -> None:
        areas = {place.id: {"notice": self, "place": place} for place in places}
        if areas:
            NoticeArea.insert_many(list(areas.values())).execute()

    # -- looking up

    @classmethod
    def numbered(cls, number: str) -> Self:
        """A notice is public, a draft is not. NotFound when there is none of that number."""
        notice = cls.get_or_none(cls.number == number, ~cls.is_draft)
        if notice is None:
            raise NotFound("notice.unknown")
        return notice

    @classmethod
    def find(cls, number: str, *, by: User) -> Self:
        """For the office: of their estates, drafts as well, but for those thrown away."""
        notice = cls.get_or_none(cls.number == number, cls.estate.in_(by.estates),
                                 ~cls.is_draft | cls.withdrawn_at.is_null())
        if notice is None:
            raise NotFound("notice.unknown")
        return notice

    @classmethod
    def standing(cls, estate: Estate) -> "ModelSelect[Notice]":
        """What holds now or is to come, the next first."""
        return cls.select().where(
            cls.estate == estate, cls.withdrawn_at.is_null(), cls.ends_at > now(), ~cls.is_draft).order_by(
            cls.starts_at, cls.id)

    @classmethod
    def drafts(cls, estate: Estate) -> "ModelSelect[Notice]":
        """What waits to be issued, the newest first."""
        return cls.select().where(cls.estate == estate, cls.is_draft, cls.withdrawn_at.is_null()).order_by(
            cls.id.desc())

    @classmethod
    def about(cls, place: Place) -> "list[Notice]":
        """What whoever reports something at that place ought to know first: of it, of what it lies in, of all."""
        around = [place.id]
        while place.parent is not None:
            place = place.parent
            around.append(place.id)
        limited = NoticeArea.select(NoticeArea.notice)
        return list(cls.soon(place.estate).where(
            cls.id.in_(limited.where(NoticeArea.place.in_(around))) | cls.id.not_in(limited)))

    @classmethod
    def soon(cls, estate: Estate) -> "ModelSelect[Notice]":
        """What explains reports of these days, anywhere on the estate."""
        return cls.standing(estate).where(cls.starts_at < now() + AHEAD, cls.kind.not_in(NOT_OF_REPORTS))

    # -- reading

    def allows(self, verb: str, *, by: User) -> bool:
        """May this person do that to it now?"""
        if not by.has_role(*PUBLISH) or self.estate not in by.estates or self.withdrawn_at is not None:
            return False
        return verb == "change_notice" or self.is_draft == (verb in ("issue", "discard"))

    @property
    def places(self) -> list[str]:
        """The full names of its areas; empty for the whole estate."""
        return areas_of([self])[self.id]

    @property
    def told(self) -> dict[str, object]:
        """As the history says it."""
        return {"kind": self.kind, "text": self.text, "starts_at": self.starts_at, "ends_at": self.ends_at,
                "places": self.places}


class NoticeArea(Record):
    id = AutoField()
    notice = ForeignKeyField(Notice, backref="areas")
    place = ForeignKeyField(Place)

    class Meta:
        indexes = ((("notice", "place"), True),)


def areas_of(notices: Iterable[Notice]) -> dict[int, list[str]]:
    """The full names of the areas of each, by its row; empty for the whole estate."""
    found: dict[int, list[str]] = defaultdict(list)
    named = NoticeArea.select(NoticeArea.notice, Place.full_name).join(Place).where(
        NoticeArea.notice.in_([notice.id for notice in notices])).order_by(Place.id)
    for notice, name in rows(named):
        found[notice].append(name)
    return found


def may_publish(estate: Estate, by: User) -> None:
    if not by.has_role(*PUBLISH) or estate not in by.estates:
        raise NotAllowed("not_for_you")


def checked(
    estate: Estate, kind: str, text: str, starts_at: datetime | None, ends_at: datetime | None, places: list[Place],
) -> dict[str, Any]:
    """The columns of what is to be told. Refused where it says nothing, or nothing for the time to come."""
    text = said(text, field="text", needed=True)
    if kind not in NOTICE_KINDS:
        raise Refused("notice.no_kind", field="kind")
    if starts_at is None or ends_at is None:
        raise Refused("notice.no_period", field="ends_at" if starts_at else "starts_at")
    if ends_at <= max(starts_at, now()):
        raise Refused("notice.over_already", field="ends_at")
    if any(place.__data__["estate"] != estate.id for place in places):
        raise Refused("place.missing", field="place")
    return {"kind": kind, "text": text, "starts_at": starts_at, "ends_at": ends_at}


Notice.add_index(Notice.estate, Notice.ends_at, where=Notice.withdrawn_at.is_null(), name="notice_standing")
Notice.add_index(Notice.estate, where=Notice.is_draft, name="notice_draft")
