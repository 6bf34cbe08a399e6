"""The lists people work from: each sees what is theirs, once, and finds nothing else by searching."""
from datetime import timedelta

import pytest

from models.base import now, writing
from models.errors import NotFound, Refused
from models.event import Event
from models.place import Estate, Place
from models.user import User
from models.work_order import QUEUES, Hold, Note, WorkOrder
from models.work_order.lists import OWN_PAGE, PAGE, counts, found, last_events, page, queues_of
from tests.models.conftest import HOUR, hire


def numbers(name: str, user: User, *, meanwhile: Place | None = None) -> list[str]:
    """Every number on that list, page by page; an urgent order may come in between two pages."""
    shown: list[str] = []
    after = ""
    while True:
        cards, after = page(name, user, after=after)
        shown += [card.number for card in cards]
        if not after:
            return shown
        assert len(cards) == PAGE
        if meanwhile:
            urgent = WorkOrder.report(meanwhile, "刚报的急事", by=None)
            WorkOrder.update(priority="P0").where(WorkOrder.id == urgent.id).execute()


@pytest.fixture
def sixty(home: Place) -> list[WorkOrder]:
    """Sixty reports of four priorities, twenty of which are due at the same moment."""
    at = now()
    with writing():
        orders = [WorkOrder.report(home, f"第{n}件 50%", by=None) for n in range(60)]
        for n, order in enumerate(orders):
            due = at if n % 3 == 0 else at + n * HOUR
            WorkOrder.update(priority=f"P{n % 4}", due_at=due).where(WorkOrder.id == order.id).execute()
    return orders


# -- who sees what


def test_a_technician_sees_what_they_hold_or_held_and_nothing_else(
    assigned_order: WorkOrder, home: Place, chenliang: User, xuwei: User, sunqi: User,
) -> None:
    WorkOrder.report(home, "别人的事", by=None)
    assert list(WorkOrder.seen_by(chenliang)) == [assigned_order]
    assert not WorkOrder.seen_by(xuwei).exists()
    assigned_order.assign(xuwei, by=sunqi)
    assert list(WorkOrder.seen_by(chenliang)) == list(WorkOrder.seen_by(xuwei)) == [assigned_order]


def test_a_vendor_sees_only_what_was_given_to_them(assigned_order: WorkOrder, sunqi: User) -> None:
    vendor, other = User.get(User.login == "v-dianti"), User.get(User.login == "v-xiaofang")
    assigned_order.assign(vendor, by=sunqi, why="就近处理")
    assert list(WorkOrder.seen_by(vendor)) == [assigned_order]
    assert not WorkOrder.seen_by(other).exists()


@pytest.mark.parametrize("login", ["sunqi", "guoqiang", "luxia", "zhaomin", "yzdb"])
def test_desk_supervisor_caller_manager_and_representative_see_every_order_of_their_estate(
    assigned_order: WorkOrder, login: str,
) -> None:
    elsewhere = Estate.create(code="elsewhere", name="别处")
    person = User.get(User.login == login)
    WorkOrder.update(estate=elsewhere).where(WorkOrder.id == assigned_order.id).execute()
    assert not WorkOrder.seen_by(person).exists()
    WorkOrder.update(estate=Estate.get_by_id(1)).where(WorkOrder.id == assigned_order.id).execute()
    assert list(WorkOrder.seen_by(person)) == [assigned_order]


def test_an_administrator_sees_no_orders(assigned_order: WorkOrder, admin: User) -> None:
    assert not WorkOrder.seen_by(admin).exists()
    with pytest.raises(NotFound):
        WorkOrder.find(assigned_order.number, by=admin)


# -- queues


def test_each_role_has_its_own_queues_and_its_own_work_first(
    sunqi: User, chenliang: User, luxia: User, machunsheng: User, guoqiang: User, admin: User, heguangjun: User,
) -> None:
    assert queues_of(sunqi)[0] == "reported"
    assert queues_of(chenliang) == ["mine", "grabbable", "supporting", "mine_handed_in", "mine_done"]
    assert queues_of(luxia) == ["calling", "archived"]
    assert queues_of(machunsheng) == ["my_reports"]
    assert queues_of(guoqiang)[:2] == ["finished", "holds"]
    assert queues_of(admin) == []
    both = queues_of(heguangjun)
    assert {"finished", "mine"} <= set(both)
    assert len(both) == len(set(both))


def test_an_order_stands_in_the_queue_of_whoever_it_waits_for(
    working_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User, guoqiang: User,
) -> None:
    number = working_order.number
    assert numbers("mine", chenliang) == numbers("doing", sunqi) == [number]
    assert numbers("mine", xuwei) == numbers("reported", sunqi) == numbers("holds", guoqiang) == []
    Hold.ask(working_order, "parts", now() + HOUR, by=chenliang)
    assert numbers("holds", guoqiang) == [number]
    Hold.approve(working_order, by=guoqiang)
    assert numbers("holds", guoqiang) == []
    assert numbers("mine", chenliang) == [number]


def test_an_archived_order_leaves_every_open_queue(
    archived_order: WorkOrder, chenliang: User, luxia: User, sunqi: User,
) -> None:
    assert numbers("mine_done", chenliang) == numbers("archived", luxia) == [archived_order.number]
    assert numbers("mine", chenliang) == numbers("calling", luxia) == numbers("doing", sunqi) == []


@pytest.mark.parametrize("name", QUEUES)
def test_no_queue_shows_an_order_of_another_estate(archived_order: WorkOrder, name: str, home: Place) -> None:
    WorkOrder.report(home, "报事", by=None)
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", "desk", "supervisor", "technician")
    assert numbers(name, stranger) == []


# -- paging


def test_paging_shows_each_order_once_in_order_of_urgency(sixty: list[WorkOrder], sunqi: User) -> None:
    shown = numbers("reported", sunqi)
    wanted = WorkOrder.select().order_by(WorkOrder.priority, WorkOrder.due_at, WorkOrder.id)
    assert shown == [order.number for order in wanted]
    assert len(set(shown)) == 60


def test_an_order_that_comes_in_between_two_pages_repeats_and_hides_no_other(
    sixty: list[WorkOrder], sunqi: User, home: Place,
) -> None:
    shown = numbers("reported", sunqi, meanwhile=home)
    assert sorted(shown) == sorted(order.number for order in sixty)


def test_the_archive_is_paged_from_its_newest_end(sixty: list[WorkOrder], luxia: User) -> None:
    at = now()
    with writing():
        for n, order in enumerate(sixty):
            archived_at = at - (n // 7) * timedelta(minutes=1)
            WorkOrder.update(state="archived", archived_at=archived_at).where(WorkOrder.id == order.id).execute()
    wanted = WorkOrder.select().order_by(WorkOrder.archived_at.desc(), WorkOrder.id.desc())
    assert numbers("archived", luxia) == [order.number for order in wanted]


@pytest.mark.parametrize(
    "cursor",
    ["x", "~", "~~", "P1~yesterday~7", "P1~2026-11-23T01:00:00~x", "2026-11-23T01:00:00~7", "P1~2026-11-23T01:00:00~7~",
     "P1~2026-11-23T01:00:00~99999999999999999999"],
)
def test_a_cursor_that_no_page_gave_is_refused(sunqi: User, cursor: str) -> None:
    with pytest.raises(Refused, match=r"list\.bad_cursor"):
        page("reported", sunqi, after=cursor)


def test_ones_own_open_orders_stand_on_one_page_of_sixty(
    sixty: list[WorkOrder], home: Place, chenliang: User,
) -> None:
    WorkOrder.report(home, "第六十一件", by=None)
    WorkOrder.update(state="assigned", assignee=chenliang).execute()
    cards, after = page("mine", chenliang)
    rest, end = page("mine", chenliang, after=after)
    assert (OWN_PAGE, len(cards), len(rest), end) == (60, 60, 1, "")
    wanted = WorkOrder.select().order_by(WorkOrder.priority, WorkOrder.due_at, WorkOrder.id)
    assert [card.number for card in cards + rest] == [order.number for order in wanted]


def test_whatever_is_new_about_an_order_changes_its_last_event_and_no_others(
    assigned_order: WorkOrder, home: Place, chenliang: User, sunqi: User,
) -> None:
    other = WorkOrder.report(home, "另一件事", by=None)
    WorkOrder.update(state="assigned", assignee=chenliang).where(WorkOrder.id == other.id).execute()
    cards, _ = page("mine", chenliang)
    before = last_events(cards)
    assert set(before) == {assigned_order.number, other.number}
    Note.add(other, "业主改到下午", by=sunqi)
    newest = Event.select().order_by(Event.id.desc()).get().id
    assert last_events(cards) == before | {other.number: newest}
    assert last_events([]) == {}


# -- counting


def test_every_count_is_the_length_of_its_list(
    working_order: WorkOrder, sixty: list[WorkOrder], chenliang: User, machunsheng: User, home: Place,
) -> None:
    Hold.ask(working_order, "parts", now() + HOUR, by=chenliang)
    WorkOrder.report(home, "井盖松动", by=machunsheng, channel="patrol")
    for login in ("sunqi", "guoqiang", "zhaomin", "chenliang", "machunsheng", "heguangjun"):
        person = User.get(User.login == login)
        counted = counts(person)
        assert sum(counted.values()), login
        assert counted == {name: len(numbers(name, person)) for name in queues_of(person)
                           if "archived" not in QUEUES[name].states}, login


# -- searching


def test_a_search_finds_by_number_place_spot_and_words(assigned_order: WorkOrder, home: Place, sunqi: User) -> None:
    other = WorkOrder.report(home, "楼道灯不亮", by=None, spot="电梯口")
    assert [card.number for card in found("电梯口", sunqi)] == [other.number]
    assert [card.number for card in found(assigned_order.number, sunqi)] == [assigned_order.number]
    assert {card.number for card in found("8栋2单元", sunqi)} == {assigned_order.number, other.number}
    assert [card.number for card in found("8栋2单元 软管", sunqi)] == [assigned_order.number]
    assert found("软管 电梯口", sunqi) == []


def test_a_search_stays_inside_what_the_person_may_see(
    assigned_order: WorkOrder, home: Place, chenliang: User, xuwei: User, admin: User,
) -> None:
    WorkOrder.report(home, "别人家的软管", by=None)
    assert [card.number for card in found("软管", chenliang)] == [assigned_order.number]
    assert found("软管", xuwei) == found("软管", admin) == []


def test_a_search_takes_every_sign_for_itself(sixty: list[WorkOrder], sunqi: User) -> None:
    wanted = {"%": 50, "50%": 50, "_": 0, "第%件": 0, "' OR 1=1 --": 0, "\\": 0}
    assert {text: len(found(text, sunqi)) for text in wanted} == wanted


def test_who_talks_to_owners_finds_theirs_by_the_whole_phone_or_name(reported_order: WorkOrder, sunqi: User) -> None:
    assert [card.number for card in found("13800001234", sunqi)] == [reported_order.number]
    assert [card.number for card in found("王女士", sunqi)] == [reported_order.number]


@pytest.mark.parametrize("part", ["1380000", "1234", "王", "女士"])
def test_a_part_of_a_phone_or_name_finds_nobody(reported_order: WorkOrder, sunqi: User, part: str) -> None:
    assert found(part, sunqi) == []


def test_who_only_does_the_work_never_finds_an_owner(assigned_order: WorkOrder, chenliang: User, yzdb: User) -> None:
    for person in (chenliang, yzdb):
        assert found("13800001234", person) == found("王女士", person) == []


def test_a_receipt_finds_its_order_for_whoever_may_see_it_and_nothing_for_others(
    assigned_order: WorkOrder, home: Place, chenliang: User, sunqi: User, xuwei: User, admin: User,
) -> None:
    receipt = Event.receipt(assigned_order.number)
    WorkOrder.report(home, "另一件事", by=None)
    Note.add(assigned_order, "后来的事", by=sunqi)
    for person in (chenliang, sunqi):
        assert [card.number for card in found(receipt, person)] == [assigned_order.number]
    assert found(receipt, xuwei) == found(receipt, admin) == []
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", "desk")
    assert found(receipt, stranger) == []


def test_a_receipt_of_no_event_finds_nothing(assigned_order: WorkOrder, sunqi: User) -> None:
    number, beginning = Event.receipt(assigned_order.number).split("-")
    assert found(f"{int(number) - 1}-{beginning}", sunqi) == found(f"999999999-{beginning}", sunqi) == []
