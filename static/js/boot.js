// Loads htmx: from its CDN when that answers within a moment, else the copy kept here. Pages work before it comes.
const PATIENCE = 1500;
const source = document.currentScript.dataset;

function load(src, integrity) {
  return new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = src;
    if (integrity) {
      script.integrity = integrity;
      script.crossOrigin = "anonymous";
    }
    script.onload = loaded;
    script.onerror = failed;
    document.head.append(script);
  });
}

// htmx waits for DOMContentLoaded, which may be over by the time it arrives; then nobody would tell it to begin.
function begin() {
  Object.assign(window.htmx.config, JSON.parse(document.querySelector("meta[name=htmx-config]").content));
  window.htmx.process(document.body);
}

async function boot() {
  if (source.cdn && navigator.onLine) {
    const tooLong = new Promise((_, failed) => setTimeout(failed, PATIENCE));
    try {
      await Promise.race([load(source.cdn, source.integrity), tooLong]);
    } catch {
      // Blocked, slow or altered on the way: the copy here is the same file.
    }
  }
  if (!window.htmx) await load(source.local);
  begin();
}

boot();
