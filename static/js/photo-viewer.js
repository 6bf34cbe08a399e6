// A thumbnail opens large over the page; without this it opens as a picture of its own.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-large]");
  if (!link || event.ctrlKey || event.metaKey || !window.HTMLDialogElement) return;
  event.preventDefault();
  const dialog = document.createElement("dialog");
  dialog.className = "viewer";
  const image = document.createElement("img");
  image.src = link.href;
  image.alt = link.querySelector("img").alt;
  const close = document.createElement("button");
  close.textContent = "×";
  close.setAttribute("aria-label", document.body.dataset.close);
  dialog.append(image, close);
  // The phone's own Back closes the picture, not the page under it.
  history.pushState({ viewer: true }, "");
  const back = () => dialog.close();
  addEventListener("popstate", back, { once: true });
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    removeEventListener("popstate", back);
    if (history.state?.viewer) history.back();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
});
