"""The papers that a claim needs, by what happened (L13.1). What lies on the case that found the loss serves as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import EvidenceKind
from casework.photos.checklist import Instead, Wanted, has_evidence
from casework.situation import Situation
from logistics.models import Loss
from refunds.claims.claiming import claim_of

Asks = Callable[[Any, Situation], bool]
# What only pictures prove, since the parcel itself arrived. Of anything else the courier's own word is the proof.
SEEN = (Loss.Cause.MISSING.value, "damaged")


def _caused_by(*causes: str) -> Asks:
    return lambda case, at: claim_of(at).loss.cause in causes


def _by_word(case: Any, at: Situation) -> bool:
    return claim_of(at).loss.cause not in SEEN


def _on_incident(kind: str) -> Instead:
    return Instead(_("on the case that found it"), lambda case, at: kind in claim_of(at).pictures)


def paper(kind: str, why: Any, only: Asks | None = None, *instead: Instead) -> Wanted:
    """A picture of the claim, or of the case that found the loss."""
    return Wanted(kind, why, "L13.1", instead=(_on_incident(kind), *instead), from_customer=False, only=only)


ANSWERED = Instead(_("the courier's answer among the inquiries"), lambda case, at: claim_of(at).is_answered)
PAPERS = (
    paper(EvidenceKind.COURIER_REPLY, _("The courier's own word of what became of the parcel."), _by_word, ANSWERED),
    paper(EvidenceKind.PHOTO_DAMAGE, _("The damage, clear and close."), _caused_by("damaged")),
    paper(EvidenceKind.PHOTO_WAYBILL, _("The waybill, sharp enough to read number and weight."), _caused_by(*SEEN)),
    paper(EvidenceKind.PHOTO_BOX, _("The box from outside: how the courier treated it."), _caused_by(*SEEN)),
    paper(EvidenceKind.PHOTO_PACKING, _("The packing inside: that it was packed well."), _caused_by("damaged")),
    paper(EvidenceKind.PHOTO_GOODS, _("All that arrived, side by side."), _caused_by(Loss.Cause.MISSING)),
    paper(EvidenceKind.PLATFORM, _("The order's page with what was paid: it proves the worth.")),
)
papers_are_there = has_evidence(*(each.kind for each in PAPERS), rule="L13.1")
