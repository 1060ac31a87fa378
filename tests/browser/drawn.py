"""When a page has done what it does by itself."""


def drawn(page):
    """Wait until the page that was opened has been drawn: its scripts have begun, and what they had to complain of was heard."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
