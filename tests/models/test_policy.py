"""The callback policy: an estate's own rule, which its manager changes and no version of which is ever lost."""
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from models.base import moment, now
from models.callback import Policy
from models.callback.policy import QUESTIONS
from models.errors import NotAllowed, Refused, Stale
from models.place import Estate
from models.sla import TimeLimit
from models.user import User
from models.work_order import WorkOrder
from tests.models.conftest import hire
from tests.models.test_concurrency import at_once

WHY = "业委会建议"


@pytest.fixture
def policy(estate: Estate) -> Policy:
    """The usual one: nobody has written any."""
    Policy.delete().where(Policy.estate == estate).execute()
    return Policy.of(estate)


# -- who may, and what is kept


@pytest.mark.parametrize("role", ["supervisor", "desk", "caller", "admin"])
def test_nobody_but_the_manager_changes_it(policy: Policy, estate: Estate, role: str) -> None:
    with pytest.raises(NotAllowed, match="not_for_you"):
        policy.change({"due_h": "12"}, WHY, by=hire(estate, "other", role))
    assert not Policy.select().exists()


def test_the_manager_of_another_estate_does_not_change_it(policy: Policy) -> None:
    elsewhere = Estate.create(code="beichen", name="北辰里")
    with pytest.raises(NotAllowed):
        policy.change({"due_h": "12"}, WHY, by=hire(elsewhere, "other", "manager"))


def test_a_change_makes_another_version_and_ends_the_one_before(policy: Policy, zhaomin: User) -> None:
    first = policy.change({"due_h": "12"}, WHY, by=zhaomin)
    at = now() + timedelta(days=1)
    with moment(at):
        second = first.change({"most": "4", "codes": ["X3", "X1"]}, "常有人不接", by=zhaomin)
    assert Policy.get_by_id(first.id).ended_at == at
    assert (second.due_h, second.most, second.codes, second.hours) == (12, 4, "X1 X3", policy.hours)
    assert (second.made_by, second.made_at, second.why, second.ended_at) == (zhaomin, at, "常有人不接", None)
    assert Policy.of(policy.estate) == second
    assert [one.id for one in second.history()] == [second.id, first.id]


def test_the_history_says_what_changed_from_what_to_what(policy: Policy, zhaomin: User) -> None:
    first = policy.change({"due_h": "12", "questions": {"K9": "还有什么要我们做的？"}}, WHY, by=zhaomin)
    second = first.change({"purpose": "为业主", "questions": {"K1": "修好了吗？"}}, WHY, by=zhaomin)
    assert [(row.id, changed) for row, changed in second.changes()] == [
        (second.id, [("purpose", "", "为业主"), ("K1", "", "修好了吗？"), ("K9", "还有什么要我们做的？", "")]),
        (first.id, [("due_h", 24, 12), ("K9", "", "还有什么要我们做的？")])]


def test_what_was_loaded_with_the_estate_changed_nothing(policy: Policy) -> None:
    first = Policy.begin(policy.estate, {"K1": "修好了吗？"})
    assert (first.made_by, first.questions) == (None, {"K1": "修好了吗？"})
    assert first.changes() == [(first, [])]


@pytest.mark.parametrize("why", ["", "  ", "因" * 201])
def test_a_change_takes_a_reason(policy: Policy, zhaomin: User, why: str) -> None:
    with pytest.raises(Refused) as refused:
        policy.change({"due_h": "12"}, why, by=zhaomin)
    assert refused.value.field == "why"
    assert not Policy.select().exists()


def test_what_changes_nothing_is_no_version(policy: Policy, zhaomin: User) -> None:
    same = {"due_h": "24", "codes": ["X8", "X1", "X3", "X4", "X6"], "questions": {"K1": " "}}
    with pytest.raises(Refused, match=r"policy\.unchanged"):
        policy.change(same, WHY, by=zhaomin)


@pytest.mark.parametrize("begun", [True, False])
def test_of_two_managers_at_once_the_second_is_told(policy: Policy, estate: Estate, zhaomin: User, begun: bool) -> None:
    other = hire(estate, "second", "manager")
    if begun:
        policy = policy.change({"due_h": "20"}, WHY, by=zhaomin)
    answers = at_once(*(partial(Policy.version(estate, policy.id).change, {"due_h": hours}, WHY, by=person)
                        for hours, person in (("12", zhaomin), ("36", other))))
    assert sorted(type(answer).__name__ for answer in answers) == ["Policy", "Stale"]
    assert Policy.select().where(Policy.ended_at.is_null()).count() == 1
    assert Policy.select().count() == 1 + begun


def test_a_version_of_another_estate_is_none_of_this(policy: Policy, zhaomin: User) -> None:
    elsewhere = Policy.begin(Estate.create(code="beichen", name="北辰里"), {})
    found = Policy.version(policy.estate, elsewhere.id)
    assert (found.id, found.estate) == (None, policy.estate)
    Policy.begin(policy.estate, {})
    with pytest.raises(Stale):
        found.change({"due_h": "12"}, WHY, by=zhaomin)


# -- what may be written


@pytest.mark.parametrize(("told", "field"), [
    ({"due_h": "0"}, "due_h"), ({"due_h": "241"}, "due_h"), ({"due_p3_h": "一天"}, "due_p3_h"),
    ({"due_complaint_h": ""}, "due_complaint_h"), ({"most": "6"}, "most"), ({"slots": "4"}, "slots"),
    ({"gap_h": "-1"}, "gap_h"), ({"gap_h": "²"}, "gap_h"), ({"sample_pct": "101"}, "sample_pct"),
    ({"sample_least": "0"}, "sample_least"), ({"most": "1" * 5000}, "most"),
    ({"most": "1"}, "slots"),  # two different windows are wanted
    ({"hours": ""}, "hours"), ({"hours": "9-12"}, "hours"), ({"hours": "12:00-09:00"}, "hours"),
    ({"hours": "09:00-12:00 11:00-14:00"}, "hours"), ({"hours": "09:00-25:00"}, "hours"),
    ({"hours": "08:00-09:00 10:00-11:00 12:00-13:00 14:00-15:00 16:00-17:00"}, "hours"),
    ({"codes": ["X1", "X7"]}, "codes"), ({"codes": ["X2"]}, "codes"),
    ({"purpose": "字" * 2001}, "purpose"), ({"questions": {"K1": "字" * 201}}, "K1"),
    ({"questions": {"K11": "再问一句"}}, "questions"),
])
def test_what_makes_no_sense_is_refused_with_its_field(
    policy: Policy, zhaomin: User, told: dict[str, Any], field: str,
) -> None:
    with pytest.raises(Refused) as refused:
        policy.change({"why": WHY, **told}, WHY, by=zhaomin)
    assert refused.value.field == field
    assert not Policy.select().exists()


@pytest.mark.parametrize(("text", "wrong"), [
    ("我是{小区}的回访员", "{小区}"), ("我是{name}", "{name}"), ("{Estate}", "{Estate}"), ("{ badge }", "{ badge }"),
    ("您{day报的事", "{day报的事"), ("您day}报的事", "}"), ("{{day}}", "{}"), ("{}", "{}"),
    ("{day.year}", "{day.year}"),
])
def test_a_blank_that_nobody_fills_in_is_refused(policy: Policy, zhaomin: User, text: str, wrong: str) -> None:
    with pytest.raises(Refused, match=r"policy\.blank") as refused:
        policy.change({"questions": {"K0": text}}, WHY, by=zhaomin)
    assert (refused.value.field, refused.value.facts["blank"]) == ("K0", wrong)


def test_the_blanks_that_are_filled_in_may_stand_in_any_question(policy: Policy, zhaomin: User) -> None:
    told = dict.fromkeys(QUESTIONS, "{estate}{badge}，{day}的“{matter}”？")
    assert policy.change({"questions": told}, WHY, by=zhaomin).questions == told


# -- what it says


def test_the_sample_table_leaves_the_due_hours_to_the_policy_but_for_real_exceptions(policy: Policy) -> None:
    assert {limit.code: limit.callback_due_h for limit in policy.exceptions} == {"PL": 72, "EV": 48, "S1": 72}


@pytest.mark.parametrize(("kind", "priority", "hours"), [
    ("repair", "P0", 24), ("repair", "P2", 24), ("repair", "P3", 48), ("complaint", "P2", 72), ("complaint", "P0", 72),
    ("suggestion", "P3", 72),  # by its own time limit
])
def test_due_hours_are_those_of_the_policy_or_of_the_time_limit(
    policy: Policy, estate: Estate, kind: str, priority: str, hours: int,
) -> None:
    order = WorkOrder(estate=estate, kind=kind, priority=priority, limit=TimeLimit.standard(estate, kind, priority))
    assert policy.due(order) == timedelta(hours=hours)


def test_a_change_leaves_alone_what_is_owed_already(
    policy: Policy, finished_order: WorkOrder, zhaomin: User,
) -> None:
    owed = finished_order.callback.due_at
    Policy.of(policy.estate).change({"due_h": "2"}, WHY, by=zhaomin)
    assert WorkOrder.get_by_id(finished_order.id).callback.due_at == owed


@pytest.mark.parametrize(("population", "sample"), [
    (0, 0), (3, 3), (5, 5), (49, 5), (50, 5), (51, 6), (100, 10), (101, 11)])
def test_a_share_of_a_month_is_checked_and_five_at_least(policy: Policy, population: int, sample: int) -> None:
    assert policy.sample_of(population) == sample
