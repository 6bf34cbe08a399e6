"""Which homes to call next, and how many of all were talked with."""
from datetime import date, timedelta

import pytest

from models.base import moment
from models.callback import Attempt, HouseholdAttempt, HouseholdCall, HouseholdCoverage, Said
from models.callback.figures import Figure
from models.dispatch import Category
from models.place import Estate, Place
from models.user import User
from models.work_order import CareNote, Classification, Details, Talk, WorkOrder
from tests.conftest import MONDAY_MORNING
from tests.models.conftest import hire

NOW = MONDAY_MORNING
TODAY = date(2026, 11, 23)


def heard_of(estate: Estate, name: str, days: int | None, by: User, phone: str = "13800001234") -> Place:
    """A home with an order of two years ago, talked with so many days ago or never."""
    home = Place.named(estate, name)
    with moment(NOW - timedelta(days=700)):
        order = WorkOrder.register_call(home, "灯不亮", Category.leaf(estate, "1002"), by=by, channel="phone",
                                        read_back=True, name="王女士", phone=phone)
    if days is not None:
        with moment(NOW - timedelta(days=days)):
            Talk.note(order, "phone", "都好", by=by)
    return home


def found(estate: Estate, by: User, **asked: object) -> list[str]:
    with moment(NOW):
        shown = HouseholdCoverage(estate, by=by).candidates(**asked).shown  # type: ignore[arg-type]
    return [one.home.full_name for one in shown]


@pytest.fixture
def homes(estate: Estate, sunqi: User) -> list[Place]:
    return [heard_of(estate, name, days, sunqi) for name, days in (
        ("1栋1单元0101", 10), ("1栋1单元0102", 200), ("1栋2单元0201", None), ("2栋1单元0301", 400))]


def test_who_was_never_talked_with_comes_first_then_the_longest_ago(
    homes: list[Place], estate: Estate, luxia: User,
) -> None:
    assert found(estate, luxia) == ["1栋2单元0201", "2栋1单元0301", "1栋1单元0102", "1栋1单元0101"]
    assert found(estate, luxia, days=180) == ["1栋2单元0201", "2栋1单元0301", "1栋1单元0102"]
    assert found(estate, luxia, days=365, building="1栋") == ["1栋2单元0201"]
    assert found(estate, luxia, building="3栋") == []


def test_homes_with_a_care_note_can_be_chosen_alone(
    homes: list[Place], estate: Estate, luxia: User, sunqi: User,
) -> None:
    CareNote.write(homes[3], ["elderly"], "", consent=True, by=sunqi)
    with moment(NOW):
        [one] = HouseholdCoverage(estate, by=luxia).candidates(care=True).shown
    assert (one.home, one.care and one.care.code_list, one.contact.name) == (homes[3], ["elderly"], "王女士")
    assert one.last_at == NOW - timedelta(days=400)


def test_homes_that_are_planned_or_left_no_phone_are_not_listed(
    homes: list[Place], estate: Estate, luxia: User, sunqi: User,
) -> None:
    with moment(NOW):
        HouseholdCall.plan([homes[2]], "regular", TODAY, by=luxia)
        listed = HouseholdCoverage(estate, by=luxia).candidates(building="1栋")
    assert [one.home for one in listed.shown] == [homes[1], homes[0]]
    all_homes = 44
    assert (listed.many, listed.mute) == (2, all_homes - 3)


@pytest.mark.parametrize("way", ["talk", "answered", "planned"])
def test_a_contact_is_a_talk_or_an_answered_call(
    calling_order: WorkOrder, home: Place, estate: Estate, luxia: User, way: str,
) -> None:
    coverage = HouseholdCoverage(estate, by=luxia)
    assert coverage.last_contacts() == {}
    Attempt.make(calling_order, "no_answer", by=luxia)
    assert coverage.last_contacts() == {}  # nobody was talked with
    if way == "talk":
        at = Talk.note(calling_order, "phone", "讲了", by=luxia).at
    elif way == "answered":
        at = Attempt.make(calling_order, "answered", by=luxia, told=Said("yes", "satisfied")).at
    else:
        [call] = HouseholdCall.plan([home], "regular", estate.local(calling_order.reported_at).date(), by=luxia)
        HouseholdAttempt.make(call, "no_answer", by=luxia)
        assert coverage.last_contacts() == {}
        at = HouseholdAttempt.make(call, "answered", by=luxia, told=Said(overall="satisfied")).at
    assert coverage.last_contacts() == {home.id: at}


def test_the_share_is_of_the_last_twelve_months_and_of_all_homes(
    homes: list[Place], estate: Estate, luxia: User,
) -> None:
    with moment(NOW):
        figures = HouseholdCoverage(estate, by=luxia).figures()
    by_name = {one.name: one for one in figures}
    assert by_name["1栋"] == Figure("1栋", 2, 44)
    assert by_name["2栋"] == Figure("2栋", 0, 44)  # four hundred days ago is too long
    assert by_name["1栋"].percent == 5
    everything = Place.select().where(Place.kind == "home").count()
    assert figures[-1] == Figure("", 2, everything)
    assert [one.name for one in figures[:-1]] == Place.buildings(estate)


def test_a_building_without_homes_is_named_with_none(estate: Estate, luxia: User) -> None:
    Place.add(estate, "building", "会所")
    assert Figure("会所", 0, 0) in HouseholdCoverage(estate, by=luxia).figures()


def test_a_hidden_complaint_tells_its_department_neither_date_nor_phone(
    estate: Estate, home: Place, tangwen: User, zhaomin: User, luxia: User,
) -> None:
    guard = hire(estate, "guard", "supervisor")
    User.update(department="order").where(User.id == guard.id).execute()
    guard = User.get_by_id(guard.id)
    with moment(NOW - timedelta(days=3)):
        order = WorkOrder.register_call(
            home, "保安吼人", Category.leaf(estate, "9501"), by=tangwen, channel="phone", read_back=True, name="王女士",
            phone="13800001234",
            details=Details(complaint=Classification(cause="attitude", about_department="order", hidden=True)))
        Talk.note(order, "phone", "别说是我讲的", by=tangwen)
    assert found(estate, guard) == []
    assert found(estate, luxia) == [home.full_name]
    assert HouseholdCoverage(estate, by=guard).last_contacts(seen_by=guard) == {}
    assert list(HouseholdCoverage(estate, by=luxia).last_contacts(seen_by=luxia)) == [home.id]


def test_another_estate_has_its_own(homes: list[Place], luxia: User) -> None:
    other = Estate.create(code="beichen", name="北辰里")
    assert HouseholdCoverage(other, by=luxia).last_contacts() == {}
    assert HouseholdCoverage(other, by=luxia).figures() == [Figure("", 0, 0)]
