"""manage.py import_tracking FILE... --shop CODE: traces of couriers as files into a shop."""

from __future__ import annotations

from logistics.imports.tracking_columns import TRACKING
from orders.management.import_command import ImportCommand


class Command(ImportCommand):
    """Each row is a node of a waybill; what was told before adds nothing."""

    help = "Import traces of couriers (CSV or xlsx) into a shop: waybill, courier, time, text, status."
    wanted = (TRACKING,)
