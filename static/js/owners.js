// Sends the forms of an owner's page in place, with the attributes and events that htmx has: htmx alone would weigh as
// much as such a page may in all. Where this does not run they are sent as any form is.
const SHOWN = [403, 404, 409, 413, 422, 429];

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.hasAttribute("hx-post")) return;
  event.preventDefault();
  send(event.target);
});

load();

function send(form) {
  const asked = form.getAttribute("hx-target");
  const target = asked === "this" ? form : document.querySelector(asked);
  const button = form.querySelector("button[type=submit]");
  const xhr = new XMLHttpRequest();
  const detail = { elt: form, target, xhr, requestConfig: { elt: form, verb: "post" }, shouldSwap: true };
  const tell = (name, more, from = form) =>
    from.dispatchEvent(new CustomEvent(`htmx:${name}`, { bubbles: true, detail: Object.assign(detail, more) }));
  const over = (failure) => {
    button.disabled = false;
    form.removeAttribute("aria-busy");
    tell("afterRequest");
    if (failure) tell(failure);
  };
  xhr.open("POST", form.action);
  xhr.setRequestHeader("HX-Request", "true");
  xhr.setRequestHeader("HX-Current-URL", location.href);
  xhr.upload.onprogress = ({ lengthComputable, loaded, total }) => tell("xhr:progress", { lengthComputable, loaded, total });
  xhr.onerror = () => over("sendError");
  xhr.onload = () => {
    const elsewhere = xhr.getResponseHeader("HX-Redirect");
    if (elsewhere) return location.assign(elsewhere);
    const swaps = xhr.status < 400 || SHOWN.includes(xhr.status);
    over(!swaps && "responseError");
    if (swaps && tell("beforeSwap") && detail.shouldSwap) {
      const part = document.createElement("template");
      part.innerHTML = xhr.response;
      const fresh = part.content.firstElementChild;
      target.replaceWith(part.content);
      load();
      tell("afterSwap", {}, fresh);
    }
  };
  tell("beforeRequest");
  xhr.send(new FormData(form));
  button.disabled = true;
  form.setAttribute("aria-busy", "true");
}

// What only some pages have is fetched where it is there.
function load() {
  if (document.querySelector("photo-picker")) import("./photo-picker.js");
  if (document.querySelector("[data-large]")) import("./photo-viewer.js");
}
