"""Notices are written by the office and read by everybody, most of all by who is about to report the same."""
from datetime import timedelta
from typing import Any

from models.base import now
from models.notice import Notice
from models.place import Estate, Place
from models.user import User
from tests.views.conftest import form_of, sentences


def local(estate: Estate, hours: float) -> str:
    return estate.local(now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def fill(form: Any, estate: Estate) -> Any:
    form["kind"], form["text"] = "outage", "8栋换水泵停水"
    form["starts_at"], form["ends_at"] = local(estate, 1), local(estate, 5)
    return form


def test_the_desk_writes_a_notice_and_owners_of_the_building_see_it_before_they_report(
    browse: Any, estate: Estate, home: Place,
) -> None:
    form = fill(form_of(browse("sunqi").get("/notices/new"), "notices"), estate)
    for box in form.fields["areas"]:
        box.checked = box._value in ("8栋", "9栋")
    page = form.submit().follow()
    assert "8栋换水泵停水" in page
    assert Notice.get().places == ["8栋", "9栋"]
    owner = browse()
    assert "8栋换水泵停水" in owner.get(f"/r/{home.parent.code}")
    other = Place.named(estate, "1栋1单元")
    assert "8栋换水泵停水" not in owner.get(f"/r/{other.code}")
    assert "8栋换水泵停水" in owner.get(f"/n/{Notice.get().number}")
    assert "8栋换水泵停水" in browse("zhaomin").get("/notices")


def test_a_unit_can_be_named_and_a_wrong_one_is_said_with_everything_typed_kept(browse: Any, estate: Estate) -> None:
    form = fill(form_of(browse("sunqi").get("/notices/new"), "notices"), estate)
    form["place"] = "88栋"
    answer = form.submit(status=422)
    assert len(sentences(answer)) == 1
    again = form_of(answer, "notices")
    assert (again["text"].value, again["place"].value, again["kind"].value) == ("8栋换水泵停水", "88栋", "outage")
    again["place"] = "8栋2单元"
    again.submit(status=303)
    assert Notice.get().places == ["8栋2单元"]


def test_a_notice_withdrawn_says_so_at_its_address(browse: Any, estate: Estate, sunqi: User) -> None:
    notice = Notice.publish(estate, "works", "铺路", starts_at=now(), ends_at=now() + timedelta(hours=3), places=[],
                            by=sunqi)
    supervisor = browse("guoqiang")
    form_of(supervisor.get(f"/n/{notice.number}"), "withdrawal").submit().follow()
    assert "已于" in browse().get(f"/n/{notice.number}")
    assert "铺路" not in supervisor.get("/notices")


def test_owners_see_no_button_and_an_unknown_notice_is_404(browse: Any, estate: Estate, sunqi: User) -> None:
    notice = Notice.publish(estate, "works", "铺路", starts_at=now(), ends_at=now() + timedelta(hours=3), places=[],
                            by=sunqi)
    assert browse().get(f"/n/{notice.number}").html.select_one("form[action*=withdrawal]") is None
    assert browse().get("/n/GG-1", status=404)


# -- drafts, changes, the list and the poster


def drafted(estate: Estate, text: str = "寒潮将至") -> Notice:
    return Notice.draft(estate, "season", text, starts_at=now(), ends_at=now() + timedelta(hours=9), places=[], by=None)


def test_a_draft_is_kept_changed_and_issued(browse: Any, estate: Estate) -> None:
    desk = browse("sunqi")
    page = fill(form_of(desk.get("/notices/new"), "notices"), estate).submit("draft").follow()
    notice = Notice.get()
    assert notice.is_draft
    form = page.forms["notice-form"]
    form["text"], form["place"] = "改为8栋2单元停水", "8栋2单元"
    page = form.submit().follow()
    assert "改为8栋2单元停水" in desk.get("/notices")
    form_of(page, "issue").submit().follow()
    shown = Notice.get_by_id(notice.id)
    assert (shown.is_draft, shown.text, shown.places) == (False, "改为8栋2单元停水", ["8栋2单元"])


def test_owners_see_no_draft_anywhere(browse: Any, estate: Estate, home: Place) -> None:
    notice = drafted(estate)
    owner = browse()
    owner.get(f"/n/{notice.number}", status=404)
    assert "寒潮将至" not in owner.get("/n")
    assert "寒潮将至" not in owner.get(f"/r/{home.parent.code}")
    browse("sunqi").get(f"/notices/{notice.number}/poster", status=404)


def test_a_draft_is_thrown_away_once(browse: Any, estate: Estate) -> None:
    notice = drafted(estate)
    desk = browse("sunqi")
    form_of(desk.get(f"/notices/{notice.number}"), "removal").submit(status=303)
    desk.get(f"/notices/{notice.number}", status=404)
    assert "寒潮将至" not in desk.get("/notices")


def test_who_read_it_before_a_change_is_told_and_what_is_wrong_keeps_the_words(browse: Any, estate: Estate) -> None:
    notice = drafted(estate)
    forms = [browse(login).get(f"/notices/{notice.number}").forms["notice-form"] for login in ("sunqi", "guoqiang")]
    for form, text in zip(forms, ("甲", "乙"), strict=True):
        form["text"] = text
    forms[0].submit(status=303)
    forms[1].submit(status=409)
    form = browse("sunqi").get(f"/notices/{notice.number}").forms["notice-form"]
    form["text"], form["ends_at"] = "丙", local(estate, -3)
    again = form.submit(status=422)
    assert len(sentences(again)) == 1
    assert again.forms["notice-form"]["text"].value == "丙"
    assert Notice.get_by_id(notice.id).text == "甲"


def test_owners_find_what_stands_on_one_list(browse: Any, estate: Estate, sunqi: User, other_estate: Estate) -> None:
    for one, text in ((estate, "铺路"), (estate, "停水")):
        Notice.publish(one, "works", text, starts_at=now(), ends_at=now() + timedelta(hours=3), by=sunqi,
                       places=[Place.named(one, "8栋")])
    page = browse().get("/n")
    assert "铺路" in page
    assert "8栋" in page
    assert other_estate.name in page
    assert other_estate.name not in browse().get(f"/n?estate={estate.code}")


def test_the_poster_says_where_when_and_whom_to_call(browse: Any, estate: Estate, sunqi: User) -> None:
    notice = Notice.publish(estate, "outage", "停水换泵", starts_at=now(), ends_at=now() + timedelta(hours=3), by=sunqi,
                            places=[Place.named(estate, "8栋")])
    page = browse("guoqiang").get(f"/notices/{notice.number}/poster")
    poster = page.html.select_one(".poster")
    assert all(text in poster.get_text() for text in ("停水换泵", "8栋", estate.hotline, notice.number))
    assert poster.select_one("svg")
    assert "今天" not in poster.get_text()
    browse("chenliang").get(f"/notices/{notice.number}/poster", status=403)


def test_staff_who_report_see_what_is_known(browse: Any, estate: Estate, sunqi: User) -> None:
    Notice.publish(estate, "works", "铺路", starts_at=now(), ends_at=now() + timedelta(hours=3), places=[], by=sunqi)
    assert "铺路" in browse("chenliang").get("/reports/new")


def test_a_notice_of_another_estate_is_none_of_the_office(browse: Any, other_estate: Estate) -> None:
    notice = drafted(other_estate)
    desk = browse("sunqi")
    desk.get(f"/notices/{notice.number}", status=404)
    for noun in ("issue", "removal"):
        desk.post(f"/notices/{notice.number}/{noun}", {"key": "0b6f2d0e-5b0c-4a58-9f61-0a8c1d5f0000"}, status=404)
