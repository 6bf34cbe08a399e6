"""Who could take an order: those who fit by the rules, the likeliest first, and everybody else with the reason why not.
"""
from datetime import date, timedelta

import pytest

from models.base import moment, now
from models.dispatch import Category, Certificate, Firm, Shift
from models.errors import Refused
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import Assignment, Inspection, Shortlist, WorkOrder
from tests.conftest import MONDAY_MORNING, judged_good
from tests.models.conftest import hire, traces

MONDAY = date(2026, 11, 23)


def logins(order: WorkOrder) -> list[str]:
    return [one.login for one in Shortlist(order).everybody]


def fitting(order: WorkOrder) -> set[str]:
    return {one.login for one in Shortlist(order).fitting}


def lacks(order: WorkOrder, login: str) -> tuple[str, ...]:
    return next(one.lacks for one in Shortlist(order).everybody if one.login == login)


def an_order(home: Place, code: str, by: User) -> WorkOrder:
    return WorkOrder.register_call(home, "请来看看", Category.leaf(home.estate, code), by=by, channel="phone",
                                   read_back=True)


# -- the order of candidates


def test_skill_comes_before_grid_and_grid_before_everybody_else(registered_order: WorkOrder) -> None:
    everybody = Shortlist(registered_order).everybody
    ranks = [(not one.has_skill, not one.knows_grid) for one in everybody]
    assert ranks == sorted(ranks)
    assert registered_order.place.grid.code == "G3"
    assert {one.login for one in everybody[:2]} == {"xuwei", "yeban"}
    assert everybody[2].login == "chenliang"
    assert fitting(registered_order) == {"xuwei", "yeban", "chenliang"}


def test_between_equals_the_one_with_fewer_open_orders_is_first(
    registered_order: WorkOrder, home: Place, burst_pipe: Category, xuwei: User, sunqi: User,
) -> None:
    first = logins(registered_order)[0]
    busy = User.get(User.login == first)
    other = WorkOrder.register_call(home, "另一处漏水", burst_pipe, by=sunqi, channel="phone", read_back=True)
    other.assign(busy, by=sunqi)
    everybody = Shortlist(registered_order).everybody
    assert [one.login for one in everybody[:2]] == [{"xuwei": "yeban", "yeban": "xuwei"}[first], first]
    assert [one.open_orders for one in everybody[:2]] == [0, 1]


def test_only_technicians_and_vendors_of_the_estate_who_still_work_here_are_candidates(
    registered_order: WorkOrder, chenliang: User,
) -> None:
    hire(Estate.create(code="elsewhere", name="别处"), "stranger", "technician")
    chenliang.disable()
    listed = logins(registered_order)
    assert "v-dianti" in listed
    assert not {"stranger", "chenliang", "sunqi", "luxia", "admin"} & set(listed)


def test_whoever_inspected_the_work_is_no_candidate(finished_order: WorkOrder, heguangjun: User) -> None:
    assert "heguangjun" in logins(finished_order)
    Inspection.reject(finished_order, judged_good(finished_order), ["not_fixed"], by=heguangjun)
    assert "heguangjun" not in logins(finished_order)


def test_an_order_not_sorted_yet_has_candidates_and_nobody_fits(reported_order: WorkOrder) -> None:
    shortlist = Shortlist(WorkOrder.get_by_id(reported_order.id))
    assert shortlist.everybody
    assert shortlist.fitting == []


# -- why not


def test_without_the_skill_nobody_fits(registered_order: WorkOrder) -> None:
    assert lacks(registered_order, "yaogang") == ("skill",)


def test_an_expired_certificate_and_a_missing_one_are_told_apart(home: Place, sunqi: User) -> None:
    order = an_order(home, "2005", sunqi)
    Certificate.delete().where(Certificate.user == User.get(User.login == "dongfei")).execute()
    with moment(MONDAY_MORNING):
        assert lacks(order, "panhai") == ("expired",)
        assert lacks(order, "dongfei") == ("no_certificate",)
        assert fitting(order) == {"yeban"}


def test_a_certificate_holds_through_its_last_day_by_the_estates_clock(home: Place, sunqi: User) -> None:
    order = an_order(home, "2005", sunqi)
    Certificate.enter(User.get(User.login == "panhai"), "electrics", "T1", MONDAY)
    with moment(MONDAY_MORNING + timedelta(hours=14, minutes=59)):  # 23:59 in Asia/Shanghai
        assert "panhai" in fitting(order)
    with moment(MONDAY_MORNING + timedelta(hours=15)):
        assert lacks(order, "panhai") == ("expired",)


def test_no_certificate_is_asked_for_plumbing(registered_order: WorkOrder) -> None:
    Certificate.delete().execute()
    assert "xuwei" in fitting(registered_order)


def test_where_a_roster_is_kept_only_those_on_duty_fit(
    estate: Estate, registered_order: WorkOrder, chenliang: User, xuwei: User, guoqiang: User,
) -> None:
    Shift.put(estate, chenliang, MONDAY, "day", by=guoqiang)
    Shift.put(estate, xuwei, MONDAY, "leave", by=guoqiang)
    with moment(MONDAY_MORNING):
        assert fitting(registered_order) == {"chenliang"}
        assert lacks(registered_order, "xuwei") == lacks(registered_order, "yeban") == ("off_duty",)
        assert lacks(registered_order, "v-dianti") == ("skill",)  # no roster is kept for firms
    with moment(MONDAY_MORNING + timedelta(days=1)):
        assert fitting(registered_order) == {"chenliang", "xuwei", "yeban"}


def test_who_declined_an_order_is_not_proposed_for_it_again(assigned_order: WorkOrder, chenliang: User) -> None:
    Assignment.decline(assigned_order, "busy", by=chenliang)
    assert lacks(assigned_order, "chenliang") == ("declined",)


def test_it_costs_as_many_reads_for_many_people_as_for_few(registered_order: WorkOrder, estate: Estate) -> None:
    from tests.views.test_queries import counting

    def cost() -> int:
        with counting() as sent:
            assert Shortlist(WorkOrder.get_by_id(registered_order.id)).everybody
        return len(sent)

    few = cost()
    for n in range(8):
        hire(estate, f"new{n}", "technician")
    assert cost() == few <= 14


# -- assigning by it and beside it


def test_everybody_proposed_can_be_given_the_order_without_a_reason(registered_order: WorkOrder, sunqi: User) -> None:
    for login in fitting(registered_order):
        registered_order.assign(User.get(User.login == login), by=sunqi)
    assert registered_order.assignments.count() == 3


def test_overriding_the_rule_needs_a_reason_kept_with_what_it_proposed(
    registered_order: WorkOrder, heguangjun: User, sunqi: User,
) -> None:
    before = traces(registered_order)
    with pytest.raises(Refused, match=r"assign\.no_reason") as refused:
        registered_order.assign(heguangjun, by=sunqi, why="  ")
    assert refused.value.field == "why"
    assert traces(registered_order) == before
    registered_order.assign(heguangjun, by=sunqi, why="就在楼下")
    detail = Event.about(registered_order.number)[-1].detail
    assert (detail["to"], detail["why"], detail["override"]) == ("heguangjun", "就在楼下", True)
    assert detail["proposed"] == [one.name for one in Shortlist(registered_order).fitting[:3]]


def test_no_reason_is_asked_for_who_is_proposed(registered_order: WorkOrder, xuwei: User, sunqi: User) -> None:
    registered_order.assign(xuwei, by=sunqi)
    detail = Event.about(registered_order.number)[-1].detail
    assert not {"override", "why", "proposed"} & detail.keys()


def test_giving_it_to_another_keeps_the_time_of_the_first(
    assigned_order: WorkOrder, xuwei: User, sunqi: User,
) -> None:
    first = assigned_order.first_assigned_at
    with moment(now() + timedelta(minutes=7)):
        assigned_order.assign(xuwei, by=sunqi)
    assert WorkOrder.get_by_id(assigned_order.id).first_assigned_at == first
    assert [row.outcome for row in assigned_order.assignments.order_by(Assignment.id)] == ["reassigned", None]


# -- firms


def test_a_firm_fits_by_its_skill_and_one_valid_certificate_among_its_people(home: Place, sunqi: User) -> None:
    order = an_order(home, "4003", sunqi)
    assert [(one.name[:4], one.lacks) for one in Shortlist(order).firms] == [("宏安电梯", ()), ("正和消防", ("skill",))]
    Certificate.delete().where(Certificate.user == User.get(User.login == "v-dianti")).execute()
    assert Shortlist(order).firms[0].lacks == ("no_certificate",)


def test_a_firm_of_another_estate_or_one_no_longer_active_gets_nothing(
    registered_order: WorkOrder, sunqi: User, estate: Estate,
) -> None:
    other = Firm.add(Estate.create(code="elsewhere", name="别处"), "远方水电", skills=["plumbing"])
    mine = Firm.add(estate, "近处水电", skills=["plumbing"])
    mine.change("近处水电", contact="", phone="", skills=["plumbing"], active=False)
    for firm in (other, Firm.get_by_id(mine.id)):
        with pytest.raises(Refused, match=r"assign\.no_such_firm"):
            registered_order.assign(firm, by=sunqi, why="便宜")
