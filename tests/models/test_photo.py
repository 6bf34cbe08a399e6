"""The photo: never refused for what it shows, flagged for the supervisor, and on disk exactly when a row names it."""
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from models.base import moment, now
from models.dispatch import Category
from models.errors import DomainError, NotAllowed, NotFound, Refused
from models.event import Event
from models.photo import SIZES, CameraFile, Photo, Picture, shelved
from models.photo.record import keys_of
from models.place import Place
from models.storage import photo_files
from models.user import User
from models.work_order import Inspection, Merge, WorkOrder
from tests.conftest import judged_good
from tests.models.conftest import attach, photograph, snapshot, stored, traces, verbs_of

HOURS_AGO = timedelta(hours=3)


def files(stage: Path) -> list[str]:
    return sorted(path.name for path in (stage / "photos").rglob("*") if path.is_file())


def local(at: datetime) -> str:
    """As a phone in Hefei writes it."""
    return f"{at + timedelta(hours=8):%Y:%m:%d %H:%M:%S}"


# -- who adds what


def test_an_owner_adds_to_the_report_and_to_nothing_else(reported_order: WorkOrder) -> None:
    assert photograph(reported_order, "report", 1, by=None)[0].by is None
    for stage in ("before", "during", "after"):
        with pytest.raises(NotAllowed):
            photograph(reported_order, stage, 2, by=None)
    assert Photo.select().count() == 1


@pytest.mark.parametrize(("stage", "count", "code"), [("selfie", 1, "photo.unknown_stage"), ("", 1, "photo.unknown"),
                                                      ("during", 10, "photo.too_many")])
def test_nine_pictures_of_a_known_stage_are_taken_at_once(
    working_order: WorkOrder, chenliang: User, stage: str, count: int, code: str,
) -> None:
    before = traces(working_order)
    with pytest.raises(Refused, match=code):
        photograph(working_order, stage, *range(20, 20 + count), by=chenliang)
    assert traces(working_order) == before
    assert len(photograph(working_order, "during", *range(20, 29), by=chenliang)) == 9


def test_every_photo_has_one_event_and_moves_nothing(working_order: WorkOrder, chenliang: User) -> None:
    version = working_order.version
    photograph(working_order, "during", 20, 21, by=chenliang)
    assert verbs_of(working_order)[-2:] == ["photo", "photo"]
    assert (stored(working_order).state, stored(working_order).version) == ("working", version)


def test_the_same_picture_sent_again_is_the_same_row(working_order: WorkOrder, chenliang: User) -> None:
    first = photograph(working_order, "during", 20, by=chenliang)
    before = traces(working_order)
    assert photograph(working_order, "during", 20, 20, by=chenliang) == first * 2
    assert traces(working_order) == before


def test_the_same_picture_as_evidence_of_something_else_is_another_row(
    working_order: WorkOrder, chenliang: User,
) -> None:
    during = photograph(working_order, "during", 20, by=chenliang)[0]
    after = photograph(working_order, "after", 20, by=chenliang)[0]
    assert during != after
    assert after.flag_codes == ["used_before"]


# -- late evidence


def test_evidence_from_a_former_holder_is_taken_and_flagged(
    working_order: WorkOrder, chenliang: User, xuwei: User, guoqiang: User, sunqi: User,
) -> None:
    photograph(working_order, "after", 2, 3, by=chenliang)
    working_order.finish("换了角阀", by=chenliang)
    Inspection.reject(working_order, judged_good(working_order), ["not_fixed"], by=guoqiang)
    working_order.assign(xuwei, by=sunqi)
    photo = photograph(working_order, "during", 20, by=chenliang)[0]
    assert photo.flag_codes == ["late"]
    assert verbs_of(working_order)[-1] == "photo"


def test_evidence_is_taken_after_the_order_was_archived(archived_order: WorkOrder, chenliang: User) -> None:
    photo = photograph(archived_order, "after", 20, by=chenliang)[0]
    assert "late" in photo.flag_codes
    assert stored(archived_order).state == "archived"


def test_evidence_is_not_refused_because_the_sender_saw_an_older_version(
    working_order: WorkOrder, chenliang: User,
) -> None:
    working_order.seen = 1
    assert photograph(working_order, "during", 20, by=chenliang)
    assert Photo.select().where(Photo.stage == "during").count() == 1


def test_who_never_held_the_order_adds_no_evidence_to_it(working_order: WorkOrder, xuwei: User) -> None:
    before = traces(working_order)
    with pytest.raises(NotAllowed):
        photograph(working_order, "during", 20, by=xuwei)
    assert traces(working_order) == before


def test_late_evidence_of_the_first_round_does_not_finish_the_second(
    finished_order: WorkOrder, chenliang: User, xuwei: User, guoqiang: User, sunqi: User,
) -> None:
    order = finished_order
    Inspection.reject(order, judged_good(order), ["not_fixed"], by=guoqiang)
    order.assign(xuwei, by=sunqi)
    order.accept(by=xuwei)
    order.arrive(by=xuwei, no_photo_reason="同一处")
    photograph(order, "after", 40, 41, by=chenliang)
    with pytest.raises(Refused, match=r"finish\.after_photos"):
        order.finish("没有自己的照片", by=xuwei)
    assert stored(order).state == "working"


# -- rounds


@pytest.fixture
def again_order(finished_order: WorkOrder, chenliang: User, guoqiang: User) -> WorkOrder:
    """In its second round, with Chen Liang at work."""
    Inspection.reject(finished_order, judged_good(finished_order), ["not_fixed"], by=guoqiang)
    finished_order.arrive(by=chenliang, no_photo_reason="同一处")
    return finished_order


def add_in(round: int | None, order: WorkOrder, *seeds: int, by: User) -> list[Photo]:
    taken = [snapshot(seed) for seed in seeds]
    with shelved(taken):
        return Photo.attach(order, taken, "after", by=by, round=round)


def test_a_photo_of_the_first_round_that_comes_in_the_second_is_the_firsts_late_and_finishes_nothing(
    again_order: WorkOrder, chenliang: User,
) -> None:
    late = add_in(1, again_order, 40, 41, by=chenliang)
    assert [(photo.round, photo.flag_codes) for photo in late] == [(1, ["late"])] * 2
    told = list(Event.about(again_order.number))[-1]
    assert (told.verb, told.detail["round"]) == ("photo", 1)
    assert again_order.photos_of("after").count() == 0
    with pytest.raises(Refused, match=r"finish\.after_photos"):
        again_order.finish("没有这一轮的照片", by=chenliang)


@pytest.mark.parametrize("round", [None, 0, 2, 3, 999_999_999])
def test_a_round_unsaid_or_above_the_present_is_the_present(
    again_order: WorkOrder, chenliang: User, round: int | None,
) -> None:
    fresh = add_in(round, again_order, 40, 41, by=chenliang)
    assert [(photo.round, photo.flag_codes) for photo in fresh] == [(2, [])] * 2
    again_order.finish("又换一次", by=chenliang)


def test_the_same_picture_of_another_round_is_another_row(again_order: WorkOrder, chenliang: User) -> None:
    [first], [second] = (add_in(round, again_order, 40, by=chenliang) for round in (1, 2))
    assert first != second
    assert second.flag_codes == ["used_before"]
    assert add_in(1, again_order, 40, by=chenliang) == [first]


# -- the file as the camera made it


CAMERA = CameraFile("ab" * 32, 4_200_000)


def smaller(seed: int, camera: CameraFile | None = CAMERA) -> Picture:
    """What a phone sends instead of the camera's own file."""
    return Picture.read(BytesIO(snapshot(seed).original), camera=camera)


def test_what_the_phone_says_of_the_cameras_file_is_kept(working_order: WorkOrder, chenliang: User) -> None:
    with_one, without = attach(working_order, "during", smaller(20), snapshot(21), by=chenliang)
    assert (with_one.camera_sha256, with_one.camera_size) == CAMERA
    assert (without.camera_sha256, without.camera_size) == (None, None)
    assert with_one.sha256 == snapshot(20).sha256


@pytest.mark.parametrize(("sha256", "size"), [
    ("", ""), ("ab" * 31, "1"), ("AB" * 32, "1"), ("xy" * 32, "1"), ("ab" * 32 + "\n", "1"), ("ab" * 32, ""),
    ("ab" * 32, "-1"), ("ab" * 32, "1.5"), ("ab" * 32, "１"), ("ab" * 32, "9" * 10),
])
def test_a_camera_file_that_makes_no_sense_is_none(sha256: str, size: str) -> None:
    assert CameraFile.said("ab" * 32, "4200000") == CAMERA
    assert CameraFile.said(sha256, size) is None


@pytest.mark.parametrize("whole_first", [True, False])
def test_one_camera_file_sent_whole_by_one_and_smaller_by_another_is_flagged(
    working_order: WorkOrder, chenliang: User, home: Place, whole_first: bool,
) -> None:
    whole = snapshot(20)
    shrunk = smaller(21, CameraFile(whole.sha256, whole.size))
    first, second = (whole, shrunk) if whole_first else (shrunk, whole)
    attach(WorkOrder.report(home, "另一件事", by=None), "report", first, by=None)
    assert attach(working_order, "after", second, by=chenliang)[0].flag_codes == ["used_before"]


def test_one_camera_file_made_smaller_twice_is_flagged(
    working_order: WorkOrder, chenliang: User, home: Place,
) -> None:
    attach(WorkOrder.report(home, "另一件事", by=None), "report", smaller(20), by=None)
    assert attach(working_order, "after", smaller(21), by=chenliang)[0].flag_codes == ["used_before"]


def test_photos_of_two_camera_files_or_of_none_are_not_called_copies(
    working_order: WorkOrder, chenliang: User,
) -> None:
    other = CameraFile("cd" * 32, CAMERA.size)
    added = attach(working_order, "during", smaller(20), smaller(21, other), smaller(22, None), smaller(23, None),
                   by=chenliang)
    assert [photo.flags for photo in added] == [""] * 4


# -- flags


def test_a_fresh_picture_has_no_flags(working_order: WorkOrder, chenliang: User) -> None:
    taken = snapshot(20, taken=local(now()))
    photo = attach(working_order, "during", taken, by=chenliang, phone_at=now())[0]
    assert photo.flag_codes == []
    assert photo.captured_at is not None


def test_a_picture_that_says_nothing_of_itself_is_unknown_and_not_suspect(
    working_order: WorkOrder, chenliang: User,
) -> None:
    photo = photograph(working_order, "during", 20, by=chenliang)[0]
    assert (photo.flags, photo.captured_at, photo.exif_local, photo.latitude) == ("", None, None, None)


def test_a_picture_used_on_any_other_order_is_flagged(
    working_order: WorkOrder, chenliang: User, home: Place,
) -> None:
    other = WorkOrder.report(home, "另一件事", by=None)
    photograph(other, "report", 20, by=None)
    assert photograph(working_order, "after", 20, by=chenliang)[0].flag_codes == ["used_before"]


def test_a_picture_saved_anew_is_flagged_as_a_near_copy(
    working_order: WorkOrder, chenliang: User, home: Place,
) -> None:
    other = WorkOrder.report(home, "另一件事", by=None)
    photograph(other, "report", 20, by=None)
    again = snapshot(20, quality=40)
    assert again.sha256 != snapshot(20).sha256
    assert attach(working_order, "after", again, by=chenliang)[0].flag_codes == ["near_copy"]


def test_an_after_photo_that_looks_like_the_before_photo_says_so(working_order: WorkOrder, chenliang: User) -> None:
    again = snapshot(1, quality=40)  # the fixture took it before the work
    assert attach(working_order, "after", again, by=chenliang)[0].flag_codes == ["like_before"]


def test_two_bare_walls_are_not_called_copies(working_order: WorkOrder, chenliang: User) -> None:
    one, other = snapshot(0, plain=True), snapshot(1, plain=True)
    assert one.sha256 != other.sha256
    assert [photo.flags for photo in attach(working_order, "during", one, other, by=chenliang)] == ["", ""]


@pytest.mark.parametrize(("minutes", "flagged"), [(-15, True), (-5, False), (5, False), (75, True)])
def test_a_picture_taken_outside_the_orders_time_is_flagged(
    working_order: WorkOrder, chenliang: User, minutes: int, flagged: bool,
) -> None:
    at = working_order.reported_at + timedelta(minutes=minutes)
    with moment(working_order.reported_at + timedelta(minutes=60)):
        photo = attach(working_order, "during", snapshot(20, taken=local(at)), by=chenliang)[0]
    assert ("out_of_time" in photo.flag_codes) is flagged


def test_an_owner_photographs_the_trouble_before_reporting_it(reported_order: WorkOrder) -> None:
    yesterday = snapshot(20, taken=local(reported_order.reported_at - timedelta(days=1)))
    assert attach(reported_order, "report", yesterday, by=None)[0].flag_codes == []


def test_a_picture_sent_long_after_it_was_chosen_is_flagged(working_order: WorkOrder, chenliang: User) -> None:
    with moment(now() + HOURS_AGO):
        late = attach(working_order, "during", snapshot(20), by=chenliang, phone_at=now() - HOURS_AGO)[0]
        fresh = attach(working_order, "during", snapshot(21), by=chenliang, phone_at=now())[0]
    assert (late.flag_codes, fresh.flag_codes) == (["late"], [])


@pytest.mark.parametrize(("offset", "hours"), [("+08:00", 8), ("-05:30", -5.5), (None, 8)])
def test_capture_time_counts_by_its_own_offset_and_else_by_the_estates_zone(
    working_order: WorkOrder, chenliang: User, offset: str | None, hours: float,
) -> None:
    taken = snapshot(20, taken="2026:11:22 12:00:00", offset=offset)
    photo = attach(working_order, "during", taken, by=chenliang)[0]
    assert photo.captured_at == datetime(2026, 11, 22, 12) - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("taken", "offset"),
    [("0001:01:01 00:00:00", "+08:00"), ("0001:01:01 00:00:00", None), ("9999:12:31 23:59:59", "-08:00")],
)
def test_a_phone_whose_clock_is_at_the_end_of_the_calendar_still_gives_evidence(
    working_order: WorkOrder, chenliang: User, taken: str, offset: str | None,
) -> None:
    attach(working_order, "during", snapshot(20, taken=taken, offset=offset), by=chenliang)
    assert Photo.select().where(Photo.stage == "during").count() == 1


# -- the shelf


def test_three_files_stand_behind_every_photo_and_those_shown_tell_nothing(
    working_order: WorkOrder, chenliang: User, stage: Path,
) -> None:
    photo = attach(working_order, "during", snapshot(20, taken=local(now())), by=chenliang)[0]
    assert all(photo_files().exists(key) for key in keys_of(photo.sha256).values())
    assert photo.data("original") == snapshot(20, taken=local(photo.captured_at)).original
    for size in SIZES:
        with Image.open(BytesIO(photo.data(size))) as shown:
            assert shown.format == "JPEG"
            assert not shown.getexif()
            assert "exif" not in shown.info


def test_the_original_keeps_what_the_camera_wrote(working_order: WorkOrder, chenliang: User) -> None:
    photo = attach(working_order, "during", snapshot(20, taken="2026:11:22 12:00:00"), by=chenliang)[0]
    with Image.open(BytesIO(photo.data("original"))) as original:
        told = original.getexif().get_ifd(ExifTags.IFD.Exif)
    assert told[ExifTags.Base.DateTimeOriginal] == "2026:11:22 12:00:00"


def test_nothing_stays_on_disk_of_what_was_refused(working_order: WorkOrder, xuwei: User, stage: Path) -> None:
    before = files(stage)
    with pytest.raises(NotAllowed):
        photograph(working_order, "during", 20, 21, by=xuwei)
    assert files(stage) == before


def test_a_file_that_another_row_names_is_kept_when_its_second_use_is_refused(
    working_order: WorkOrder, chenliang: User, xuwei: User, stage: Path,
) -> None:
    photo = photograph(working_order, "during", 20, by=chenliang)[0]
    before = files(stage)
    with pytest.raises(NotAllowed):
        photograph(working_order, "during", 20, 21, by=xuwei)
    assert files(stage) == before
    assert photo.data("original") == snapshot(20).original


def test_a_file_that_somebody_names_meanwhile_is_kept_though_this_use_fails(
    working_order: WorkOrder, chenliang: User,
) -> None:
    pictures = [snapshot(20)]
    with pytest.raises(Refused), shelved(pictures):
        photo = photograph(working_order, "during", 20, by=chenliang)[0]
        raise Refused("text.missing")
    assert photo.data("small")


def test_a_file_swept_away_while_its_row_was_written_is_put_back(working_order: WorkOrder, chenliang: User) -> None:
    pictures = [snapshot(20)]
    with shelved(pictures):
        photo = Photo.attach(working_order, pictures, "during", by=chenliang)[0]
        for key in keys_of(photo.sha256).values():
            photo_files().delete(key)
    assert photo.data("original") == snapshot(20).original


# -- looking


def test_a_photo_exists_only_for_who_sees_its_order(
    working_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User, admin: User,
) -> None:
    photo = photograph(working_order, "during", 20, by=chenliang)[0]
    assert Photo.seen(photo.id, by=chenliang) == Photo.seen(photo.id, by=sunqi) == photo
    for person in (xuwei, admin):
        with pytest.raises(NotFound, match=r"photo\.unknown"):
            Photo.seen(photo.id, by=person)
    with pytest.raises(NotFound):
        Photo.seen(photo.id + 1, by=sunqi)


def test_an_owners_link_shows_neither_work_in_progress_nor_another_order(
    working_order: WorkOrder, chenliang: User, home: Place,
) -> None:
    during = photograph(working_order, "during", 20, by=chenliang)[0]
    after = photograph(working_order, "after", 21, by=chenliang)[0]
    other = WorkOrder.report(home, "另一件事", by=None)
    assert Photo.of_owner(after.id, working_order, by_link=True) == after
    for id, order in ((during.id, working_order), (after.id, other)):
        with pytest.raises(DomainError, match=r"photo\.unknown"):
            Photo.of_owner(id, order, by_link=True)


# -- what owners are shown


@pytest.fixture
def public_order(home: Place, burst_pipe: Category, sunqi: User, chenliang: User) -> WorkOrder:
    """At the unit's door, which anybody may see; reported with a photo, and photographed by the technician."""
    assert home.parent is not None
    order = WorkOrder.report(home.parent, "单元门口积水", by=None, name="王女士", phone="13800001234")
    photograph(order, "report", 200, by=None)
    order.register(burst_pipe, by=sunqi, read_back=True)
    order.assign(chenliang, by=sunqi)
    order.accept(by=chenliang)
    photograph(order, "before", 201, by=chenliang)
    order.arrive(by=chenliang)
    photograph(order, "during", 202, by=chenliang)
    photograph(order, "after", 203, by=chenliang)
    return order


def stages(order: WorkOrder, *, by_link: bool) -> list[tuple[int, str]]:
    return [(photo.order_id, photo.stage) for photo in Photo.for_owner(order, by_link=by_link)]


def test_of_a_public_place_link_and_number_show_what_was_sent_and_done(public_order: WorkOrder) -> None:
    for by_link in (True, False):
        assert stages(public_order, by_link=by_link) == [
            (public_order.id, stage) for stage in ("report", "before", "after")]


def test_a_home_is_shown_by_its_own_link_and_never_by_number(working_order: WorkOrder) -> None:
    [before] = Photo.select()
    assert stages(working_order, by_link=True) == [(working_order.id, "before")]
    assert stages(working_order, by_link=False) == []
    with pytest.raises(NotFound, match=r"photo\.unknown"):
        Photo.of_owner(before.id, working_order, by_link=False)


def test_who_reported_the_same_sees_the_work_at_a_public_place_and_not_the_other_owners_photo(
    public_order: WorkOrder, home: Place, sunqi: User,
) -> None:
    mine = WorkOrder.report(home, "门口又积水了", by=None, name="李先生", phone="13900005678")
    photograph(mine, "report", 210, by=None)
    Merge.into(mine, public_order, by=sunqi)
    work = [(public_order.id, "before"), (public_order.id, "after")]
    assert sorted(stages(mine, by_link=True)) == sorted([(mine.id, "report"), *work])
    assert stages(mine, by_link=False) == work
    theirs = Photo.get(Photo.order == public_order, Photo.stage == "report")
    with pytest.raises(NotFound):
        Photo.of_owner(theirs.id, mine, by_link=True)


def test_who_reported_the_same_sees_nothing_of_another_owners_home(
    working_order: WorkOrder, home: Place, sunqi: User,
) -> None:
    assert home.parent is not None
    mine = WorkOrder.report(home.parent, "楼上漏水到过道", by=None, name="李先生", phone="13900005678")
    photograph(mine, "report", 220, by=None)
    Merge.into(mine, working_order, by=sunqi)
    assert stages(mine, by_link=True) == [(mine.id, "report")]
    for photo in Photo.select().where(Photo.order == working_order):
        with pytest.raises(NotFound):
            Photo.of_owner(photo.id, mine, by_link=True)
