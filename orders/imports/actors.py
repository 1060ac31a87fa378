"""Who an import acts for."""

from __future__ import annotations

import dataclasses

from orders.access import Actor
from orders.models import ImportRun

# The triggers of the journal know by this channel that new orders need no row each (DESIGN 11).
CHANNEL = "import"


def signed_by(run: ImportRun) -> Actor:
    """The person who started it, or the programme under the name that it was started with."""
    if run.by is None:
        return dataclasses.replace(Actor.system(CHANNEL), name=run.by_name)
    return Actor.of(run.by, CHANNEL)
