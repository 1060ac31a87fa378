// The viewer of pictures: zoom (wheel, fingers, buttons, + - 0), turn (R), move (drag, Shift and arrows), previous and next.
// Without it a thumbnail opens the picture by itself.
(function () {
  "use strict";
  const STEP = 1.25, MOST = 8, LEAST = 0.25, SHOVE = 60;

  function viewer(dialog, links) {
    const image = dialog.querySelector("img"), stage = dialog.querySelector("[data-stage]"), facts = dialog.querySelector("[data-facts]");
    const count = dialog.querySelector("[data-count]"), percent = dialog.querySelector("[data-zoom]");
    const fingers = new Map();
    let at = 0, zoom = 1, turn = 0, x = 0, y = 0, apart = 0;

    // Written through the object model, which the policy of the page allows; style attributes it does not.
    function draw() {
      image.style.transform = "translate(" + x + "px, " + y + "px) rotate(" + turn + "deg) scale(" + zoom + ")";
      percent.textContent = Math.round(zoom * 100) + "%";
    }
    function fit() { zoom = 1; x = 0; y = 0; draw(); }
    function scale(by) {
      const before = zoom;
      zoom = Math.min(MOST, Math.max(LEAST, zoom * by));
      x *= zoom / before;
      y *= zoom / before;
      draw();
    }
    // A picture on its side is drawn into a box of its own proportions, so that the whole of it stays in sight.
    function rotate() { turn = (turn + 90) % 360; image.classList.toggle("is-aside", turn % 180 === 90); fit(); }
    function move(right, down) { x += right; y += down; draw(); }
    function show(which) {
      at = (which + links.length) % links.length;
      const link = links[at], text = document.getElementById(link.dataset.view);
      image.src = link.href;
      image.alt = link.querySelector("img").alt;
      facts.replaceChildren(...Array.from(text.children, function (child) { return child.cloneNode(true); }));
      count.textContent = (at + 1) + " / " + links.length;
      turn = 0;
      image.classList.remove("is-aside");
      fit();
    }
    const deeds = {
      bigger: function () { scale(STEP); }, smaller: function () { scale(1 / STEP); }, fit: fit, turn: rotate,
      previous: function () { show(at - 1); }, next: function () { show(at + 1); }, close: function () { dialog.close(); },
    };
    const keys = { Equal: "bigger", NumpadAdd: "bigger", Minus: "smaller", NumpadSubtract: "smaller", Digit0: "fit", Numpad0: "fit", KeyR: "turn", ArrowLeft: "previous", ArrowRight: "next" };
    const shoves = { ArrowLeft: [SHOVE, 0], ArrowRight: [-SHOVE, 0], ArrowUp: [0, SHOVE], ArrowDown: [0, -SHOVE] };

    dialog.addEventListener("keydown", function (event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.shiftKey && shoves[event.code]) move(...shoves[event.code]);
      else if (keys[event.code]) deeds[keys[event.code]]();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    dialog.addEventListener("click", function (event) {
      const button = event.target.closest("[data-do]");
      if (button) deeds[button.dataset.do]();
    });
    dialog.addEventListener("close", function () { image.removeAttribute("src"); links[at].focus(); });
    stage.addEventListener("wheel", function (event) { event.preventDefault(); scale(event.deltaY < 0 ? STEP : 1 / STEP); }, { passive: false });
    stage.addEventListener("dblclick", function () { if (zoom > 1) fit(); else scale(2); });

    // One finger or the mouse moves the picture, two fingers make it bigger.
    function spread() {
      const [one, two] = Array.from(fingers.values());
      return Math.hypot(one.x - two.x, one.y - two.y);
    }
    stage.addEventListener("pointerdown", function (event) {
      stage.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (fingers.size === 2) apart = spread();
    });
    stage.addEventListener("pointermove", function (event) {
      const last = fingers.get(event.pointerId);
      if (!last) return;
      if (fingers.size === 1) move(event.clientX - last.x, event.clientY - last.y);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (fingers.size === 2 && apart) { const now = spread(); scale(now / apart); apart = now; }
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      stage.addEventListener(name, function (event) { fingers.delete(event.pointerId); apart = 0; });
    });

    links.forEach(function (link, number) {
      link.addEventListener("click", function (event) {
        // A new window is a wish of one's own.
        if (event.ctrlKey || event.metaKey || event.shiftKey || !dialog.showModal) return;
        event.preventDefault();
        show(number);
        dialog.showModal();
        stage.focus();
      });
    });
  }

  function bind() {
    document.querySelectorAll("[data-gallery]").forEach(function (gallery) {
      viewer(gallery.parentElement.querySelector("[data-viewer]"), Array.from(gallery.querySelectorAll("[data-view]")));
    });
  }
  bind();
  // A case that is drawn anew has new pictures.
  document.addEventListener("desk:drawn", bind);
})();
