"""What stands out about a claim: claims that come often, a photo that was seen elsewhere, claims that contradict one another.

Shown to whoever works the case or decides about it, with the cases behind, and nothing more: no guard, step or clock reads it (pyproject.toml,
"Signals decide nothing"). A fixed number of queries.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.models import Case, Evidence
from casework.photos.sameness import Twin, ask_twins
from casework.policies import Policies
from orders.access import Actor
from orders.errors import Text
from orders.models import Order
from orders.together import Reading, answer, side_by_side
from orders.vault import phone_indexes, unseal
from refunds.models import Payout, Reason, Request

# What a buyer says that cannot be seen on a photo: kinds of case, and reasons of a refund.
CLAIM_KINDS = ("missing_items", "signed_not_received")
CLAIM_REASONS = (Reason.NOT_RECEIVED, Reason.MISSING)
# Who says that nothing came, and who says what came with it, contradict each other on one order.
NOT_CAME_KINDS, NOT_CAME_REASONS = ("signed_not_received",), (Reason.NOT_RECEIVED,)
CAME_KINDS = ("missing_items", "wrong_items", "damaged", "trouble_in_use", "return_goods", "exchange")
CAME_REASONS = (Reason.DAMAGED, Reason.MISSING, Reason.WRONG_GOODS, Reason.QUALITY, Reason.NOT_AS_DESCRIBED)
# The parcel turned up: what was said before holds no longer.
TURNED_UP = ("found", "delivered")
# Streets are opened one by one, so no more than these, the newest.
MOST_STREETS = 500
SHORTEST_STREET = 5

BUYER, PHONE, ADDRESS = "buyer", "phone", "address"
SAME: dict[str, Text] = {BUYER: _("same buyer"), PHONE: _("same phone"), ADDRESS: _("same address")}


@dataclass(frozen=True)
class Claim:
    """An earlier claim, and what it has in common with this one (keys of SAME)."""

    case: Any
    same: tuple[str, ...]

    @property
    def words(self) -> str:
        """What is the same, in words; nothing for the usual, the same buyer."""
        return "" if BUYER in self.same else ", ".join(str(SAME[each]) for each in self.same)


@dataclass(frozen=True)
class Often:
    """Claims that came as often as the policy `abuse_signal` says, within so many days, the newest first."""

    days: int
    claims: list[Claim]


@dataclass(frozen=True)
class Contradiction:
    """Two claims about one order that cannot both be so, and the cases that say so."""

    code: str
    text: Text
    cases: list[Any]


@dataclass(frozen=True)
class Signals:
    """What stands out; empty where nothing does."""

    often: Often | None = None
    twins: list[Twin] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing stands out."""
        return self.often is None and not self.twins and not self.contradictions


def signals_here(case: Case, order: Order, pictures: Collection[Evidence], *, by: Actor, now: dt.datetime, policies: Policies) -> Signals:
    """What stands out about the case, among the cases of the reader's shops; by the policies of its shop, where 0 claims show none."""
    return answer(ask_signals(case, order, pictures, by=by, now=now, policies=policies))


def ask_signals(
    case: Case, order: Order, pictures: Collection[Evidence], *, by: Actor, now: dt.datetime, policies: Policies
) -> Reading[Signals]:
    """The same, to be read with others."""
    often, within = (policies.value(name, case.shop_id) for name in ("abuse_signal", "abuse_signal_within"))
    twins, claims, contradictions = yield from side_by_side(
        ask_twins(pictures, by), _ask_often(case, order, by, now, often, within.length), _ask_contradictions(case, order, by)
    )
    seen = {twin.case_id: twin for its in twins.values() for twin in its}
    return Signals(claims, list(seen.values()), contradictions)


def others_than(case: Case, by: Actor) -> QuerySet[Any]:
    """The reader's cases but this one and the one above it."""
    rows: QuerySet[Any] = Case.objects.for_actor(by).exclude(pk__in=[pk for pk in (case.pk, case.parent_id) if pk])
    return rows


def _ask_often(case: Case, order: Order, by: Actor, now: dt.datetime, often: int, within: dt.timedelta) -> Reading[Often | None]:
    """Earlier claims of the buyer, and those with the same phone or street; a refund below a claim's case is the same claim."""
    if not often:
        return None
    claims = Q(kind__in=CLAIM_KINDS) | Q(requests__reason__in=CLAIM_REASONS)
    rows = others_than(case, by).filter(claims, _alike(order), opened_at__gte=now - within, opened_at__lte=now)
    found = rows.select_related("order").distinct().order_by("-opened_at", "-pk")[:MOST_STREETS]
    yield (found,)
    told = [Claim(each, same) for each in found if (same := _same(order, each.order))]
    ids = {case.pk, case.parent_id, *(each.case.pk for each in told)}
    claimed = [each for each in told if each.case.parent_id not in ids - {None}]
    return Often(within.days, claimed) if len(claimed) >= often else None


def _alike(order: Order) -> Q:
    """Orders that may have buyer, phone or street in common. Streets have no index: those of one district are compared one by one."""
    alike = Q(order__buyer=order.buyer_id) if order.buyer_id is not None else Q(pk__in=[])
    if order.phone_index is not None:
        alike |= Q(order__phone_index__in=_phones(order))
    if order.street_enc is not None and order.province:
        place = {f"order__{name}": getattr(order, name) for name in ("province", "city", "district")}
        alike |= Q(**place, order__street_enc__isnull=False)
    return alike


def _phones(order: Order) -> list[bytes]:
    """The phone's index under every key, so that older rows are found after a change of key."""
    return [bytes(order.phone_index or b""), *phone_indexes(unseal(order.phone_enc))]


def _same(order: Order, other: Order) -> tuple[str, ...]:
    """What two orders have in common."""
    same = []
    if order.buyer_id is not None and order.buyer_id == other.buyer_id:
        same.append(BUYER)
    if order.phone_index is not None and other.phone_index is not None and bytes(other.phone_index) in _phones(order):
        same.append(PHONE)
    if (street := _street(order)) and street == _street(other):
        same.append(ADDRESS)
    return tuple(same)


def _street(order: Order) -> str:
    """The whole address for comparison, without blanks and marks; "" where it is masked, or too short to be somebody's."""
    street = "".join(each for each in unicodedata.normalize("NFKC", unseal(order.street_enc)).lower() if each.isalnum() or each == "*")
    return "" if "*" in street or len(street) < SHORTEST_STREET else f"{order.province}{order.city}{order.district}{street}"


def _ask_contradictions(case: Case, order: Order, by: Actor) -> Reading[list[Contradiction]]:
    """Claims about this order that cannot both be so. This case must be one of them."""
    asked, paid = Request.objects.filter(order=order).values_list("case", "reason"), _paid_elsewhere(case, order)
    cases = Case.objects.for_actor(by).filter(order=order).order_by("-opened_at", "-pk")
    yield asked, paid, cases
    reasons: dict[int, set[str]] = {}
    for case_id, reason in asked:
        reasons.setdefault(case_id, set()).add(reason)
    not_came = [each for each in cases if _says(each, reasons, NOT_CAME_KINDS, NOT_CAME_REASONS) and each.state not in TURNED_UP]
    came = [each for each in cases if _says(each, reasons, CAME_KINDS, CAME_REASONS)]
    found = []
    for mine, others in ((not_came, came), (came, not_came)):
        behind = [each for each in others if each.pk != case.pk]
        if behind and case.pk in {each.pk for each in mine}:
            text = _("One says that nothing came, the other what came with it.")
            found.append(Contradiction("came_and_not_came", text, behind))
    return found + _paid_before(case, reasons, paid)


def _says(case: Case, reasons: dict[int, set[str]], kinds: Collection[str], of_refund: Collection[str]) -> bool:
    return case.kind in kinds or bool(reasons.get(case.pk, set()) & {str(each) for each in of_refund})


def _paid_elsewhere(case: Case, order: Order) -> Any:
    """What was paid of the order before the case was opened, by refunds that are not its own."""
    family = [pk for pk in (case.pk, case.parent_id) if pk]
    paid = Payout.objects.filter(approval__order=order, paid_at__lt=case.opened_at).exclude(approval__request__case__in=family)
    paid = paid.exclude(approval__request__case__parent__in=family)
    return paid.select_related("approval__request__case").order_by("-paid_at", "-pk")


def _paid_before(case: Case, reasons: dict[int, set[str]], paid: Any) -> list[Contradiction]:
    """The goods are claimed although a refund of the order was paid before the claim."""
    if not _says(case, reasons, CLAIM_KINDS, CLAIM_REASONS):
        return []
    behind = list({each.approval.request.case_id: each.approval.request.case for each in paid}.values())
    return [Contradiction("paid_before", _("A refund of this order was paid before the claim."), behind)] if behind else []
