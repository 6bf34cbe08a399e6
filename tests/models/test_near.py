"""What is near a report being taken: the closest of the same matter first, nothing that is over."""
from typing import Any

import pytest

from models.base import writing
from models.dispatch import Category
from models.place import Estate, Place
from models.user import User
from models.work_order import Merge, Neighbourhood, WorkOrder
from models.work_order.near import SHOWN

TAP, DRAIN, LAMP = "1002", "1003", "2003"


@pytest.fixture
def take(estate: Estate, sunqi: User) -> Any:
    def taken(place: str, category: str, text: str = "漏水了") -> WorkOrder:
        return WorkOrder.register_call(Place.named(estate, place), text, Category.leaf(estate, category), by=sunqi,
                                       channel="phone", read_back=True)
    return taken


def near(estate: Estate, place: str, category: str, text: str = "", **more: Any) -> list[tuple[str, str]]:
    where = Place.named(estate, place) if place else None
    what = Category.leaf(estate, category) if category else None
    more = {"by": User.get(User.login == "sunqi"), **more}
    return [(one.where, one.distance) for one in Neighbourhood(where, what, text, **more).orders()]


def test_the_same_home_comes_before_the_unit_the_house_and_the_same_matter_elsewhere(
    estate: Estate, take: Any,
) -> None:
    for place in ("3栋1单元0201", "8栋1单元0302", "8栋2单元0302", "8栋2单元1503"):
        take(place, TAP)
    take("3栋1单元0201", LAMP)
    assert near(estate, "8栋2单元1503", TAP) == [
        ("8栋2单元1503", "home"), ("8栋2单元0302", "unit"), ("8栋1单元0302", "building"), ("3栋1单元0201", "category")]


def test_without_a_category_what_is_in_the_house_is_near_and_without_a_place_what_is_alike(
    estate: Estate, take: Any,
) -> None:
    take("8栋2单元0302", LAMP)
    take("3栋1单元0201", TAP)
    assert near(estate, "8栋2单元1503", "") == [("8栋2单元0302", "unit")]
    assert near(estate, "", TAP) == [("3栋1单元0201", "category")]
    assert near(estate, "", "") == []


def test_the_unit_itself_and_the_house_are_near_a_home(estate: Estate, take: Any) -> None:
    take("8栋2单元", LAMP)
    take("8栋", LAMP)
    assert near(estate, "8栋2单元1503", "") == [("8栋2单元", "unit"), ("8栋", "building")]
    assert near(estate, "8栋2单元", "") == [("8栋2单元", "unit"), ("8栋", "building")]


def test_the_first_house_is_not_the_eleventh(estate: Estate, take: Any) -> None:
    take("11栋1单元0304", TAP)
    assert near(estate, "1栋1单元0302", "") == []
    assert near(estate, "1栋1单元0302", TAP) == [("11栋1单元0304", "category")]


def test_a_public_place_is_near_itself(estate: Estate, take: Any) -> None:
    take("北环路", "2004")
    take("中心花园", "2004")
    assert near(estate, "北环路", "2004") == [("北环路", "place"), ("中心花园", "category")]


def test_shared_words_bring_an_order_forward(estate: Estate, take: Any) -> None:
    take("8栋2单元0302", TAP, "厨房角阀一直滴水")
    take("8栋2单元0401", TAP, "阳台龙头坏了")
    assert near(estate, "8栋2单元1503", TAP, "角阀滴水")[0] == ("8栋2单元0302", "unit")
    assert near(estate, "8栋2单元1503", TAP, "阳台的龙头")[0] == ("8栋2单元0401", "unit")


def test_what_is_over_merged_or_the_order_itself_is_not_near(
    estate: Estate, archived_order: WorkOrder, take: Any, sunqi: User,
) -> None:
    first, second = take("8栋2单元1503", TAP), take("8栋2单元1503", TAP)
    Merge.into(second, first, by=sunqi)
    assert near(estate, "8栋2单元1503", TAP) == [("8栋2单元1503", "home")]
    assert near(estate, "8栋2单元1503", TAP, without=first) == []


def test_at_most_six_are_shown_and_another_estates_never(estate: Estate, take: Any, sunqi: User) -> None:
    with writing():
        for floor in range(2, 12):
            take(f"8栋2单元{floor:02}02", TAP)
    assert len(near(estate, "8栋2单元1503", TAP)) == SHOWN
    other = Estate.create(code="elsewhere", name="别处")
    assert Neighbourhood(Place.add(other, "public", "北环路"), None, by=sunqi).orders() == []
