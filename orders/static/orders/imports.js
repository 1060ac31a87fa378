// Files may be dropped as well as chosen, and the form says that it is working. Without this the plain form does the same.
(function () {
  "use strict";
  const form = document.querySelector("[data-drop]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const names = form.querySelector("[data-drop-names]");

  // Own words instead of the browser's: those are in the language of the browser.
  form.classList.add("drop--live");
  form.querySelector("[data-drop-button]").hidden = false;

  function show() {
    names.replaceChildren.apply(names, Array.from(input.files).map(function (file) {
      const row = document.createElement("li");
      row.textContent = file.name;
      return row;
    }));
    names.hidden = !input.files.length;
  }
  function over(on) { return function (event) { event.preventDefault(); form.classList.toggle("is-over", on); }; }

  form.addEventListener("dragenter", over(true));
  form.addEventListener("dragover", over(true));
  form.addEventListener("dragleave", function (event) { if (!form.contains(event.relatedTarget)) form.classList.remove("is-over"); });
  form.addEventListener("drop", function (event) {
    over(false)(event);
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; show(); }
  });
  input.addEventListener("change", show);
  form.addEventListener("submit", function () {
    const button = form.querySelector("button[type=submit]");
    button.textContent = form.dataset.busy;
    button.setAttribute("aria-busy", "true");
  });
})();
