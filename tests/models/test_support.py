"""Support: another department adds its part, sees the order for it, and holds nothing up."""
import pytest

from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import FollowUp, Inspection, Support, WorkOrder
from models.work_order.lists import counts, page
from tests.conftest import judged_good
from tests.models.conftest import carry_out, hire, photograph, stored, verbs_of


@pytest.fixture
def jiang(stage: object) -> User:
    """A technician of the department asked."""
    found: User = User.get(User.login == "jiangxiuying")
    return found


@pytest.fixture
def supported(working_order: WorkOrder, sunqi: User) -> WorkOrder:
    Support.ask(working_order, "environment", "擦干大堂地面", by=sunqi)
    return working_order


def test_the_department_asked_sees_the_order_in_its_list(supported: WorkOrder, jiang: User) -> None:
    assert WorkOrder.find(supported.number, by=jiang) == supported
    assert [card.number for card in page("supporting", jiang)[0]] == [supported.number]
    assert counts(jiang)["supporting"] == 1
    assert jiang.may("support", supported)


def test_nothing_else_opens_to_anybody(supported: WorkOrder, home: Place, jiang: User, xuwei: User) -> None:
    WorkOrder.report(home, "别的事", by=None)
    assert list(WorkOrder.seen_by(jiang)) == [supported]
    elsewhere = hire(Estate.create(code="elsewhere", name="别处"), "faraway", "technician")
    patrol = hire(supported.estate, "walker", "patrol")
    vendor = hire(supported.estate, "firm", "vendor")
    for person in (elsewhere, patrol, vendor):
        User.update(department="environment").where(User.id == person.id).execute()
        person = User.get_by_id(person.id)
        assert not WorkOrder.seen_by(person).exists(), person.login
        assert not person.may("support", supported), person.login
    with pytest.raises(NotFound):
        WorkOrder.find(supported.number, by=xuwei)
    assert not any(jiang.may(verb, supported) for verb in ("accept", "arrive", "finish", "assign", "reveal", "urge"))


def test_a_part_result_stays_open_until_it_is_done(supported: WorkOrder, jiang: User) -> None:
    Support.give(supported, "已摆警示牌，待停水后擦干", by=jiang, done=False)
    [open_part] = FollowUp(supported, by=None).open_supports
    assert (open_part.result, open_part.by) == ("已摆警示牌，待停水后擦干", jiang)
    Support.give(supported, "已擦干", by=jiang, done=True)
    around = FollowUp(supported, by=None)
    assert (around.open_supports, around.supports[0].result) == ([], "已擦干")
    assert page("supporting", jiang)[0] == []
    told = [event.detail["is_done"] for event in Event.about(supported.number) if event.verb == "support"]
    assert told == [False, True]
    with pytest.raises(Stale, match=r"support\.done_already"):
        Support.give(supported, "再擦一次", by=jiang, done=True)
    assert WorkOrder.find(supported.number, by=jiang) == supported


def test_the_supervisor_of_the_department_answers_too_and_no_other_departments(
    supported: WorkOrder, guoqiang: User, chenliang: User,
) -> None:
    for person in (guoqiang, chenliang):
        with pytest.raises(NotAllowed):
            Support.give(supported, "不归我", by=person, done=True)
    Support.give(supported, "已安排保洁", by=User.get(User.login == "renmei"), done=True)
    assert verbs_of(supported)[-1] == "support"


def test_the_order_ends_whether_or_not_the_part_is_done(
    accepted_order: WorkOrder, sunqi: User, chenliang: User, guoqiang: User,
) -> None:
    Support.ask(accepted_order, "environment", "擦干大堂地面", by=sunqi)
    carry_out(accepted_order, chenliang)
    Inspection.pass_work(accepted_order, judged_good(accepted_order), by=guoqiang)
    assert stored(accepted_order).state == "calling"
    assert len(FollowUp(accepted_order, by=None).open_supports) == 1


@pytest.mark.parametrize(("department", "wanted", "code"), [
    ("", "帮忙", r"support\.no_department"), ("vendor", "帮忙", r"support\.no_department"),
    ("engineering", "帮忙", r"support\.leads_already"), ("order", " ", r"text\.missing"),
])
def test_asking_names_another_department_and_what_is_wanted(
    working_order: WorkOrder, sunqi: User, department: str, wanted: str, code: str,
) -> None:
    with pytest.raises(Refused, match=code):
        Support.ask(working_order, department, wanted, by=sunqi)
    assert not Support.select().exists()


def test_a_department_is_asked_once_at_a_time(supported: WorkOrder, sunqi: User, jiang: User) -> None:
    with pytest.raises(Stale, match=r"support\.asked_already"):
        Support.ask(supported, "environment", "再擦一遍", by=sunqi)
    Support.ask(supported, "order", "维持秩序", by=sunqi)
    Support.give(supported, "已擦干", by=jiang, done=True)
    Support.ask(supported, "environment", "又湿了", by=sunqi)
    assert Support.select().count() == 3
    assert stored(supported).version == supported.version


def test_a_part_result_needs_words(supported: WorkOrder, jiang: User) -> None:
    with pytest.raises(Refused, match=r"text\.missing"):
        Support.give(supported, "", by=jiang, done=True)


def test_whoever_added_a_part_neither_inspects_nor_calls(
    supported: WorkOrder, chenliang: User, guoqiang: User,
) -> None:
    renmei = User.get(User.login == "renmei")  # supervisor of the department asked
    Support.give(supported, "已擦干", by=renmei, done=True)
    carry_out_rest(supported, chenliang)
    with pytest.raises(NotAllowed, match="was_worker"):
        Inspection.pass_work(supported, judged_good(supported), by=renmei)
    Inspection.pass_work(supported, judged_good(supported), by=guoqiang)


def test_whoever_inspected_adds_no_part(supported: WorkOrder, chenliang: User) -> None:
    renmei = User.get(User.login == "renmei")
    carry_out_rest(supported, chenliang)
    Inspection.pass_work(supported, judged_good(supported), by=renmei)
    with pytest.raises(NotAllowed, match="was_inspector"):
        Support.give(supported, "已擦干", by=renmei, done=True)


def carry_out_rest(order: WorkOrder, by: User) -> None:
    photograph(order, "after", 2, 3, by=by)
    order.finish("换了软管", by=by)
