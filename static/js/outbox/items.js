// What waits on this phone. Photos lie apart from their items, so that counting reads none.
import { openDB } from "/static/vendor/idb-8.0.4.js";

const STORES = ["items", "photos"];
export const isSupported = navigator.locks && navigator.serviceWorker;
export const words = JSON.parse(document.querySelector("[data-words]").dataset.words);
const pages = isSupported ? new BroadcastChannel("outbox") : {};
const heard = ({ data }) => document.dispatchEvent(new CustomEvent("outbox", { detail: data }));
pages.onmessage = heard;
let opened;

// One transaction over both, over when all of it is on disk.
export async function within(mode, work) {
  opened ??= openDB("outbox", 1, {
    upgrade(database) {
      database.createObjectStore("items", { keyPath: "seq", autoIncrement: true });
      database.createObjectStore("photos");
    },
  });
  const transaction = (await opened).transaction(STORES, mode, { durability: "strict" });
  try {
    const answer = await work(...STORES.map((name) => transaction.objectStore(name)));
    await transaction.done;
    return answer;
  } catch (error) {
    // Nothing by halves: an item without its photos would be none.
    transaction.done.catch(() => {});
    if (!transaction.error) transaction.abort();
    throw transaction.error ?? error;
  }
}

export const all = () => within("readonly", (items) => items.getAll());
export const photosOf = (seq) => within("readonly", async (_, photos) => (await photos.get(seq)) ?? []);

export async function change(work) {
  await within("readwrite", work);
  announce();
}

// Tells every page of this phone, this one included.
export function announce(data) {
  pages.postMessage(data);
  heard({ data });
}

// Who works on this page; on one that is nobody's, who last did.
export const whose = () => document.body.dataset.user ?? localStorage.user;
