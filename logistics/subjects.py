"""How kinds of this app find what a new case is about."""

from casework.registry import SUBJECTS
from logistics.actions.find_parcel import parcel_subject, travelling_parcel_subject

for kind in ("unreachable", "missing_items"):
    SUBJECTS[kind] = parcel_subject
for kind in ("stalled", "no_record"):
    SUBJECTS[kind] = travelling_parcel_subject
