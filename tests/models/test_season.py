"""A season: prepared by the calendar once a year, alerted by a person, followed up, and told to owners by a draft."""
import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from models.base import database, moment, now
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.jobs import every_minute
from models.patrol import Season, SeasonPhase, Task, Visit
from models.patrol.season import LINES, NAMES, SPANS, WORDS, span_after, span_around
from models.place import Estate
from models.user import User

HOUR = timedelta(hours=1)
NOVEMBER = datetime(2026, 11, 23, 1, 0)  # 09:00 on the estate's clock


def season(theme: str) -> Season:
    return Season.get(Season.theme == theme)


@pytest.fixture
def frost(estate: Estate) -> Season:
    """11-15 to 03-15, prepared from 11-01 to 11-10, an alert with rounds every 12 hours."""
    return season("防冻")


def at(local: str, estate: Estate) -> Any:
    return moment(estate.utc(datetime.fromisoformat(local)))


def lines(task: Task) -> list[str]:
    return [visit.title for visit in Visit.select().where(Visit.task == task).order_by(Visit.position)]


def tasks(of: Season) -> list[Task]:
    return list(Task.select().where(Task.season == of).order_by(Task.id))


def facts_of(of: Season) -> dict[str, str]:
    names = (*NAMES, *LINES, *WORDS, *(name for span in SPANS for name in span), "alert_every_h", "after_within_h")
    return {name: str(of.__data__[name]) for name in names}


# -- the calendar


@pytest.mark.parametrize(("day", "inside"), [
    ("2026-11-14", None), ("2026-11-15", 2026), ("2026-12-31", 2026), ("2027-01-01", 2026), ("2027-03-15", 2026),
    ("2027-03-16", None)])
def test_a_season_over_new_year_is_that_of_the_year_it_began_in(day: str, inside: int | None) -> None:
    span = span_around("11-15", "03-15", date.fromisoformat(day))
    assert (span.first.year if span else None) == inside


@pytest.mark.parametrize(("day", "last"), [("2027-02-28", date(2027, 2, 28)), ("2028-02-29", date(2028, 2, 29))])
def test_a_season_until_29_february_ends_with_the_month(day: str, last: date) -> None:
    span = span_around("01-10", "02-29", date.fromisoformat(day))
    assert span is not None
    assert span.last == last
    assert span_around("01-10", "02-29", last + timedelta(days=1)) is None


def test_what_comes_next_begins_after_today() -> None:
    span = span_after("11-15", "03-15", date(2026, 11, 15))
    assert span is not None
    assert span == (date(2027, 11, 15), date(2028, 3, 15))


# -- before


def test_when_the_day_comes_the_tasks_and_the_draft_are_made_once(estate: Estate, frost: Season) -> None:
    with at("2026-10-31T23:59", estate):
        SeasonPhase.sweep()
        assert tasks(frost) == []
    for local in ("2026-11-01T00:00", "2026-11-01T00:01", "2026-11-09T12:00"):
        with at(local, estate):
            SeasonPhase.sweep()
    [task] = tasks(frost)
    assert (task.name, task.officer.login) == ("防冻 入冬前准备", "shijianhua")
    assert lines(task) == frost.lines("before")
    assert (estate.local(task.starts_at).date(), estate.local(task.ends_at).date()) == (
        date(2026, 11, 1), date(2026, 11, 11))
    [draft] = [phase.notice for phase in SeasonPhase.of(frost)]
    assert draft.is_draft
    assert estate.local(draft.ends_at).date() == date(2027, 3, 16)
    assert [event.via for event in Event.about(draft.number)] == ["rule"]


def test_a_worker_that_was_down_that_day_makes_it_later_and_each_year_anew(estate: Estate, frost: Season) -> None:
    for local in ("2026-11-06T08:00", "2027-01-02T08:00", "2027-11-02T08:00"):
        with at(local, estate):
            SeasonPhase.sweep()
    assert [estate.local(task.starts_at).year for task in tasks(frost)] == [2026, 2027]


def test_the_worker_does_it_each_minute_by_itself(estate: Estate, frost: Season) -> None:
    with at("2026-11-03T08:00", estate):
        every_minute()
        every_minute()
        assert len(tasks(frost)) == 1
        assert frost in [task.season for task in Task.todays(User.get(User.login == "shijianhua"))]


def test_what_takes_days_is_on_the_list_of_each_of_them_and_can_be_done(estate: Estate, frost: Season) -> None:
    officer = User.get(User.login == "shijianhua")
    with at("2026-11-01T00:01", estate):
        SeasonPhase.sweep()
    with at("2026-11-08T09:00", estate):
        [task] = [task for task in Task.todays(officer) if task.season == frost]
        for visit in Visit.select().where(Visit.task == task):
            visit.check({}, by=officer, answer="normal")
        assert Task.get_by_id(task.id).state == "done"
        assert Task.get_by_id(task.id).flags == ""


def test_a_line_nobody_did_is_missed_when_the_days_are_over(estate: Estate, frost: Season) -> None:
    with at("2026-11-01T00:01", estate):
        SeasonPhase.sweep()
    with at("2026-11-11T01:00", estate):
        Task.sweep()
    assert tasks(frost)[0].state == "absent"


def test_a_supervisor_prepares_by_hand_when_the_days_went_by_and_once(
    estate: Estate, frost: Season, guoqiang: User, sunqi: User,
) -> None:
    with moment(NOVEMBER):
        with pytest.raises(NotAllowed):
            SeasonPhase.prepare(frost, by=sunqi)
        phase = SeasonPhase.prepare(frost, by=guoqiang)
        assert phase.key == "2026"
        with pytest.raises(Stale, match=r"season\.begun_already"):
            SeasonPhase.prepare(frost, by=guoqiang)
    with at("2026-11-13T09:00", estate), pytest.raises(Stale):
        SeasonPhase.prepare(frost, by=guoqiang)  # between its days and the season: still that year's
    with at("2027-04-01T09:00", estate):
        assert SeasonPhase.prepare(frost, by=guoqiang).key == "2027"


# -- on alert


def test_an_alert_makes_its_tasks_at_once_and_again_until_it_is_ended(frost: Season, guoqiang: User) -> None:
    with moment(NOVEMBER):
        phase = SeasonPhase.begin_alert(frost, NOVEMBER + 40 * HOUR, by=guoqiang)
        assert frost.alerted_at == NOVEMBER
        assert phase.notice.is_draft
        assert phase.notice.text == frost.alert_notice_text
    for hours in (1, 11.9, 12, 12.1, 25):
        with moment(NOVEMBER + hours * HOUR):
            SeasonPhase.sweep()
    assert [(task.starts_at - NOVEMBER) / HOUR for task in tasks(frost)] == [0, 12, 24]
    assert [(task.ends_at - task.starts_at) / HOUR for task in tasks(frost)] == [12, 12, 12]
    with moment(NOVEMBER + 26 * HOUR):
        SeasonPhase.end_alert(season("防冻"), by=guoqiang)
        after = tasks(frost)[-1]
        assert lines(after) == frost.lines("after")
        assert after.ends_at - now() == 48 * HOUR
        with pytest.raises(Stale, match=r"season\.alert_over"):
            SeasonPhase.end_alert(season("防冻"), by=guoqiang)
    with moment(NOVEMBER + 50 * HOUR):
        SeasonPhase.sweep()
    assert len(tasks(frost)) == 4
    assert [event.verb for event in Event.about(frost.subject)] == ["begin_alert", "end_alert", "begin_phase"]


def test_it_ends_by_itself_and_the_last_round_ends_with_it(frost: Season, guoqiang: User) -> None:
    with moment(NOVEMBER):
        SeasonPhase.begin_alert(frost, NOVEMBER + 18 * HOUR, by=guoqiang)
    for hours in (13, 19, 19.1):
        with moment(NOVEMBER + hours * HOUR):
            SeasonPhase.sweep()
    first, second, after = tasks(frost)
    assert second.ends_at == NOVEMBER + 18 * HOUR
    assert after.name == "防冻 解冻后排查"
    assert season("防冻").alerted_at is None
    ended = SeasonPhase.get(SeasonPhase.phase == "alert")
    assert ended.ended_at == NOVEMBER + 19 * HOUR
    assert ended.ended_by is None
    assert first.name == "防冻 寒潮预警"


def test_rounds_that_went_by_while_nothing_ran_are_not_made_up_for(frost: Season, guoqiang: User) -> None:
    with moment(NOVEMBER):
        SeasonPhase.begin_alert(frost, NOVEMBER + 80 * HOUR, by=guoqiang)
    with moment(NOVEMBER + 49 * HOUR):
        SeasonPhase.sweep()
    assert [(task.starts_at - NOVEMBER) / HOUR for task in tasks(frost)] == [0, 48]


def test_one_alert_of_a_season_at_a_time_and_who_may(frost: Season, guoqiang: User, sunqi: User) -> None:
    with moment(NOVEMBER):
        with pytest.raises(NotAllowed):
            SeasonPhase.begin_alert(frost, NOVEMBER + HOUR, by=sunqi)
        SeasonPhase.begin_alert(frost, NOVEMBER + HOUR, by=guoqiang)
        with pytest.raises(Stale, match=r"season\.alerted_already"):
            SeasonPhase.begin_alert(season("防冻"), NOVEMBER + HOUR, by=guoqiang)
        with pytest.raises(NotAllowed):
            SeasonPhase.end_alert(frost, by=sunqi)
    assert len(tasks(frost)) == 1


def test_of_two_who_press_at_once_one_wins(stage: Any, frost: Season, guoqiang: User, zhaomin: User) -> None:
    until, told, gate = now() + HOUR, list[str](), threading.Barrier(2)

    def press(by: User) -> None:
        with database.connection_context():
            mine = Season.get_by_id(frost.id)
            gate.wait()
            try:
                SeasonPhase.begin_alert(mine, until, by=by)
                told.append("won")
            except Stale:
                told.append("too late")
    people = [threading.Thread(target=press, args=(by,)) for by in (guoqiang, zhaomin)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(told) == ["too late", "won"]
    assert len(tasks(frost)) == 1


@pytest.mark.parametrize("hours", [None, 0, -1, 31 * 24])
def test_an_alert_says_until_when(frost: Season, guoqiang: User, hours: int | None) -> None:
    until = None if hours is None else now() + hours * HOUR
    with pytest.raises(Refused, match=r"season\.alert_until"):
        SeasonPhase.begin_alert(frost, until, by=guoqiang)
    assert season("防冻").alerted_at is None


def test_a_season_without_an_alert_has_none(estate: Estate, guoqiang: User) -> None:
    with pytest.raises(Refused, match=r"season\.no_alert"):
        SeasonPhase.begin_alert(season("春季绿化与消杀"), now() + HOUR, by=guoqiang)


# -- after


def test_without_an_alert_the_last_tasks_come_when_the_season_is_over(estate: Estate) -> None:
    spring = season("春季绿化与消杀")  # 03-01 to 04-30
    with at("2027-04-30T23:59", estate):
        SeasonPhase.sweep()
        assert tasks(spring) == []
    for local in ("2027-05-03T08:00", "2027-05-03T08:01"):
        with at(local, estate):
            SeasonPhase.sweep()
    [task] = tasks(spring)
    assert lines(task) == ["药剂记录归档"]
    with at("2027-06-30T08:00", estate):
        SeasonPhase.sweep()
    assert len(tasks(spring)) == 1


# -- changing it


def test_a_supervisor_changes_it_and_the_history_says_what(frost: Season, guoqiang: User, machunsheng: User) -> None:
    words = facts_of(frost) | {"since": "11月20日", "alert_tasks": "巡一遍\r\n\r\n再巡一遍"}
    frost.change(words, machunsheng, by=guoqiang)
    changed = season("防冻")
    assert (changed.since, changed.responsible) == ("11-20", machunsheng)
    assert changed.lines("alert") == ["巡一遍", "再巡一遍"]
    [event] = Event.about(frost.subject)
    assert event.detail == {"since": "11-20", "alert_tasks": "巡一遍\n再巡一遍", "responsible": "马春生"}


def test_who_read_it_before_another_changed_it_is_told(frost: Season, guoqiang: User, zhaomin: User) -> None:
    mine = season("防冻")
    frost.change(facts_of(frost), None, by=guoqiang)
    with pytest.raises(Stale, match=r"season\.changed_meanwhile"):
        mine.change(facts_of(mine), None, by=zhaomin)


@pytest.mark.parametrize(("wrong", "code", "field"), [
    ({"theme": ""}, "text.missing", "theme"), ({"theme": "防" * 21}, "text.too_long", "theme"),
    ({"theme": "防汛"}, "season.theme_twice", "theme"), ({"since": "02-30"}, "season.no_day", "since"),
    ({"since": "13-01"}, "season.no_day", "since"), ({"until": ""}, "season.half_span", "until"),
    ({"alert_name": ""}, "season.no_name", "alert_name"), ({"before_from": "", "before_to": ""}, "season.no_days",
                                                           "before_from"),
    ({"alert_every_h": "49"}, "season.hours", "alert_every_h"), ({"after_within_h": "0"}, "season.hours",
                                                                 "after_within_h"),
    ({"after_within_h": "x"}, "season.hours", "after_within_h"),
    ({"before_tasks": "长" * 201}, "text.too_long", "before_tasks"),
    ({"before_tasks": "\n".join(map(str, range(31)))}, "season.lines", "before_tasks"),
    ({"notice_text": "长" * 2001}, "text.too_long", "notice_text")])
def test_what_makes_no_season_is_refused(
    frost: Season, guoqiang: User, wrong: dict[str, str], code: str, field: str,
) -> None:
    with pytest.raises(Refused) as refused:
        frost.change(facts_of(frost) | wrong, None, by=guoqiang)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_who_is_not_of_the_work_cannot_be_responsible_nor_change_it(
    frost: Season, guoqiang: User, sunqi: User, yzdb: User,
) -> None:
    with pytest.raises(Refused, match=r"season\.not_able"):
        frost.change(facts_of(frost), yzdb, by=guoqiang)
    with pytest.raises(NotAllowed):
        frost.change(facts_of(frost), None, by=sunqi)


def test_a_season_of_another_estate_does_not_exist(frost: Season, guoqiang: User) -> None:
    other = Season.create(estate=Estate.create(code="else", name="别处"), theme="防汛")
    assert Season.find(frost.id, by=guoqiang) == frost
    with pytest.raises(NotFound):
        Season.find(other.id, by=guoqiang)


def test_an_alert_whose_lines_were_taken_out_stops_no_worker(frost: Season, guoqiang: User) -> None:
    at = now()
    SeasonPhase.begin_alert(frost, at + timedelta(days=1), by=guoqiang)
    Season.update(alert_tasks="").where(Season.id == frost.id).execute()
    with moment(at + timedelta(hours=13)):
        SeasonPhase.sweep()
