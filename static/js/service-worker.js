// Answers when the network does not: with the app's files, and with pages that ask to be kept. GET only.
const MOST_BYTES = 30e6;
const STAND_IN = "/outbox";

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(event.data ? keepAll(event.data) : skipWaiting()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, pathname + search));
  else if (/^\/(js-|styles-|static\/|photos\/)/.test(pathname)) {
    event.respondWith(recall(request).then((kept) => kept ?? fetch(request)));
  }
});

async function fill() {
  await putAll("*", `${SHELL}`, /([^,]+)/g);
  await renew(STAND_IN);
}

// The network's page; when that is slow or gone the one kept; where none is, the page that stands in for it.
async function page(event, path) {
  const asked = fetch(event.request);
  event.waitUntil(asked.then(({ headers, ok }) => {
    if (headers.has("Offline-For")) return renew(path, headers.get("Offline-Version"));
    if (ok) return drop(path);
  }).catch(() => {}));
  // Nobody waits longer than four seconds.
  const soon = await Promise.race([asked.catch(() => {}), new Promise((late) => setTimeout(late, 4000))]);
  if (soon?.status < 502) return soon;
  return (await recall(path, 72)) ?? soon ?? asked.catch(() => recall(STAND_IN));
}

// A phone whose storage is broken has the network still.
async function recall(path, hours = Infinity) {
  const kept = await caches.match(path).catch(() => {});
  return kept && age(kept) < hours ? kept : undefined;
}

// In hours.
function age(kept) {
  return (Date.now() - kept.headers.get("Offline-At")) / 3600e3;
}

// One by one: a weak signal is soon full. What is no longer listed is thrown away.
async function keepAll(pages) {
  for (const [path, version] of pages) await renew(path, version).catch(() => {});
  if (pages.length > 1) await tidy(pages.map(([path]) => path));
}

// The server makes copies for keeping, without full names or phones. Redirects are never followed.
async function renew(path, version) {
  if (version && (await recall(path, 24))?.headers.get("Offline-Version") === version) return;
  const copy = await get(path), whose = copy.headers.get("Offline-For");
  if (!whose) return drop(path);
  const html = await copy.clone().text();
  // A page is only as good as the scripts it names, which may be newer than this worker.
  await putAll("*", html, /"(\/(?:js-|styles-|static\/)[^"]+)"/g);
  await put(await caches.open(whose), path, copy);
  await putAll(whose, html, /"(\/photos\/\d+\/small\.jpg)"/g);
  await tidy();
}

async function putAll(name, html, paths) {
  const cache = await caches.open(name);
  for (const [, path] of html.matchAll(paths)) if (!(await cache.match(path))) await put(cache, path, await get(path));
}

async function get(path) {
  const answer = await fetch(path, { headers: { "Offline-Copy": "1" }, redirect: "error" });
  if (answer.status !== 200) throw answer;
  return answer;
}

function put(cache, path, answer) {
  const headers = new Headers(answer.headers);
  headers.set("Offline-At", Date.now());
  return cache.put(path, new Response(answer.body, { headers }));
}

async function drop(path) {
  for (const name of await caches.keys()) if (name !== "*") await (await caches.open(name)).delete(path);
}

// Throws away, from the oldest on, what is too old or too much, and of the kinds a list names what has left it.
async function tidy(listed) {
  let bytes = 0;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of (await cache.keys()).reverse()) {
      const path = new URL(request.url).pathname;
      const kept = await cache.match(request);
      bytes += +kept.headers.get("Content-Length");
      const hasLeft = listed?.some((one) => path.match(`^${one.match(/.[\w-]+/)}/`)) && !listed.includes(path);
      const isTooMuch = bytes > MOST_BYTES || age(kept) > 72;
      if (hasLeft || (isTooMuch && ![STAND_IN, ...SHELL].includes(path))) await cache.delete(request);
    }
  }
}
