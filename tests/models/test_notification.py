"""Who is told what: the table, once each, only who may see it, and in their own time."""
import sqlite3
from datetime import datetime, timedelta
from typing import Any

import pytest
from playhouse.migrations import Runner

from models.base import database, moment, now, rows, writing
from models.callback import Attempt, Said
from models.dispatch import Category
from models.errors import NotFound, Refused
from models.event import Event
from models.jobs import every_minute
from models.notification import AUDIENCE, KINDS, Cursor, Notification, Preference, notify
from models.notification.audience import emergency_team
from models.notification.record import PAGE
from models.place import Estate, Place
from models.storage import migrate, open_database
from models.storage.database import MIGRATIONS
from models.user import SkillOf, User
from models.work_order import Classification, Details, Hold, Inspection, Note, WorkOrder
from models.work_order.moves import MOVES, SIGNALS
from tests.conftest import MONDAY_MORNING, judged_good
from tests.models.conftest import HOUR, carry_out, hire, photograph
from tests.models.test_concurrency import at_once

LATER = timedelta(minutes=5)


def told(verb: str) -> list[str]:
    """The logins of those who were told of the last event of that verb."""
    last = Event.select().where(Event.verb == verb).order_by(Event.id.desc()).get()
    return sorted(login for (login,) in rows(
        Notification.select(User.login).join(User).where(Notification.event == last)))


def tell(order: WorkOrder, verb: str, by: User | None = None, **detail: Any) -> list[str]:
    """An event as a sister verb leaves it, and who is told of it."""
    with writing():
        Event.record(order.number, verb, by=by, was=order.state, became=order.state, via="" if by else "rule",
                     detail=detail)
    notify()
    return told(verb)


def unread(user: User) -> list[str]:
    return [notification.event.verb for notification in Notification.page(user)[0] if notification.read_at is None]


TEAM = {"chenliang", "dongfei", "yaogang", "yeban", "zoukai"}  # of demo/staff.csv


def give_skill(user: User, skill: str = "emergency") -> None:
    SkillOf.create(user=user, skill=skill)
    user.__dict__.pop("skills", None)


# -- the table


def test_the_table_knows_only_verbs_and_signals() -> None:
    assert set(AUDIENCE) <= {*MOVES, *SIGNALS}
    assert {row.kind for row in AUDIENCE.values()} | {"patrol"} == set(KINDS)
    assert {verb for row in AUDIENCE.values() for verb in row.until} <= set(MOVES)


def test_an_owners_report_is_told_to_the_desk(reported_order: WorkOrder) -> None:
    notify()
    assert told("report") == ["linyue", "sunqi", "tangwen"]


def test_a_report_somebody_registered_waits_for_nobody_else(
    registered_order: WorkOrder, tangwen: User, sunqi: User,
) -> None:
    notify()
    assert told("report")
    assert unread(tangwen) == unread(sunqi) == []


def test_nobody_is_told_of_their_own_deed(home: Place, sunqi: User) -> None:
    WorkOrder.report(home, "大堂灯不亮", by=sunqi, channel="staff")
    notify()
    assert told("report") == ["linyue", "tangwen"]


def test_whoever_gets_an_order_is_told_and_nobody_else(assigned_order: WorkOrder) -> None:
    notify()
    assert told("assign") == ["chenliang"]


def test_who_lost_an_order_to_another_has_nothing_left_to_read(
    assigned_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User,
) -> None:
    notify()
    assert unread(chenliang) == ["assign"]
    assigned_order.assign(xuwei, by=sunqi)
    notify()
    assert (unread(chenliang), unread(xuwei)) == ([], ["assign"])


def test_finished_work_is_told_to_the_departments_supervisors(finished_order: WorkOrder) -> None:
    notify()
    assert told("finish") == ["heguangjun"]


def test_a_supervisor_who_did_the_work_is_not_asked_to_inspect_it(
    registered_order: WorkOrder, heguangjun: User, sunqi: User,
) -> None:
    registered_order.assign(heguangjun, by=sunqi, why="只有他在场")
    registered_order.accept(by=heguangjun)
    carry_out(registered_order, heguangjun)
    notify()
    assert told("finish") == ["guoqiang", "linyue", "renmei", "zhaomin"]


def test_work_sent_back_is_told_to_the_technician(
    finished_order: WorkOrder, guoqiang: User, heguangjun: User, chenliang: User,
) -> None:
    notify()
    assert unread(heguangjun) == ["finish"]
    photos = {photo.id: "" for photo in finished_order.photos_of("after")}
    Inspection.reject(finished_order, photos, ["not_fixed"], by=guoqiang)
    notify()
    assert told("reject") == ["chenliang"]
    assert unread(heguangjun) == []


def test_work_that_passed_is_told_to_the_callers(calling_order: WorkOrder) -> None:
    notify()
    assert told("pass") == ["luxia"]


def test_an_owner_who_is_not_content_is_heard_by_technician_supervisors_and_manager(
    calling_order: WorkOrder, luxia: User,
) -> None:
    Attempt.make(calling_order, "answered", by=luxia, told=Said(solved="no", overall="dissatisfied", reasons=("R1",)))
    notify()
    assert told("dispute") == ["chenliang", "heguangjun", "zhaomin"]
    assert told("pass") == []


def test_an_archived_order_is_told_to_its_first_contact_and_reporter(archived_order: WorkOrder) -> None:
    notify()
    assert told("close") == ["sunqi"]


def test_a_hold_is_asked_of_supervisors_and_answered_to_the_technician(
    working_order: WorkOrder, chenliang: User, heguangjun: User, guoqiang: User,
) -> None:
    Hold.ask(working_order, "parts", now() + 48 * HOUR, by=chenliang)
    notify()
    assert told("ask_hold") == ["heguangjun"]
    Hold.refuse(working_order, "库里有", by=guoqiang)
    notify()
    assert told("refuse_hold") == ["chenliang"]
    assert unread(heguangjun) == []
    Hold.ask(working_order, "parts", now() + 48 * HOUR, by=chenliang)
    Hold.approve(working_order, by=guoqiang)
    Hold.resume(working_order, by=guoqiang)
    notify()
    assert (told("suspend"), told("resume")) == (["chenliang"], ["chenliang"])


def test_a_note_is_told_to_the_technician_and_the_first_contact(
    assigned_order: WorkOrder, chenliang: User, sunqi: User, guoqiang: User,
) -> None:
    for by, heard in ((guoqiang, ["chenliang", "sunqi"]), (chenliang, ["sunqi"]), (sunqi, ["chenliang"])):
        Note.add(assigned_order, "业主下午在家", by=by)
        notify()
        assert told("note") == heard


@pytest.mark.parametrize(("verb", "detail", "heard"), [
    ("transfer", {"to": "xuwei"}, ["heguangjun", "xuwei"]),
    ("decline", {"reason": "busy"}, ["heguangjun", "linyue", "sunqi", "tangwen"]),
    ("hand_over", {"to": "tangwen"}, ["tangwen"]),
    ("ask_void", {}, ["heguangjun"]),
    ("refuse_void", {}, ["sunqi"]),
    ("urge", {}, ["chenliang", "heguangjun"]),
    ("merge", {}, ["machunsheng", "sunqi"]),
    ("void", {}, ["machunsheng", "sunqi"]),
    ("merge", {"assignee": "xuwei"}, ["machunsheng", "sunqi", "xuwei"]),
    ("void", {"assignee": "xuwei"}, ["machunsheng", "sunqi", "xuwei"]),
    ("answer", {}, ["machunsheng"]),
    ("support", {}, ["chenliang", "sunqi"]),
    ("ask_support", {"department": "environment"}, ["renmei"]),
    ("ask_support", {"department": "owners"}, ["guoqiang", "heguangjun", "linyue", "renmei", "zhaomin"]),
    ("classify", {"class": "major"}, ["zhaomin"]),
    ("classify", {"class": "general"}, []),
    ("prioritize", {"priority": "P2"}, ["chenliang"]),
    ("mark_difficult", {}, ["chenliang", "sunqi", "zhaomin"]),
    ("reschedule", {}, ["chenliang", "sunqi"]),
    ("repeat", {}, ["heguangjun", "sunqi"]),
    ("warn", {"to": ["assignee"]}, ["chenliang"]),
    ("overdue", {"to": ["assignee", "first_contact"]}, ["chenliang", "sunqi"]),
    ("escalate", {"to": ["supervisor"]}, ["heguangjun"]),
    ("escalate", {"to": "manager"}, ["zhaomin"]),
    ("escalate", {"to": ["company"]}, ["zhaomin"]),
    ("stale", {"to": ["assignee", "nobody known"]}, ["chenliang"]),
    ("warn", {"to": {"odd": 1}}, []),
    ("transfer", {}, ["heguangjun"]),
    ("photo", {}, []),
])
def test_what_sister_verbs_leave_is_told_to_those_the_table_names(
    home: Place, burst_pipe: Category, sunqi: User, chenliang: User, xuwei: User, machunsheng: User, verb: str,
    detail: dict[str, Any], heard: list[str],
) -> None:
    order = WorkOrder.report(home, "水管爆了", by=machunsheng, channel="patrol")
    order.register(burst_pipe, by=sunqi, read_back=True)
    order.assign(xuwei, by=sunqi)
    order.assign(chenliang, by=sunqi)
    assert tell(order, verb, **detail) == heard


def test_without_a_supervisor_in_the_department_all_of_the_estate_are_told(
    working_order: WorkOrder, heguangjun: User,
) -> None:
    heguangjun.disable()
    assert tell(working_order, "urge") == ["chenliang", "guoqiang", "linyue", "renmei", "zhaomin"]


# -- emergencies


def test_an_emergency_calls_its_team_the_supervisors_and_the_manager(
    reported_order: WorkOrder, burst_pipe: Category, sunqi: User, xuwei: User, estate: Estate,
) -> None:
    give_skill(xuwei)
    reported_order.register(burst_pipe, by=sunqi, priority="P0", read_back=True,
                            details=Details(priority_reason="水漫到电梯厅"))
    notify()
    assert xuwei.id in emergency_team(estate)
    assert set(told("register")) == {"heguangjun", "xuwei", "zhaomin"} | TEAM
    assert WorkOrder.find(reported_order.number, by=xuwei) == reported_order


def test_a_major_complaint_is_no_emergency_and_none_of_the_teams_business(
    home: Place, estate: Estate, sunqi: User, chenliang: User, zhaomin: User,
) -> None:
    order = WorkOrder.report(home, "保安吼人", by=None)
    WorkOrder.update(kind="complaint", priority="P0").where(WorkOrder.id == order.id).execute()
    assert chenliang.id in emergency_team(estate)
    called = tell(order, "register", by=sunqi, priority="P0")
    assert zhaomin.login in called
    assert not set(called) & TEAM
    with pytest.raises(NotFound):
        WorkOrder.find(order.number, by=chenliang)


def test_an_order_made_an_emergency_later_calls_the_team_too(
    registered_order: WorkOrder, xuwei: User, guoqiang: User,
) -> None:
    give_skill(xuwei)
    WorkOrder.update(priority="P0").where(WorkOrder.id == registered_order.id).execute()
    called = tell(registered_order, "prioritize", by=guoqiang, priority="P0")
    assert called == sorted({"heguangjun", "xuwei", "zhaomin"} | TEAM)


def test_an_ordinary_registering_is_told_to_nobody(registered_order: WorkOrder, xuwei: User) -> None:
    give_skill(xuwei)
    notify()
    assert told("register") == []
    with pytest.raises(NotFound):
        WorkOrder.find(registered_order.number, by=xuwei)


def test_an_emergency_that_is_over_is_no_longer_the_teams_to_see(registered_order: WorkOrder, xuwei: User) -> None:
    give_skill(xuwei)
    WorkOrder.update(priority="P0", archived_at=now()).where(WorkOrder.id == registered_order.id).execute()
    with pytest.raises(NotFound):
        WorkOrder.find(registered_order.number, by=xuwei)


# -- only who may


def test_a_person_who_is_disabled_is_told_nothing(reported_order: WorkOrder, tangwen: User) -> None:
    tangwen.disable()
    notify()
    assert told("report") == ["linyue", "sunqi"]


def test_people_of_another_estate_are_told_nothing(reported_order: WorkOrder, estate: Estate) -> None:
    hire(Estate.create(code="beichen", name="北辰里"), "beichen-desk", "desk")
    notify()
    assert told("report") == ["linyue", "sunqi", "tangwen"]


def test_who_may_not_see_the_order_is_not_told(
    registered_order: WorkOrder, xuwei: User, monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert tell(registered_order, "transfer", to="xuwei") == ["heguangjun"]  # never had it: it does not exist for them
    monkeypatch.setattr(WorkOrder, "seen_by", classmethod(lambda cls, user: cls.select().where(
        user.department != "engineering")))
    assert tell(registered_order, "urge") == []


# -- once


def test_reading_again_tells_nothing_twice(finished_order: WorkOrder) -> None:
    assert notify() > 0
    made = Notification.select().count()
    assert (notify(), Notification.select().count()) == (0, made)
    assert Cursor.at() == Event.select().count()


def test_a_batch_after_the_other_tells_the_same_as_one(finished_order: WorkOrder) -> None:
    with database.atomic() as undone:
        notify()
        at_a_time = rows(Notification.select(Notification.event, Notification.user).order_by(
            Notification.event, Notification.user))
        undone.rollback()
    notify(batch=1)
    assert rows(Notification.select(Notification.event, Notification.user).order_by(
        Notification.event, Notification.user)) == at_a_time


def test_a_crash_leaves_neither_notifications_nor_a_moved_cursor(
    reported_order: WorkOrder, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as crash:
        crash.setattr("models.notification.maker._settle", lambda happened: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            notify()
    assert (Notification.select().count(), Cursor.at()) == (0, 0)
    notify()
    assert told("report") == ["linyue", "sunqi", "tangwen"]


def test_a_cursor_set_back_tells_nobody_twice(reported_order: WorkOrder) -> None:
    notify()
    Cursor.update(event=0).execute()
    notify()
    assert told("report") == ["linyue", "sunqi", "tangwen"]


def test_two_workers_at_once_tell_everybody_once(home: Place) -> None:
    for n in range(30):
        WorkOrder.report(home, f"第{n}件", by=None)
    answers = at_once(*[lambda: notify(batch=3)] * 2)
    assert not [answer for answer in answers if not isinstance(answer, int)]
    assert Notification.select().count() == 30 * 3
    assert Cursor.at() == 30


def test_what_is_about_no_order_is_passed_over(reported_order: WorkOrder) -> None:
    with writing():
        Event.record("XX-1", "report", by=None)
    assert notify() == 2
    assert Cursor.at() == 2


def test_a_history_that_is_there_already_floods_nobody(tmp_path: Any) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'old.db'}")
    runner = Runner(opened, str(MIGRATIONS))  # type: ignore[no-untyped-call]
    runner.up("0003_rules_of_a_category")
    for number in range(3):
        opened.execute_sql(
            "INSERT INTO event (subject, verb, via, at, detail_json, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ("GD-1", "report", "owner", "2026-11-20 01:00:00", "{}", "0" * 64, f"{number:064}"))
    migrate()
    assert Cursor.at() == 3
    assert notify() == 0
    opened.close()


def test_the_worker_tells_every_minute(reported_order: WorkOrder) -> None:
    every_minute()
    assert told("report") == ["linyue", "sunqi", "tangwen"]


# -- reading


def test_reading_a_notification_leads_to_its_order_and_takes_it_off_the_count(
    assigned_order: WorkOrder, chenliang: User, xuwei: User,
) -> None:
    notify()
    assert Notification.unread_count(chenliang) == 1
    [notification], more = Notification.page(chenliang)
    assert more == ""
    with pytest.raises(NotFound, match=r"notification\.unknown"):
        Notification.read_by(notification.id, xuwei)
    assert Notification.unread_count(chenliang) == 1
    assert Notification.read_by(notification.id, chenliang) == assigned_order.number
    first = Notification.get_by_id(notification.id).read_at
    with moment(now() + LATER):
        assert Notification.read_by(notification.id, chenliang) == assigned_order.number
    assert Notification.unread_count(chenliang) == 0
    assert Notification.get_by_id(notification.id).read_at == first


def test_a_notification_leads_nowhere_when_its_order_is_not_theirs(assigned_order: WorkOrder, chenliang: User) -> None:
    notify()
    assigned_order.assignments.model.delete().execute()  # type: ignore[attr-defined]
    notification = Notification.get(Notification.user == chenliang)
    assert Notification.read_by(notification.id, chenliang) == ""


def test_whoever_acts_on_an_order_has_read_what_was_told_of_it(
    assigned_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    Note.add(assigned_order, "业主在家", by=guoqiang)
    notify()
    assert unread(chenliang) == ["note", "assign"]
    assigned_order.accept(by=chenliang)
    Note.add(assigned_order, "带上角阀", by=guoqiang)
    notify()
    assert unread(chenliang) == ["note"]


def test_reading_all_leaves_what_came_after_the_list_was_shown(
    assigned_order: WorkOrder, chenliang: User, sunqi: User, guoqiang: User,
) -> None:
    notify()
    shown = Notification.page(chenliang)[0][0].place
    Note.add(assigned_order, "带上角阀", by=guoqiang)
    notify()
    assert Notification.unread_count(sunqi) == 1
    assert Notification.read_all(chenliang, newest=shown) == 1
    assert unread(chenliang) == ["note"]
    assert Notification.read_all(chenliang) == 1
    assert Notification.unread_count(sunqi) == 1


def test_the_list_is_turned_by_key_and_leaves_out_and_repeats_nothing(
    assigned_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    at = now()
    for n in range(2 * PAGE):
        with moment(at + timedelta(minutes=n // 2)):
            Note.add(assigned_order, f"第{n}条", by=guoqiang)
    with moment(at + 2 * HOUR):
        notify()
        assert Notification.unread_count(chenliang) == 2 * PAGE + 1
        first, after = Notification.page(chenliang)
        second, more = Notification.page(chenliang, after=after)
        last, end = Notification.page(chenliang, after=more)
    assert (len(first), len(second), len(last), end) == (PAGE, PAGE, 1, "")
    ids = [notification.id for notification in (*first, *second, *last)]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 2 * PAGE + 1


@pytest.mark.parametrize("cursor", ["x", "2026-11-23T01:00:00~x", "2026~1~2", "~"])
def test_a_cursor_that_is_none_is_refused(chenliang: User, cursor: str) -> None:
    with pytest.raises(Refused, match=r"list\.bad_cursor"):
        Notification.page(chenliang, after=cursor)


def test_the_count_and_the_list_read_by_index(stage: Any, chenliang: User) -> None:
    for query, index in ((Notification._unread(chenliang).select(Notification.id).limit(100), "notification_unread"),
                         (Notification.select().where(Notification.user == chenliang, Notification.visible_at <= now())
                          .order_by(Notification.visible_at.desc(), Notification.id.desc()),
                          "notification_user_id_visible_at_id")):
        sql, params = query.sql()
        plan = str(database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall())
        assert index in plan
        assert "TEMP B-TREE" not in plan


# -- preferences


def test_without_a_word_everything_is_on(chenliang: User) -> None:
    wish = Preference.of(chenliang)
    assert all(wish.wants(kind) for kind in KINDS)
    assert wish.heard_at(MONDAY_MORNING, Estate.get()) == MONDAY_MORNING


def test_a_kind_that_is_off_is_not_told(assigned_order: WorkOrder, chenliang: User, guoqiang: User) -> None:
    Preference.state(by=chenliang, wanted=[kind for kind in KINDS if kind != "notes"])
    Note.add(assigned_order, "业主在家", by=guoqiang)
    notify()
    assert (told("note"), told("assign")) == (["sunqi"], ["chenliang"])
    Preference.state(by=chenliang, wanted=list(KINDS))
    Note.add(assigned_order, "业主在家", by=guoqiang)
    notify()
    assert told("note") == ["chenliang", "sunqi"]
    assert Preference.select().count() == 1


def test_escalations_and_emergencies_cannot_be_switched_off(
    assigned_order: WorkOrder, chenliang: User, guoqiang: User, zhaomin: User,
) -> None:
    for person in (chenliang, zhaomin):
        Preference.state(by=person, wanted=[], quiet_from="00:00", quiet_to="23:59")
    assert tell(assigned_order, "overdue", to=["assignee"]) == []
    assert tell(assigned_order, "escalate", to=["assignee", "manager"]) == ["chenliang", "zhaomin"]
    WorkOrder.update(priority="P0").where(WorkOrder.id == assigned_order.id).execute()
    assert tell(assigned_order, "overdue", to=["assignee"]) == ["chenliang"]
    assert all(told.visible_at == told.event.at and told.urgent for told in Notification.page(chenliang)[0])


@pytest.mark.parametrize(("hours", "local", "heard"), [
    (("22:00", "07:00"), "2026-11-23T23:30", "2026-11-24T07:00"),
    (("22:00", "07:00"), "2026-11-23T02:00", "2026-11-23T07:00"),
    (("22:00", "07:00"), "2026-11-23T22:00", "2026-11-24T07:00"),
    (("22:00", "07:00"), "2026-11-23T07:00", "2026-11-23T07:00"),
    (("22:00", "07:00"), "2026-11-23T21:59", "2026-11-23T21:59"),
    (("12:00", "14:00"), "2026-11-23T13:00", "2026-11-23T14:00"),
    (("12:00", "14:00"), "2026-11-23T11:59", "2026-11-23T11:59"),
    (("12:00", "14:00"), "2026-11-23T14:00", "2026-11-23T14:00"),
])
def test_quiet_hours_end_on_the_estates_clock(
    chenliang: User, estate: Estate, hours: tuple[str, str], local: str, heard: str,
) -> None:
    Preference.state(by=chenliang, wanted=list(KINDS), quiet_from=hours[0], quiet_to=hours[1])
    at = estate.utc(datetime.fromisoformat(local))
    assert Preference.of(chenliang).heard_at(at, estate) == estate.utc(datetime.fromisoformat(heard))


def test_what_is_born_in_quiet_hours_counts_after_them(
    estate: Estate, assigned_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    notify()
    Notification.read_all(chenliang)
    Preference.state(by=chenliang, wanted=list(KINDS), quiet_from="22:00", quiet_to="07:00")
    night = estate.utc(datetime(2030, 1, 7, 23, 0))
    with moment(night):
        Note.add(assigned_order, "业主在家", by=guoqiang)
        notify()
        assert Notification.unread_count(chenliang) == 0
        assert unread(chenliang) == []
        hidden = Notification.select().order_by(Notification.id.desc()).where(Notification.user == chenliang).get()
        with pytest.raises(NotFound):
            Notification.read_by(hidden.id, chenliang)
        assert Notification.read_all(chenliang) == 0
    with moment(night + 8 * HOUR):
        assert Notification.unread_count(chenliang) == 1
        assert unread(chenliang) == ["note"]


@pytest.mark.parametrize(("said", "code"), [
    ({"quiet_from": "22:00"}, "quiet_half"), ({"quiet_to": "07:00"}, "quiet_half"),
    ({"quiet_from": "25:00", "quiet_to": "07:00"}, "quiet_time"), ({"quiet_from": "8", "quiet_to": "9"}, "quiet_time"),
    ({"quiet_from": "08:00", "quiet_to": "08:00"}, "quiet_always"), ({"wanted": ["gossip"]}, "kind"),
])
def test_a_wish_that_makes_no_sense_is_refused_and_nothing_is_kept(
    chenliang: User, said: dict[str, Any], code: str,
) -> None:
    with pytest.raises(Refused, match=rf"notification\.{code}"):
        Preference.state(by=chenliang, **{"wanted": [], **said})
    assert not Preference.select().exists()


def test_photographs_tell_nobody(working_order: WorkOrder, chenliang: User) -> None:
    photograph(working_order, "during", 40, by=chenliang)
    notify()
    assert told("photo") == []


def test_passed_work_with_an_exemption_calls_nobody(
    home: Place, burst_pipe: Category, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    order = WorkOrder.report(home, "水管爆了", by=None)  # nobody to call
    order.register(burst_pipe, by=sunqi, read_back=True)
    order.assign(chenliang, by=sunqi)
    order.accept(by=chenliang)
    carry_out(order, chenliang)
    Inspection.pass_work(order, judged_good(order), by=guoqiang)
    notify()
    assert (order.state, told("pass")) == ("archived", [])


def test_many_people_and_many_events_are_told_in_one_batch(estate: Estate, home: Place, sunqi: User) -> None:
    """SQLite as most are built takes 32766 values in one statement, PostgreSQL 65535."""
    database.connection().setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32766)
    for n in range(70):
        hire(estate, f"desk-{n:02}", "desk")
    with writing():
        for n in range(100):
            WorkOrder.report(home, f"第{n}处漏水", by=None)
    notify()
    assert Notification.select().where(Notification.user == sunqi).count() == 100


def test_what_is_hidden_from_the_department_waits_for_a_supervisor_of_another(
    home: Place, estate: Estate, sunqi: User,
) -> None:
    leaf = Category.leaf(estate, "9502")
    Category.update(department="engineering").where(Category.id == leaf.id).execute()
    order = WorkOrder.register_call(
        home, "没人管", Category.leaf(estate, "9502"), by=sunqi, channel="phone", read_back=True,
        details=Details(complaint=Classification("important", "quality", about_department="engineering", hidden=True)))
    assert tell(order, "overdue", what="accept", to=["supervisor"]) == ["guoqiang", "linyue", "renmei", "zhaomin"]
