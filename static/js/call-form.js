// Shows of the caller's questions those that belong to the outcome tapped, and the reasons once a score is low.
class CallForm extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
    this.show();
  }

  handleEvent() {
    this.show();
  }

  show() {
    const outcome = this.chosen("outcome");
    for (const part of this.querySelectorAll("[data-for]")) {
      part.hidden = !part.dataset.for.split(" ").includes(outcome);
    }
    const low = this.querySelector("[data-low]");
    low.hidden = !this.isLow() && !low.querySelector(":checked");
  }

  isLow() {
    const scores = [...this.querySelectorAll(".scores :checked")].map((score) => Number(score.value));
    return this.chosen("solved") === "no" || this.chosen("overall") === "dissatisfied" || scores.some((n) => n <= 2);
  }

  chosen(name) {
    return this.querySelector(`[name="${name}"]:checked`)?.value;
  }
}

customElements.define("call-form", CallForm);
