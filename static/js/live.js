// Keeps an owner's page as their order stands: asks now and then, and never under a form that is being filled in. Nothing
// in here is newer than ES5: the oldest WebViews run it, and those it fails in have the link to reload.
(function () {
  function shown() {
    return document.getElementById("progress");
  }

  function every() {
    return shown() && 1000 * shown().getAttribute("data-live");
  }

  function wait() {
    if (every()) setTimeout(ask, every());
  }

  function ask() {
    if (document.hidden) return wait();
    var request = new XMLHttpRequest();
    request.open("GET", location.pathname);
    request.setRequestHeader("HX-Request", "true");
    request.onload = function () {
      if (request.status === 200) take(request.responseText);
      wait();
    };
    request.onerror = wait;
    request.send();
  }

  function take(text) {
    var holder = document.createElement("div"), old = shown(), news = document.getElementById("news"), fresh;
    holder.innerHTML = text;
    fresh = holder.querySelector("#progress");
    if (!fresh || !old) return;
    if (fresh.getAttribute("data-stand") === old.getAttribute("data-stand")) {
      old.querySelector(".as-of").innerHTML = fresh.querySelector(".as-of").innerHTML;
      return;
    }
    news.textContent = fresh.getAttribute("data-news");
    if (isBusy(old)) news.className = "said";
    else old.parentNode.replaceChild(fresh, old);
  }

  // Something typed or chosen in it, or about to be.
  function isBusy(root) {
    var fields = root.querySelectorAll("textarea, select, input:not([type=hidden])"), here = document.activeElement, n, one;
    for (n = 0; n < fields.length; n++) {
      one = fields[n];
      if (one === here || (one.files && one.files.length)) return true;
      if (/radio|checkbox/.test(one.type) ? one.checked !== one.defaultChecked : one.type !== "file" && one.value !== one.defaultValue) return true;
    }
    return root.querySelector("[aria-busy]") !== null;
  }

  wait();
})();
