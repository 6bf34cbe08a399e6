// The chosen list stays in sight where there are more than fit; a page made to be printed prints.
document.querySelector(".segment[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
document.querySelector("[data-print]")?.addEventListener("click", () => print());
