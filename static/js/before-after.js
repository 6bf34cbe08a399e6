// Lays the after photo over the before photo and lets a slider uncover it; without this they stand side by side.
customElements.define("before-after", class extends HTMLElement {
  connectedCallback() {
    const slide = this.querySelector(".compare-slide");
    const range = slide.querySelector("input");
    slide.hidden = false;
    this.dataset.ready = "";
    const cut = () => this.style.setProperty("--cut", `${100 - range.value}%`);
    range.addEventListener("input", cut);
    cut();
  }
});
