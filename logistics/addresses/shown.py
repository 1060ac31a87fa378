"""An address that is to be changed, as its page shows it: the new one behind masks, and each part with its way, why, and how far it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from logistics.addresses.new_address import LABELS
from logistics.addresses.ways import REASONS, PrintSays, Way
from logistics.kinds.address_change import AddressChange
from logistics.kinds.address_change.plan import BACK, CHANGED, KEPT
from logistics.models import AddressFacts
from orders.errors import Reason, Text
from orders.together import Reading, answer

SHOWN: Mapping[str, Text] = {"name": LABELS["name"], "phone": LABELS["phone"], "place": _("Address")}


@dataclass(frozen=True)
class PartShown:
    """A part: which it is, what is done about it and why, what print clerk or warehouse said, and since when it is as it should be, or could not be changed."""

    label: str
    way: str
    reason: Reason
    said: str
    is_right: bool
    ended_at: dt.datetime | None


@dataclass(frozen=True)
class AddressShown:
    """Everything that the panel shows; `case` is the one of the address."""

    case: Case
    address: list[tuple[Text, str]]
    parts: list[PartShown]


def read_address(case: Case) -> AddressShown | None:
    """Of a case of L9, or of an intercept below one; None of any other."""
    return answer(ask_address(case))


def ask_address(case: Case) -> Reading[AddressShown | None]:
    """The same, to be read with others."""
    wish = case if isinstance(case, AddressChange) else case.parent
    if not isinstance(wish, AddressChange):
        return None
    rows = AddressFacts.objects.filter(case=wish)
    yield (rows,)
    facts = next(iter(rows), None)
    if facts is None:
        return None
    address = [(SHOWN[name], value) for name, value in facts.shown.items()]
    return AddressShown(wish, address, [_part(each) for each in facts.parts])


def _part(kept: Mapping[str, Any]) -> PartShown:
    said = str(PrintSays(kept["says"]).label) if kept["says"] else ""
    ended_at = parse_datetime(kept["ended_at"]) if kept["ended_at"] else None
    label = kept["label"] or str(_("In no parcel yet"))
    return PartShown(label, str(Way(kept["way"]).label), REASONS[kept["why"]], said, kept["end"] in (CHANGED, KEPT, BACK), ended_at)
