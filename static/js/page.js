// The chosen list stays in sight where there are more than fit; a page made to be printed prints.
document.querySelector(".segment[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
document.querySelector("[data-print]")?.addEventListener("click", () => print());

// A part that is asked for while somebody types and says what it said before stays as it is: whose finger is just
// coming down on it does not miss, and nobody is read the same again.
const shown = new WeakMap();
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { target, serverResponse } = detail;
  if (!target.matches("[data-steady]")) return;
  if (shown.get(target) === serverResponse) detail.shouldSwap = false;
  else if (detail.shouldSwap) shown.set(target, serverResponse);
});
