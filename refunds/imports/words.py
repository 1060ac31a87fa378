"""Why a statement or one of its rows waits for a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SEVERAL_COURIERS = _(
    "“{file}” has the columns of several couriers' statements. Put the courier's name into the file's name and import it again."
)
SENTENCES = {
    "claim_sign": _(
        "The sign is not the one that this courier's statement has. What a courier takes back is not entered by itself; finance gives it back on the claim."
    ),
    "line_twice": _(
        "The same line stands twice in this file and counts once. If the courier paid twice, the statement must tell the two apart."
    ),
    "paid_before": _(
        "Another file has told the same amount for this waybill, and neither a day nor a number tells the two apart. Tell which column holds the day."
    ),
    "unmatched_lines": _("{n} lines pay no open claim. They are kept under “Claims”, where somebody says what they are."),
}
