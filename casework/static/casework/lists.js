// Lists of cases: the form of filters closes, chips go by Delete.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    const close = event.target.closest("[data-filters-close]");
    const box = close && document.getElementById("list-form");
    if (!box || !box.contains(close)) return;
    event.preventDefault();
    box.replaceChildren();
    const opener = document.querySelector('[hx-target="#list-form"]');
    if (opener) opener.focus();
  });
  document.addEventListener("keydown", function (event) {
    if ((event.key === "Delete" || event.key === "Backspace") && event.target.matches("[data-chip]")) { event.preventDefault(); event.target.click(); }
  });
  // Choosing rows: all on the page, from one to another with Shift, and how many there are. The key P is workbench.js's.
  let last = null;
  function picks() { return Array.from(document.querySelectorAll("[data-pick]")); }
  function count() {
    const boxes = picks(), chosen = boxes.filter(function (box) { return box.checked; }).length;
    const all = document.querySelector("[data-pick-all]"), shown = document.querySelector("[data-picked]");
    if (all) { all.checked = chosen > 0 && chosen === boxes.length; all.indeterminate = chosen > 0 && chosen < boxes.length; }
    if (shown) shown.textContent = chosen ? "(" + chosen + ")" : "";
    boxes.forEach(function (box) { box.closest("tr, .pickrow").classList.toggle("is-picked", box.checked); });
  }
  document.addEventListener("click", function (event) {
    const box = event.target;
    if (box.matches("[data-pick-all]")) picks().forEach(function (each) { each.checked = box.checked; });
    else if (box.matches("[data-pick]")) {
      const boxes = picks(), from = boxes.indexOf(last), to = boxes.indexOf(box);
      if (event.shiftKey && from >= 0) boxes.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (each) { each.checked = box.checked; });
      last = box;
    } else return;
    count();
  });
  document.addEventListener("keyup", count);
  // The rows are renewed now and then: what was chosen stays chosen.
  let kept = [];
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.target.id === "queue-body") kept = picks().filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id !== "queue-body") return;
    picks().forEach(function (box) { box.checked = kept.includes(box.value); });
    count();
  });
  count();
  // The form has come: one types in it at once. Empty fields leave no trace in the address.
  document.addEventListener("htmx:afterSwap", function (event) {
    const first = event.target.id === "list-form" && event.target.querySelector("select, input:not([type=hidden])");
    if (first) first.focus();
  });
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-filters]")) return;
    event.target.querySelectorAll("select, input").forEach(function (field) { field.disabled = !field.value; });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("[data-filters] :disabled").forEach(function (field) { field.disabled = false; });
  });
})();
