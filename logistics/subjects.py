"""How kinds of this app find what a new case is about."""

from casework.registry import SUBJECTS
from logistics.actions.find_parcel import parcel_subject

for kind in ("unreachable", "stalled", "no_record", "missing_items"):
    SUBJECTS[kind] = parcel_subject
