"""What tests of the pages share: pictures made fast, another estate, and a look at what is stored."""
import re
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.dispatch import Category
from models.errors import DomainError
from models.place import Estate, Place
from models.sla import TimeLimit
from models.user import User
from models.work_order import WorkOrder
from tests.conftest import PASSWORD

RAW_CODE = re.compile(
    r"\b(?:state|verb|waits|next|queue|empty|priority|kind|channel|role|department|skill|hold|reject|fault|reveal|outcome"
    r"|told|whom|notice|notification|notification_about|promise|outlet|tls|reply|delivery|distance|party|support|void"
    r"|grade|cause|scope|change|field|within|deadline|standing|unit|lasts|solved|overall|exemption|flag|stage"
    r"|step|via|weekday|month|date|late|left|refusal|why_not|certificate|shift|load|figure|decline|transfer|reschedule"
    r"|rule|policy|usual|question|blank|checked|agrees|settled|dimension|low|manner|fees|consents|wish|left_by|doubt"
    r"|talked|reopen|becomes|score|source|measure|brief|definition|missed|group|nobody|length|severity|remedy"
    r"|finding_state|point_state|task_state|discipline|proof|rhythm|day_kind|plan_kind|walker|check|photo_rule|visit_flag"
    r"|patrol_measure|patrol_definition|patrol_group|notice_verb|phase|season_verb|season_field)\.[a-zA-Z0-9_]+")


@cache
def jpeg(seed: int = 1, size: tuple[int, int] = (160, 120), exif: bytes = b"") -> bytes:
    """A small photograph; another seed shows something else."""
    image = Image.effect_noise((16, 12), 90 + seed).resize(size).convert("RGB")
    written = BytesIO()
    image.save(written, "JPEG", quality=80, exif=exif) if exif else image.save(written, "JPEG", quality=80)
    return written.getvalue()


def key() -> str:
    return str(uuid.uuid4())


def form_of(page: Any, noun: str) -> Any:
    """The page's form that is sent to that noun."""
    return next(form for form in page.forms.values() if form.action.endswith(f"/{noun}"))


def tick(form: Any, name: str, *values: str) -> None:
    """Tick those boxes of that name, and no other."""
    for box in form.fields[name]:
        box.checked = box._value in values


def sentences(page: Any) -> list[str]:
    """Every sentence on the page that says no."""
    return [element.get_text(" ", strip=True) for element in page.html.select(".refusal, .empty-text")]


def stored(folder: Path) -> dict[str, int]:
    """How many rows each table holds that a request may add to, and how many photo files there are."""
    with sqlite3.connect(folder / "bihuan.db") as reading:
        counted = {table: reading.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
                   for table in ("work_order", "event", "photo", "submission", "owner", "note", "completion", "hold",
                                 "attempt", "answer", "urge", "reopening", "assignment", "inspection", "reveal")}
    reading.close()
    files = [path for path in (folder / "photos").rglob("*") if path.is_file()]
    return {**counted, "files": len(files)}


@contextmanager
def nothing_stored(folder: Path) -> Iterator[None]:
    before = stored(folder)
    yield
    assert stored(folder) == before


@pytest.fixture
def other_estate(stage: Path, estate: Estate) -> Estate:
    """A second estate of the same installation, able to take reports."""
    other = Estate.create(code="beichen", name="北辰里")
    limit = TimeLimit.standard(estate, "repair", "P2").__data__ | {"estate": other, "kind": "repair"}
    limit.pop("id")
    own = TimeLimit.create(**limit)
    branch = Category.create(estate=other, code="10", name="管道", kind="repair", skill="plumbing",
                             department="engineering", priority="P2", limit=own)
    Category.create(estate=other, parent=branch, code="1001", name="水管爆裂", kind="repair", skill="plumbing",
                    department="engineering", priority="P2", limit=own)
    Place.add(other, "unit", "甲座")
    return other


@pytest.fixture
def foreign_order(other_estate: Estate) -> WorkOrder:
    """An order that nobody of the first estate's staff may see."""
    return WorkOrder.report(Place.named(other_estate, "甲座"), "北辰里的路灯不亮", by=None,
                            name="李先生", phone="13900005678")


@pytest.fixture
def only(estate: Estate) -> Any:
    """`only("desk")` is a person with that role and no other."""
    def made(role: str, *, on: Estate | None = None) -> User:
        try:
            return User.add(f"only-{role}", f"只任{role}"[:10], PASSWORD, badge=f"ZZ{len(role)}{role[:6]}",
                            department="engineering", estates=[on or estate], roles=[role])
        except DomainError:
            return User.get(User.login == f"only-{role}")
    return made
