"""News that go up: higher apps answer with set-based SQL inside the same transaction (DESIGN 1)."""

from django.dispatch import Signal

# Sent once per import run. Arguments: shop (Shop), run (ImportRun), at (datetime),
# table (name of a temporary table with columns order_id bigint, is_new boolean). A receiver may return what should be looked at again
# (orders.imports.lists.Warned).
orders_imported = Signal()
