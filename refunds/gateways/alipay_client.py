"""One signed question to Alipay and its checked answer. python-alipay-sdk signs and verifies; the line is ours (docs/decisions.md).

The SDK is loaded where it is used: that takes a quarter of a second, and most processes never speak to Alipay.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from orders.outside import NoAnswer, post

# As Alipay's own tools call them: our private key, the certificate that Alipay made for it, Alipay's own, and the roots of both.
FILES = ("appPrivateKey.pem", "appCertPublicKey.crt", "alipayCertPublicKey_RSA2.crt", "alipayRootCert.crt")
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


class BadKeys(Exception):
    """The app's keys are not there, or are not keys. Says which file, never what is in it."""


@dataclass(frozen=True)
class Said:
    """A reply that Alipay signed, or what was wrong instead."""

    reply: dict[str, Any] | None = None
    trouble: str = ""


def configured() -> bool:
    """Whether both the app and the directory of its keys are named."""
    return bool(settings.ALIPAY_APP_ID and settings.ALIPAY_KEYS)


def client() -> Any:
    """The app's client. Raises BadKeys."""
    return _client(settings.ALIPAY_APP_ID, settings.ALIPAY_KEYS)


@lru_cache(maxsize=2)
def _client(app_id: str, directory: str) -> Any:
    import OpenSSL
    from alipay import DCAliPay

    texts = []
    for name in FILES:
        try:
            texts.append((Path(directory) / name).read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise BadKeys(f"{name}: {type(error).__name__}") from None
    try:
        made = DCAliPay(app_id, *texts)
        # Read now, not with the first payment.
        if not (made.app_cert_sn and made.alipay_root_cert_sn and made.app_private_key.has_private()):
            raise BadKeys("no RSA root certificate, or no private key")
    except (*UNREADABLE, OpenSSL.crypto.Error) as error:
        raise BadKeys(type(error).__name__) from None
    return made


def say(method: str, content: dict[str, Any]) -> Said:
    """Ask and check the signature. Whatever goes wrong is told in a word, since it says nothing about the money."""
    from alipay.exceptions import AliPayException, AliPayValidationError

    try:
        app = client()
        raw = post(settings.ALIPAY_URL, app.sign_data(app.build_body(method, content)).encode())
        reply = app._verify_and_return_sync_response(raw.decode(), f"{method.replace('.', '_')}_response")
    except BadKeys:
        return Said(trouble="bad_keys")
    except NoAnswer:
        return Said(trouble="no_answer")
    except AliPayValidationError:
        return Said(trouble="bad_signature")
    except AliPayException:
        return Said(trouble="unsigned")
    except (*UNREADABLE, json.JSONDecodeError):
        return Said(trouble="unreadable")
    return Said(reply) if isinstance(reply, dict) else Said(trouble="unreadable")
