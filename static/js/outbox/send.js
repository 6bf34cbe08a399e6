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
  for (const { seq, user, state, order, triedAt } of await all()) {
    // What was sent stays listed for a day.
    if (state === "sent" && Date.now() - triedAt > 24 * 3600e3) await within("readwrite", (items) => items.delete(seq));
    if (user !== whose() || /sent|refused/.test(state) || stuck.has(order)) continue;
    announce(seq);
    const became = await deliver(seq);
    if (/sent|refused/.test(became)) isThrough = true;
    else stuck.add(order);
    if (became === "sign-in") break;
  }
  tell(await all());
  wait = isThrough || !stuck.size ? 1000 : Math.min(2 * wait, 300e3);
  if (stuck.size) timer = setTimeout(send, wait);
}

// What this phone still holds, for those who run the work: when it has changed, else every five minutes.
function tell(items) {
  const body = new URLSearchParams();
  for (const { state, user, at } of items) if (state !== "sent") body.append(user, at);
  const told = body + Math.floor(Date.now() / 300e3);
  if (told === sessionStorage.told) return;
  fetch(`/phones/${(localStorage.phone ??= crypto.randomUUID())}`, { method: "POST", body }).then(() => (sessionStorage.told = told), () => {});
}

async function deliver(seq) {
  const item = await within("readonly", (items) => items.get(seq));
  if (!item) return "sent";
  const { status, said } = await post(item, await photosOf(seq));
  const isOurs = said.key === item.key;
  let state = "waiting";
  if (status === 401 || status === 0) state = "sign-in";
  else if (isOurs) state = status === 201 ? "sent" : status < 500 ? "refused" : state;
  await change(async (items, photos) => {
    await items.put({ ...item, ...said, state, error: said.error ?? (state === "waiting" ? status : ""), triedAt: Date.now() });
    if (state !== "sent") return;
    await photos.delete(seq);
    // What was done on top of it goes on from the version it led to.
    for (const later of await items.getAll()) {
      if (later.order !== item.order || later.seq <= seq || later.state === "sent") continue;
      await items.put({ ...later, state: "waiting", version: Math.max(later.version, said.version) });
    }
  });
  return state;
}

// Status 0 is a redirect; without one there was no answer.
async function post(item, photos) {
  const form = new FormData();
  for (const [name, value] of fieldsOf(item)) form.append(name, value);
  for (const { name, type, data, camera } of photos) {
    form.append("photos", new File([data], name, { type }));
    for (const fact in camera) form.append(`camera_${fact}`, camera[fact]);
  }
  form.set("key", item.key);
  form.set("version", item.version);
  form.set("captured_at", item.at);
  form.set("sent_at", Date.now());
  try {
    const answer = await fetch(item.path, {
      method: "POST", body: form, redirect: "manual", signal: AbortSignal.timeout?.(60e3 * (1 + photos.length)),
      headers: { "Outbox-Key": item.key, "Outbox-User": item.user },
    });
    return { status: answer.status, said: await answer.json().catch(() => ({})) };
  } catch {
    return { said: {} };
  }
}
