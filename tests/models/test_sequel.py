"""What an owner wished for in a callback becomes an order of its own."""
import pytest

from models.callback import Answer, Attempt, Said, Sequel
from models.callback.rounds import rounds_of
from models.dispatch import Category
from models.errors import Refused
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import Classification, Complaint, WorkOrder
from tests.models.conftest import refused_with, stored, verbs_of


@pytest.fixture
def wished(calling_order: WorkOrder, luxia: User) -> Answer:
    Attempt.make(calling_order, "answered", by=luxia, told=Said(
        "yes", "satisfied", need="阳台门松了", grievance="保安态度差", suggestion="装个雨棚"))
    return Answer.get()


@pytest.mark.parametrize(("what", "kind", "text"), [
    ("need", "repair", "阳台门松了"), ("grievance", "complaint", "保安态度差"),
    ("suggestion", "suggestion", "装个雨棚"),
])
def test_a_wish_becomes_an_order_that_waits_for_the_desk(
    wished: Answer, calling_order: WorkOrder, luxia: User, what: str, kind: str, text: str,
) -> None:
    made = Sequel.take_up(calling_order, wished, what, by=luxia).order
    assert (made.kind, made.text, made.state, made.reported_by, made.place) == (
        kind, text, "reported", luxia, calling_order.place)
    assert (made.owner.name, made.owner.phone, made.channel) == ("王女士", "13800001234", "phone")
    assert Event.about(made.number).get().detail["comes_from"] == calling_order.number
    assert verbs_of(calling_order)[-1] == "take_up"


def test_a_second_tap_leads_to_the_same_order(
    wished: Answer, calling_order: WorkOrder, luxia: User, sunqi: User,
) -> None:
    first = Sequel.take_up(calling_order, wished, "need", by=luxia)
    assert Sequel.take_up(stored(calling_order), wished, "need", by=sunqi) == first
    assert WorkOrder.select().count() == 2
    assert verbs_of(calling_order).count("take_up") == 1


def test_nothing_comes_of_what_nobody_said(
    wished: Answer, calling_order: WorkOrder, reported_order: WorkOrder, luxia: User, home: Place,
) -> None:
    other = WorkOrder.report(home, "另一件事", by=None)
    for order, answer, what in ((calling_order, wished, "praise"), (calling_order, None, "need"),
                                (other, wished, "need")):
        with refused_with("sequel.nothing_said", order):
            Sequel.take_up(order, answer, what, by=luxia)


def test_a_technician_takes_up_no_wish(wished: Answer, calling_order: WorkOrder, chenliang: User) -> None:
    with refused_with("not_for_you", calling_order):
        Sequel.take_up(calling_order, wished, "need", by=chenliang)


def test_a_complaint_out_of_a_wish_is_kept_from_whom_it_is_hidden_from(
    wished: Answer, calling_order: WorkOrder, luxia: User, sunqi: User, estate: Estate, chenliang: User,
) -> None:
    made = Sequel.take_up(calling_order, wished, "grievance", by=luxia).order
    made.register(Category.leaf(estate, "9502"), by=sunqi, kind="complaint", read_back=True)
    Complaint.classify(made, Classification("ordinary", "attitude", about_department="engineering", hidden=True),
                       by=sunqi)
    named = {person.login: rounds_of(calling_order, by=person)[0].sequels[(wished.id, "grievance")]
             for person in (luxia, chenliang)}
    assert named == {"luxia": made, "chenliang": None}


def test_a_report_has_a_kind_that_is_known(home: Place, sunqi: User) -> None:
    assert WorkOrder.report(home, "装个雨棚", by=sunqi, kind="suggestion").kind == "suggestion"
    with pytest.raises(Refused, match=r"kind\.unknown"):
        WorkOrder.report(home, "装个雨棚", by=sunqi, kind="gift")
