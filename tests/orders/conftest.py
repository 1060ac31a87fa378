"""A desk that imports, for every test of this folder."""

import pytest

from tests.orders.lists import Desk


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)
