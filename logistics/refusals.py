"""Sentences for the database's own refusals about parcels, so that every door speaks alike."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.registry import CONSTRAINTS
from orders.errors import Reason

CONSTRAINTS["one_standing_loss_per_lost_parcel"] = Reason(
    "lost_already", _("Another case has noted the loss of this parcel; look again."), "L13.1"
)
