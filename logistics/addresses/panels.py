"""What the case page shows of an address that is to be changed, and of a parcel that is stopped on its way."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.registry import FACT_WORDS, NEWS, OPEN_PAGES, Panel, add_panel
from casework.wording import SHOWN, FactWord
from logistics.addresses.new_address import LABELS, PLACE
from logistics.addresses.shown import ask_address
from logistics.addresses.ways import Way
from logistics.kinds.intercept import Intercept
from orders.access import Actor
from orders.together import Reading


def register() -> None:
    """Fill casework's registries; called from AppConfig.ready."""
    add_panel(Panel("address", "logistics/address_panel.html", address_panel, position=10))
    OPEN_PAGES[Intercept.KIND] = lambda case: reverse("address-intercept", args=[case.pk])
    FACT_WORDS["ways"] = FactWord(_("Decided"), dict(Way.choices))
    NEWS["address_decided"] = _("Address: decided anew")
    SHOWN.update({name: LABELS[name] for name in PLACE})


def address_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """The new address behind masks, and what is done about each part of the order."""
    shown = yield from ask_address(case)
    return {"shown": shown}
