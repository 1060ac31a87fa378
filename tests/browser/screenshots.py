"""`make screenshots`: the ten main pages of the demo shop, in three windows and both themes. `python -m tests.browser.screenshots DIRECTORY`."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.missing import MESSAGE, PROGRAMS

WINDOWS = {"laptop": (1366, 768), "desk": (1920, 1080), "phone": (390, 844)}
THEMES = ("light", "dark")
# Not the one of the desk that may be running: `make` hands that down as PORT.
PORT = os.environ.get("SHOTS_PORT", "8127")
ADDRESS = f"http://127.0.0.1:{PORT}"
# Name, who looks, address; a link that is followed there, where the page is one of many. Cases are one's own: they have the most buttons.
SHOTS = [
    ("today", "agent", "/", ""),
    ("queue", "agent", "/cases/?tab=all", ""),
    ("case", "agent", "/cases/?tab=mine&kind=unreachable", "[data-row]"),
    # An order of the demo shop, as if somebody had pasted its number.
    ("new-case", "agent", "/cases/new/?order=5117000120000361012", ""),
    ("refund", "agent", "/cases/?tab=mine&kind=refund", "[data-row]"),
    ("approvals", "supervisor", "/approvals/", '[data-row]:has-text("破损")'),
    ("payouts", "finance", "/payouts/", ""),
    ("returns", "warehouse", "/returns/", ""),
    ("claims", "finance", "/claims/", ""),
    ("register", "finance", "/register/", ""),
]


def main() -> None:
    """Start a desk with the demo shop, take the pictures, and stop it."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "var/screenshots")
    target.mkdir(parents=True, exist_ok=True)
    program = next(filter(None, map(shutil.which, PROGRAMS)), None) or sys.exit(MESSAGE)
    with tempfile.TemporaryDirectory(prefix="desk-shots-") as data:
        desk = subprocess.Popen(
            [sys.executable, "-m", "config.run", "--end-with-parent"],
            env=os.environ | {"PORT": PORT, "DATA_DIR": data},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert desk.stdout is not None
            if not any(line.startswith("ready:") for line in desk.stdout):
                sys.exit("The desk did not start.")
            with sync_playwright() as driver:
                _take(
                    driver.chromium.launch(executable_path=program, args=["--lang=zh-CN"], env=os.environ | {"LANGUAGE": "zh_CN"}),
                    json.loads((Path(data) / "accounts.json").read_text()),
                    target,
                )
        finally:
            desk.terminate()
            desk.wait()


def _take(browser: Browser, accounts: dict[str, str], target: Path) -> None:
    """Each person logs in once; pages stay open while window and theme change."""
    for person in dict.fromkeys(who for _name, who, _address, _link in SHOTS):
        page = browser.new_page(locale="zh-CN", timezone_id="Asia/Shanghai", base_url=ADDRESS)
        page.goto("/login/")
        page.fill("[name=username]", person)
        page.fill("[name=password]", accounts[person])
        page.press("[name=password]", "Enter")
        page.wait_for_selector("nav.rail")
        for name, who, address, link in SHOTS:
            if who == person:
                _shoot(page, name, address, link, target)


def _shoot(page: Page, name: str, address: str, link: str, target: Path) -> None:
    page.goto(address)
    if link:
        page.locator(link).first.click()
        page.wait_for_url(re.compile(r"/(cases|approvals)/\d+/"))
    for window, (width, height) in WINDOWS.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            page.locator("html").evaluate("(el, theme) => { el.dataset.theme = theme; }", theme)
            page.screenshot(path=target / f"{name}-{window}-{theme}.png")


if __name__ == "__main__":
    main()
