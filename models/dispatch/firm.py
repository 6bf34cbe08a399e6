"""The firm (外包单位): a company from outside that takes work of an estate, and its people."""
from typing import Self

from peewee import AutoField, BooleanField, CharField, ForeignKeyField, ModelSelect

from models.base import Record, rows, writing
from models.errors import NotFound, Refused
from models.place import Estate
from models.text import SHORT, said
from models.user import SKILLS, Membership, RoleOf, User


class Firm(Record):
    """`skills` are codes separated by blanks. A firm that is not active gets no more work and sees none."""

    id = AutoField()
    estate = ForeignKeyField(Estate, backref="firms")
    name = CharField(max_length=60)
    contact = CharField(max_length=40, default="")
    phone = CharField(max_length=20, default="")
    skills = CharField(max_length=SHORT, default="")
    active = BooleanField(default=True)

    class Meta:
        indexes = ((("estate", "name"), True),)

    @classmethod
    def add(cls, estate: Estate, name: str, *, contact: str = "", phone: str = "", skills: list[str]) -> Self:
        return cls.create(estate=estate, **cls._checked(estate, name, contact, phone, skills))

    def change(self, name: str, *, contact: str, phone: str, skills: list[str], active: bool) -> None:
        checked = self._checked(self.estate, name, contact, phone, skills, but=self.id)
        Firm.update(active=active, **checked).where(Firm.id == self.id).execute()

    @classmethod
    def _checked(
        cls, estate: Estate, name: str, contact: str, phone: str, skills: list[str], but: int = 0,
    ) -> dict[str, str]:
        name = said(name, field="name", most=60, needed=True)
        skills = list(dict.fromkeys(skills))
        if not skills or not set(skills) <= set(SKILLS):
            raise Refused("firm.no_skill", field="skills")
        if cls.get_or_none(cls.estate == estate, cls.name == name, cls.id != but):
            raise Refused("firm.name_taken", field="name", name=name)
        return {"name": name, "contact": said(contact, field="contact", most=40),
                "phone": said(phone, field="phone", most=20), "skills": " ".join(skills)}

    @classmethod
    def find(cls, id: int, *, by: User) -> Self:
        """The firm of that number, looked up through the person: their estates' for the office, a vendor's own."""
        firm = cls.seen_by(by).where(cls.id == id).get_or_none()
        if firm is None:
            raise NotFound("firm.unknown")
        return firm  # type: ignore[return-value]  # peewee's select() loses Self

    @classmethod
    def seen_by(cls, user: User) -> "ModelSelect[Firm]":
        seen = cls.select().where(cls.estate.in_(user.estates)).order_by(cls.active.desc(), cls.name)
        return seen if user.has_role("supervisor", "manager", "admin") else seen.where(cls.id.in_(user.firm_ids))

    @property
    def skill_codes(self) -> list[str]:
        return self.skills.split()

    def people(self) -> "ModelSelect[User]":
        return User.select().join(FirmMember).where(FirmMember.firm == self).order_by(User.id)

    def take_in(self, login: str) -> None:
        """A vendor's account of this estate becomes one of the firm's people; again changes nothing."""
        user = User.called(login)
        if user is None or not user.has_role("vendor") or self.estate not in user.estates:
            raise Refused("firm.not_a_vendor", field="login")
        with writing():
            FirmMember.insert(firm=self, user=user).on_conflict_ignore().execute()

    def let_go(self, login: str) -> None:
        FirmMember.delete().where(FirmMember.firm == self, FirmMember.user == User.called(login)).execute()

    @classmethod
    def people_to_add(cls, estate: Estate) -> list[User]:
        """Vendors' accounts of the estate that belong to no firm yet."""
        from_outside = User.select().where(
            User.disabled_at.is_null(), User.id.in_(_vendors(estate)),
            User.id.not_in(FirmMember.select(FirmMember.user)))
        return list(from_outside.order_by(User.id))


class FirmMember(Record):
    id = AutoField()
    firm = ForeignKeyField(Firm, backref="members")
    user = ForeignKeyField(User, backref="firm_rows")

    class Meta:
        indexes = ((("firm", "user"), True),)

    @classmethod
    def firms_of(cls, user: User) -> frozenset[int]:
        """The active firms this person belongs to."""
        return frozenset(id for (id,) in rows(
            cls.select(cls.firm).join(Firm).where(cls.user == user, Firm.active)))


def _vendors(estate: Estate) -> "ModelSelect[RoleOf]":
    return (RoleOf.select(RoleOf.user).where(RoleOf.role == "vendor", RoleOf.user.in_(
        Membership.select(Membership.user).where(Membership.estate == estate))))
