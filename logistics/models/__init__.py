"""The tables and kinds of logistics."""

from logistics.freight import Fault, Party
from logistics.models.courier import Courier
from logistics.models.finding import DetectionRule, Finding, NightlyCell, NightlyRun
from logistics.models.incident import IncidentFacts, Packing, Slip, Whereabouts
from logistics.models.inquiry import Asked, Inquiry, Way
from logistics.models.loss import Loss
from logistics.models.norm import DELIVERY, FindingKind, Norm, Place, Region
from logistics.models.parcel import Parcel, SignedBy, Stage
from logistics.models.tracking import ParcelFact, RefusedPush, TrackingAccount, TrackingEvent
from logistics.models.weight import ShippingColumns, WeighedBy, Weight

# Kinds are proxies of Case; they are models too.
from logistics.kinds.incident import Incident  # isort: skip
from logistics.kinds.unreachable import Unreachable  # isort: skip
from logistics.kinds.stalled import Stalled  # isort: skip
from logistics.kinds.no_record import NoRecord  # isort: skip
from logistics.kinds.missing_items import MissingItems  # isort: skip

__all__ = [
    "DELIVERY",
    "Asked",
    "Courier",
    "DetectionRule",
    "Fault",
    "Finding",
    "FindingKind",
    "Incident",
    "IncidentFacts",
    "Inquiry",
    "Loss",
    "MissingItems",
    "NightlyCell",
    "NightlyRun",
    "NoRecord",
    "Norm",
    "Packing",
    "Parcel",
    "ParcelFact",
    "Party",
    "Place",
    "RefusedPush",
    "Region",
    "ShippingColumns",
    "SignedBy",
    "Slip",
    "Stage",
    "Stalled",
    "TrackingAccount",
    "TrackingEvent",
    "Unreachable",
    "Way",
    "WeighedBy",
    "Weight",
    "Whereabouts",
]
