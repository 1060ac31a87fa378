"""The style guide: for those who work on the desk, and drawn from the parts themselves."""

import pytest

# What pages are made of; what stands on one page alone is seen there.
PARTS = {
    *(
        "answers",
        "bell",
        "chips",
        "keys",
        "language",
        "list_empty",
        "look",
        "pages",
        "palette",
        "rail",
        "refusal",
        "row",
        "take_next",
        "toasts",
    ),
    *("event", "step_refused"),
}


def test_it_is_there_in_debug_only(client, agent):
    client.force_login(agent)
    assert client.get("/styleguide/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_part_is_drawn_by_its_own_template(client, agent, settings, language):
    settings.DEBUG = True
    client.force_login(agent)
    client.cookies["django_language"] = language
    page = client.get("/styleguide/")
    assert page.status_code == 200
    drawn = {each.name.rpartition("/")[2].removesuffix(".html") for each in page.templates if each.name}
    assert PARTS - drawn == set()
