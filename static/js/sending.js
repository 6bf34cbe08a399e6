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
