"""The owner's own word on their page: when it counts as the callback, and when somebody still calls."""
from datetime import timedelta

import pytest

from models.base import moment, now
from models.callback import DIMENSIONS, OF_COMPLAINTS, Answer, Attempt, Callback, Rating, Said
from models.callback.rating import is_ratable
from models.dispatch import Category
from models.errors import Refused, Stale
from models.place import Place
from models.user import Session, User
from models.work_order import Deadline, Inspection, Reopening, WorkOrder
from tests.conftest import judged_good
from tests.models.conftest import carry_out, stored, traces, verbs_of

ELSEWHERE = "203.0.113.9"
WHOLE = dict.fromkeys(DIMENSIONS, 5)


def rate(order: WorkOrder, solved: str = "yes", overall: str = "satisfied", **more: object) -> Answer:
    where = {name: more.pop(name) for name in ("address", "signed_in", "device") if name in more}
    told = Said(solved, overall, **{"scores": WHOLE, **more})  # type: ignore[arg-type]
    return Rating.give(order, told, **{"address": ELSEWHERE, **where})  # type: ignore[arg-type]


@pytest.fixture
def unreached_order(calling_order: WorkOrder, luxia: User) -> WorkOrder:
    """Called in vain as often as the policy wants, and archived so."""
    for _ in range(3):
        Attempt.make(calling_order, "no_answer", by=luxia)
    Callback.give_up(calling_order, "sms", by=luxia)
    return calling_order


@pytest.fixture
def declined_order(calling_order: WorkOrder, luxia: User) -> WorkOrder:
    Attempt.make(calling_order, "refused", by=luxia)
    Callback.give_up(calling_order, "wechat", by=luxia)
    return calling_order


@pytest.fixture
def exempt_order(
    home: Place, burst_pipe: Category, sunqi: User, chenliang: User, guoqiang: User,
) -> WorkOrder:
    """Reported without a phone: nobody could be called."""
    order = WorkOrder.report(home, "水管爆了", by=None, name="王女士")
    order.register(burst_pipe, by=sunqi, read_back=True)
    order.assign(chenliang, by=sunqi)
    order.accept(by=chenliang)
    carry_out(order, chenliang)
    Inspection.pass_work(order, judged_good(order), by=guoqiang)
    return order


# -- while somebody is still to call


def test_a_content_rating_of_a_major_complaint_leaves_the_managers_call_to_be_made(
    major_complaint: WorkOrder, zhaomin: User,
) -> None:
    rating = rate(major_complaint, scores=dict.fromkeys((*DIMENSIONS, *OF_COMPLAINTS), 5))
    assert (stored(major_complaint).state, rating.decides) == ("calling", False)
    Attempt.make(major_complaint, "answered", by=zhaomin, told=Said("yes", "satisfied"))
    assert stored(major_complaint).state == "archived"


def test_who_is_not_content_with_a_major_complaint_is_heard_at_once(major_complaint: WorkOrder) -> None:
    rate(major_complaint, "no", "dissatisfied", scores={})
    assert stored(major_complaint).state == "rework"


def test_a_whole_rating_counts_as_the_callback_and_is_marked_online(calling_order: WorkOrder) -> None:
    rating = rate(calling_order, words="很快", suggestion="早点打电话")
    callback = calling_order.callback
    assert (callback.outcome, callback.calls, rating.source) == ("online", 0, "online")
    assert Answer.get().decides
    assert (rating.scores, rating.wishes) == (WHOLE, {"suggestion": "早点打电话"})
    assert stored(calling_order).state == "archived"


@pytest.mark.parametrize("missing", DIMENSIONS)
def test_a_content_rating_with_a_score_missing_leaves_the_call_to_be_made(
    calling_order: WorkOrder, luxia: User, missing: str,
) -> None:
    rating = rate(calling_order, scores={name: 5 for name in DIMENSIONS if name != missing})
    assert (rating.decides, rating.is_complete) == (False, False)
    assert (stored(calling_order).state, calling_order.callback.outcome) == ("calling", "")
    rate(calling_order)
    assert stored(calling_order).state == "archived"


def test_a_complaint_is_whole_with_three_scores_more(calling_order: WorkOrder) -> None:
    WorkOrder.update(kind="complaint").execute()
    order = stored(calling_order)
    rate(order)
    assert stored(order).state == "calling"
    rate(order, scores=WHOLE | dict.fromkeys(OF_COMPLAINTS, 4))
    assert stored(order).state == "archived"


def test_who_is_not_content_need_not_score_anything(calling_order: WorkOrder) -> None:
    rate(calling_order, "no", "dissatisfied", scores={})
    assert (stored(calling_order).state, stored(calling_order).round) == ("rework", 2)


@pytest.mark.parametrize(("consents", "state"), [("yes", "archived"), ("no", "rework"), ("", "rework")])
def test_partly_solved_closes_only_where_the_owner_agrees(
    calling_order: WorkOrder, consents: str, state: str,
) -> None:
    rate(calling_order, "partly", "fairly", consents=consents)
    assert stored(calling_order).state == state


@pytest.mark.parametrize(("more", "field"), [
    ({"scores": {"reliability": 6}}, "reliability"), ({"scores": {"speed": 3}}, "scores"),
    ({"reasons": ("R7", "R42")}, "reasons"), ({"consents": "maybe"}, "consents"), ({"words": "长" * 2001}, "words"),
    ({"need": "长" * 2001}, "need"),
])
def test_an_answer_that_no_question_has_is_refused_and_nothing_is_kept(
    calling_order: WorkOrder, more: dict[str, object], field: str,
) -> None:
    before = traces(calling_order)
    with pytest.raises(Refused) as refused:
        rate(calling_order, **more)
    assert refused.value.field == field
    assert traces(calling_order) == before
    assert not Answer.select().exists()


@pytest.mark.parametrize("flag", ["session", "device", "address"])
def test_a_rating_that_may_be_the_staffs_is_flagged_and_the_owner_is_called(
    calling_order: WorkOrder, chenliang: User, luxia: User, flag: str,
) -> None:
    session, _ = Session.begin(chenliang, device="phone", address="198.51.100.20", mark="kept by this browser")
    session.end()
    where: dict[str, object] = {"session": {"signed_in": luxia}, "device": {"device": "kept by this browser"},
                                "address": {"address": "198.51.100.20"}}[flag]  # type: ignore[assignment]
    rating = rate(calling_order, **where)
    assert (rating.flag_codes, rating.decides) == ([flag], False)
    assert (stored(calling_order).state, calling_order.callback.outcome) == ("calling", "")


# -- once it was archived without their word


@pytest.mark.parametrize("name", ["unreached_order", "declined_order", "exempt_order"])
def test_an_owner_whose_word_was_not_heard_may_still_give_it_and_counts_as_answered(
    request: pytest.FixtureRequest, name: str,
) -> None:
    order = request.getfixturevalue(name)
    assert is_ratable(order)
    rating = rate(order)
    callback = Callback.get_by_id(order.callback.id)
    assert (callback.outcome, callback.settled_at, rating.decides) == ("online", rating.at, True)
    assert (stored(order).state, stored(order).exemption) == ("archived", None)
    assert verbs_of(order)[-1] == "rate"
    assert not is_ratable(order)
    with pytest.raises(Stale, match=r"rating\.given_already"):
        rate(order, "no", "dissatisfied")


@pytest.mark.parametrize(("solved", "overall", "reason"), [
    ("no", "dissatisfied", "incomplete"), ("partly", "fairly", "incomplete"), ("yes", "dissatisfied", "other"),
])
def test_who_is_not_content_with_what_was_archived_unheard_reopens_it(
    unreached_order: WorkOrder, solved: str, overall: str, reason: str,
) -> None:
    at = now()
    with moment(at):
        rating = rate(unreached_order, solved, overall, words="还在漏", scores={})
    order = stored(unreached_order)
    assert (order.state, order.round, order.archived_at) == ("rework", 2, None)
    assert (order.complete_due, order.recontact_due) == (at + timedelta(hours=24),) * 2
    assert rating.decides
    assert Callback.get(Callback.round == 1).outcome == "online"
    reopening = Reopening.get()
    assert (reopening.by, reopening.reason, reopening.words) == (None, reason, "还在漏")
    assert verbs_of(order)[-2:] == ["rate", "reopen"]
    assert "recontact" in {row.what for row in Deadline.of(order) if row.is_running}


def test_a_late_rating_with_a_score_missing_or_flagged_changes_nothing_yet(
    unreached_order: WorkOrder, luxia: User,
) -> None:
    assert not rate(unreached_order, scores={}).decides
    assert not rate(unreached_order, "no", "dissatisfied", signed_in=luxia).decides
    assert (stored(unreached_order).state, unreached_order.callback.outcome) == ("archived", "unreached")
    assert rate(unreached_order).decides


@pytest.mark.parametrize(("days", "late"), [(29, False), (31, True)])
def test_it_may_be_given_within_thirty_days(unreached_order: WorkOrder, days: int, late: bool) -> None:
    with moment(now() + timedelta(days=days)):
        assert is_ratable(unreached_order) != late
        if late:
            with pytest.raises(Stale):
                rate(unreached_order)
        else:
            rate(unreached_order)
    assert unreached_order.callback.outcome == ("unreached" if late else "online")


def test_what_no_owner_reported_is_rated_by_nobody_once_archived(
    home: Place, burst_pipe: Category, sunqi: User, machunsheng: User, chenliang: User, guoqiang: User,
) -> None:
    order = WorkOrder.report(home, "管道渗水", by=machunsheng, channel="patrol")
    order.register(burst_pipe, by=sunqi, read_back=True)
    order.assign(chenliang, by=sunqi)
    order.accept(by=chenliang)
    carry_out(order, chenliang)
    Inspection.pass_work(order, judged_good(order), by=guoqiang)
    assert (order.state, order.exemption) == ("archived", "X1")
    with pytest.raises(Stale, match=r"rating\.not_now"):
        rate(order)


def test_what_an_owner_answered_by_phone_is_not_rated_away(archived_order: WorkOrder) -> None:
    assert not is_ratable(archived_order)
    before = traces(archived_order)
    with pytest.raises(Stale):
        rate(archived_order, "no", "dissatisfied")
    assert traces(archived_order) == before


def test_a_callback_that_was_answered_takes_no_late_word(archived_order: WorkOrder) -> None:
    callback, answer = archived_order.callback, Answer.get()
    with pytest.raises(Stale, match=r"callback\.settled"):
        callback.hear_late(answer)
    assert Callback.get().outcome == "answered"


def test_a_callback_that_ended_is_ended_by_nothing_else(unreached_order: WorkOrder) -> None:
    with pytest.raises(Stale, match=r"callback\.settled"):
        unreached_order.callback.end("answered")


def test_who_was_reached_late_is_owed_a_callback_of_the_next_round(
    unreached_order: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    rate(unreached_order, "no", "dissatisfied")
    carry_out(unreached_order, chenliang)
    Inspection.pass_work(unreached_order, judged_good(unreached_order), by=guoqiang)
    assert (stored(unreached_order).state, unreached_order.callback.round) == ("calling", 2)
