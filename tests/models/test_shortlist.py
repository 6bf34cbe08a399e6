"""Who could take an order: with the skill first, then who knows the grid, then who has least to do."""
from models.dispatch import Category
from models.place import Estate, Place
from models.user import User
from models.work_order import Inspection, Shortlist, WorkOrder
from tests.conftest import judged_good
from tests.models.conftest import hire


def logins(order: WorkOrder) -> list[str]:
    return [one.login for one in Shortlist(order).candidates()]


def test_skill_comes_before_grid_and_grid_before_everybody_else(registered_order: WorkOrder) -> None:
    candidates = Shortlist(registered_order).candidates()
    ranks = [(not one.has_skill, not one.knows_grid) for one in candidates]
    assert ranks == sorted(ranks)
    assert registered_order.place.grid.code == "G3"
    assert {one.login for one in candidates[:2]} == {"xuwei", "yeban"}
    assert candidates[2].login == "chenliang"


def test_between_equals_the_one_with_fewer_open_orders_is_first(
    registered_order: WorkOrder, home: Place, burst_pipe: Category, xuwei: User, sunqi: User,
) -> None:
    first = logins(registered_order)[0]
    busy = User.get(User.login == first)
    other = WorkOrder.register_call(home, "另一处漏水", burst_pipe, by=sunqi, channel="phone", read_back=True)
    other.assign(busy, by=sunqi)
    candidates = Shortlist(registered_order).candidates()
    assert [one.login for one in candidates[:2]] == [{"xuwei": "yeban", "yeban": "xuwei"}[first], first]
    assert [one.open_orders for one in candidates[:2]] == [0, 1]


def test_only_technicians_and_vendors_of_the_estate_who_still_work_here_are_on_it(
    registered_order: WorkOrder, chenliang: User,
) -> None:
    hire(Estate.create(code="elsewhere", name="别处"), "stranger", "technician")
    chenliang.disable()
    listed = logins(registered_order)
    assert "v-dianti" in listed
    assert not {"stranger", "chenliang", "sunqi", "luxia", "admin"} & set(listed)


def test_whoever_inspected_the_work_is_not_on_it(finished_order: WorkOrder, heguangjun: User) -> None:
    assert "heguangjun" in logins(finished_order)
    Inspection.reject(finished_order, judged_good(finished_order), ["not_fixed"], by=heguangjun)
    assert "heguangjun" not in logins(finished_order)


def test_everybody_on_it_can_be_given_the_order(registered_order: WorkOrder, sunqi: User) -> None:
    for login in logins(registered_order):
        registered_order.assign(User.get(User.login == login), by=sunqi)
    assert registered_order.assignments.count() == len(logins(registered_order))


def test_an_order_not_sorted_yet_has_a_list_too(reported_order: WorkOrder) -> None:
    candidates = Shortlist(WorkOrder.get_by_id(reported_order.id)).candidates()
    assert candidates
    assert not any(one.has_skill for one in candidates)
