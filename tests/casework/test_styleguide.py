"""The style guide: for those who work on the desk, and drawn from the parts themselves."""

import pytest
from django.conf import settings as config

PARTS = config.BASE_DIR / "casework/templates/casework/parts"
# Drawn as part of another, or by the frame of every page.
ELSEWHERE = {
    "list.html": "the queue itself",
    "list_head.html": "the queue itself",
    "chips.html": "what the queue is filtered by",
    "filter_form.html": "what the queue is filtered by",
    "notes.html": "the notes of an order",
    "pictures.html": "pictures need their files",
    "twins.html": "stands in pictures",
    "viewer.html": "stands beside pictures",
    "field.html": "drawn by the tag",
    "palette_entries.html": "fetched by the palette",
}


def test_it_is_there_in_debug_only(client, agent):
    client.force_login(agent)
    assert client.get("/styleguide/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_part_stands_in_it(client, agent, settings, language):
    settings.DEBUG = True
    client.force_login(agent)
    client.cookies["django_language"] = language
    page = client.get("/styleguide/")
    assert page.status_code == 200
    drawn = {each.name.rpartition("/")[2] for each in page.templates if each.name and each.name.startswith("casework/parts/")}
    assert {path.name for path in PARTS.glob("*.html")} - drawn - set(ELSEWHERE) == set()
