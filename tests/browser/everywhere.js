// Run in each page by test_every_page.py: what axe does not look at. Each check returns the elements that fail, as the beginning of their HTML.
window.everywhere = (function () {
  "use strict";
  function all(selector) { return Array.from(document.querySelectorAll(selector)).filter((el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true })); }
  function told(elements) { return elements.map((el) => el.outerHTML.replace(/\s+/g, " ").slice(0, 110)); }
  const REACHED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";

  // WCAG 2.5.8: 24 px, but for links in a sentence, and for what has room of 24 px around it.
  function small() {
    const targets = all("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=option]").filter((el) => !el.matches(".skip"));
    const boxes = new Map(targets.map((el) => [el, el.getBoundingClientRect()]));
    return told(targets.filter((el) => {
      const box = boxes.get(el);
      if (box.width >= 23.5 && box.height >= 23.5) return false;
      if (el.matches("a") && getComputedStyle(el).display === "inline" && el.parentElement.textContent.trim() !== el.textContent.trim()) return false;
      if (el.closest("label") && el.closest("label").getBoundingClientRect().height >= 23.5) return false;
      const x = box.left + box.width / 2, y = box.top + box.height / 2;
      return targets.some((other) => {
        if (other === el || other.contains(el) || el.contains(other)) return false;
        const near = boxes.get(other);
        return Math.hypot(Math.max(near.left - x, 0, x - near.right), Math.max(near.top - y, 0, y - near.bottom)) < 12;
      });
    }));
  }
  // WCAG 2.4.7 and 2.4.11: what has the focus shows it, and nothing that sticks lies over it.
  function hidden() {
    const failed = [];
    for (const el of all(REACHED)) {
      if (el.disabled || el.tabIndex < 0 || el.matches(".up__file input")) continue;
      el.focus();
      if (document.activeElement !== el) continue;
      const style = getComputedStyle(el);
      const shows = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      const box = el.getBoundingClientRect();
      const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth), top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
      const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8]].map(([x, y]) => document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y));
      const seen = points.some((hit) => hit && (el.contains(hit) || hit.contains(el) || (el.labels && Array.from(el.labels).some((label) => label.contains(hit)))));
      if (!shows || !seen) failed.push(el);
    }
    if (document.activeElement) document.activeElement.blur();
    scrollTo(0, 0);
    return told(failed);
  }
  function moving() {
    return told(all("body *").filter((el) => { const style = getComputedStyle(el); return style.animationName !== "none" || style.transitionDuration.split(",").some((each) => parseFloat(each) > 0); }));
  }
  function pasteless() {
    return told(all("input:not([type=hidden]):not([type=file]):not([type=checkbox]):not([type=radio]), textarea").filter((el) => !el.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true }))));
  }
  // WCAG 2.5.7: what can be dropped can be chosen with a click.
  function draggedOnly() { return told(all("[data-drop], [draggable=true]").filter((el) => !el.querySelector("input[type=file], button, a") && !el.matches("a, button"))); }
  function ordered() { return told(all("[tabindex]").filter((el) => el.tabIndex > 0)); }
  // Nothing runs off the right edge, nor out of a row that is a card on a phone.
  function sideways() {
    const root = document.documentElement;
    const beyond = all("main *, .rail *").filter((el) => el.getBoundingClientRect().right > innerWidth + 1 && !el.closest(".scroll-x, .rail__list, pre, .visually-hidden"));
    // What is hidden but laid out makes the page wider all the same.
    return root.scrollWidth > root.clientWidth ? told(beyond.length ? beyond.slice(-3) : Array.from(document.querySelectorAll("html, body *")).filter((el) => el === root || el.getBoundingClientRect().right > innerWidth + 1).slice(-3)) : told(innerWidth < 560 ? all(".table--fold *").filter((el) => beyond.includes(el)) : []);
  }
  // Enter in a field presses the form's first button: of several that do different things that one is the main one, or sends nothing.
  // A disabled one does not hold a browser's own field for a time or a number: the first that is left must be the main one.
  // The admin's own buttons all save, and differ in where they lead.
  function decidedByEnter() {
    return told(Array.from(document.forms).filter((form) => {
      const buttons = Array.from(form.elements).filter((el) => el.matches("button:not([type=button])"));
      const isTyped = form.querySelector("input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=file])");
      const isPicked = form.querySelector("input:is([type=date], [type=time], [type=datetime-local], [type=month], [type=week], [type=number])");
      const first = isPicked ? buttons.find((el) => !el.disabled) || buttons[0] : buttons[0];
      return isTyped && first && !form.elements.namedItem("_save") && buttons.filter((el) => !el.disabled).length > 1 && !first.disabled && !first.matches("[data-key=main]");
    }));
  }
  // Whoever has many roles has a long rail: all of it is there without scrolling, and it pushes no foot of a pane off the screen.
  function offscreen() { return told(all(".rail a, .rail button, .decide__foot, .queue__foot, .dock").filter((el) => el.getBoundingClientRect().bottom > innerHeight + 1)); }
  return { decidedByEnter, offscreen, small, hidden, moving, pasteless, draggedOnly, ordered, sideways };
})();
