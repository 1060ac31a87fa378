"""An incident offers the remedies that its chapter allows, and says why not where it does not."""

import pytest

from casework.models import Case
from casework.registry import KINDS


@pytest.mark.parametrize("name", sorted(name for name, kind in KINDS.items() if kind.REMEDIES))
def test_every_chapter_with_remedies_says_when_each_may_be_opened(name):
    kind = KINDS[name]
    assert set(kind.REMEDIES) <= set(KINDS)
    assert kind.why_no_child is not Case.why_no_child
