"""A signed-in device: opened by a token that only its browser knows, ended one by one."""
from datetime import timedelta

import pytest

from models.base import moment, now
from models.user import Session, User
from models.user.session import LASTS, network_of


def test_a_session_is_opened_by_its_token_alone(sunqi: User) -> None:
    session, token = Session.begin(sunqi, device="phone", address="203.0.113.7")
    opened = Session.opened_by(token)
    assert opened == session
    assert opened.user == sunqi
    for wrong in ("", token[:-1], token + "A", session.token_hash):
        assert Session.opened_by(wrong) is None


def test_the_database_does_not_know_the_token(sunqi: User) -> None:
    _, token = Session.begin(sunqi, device="", address="")
    assert len(token) >= 43
    assert token not in str(Session.select().dicts().get())


def test_ending_one_session_leaves_the_others(sunqi: User) -> None:
    (first, one), (second, two) = (Session.begin(sunqi, device="", address="") for _ in range(2))
    first.end()
    assert Session.opened_by(one) is None
    assert Session.opened_by(two) == second
    assert list(Session.live_of(sunqi)) == [second]


def test_a_session_not_used_for_thirty_days_is_over(sunqi: User) -> None:
    _, token = Session.begin(sunqi, device="", address="")
    with moment(now() + LASTS - timedelta(minutes=1)):
        assert Session.opened_by(token) is not None
    with moment(now() + LASTS + timedelta(minutes=1)):
        assert Session.opened_by(token) is None
        assert not Session.live_of(sunqi).exists()


def test_use_keeps_a_session_alive(sunqi: User) -> None:
    session, token = Session.begin(sunqi, device="", address="203.0.113.7")
    with moment(now() + timedelta(days=20)):
        session.touch(address="203.0.113.7")
    with moment(now() + timedelta(days=40)):
        assert Session.opened_by(token) == session


@pytest.mark.parametrize(
    ("minutes", "address", "written"), [(4, "203.0.113.7", False), (6, "203.0.113.7", True), (0, "203.0.113.8", True)],
)
def test_looking_at_a_page_costs_a_write_only_now_and_then(
    sunqi: User, minutes: int, address: str, written: bool,
) -> None:
    session, _ = Session.begin(sunqi, device="", address="203.0.113.7")
    began = (session.seen_at, session.address)
    with moment(session.seen_at + timedelta(minutes=minutes)):
        session.touch(address=address)
    kept = Session.get_by_id(session.id)
    assert ((kept.seen_at, kept.address) != began) is written
    assert kept.address == address


def test_an_endless_device_name_is_cut(sunqi: User) -> None:
    session, _ = Session.begin(sunqi, device="x" * 5000, address="y" * 500)
    kept = Session.get_by_id(session.id)
    assert (kept.device, kept.address) == ("x" * 200, "y" * 45)


def test_an_address_is_the_same_network_however_the_server_writes_it() -> None:
    assert network_of("::ffff:198.51.100.7") == network_of("198.51.100.7") != network_of("::ffff:198.51.100.8")
