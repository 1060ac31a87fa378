// Scripts and the reply box: search and choose by keys, copy, take over, and confirm as sent. Every part works without it.
(function () {
  "use strict";
  let dialog = null, box = null;

  function items() { return Array.from(document.querySelectorAll("#scripts-list [data-script]")); }
  function chosen() { return document.querySelector("#scripts-list [data-script][aria-current]"); }
  function choose(item) {
    items().forEach(function (each) { each.removeAttribute("aria-current"); });
    if (!item) return;
    item.setAttribute("aria-current", "true");
    item.scrollIntoView({ block: "nearest" });
  }
  function move(step) {
    const all = items();
    if (all.length) choose(all[Math.max(0, Math.min(all.length - 1, all.indexOf(chosen()) + step))]);
  }
  // The text goes into the reply box as it was copied, with the script that it was made of; what is left is to say that it went out.
  function takeOver(item) {
    if (!box) return false;
    box.value = document.getElementById("script-" + item.dataset.script).textContent.trim();
    document.getElementById("reply-script").value = item.dataset.script;
    const closed = box.closest("details:not([open])");
    if (closed) closed.open = true;
    if (dialog && dialog.open) dialog.close();
    htmx.trigger(box, "looked");
    document.getElementById("reply-sent").focus();
    return true;
  }

  document.addEventListener("click", function (event) {
    const item = event.target.closest("[data-script]");
    if (!item) return;
    choose(item);
    if (event.target.closest("[data-take-over]") && takeOver(item)) event.preventDefault();
    if (event.target.closest("[data-use]")) takeOver(item);
  });

  function inDialog(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.code === "ArrowDown" || event.code === "ArrowUp") { move(event.code === "ArrowDown" ? 1 : -1); event.preventDefault(); }
    if (event.code !== "Enter" || event.target.id !== "scripts-words") return;
    event.preventDefault();
    const item = chosen();
    const use = item && item.querySelector("[data-use], [name=reason]");
    if (!use) return;
    if (use.name === "reason") use.focus(); else use.click();
  }

  // What was copied is looked at as well: a promise in it is offered.
  document.addEventListener("click", function (event) { if (box && event.target.closest('[data-copy-from="contact-message"]')) htmx.trigger(box, "looked"); });
  // Ctrl Enter in the box is about the reply, never about the step around it.
  function inBox(event) {
    if ((event.ctrlKey || event.metaKey) && event.code === "Enter" && !event.isComposing) {
      event.preventDefault();
      document.getElementById("reply-form").requestSubmit();
    }
  }
  function bind() {
    dialog = document.getElementById("scripts");
    box = document.querySelector("textarea[data-reply]");
    if (dialog) dialog.addEventListener("keydown", inDialog);
    if (box) box.addEventListener("keydown", inBox);
  }
  bind();
  // A case that is drawn anew has a new box.
  document.addEventListener("desk:drawn", bind);
  document.addEventListener("htmx:afterSwap", function (event) { if (event.target.id === "scripts-list") choose(items()[0]); });
})();
