"""manage.py import_weights FILE... --shop CODE: shipping lists of the print software into a shop."""

from __future__ import annotations

from logistics.imports.weight_columns import WEIGHTS
from orders.management.import_command import ImportCommand


class Command(ImportCommand):
    """A weight for each parcel and scale; corrected ones beside those that stood there (L5.2)."""

    help = "Import shipping lists (CSV or xlsx) of the print software into a shop: waybill, courier, weight, who packed it, when."
    wanted = (WEIGHTS,)
