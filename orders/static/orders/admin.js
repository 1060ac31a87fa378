// The policy of the page allows styles from files only; htmx would add its own to the head.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
// The theme is the person's, kept on the server; what this browser remembers of an earlier one does not count.
try { localStorage.setItem("adminTheme", JSON.stringify(document.documentElement.className || "auto")); } catch (error) { /* private mode */ }
// What the theme leaves out for those who hear a page: where its middle is. Its scrollbars call themselves a region, all by one English name.
window.addEventListener("load", function () {
  const main = document.getElementById("main");
  if (main) main.setAttribute("role", "main");
  document.querySelectorAll(".simplebar-content-wrapper").forEach(function (el) { el.removeAttribute("role"); el.removeAttribute("aria-label"); });
});
