"""What the tests of the models share: tiny pictures, one more colleague, the traces an order leaves or does not."""
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from random import Random

import pytest
from PIL import ExifTags, Image

from models.base import now, rows
from models.callback import Attempt
from models.dispatch import Category
from models.errors import DomainError
from models.event import Event
from models.photo import Photo, Picture, shelved
from models.place import Estate, Place
from models.user import User
from models.work_order import Classification, Complaint, Inspection, WorkOrder

HOUR = timedelta(hours=1)


def snapshot(
    seed: int, *, quality: int = 75, taken: str | None = None, offset: str | None = "+08:00", plain: bool = False,
) -> Picture:
    """A picture of 72 by 64 pixels. One seed gives one scene; another quality of it is a near copy."""
    pixels = b"\x80" * 72 if plain else Random(seed).randbytes(72)
    image = Image.frombytes("L", (9, 8), pixels).resize((72, 64 + seed % 2 * plain)).convert("RGB")
    exif = Image.Exif()
    if taken:
        exif[ExifTags.IFD.Exif] = {ExifTags.Base.DateTimeOriginal: taken}
        if offset:
            exif[ExifTags.IFD.Exif][ExifTags.Base.OffsetTimeOriginal] = offset
    written = BytesIO()
    image.save(written, "JPEG", quality=quality, exif=exif)
    written.seek(0)
    return Picture.read(written)


def attach(
    order: WorkOrder, stage: str, *pictures: Picture, by: User | None, phone_at: datetime | None = None,
) -> list[Photo]:
    with shelved(list(pictures)):
        return Photo.attach(order, list(pictures), stage, by=by, phone_at=phone_at)


def photograph(order: WorkOrder, stage: str, *seeds: int, by: User | None) -> list[Photo]:
    return attach(order, stage, *(snapshot(seed) for seed in seeds), by=by)


def carry_out(order: WorkOrder, by: User, *seeds: int) -> WorkOrder:
    """From standing before the door to finished."""
    order.arrive(by=by, no_photo_reason="业主已先行清理")
    photograph(order, "after", *(seeds or (900 + order.round * 10, 901 + order.round * 10)), by=by)
    order.finish("更换角阀,试水不漏", by=by)
    return order


def hire(estate: Estate, login: str, *roles: str) -> User:
    """One more colleague, with those roles; who takes work can do plumbing."""
    return User.add(login, f"新{login}", "open sesame 闭环", badge=login[:12], department="service", estates=[estate],
                    roles=list(roles), skills=["plumbing"] if {"technician", "vendor"} & set(roles) else [])


def stored(order: WorkOrder) -> WorkOrder:
    """The order as the database has it."""
    found: WorkOrder = WorkOrder.get_by_id(order.id)
    return found


def traces(order: WorkOrder) -> tuple[object, ...]:
    """The order's row and how many events there are: what a refused verb must leave as it was."""
    return (*rows(WorkOrder.select().where(WorkOrder.id == order.id)), Event.select().count())


def verbs_of(order: WorkOrder) -> list[str]:
    return [event.verb for event in Event.about(order.number)]


@pytest.fixture
def working_order(accepted_order: WorkOrder, chenliang: User) -> WorkOrder:
    photograph(accepted_order, "before", 1, by=chenliang)
    accepted_order.arrive(by=chenliang)
    return accepted_order


@pytest.fixture
def finished_order(working_order: WorkOrder, chenliang: User) -> WorkOrder:
    photograph(working_order, "after", 2, 3, by=chenliang)
    working_order.finish("更换软管,试水三十分钟不漏", by=chenliang)
    return working_order


@contextmanager
def refused_with(code: str, order: WorkOrder) -> Iterator[list[DomainError]]:
    """The domain says no under that code, and nothing of the order or of its calls has changed."""
    before, calls, said = traces(order), Attempt.select().count(), []
    with pytest.raises(DomainError) as no:
        yield said
    said.append(no.value)
    assert no.value.code == code
    assert (traces(order), Attempt.select().count()) == (before, calls)


@pytest.fixture
def major_complaint(home: Place, estate: Estate, sunqi: User, tangwen: User, guoqiang: User) -> WorkOrder:
    """A major complaint about engineering, remedied and inspected."""
    order = WorkOrder.register_call(home, "报修没人管", Category.leaf(estate, "9502"), by=sunqi, channel="phone",
                                    name="王女士", phone="13800001234", read_back=True)
    Complaint.classify(order, Classification("major", "quality", about_department="engineering"), by=sunqi)
    order.assign(tangwen, by=sunqi)
    order.accept(by=tangwen)
    order.arrive(by=tangwen)
    Complaint.make_plan(order, "上门致歉并返工", agreed=True, agreed_at=now(), by=tangwen)
    order.finish("已致歉并返工", by=tangwen, summary="业主接受")
    Inspection.pass_work(order, {}, by=guoqiang)
    return order
