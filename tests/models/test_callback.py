"""The callback: owed by every finished order; a call or the owner's own rating decides, and nothing else."""
from datetime import timedelta

import pytest

from models.base import moment, now
from models.callback import DIMENSIONS, Answer, Attempt, Callback, Rating, Said
from models.dispatch import Category
from models.errors import Refused, Stale
from models.place import Place
from models.user import Session, User
from models.work_order import Inspection, WorkOrder
from tests.conftest import judged_good
from tests.models.conftest import carry_out, stored, traces, verbs_of

ELSEWHERE = "203.0.113.9"


def rate(
    order: WorkOrder, solved: str = "yes", overall: str = "satisfied", address: str = ELSEWHERE,
    signed_in: User | None = None,
) -> Answer:
    told = Said(solved, overall, scores=dict.fromkeys(DIMENSIONS, 5))
    return Rating.give(order, told, address=address, signed_in=signed_in)


def call(order: WorkOrder, by: User, solved: str = "yes", overall: str = "satisfied") -> Attempt:
    return Attempt.make(order, "answered", by=by, told=Said(solved, overall, reasons=("R1",)))


# -- what is owed


@pytest.fixture
def unreachable(home: Place, burst_pipe: Category, sunqi: User, chenliang: User) -> WorkOrder:
    """Finished; the owner left a name and no phone, and follows the order by its link."""
    order = WorkOrder.report(home, "水管爆了", by=None, name="王女士")
    order.register(burst_pipe, by=sunqi, read_back=True)
    order.assign(chenliang, by=sunqi)
    order.accept(by=chenliang)
    return carry_out(order, chenliang)


def test_a_callback_is_due_by_the_orders_time_limit(finished_order: WorkOrder) -> None:
    callback = Callback.get()
    assert callback.due_at - callback.created_at == timedelta(hours=24)
    assert (callback.order, callback.exemption) == (finished_order, None)


def test_an_owner_without_a_phone_is_exempt_under_x3(unreachable: WorkOrder) -> None:
    assert unreachable.callback.exemption == "X3"


def test_an_order_that_no_owner_raised_is_exempt_under_x1(
    home: Place, burst_pipe: Category, sunqi: User, machunsheng: User, chenliang: User,
) -> None:
    order = WorkOrder.report(home, "管道渗水", by=machunsheng, channel="patrol")
    order.register(burst_pipe, by=sunqi, read_back=True)
    order.assign(chenliang, by=sunqi)
    order.accept(by=chenliang)
    assert carry_out(order, chenliang).callback.exemption == "X1"


def test_the_word_of_an_owner_without_a_phone_outranks_the_exemption(
    unreachable: WorkOrder, guoqiang: User,
) -> None:
    rate(unreachable, solved="no", overall="dissatisfied")
    Inspection.pass_work(unreachable, judged_good(unreachable), by=guoqiang)
    assert stored(unreachable).state == "rework"


# -- calls


@pytest.mark.parametrize("outcome", ["no_answer", "busy_off", "wrong_no"])
def test_a_call_that_reached_nobody_is_kept_and_decides_nothing(
    calling_order: WorkOrder, luxia: User, outcome: str,
) -> None:
    Attempt.make(calling_order, outcome, by=luxia, told=Said(solved="yes", overall="satisfied"))
    Attempt.make(calling_order, outcome, by=luxia)
    assert [(one.solved, one.overall, one.by) for one in Attempt.of(calling_order)] == [(None, None, luxia)] * 2
    assert stored(calling_order).state == "calling"


@pytest.mark.parametrize(
    ("outcome", "solved", "overall", "field"),
    [("", "yes", "satisfied", "outcome"), ("tomorrow", "yes", "satisfied", "outcome"),
     ("answered", "", "satisfied", "solved"), ("answered", "maybe", "satisfied", "solved"),
     ("answered", "yes", "", "overall"), ("answered", "yes", "happy", "overall")],
)
def test_an_answered_call_has_an_answer_to_every_question(
    calling_order: WorkOrder, luxia: User, outcome: str, solved: str, overall: str, field: str,
) -> None:
    before = traces(calling_order)
    with pytest.raises(Refused) as refused:
        Attempt.make(calling_order, outcome, by=luxia, told=Said(solved, overall, reasons=("R1",)))
    assert refused.value.field == field
    assert traces(calling_order) == before
    assert not Attempt.select().exists()


@pytest.mark.parametrize("overall", ["satisfied", "fairly"])
def test_a_content_owner_closes_the_order(calling_order: WorkOrder, luxia: User, overall: str) -> None:
    call(calling_order, luxia, overall=overall)
    order = stored(calling_order)
    assert order.state == "archived"
    assert order.archived_at is not None
    assert verbs_of(order)[-2:] == ["call", "close"]


@pytest.mark.parametrize(
    ("solved", "overall"), [("no", "satisfied"), ("partly", "fairly"), ("yes", "dissatisfied"), ("no", "dissatisfied")],
)
def test_an_owner_who_is_not_content_starts_another_round_one_step_more_urgent(
    calling_order: WorkOrder, luxia: User, solved: str, overall: str,
) -> None:
    at = now()
    with moment(at):
        call(calling_order, luxia, solved, overall)
    order = stored(calling_order)
    assert (order.state, order.priority, order.round, order.archived_at) == ("rework", "P0", 2, None)
    assert (order.complete_due, order.due_at) == (at + timedelta(hours=24),) * 2
    assert verbs_of(order)[-1] == "dispute"


def test_nothing_is_more_urgent_than_p0_and_every_round_owes_its_own_callback(
    calling_order: WorkOrder, luxia: User, chenliang: User, guoqiang: User,
) -> None:
    order = calling_order
    for round in (2, 3):
        call(order, luxia, "no", "dissatisfied")
        assert (order.priority, order.round) == ("P0", round)
        carry_out(order, chenliang)
        Inspection.pass_work(order, judged_good(order), by=guoqiang)
    assert [one.round for one in Callback.select().order_by(Callback.id)] == [1, 2, 3]
    assert stored(order).state == "calling"
    call(order, luxia)
    assert stored(order).state == "archived"


def test_an_order_that_was_closed_meanwhile_takes_no_call(
    calling_order: WorkOrder, luxia: User, zhaomin: User,
) -> None:
    late = stored(calling_order)
    call(calling_order, luxia)
    before = traces(calling_order)
    with pytest.raises(Stale):
        Attempt.make(late, "no_answer", by=zhaomin)
    assert traces(calling_order) == before
    assert Attempt.select().count() == 1


# -- the owner's own rating


def test_a_good_rating_after_the_inspection_closes_the_order(calling_order: WorkOrder) -> None:
    rate(calling_order)
    order = stored(calling_order)
    assert order.state == "archived"
    closed = order.callback
    assert not Attempt.select().where(Attempt.callback == closed).exists()
    assert verbs_of(order)[-2:] == ["rate", "close"]


def test_a_bad_rating_after_the_inspection_starts_another_round(calling_order: WorkOrder) -> None:
    rate(calling_order, solved="partly", overall="fairly")
    assert (stored(calling_order).state, stored(calling_order).priority) == ("rework", "P0")


@pytest.mark.parametrize(("solved", "state"), [("yes", "archived"), ("no", "rework")])
def test_a_rating_before_the_inspection_waits_for_it(
    finished_order: WorkOrder, guoqiang: User, solved: str, state: str,
) -> None:
    rate(finished_order, solved=solved)
    assert stored(finished_order).state == "finished"
    Inspection.pass_work(finished_order, judged_good(finished_order), by=guoqiang)
    assert stored(finished_order).state == state


def test_a_rating_of_work_that_was_sent_back_says_nothing_of_the_next_round(
    finished_order: WorkOrder, guoqiang: User, chenliang: User,
) -> None:
    rate(finished_order)
    Inspection.reject(finished_order, judged_good(finished_order), ["not_fixed"], by=guoqiang)
    carry_out(finished_order, chenliang)
    Inspection.pass_work(finished_order, judged_good(finished_order), by=guoqiang)
    assert stored(finished_order).state == "calling"
    rate(finished_order)
    assert stored(finished_order).state == "archived"


def test_a_round_is_rated_once(finished_order: WorkOrder) -> None:
    rate(finished_order)
    before = traces(finished_order)
    with pytest.raises(Stale, match=r"rating\.given_already"):
        rate(finished_order, solved="no")
    assert traces(finished_order) == before
    assert Answer.select().count() == 1


@pytest.mark.parametrize(("solved", "overall"), [("", "satisfied"), ("yes", ""), ("oh", "satisfied")])
def test_a_rating_answers_both_questions(calling_order: WorkOrder, solved: str, overall: str) -> None:
    before = traces(calling_order)
    with pytest.raises(Refused):
        rate(calling_order, solved, overall)
    assert traces(calling_order) == before


def test_a_rating_from_the_phone_of_who_did_the_work_is_flagged_and_decides_nothing(
    calling_order: WorkOrder, chenliang: User, luxia: User,
) -> None:
    Session.begin(chenliang, device="phone", address="203.0.113.50")
    assert rate(calling_order, address="203.0.113.50").flagged
    assert stored(calling_order).state == "calling"
    call(calling_order, luxia)
    assert stored(calling_order).state == "archived"


@pytest.mark.parametrize(("login", "flags"), [("guoqiang", "address"), ("chenliang", "address"), ("luxia", "")])
def test_a_rating_from_the_network_of_who_had_a_part_in_the_order_is_flagged(
    calling_order: WorkOrder, login: str, flags: str,
) -> None:
    Session.begin(User.get(User.login == login), device="phone", address="203.0.113.60")
    assert rate(calling_order, address="203.0.113.60").flags == flags


def test_a_rating_from_a_phone_on_which_anybody_of_the_staff_signed_in_once_is_flagged(
    calling_order: WorkOrder, luxia: User,
) -> None:
    session, _ = Session.begin(luxia, device="phone", address="203.0.113.60", mark="what this browser keeps")
    session.end()
    rating = Rating.give(calling_order, Said("yes", "satisfied"), address="198.51.100.7",
                         device="what this browser keeps")
    assert rating.flags == "device"
    assert stored(calling_order).state == "calling"


def test_another_address_of_the_same_phone_does_not_hide_the_one_before(
    calling_order: WorkOrder, chenliang: User,
) -> None:
    session, _ = Session.begin(chenliang, device="phone", address="203.0.113.50")
    session.touch(address="198.51.100.9")
    assert rate(calling_order, address="203.0.113.50").flagged


def test_the_addresses_of_one_ipv6_network_are_one(calling_order: WorkOrder, chenliang: User) -> None:
    Session.begin(chenliang, device="phone", address="2001:db8:1:2::50")
    assert rate(calling_order, address="2001:db8:1:2:ffff::1").flagged


def test_a_flagged_rating_does_not_stand_in_the_way_of_the_owners_own(
    calling_order: WorkOrder, chenliang: User,
) -> None:
    Session.begin(chenliang, device="phone", address="203.0.113.50")
    assert rate(calling_order, address="203.0.113.50").flagged
    assert calling_order.state == "calling"
    assert not rate(calling_order).flagged
    assert calling_order.state == "archived"


def test_a_rating_from_an_address_the_worker_used_long_ago_is_not_flagged(
    calling_order: WorkOrder, chenliang: User,
) -> None:
    with moment(now() - timedelta(days=8)):
        Session.begin(chenliang, device="phone", address="203.0.113.50")
    assert not rate(calling_order, address="203.0.113.50").flagged
    assert stored(calling_order).state == "archived"


def test_a_rating_by_somebody_signed_in_is_flagged_even_before_the_inspection(
    finished_order: WorkOrder, tangwen: User, guoqiang: User,
) -> None:
    assert rate(finished_order, signed_in=tangwen).flagged
    Inspection.pass_work(finished_order, judged_good(finished_order), by=guoqiang)
    assert stored(finished_order).state == "calling"


def test_a_rating_given_while_the_supervisor_passed_the_work_is_not_lost(
    finished_order: WorkOrder, guoqiang: User,
) -> None:
    as_the_owner_sees_it = stored(finished_order)
    Inspection.pass_work(finished_order, judged_good(finished_order), by=guoqiang)
    try:
        rate(as_the_owner_sees_it)
    except Stale:
        rate(stored(finished_order))
    assert stored(finished_order).state == "archived"


def test_a_rating_given_while_the_supervisor_sent_the_work_back_is_stale(
    finished_order: WorkOrder, guoqiang: User,
) -> None:
    as_the_owner_sees_it = stored(finished_order)
    Inspection.reject(finished_order, judged_good(finished_order), ["not_fixed"], by=guoqiang)
    with pytest.raises(Stale):
        rate(as_the_owner_sees_it)
    assert not Answer.select().exists()
