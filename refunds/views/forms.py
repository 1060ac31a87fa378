"""Reading what the forms of the refund pages send."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed

LONGEST = 9


def version_of(request: HttpRequest) -> int:
    """The version of the case that the page showed. Raises Malformed."""
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        raise Malformed(_("The version that you saw is missing; load the page again."), code="version_required", field="version")
    return int(text)


def id_of(text: str, field: str) -> int:
    """An id out of the address or a form. Raises Malformed."""
    if not (text.isascii() and text.isdigit() and len(text) <= 2 * LONGEST):
        raise Malformed(_("This is no number of a record."), code="bad_value", field=field)
    return int(text)
