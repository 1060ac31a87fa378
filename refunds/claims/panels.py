"""What claims show on the case page and in the rail: the claim with its papers and money, and on an incident what is owed for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.models import Case
from casework.photos.checklist import checklist
from casework.registry import FACT_WORDS, NEWS, NavItem, Panel, add_nav, add_panel
from casework.situation import around
from casework.views.once import new_key
from casework.wording import DEEDS, FactWord
from logistics.models import Loss
from orders.access import Actor
from orders.actions.import_files import IMPORTERS
from orders.roles import AGENTS, FINANCE
from orders.together import Reading
from refunds.actions.export_claims import EXPORTERS
from refunds.actions.follow_windows import FOLLOWED
from refunds.actions.match_claims import PAID_IN_PART
from refunds.claims.claiming import claim_of
from refunds.claims.lists import FILED_FROM, READERS
from refunds.claims.unclaimed import unclaimed
from refunds.kinds.courier_claim import CourierClaim
from refunds.models.claim import ClaimFacts
from refunds.models.statement import Recovery


def register() -> None:
    """Fill casework's registries; called from AppConfig.ready."""
    add_panel(Panel("claim", "refunds/claim_panel.html", claim_panel, position=12))
    add_nav(NavItem("claims", _("Claims"), "claims", "shield", READERS, unclaimed, position=57))
    NEWS[PAID_IN_PART] = _("The courier paid a part of the claim")
    DEEDS["line_matched"] = _("A line of the statement pays this claim")
    DEEDS["line_opened_again"] = _("A line of the statement waits again")
    DEEDS[FOLLOWED] = _("The courier's claim window has changed; the deadlines follow")
    DEEDS["line_settled"] = _("A line of the statement is no claim of ours")
    DEEDS["claim_given_back"] = _("The courier's money was given back")
    DEEDS["claim_exported"] = _("Letter and papers taken out")
    FACT_WORDS["received"] = FactWord(_("Received in all (yuan)"))
    FACT_WORDS["left"] = FactWord(_("Given up (yuan)"))
    FACT_WORDS["files"] = FactWord(_("Files"))
    FACT_WORDS["gone"] = FactWord(_("Files that are gone"))
    FACT_WORDS["said"] = FACT_WORDS.get("said", FactWord(_("Said")))


def claim_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """The claim; of any other case the losses that it found, each with its claim or the way to make it."""
    role = by.role_in(case.shop_id)
    if not isinstance(case, CourierClaim):
        losses = Loss.objects.standing().filter(case=case, amount__gt=0)
        claims = ClaimFacts.objects.filter(loss__case=case).select_related("case")
        yield losses, claims
        made = {each.loss_id: each.case for each in reversed(claims)}
        shown = [(loss, made.get(loss.pk)) for loss in losses]
        return {"claim": None, "losses": shown, "may_claim": role in AGENTS, "once": new_key()} if shown else {}
    at = around(case)
    rows = ClaimFacts.objects.select_related("incident").filter(pk=case.pk)
    recoveries = Recovery.objects.filter(case=case).select_related("line", "by")
    yield rows, recoveries
    facts, papers = rows[0], checklist(case, at)
    return {
        "claim": claim_of(at),
        "facts": facts,
        "papers": papers,
        "is_to_file": case.state in FILED_FROM,
        "complete": sum(1 for each in papers if each.is_there),
        "recoveries": recoveries,
        "may_export": role in EXPORTERS,
        "may_import": role in IMPORTERS and facts.received < facts.amount and facts.turned_up_at is None,
        "today": now.astimezone(SHOP_TIME).date(),
        "may_give_back": role in FINANCE and facts.turned_up_at is not None and facts.received > 0,
        "once": new_key(),
    }
