// Takes over the forms of people in the field: saved on the phone, then sent. A form joins by `data-outbox`, its verb,
// and by `data-once` if it is a step: it opens the template of what may follow it.
import { fieldsOf, fill, isHalfFilled, say } from "../typed.js";
import { all, change, isSupported, photosOf, whose, words } from "./items.js";
import { send } from "./send.js";

const pathOf = (form) => form.getAttribute("action");
const orderOf = (form) => pathOf(form).replace(/\/[^/]*$/, "");
// crypto.randomUUID() is younger than many phones.
const newKey = () => URL.createObjectURL(new Blob()).slice(-36);
const pageNow = () => document.querySelector("[data-event]")?.dataset ?? { event: 0 };
const isStep = (form) => "once" in form.dataset;
const buttonOf = (form) => form.querySelector("[type=submit]");
let renewed = 0;
let isUsable = isSupported && whose();

if (isUsable) {
  document.addEventListener("submit", take, true);
  for (const news of ["outbox", "htmx:afterSwap"]) document.addEventListener(news, show);
  addEventListener("online", send);
}
// Where the phone keeps nothing the forms are sent as any form is.
export const ready = isUsable && show().then(() => void send(), () => (isUsable = false));

async function take(event) {
  const form = event.target;
  if (!isUsable || !form.dataset.outbox) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = buttonOf(form);
  const label = button.textContent;
  button.disabled = true;
  form.dataset.taking = "";
  try {
    const own = await itemsOf(form);
    const picker = form.querySelector("photo-picker");
    const missing = picker?.missing(own.filter(isNews));
    if (missing > 0) throw words.least.replace("{n}", missing);
    const photos = (await picker?.packed()) ?? [];
    const fields = [...new FormData(form)].filter(([, value]) => value.trim);
    const item = {
      schema: 3, state: "waiting", key: newKey(), user: whose(), name: document.body.dataset.name,
      path: pathOf(form), order: orderOf(form), what: label, about: pageNow().about,
      at: Date.now(), fields, shots: photos.length, thumbnail: photos[0]?.thumbnail,
      version: Math.max(form.elements.version?.value ?? 0, ...own.map((one) => one.version)),
    };
    form.dataset.sends = item.key;
    await change(async (items, shots) => {
      await shots.put(photos, await items.add(item));
      // What was refused stands mended in its place.
      for (const store of [items, shots]) await store.delete(+form.dataset.mends || 0);
    });
    navigator.storage.persist();
    if (!isStep(form)) {
      form.reset();
      form.addEventListener("input", () => {
        delete form.dataset.sends;
        button.textContent = label;
        button.disabled = false;
      }, { once: true });
    }
    send();
  } catch (error) {
    button.disabled = false;
    say(form, error.name ? words[error.name] ?? words.failed : error);
  }
  delete form.dataset.taking;
}

async function itemsOf(form) {
  return (await all()).filter((item) => item.user === whose() && item.order === orderOf(form));
}

// News are what the page, as the server drew it, does not show yet.
function isNews(item) {
  return item.state !== "sent" || parseInt(item.receipt) > pageNow().event;
}

// Each form as its last item left it: saved, sent, or refused with what was typed.
async function show() {
  for (const form of document.querySelectorAll("form[data-outbox]")) {
    const item = (await itemsOf(form)).filter((one) => one.path === pathOf(form) && isNews(one)).pop();
    if (!item) continue;
    const isMine = form.dataset.sends === item.key;
    if (item.state === "refused") {
      if (form.dataset.mends !== `${item.seq}` && (isMine || !isHalfFilled(form))) mend(form, item, isMine);
    } else if (isMine || isStep(form)) {
      const button = buttonOf(form);
      button.disabled = true;
      button.textContent = `${item.what} · ${item.state === "sent" ? words.sent : words.saved}`;
      form.toggleAttribute("data-saved", isStep(form));
      const after = document.querySelector(`template[data-after=${form.dataset.outbox}]`);
      if (after) {
        after.replaceWith(after.content);
        return show();
      }
      if (item.state === "sent") renew(item, isMine);
    }
  }
}

function renew({ seq, location: path }, isMine) {
  const isHere = path === location.pathname;
  if (seq <= renewed || (isHere ? isHalfFilled() : !isMine)) return;
  renewed = seq;
  if (!isHere) return location.assign(path);
  navigator.serviceWorker.controller?.postMessage([[path]]);
  if (window.htmx) htmx.ajax("GET", path, { target: "[data-event]", swap: "outerHTML" });
  else location.reload();
}

// Where the page was left meanwhile, what was refused is put back as it was typed.
async function mend(form, item, isMine) {
  form.dataset.mends = item.seq;
  form.removeAttribute("data-saved");
  if (!isMine || !isStep(form)) {
    fill(form, fieldsOf(item));
    const photos = await photosOf(item.seq);
    form.querySelector("photo-picker")?.add(photos.map(({ name, type, data }) => new File([data], name, { type })));
  }
  say(form, item.error);
  buttonOf(form).textContent = item.what;
  buttonOf(form).disabled = false;
}
