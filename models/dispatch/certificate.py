"""The certificate (上岗证): what the law asks of who works on some things, with the day it ends."""
from datetime import date, timedelta
from typing import Any, Self

from peewee import AutoField, CharField, DateField, Expression, ForeignKeyField, ModelSelect

from models.base import Record, now, rows, writing
from models.errors import NotFound, Refused
from models.place import Estate
from models.text import said
from models.user import SKILLS, Membership, SkillOf, User

# Skills nobody may be sent out with unless they hold a valid certificate: electrician's 电工证, lift safety
# manager's 电梯安全管理员证, fire installation operator's 消防设施操作员证.
CERTIFIED = ("electrics", "lifts", "fire")
SOON = timedelta(days=60)


class Certificate(Record):
    """A person has one of each skill; a renewed one takes the place of the old. Valid through its last day."""

    id = AutoField()
    user = ForeignKeyField(User, backref="certificates")
    skill = CharField(max_length=16)
    number = CharField(max_length=40)
    expires_on = DateField()

    class Meta:
        indexes = ((("user", "skill"), True), (("expires_on",), False))

    @classmethod
    def enter(cls, user: User, skill: str, number: str, expires_on: date | None) -> Self:
        number = said(number, field="number", most=40, needed=True)
        if skill not in SKILLS:
            raise Refused("certificate.no_skill", field="skill")
        if expires_on is None:
            raise Refused("certificate.no_day", field="expires_on")
        with writing():
            cls.insert(user=user, skill=skill, number=number, expires_on=expires_on).on_conflict(
                conflict_target=[cls.user, cls.skill],
                update={cls.number: number, cls.expires_on: expires_on}).execute()
        return cls.get(cls.user == user, cls.skill == skill)

    @classmethod
    def find(cls, id: int, *, estates: list[Estate]) -> Self:
        found = cls.of_estates(estates).where(cls.id == id).get_or_none()
        if found is None:
            raise NotFound("certificate.unknown")
        return found  # type: ignore[return-value]  # peewee's select() loses Self

    @classmethod
    def of_estates(cls, estates: list[Estate]) -> "ModelSelect[Certificate]":
        """Of everybody who still works on these estates, the first to end first, with the people in the same read."""
        there = Membership.select(Membership.user).where(Membership.estate.in_(estates))
        return (cls.select(cls, User).join(User).where(cls.user.in_(there), User.disabled_at.is_null())
                .order_by(cls.expires_on, cls.id))

    @property
    def standing(self) -> str:
        """expired, soon (within 60 days) or valid."""
        today = now().date()
        return "expired" if self.expires_on < today else "soon" if self.expires_on <= today + SOON else "valid"

    @classmethod
    def last_days(cls, users: list[int], skill: str) -> dict[int, date]:
        """Until when each of these people holds the certificate of that skill."""
        return dict(rows(cls.select(cls.user, cls.expires_on).where(cls.user.in_(users), cls.skill == skill)))

    @classmethod
    def able(cls, user: User, today: date) -> "ModelSelect[Any]":
        """The skills this person may be sent out with on that day: theirs, certified where that is needed."""
        valid = cls.select(cls.skill).where(cls.user == user, cls.expires_on >= today)
        free: Expression = SkillOf.skill.not_in(CERTIFIED)
        return SkillOf.select(SkillOf.skill).where(SkillOf.user == user, free | SkillOf.skill.in_(valid))
