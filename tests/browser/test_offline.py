"""What a phone keeps without a signal: one's own open orders, for a while, and nothing that is somebody else's."""
import shutil
import time
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageChops, ImageStat
from pillow_heif import from_pillow
from playwright.sync_api import Page, expect

from models.photo import Photo
from models.user import User
from models.work_order import Note, WorkOrder
from tests.browser.basement import at, into_the_basement, keep_orders, kept
from tests.browser.conftest import Prepared, Visit, button, import_estate, jpeg, served, sign_in
from tests.conftest import PASSWORD, ROOT, add_photos, drawing

pytestmark = pytest.mark.offline
TEXT_OF = """async (path) => (await (await caches.match(path))?.text()) ?? ''"""
AGE = """async ([path, hours]) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name), page = await cache.match(path);
    if (!page) continue;
    const headers = new Headers(page.headers);
    headers.set('Offline-At', Date.now() - hours * 3600e3);
    await cache.put(path, new Response(await page.blob(), { headers }));
  }
}"""


def text_of(page: Page, path: str) -> str:
    return str(page.evaluate(TEXT_OF, path))


def until(true: Any, patience: float = 15) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


# -- kept


def test_the_list_brings_ones_own_open_orders_and_their_photos_onto_the_phone(
    visit: Visit, working_order: WorkOrder, finished_order: WorkOrder, registered_order: WorkOrder,
) -> None:
    add_photos(working_order, "report", 9, by=None)
    page = visit("chenliang")
    page.goto("/work-orders")
    until(lambda: "/outbox" in kept(page).get("*", []) and "/reports/new" in kept(page).get("chenliang", []))
    assert set(kept(page)) == {"*", "chenliang"}


@pytest.mark.slow
def test_kept_orders_can_be_read_and_their_pictures_seen(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    keep_orders(page, working_order)
    until(lambda: "/work-orders" in kept(page)["chenliang"])
    into_the_basement(page)
    page.goto("/work-orders")
    expect(page.locator(".kept-note")).to_contain_text("本机副本")
    page.locator(".card-link", has_text=working_order.number).tap()
    expect(page.locator(".order-text")).to_have_text(working_order.text)
    assert page.locator(".shot img").first.evaluate("i => i.decode().then(() => i.naturalWidth)") > 0


@pytest.mark.slow
def test_a_kept_page_is_renewed_when_anything_about_the_order_is_new(
    visit: Visit, working_order: WorkOrder, sunqi: User,
) -> None:
    page = visit("chenliang")
    keep_orders(page, working_order)
    Note.add(working_order, "业主改约到下午三点", by=sunqi)
    page.goto("/work-orders")
    until(lambda: "业主改约到下午三点" in text_of(page, at(working_order)))


@pytest.mark.slow
def test_an_order_that_is_handed_in_or_given_away_leaves_the_phone(
    visit: Visit, working_order: WorkOrder, accepted_order: WorkOrder, xuwei: User, sunqi: User,
) -> None:
    page = visit("chenliang")
    keep_orders(page, accepted_order)
    accepted_order.catch_up()
    WorkOrder.update(state="accepted").where(WorkOrder.id == accepted_order.id).execute()
    given = WorkOrder.get_by_id(accepted_order.id)
    given.assign(xuwei, by=sunqi)
    page.goto("/work-orders")
    until(lambda: at(given) not in kept(page).get("chenliang", []))


@pytest.mark.slow
def test_a_revealed_phone_is_on_the_screen_and_not_in_the_copy(visit: Visit, accepted_order: WorkOrder) -> None:
    WorkOrder.update(text="请打 13912345678 找我").where(WorkOrder.id == accepted_order.id).execute()
    page = visit("chenliang")
    keep_orders(page, accepted_order)
    page.goto(at(accepted_order))
    button(page, "显示电话").tap()
    expect(page.locator("a[href='tel:13800001234']")).to_be_visible()
    page.reload()
    expect(page.locator("a[href='tel:13800001234']")).to_be_visible()
    until(lambda: "138****1234" in text_of(page, at(accepted_order)))
    copy = text_of(page, at(accepted_order))
    assert "13800001234" not in copy
    assert "13912345678" not in copy
    assert "139****5678" in copy


@pytest.mark.slow
def test_who_also_does_other_work_has_their_own_orders_on_the_phone(
    visit: Visit, registered_order: WorkOrder, heguangjun: User, sunqi: User,
) -> None:
    registered_order.assign(heguangjun, by=sunqi, why="就近处理")
    page = visit("heguangjun")
    page.goto("/work-orders")
    until(lambda: at(registered_order) in kept(page).get("heguangjun", []))
    until(lambda: "/work-orders?queue=mine" in kept(page)["heguangjun"])
    into_the_basement(page)
    page.goto("/work-orders?queue=mine")
    expect(page.locator(".card", has_text=registered_order.number)).to_be_visible()


@pytest.mark.slow
def test_pages_that_did_not_ask_to_be_kept_are_not(visit: Visit, finished_order: WorkOrder) -> None:
    page = visit("guoqiang")
    for path in ("/work-orders", "/work-orders?queue=doing", at(finished_order), "/account", "/phones", "/nowhere"):
        page.goto(path)
    page.wait_for_timeout(500)
    assert set(kept(page)) == {"*"}
    assert [path for path in kept(page)["*"] if "work-orders" in path or "account" in path] == []


@pytest.mark.slow
def test_a_redirect_to_the_sign_in_form_replaces_no_kept_page(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    keep_orders(page, working_order)
    page.wait_for_timeout(1000)  # every answer under way brings the cookie back
    page.context.clear_cookies()
    page.goto(at(working_order))
    expect(page.locator("[name=password]")).to_be_visible()
    page.wait_for_timeout(300)
    assert "name=\"password\"" not in text_of(page, at(working_order))
    assert working_order.number in text_of(page, at(working_order))


@pytest.mark.parametrize("login", ["xuwei", "guoqiang"])
@pytest.mark.slow
def test_another_person_on_the_phone_finds_nothing_of_the_first(
    visit: Visit, working_order: WorkOrder, login: str,
) -> None:
    page = visit("chenliang")
    keep_orders(page, working_order)
    page.context.clear_cookies()
    sign_in(page, login, PASSWORD)
    until(lambda: "chenliang" not in kept(page))
    into_the_basement(page)
    page.goto(at(working_order))
    expect(page.locator(".outbox-elsewhere")).to_be_visible()
    assert working_order.text not in page.content()


@pytest.mark.slow
def test_what_was_kept_is_shown_for_72_hours(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    keep_orders(page, working_order)
    into_the_basement(page)
    page.evaluate(AGE, [at(working_order), 71])
    page.goto(at(working_order))
    expect(page.locator(".order-text")).to_be_visible()
    page.evaluate(AGE, [at(working_order), 73])
    page.goto(at(working_order))
    expect(page.locator(".outbox-elsewhere")).to_be_visible()
    expect(page.locator(".outbox-elsewhere")).to_contain_text("没有信号")


@pytest.mark.slow
def test_a_network_that_says_nothing_is_waited_for_only_a_moment(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    keep_orders(page, working_order)
    line = page.context.new_cdp_session(page)
    line.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 30_000, "downloadThroughput": 100, "uploadThroughput": 100})
    began = time.monotonic()
    try:
        page.goto(at(working_order), wait_until="commit")
        expect(page.locator(".order-text")).to_be_visible(timeout=15_000)
    finally:
        line.detach()
    assert time.monotonic() - began < 15


# -- installable


def test_the_app_can_be_installed(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang")
    page.goto("/work-orders")
    page.wait_for_timeout(800)
    about = page.context.new_cdp_session(page)
    manifest = about.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/manifest.webmanifest")
    assert [one for one in about.send("Page.getInstallabilityErrors")["installabilityErrors"]
            if one["errorId"] != "in-incognito"] == []


# -- a new version


def copy_of_the_app(app: Path) -> Path:
    for name in ("models", "views", "templates", "static", "translations", "demo"):
        shutil.copytree(ROOT / name, app / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", app)
    return app


def deploy_another_version(app: Path) -> None:
    with (app / "static" / "js" / "page.js").open("a") as script:
        script.write("\ndocument.documentElement.dataset.next = '';\n")


def is_the_next(page: Page) -> bool:
    return bool(page.evaluate("'next' in document.documentElement.dataset"))


def look_for_a_new_version(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")


@pytest.mark.slow
def test_a_new_version_is_offered_and_never_taken_under_a_half_filled_form(
    visit: Visit, prepared: Prepared, tmp_path: Path,
) -> None:
    app, data = copy_of_the_app(tmp_path / "app"), prepared("estate", import_estate)
    with served(data, root=app) as running:
        page = visit("chenliang", running)
        page.goto("/reports/new")
        page.wait_for_timeout(1000)
    deploy_another_version(app)
    with served(data, root=app, port=int(running.base.rsplit(":", 1)[1])):
        page.locator("[name=text]").fill("写到一半")
        look_for_a_new_version(page)
        expect(page.locator(".new-version")).to_contain_text("有新版本")
        button(page, "立即更新").tap()
        page.wait_for_timeout(1500)
        expect(page.locator("[name=text]")).to_have_value("写到一半")
        assert not is_the_next(page)
        page.reload()
        page.wait_for_timeout(500)
        assert is_the_next(page)


@pytest.mark.slow
def test_a_new_version_is_taken_at_once_where_nothing_is_being_typed(
    visit: Visit, prepared: Prepared, tmp_path: Path,
) -> None:
    app, data = copy_of_the_app(tmp_path / "app"), prepared("estate", import_estate)
    with served(data, root=app) as running:
        page = visit("chenliang", running)
        page.goto("/reports/new")
        page.wait_for_timeout(1000)
    deploy_another_version(app)
    with served(data, root=app, port=int(running.base.rsplit(":", 1)[1])):
        look_for_a_new_version(page)
        with page.expect_navigation():
            button(page, "立即更新").tap()
        page.wait_for_timeout(500)
        assert is_the_next(page)


# -- photos


def camera_file(width: int = 3000, height: int = 2000, orientation: int = 6) -> bytes:
    """A large photo as a phone held upright makes it: lying pixels, and an EXIF block that says so."""
    picture = Image.open(BytesIO(drawing(201))).resize((width, height))
    exif = picture.getexif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.DateTime] = "2026:11:23 09:15:00"
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = "2026:11:23 09:14:07"
    details[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps.update({ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (31.0, 13.0, 48.0),
                ExifTags.GPS.GPSLongitudeRef: "E", ExifTags.GPS.GPSLongitude: (121.0, 28.0, 12.0)})
    out = BytesIO()
    picture.save(out, "JPEG", quality=98, exif=exif)
    return out.getvalue()


def send_photo(page: Page, order: WorkOrder, name: str, kind: str, data: bytes) -> Photo:
    page.goto(at(order))
    page.locator("summary", has_text="只补照片").tap()
    page.locator("form[action$='/photos'] [name=photos]").set_input_files(
        {"name": name, "mimeType": kind, "buffer": data})
    page.locator("form[action$='/photos'] [type=submit]").tap()
    until(lambda: Photo.select().where(Photo.order == order, Photo.stage == "during").exists())
    return Photo.get(Photo.order == order, Photo.stage == "during")


def test_a_large_photo_is_sent_smaller_and_tells_all_that_the_camera_told(
    visit: Visit, working_order: WorkOrder,
) -> None:
    original = camera_file()
    photo = send_photo(visit("chenliang"), working_order, "IMG_0201.jpg", "image/jpeg", original)
    assert (photo.width, photo.height) == (1365, 2048)
    assert photo.size < len(original) / 2
    assert (photo.camera_sha256, photo.camera_size) == (sha256(original).hexdigest(), len(original))
    assert (photo.exif_local.isoformat(), photo.exif_offset) == ("2026-11-23T09:14:07", "+08:00")
    assert (round(photo.latitude, 4), round(photo.longitude, 4)) == (31.23, 121.47)
    sent = Image.open(BytesIO(photo.data("large"))).resize((30, 45))
    made = Image.open(BytesIO(original)).transpose(Image.Transpose.ROTATE_270).resize((30, 45))
    assert ImageStat.Stat(ImageChops.difference(sent, made)).mean[0] < 6


@pytest.mark.parametrize(("name", "kind"), [("a.heic", "image/heic"), ("a.png", "image/png")])
@pytest.mark.slow
def test_a_photo_that_cannot_be_made_smaller_whole_goes_as_it_is(
    visit: Visit, working_order: WorkOrder, name: str, kind: str,
) -> None:
    out, picture = BytesIO(), Image.open(BytesIO(drawing(202))).resize((2400, 1800))
    if kind == "image/heic":
        from_pillow(picture).save(out)
    else:
        picture.save(out, "PNG")
    photo = send_photo(visit("chenliang"), working_order, name, kind, out.getvalue())
    assert photo.size == len(out.getvalue())
    assert photo.sha256 == photo.camera_sha256
    assert photo.media_type == kind


REAL = Path(__file__).parents[3] / "shared" / "photos" / "good"


@pytest.mark.skipif(not REAL.is_dir(), reason="no folder of real photos here")
@pytest.mark.slow
def test_real_camera_files_keep_what_they_tell(visit: Visit, working_order: WorkOrder) -> None:
    data = (REAL / "nokia-12mp.jpg").read_bytes()
    photo = send_photo(visit("chenliang"), working_order, "nokia.jpg", "image/jpeg", data)
    assert max(photo.width, photo.height) == 2048
    assert photo.size < len(data) / 3
    assert photo.exif_local and photo.exif_offset == "+03:00"
    assert photo.latitude and photo.longitude
    assert photo.camera_size == len(data)


# -- forms that are sent plainly


@pytest.mark.slow
def test_a_plain_form_with_photos_shows_how_far_it_is(visit: Visit, working_order: WorkOrder) -> None:
    page = visit("chenliang", outbox=False)
    page.goto(at(working_order))
    line = page.context.new_cdp_session(page)
    line.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 150_000})
    page.evaluate("""() => {
      window.furthest = 0;
      document.addEventListener("htmx:xhr:progress", () => {
        const bar = document.querySelector("progress.sending:not([hidden])");
        if (bar) window.furthest = Math.max(window.furthest, bar.value);
      });
    }""")
    page.locator("form[action$='/completion'] [name=photos]").set_input_files([jpeg(203), jpeg(204)])
    page.locator("[name=done]").fill("换了软管")
    button(page, "完工提交").tap()
    expect(page.locator("progress.sending:visible")).to_be_visible()
    expect(page.locator(".state").first).to_have_text("待验收")
    assert 0 < page.evaluate("window.furthest") <= 100
