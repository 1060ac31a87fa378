"""What a waybill looks like (FORMATS 4.1). The couriers' ranges overlap and change: what fits no pattern is warned of, never refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.db import DataError, connection, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from logistics.models.courier import Courier
from orders.errors import Malformed, Reason

# A repeated group that repeats within: (a+)+ takes for ever on what does not fit. No waybill needs one.
_NESTED = re.compile(r"[+*}]\)?[+*{]|\([^()]*[+*}][^()]*\)\s*[+*{]")
SHAPE = re.compile(r"[0-9A-Z][0-9A-Z-]{4,63}")

# The same for many: waybills `{waybill}` of couriers `{courier}` that fit none of the courier's patterns.
ODD = """EXISTS (SELECT FROM logistics_courier its WHERE its.id = {courier} AND its.waybill_patterns <> '[]'
    AND NOT EXISTS (SELECT FROM jsonb_array_elements_text(its.waybill_patterns) AS shape(pattern) WHERE {waybill} ~ ('^(?:' || shape.pattern || ')$')))"""


MOST_PATTERNS, LONGEST_PATTERN = 20, 100


def check_patterns(patterns: Sequence[str]) -> None:
    """Raise Malformed for a pattern that Python or the database cannot read, that is too long, or that could take for ever."""
    if len(patterns) > MOST_PATTERNS:
        raise Malformed(_("At most 20 patterns."), code="too_many_patterns", field="waybill_patterns")
    for pattern in patterns:
        if len(pattern) > LONGEST_PATTERN or _NESTED.search(pattern) or not _compiles(pattern):
            text = _("“{pattern}” is no pattern that can be used.")
            raise Malformed(format_lazy(text, pattern=pattern), code="bad_pattern", field="waybill_patterns")


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT '' ~ ('^(?:' || %s || ')$')", [pattern])
    except (re.error, DataError, RecursionError, OverflowError):
        return False
    return True


def folded(waybill: str) -> str:
    """A waybill in the one form in which it is compared: capital letters, digits of one width, no blanks."""
    return "".join(unicodedata.normalize("NFKC", waybill).split()).upper()


def is_waybill(text: str) -> bool:
    """Whether a folded text can be a waybill at all: letters, digits and hyphens."""
    return SHAPE.fullmatch(text) is not None


def is_odd(courier: Courier, waybill: str) -> bool:
    """Whether a waybill fits none of its courier's patterns. A courier without patterns takes any."""
    return bool(courier.waybill_patterns) and not any(re.fullmatch(each, waybill) for each in courier.waybill_patterns)


def odd_waybill(courier: Courier, waybill: str) -> list[Reason]:
    """The warning about a waybill, or none."""
    if not is_odd(courier, waybill):
        return []
    text = _("Waybill {waybill} does not look like one of {courier}. Look at it again; it is kept as it is.")
    return [Reason("odd_waybill", str(text).format(waybill=waybill, courier=courier.name), "L4.3")]
