"""Spot checks: a month's sample that anybody can draw again, each looked at once by who had no part in it."""
from collections.abc import Callable
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import database, moment, now, rows
from models.callback import Attempt, Callback, Draw, Policy, Said, SpotCheck
from models.callback.figures import Period
from models.callback.spot_check import next_lots, population
from models.dispatch import Category
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.place import Estate, Place
from models.user import RoleOf, User
from models.work_order import Classification, Complaint, Details, Inspection, WorkOrder
from tests.conftest import a_month_ago, judged_good
from tests.models.conftest import carry_out, hire, stored, traces, verbs_of
from tests.models.test_concurrency import at_once
from tests.models.test_notification import tell

MID_OCTOBER = datetime(2026, 10, 15, 4, 0)
IN_NOVEMBER = datetime(2026, 11, 23, 2, 0)


@pytest.fixture
def settle(estate: Estate, home: Place) -> Callable[..., list[int]]:
    """`settle(7)`: seven callbacks that ended in October, all of them rounds of one order; their numbers."""
    order = WorkOrder.report(home, "水管爆了", by=None)

    def settled(count: int, at: datetime = MID_OCTOBER, outcome: str = "answered") -> list[int]:
        begin = Callback.select().where(Callback.order == order).count() + 1
        return [Callback.create(order=order, round=n, created_at=at, due_at=at, outcome=outcome, settled_at=at).id
                for n in range(begin, begin + count)]
    return settled


def draw(estate: Estate, by: User, month: str = "2026-10") -> list[int]:
    """The whole sample after drawing."""
    with moment(IN_NOVEMBER):
        SpotCheck.draw_month(Period.parse(month, estate), by=by)
    return sample()


def sample() -> list[int]:
    return [callback for (callback,) in rows(SpotCheck.select(SpotCheck.callback).order_by(SpotCheck.id))]


# -- the sample


@pytest.mark.parametrize(("settled", "drawn"), [(3, 3), (5, 5), (30, 5), (61, 7)])
def test_as_many_are_drawn_as_the_policy_wants(
    estate: Estate, settle: Any, guoqiang: User, settled: int, drawn: int,
) -> None:
    callbacks = settle(settled)
    assert len(draw(estate, guoqiang)) == drawn
    assert set(sample()) <= set(callbacks)
    assert rows(Draw.select(Draw.month, Draw.population, Draw.wanted, Draw.by)) == [
        ("2026-10", settled, drawn, guoqiang.id)]


def test_the_lots_are_the_lowest_hashes_of_estate_month_and_number(
    estate: Estate, settle: Any, guoqiang: User,
) -> None:
    callbacks = settle(40)
    by_hand = sorted(callbacks, key=lambda id: sha256(f"qingheli 2026-10 {id}".encode()).hexdigest())
    assert draw(estate, guoqiang) == by_hand[:5]


def test_the_same_month_drawn_anew_gives_the_same_sample(
    estate: Estate, settle: Any, guoqiang: User, zhaomin: User,
) -> None:
    settle(40)
    first = draw(estate, guoqiang)
    SpotCheck.delete().execute()
    Draw.delete().execute()
    assert draw(estate, zhaomin) == first


def test_drawing_again_after_more_ended_only_adds(estate: Estate, settle: Any, guoqiang: User) -> None:
    settle(40)
    first = draw(estate, guoqiang)
    settle(40)
    again = draw(estate, guoqiang)
    assert again[:5] == first
    assert len(again) == 8
    assert [(one.population, one.wanted) for one in Draw.of(Period.parse("2026-10", estate))] == [(40, 5), (80, 8)]


@settings(deadline=None)
@given(st.sets(st.integers(1, 10_000), max_size=80), st.lists(st.integers(0, 80), max_size=6), st.randoms())
def test_however_a_month_grows_its_sample_keeps_what_was_drawn(
    callbacks: set[int], steps: list[int], chance: Any,
) -> None:
    policy, lots, drawn, known = Policy(), sorted(callbacks), [], set[int]()
    chance.shuffle(lots)
    for step in steps:
        known |= set(lots[:step])
        wanted = policy.sample_of(len(known))
        added = next_lots("seed", known, drawn, wanted)
        assert added == next_lots("seed", sorted(known, reverse=True), set(drawn), wanted)
        assert not set(added) & set(drawn)
        assert set(added) <= known
        drawn = [*drawn, *added]
        assert len(drawn) == wanted


def test_another_month_and_another_estate_have_another_lottery() -> None:
    lots = [next_lots(seed, range(200), (), 20) for seed in ("qingheli 2026-10", "qingheli 2026-11", "beichen 2026-10")]
    assert len({tuple(one) for one in lots}) == 3


def test_what_needed_no_call_or_is_still_open_is_no_lot(estate: Estate, settle: Any, guoqiang: User) -> None:
    settle(2, outcome="exempt")
    Callback.update(outcome="").where(Callback.id.in_(settle(1))).execute()
    ended = [id for outcome in ("answered", "online", "unreached", "declined") for id in settle(1, outcome=outcome)]
    assert sorted(draw(estate, guoqiang)) == ended


def test_that_an_owner_wanted_no_call_is_a_lot_for_somebody_said_so(
    estate: Estate, calling_order: WorkOrder, luxia: User, guoqiang: User,
) -> None:
    with moment(MID_OCTOBER):
        Callback.exempt(calling_order, "业主说不用打", by=luxia)
    assert draw(estate, guoqiang) == [calling_order.callback.id]
    [check] = SpotCheck.select()
    RoleOf.create(user=luxia, role="supervisor")
    with pytest.raises(NotAllowed, match="was_caller"):
        check.record("called", "yes", "", by=User.get_by_id(luxia.id))


def test_a_month_is_the_estates_own(estate: Estate, settle: Any) -> None:
    settle(1, datetime(2026, 9, 30, 15, 59, 59))
    inside = settle(1, datetime(2026, 9, 30, 16, 0)) + settle(1, datetime(2026, 10, 31, 15, 59, 59))
    settle(1, datetime(2026, 10, 31, 16, 0))
    assert list(population(Period.parse("2026-10", estate))) == inside


def test_another_estates_callbacks_are_no_lots(estate: Estate, home: Place, settle: Any, guoqiang: User) -> None:
    own = settle(2)
    elsewhere = Estate.create(code="beichen", name="北辰里")
    order = WorkOrder.report(home, "灯不亮", by=None)
    WorkOrder.update(estate=elsewhere).where(WorkOrder.id == order.id).execute()
    Callback.create(order=order, round=1, created_at=MID_OCTOBER, due_at=MID_OCTOBER, outcome="answered",
                    settled_at=MID_OCTOBER)
    assert sorted(draw(estate, guoqiang)) == own
    with pytest.raises(NotAllowed):
        draw(elsewhere, guoqiang)


def test_nothing_is_drawn_twice_from_nothing_or_ahead(estate: Estate, settle: Any, guoqiang: User) -> None:
    with pytest.raises(Refused, match=r"spot_check\.none_settled"):
        draw(estate, guoqiang)
    settle(6)
    draw(estate, guoqiang)
    with pytest.raises(Refused, match=r"spot_check\.nothing_to_draw"):
        draw(estate, guoqiang)
    with pytest.raises(Refused, match=r"spot_check\.month_not_over"):
        draw(estate, guoqiang, "2026-11")  # not over yet
    assert Draw.select().count() == 1


@pytest.mark.parametrize("login", ["luxia", "sunqi", "chenliang", "admin", "yzdb"])
def test_only_a_supervisor_or_the_manager_draws(estate: Estate, settle: Any, login: str) -> None:
    settle(6)
    with pytest.raises(NotAllowed, match="not_for_you"):
        draw(estate, User.get(User.login == login))


def test_two_who_draw_at_once_draw_one_sample(
    estate: Estate, settle: Any, guoqiang: User, zhaomin: User,
) -> None:
    settle(40)
    answers = at_once(*(partial(draw, estate, person) for person in (guoqiang, zhaomin)))
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "list"]
    assert len(sample()) == 5


def test_the_months_callbacks_are_read_by_an_index(estate: Estate) -> None:
    month = Period.parse("2026-10", estate)
    read = Callback.select(Callback.id).where(Callback.settled_at >= month.start, Callback.settled_at < month.end)
    sql, params = read.sql()
    assert "callback_settled" in str(database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall())


# -- one of them


@pytest.fixture
def check(archived_order: WorkOrder, renmei: User) -> SpotCheck:
    """The order's callback, drawn: Chen Liang worked, Guo Qiang inspected, Lu Xia called."""
    SpotCheck.draw_month(a_month_ago(archived_order.estate), by=renmei)
    return SpotCheck.get()


@pytest.fixture
def renmei(stage: Any) -> User:
    return User.get(User.login == "renmei")


def test_a_check_is_kept_with_who_how_and_when_and_told_in_the_orders_history(check: SpotCheck, renmei: User) -> None:
    at = now()
    with moment(at):
        check.record("called", "yes", "  业主说修好了 ", by=renmei)
    kept = SpotCheck.get_by_id(check.id)
    assert (kept.by, kept.at, kept.way, kept.agrees, kept.note) == (renmei, at, "called", True, "业主说修好了")
    last = Event.about(check.order.number)[-1]
    assert (last.verb, last.by, last.detail["agrees"], last.detail["round"]) == ("spot_check", renmei, "yes", 1)
    assert stored(check.order).state == "archived"
    assert list(SpotCheck.made_of(check.order)) == [kept]


@pytest.mark.parametrize(("login", "role", "code"), [
    ("chenliang", "supervisor", "was_worker"), ("guoqiang", "supervisor", "was_inspector"),
    ("luxia", "manager", "was_caller"),
])
def test_whoever_had_a_part_in_the_order_does_not_check_its_callback(
    check: SpotCheck, login: str, role: str, code: str,
) -> None:
    person = User.get(User.login == login)
    RoleOf.get_or_create(user=person, role=role)
    person.__dict__.pop("roles", None)
    before = traces(check.order)
    with pytest.raises(NotAllowed, match=code):
        check.record("reread", "yes", "", by=person)
    assert traces(check.order) == before
    assert SpotCheck.not_for(person, [check]) == {check.id}


def test_a_part_in_an_earlier_round_counts_as_well(
    calling_order: WorkOrder, chenliang: User, guoqiang: User, luxia: User, zhaomin: User, heguangjun: User,
    renmei: User,
) -> None:
    Attempt.make(calling_order, "answered", by=luxia, told=Said("no", "dissatisfied", reasons=("R1",)))
    carry_out(calling_order, chenliang)
    Inspection.pass_work(calling_order, judged_good(calling_order), by=heguangjun)
    Attempt.make(calling_order, "answered", by=zhaomin, told=Said("yes", "satisfied"))
    SpotCheck.draw_month(a_month_ago(calling_order.estate), by=renmei)
    second = SpotCheck.get(SpotCheck.callback == calling_order.callback)
    for person, code in ((guoqiang, "was_inspector"), (heguangjun, "was_inspector"), (zhaomin, "was_caller")):
        with pytest.raises(NotAllowed, match=code):
            second.record("reread", "yes", "", by=person)
    second.record("reread", "yes", "", by=renmei)
    assert SpotCheck.select().where(SpotCheck.at.is_null()).count() == 1  # the first round's


@pytest.mark.parametrize("login", ["sunqi", "xuwei", "admin", "yzdb"])
def test_only_a_supervisor_or_the_manager_checks(check: SpotCheck, login: str) -> None:
    with pytest.raises(NotAllowed, match="not_for_you"):
        check.record("reread", "yes", "", by=User.get(User.login == login))


def test_nobody_checks_what_was_said_of_a_complaint_about_their_department(
    home: Place, sunqi: User, tangwen: User, zhaomin: User, heguangjun: User, renmei: User,
) -> None:
    facts = Classification("important", "attitude", "", "engineering", None, False)
    order = WorkOrder.register_call(
        home, "师傅态度差", Category.leaf(home.estate, "9501"), by=sunqi, channel="phone", name="王女士",
        phone="13800001234", read_back=True, details=Details(complaint=facts))
    order.assign(tangwen, by=sunqi)
    order.accept(by=tangwen)
    order.arrive(by=tangwen)
    Complaint.make_plan(order, "上门致歉", agreed=True, agreed_at=now(), by=tangwen)
    order.finish("已致歉", by=tangwen, summary="业主接受")
    Inspection.pass_work(order, {}, by=renmei)
    Attempt.make(order, "answered", by=zhaomin, told=Said("yes", "satisfied"))
    month = a_month_ago(order.estate)
    SpotCheck.draw_month(month, by=heguangjun)
    with pytest.raises(NotAllowed, match=r"complaint\.about_you"):
        SpotCheck.get().record("reread", "yes", "", by=heguangjun)
    order.complaint.__class__.update(hidden=True).execute()
    assert list(SpotCheck.of_month(month, by=heguangjun)) == []
    assert len(list(SpotCheck.of_month(month, by=zhaomin))) == 1


@pytest.mark.parametrize(("way", "agrees", "note", "field"), [
    ("", "yes", "", "way"), ("guessed", "yes", "", "way"), ("reread", "", "", "agrees"),
    ("reread", "maybe", "", "agrees"), ("called", "no", "  ", "note"), ("called", "yes", "字" * 201, "note"),
])
def test_a_check_says_how_it_was_made_and_what_it_found(
    check: SpotCheck, renmei: User, way: str, agrees: str, note: str, field: str,
) -> None:
    before = traces(check.order)
    with pytest.raises(Refused) as refused:
        check.record(way, agrees, note, by=renmei)
    assert refused.value.field == field
    assert traces(check.order) == before
    assert SpotCheck.get().at is None


def test_each_is_checked_once_also_by_two_at_once(check: SpotCheck, renmei: User, zhaomin: User) -> None:
    answers = at_once(*(partial(SpotCheck.get_by_id(check.id).record, "reread", "yes", "", by=person)
                        for person in (renmei, zhaomin)))
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "Stale"]
    with pytest.raises(Stale, match=r"spot_check\.done_already"):
        SpotCheck.get().record("called", "no", "不符", by=renmei)
    assert verbs_of(check.order).count("spot_check") == 1
    assert SpotCheck.get().agrees is True


def test_an_order_that_moved_on_meanwhile_can_still_be_checked(check: SpotCheck, renmei: User) -> None:
    check.order.seen = 1
    check.record("reread", "yes", "", by=renmei)
    assert SpotCheck.get().agrees


def test_the_manager_hears_of_a_disagreement_and_of_nothing_else(check: SpotCheck, renmei: User) -> None:
    assert tell(check.order, "spot_check", by=renmei, agrees="no") == ["zhaomin"]
    assert tell(check.order, "spot_check", by=renmei, agrees="yes") == []


def test_the_figures_are_agreed_of_checked_and_checked_of_drawn(
    estate: Estate, settle: Any, guoqiang: User, renmei: User,
) -> None:
    settle(61)
    assert SpotCheck.tally(Period.parse("2026-10", estate)) == (61, 7, 0, 0, 0)
    draw(estate, guoqiang)
    for n, check in enumerate(list(SpotCheck.select())[:4]):
        check.record("reread", "no" if n == 2 else "yes", "记录偏高", by=renmei)
    tally = SpotCheck.tally(Period.parse("2026-10", estate))
    assert tally == (61, 7, 7, 4, 3)
    settle(10)
    assert SpotCheck.tally(Period.parse("2026-10", estate)).to_draw == 1
    assert SpotCheck.tally(Period.parse("2026-11", estate)) == (0, 0, 0, 0, 0)


def test_the_list_begins_with_what_is_left(estate: Estate, settle: Any, guoqiang: User, renmei: User) -> None:
    settle(9)
    draw(estate, guoqiang)
    first = SpotCheck.select().order_by(SpotCheck.id).get()
    first.record("reread", "yes", "", by=renmei)
    listed = list(SpotCheck.of_month(Period.parse("2026-10", estate), by=guoqiang))
    assert [check.at is None for check in listed] == [True] * 4 + [False]
    assert (listed[-1].by, listed[-1].callback.outcome) == (renmei, "answered")


def test_a_check_is_found_only_with_its_order(check: SpotCheck, home: Place) -> None:
    assert SpotCheck.find(check.order, check.id) == check
    with pytest.raises(NotFound):
        SpotCheck.find(WorkOrder.report(home, "别的事", by=None), check.id)


def test_a_person_without_a_part_may_check_all(estate: Estate, check: SpotCheck) -> None:
    assert SpotCheck.not_for(hire(estate, "fresh", "supervisor"), [check]) == set()
