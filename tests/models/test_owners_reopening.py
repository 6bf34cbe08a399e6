"""An owner reopens what was archived, from their own page."""
from datetime import timedelta

import pytest

from models.base import moment, now
from models.errors import NotAllowed, Refused, Stale
from models.photo import Photo
from models.user import User
from models.work_order import Reopening, Reply, WorkOrder
from tests.models.conftest import photograph, stored, traces, verbs_of


def test_an_owner_reopens_with_words_and_a_photo_and_is_talked_to_within_a_day(archived_order: WorkOrder) -> None:
    at = now()
    with moment(at):
        reopening = Reopening.make(archived_order, "again", "又漏了", by=None)
        [photo] = photograph(archived_order, "report", 70, by=None)
    order = stored(archived_order)
    assert (order.state, order.round, order.archived_at) == ("rework", 2, None)
    assert (order.complete_due, order.recontact_due) == (at + timedelta(hours=24),) * 2
    assert (reopening.by, reopening.round) == (None, 2)
    assert (photo.round, photo.by, photo.flag_codes) == (2, None, [])
    assert verbs_of(order)[-2:] == ["reopen", "photo"]


@pytest.mark.parametrize(("days", "late"), [(30, False), (31, True)])
def test_it_may_be_reopened_within_thirty_days_of_archiving(archived_order: WorkOrder, days: int, late: bool) -> None:
    with moment(archived_order.archived_at + timedelta(days=days)):  # type: ignore[operator]
        if late:
            with pytest.raises(NotAllowed, match=r"reopen\.too_late"):
                Reopening.make(archived_order, "again", "又漏了", by=None)
        else:
            Reopening.make(archived_order, "again", "又漏了", by=None)
    assert stored(archived_order).state == ("archived" if late else "rework")


@pytest.mark.parametrize(("reason", "words", "code"), [
    ("", "又漏了", r"reopen\.no_reason"), ("bored", "又漏了", r"reopen\.no_reason"), ("again", " ", r"text\.missing"),
    ("again", "长" * 2001, r"text\.too_long"),
])
def test_it_takes_a_reason_and_words(archived_order: WorkOrder, reason: str, words: str, code: str) -> None:
    before = traces(archived_order)
    with pytest.raises(Refused, match=code):
        Reopening.make(archived_order, reason, words, by=None)
    assert traces(archived_order) == before


def test_what_is_open_is_not_reopened(calling_order: WorkOrder) -> None:
    with pytest.raises(Stale):
        Reopening.make(calling_order, "again", "又漏了", by=None)


def test_it_is_reopened_once(archived_order: WorkOrder) -> None:
    late = stored(archived_order)
    Reopening.make(archived_order, "again", "又漏了", by=None)
    with pytest.raises(Stale):
        Reopening.make(late, "again", "又漏了", by=None)
    assert Reopening.select().count() == 1


def test_a_photo_the_desk_adds_late_is_still_told_as_late(archived_order: WorkOrder, sunqi: User) -> None:
    [photo] = photograph(archived_order, "report", 71, by=sunqi)
    assert photo.flag_codes == ["late"]
    assert Photo.select().where(Photo.by.is_null(), Photo.flags == "late").count() == 0


def test_what_was_answered_on_the_spot_goes_to_be_assigned(reported_order: WorkOrder, sunqi: User) -> None:
    from models.dispatch import Category

    reported_order.register(Category.leaf(reported_order.estate, "9601"), by=sunqi, read_back=True)
    Reply.give(reported_order, "带行驶证到前台", by=sunqi)
    Reopening.make(reported_order, "incomplete", "前台说不归他们", by=None)
    assert stored(reported_order).state == "registered"
