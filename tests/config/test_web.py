"""The web server's own limits: the same wherever it is started, and wide enough that people get our pages and not its bare ones."""

import pytest
from django.conf import settings
from gunicorn.app.wsgiapp import WSGIApplication

from config.run import _children


def commands():
    docker = (settings.BASE_DIR / "Dockerfile").read_text().rpartition("CMD")[2]
    web = _children(8000, settings.DATA_DIR)[0]
    return {"docker": docker, "run": " ".join(web.command)}


@pytest.mark.parametrize("where", ["docker", "run"])
def test_both_ways_of_starting_take_the_one_file(where):
    assert "python:config.web" in commands()[where]


def test_gunicorn_reads_the_limits(monkeypatch):
    monkeypatch.setattr("sys.argv", ["gunicorn", "--config", "python:config.web", "config.wsgi:application"])
    read = WSGIApplication().cfg
    assert (read.limit_request_line, read.limit_request_field_size) == (8190, 16380)
