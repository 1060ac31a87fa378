"""What this app shows and says of requests on the platform and of its intervention."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casework.models import Case, Ledger
from casework.registry import FACT_WORDS, NEWS, STEP_PAGES, SUBJECTS, Panel, add_panel
from casework.wording import DEEDS, FactWord
from orders.access import Actor
from orders.models import PlatformRefund
from orders.together import Reading, ask_for, side_by_side
from refunds.asking.concerned import pictures_of
from refunds.books.reconciliation import Kind
from refunds.disputed import disputed
from refunds.kinds.asked_on_platform import WITHOUT_APPROVAL
from refunds.kinds.platform_dispute import PlatformDispute
from refunds.kinds.refund import Refund
from refunds.models.platform_decision import PlatformDecision

# When the customer asked there: before or after the deal was closed.
PHASES = {"onsale": _("before the deal was closed"), "aftersale": _("after the deal was closed")}


def register() -> None:
    """Fill casework's registries; called from AppConfig.ready."""
    add_panel(Panel("dispute", "refunds/dispute_panel.html", dispute_panel, position=10))
    SUBJECTS[PlatformDispute.KIND] = disputed
    DEEDS["settle_difference"] = _("A difference with the platform was settled")
    FACT_WORDS["there"] = FactWord(_("on the platform"))
    FACT_WORDS["here"] = FactWord(_("in our books"))
    FACT_WORDS["found"] = FactWord(_("What differs"), dict(Kind.choices))
    STEP_PAGES[Refund.KIND, "ask"] = lambda case: f"{reverse('refund-new')}?again={case.pk}"
    DEEDS["asked_there"] = _("The same is asked on the platform")
    DEEDS["paid_there"] = _("Paid by the platform while it was to be paid here")
    NEWS["paid_there"] = _("Paid by the platform: pay nothing here")
    DEEDS[WITHOUT_APPROVAL] = _("Paid on the platform without approval here")
    NEWS[WITHOUT_APPROVAL] = _("Paid on the platform without approval here")
    FACT_WORDS["without_approval"] = FactWord(_("Paid there without approval here (yuan)"))
    DEEDS["changed_there"] = _("The platform tells")
    NEWS["asked_there"] = _("Asked on the platform as well")
    NEWS["changed_there"] = _("Changed on the platform")
    NEWS["taken_back"] = _("Taken back on the platform")
    NEWS["refunded_there"] = _("Refunded by the platform")
    NEWS["platform_steps_in"] = _("The platform steps in")
    FACT_WORDS["platform_request"] = FactWord(_("Refund number"))
    FACT_WORDS["after_sale"] = FactWord(_("kind of after-sale"))
    FACT_WORDS["their_reason"] = FactWord(_("The customer's reason"))
    FACT_WORDS["phase"] = FactWord(_("phase"), PHASES)
    FACT_WORDS["platform_version"] = FactWord(_("The platform's version"))
    FACT_WORDS["platform_says"] = FactWord(_("The platform says"))
    FACT_WORDS["platform_said"] = FactWord(_("before"))
    FACT_WORDS["amount_was"] = FactWord(_("Amount before"))
    FACT_WORDS["party"] = FactWord(_("at whose cost"), dict(Ledger.Party.choices))
    FACT_WORDS["refunded_at"] = FactWord(_("Refunded at"))
    FACT_WORDS["waybill"] = FactWord(_("Waybill"))


def ask_there(case: Case) -> Reading[dict[str, Any]]:
    """The request on the platform that a case answers, and when the customer asked, in words."""
    rows = PlatformRefund.objects.filter(answers__case=case).select_related("paid_there")[:1]
    yield (rows,)
    there = next(iter(rows), None)
    return {"there": there, "phase": PHASES.get(there.phase, "") if there else ""}


def dispute_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """What the customer asks of the platform, every paper of the order's cases, what the platform decided and what it cost."""
    if case.kind != PlatformDispute.KIND:
        return {}
    papers = pictures_of(case.order_id, case.pk).select_related("case").order_by("kind", "pk")
    decisions = PlatformDecision.objects.filter(case=case)
    there, _read = yield from side_by_side(ask_there(case), ask_for(papers, decisions))
    return there | {"papers": papers, "decision": next(iter(decisions), None), "is_dispute": True}
