"""What every part of the way back needs: states, what makes a step, and who takes parcels in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from casework.workflow import States
from orders.roles import AGENTS, Role

Sources = Sequence[States]
Made = Callable[..., None]
RECEIVERS = AGENTS | {Role.WAREHOUSE}
