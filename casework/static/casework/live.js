// Live: an open, visible page asks every 15 seconds whether something has changed, more and more seldom while nobody touches it.
// The answer is a bare 304 while nothing has. Nothing is ever taken from under one's hands: see quiet().
(function () {
  "use strict";
  const me = document.querySelector("[data-live]");
  if (!me) return;
  const words = me.dataset;
  const PACES = [[60, 15], [180, 30], [Infinity, 60]];  // seconds without a touch, seconds until the next question
  const all = window.desk.all, notifies = window.desk.notifies, PARTS = window.desk.PARTS;
  const LISTS = 30, WRITES = 20, LONGEST = 300;
  let tag = "", lists = null, told = remembered("desk-told"), timer = 0, failures = 0, asked = 0, touched = Date.now(), owed = false, listed = 0, stopped = false;
  let typed = { form: "", at: 0 }, shown = "";

  // What came while one went from page to page is told as well.
  function remembered(name) { try { return sessionStorage.getItem(name) || ""; } catch (error) { return ""; } }
  function remember(name, value) { try { sessionStorage.setItem(name, value); } catch (error) { /* private mode */ } }
  function seconds(since) { return (Date.now() - since) / 1000; }
  function pace() { return PACES.find(function (each) { return seconds(touched) < each[0]; })[1]; }
  function writing() { return seconds(typed.at) < WRITES ? typed.form : ""; }

  function later(wait) {
    clearTimeout(timer);
    if (!stopped && (!document.hidden || notifies())) timer = setTimeout(ask, wait * 1000);
  }
  function ask() {
    asked = Date.now();
    const wait = document.hidden ? 60 : pace(), of = words.case;
    const query = new URLSearchParams({ pace: wait, told: told });
    // Who does not look at the page is not said to be here.
    if (words.case && !document.hidden) { query.set("case", words.case); query.set("seen", words.seen); query.set("writing", shown = writing()); }
    fetch(words.live + "?" + query, { headers: { "If-None-Match": tag, Accept: "application/json" }, cache: "no-store", redirect: "manual" })
      .then(function (answer) {
        if (answer.type === "opaqueredirect" || answer.status === 403) { stopped = true; return null; }
        if (answer.status === 304) return null;
        if (!answer.ok) throw new Error(answer.status);
        tag = answer.headers.get("ETag") || "";
        return answer.json();
      })
      .then(function (news) { failures = 0; if (news) take(news, of); if (owed) renewLists(); later(wait); })
      .catch(function () { failures += 1; later(Math.min(LONGEST, wait * Math.pow(2, failures))); });
  }
  // Something happened here after a while, or one began to write: the others hear of it soon.
  function wake() {
    const idle = seconds(touched);
    touched = Date.now();
    if (idle > 60 && seconds(asked) > 10) later(0);
  }

  // `of` is the case that was asked about; another may stand here meanwhile.
  function take(news, of) {
    const isFirst = lists === null;
    if (isFirst ? Date.parse(news.lists_at) > Date.parse(document.body.dataset.now) : news.lists !== lists) owed = true;
    lists = news.lists;
    told = news.now;
    remember("desk-told", told);
    bell(news.unread);
    if (news.notices) notify(news.notices);
    if (of !== words.case) { tag = ""; return; }
    if (!of || !("newest" in news)) return;
    people(news.people);
    if (news.is_told && !document.hidden) seenNotices(of);
    if (!news.changed.length) words.seen = news.newest;
    else if (quiet()) redraw().catch(function () { tag = ""; offer(news.changed); });
    else offer(news.changed);
  }

  // The bell, one quiet line, and where one wished it the browser's own.
  function bell(number) {
    all("[data-bell]").forEach(function (el) { el.hidden = !number; el.firstElementChild.textContent = number > 99 ? "99+" : number; });
  }
  function notify(text) {
    if (document.hidden && notifies()) {
      const note = new Notification(words.title, { body: text, tag: "desk" });
      note.onclick = function () { window.focus(); location.assign(words.notices); };
      return;
    }
    const el = document.createElement("a");
    el.className = "toast is-lead";
    el.href = words.notices;
    el.textContent = text;
    const box = document.querySelector(".toasts");
    box.querySelectorAll("[data-notice]").forEach(function (old) { old.remove(); });
    el.dataset.notice = "";
    box.append(el);
    setTimeout(function () { el.remove(); }, 8000);
  }
  function seenNotices(of) {
    window.desk.post(words.read, { case: of }).catch(function () { /* next time */ });
  }

  // Who else is here: grey who looks, amber who writes; that one is said again at the form.
  function people(found) {
    all("[data-people]").forEach(function (box) { box.replaceChildren(...found.map(person)); });
    all("[data-writer]").forEach(function (el) { el.remove(); });
    found.filter(function (each) { return each.form; }).forEach(function (each) {
      const form = document.querySelector('form[data-draft="' + each.form + '"]');
      const el = person(each);
      el.dataset.writer = "";
      if (form) placeOf(form).prepend(el);
    });
  }
  // A form whose fields stand elsewhere is where they are.
  function placeOf(form) {
    const field = Array.from(form.elements).find(function (el) { return el.type !== "hidden"; });
    return field && !form.contains(field) ? field.parentElement : form;
  }
  function person(each) {
    const el = document.createElement("span");
    el.className = "presence" + (each.form ? " presence--writes" : "");
    el.textContent = each.words;
    return el;
  }

  // Lists renew themselves, but not under a choice, an open menu or typed text.
  function renewLists() {
    if (document.hidden || seconds(listed) < LISTS) return;
    const free = all("[data-live-list]").filter(function (el) { return !el.querySelector("input:checked, details[open], input:focus, textarea:focus, select:focus"); });
    owed = free.length < all("[data-live-list]").length;
    listed = Date.now();
    free.forEach(function (el) { window.htmx.trigger(el, "live-list"); });
  }

  // Whether nobody does anything in the case: nothing typed, chosen, opened, marked, and no field in focus.
  function quiet() {
    if (document.querySelector("dialog[open], article.case .menu[open]") || String(getSelection())) return false;
    return PARTS.map(function (part) { return document.querySelector(part); }).filter(Boolean).every(function (part) {
      const isIn = part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
      return !isIn && !Array.from(part.querySelectorAll("form")).some(function (form) { return Array.from(form.elements).some(window.desk.isTouched); });
    });
  }
  function offer(changed) {
    all("[data-changed]").forEach(function (box) {
      box.hidden = false;
      box.querySelector("[data-what]").textContent = changed.join("; ");
    });
  }
  // The case is drawn anew where it stands: scroll, focus, what was open, and what was typed (drafts.js) stay.
  // The address is the case's own: while one goes back, that of the page is another's already.
  function redraw() {
    const of = words.case;
    return fetch(words.page + location.search, { headers: { Accept: "text/html" }, cache: "no-store" })
      .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : Promise.reject(new Error("redraw")); })
      .then(function (text) {
        if (of !== words.case) return;
        const fresh = new DOMParser().parseFromString(text, "text/html");
        document.dispatchEvent(new CustomEvent("desk:before-draw"));
        PARTS.forEach(function (part) { exchange(document.querySelector(part), fresh.querySelector(part)); });
        words.seen = fresh.querySelector("[data-live]").dataset.seen;
        tag = "";
        document.dispatchEvent(new CustomEvent("desk:drawn"));
        later(0);
      });
  }
  function exchange(old, fresh) {
    if (!old || !fresh) return;
    const opened = details(old).filter(function (each) { return each.el.open; }).map(function (each) { return each.name; });
    const scrolled = Array.from(old.querySelectorAll(".case__body, .context__body"), function (el) { return el.scrollTop; });
    const files = Array.from(old.querySelectorAll("input[type=file]")).filter(function (el) { return el.id && el.files.length; });
    const focused = old.contains(document.activeElement) ? trace(old, document.activeElement) : "";
    window.desk.put(old, fresh);
    // A chosen file cannot be written into a field; the field itself moves over.
    files.forEach(function (el) { const same = fresh.querySelector("#" + CSS.escape(el.id)); if (same) same.replaceWith(el); });
    details(fresh).forEach(function (each) { if (opened.includes(each.name)) each.el.open = true; });
    Array.from(fresh.querySelectorAll(".case__body, .context__body")).forEach(function (el, number) { el.scrollTop = scrolled[number]; });
    const again = focused && fresh.querySelector(focused);
    if (again) again.focus({ preventScroll: true });
  }
  // What opens, by the form in it or its words, and the how-manieth of that name it is.
  function details(part) {
    const times = {};
    return Array.from(part.querySelectorAll("details"), function (el) {
      const form = el.querySelector("form"), name = form ? form.getAttribute("action") : el.querySelector("summary").textContent.trim();
      times[name] = (times[name] || 0) + 1;
      return { el: el, name: times[name] + " " + name };
    });
  }
  // How an element is found again in what is drawn anew; "" when it cannot be told.
  function trace(part, el) {
    if (el.id) return "#" + CSS.escape(el.id);
    if (el.matches("[data-key]")) return '[data-key="' + el.dataset.key + '"]';
    return el.matches(".case__body, .context__body") ? "." + el.classList[0] : "";
  }

  document.addEventListener("input", function (event) {
    const owner = event.target.form, form = owner && owner.matches("[data-draft]") ? owner : null;
    typed = { form: form ? form.dataset.draft : "", at: form ? Date.now() : 0 };
    if (form && words.case && shown !== form.dataset.draft) later(1);
  });
  ["keydown", "pointerdown"].forEach(function (name) { document.addEventListener(name, wake, { passive: true }); });
  document.addEventListener("visibilitychange", function () { if (document.hidden && !notifies()) clearTimeout(timer); else later(document.hidden ? 60 : 0); });
  document.addEventListener("click", function (event) {
    const el = event.target.closest("[data-redraw]");
    if (!el) return;
    event.preventDefault();
    redraw().catch(function () { location.reload(); });
  });
  later(0.3);
})();
