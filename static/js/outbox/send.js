// Sends what waits, in order for each work order, one page at a time. Only an answer with the item's key counts.
import { fieldsOf } from "../typed.js";
import { all, announce, change, photosOf, whose, within } from "./items.js";

let wait = 1000;
let timer;
let next;

export function send() {
  clearTimeout(timer);
  return (next ??= navigator.locks.request("outbox", () => {
    next = undefined;
    return round();
  }));
}

async function round() {
  const stuck = new Set();
  let isThrough;
  for (const { seq } of await all()) {
    const item = await within("readonly", (items) => items.get(seq));
    // What was sent stays listed for a day.
    if (Date.now() - item?.triedAt > 864e5 && item.state === "sent") await change((items) => items.delete(seq));
    if (!item || item.user !== whose() || /sent|refused/.test(item.state) || stuck.has(item.order)) continue;
    announce(seq);
    const state = await deliver(item).catch(() => "waiting");
    if (/sent|refused/.test(state)) isThrough = true;
    else stuck.add(item.order);
    if (state === "sign-in") break;
  }
  wait = isThrough || !stuck.size ? 1000 : Math.min(2 * wait, 300e3);
  if (stuck.size) timer = setTimeout(send, wait);
}

async function deliver(item) {
  const { status, said } = await post(item, await photosOf(item.seq));
  const isOurs = said?.key === item.key;
  let state = "waiting";
  if (status === 401 || status === 0) state = "sign-in";
  else if (isOurs) state = status === 201 ? "sent" : status < 500 ? "refused" : state;
  await change(async (items, photos) => {
    // It may have been removed meanwhile.
    if (!(await items.get(item.seq))) return;
    await items.put({ ...item, error: status ?? "unreached", ...(isOurs && said), state, triedAt: Date.now() });
    if (state !== "sent") return;
    await photos.delete(item.seq);
    // What was done on top of it goes on from the version it led to.
    for (const later of await items.getAll()) {
      if (later.order !== item.order || later.seq <= item.seq || later.state === "sent") continue;
      await items.put({ ...later, state: "waiting", version: Math.max(later.version, said.version) });
    }
  });
  return state;
}

// Status 0 is a redirect; without one there was no answer.
async function post(item, photos) {
  const form = new FormData();
  for (const [name, value] of fieldsOf(item)) form.append(name, value);
  let patience = 60e3;
  for (const { name, type, data, camera } of photos) {
    form.append("photos", new File([data], name, { type }));
    for (const fact in camera) form.append(`camera_${fact}`, camera[fact]);
    patience += data.byteLength / 8;
  }
  form.set("key", item.key);
  form.set("version", item.version);
  form.set("captured_at", item.at);
  form.set("sent_at", Date.now());
  const stop = new AbortController();
  setTimeout(() => stop.abort(), patience);
  try {
    const answer = await fetch(item.path, {
      method: "POST", body: form, redirect: "manual", signal: stop.signal,
      headers: { "Outbox-Key": item.key, "Outbox-User": encodeURIComponent(item.user) },
    });
    return { status: answer.status, said: await answer.json().catch(() => {}) };
  } catch {
    return {};
  }
}
