"""What the desk adds when it registers, and a priority that changes only for a reason."""
from datetime import datetime, timedelta

import pytest

from models.base import moment, now
from models.dispatch import Category
from models.errors import NotAllowed, Refused
from models.event import Event
from models.user import User
from models.work_order import Details, WorkOrder
from models.work_order.lists import likely_places
from tests.models.conftest import stored, traces

LATER = timedelta(days=2)


def test_scope_wanted_time_and_appointment_are_kept_and_the_appointment_replaces_the_arrival_limit(
    reported_order: WorkOrder, burst_pipe: Category, sunqi: User,
) -> None:
    agreed = now() + LATER
    reported_order.register(burst_pipe, by=sunqi, read_back=True, details=Details(
        scope="unit", wanted_at=agreed, appointment_at=agreed))
    order = stored(reported_order)
    assert (order.scope, order.wanted_at, order.appointment_at, order.arrive_due) == ("unit", agreed, agreed, agreed)
    assert list(Event.about(order.number))[-1].detail["scope"] == "unit"


@pytest.mark.parametrize(("details", "code", "field"), [
    (Details(scope="planet"), "scope.unknown", "scope"),
    (Details(wanted_at=datetime(2020, 1, 1)), "intake.past", "wanted_at"),
    (Details(appointment_at=datetime(2020, 1, 1)), "intake.past", "appointment_at"),
    (Details(appointment_at=datetime(9999, 12, 31)), "reschedule.too_far", "appointment_at"),
])
def test_what_makes_no_sense_is_refused_with_its_field(
    reported_order: WorkOrder, burst_pipe: Category, sunqi: User, details: Details, code: str, field: str,
) -> None:
    before = traces(reported_order)
    with pytest.raises(Refused, match=code) as refused:
        reported_order.register(burst_pipe, by=sunqi, read_back=True, details=details)
    assert refused.value.field == field
    assert traces(reported_order) == before


def test_another_priority_than_the_categorys_needs_a_reason_that_is_kept(
    reported_order: WorkOrder, burst_pipe: Category, sunqi: User,
) -> None:
    with pytest.raises(Refused, match=r"priority\.no_reason") as refused:
        reported_order.register(burst_pipe, by=sunqi, priority="P0", read_back=True)
    assert refused.value.field == "priority_reason"
    reported_order.register(burst_pipe, by=sunqi, priority="P0", read_back=True,
                            details=Details(priority_reason="水进了电梯井"))
    told = list(Event.about(reported_order.number))[-1].detail
    assert (told["was_priority"], told["priority"], told["note"]) == ("P1", "P0", "水进了电梯井")


# -- a priority changed later


def test_a_changed_priority_counts_the_limits_anew_from_now(registered_order: WorkOrder, sunqi: User) -> None:
    at = now() + timedelta(hours=1)
    with moment(at):
        registered_order.prioritize("P0", "楼下也漏了", by=sunqi)
    order = stored(registered_order)
    assert (order.priority, order.limit.code, order.version) == ("P0", "E0", 3)
    assert order.accept_due == order.due_at == at + timedelta(minutes=3)
    assert order.complete_due == at + timedelta(hours=4)
    told = list(Event.about(order.number))[-1]
    assert (told.verb, told.detail["was_priority"], told.detail["priority"], told.detail["note"]) == (
        "prioritize", "P1", "P0", "楼下也漏了")


def test_what_is_done_already_keeps_its_time(working_order: WorkOrder, guoqiang: User) -> None:
    accept, arrive = working_order.accept_due, working_order.arrive_due
    working_order.prioritize("P0", "楼下也漏了", by=guoqiang)
    order = stored(working_order)
    assert (order.accept_due, order.arrive_due, order.due_at) == (accept, arrive, order.contain_due)


def test_an_appointment_outlives_a_change_of_priority(
    reported_order: WorkOrder, burst_pipe: Category, sunqi: User,
) -> None:
    agreed = now() + LATER
    reported_order.register(burst_pipe, by=sunqi, read_back=True, details=Details(appointment_at=agreed))
    reported_order.prioritize("P2", "已关总阀", by=sunqi)
    assert stored(reported_order).arrive_due == agreed


@pytest.mark.parametrize(("priority", "reason", "code"), [
    ("P0", " ", "priority.no_reason"), ("P1", "急", "priority.same"), ("P9", "急", "priority.unknown"),
])
def test_a_change_without_reason_or_change_is_refused(
    registered_order: WorkOrder, sunqi: User, priority: str, reason: str, code: str,
) -> None:
    before = traces(registered_order)
    with pytest.raises(Refused, match=code):
        registered_order.prioritize(priority, reason, by=sunqi)
    assert traces(registered_order) == before


def test_the_technician_does_not_change_the_priority(working_order: WorkOrder, chenliang: User) -> None:
    with pytest.raises(NotAllowed):
        working_order.prioritize("P3", "不急", by=chenliang)


# -- where somebody may be standing


def test_a_phone_offers_the_places_reported_last_then_the_own_grid(
    home: object, machunsheng: User, reported_order: WorkOrder,
) -> None:
    estate = reported_order.estate
    assert likely_places(machunsheng, estate)[:3] == ["北门岗", "北环路", "垃圾分类亭A"]
    WorkOrder.report(reported_order.place, "井盖松了", by=machunsheng, channel="patrol")
    assert likely_places(machunsheng, estate)[:2] == [reported_order.place.full_name, "北门岗"]
    assert len(likely_places(machunsheng, estate)) <= 12


def test_who_walks_every_grid_is_offered_shared_places_only(estate: object, heguangjun: User) -> None:
    assert all("单元" not in name for name in likely_places(heguangjun, heguangjun.estates[0]))
