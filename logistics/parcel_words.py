"""What people do to parcels, in words: for timelines and for the journal."""

from django.utils.translation import gettext_lazy as _

from casework.registry import FACT_WORDS
from casework.wording import DEEDS, FactWord
from logistics.models import WeighedBy

DEEDS.update(
    {
        "courier_corrected": _("Courier corrected"),
        "parcel_added": _("Parcel entered"),
        "orders_added": _("Order added to the parcel"),
        "weighed": _("Weighed"),
        "parcel_back": _("Parcel back with us"),
        "tracking_asked": _("Tracking asked for"),
        "columns_told": _("Columns of the shipping list told"),
    }
)
FACT_WORDS.update(
    {
        "scale": FactWord(_("whose scale"), dict(WeighedBy.choices)),
        "grams": FactWord(_("grams")),
        "waybill": FactWord(_("Waybill")),
        "courier": FactWord(_("Courier")),
    }
)
