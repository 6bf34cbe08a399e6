"""What every answer carries, whatever it is."""
from typing import Any

import pytest

from models.work_order import WorkOrder
from tests.conftest import add_photos


@pytest.fixture
def answers(browse: Any, registered_order: WorkOrder) -> list[Any]:
    """A page, a part, a redirect, refusals and pages that are not there."""
    desk, number = browse("sunqi"), registered_order.number
    return [
        browse().get("/sign-in"), browse().get("/account"), browse().get("/r"),
        desk.get("/work-orders"), desk.get(f"/work-orders/{number}"),
        desk.get(f"/work-orders/{number}", headers={"HX-Request": "true"}),
        desk.get(f"/work-orders/{number}/inspection", expect_errors=True),
        desk.get("/nothing-here", expect_errors=True), desk.post("/places", expect_errors=True),
        desk.post(f"/work-orders/{number}/notes", expect_errors=True),
    ]


def test_the_content_policy_allows_nothing_unsafe_and_nothing_by_default(answers: list[Any]) -> None:
    for answer in answers:
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert "unsafe" not in str(policy)
        assert "*" not in str(policy)
        assert policy["style-src"] == "'self'"
        assert policy["form-action"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert policy["base-uri"] == "'none'"
        sources = policy["script-src"].split()
        assert sources[0] == "'self'"
        assert all(source.endswith("/dist/htmx.min.js") for source in sources[1:])


def test_no_page_is_kept_by_anyone_on_the_way(answers: list[Any]) -> None:
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_no_answer_is_guessed_to_be_of_another_kind(answers: list[Any]) -> None:
    assert {answer.headers["X-Content-Type-Options"] for answer in answers} == {"nosniff"}


def test_an_owners_link_is_not_told_to_other_sites(answers: list[Any]) -> None:
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"same-origin"}


def test_what_may_be_a_part_or_a_page_says_so(browse: Any, registered_order: WorkOrder) -> None:
    desk = browse("sunqi")
    for headers in ({}, {"HX-Request": "true"}):
        for path in ("/work-orders", f"/work-orders/{registered_order.number}", "/reports/new"):
            assert "HX-Request" in desk.get(path, headers=headers).headers["Vary"]


def test_a_photo_is_kept_by_this_browser_only(browse: Any, assigned_order: WorkOrder, chenliang: Any) -> None:
    [photo] = add_photos(assigned_order, "before", 1, by=chenliang)
    headers = browse("sunqi").get(f"/photos/{photo.id}/small.jpg").headers
    assert "private" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "image/jpeg"


def test_styles_are_kept_for_ever_under_a_name_that_changes_with_them(browse: Any) -> None:
    visitor = browse()
    path = visitor.get("/sign-in").html.select_one("link[rel=stylesheet]")["href"]
    assert "immutable" in visitor.get(path).headers["Cache-Control"]
    assert "immutable" not in visitor.get("/styles-0000000000.css").headers["Cache-Control"]


def test_every_script_and_style_of_a_page_comes_from_here(browse: Any) -> None:
    visitor = browse("sunqi")
    page = visitor.get("/work-orders").html
    loaded = [tag.get("src") or tag.get("href") for tag in page.select("script, link[rel=stylesheet], link[rel=icon]")]
    assert loaded
    for path in loaded:
        assert path.startswith("/")
        assert visitor.get(path).status_code == 200
