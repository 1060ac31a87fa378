"""The tables and kinds of logistics."""

from logistics.freight import Fault, Party
from logistics.models.address import AddressFacts
from logistics.models.claim_window import ClaimWindow
from logistics.models.courier import Courier
from logistics.models.extension import Extension
from logistics.models.finding import DetectionRule, Finding, NightlyCell, NightlyRun
from logistics.models.incident import AddressIs, DoubtCause, Extent, IncidentFacts, Packing, Purpose, Slip, Whereabouts
from logistics.models.inquiry import Asked, Inquiry, Way
from logistics.models.loss import Loss
from logistics.models.norm import DELIVERY, FindingKind, Norm, Place, Region
from logistics.models.parcel import Parcel, SignedBy, Stage
from logistics.models.review import ReviewFacts
from logistics.models.tracking import ParcelFact, RefusedPush, TrackingAccount, TrackingEvent
from logistics.models.weight import ShippingColumns, WeighedBy, Weight

# Kinds are proxies of Case; they are models too.
from logistics.kinds.incident import Incident  # isort: skip
from logistics.kinds.logistics_complaint import LogisticsComplaint  # isort: skip
from logistics.kinds.complaint import Complaint  # isort: skip
from logistics.kinds.review import Review  # isort: skip
from logistics.kinds.signed_not_received import SignedNotReceived  # isort: skip
from logistics.kinds.doubtful import Doubtful  # isort: skip
from logistics.kinds.out_of_area import OutOfArea  # isort: skip
from logistics.kinds.confiscated import Confiscated  # isort: skip
from logistics.kinds.outage import Outage  # isort: skip
from logistics.kinds.unreachable import Unreachable  # isort: skip
from logistics.kinds.refused_at_door import RefusedAtDoor  # isort: skip
from logistics.kinds.returned_to_sender import ReturnedToSender  # isort: skip
from logistics.kinds.stalled import Stalled  # isort: skip
from logistics.kinds.no_record import NoRecord  # isort: skip
from logistics.kinds.missing_items import MissingItems  # isort: skip
from logistics.kinds.wrong_items import WrongItems  # isort: skip
from logistics.kinds.damaged import Damaged  # isort: skip
from logistics.kinds.intercept import Intercept  # isort: skip
from logistics.kinds.address_change import AddressChange  # isort: skip

__all__ = [
    "DELIVERY",
    "AddressChange",
    "AddressFacts",
    "AddressIs",
    "Asked",
    "ClaimWindow",
    "Complaint",
    "Confiscated",
    "Courier",
    "Damaged",
    "DetectionRule",
    "DoubtCause",
    "Doubtful",
    "Extension",
    "Extent",
    "Fault",
    "Finding",
    "FindingKind",
    "Incident",
    "IncidentFacts",
    "Inquiry",
    "Intercept",
    "LogisticsComplaint",
    "Loss",
    "MissingItems",
    "NightlyCell",
    "NightlyRun",
    "NoRecord",
    "Norm",
    "OutOfArea",
    "Outage",
    "Packing",
    "Parcel",
    "ParcelFact",
    "Party",
    "Place",
    "Purpose",
    "RefusedAtDoor",
    "RefusedPush",
    "Region",
    "ReturnedToSender",
    "Review",
    "ReviewFacts",
    "ShippingColumns",
    "SignedBy",
    "SignedNotReceived",
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
    "WrongItems",
]
