"""A person's browser at a given time."""

import pytest

from tests.cast import MONDAY
from tests.page import browser_of


@pytest.fixture
def desk(settings):
    """desk(user) is the person's browser on Monday morning, desk(user, at) at another time."""
    settings.TEST_CLOCK = True

    def open_desk(user, at=MONDAY):
        client = browser_of(user)
        client.defaults["HTTP_X_TEST_NOW"] = at.isoformat()
        return client

    return open_desk
