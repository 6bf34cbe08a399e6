"""The people who work here: how they are added, recognised and sent away."""
from typing import Any

import pytest

from models.errors import Refused
from models.place import Estate
from models.user import Membership, RoleOf, Session, SkillOf, User
from tests.conftest import PASSWORD


def add(estate: Estate, login: str = "newcomer", password: str = PASSWORD, **more: Any) -> User:
    facts: dict[str, Any] = {"badge": "QH900", "department": "service", "roles": ["desk"], **more}
    return User.add(login, "新来的", password, estates=[estate], **facts)


def test_a_person_signs_in_with_login_and_password(sunqi: User) -> None:
    assert User.authenticate("sunqi", PASSWORD) == sunqi
    assert User.authenticate("  SunQi ", PASSWORD) == sunqi


@pytest.mark.parametrize(
    ("login", "password"),
    [("sunqi", "open sesame"), ("sunqi", ""), ("sunqi", PASSWORD + " "), ("nobody", PASSWORD), ("", ""),
     ("sunqi", PASSWORD.upper()), ("sunqi' OR 1=1 --", PASSWORD), ("x" * 10_000, "y" * 100_000)],
)
@pytest.mark.usefixtures("stage")
def test_nobody_else_does_and_the_refusal_does_not_say_why(login: str, password: str) -> None:
    with pytest.raises(Refused, match=r"sign_in\.wrong") as refused:
        User.authenticate(login, password)
    assert (refused.value.field, refused.value.facts) == ("login", {})


def test_a_login_given_in_capitals_is_one_that_can_sign_in(estate: Estate) -> None:
    newcomer = add(estate, "LaoWang")
    assert User.authenticate("laowang", PASSWORD) == newcomer


def test_passwords_are_kept_as_argon2id(sunqi: User) -> None:
    assert sunqi.password_hash.startswith("$argon2id$")
    assert PASSWORD not in sunqi.password_hash


@pytest.mark.parametrize(("password", "code"), [("seven77", "password.too_short"), ("x" * 201, "password.too_long")])
def test_a_password_has_eight_to_two_hundred_characters(estate: Estate, password: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        add(estate, password=password)
    assert not User.select().where(User.login == "newcomer").exists()


@pytest.mark.parametrize(
    "more",
    [{"login": "sunqi"}, {"badge": "QH004"}, {"roles": ["desk", "wizard"]}, {"skills": ["juggling"]},
     {"department": "circus"}, {"roles": []}, {"badge": ""}],
)
def test_who_cannot_be_added_is_refused_and_leaves_nothing(estate: Estate, more: dict[str, Any]) -> None:
    before = [table.select().count() for table in (User, RoleOf, SkillOf, Membership)]
    with pytest.raises(Refused):
        add(estate, **more)
    assert [table.select().count() for table in (User, RoleOf, SkillOf, Membership)] == before


def test_a_role_said_twice_is_one_role(estate: Estate) -> None:
    assert add(estate, roles=["desk", "desk"]).roles == {"desk"}


def test_a_person_knows_their_roles_skills_and_estates(heguangjun: User, estate: Estate) -> None:
    assert heguangjun.roles == {"supervisor", "technician"}
    assert heguangjun.skills == {"general", "masonry"}
    assert heguangjun.estates == [estate]
    assert heguangjun.has_role("desk", "technician")
    assert not heguangjun.has_role("desk", "caller")
    assert heguangjun.surname == "何"


def test_a_new_password_needs_the_old_one(sunqi: User) -> None:
    session, _ = Session.begin(sunqi, device="", address="")
    with pytest.raises(Refused, match=r"password\.wrong"):
        sunqi.take_password(sunqi.new_password("not it", "a new password"), keep=session)
    assert User.authenticate("sunqi", PASSWORD) == sunqi


def test_a_new_password_ends_every_session_but_the_one_in_hand(sunqi: User) -> None:
    (here, token), (_, there) = (Session.begin(sunqi, device="", address="") for _ in range(2))
    sunqi.take_password(sunqi.new_password(PASSWORD, "a new password"), keep=here)
    assert Session.opened_by(token) == here
    assert Session.opened_by(there) is None
    assert User.authenticate("sunqi", "a new password") == sunqi
    with pytest.raises(Refused):
        User.authenticate("sunqi", PASSWORD)


def test_who_has_left_is_out_at_once_and_stays_out(sunqi: User) -> None:
    _, token = Session.begin(sunqi, device="", address="")
    sunqi.disable()
    left_at = User.get_by_id(sunqi.id).disabled_at
    sunqi.disable()
    assert Session.opened_by(token) is None
    assert left_at is not None
    assert User.get_by_id(sunqi.id).disabled_at == left_at
    with pytest.raises(Refused, match=r"sign_in\.wrong"):
        User.authenticate("sunqi", PASSWORD)
