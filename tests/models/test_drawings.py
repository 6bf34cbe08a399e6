"""Drawn photos: a scene for every category, the same place twice, and the time a phone would write."""
import csv
from datetime import datetime
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from models.demo.drawings import PAINTERS, SCENES, STAGES, draw, scene_for

TREE = Path(__file__).parents[2] / "demo" / "category_tree.csv"
LEAVES = [
    "1001", "1002", "1003", "1004", "1005", "1006", "2001", "2002", "2003", "2004", "2005", "2006", "3001", "3002",
    "3003", "3004", "4001", "4002", "4003", "4004", "5001", "5002", "5003", "5004", "5005", "6001", "6002", "6003",
    "7001", "7002", "7003", "8001", "8002", "8003", "8004", "9001", "9002", "9003", "9004", "9101", "9102", "9201",
    "9202", "9203", "9204", "9205", "9501", "9502", "9503", "9504", "9505", "9601", "9701", "9702",
]  # fmt: skip
ASKED_FOR = [
    "pipe", "tap", "drain", "toilet", "socket", "switchbox", "light", "streetlamp", "door", "lock", "lift",
    "firedoor", "exitsign", "wall", "tile", "stairs", "playground", "manhole", "bin", "puddle", "lawn", "car",
    "camera", "barrier", "roof", "generic",
]  # fmt: skip
TAKEN = datetime(2026, 3, 6, 9, 41, 7)


def opened(photo: bytes) -> Image.Image:
    return Image.open(BytesIO(photo))


def difference_hash(photo: bytes) -> int:
    small = opened(photo).convert("L").resize((9, 8), Image.Resampling.BOX)
    rows = [small.crop((0, y, 9, y + 1)).tobytes() for y in range(8)]
    return int("".join(str(int(row[x] > row[x + 1])) for row in rows for x in range(8)), 2)


def distance(one: bytes, other: bytes) -> int:
    return (difference_hash(one) ^ difference_hash(other)).bit_count()


def changed(one: bytes, other: bytes) -> float:
    """The share of the picture that looks different at arm's length."""
    small = [bytes(opened(photo).convert("L").resize((60, 60)).tobytes()) for photo in (one, other)]
    return sum(abs(a - b) > 16 for a, b in zip(small[0], small[1], strict=True)) / 3600


def leaves() -> list[str]:
    if not TREE.exists():
        return LEAVES
    with TREE.open(encoding="utf-8-sig", newline="") as lines:
        return [row["code"] for row in csv.DictReader(lines) if row["parent_code"]]


@pytest.mark.parametrize("code", leaves())
def test_every_category_has_a_scene(code: str) -> None:
    assert scene_for(code) in PAINTERS
    assert scene_for(code) != "generic" or code[:2] in ("95", "96", "97")


def test_every_scene_asked_for_is_painted() -> None:
    assert set(ASKED_FOR) <= set(PAINTERS)
    assert set(SCENES.values()) <= set(PAINTERS)
    assert scene_for("unheard of") == "generic"


@pytest.mark.parametrize(("scene", "stage"), [("moon", "before"), ("pipe", "finding")])
def test_an_unknown_scene_or_stage_is_refused(scene: str, stage: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        draw(scene, stage, 1)


@pytest.mark.parametrize("scene", PAINTERS)
def test_before_and_after_show_a_difference_in_one_place(scene: str) -> None:
    before, after = draw(scene, "before", 3), draw(scene, "after", 3)
    assert opened(before).size == opened(after).size
    assert changed(before, after) > 0.03


@pytest.mark.parametrize("stage", STAGES)
def test_the_same_arguments_give_the_same_bytes(stage: str) -> None:
    assert draw("pipe", stage, 7, TAKEN) == draw("pipe", stage, 7, TAKEN)


def test_every_stage_of_one_place_is_a_picture_of_its_own() -> None:
    assert len({draw("lift", stage, 5) for stage in STAGES}) == len(STAGES)


@pytest.mark.parametrize("scene", ["pipe", "socket", "drain", "car"])
def test_two_places_are_seldom_taken_for_one(scene: str) -> None:
    photos = [draw(scene, "after", seed) for seed in range(10)]
    pairs = list(combinations(photos, 2))
    assert sum(distance(one, other) <= 5 for one, other in pairs) <= len(pairs) / 20


@pytest.mark.parametrize("scene", list(PAINTERS)[::4])
def test_a_drawing_has_the_size_of_a_shrunken_phone_photo(scene: str) -> None:
    photo = draw(scene, "during", 11)
    picture = opened(photo)
    picture.load()
    assert picture.format == "JPEG"
    assert sorted(picture.size) == [900, 1200]
    assert 20_000 < len(photo) < 150_000


def test_both_ways_of_holding_a_phone_occur() -> None:
    assert len({opened(draw("door", "before", seed)).size for seed in range(12)}) == 2


def test_the_time_is_written_as_a_phone_writes_it() -> None:
    exif = opened(draw("tap", "after", 2, TAKEN, "+08:00")).getexif().get_ifd(ExifTags.IFD.Exif)
    assert exif[ExifTags.Base.DateTimeOriginal] == "2026:03:06 09:41:07"
    assert exif[ExifTags.Base.OffsetTimeOriginal] == "+08:00"


def test_without_a_time_there_is_no_exif() -> None:
    assert not opened(draw("tap", "after", 2)).getexif()
