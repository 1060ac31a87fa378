// Dialogs, panes, single keys, copying, clocks that count down, theme and density without a reload.
// Every page works without it: it only makes things quicker.
(function () {
  "use strict";
  const root = document.documentElement;
  const words = document.body.dataset;

  function all(selector) { return Array.from(document.querySelectorAll(selector)); }

  // Clocks. The server's time counts, not this machine's; the script never decides anything.
  const ahead = Date.parse(words.now) - Date.now();
  const MINUTE = 60000, DAY = 1440;

  function span(minutes) {
    if (minutes >= DAY) return words.days.replace("{d}", Math.floor(minutes / DAY)).replace("{h}", Math.floor(minutes % DAY / 60));
    return Math.floor(minutes / 60) + ":" + String(minutes % 60).padStart(2, "0");
  }
  function tick() {
    const now = Date.now() + ahead;
    all("time[data-due]").forEach(function (el) {
      const left = Date.parse(el.dateTime) - now;
      const late = left < 0;
      el.classList.toggle("clock--late", late);
      el.classList.toggle("clock--soon", !late && left <= 120 * MINUTE);
      const text = el.querySelector("[data-left]") || el;
      text.textContent = (late ? words.over : words.left).replace("{t}", span(Math.floor(Math.abs(left) / MINUTE)));
    });
  }
  if (words.now) { tick(); setInterval(tick, 15000); }

  // Toasts and copying.
  function toast(text) {
    const box = document.querySelector(".toasts");
    const el = document.createElement("div");
    el.className = "toast";
    el.textContent = text;
    box.append(el);
    setTimeout(function () { el.remove(); }, 4000);
  }
  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    // Without TLS there is no clipboard for scripts; the old way still works.
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("copy"));
  }
  // What must not go out so is not copied either; the finding says why.
  function whyNot(el) {
    const found = el.closest("[data-script]") || (el.dataset.copyFrom === "contact-message" && document.getElementById("reply-findings"));
    return found && found.querySelector("[data-blocks]");
  }
  function copyFrom(el) {
    const finding = whyNot(el);
    if (finding) { toast(finding.textContent.trim().replace(/\s+/g, " ")); return; }
    const source = el.dataset.copyFrom && document.getElementById(el.dataset.copyFrom);
    copy(source ? ("value" in source ? source.value : source.textContent.trim()) : el.dataset.copy).then(
      function () { toast(words.copied); }, function () { toast(words.notCopied); });
  }

  // Theme and density: sent without leaving the page, so that nothing typed is lost.
  function look(form) {
    fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer); })
      .then(function (values) {
        Object.keys(values).forEach(function (name) {
          root.setAttribute("data-" + name, values[name].value);
          all('[data-look="' + name + '"] [data-label]').forEach(function (el) { el.textContent = values[name].label; });
        });
      })
      .catch(function () { form.submit(); });
  }

  function open(id) { const box = document.getElementById(id); if (box && box.showModal && !box.open) box.showModal(); }
  function pane(name) {
    document.querySelector("[data-pane]").dataset.pane = name;
    all("[data-pane-to]").forEach(function (el) { el.setAttribute("aria-pressed", String(el.dataset.paneTo === name)); });
  }

  document.addEventListener("click", function (event) {
    const el = event.target.closest("[data-open], [data-close], [data-dismiss], [data-pane-to], [data-copy], [data-copy-from], [aria-disabled=true]");
    if (!el) { if (event.target.nodeName === "DIALOG") event.target.close(); return; }
    if (el.getAttribute("aria-disabled") === "true") { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (el.dataset.open) open(el.dataset.open);
    if ("close" in el.dataset) el.closest("dialog").close();
    if ("dismiss" in el.dataset) el.parentElement.remove();
    if (el.dataset.paneTo) pane(el.dataset.paneTo);
    if ("copy" in el.dataset || el.dataset.copyFrom) copyFrom(el);
  }, true);

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.dataset.look) { event.preventDefault(); look(form); return; }
    if (form.method !== "post" || "many" in form.dataset) return;
    // A double click sends once; the version in the form is the real guard.
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  // Coming back by the browser's own button finds a form that can be sent again.
  window.addEventListener("pageshow", function () { all("form[data-sent]").forEach(function (form) { delete form.dataset.sent; }); });

  // A choice that filters a list sends itself.
  document.addEventListener("change", function (event) { if (event.target.matches("[data-send]")) event.target.form.requestSubmit(); });

  // Single keys. event.code, not event.key: with a Chinese input method on, key reads "Process".
  const BRACKETS = { BracketLeft: "[", BracketRight: "]" };
  function shown(el) { return el.getClientRects().length > 0; }
  function move(step) {
    const rows = all("[data-row]").filter(shown);
    if (!rows.length) return;
    const focused = rows.indexOf(document.activeElement);
    const from = focused >= 0 ? focused : rows.findIndex(function (row) { return row.hasAttribute("aria-current"); });
    rows[Math.max(0, Math.min(rows.length - 1, from + step))].focus();
  }
  // The row that has the focus is chosen, or not any more; without one the row that is shown.
  function pick() {
    const rows = all("[data-row]").filter(shown);
    const row = rows.find(function (each) { return each === document.activeElement; }) || rows.find(function (each) { return each.hasAttribute("aria-current"); });
    const box = row && row.parentElement.querySelector("[data-pick]");
    if (!box) return false;
    box.checked = !box.checked;
    return true;
  }
  // Money buttons carry data-arm: their key only moves focus there, Enter then sends.
  function press(name) {
    const el = all('[data-key="' + name + '"]').find(shown);
    if (el) pressed(el);
    return Boolean(el);
  }
  function pressed(el) {
    const closed = el.closest("details:not([open])");
    if (closed && !el.matches("summary")) closed.open = true;
    el.focus();
    if (!("arm" in el.dataset) && !el.matches("input:not([type=checkbox]), textarea, select")) el.click();
    // A form that has just opened is written in at once.
    const field = el.matches("summary") && el.parentElement.open && el.parentElement.querySelector("[data-first], input:not([type=hidden]), textarea, select");
    if (field) field.focus();
  }
  // What the palette chose.
  document.addEventListener("desk:press", function (event) { pressed(event.detail); });
  // B asks for its reason first; Ctrl Enter in the reason presses the same button again, and no other.
  let pressedLast = null;
  document.addEventListener("click", function (event) { pressedLast = event.target.closest("button[type=submit]") || pressedLast; });
  function pressedBefore(el) { return el.form && pressedLast && pressedLast.form === el.form && pressedLast.matches("[data-again]"); }
  // Ctrl Enter sends the form in which one types, else the next step; a money button is only reached, Enter then sends.
  function send(el) {
    if (pressedBefore(el)) { el.form.requestSubmit(pressedLast); return true; }
    const form = el.closest && el.closest("form[data-form]");
    if (!form || form.querySelector('[data-key="main"]')) return press("main");
    form.requestSubmit();
    return true;
  }
  function isTyping(el) { return el.closest && el.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog"); }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.code === "Enter") { if (send(event.target)) event.preventDefault(); return; }
    if (root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const name = BRACKETS[event.code] || event.code.replace(/^(Key|Digit|Numpad)/, "").toLowerCase();
    if (event.code === "Slash" && event.shiftKey) open("keys");
    else if (event.code === "Slash") { if (!press("/")) return; }
    else if (event.shiftKey) return;
    else if (name === "j") move(1);
    else if (name === "k") move(-1);
    else if (name === "p" && pick()) { /* chosen */ }
    else if (name === "m" || name === "d") { const form = document.querySelector('[data-look="' + (name === "m" ? "theme" : "density") + '"]'); if (form) look(form); }
    else if (!/^[a-z0-9[\]]$/.test(name) || !press(name)) return;
    event.preventDefault();
  });

  // What a scanner types takes the place of what was scanned before.
  function typeOver(field) { if (field && field.matches && field.matches("[data-scan]")) field.select(); }
  document.addEventListener("focusin", function (event) { typeOver(event.target); });
  // A browser gives a page its first focus with the first picture of it; what a scanner types before that would be lost.
  const first = all("[autofocus]").find(shown);
  if (first && document.activeElement === document.body) first.focus();
  typeOver(document.activeElement);

  // Lists that refresh themselves keep the row that has the focus.
  document.addEventListener("htmx:afterSwap", function () { tick(); });
})();
