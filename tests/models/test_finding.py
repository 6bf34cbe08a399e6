"""A finding: reported with a photo, put right on the spot or by an order, closed by somebody else who looked again."""
from datetime import timedelta
from typing import Any

import pytest

from models.base import moment, now
from models.callback import Policy
from models.dispatch import Category
from models.errors import NotAllowed, NotFound, Refused, Stale
from models.event import Event
from models.patrol import CheckItem, Evidence, Finding, Recheck
from models.photo import Photo, shelved
from models.place import Estate, Place
from models.user import User
from models.work_order import Inspection, Merge, Reopening, Void, WorkOrder
from tests.conftest import judged_good
from tests.models.conftest import carry_out, snapshot
from tests.models.test_concurrency import at_once

HOSE = "XF04"  # a serious item, of the category of hydrants


@pytest.fixture
def building(estate: Estate) -> Place:
    return Place.named(estate, "3栋")


def item(estate: Estate, code: str = HOSE) -> CheckItem:
    return CheckItem.coded(estate, code)


def report(place: Place, by: User, *, remedy: str = "order", seeds: tuple[int, ...] = (1,), **more: Any) -> Finding:
    pictures = [snapshot(seed) for seed in seeds]
    more = {"item": item(place.estate), "text": "", "severity": "serious", **more}
    text, severity = more.pop("text"), more.pop("severity")
    with shelved(pictures):
        return Finding.report(place, text, severity, by=by, pictures=pictures, remedy=remedy, **more)


def recheck(finding: Finding, by: User, passed: bool = True, *, seed: int = 50, note: str = "") -> Recheck:
    with shelved([snapshot(seed)]):
        return finding.recheck(passed, by=by, pictures=[snapshot(seed)], note=note)


def rectify(finding: Finding, by: User, *, seed: int = 40) -> None:
    with shelved([snapshot(seed)]):
        finding.rectify("换了水带", by=by, pictures=[snapshot(seed)])


def stands(finding: Finding) -> Finding:
    return Finding.get_by_id(finding.id)


@pytest.fixture
def on_spot(building: Place, machunsheng: User) -> Finding:
    return report(building, machunsheng, remedy="on_spot")


@pytest.fixture
def ordered(building: Place, machunsheng: User) -> Finding:
    return report(building, machunsheng)


@pytest.fixture
def tianyongqiang(stage: Any) -> User:
    return User.get(User.login == "tianyongqiang")


def carried_out(finding: Finding, by: User, inspector: User, supervisor: User) -> WorkOrder:
    order = finding.order
    order.assign(by, by=supervisor, why="人手不足")
    order.accept(by=by)
    carry_out(order, by)
    Inspection.pass_work(order, judged_good(order), by=inspector)
    return order


def test_a_finding_has_number_grid_words_and_a_due_time_by_its_severity(
    building: Place, estate: Estate, machunsheng: User,
) -> None:
    first, second = (report(building, machunsheng, remedy="on_spot", seeds=(n,)) for n in (1, 2))
    month = f"YH-{estate.local(now()):%Y-%m}"
    assert (first.number, second.number) == (f"{month}-0001", f"{month}-0002")
    assert (first.text, first.grid.code, first.state, first.category.code) == ("消火栓箱", "G1", "open", "5002")
    assert first.due_at == first.at + timedelta(hours=24)  # T2
    assert [photo.stage for photo in first.photos()] == ["finding"]
    told = Event.get(Event.subject == first.number)
    assert (told.verb, told.by, told.detail["severity"]) == ("find", machunsheng, "serious")


@pytest.mark.parametrize(("change", "refusal"), [
    ({"severity": "bad"}, "finding.no_severity"), ({"remedy": "later"}, "finding.no_remedy"),
    ({"seeds": ()}, "finding.no_photo"), ({"item": None}, "text.missing"),
    ({"item": None, "text": "不对劲"}, "category.missing"), ({"text": "水" * 2001}, "text.too_long"),
])
def test_what_makes_no_finding_is_refused(
    building: Place, machunsheng: User, change: dict[str, Any], refusal: str,
) -> None:
    with pytest.raises(Refused, match=refusal.replace(".", r"\.")):
        report(building, machunsheng, **change)
    assert not Finding.select().exists() and not Photo.select().exists()


@pytest.mark.parametrize("login", ["yzdb", "admin"])
def test_who_only_looks_on_reports_none(building: Place, login: str) -> None:
    with pytest.raises(NotAllowed):
        report(building, User.get(User.login == login))


@pytest.mark.parametrize(("severity", "priority", "limit"), [
    ("ordinary", "P3", "T1"), ("serious", "P2", "T2"), ("major", "P0", "T3")])
def test_made_an_order_it_has_limits_by_severity_and_its_photos_as_before(
    building: Place, machunsheng: User, severity: str, priority: str, limit: str,
) -> None:
    finding = report(building, machunsheng, severity=severity, seeds=(1, 2))
    order = finding.order
    assert (finding.state, order.kind, order.channel, order.state) == (
        "rectifying", "rectification", "patrol", "registered")
    assert (order.priority, order.limit.code, order.first_contact, order.place) == (
        priority, limit, machunsheng, building)
    assert [(photo.stage, photo.flags) for photo in order.photos] == [("before", ""), ("before", "")]
    verbs = [event.verb for event in Event.about(order.number)]
    assert verbs == ["report", "photo", "photo", "register"]
    assert Event.first_broken() is None


def test_what_was_put_right_on_the_spot_is_closed_by_somebody_else(
    on_spot: Finding, machunsheng: User, tianyongqiang: User,
) -> None:
    rectify(on_spot, machunsheng)
    assert (stands(on_spot).state, on_spot.rectified_by) == ("rectified", machunsheng)
    with pytest.raises(NotAllowed, match=r"finding\.was_rectifier"):
        recheck(on_spot, machunsheng)
    recheck(on_spot, tianyongqiang)
    closed = stands(on_spot)
    assert (closed.state, closed.closed_by, [photo.stage for photo in closed.photos()]) == (
        "closed", tianyongqiang, ["finding", "after", "recheck"])
    with pytest.raises(Stale):
        recheck(on_spot, tianyongqiang, seed=51)


def test_the_same_picture_as_after_is_flagged(on_spot: Finding, machunsheng: User) -> None:
    rectify(on_spot, machunsheng, seed=1)
    assert [photo.flags for photo in on_spot.photos("after")] == ["like_before"]


def test_both_take_a_photo_and_a_failed_recheck_a_word(on_spot: Finding, machunsheng: User, guoqiang: User) -> None:
    with pytest.raises(Refused, match=r"finding\.no_after_photo"):
        on_spot.rectify("换了", by=machunsheng, pictures=[])
    rectify(on_spot, machunsheng)
    with pytest.raises(Refused, match=r"finding\.no_recheck_photo"):
        on_spot.recheck(True, by=guoqiang, pictures=[])
    with pytest.raises(Refused, match=r"text\.missing"):
        recheck(on_spot, guoqiang, passed=False)
    recheck(on_spot, guoqiang, passed=False, note="水带没接上", seed=60)
    back = stands(on_spot)
    assert (back.state, back.round, back.rectified_by) == ("open", 2, None)


def test_whoever_rectified_it_in_an_earlier_round_does_not_recheck_it(
    on_spot: Finding, machunsheng: User, guoqiang: User, tianyongqiang: User,
) -> None:
    rectify(on_spot, machunsheng)
    recheck(on_spot, guoqiang, passed=False, note="不牢")
    rectify(on_spot, tianyongqiang, seed=41)
    for rectifier in (machunsheng, tianyongqiang):
        with pytest.raises(NotAllowed, match=r"finding\.was_rectifier"):
            recheck(on_spot, rectifier, seed=52)
    recheck(on_spot, guoqiang, seed=53)
    assert stands(on_spot).state == "closed"


@pytest.mark.parametrize("login", ["chenliang", "sunqi", "luxia", "yzdb"])
def test_only_patrol_supervisor_and_manager_recheck(on_spot: Finding, machunsheng: User, login: str) -> None:
    rectify(on_spot, machunsheng)
    with pytest.raises(NotAllowed):
        recheck(on_spot, User.get(User.login == login))


def test_its_order_inspected_it_waits_for_the_recheck_and_nobody_is_called(
    ordered: Finding, estate: Estate, chenliang: User, guoqiang: User, sunqi: User, machunsheng: User,
) -> None:
    Policy.update(codes="X3").where(Policy.estate == estate).execute()  # whatever the policy switches off
    order = carried_out(ordered, chenliang, guoqiang, sunqi)
    assert (order.state, order.exemption) == ("archived", "X1")
    waiting = stands(ordered)
    assert (waiting.state, waiting.rectified_by) == ("rectified", chenliang)
    recheck(waiting, machunsheng)  # who found it did not rectify it
    assert stands(ordered).state == "closed"


def test_a_failed_recheck_takes_the_order_up_again(
    ordered: Finding, chenliang: User, guoqiang: User, sunqi: User, machunsheng: User,
) -> None:
    order = carried_out(ordered, chenliang, guoqiang, sunqi)
    recheck(stands(ordered), machunsheng, passed=False, note="铅封还是断的")
    again = WorkOrder.get_by_id(order.id)
    assert (again.state, again.round, stands(ordered).state, stands(ordered).round) == ("rework", 2, "rectifying", 2)
    reopening = Reopening.get()
    assert (reopening.by, reopening.words) == (machunsheng, "铅封还是断的")
    carry_out(again, chenliang)
    Inspection.pass_work(again, judged_good(again), by=guoqiang)
    assert stands(ordered).state == "rectified"


def test_it_comes_back_when_its_order_is_void_and_goes_on_in_the_one_it_was_merged_into(
    ordered: Finding, home: Place, sunqi: User, guoqiang: User, building: Place, machunsheng: User,
) -> None:
    order = ordered.order
    Void.ask(order, "mistaken", "看错了", by=sunqi)
    Void.confirm(order, by=guoqiang)
    assert (stands(ordered).state, stands(ordered).order) == ("open", None)
    stands(ordered).make_order(by=machunsheng)
    main = WorkOrder.register_call(
        building, "消火栓没水带", Category.leaf(building.estate, "5002"), by=sunqi, channel="phone", read_back=True,
        name="王女士", phone="13800001234")
    second = stands(ordered).order
    Merge.into(second, main, by=sunqi)
    assert (stands(ordered).state, stands(ordered).order) == ("rectifying", main)


def test_two_who_make_an_order_of_it_at_once_make_one(on_spot: Finding, machunsheng: User, guoqiang: User) -> None:
    answers = at_once(lambda: Finding.get_by_id(on_spot.id).make_order(by=machunsheng),
                      lambda: Finding.get_by_id(on_spot.id).make_order(by=guoqiang))
    assert sorted(type(answer).__name__ for answer in answers) == ["Stale", "WorkOrder"]
    assert WorkOrder.select().count() == 1


def test_overdue_it_is_told_once(on_spot: Finding) -> None:
    assert Finding.sweep() == 0
    with moment(on_spot.due_at):
        assert (Finding.sweep(), Finding.sweep()) == (1, 0)
    assert Event.select().where(Event.verb == "overdue_finding").count() == 1


def test_it_exists_for_who_looks_on_for_who_found_it_and_for_who_has_its_order(
    ordered: Finding, on_spot: Finding, chenliang: User, xuwei: User, sunqi: User, yzdb: User,
) -> None:
    ordered.order.assign(chenliang, by=sunqi, why="只有他在")
    assert Finding.find(ordered.number, by=chenliang) == ordered
    assert Finding.seen_by(sunqi).count() == Finding.seen_by(yzdb).count() == 2
    for who, finding in ((xuwei, ordered), (chenliang, on_spot)):
        with pytest.raises(NotFound):
            Finding.find(finding.number, by=who)
        with pytest.raises(NotFound):
            Evidence.seen(finding.photos()[0].id, by=who)
    assert Evidence.seen(ordered.photos()[0].id, by=chenliang).stage == "finding"


def test_what_waited_on_a_phone_was_found_when_the_phone_says(building: Place, machunsheng: User) -> None:
    at = now() - timedelta(hours=3)
    finding = report(building, machunsheng, remedy="on_spot", told={"captured_at": at})
    assert (finding.found_at, Event.get(Event.subject == finding.number).captured_at) == (at, at)


def test_an_order_taken_up_again_takes_its_closed_finding_with_it(
    ordered: Finding, chenliang: User, guoqiang: User, sunqi: User, machunsheng: User,
) -> None:
    order = carried_out(ordered, chenliang, guoqiang, sunqi)
    recheck(stands(ordered), machunsheng)
    Reopening.make(order, "again", "又漏了", by=sunqi)
    again = stands(ordered)
    assert (again.state, again.closed_at, again.closed_by) == ("rectifying", None, None)


def test_without_a_category_its_words_decide(building: Place, machunsheng: User) -> None:
    finding = report(building, machunsheng, item=None, text="三楼楼道灯不亮")
    assert (finding.category.code, finding.order.category.code) == ("2003", "2003")


def test_what_was_taken_up_again_after_closing_is_rechecked_once_more(
    ordered: Finding, chenliang: User, guoqiang: User, sunqi: User, machunsheng: User,
) -> None:
    order = carried_out(ordered, chenliang, guoqiang, sunqi)
    recheck(stands(ordered), machunsheng)
    Reopening.make(order, "again", "又漏了", by=sunqi)
    carry_out(order, chenliang)
    Inspection.pass_work(order, judged_good(order), by=guoqiang)
    recheck(stands(ordered), machunsheng, seed=51)
    assert (stands(ordered).state, Recheck.select().count()) == ("closed", 2)
