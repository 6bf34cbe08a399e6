"""Enquiries and praise: answered on the spot and archived under a code, never silently under another's."""
import pytest

from models.base import now
from models.callback import Attempt, Policy, Said
from models.callback.record import exemption_of
from models.dispatch import Category
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import Assignment, Details, Praise, Reply, WorkOrder
from tests.models.conftest import hire, stored, traces, verbs_of


def ask(home: Place, code: str, by: User, **more: object) -> WorkOrder:
    return WorkOrder.register_call(home, "停车证怎么办", Category.leaf(home.estate, code), by=by, channel="phone",
                                   name="王女士", phone="13800001234", read_back=True, **more)  # type: ignore[arg-type]


def test_an_enquiry_is_registered_and_answered_in_one_go(home: Place, sunqi: User) -> None:
    order = stored(ask(home, "9601", sunqi, details=Details(answer="带行驶证到前台")))
    assert (order.state, order.exemption, order.reply.text) == ("archived", "X6", "带行驶证到前台")
    assert order.archived_at is not None
    assert verbs_of(order) == ["register", "answer"]


def test_an_enquiry_is_answered_later(home: Place, sunqi: User) -> None:
    order = ask(home, "9601", sunqi)
    Reply.give(order, "带行驶证到前台", by=sunqi)
    with pytest.raises(Stale):
        Reply.give(order, "再答一次", by=sunqi)


def test_an_answer_has_words(home: Place, sunqi: User) -> None:
    with pytest.raises(Refused, match=r"text\.missing") as refused:
        Reply.give(ask(home, "9601", sunqi), " ", by=sunqi)
    assert refused.value.field == "answer"


@pytest.mark.parametrize("code", ["1001", "9502", "9701"])
def test_nothing_else_is_answered_away(home: Place, sunqi: User, code: str) -> None:
    with pytest.raises(Refused, match=r"answer\.not_this_kind"):
        ask(home, code, sunqi, details=Details(answer="知道了"))
    with pytest.raises(NotAllowed, match="not_for_this_kind"):
        Reply.give(ask(home, code, sunqi), "知道了", by=sunqi)


def test_another_exemption_than_the_categorys_own_takes_a_reason(home: Place, sunqi: User) -> None:
    order = ask(home, "1002", sunqi, kind="enquiry")
    before = traces(order)
    with pytest.raises(Refused, match=r"answer\.exemption_unexplained") as refused:
        Reply.give(order, "关角阀即可", by=sunqi)
    assert refused.value.field == "exemption_note"
    assert traces(order) == before
    Reply.give(order, "关角阀即可", by=sunqi, exemption_note="只是问阀门在哪")
    assert list(Event.about(order.number))[-1].detail["note"] == "只是问阀门在哪"


def test_an_enquiry_that_turned_out_a_repair_is_called_back(home: Place, sunqi: User, chenliang: User) -> None:
    usual = Policy.of(home.estate)
    assert exemption_of(ask(home, "9601", sunqi, kind="repair"), usual) is None
    assert exemption_of(ask(home, "9601", sunqi), usual) == "X6"


def test_praise_names_who_is_praised_before_it_is_thanked_for(home: Place, sunqi: User, chenliang: User) -> None:
    order = ask(home, "9702", sunqi)
    with pytest.raises(Refused, match=r"praise\.nobody"):
        Reply.give(order, "谢谢", by=sunqi)
    Reply.give(order, "谢谢", by=sunqi, praised=chenliang)
    assert (stored(order).exemption, stored(order).praised) == ("X8", chenliang)
    assert [praise.order for praise in Praise.of(chenliang)] == [order]
    assert Praise.of(sunqi) == []


def test_praise_named_at_the_desk_counts_at_once(home: Place, sunqi: User, chenliang: User) -> None:
    order = ask(home, "9702", sunqi, details=Details(praised=chenliang))
    assert (order.state, order.praised) == ("registered", chenliang)


def test_only_praise_names_somebody_and_only_of_the_staff(home: Place, sunqi: User, chenliang: User) -> None:
    with pytest.raises(Refused, match=r"praise\.not_one"):
        ask(home, "1001", sunqi, details=Details(praised=chenliang))
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", "technician")
    with pytest.raises(Refused, match=r"praise\.not_of_the_staff"):
        ask(home, "9702", sunqi, details=Details(praised=stranger))
    assert not WorkOrder.select().where(WorkOrder.registered_at <= now()).exists()


def test_an_enquiry_taken_up_again_is_not_answered_away(
    calling_order: WorkOrder, luxia: User, sunqi: User, chenliang: User,
) -> None:
    """Its owner is owed a call: it came back from one."""
    WorkOrder.update(kind="enquiry").where(WorkOrder.id == calling_order.id).execute()
    order = stored(calling_order)
    Attempt.make(order, "answered", by=luxia, told=Said(solved="no", overall="dissatisfied", reasons=("R1",)))
    order.assign(chenliang, by=sunqi)
    Assignment.decline(order, "busy", by=chenliang)
    assert (order.state, order.round) == ("registered", 2)
    with pytest.raises(NotAllowed, match="work_begun"):
        Reply.give(order, "已答复", by=sunqi, exemption_note="电话里说过了")
