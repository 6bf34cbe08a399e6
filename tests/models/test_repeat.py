"""Repeats and difficult cases: the same trouble at the same place again, noticed when it is registered."""
from datetime import timedelta

import pytest

from models.base import moment, now
from models.dispatch import Category
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import Difficulty, FollowUp, Merge, WorkOrder
from models.work_order.lists import page
from models.work_order.repeat import repeats
from tests.models.conftest import stored, verbs_of


def again(place: Place, category: Category, by: User, *, days: float = 0, kind: str = "", spot: str = "") -> WorkOrder:
    with moment(now() + timedelta(days=days)):
        return WorkOrder.register_call(place, "又漏了", category, by=by, channel="phone", kind=kind, spot=spot,
                                       read_back=True)


def test_the_same_home_and_category_within_thirty_days_is_a_repeat(
    archived_order: WorkOrder, home: Place, burst_pipe: Category, sunqi: User,
) -> None:
    order = stored(again(home, burst_pipe, sunqi, days=29))
    assert (order.repeat_of, order.repeats) == (archived_order, 1)
    last = Event.about(order.number)[-1]
    assert (last.verb, last.by, last.via, last.detail["of"], last.detail["count"], last.detail["propose"]) == (
        "repeat", None, "rule", archived_order.number, 2, False)
    assert list(repeats(WorkOrder, home.estate, now())) == [order]


def test_after_thirty_days_elsewhere_or_of_another_category_it_is_none(
    archived_order: WorkOrder, home: Place, estate: Estate, burst_pipe: Category, sunqi: User,
) -> None:
    next_door, other = Place.named(estate, "8栋2单元1502"), Category.leaf(estate, "1003")
    for order in (again(next_door, burst_pipe, sunqi), again(home, other, sunqi),
                  again(home, burst_pipe, sunqi, days=31)):
        assert (stored(order).repeat_of, order.repeats, verbs_of(order)) == (None, 0, ["register"])


def test_the_third_within_thirty_days_is_proposed_as_difficult(
    home: Place, burst_pipe: Category, sunqi: User,
) -> None:
    chain = [again(home, burst_pipe, sunqi, days=days) for days in (0, 10, 20)]
    assert [order.repeats for order in chain] == [0, 1, 2]
    assert [FollowUp(order, by=None).is_proposed_difficult for order in chain] == [False, False, True]
    assert FollowUp(stored(chain[2]), by=None).earlier == [chain[1], chain[0]]
    assert Event.about(chain[2].number)[-1].detail["propose"] is True
    assert [card.repeats for card in page("registered", sunqi)[0]] == [0, 1, 2]


def test_a_report_registered_by_the_desk_is_noticed_as_a_call_is(
    registered_order: WorkOrder, home: Place, burst_pipe: Category, sunqi: User,
) -> None:
    order = WorkOrder.report(home, "又漏了", by=None)
    assert order.repeats == 0
    order.register(burst_pipe, by=sunqi, read_back=True)
    assert (stored(order).repeat_of, verbs_of(order)) == (registered_order, ["report", "register", "repeat"])


def test_in_the_common_parts_of_a_house_the_spot_is_the_same_too(
    home: Place, burst_pipe: Category, sunqi: User,
) -> None:
    unit = home.parent
    assert unit is not None
    again(unit, burst_pipe, sunqi, spot="12层")
    assert again(unit, burst_pipe, sunqi, spot="3层").repeats == 0
    assert again(unit, burst_pipe, sunqi).repeats == 0
    assert again(unit, burst_pipe, sunqi).repeats == 0
    assert again(unit, burst_pipe, sunqi, spot="12层").repeats == 1


def test_a_public_place_is_one_place(estate: Estate, sunqi: User) -> None:
    lamp, ring = Category.leaf(estate, "2004"), Place.named(estate, "北环路")
    again(ring, lamp, sunqi, spot="5号")
    assert again(ring, lamp, sunqi, spot="6号").repeats == 1


def test_praise_enquiries_and_merged_orders_repeat_nothing(home: Place, burst_pipe: Category, sunqi: User) -> None:
    again(home, burst_pipe, sunqi, kind="praise")
    first = again(home, burst_pipe, sunqi)
    assert (first.repeats, again(home, burst_pipe, sunqi, kind="praise").repeats) == (0, 0)
    second = again(home, burst_pipe, sunqi)
    Merge.into(second, first, by=sunqi)
    third = again(home, burst_pipe, sunqi)
    assert (third.repeats, third.repeat_of) == (1, first)
    assert list(repeats(WorkOrder, home.estate, now() - timedelta(days=1))) == [third]


# -- difficult cases


def test_a_supervisor_marks_a_difficult_case_with_a_note(
    registered_order: WorkOrder, guoqiang: User, zhaomin: User,
) -> None:
    version = registered_order.version
    Difficulty.mark(registered_order, "三次未根治，需设计院到场", by=guoqiang)
    order = stored(registered_order)
    assert (order.is_difficult, order.version, verbs_of(order)[-1]) == (True, version, "mark_difficult")
    for person in (guoqiang, zhaomin):
        assert [card.number for card in page("difficult", person)[0]] == [order.number]
    with pytest.raises(Stale, match=r"difficult\.marked_already"):
        Difficulty.mark(order, "再标一次", by=zhaomin)


def test_a_difficult_case_needs_a_note_and_no_desk_marks_it(
    registered_order: WorkOrder, guoqiang: User, sunqi: User,
) -> None:
    with pytest.raises(Refused, match=r"text\.missing"):
        Difficulty.mark(registered_order, " ", by=guoqiang)
    with pytest.raises(NotAllowed):
        Difficulty.mark(registered_order, "太难", by=sunqi)
    assert not stored(registered_order).is_difficult
