"""The states that a demo cannot show, each with its reason: `every_state` leaves them out, and its test holds that nothing else is left blank."""

from __future__ import annotations

from collections.abc import Mapping

ALIPAY = "the demo has no contract with Alipay, and no money leaves it"
# (kind, state) -> why no case stands there.
NOT_SHOWN: Mapping[tuple[str, str], str] = {
    ("refund", "paying"): ALIPAY,
    ("compensation", "paying"): ALIPAY,
}
