"""The roster: who is on duty when, by the estate's clock, across midnight and where clocks change."""
from datetime import date, datetime, time, timedelta

import pytest

from models.base import moment
from models.dispatch import SHIFTS, Certificate, Shift
from models.dispatch.shift import hours_of, is_night
from models.errors import NotFound, Refused
from models.place import Estate
from models.user import User
from tests.conftest import MONDAY_MORNING
from tests.models.conftest import hire

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """That time in Asia/Shanghai, naive UTC."""
    return datetime.combine(day, time(hour, minute)) - timedelta(hours=8)


def test_without_any_shift_that_day_everybody_counts_as_on_duty(estate: Estate, chenliang: User) -> None:
    duty = Shift.duty(estate, at(10))
    assert (duty.kept, duty.present, duty.has(chenliang.id)) == (False, frozenset(), True)


def test_a_shift_counts_from_its_first_minute_to_its_last(estate: Estate, chenliang: User, guoqiang: User) -> None:
    shift = Shift.put(estate, chenliang, MONDAY, "day", by=guoqiang)
    assert (shift.starts_at, shift.ends_at, shift.by) == (at(8), at(17), guoqiang)
    there = {moment: chenliang.id in Shift.duty(estate, moment).present
             for moment in (at(7, 59), at(8), at(16, 59), at(17))}
    assert list(there.values()) == [False, True, True, False]


def test_a_night_crosses_midnight(estate: Estate, chenliang: User, guoqiang: User) -> None:
    shift = Shift.put(estate, chenliang, MONDAY, "night", by=guoqiang)
    assert (shift.starts_at, shift.ends_at) == (at(20), at(8, day=MONDAY + DAY))
    for moment_of, there in ((at(19, 59), False), (at(20), True), (at(23, 59), True), (at(0, 0, MONDAY + DAY), True),
                             (at(7, 59, MONDAY + DAY), True), (at(8, 0, MONDAY + DAY), False)):
        assert (chenliang.id in Shift.duty(estate, moment_of).night) == there, moment_of


def test_a_night_still_running_is_a_roster_kept_and_its_morning_after_is_none(
    estate: Estate, chenliang: User, guoqiang: User,
) -> None:
    Shift.put(estate, chenliang, MONDAY, "night", by=guoqiang)
    assert Shift.duty(estate, at(3, day=MONDAY + DAY)).kept
    assert not Shift.duty(estate, at(9, day=MONDAY + DAY)).kept


def test_leave_is_no_duty_but_a_roster(estate: Estate, chenliang: User, guoqiang: User) -> None:
    Shift.put(estate, chenliang, MONDAY, "leave", by=guoqiang)
    duty = Shift.duty(estate, at(10))
    assert (duty.kept, duty.has(chenliang.id)) == (True, False)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 11), (date(2026, 10, 24), 13)])
def test_a_night_in_which_clocks_change_is_shorter_or_longer(estate: Estate, day: date, hours: int) -> None:
    estate.zone = "Europe/Berlin"
    starts_at, ends_at = hours_of(estate, day, "night")
    assert ends_at - starts_at == timedelta(hours=hours)


def test_every_shift_ends_after_it_begins(estate: Estate) -> None:
    for kind in SHIFTS:
        starts_at, ends_at = hours_of(estate, MONDAY, kind)
        assert timedelta(hours=8) <= ends_at - starts_at <= DAY, kind


def test_a_new_shift_takes_the_place_of_the_old_and_can_be_taken_away(
    estate: Estate, chenliang: User, guoqiang: User,
) -> None:
    Shift.put(estate, chenliang, MONDAY, "day", by=guoqiang)
    Shift.put(estate, chenliang, MONDAY, "night", by=guoqiang)
    assert [shift.kind for shift in Shift.select()] == ["night"]
    Shift.clear(estate, chenliang, MONDAY)
    assert not Shift.select().exists()


def test_a_shift_is_of_a_known_kind_and_for_the_estates_own_staff(estate: Estate, chenliang: User, yzdb: User) -> None:
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", "technician")
    with pytest.raises(Refused, match=r"shift\.no_kind"):
        Shift.put(estate, chenliang, MONDAY, "nap", by=chenliang)
    for nobody in (stranger, yzdb, User.get(User.login == "v-dianti")):
        with pytest.raises(Refused, match=r"shift\.nobody"):
            Shift.put(estate, nobody, MONDAY, "day", by=chenliang)
    assert not Shift.select().exists()


def test_copying_a_week_fills_gaps_and_replaces_nothing(
    estate: Estate, chenliang: User, xuwei: User, guoqiang: User,
) -> None:
    Shift.put(estate, chenliang, MONDAY - 7 * DAY, "day", by=guoqiang)
    Shift.put(estate, xuwei, MONDAY - 7 * DAY, "night", by=guoqiang)
    Shift.put(estate, xuwei, MONDAY, "leave", by=guoqiang)
    assert Shift.copy_week(estate, MONDAY, by=guoqiang) == 1
    assert {(shift.user.login, shift.kind) for shift in Shift.of_week(estate, MONDAY)} == {
        ("chenliang", "day"), ("xuwei", "leave")}
    assert Shift.copy_week(estate, MONDAY, by=guoqiang) == 0


def test_who_has_left_is_not_copied(estate: Estate, chenliang: User, guoqiang: User) -> None:
    Shift.put(estate, chenliang, MONDAY - 7 * DAY, "day", by=guoqiang)
    chenliang.disable()
    assert Shift.copy_week(estate, MONDAY, by=guoqiang) == 0


@pytest.mark.parametrize(("hour", "minute", "night"), [
    (7, 59, True), (8, 0, False), (19, 59, False), (20, 0, True), (2, 0, True)])
def test_the_night_is_between_the_closing_and_the_opening_of_an_ordinary_repair(
    estate: Estate, hour: int, minute: int, night: bool,
) -> None:
    assert is_night(estate, at(hour, minute)) == night


# -- certificates


def test_a_renewed_certificate_takes_the_place_of_the_old(chenliang: User) -> None:
    Certificate.enter(chenliang, "electrics", "T1", MONDAY)
    Certificate.enter(chenliang, "electrics", "T2", MONDAY + 365 * DAY)
    held = Certificate.get(Certificate.user == chenliang)
    assert (held.number, held.expires_on) == ("T2", MONDAY + 365 * DAY)
    assert Certificate.select().where(Certificate.user == chenliang).count() == 1


@pytest.mark.parametrize(("days", "standing"), [(-1, "expired"), (0, "soon"), (60, "soon"), (61, "valid")])
def test_what_ends_within_sixty_days_ends_soon(chenliang: User, days: int, standing: str) -> None:
    held = Certificate.enter(chenliang, "fire", "X1", MONDAY + days * DAY)
    with moment(MONDAY_MORNING):
        assert held.standing == standing


@pytest.mark.parametrize(("skill", "number", "day", "code"), [
    ("magic", "T1", MONDAY, "certificate.no_skill"), ("fire", " ", MONDAY, "text.missing"),
    ("fire", "T1", None, "certificate.no_day"), ("fire", "T" * 41, MONDAY, "text.too_long"),
])
def test_a_certificate_has_a_skill_a_number_and_a_last_day(
    chenliang: User, skill: str, number: str, day: date | None, code: str,
) -> None:
    with pytest.raises(Refused, match=code):
        Certificate.enter(chenliang, skill, number, day)


def test_certificates_of_another_estate_are_not_found(estate: Estate) -> None:
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", "technician")
    held = Certificate.enter(stranger, "fire", "X1", MONDAY)
    with pytest.raises(NotFound):
        Certificate.find(held.id, estates=[estate])
