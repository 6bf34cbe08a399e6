"""The outbox through a day of bad luck: whatever fails and whenever it does, each item arrives once and in order."""
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Error, Locator

from models.dispatch import Category
from models.event import Event
from models.photo.record import Photo, keys_of
from models.place import Estate, Place
from models.storage import photo_files
from models.submission import Submission
from models.user import User
from models.work_order import WorkOrder
from tests.browser.conftest import Installation, Prepared, backstage, eventually, import_estate
from tests.browser.faults import FAULTS, Fault, Network, Phone, Server
from tests.conftest import PASSWORD, drawing

SEED = 20_261_122
ORDERS = 10
KILLS = 20
OUTAGES = 6
LAST_OUTAGE = 80  # the items after it are all saved with the server away
RATE = 0.3
CALM = 60  # seconds
PATIENCE = 40  # seconds for one item, however often it is tried

# Which saves the page has said: "… · 已存本机", or "… · 已送达" where that came first.
LISTEN = """
  window.said = new Set();
  new MutationObserver(() => {
    for (const button of document.querySelectorAll("form[data-outbox] [type=submit]"))
      if (/ · (已存本机|已送达)$/.test(button.textContent)) said.add(button.form.getAttribute("action"));
  }).observe(document, { subtree: true, childList: true, characterData: true });
"""
HELD = """() => new Promise((done, failed) => {
  const asked = indexedDB.open("outbox");
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = () => done([]);
  asked.onsuccess = () => {
    const stores = asked.result.transaction(["items", "photos"]);
    const items = stores.objectStore("items").getAll();
    const seqs = stores.objectStore("photos").getAllKeys();
    const photos = stores.objectStore("photos").getAll();
    stores.onabort = () => failed(stores.error);
    stores.oncomplete = () => {
      asked.result.close();
      const there = Object.fromEntries(seqs.result.map((seq, n) => [seq, photos.result[n].length]));
      done(items.result.map((item) => ({
        seq: item.seq, key: item.key, path: item.path, state: item.state, receipt: item.receipt, error: item.error,
        note: item.fields.find(([name]) => name === "note")?.[1] ?? "", shots: item.shots, photos: there[item.seq],
      })));
    };
  };
})"""
IS_TAKEN_OVER = """async () => {
  const forms = document.querySelector("script[src$='outbox/forms.js']");
  if (!document.querySelector("#order form[data-outbox=note]") || !forms) return false;
  return import(forms.src).then(({ ready }) => ready).then(() => true, () => false);
}"""

PLACES = {"accept": "acceptance", "arrive": "arrival", "note": "notes", "photo": "photos", "finish": "completion"}
DAY = ("accept", "note", "arrive", "note", "note", "photo", "note", "note", "note", "finish")
SHOTS = {"arrive": ("before", 1), "photo": ("during", 1), "finish": ("after", 2)}


@dataclass(eq=False)
class Item:
    """One thing the technician does to an order. `is_said`: the page said that it is saved."""

    order: str
    verb: str
    words: str = ""
    photos: list[dict[str, Any]] = field(default_factory=list)
    is_said: bool = False

    @property
    def path(self) -> str:
        return f"{self.order}/{PLACES[self.verb]}"

    @property
    def name(self) -> tuple[str, str]:
        return self.path, self.words if self.verb == "note" else ""

    @property
    def history(self) -> list[tuple[str, str]]:
        """What it leaves: each photo by its content, then the verb with its words."""
        shots = [("photo", sha256(photo["buffer"]).hexdigest()) for photo in self.photos]
        return shots if self.verb == "photo" else [*shots, (self.verb, self.words)]


@dataclass
class Figures:
    """Kills that hit a save before the page had said so, by whether it was there; and saves it never said."""

    saved_unsaid: int = 0
    lost_unsaid: int = 0
    silent: list[tuple[str, str]] = field(default_factory=list)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_hundred_items_through_faults_and_kills_arrive_once_and_in_order(
    chromium: Browser, prepared: Prepared, tmp_path: Path,
) -> None:
    data = prepared("estate", import_estate)
    with backstage(Installation("", data, PASSWORD)):
        days = [day_of(order, n) for n, order in enumerate(orders_for("chenliang"), 1)]
    assert sum(map(len, days)) == 100
    with through_faults(chromium, data, tmp_path) as (network, server, phone):
        prepare(phone, days)
        figures, saved = work(phone, server, days)
        unsent = len(unsent_of(phone))
        phone.page.goto("about:blank")
        network.calm()
        server.start()
        seconds = send_all_in_calm(phone)
        held = held_by(phone)
    tell(network, server, phone, figures, unsent, seconds)

    assert (phone.deaths, server.deaths) == (KILLS, OUTAGES)
    assert all(network.counted[Fault(kind, is_lost)] for kind in FAULTS for is_lost in (False, True))
    assert [item for item in held if item["state"] != "sent"] == []
    assert [name_of(item) for item in held] == [item.name for item in saved]
    with backstage(Installation("", data, PASSWORD)):
        assert {row.key: row.receipt for row in Submission.select().where(Submission.receipt.is_null(False))} == {
            item["key"]: item["receipt"] for item in held}
        for day in days:
            number = day[0].order.split("/")[-1]
            order = WorkOrder.get(WorkOrder.number == number)
            assert order.state == "finished"
            assert history_of(order) == [line for item in day for line in item.history]
            receipts = [int(item["receipt"].split("-")[0]) for item in held if item["path"].startswith(day[0].order)]
            assert receipts == sorted(set(receipts))
        photos = list(Photo.select())
        assert len(photos) == sum(len(item.photos) for day in days for item in day)
        assert all(photo_files().exists(key) for photo in photos for key in keys_of(photo.sha256).values())
        assert Event.first_broken() is None
    # Who is told nothing, and finds the form as it was, taps again.
    assert figures.silent == []


# -- what is to be done


def orders_for(login: str) -> list[WorkOrder]:
    estate, desk, technician = Estate.get(), User.get(User.login == "sunqi"), User.get(User.login == login)
    home, burst_pipe = Place.named(estate, "8栋2单元1503"), Category.leaf(estate, "1001")
    orders = []
    for n in range(1, ORDERS + 1):
        order = WorkOrder.report(home, f"厨房软管爆了,第{n}处", by=None, name="王女士", phone="13800001234")
        order.register(burst_pipe, by=desk, read_back=True)
        order.assign(technician, by=desk)
        orders.append(order)
    return orders


def day_of(order: WorkOrder, n: int) -> list[Item]:
    day: list[Item] = []
    for verb in DAY:
        stage, shots = SHOTS.get(verb, ("", 0))
        item = Item(f"/work-orders/{order.number}", verb)
        item.words = {"note": f"第{n}处备注{len(day)}", "finish": f"第{n}处更换软管"}.get(verb, "")
        item.photos = [small_jpeg(100 * n + 10 * len(day) + shot, stage) for shot in range(shots)]
        day.append(item)
    return day


def small_jpeg(seed: int, stage: str) -> dict[str, Any]:
    out = BytesIO()
    Image.open(BytesIO(drawing(seed, stage))).resize((160, 120)).save(out, "JPEG")
    return {"name": f"IMG_{seed:04}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


# -- the stage


@contextmanager
def through_faults(chromium: Browser, data: Path, tmp_path: Path) -> Iterator[tuple[Network, Server, Phone]]:
    server = Server(data)
    with Network(server.port, seed=SEED, rate=RATE) as network:
        phone = Phone(chromium.browser_type, tmp_path / "profile", network.base, LISTEN)
        phone.profile.mkdir()
        try:
            server.start()
            phone.start()
            yield network, server, phone
        finally:
            phone.stop()
            server.stop()


def prepare(phone: Phone, days: list[list[Item]]) -> None:
    """Signed in, the pages kept, and the browser closed once: that is on disk, as it would be in the morning."""
    for path in ("/sign-in", "/work-orders"):
        phone.page.goto(phone.base + path)
        if path == "/sign-in":
            phone.page.locator("[name=login]").fill("chenliang")
            phone.page.locator("[name=password]").fill(PASSWORD)
            phone.page.locator("main form button").first.click()
            phone.page.wait_for_url(lambda url: "/sign-in" not in url)
    orders = [day[0].order for day in days]
    eventually(phone.page, f"Promise.all({orders}.map((path) => caches.match(path))).then((all) => all.every(Boolean))",
               patience=20)
    phone.put_away()
    phone.start()


# -- the technician


def work(phone: Phone, server: Server, days: list[list[Item]]) -> tuple[Figures, list[Item]]:
    """All of it, a few items here and a few there, under kills and outages; after the last the server stays away."""
    chance, figures, saved = random.Random(SEED), Figures(), []
    left = [list(day) for day in days]
    kills = set(chance.sample(range(100), KILLS))
    outages = {*chance.sample(range(5, LAST_OUTAGE - 10), OUTAGES - 1), LAST_OUTAGE}
    with ThreadPoolExecutor(1) as elsewhere:
        outage: Future[None] | None = None
        while left:
            day = chance.choice(left)
            for item in [day.pop(0) for _ in range(min(chance.randint(1, 4), len(day)))]:
                if len(saved) in outages:
                    if outage:
                        outage.result()
                    away = chance.uniform(1.5, 4) if len(saved) != LAST_OUTAGE else None
                    outage = elsewhere.submit(partial(server.die, after=chance.uniform(0, 1), away=away))
                do(item, phone, figures, saved, chance if len(saved) in kills else None)
                saved.append(item)
            left = [day for day in left if day]
        assert outage
        outage.result()
    return figures, saved


def do(item: Item, phone: Phone, figures: Figures, saved: list[Item], doom: random.Random | None) -> None:
    """Until it is saved. With `doom` the browser is killed at a random moment of it, or a little later."""
    is_at_tap = bool(doom and doom.random() < 0.7)
    killer = Timer(doom.uniform(0, 0.2 if is_at_tap else 1.5), phone.die) if doom else None
    if killer and not is_at_tap:
        killer.start()
    end = time.monotonic() + PATIENCE
    while True:
        with suppress(Error):
            enter(item, phone, killer.start if killer and is_at_tap and not killer.ident else lambda: None)
        if killer and (killer.ident or item.is_said):
            if not killer.ident:
                killer.start()
            killer.join()
            killer = None
            phone.start()
            check(held_by(phone), saved, item, figures)
        if item.is_said:
            return
        held = {name_of(one): one for one in held_by(phone)}
        if item.name in held:
            # What was delivered at once stands on the page, drawn anew before a button could be read.
            if not doom and held[item.name]["state"] != "sent":
                figures.silent.append(item.name)
            return
        assert time.monotonic() < end, f"not saved: {item.name}\n{phone.page.url}\n{phone.page.inner_text('body')}"


def check(held: list[dict[str, Any]], saved: list[Item], item: Item, figures: Figures) -> None:
    """After a kill: what was said to be saved is there, whole and once."""
    names = [name_of(one) for one in held]
    there = [*saved, item] if item.is_said or item.name in names else saved
    assert names == [one.name for one in there]
    assert [one for one in held if one["state"] != "sent" and one["shots"] != one["photos"]] == []
    if not item.is_said:
        figures.saved_unsaid += item.name in names
        figures.lost_unsaid += item.name not in names


def enter(item: Item, phone: Phone, on_tap: Callable[[], None]) -> None:
    """As a hand does it: the page, the form, the fields, the button; then look for what the page says."""
    page = phone.page
    if not page.url.endswith(item.order):
        page.goto(phone.base + item.order, wait_until="domcontentloaded")
    if not page.evaluate(IS_TAKEN_OVER):
        page.wait_for_timeout(300)
        page.goto(phone.base + item.order, wait_until="domcontentloaded")
        return
    form = page.locator(f"form[action='{item.path}']")
    if item.verb == "photo" and not form.is_visible():
        page.locator("details", has=form).locator("summary").click()
    fill(item, form)
    page.evaluate("said.clear()")
    on_tap()
    form.locator("[type=submit]").click()
    end = time.monotonic() + 5
    while not item.is_said and time.monotonic() < end:
        item.is_said = page.evaluate("path => said.has(path)", item.path)


def fill(item: Item, form: Locator) -> None:
    for name in {"note": ["note"], "finish": ["done"]}.get(item.verb, []):
        form.locator(f"[name={name}]").fill(item.words)
    if item.photos and form.locator(".picker-shots li").count() < len(item.photos):
        form.locator("[name=photos]").set_input_files(item.photos)


# -- afterwards


def send_all_in_calm(phone: Phone) -> float:
    """Seconds from opening the list until nothing waits."""
    start = time.monotonic()
    phone.page.goto(f"{phone.base}/work-orders")
    while waiting := unsent_of(phone):
        assert "refused" not in [item["state"] for item in waiting], waiting
        assert time.monotonic() - start < CALM, waiting
        time.sleep(0.05)
    return time.monotonic() - start


def held_by(phone: Phone) -> list[dict[str, Any]]:
    """What IndexedDB holds, in the order it was saved; read on any page of the app."""
    for _ in range(10):
        with suppress(Error):
            if not phone.page.url.startswith(phone.base):
                phone.page.goto(f"{phone.base}/outbox", wait_until="domcontentloaded")
            held: list[dict[str, Any]] = phone.page.evaluate(HELD)
            return held
        time.sleep(0.3)
    raise AssertionError(f"no page of the app opens: {phone.page.url}")


def unsent_of(phone: Phone) -> list[dict[str, Any]]:
    return [item for item in held_by(phone) if item["state"] != "sent"]


def name_of(held: dict[str, Any]) -> tuple[str, str]:
    return held["path"], held["note"]


def history_of(order: WorkOrder) -> list[tuple[str, str]]:
    """What the technician did, by the server's history."""
    told = {"photo": "sha256", "note": "text", "finish": "done"}
    return [(event.verb, event.detail[told[event.verb]] if event.verb in told else "")
            for event in Event.about(order.number) if event.by == order.assignee]


def tell(network: Network, server: Server, phone: Phone, figures: Figures, unsent: int, seconds: float) -> None:
    before, after = ({kind: network.counted[Fault(kind, is_lost)] for kind in FAULTS} for is_lost in (False, True))
    answers = {status: n for status, n in network.counted.items() if isinstance(status, int)}
    print(f"\nfaults before the server {before}, after it {after}; the server itself answered {answers};"
          f" {phone.deaths} browser kills, of which {figures.saved_unsaid} hit a save that was there unsaid and"
          f" {figures.lost_unsaid} one that was not; {len(figures.silent)} saves without a word;"
          f" {server.deaths} server kills; {seconds:.1f} s of calm needed for {unsent} items")
