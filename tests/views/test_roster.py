"""The pages of the roster, of certificates and of firms."""
from datetime import date, timedelta
from typing import Any

import pytest

from models.base import now
from models.dispatch import Certificate, Firm, Shift
from models.place import Estate
from models.user import User
from tests.views.conftest import form_of, key, sentences
from tests.views.test_queries import reads


@pytest.fixture
def today(estate: Estate) -> date:
    return estate.local(now()).date()


def test_a_supervisor_sets_replaces_and_takes_away_a_shift(browse: Any, today: date, chenliang: User) -> None:
    visitor = browse("guoqiang")
    for kind, kept in (("day", ["day"]), ("night", ["night"]), ("none", [])):
        form = form_of(visitor.get("/roster"), "shifts")
        form["person"], form["day"], form["kind"] = "chenliang", today.isoformat(), kind
        form.submit()
        assert [shift.kind for shift in chenliang.shifts] == kept


def test_everybody_reads_their_own_and_the_office_reads_all(
    browse: Any, estate: Estate, today: date, chenliang: User, xuwei: User, guoqiang: User,
) -> None:
    Shift.put(estate, chenliang, today, "day", by=guoqiang)
    Shift.put(estate, xuwei, today, "night", by=guoqiang)
    own = browse("chenliang").get("/roster")
    assert "白班" in own.html.select_one(".roster-days").get_text()
    assert "徐伟" not in own
    assert 'action="/roster/shifts"' not in own
    assert "徐伟" in browse("sunqi").get("/roster")


def test_the_week_before_is_copied_into_the_gaps(
    browse: Any, estate: Estate, today: date, chenliang: User, guoqiang: User,
) -> None:
    Shift.put(estate, chenliang, today, "day", by=guoqiang)
    visitor = browse("guoqiang")
    path = f"/roster?week={today + timedelta(days=7)}"
    form_of(visitor.get(path), "weeks").submit()
    assert Shift.get(Shift.day == today + timedelta(days=7)).user == chenliang
    again = form_of(visitor.get(path), "weeks").submit(expect_errors=True)
    assert (again.status_code, len(sentences(again))) == (422, 1)


@pytest.mark.parametrize("fields", [
    {"person": "nobody", "day": "2026-11-23", "kind": "day"}, {"person": "chenliang", "day": "soon", "kind": "day"},
    {"person": "chenliang", "day": "0001-01-01", "kind": "day"}, {"person": "chenliang", "day": "2026-11-23"},
    {"person": "yzdb", "day": "2026-11-23", "kind": "day"},
])
def test_a_shift_that_is_none_is_one_clear_sentence(browse: Any, stage: Any, fields: dict[str, str]) -> None:
    answer = browse("guoqiang").post("/roster/shifts", {"key": key(), **fields}, expect_errors=True)
    assert (answer.status_code, len(sentences(answer))) == (422, 1)
    assert not Shift.select().exists()


@pytest.mark.parametrize("week", ["", "soon", "0001-01-01", "9999-12-31"])
def test_a_week_that_is_none_is_this_week(browse: Any, stage: Any, today: date, week: str) -> None:
    page = browse("guoqiang").get(f"/roster?week={week}")
    assert page.html.select_one('[aria-current="date"]')


def test_a_full_roster_costs_as_many_reads_as_an_empty_one(
    browse: Any, estate: Estate, today: date, guoqiang: User,
) -> None:
    visitor = browse("guoqiang")
    few = reads(visitor, "/roster")
    for person in Shift.staff(estate):
        Shift.put(estate, person, today, "day", by=guoqiang)
    assert reads(visitor, "/roster") == few <= 12


def test_a_certificate_is_entered_and_removed(browse: Any, stage: Any, today: date, chenliang: User) -> None:
    visitor = browse("guoqiang")
    form = form_of(visitor.get("/certificates"), "certificates")
    form["person"], form["skill"], form["number"] = "chenliang", "electrics", "T123"
    form["expires_on"] = (today + timedelta(days=30)).isoformat()
    form.submit()
    page = visitor.get("/certificates")
    assert "T123" in page.html.select("#certificates ul")[0].get_text()
    held = Certificate.get(Certificate.number == "T123")
    form_of(page, f"{held.id}/removal").submit()
    assert not chenliang.certificates.exists()


def test_a_certificate_without_a_day_is_refused_with_what_was_typed(browse: Any, stage: Any) -> None:
    answer = browse("admin").post("/certificates", {"key": key(), "person": "chenliang", "skill": "fire",
                                                    "number": "X77", "expires_on": "never"}, expect_errors=True)
    assert answer.status_code == 422
    assert "X77" in answer


def test_a_firm_is_added_changed_and_given_people(browse: Any, stage: Any, only: Any) -> None:
    vendor = only("vendor")
    visitor = browse("guoqiang")
    visitor.post("/firms", {"key": key(), "name": "顺达疏通", "skills": "drains"}, status=303)
    firm = Firm.get(Firm.name == "顺达疏通")
    page = visitor.get(f"/firms/{firm.id}")
    assert page.html.get_text().count("暂无数据") == 5
    form_of(page, "people").submit()
    assert [person.login for person in firm.people()] == [vendor.login]
    visitor.post(f"/firms/{firm.id}", {"key": key(), "name": "顺达疏通", "skills": "drains"}, status=303)
    assert not Firm.get_by_id(firm.id).active
    visitor.post(f"/firms/{firm.id}/people/removal", {"key": key(), "login": vendor.login}, status=303)
    assert not firm.people().exists()


@pytest.mark.parametrize("fields", [
    {"name": "", "skills": "drains"}, {"name": "顺达"}, {"name": "顺达", "skills": "magic"},
    {"name": "宏安电梯维保(示例)", "skills": "lifts"}, {"name": "长" * 61, "skills": "lifts"},
])
def test_a_firm_has_a_name_of_its_own_and_a_skill(browse: Any, stage: Any, fields: dict[str, str]) -> None:
    answer = browse("guoqiang").post("/firms", {"key": key(), **fields}, expect_errors=True)
    assert (answer.status_code, len(sentences(answer))) == (422, 1)


def test_a_vendor_reads_the_figures_of_their_own_firm_alone(browse: Any, stage: Any) -> None:
    mine, other = Firm.select().order_by(Firm.id)
    vendor = browse("v-dianti")
    assert mine.name in vendor.get(f"/firms/{mine.id}")
    assert other.name not in vendor.get("/firms")
    assert vendor.get(f"/firms/{other.id}", expect_errors=True).status_code == 404


@pytest.mark.parametrize(("login", "shown", "hidden"), [
    ("guoqiang", {"/roster", "/load", "/certificates", "/firms"}, set()),
    ("sunqi", {"/roster", "/load"}, {"/certificates", "/firms"}),
    ("chenliang", {"/roster"}, {"/load", "/certificates", "/firms"}),
    ("v-dianti", {"/firms"}, {"/roster", "/load", "/certificates"}),
])
def test_the_account_page_leads_to_the_pages_of_the_role(
    browse: Any, stage: Any, login: str, shown: set[str], hidden: set[str],
) -> None:
    links = {link["href"] for link in browse(login).get("/account").html.select("a")}
    assert shown <= links
    assert not hidden & links
