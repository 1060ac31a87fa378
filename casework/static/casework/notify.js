// Notifications of the browser: asked for after a press only, kept in this browser, used by live.js while the page is in the background.
(function () {
  "use strict";
  const box = document.querySelector("[data-notify]");
  if (!box || !("Notification" in window) || !window.isSecureContext) return;
  const button = box.querySelector("[data-notify-switch]"), says = box.querySelector("[data-notify-says]");
  const isOn = window.desk.notifies, keep = window.desk.keepNotifying;
  function draw() {
    const denied = Notification.permission === "denied";
    says.textContent = denied ? box.dataset.denied : isOn() ? box.dataset.on : box.dataset.off;
    button.textContent = isOn() ? button.dataset.turnOff : button.dataset.turnOn;
    button.hidden = denied;
  }
  button.addEventListener("click", function () {
    if (isOn()) { keep(false); draw(); return; }
    Notification.requestPermission().then(function (answer) { keep(answer === "granted"); draw(); });
  });
  box.hidden = false;
  draw();
})();
