// The outbox as a list, and its count in the header of every page.
import { all, change, isSupported, photosOf, whose, words } from "./items.js";
import { send } from "./send.js";

const badge = document.querySelector(".outbox-badge");
const list = document.querySelector(".outbox");

if (isSupported) {
  document.addEventListener("outbox", show);
  show({});
}

async function show({ detail: sending }) {
  const items = await all();
  const waiting = items.filter((item) => item.state !== "sent");
  const own = waiting.filter((item) => item.user === (whose() || item.user));
  document.body.dataset.outbox = own.map((item) => item.state).join(" ");
  badge.querySelector("b").textContent = own.length || "";
  badge.dataset.age = ageOf(own[0]);
  if (!list) return;
  list.dataset.ready = "";
  list.toggleAttribute("data-elsewhere", location.pathname !== "/outbox");
  list.toggleAttribute("data-unsafe", !(await navigator.storage.persisted()));
  const others = waiting.filter((item) => item.user !== whose());
  const names = [...new Set(others.map((item) => item.name))].join(" ");
  list.querySelector(".outbox-others").textContent = names && words.others.replace("{name}", names).replace("{n}", others.length);
  const shown = items.filter((item) => item.user === whose()).reverse();
  list.querySelector("ol").replaceChildren(...shown.map((item) => row(item, sending)));
}

// Yellow after 24 h, red after 72 h unsent.
function ageOf(item) {
  const hours = item && item.state !== "sent" ? (Date.now() - item.at) / 3600e3 : 0;
  return hours > 72 ? "red" : hours > 24 ? "yellow" : "";
}

function row(item, sending) {
  const shown = list.querySelector("template").content.firstElementChild.cloneNode(true);
  const state = item.seq === sending ? "sending" : item.state;
  shown.dataset.state = state;
  shown.dataset.age = ageOf(item);
  const facts = {
    ...item, at: new Date(item.at).toLocaleString(), order: item.order.split("/").pop(),
    state: `${words[state]} ${state === "sent" ? new Date(item.triedAt).toTimeString().slice(0, 5) : ""}`,
    error: /sent|sign-in/.test(state) ? ""
      : item.error > 0 ? words.answered.replace("{n}", item.error) : words[item.error] ?? item.error,
  };
  for (const part of shown.querySelectorAll("[data-fact]")) part.textContent = facts[part.dataset.fact] ?? "";
  shown.querySelector("a").href = item.location ?? item.order;
  if (item.thumbnail) shown.querySelector("img").src = item.thumbnail;
  for (const button of shown.querySelectorAll("button")) button.onclick = () => VERBS[button.dataset.verb](item);
  return shown;
}

const VERBS = {
  async send(item) {
    await change((items) => items.put({ ...item, state: "waiting" }));
    send();
  },

  drop({ seq }) {
    if (confirm(words.drop)) change((...stores) => Promise.all(stores.map((store) => store.delete(seq))));
  },

  async keep(item) {
    const told = { name: `${item.key}.txt`, data: JSON.stringify(item, null, 1) };
    for (const { name, data } of [told, ...(await photosOf(item.seq))]) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([data]));
      link.download = name;
      link.click();
    }
  },
};
