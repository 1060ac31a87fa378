// Intake: what is pasted is looked up at once, and the likeliest kind gets the focus, which chooses nothing: paste, Space or arrow, Enter. Works without it by its buttons.
(function () {
  "use strict";
  const form = document.querySelector("[data-intake]");
  if (!form) return;
  const field = form.querySelector("textarea");
  const found = document.getElementById("found");
  let goesOn = false;

  function look() { goesOn = true; form.requestSubmit(); }
  function target() {
    return found.querySelector(".intake__option") && !found.querySelector("[data-open-case]")
      ? found.querySelector(".intake__option")
      : found.querySelector("input[name=kind]:checked") || found.querySelector("input[name=kind]:not(:disabled)");
  }
  field.addEventListener("paste", function () { setTimeout(look); });
  field.addEventListener("keydown", function (event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.code === "Enter" || event.code === "NumpadEnter") { event.preventDefault(); look(); }
    const atEnd = field.selectionStart === field.value.length;
    if (event.code === "ArrowDown" && atEnd && target()) { event.preventDefault(); target().focus(); }
  });
  // Options are buttons: the arrows go from one to the next.
  found.addEventListener("keydown", function (event) {
    const options = Array.from(found.querySelectorAll(".intake__option"));
    const at = options.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (at < 0 || !step) return;
    event.preventDefault();
    options[Math.max(0, Math.min(options.length - 1, at + step))].focus();
  });
  // Nothing is chosen yet: the browser says so at a kind that is in sight, and where none is the others come into it.
  found.addEventListener("invalid", function (event) {
    const closed = event.target.closest("details:not([open])");
    if (!closed) return;
    if (target().getClientRects().length) event.preventDefault();
    else closed.open = true;
  }, true);
  found.addEventListener("submit", function (event) { if (event.target.matches(".kinds")) goesOn = true; });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target !== found || !goesOn) return;
    goesOn = false;
    const next = target();
    if (next) next.focus();
  });
})();
