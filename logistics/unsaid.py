"""What a step said of a parcel's arrival and of its losses, taken back with the step. What tracking or other cases have told since stays."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from casework.models import Case, Journal
from logistics.models.loss import Loss
from logistics.models.parcel import Parcel, Stage

PARCEL, LOSS = Parcel._meta.label_lower, Loss._meta.label_lower


def stands(case: Case, entry: Journal) -> bool:
    """Whether the parcel has arrived by this word alone, and nobody has registered anew a loss that it ended."""
    by_word = _arrived(case, entry).filter(delivered_at=entry.at).exclude(stage=Stage.SIGNED)
    if _revised(entry, PARCEL) and not by_word.exists():
        return False
    ended = _ended(entry)
    return len(ended) == len(_revised(entry, LOSS)) and not any(_is_owed(each) for each in ended)


def unsay(case: Case, entry: Journal) -> list[Loss]:
    """The parcel is under way as far as only this word said otherwise, and the courier owes anew what it ended: the new losses.

    A loss that ended keeps its end, and the claim of it what came of that: the new row says the same and can be claimed.
    """
    _arrived(case, entry).exclude(stage=Stage.SIGNED).update(delivered_at=None)
    _arrived(case, entry).update(said_delivered_at=None)
    again = [loss for loss in _ended(entry) if not _is_owed(loss)]
    for loss in again:
        loss.pk, loss.ended_at = None, None
        loss.save(force_insert=True)
    return again


def _revised(entry: Journal, table: str) -> list[int]:
    rows: list[int] = (entry.after or {}).get("revised", {}).get(table, [])
    return rows


def _arrived(case: Case, entry: Journal) -> QuerySet[Parcel]:
    """The case's parcel, when it was said to have arrived by this entry and by no other case since."""
    if not _revised(entry, PARCEL) or _was_said_again(case, entry):
        return Parcel.objects.none()
    # By the case: a parcel whose courier was corrected may be another row by now.
    return Parcel.objects.filter(pk=case.facts.parcel_id, said_delivered_at=entry.at)


def _was_said_again(case: Case, entry: Journal) -> bool:
    others = Case.objects.filter(incident__parcel=case.facts.parcel_id).exclude(pk=case.pk)
    return Journal.objects.filter(case__in=others, pk__gt=entry.pk, at__gte=entry.at, after__revised__has_key=PARCEL).exists()


def _ended(entry: Journal) -> list[Loss]:
    return list(Loss.objects.filter(pk__in=_revised(entry, LOSS), ended_at=entry.at))


def _is_owed(loss: Loss) -> bool:
    """Whether another row says by now what this one said."""
    whole = Q(parcel=loss.parcel_id, cause__in=Loss.WHOLE) if loss.cause in Loss.WHOLE else Q()
    return Loss.objects.filter(Q(case=loss.case_id) | whole, ended_at=None).exists()
