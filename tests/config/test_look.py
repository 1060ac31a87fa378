"""One design system: colours stand in one file, and the admin takes them from there."""

import re

from django.conf import settings

from casework.views.styleguide import COLOURS

COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(")
TOKENS = "casework/static/casework/tokens.css"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
KEY, KBD = re.compile(r'data-key="([a-z0-9/])"'), re.compile(r'<kbd class="kbd">([^<]+)</kbd>')
DEFINED, USED = re.compile(r"(--[a-z0-9-]+)\s*:"), re.compile(r"var\((--[a-z0-9-]+)")


def sheets():
    paths = sorted(
        path for app in ("orders", "casework", "logistics", "refunds") for path in (settings.BASE_DIR / app / "static").rglob("*.css")
    )
    return {path.relative_to(settings.BASE_DIR).as_posix(): COMMENT.sub("", path.read_text()) for path in paths}


def test_colours_stand_among_the_tokens_alone():
    found = sheets()
    assert COLOUR.search(found.pop(TOKENS))
    assert {name: COLOUR.findall(text) for name, text in found.items() if COLOUR.search(text)} == {}


def test_every_variable_that_is_used_is_defined():
    found = sheets()
    # What a part is told by the class beside it, and what the admin's theme reads.
    known = {name for text in found.values() for name in DEFINED.findall(text)}
    assert {(name, each) for name, text in found.items() for each in USED.findall(text) if each not in known} == set()


def test_each_colour_has_both_themes():
    lines = [line for line in sheets()[TOKENS].splitlines() if COLOUR.search(line) and "--on-fill" not in line and "--veil" not in line]
    assert [line for line in lines if line.count("var(--l,") != line.count("var(--d,")] == []
    assert len(lines) > len(COLOURS)


def test_the_sheet_names_every_key():
    """What a page listens to stands on the sheet that "?" opens."""
    paths = [
        path for app in ("orders", "casework", "logistics", "refunds") for path in (settings.BASE_DIR / app / "templates").rglob("*.html")
    ]
    keys = {key.upper() for path in paths for key in KEY.findall(path.read_text())}
    sheet = (settings.BASE_DIR / "casework/templates/casework/parts/keys.html").read_text()
    assert keys - set(KBD.findall(sheet)) == set()
    assert {"X", "G", "/"} <= keys


def test_sheets_are_sound():
    for name, text in sheets().items():
        assert text.count("{") == text.count("}"), name
        assert "!important" not in text, name
