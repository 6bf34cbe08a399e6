"""Voiding: the desk asks for a reason, a supervisor who did not ask decides."""
import pytest

from models.dispatch import Firm
from models.errors import NotAllowed, Refused, Stale
from models.user import User
from models.work_order import Assignment, Transfer, Void, WorkOrder
from models.work_order.lists import counts, page
from tests.models.conftest import hire, stored, traces, verbs_of


def ask(order: WorkOrder, by: User, reason: str = "mistaken") -> Void:
    return Void.ask(order, reason, "业主说看错了", by=by)


def test_asking_changes_nothing_and_stands_in_the_supervisors_queue(
    registered_order: WorkOrder, sunqi: User, guoqiang: User,
) -> None:
    version = registered_order.version
    void = ask(registered_order, sunqi)
    order = stored(registered_order)
    assert (order.state, order.version, Void.standing(order)) == ("registered", version, void)
    assert [card.number for card in page("voids", guoqiang)[0]] == [order.number]
    assert counts(guoqiang)["voids"] == 1


def test_confirmed_the_order_is_void_and_nobody_is_called(
    assigned_order: WorkOrder, sunqi: User, guoqiang: User,
) -> None:
    ask(assigned_order, sunqi)
    Void.confirm(assigned_order, by=guoqiang)
    order = stored(assigned_order)
    assert (order.state, order.exemption, order.assignee) == ("void", "X5", None)
    assert order.archived_at is not None
    assert Assignment.get().ended_at is not None
    assert (Void.get().agreed, Void.get().decided_by) == (True, guoqiang)
    assert counts(guoqiang)["voids"] == 0
    assert verbs_of(order)[-2:] == ["ask_void", "void"]


def test_refused_the_order_goes_on_and_a_void_may_be_asked_again(
    registered_order: WorkOrder, sunqi: User, guoqiang: User,
) -> None:
    ask(registered_order, sunqi)
    Void.refuse(registered_order, "业主确认是真的", by=guoqiang)
    assert (stored(registered_order).state, Void.get().agreed) == ("registered", False)
    assert verbs_of(registered_order)[-1] == "refuse_void"
    ask(registered_order, sunqi)
    assert Void.select().count() == 2


def test_who_asked_does_not_confirm_though_a_supervisor_too(registered_order: WorkOrder) -> None:
    both = hire(registered_order.estate, "both", "desk", "supervisor")
    ask(registered_order, both)
    before = traces(registered_order)
    with pytest.raises(NotAllowed, match=r"void\.own_asking"):
        Void.confirm(registered_order, by=both)
    assert traces(registered_order) == before
    Void.refuse(registered_order, "我看错了", by=both)


@pytest.mark.parametrize(("reason", "words", "code"), [
    ("", "看错了", r"void\.no_reason"), ("lunch", "看错了", r"void\.no_reason"), ("mistaken", " ", r"text\.missing"),
    ("mistaken", "字" * 201, r"text\.too_long"),
])
def test_asking_needs_a_known_reason_and_words(
    registered_order: WorkOrder, sunqi: User, reason: str, words: str, code: str,
) -> None:
    with pytest.raises(Refused, match=code):
        Void.ask(registered_order, reason, words, by=sunqi)
    assert not Void.select().exists()


def test_a_void_is_asked_once_and_decided_only_when_asked(
    registered_order: WorkOrder, sunqi: User, guoqiang: User,
) -> None:
    with pytest.raises(Stale, match=r"void\.not_asked"):
        Void.confirm(registered_order, by=guoqiang)
    ask(registered_order, sunqi)
    with pytest.raises(Stale, match=r"void\.asked_already"):
        ask(registered_order, sunqi)
    with pytest.raises(Refused, match=r"text\.missing"):
        Void.refuse(registered_order, "", by=guoqiang)


def test_once_the_work_has_begun_nothing_is_voided(
    accepted_order: WorkOrder, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    ask(accepted_order, sunqi)
    accepted_order.arrive(by=chenliang, no_photo_reason="漆黑")
    with pytest.raises(Stale):
        Void.confirm(accepted_order, by=guoqiang)
    assert page("voids", guoqiang)[0] == []


@pytest.mark.parametrize("verb", ["merge", "ask_void", "void"])
def test_an_order_somebody_was_at_ends_only_by_its_callback(
    working_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User, guoqiang: User, verb: str,
) -> None:
    Transfer.make(working_order, xuwei, "trade", "阀门已关", by=chenliang)
    person = guoqiang if verb == "void" else sunqi
    assert working_order.state == "assigned"
    assert isinstance(working_order.refusal(verb, person), NotAllowed)
    assert not person.may(verb, stored(working_order))


def test_what_was_asked_before_the_work_began_is_not_confirmed_after_it(
    accepted_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User, guoqiang: User,
) -> None:
    Void.ask(accepted_order, "mistaken", "业主说看错了", by=sunqi)
    accepted_order.arrive(by=chenliang, no_photo_reason="太暗")
    Transfer.make(accepted_order, xuwei, "trade", "阀门已关", by=chenliang)
    with pytest.raises(NotAllowed, match="work_begun"):
        Void.confirm(accepted_order, by=guoqiang)
    Void.refuse(accepted_order, "已上门", by=guoqiang)


def test_a_void_order_is_no_longer_its_firms(registered_order: WorkOrder, sunqi: User, guoqiang: User) -> None:
    lifts = Firm.get(Firm.name.startswith("宏安"))
    registered_order.assign(lifts, by=sunqi, why="只有外包能做")
    Void.ask(registered_order, "mistaken", "业主说看错了", by=sunqi)
    Void.confirm(registered_order, by=guoqiang)
    vendor = User.get(User.login == "v-dianti")
    assert not vendor.may("reveal", stored(registered_order))
    assert not WorkOrder.seen_by(vendor).exists()
