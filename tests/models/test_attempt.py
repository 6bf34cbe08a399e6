"""The calls: when an owner may be rung up, how often, what each outcome leaves, and how it ends without an answer."""
from datetime import datetime, time, timedelta

import pytest

from models.base import moment, now
from models.callback import DIMENSIONS, Answer, Attempt, Callback, Correction, NextCall, Policy, Said
from models.callback.next_call import Made
from models.callback.rounds import rounds_of
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.notification import notify
from models.place import Estate
from models.user import RoleOf, User
from models.work_order import Inspection, Reveal, Talk, WorkOrder
from tests.conftest import judged_good
from tests.models.conftest import HOUR, carry_out, refused_with, stored, verbs_of
from tests.models.test_notification import told

CONTENT = Said("yes", "satisfied")


@pytest.fixture
def usual(estate: Estate) -> Policy:
    """The policy of an estate that has written none: 09-12 and 14-20, three calls, two hours apart, two windows."""
    Policy.update(ended_at=now()).where(Policy.estate == estate).execute()
    return Policy.of(estate)


def tomorrow(estate: Estate, clock: str, *, days: int = 1) -> datetime:
    """That hour on the estate's clock, on a day to come."""
    day = estate.local(now()).date() + timedelta(days=days)
    return estate.utc(datetime.combine(day, time.fromisoformat(clock)))


def ring(order: WorkOrder, at: datetime, by: User, outcome: str = "no_answer") -> Attempt:
    with moment(at):
        return Attempt.make(order, outcome, by=by)


# -- when


@pytest.mark.parametrize(("clock", "opens"), [
    ("08:59", "09:00"), ("09:00", None), ("12:00", None), ("12:01", "14:00"), ("13:59", "14:00"), ("14:00", None),
    ("20:00", None), ("20:01", "+09:00"), ("23:30", "+09:00"), ("00:00", "09:00"),
])
def test_an_owner_is_rung_up_within_calling_hours_only(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User, clock: str, opens: str | None,
) -> None:
    at = tomorrow(estate, clock)
    if opens is None:
        ring(calling_order, at, luxia)
        assert Attempt.get().outcome == "no_answer"
        return
    with refused_with("callback.outside_hours", calling_order) as said:
        ring(calling_order, at, luxia)
    assert said[0].facts["opens"] == tomorrow(estate, opens.lstrip("+"), days=2 if "+" in opens else 1)


def test_the_telephone_of_somebody_else_is_noted_at_any_hour(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    ring(calling_order, tomorrow(estate, "22:00"), luxia, "wrong_no")
    assert Callback.get().calls == 1


@pytest.mark.parametrize("clock", ["12:30", "22:00", "10:00"])
def test_a_wrong_number_fills_no_windows_in_one_minute(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User, clock: str,
) -> None:
    at = tomorrow(estate, clock)
    with pytest.raises(Refused, match=r"callback\.same_slot"):
        for n in range(3):
            ring(calling_order, at + timedelta(seconds=n), luxia, "wrong_no")
    with moment(at), refused_with("callback.calls_left", calling_order):
        Callback.give_up(calling_order, "sms", by=luxia)


def test_times_agreed_outside_of_the_hours_are_one_window_a_day(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    at = tomorrow(estate, "12:30")
    with pytest.raises(Refused, match=r"callback\.same_slot"):
        for n in range(3):
            agree(calling_order, at + timedelta(minutes=2 * n), at + timedelta(minutes=2 * n + 1), luxia)
            ring(calling_order, at + timedelta(minutes=2 * n + 1), luxia)
    assert calling_order.callback.next_call.left == 1


@pytest.mark.parametrize("outcome", ["answered", "refused", "later"])
def test_an_owner_who_rings_up_the_estate_is_heard_at_any_hour(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User, outcome: str,
) -> None:
    at = tomorrow(estate, "22:00")
    with moment(at):
        Attempt.make(calling_order, outcome, by=luxia, told=CONTENT, agreed_at=at + 12 * HOUR)
    assert Attempt.get().at == at


def test_two_calls_are_two_hours_apart(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    first = tomorrow(estate, "14:10")
    ring(calling_order, first, luxia)
    with refused_with("callback.too_soon", calling_order) as said:
        ring(calling_order, first + timedelta(minutes=119), luxia, "busy_off")
    assert said[0].facts["opens"] == first + 2 * HOUR
    ring(calling_order, first + 2 * HOUR, luxia, "busy_off")
    assert Callback.get().calls == 2


def test_the_next_call_of_a_late_one_is_in_the_next_window(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    ring(calling_order, tomorrow(estate, "11:30"), luxia)
    with refused_with("callback.too_soon", calling_order) as said:
        ring(calling_order, tomorrow(estate, "11:50"), luxia)
    assert said[0].facts["opens"] == tomorrow(estate, "14:00")


def test_after_a_wrong_number_nobody_waits_for_the_right_one(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    at = tomorrow(estate, "10:00")
    ring(calling_order, at, luxia, "wrong_no")
    ring(calling_order, at + timedelta(minutes=5), luxia)
    assert Callback.get().calls == 2


def test_the_last_call_is_made_in_another_window_than_the_others(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    for clock in ("14:00", "16:00"):
        ring(calling_order, tomorrow(estate, clock), luxia)
    with refused_with("callback.same_slot", calling_order) as said:
        ring(calling_order, tomorrow(estate, "18:30"), luxia)
    assert said[0].facts["opens"] == tomorrow(estate, "09:00", days=2)
    ring(calling_order, tomorrow(estate, "09:00", days=2), luxia)
    assert Callback.get().calls == 3


def test_there_are_three_calls_in_vain_and_no_fourth(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    for clock in ("09:00", "11:00", "14:00"):
        ring(calling_order, tomorrow(estate, clock), luxia)
    with refused_with("callback.no_more_calls", calling_order) as said:
        ring(calling_order, tomorrow(estate, "17:00"), luxia)
    assert said[0].facts["most"] == 3


def test_every_round_has_its_own_calls(
    calling_order: WorkOrder, luxia: User, chenliang: User, guoqiang: User,
) -> None:
    for _ in range(2):
        Attempt.make(calling_order, "no_answer", by=luxia)
    Attempt.make(calling_order, "answered", by=luxia, told=Said("no", "fairly", reasons=("R1",)))
    carry_out(calling_order, chenliang)
    Inspection.pass_work(calling_order, judged_good(calling_order), by=guoqiang)
    assert calling_order.callback.next_call.left == 3


# -- at a time agreed


def agree(order: WorkOrder, at: datetime, agreed_at: datetime, by: User) -> None:
    with moment(at):
        Attempt.make(order, "later", by=by, agreed_at=agreed_at)


@pytest.mark.parametrize(("clock", "code"), [
    ("10:00", "callback.agreed_for"), ("20:29", "callback.agreed_for"), ("20:30", ""), ("21:00", ""), ("21:30", ""),
    ("21:31", "callback.outside_hours"),
])
def test_a_time_agreed_holds_half_an_hour_before_and_after_even_at_night(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User, clock: str, code: str,
) -> None:
    agree(calling_order, tomorrow(estate, "09:30"), tomorrow(estate, "21:00"), luxia)
    if code:
        with refused_with(code, calling_order):
            ring(calling_order, tomorrow(estate, clock), luxia)
    else:
        ring(calling_order, tomorrow(estate, clock), luxia)
        assert Callback.get().agreed_at is None  # it was called at, and is over


def test_what_was_agreed_comes_in_place_of_what_was_due_before_it(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    late = calling_order.callback.due_at + 48 * HOUR
    agree(calling_order, now(), late, luxia)
    order = stored(calling_order)
    assert (order.callback.due_at, order.callback.agreed_at, order.due_at) == (late, late, late)
    assert order.state == "calling"


def test_putting_off_again_and_again_ends_in_being_overdue(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    first = calling_order.callback.due_at
    for days in (1, 14, 27):
        agree(calling_order, tomorrow(estate, "10:00", days=days), tomorrow(estate, "10:00", days=days + 13), luxia)
    assert stored(calling_order).due_at == first + timedelta(days=14)
    assert stored(calling_order).callback.agreed_at == tomorrow(estate, "10:00", days=40)


def test_a_time_agreed_before_it_is_due_leaves_the_promise_as_it_was(calling_order: WorkOrder, luxia: User) -> None:
    due = calling_order.callback.due_at
    agree(calling_order, now(), now() + HOUR, luxia)
    assert stored(calling_order).callback.due_at == due


@pytest.mark.parametrize(("ahead", "code"), [
    (None, "callback.agreed_when"), (timedelta(), "callback.agreed_when"), (-HOUR, "callback.agreed_when"),
    (timedelta(days=14, minutes=1), "callback.agreed_too_far"),
])
def test_a_time_agreed_lies_ahead_and_within_a_fortnight(
    calling_order: WorkOrder, luxia: User, ahead: timedelta | None, code: str,
) -> None:
    at = now()
    with moment(at), refused_with(code, calling_order) as said:
        Attempt.make(calling_order, "later", by=luxia, agreed_at=None if ahead is None else at + ahead)
    assert said[0].field == "agreed_at"


def test_to_be_called_later_is_no_call_in_vain(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    agree(calling_order, tomorrow(estate, "10:00"), tomorrow(estate, "15:00"), luxia)
    assert calling_order.callback.next_call.left == 3
    assert Callback.get().calls == 1


# -- what the list says of it beforehand


@pytest.mark.parametrize(("made", "agreed", "clock", "first"), [
    ((), None, "10:00", "10:00"), ((), None, "12:30", "14:00"), ((), None, "21:00", "+09:00"),
    ((("no_answer", "10:00"),), None, "10:30", "12:00"), ((("no_answer", "11:00"),), None, "11:10", "14:00"),
    ((("no_answer", "14:00"), ("busy_off", "16:00")), None, "16:05", "+09:00"),
    ((("later", "10:00"),), "21:00", "10:01", "21:00"), ((("wrong_no", "10:00"),), None, "10:01", "10:01"),
])
def test_the_first_moment_of_the_next_call(
    estate: Estate, usual: Policy, made: tuple[tuple[str, str], ...], agreed: str | None, clock: str, first: str,
) -> None:
    calls = [Made(outcome, tomorrow(estate, at)) for outcome, at in made]
    coming = NextCall(usual, calls, tomorrow(estate, agreed) if agreed else None)
    at = coming.at(tomorrow(estate, clock))
    assert at == tomorrow(estate, first.lstrip("+"), days=2 if "+" in first else 1)
    assert coming.refusal(at) is None


def test_after_the_last_there_is_no_next(estate: Estate, usual: Policy) -> None:
    coming = NextCall(usual, [Made("wrong_no", now())] * 3, None)
    assert (coming.left, coming.at(now()), coming.ways_out) == (0, None, ["unreached"])


def test_the_phone_is_not_shown_to_call_back_at_an_hour_when_nobody_may(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    with moment(tomorrow(estate, "13:00")), refused_with("callback.outside_hours", calling_order):
        Reveal.make(calling_order, "call_back", by=luxia)
    with moment(tomorrow(estate, "14:00")):
        assert Reveal.make(calling_order, "call_back", by=luxia).owner == calling_order.owner
        Attempt.make(calling_order, "no_answer", by=luxia)
    with moment(tomorrow(estate, "15:00")), refused_with("callback.too_soon", calling_order):
        Reveal.make(calling_order, "call_back", by=luxia)


def test_the_phone_is_shown_at_an_hour_the_owner_named(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    agree(calling_order, tomorrow(estate, "10:00"), tomorrow(estate, "21:00"), luxia)
    with moment(tomorrow(estate, "21:10")):
        assert Reveal.make(calling_order, "call_back", by=luxia).owner == calling_order.owner


# -- who


def test_who_worked_on_it_does_not_call_though_they_are_a_caller(calling_order: WorkOrder, chenliang: User) -> None:
    RoleOf.create(user=chenliang, role="caller")
    with pytest.raises(NotAllowed, match="was_worker"):
        Attempt.make(calling_order, "answered", by=User.get_by_id(chenliang.id), told=CONTENT)


def test_who_inspected_it_in_any_round_does_not_call(
    finished_order: WorkOrder, zhaomin: User, chenliang: User, guoqiang: User,
) -> None:
    Inspection.reject(finished_order, judged_good(finished_order), ["not_fixed"], by=zhaomin)
    carry_out(finished_order, chenliang)
    Inspection.pass_work(finished_order, judged_good(finished_order), by=guoqiang)
    with pytest.raises(NotAllowed, match="was_inspector"):
        Attempt.make(finished_order, "answered", by=zhaomin, told=CONTENT)


@pytest.mark.parametrize("what", ["exempt", "give_up", "correct", "call"])
def test_who_inspected_it_ends_nothing_by_another_door(
    finished_order: WorkOrder, zhaomin: User, luxia: User, what: str,
) -> None:
    Inspection.pass_work(finished_order, judged_good(finished_order), by=zhaomin)
    Attempt.make(finished_order, "wrong_no", by=luxia)
    with refused_with("was_inspector", finished_order):
        {"exempt": lambda: Callback.exempt(finished_order, "说不用", by=zhaomin),
         "give_up": lambda: Callback.give_up(finished_order, "sms", by=zhaomin),
         "correct": lambda: Correction.make(finished_order, "13900005678", "上门", by=zhaomin),
         "call": lambda: Attempt.make(finished_order, "no_answer", by=zhaomin)}[what]()


def test_who_called_about_it_does_not_take_up_the_work_of_the_next_round(
    calling_order: WorkOrder, sunqi: User, luxia: User,
) -> None:
    RoleOf.create(user=luxia, role="technician")
    luxia = User.get_by_id(luxia.id)
    Attempt.make(calling_order, "answered", by=luxia, told=Said("no", "fairly", reasons=("R1",)))
    with refused_with("assign.had_another_part", calling_order):
        calling_order.assign(luxia, by=sunqi, why="她也会修")


def test_a_major_complaint_is_called_about_by_the_manager_alone(
    major_complaint: WorkOrder, luxia: User, zhaomin: User,
) -> None:
    with refused_with("complaint.managers_call", major_complaint):
        Attempt.make(major_complaint, "answered", by=luxia, told=CONTENT)
    with refused_with("complaint.managers_call", major_complaint):
        Callback.exempt(major_complaint, "说不用", by=luxia)
    told = Said("yes", "satisfied", scores={**dict.fromkeys(DIMENSIONS, 5), "speed": 4, "attitude": 5, "plan": 3})
    Attempt.make(major_complaint, "answered", by=zhaomin, told=told)
    assert stored(major_complaint).state == "archived"
    assert Answer.get().scores["plan"] == 3


def test_only_of_a_complaint_the_plan_is_scored(calling_order: WorkOrder, luxia: User) -> None:
    with refused_with("callback.score", calling_order):
        Attempt.make(calling_order, "answered", by=luxia, told=Said("yes", "satisfied", scores={"plan": 3}))


# -- what was said


@pytest.mark.parametrize(("said", "field", "code"), [
    (Said("yes", "satisfied", scores={"empathy": 0}), "empathy", "callback.score"),
    (Said("yes", "satisfied", scores={"empathy": 6}), "empathy", "callback.score"),
    (Said("yes", "satisfied", scores={"kindness": 3}), "scores", "callback.score"),
    (Said("yes", "satisfied", fees="tip"), "fees", "callback.unknown_answer"),
    (Said("yes", "satisfied", manners=("hat",)), "manners", "callback.unknown_answer"),
    (Said("yes", "satisfied", consents="perhaps"), "consents", "callback.unknown_answer"),
    (Said("no", "fairly", reasons=("R0",)), "reasons", "callback.unknown_answer"),
    (Said("no", "fairly"), "reasons", "callback.no_reason"),
    (Said("yes", "dissatisfied"), "reasons", "callback.no_reason"),
    (Said("yes", "satisfied", scores={"response": 2}), "reasons", "callback.no_reason"),
    (Said("yes", "satisfied", need="长" * 2001), "need", "text.too_long"),
])
def test_an_answer_is_refused_for_the_question_that_has_no_proper_one(
    calling_order: WorkOrder, luxia: User, said: Said, field: str, code: str,
) -> None:
    with refused_with(code, calling_order) as no:
        Attempt.make(calling_order, "answered", by=luxia, told=said)
    assert no[0].field == field


def test_all_that_was_said_is_kept_as_it_was_said(calling_order: WorkOrder, luxia: User) -> None:
    scores = {"reliability": 5, "response": 2, "assurance": 4, "empathy": 3, "tangibles": 4}
    Attempt.make(calling_order, "answered", by=luxia, told=Said(
        "yes", "fairly", " 修好了 ", scores, reasons=("R2",), manners=("badge", "covers"), fees="none", consents="yes",
        need="阳台门松了", grievance="等太久", suggestion="装个棚"))
    answer = Answer.get()
    assert (answer.scores, answer.words, answer.reason_codes, answer.manner_codes) == (
        scores, "修好了", ["R2"], ["badge", "covers"])
    assert (answer.fees, answer.consents, answer.decides, answer.source) == ("none", "yes", True, "call")
    assert answer.wishes == {"need": "阳台门松了", "grievance": "等太久", "suggestion": "装个棚"}


@pytest.mark.parametrize(("said", "state"), [
    (Said("partly", "fairly", consents="yes"), "archived"), (Said("partly", "fairly", consents="no"), "rework"),
    (Said("partly", "fairly"), "rework"), (Said("yes", "satisfied", consents="no"), "rework"),
    (Said("no", "satisfied", consents="yes", reasons=("R9",)), "rework"),
    (Said("partly", "dissatisfied", consents="yes", reasons=("R1",)), "rework"),
])
def test_partly_solved_ends_with_the_owners_consent_and_not_without(
    calling_order: WorkOrder, luxia: User, said: Said, state: str,
) -> None:
    Attempt.make(calling_order, "answered", by=luxia, told=said)
    assert stored(calling_order).state == state


# -- who hears of it


def test_a_dispute_is_told_to_the_technician_the_supervisor_and_the_manager(
    calling_order: WorkOrder, luxia: User,
) -> None:
    at = now()
    with moment(at):
        Attempt.make(calling_order, "answered", by=luxia, told=Said("no", "dissatisfied", "还在漏", reasons=("R1",)))
    notify()
    assert {"chenliang", "heguangjun", "zhaomin"} <= set(told("dispute"))
    order = stored(calling_order)
    assert (order.state, order.recontact_due) == ("rework", at + 24 * HOUR)


def test_another_callback_is_owed_for_the_work_of_the_next_round(
    calling_order: WorkOrder, luxia: User, chenliang: User,
) -> None:
    Attempt.make(calling_order, "answered", by=luxia, told=Said("no", "dissatisfied", reasons=("R1",)))
    carry_out(calling_order, chenliang)
    first, second = Callback.select().order_by(Callback.id)
    assert (first.outcome, second.outcome, second.round, second.exemption) == ("answered", "", 2, None)


@pytest.mark.parametrize("outcome", ["talk", "no_answer"])
def test_talking_to_the_owner_keeps_the_promise_to_do_so_within_a_day_and_ringing_in_vain_does_not(
    calling_order: WorkOrder, luxia: User, chenliang: User, guoqiang: User, outcome: str,
) -> None:
    Attempt.make(calling_order, "answered", by=luxia, told=Said("no", "dissatisfied", reasons=("R1",)))
    if outcome == "talk":
        Talk.note(calling_order, "phone", "明早九点带着新阀门来", by=luxia)
    else:
        carry_out(calling_order, chenliang)
        Inspection.pass_work(calling_order, judged_good(calling_order), by=guoqiang)
        Attempt.make(calling_order, "no_answer", by=luxia)
    assert (stored(calling_order).recontact_due is None) == (outcome == "talk")


@pytest.mark.parametrize(("said", "about"), [
    (Said("yes", "fairly", scores={"empathy": 2}, reasons=("R3",)), ["empathy"]),
    (Said("yes", "fairly", fees="unquoted"), ["unquoted"]),
    (Said("yes", "fairly", scores={"empathy": 1}, reasons=("R3",), fees="misconduct"), ["empathy", "misconduct"]),
])
def test_bad_manner_and_money_taken_are_told_to_supervisor_and_manager_at_once(
    calling_order: WorkOrder, luxia: User, said: Said, about: list[str],
) -> None:
    Attempt.make(calling_order, "answered", by=luxia, told=said)
    notify()
    assert Event.get(Event.verb == "alert").detail["what"] == about
    assert {"heguangjun", "zhaomin"} <= set(told("alert"))
    assert "chenliang" not in told("alert")
    assert stored(calling_order).state == "archived"


def test_nobody_is_alarmed_by_a_good_answer(calling_order: WorkOrder, luxia: User) -> None:
    Attempt.make(calling_order, "answered", by=luxia, told=Said("yes", "satisfied", scores={"empathy": 3}))
    assert "alert" not in verbs_of(calling_order)


# -- how it ends without an answer


def test_it_is_given_up_after_every_call_and_with_the_link_left(
    calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User,
) -> None:
    for clock in ("09:00", "11:00"):
        ring(calling_order, tomorrow(estate, clock), luxia)
        with refused_with("callback.calls_left", calling_order):
            Callback.give_up(calling_order, "sms", by=luxia)
    ring(calling_order, tomorrow(estate, "14:00"), luxia)
    for left in ("", "shouting"):
        with refused_with("callback.link_not_left", calling_order) as said:
            Callback.give_up(calling_order, left, by=luxia)
        assert said[0].field == "link_left_by"
    Callback.give_up(calling_order, "slip", by=luxia)
    order = stored(calling_order)
    assert (order.state, order.exemption, order.callback.exemption) == ("archived", None, None)
    assert (order.callback.outcome, order.callback.link_left_by, order.callback.calls) == ("unreached", "slip", 3)
    notify()
    assert {"sunqi", "heguangjun"} <= set(told("give_up"))


def test_an_owner_who_would_not_talk_is_not_called_again_and_is_no_exemption(
    calling_order: WorkOrder, luxia: User,
) -> None:
    Attempt.make(calling_order, "refused", by=luxia, words="别再打了")
    Callback.give_up(calling_order, "wechat", by=luxia)
    callback = stored(calling_order).callback
    assert (callback.outcome, callback.exemption, callback.settled_at is not None) == ("declined", None, True)


def test_it_ends_once(calling_order: WorkOrder, luxia: User, zhaomin: User) -> None:
    Attempt.make(calling_order, "refused", by=luxia)
    late = stored(calling_order)
    Callback.give_up(calling_order, "sms", by=luxia)
    with pytest.raises(Stale):
        Callback.give_up(late, "sms", by=zhaomin)
    assert verbs_of(calling_order).count("give_up") == 1


def test_an_owner_who_wants_no_call_is_exempt_under_x4_and_when_they_said_so_is_kept(
    calling_order: WorkOrder, sunqi: User,
) -> None:
    with refused_with("text.missing", calling_order):
        Callback.exempt(calling_order, "  ", by=sunqi)
    Callback.exempt(calling_order, "今早来电说已用上,不必再打", by=sunqi)
    order = stored(calling_order)
    assert (order.state, order.exemption, order.callback.outcome) == ("archived", "X4", "exempt")
    assert (order.callback.exempted_by, order.callback.exemption_note) == (sunqi, "今早来电说已用上,不必再打")
    notify()
    assert "heguangjun" in told("exempt")


def test_nobody_is_exempt_under_x4_where_the_estate_does_without_it(
    calling_order: WorkOrder, luxia: User, usual: Policy, estate: Estate,
) -> None:
    Policy.create(estate=estate, codes="X1 X3")
    with refused_with("callback.x4_off", calling_order):
        Callback.exempt(calling_order, "说不用", by=luxia)


def test_calls_and_answers_are_told_by_round(
    calling_order: WorkOrder, luxia: User, chenliang: User, guoqiang: User,
) -> None:
    Attempt.make(calling_order, "no_answer", by=luxia)
    Attempt.make(calling_order, "answered", by=luxia, told=Said("no", "fairly", reasons=("R1",)))
    carry_out(calling_order, chenliang)
    Inspection.pass_work(calling_order, judged_good(calling_order), by=guoqiang)
    Attempt.make(calling_order, "busy_off", by=luxia)
    told = [(one.callback.round, [call.outcome for call in one.attempts], [answer.solved for answer in one.answers])
            for one in rounds_of(calling_order, by=luxia)]
    assert told == [(2, ["busy_off"], []), (1, ["no_answer", "answered"], ["no"])]
