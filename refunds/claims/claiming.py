"""What a claim is about, read for a whole batch of cases: the loss, the courier's window for it, and the papers on the case that found it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casework.models import Case, Evidence
from casework.situation import Situation
from logistics.models import ClaimWindow, Inquiry, Loss
from orders.together import Reading, answer


@dataclass(frozen=True)
class Claim:
    """The loss with its parcel and courier; `window` is None where the directory has nothing of it.

    `pictures` are the kinds of evidence on the case that found it; `is_answered`: the courier's answer stands in its log of inquiries.
    """

    loss: Loss
    window: ClaimWindow | None = None
    pictures: frozenset[str] = frozenset()
    is_answered: bool = False

    @property
    def first(self) -> dt.datetime:
        """The instant in whose day the courier's days begin; what is not known of the parcel is counted from when the loss was."""
        parcel = self.loss.parcel
        told = {ClaimWindow.Since.SHIPPED: parcel.shipped_at or parcel.picked_up_at, ClaimWindow.Since.SIGNED: parcel.delivered_at}
        return (told.get(ClaimWindow.Since(self.window.since)) if self.window else None) or self.loss.at

    @property
    def opens_at(self) -> dt.datetime | None:
        """From when the courier takes it, None where that is not known."""
        return self.window.opens_at(self.first) if self.window else None

    @property
    def closes_at(self) -> dt.datetime | None:
        """From when it is too late, None where that is not known."""
        return self.window.closes_at(self.first) if self.window else None

    @property
    def is_warned_of(self) -> bool:
        """Whether the directory lacks the last day or the time of an answer: somebody should ask the courier."""
        return self.window is None or self.window.latest is None or self.window.answer is None


def claim_of(at: Situation) -> Claim:
    """The situation's part."""
    found: Claim = at.more["claim"]
    return found


def read_claims(cases: Sequence[Case]) -> dict[int, Claim]:
    """By case id, in one query."""
    return answer(ask_claims(cases))


def ask_claims(cases: Sequence[Case]) -> Reading[dict[int, Claim]]:
    """By case id; the facts of the cases are read already."""
    ids, incidents = [case.facts.loss_id for case in cases], {case.facts.incident_id for case in cases}
    rows = Loss.objects.select_related("parcel", "courier", "case__incident").filter(pk__in=ids)
    known = ClaimWindow.objects.filter(courier__losses__in=ids).distinct()
    shown = Evidence.objects.filter(case__in=incidents).values_list("case_id", "kind").distinct()
    told = Inquiry.objects.filter(case__in=incidents).exclude(answer="").values_list("case_id", flat=True)
    yield rows, known, shown, told
    losses, windows, answered = {each.pk: each for each in rows}, _windows(rows, known), set(told)
    pictures: dict[int, set[str]] = defaultdict(set)
    for incident, kind in shown:
        pictures[incident].add(kind)
    return {
        case.pk: Claim(
            (loss := losses[case.facts.loss_id]),
            windows.get(loss.pk),
            frozenset(pictures[case.facts.incident_id]),
            case.facts.incident_id in answered,
        )
        for case in cases
    }


def windows_of(losses: Iterable[Loss]) -> dict[int, ClaimWindow]:
    """The courier's window by loss: that of its cause, else that of all causes. One query."""
    losses = list(losses)
    return _windows(losses, ClaimWindow.objects.filter(courier__in={each.courier_id for each in losses}))


def _windows(losses: Iterable[Loss], windows: Iterable[ClaimWindow]) -> dict[int, ClaimWindow]:
    known = {(each.courier_id, each.cause): each for each in windows}
    found = {each.pk: known.get((each.courier_id, each.cause)) or known.get((each.courier_id, "")) for each in losses}
    return {pk: window for pk, window in found.items() if window is not None}
