"""The promise to talk to an owner who was not content within a day, whatever becomes of the work meanwhile."""
from datetime import datetime, timedelta

import pytest

from models.base import moment
from models.callback import Attempt, Callback, Rating, Said
from models.dispatch import Category
from models.event import Event
from models.notification import Notification, notify
from models.place import Place
from models.user import User
from models.work_order import Deadline, Hold, Inspection, Reopening, Talk, WorkOrder
from tests.conftest import MONDAY_MORNING
from tests.models.conftest import HOUR, carry_out, stored
from tests.models.test_deadline import row_of, running, signals, sweep

AWAY = "198.51.100.9"
BAD = Said("no", "dissatisfied", "墙还是湿的", reasons=("R1",))
DAY = timedelta(hours=24)
THEN = MONDAY_MORNING + 6 * HOUR  # when the owner says so


@pytest.fixture
def disputed(home: Place, sunqi: User, chenliang: User, guoqiang: User, luxia: User) -> WorkOrder:
    """Reported on Monday at 9:00, and back for rework by the owner's word at 15:00."""
    with moment(MONDAY_MORNING):
        order = WorkOrder.register_call(home, "角阀滴水", Category.leaf(home.estate, "1002"), by=sunqi, channel="phone",
                                        read_back=True, name="王女士", phone="13800001234")
        order.assign(chenliang, by=sunqi, why="离得近")
        order.accept(by=chenliang)
        again(order, chenliang, guoqiang)
    with moment(THEN):
        Attempt.make(order, "answered", by=luxia, told=BAD)
    return order


def again(order: WorkOrder, chenliang: User, guoqiang: User) -> None:
    """Through the work and the inspection once more."""
    carry_out(order, chenliang)
    Inspection.pass_work(order, {photo.id: "" for photo in order.photos_of("after")}, by=guoqiang)


def told(order: WorkOrder) -> list[tuple[str, datetime, tuple[str, ...]]]:
    """What was said about the promise, when, and to whom."""
    return [(event.verb, event.at, tuple(event.detail["to"])) for event in Event.about(order.number)
            if event.detail.get("what") == "recontact"]


def test_it_is_what_is_due_next_on_the_order(disputed: WorkOrder) -> None:
    assert running(disputed) == {"complete": THEN + DAY, "recontact": THEN + DAY, "stale": running(disputed)["stale"]}
    assert (disputed.due_what, disputed.due_at) == ("recontact", THEN + DAY)
    assert (stored(disputed).due_what, stored(disputed).recontact_due) == ("recontact", THEN + DAY)


def test_first_contact_and_supervisor_are_told_as_it_comes_near_and_passes_and_it_escalates(
    disputed: WorkOrder,
) -> None:
    limit = disputed.limit
    assert limit is not None
    due, both = THEN + DAY, ("first_contact", "supervisor")
    while (alarm := Deadline.next_alarm()) is not None and alarm < due + 3 * DAY:
        sweep(alarm)
    near = THEN + DAY * limit.warn_pct / 100
    higher = [("escalate", due + timedelta(minutes=after), (role,)) for role, after in limit.escalation if role]
    assert told(disputed) == [("warn", near, both), ("overdue", due, both), *higher]
    assert sweep(due + 3 * DAY) == 0  # each once


def test_a_day_is_a_day_though_the_work_stands_still_at_night(disputed: WorkOrder) -> None:
    """The limit of the work counts from eight to eight; who was left with it unmended waits by the wall clock."""
    limit = disputed.limit
    assert limit is not None
    assert not limit.counts().never_closes
    assert row_of(disputed, "recontact", 2).alarm_at == THEN + DAY * limit.warn_pct / 100


@pytest.mark.parametrize("late", [False, True])
def test_a_talk_meets_it(disputed: WorkOrder, sunqi: User, late: bool) -> None:
    at = THEN + DAY + HOUR if late else THEN + HOUR
    if late:
        sweep(at)
    with moment(at):
        Talk.note(disputed, "phone", "业主同意明早再来，请先打电话", by=sunqi)
    row = row_of(disputed, "recontact", 2)
    assert (row.met_at, row.standing) == (at, "late" if late else "met")
    assert "recontact" not in running(disputed)
    assert (disputed.recontact_due, disputed.due_what) == (None, "complete")
    before = signals(disputed, "recontact")
    sweep(THEN + 3 * DAY)
    assert signals(disputed, "recontact") == before


def test_the_word_of_whoever_did_the_work_does_not_meet_it(disputed: WorkOrder, chenliang: User) -> None:
    with moment(THEN + HOUR):
        Talk.note(disputed, "phone", "业主说没事了", by=chenliang)
    assert running(disputed)["recontact"] == THEN + DAY
    assert disputed.recontact_due == THEN + DAY


@pytest.mark.parametrize("outcome", ["no_answer", "busy_off", "wrong_no"])
def test_a_call_in_vain_does_not_meet_it(
    disputed: WorkOrder, chenliang: User, guoqiang: User, luxia: User, outcome: str,
) -> None:
    with moment(THEN + 2 * HOUR):
        again(disputed, chenliang, guoqiang)
        Attempt.make(disputed, outcome, by=luxia)
    assert running(disputed)["recontact"] == THEN + DAY
    assert row_of(disputed, "recontact", 2).met_at is None


def test_a_call_in_which_they_asked_for_another_time_meets_it(
    disputed: WorkOrder, chenliang: User, guoqiang: User, luxia: User,
) -> None:
    with moment(THEN + 2 * HOUR):
        again(disputed, chenliang, guoqiang)
        Attempt.make(disputed, "later", by=luxia, agreed_at=THEN + 5 * HOUR)
    assert "recontact" not in running(disputed)
    assert row_of(disputed, "recontact", 2).met_at == THEN + 2 * HOUR


def test_an_answered_call_meets_it_and_ends_the_order(
    disputed: WorkOrder, chenliang: User, guoqiang: User, luxia: User,
) -> None:
    with moment(THEN + 2 * HOUR):
        again(disputed, chenliang, guoqiang)
        Attempt.make(disputed, "answered", by=luxia, told=Said("yes", "satisfied"))
    assert (disputed.state, disputed.recontact_due) == ("archived", None)
    assert row_of(disputed, "recontact", 2).met_at == THEN + 2 * HOUR


def test_an_answered_call_that_disputes_again_begins_another_one(
    disputed: WorkOrder, chenliang: User, guoqiang: User, luxia: User,
) -> None:
    with moment(THEN + 2 * HOUR):
        again(disputed, chenliang, guoqiang)
        Attempt.make(disputed, "answered", by=luxia, told=BAD)
    assert row_of(disputed, "recontact", 2).met_at == THEN + 2 * HOUR
    assert running(disputed)["recontact"] == THEN + 2 * HOUR + DAY
    assert row_of(disputed, "recontact", 3).starts_at == THEN + 2 * HOUR


def test_it_runs_through_every_step_of_the_work_and_is_told_once(
    disputed: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    near = row_of(disputed, "recontact", 2).alarm_at
    assert near is not None
    with moment(THEN + HOUR):
        disputed.arrive(by=chenliang, no_photo_reason="停电")
        assert running(disputed)["recontact"] == THEN + DAY
        Hold.ask(disputed, "parts", THEN + 2 * DAY, by=chenliang)
        Hold.approve(disputed, by=guoqiang)
        assert running(disputed) == {"hold": THEN + 2 * DAY, "recontact": THEN + DAY}
    sweep(near)
    assert signals(disputed, "recontact") == [("warn", "recontact", 0)]
    with moment(near + HOUR / 2):
        Hold.resume(disputed, by=chenliang)
        assert running(disputed)["recontact"] == THEN + DAY
    sweep(near + HOUR / 2)
    assert signals(disputed, "recontact") == [("warn", "recontact", 0)]


def test_rejected_work_carries_it_into_the_next_round_as_one_promise(
    disputed: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    """Whoever was told was told, and nobody sees it twice in the list of promises."""
    near = row_of(disputed, "recontact", 2).alarm_at
    assert near is not None
    sweep(near)
    with moment(near + HOUR / 2):
        carry_out(disputed, chenliang)
        assert running(disputed)["recontact"] == THEN + DAY
        faults = {photo.id: "blurred" for photo in disputed.photos_of("after")}
        Inspection.reject(disputed, faults, ["not_fixed"], by=guoqiang)
    assert (disputed.state, disputed.round) == ("rework", 3)
    rows = [row for row in Deadline.of(disputed) if row.what == "recontact"]
    assert [(row.round, row.starts_at, row.due_at, row.level) for row in rows] == [(3, THEN, THEN + DAY, 1)]
    sweep(near + HOUR / 2)
    assert signals(disputed, "recontact") == [("warn", "recontact", 0)]
    sweep(THEN + DAY)
    assert signals(disputed, "recontact")[:2] == [("warn", "recontact", 0), ("overdue", "recontact", 0)]


def test_one_that_was_told_to_everybody_stays_overdue_in_the_next_round_and_says_no_more(
    disputed: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    while (alarm := Deadline.next_alarm()) is not None and alarm < THEN + 8 * DAY:
        sweep(alarm)
    before = signals(disputed, "recontact")
    with moment(THEN + 8 * DAY):
        carry_out(disputed, chenliang)
        faults = {photo.id: "blurred" for photo in disputed.photos_of("after")}
        Inspection.reject(disputed, faults, ["not_fixed"], by=guoqiang)
        assert row_of(disputed, "recontact", 3).standing == "overdue"
    sweep(THEN + 9 * DAY)
    assert signals(disputed, "recontact") == before


def test_saying_so_once_more_on_their_page_does_not_put_it_off(
    disputed: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    with moment(THEN + 2 * HOUR):
        again(disputed, chenliang, guoqiang)
        Rating.give(disputed, Said("no", "dissatisfied", "还是湿"), address=AWAY)
    assert (disputed.state, disputed.recontact_due) == ("rework", THEN + DAY)
    [row] = [row for row in Deadline.of(disputed) if row.what == "recontact"]
    assert (row.round, row.due_at, row.met_at) == (3, THEN + DAY, None)


def test_a_dispute_on_the_page_promises_it_too(calling_order: WorkOrder) -> None:
    Rating.give(calling_order, Said("no", "dissatisfied", "还是漏"), address=AWAY)
    assert calling_order.due_what == "recontact"
    assert calling_order.recontact_due is not None


def test_a_content_rating_leaves_nothing_to_talk_about(disputed: WorkOrder, chenliang: User, guoqiang: User) -> None:
    five = dict.fromkeys(("reliability", "response", "assurance", "empathy", "tangibles"), 5)
    with moment(THEN + 2 * HOUR):
        again(disputed, chenliang, guoqiang)
        Rating.give(disputed, Said("yes", "satisfied", scores=five), address=AWAY)
    assert disputed.state == "archived"
    row = row_of(disputed, "recontact", 2)
    assert (row.met_at, row.standing) == (None, "off")
    sweep(THEN + 3 * DAY)
    assert signals(disputed, "recontact") == []


def test_given_up_it_runs_no_more_and_a_reopening_by_the_owner_begins_another(
    disputed: WorkOrder, chenliang: User, guoqiang: User, luxia: User,
) -> None:
    with moment(THEN + 2 * HOUR):
        again(disputed, chenliang, guoqiang)
        Attempt.make(disputed, "refused", by=luxia)
    assert "recontact" not in running(disputed)  # they were talked to, and would not
    with moment(THEN + 3 * HOUR):
        Callback.give_up(disputed, "sms", by=luxia)
    with moment(THEN + DAY):
        Reopening.make(disputed, "again", "又湿了", by=None)
    assert running(disputed)["recontact"] == THEN + 2 * DAY


def test_messages_about_it_are_settled_by_a_talk_and_not_by_the_work(
    disputed: WorkOrder, sunqi: User, chenliang: User,
) -> None:
    def unread(login: User) -> list[str]:
        return [str(one.event.detail["what"]) for one in Notification.select().where(
            Notification.user == login, Notification.read_at.is_null(), Notification.order == disputed)
            if one.event.verb in ("warn", "overdue")]

    sweep(THEN + DAY - HOUR)
    notify()
    assert "recontact" in unread(sunqi)
    with moment(THEN + DAY - HOUR / 2):
        carry_out(disputed, chenliang)
    notify()
    assert unread(sunqi) == ["recontact"]
    with moment(THEN + DAY - HOUR / 4):
        Talk.note(disputed, "phone", "讲好了", by=User.get(User.login == "tangwen"))
    notify()
    assert unread(sunqi) == []
