"""What people do to parcels, in words: for timelines and for the journal."""

from django.utils.translation import gettext_lazy as _

from casework.registry import FACT_WORDS
from casework.wording import DEEDS, FactWord
from logistics.models import Asked, Stage, Way, WeighedBy

DEEDS.update(
    {
        "courier_corrected": _("Courier corrected"),
        "parcel_added": _("Parcel entered"),
        "orders_added": _("Order added to the parcel"),
        "weighed": _("Weighed"),
        "parcel_back": _("Parcel back with us"),
        "tracking_asked": _("Tracking asked for"),
        "inquiry": _("Inquiry"),
        "joined_outage": _("Joined an outage"),
        "left_outage": _("Left the outage"),
        "told_together": _("Customer answered together with the others"),
        "extension_asked": _("Extension of receipt asked for"),
        "columns_told": _("Columns of the shipping list told"),
    }
)
FACT_WORDS.update(
    {
        "scale": FactWord(_("whose scale"), dict(WeighedBy.choices)),
        "grams": FactWord(_("grams")),
        "waybill": FactWord(_("Waybill")),
        "courier": FactWord(_("Courier")),
        "whom": FactWord(_("Asked whom"), dict(Asked.choices)),
        "way": FactWord(_("By which way"), dict(Way.choices)),
        "promise": FactWord(_("What they promised")),
        "order": FactWord(_("Order")),
        "stage": FactWord(_("Where it was"), dict(Stage.choices)),
        "shipped_at": FactWord(_("Shipped")),
        "last_event_at": FactWord(_("Last node")),
        "delivered_at": FactWord(_("Delivered at")),
        "confirms_at": FactWord(_("Confirms itself at")),
        "goes_on_from": FactWord(_("Goes on from")),
        "postage": FactWord(_("Postage that was paid (yuan)")),
        "asked_at": FactWord(_("Asked at")),
    }
)
