"""The policies under which a lead decided, as an auditor reads them."""

from __future__ import annotations

from casework.policies import KNOWN
from casework.policy_words import shown_value
from refunds.models import Approval


def kept_policies(approval: Approval) -> list[tuple[str, str]]:
    """Each policy that the approval kept: what it says, and its value then, in words."""
    return [
        (str(KNOWN[name].label) if name in KNOWN else name, shown_value(KNOWN.get(name), value))
        for name, value in approval.policies.items()
    ]
