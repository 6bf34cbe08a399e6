"""A photo is seen by who may see its order, and tells nothing of where and when it was taken."""
from io import BytesIO
from typing import Any

import pytest
from PIL import ExifTags, Image

from models.photo import Photo
from models.place import Place
from models.work_order import WorkOrder
from tests.conftest import upload
from tests.views.conftest import form_of, jpeg, key
from views.progress import link_to


def exif_with_place() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "SecretMaker", "SecretModel 12"
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.DateTime] = "2026:11:23 09:30:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (31.0, 49.0, 12.0)
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (117.0, 13.0, 30.0)
    return exif.tobytes()


def add(visitor: Any, order: WorkOrder, content: bytes, stage: str = "during") -> Photo:
    answer = visitor.post(f"/work-orders/{order.number}/photos", {"key": key(), "stage": stage},
                          upload_files=[("photos", "a.jpg", content)])
    assert answer.status_code == 303
    return Photo.select().order_by(Photo.id.desc()).get()


def test_a_served_photo_carries_nothing_of_the_camera_the_place_or_the_time(
        browse: Any, assigned_order: WorkOrder) -> None:
    worker = browse("chenliang")
    photo = add(worker, assigned_order, jpeg(1, (800, 600), exif_with_place()))
    assert (round(photo.latitude, 2), round(photo.longitude, 3)) == (31.82, 117.225)
    assert (photo.width, photo.height) == (600, 800)
    for size in ("small", "large"):
        served = worker.get(f"/photos/{photo.id}/{size}.jpg").body
        for secret in (b"Exif", b"SecretMaker", b"GPS", b"2026:11:23", b"http://ns.adobe.com"):
            assert secret not in served
        image = Image.open(BytesIO(served))
        assert not dict(image.getexif())
        assert image.width < image.height


def test_the_position_is_not_told_on_any_page(browse: Any, assigned_order: WorkOrder) -> None:
    worker = browse("chenliang")
    add(worker, assigned_order, jpeg(1, (800, 600), exif_with_place()))
    for login in ("chenliang", "guoqiang", "sunqi"):
        page = browse(login).get(f"/work-orders/{assigned_order.number}")
        assert "31.8" not in page
        assert "117.2" not in page


@pytest.mark.parametrize(("login", "status"), [
    ("chenliang", 200), ("sunqi", 200), ("guoqiang", 200), ("luxia", 200), ("zhaomin", 200), ("yzdb", 200),
    ("xuwei", 404), ("machunsheng", 404), ("admin", 404), (None, 303),
])
def test_a_photo_is_served_to_who_may_see_its_order(
        browse: Any, assigned_order: WorkOrder, login: str | None, status: int) -> None:
    photo = add(browse("chenliang"), assigned_order, jpeg(1))
    answer = browse(login).get(f"/photos/{photo.id}/small.jpg", expect_errors=True)
    assert answer.status_code == status
    if status == 200:
        assert Image.open(BytesIO(answer.body)).format == "JPEG"


def test_a_photo_of_another_estate_does_not_exist(browse: Any, foreign_order: WorkOrder, other_estate: Any) -> None:
    place = Place.named(other_estate, "甲座")
    browse().post(f"/r/{place.code}", {"key": key(), "text": "灯不亮"}, upload_files=[("photos", "a.jpg", jpeg(1))])
    photo = Photo.get()
    for login in ("sunqi", "guoqiang", "zhaomin", "luxia", "yzdb", "admin", "chenliang"):
        assert browse(login).get(f"/photos/{photo.id}/small.jpg", expect_errors=True).status_code == 404


def test_an_owners_link_opens_the_photos_of_its_own_order_only(browse: Any, home: Place) -> None:
    path, links = f"/r/{home.parent.code}", []
    for seed in (1, 2):
        form = browse().get(path).forms["report"]
        form["text"], form["photos"] = f"第{seed}件事", upload(jpeg(seed))
        links.append(form.submit().headers["Location"])
    mine, other = Photo.select().order_by(Photo.id)
    stranger = browse()
    assert stranger.get(f"{links[0]}/photos/{mine.id}/large.jpg").content_type == "image/jpeg"
    assert stranger.get(f"{links[0]}/photos/{other.id}/large.jpg", expect_errors=True).status_code == 404
    assert stranger.get(f"{links[1]}/photos/{mine.id}/large.jpg", expect_errors=True).status_code == 404
    assert stranger.get(f"/o/nothing/photos/{mine.id}/large.jpg", expect_errors=True).status_code == 404
    assert stranger.get(f"/photos/{mine.id}/large.jpg").headers["Location"].startswith("/sign-in")


def test_work_in_progress_is_not_shown_to_the_owner(browse: Any, web: Any, working_order: WorkOrder) -> None:
    photo = add(browse("chenliang"), working_order, jpeg(1), "during")
    with web.test_request_context():
        link = link_to(working_order)
    owner = browse()
    assert owner.get(f"{link}/photos/{photo.id}/small.jpg", expect_errors=True).status_code == 404
    assert f"/photos/{photo.id}/" not in owner.get(link)


def test_the_original_is_served_to_nobody(browse: Any, assigned_order: WorkOrder) -> None:
    worker = browse("chenliang")
    photo = add(worker, assigned_order, jpeg(1, exif=exif_with_place()))
    for size in ("original", "orig", "1600", "../original"):
        assert worker.get(f"/photos/{photo.id}/{size}.jpg", expect_errors=True).status_code == 404


def test_a_photo_whose_file_is_gone_is_404_and_the_page_stays(
        browse: Any, assigned_order: WorkOrder, stage: Any) -> None:
    worker = browse("chenliang")
    photo = add(worker, assigned_order, jpeg(1))
    for path in (stage / "photos").rglob("*.jpg"):
        path.unlink()
    assert worker.get(f"/photos/{photo.id}/small.jpg", expect_errors=True).status_code == 404
    assert worker.get(f"/work-orders/{assigned_order.number}").status_code == 200


def test_evidence_of_who_held_the_order_is_welcome_after_it_was_given_to_another(
        browse: Any, assigned_order: WorkOrder, xuwei: Any, sunqi: Any) -> None:
    assigned_order.assign(xuwei, by=sunqi)
    photo = add(browse("chenliang"), assigned_order, jpeg(1))
    assert photo.order == assigned_order


def test_the_form_for_photos_alone_is_on_the_orders_page(browse: Any, working_order: WorkOrder) -> None:
    worker = browse("chenliang")
    form = form_of(worker.get(f"/work-orders/{working_order.number}"), "photos")
    form["photos"], form["stage"] = upload(jpeg(1), jpeg(2)), "after"
    assert form.submit().status_code == 303
    assert working_order.photos_of("after").count() == 2
