"""An archived order taken up again, and what took archiving for the end."""
from datetime import timedelta

import pytest

from models.base import moment, now
from models.callback import Attempt, Said
from models.dispatch import Category, Firm
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.jobs import damage
from models.notification import Notification, notify
from models.place import Place
from models.user import User
from models.work_order import (
    Assignment,
    Classification,
    Deadline,
    Details,
    FollowUp,
    HandOver,
    Inspection,
    Merge,
    Reopening,
    Reply,
    Shortlist,
    WorkOrder,
)
from models.work_order.lists import counts, page
from models.work_order.repeat import repeats
from tests.models.conftest import carry_out, hire, traces, verbs_of
from tests.models.test_deadline import running

DAY = timedelta(days=1)


def reopen(order: WorkOrder, by: User | None) -> Reopening:
    return Reopening.make(order, "again", "又开始滴水", by=by)


@pytest.mark.parametrize("login", ["sunqi", "guoqiang", "zhaomin"])
def test_desk_supervisor_and_manager_may(archived_order: WorkOrder, login: str) -> None:
    reopening = reopen(archived_order, User.get(User.login == login))
    assert (archived_order.state, archived_order.round, archived_order.archived_at) == ("rework", 2, None)
    assert (reopening.round, reopening.reason, reopening.words) == (2, "again", "又开始滴水")
    event = Event.about(archived_order.number).order_by(Event.id.desc()).first()
    assert (event.verb, event.detail["reason"], event.detail["words"]) == ("reopen", "again", "又开始滴水")


@pytest.mark.parametrize("login", ["chenliang", "luxia", "machunsheng", "yzdb", "admin"])
def test_nobody_else_may(archived_order: WorkOrder, login: str) -> None:
    before = traces(archived_order)
    with pytest.raises(NotAllowed, match="not_for_you"):
        reopen(archived_order, User.get(User.login == login))
    assert traces(archived_order) == before


@pytest.mark.parametrize(("reason", "words", "field"), [
    ("", "又坏了", "reopen_reason"), ("whim", "又坏了", "reopen_reason"), ("again", " ", "reopen_words"),
    ("again", "长" * 2001, "reopen_words"),
])
def test_it_takes_a_reason_and_words(
    archived_order: WorkOrder, sunqi: User, reason: str, words: str, field: str,
) -> None:
    before = traces(archived_order)
    with pytest.raises(Refused) as refused:
        Reopening.make(archived_order, reason, words, by=sunqi)
    assert refused.value.field == field
    assert traces(archived_order) == before


@pytest.mark.parametrize(("after", "may"), [(30 * DAY, True), (30 * DAY + timedelta(minutes=1), False)])
def test_within_thirty_days(archived_order: WorkOrder, sunqi: User, after: timedelta, may: bool) -> None:
    assert archived_order.archived_at is not None
    with moment(archived_order.archived_at + after):
        if may:
            reopen(archived_order, sunqi)
            assert archived_order.state == "rework"
        else:
            with pytest.raises(NotAllowed, match=r"reopen\.too_late"):
                reopen(archived_order, sunqi)


def test_only_what_is_archived(calling_order: WorkOrder, sunqi: User) -> None:
    with pytest.raises(Stale):
        reopen(calling_order, sunqi)


def test_twice_at_once_is_once(archived_order: WorkOrder, sunqi: User, guoqiang: User) -> None:
    same = WorkOrder.get_by_id(archived_order.id)
    reopen(archived_order, sunqi)
    with pytest.raises(Stale):
        reopen(same, guoqiang)
    assert Reopening.select().count() == 1


def test_it_counts_as_a_repeat_repair_on_the_order_the_cards_and_in_the_count(
    archived_order: WorkOrder, sunqi: User, luxia: User, chenliang: User, guoqiang: User,
) -> None:
    before = now()
    assert list(repeats(WorkOrder, archived_order.estate, before)) == []
    reopen(archived_order, sunqi)
    assert archived_order.reopened == WorkOrder.get_by_id(archived_order.id).reopened == 1
    assert [card.reopened for card in page("doing", sunqi)[0]] == [1]
    assert list(repeats(WorkOrder, archived_order.estate, before)) == [archived_order]
    assert list(repeats(WorkOrder, archived_order.estate, now() + DAY)) == []
    through(archived_order, chenliang, guoqiang, luxia)
    reopen(archived_order, sunqi)
    assert (archived_order.reopened, archived_order.round) == (2, 3)


def through(order: WorkOrder, chenliang: User, guoqiang: User, luxia: User) -> None:
    carry_out(order, chenliang)
    Inspection.pass_work(order, {photo.id: "" for photo in order.photos_of("after")}, by=guoqiang)
    Attempt.make(order, "answered", by=luxia, told=Said("yes", "satisfied"))


def test_the_lists_have_it_among_the_open_ones_again(
    archived_order: WorkOrder, sunqi: User, chenliang: User,
) -> None:
    done = [card.number for card in page("mine_done", chenliang)[0]]
    assert done == [archived_order.number]
    reopen(archived_order, sunqi)
    assert page("mine_done", chenliang)[0] == page("archived", sunqi)[0] == []
    assert [card.number for card in page("mine", chenliang)[0]] == [archived_order.number]
    assert (counts(chenliang)["mine"], counts(sunqi)["doing"], counts(sunqi)["following"]) == (1, 1, 1)


def test_it_is_to_be_done_within_a_day_and_is_inspected_and_called_about_again(
    archived_order: WorkOrder, sunqi: User, chenliang: User, guoqiang: User, luxia: User,
) -> None:
    reopen(archived_order, sunqi)
    due = archived_order.complete_due
    assert due is not None
    assert abs(due - now() - DAY) < timedelta(minutes=5)
    assert (running(archived_order)["complete"], archived_order.due_what) == (due, "complete")
    assert "recontact" not in running(archived_order)  # whoever of the staff reopens it has talked to the owner
    through(archived_order, chenliang, guoqiang, luxia)
    assert archived_order.state == "archived"
    callbacks = archived_order.callbacks.order_by("round")  # type: ignore[attr-defined]
    assert [row.outcome for row in callbacks] == ["answered", "answered"]
    rows = {(row.what, row.round): row.standing for row in Deadline.of(archived_order)}
    assert rows["complete", 1] == rows["complete", 2] == rows["callback", 1] == rows["callback", 2] == "met"


def test_an_owner_who_asks_for_it_themselves_is_to_be_talked_to(archived_order: WorkOrder) -> None:
    reopen(archived_order, None)
    assert running(archived_order)["recontact"] == archived_order.recontact_due == archived_order.complete_due


def test_who_did_it_and_the_first_contact_and_supervisors_are_told(
    archived_order: WorkOrder, tangwen: User, chenliang: User, sunqi: User,
) -> None:
    notify()
    reopen(archived_order, tangwen)
    notify()
    told = {row.user.login for row in Notification.select().where(Notification.read_at.is_null())
            if row.event.verb == "reopen"}
    assert {"chenliang", "sunqi"} <= told
    assert any(User.get(User.login == login).has_role("supervisor") for login in told)


# -- who did it is gone


def test_where_who_did_it_is_disabled_it_goes_to_be_assigned(
    archived_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User, guoqiang: User, luxia: User,
) -> None:
    chenliang.disable()
    order = WorkOrder.get_by_id(archived_order.id)
    reopen(order, sunqi)
    assert (order.state, order.assignee, order.round) == ("registered", None, 2)
    assert Event.about(order.number).order_by(Event.id.desc()).first().detail["gone"] == chenliang.name
    assert {"accept", "complete"} <= set(running(order))
    assert not Assignment.select().where(Assignment.order == order, Assignment.ended_at.is_null()).exists()
    assert chenliang.login not in [one.login for one in Shortlist(order).everybody]
    order.assign(xuwei, by=sunqi, why="原师傅已离职")
    order.accept(by=xuwei)
    through(order, xuwei, guoqiang, luxia)
    assert order.state == "archived"


def test_where_who_did_it_left_the_estate_it_goes_to_be_assigned(
    archived_order: WorkOrder, chenliang: User, sunqi: User,
) -> None:
    chenliang.memberships.get().delete_instance()  # type: ignore[attr-defined]
    order = WorkOrder.get_by_id(archived_order.id)
    reopen(order, sunqi)
    assert (order.state, order.assignee) == ("registered", None)


def test_where_the_firm_has_no_more_work_it_goes_to_be_assigned(
    registered_order: WorkOrder, sunqi: User, guoqiang: User, luxia: User,
) -> None:
    person = User.get(User.login == "v-dianti")
    firm = Firm.get(Firm.id.in_(person.firm_ids))
    order = registered_order
    order.assign(firm, by=sunqi, why="原厂")
    order.accept(by=person)
    through(order, person, guoqiang, luxia)
    Firm.update(active=False).where(Firm.id == firm.id).execute()
    order = WorkOrder.get_by_id(order.id)
    reopen(order, sunqi)
    assert (order.state, order.assignee, order.firm) == ("registered", None, None)


def test_who_has_it_again_may_be_replaced(
    archived_order: WorkOrder, xuwei: User, chenliang: User, sunqi: User, guoqiang: User, luxia: User,
) -> None:
    reopen(archived_order, sunqi)
    archived_order.assign(xuwei, by=guoqiang, why="换人看看")
    assert [(row.technician, row.outcome) for row in Assignment.select().order_by(Assignment.id)] == [
        (chenliang, "reassigned"), (xuwei, None)]
    archived_order.accept(by=xuwei)
    through(archived_order, xuwei, guoqiang, luxia)
    assert archived_order.state == "archived"


# -- what took archiving for the end


def test_an_enquiry_answered_on_the_spot_goes_to_be_assigned(home: Place, sunqi: User, chenliang: User) -> None:
    order = WorkOrder.register_call(home, "停车证怎么办", Category.leaf(home.estate, "9601"), by=sunqi, channel="phone",
                                    read_back=True, name="王女士", phone="13800001234")
    Reply.give(order, "带行驶证到前台", by=sunqi)
    reopen(order, sunqi)
    assert (order.state, order.exemption) == ("registered", None)
    assert {"accept", "complete"} <= set(running(order))
    order.assign(chenliang, by=sunqi, why="他知道怎么办")
    assert order.state == "assigned"


def test_what_was_merged_into_it_goes_on_with_it(
    archived_order: WorkOrder, calling_order: WorkOrder, home: Place, sunqi: User,
) -> None:
    reopen(archived_order, sunqi)
    again = WorkOrder.report(home, "还是漏", by=None, name="王女士", phone="13800001234")
    Merge.into(again, archived_order, by=sunqi)
    assert again.state == "merged"
    assert [merge.order for merge in FollowUp(archived_order, by=sunqi).merged] == [again]
    assert FollowUp(again, by=sunqi).main == archived_order
    with pytest.raises(Stale):
        reopen(again, sunqi)  # what was merged goes on in the other, and is not reopened itself


def test_its_first_contact_may_hand_it_over_again(archived_order: WorkOrder, sunqi: User, tangwen: User) -> None:
    reopen(archived_order, sunqi)
    HandOver.give(archived_order, tangwen, "业主要明早回电", by=sunqi)
    assert archived_order.first_contact == tangwen
    assert verbs_of(archived_order)[-2:] == ["reopen", "hand_over"]


def test_the_chain_of_events_holds_and_the_order_is_what_it_says(archived_order: WorkOrder, sunqi: User) -> None:
    reopen(archived_order, sunqi)
    assert Event.first_broken() is None
    assert [line for line in damage() if line.startswith(("event", "order"))] == []


def test_one_whom_a_complaint_is_about_may_not_reopen_it(home: Place, sunqi: User) -> None:
    order = WorkOrder.register_call(
        home, "前台态度差", Category.leaf(home.estate, "9501"), by=sunqi, channel="phone", read_back=True,
        name="王女士", phone="13800001234",
        details=Details(complaint=Classification(cause="attitude", about_department="order")))
    WorkOrder.update(state="archived", archived_at=now()).where(WorkOrder.id == order.id).execute()
    order = WorkOrder.get_by_id(order.id)
    guard = hire(home.estate, "guard", "supervisor")
    User.update(department="order").where(User.id == guard.id).execute()
    with pytest.raises(NotAllowed, match=r"complaint\.about_you"):
        reopen(order, User.get_by_id(guard.id))
