// Lists of cases: the form of filters closes, chips go by Delete.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    const close = event.target.closest("[data-filters-close]");
    const box = close && document.getElementById("filters");
    if (!box || !box.contains(close)) return;
    event.preventDefault();
    box.replaceChildren();
    const opener = document.querySelector('[hx-target="#filters"]');
    if (opener) opener.focus();
  });
  document.addEventListener("keydown", function (event) {
    if ((event.key === "Delete" || event.key === "Backspace") && event.target.matches("[data-chip]")) { event.preventDefault(); event.target.click(); }
  });
  // The form has come: one types in it at once. Empty fields leave no trace in the address.
  document.addEventListener("htmx:afterSwap", function (event) {
    const first = event.target.id === "filters" && event.target.querySelector("select, input:not([type=hidden])");
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
