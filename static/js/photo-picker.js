// Collects photos one shot after another, shows them, says at once when one is too large, and keeps them when the form
// comes back refused: a file field cannot be filled by the server.
import { packed } from "./photos.js";
import { fieldsOf } from "./typed.js";

const kept = new Map();
let sent = "";

document.addEventListener("htmx:beforeRequest", (event) => (sent = event.target.getAttribute("action")));

customElements.define("photo-picker", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.form = this.closest("form");
    this.place = `${this.form.getAttribute("action")} ${this.input.name}`;
    this.files = [];
    this.input.addEventListener("change", () => this.add([...this.input.files]));
    this.form.addEventListener("reset", () => this.clear());
    this.querySelector(".picker-album")?.addEventListener("click", () => this.openAlbum());
    const before = kept.get(this.place) ?? [];
    kept.delete(this.place);
    const refusal = document.getElementById("refusal")?.textContent;
    if (sent !== this.form.getAttribute("action")) this.add(before);
    // A photo the refusal names is the one to be taken again.
    else if (refusal) this.add(before.filter((file) => !refusal.includes(file.name)));
  }

  clear() {
    this.files = [];
    this.show();
  }

  // How many photos are still wanted, with those of that stage that wait in the outbox already.
  missing(items) {
    if (this.form.elements.no_photo_reason?.value) return 0;
    const { least = 0, stage } = this.dataset;
    const ofStage = (item) => fieldsOf(item).some(([name, value]) => name === "stage" && value === stage);
    return items.filter(ofStage).reduce((wanted, item) => wanted - item.shots, least - this.files.length);
  }

  // The photos as they go into the outbox, one after another: a cheap phone has no room for two.
  async packed() {
    if (this.files.length > this.dataset.mostAtOnce) throw this.dataset.tooMany;
    const photos = [];
    for (const file of this.files) {
      const photo = await packed(file);
      if (photo.data.byteLength > this.dataset.most) throw `${file.name} ${this.dataset.tooLarge}`;
      photos.push(photo);
    }
    return photos;
  }

  // With `capture` a phone opens the camera straight away; a photo taken before is in the album.
  openAlbum() {
    const capture = this.input.getAttribute("capture");
    this.input.removeAttribute("capture");
    this.input.click();
    setTimeout(() => this.input.setAttribute("capture", capture), 1000);
  }

  // The camera hands over one photo at a time and would replace the one before.
  add(files) {
    for (const file of files) {
      if (!this.files.some((one) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified)) {
        this.files.push(file);
      }
    }
    this.show();
  }

  show() {
    const chosen = new DataTransfer();
    for (const file of this.files) chosen.items.add(file);
    this.input.files = chosen.files;
    kept.set(this.place, this.files);
    const shrinks = (file) => this.form.dataset.outbox && file.type === "image/jpeg";
    const tooLarge = this.files.filter((file) => file.size > this.dataset.most && !shrinks(file)).map((file) => file.name);
    const said = this.querySelector(".picker-said");
    said.toggleAttribute("data-bad", tooLarge.length > 0);
    said.textContent = tooLarge.length
      ? `${tooLarge.join(", ")} ${this.dataset.tooLarge}`
      : this.files.length ? this.dataset.chosen.replace("{n}", this.files.length) : "";
    this.querySelector("[name=phone_at]").value = this.files.length ? new Date().toISOString() : "";
    this.querySelector(".picker-shots").replaceChildren(...this.files.map((file) => this.thumbnail(file)));
  }

  thumbnail(file) {
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
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${this.dataset.remove} ${file.name}`);
    remove.addEventListener("click", () => {
      this.files = this.files.filter((one) => one !== file);
      this.show();
      this.input.focus();
    });
    item.append(image, remove);
    return item;
  }
});
