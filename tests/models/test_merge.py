"""Merging: one matter, one order; every report keeps its own photos and notes."""

import pytest

from models.dispatch import Category
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import Assignment, Merge, Note, Void, WorkOrder
from models.work_order.follow_up import FollowUp
from models.work_order.lists import counts, page
from tests.models.conftest import photograph, stored, traces, verbs_of


@pytest.fixture
def second(home: Place) -> WorkOrder:
    return WorkOrder.report(home, "1503往楼下漏水", by=None, name="李先生", phone="13900005678")


def test_a_merged_order_ends_and_both_stories_say_where_it_went(
    second: WorkOrder, working_order: WorkOrder, sunqi: User,
) -> None:
    merge = Merge.into(second, working_order, by=sunqi, note="楼下同报")
    order, main = stored(second), stored(working_order)
    assert (order.state, order.exemption, merge.target) == ("merged", "X2", main)
    assert order.archived_at is not None
    assert (main.state, main.version) == ("working", working_order.version)
    assert verbs_of(order)[-1] == verbs_of(main)[-1] == "merge"
    assert Event.about(order.number)[-1].detail["into"] == main.number
    assert Event.about(main.number)[-1].detail["merged"] == order.number
    assert Merge.main_of(order) == main
    assert [one.order for one in Merge.reports_in(main)] == [order]
    assert FollowUp(main, by=None).other_reporters == 1


def test_what_a_neighbour_says_by_phone_is_a_report_of_its_own_in_the_open_order(
    working_order: WorkOrder, estate: Estate, sunqi: User,
) -> None:
    place = Place.named(estate, "8栋2单元1403")
    merge = Merge.hear(working_order, place, "楼上往下漏", by=sunqi, channel="phone", name="李先生",
                       phone="13900005678")
    report = stored(merge.order)
    assert (report.state, report.exemption, report.place, report.channel) == ("merged", "X2", place, "phone")
    assert verbs_of(report) == ["report", "merge"]
    assert stored(working_order).state == "working"
    assert FollowUp(working_order, by=None).other_reporters == 1


def test_what_is_said_of_an_order_that_takes_none_in_leaves_no_report_behind(
    archived_order: WorkOrder, registered_order: WorkOrder, home: Place, sunqi: User, guoqiang: User,
) -> None:
    orders = WorkOrder.select().count()
    with pytest.raises(Refused, match=r"merge\.archived"):
        Merge.hear(archived_order, home, "又漏了", by=sunqi, channel="phone")
    with pytest.raises(NotAllowed, match="not_for_you"):
        Merge.hear(registered_order, home, "也漏", by=guoqiang, channel="phone")
    assert WorkOrder.select().count() == orders


def test_photos_and_notes_stay_with_the_merged_order(second: WorkOrder, working_order: WorkOrder, sunqi: User) -> None:
    [photo] = photograph(second, "report", 5, by=sunqi)
    note = Note.add(second, "楼下天花板湿了", by=sunqi)
    Merge.into(second, working_order, by=sunqi)
    assert (photo.order, note.order) == (second, second)
    Note.add(stored(second), "补一条", by=sunqi)


def test_whoever_had_it_has_it_no_longer_and_no_list_of_open_orders_shows_it(
    assigned_order: WorkOrder, second: WorkOrder, sunqi: User, chenliang: User,
) -> None:
    Merge.into(assigned_order, second, by=sunqi)
    assert stored(assigned_order).assignee is None
    assert Assignment.get(Assignment.order == assigned_order).ended_at is not None
    assert page("mine", chenliang)[0] == []
    assert counts(sunqi)["registered"] == 0
    assert Event.about(assigned_order.number)[-1].detail["assignee"] == "chenliang"


def test_an_order_goes_on_where_its_main_order_goes(
    second: WorkOrder, registered_order: WorkOrder, home: Place, sunqi: User,
) -> None:
    last = WorkOrder.report(home, "又一个", by=None)
    Merge.into(second, registered_order, by=sunqi)
    Merge.into(registered_order, last, by=sunqi)
    assert Merge.main_of(second) == Merge.main_of(registered_order) == last
    fourth = WorkOrder.report(home, "第四个", by=None)
    assert Merge.into(fourth, second, by=sunqi).target == last
    assert len(FollowUp(last, by=None).merged) == 3


def test_two_orders_are_not_merged_across_each_other(
    second: WorkOrder, registered_order: WorkOrder, sunqi: User,
) -> None:
    Merge.into(second, registered_order, by=sunqi)
    before = traces(registered_order)
    with pytest.raises(Refused, match=r"merge\.itself"):
        Merge.into(registered_order, second, by=sunqi)
    assert traces(registered_order) == before


def test_an_order_is_not_merged_into_itself_or_a_void_one_or_another_estates(
    second: WorkOrder, registered_order: WorkOrder, guoqiang: User, sunqi: User,
) -> None:
    with pytest.raises(Refused, match=r"merge\.itself"):
        Merge.into(second, second, by=sunqi)
    Void.ask(registered_order, "mistaken", "打错电话", by=sunqi)
    Void.confirm(registered_order, by=guoqiang)
    with pytest.raises(Refused, match=r"merge\.no_target"):
        Merge.into(second, registered_order, by=sunqi)
    WorkOrder.update(state="registered", estate=Estate.create(code="elsewhere", name="别处")).where(
        WorkOrder.id == registered_order.id).execute()
    with pytest.raises(Refused, match=r"merge\.no_target"):
        Merge.into(second, registered_order, by=sunqi)
    assert stored(second).state == "reported"
    assert not Merge.select().exists()


def test_an_archived_order_takes_no_report_in_as_nobody_would_see_to_it(
    archived_order: WorkOrder, home: Place, sunqi: User,
) -> None:
    fresh = WorkOrder.report(home, "还有一点湿", by=None)
    with pytest.raises(Refused, match=r"merge\.archived"):
        Merge.into(fresh, archived_order, by=sunqi)
    assert stored(fresh).state == "reported"


def test_work_that_has_begun_is_not_merged_away(working_order: WorkOrder, second: WorkOrder, sunqi: User) -> None:
    with pytest.raises(Stale):
        Merge.into(working_order, second, by=sunqi)


def test_only_the_desk_merges(second: WorkOrder, registered_order: WorkOrder, guoqiang: User) -> None:
    with pytest.raises(NotAllowed):
        Merge.into(second, registered_order, by=guoqiang)


def test_a_void_asked_falls_away_with_the_merge(second: WorkOrder, registered_order: WorkOrder, sunqi: User) -> None:
    Void.ask(second, "mistaken", "像是误报", by=sunqi)
    Merge.into(second, registered_order, by=sunqi)
    assert Void.standing(second) is None
    assert Void.get().agreed is None


def test_of_an_anonymous_report_nobody_is_counted_as_a_reporter(
    registered_order: WorkOrder, home: Place, sunqi: User, burst_pipe: Category,
) -> None:
    Merge.into(WorkOrder.report(home, "漏水", by=None), registered_order, by=sunqi)
    around = FollowUp(registered_order, by=None)
    assert (len(around.merged), around.other_reporters) == (1, 0)
