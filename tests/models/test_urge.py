"""Urging: counted, shown, told; it raises nothing and spoils nothing that waits in a phone."""
from datetime import timedelta

import pytest

from models.base import moment, now
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.notification import Notification, notify
from models.owner import Owner
from models.place import Place
from models.user import User
from models.work_order import Urge, WorkOrder
from models.work_order.lists import page
from tests.models.conftest import stored, traces, verbs_of


def test_an_urge_is_counted_and_told_and_changes_neither_priority_nor_time_nor_version(
    assigned_order: WorkOrder, sunqi: User, guoqiang: User,
) -> None:
    before = stored(assigned_order)
    Urge.make(assigned_order, "业主等着用水", by=sunqi)
    Urge.make(assigned_order, "", by=guoqiang)
    order = stored(assigned_order)
    assert order.urged == assigned_order.urged == 2
    assert (order.priority, order.due_at, order.version, order.state) == (
        before.priority, before.due_at, before.version, before.state)
    assert verbs_of(order)[-2:] == ["urge", "urge"]
    assert [card.urged for card in page("doing", sunqi)[0]] == [2]


def test_one_person_urges_once_in_ten_minutes(assigned_order: WorkOrder, sunqi: User, guoqiang: User) -> None:
    start = now()
    with moment(start):
        Urge.make(assigned_order, "", by=sunqi)
        Urge.make(assigned_order, "", by=guoqiang)
    with moment(start + timedelta(minutes=9)), pytest.raises(Refused, match=r"urge\.too_soon"):
        Urge.make(assigned_order, "", by=sunqi)
    with moment(start + timedelta(minutes=10)):
        Urge.make(assigned_order, "", by=sunqi)
    assert stored(assigned_order).urged == 3


def test_another_caller_is_another_person_and_leaves_their_contact(assigned_order: WorkOrder, sunqi: User) -> None:
    Urge.make(assigned_order, "楼下也漏了", by=sunqi, name="李先生", phone="13900005678")
    Urge.make(assigned_order, "对门停水了", by=sunqi, name="赵女士", phone="13700009999")
    with pytest.raises(Refused, match=r"urge\.too_soon"):
        Urge.make(assigned_order, "又打来", by=sunqi, name="李先生", phone="139 0000 5678")
    assert [urge.owner.masked_phone for urge in Urge.of(assigned_order)] == ["137****9999", "139****5678"]
    assert Owner.select().where(Owner.phone == "13900005678").count() == 1


def test_a_broken_phone_is_refused_and_nothing_is_counted(assigned_order: WorkOrder, sunqi: User) -> None:
    with pytest.raises(Refused, match=r"owner\.phone_invalid"):
        Urge.make(assigned_order, "快点", by=sunqi, name="李先生", phone="12")
    assert stored(assigned_order).urged == 0


def test_whoever_reported_it_may_urge_and_another_technician_may_not(
    home: Place, machunsheng: User, chenliang: User,
) -> None:
    order = WorkOrder.report(home, "井盖松动", by=machunsheng, channel="patrol")
    Urge.make(order, "", by=machunsheng)
    with pytest.raises(NotAllowed):
        Urge.make(order, "", by=chenliang)


def test_a_call_is_noted_however_far_the_order_has_moved_on(working_order: WorkOrder, sunqi: User) -> None:
    working_order.seen = 1
    Urge.make(working_order, "还没好吗", by=sunqi)
    assert stored(working_order).urged == 1


def test_what_waits_in_a_phones_outbox_is_not_made_stale(
    accepted_order: WorkOrder, sunqi: User, chenliang: User,
) -> None:
    on_the_phone = stored(accepted_order)
    on_the_phone.seen = on_the_phone.version
    Urge.make(accepted_order, "快点", by=sunqi)
    on_the_phone.arrive(by=chenliang, no_photo_reason="漆黑")
    assert stored(accepted_order).state == "working"


def test_an_owner_urges_on_their_page_once_an_hour_whatever_the_staff_noted(
    working_order: WorkOrder, sunqi: User,
) -> None:
    start = now()
    with moment(start):
        Urge.make(working_order, "业主来电催", by=sunqi)
        assert Urge.owner_may_from(working_order) is None
        Urge.make(working_order, "水还在滴", by=None)
        assert Urge.owner_may_from(working_order) == start + timedelta(hours=1)
    with moment(start + timedelta(minutes=59)), pytest.raises(Refused, match=r"urge\.too_soon") as refused:
        Urge.make(working_order, "快一点", by=None)
    assert refused.value.facts == {"minutes": 60}
    with moment(start + timedelta(minutes=60)):
        Urge.make(working_order, "快一点", by=None)
    assert stored(working_order).urged == 3
    assert [(urge.by and urge.by.login, urge.words) for urge in Urge.of(working_order)] == [
        (None, "快一点"), (None, "水还在滴"), ("sunqi", "业主来电催")]
    assert [event.via for event in Event.about(working_order.number) if event.verb == "urge"] == [
        "staff", "owner", "owner"]


def test_an_owner_urges_nothing_that_is_over(archived_order: WorkOrder) -> None:
    before = traces(archived_order)
    with pytest.raises(Stale, match=r"work_order\.moved_on"):
        Urge.make(archived_order, "快", by=None)
    assert traces(archived_order) == before


def test_the_technician_and_the_supervisors_are_told_of_an_owners_urge(working_order: WorkOrder) -> None:
    notify()
    Urge.make(working_order, "水还在滴", by=None)
    notify()
    told = {one.user.login for one in Notification.select().join(Event).where(Event.verb == "urge")}
    assert {"chenliang", "heguangjun"} <= told
