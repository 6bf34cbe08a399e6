// At a point: what a scan brings, what one tap answers, and the report that opens with 异常.
import { all, isSupported, whose } from "./outbox/items.js";

addEventListener("hashchange", read);
document.addEventListener("htmx:afterSwap", read);
read();
if (isSupported && location.pathname.startsWith("/p/")) lead(location.pathname.slice(3)).catch(() => {});

// The code stands behind the sign of the address, where no server and no kept page has it, and a page that the phone
// had to load again, with the camera open for one, has it still.
function read() {
  const field = document.querySelector("#answers [name=code]");
  const asked = new URLSearchParams(location.search).get("code");
  if (asked) history.replaceState(null, "", `${location.pathname}#${asked}`);
  if (field && !field.value && location.hash.length > 4) field.value = location.hash.slice(1);
}

document.addEventListener("click", ({ target }) => {
  if (target.name !== "all") return;
  for (const field of target.form.elements) {
    if (field.value === "normal" && !document.querySelector(`[name="${field.name}"]:checked`)) field.checked = true;
  }
});

document.addEventListener("change", ({ target }) => {
  const item = target.closest(".check-item");
  if (!item || target.form?.id !== "answers" || target.type !== "radio") return;
  const report = item.querySelector(".report-here");
  if (report) report.open = target.value === "abnormal";
  const reading = item.querySelector("[inputmode=decimal]");
  if (reading) reading.required = target.value !== "na";
});

// The server was not there to say whose code it is: the kept pages know it by its SHA-256 alone. Of several walks that
// lead there it is the next to end that nobody has answered yet.
async function lead(code) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code.toLowerCase())));
  const wanted = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const saved = (await all()).filter(({ user }) => user === whose()).map(({ path }) => path);
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const [point, until] = `${(await cache.match(request)).headers.get("Offline-Point")}`.split(" ");
      const { pathname } = new URL(request.url);
      if (point === wanted && !saved.includes(`${pathname}/answers`)) found.push({ pathname, until: +until });
    }
  }
  found.sort((one, other) => one.until - other.until);
  const page = found.find(({ until }) => until > Date.now()) ?? found.pop();
  if (page) location.replace(`${page.pathname}#${code}`);
}
