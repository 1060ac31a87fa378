// What several scripts of the desk share: the parts that a case is drawn into, sending a form, whether a field was touched, notifications.
window.desk = (function () {
  "use strict";
  const PARTS = ["article.case", "aside.context"];
  const NOTIFY = "desk-notify";

  function all(selector) { return Array.from(document.querySelectorAll(selector)); }
  // `fields` are values by name.
  function post(address, fields, options) {
    const body = new FormData();
    Object.keys(fields).forEach(function (name) { body.set(name, fields[name]); });
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    return fetch(address, Object.assign({ method: "POST", body: body, headers: { "X-CSRFToken": token, Accept: "application/json" } }, options));
  }
  // What comes from another document takes the place of what stands here, and binds.
  function put(old, fresh) {
    old.replaceWith(document.adoptNode(fresh));
    window.htmx.process(fresh);
  }
  // Whether somebody typed in a field, or chose: it is not as the page came.
  function isTouched(el) {
    if (["hidden", "submit", "button"].includes(el.type)) return false;
    if (el.type === "file") return el.files.length > 0;
    if (el.type === "checkbox" || el.type === "radio") return el.checked !== el.defaultChecked;
    if (el.tagName === "SELECT") return el.selectedIndex > 0 ? !el.options[el.selectedIndex].defaultSelected : Array.from(el.options).slice(1).some(function (one) { return one.defaultSelected; });
    return "defaultValue" in el && el.value !== el.defaultValue;
  }
  function notifies() { try { return localStorage.getItem(NOTIFY) === "on" && Notification.permission === "granted"; } catch (error) { return false; } }
  function keepNotifying(isOn) { try { localStorage.setItem(NOTIFY, isOn ? "on" : "off"); } catch (error) { /* private mode */ } }

  return { PARTS: PARTS, all: all, post: post, put: put, isTouched: isTouched, notifies: notifies, keepNotifying: keepNotifying };
})();
