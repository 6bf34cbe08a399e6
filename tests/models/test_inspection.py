"""The inspection: every photo judged, a reason for every return, once a round."""
import pytest

from models.dispatch import Category
from models.errors import Refused, Stale
from models.place import Place
from models.user import User
from models.work_order import Inspection, WorkOrder
from tests.conftest import judged_good
from tests.models.conftest import carry_out, photograph, stored, traces, verbs_of


def faulty(order: WorkOrder, fault: str = "blurred") -> dict[int, str]:
    verdicts = judged_good(order)
    return {**verdicts, min(verdicts): fault}


def test_passed_work_goes_to_the_callback_and_keeps_every_verdict(finished_order: WorkOrder, guoqiang: User) -> None:
    verdicts = judged_good(finished_order)
    Inspection.pass_work(finished_order, verdicts, by=guoqiang, note=" 干净 ")
    kept = Inspection.get()
    assert (kept.passed, kept.round, kept.by, kept.note, kept.verdicts) == (True, 1, guoqiang, "干净", verdicts)
    assert stored(finished_order).state == "calling"
    assert stored(finished_order).due_at == finished_order.callback.due_at


def test_every_after_photo_is_judged_before_the_work_is(finished_order: WorkOrder, guoqiang: User) -> None:
    verdicts = judged_good(finished_order)
    verdicts.pop(max(verdicts))
    before = traces(finished_order)
    with pytest.raises(Refused, match=r"inspection\.not_all_judged"):
        Inspection.pass_work(finished_order, verdicts, by=guoqiang)
    with pytest.raises(Refused, match=r"inspection\.not_all_judged"):
        Inspection.reject(finished_order, verdicts, ["not_fixed"], by=guoqiang)
    assert traces(finished_order) == before


def test_a_photo_that_came_while_the_supervisor_looked_has_to_be_judged_too(
    finished_order: WorkOrder, guoqiang: User, chenliang: User,
) -> None:
    verdicts = judged_good(finished_order)
    photograph(finished_order, "after", 50, by=chenliang)
    with pytest.raises(Refused, match=r"inspection\.not_all_judged"):
        Inspection.pass_work(finished_order, verdicts, by=guoqiang)
    assert stored(finished_order).state == "finished"


def test_work_with_a_photo_at_fault_does_not_pass(finished_order: WorkOrder, guoqiang: User) -> None:
    before = traces(finished_order)
    with pytest.raises(Refused, match=r"inspection\.passed_with_fault"):
        Inspection.pass_work(finished_order, faulty(finished_order), by=guoqiang)
    assert traces(finished_order) == before
    assert not Inspection.select().exists()


@pytest.mark.parametrize("fault", ["ugly", "good", " "])
def test_a_verdict_says_only_what_verdicts_say(finished_order: WorkOrder, guoqiang: User, fault: str) -> None:
    with pytest.raises(Refused, match=r"inspection\.unknown_reason"):
        Inspection.reject(finished_order, faulty(finished_order, fault), ["not_fixed"], by=guoqiang)
    assert stored(finished_order).state == "finished"


@pytest.mark.parametrize(
    ("reasons", "note", "code"),
    [([], "", "inspection.no_reason"), (["ugly"], "", "inspection.unknown_reason"), (["other"], " ", "text.missing")],
)
def test_work_is_returned_for_a_known_reason(
    finished_order: WorkOrder, guoqiang: User, reasons: list[str], note: str, code: str,
) -> None:
    before = traces(finished_order)
    with pytest.raises(Refused, match=code):
        Inspection.reject(finished_order, judged_good(finished_order), reasons, by=guoqiang, note=note)
    assert traces(finished_order) == before


def test_a_photo_at_fault_is_reason_enough(finished_order: WorkOrder, guoqiang: User) -> None:
    Inspection.reject(finished_order, faulty(finished_order, "wrong_angle"), [], by=guoqiang)
    order = stored(finished_order)
    assert (order.state, order.round, order.due_at) == ("rework", 2, order.complete_due)
    assert not Inspection.get().passed


def test_each_round_has_its_own_inspection_photos_and_callback(
    finished_order: WorkOrder, guoqiang: User, chenliang: User,
) -> None:
    order = finished_order
    Inspection.reject(order, judged_good(order), ["not_cleaned", "not_fixed"], by=guoqiang)
    carry_out(order, chenliang)
    assert order.photos_of("after").count() == 2
    Inspection.pass_work(order, judged_good(order), by=guoqiang)
    assert [(one.round, one.passed, one.reason_codes) for one in order.inspections.order_by(Inspection.id)] == [
        (1, False, ["not_cleaned", "not_fixed"]), (2, True, [])]
    assert [one.round for one in order.callbacks] == [1, 2]


def test_a_second_decision_on_the_same_work_is_stale(finished_order: WorkOrder, guoqiang: User, zhaomin: User) -> None:
    late = stored(finished_order)
    Inspection.pass_work(finished_order, judged_good(finished_order), by=guoqiang)
    with pytest.raises(Stale):
        Inspection.reject(late, judged_good(late), ["not_fixed"], by=zhaomin)
    assert Inspection.select().count() == 1
    assert stored(finished_order).state == "calling"


def test_an_exempt_order_is_archived_under_its_code(
    home: Place, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    leaf = Category.get(Category.callback_rule == "X6", Category.parent.is_null(False))
    order = WorkOrder.register_call(home, "例行清掏", leaf, by=sunqi, channel="phone", read_back=True, name="王女士",
                                    phone="13800001234")
    order.assign(chenliang, by=sunqi, why="顺路")
    order.accept(by=chenliang)
    carry_out(order, chenliang)
    Inspection.pass_work(order, judged_good(order), by=guoqiang)
    order = stored(order)
    assert (order.state, order.exemption, order.callback.exemption) == ("archived", "X6", "X6")
    assert order.archived_at is not None
    assert "close" not in verbs_of(order)
