"""What the pages of a case send beside their facts, and how they ask."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

from orders.errors import Malformed
from orders.storable import whole

LONGEST_VERSION = 9


def version_of(request: HttpRequest) -> int:
    """The version of the case that the page showed. Raises Malformed."""
    return version_in(request.POST)


def version_in(data: Mapping[str, str]) -> int:
    """As version_of, of what a form held. Raises Malformed."""
    version = whole(data.get("version", ""), LONGEST_VERSION)
    if version is None:
        raise Malformed(_("The version that you saw is missing; load the page again."), code="version_required", field="version")
    return version


def id_of(text: str, field: str) -> int:
    """An id out of the address or a form. Raises Malformed naming the field."""
    number = whole(text)
    if number is None:
        raise Malformed(_("This is no number of a record."), code="bad_value", field=field)
    return number


def is_part(request: HttpRequest) -> bool:
    """Whether the script asks for a part of the page, and not for a whole one to go to."""
    asked = HtmxDetails(request)
    return bool(asked) and not asked.boosted


def page_of_ours(request: HttpRequest) -> str:
    """The page from which the request came, "" when it is another's or unknown."""
    try:
        came = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    page = came._replace(scheme="", netloc="", fragment="").geturl()
    is_ours = came.netloc == request.get_host() and url_has_allowed_host_and_scheme(page, None)
    return page if is_ours else ""
