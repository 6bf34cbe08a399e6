"""Photos that come too late with something that no longer fits: the step is refused, the evidence stays."""
from pathlib import Path
from typing import Any

from models.photo import Photo
from models.submission import Submission
from models.user import User
from models.work_order import WorkOrder
from tests.conftest import drawing, upload


def form_for(page: Any, noun: str) -> Any:
    return next(form for form in page.forms.values() if form.action.endswith(f"/{noun}"))


def test_a_photo_sent_with_an_arrival_after_the_order_went_to_another_is_kept_and_flagged(
    browse: Any, assigned_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User,
) -> None:
    assigned_order.accept(by=chenliang)
    form = form_for(browse("chenliang").get(f"/work-orders/{assigned_order.number}"), "arrival")
    form["photos"] = upload(drawing(1, "before"))
    assigned_order.assign(xuwei, by=sunqi)
    answer = form.submit(expect_errors=True)
    assert answer.status_code == 403
    photo = Photo.get()
    assert (photo.by, photo.stage) == (chenliang, "before")
    assert "late" in photo.flag_codes
    assert WorkOrder.get().state == "assigned"
    assert not Submission.select().where(Submission.answer.is_null(False), Submission.actor == f"user:{chenliang.id}",
                                         Submission.key == form["key"].value).exists()


def test_what_was_refused_that_way_can_be_sent_again_without_doubling_the_photo(
    browse: Any, assigned_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User,
) -> None:
    assigned_order.accept(by=chenliang)
    form = form_for(browse("chenliang").get(f"/work-orders/{assigned_order.number}"), "arrival")
    form["photos"] = upload(drawing(1, "before"))
    assigned_order.assign(xuwei, by=sunqi)
    for _ in range(2):
        assert form.submit(expect_errors=True).status_code == 403
    assert Photo.select().count() == 1


def test_a_photo_of_somebody_who_never_held_the_order_leaves_nothing(
    browse: Any, assigned_order: WorkOrder, xuwei: User, chenliang: User, sunqi: User, stage: Path,
) -> None:
    assigned_order.accept(by=chenliang)
    form = form_for(browse("chenliang").get(f"/work-orders/{assigned_order.number}"), "arrival")
    form["photos"] = upload(drawing(1, "before"))
    stranger = browse("sunqi")
    answer = stranger.post(form.action, params=[("key", "0123456789abcdef0123"), ("no_photo_reason", "")],
                           upload_files=[("photos", "a.jpg", drawing(1, "before"))], expect_errors=True)
    assert answer.status_code == 403
    assert Photo.select().count() == 0
    assert [path for path in (stage / "photos").rglob("*") if path.is_file()] == []
