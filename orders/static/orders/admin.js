// The policy of the page allows styles from files only; htmx would add its own to the head.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
