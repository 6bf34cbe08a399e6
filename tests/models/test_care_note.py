"""The care note of a home: with consent, for few eyes, changed with its history, and taken away whole."""
import pytest

from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import CareNote, WorkOrder
from tests.models.conftest import hire


def write(home: Place, by: User, text: str = "多按几次门铃", seen: int | None = None) -> CareNote:
    return CareNote.write(home, ["hearing", "elderly"], text, consent=True, by=by, seen=seen)


@pytest.mark.parametrize("login", ["sunqi", "luxia", "guoqiang", "zhaomin"])
def test_who_talks_to_homes_writes_and_reads_it(home: Place, login: str) -> None:
    by = User.get(User.login == login)
    note = write(home, by)
    assert (note.code_list, note.text, note.by) == (["elderly", "hearing"], "多按几次门铃", by)
    assert CareNote.shown(home, by=by) == note


@pytest.mark.parametrize("login", ["chenliang", "machunsheng", "yzdb", "admin"])
def test_nobody_else_writes_or_reads_it(home: Place, sunqi: User, login: str) -> None:
    write(home, sunqi)
    other = User.get(User.login == login)
    assert CareNote.shown(home, by=other) is None
    for refused in (lambda: write(home, other), lambda: CareNote.remove(home, "搬走", by=other),
                    lambda: CareNote.history(home, by=other)):
        with pytest.raises(NotAllowed):
            refused()
    assert CareNote.select().count() == 1


def test_a_desk_of_another_estate_reads_none(home: Place, sunqi: User, stage: object) -> None:
    write(home, sunqi)
    stranger = hire(Estate.create(code="beichen", name="北辰里"), "fremd", "desk")
    assert CareNote.shown(home, by=stranger) is None
    with pytest.raises(NotAllowed):
        write(home, stranger)


def test_who_has_an_open_order_there_in_hand_reads_it_and_only_so_long(
    assigned_order: WorkOrder, home: Place, sunqi: User, chenliang: User, xuwei: User,
) -> None:
    note = write(home, sunqi)
    assert (CareNote.shown(home, by=chenliang), CareNote.shown(home, by=xuwei)) == (note, None)
    assigned_order.assign(xuwei, by=sunqi, why="他有空")
    assert (CareNote.shown(home, by=chenliang), CareNote.shown(home, by=xuwei)) == (None, note)


def test_an_archived_order_shows_it_no_more(archived_order: WorkOrder, home: Place, sunqi: User,
                                            chenliang: User) -> None:
    assert archived_order.place == home
    write(home, sunqi)
    assert CareNote.shown(home, by=chenliang) is None


@pytest.mark.parametrize(("codes", "text", "consent", "field"), [
    ([], "听力不好", True, "care_codes"), (["gossip"], "听说", True, "care_codes"), (["elderly"], "", False, "consent"),
    (["other"], " ", True, "care_text"), (["elderly"], "长" * 201, True, "care_text"),
])
def test_it_takes_what_to_heed_and_their_consent(
    home: Place, sunqi: User, codes: list[str], text: str, consent: bool, field: str,
) -> None:
    with pytest.raises(Refused) as refused:
        CareNote.write(home, codes, text, consent=consent, by=sunqi)
    assert refused.value.field == field
    assert not CareNote.select().exists()


def test_it_belongs_to_a_home(home: Place, sunqi: User) -> None:
    with pytest.raises(Refused, match=r"care\.no_home"):
        write(home.parent, sunqi)


def test_a_change_keeps_what_was(home: Place, sunqi: User, luxia: User) -> None:
    first = write(home, sunqi)
    second = CareNote.write(home, ["pets"], "有狗", consent=True, by=luxia, seen=first.id)
    assert CareNote.standing(home) == second
    assert [(note.code_list, note.by.login, note.ended_at is None) for note in CareNote.history(home, by=sunqi)] == [
        (["pets"], "luxia", True), (["elderly", "hearing"], "sunqi", False)]


def test_of_two_people_at_once_one_is_shown_what_the_other_wrote(home: Place, sunqi: User, luxia: User) -> None:
    first = write(home, sunqi)
    write(home, luxia, "白天再来", seen=first.id)
    for seen in (None, first.id):
        with pytest.raises(Stale, match=r"care\.changed_meanwhile"):
            write(home, sunqi, "晚上再来", seen=seen)
    note = CareNote.standing(home)
    assert note is not None
    assert note.text == "白天再来"


def test_removed_nothing_of_what_it_said_is_left_anywhere(home: Place, sunqi: User, luxia: User) -> None:
    first = write(home, sunqi, "独居老人姓刘")
    write(home, luxia, "独居老人姓刘，听力差", seen=first.id)
    CareNote.remove(home, "本人要求", by=luxia)
    assert CareNote.standing(home) is None
    assert [(note.codes, note.text) for note in CareNote.history(home, by=sunqi)] == [("", "")] * 2
    last = CareNote.history(home, by=sunqi).first()
    assert (last.ended_by, last.ended_why) == (luxia, "本人要求")
    told = [(event.verb, event.by.login, event.detail_json) for event in Event.about(f"home-{home.id}")]
    assert told == [("note_care", "sunqi", "{}"), ("note_care", "luxia", "{}"), ("remove_care", "luxia", "{}")]
    with pytest.raises(Stale):
        CareNote.remove(home, "本人要求", by=luxia)
    assert write(home, sunqi).text == "多按几次门铃"  # and it may be kept again


def test_removing_takes_a_reason(home: Place, sunqi: User) -> None:
    write(home, sunqi)
    with pytest.raises(Refused):
        CareNote.remove(home, " ", by=sunqi)
    assert CareNote.standing(home) is not None
