"""Asking a customer for pictures: which, the words of the page and of the message, the link's token."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.models import Case, EvidenceKind, UploadLink
from casework.photos.checklist import missing
from casework.situation import Situation
from casework.workflow import Category
from orders.errors import Text

TOKEN_BYTES = 24
# What a customer can show, and how to take it.
HOW: dict[str, Text] = {
    EvidenceKind.PHOTO_DAMAGE: _("Close and sharp, and one photo of the whole thing."),
    EvidenceKind.PHOTO_WAYBILL: _("The whole label on the box; its number and the weight must be legible."),
    EvidenceKind.PHOTO_GOODS: _("Everything that was in the parcel, side by side, small parts too."),
    EvidenceKind.PHOTO_BOX: _("The box from outside, with something beside it that shows its size."),
    EvidenceKind.PHOTO_PACKING: _("The open box from above, with its filling."),
    EvidenceKind.PHOTO_CARD: _("The card that lay in the parcel, if there was one."),
    EvidenceKind.PHOTO_LETTER: _("The letter that lay in the parcel, if there was one."),
    EvidenceKind.CHAT: _("A picture of your screen is enough."),
    EvidenceKind.OTHER: _("Whatever else shows what happened."),
}


def new_token() -> str:
    """A token that nobody guesses, of 32 characters that an address may hold."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def to_ask(case: Case, at: Situation) -> list[str]:
    """The pictures that the customer can make and that the case does not have yet."""
    return [each.kind for each in missing(case, at) if each.from_customer and each.kind in HOW]


def awaits_photos(case: Case, at: Situation) -> bool:
    """Whether the case waits for the customer, and a photo that is asked for would move it."""
    return case.category == Category.CUSTOMER and any(case.step_after_evidence(each, at) for each in to_ask(case, at))


def names_of(kinds: Iterable[str]) -> str:
    """The pictures in words, in the language of the moment."""
    return str(_(", ")).join(str(EvidenceKind(each).label) for each in kinds)


def message_of(link: UploadLink, url: str) -> str:
    """What is sent to the customer with the link, in the shop's language."""
    with translation.override(settings.LANGUAGE_CODE):
        text = _(
            "Hello, so that we can settle this quickly, please send us photos here: {url} ({kinds}). No login; good until {end:%Y-%m-%d %H:%M}."
        )
        return str(text).format(url=url, kinds=names_of(link.kinds), end=link.expires_at.astimezone(SHOP_TIME))


@dataclass(frozen=True)
class Ask:
    """One picture as the customer's page asks for it, and how many of it came by this link."""

    kind: str
    label: str
    why: str
    how: str
    received: int


def asks_of(link: UploadLink, received: Collection[str]) -> list[Ask]:
    """The pictures of a link, each with why (as the chapter says) and how."""
    why: dict[str, Any] = {each.kind: each.why for each in link.case.CHECKLIST}
    came = list(received)
    return [
        Ask(kind, str(EvidenceKind(kind).label), str(why.get(kind, "")), str(HOW.get(kind, "")), came.count(kind)) for kind in link.kinds
    ]
