// Notifications of the browser: asked for after a press only, kept in this browser, used by live.js while the page is in the background.
(function () {
  "use strict";
  const box = document.querySelector("[data-notify]");
  if (!box || !("Notification" in window) || !window.isSecureContext) return;
  const button = box.querySelector("[data-notify-switch]"), says = box.querySelector("[data-notify-says]");
  function isOn() { try { return localStorage.getItem("desk-notify") === "on" && Notification.permission === "granted"; } catch (error) { return false; } }
  function keep(value) { try { localStorage.setItem("desk-notify", value); } catch (error) { /* private mode */ } }
  function draw() {
    const denied = Notification.permission === "denied";
    says.textContent = denied ? box.dataset.denied : isOn() ? box.dataset.on : box.dataset.off;
    button.textContent = isOn() ? button.dataset.turnOff : button.dataset.turnOn;
    button.hidden = denied;
  }
  button.addEventListener("click", function () {
    if (isOn()) { keep("off"); draw(); return; }
    Notification.requestPermission().then(function (answer) { keep(answer === "granted" ? "on" : "off"); draw(); });
  });
  box.hidden = false;
  draw();
})();
