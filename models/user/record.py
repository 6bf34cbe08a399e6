"""A person of the staff: who they are, their roles, skills, grids and estates, and their password."""
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now, rows, writing
from models.errors import Refused
from models.owner import surname_of
from models.place import Estate, Grid
from models.user.roles import DEPARTMENTS, ROLES, SKILLS

if TYPE_CHECKING:
    from models.user.session import Session

LOGIN_MAX = 40
PASSWORD_MIN = 8
PASSWORD_MAX = 200

hasher = PasswordHasher()  # argon2id
NOBODYS_HASH = hasher.hash("nobody has this password")


class User(Record):
    id = AutoField()
    login = CharField(max_length=LOGIN_MAX, unique=True)
    name = CharField(max_length=40)
    badge = CharField(max_length=12, unique=True)
    department = CharField(max_length=16)
    password_hash = CharField(max_length=200)
    disabled_at = DateTimeField(null=True)
    created_at = DateTimeField(default=now)

    @classmethod
    def add(
        cls, login: str, name: str, password: str, *, badge: str, department: str, estates: "list[Estate]",
        roles: "list[str]", skills: "list[str] | None" = None, beats: "list[tuple[Grid, str]] | None" = None,
        password_hash: str = "",
    ) -> Self:
        """`password_hash` spares the hashing where many start with one password."""
        login = login.strip().lower()
        for words, known in ((roles, ROLES), (skills or [], SKILLS), ([department], DEPARTMENTS)):
            for word in words:
                if word not in known:
                    raise Refused("user.unknown_word", word=word, allowed=", ".join(known))
        if not roles:
            raise Refused("user.no_role", allowed=", ".join(ROLES))
        if not login or not badge:
            raise Refused("user.no_login")
        if len(login) > LOGIN_MAX:
            raise Refused("text.too_long", field="login", most=LOGIN_MAX, length=len(login))
        with writing():
            if cls.get_or_none(cls.login == login):
                raise Refused("user.login_taken", field="login", login=login)
            if cls.get_or_none(cls.badge == badge):
                raise Refused("user.badge_taken", field="badge", badge=badge)
            user = cls.create(login=login, name=name, badge=badge, department=department,
                              password_hash=password_hash or hash_of(password))
            Membership.insert_many([{"user": user, "estate": estate} for estate in estates]).execute()
            RoleOf.insert_many([{"user": user, "role": role} for role in dict.fromkeys(roles)]).execute()
            if skills:
                SkillOf.insert_many([{"user": user, "skill": skill} for skill in dict.fromkeys(skills)]).execute()
            if beats:
                Beat.insert_many([{"user": user, "grid": grid, "duty": duty} for grid, duty in beats]).execute()
        return user

    @classmethod
    def authenticate(cls, login: str, password: str) -> Self:
        """The person with that login and password. Refused otherwise, after the same time whether or not they exist."""
        user = cls.called(login)
        known = user is not None and user.disabled_at is None
        matches = password_matches(user.password_hash if user and known else NOBODYS_HASH, password)
        if user is None or not known or not matches:
            raise Refused("sign_in.wrong", field="login")
        return user

    @classmethod
    def called(cls, login: str) -> Self | None:
        """The person with that login, as anybody may have typed it; None when there is none."""
        found: Self | None = cls.get_or_none(cls.login == login.replace("\x00", "").strip().lower()[:LOGIN_MAX])
        return found

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(role for (role,) in rows(RoleOf.select(RoleOf.role).where(RoleOf.user == self)))

    @cached_property
    def skills(self) -> frozenset[str]:
        return frozenset(skill for (skill,) in rows(SkillOf.select(SkillOf.skill).where(SkillOf.user == self)))

    @cached_property
    def estates(self) -> list[Estate]:
        return list(Estate.select().join(Membership).where(Membership.user == self).order_by(Estate.id))

    @cached_property
    def firm_ids(self) -> frozenset[int]:
        """The active firms this person comes from; none for the estate's own staff."""
        members: Any = self.firm_rows  # type: ignore[attr-defined]
        return members.model.firms_of(self) if self.has_role("vendor") else frozenset()

    @property
    def surname(self) -> str:
        """What an owner is told of who comes, beside the badge number."""
        return surname_of(self.name)

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def has_only(self, *roles: str) -> bool:
        return self.roles <= set(roles)

    def may(self, verb: str, thing: Any) -> bool:
        """May this person do this to that thing, as it is now?"""
        return bool(thing.allows(verb, by=self))

    def new_password(self, old: str, new: str) -> str:
        """The hash of a new password, for who knows the old one. Slow by design: not inside a transaction."""
        if not password_matches(self.password_hash, old):
            raise Refused("password.wrong", field="old")
        return hash_of(new)

    def take_password(self, password_hash: str, *, keep: "Session | None" = None) -> None:
        """Set a new password and end every session but the one in hand."""
        with writing():
            User.update(password_hash=password_hash).where(User.id == self.id).execute()
            self._end_sessions(keep)

    def disable(self) -> None:
        with writing():
            User.update(disabled_at=now()).where(User.id == self.id, User.disabled_at.is_null()).execute()
            self._end_sessions(None)

    def _end_sessions(self, keep: "Session | None") -> None:
        sessions: Any = self.sessions  # type: ignore[attr-defined]
        for session in sessions.where(sessions.model.ended_at.is_null()):
            if keep is None or session.id != keep.id:
                session.end()


class Membership(Record):
    """A person works on an estate."""

    id = AutoField()
    user = ForeignKeyField(User, backref="memberships")
    estate = ForeignKeyField(Estate, backref="memberships")

    class Meta:
        indexes = ((("user", "estate"), True),)


class RoleOf(Record):
    id = AutoField()
    user = ForeignKeyField(User, backref="role_rows")
    role = CharField(max_length=16)

    class Meta:
        indexes = ((("user", "role"), True), (("role",), False))


class SkillOf(Record):
    id = AutoField()
    user = ForeignKeyField(User, backref="skill_rows")
    skill = CharField(max_length=16)

    class Meta:
        indexes = ((("user", "skill"), True),)


class Beat(Record):
    """A person's part in a grid: responsible, deputy, or works there."""

    id = AutoField()
    user = ForeignKeyField(User, backref="beats")
    grid = ForeignKeyField(Grid, backref="beats")
    duty = CharField(max_length=12, default="works")

    class Meta:
        indexes = ((("user", "grid", "duty"), True),)


def hash_of(password: str) -> str:
    if len(password) < PASSWORD_MIN:
        raise Refused("password.too_short", field="new", least=PASSWORD_MIN)
    if len(password) > PASSWORD_MAX:
        raise Refused("password.too_long", field="new", most=PASSWORD_MAX)
    return hasher.hash(password)


def password_matches(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password[: PASSWORD_MAX + 1])
    except (VerifyMismatchError, InvalidHashError):
        return False
