// The policy of the page allows styles from files only; htmx would add its own to the head.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
// The theme is the person's, kept on the server; what this browser remembers of an earlier one does not count.
try { localStorage.setItem("adminTheme", JSON.stringify(document.documentElement.className || "auto")); } catch (error) { /* private mode */ }
