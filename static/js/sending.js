// A form on its way: how far its photos are, no second tap, what is said when no answer comes, and what was typed beside it.
import { FIELDS, isTyped, say } from "./typed.js";

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector("progress.sending");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const bar = event.target.querySelector?.("progress.sending");
  if (bar) bar.hidden = true;
});

// htmx puts nothing in the page for an answer that never came.
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    const status = event.detail.xhr?.status;
    if (!event.detail.elt.matches("form")) return;
    if (failure === "htmx:responseError" && status >= 400 && status < 500 && status !== 401) return;
    say(event.detail.elt, status === 401 ? document.body.dataset.signedOut : document.body.dataset.unsent);
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  // After the browser has read the form, so that the tapped button's value still goes along.
  setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
});

// Back from the browser's own memory a page is as it was left; the outbox knows better of its own forms.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("form:not([data-outbox]) button:disabled")) button.disabled = false;
  document.dispatchEvent(new CustomEvent("outbox"));
});

// What a page asks for by itself, such as a count, takes nobody away from where they are.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.requestConfig.verb === "post") document.getElementById("refusal")?.focus();
});

// An answer renews the whole order: what was typed into its other forms meanwhile is put back.
const typed = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  // A form that is being saved would be replaced under its own hands; when it is saved the page is renewed again.
  if (document.querySelector("[data-taking]")) return (event.detail.shouldSwap = false);
  typed.clear();
  for (const form of event.detail.target.querySelectorAll("form")) {
    if (form === event.detail.requestConfig.elt || "saved" in form.dataset) continue;
    for (const field of form.elements) {
      if (field.matches(FIELDS) && isTyped(field)) typed.set(nameOf(field), /radio|checkbox/.test(field.type) ? field.checked : field.value);
    }
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  for (const field of event.target.querySelectorAll(FIELDS)) {
    if (!typed.has(nameOf(field))) continue;
    if (/radio|checkbox/.test(field.type)) field.checked = typed.get(nameOf(field));
    else field.value = typed.get(nameOf(field));
    field.closest("details")?.setAttribute("open", "");
  }
});

function nameOf(field) {
  const value = /radio|checkbox/.test(field.type) ? field.value : "";
  return `${field.form?.getAttribute("action")} ${field.name} ${value}`;
}
