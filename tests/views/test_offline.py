"""What is there without a signal: which pages a phone may keep, what their copies hide, and what makes up the app."""
import gzip
import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from PIL import Image

from models.base import now
from models.owner import Owner
from models.place import Place
from models.user import User
from models.work_order import Hold, Inspection, Merge, Note, Urge, WorkOrder
from tests.conftest import ROOT, judged_good
from tests.views.conftest import form_of, key
from views import assets

COPY = {"Offline-Copy": "1"}
MOST_BYTES = 6000  # of the outbox and the service worker, gzipped


def kept_for(answer: Any) -> str | None:
    whose: str | None = answer.headers.get("Offline-For")
    assert ("Offline-Version" in answer.headers) is (whose is not None)
    return whose


def version_of(answer: Any) -> str:
    return str(answer.headers["Offline-Version"])


def pages_to_keep(page: Any) -> list[tuple[str, str]]:
    """Address and version of every page the list asks the phone to keep."""
    handed = page.html.select_one("offline-pages")
    return [(path, version) for path, version in json.loads(handed["data-pages"])] if handed else []


def assign_to(person: User, home: Place, count: int) -> None:
    for n in range(count):
        order = WorkOrder.report(home, f"第{n}件", by=None)
        WorkOrder.update(state="assigned", assignee=person).where(WorkOrder.id == order.id).execute()


@pytest.fixture
def chen(browse: Any) -> Any:
    return browse("chenliang")


@pytest.fixture
def path(registered_order: WorkOrder) -> str:
    return f"/work-orders/{registered_order.number}"


# -- pages that may be kept


def test_ones_own_open_order_is_kept_from_assigning_to_handing_in(
        chen: Any, registered_order: WorkOrder, path: str, chenliang: User, sunqi: User, guoqiang: User) -> None:
    order, kept = registered_order, {}

    def look() -> None:
        kept[order.state] = kept_for(chen.get(path))

    order.assign(chenliang, by=sunqi)
    look()
    order.accept(by=chenliang)
    look()
    order.arrive(by=chenliang, no_photo_reason="太暗")
    look()
    Hold.ask(order, "parts", now() + timedelta(days=1), by=chenliang)
    Hold.approve(order, by=guoqiang)
    look()
    assert kept == dict.fromkeys(("assigned", "accepted", "working", "suspended"), "chenliang")


def test_work_sent_back_is_kept_again_and_handed_in_work_is_not(
        chen: Any, finished_order: WorkOrder, path: str, guoqiang: User) -> None:
    assert kept_for(chen.get(path)) is None
    Inspection.reject(finished_order, judged_good(finished_order), ["not_fixed"], by=guoqiang)
    assert kept_for(chen.get(path)) == "chenliang"


def test_an_archived_order_is_not_kept(chen: Any, archived_order: WorkOrder, path: str) -> None:
    assert kept_for(chen.get(path)) is None


def test_anothers_order_is_not_kept_by_who_may_see_it(
        browse: Any, chen: Any, accepted_order: WorkOrder, path: str, xuwei: User, sunqi: User) -> None:
    for login in ("sunqi", "guoqiang", "zhaomin", "luxia", "yzdb"):
        assert kept_for(browse(login).get(path)) is None
    accepted_order.assign(xuwei, by=sunqi)
    assert kept_for(chen.get(path)) is None
    assert kept_for(browse("xuwei").get(path)) == "xuwei"


def test_the_list_of_ones_own_orders_is_kept_and_no_other_list(chen: Any, accepted_order: WorkOrder) -> None:
    assert kept_for(chen.get("/work-orders")) == kept_for(chen.get("/work-orders?queue=mine")) == "chenliang"
    cursor = f"P1~{accepted_order.reported_at.isoformat()}~1"
    for asked in ({"q": "软管"}, {"queue": "mine_handed_in"}, {"queue": "mine_done"}, {"after": cursor}):
        page = chen.get("/work-orders", asked)
        assert kept_for(page) is None, asked
        assert pages_to_keep(page) == [], asked


def test_who_runs_the_work_and_also_does_it_keeps_their_own_list_only(browse: Any) -> None:
    he = browse("heguangjun")
    assert kept_for(he.get("/work-orders")) is None
    assert kept_for(he.get("/work-orders?queue=mine")) == "heguangjun"


def test_pages_of_the_desk_and_the_office_are_not_kept(browse: Any, finished_order: WorkOrder, path: str) -> None:
    for login, asked in (("sunqi", "/work-orders"), ("sunqi", "/work-orders?queue=doing"),
                         ("sunqi", "/work-orders/new"), ("sunqi", "/places"), ("guoqiang", "/phones"),
                         ("guoqiang", f"{path}/inspection"),
                         ("chenliang", "/account")):
        assert kept_for(browse(login).get(asked)) is None, asked


def test_the_staffs_report_page_is_kept(chen: Any) -> None:
    assert kept_for(chen.get("/reports/new")) == "chenliang"


def test_the_outbox_is_anybodys_and_holds_nothing_of_a_persons(browse: Any, chen: Any) -> None:
    for visitor in (browse(), chen):
        page = visitor.get("/outbox", headers=COPY)
        assert kept_for(page) == "*"
        assert not page.html.body.has_attr("data-user")
        assert "陈亮" not in page
        assert "chenliang" not in page


def test_pages_without_a_person_are_not_kept(browse: Any, home: Place) -> None:
    for path in ("/sign-in", "/r", f"/r/{home.parent.code}"):
        assert kept_for(browse().get(path)) is None


# -- their versions


def test_a_page_keeps_its_version_while_nothing_happens_and_changes_it_with_a_note_of_somebody_else(
        chen: Any, accepted_order: WorkOrder, path: str, sunqi: User) -> None:
    first, listed = version_of(chen.get(path)), version_of(chen.get("/work-orders"))
    assert (version_of(chen.get(path)), version_of(chen.get("/work-orders"))) == (first, listed)
    Note.add(WorkOrder.get(), "业主改到下午", by=sunqi)
    assert version_of(chen.get(path)) != first
    assert version_of(chen.get("/work-orders")) != listed


def test_a_page_in_another_language_is_another_version(browse: Any, chen: Any, accepted_order: WorkOrder) -> None:
    english = browse("chenliang", lang="en")
    for path in (f"/work-orders/{accepted_order.number}", "/reports/new", "/outbox", "/work-orders"):
        assert version_of(chen.get(path)) != version_of(english.get(path)), path


def test_the_list_names_each_page_with_the_version_that_page_has(chen: Any, accepted_order: WorkOrder) -> None:
    pages = pages_to_keep(chen.get("/work-orders"))
    assert [path for path, _ in pages] == [f"/work-orders/{accepted_order.number}", "/reports/new",
                                         "/findings/new", "/outbox", "/work-orders?queue=mine", "/work-orders"]
    for path, version in pages:
        assert version_of(chen.get(path, headers=COPY)) == version, path


def test_the_list_hands_out_sixty_of_ones_own_orders_at_most(
        chen: Any, home: Place, chenliang: User, xuwei: User) -> None:
    assign_to(xuwei, home, 2)
    assign_to(chenliang, home, 61)
    paths = [path for path, _ in pages_to_keep(chen.get("/work-orders"))]
    orders = {path.rsplit("/", 1)[1] for path in paths if "/GD-" in path}
    own = {order.number for order in WorkOrder.select().where(WorkOrder.assignee == chenliang)}
    assert len(orders) == 60
    assert orders < own


# -- their copies


def test_a_copy_shows_neither_name_nor_phone_though_they_were_just_revealed(
        chen: Any, accepted_order: WorkOrder, path: str) -> None:
    Owner.update(name="王晓梅").execute()
    form = form_of(chen.get(path), "reveals")
    form["reveal_reason"] = "before_visit"
    assert form.submit().status_code == 303
    page, copy = chen.get(path), chen.get(path, headers=COPY)
    assert "王晓梅" in page
    assert "13800001234" in page
    assert "王晓梅" not in copy
    assert "13800001234" not in copy
    assert "138****1234" in copy


def test_a_copy_names_neither_who_urged_nor_who_reported_the_same(
        chen: Any, home: Place, accepted_order: WorkOrder, path: str, sunqi: User) -> None:
    Urge.make(accepted_order, "怎么还没来", by=sunqi, name="李建国", phone="13911112222")
    same = WorkOrder.report(home, "楼下也漏", by=None, name="赵小兰", phone="13933334444")
    Merge.into(same, accepted_order, by=sunqi)
    form = form_of(chen.get(path), "reveals")
    form["reveal_reason"] = "before_visit"
    form.submit()
    page, copy = chen.get(path), chen.get(path, headers=COPY)
    assert "13911112222" in page
    assert "李建国" in page
    assert "怎么还没来" in copy
    for owners in ("李建国", "13911112222", "赵小兰", "13933334444"):
        assert owners not in copy
    assert "李**" in copy
    assert "赵**" in copy


def test_a_copy_masks_a_phone_somebody_typed_into_a_text(
        chen: Any, home: Place, chenliang: User, sunqi: User, accepted_order: WorkOrder, path: str) -> None:
    WorkOrder.update(text="厨房漏水,电话:13800001234。").execute()
    Note.add(WorkOrder.get(), "改打 13900005678 找他", by=sunqi)
    page, copy = chen.get(path), chen.get(path, headers=COPY)
    for phone, masked in (("13800001234", "138****1234"), ("13900005678", "139****5678")):
        assert phone in page
        assert phone not in copy
        assert masked in copy
    assert "138****1234" in chen.get("/work-orders", headers=COPY)


def test_a_copy_keeps_numbers_that_are_no_phones(chen: Any, accepted_order: WorkOrder, path: str) -> None:
    WorkOrder.update(text="表号 13800001234567 ,户号 12-13800001234").execute()
    copy = chen.get(path, headers=COPY)
    for number in ("13800001234567", "12-13800001234", accepted_order.number):
        assert number in copy


@pytest.mark.parametrize(("lang", "note"), [("zh-CN", "本机副本，存于 "), ("en", "Kept on this phone ")])
def test_a_copy_says_that_it_is_one_and_a_page_does_not(
        browse: Any, accepted_order: WorkOrder, path: str, lang: str, note: str) -> None:
    visitor = browse("chenliang", lang=lang)
    for kept in (path, "/work-orders", "/reports/new", "/outbox"):
        [said] = visitor.get(kept, headers=COPY).html.select(".kept-note")
        assert said.get_text().startswith(note)
        assert visitor.get(kept).html.select(".kept-note") == []


def test_a_kept_page_says_that_its_copy_differs(chen: Any, accepted_order: WorkOrder, path: str) -> None:
    for kept in (path, "/work-orders", "/reports/new", "/outbox"):
        assert "Offline-Copy" in chen.get(kept).headers["Vary"]


# -- the installable app


@pytest.mark.parametrize(("lang", "name", "short", "tag"), [("zh-CN", "闭环工单", "闭环", "zh"),
                                                            ("en", "Bihuan work orders", "Bihuan", "en")])
def test_the_manifest_makes_an_app_of_it_in_the_readers_language(
        browse: Any, lang: str, name: str, short: str, tag: str) -> None:
    answer = browse(lang=lang).get("/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    assert answer.headers["Cache-Control"] == "no-cache"
    manifest = json.loads(answer.text)
    assert (manifest["name"], manifest["short_name"], manifest["lang"]) == (name, short, tag)
    assert (manifest["display"], manifest["scope"], manifest["id"]) == ("standalone", "/", "/")


def test_the_manifests_icons_are_of_the_sizes_it_states(browse: Any) -> None:
    visitor = browse()
    icons = json.loads(visitor.get("/manifest.webmanifest").text)["icons"]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in icons}
    for icon in icons:
        answer = visitor.get(icon["src"])
        with Image.open(BytesIO(answer.body)) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
            assert Image.MIME[image.format] == icon["type"] == answer.content_type


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize(("login", "start"), [("chenliang", "/work-orders"), ("machunsheng", "/patrols")])
def test_the_manifests_ways_in_are_open_to_who_works_in_the_field(
        browse: Any, login: str, start: str, lang: str) -> None:
    visitor = browse(login, lang=lang)
    manifest = json.loads(visitor.get("/manifest.webmanifest").text)
    assert manifest["start_url"] == start
    ways = [manifest["start_url"], *(way["url"] for way in manifest["shortcuts"])]
    assert len(ways) > 1
    for way in ways:
        assert visitor.get(way).status_code == 200
    for way in manifest["shortcuts"]:
        assert [visitor.get(icon["src"]).status_code for icon in way["icons"]] == [200]


def test_a_page_of_the_staffs_names_the_manifest_and_an_owners_does_not(chen: Any, browse: Any, home: Place) -> None:
    assert chen.get("/work-orders").html.select_one("link[rel=manifest]")["href"] == "/manifest.webmanifest"
    assert browse().get(f"/r/{home.parent.code}").html.select("link[rel=manifest]") == []


# -- the service worker


def shell_of(visitor: Any) -> list[str]:
    listed = re.match(r"const SHELL = (\[.*\]);\n", visitor.get("/service-worker.js").text)
    assert listed
    return [str(path) for path in json.loads(listed[1])]


@pytest.fixture
def changed_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation whose send.js is another."""
    shutil.copytree(ROOT / "static", tmp_path / "static")
    script = tmp_path / "static/js/outbox/send.js"
    script.write_text(script.read_text(encoding="utf-8") + "export const more = 1;\n", encoding="utf-8")
    monkeypatch.setattr(assets, "STATIC", tmp_path / "static")
    forget_files()
    yield
    forget_files()


def forget_files() -> None:
    for known in (assets.styles, assets.minified, assets.scripts, assets.scripts_digest, assets._digest_of_file):
        known.cache_clear()


def test_the_service_worker_lists_only_what_is_there(browse: Any) -> None:
    visitor = browse()
    listed = shell_of(visitor)
    assert len(listed) > 10
    assert {path: visitor.get(path, expect_errors=True).status_code for path in listed} == dict.fromkeys(listed, 200)


def test_the_service_worker_may_always_be_a_new_one(browse: Any) -> None:
    answer = browse().get("/service-worker.js")
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")


def test_a_changed_script_changes_the_service_worker_and_every_version(
        request: pytest.FixtureRequest, chen: Any, accepted_order: WorkOrder) -> None:
    def look() -> list[str]:
        return [chen.get("/service-worker.js").text, version_of(chen.get("/outbox")),
                version_of(chen.get(f"/work-orders/{accepted_order.number}"))]

    before = look()
    assert look() == before
    request.getfixturevalue("changed_script")
    assert all(now != then for now, then in zip(look(), before, strict=True))


def test_every_module_a_script_imports_is_there_without_a_signal(browse: Any) -> None:
    visitor = browse()
    listed = shell_of(visitor)
    imported = {urljoin(path, name) for path in listed if path.startswith("/js-")
                for name in re.findall(r"""(?:\bfrom|\bimport)\s*\(?["']([^"']+)["']""", visitor.get(path).text)}
    assert any("idb" in path for path in imported)
    assert any(path.endswith("/outbox/items.js") for path in imported)
    assert imported <= set(listed)


def test_every_script_and_style_of_a_kept_page_is_there_without_a_signal(chen: Any, accepted_order: WorkOrder) -> None:
    listed = shell_of(chen)
    for path in (f"/work-orders/{accepted_order.number}", "/work-orders", "/reports/new", "/outbox"):
        page = chen.get(path).html
        loaded = [tag.get("src") or tag.get("href") for tag in page.select("script[src], link[rel=stylesheet]")]
        assert len(loaded) > 3
        assert set(loaded) <= set(listed), path


def test_a_script_is_kept_for_ever_under_its_own_digest_only(browse: Any) -> None:
    visitor = browse()
    path = next(path for path in shell_of(visitor) if path.endswith("/outbox/send.js"))
    assert "immutable" in visitor.get(path).headers["Cache-Control"]
    assert visitor.get("/js-0000000000/outbox/send.js").headers["Cache-Control"] == "no-cache"
    for none in ("service-worker.js", "../views/assets.py", "..%2Fcss%2Fbase.css", "nothing.js"):
        assert visitor.get(f"/js-0000000000/{none}", expect_errors=True).status_code == 404


def test_the_content_policy_lets_in_the_worker_and_the_manifest_from_here_only(chen: Any) -> None:
    for path in ("/work-orders", "/outbox", "/service-worker.js"):
        policy = dict(part.strip().split(" ", 1)
                      for part in chen.get(path).headers["Content-Security-Policy"].split(";"))
        assert (policy["worker-src"], policy["manifest-src"]) == ("'self'", "'self'")


def test_the_outbox_and_the_service_worker_are_small_on_the_way(browse: Any) -> None:
    visitor = browse()
    parts = [visitor.get(path).body for path in shell_of(visitor) if "/outbox/" in path]
    parts.append(visitor.get("/service-worker.js").body.split(b"\n", 1)[1])
    assert len(parts) > 4
    assert sum(len(gzip.compress(part, 9)) for part in parts) <= MOST_BYTES


def test_a_kept_pages_form_needs_no_key_of_the_server(chen: Any, accepted_order: WorkOrder, path: str) -> None:
    """The phone gives its own; the copy's may be sent by several items."""
    form = chen.get(path, headers=COPY).html.select_one("form[data-outbox=arrive]")
    assert form["action"] == f"{path}/arrival"
    sent = {"key": key(), "version": form.select_one("[name=version]")["value"], "no_photo_reason": "太暗"}
    answer = chen.post(form["action"], sent, headers={"Outbox-Key": sent["key"], "Outbox-User": "chenliang"})
    assert answer.status_code == 201


@pytest.mark.parametrize("text", ["请打13800001234联系", "+8613800001234", "138 0000 1234", "138-0000-1234"])
def test_a_copy_masks_a_phone_however_it_is_typed(
        chen: Any, accepted_order: WorkOrder, path: str, text: str) -> None:
    WorkOrder.update(text=text).execute()
    shown = re.sub(r"\D", "", chen.get(path, headers=COPY).html.select_one(".order-text").get_text())
    assert "13800001234" not in shown
