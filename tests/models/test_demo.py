"""The demo: every state on screen, played by the rules that hold for everybody."""
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from models.base import database, moment, now, rows
from models.callback import CALL_OUTCOMES, Answer, Attempt, Callback, Policy, Sequel, SpotCheck
from models.callback.figures import Period
from models.demo.orders import DemoOrders
from models.estate_import import EstateFolder
from models.event import Event
from models.jobs import damage
from models.notice import Notice
from models.notification import CHANNEL_KINDS, Channel, Cursor, Delivery, Notification
from models.patrol import Finding, Plan, Season, SeasonPhase, Task, Visit
from models.patrol.finding import STATES as FINDING_STATES
from models.patrol.task import STATES as TASK_STATES
from models.patrol.visit import STATES as POINT_STATES
from models.photo import Photo
from models.place import Estate, Place
from models.sla import TimeLimit
from models.storage import keep_photos_in, migrate, open_database
from models.user import Phone, User
from models.work_order import (
    Completion,
    Deadline,
    HandOver,
    Inspection,
    Merge,
    PartyDecision,
    Support,
    Void,
    WorkOrder,
)
from models.work_order.moves import ANSWERED_UNDER, PARTS, STATES
from tests.conftest import MONDAY_MORNING, PASSWORD, ROOT, Prepared

pytestmark = pytest.mark.slow
NOON = MONDAY_MORNING + timedelta(hours=3)


@pytest.fixture(scope="session")
def played(prepared: Prepared) -> Path:
    return prepared("played", play)


def play(data: Path) -> None:
    opened = open_database(f"sqlite:///{data / 'bihuan.db'}")
    keep_photos_in(str(data / "photos"))
    with database.connection_context():
        migrate()
        folder = EstateFolder(ROOT / "demo")
        with moment(NOON - timedelta(days=60)):
            estate = folder.load(password=PASSWORD, is_demo=True)
        with moment(NOON):
            DemoOrders(folder, estate).play()
        opened.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()


@pytest.fixture(autouse=True)
def on_stage(played: Path) -> Iterator[None]:
    open_database(f"sqlite:///{played / 'bihuan.db'}")
    keep_photos_in(str(played / "photos"))
    with database.connection_context(), moment(NOON):
        yield


def test_every_state_is_on_screen() -> None:
    assert {state for (state,) in rows(WorkOrder.select(WorkOrder.state).distinct())} == set(STATES)


def test_every_row_of_the_file_reached_the_state_it_names() -> None:
    wanted = sorted((row["text"], row["state"]) for row in EstateFolder(ROOT / "demo").rows("demo_orders.csv", "order"))
    made = [Sequel.select(Sequel.order), Task.select(Task.order).where(Task.order.is_null(False)),
            Finding.select(Finding.order).where(Finding.order.is_null(False))]
    own = WorkOrder.select().where(*(WorkOrder.id.not_in(orders) for orders in made))
    assert sorted((order.text, order.state) for order in own) == wanted


def test_phones_in_the_field_were_heard_of_and_one_holds_work_of_yesterday() -> None:
    estate = WorkOrder.get().estate
    assert [(phone.user.login, phone.waiting, phone.age) for phone in Phone.of_staff([estate])] == [
        ("xuwei", 3, "yellow"), ("chenliang", 0, "")]


def test_people_have_notifications_of_the_last_two_days_and_some_unread() -> None:
    for login in ("chenliang", "heguangjun", "sunqi"):
        user = User.get(User.login == login)
        notices = Notification.page(user)[0]
        assert 0 < Notification.unread_count(user) < 40, login
        assert any(notice.read_at for notice in notices), login
        assert all(notice.event.at >= NOON - timedelta(days=2) for notice in notices), login
    assert Cursor.at() == Event.select().count()


def test_a_channel_of_each_kind_stands_there_switched_off() -> None:
    assert sorted(channel.kind for channel in Channel.select() if not channel.is_on) == sorted(CHANNEL_KINDS)
    assert not Delivery.select().exists()


def test_its_chain_is_whole_and_no_file_is_missing() -> None:
    assert damage() == []
    assert Event.select().count() > 300


def test_the_worker_has_told_what_was_due_by_latestand_each_thing_at_its_time() -> None:
    assert Deadline.sweep() == 0
    told = [(event.verb, event.at) for event in Event.select().order_by(Event.id)]
    assert {"warn", "overdue", "escalate", "stale", "contain"} <= {verb for verb, _ in told}
    assert [at for _, at in told] == sorted(at for _, at in told)


def test_the_table_of_limits_has_a_change_to_show() -> None:
    [was] = TimeLimit.select().where(TimeLimit.ended_at.is_null(False))
    assert [row.why != "" for row in was.history()] == [True, False]


def test_the_policy_has_a_change_to_show_and_came_with_the_estates_own_questions() -> None:
    [(latest, changed), (first, nothing)] = Policy.of(Estate.get()).changes()
    assert [(name, was, became) for name, was, became in changed if name != "K9"] == [("sample_pct", 10, 15)]
    assert (latest.made_by.login, latest.why != "", first.made_by, nothing) == ("zhaomin", True, None, [])
    assert len(latest.questions) == 11


def test_last_months_callbacks_were_drawn_and_some_of_them_checked_one_otherwise() -> None:
    estate = Estate.get()
    tally = SpotCheck.tally(Period.month_of(NOON, estate).before())
    assert tally.population >= tally.wanted == tally.drawn == 5
    assert (tally.checked, tally.agreed) == (4, 3)


def test_every_finished_order_has_a_callback_or_an_exemption_of_its_round() -> None:
    owed = {(callback.order_id, callback.round) for callback in Callback.select()}
    assert {(done.order_id, done.round) for done in Completion.select()} == owed
    for order in WorkOrder.select().where(WorkOrder.state == "archived"):
        if order.reply:  # on the spot
            assert order.exemption == ANSWERED_UNDER[order.kind]
            continue
        called = Attempt.of(order).where(Attempt.outcome == "answered").exists()
        assert called == (order.callback.outcome == "answered") or order.round > 1, order.number
        assert (order.callback.outcome == "exempt") == bool(order.callback.exemption), order.number
        assert order.exemption == order.callback.exemption


def test_calls_went_in_every_way_and_within_calling_hours() -> None:
    assert {outcome for (outcome,) in rows(Attempt.select(Attempt.outcome).distinct())} == set(CALL_OUTCOMES)
    ended = {callback.outcome: callback for callback in Callback.select()}
    assert {"answered", "unreached", "declined", "exempt", ""} <= set(ended)
    assert (ended["unreached"].calls, ended["unreached"].link_left_by) == (3, "slip")
    policy = Policy.of(Estate.get())
    assert [call.at for call in Attempt.select() if policy.slot(call.at) is None] == []
    agreed = Callback.get(Callback.agreed_at.is_null(False))
    assert agreed.next_call.is_agreed_for(NOON + timedelta(hours=2)) or agreed.next_call.is_agreed_for(NOON)
    assert Callback.get(Callback.exemption_note != "").exemption == "X4"


def test_owners_gave_scores_and_one_of_their_wishes_waits_for_the_desk() -> None:
    scored = [answer for answer in Answer.select() if answer.scores]
    assert len(scored) > 10
    assert any(min(answer.scores.values()) <= 2 and answer.reasons for answer in scored)
    sequel = Sequel.get()
    assert (sequel.order.state, sequel.order.text) == ("reported", sequel.answer.need)


def test_nobody_inspected_or_called_their_own_work() -> None:
    for order in WorkOrder.select():
        parts = order.parts
        assert set(parts) == set(PARTS.values())
        for one, other in (("worker", "inspector"), ("worker", "caller"), ("inspector", "caller")):
            assert not parts[one] & parts[other], order.number
    assert Inspection.select().exists()
    assert Attempt.select().exists()


def test_nothing_happens_in_the_future_and_the_story_runs_in_order() -> None:
    times = [at for (at,) in rows(Event.select(Event.at).order_by(Event.id))]
    assert times == sorted(times)
    assert times[-1] <= now()


def test_every_event_of_an_order_is_not_before_its_report() -> None:
    for order in WorkOrder.select():
        assert all(event.at >= order.reported_at for event in Event.about(order.number)), order.number


def test_no_photo_is_flagged_out_of_its_orders_time() -> None:
    assert Photo.select().count() > 80
    assert not [photo.id for photo in Photo.select() if "out_of_time" in photo.flag_codes]


def test_every_role_finds_something_to_do() -> None:
    from models.work_order.lists import counts

    for login in ("sunqi", "guoqiang", "luxia", "zhaomin", "chenliang"):
        assert sum(counts(User.get(User.login == login)).values()), login


def test_what_is_told_around_an_order_can_be_seen() -> None:
    assert {merge.target.text[:5] for merge in Merge.select()} == {"单元门口下"}
    assert sorted((void.agreed is None, void.reason) for void in Void.select()) == [
        (False, "not_ours"), (True, "not_ours")]
    assert [order.repeats for order in WorkOrder.select().where(WorkOrder.repeats > 0).order_by(
        WorkOrder.reported_at)][:2] == [1, 2]
    assert WorkOrder.get(WorkOrder.is_difficult).repeats == 2
    assert sorted(order.urged for order in WorkOrder.select().where(WorkOrder.urged > 0)) == [1, 2, 2]
    assert PartyDecision.get().party == "developer"
    assert sorted(support.done_at is None for support in Support.select()) == [False, True]
    assert HandOver.get().order.first_contact == HandOver.get().taker


def test_a_cut_of_water_is_announced_to_its_building_and_works_to_everybody() -> None:
    estate = Estate.get()
    known = [[notice.kind for notice in Notice.about(Place.named(estate, name))]
             for name in ("8栋2单元1503", "1栋1单元")]
    assert known == [["season", "works", "outage"], ["season", "works"]]


# -- the patrol


def test_every_state_of_a_walk_a_point_and_a_finding_is_on_screen() -> None:
    walks = Task.select().where(Task.order.is_null())
    assert {task.state for task in walks} == set(TASK_STATES)
    assert {visit.state for visit in Visit.select()} == set(POINT_STATES)
    assert {finding.state for finding in Finding.select()} == set(FINDING_STATES)


def test_walks_were_done_and_watched() -> None:
    assert {flag for task in Task.select() for flag in task.flag_codes} == {"too_fast"}
    assert "no_code" in {flag for visit in Visit.select() for flag in visit.flag_codes}
    assert all(visit.reason for visit in Visit.select().where(Visit.timing == "made_up"))
    assert not Task.select().where(Task.late_until <= NOON, Task.settled_at.is_null()).exists()
    assert not Visit.select().where(Visit.done_at > NOON).exists()
    assert Visit.select().where(Visit.done_at.is_null(False)).count() > 100


def test_officers_have_something_to_walk_today() -> None:
    for login in ("machunsheng", "fengguilan", "shijianhua"):
        assert Task.todays(User.get(User.login == login)), login


def test_findings_are_overdue_failed_a_recheck_and_touch_what_an_owner_reported() -> None:
    findings = list(Finding.select())
    assert len(findings) >= 8
    assert [finding for finding in findings if finding.told_at and not finding.closed_at]
    assert [finding for finding in findings if finding.round > 1]
    assert [finding for finding in findings if finding.visit]
    assert [finding for finding in findings if WorkOrder.select().where(
        WorkOrder.place == finding.place, WorkOrder.category == finding.category,
        WorkOrder.owner.is_null(False)).exists()]
    for finding in findings:
        assert all(recheck.by != finding.rectified_by for recheck in finding.rechecks)  # type: ignore[attr-defined]


def test_upkeep_made_its_orders() -> None:
    made = [task.order.kind for task in Task.select().join(Plan).where(Plan.kind == "upkeep")]
    assert made == ["planned", "planned"]


def test_the_frost_is_prepared_for_and_an_alert_holds() -> None:
    frost = Season.get(Season.theme == "防冻")
    assert frost.alerted_at is not None
    assert SeasonPhase.alert_of(frost) is not None
    assert [phase.phase for phase in SeasonPhase.of(frost)] == ["alert", "before"]
    drafts = [notice.kind for notice in Notice.drafts(Estate.get())]
    assert "season" in drafts
    assert "season" in [notice.kind for notice in Notice.standing(Estate.get())]
