// An @ in a note lists the colleagues who see the case: arrows and Enter or a click take one, Escape closes. Whoever writes the name themselves
// needs none of it.
(function () {
  "use strict";
  const NOTES = "article.case textarea[name=note]", MOST = 8;
  // As actions/mention.py reads it: not the middle of a mail address.
  const SIGN = /(?:^|[^A-Za-z0-9._%+-])[@＠]([^\s@＠]{0,40})$/;
  // `listed` is the word whose names stand there.
  let field = null, chosen = null, listed = null, composing = false;

  function list() { return document.getElementById("mention"); }
  function typed() { const found = SIGN.exec(field.value.slice(0, field.selectionStart)); return found && found[1].toLowerCase(); }
  function options() { return Array.from(list().children).filter(function (el) { return !el.hidden; }); }

  function choose(el) {
    if (chosen) chosen.setAttribute("aria-selected", "false");
    chosen = el;
    el.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", el.id);
    el.scrollIntoView({ block: "nearest" });
  }
  function close() {
    if (list()) list().hidden = true;
    if (field) ["aria-activedescendant", "aria-controls"].forEach(function (name) { field.removeAttribute(name); });
    field = chosen = listed = null;
  }
  function show(el) {
    const box = list();
    if (!box || (field && field !== el)) close();
    field = el;
    const word = box ? typed() : null;
    if (word === null) { close(); return; }
    let left = MOST;
    Array.from(box.children).forEach(function (one) {
      const fits = left > 0 && (one.dataset.name + " " + one.dataset.also).toLowerCase().split(" ").concat(one.dataset.name.toLowerCase()).some(function (name) { return name.startsWith(word); });
      one.hidden = !fits;
      left -= fits;
    });
    const found = options();
    if (!found.length) { close(); return; }
    field.parentElement.append(box);
    field.parentElement.classList.add("mention-here");
    box.style.top = field.offsetTop + field.offsetHeight + "px";
    box.hidden = false;
    box.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    field.setAttribute("aria-controls", box.id);
    listed = word;
    choose(found[0]);
  }
  // The caret may have left the word, or gone to another.
  function follow() {
    if (!field || composing) return;
    const word = typed();
    if (word === null) close();
    else if (word !== listed) show(field);
  }
  function take(el) {
    if (typed() === null) { close(); return; }
    const end = field.selectionStart, at = field, start = end - typed().length;
    at.setRangeText(el.dataset.written + " ", start, end, "end");
    close();
    at.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("input", function (event) { if (event.target.matches(NOTES) && !event.isComposing) show(event.target); });
  document.addEventListener("compositionstart", function () { composing = true; });
  document.addEventListener("compositionend", function (event) { composing = false; if (event.target.matches(NOTES)) show(event.target); });
  ["selectionchange", "keyup", "click"].forEach(function (name) { document.addEventListener(name, follow); });
  document.addEventListener("focusout", function (event) { if (event.target === field) close(); });
  // Before the keys of the page: while the list is open these are its own.
  document.addEventListener("keydown", function (event) {
    if (!field || event.target !== field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    follow();
    if (!field) return;
    const found = options(), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(found[(found.indexOf(chosen) + step + found.length) % found.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  // The field keeps the focus while one is clicked.
  document.addEventListener("mousedown", function (event) { if (event.target.closest("#mention")) event.preventDefault(); });
  document.addEventListener("click", function (event) { const el = event.target.closest("#mention [role=option]"); if (el && field) take(el); });
})();
