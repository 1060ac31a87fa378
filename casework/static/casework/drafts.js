// Drafts: what is typed in a form of the case page is kept on the server a moment later, comes back after a reload, on another device and
// after a refusal, and is gone once it was sent. Files, and forms that decide about money, are never kept: they have no data-draft.
(function () {
  "use strict";
  const PAUSE = 1200;
  const timers = new Map(), lines = new Map();
  let carried = {};

  function box() { return document.querySelector("[data-drafts]"); }
  function forms() { return window.desk.all("form[data-draft]"); }
  function fields(form) {
    return Array.from(form.elements).filter(function (el) { return el.name && !["hidden", "file", "password", "submit", "button"].includes(el.type); });
  }
  function values(form) {
    const found = {};
    fields(form).forEach(function (el) {
      if (el.type === "radio" || el.type === "checkbox") { if (el.checked) found[el.name] = el.value; } else found[el.name] = el.value;
    });
    return found;
  }
  function isTouched(form) {
    // A list always stands at something: by itself it is no draft.
    return fields(form).some(function (el) { return el.type !== "select-one" && window.desk.isTouched(el); });
  }
  // Only what is still as the page came: what a refused form held is newer than any draft.
  function fill(form, kept) {
    let filled = false;
    fields(form).forEach(function (el) {
      if (!(el.name in kept)) return;
      if (el.type === "radio" || el.type === "checkbox") {
        const chosen = fields(form).some(function (one) { return one.name === el.name && one.checked; });
        if (el.value === kept[el.name] && !chosen) { el.checked = true; filled = true; }
      } else if (el.value === el.defaultValue || el.type === "select-one") {
        if (el.value !== kept[el.name]) { el.value = kept[el.name]; filled = true; }
      }
    });
    // A field may stand outside of its form.
    fields(form).forEach(function (el) { const closed = filled && el.closest("details:not([open])"); if (closed) closed.open = true; });
    return filled;
  }

  // One quiet line beside the button: what is so, and what can be done about it.
  function tell(form, text, label, act) {
    let line = lines.get(form);
    if (!line) {
      line = document.createElement("span");
      line.className = "draft-line faint small";
      line.append(document.createElement("span"), document.createElement("button"));
      line.firstElementChild.setAttribute("role", "status");
      line.lastElementChild.type = "button";
      line.lastElementChild.className = "btn btn--quiet";
      const send = Array.from(form.elements).find(function (el) { return el.type === "submit"; });
      send.parentElement.append(line);
      lines.set(form, line);
    }
    line.firstElementChild.textContent = text;
    line.lastElementChild.textContent = label;
    line.lastElementChild.onclick = act;
  }
  function say(form, template, at) { tell(form, template.replace("{t}", at), box().dataset.discard, function () { discard(form); }); }
  function unsay(form) { const line = lines.get(form); if (line) line.remove(); lines.delete(form); }
  function address(form) { return box().dataset.drafts.replace("FORM", form.dataset.draft); }
  function post(url, form, keepalive) {
    const kept = form ? values(form) : {}, once = form && form.querySelector("[name=once]");
    if (once) kept.once = once.value;
    return window.desk.post(url, kept, { keepalive: !!keepalive })
      .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(new Error(answer.status)); });
  }
  function save(form, keepalive) {
    clearTimeout(timers.get(form));
    timers.delete(form);
    // What stands there as it came is no draft, unless one was kept before and stands.
    if (form.dataset.sent || ((!lines.has(form) || form.dataset.discarded) && !isTouched(form))) return;
    delete form.dataset.discarded;
    post(address(form), form, keepalive)
      .then(function (told) { if (told.saved) say(form, box().dataset.saved, told.saved); else unsay(form); })
      .catch(function () { /* the next word tries again; the page itself still holds it */ });
  }
  function discard(form) {
    clearTimeout(timers.get(form));
    timers.delete(form);
    const gone = fields(form).map(function (el) { return [el, el.value, el.checked]; });
    post(address(form) + "discard/").then(function () {
      fields(form).forEach(function (el) { if (el.type === "radio" || el.type === "checkbox") el.checked = el.defaultChecked; else if (el.type !== "select-one") el.value = el.defaultValue; });
      form.dataset.discarded = "yes";
      // Until something else is typed, or the page is left.
      tell(form, box().dataset.gone, box().dataset.back, function () { putBack(form, gone); });
    }).catch(function () { /* stays */ });
  }

  // All as it stood, over whatever stands there by itself.
  function putBack(form, gone) {
    gone.forEach(function (one) { one[0].value = one[1]; if (one[2] !== undefined) one[0].checked = one[2]; });
    delete form.dataset.discarded;
    save(form);
  }

  function restore() {
    window.desk.all("[data-draft-of]").forEach(function (note) {
      const form = forms().find(function (each) { return each.dataset.draft === note.dataset.draftOf; });
      if (!form) { note.hidden = false; return; }
      const kept = JSON.parse(note.dataset.values), stands = fill(form, kept) || Object.keys(kept).some(function (name) { return values(form)[name] === kept[name]; });
      if (stands) say(form, box().dataset.from, note.dataset.at);
      note.remove();
    });
  }

  function changed(event) {
    const form = event.target.form;
    if (!form || !form.matches("[data-draft]") || !box() || event.target.type === "file") return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(function () { save(form); }, PAUSE));
  }
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  // A script that was taken over is no typing.
  document.addEventListener("looked", changed);
  // A page that goes away, or into the background, saves what it still holds.
  document.addEventListener("visibilitychange", function () { if (document.hidden) Array.from(timers.keys()).forEach(function (form) { save(form, true); }); });
  window.addEventListener("pagehide", function () { Array.from(timers.keys()).forEach(function (form) { save(form, true); }); });
  function written() { return window.desk.all("article.case form, aside.context form"); }
  // A case that is drawn anew under one's hands has the typed words again.
  document.addEventListener("desk:before-draw", function () {
    carried = {};
    written().forEach(function (form) { carried[form.getAttribute("action")] = values(form); });
    Array.from(timers.keys()).forEach(function (form) { save(form, true); });
  });
  // Another case takes its place: its words are saved and stay with it.
  document.addEventListener("desk:leave", function () { Array.from(timers.keys()).forEach(function (form) { save(form, true); }); carried = {}; });
  document.addEventListener("desk:drawn", function () {
    lines.clear();
    written().forEach(function (form) { const kept = carried[form.getAttribute("action")]; if (kept) fill(form, kept); });
    restore();
  });
  restore();
})();
