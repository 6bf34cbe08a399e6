// The service worker, what it is to keep, and a new version, which is never taken under a half-filled form.
import { isHalfFilled } from "./typed.js";

// With the camera open the page only waits for its photo.
const isQuiet = () => !isHalfFilled() && !localStorage.camera;

const bar = document.querySelector(".new-version");
const { user } = document.body.dataset;
if (user) localStorage.user = user;

if ("serviceWorker" in navigator && isSecureContext) start().catch(() => {});

async function start() {
  const workers = navigator.serviceWorker;
  const had = workers.controller;
  const registration = await workers.register("/service-worker.js");
  workers.addEventListener("controllerchange", () => had && isQuiet() && location.reload());
  const offer = () => had && registration.waiting && (bar.hidden = false);
  const take = () => registration.waiting?.postMessage(0);
  registration.addEventListener("updatefound", () => registration.installing.addEventListener("statechange", offer));
  bar.querySelector("button").addEventListener("click", take);
  document.addEventListener("visibilitychange", () => isQuiet() && take());
  offer();
  const pages = document.querySelector("offline-pages")?.dataset.pages;
  if (pages) (await workers.ready).active.postMessage(JSON.parse(pages));
}

document.querySelector("form[data-asks]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const waiting = document.querySelector(".outbox-badge b").textContent;
  if (waiting && !confirm(form.dataset.asks.replace("{n}", waiting))) return;
  localStorage.removeItem("user");
  await caches?.delete(user);
  form.submit();
});
