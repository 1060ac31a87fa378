"""News of parcels that go up: higher apps answer inside the same transaction (DESIGN 1)."""

from django.dispatch import Signal

# Sent when a parcel of ours is with us again, whoever learnt of it. Arguments: parcel (id), by (Actor), at (datetime).
parcel_came_back = Signal()
