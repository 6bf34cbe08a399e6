"""The place: found by its full name, by its poster's code, or by the number of a home."""
import pytest

from models.errors import NotFound, Refused
from models.place import Estate, Place
from models.place.record import CODE_LETTERS


@pytest.mark.parametrize("written", ["8栋2单元1503", " 8栋 2单元 1503 ", "8栋2单元\u30001503"])
def test_a_home_is_found_by_its_full_name_however_it_is_spaced(estate: Estate, written: str) -> None:
    assert Place.named(estate, written).full_name == "8栋2单元1503"


@pytest.mark.parametrize(("written", "code"), [("", "place.missing"), (" ", "place.missing"), ("99栋", "place.unknown"),
                                               ("%", "place.unknown"), ("8栋2单元9999", "place.unknown")])
def test_a_place_that_is_not_there_is_refused(estate: Estate, written: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        Place.named(estate, written)


def test_a_name_is_looked_up_inside_its_estate(estate: Estate) -> None:
    other = Estate.create(code="elsewhere", name="别处")
    with pytest.raises(Refused, match=r"place\.unknown"):
        Place.named(other, "8栋2单元1503")
    twin = Place.add(other, "public", "中心花园")
    assert Place.named(other, "中心花园") == twin != Place.named(estate, "中心花园")


@pytest.mark.parametrize("number", ["1503", " 1503 "])
def test_a_unit_knows_its_homes(estate: Estate, number: str) -> None:
    unit = Place.named(estate, "8栋2单元")
    assert unit.home(number) == Place.named(estate, "8栋2单元1503")
    assert unit.home("302") == Place.named(estate, "8栋2单元0302")


@pytest.mark.parametrize("number", ["", "9999", "1503a", "八楼"])
def test_a_unit_knows_no_other_homes(estate: Estate, number: str) -> None:
    with pytest.raises(Refused, match=r"place\.no_such_home") as refused:
        Place.named(estate, "8栋2单元").home(number)
    assert refused.value.field == "home"


def test_a_posters_code_leads_to_its_place_and_no_other_code_does(estate: Estate) -> None:
    unit = Place.named(estate, "8栋2单元")
    assert Place.coded(unit.code) == unit
    for wrong in ("", "nothere1", unit.code[:-1], unit.code.upper() + "x"):
        with pytest.raises(NotFound, match=r"place\.unknown_code"):
            Place.coded(wrong)


def test_every_poster_has_a_code_of_its_own_that_can_be_read_aloud(estate: Estate) -> None:
    codes = [place.code for place in Place.posted(estate)]
    assert len(set(codes)) == len(codes) == 24 + 21
    assert all(len(code) == 8 and set(code) <= set(CODE_LETTERS) for code in codes)


def test_homes_have_no_code_and_are_not_suggested(estate: Estate) -> None:
    assert not Place.select().where(Place.kind == "home", Place.code.is_null(False)).exists()
    suggested = Place.suggestions(estate)
    assert "8栋2单元" in suggested
    assert not [name for name in suggested if Place.named(estate, name).kind == "home"]


def test_every_place_of_the_sample_estate_lies_in_a_grid(estate: Estate) -> None:
    assert Place.select().where(Place.estate == estate).count() > 500
    assert not Place.select().where(Place.estate == estate, Place.grid.is_null()).exists()
