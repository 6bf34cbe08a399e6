"""The care note (关怀备注): what to heed with the people of a home, kept with their consent and shown to few."""
from typing import Any, Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, ModelSelect

from models.base import Record, now, writing
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.place import Place
from models.text import SHORT, said
from models.user import User
from models.work_order.record import WorkOrder

CARES = ("elderly", "alone", "hearing", "walking", "children", "pets", "other")
TALK_TO_HOMES = ("desk", "caller", "supervisor", "manager")


class CareNote(Record):
    """One holds for a home at a time; a change makes another one and ends this. `codes` are joined by blanks.

    The history of events says who wrote one and when, and never what: what was written can be taken away again.
    """

    id = AutoField()
    home = ForeignKeyField(Place, backref="care_notes")
    codes = CharField(max_length=80)
    text = CharField(max_length=SHORT, default="")
    by = ForeignKeyField(User, backref="care_notes")
    at = DateTimeField()
    ended_at = DateTimeField(null=True)
    ended_by = ForeignKeyField(User, null=True, backref="care_notes_ended")
    ended_why = CharField(max_length=SHORT, default="")

    @classmethod
    def write(
        cls, home: Place, codes: list[str], text: str, *, consent: bool, by: User, seen: int | None = None,
    ) -> Self:
        """With the consent of who it is about. `seen` is the note the person had before their eyes, None for none."""
        text = said(text, field="care_text", most=SHORT, needed="other" in codes)
        cls._check(home, by)
        if not codes or not set(codes) <= set(CARES):
            raise Refused("care.no_code", field="care_codes")
        if not consent:
            raise Refused("care.no_consent", field="consent")
        at = now()
        with writing():
            standing = cls.standing(home)
            if (standing.id if standing else None) != seen:
                raise Stale("care.changed_meanwhile")
            cls._end(home, by=by)
            note = cls.create(home=home, codes=" ".join(code for code in CARES if code in codes), text=text, by=by,
                              at=at)
            Event.record(subject_of(home), "note_care", by=by)
        return note

    @classmethod
    def remove(cls, home: Place, why: str, *, by: User) -> None:
        """It holds no more, and what it and those before it said is gone; who wrote and removed them is kept."""
        why = said(why, field="care_why", most=SHORT, needed=True)
        cls._check(home, by)
        with writing():
            if not cls._end(home, by=by, ended_why=why):
                raise Stale("care.changed_meanwhile")
            cls.update(codes="", text="").where(cls.home == home).execute()
            Event.record(subject_of(home), "remove_care", by=by)

    @classmethod
    def standing(cls, home: Place) -> Self | None:
        return cls.get_or_none(cls.home == home, cls.ended_at.is_null())

    @classmethod
    def shown(cls, home: Place, *, by: User) -> Self | None:
        """What holds, for who may read it: who talks to homes, and who has an open order there in hand."""
        note = cls.standing(home)  # few homes have one
        return note if note is not None and cls.is_for(home, by) else None

    @classmethod
    def history(cls, home: Place, *, by: User) -> "ModelSelect[CareNote]":
        """Every version there was, the newest first, with who wrote it in the same read; for who may write one."""
        cls._check(home, by)
        return cls.select(cls, User).join(User, on=cls.by).where(cls.home == home).order_by(cls.id.desc())

    @classmethod
    def is_for(cls, home: Place, person: User) -> bool:
        if home.kind != "home" or home.estate not in person.estates:
            return False
        return person.has_role(*TALK_TO_HOMES) or WorkOrder.select().where(
            WorkOrder.place == home, WorkOrder.assignee == person, WorkOrder.archived_at.is_null()).exists()

    @property
    def code_list(self) -> list[str]:
        return self.codes.split()

    @classmethod
    def _check(cls, home: Place, by: User) -> None:
        if home.estate not in by.estates or not by.has_role(*TALK_TO_HOMES):
            raise NotAllowed("not_for_you")
        if home.kind != "home":
            raise Refused("care.no_home", field="care_codes")

    @classmethod
    def _end(cls, home: Place, *, by: User, **changes: Any) -> bool:
        return bool(cls.update(ended_at=now(), ended_by=by, **changes).where(
            cls.home == home, cls.ended_at.is_null()).execute())


def subject_of(home: Place) -> str:
    """How the history names a home."""
    return f"home-{home.id}"


CareNote.add_index(CareNote.home, unique=True, where=CareNote.ended_at.is_null(), name="care_note_standing")
