// Shows the photos chosen, says at once when one is too large, and keeps them when the form comes back refused.
const kept = new Map();

customElements.define("photo-picker", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.input.addEventListener("change", () => this.show());
    const before = kept.get(this.place);
    // A file field cannot be filled by the server; the browser may put back what the person had chosen.
    if (before && this.closest("form").parentElement.querySelector(".refusal, [role=alert]")) {
      this.input.files = before;
      this.show();
    }
    kept.delete(this.place);
  }

  get place() {
    return `${this.closest("form").getAttribute("action")} ${this.input.name}`;
  }

  show() {
    const files = [...this.input.files];
    const tooLarge = files.some((file) => file.size > Number(this.dataset.most));
    const said = this.querySelector(".picker-said");
    said.toggleAttribute("data-bad", tooLarge);
    said.textContent = tooLarge ? this.dataset.tooLarge : files.length ? this.dataset.chosen.replace("{n}", files.length) : "";
    this.querySelector("[name=phone_at]").value = files.length ? new Date().toISOString() : "";
    this.querySelector(".picker-shots").replaceChildren(...files.map(thumbnail));
    kept.set(this.place, this.input.files);
  }
});

function thumbnail(file) {
  const item = document.createElement("li");
  const image = document.createElement("img");
  image.alt = file.name;
  image.src = URL.createObjectURL(file);
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => {
    // HEIC, for one, is shown by few browsers.
    const name = document.createElement("span");
    name.textContent = file.name;
    image.replaceWith(name);
  };
  item.append(image);
  return item;
}
