"""`check --deploy` says when nobody could pay by Alipay though somebody wants to."""

import pytest

from refunds.checks import check_alipay
from refunds.gateways.alipay_client import FILES


def found():
    return [(each.id, each.msg) for each in check_alipay()]


def test_all_or_nothing_is_well(settings, alipay_keys):
    settings.ALIPAY_APP_ID = settings.ALIPAY_KEYS = ""
    assert found() == []
    settings.ALIPAY_APP_ID, settings.ALIPAY_KEYS = "2021000000000001", str(alipay_keys.directory)
    assert found() == []
    settings.ALIPAY_URL = "http://alipay.example/gateway.do"
    assert [code for code, _text in found()] == ["refunds.W003"]


@pytest.mark.parametrize(("app", "keys"), [("2021000000000001", ""), ("", "/run/secrets/alipay")])
def test_a_half_is_told(settings, app, keys):
    settings.ALIPAY_APP_ID, settings.ALIPAY_KEYS = app, keys
    ((id_, text),) = found()
    assert id_ == "refunds.W001"
    assert text.startswith("ALIPAY_APP_ID is set and ALIPAY_KEYS is not" if app else "ALIPAY_KEYS is set and ALIPAY_APP_ID is not")


@pytest.mark.parametrize("name", FILES)
def test_a_key_that_is_missing_is_named(settings, alipay_keys, tmp_path, name):
    for each in FILES:
        if each != name:
            (tmp_path / each).write_bytes((alipay_keys.directory / each).read_bytes())
    settings.ALIPAY_APP_ID, settings.ALIPAY_KEYS = "2021000000000001", str(tmp_path)
    assert found() == [("refunds.W002", f"The keys in ALIPAY_KEYS cannot be used: {name}: FileNotFoundError.")]
