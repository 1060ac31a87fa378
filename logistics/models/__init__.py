"""The tables and kinds of logistics."""

from logistics.models.courier import Courier
from logistics.models.incident import IncidentFacts, Party
from logistics.models.parcel import Parcel

# Kinds are proxies of Case; they are models too.
from logistics.kinds.incident import Incident  # isort: skip
from logistics.kinds.unreachable import Unreachable  # isort: skip

__all__ = ["Courier", "Incident", "IncidentFacts", "Parcel", "Party", "Unreachable"]
