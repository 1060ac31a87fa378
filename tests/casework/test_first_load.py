"""The first load of the case page: everything that a browser fetches for it, compressed, and nothing of it from elsewhere."""

import gzip
import pathlib
import re

from django.contrib.staticfiles import finders

from tests.builders import an_unreachable

MOST = 150_000


def test_the_first_load_stays_under_150_kilobytes_and_asks_nobody_else(desk, agent):
    body = desk(agent).get(f"/cases/{an_unreachable(agent, state='trying').pk}/").content
    text = body.decode()
    files = sorted(set(re.findall(r'(?:href|src)="/static/([^"#?]+)', text)))
    sizes = {name: len(gzip.compress(pathlib.Path(finders.find(name)).read_bytes())) for name in files}
    assert {"casework/workbench.css", "casework/case.js", "casework/icons.svg"} <= set(files)
    assert len(gzip.compress(body)) + sum(sizes.values()) < MOST, sizes
    assert re.findall(r'(?:href|src|action)="(?:https?:)?//[^"]*"', text) == []
