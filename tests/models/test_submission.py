"""What was sent once: a key is one person's, for one thing, and leads to one answer."""
from datetime import timedelta

import pytest

from models.base import moment, now, writing
from models.errors import Refused
from models.jobs import every_night
from models.place import Place
from models.submission import KEPT, Submission
from models.work_order import WorkOrder

KEY = "7f9c24e8-3b12-4c5d-9a1e-0123456789ab"
MINE = {"actor": "user:4", "action": "POST /work-orders", "content": "厨房软管爆了"}

pytestmark = pytest.mark.usefixtures("stage")


def send(key: str = KEY, answer: str = "GD-20261123-0001") -> Submission | None:
    with writing():
        claim = Submission.claim(key, **MINE)
        if claim:
            claim.give(answer)
    return claim


def test_a_new_key_has_no_answer_yet() -> None:
    assert Submission.answered(KEY, **MINE) is None


def test_a_retry_gets_the_first_answer() -> None:
    assert send() is not None
    assert send(answer="GD-20261123-0002") is None
    first = Submission.answered(KEY, **MINE)
    assert first is not None
    assert first.answer == "GD-20261123-0001"
    assert Submission.select().count() == 1


def test_a_retry_gets_the_first_receipt_and_version() -> None:
    with writing():
        claim = Submission.claim(KEY, **MINE)
        assert claim is not None
        claim.give("GD-20261123-0001", receipt="12-ab3f", version=4)
    first = Submission.answered(KEY, **MINE)
    assert first is not None
    assert (first.answer, first.receipt, first.version) == ("GD-20261123-0001", "12-ab3f", 4)
    assert (claim.answer, claim.receipt, claim.version) == ("GD-20261123-0001", "12-ab3f", 4)


@pytest.mark.parametrize("other", [{"actor": "user:5"}, {"actor": "owner"}, {"action": "POST /work-orders/1/notes"},
                                   {"content": "楼道灯不亮"}])
def test_a_key_opens_nothing_for_another_person_or_another_thing(other: dict[str, str]) -> None:
    send()
    with pytest.raises(Refused, match=r"submission\.key_of_another"):
        Submission.answered(KEY, **{**MINE, **other})


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "7f9c24e8 3b12 4c5d", "7f9c24e8-3b12-4c5d\n", "键" * 20])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Refused, match=r"submission\.no_key"):
        Submission.answered(key, **MINE)


def test_what_failed_keeps_no_key_so_that_it_may_be_sent_again(home: Place) -> None:
    with pytest.raises(Refused), writing():
        Submission.claim(KEY, **MINE)
        WorkOrder.report(home, "", by=None)
    assert Submission.answered(KEY, **MINE) is None
    assert send() is not None


def test_a_key_outlives_a_phone_forgotten_in_a_drawer() -> None:
    with moment(now() - KEPT + timedelta(hours=1)):
        send()
    with moment(now() - KEPT - timedelta(hours=1)):
        send("0" * 36)
    every_night()
    assert [one.key for one in Submission.select()] == [KEY]


def test_what_a_phones_outbox_sent_is_never_forgotten() -> None:
    with moment(now() - 10 * KEPT), writing():
        claim = Submission.claim(KEY, **MINE)
        assert claim is not None
        claim.give("GD-20261123-0001", receipt="12-ab3f")
    with moment(now() - KEPT - timedelta(hours=1)):
        send("0" * 36)
    assert Submission.forget_old() == 1
    assert [one.key for one in Submission.select()] == [KEY]
