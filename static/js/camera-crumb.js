// A phone may end this page while its camera is open. A crumb left before leads back to the order, and what was typed.
import { ready } from "./outbox/forms.js";
import { whose } from "./outbox/items.js";
import { fill, say } from "./typed.js";

const FRESH = 30 * 60e3;
const left = JSON.parse(localStorage.camera ?? null);
const crumb = left?.user === whose() && Date.now() - left?.at < FRESH ? left : undefined;
const forget = () => localStorage.removeItem("camera");

if (crumb && crumb.path !== location.pathname) location.replace(crumb.path);
else start();

async function start() {
  forget();
  document.addEventListener("click", drop);
  for (const end of ["change", "cancel"]) document.addEventListener(end, forget);
  addEventListener("pagehide", forget);
  await ready;
  const form = crumb && document.querySelector(`form[action="${crumb.action}"]`);
  if (!form) return;
  fill(form, crumb.fields);
  say(form, form.querySelector("photo-picker").dataset.retake);
  form.scrollIntoView();
}

function drop({ target }) {
  if (!target.matches("form[data-outbox] [type=file]")) return;
  const fields = [...new FormData(target.form)].filter(([, value]) => value.trim);
  const action = target.form.getAttribute("action");
  localStorage.camera = JSON.stringify({ user: whose(), at: Date.now(), path: location.pathname, action, fields });
}
