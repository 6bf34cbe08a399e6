// The outbox as a list, and its count in the header of every page.
import { all, change, isSupported, photosOf, whose } from "./items.js";
import { send } from "./send.js";

const HOUR = 3600e3;
const badge = document.querySelector(".outbox-badge");
const list = document.querySelector(".outbox");
const words = JSON.parse(badge.dataset.words);
const time = (at) => new Date(at).toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });

if (isSupported) {
  document.addEventListener("outbox", show);
  show({});
}

async function show({ detail: sending }) {
  const items = await all();
  const waiting = items.filter((item) => item.state !== "sent");
  const own = waiting.filter((item) => item.user === (whose() || item.user));
  badge.querySelector("b").textContent = own.length || "";
  badge.dataset.age = ageOf(own[0]) || (own.some(({ state }) => state === "refused") ? "yellow" : "");
  document.querySelector(".sign-in-first").hidden = !own.some(({ state }) => state === "sign-in");
  if (!list) return;
  list.toggleAttribute("data-ready", true);
  list.toggleAttribute("data-elsewhere", location.pathname !== "/outbox");
  list.querySelector("ol").replaceChildren(...items.filter((item) => item.user === whose()).reverse().map((item) => row(item, sending)));
  const others = {};
  for (const { user, name = user } of waiting) if (user !== whose()) others[name] = (others[name] ?? 0) + 1;
  list.querySelector(".outbox-others").textContent = Object.entries(others).map(([name, n]) => words.others.replaceAll("{name}", name).replace("{n}", n)).join(" ");
  list.toggleAttribute("data-unsafe", !(await navigator.storage.persisted()));
}

// Yellow after 24 h, red after 72 h unsent.
function ageOf(item) {
  const hours = item && item.state !== "sent" ? (Date.now() - item.at) / HOUR : 0;
  return hours > 72 ? "red" : hours > 24 ? "yellow" : "";
}

function row(item, sending) {
  const shown = list.querySelector("template").content.firstElementChild.cloneNode(true);
  const state = item.seq === sending ? "sending" : item.state;
  Object.assign(shown.dataset, { state, age: ageOf(item) });
  const facts = {
    what: item.what, about: item.about, at: time(item.at), state: `${words[state]} ${state === "sent" ? time(item.triedAt) : ""}`,
    order: item.order.split("/").pop(), receipt: item.receipt && `${words.receipt} ${item.receipt}`,
    error: [item.error > 0 ? words.answered.replace("{n}", item.error) : item.error, ...(item.meanwhile ?? []), item.todo].join(" "),
  };
  for (const [name, text] of Object.entries(facts)) shown.querySelector(`.outbox-${name}`).textContent = text ?? "";
  shown.querySelector("a").href = item.location ?? item.order;
  if (item.thumbnail) shown.querySelector("img").src = item.thumbnail;
  const verbs = { send: () => again(item), keep: () => keep(item), drop: () => confirm(words.drop) && drop(item) };
  for (const button of shown.querySelectorAll("button")) button.addEventListener("click", verbs[button.dataset.verb]);
  return shown;
}

async function again(item) {
  await change((items) => items.put({ ...item, state: "waiting" }));
  send();
}

function drop({ seq }) {
  change((items, photos) => Promise.all([items.delete(seq), photos.delete(seq)]));
}

async function keep(item) {
  const words = new File([JSON.stringify(item, null, 1)], `${item.key}.txt`);
  for (const file of [words, ...(await photosOf(item.seq)).map(({ name, data }) => new File([data], name))]) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = file.name;
    link.click();
  }
}
