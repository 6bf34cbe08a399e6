"""The seasons' pages: who calls an alert, who changes what is done, and what everybody of the patrol sees."""
from datetime import timedelta
from typing import Any

import pytest

from models.base import now
from models.notice import Notice
from models.patrol import Season, SeasonPhase, Task
from models.place import Estate
from models.user import User
from tests.views.conftest import form_of, key, sentences


@pytest.fixture
def frost(estate: Estate) -> Season:
    return Season.get(Season.theme == "防冻")


def until(estate: Estate, hours: float) -> str:
    return estate.local(now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def test_the_list_names_every_season_and_leads_to_each(browse: Any, frost: Season) -> None:
    page = browse("machunsheng").get("/seasons")
    assert {season.theme for season in Season.select()} <= {
        strong.get_text(strip=True) for strong in page.html.select(".season strong")}
    assert "裸露管道与水表箱保温" in page.click(href=f"/seasons/{frost.id}$")


def test_a_supervisor_calls_the_alert_and_ends_it(browse: Any, estate: Estate, frost: Season) -> None:
    supervisor = browse("guoqiang")
    form = form_of(supervisor.get(f"/seasons/{frost.id}"), "alert")
    form["until"] = until(estate, 30)
    page = form.submit().follow()
    task = Task.get(Task.season == frost)
    assert page.html.select_one(f"a[href='/patrols/{task.number}']")
    assert "未开始" in page
    draft = Notice.get(Notice.is_draft)
    assert page.html.select_one(f"a[href='/notices/{draft.number}']")
    assert frost.alert_name in supervisor.get("/seasons").html.select_one(".tag-alert").get_text()
    page = form_of(page, "end").submit().follow()
    assert Season.get_by_id(frost.id).alerted_at is None
    assert form_of(page, "alert")
    assert Task.select().where(Task.season == frost).count() == 2


def test_an_alert_without_an_end_to_come_is_refused_in_one_sentence(
    browse: Any, estate: Estate, frost: Season,
) -> None:
    page = browse("guoqiang").get(f"/seasons/{frost.id}")
    for wrong in ("", "never", until(estate, -1)):
        form = form_of(page, "alert")
        form["until"] = wrong
        assert len(sentences(form.submit(status=422))) == 1
    assert SeasonPhase.select().count() == 0


def test_the_second_who_presses_sees_it_as_it_now_is(browse: Any, estate: Estate, frost: Season) -> None:
    pages = [browse(login).get(f"/seasons/{frost.id}") for login in ("guoqiang", "zhaomin")]
    forms = [form_of(page, "alert") for page in pages]
    for form in forms:
        form["until"] = until(estate, 30)
    forms[0].submit(status=303)
    late = forms[1].submit(status=409)
    assert form_of(late, "end")
    assert Task.select().where(Task.season == frost).count() == 1


def test_an_officer_sees_no_button_and_may_not_press(browse: Any, estate: Estate, frost: Season) -> None:
    officer = browse("machunsheng")
    assert officer.get(f"/seasons/{frost.id}").html.select("form[action*=seasons]") == []
    for noun in ("alert", "alert/end", "preparation"):
        officer.post(f"/seasons/{frost.id}/{noun}", {"key": key(), "until": until(estate, 3)}, status=403)
    assert SeasonPhase.select().count() == 0


def test_changing_it_keeps_what_was_typed_and_says_which_field(browse: Any, frost: Season) -> None:
    form = browse("zhaomin").get(f"/seasons/{frost.id}").forms["season-form"]
    form["since"], form["alert_tasks"] = "02-30", "先看水表\n再看水箱"
    again = form.submit(status=422)
    assert len(sentences(again)) == 1
    assert again.html.select_one("input[name=since]")["aria-invalid"] == "true"
    form = again.forms["season-form"]
    assert form["alert_tasks"].value.splitlines() == ["先看水表", "再看水箱"]
    form["since"], form["responsible"] = "11-20", "heguangjun"
    page = form.submit(status=303).follow()
    changed = Season.get_by_id(frost.id)
    assert (changed.since, changed.responsible.login) == ("11-20", "heguangjun")
    assert changed.lead == frost.lead
    assert "再看水箱" in page


def test_two_who_change_it_at_once(browse: Any, frost: Season) -> None:
    forms = [browse(login).get(f"/seasons/{frost.id}").forms["season-form"] for login in ("guoqiang", "zhaomin")]
    forms[0]["alert_name"], forms[1]["alert_name"] = "甲", "乙"
    forms[0].submit(status=303)
    forms[1].submit(status=409)
    assert Season.get_by_id(frost.id).alert_name == "甲"


def test_preparing_by_hand(browse: Any, frost: Season) -> None:
    form_of(browse("guoqiang").get(f"/seasons/{frost.id}"), "preparation").submit(status=303)
    assert Task.select().where(Task.season == frost).count() == 1


def test_a_season_of_another_estate_is_404(browse: Any, other_estate: Estate) -> None:
    other = Season.create(estate=other_estate, theme="防汛")
    supervisor = browse("guoqiang")
    for id in (other.id, 999999999):
        supervisor.get(f"/seasons/{id}", status=404)
        supervisor.post(f"/seasons/{id}/alert", {"key": key()}, status=404)


def test_it_is_found_from_the_page_of_oneself(browse: Any, guoqiang: User) -> None:
    assert browse("guoqiang").get("/account").click(href="/seasons").status_code == 200
