"""Time limits: a table anybody may check, which a change never rewrites for those who were promised before."""
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from peewee import IntegrityError

from models.base import moment
from models.dispatch import Category
from models.errors import NotAllowed, Refused, Stale
from models.place import Estate, Place
from models.sla import TimeLimit
from models.user import User
from models.work_order import Deadline, WorkOrder
from tests.conftest import MONDAY_MORNING
from tests.models.conftest import hire, stored

WHY = "与业委会商定"


@pytest.fixture
def urgent(estate: Estate) -> TimeLimit:
    return TimeLimit.get(TimeLimit.estate == estate, TimeLimit.code == "E1")


@pytest.fixture(autouse=True)
def on_monday() -> Iterator[None]:
    with moment(MONDAY_MORNING):
        yield


def typed(limit: TimeLimit, **changed: str) -> dict[str, str]:
    """The form as it stands, with these figures typed over."""
    return {name: "" if value is None else str(value) for name, value in limit.__data__.items()} | changed


def call(place: Place, category: Category, by: User) -> WorkOrder:
    return WorkOrder.register_call(place, "爆管", category, by=by, channel="phone", read_back=True)


def test_the_sample_table_names_who_is_told_and_how_long_after(estate: Estate) -> None:
    ladders = {limit.code: [(role, after) for role, after in limit.escalation if role]
               for limit in TimeLimit.table(estate)}
    assert ladders["E0"] == [("supervisor", 0), ("manager", 10), ("company", 30)]
    assert ladders["E1"] == [("supervisor", 0), ("manager", 60), ("company", 240)]
    assert ladders["N2"] == [("supervisor", 0), ("manager", 1440)]
    assert ladders["C3"][0] == ("manager", 0)
    assert {limit.priority: limit.stale_h for limit in TimeLimit.table(estate)} == {
        "P0": 1, "P1": 4, "P2": 24, "P3": 48}


def test_a_change_makes_another_row_and_ends_the_old_one(urgent: TimeLimit, admin: User) -> None:
    new = urgent.change(typed(urgent, arrive_value="20", escalate_2_min="45"), WHY, by=admin)
    old = TimeLimit.get_by_id(urgent.id)
    assert (old.arrive_value, old.ended_at) == (30, MONDAY_MORNING)
    assert (new.code, new.kind, new.priority, new.arrive_value, new.escalate_2_min) == ("E1", "repair", "P1", 20, 45)
    assert (new.made_by, new.made_at, new.why, new.ended_at) == (admin, MONDAY_MORNING, WHY, None)
    assert [row.id for row in new.history()] == [new.id, old.id]
    assert old.differs(new) == [("arrive_value", 30, 20), ("escalate_2_min", 60, 45)]


def test_a_change_never_rewrites_what_an_order_was_promised(
    home: Place, burst_pipe: Category, sunqi: User, admin: User, chenliang: User, urgent: TimeLimit,
) -> None:
    order = call(home, burst_pipe, sunqi)
    promised = (order.accept_due, order.arrive_due, order.complete_due, order.limit, order.due_at)
    new = urgent.change(typed(urgent, accept_min="1", complete_value="2", warn_pct="10"), WHY, by=admin)
    before = stored(order)
    before.assign(chenliang, by=sunqi)
    before.accept(by=chenliang)
    after = stored(order)
    assert (after.accept_due, after.arrive_due, after.complete_due, after.limit) == promised[:4]
    warned = Deadline.get(Deadline.order == order, Deadline.what == "complete").alarm_at
    assert warned == MONDAY_MORNING + timedelta(hours=24) * 0.8
    later = call(home, Category.leaf(home.estate, "1001"), sunqi)
    assert (later.limit, later.complete_due) == (new, MONDAY_MORNING + timedelta(hours=2))


def test_categories_and_standards_follow_to_the_new_row(estate: Estate, urgent: TimeLimit, admin: User) -> None:
    followers = {category.code for category in urgent.categories}  # type: ignore[attr-defined]
    assert "1001" in followers
    new = urgent.change(typed(urgent, accept_min="5"), WHY, by=admin)
    assert {category.code for category in new.categories} == followers  # type: ignore[attr-defined]
    assert TimeLimit.standard(estate, "repair", "P1") == new
    assert [limit.code for limit in TimeLimit.table(estate)].count("E1") == 1


def test_of_two_who_change_the_same_limit_one_is_shown_what_holds(urgent: TimeLimit, admin: User) -> None:
    urgent.change(typed(urgent, accept_min="5"), WHY, by=admin)
    with pytest.raises(Stale, match=r"time_limit\.changed_meanwhile"):
        urgent.change(typed(urgent, accept_min="6"), WHY, by=admin)
    assert TimeLimit.select().where(TimeLimit.code == "E1").count() == 2


def test_a_code_holds_once_at_a_time(urgent: TimeLimit) -> None:
    same = {name: value for name, value in urgent.__data__.items() if name != "id"}
    with pytest.raises(IntegrityError):
        TimeLimit.create(**same)


@pytest.mark.parametrize(("changed", "code", "field"), [
    ({"clock": "24x7"}, "time_limit.clock", "clock"),
    ({"clock": ""}, "time_limit.clock", "clock"),
    ({"accept_min": "-5"}, "time_limit.not_a_number", "accept_min"),
    ({"accept_min": "soon"}, "time_limit.not_a_number", "accept_min"),
    ({"accept_min": "1.5"}, "time_limit.not_a_number", "accept_min"),
    ({"accept_min": "٥"}, "time_limit.not_a_number", "accept_min"),
    ({"accept_min": "10000"}, "time_limit.not_a_number", "accept_min"),
    ({"complete_unit": "fortnight"}, "time_limit.unit", "complete_unit"),
    ({"arrive_unit": ""}, "time_limit.no_unit", "arrive_unit"),
    ({"warn_pct": "0"}, "time_limit.warn_pct", "warn_pct"),
    ({"warn_pct": "100"}, "time_limit.warn_pct", "warn_pct"),
    ({"complete_value": "9999", "complete_unit": "h"}, "time_limit.too_far", "complete_value"),
    ({"complete_value": "367", "complete_unit": "workday"}, "time_limit.too_far", "complete_value"),
    ({"clock": "workday 08:00-08:01", "accept_min": "400"}, "time_limit.too_far", "accept_min"),
    ({"stale_h": "x"}, "time_limit.not_a_number", "stale_h"),
    ({"escalate_1_role": "mayor"}, "time_limit.escalate_to", "escalate_1_role"),
    ({"escalate_2_role": ""}, "time_limit.escalate_whom", "escalate_2_role"),
    ({"escalate_2_min": ""}, "time_limit.escalate_when", "escalate_2_min"),
    ({"escalate_2_min": "300"}, "time_limit.escalate_order", "escalate_3_min"),
    ({"escalate_2_role": "", "escalate_2_min": ""}, "time_limit.escalate_order", "escalate_3_min"),
    ({"name": " "}, "text.missing", "name"),
    ({}, "time_limit.unchanged", None),
])
def test_every_figure_is_checked(
    urgent: TimeLimit, admin: User, changed: dict[str, str], code: str, field: str | None,
) -> None:
    with pytest.raises(Refused) as refusal:
        urgent.change(typed(urgent, **changed), WHY, by=admin)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert TimeLimit.select().where(TimeLimit.code == "E1").count() == 1


@pytest.mark.parametrize("changed", [
    {"warn_pct": "1"}, {"warn_pct": "99"}, {"contain_min": ""}, {"arrive_value": "", "arrive_unit": ""},
    {"stale_h": "0"}, {"escalate_3_role": "", "escalate_3_min": ""}, {"clock": "workday 09:00-17:00"},
])
def test_what_is_allowed_is_taken(urgent: TimeLimit, admin: User, changed: dict[str, Any]) -> None:
    new = urgent.change(typed(urgent, **changed), WHY, by=admin)
    assert {name: "" if getattr(new, name) is None else str(getattr(new, name)) for name in changed} == changed


def test_a_change_says_why(urgent: TimeLimit, admin: User) -> None:
    with pytest.raises(Refused, match=r"text\.missing") as refusal:
        urgent.change(typed(urgent, accept_min="5"), "  ", by=admin)
    assert refusal.value.field == "why"


def test_every_report_keeps_a_first_reply(estate: Estate, admin: User) -> None:
    ordinary = TimeLimit.standard(estate, "repair", "P2")
    with pytest.raises(Refused, match=r"time_limit\.no_first_reply"):
        ordinary.change(typed(ordinary, first_reply_min=""), WHY, by=admin)


def test_only_an_administrator_of_the_estate_changes_its_limits(urgent: TimeLimit, zhaomin: User) -> None:
    elsewhere = Estate.create(code="beichen", name="北辰里")
    for person in (zhaomin, hire(elsewhere, "other-admin", "admin")):
        with pytest.raises(NotAllowed):
            urgent.change(typed(urgent, accept_min="5"), WHY, by=person)
    assert TimeLimit.select().where(TimeLimit.code == "E1").count() == 1
