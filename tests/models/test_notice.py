"""A notice holds for its area and its time, and only the office writes it."""
from datetime import timedelta

import pytest

from models.base import moment, now
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.notice import NOTICE_KINDS, Notice
from models.place import Estate, Place
from models.user import User

HOUR = timedelta(hours=1)


def publish(estate: Estate, by: User, *names: str, kind: str = "outage", start: float = 0, end: float = 8) -> Notice:
    at = now()
    return Notice.publish(estate, kind, "检修水泵，8点到16点停水", starts_at=at + start * HOUR, ends_at=at + end * HOUR,
                          places=[Place.named(estate, name) for name in names], by=by)


def known_at(estate: Estate, name: str) -> list[Notice]:
    return Notice.about(Place.named(estate, name))


def test_a_building_is_told_and_the_next_one_is_not(estate: Estate, sunqi: User) -> None:
    notice = publish(estate, sunqi, "8栋")
    for name in ("8栋", "8栋2单元", "8栋2单元1503"):
        assert known_at(estate, name) == [notice]
    assert known_at(estate, "9栋1单元") == []
    assert notice.places == ["8栋"]


def test_without_an_area_the_whole_estate_is_told(estate: Estate, sunqi: User) -> None:
    notice = publish(estate, sunqi)
    assert known_at(estate, "9栋1单元") == known_at(estate, "中心花园") == [notice]


def test_a_notice_of_one_unit_says_nothing_to_its_neighbour(estate: Estate, sunqi: User) -> None:
    publish(estate, sunqi, "8栋1单元")
    assert known_at(estate, "8栋2单元1503") == []


@pytest.mark.parametrize(("hours", "is_told"), [(-47, True), (-49, False), (0, True), (7, True), (8, False)])
def test_it_is_told_from_two_days_before_until_its_end(
    estate: Estate, sunqi: User, hours: int, is_told: bool,
) -> None:
    notice = publish(estate, sunqi, "8栋", start=0, end=8)
    with moment(notice.starts_at + hours * HOUR):
        assert bool(known_at(estate, "8栋")) is is_told


def test_what_is_withdrawn_is_told_to_nobody_and_only_once(estate: Estate, sunqi: User, guoqiang: User) -> None:
    notice = publish(estate, sunqi, "8栋")
    notice.withdraw(by=guoqiang)
    assert known_at(estate, "8栋") == []
    with pytest.raises(Stale, match=r"notice\.withdrawn"):
        notice.withdraw(by=sunqi)
    assert [event.verb for event in Event.about(notice.number)] == ["publish", "withdraw"]


@pytest.mark.parametrize(("changes", "code"), [
    ({"kind": "gossip"}, "notice.no_kind"),
    ({"text": "  "}, "text.missing"),
    ({"starts_at": None}, "notice.no_period"),
    ({"ends_at": None}, "notice.no_period"),
    ({"ends_at": "yesterday"}, "notice.over_already"),
])
def test_what_makes_no_notice_is_refused(estate: Estate, sunqi: User, changes: dict[str, object], code: str) -> None:
    said = {"kind": "works", "text": "铺路", "starts_at": now() - 30 * HOUR, "ends_at": now() + HOUR, **changes}
    if said["ends_at"] == "yesterday":
        said["ends_at"] = now() - 24 * HOUR
    with pytest.raises(Refused, match=code):
        Notice.publish(estate, places=[], by=sunqi, **said)  # type: ignore[arg-type]
    assert Notice.select().count() == 0


def test_a_technician_publishes_and_withdraws_nothing(estate: Estate, chenliang: User, sunqi: User) -> None:
    with pytest.raises(NotAllowed):
        publish(estate, chenliang)
    with pytest.raises(NotAllowed):
        publish(estate, sunqi).withdraw(by=chenliang)


def test_an_unknown_number_is_no_notice(estate: Estate) -> None:
    with pytest.raises(NotFound):
        Notice.numbered("GG-20200101-0001")


def test_every_kind_can_be_published(estate: Estate, zhaomin: User) -> None:
    assert {publish(estate, zhaomin, kind=kind).kind for kind in NOTICE_KINDS} == set(NOTICE_KINDS)


# -- drafts


def draft(estate: Estate, by: User | None, *names: str) -> Notice:
    return Notice.draft(estate, "season", "寒潮将至", starts_at=now(), ends_at=now() + 8 * HOUR,
                        places=[Place.named(estate, name) for name in names], by=by)


def test_a_draft_is_told_to_nobody_until_somebody_issues_it(estate: Estate, sunqi: User, guoqiang: User) -> None:
    notice = draft(estate, None, "8栋")
    assert known_at(estate, "8栋") == list(Notice.standing(estate)) == []
    assert list(Notice.drafts(estate)) == [notice]
    with pytest.raises(NotFound):
        Notice.numbered(notice.number)
    notice.issue(by=sunqi)
    assert known_at(estate, "8栋") == [notice]
    assert list(Notice.drafts(estate)) == []
    with pytest.raises(Stale, match=r"notice\.moved_on"):
        notice.issue(by=guoqiang)
    assert [(event.verb, event.via) for event in Event.about(notice.number)] == [
        ("draft_notice", "rule"), ("issue", "staff")]


def test_a_draft_thrown_away_is_gone_for_the_office_too(estate: Estate, sunqi: User) -> None:
    notice = draft(estate, sunqi)
    notice.discard(by=sunqi)
    assert list(Notice.drafts(estate)) == list(Notice.standing(estate)) == []
    with pytest.raises(NotFound):
        Notice.find(notice.number, by=sunqi)
    with pytest.raises(Stale):
        notice.issue(by=sunqi)


def test_what_was_issued_is_withdrawn_and_not_discarded_and_a_draft_the_other_way(estate: Estate, sunqi: User) -> None:
    issued, kept = publish(estate, sunqi), draft(estate, sunqi)
    with pytest.raises(Stale):
        issued.discard(by=sunqi)
    with pytest.raises(Stale):
        kept.withdraw(by=sunqi)
    assert [sunqi.may(verb, issued) for verb in ("withdraw", "discard", "issue", "change_notice")] == [
        True, False, False, True]
    assert [sunqi.may(verb, kept) for verb in ("withdraw", "discard", "issue", "change_notice")] == [
        False, True, True, True]


def test_a_draft_that_is_over_cannot_be_issued(estate: Estate, sunqi: User) -> None:
    notice = draft(estate, None)
    with moment(notice.ends_at), pytest.raises(Refused, match=r"notice\.over_already"):
        notice.issue(by=sunqi)


def test_the_office_alone_drafts_issues_changes_and_discards(
    estate: Estate, sunqi: User, chenliang: User, machunsheng: User,
) -> None:
    with pytest.raises(NotAllowed):
        draft(estate, machunsheng)
    notice = draft(estate, None)
    for do in (notice.issue, notice.discard):
        with pytest.raises(NotAllowed):
            do(by=chenliang)
    with pytest.raises(NotAllowed):
        change(notice, chenliang)


# -- changing


def change(notice: Notice, by: User, text: str = "改到明天", *names: str, **more: int) -> None:
    notice.change("works", text, starts_at=now(), ends_at=now() + 30 * HOUR, by=by,
                  places=[Place.named(notice.estate, name) for name in names], **more)


def test_a_change_of_what_owners_read_is_kept_in_its_history(estate: Estate, sunqi: User, guoqiang: User) -> None:
    notice = publish(estate, sunqi, "8栋")
    change(notice, guoqiang, "改到明天", "9栋")
    assert known_at(estate, "8栋") == []
    [shown] = known_at(estate, "9栋1单元")
    assert (shown.text, shown.kind, shown.places) == ("改到明天", "works", ["9栋"])
    assert shown.changed_at is not None
    first, second = Event.about(notice.number)
    assert (first.detail["text"], second.detail["text"], second.detail["places"]) == (
        "检修水泵，8点到16点停水", "改到明天", ["9栋"])


def test_of_two_who_change_it_the_second_is_told(estate: Estate, sunqi: User, guoqiang: User) -> None:
    notice = publish(estate, sunqi)
    mine = Notice.get_by_id(notice.id)
    change(notice, guoqiang, version=0)
    with pytest.raises(Stale, match=r"notice\.moved_on"):
        change(mine, sunqi, version=0)
    change(mine, sunqi, "再改一次", version=1)


def test_what_is_withdrawn_is_not_changed_any_more(estate: Estate, sunqi: User) -> None:
    notice = publish(estate, sunqi)
    notice.withdraw(by=sunqi)
    with pytest.raises(Stale):
        change(notice, sunqi)


def test_an_activity_says_nothing_to_who_reports_something(estate: Estate, sunqi: User) -> None:
    publish(estate, sunqi, kind="activity")
    assert known_at(estate, "8栋") == []
    assert len(list(Notice.standing(estate))) == 1


def test_a_notice_of_another_estate_is_none_of_the_office(estate: Estate, sunqi: User) -> None:
    other = Estate.create(code="else", name="别处")
    notice = Notice.draft(other, "works", "铺路", starts_at=now(), ends_at=now() + HOUR, places=[], by=None)
    with pytest.raises(NotFound):
        Notice.find(notice.number, by=sunqi)
    with pytest.raises(NotAllowed):
        notice.issue(by=sunqi)
