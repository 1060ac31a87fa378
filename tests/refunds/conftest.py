"""Alipay's stand-in for the tests of money."""

import pytest

from tests.refunds.alipay_stub import Keys, running


@pytest.fixture(scope="session")
def alipay_keys(tmp_path_factory):
    """Keys and certificates of both sides, made once."""
    return Keys(tmp_path_factory.mktemp("alipay"))


@pytest.fixture
def alipay(alipay_keys, settings):
    """The provider; the desk is configured for it."""
    with running(alipay_keys) as alipay:
        settings.ALIPAY_APP_ID, settings.ALIPAY_KEYS, settings.ALIPAY_URL = "2021000000000001", str(alipay_keys.directory), alipay.url
        yield alipay
