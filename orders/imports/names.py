"""Names out of texts where the row that tells the text does not tell the name: another sheet or an earlier list has told it.

Staged texts were redacted by the name and street of their own row (orders.imports.order_rows). Only rows that need it are opened here, in batches.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from orders import vault
from orders.redact import redact

BATCH = 2000

# From orders.NEXT: a clear name that the row itself does not tell, and a text or a name that the stored order does not have.
UNNAMED = """
SELECT n.staged, n.name_enc, n.street_enc, n.message_enc, n.memo_enc, n.invoice_wish
FROM next_order n JOIN staged_order s ON s.id = n.staged LEFT JOIN orders_order o ON o.id = n.id
WHERE n.staged > %s AND NOT s.named AND get_byte(n.name_enc, 0) = 0 AND (n.message_enc IS NOT NULL OR n.memo_enc IS NOT NULL OR n.invoice_wish <> '')
  AND (n.name_enc, n.message_enc, n.memo_enc, n.invoice_wish) IS DISTINCT FROM (o.name_enc, o.message_enc, o.memo_enc, o.invoice_wish)
ORDER BY n.staged LIMIT %s
"""
STORE = """
UPDATE next_order n SET message = t.message, memo = t.memo, invoice_wish = t.invoice
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS t(staged, message, memo, invoice) WHERE n.staged = t.staged
"""


def redact_by_known_names() -> None:
    """Redact message, memo and invoice title of the orders in `next_order` by the name and street that they will have."""
    for rows in _batches():
        texts = []
        for staged, name, street, message, memo, invoice in rows:
            known = {"names": [vault.unseal(name)], "streets": [vault.unseal(street)]}
            texts.append(
                (staged, redact(vault.unseal(message), **known), redact(vault.unseal(memo), **known), redact(invoice, names=known["names"]))
            )
        with connection.cursor() as cursor:
            cursor.execute(STORE, [list(column) for column in zip(*texts, strict=True)])


def _batches() -> Iterator[list[tuple[int, bytes, bytes | None, bytes | None, bytes | None, str]]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(UNNAMED, [last, BATCH])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][0]
