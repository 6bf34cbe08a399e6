"""A phone or a desk in a real Chromium, before the real server on an installation of its own."""
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from PIL import Image
from pillow_heif import from_pillow
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect, sync_playwright

from models.base import database
from models.place import Estate
from models.storage import keep_photos_in, open_database
from tests.conftest import PASSWORD, ROOT, Prepared, drawing, open_at_all_hours
from views.commands import DEMO_PASSWORD

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
# The first is the same browser without the parts that draw windows: on a slow machine its tests take half the time.
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = "no Chromium on the PATH: apt-get install chromium fonts-noto-cjk"
# A real phone paints four times as many pixels; nothing measured here depends on them.
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 1, "is_mobile": True,
                         "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}

PR_SET_PDEATHSIG = 1
WITHOUT_OUTBOX = "delete Navigator.prototype.serviceWorker"

expect.set_options(timeout=20_000)  # patience costs nothing where things are right, and a busy machine is slow


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


# -- the browser


@pytest.fixture(scope="session", autouse=True)
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        if os.environ.get("BIHUAN_REQUIRE_BROWSER") == "1":
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


# -- the server


@dataclass
class Installation:
    """A running server: its address, its data folder, the password of its staff, and who has signed in already."""

    base: str
    data: Path
    password: str
    cookies: dict[str, Any] = field(default_factory=dict)


@contextmanager
def served(data: Path, command: str = "serve", *, password: str = PASSWORD, htmx: str = "local",
           patience: float = 30, root: Path = ROOT, port: int = 0) -> Iterator[Installation]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = port or free.getsockname()[1]
    with (data / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py", command, "--port", str(port)], cwd=root, env=settings(data, htmx),
            stdout=log, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=end_with_the_tests)
        try:
            base = f"http://127.0.0.1:{port}"
            wait_for_health(base, process, patience, data / "server.log")
            yield Installation(base, data, password)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def end_with_the_tests() -> None:
    """The server goes when the tests are killed, which leaves them no time to end it. Linux only."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def settings(data: Path, htmx: str = "local") -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BIHUAN_")}
    return {**plain, "BIHUAN_DATA": str(data), "BIHUAN_HTMX": htmx, "PYTHONUTF8": "1"}


def wait_for_health(base: str, process: "subprocess.Popen[bytes]", patience: float, log: Path) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        with suppress(URLError, ConnectionError), urlopen(f"{base}/health", timeout=5):
            return
        time.sleep(0.1)
    raise TimeoutError(log.read_text())


def import_estate(data: Path) -> None:
    subprocess.run([sys.executable, "app.py", "estate", "import", "demo", "--password", PASSWORD],
                   cwd=ROOT, env=settings(data), check=True, capture_output=True)
    with backstage(Installation("", data, PASSWORD)):
        open_at_all_hours(Estate.get())


def load_demo(data: Path) -> None:
    with served(data, "demo", password=DEMO_PASSWORD, patience=240):
        pass


@pytest.fixture(scope="session")
def installation(prepared: Prepared) -> Iterator[Installation]:
    """The estate of demo/ and no orders yet."""
    with served(prepared("estate", import_estate)) as running:
        yield running


@pytest.fixture(scope="session")
def cdn_installation(prepared: Prepared) -> Iterator[Installation]:
    """The same, with htmx from its CDN as most installations have it."""
    with served(prepared("estate", import_estate), htmx="cdn") as running:
        yield running


@pytest.fixture(scope="session")
def demo(prepared: Prepared) -> Iterator[Installation]:
    """The believable estate with its forty orders in every state."""
    with served(prepared("demo", load_demo), password=DEMO_PASSWORD) as running:
        yield running


@contextmanager
def backstage(running: Installation) -> Iterator[Path]:
    """The records of a running server, at hand for a test."""
    opened = open_database(f"sqlite:///{running.data / 'bihuan.db'}")
    keep_photos_in(str(running.data / "photos"))
    database.connect()
    try:
        yield running.data
    finally:
        opened.close_all() if hasattr(opened, "close_all") else opened.close()


@pytest.fixture
def stage(installation: Installation) -> Iterator[Path]:
    """The server's own installation: the cast and its orders are those the browser meets."""
    with backstage(installation) as data:
        yield data


# -- who visits

Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """`visit()` is an owner's phone, `visit("sunqi", size=DESK)` Sun Qi's desk; each a browser of its own.

    The service worker is let in where a test is about what is there without a signal, and costs its time only there.
    Without `outbox` it is one like WeChat's on an iPhone, which has no service worker: forms are sent as any form is.
    """
    opened: list[BrowserContext] = []

    def visitor(login: str | None = None, at: Installation | None = None, *, size: dict[str, Any] = PHONE,
                lang: str = "zh-CN", outbox: bool = True, **more: Any) -> Page:
        at = at or request.getfixturevalue("installation")
        known = at.cookies.get(login) if login else None
        worker = "allow" if request.node.get_closest_marker("offline") else "block"
        context = chromium.new_context(base_url=at.base, locale=lang, timezone_id="Asia/Shanghai",
                                       storage_state=known, service_workers=worker, **size, **more)
        opened.append(context)
        if not outbox:
            context.add_init_script(WITHOUT_OUTBOX)
        page = context.new_page()
        if login and known is None:
            sign_in(page, login, at.password)
            at.cookies[login] = context.storage_state()
        return page

    yield visitor
    for context in opened:
        context.close()


def sign_in(page: Page, login: str, password: str) -> None:
    page.goto("/sign-in")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(password)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


# -- what a hand does


def choose(page: Page, name: str, value: str) -> None:
    page.locator("label.choice", has=page.locator(f"[name='{name}'][value='{value}']")).tap()


def with_htmx(page: Page) -> Page:
    """The page once htmx has taken its forms over; before that they are sent as any form is."""
    eventually(page, "document.querySelector('[hx-post]')['htmx-internal-data'] !== undefined")
    return page


def with_picker(page: Page) -> Page:
    """An owner's page, which has no htmx, once its own scripts are there."""
    eventually(page, "customElements.get('photo-picker') !== undefined")
    return page


def ask(page: Page, script: str, told: Any = None) -> Any:
    """What the script answers; asked again where the page was being left for another just then."""
    for _ in range(100):
        try:
            return page.evaluate(script, told)
        except Error as failed:
            if not re.search("context was destroyed|because of a navigation|Cannot find context", failed.message):
                raise
            page.wait_for_timeout(50)
    return page.evaluate(script, told)


def eventually(page: Page, true: str, patience: float = 15) -> None:
    """Ask again and again; Playwright's own waiting is eval(), which our policy forbids."""
    end = time.monotonic() + patience
    while not ask(page, true):
        assert time.monotonic() < end, f"after {patience} s still not: {true}"
        page.wait_for_timeout(50)


def button(page: Page | Locator, words: str) -> Locator:
    return page.get_by_role("button", name=words, exact=True)


def jpeg(seed: int, stage: str = "after") -> dict[str, Any]:
    return {"name": f"IMG_{seed:04}.jpg", "mimeType": "image/jpeg", "buffer": drawing(seed, stage)}


def heic(seed: int) -> dict[str, Any]:
    out = BytesIO()
    from_pillow(Image.open(BytesIO(drawing(seed, "report"))).resize((800, 600))).save(out)
    return {"name": f"IMG_{seed:04}.HEIC", "mimeType": "image/heic", "buffer": out.getvalue()}


def is_loaded(image: Locator) -> bool:
    image.scroll_into_view_if_needed()
    return bool(image.evaluate("i => new Promise(done => i.complete ? done(i.naturalWidth > 0) :"
                               " (i.onload = () => done(true), i.onerror = () => done(false)))"))
