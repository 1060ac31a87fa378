"""What this app shows on the case page: the parcel, its courier, and who pays its freight."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casework.beginning import FirstStep, add_first_step
from casework.lists.filters import ListFilter, add_filter
from casework.lists.queues import last_look
from casework.models import Case
from casework.reading import timeline
from casework.registry import (
    CHANGES,
    ELSEWHERE,
    FACT_WORDS,
    NEWS,
    OWN_CLOCKS,
    PAPERS,
    SEARCHES,
    STEP_PAGES,
    NavItem,
    OwnClock,
    Panel,
    add_nav,
    add_panel,
    add_place,
)
from casework.situation import around
from casework.wording import FactWord
from logistics import complaints
from logistics.actions.add_parcel import KEEPERS
from logistics.board import READERS
from logistics.fault import reasons_of
from logistics.goods.checked import read_checks
from logistics.goods.naming import NAMING
from logistics.goods.weighing import Verdict
from logistics.kinds.complaint import Complaint, complaint_of
from logistics.kinds.incident import OVERRIDE
from logistics.kinds.logistics_complaint import Check
from logistics.kinds.signed_not_received.said import LivesAt
from logistics.models import Courier, Extent, Fault, FindingKind, Incident, IncidentFacts, Inquiry, Loss, Outage, Parcel, Party, WeighedBy
from logistics.models.incident import CameBackAs, Choice, SeenAs, SentBackFor
from logistics.models.inquiry import INQUIRY
from logistics.reading import NODES, ask_in_short
from logistics.searches import about_couriers, by_waybill, couriers_offered, parcels_elsewhere
from logistics.work import order_of_work
from orders.access import Actor
from orders.models import Order
from orders.pages import OrderPanel, add_order_panel
from orders.roles import AGENTS, EVERYBODY
from orders.together import Reading, ask_for, side_by_side


def register() -> None:
    """Fill casework's registries; called from AppConfig.ready."""
    add_panel(Panel("parcel", "logistics/parcel_panel.html", parcel_panel, position=20))
    PAPERS.append(Panel("parcels", "logistics/paper_parcels.html", paper_parcels))
    add_panel(Panel("outage", "logistics/outage_panel.html", outage_panel, position=10))
    STEP_PAGES[Outage.KIND, "told_all"] = lambda case: reverse("outage", args=[case.pk])
    FACT_WORDS["outage"] = FactWord(_("Outage"))
    add_panel(Panel("inquiries", "logistics/inquiry_panel.html", inquiry_panel, position=30, form="inquiry"))
    add_panel(Panel("work", "logistics/work_panel.html", lambda case, by, now: {"work": order_of_work(case)}, position=10))
    add_panel(Panel("checks", "logistics/checks_panel.html", checks_panel, position=10))
    for kind, (step, _what) in NAMING.items():
        STEP_PAGES[kind, step] = lambda case: reverse("goods_named", args=[case.pk])
    add_order_panel(OrderPanel("parcels", "logistics/order_parcels.html", order_parcels, position=11))
    add_nav(NavItem("stalled", _("Stalled"), "stalled", "clock", READERS, position=50))
    add_panel(Panel("complaint", "logistics/complaint_panel.html", complaint_panel, position=12))
    add_place(NavItem("complaints", _("Complaint book"), "complaints", "flag", complaints.READERS))
    add_nav(NavItem("parcels", _("Parcels"), "parcels", "truck", EVERYBODY, position=60))
    add_place(NavItem("stalled-runs", _("Nightly runs"), "stalled-runs", "clock", READERS))
    add_filter(ListFilter("courier", _("Courier"), couriers_offered, about_couriers, position=50))
    SEARCHES.append(by_waybill)
    add_first_step(
        FirstStep(
            "couriers",
            _("Enter how your couriers are reached"),
            _("Inquiry phone and claim contact stand then on every case of their parcels."),
            "admin:logistics_courier_changelist",
            lambda: Courier.objects.exclude(inquiry="", claims=""),
            20,
        )
    )
    ELSEWHERE.append(parcels_elsewhere)
    CHANGES.append(trace_told)
    FACT_WORDS["freight_payer"] = FactWord(_("Freight is paid by"), dict(Party.choices))
    FACT_WORDS["freight_rule"] = FactWord(_("Freight by rule"))
    FACT_WORDS["freight_before"] = FactWord(_("Paid until now by"), dict(Party.choices))
    FACT_WORDS["freight_rule_before"] = FactWord(_("until now by rule"))
    FACT_WORDS["rules"] = FactWord(_("All rules that spoke"))
    FACT_WORDS["pieces"] = FactWord(_("Pieces"))
    FACT_WORDS["verdict"] = FactWord(_("Weights"), dict(Verdict.choices))
    for scale in WeighedBy:
        FACT_WORDS[f"{scale}_grams"] = FactWord(scale.label)
    FACT_WORDS["promised_until"] = FactWord(_("Promised until"))
    FACT_WORDS["extent"] = FactWord(_("How bad the damage is"), dict(Extent.choices))
    FACT_WORDS["fault"] = FactWord(_("At fault"), dict(Fault.choices))
    FACT_WORDS["fault_rule"] = FactWord(_("Fault by rule"))
    FACT_WORDS["skipped"] = FactWord(_("Skipped"), dict(Check.choices))
    FACT_WORDS["cases"] = FactWord(_("Other cases about it"))
    FACT_WORDS["lives_at"] = FactWord(_("Home or workplace?"), dict(LivesAt.choices))
    FACT_WORDS["sent_back_for"] = FactWord(_("It comes back because"), dict(SentBackFor.choices))
    FACT_WORDS["choice"] = FactWord(_("What is done with it"), dict(Choice.choices))
    FACT_WORDS["seen_as"] = FactWord(_("Seen at the door"), dict(SeenAs.choices))
    FACT_WORDS["came_back_as"] = FactWord(_("It came back"), dict(CameBackAs.choices))
    FACT_WORDS["goes_on_as"] = FactWord(_("Goes on as"))
    FACT_WORDS["loss"] = FactWord(_("The courier owes (yuan)"))
    FACT_WORDS["loss_rule"] = FactWord(_("by rule"))
    FACT_WORDS["monthly_account"] = FactWord(_("On the monthly account of"))
    FACT_WORDS["surcharge"] = FactWord(_("Out-of-area surcharge (yuan)"))
    FACT_WORDS["finding"] = FactWord(_("Found"), dict(FindingKind.choices))
    FACT_WORDS["since"] = FactWord(_("since"))
    FACT_WORDS["norm_hours"] = FactWord(_("Norm in hours"))
    OWN_CLOCKS[INQUIRY] = OwnClock(_("What the courier promised"), "promise_broken")
    NEWS["promise_broken"] = _("A courier's promise was not kept")
    NEWS["serious_complaint"] = _("Serious complaint")
    NEWS["moves_again"] = _("Moves again")
    NEWS["moves_after_signing"] = _("Moves although signed for")
    NEWS["signed_again"] = _("Signed for again")
    NEWS["stands_still_again"] = _("It stands still again")
    NEWS["next_order"] = _("The customer has ordered again")
    NEWS["delivered"] = _("Parcel delivered")
    NEWS["original_signed"] = _("Original parcel signed for")
    NEWS["returning"] = _("Parcel on its way back")
    NEWS["back"] = _("Parcel back with us")
    NEWS["at_our_door"] = _("Signed for by us: is it here?")
    NEWS["voided"] = _("Waybill cancelled")
    NEWS["not_awaited"] = _("Order finished on the platform")


def parcel_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """The parcel of an incident with the decision about its freight; of any other case the parcels of its order."""
    if not isinstance(case, Incident) or case.facts is None:
        parcels = yield from ask_in_short(Parcel.objects.for_actor(by).filter(orders=case.order_id or 0).order_by("pk"))
        return {"facts": None, "parcels": parcels, "merged": []}
    facts = case.facts
    merged = Order.objects.filter(parcels=facts.parcel_id).exclude(pk=case.order_id or 0).order_by("paid_at", "pk")
    losses, here = Loss.objects.standing().filter(case=case), Parcel.objects.filter(pk=facts.parcel_id or 0)
    parcels, words, _read = yield from side_by_side(ask_in_short(here), ask_freight_words(case), ask_for(merged, losses))
    return {"facts": facts, "parcels": parcels, "merged": merged, "losses": losses, **words}


def trace_told(by: Actor) -> Q:
    """Whether something new was told of an incident's parcel since the person looked at the case, whoever asked the courier for it."""
    return Q(Exists(IncidentFacts.objects.filter(case=OuterRef("pk"), parcel__told_at__gt=last_look(by))))


def paper_parcels(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """For the printed case: its parcel, or those of its order, with the whole trace, and what the courier was asked."""
    is_incident = isinstance(case, Incident) and case.facts is not None
    rows = (
        Parcel.objects.filter(pk=case.facts.parcel_id or 0)
        if is_incident
        else Parcel.objects.for_actor(by).filter(orders=case.order_id or 0)
    )
    inquiries = inquiries_of(case)
    parcels, _read = yield from side_by_side(ask_in_short(rows.order_by("pk"), NODES), ask_for(inquiries))
    return {"parcels": parcels, "inquiries": inquiries}


def outage_panel(case: Case, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """The way to where the cases of an outage are worked together, from the outage and from each of them."""
    outage = case if isinstance(case, Outage) else case.parent
    return {"outage": outage if isinstance(outage, Outage) else None}


def complaint_panel(case: Case, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """What was found of a complaint, and the way to the book of all of them."""
    return {"complaint": complaint_of(case.facts) if isinstance(case, Complaint) and case.facts is not None else None}


def inquiry_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """Whom we asked about the parcel, what they answered and promised; and the form for one more."""
    if not isinstance(case, Incident):
        return {"inquiries": None}
    inquiries = inquiries_of(case)
    yield (inquiries,)
    running = {each.kind for each in around(case).deadlines}
    may_ask = case.is_open and by.role_in(case.shop_id) in AGENTS
    return {"inquiries": inquiries, "running": running, "may_ask": may_ask, "now": now}


def inquiries_of(case: Case) -> QuerySet[Inquiry]:
    """The talks about a case, newest first."""
    return Inquiry.objects.filter(case=case).select_related("by").order_by("-at", "-pk")


def ask_freight_words(case: Case) -> Reading[dict[str, Any]]:
    """The sentences of the rules that decided, and a lead's own words where one decided otherwise."""
    words = timeline(case).filter(step=OVERRIDE).order_by("-at", "-pk")[:1]
    if case.facts.freight_by_lead:
        yield (words,)
    return {"reasons": reasons_of(case.facts.rules), "word": next(iter(words), None) if case.facts.freight_by_lead else None}


def checks_panel(case: Case, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """Which pieces are missing, wrong or damaged, the four checks in their order, and the weights side by side with what they say (L5.2)."""
    return {"checks": read_checks(case)}


def order_parcels(order: Order, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """The parcels of an order, merged ones included, and the way to enter another."""
    parcels = list(Parcel.objects.for_actor(by).filter(orders=order).select_related("courier").order_by("pk"))
    may_add = by.role_in(order.shop_id) in KEEPERS
    return {"parcels": parcels, "order": order, "may_add": may_add} if parcels or may_add else {}
