"""The responsible party: decided with what it rests on; the last word counts."""
import pytest

from models.errors import NotAllowed, Refused
from models.user import User
from models.work_order import PartyDecision, WorkOrder
from tests.models.conftest import stored, verbs_of


def test_the_last_decision_counts_and_the_earlier_stays(working_order: WorkOrder, sunqi: User, guoqiang: User) -> None:
    version = working_order.version
    PartyDecision.make(working_order, "management", "先按公共管处理", by=sunqi)
    PartyDecision.make(working_order, "developer", "墙内管，在质保期", by=guoqiang)
    standing = PartyDecision.standing(working_order)
    assert standing is not None
    assert (standing.party, standing.by, PartyDecision.select().count()) == ("developer", guoqiang, 2)
    assert stored(working_order).version == version
    assert verbs_of(working_order)[-2:] == ["decide_party", "decide_party"]


@pytest.mark.parametrize(("party", "note", "code"), [
    ("", "有据", r"party\.unknown"), ("nobody", "有据", r"party\.unknown"), ("owner", "", r"text\.missing"),
])
def test_a_decision_names_a_known_party_and_what_it_rests_on(
    working_order: WorkOrder, sunqi: User, party: str, note: str, code: str,
) -> None:
    with pytest.raises(Refused, match=code):
        PartyDecision.make(working_order, party, note, by=sunqi)
    assert PartyDecision.standing(working_order) is None


def test_the_technician_decides_no_party(working_order: WorkOrder, chenliang: User) -> None:
    with pytest.raises(NotAllowed):
        PartyDecision.make(working_order, "owner", "业主自己弄坏的", by=chenliang)
