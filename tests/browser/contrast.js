// Run in each page by test_every_page.py: axe, which is asked of each look only once whether it can be read.
// A look is all that the contrast of a text depends on: its colour and size, and what its ancestors paint beneath it.
window.wrongIn = (function () {
  "use strict";
  const CONTRAST = "color-contrast", NOTHING = "rgba(0, 0, 0, 0) none 1 none normal", EVERYWHERE = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
  let grounds, holes, boxes;

  function paint(el) { const style = getComputedStyle(el); return [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode].join(" "); }
  function ground(el) {
    if (!el) return "";
    if (!grounds.has(el)) { const own = paint(el); grounds.set(el, ground(el.parentElement) + (own === NOTHING ? "" : own + ";")); }
    return grounds.get(el);
  }
  function look(el) { const style = getComputedStyle(el); return [ground(el), style.color, style.fontSize, style.fontWeight, style.textShadow].join(";"); }

  // What is seen of an element: what scrolls or hides around it cuts off the rest.
  function cut(a, b) { return { left: Math.max(a.left, b.left), right: Math.min(a.right, b.right), top: Math.max(a.top, b.top), bottom: Math.min(a.bottom, b.bottom) }; }
  function hole(el) {
    if (!el) return EVERYWHERE;
    if (!holes.has(el)) holes.set(el, getComputedStyle(el).overflow === "visible" ? hole(el.parentElement) : cut(el.getBoundingClientRect(), hole(el.parentElement)));
    return holes.get(el);
  }
  function box(el) {
    if (!boxes.has(el)) boxes.set(el, cut(el.getBoundingClientRect(), hole(el.parentElement)));
    return boxes.get(el);
  }
  function isInside(a, b) { return a.left > b.left - 1 && a.right < b.right + 1 && a.top > b.top - 1 && a.bottom < b.bottom + 1; }
  function meet(a, b) { return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1; }
  // Whether something beside it is painted where the text stands, or it reaches beyond what its ancestors paint: then its look does not tell.
  function isTouched(el, painted) {
    return painted.some((other) => other.contains(el) ? !isInside(box(el), box(other)) : !el.contains(other) && meet(box(el), box(other)));
  }

  function isText(el) { return el.matches("input, select, textarea") || Array.from(el.childNodes).some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()); }
  // The texts whose look axe has not found readable yet.
  function unread(readable, exclude) {
    const shown = Array.from(document.body.querySelectorAll("*")).filter((el) => el.checkVisibility());
    const painted = shown.filter((el) => el.matches("img, canvas, video") || paint(el) !== NOTHING);
    const texts = shown.filter((el) => isText(el) && !exclude.some((part) => el.closest(part)));
    return texts.filter((el) => !readable.has(look(el)) || isTouched(el, painted));
  }

  // What axe finds in a theme, and the looks that it found readable there. Without `tags` it is asked of colours alone.
  return async function (theme, tags, exclude, readable) {
    const root = document.documentElement;
    if (root.hasAttribute("x-data")) root.className = theme; else root.dataset.theme = theme;
    [grounds, holes, boxes] = [new Map(), new Map(), new Map()];
    const asked = unread(new Set(readable), exclude);
    if (!tags.length && !asked.length) return [[], []];
    asked.forEach((el) => el.setAttribute("data-unread", ""));
    axe.configure({ rules: [{ id: CONTRAST, selector: "[data-unread]" }] });
    const runOnly = tags.length ? { type: "tag", values: tags } : { type: "rule", values: [CONTRAST] };
    const found = await axe.run({ exclude }, { runOnly, resultTypes: ["violations", "passes"], preload: false, selectors: false, elementRef: true });
    asked.forEach((el) => el.removeAttribute("data-unread"));
    const told = (each, node) => `${theme} ${each.id}: ${node.html.slice(0, 110)} ${node.any.map((why) => why.message).join(" ").slice(0, 160)}`;
    const read = found.passes.filter((each) => each.id === CONTRAST).flatMap((each) => each.nodes.map((node) => look(node.element)));
    return [found.violations.flatMap((each) => each.nodes.map((node) => told(each, node))), Array.from(new Set(read))];
  };
})();
