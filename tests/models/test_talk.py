"""A talk with an owner, noted by whoever had it."""
import pytest

from models.errors import NotAllowed, Refused
from models.event import Event
from models.place import Estate
from models.user import User
from models.work_order import Talk, WorkOrder
from tests.models.conftest import hire, traces, verbs_of


@pytest.mark.parametrize("login", ["chenliang", "sunqi", "guoqiang", "luxia", "zhaomin"])
def test_whoever_talks_with_owners_may_note_it_in_any_state(working_order: WorkOrder, login: str) -> None:
    talk = Talk.note(working_order, "phone", " 门禁卡放在物业前台 ", by=User.get(User.login == login))
    assert (talk.way, talk.words, talk.by.login) == ("phone", "门禁卡放在物业前台", login)
    assert verbs_of(working_order)[-1] == "talk"
    assert working_order.state == "working"


def test_it_may_be_noted_after_archiving(archived_order: WorkOrder, sunqi: User) -> None:
    Talk.note(archived_order, "visit", "上门道歉", by=sunqi)
    assert verbs_of(archived_order)[-1] == "talk"


@pytest.mark.parametrize("login", ["xuwei", "machunsheng", "yzdb", "admin"])
def test_nobody_else_may(working_order: WorkOrder, login: str) -> None:
    before = traces(working_order)
    with pytest.raises(NotAllowed, match="not_for_you"):
        Talk.note(working_order, "phone", "听说", by=User.get(User.login == login))
    assert traces(working_order) == before


def test_who_had_it_when_they_talked_may_hand_it_in_late(
    assigned_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User,
) -> None:
    """What waited in the phone of who had the order is welcome though somebody else has it by now."""
    assigned_order.assign(xuwei, by=sunqi, why="他有空")
    Talk.note(assigned_order, "phone", "业主四点后在家", by=chenliang)
    assert Event.about(assigned_order.number).order_by(Event.id.desc()).first().by == chenliang


@pytest.mark.parametrize(("way", "words", "field"), [
    ("", "讲了", "talk_way"), ("smoke", "讲了", "talk_way"), ("phone", "  ", "talk_words"),
    ("phone", "长" * 2001, "talk_words"),
])
def test_it_says_how_and_what(working_order: WorkOrder, sunqi: User, way: str, words: str, field: str) -> None:
    before = traces(working_order)
    with pytest.raises(Refused) as refused:
        Talk.note(working_order, way, words, by=sunqi)
    assert refused.value.field == field
    assert traces(working_order) == before


def test_one_from_another_estate_may_not(working_order: WorkOrder, estate: Estate) -> None:
    other = Estate.create(code="beichen", name="北辰里")
    with pytest.raises(NotAllowed):
        Talk.note(working_order, "phone", "讲了", by=hire(other, "fremd", "desk"))
