"""The phone: what it still holds of whose work, as it told last, and for whom its age is a worry."""
from datetime import datetime, timedelta

import pytest

from models.base import moment
from models.place import Estate
from models.user import Phone, User
from models.user.phone import FORGOTTEN_AFTER
from tests.models.conftest import HOUR, hire

CODE, OTHER = "0a8b6c1e-5d0f-4a57-9d0e-2f3c4b5a6978", "1b9c7d2f-6e1a-4b68-8e1f-3a4d5c6b7a89"
NOON = datetime(2027, 3, 1, 4, 0)


def tell(user: User, waiting: int = 0, *, code: str = CODE, at: datetime = NOON, oldest: timedelta = HOUR) -> None:
    with moment(at):
        Phone.tell(code, user, device="Android", waiting=waiting, oldest_at=NOON - oldest)


def of_staff(*estates: Estate, at: datetime = NOON) -> list[str]:
    with moment(at):
        return [phone.user.login for phone in Phone.of_staff(estates)]


def test_the_last_word_of_a_phone_counts(chenliang: User) -> None:
    tell(chenliang, 3)
    tell(chenliang, 2, at=NOON + HOUR)
    [phone] = Phone.select()
    assert (phone.code, phone.user, phone.waiting, phone.seen_at) == (CODE, chenliang, 2, NOON + HOUR)
    assert phone.oldest_at == NOON - HOUR


def test_a_phone_that_holds_nothing_has_no_oldest(chenliang: User) -> None:
    tell(chenliang, 3)
    tell(chenliang, 0)
    assert [(phone.waiting, phone.oldest_at) for phone in Phone.select()] == [(0, None)]


def test_one_phone_of_two_people_and_two_phones_of_one_are_told_apart(chenliang: User, xuwei: User) -> None:
    tell(chenliang, 1)
    tell(xuwei, 2)
    tell(chenliang, 4, code=OTHER)
    told = {(phone.code, phone.user.login): phone.waiting for phone in Phone.select()}
    assert told == {(CODE, "chenliang"): 1, (CODE, "xuwei"): 2, (OTHER, "chenliang"): 4}


def test_a_device_of_a_very_long_name_is_cut(chenliang: User) -> None:
    Phone.tell(CODE, chenliang, device="x" * 500, waiting=0, oldest_at=None)
    assert Phone.get().device == "x" * 200


def test_phones_that_hold_something_longest_come_first_and_then_those_not_heard_of_longest(
    chenliang: User, xuwei: User, heguangjun: User, sunqi: User, estate: Estate,
) -> None:
    tell(chenliang, at=NOON - HOUR)
    tell(xuwei, at=NOON - 2 * HOUR)
    tell(heguangjun, 1, oldest=HOUR)
    tell(sunqi, 1, oldest=5 * HOUR)
    assert of_staff(estate) == ["sunqi", "heguangjun", "xuwei", "chenliang"]


def test_phones_of_people_of_other_estates_are_not_listed(chenliang: User, estate: Estate) -> None:
    elsewhere = Estate.create(code="elsewhere", name="别处")
    stranger = hire(elsewhere, "stranger", "technician")
    tell(chenliang, 1)
    tell(stranger, 2)
    assert of_staff(estate) == ["chenliang"]
    assert of_staff(elsewhere) == ["stranger"]
    assert sorted(of_staff(estate, elsewhere)) == ["chenliang", "stranger"]
    assert of_staff() == []


def test_a_phone_not_heard_of_is_forgotten_unless_it_holds_something(
    chenliang: User, xuwei: User, estate: Estate,
) -> None:
    tell(chenliang)
    tell(xuwei, 1)
    assert of_staff(estate, at=NOON + FORGOTTEN_AFTER - HOUR) == ["xuwei", "chenliang"]
    assert of_staff(estate, at=NOON + FORGOTTEN_AFTER + HOUR) == ["xuwei"]


@pytest.mark.parametrize(("hours", "age"), [(0, ""), (24, ""), (24.1, "yellow"), (72, "yellow"), (72.1, "red")])
def test_what_waits_turns_yellow_after_a_day_and_red_after_three(chenliang: User, hours: float, age: str) -> None:
    tell(chenliang, 1, oldest=timedelta(hours=hours))
    with moment(NOON):
        assert Phone.get().age == age


def test_what_was_sent_grows_no_older(chenliang: User) -> None:
    tell(chenliang, 0, oldest=1000 * HOUR)
    with moment(NOON):
        assert Phone.get().age == ""
