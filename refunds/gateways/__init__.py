"""The ways in which money leaves: by hand, or by a provider that is asked."""

from __future__ import annotations

from refunds.gateways.alipay import Alipay
from refunds.gateways.gateway import Gateway, Manual

MANUAL = Manual()
ALIPAY = Alipay()
GATEWAYS: dict[str, Gateway] = {each.name: each for each in (MANUAL, ALIPAY)}
