"""What a technician does where there is no signal, and a look into what the phone holds."""
import time
from typing import Any

from playwright.sync_api import Page

from models.event import Event
from models.work_order import WorkOrder
from tests.browser.conftest import ask

# A script with `open` at hand, which answers the outbox's own database.
OPENED = """(told) => {
  const open = () => new Promise((done) => {
    const asked = indexedDB.open('outbox');
    asked.onsuccess = () => done(asked.result);
  });
  return (%s)(told);
}"""
READ = OPENED % """async () => {
  const opened = await open();
  const items = await new Promise((done) => {
    const asked = opened.transaction('items').objectStore('items').getAll();
    asked.onsuccess = () => done(asked.result);
  });
  opened.close();
  return items;
}"""
PUT = OPENED % """async (kept) => {
  const opened = await open();
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const transaction = opened.transaction(['items', 'photos'], 'readwrite');
  for (const { item, photos } of kept) {
    transaction.objectStore('items').put(item);
    transaction.objectStore('photos').put(photos.map((photo) => ({ ...photo, data: bytes(photo.data) })), item.seq);
  }
  await new Promise((done) => (transaction.oncomplete = done));
  opened.close();
}"""
WITHOUT_PHOTOS = OPENED % """async (seq) => {
  const opened = await open();
  const transaction = opened.transaction('photos', 'readwrite');
  transaction.objectStore('photos').delete(seq);
  await new Promise((done) => (transaction.oncomplete = done));
  opened.close();
}"""
KEPT = """async () => {
  const paths = {};
  for (const name of await caches.keys()) {
    paths[name] = (await (await caches.open(name)).keys()).map((one) => one.url.replace(origin, ''));
  }
  return paths;
}"""


def at(order: WorkOrder) -> str:
    return f"/work-orders/{order.number}"


def items(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(page, READ)
    return found


def waiting(page: Page) -> list[str]:
    return [item["what"] for item in items(page) if item["state"] != "sent"]


def kept(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = ask(page, KEPT)
    return found


def keep_orders(page: Page, *orders: WorkOrder) -> None:
    """Open the list, as everybody does before going down, until their orders are on the phone."""
    page.goto("/work-orders")
    end = time.monotonic() + 30
    # The list itself comes last.
    while not {"/work-orders", *(at(order) for order in orders)} <= set(kept(page).get("chenliang", [])):
        assert time.monotonic() < end, kept(page)
        page.wait_for_timeout(100)


def into_the_basement(page: Page) -> None:
    page.context.set_offline(True)


def back_to_daylight(page: Page, *, empty: bool = True) -> None:
    page.context.set_offline(False)
    page.reload()
    if empty:
        eventually_sent(page)


def eventually_sent(page: Page, patience: float = 20) -> None:
    end = time.monotonic() + patience
    while waiting(page):
        assert time.monotonic() < end, items(page)
        page.wait_for_timeout(100)


def alter(page: Page, **facts: Any) -> None:
    """Change the one item that waits; once it was tried in vain, or that try would write it as it was."""
    end = time.monotonic() + 15
    while "error" not in (item := items(page)[0]):
        assert time.monotonic() < end, item
        page.wait_for_timeout(50)
    page.evaluate(PUT, [{"item": {**item, **facts}, "photos": []}])


def take(page: Page, noun: str) -> None:
    """Tap a form's button and wait until it is on the phone's disk.

    The button says so too, but where there is a signal the page may be drawn anew before anybody could read it.
    """
    before, end = keys_for(page, noun), time.monotonic() + 15
    page.locator(f"form[action$='/{noun}'] [type=submit]").first.tap()
    while not keys_for(page, noun) - before:
        assert time.monotonic() < end, f"{noun} was not saved: {items(page)}"
        page.wait_for_timeout(50)


def keys_for(page: Page, noun: str) -> set[str]:
    """The keys of what was saved for that noun."""
    return {item["key"] for item in items(page) if item["path"].endswith(f"/{noun}")}


def write(page: Page, text: str) -> None:
    page.locator("[name=note]").fill(text)
    take(page, "notes")


def verbs(order: WorkOrder) -> list[str]:
    return [event.verb for event in Event.about(order.number)]


def sent_by_phone(order: WorkOrder) -> list[Event]:
    return [event for event in Event.about(order.number) if event.captured_at]
