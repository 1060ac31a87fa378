"""News of parcels that go up: higher apps answer inside the same transaction (DESIGN 1)."""

from django.dispatch import Signal

# Sent when a parcel of ours is with us again, whoever learnt of it. Arguments: parcel (id), by (Actor), at (datetime), and `case` (id) where a step
# of that case tells of it.
parcel_came_back = Signal()
# Sent when a claim window was entered, changed or taken away. Arguments: courier (id), by (Actor), at (datetime).
claim_window_changed = Signal()
