"""What the documents name is there: files, links, commands, settings."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:config|orders|casework|logistics|refunds|tests|docs|docker|locale)/[\w/.]+)`")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
# A name in capitals stands for one's own.
PLACEHOLDER = re.compile(r"\b(?:APP|NAME)\b")


def anchors(page):
    """What the headings of a page can be linked by."""
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", page, re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    broken = []
    for link in LINK.findall(text):
        file, _, anchor = link.partition("#")
        if link.startswith(("https://", "http://", "javascript:")):
            continue
        target = page.parent / file if file else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page):
    named = [path for path in PATH.findall(page.read_text(encoding="utf-8")) if not PLACEHOLDER.search(path)]
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page):
    assert [name for name in COMMAND.findall(page.read_text(encoding="utf-8")) if name not in get_commands()] == []


def test_every_command_of_ours_stands_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    ours = [name for name, app in get_commands().items() if app in {"orders", "casework", "logistics", "refunds"}]
    assert [name for name in ours if name not in text] == []
    assert len(ours) >= 8


def test_every_setting_of_the_readme_is_read():
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    code = "".join(path.read_text() for path in [*(ROOT / "config").rglob("*.py"), ROOT / "Makefile"])
    names = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert [name for name in sorted(names) if name not in code] == []
    assert {"DATABASE_URL", "DATA_KEY", "PORT"} <= names
