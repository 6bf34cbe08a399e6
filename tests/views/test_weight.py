"""An owner's page weighs less than 20 kB in all over the wire: page, styles, scripts, icon; not the photos."""
import gzip
import re
from typing import Any

import pytest

from models.place import Place
from models.user import User
from models.work_order import Hold, Inspection, Merge, Void, WorkOrder
from models.work_order.moves import STATES
from tests.conftest import PASSWORD, judged_good
from tests.views.test_progress import link_of  # noqa: F401 (a fixture)

MOST = 20_000  # bytes
GZIP = {"Accept-Encoding": "gzip"}
IMPORTED = re.compile(rb"""(?:from|import|import\()\s*["']\./([\w/.-]+)["']""")


@pytest.fixture
def suspended_order(working_order: WorkOrder, chenliang: User, guoqiang: User) -> WorkOrder:
    Hold.ask(working_order, "parts", working_order.complete_due, by=chenliang)
    Hold.approve(working_order, by=guoqiang)
    return working_order


@pytest.fixture
def rework_order(finished_order: WorkOrder, guoqiang: User) -> WorkOrder:
    Inspection.reject(finished_order, judged_good(finished_order), ["not_cleaned"], by=guoqiang)
    return finished_order


@pytest.fixture
def merged_order(registered_order: WorkOrder, home: Place, burst_pipe: Any, sunqi: User) -> WorkOrder:
    main = WorkOrder.register_call(home, "楼下漏水", burst_pipe, by=sunqi, channel="phone", name="李女士",
                                   phone="13900005678", read_back=True)
    Merge.into(registered_order, main, by=sunqi)
    return registered_order


@pytest.fixture
def void_order(registered_order: WorkOrder, sunqi: User, guoqiang: User) -> WorkOrder:
    Void.ask(registered_order, "withdrawn", "业主自己修好了", by=sunqi)
    Void.confirm(registered_order, by=guoqiang)
    return registered_order


def fetched(visitor: Any, path: str) -> tuple[int, bytes]:
    """How much came over the wire, its first line and headers included, and what was in it."""
    answer = visitor.get(path, headers=GZIP, buffered=True)
    answer.close()
    headers = sum(len(name) + len(value) + 4 for name, value in answer.headers.items()) + 17
    packed = answer.headers.get("Content-Encoding") == "gzip"
    assert packed or len(answer.data) < 600, path
    return len(answer.data) + headers, gzip.decompress(answer.data) if packed else answer.data


@pytest.fixture
def phone(web: Any) -> Any:
    """What webtest would unpack by itself comes as it is."""
    return web.test_client()


def weight(visitor: Any, path: str) -> dict[str, int]:
    """What a page and everything that it names and those import weigh, by address."""
    size, page = fetched(visitor, path)
    weights = {path: size}
    named = re.findall(rb"""<(?:link|script)[^>]*?(?:href|src)="([^"]+)\"""", page)
    wanted = [address.decode() for address in named]
    while wanted:
        address = wanted.pop()
        if address not in weights:
            weights[address], content = fetched(visitor, address)
            folder = address.rsplit("/", 1)[0]
            wanted += [f"{folder}/{name.decode()}" for name in IMPORTED.findall(content)]
    return weights


def assert_light(weights: dict[str, int], least: int) -> None:
    assert len(weights) >= least, weights
    assert any(".css" in address for address in weights)
    assert sum(weights.values()) < MOST, weights
    assert not any("htmx" in address or "outbox" in address for address in weights)


@pytest.mark.parametrize("state", STATES)
def test_the_page_of_an_order_in_any_state_is_light(
    phone: Any, request: pytest.FixtureRequest, link_of: Any, state: str,  # noqa: F811
) -> None:
    order = request.getfixturevalue(f"{state}_order")
    assert_light(weight(phone, link_of(order)), least=8)


def test_a_complaints_page_with_all_its_scores_is_light_in_english_too(
    phone: Any, calling_order: WorkOrder, link_of: Any,  # noqa: F811
) -> None:
    WorkOrder.update(kind="complaint").execute()
    for lang in ("zh", "en"):
        phone.set_cookie("lang", lang)
        assert phone.get(link_of(calling_order)).text.count('value="5"') == 8
        assert_light(weight(phone, link_of(calling_order)), least=8)


def test_reporting_and_looking_up_are_light(phone: Any, home: Place) -> None:
    for path in ("/r", f"/r/{home.parent.code}", "/o", "/o/nobody-has-this-link"):  # type: ignore[union-attr]
        assert_light(weight(phone, path), least=5)


def test_who_takes_nothing_packed_gets_it_plain(phone: Any) -> None:
    for accepts in ({}, {"Accept-Encoding": "gzip;q=0"}, {"Accept-Encoding": "br"}):
        answer = phone.get("/o", headers=accepts)
        assert "Content-Encoding" not in answer.headers
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "<!doctype html>" in answer.text


def test_a_page_of_the_staff_is_not_packed(phone: Any, stage: Any) -> None:
    phone.post("/sign-in", data={"login": "sunqi", "password": PASSWORD})
    answer = phone.get("/work-orders", headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_the_styles_of_an_owners_page_are_those_an_old_webview_understands(browse: Any) -> None:
    visitor = browse()
    path = visitor.get("/o").html.select_one("link[rel=stylesheet]")["href"]
    styles = visitor.get(path).text
    assert "immutable" in visitor.get(path).headers["Cache-Control"]
    assert "immutable" not in visitor.get("/owners-0000000000.css").headers["Cache-Control"]
    for rule in (".button", ".field-input", ".steps", ".choice", ".order-head"):
        assert rule in styles, rule
    assert "@layer" not in styles
    assert "light-dark(" not in styles
    assert styles.count("{") == styles.count("}")
    bare = re.sub(r"@media[^{]*\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}", r"\1", styles)
    assert re.search(r"\{[^{}]*\{", bare) is None  # nothing nested


def test_what_keeps_the_page_live_is_es5(browse: Any, reported_order: WorkOrder, link_of: Any) -> None:  # noqa: F811
    visitor = browse()
    [live] = [tag for tag in visitor.get(link_of(reported_order)).html.select("script") if tag.get("type") != "module"]
    script = visitor.get(live["src"]).text
    assert re.findall(r"=>|\blet\b|\bconst\b|`|\?\.|\?\?|\basync\b|\bfetch\b", script) == []
