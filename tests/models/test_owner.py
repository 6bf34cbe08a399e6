"""The owner: masked everywhere, revealed for a reason, and the link that opens one order."""
from datetime import timedelta

import pytest

from models.base import moment, now
from models.errors import NotFound, Refused
from models.owner import Owner
from models.owner.record import phone_number
from models.place import Estate, Place
from models.user import User
from models.work_order import OwnerLink, Reveal, WorkOrder
from models.work_order.moves import REVEAL_REASONS
from tests.models.conftest import stored, traces, verbs_of

SECRET = b"the installation's secret"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王女士", "王女士"), ("欧阳先生", "欧阳先生"), ("刘阿姨", "刘阿姨"), ("王小明", "王**"), ("欧阳娜娜", "欧阳**"),
     ("王", "王**"), ("John Smith", "J**"), ("王女士13800001234", "王**")],
)
def test_a_full_name_is_cut_and_a_surname_with_its_honorific_stays(name: str, masked: str) -> None:
    assert Owner(name=name).masked_name == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13800001234", "138****1234"), ("055160000000", "****00"), ("60000012", "****12"), ("", "")],
)
def test_a_phone_is_masked(phone: str, masked: str) -> None:
    assert Owner(name="王女士", phone=phone).masked_phone == masked


@pytest.mark.parametrize(
    "written",
    ["13800001234", " 138 0000 1234 ", "138-0000-1234", "+86 13800001234", "+86-138-0000-1234", "008613800001234",
     "8613800001234", "13800001234", "+86 13800001234", "138\u00a00000\u30001234", "(138)00001234"],
)
def test_a_mobile_number_is_read_however_people_write_it(written: str) -> None:
    assert phone_number(written) == "13800001234"


@pytest.mark.parametrize(
    ("written", "number"), [("0551-60000000", "055160000000"), ("(0551)60000000", "055160000000"),
                            ("010 6000 0000", "01060000000"), ("6000000", "6000000"), ("  ", "")],
)
def test_a_landline_is_read_with_or_without_its_area(written: str, number: str) -> None:
    assert phone_number(written) == number


@pytest.mark.parametrize(
    "written",
    ["1380000123", "138000012345", "12345678901", "abc", "13800001234转8", "13800001234 13900001234", "1380000123四",
     "1380000१२३४", "1380000١٢٣٤", "+1 2025550123"],
)
def test_what_is_no_phone_number_is_refused(written: str) -> None:
    with pytest.raises(Refused, match=r"owner\.phone_invalid") as refused:
        phone_number(written)
    assert refused.value.field == "phone"


def test_who_leaves_nothing_leaves_no_row(estate: Estate) -> None:
    assert Owner.leave(estate, "  ", " ") is None
    assert not Owner.select().exists()


@pytest.mark.parametrize(
    ("name", "phone", "code"), [("", "13800001234", "owner.name_missing"), ("王" * 21, "", "text.too_long")],
)
def test_a_contact_has_a_name_of_some_length(estate: Estate, name: str, phone: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        Owner.leave(estate, name, phone)
    assert not Owner.select().exists()


@pytest.mark.parametrize("reason", REVEAL_REASONS)
def test_a_look_at_the_full_phone_is_logged_with_its_reason(calling_order: WorkOrder, luxia: User, reason: str) -> None:
    reveal = Reveal.make(calling_order, reason, by=luxia)
    assert (reveal.owner.phone, reveal.by, reveal.reason) == ("13800001234", luxia, reason)
    assert verbs_of(calling_order)[-1] == "reveal"


def test_a_look_without_a_reason_shows_and_logs_nothing(calling_order: WorkOrder, luxia: User) -> None:
    before = traces(calling_order)
    with pytest.raises(Refused, match=r"reveal\.no_reason"):
        Reveal.make(calling_order, "curious", by=luxia)
    assert traces(calling_order) == before
    assert not Reveal.select().exists()


def test_there_is_nobody_to_reveal_on_an_order_no_owner_raised(home: Place, machunsheng: User, sunqi: User) -> None:
    order = WorkOrder.report(home, "井盖松动", by=machunsheng, channel="patrol")
    with pytest.raises(Refused, match=r"reveal\.nobody"):
        Reveal.make(stored(order), "clarify", by=sunqi)
    assert not Reveal.select().exists()


def test_a_look_is_for_one_person_one_order_and_a_quarter_of_an_hour(
    calling_order: WorkOrder, reported_order: WorkOrder, home: Place, luxia: User, sunqi: User,
) -> None:
    other = WorkOrder.report(home, "另一件事", by=None, name="王女士", phone="13800001234")
    Reveal.make(calling_order, "call_back", by=luxia)
    assert Reveal.standing(calling_order, by=luxia)
    assert not Reveal.standing(calling_order, by=sunqi)
    assert not Reveal.standing(other, by=luxia)
    with moment(now() + timedelta(minutes=16)):
        assert not Reveal.standing(calling_order, by=luxia)


def test_an_owners_link_opens_its_order_and_no_other(reported_order: WorkOrder, home: Place) -> None:
    other = WorkOrder.report(home, "另一件事", by=None)
    mine, theirs = (OwnerLink.token_for(order, SECRET) for order in (reported_order, other))
    assert mine != theirs
    assert OwnerLink.order_of(mine) == reported_order
    assert OwnerLink.order_of(theirs) == other
    for wrong in ("", mine[:-1], mine + "A", mine.swapcase()):
        with pytest.raises(NotFound):
            OwnerLink.order_of(wrong)


def test_a_link_has_128_bits_and_the_database_keeps_only_its_hash(reported_order: WorkOrder) -> None:
    token = OwnerLink.token_for(reported_order, SECRET)
    assert len(token) == 22
    assert token not in str(OwnerLink.select().dicts().get())


def test_the_same_link_is_shown_each_time_and_old_ones_open_after_the_secret_changed(
    reported_order: WorkOrder,
) -> None:
    first = OwnerLink.token_for(reported_order, SECRET)
    assert OwnerLink.token_for(reported_order, SECRET) == first
    second = OwnerLink.token_for(reported_order, b"another secret")
    assert second != first
    assert OwnerLink.order_of(first) == OwnerLink.order_of(second) == reported_order
