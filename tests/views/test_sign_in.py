"""Signing in and out, and the devices a person is signed in on."""
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from models.user import Session, User
from tests.conftest import PASSWORD
from tests.views.conftest import form_of, sentences


def attempt(visitor: Any, login: str, password: str, **more: str) -> Any:
    return visitor.post("/sign-in", {"login": login, "password": password, **more}, expect_errors=True)


def is_in(visitor: Any) -> bool:
    return visitor.get("/account", expect_errors=True).status_code == 200


def test_a_wrong_password_and_an_unknown_login_get_the_very_same_sentence(browse: Any) -> None:
    wrong, unknown = attempt(browse(), "sunqi", "wrong"), attempt(browse(), "nobody", "wrong")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert sentences(wrong) == sentences(unknown) == ["账号或密码不对。"]
    assert sentences(attempt(browse(lang="en"), "sunqi", "wrong")) == ["The login or the password is wrong."]


def test_a_refused_sign_in_keeps_the_login_and_never_the_password(browse: Any) -> None:
    page = attempt(browse(), "sunqi", "not-my-password", next="/places")
    form = form_of(page, "sign-in")
    assert form["login"].value == "sunqi"
    assert form["next"].value == "/places"
    assert "not-my-password" not in page


def test_the_login_may_be_typed_with_blanks_and_capitals(browse: Any) -> None:
    assert attempt(browse(), " SunQi ", PASSWORD).status_code == 303


def test_after_ten_failures_the_account_waits_and_is_open_again_a_quarter_of_an_hour_later(browse: Any) -> None:
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False):
        visitor = browse()
        assert [attempt(visitor, "sunqi", "wrong").status_code for _ in range(10)] == [422] * 10
        held = attempt(visitor, "sunqi", PASSWORD)
        assert held.status_code == 429
        assert sentences(held) == ["操作太频繁，请过几分钟再试。"]
        assert attempt(visitor, "SUNQI ", PASSWORD).status_code == 429
        assert attempt(visitor, "tangwen", PASSWORD).status_code == 303
    with time_machine.travel(start + timedelta(minutes=15, seconds=1), tick=False):
        assert attempt(browse_again(visitor), "sunqi", PASSWORD).status_code == 303


def browse_again(visitor: Any) -> Any:
    visitor.reset()
    return visitor


def test_signing_in_well_is_never_counted_against_an_account(browse: Any) -> None:
    visitor = browse()
    assert {attempt(visitor, "sunqi", PASSWORD).status_code for _ in range(12)} == {303}


def test_one_address_may_not_try_account_after_account_for_ever(browse: Any) -> None:
    visitor = browse()
    logins = ["sunqi", "tangwen", "luxia", "xuwei", "dongfei", "panhai"]
    answers = [attempt(visitor, logins[n // 10], "wrong").status_code for n in range(51)]
    assert answers == [422] * 50 + [429]


@pytest.mark.parametrize("where", [
    "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\tevil", "javascript:alert(1)",
    "evil.example", "",
])
def test_signing_in_never_leads_to_another_site(browse: Any, where: str) -> None:
    answer = attempt(browse(), "sunqi", PASSWORD, next=where)
    assert answer.status_code == 303
    assert answer.headers["Location"] in ("/", "http://localhost/")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(browse: Any) -> None:
    visitor = browse()
    form = form_of(visitor.get("/work-orders?queue=doing").follow(), "sign-in")
    form["login"], form["password"] = "sunqi", PASSWORD
    assert form.submit().headers["Location"].endswith("/work-orders?queue=doing")


def test_changing_the_language_does_not_forget_the_page_that_was_asked_for(browse: Any) -> None:
    visitor = browse()
    page = visitor.get("/work-orders?queue=doing").follow()
    form = form_of(form_of(page, "language").submit("lang").follow(), "sign-in")
    assert form["next"].value == "/work-orders?queue=doing"


def test_signing_out_ends_the_session_in_the_database_too(browse: Any, sunqi: User) -> None:
    visitor = browse("sunqi")
    kept = dict(visitor.cookies)
    assert form_of(visitor.get("/account"), "sign-out").submit().headers["Location"].endswith("/sign-in")
    assert Session.get(Session.user == sunqi).ended_at is not None
    thief = browse()
    for name, value in kept.items():
        thief.set_cookie(name, value.strip('"'))
    assert not is_in(thief)


def test_signing_out_twice_is_no_trouble(browse: Any) -> None:
    assert browse().post("/sign-out").status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browse: Any) -> None:
    cookie = attempt(browse(), "sunqi", PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_database_holds_no_token_that_opens_a_session(browse: Any, web: Any, sunqi: User) -> None:
    visitor = browse("sunqi")
    reader = web.session_interface.get_signing_serializer(web)
    token = reader.loads(visitor.cookies["bihuan"].strip('"'))["_user_id"]
    assert len(token) >= 22
    assert token not in str(Session.get(Session.user == sunqi).__data__)


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(browse: Any) -> None:
    phone, desk = browse("sunqi"), browse("sunqi")
    form = form_of(desk.get("/account"), "password")
    form["old"], form["new"] = PASSWORD, "another open sesame"
    assert "密码已" in form.submit().follow()
    assert is_in(desk)
    assert not is_in(phone)
    assert attempt(browse(), "sunqi", PASSWORD).status_code == 422
    assert attempt(browse(), "sunqi", "another open sesame").status_code == 303


@pytest.mark.parametrize(("old", "new", "said"), [
    ("wrong", "long enough 1", "当前密码不对。"),
    (PASSWORD, "short", "密码至少 8 个字符。"),
    (PASSWORD, "x" * 201, "密码最多 200 个字符。"),
])
def test_a_password_is_not_changed_for_a_bad_one_or_by_who_does_not_know_it(
        browse: Any, old: str, new: str, said: str) -> None:
    desk = browse("sunqi")
    form = form_of(desk.get("/account"), "password")
    form["old"], form["new"] = old, new
    page = form.submit(expect_errors=True)
    assert page.status_code == 422
    assert sentences(page) == [said]
    assert attempt(browse(), "sunqi", PASSWORD).status_code == 303


def test_one_device_is_signed_out_from_another(browse: Any) -> None:
    phone, desk = browse("sunqi"), browse("sunqi")
    form = form_of(desk.get("/account"), "end")
    assert form.submit().follow().status_code == 200
    assert is_in(desk)
    assert not is_in(phone)


def test_nobody_ends_the_session_of_somebody_else(browse: Any, luxia: User) -> None:
    lu, desk = browse("luxia"), browse("sunqi")
    browse("sunqi")
    form = form_of(desk.get("/account"), "end")
    form.action = f"/account/sessions/{Session.get(Session.user == luxia).id}/end"
    assert form.submit(expect_errors=True).status_code == 404
    assert is_in(lu)


def test_a_disabled_person_is_out_at_once_and_stays_out(browse: Any, sunqi: User) -> None:
    desk = browse("sunqi")
    assert is_in(desk)
    sunqi.disable()
    assert desk.get("/account").headers["Location"].startswith("/sign-in")
    answer = attempt(browse(), "sunqi", PASSWORD)
    assert (answer.status_code, sentences(answer)) == (422, ["账号或密码不对。"])


def test_a_session_nobody_used_for_a_month_is_over(browse: Any) -> None:
    desk = browse("sunqi")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31)):
        assert not is_in(desk)


@pytest.mark.parametrize(("role", "path", "queue"), [
    ("desk", "/work-orders", "待受理"), ("supervisor", "/work-orders", "待验收"), ("manager", "/work-orders", "处理中"),
    ("caller", "/work-orders", "待回访"), ("technician", "/work-orders", "待办"), ("vendor", "/work-orders", "待办"),
    ("representative", "/work-orders", "处理中"), ("patrol", "/patrols", "今日巡查"), ("admin", "/places", "二维码"),
])
def test_everyone_lands_on_their_own_work(browse: Any, only: Any, role: str, path: str, queue: str) -> None:
    page = browse(only(role).login).get("/").follow()
    assert page.request.path == path
    here = page.html.select_one(".segments [aria-current]") or page.html.select_one("h1")
    assert queue in here.get_text()
