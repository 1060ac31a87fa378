"""How kinds of this app that are opened by hand find what a new case is about."""

from casework.registry import SUBJECTS
from logistics.actions.find_parcel import order_subject

SUBJECTS["trouble_in_use"] = order_subject
