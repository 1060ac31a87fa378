// Everything by its name: pages, cases and orders by number, the steps that this page allows, cases that one had lately.
// Ctrl K works always; the single key G where single keys do (workbench.js presses the button).
(function () {
  "use strict";
  const sheet = document.getElementById("palette");
  if (!sheet || !sheet.showModal) return;
  const field = sheet.querySelector("input"), elsewhere = sheet.querySelector("[data-else]");
  const KEPT = 8, STEPS = "#main [data-key], #main summary.step, #main a.step__go";
  const does = new WeakMap();
  let chosen = null, asked = 0, waiting = null, places = Promise.resolve(), goes = false;

  function group(name) { return sheet.querySelector('[data-group="' + name + '"]'); }
  function entries(within) { return Array.from((within || sheet).querySelectorAll("[role=option]")); }
  function fill(name, nodes) { entries(group(name)).forEach(function (el) { el.remove(); }); group(name).append.apply(group(name), nodes); }
  function parsed(html) { return Array.from(new DOMParser().parseFromString(html, "text/html").querySelectorAll("[role=option]")); }

  // Cases that one had lately: number and kind alone, for this person in this browser.
  const store = "desk-lately-" + sheet.dataset.by;
  function lately() { try { return JSON.parse(localStorage.getItem(store)) || []; } catch (error) { return []; } }
  function keepHere() {
    if (!/^\/cases\/\d+\/$/.test(location.pathname)) return;
    const here = { url: location.pathname, label: document.title.split(" · ").slice(0, 2).join(" ") };
    const rest = lately().filter(function (each) { return each.url !== here.url; });
    try { localStorage.setItem(store, JSON.stringify([here].concat(rest).slice(0, KEPT + 1))); } catch (error) { /* private mode */ }
  }
  keepHere();
  // A case that was opened in place counts as well.
  document.addEventListener("desk:drawn", keepHere);

  function option(label, url) {
    const el = document.createElement(url ? "a" : "div");
    el.className = "palette__item";
    el.setAttribute("role", "option");
    el.tabIndex = -1;
    if (url) el.href = url;
    el.textContent = label;
    return el;
  }
  // A step is the very button of the page: what is refused has no key and is not here.
  function words(el) {
    const copy = el.cloneNode(true);
    copy.querySelectorAll("kbd, .step__text, .rule, .step__key, .visually-hidden, [aria-hidden]").forEach(function (each) { each.remove(); });
    return copy.textContent.trim().replace(/\s+/g, " ");
  }
  function visible(el) { return el.checkVisibility ? el.checkVisibility() : el.getClientRects().length > 0; }
  function steps() {
    return Array.from(document.querySelectorAll(STEPS)).filter(function (el) { return visible(el) && !el.matches("input, textarea, select, [aria-disabled=true]"); })
      .map(function (el) { const one = option(words(el)); does.set(one, el); return one; })
      .filter(function (one) { return one.textContent; });
  }

  // Each word must stand in the name, or its characters in this order: Chinese needs no other spelling.
  function fits(el, typed) {
    const name = (el.textContent + " " + (el.dataset.also || "")).toLowerCase();
    return typed.split(/\s+/).every(function (word) {
      if (name.includes(word)) return true;
      let at = -1;
      return Array.from(word).every(function (sign) { at = name.indexOf(sign, at + 1); return at >= 0; });
    });
  }
  function choose(el) {
    if (chosen) chosen.removeAttribute("aria-selected");
    chosen = el || null;
    field.removeAttribute("aria-activedescendant");
    if (!chosen) return;
    chosen.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }
  function show() {
    const typed = field.value.trim().toLowerCase();
    entries().forEach(function (el, number) { el.id = "palette-" + number; el.hidden = Boolean(typed) && el.parentElement !== group("found") && !fits(el, typed); });
    sheet.querySelectorAll("[data-group]").forEach(function (each) { each.hidden = entries(each).every(function (el) { return el.hidden; }); });
    elsewhere.hidden = !typed;
    elsewhere.href = elsewhere.href.replace(/q=[^&]*$/, "q=" + encodeURIComponent(field.value.trim()));
    choose(entries().find(function (el) { return !el.hidden; }));
  }

  function ask(typed) {
    return fetch(sheet.dataset.from + "?q=" + encodeURIComponent(typed)).then(function (answer) { return answer.ok ? answer.text() : ""; }).catch(function () { return ""; }).then(parsed);
  }
  function find(typed) {
    const number = ++asked;
    // What is meant may be a page, and the names of the pages may still be on their way.
    Promise.all([typed.length > 1 ? ask(typed) : [], places]).then(function (answers) { if (number !== asked) return; waiting = null; fill("found", answers[0]); show(); if (goes) go(); });
  }
  function open() {
    if (sheet.open || document.querySelector("dialog[open]")) return;
    field.value = "";
    goes = false;
    fill("found", []);
    fill("here", steps());
    fill("recent", lately().filter(function (each) { return each.url !== location.pathname; }).slice(0, KEPT).map(function (each) { return option(each.label, each.url); }));
    sheet.showModal();
    field.focus();
    show();
    if (!entries(group("places")).length) places = ask("").then(function (nodes) { fill("places", nodes); show(); });
  }
  // Enter before the answer is there, as a scanner types it, goes when it is.
  function go() {
    goes = Boolean(waiting);
    if (goes) return;
    const el = chosen;
    if (!el) { if (!elsewhere.hidden) location.assign(elsewhere.href); return; }
    sheet.close();
    if (does.has(el)) document.dispatchEvent(new CustomEvent("desk:press", { detail: does.get(el) })); else location.assign(el.href);
  }

  field.addEventListener("input", function () {
    const typed = field.value.trim();
    goes = false;
    clearTimeout(waiting);
    asked++;
    fill("found", []);
    waiting = typed ? setTimeout(find, 120, typed) : null;
    show();
  });
  sheet.addEventListener("keydown", function (event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const all = entries().filter(function (el) { return !el.hidden; });
      choose(all[(all.indexOf(chosen) + step + all.length) % all.length]);
    } else if (event.key === "Enter" && event.target === field) go();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  sheet.addEventListener("click", function (event) {
    const el = event.target.closest("[role=option]");
    if (!el || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(el);
    waiting = null;
    go();
  });
  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyK") { event.preventDefault(); open(); }
  });
  document.addEventListener("click", function (event) { if (event.target.closest("[data-palette]")) open(); });
})();
