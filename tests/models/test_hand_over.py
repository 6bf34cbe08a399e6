"""Following and handing over: the first contact follows an order to its end, or leaves it to a colleague."""
import pytest

from models.callback import Attempt, Said
from models.dispatch import Category
from models.errors import NotAllowed, Refused, Stale
from models.place import Estate, Place
from models.user import User
from models.work_order import HandOver, WorkOrder
from models.work_order.lists import counts, following, page
from tests.models.conftest import hire, stored, traces, verbs_of


def numbers(user: User) -> list[str]:
    return [card.number for card in page("following", user)[0]]


def test_whoever_registered_it_follows_it_until_it_is_archived(
    calling_order: WorkOrder, sunqi: User, tangwen: User, luxia: User,
) -> None:
    assert numbers(sunqi) == [calling_order.number] == [card.number for card in following(sunqi)]
    assert (counts(sunqi)["following"], numbers(tangwen)) == (1, [])
    Attempt.make(calling_order, "answered", by=luxia, told=Said(solved="yes", overall="satisfied"))
    assert numbers(sunqi) == following(sunqi) == []


def test_handed_over_it_is_followed_by_the_other_and_nothing_else_changes(
    working_order: WorkOrder, sunqi: User, tangwen: User,
) -> None:
    version = working_order.version
    HandOver.give(working_order, tangwen, "答应六点前回电", by=sunqi)
    order = stored(working_order)
    assert (order.first_contact, order.version, order.state) == (tangwen, version, "working")
    assert (numbers(sunqi), numbers(tangwen)) == ([], [order.number])
    row = HandOver.get()
    assert (row.giver, row.taker, row.by, row.note) == (sunqi, tangwen, sunqi, "答应六点前回电")
    assert verbs_of(order)[-1] == "hand_over"


def test_a_supervisor_hands_over_for_somebody_who_is_away(
    registered_order: WorkOrder, guoqiang: User, tangwen: User,
) -> None:
    HandOver.give(registered_order, tangwen, "孙琪请假", by=guoqiang)
    assert stored(registered_order).first_contact == tangwen


def test_what_is_another_colleagues_to_follow_is_not_mine_to_give(
    registered_order: WorkOrder, tangwen: User,
) -> None:
    with pytest.raises(NotAllowed):
        HandOver.give(registered_order, tangwen, "给我吧", by=tangwen)


@pytest.mark.parametrize(("login", "note", "code"), [
    ("chenliang", "交给你", r"hand_over\.nobody"), ("sunqi", "交给自己", r"hand_over\.the_same"),
    ("tangwen", "", r"text\.missing"), ("", "交给谁", r"hand_over\.nobody"),
])
def test_it_needs_a_note_and_another_colleague_of_the_desk(
    registered_order: WorkOrder, sunqi: User, login: str, note: str, code: str,
) -> None:
    before = traces(registered_order)
    with pytest.raises(Refused, match=code):
        HandOver.give(registered_order, User.get_or_none(User.login == login), note, by=sunqi)
    assert traces(registered_order) == before


def test_nobody_of_another_estate_or_gone_takes_over(registered_order: WorkOrder, sunqi: User, tangwen: User) -> None:
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", "desk")
    tangwen.disable()
    for taker in (stranger, User.get(User.login == "tangwen")):
        with pytest.raises(Refused, match=r"hand_over\.nobody"):
            HandOver.give(registered_order, taker, "交班", by=sunqi)


def test_at_the_end_of_the_shift_all_go_at_once_or_none(
    registered_order: WorkOrder, home: Place, burst_pipe: Category, sunqi: User, tangwen: User,
) -> None:
    other = WorkOrder.report(home, "另一件", by=None)
    other.register(burst_pipe, by=sunqi, read_back=True)
    both = [registered_order.number, other.number]
    HandOver.give(other, tangwen, "先给你这张", by=sunqi)
    with pytest.raises(Stale, match=r"hand_over\.moved_on"):
        HandOver.give_all(both, tangwen, "交班", by=sunqi)
    assert numbers(sunqi) == [registered_order.number]
    with pytest.raises(Refused, match=r"hand_over\.nothing"):
        HandOver.give_all([], tangwen, "交班", by=sunqi)
    HandOver.give(other, sunqi, "还给你", by=tangwen)
    assert HandOver.give_all(both, tangwen, "交班", by=sunqi) == 2
    assert (numbers(sunqi), len(numbers(tangwen))) == ([], 2)


def test_two_who_hand_over_at_once_do_not_both_succeed(
    registered_order: WorkOrder, sunqi: User, guoqiang: User, tangwen: User,
) -> None:
    linyue = User.get(User.login == "linyue")
    as_seen = stored(registered_order)
    assert as_seen.first_contact == sunqi
    HandOver.give(registered_order, tangwen, "交班", by=sunqi)
    with pytest.raises(Stale, match=r"hand_over\.moved_on"):
        HandOver.give(as_seen, linyue, "交给林悦", by=guoqiang)
    assert stored(registered_order).first_contact == tangwen
