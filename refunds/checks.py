"""System checks of refunds: is what is needed to pay by Alipay there as a whole?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from refunds.gateways import alipay_client


@register(Tags.security, deploy=True)
def check_alipay(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """W001: only a part of it is configured, so that nobody can pay; W002: the keys cannot be read; W003: the line is open to everybody."""
    if bool(settings.ALIPAY_APP_ID) != bool(settings.ALIPAY_KEYS):
        there, missing = ("ALIPAY_APP_ID", "ALIPAY_KEYS") if settings.ALIPAY_APP_ID else ("ALIPAY_KEYS", "ALIPAY_APP_ID")
        return [
            Warning(f"{there} is set and {missing} is not: nobody can pay by Alipay.", hint="docs/operations.md, Alipay", id="refunds.W001")
        ]
    try:
        if alipay_client.configured():
            alipay_client.client()
    except alipay_client.BadKeys as error:
        files = ", ".join(alipay_client.FILES)
        return [Warning(f"The keys in ALIPAY_KEYS cannot be used: {error}.", hint=f"It holds {files}.", id="refunds.W002")]
    if alipay_client.configured() and not settings.ALIPAY_URL.startswith("https://"):
        return [Warning("ALIPAY_URL does not begin with https://: names and accounts would travel in clear.", id="refunds.W003")]
    return []
