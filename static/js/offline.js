// The service worker, what it is to keep, and a new version, which is never taken under a half-filled form.
import { isHalfFilled } from "./typed.js";

// With the camera open the page only waits for its photo.
const isQuiet = () => !isHalfFilled() && !localStorage.camera;

const bar = document.querySelector(".new-version");
const { user } = document.body.dataset;

if (user) {
  localStorage.user = user;
  forgetAllBut(user);
}
if (navigator.serviceWorker) start().catch(() => {});

async function start() {
  const workers = navigator.serviceWorker;
  const had = workers.controller;
  const registration = await workers.register("/service-worker.js");
  workers.addEventListener("controllerchange", () => had && isQuiet() && location.reload());
  const offer = () => had && registration.waiting && (bar.hidden = false);
  const take = () => {
    bar.hidden = true;
    registration.waiting?.postMessage(0);
  };
  registration.addEventListener("updatefound", () => registration.installing.addEventListener("statechange", offer));
  bar.querySelector("button").addEventListener("click", take);
  document.addEventListener("visibilitychange", () => isQuiet() && take());
  offer();
  const pages = document.querySelector("offline-pages")?.dataset.pages;
  if (pages) (await workers.ready).active.postMessage(JSON.parse(pages));
}

// The pages kept for one person are not for the next on this phone.
async function forgetAllBut(login) {
  for (const name of await window.caches?.keys() ?? []) {
    if (name !== "*" && name !== encodeURIComponent(login)) await caches.delete(name);
  }
}

document.querySelector("form[data-asks]")?.addEventListener("submit", (event) => {
  const waiting = document.querySelector(".outbox-badge b").textContent;
  if (!waiting || confirm(event.target.dataset.asks.replace("{n}", waiting))) leave(event, "");
  else event.preventDefault();
});

document.querySelector("form[action='/sign-in']")?.addEventListener("submit", (event) => {
  leave(event, event.target.elements.login.value.trim().toLowerCase());
});

function leave(event, next) {
  event.preventDefault();
  if (!next) localStorage.removeItem("user");
  forgetAllBut(next).catch(() => {}).then(() => event.target.submit());
}
