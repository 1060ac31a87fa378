// The case beside its list: a row, the next and the one before open in place, without the page being loaded anew; what was typed is kept as a
// draft, or asked about where it cannot be. And what a person folds stays folded. Without it every link leads to its page.
(function () {
  "use strict";
  const all = window.desk.all;
  let going = null, here = location.href;  // the address of the case that stands here

  // Forms that keep no draft (money, files) hold words that would be lost: they are asked about.
  function holdsWords() { return all("article.case form:not([data-draft]), aside.context form").some(function (form) { return Array.from(form.elements).some(window.desk.isTouched); }); }

  function show(text, address, push) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    if (!fresh.querySelector("article.case[data-case]") || !document.querySelector("aside.context")) return false;
    document.dispatchEvent(new CustomEvent("desk:leave"));
    window.desk.PARTS.forEach(function (part) { window.desk.put(document.querySelector(part), fresh.querySelector(part)); });
    document.title = fresh.title;
    const live = document.querySelector("[data-live]"), now = fresh.querySelector("[data-live]");
    if (live && now) { live.dataset.case = now.dataset.case; live.dataset.seen = now.dataset.seen; live.dataset.page = now.dataset.page; }
    const shown = document.querySelector("article.case").dataset.case;
    const row = document.getElementById("row-" + shown);
    if (row) {
      all("[data-row]").forEach(function (each) { each.removeAttribute("aria-current"); });
      row.setAttribute("aria-current", "true");
      row.scrollIntoView({ block: "nearest" });
    } else document.querySelector(".queue").replaceWith(document.adoptNode(fresh.querySelector(".queue")));
    const list = document.getElementById("queue-body");
    if (list && list.hasAttribute("hx-get")) {
      list.setAttribute("hx-get", fresh.getElementById("queue-body") ? fresh.getElementById("queue-body").getAttribute("hx-get") : list.getAttribute("hx-get").replace(/at=\d+/, "at=" + shown));
      window.htmx.process(list);
    }
    if (push) history.pushState({ desk: true }, "", address);
    here = location.href;
    document.dispatchEvent(new CustomEvent("desk:drawn"));
    const title = document.getElementById("case-title");
    title.setAttribute("tabindex", "-1");
    title.focus({ preventScroll: true });
    document.querySelector(".case__body").scrollTop = 0;
    return true;
  }
  function open(address, push) {
    const box = document.querySelector("article.case");
    if (holdsWords() && !window.confirm(box.dataset.ask)) {
      // Back and forward have changed the address already.
      if (!push) history.pushState({ desk: true }, "", here);
      return;
    }
    if (going) going.abort();
    going = new AbortController();
    fetch(address, { headers: { Accept: "text/html" }, cache: "no-store", signal: going.signal })
      .then(function (answer) { return answer.ok ? answer.text().then(function (text) { return show(text, answer.url, push); }) : false; })
      .then(function (done) { if (!done) location.assign(address); })
      .catch(function (error) { if (error.name !== "AbortError") location.assign(address); });
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[data-row], a[data-turn]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!link.closest(".wb") || !document.querySelector("article.case[data-case]") || document.querySelector(".wb").dataset.pane === "list") return;
    event.preventDefault();
    open(link.href, true);
  });
  window.addEventListener("popstate", function () { if (document.querySelector("article.case[data-case]")) open(location.href, false); });

  // What is folded, kept with the person. What is drawn open says so as well, without anybody having opened it.
  const stands = new WeakMap();
  function look() { all("details[data-fold]").forEach(function (el) { stands.set(el, el.open); }); }
  look();
  document.addEventListener("desk:drawn", look);
  document.addEventListener("toggle", function (event) {
    const el = event.target, part = el.dataset && el.dataset.fold;
    if (!part || stands.get(el) === el.open) return;
    stands.set(el, el.open);
    window.desk.post(document.querySelector("article.case").dataset.folds, { part: part, is_open: el.open ? "yes" : "no" }).catch(function () { /* next time */ });
  }, true);
})();
