"""Who is told of what happens on patrols: row by row of the table, once, and never to recheck one's own work."""
from datetime import timedelta
from typing import Any

import pytest

from models.base import moment, now
from models.event import Event
from models.notification import OF_PATROLS, Channel, Delivery, Notification, Preference, notify
from models.patrol import Finding, Season, SeasonPhase, Task
from models.place import Estate, Place
from models.user import RoleOf, User
from tests.models.test_finding import recheck, rectify, report
from tests.patrol import running_now

SUPERVISORS = sorted(("zhaomin", "linyue", "heguangjun", "guoqiang", "renmei"))


def told(verb: str) -> list[str]:
    """Whom an event of that verb was told, by login."""
    found = User.select(User.login).join(Notification).join(Event).where(Event.verb == verb)
    return sorted(user.login for user in found)


@pytest.fixture
def building(estate: Estate) -> Place:
    return Place.named(estate, "3栋")


def test_the_table_is_about_what_patrols_leave_in_the_history() -> None:
    assert {verb for row in OF_PATROLS.values() for verb in row.until} <= {
        "close_finding", "send_back", "take_up_again", "change_plan", "stop_plan"}


def close(task: Task) -> None:
    with moment(task.late_until):
        Task.sweep()
        notify()


def test_one_point_missed_for_the_first_time_is_told_to_nobody(estate: Estate, guoqiang: User) -> None:
    task = running_now(estate, guoqiang)
    Task.update(begun_at=now()).where(Task.id == task.id).execute()
    [_, *others] = task.visits  # type: ignore[attr-defined]
    for visit in others:
        visit.__class__.update(done_at=now(), timing="on_time").where(visit.__class__.id == visit.id).execute()
    close(task)
    assert Event.select().where(Event.verb == "miss").count() == 1
    assert told("miss") == []


@pytest.mark.parametrize("route", ["设备房巡检", "东北网格日巡"])
def test_a_key_point_missed_or_nobody_at_all_is_told_to_the_supervisors(
    estate: Estate, guoqiang: User, route: str,
) -> None:
    task = running_now(estate, guoqiang, route)
    close(task)
    assert told("miss") == SUPERVISORS
    notify()
    assert Notification.select().count() == len(SUPERVISORS)  # once
    with moment(task.late_until):
        page, _ = Notification.page(guoqiang)
        assert Notification.read_by(page[0].id, guoqiang) == task.number
        assert Notification.unread_count(guoqiang) == 0


def test_who_gets_a_walk_is_told(estate: Estate, guoqiang: User, machunsheng: User) -> None:
    task = running_now(estate, guoqiang)
    task.pass_on(User.get(User.login == "fengguilan"), "开会", by=machunsheng)
    notify()
    assert told("pass_on") == ["fengguilan"]


@pytest.mark.parametrize(("severity", "heard"), [("serious", []), ("major", SUPERVISORS)])
def test_a_major_finding_is_told_at_once_whatever_was_switched_off(
    building: Place, machunsheng: User, guoqiang: User, severity: str, heard: list[str],
) -> None:
    Preference.state(by=guoqiang, wanted=[])
    report(building, machunsheng, remedy="on_spot", severity=severity)
    notify()
    assert told("find") == heard


def test_who_may_recheck_is_told_and_not_who_put_it_right(
    building: Place, machunsheng: User, guoqiang: User, zhaomin: User,
) -> None:
    finding = report(building, machunsheng, remedy="on_spot")
    RoleOf.get_or_create(user=machunsheng, role="supervisor")
    rectify(finding, machunsheng)
    notify()
    assert told("rectify") == SUPERVISORS
    recheck(finding, guoqiang, passed=False, note="不牢")
    notify()
    assert told("send_back") == ["machunsheng"]
    assert Notification.unread_count(zhaomin) == 0  # there is nothing to recheck any more
    with moment(now() + timedelta(days=9)):
        Finding.sweep()
        notify()
    assert told("overdue_finding") == sorted([*SUPERVISORS, "machunsheng"])


def test_who_wants_no_word_of_patrols_gets_none(building: Place, machunsheng: User, guoqiang: User) -> None:
    Preference.state(by=guoqiang, wanted=["work"])
    rectify(report(building, machunsheng, remedy="on_spot"), machunsheng)
    notify()
    assert "guoqiang" not in told("rectify")


def test_a_channel_that_wants_patrols_carries_them(
    estate: Estate, building: Place, machunsheng: User, admin: Any,
) -> None:
    Channel.add(estate, "wecom", by=admin, name="群", is_on=True, wanted=["patrol"],
                address="https://wecom.example.com/hook?key=1")
    rectify(report(building, machunsheng, remedy="on_spot"), machunsheng)
    notify()
    [delivery] = Delivery.select()
    assert (delivery.order, delivery.event.verb) == (None, "rectify")


def test_who_answers_for_a_season_is_told_of_what_an_alert_wants(estate: Estate, guoqiang: User) -> None:
    frost = Season.get(Season.theme == "防冻")
    SeasonPhase.begin_alert(frost, now() + timedelta(hours=6), by=guoqiang)
    notify()
    assert told("pass_on") == [frost.responsible.login]
