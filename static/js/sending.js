// While a form with photos is on its way: how far it is, and no second tap.
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
function say(form, text) {
  let said = form.querySelector(".refusal");
  if (!said) {
    said = document.createElement("p");
    said.className = "refusal";
    said.setAttribute("role", "alert");
    form.prepend(said);
  }
  said.textContent = text;
}

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    const status = event.detail.xhr?.status;
    if (failure === "htmx:responseError" && status >= 400 && status < 500 && status !== 401) return;
    say(event.detail.elt, status === 401 ? document.body.dataset.signedOut : document.body.dataset.unsent);
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  // After the browser has read the form, so that the tapped button's value still goes along.
  setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
});

addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form button:disabled")) button.disabled = false;
});

document.addEventListener("htmx:afterSwap", () => {
  document.getElementById("refusal")?.focus();
});
