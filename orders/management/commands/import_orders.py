"""manage.py import_orders FILE... --shop CODE: order, item and refund lists of the platform into a shop."""

from __future__ import annotations

from orders.imports.lists import KINDS
from orders.management.import_command import ImportCommand


class Command(ImportCommand):
    """Lists of other kinds are refused here."""

    help = "Import order, item and refund lists (CSV or xlsx) of the platform into a shop."
    wanted = KINDS
