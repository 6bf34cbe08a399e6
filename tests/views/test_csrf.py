"""No other site makes a person's browser do anything here."""
from typing import Any

import pytest

from models.work_order import Note, WorkOrder
from tests.conftest import PASSWORD
from tests.views.conftest import key, sentences


@pytest.fixture
def send(browse: Any, registered_order: WorkOrder) -> Any:
    desk = browse("sunqi")

    def sent(**headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return desk.post(f"/work-orders/{registered_order.number}/notes", {"key": key(), "note": "一条"},
                         headers=named, expect_errors=True)
    return sent


@pytest.mark.parametrize("site", ["cross-site", "same-site", "something-new", ""])
def test_a_request_made_by_another_site_is_refused(send: Any, site: str) -> None:
    answer = send(Sec_Fetch_Site=site)
    assert answer.status_code == 403
    assert sentences(answer) == ["此请求来自其他网站，已拒绝。"]
    assert Note.select().count() == 0


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_request_of_our_own_pages_is_fine(send: Any, site: str) -> None:
    assert send(Sec_Fetch_Site=site).status_code == 303
    assert Note.select().count() == 1


@pytest.mark.parametrize("origin", [
    "https://evil.example", "null", "http://localhost:81", "http://localhost.evil.example", "http://user@evil.example",
])
def test_an_older_browser_says_the_origin_and_a_foreign_one_is_refused(send: Any, origin: str) -> None:
    assert send(Origin=origin).status_code == 403
    assert Note.select().count() == 0


def test_an_older_browser_on_our_own_page_is_fine(send: Any) -> None:
    assert send(Origin="http://localhost").status_code == 303


def test_what_the_browser_says_of_the_site_counts_more_than_the_origin(send: Any) -> None:
    assert send(Sec_Fetch_Site="cross-site", Origin="http://localhost").status_code == 403


def test_a_client_that_says_nothing_is_fine(send: Any) -> None:
    assert send().status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/language"])
def test_nobody_is_signed_in_or_out_or_changed_by_another_site(browse: Any, path: str) -> None:
    visitor = browse("sunqi")
    answer = visitor.post(path, {"login": "tangwen", "password": PASSWORD, "lang": "en"},
                          headers={"Sec-Fetch-Site": "cross-site"}, expect_errors=True)
    assert answer.status_code == 403
    account = visitor.get("/account")
    assert "孙琪" in account
    assert account.html.html["lang"] == "zh-CN"


def test_a_link_on_another_site_may_lead_here(browse: Any) -> None:
    assert browse("sunqi").get("/account", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
