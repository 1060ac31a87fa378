"""How kinds of this app find what a new case is about."""

from casework.registry import SUBJECTS
from logistics.actions.find_parcel import (
    arrived_parcel_subject,
    order_subject,
    parcel_or_order_subject,
    parcel_subject,
    sent_parcel_subject,
    signed_parcel_subject,
    travelling_parcel_subject,
    undelivered_parcel_subject,
)

for kind in ("unreachable", "missing_items"):
    SUBJECTS[kind] = parcel_subject
for kind in ("stalled", "no_record", "doubtful", "out_of_area", "confiscated", "refused_at_door"):
    SUBJECTS[kind] = travelling_parcel_subject
for kind in ("wrong_items", "damaged"):
    SUBJECTS[kind] = arrived_parcel_subject
SUBJECTS["returned_to_sender"] = undelivered_parcel_subject
SUBJECTS["signed_not_received"] = signed_parcel_subject
SUBJECTS["logistics_complaint"] = parcel_or_order_subject
SUBJECTS["intercept"] = sent_parcel_subject
for kind in ("complaint", "review", "address_change"):
    SUBJECTS[kind] = order_subject
