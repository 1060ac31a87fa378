"""A real Celery worker on the test's own database and broker."""

import os
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.db import connections

from tests.messages import ROOT


def address_of_the_test_database():
    """The test database as the application's role reaches it, as an address."""
    now = connections["default"].settings_dict
    password = f":{quote(now['PASSWORD'])}" if now["PASSWORD"] else ""
    port = f":{now['PORT']}" if now["PORT"] else ""
    return f"postgres://{now['USER']}{password}@{quote(now['HOST'] or '', safe='')}{port}/{now['NAME']}"


@pytest.fixture
def worker(transactional_db, settings, story_clock):
    """The worker process, ready to work at the story's time; ended with the test. It looks for uploads where the product keeps them."""
    settings.UPLOAD_DIR = settings.DATA_DIR / "uploads"
    environment = os.environ | {
        "DATABASE_URL": address_of_the_test_database(),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "DATA_KEY": settings.DATA_KEY,
        "DATA_DIR": str(settings.DATA_DIR),
        "STORY_CLOCK": str(story_clock),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    log = settings.DATA_DIR / "worker.log"
    # It is the only one: it looks for no others.
    alone = ["--pool", "solo", "--without-mingle", "--without-gossip"]
    command = [sys.executable, "-m", "celery", "-A", "tests.browser.story_worker:app", "worker", *alone, "--loglevel", "INFO"]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    deadline = time.monotonic() + 30
    while " ready" not in log.read_text():
        assert process.poll() is None, log.read_text()[-2000:]
        assert time.monotonic() < deadline, log.read_text()[-2000:]
        time.sleep(0.1)
    yield process
    # Its work is done; a worker that ends in peace first waits for more.
    process.kill()
    process.wait(15)
