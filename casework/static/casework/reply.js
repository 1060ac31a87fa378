// Scripts and the reply box: search and choose by keys, copy, take over, and confirm as sent. Every part works without it.
// All of it is found when it is needed: the page may be drawn anew under it (desk:drawn).
(function () {
  "use strict";

  function box() { return document.querySelector("textarea[data-reply]"); }
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
    const reply = box(), dialog = document.getElementById("scripts");
    if (!reply) return false;
    reply.value = document.getElementById("script-" + item.dataset.script).textContent.trim();
    document.getElementById("reply-script").value = item.dataset.script;
    const closed = reply.closest("details:not([open])");
    if (closed) closed.open = true;
    if (dialog && dialog.open) dialog.close();
    htmx.trigger(reply, "looked");
    document.getElementById("reply-sent").focus();
    return true;
  }

  document.addEventListener("click", function (event) {
    // What was copied is looked at as well: a promise in it is offered.
    if (event.target.closest('[data-copy-from="contact-message"]') && box()) htmx.trigger(box(), "looked");
    const item = event.target.closest("[data-script]");
    if (!item) return;
    choose(item);
    if (event.target.closest("[data-take-over]") && takeOver(item)) event.preventDefault();
    if (event.target.closest("[data-use]")) takeOver(item);
  });

  function inDialog(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.code === "ArrowDown" || event.code === "ArrowUp") { move(event.code === "ArrowDown" ? 1 : -1); event.preventDefault(); }
    if (event.code !== "Enter" || event.target.id !== "scripts-words") return;
    event.preventDefault();
    const item = chosen();
    const use = item && item.querySelector("[data-use], [name=reason]");
    if (!use) return;
    if (use.name === "reason") use.focus(); else use.click();
  }
  // Before the page's own keys: Ctrl Enter in the box is about the reply, never about the step around it.
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || !event.target.closest) return;
    if (event.target.closest("dialog#scripts")) { inDialog(event); return; }
    if (event.target.matches("textarea[data-reply]") && (event.ctrlKey || event.metaKey) && event.code === "Enter") {
      event.preventDefault();
      document.getElementById("reply-form").requestSubmit();
    }
  }, true);
  document.addEventListener("htmx:afterSwap", function (event) { if (event.target.id === "scripts-list") choose(items()[0]); });
})();
