"""What this app shows on the case page and in the rail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casework.models import Case, Ledger
from casework.registry import COSTS, FACT_WORDS, NEWS, OPEN_PAGES, SEARCHES, STEP_PAGES, NavItem, Panel, add_nav, add_panel, add_place
from casework.situation import around
from casework.wording import DEEDS, SHOWN, FactWord
from logistics.models import Parcel
from orders.access import Actor
from orders.models import Order
from orders.pages import OrderPanel, add_order_panel
from orders.roles import FINANCE, LEADS
from orders.together import Reading, ask_for, side_by_side
from refunds.actions.ask_return import NOT_SHIPPED
from refunds.asking.concerned import pictures_of
from refunds.books.cost import ask_cost, cost_of
from refunds.books.register import READERS
from refunds.goods.carriers import TO_PACK
from refunds.goods.desk import is_odd_courier, late_unseen, to_inspect
from refunds.goods.missing_stock import standing as stock_of
from refunds.invoicing import LABELS, WARNINGS, InvoiceType, rows_of
from refunds.kinds.coming_back import ComesBack
from refunds.kinds.coming_back.part import RECEIVERS
from refunds.kinds.compensation import Compensation
from refunds.kinds.exchange import Exchange
from refunds.kinds.gift import Gift
from refunds.kinds.invoice import ISSUERS, NOT_INVOICED, Invoice
from refunds.kinds.money_out import MoneyOut
from refunds.kinds.out_of_stock import OutOfStock
from refunds.kinds.paying import PAID_AFTER_ALL
from refunds.kinds.refund import Refund
from refunds.kinds.reshipment import Reshipment
from refunds.kinds.return_goods import ReturnGoods
from refunds.kinds.trouble_in_use import TroubleInUse
from refunds.models.gift import GiftFacts
from refunds.models.invoice import InvoiceFacts
from refunds.models.request import Reason
from refunds.models.returned import NOT_TAKEN, Why
from refunds.models.ruled_out import Verdict
from refunds.models.stock import OutOfStockFacts
from refunds.platform_panels import ask_there
from refunds.reading import KINDS_OF_MONEY, invoices_to_issue, newest_requests, to_decide, versions_of, waits_for_payout
from refunds.searches import by_payout


def register() -> None:
    """Fill casework's registries; called from AppConfig.ready."""
    add_panel(Panel("refund", "refunds/panel.html", refund_panel, position=30))
    add_panel(Panel("return", "refunds/return_panel.html", return_panel, position=15))
    add_panel(Panel("cost", "refunds/cost.html", cost_panel, position=35))
    COSTS.append(cost_of)
    SEARCHES.append(by_payout)
    add_order_panel(OrderPanel("refunds", "refunds/order_panel.html", order_panel, position=20))
    add_panel(Panel("gift", "refunds/gift_panel.html", gift_panel, position=10))
    add_panel(Panel("causes", "refunds/causes_panel.html", causes_panel, position=10))
    add_panel(Panel("invoice", "refunds/invoice_panel.html", invoice_panel, position=10))
    add_panel(Panel("out_of_stock", "refunds/stock_panel.html", stock_panel, position=10))
    add_order_panel(OrderPanel("remedies", "refunds/order_remedies.html", order_remedies, position=15))
    OPEN_PAGES[Gift.KIND] = lambda case: f"{reverse('gift-new')}?case={case.pk}"
    OPEN_PAGES[Refund.KIND] = lambda case: f"{reverse('refund-new')}?case={case.pk}"
    OPEN_PAGES[Compensation.KIND] = lambda case: f"{reverse('compensation-new')}?case={case.pk}"
    OPEN_PAGES[Reshipment.KIND] = lambda case: f"{reverse('reshipment-new')}?case={case.pk}"
    DEEDS["transfer_unknown"] = _("No clear answer from Alipay yet")
    DEEDS["paid_beside"] = _("An earlier transfer was paid beside its approval")
    DEEDS["not_paid_after_all"] = _("Nothing was paid by the earlier transfer")
    NEWS[PAID_AFTER_ALL] = _("Paid after all, Alipay says")
    FACT_WORDS["our_number"] = FactWord(_("Our number at Alipay"))
    DEEDS["transfer_parked"] = _("A transfer waits for a person")
    OPEN_PAGES[ReturnGoods.KIND] = lambda case: f"{reverse('return-new')}?case={case.pk}"
    OPEN_PAGES[Exchange.KIND] = lambda case: f"{reverse('exchange-new')}?case={case.pk}"
    for kind in (ReturnGoods, Exchange):
        for step in ("found_right", "found_different"):
            STEP_PAGES[kind.KIND, step] = lambda case: reverse("return-inspect", args=[case.pk])
    STEP_PAGES[Refund.KIND, "ask_again"] = lambda case: f"{reverse('refund-new')}?again={case.pk}"
    STEP_PAGES[Invoice.KIND, "note_data"] = lambda case: reverse("invoice", args=[case.pk])
    SHOWN["invoice"] = _("Invoice data")
    FACT_WORDS["missing"] = FactWord(_("Missing"), LABELS)
    FACT_WORDS["type"] = FactWord(_("Which invoice"), dict(InvoiceType.choices))
    NEWS["sent_back"] = _("Sent back: more is wanted")
    NEWS["shipped_meanwhile"] = _("Shipped while the money was asked for")
    FACT_WORDS["offer"] = FactWord(_("Other goods"))
    FACT_WORDS["price"] = FactWord(_("At the price of (yuan)"))
    NEWS["gift_parcel_left"] = _("A parcel left: is the gift in it?")
    FACT_WORDS["came_of_it"] = FactWord(_("What came of it"), dict(Verdict.choices))
    FACT_WORDS["gift"] = FactWord(_("Gift"))
    FACT_WORDS["worth"] = FactWord(_("Worth in all (yuan)"))
    STEP_PAGES[Compensation.KIND, "ask_again"] = lambda case: f"{reverse('compensation-new')}?again={case.pk}"
    FACT_WORDS["why"] = FactWord(_("Why it is sent again"))
    FACT_WORDS["tries"] = FactWord(_("Tries"))
    FACT_WORDS["returned_for"] = FactWord(_("Comes back for"), dict(Why.choices))
    FACT_WORDS["difference"] = FactWord(_("Difference"))
    FACT_WORDS["sent_by"] = FactWord(_("How it was sent"), dict(NOT_TAKEN))
    NEWS["goods_came_back"] = _("The parcel came back")
    FACT_WORDS["reason"] = FactWord(_("Reason"), dict(Reason.choices))
    add_nav(NavItem("approvals", _("Approval"), "approvals", "stamp", LEADS, to_decide, position=30))
    add_nav(NavItem("payouts", _("Payouts"), "payouts", "money", FINANCE, waits_for_payout, position=40))
    add_nav(NavItem("returns", _("Returns"), "returns", "refresh", RECEIVERS, to_inspect, position=55))
    add_nav(NavItem("returns-late", _("Back late"), "returns-late", "overdue", FINANCE, late_unseen, position=58))
    add_nav(NavItem("invoices", _("Invoices"), "invoices", "invoice", ISSUERS, invoices_to_issue, position=45))
    add_nav(NavItem("register", _("Register"), "register", "book", READERS, position=60))
    # Others find it on the register.
    add_nav(NavItem("reconciliation", _("Reconcile"), "reconciliation", "balance", FINANCE, position=62))
    add_place(NavItem("delegations", _("Stand-ins"), "delegations", "me", LEADS))
    add_place(NavItem("returns-parked", _("Parked parcels"), "returns-parked", "refresh", RECEIVERS))
    add_place(NavItem("returns-faults", _("Quality faults"), "returns-faults", "overdue", RECEIVERS))


def refund_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """Versions, ledger and net effect; of any other case the refunds and compensations that belong to it."""
    if not isinstance(case, MoneyOut):
        refunds = newest_requests(Case.objects.filter(parent=case, kind__in=KINDS_OF_MONEY))
        yield (refunds,)
        return {"is_refund": False, "refunds": refunds}
    rows, versions = Ledger.objects.filter(case=case).select_related("line").order_by("id"), versions_of(case)
    pictures = pictures_of(case.order_id, case.parent_id)
    there, _read = yield from side_by_side(ask_there(case), ask_for(rows, versions, pictures))
    asked = next(iter(versions), None)
    named = [each for each in pictures if asked is not None and each.pk in asked.evidence]
    shown = {"versions": versions, "asked": asked, "pictures": named, "ledger": rows, "net": net_of(rows)}
    return shown | there | {"is_refund": True}


def gift_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """What the gift is, who agreed, and where it is."""
    if not isinstance(case, Gift):
        return {}
    facts = GiftFacts.objects.select_related("agreed_by", "carrier").filter(case=case)
    yield (facts,)
    paid = case.order.paid if case.order else Decimal("0.00")
    return {"gift": facts[0], "most": around(case).policy("gift_by_amount").of(paid)}


def causes_panel(case: Case, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """The causes that were looked at, one by one, each with what came of it (P1.1)."""
    return {"causes": around(case).more["causes"] if isinstance(case, TroubleInUse) else None}


def stock_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """What is not there, what is offered instead, and who agreed to its price."""
    if not isinstance(case, OutOfStock):
        return {}
    facts = OutOfStockFacts.objects.select_related("price_agreed_by").filter(case=case)
    yield (facts,)
    return {"stock": facts[0], "missing": stock_of(around(case)).pieces}


def invoice_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """What the invoice says behind masks, what is missing, and its number."""
    if not isinstance(case, Invoice):
        return {}
    rows = InvoiceFacts.objects.select_related("issued_by").filter(case=case)
    yield (rows,)
    facts = rows[0]
    return {"invoice": facts, "rows": rows_of(facts.shown, facts.missing), "warnings": [WARNINGS[each] for each in facts.warnings]}


def order_remedies(order: Order, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """What may be opened on an order beside a refund, by whom it may be."""
    role = by.role_in(order.shop_id)
    pages: list[tuple[type[Case], Any, str]] = [(Gift, _("Gift"), "gift-new")]
    if order.status not in NOT_INVOICED:
        pages.append((Invoice, _("Invoice"), "invoice-new"))
    if order.status in TO_PACK:
        pages.append((OutOfStock, _("Out of stock"), "out-of-stock-new"))
    elif order.room > 0 and order.status not in NOT_SHIPPED:
        pages += [(ReturnGoods, _("Return goods"), "return-new"), (Exchange, _("Exchange goods"), "exchange-new")]
    if order.paid > 0:
        pages.append((Compensation, _("Compensation"), "compensation-new"))
    ways = [(label, f"{reverse(page)}?order={order.number}") for kind, label, page in pages if role in kind.OPENED_BY]
    return {"ways": ways} if ways else {}


def return_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """What comes back with a return or an exchange, and what the inspection found."""
    if not isinstance(case, ComesBack):
        return {"coming": None}
    parcels = Parcel.objects.filter(incidents__case=case, is_return=True).select_related("courier")[:1]
    yield (parcels,)
    odd = any(is_odd_courier(each.courier, around(case).policy("return_couriers")) for each in parcels)
    can_inspect = case.state == "to_inspect" and by.role_in(case.shop_id) in RECEIVERS
    found = around(case).more.get("coming")
    return {"coming": found, "case": case, "is_exchange": case.kind == Exchange.KIND, "odd_courier": odd, "can_inspect": can_inspect}


def cost_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """What the case has cost with its children, once anything has moved."""
    cost = yield from ask_cost(case)
    return {"cost": None if cost.is_nothing else cost}


def order_panel(order: Order, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """The refunds and compensations of an order, and the way to ask for a refund."""
    refunds = newest_requests(Case.objects.for_actor(by).filter(order=order, kind__in=KINDS_OF_MONEY))
    can_ask = by.role_in(order.shop_id) in Refund.OPENED_BY and order.room > 0
    return {"refunds": refunds, "can_ask": can_ask} if refunds or can_ask else {}


def net_of(rows: Iterable[Ledger]) -> Decimal:
    """Yuan that left (below zero) or came in; what is only set aside does not count."""
    moved = [each for each in rows if each.entry in (Ledger.Entry.SETTLE, Ledger.Entry.POST)]
    return sum((each.amount if each.direction == Ledger.Direction.IN else -each.amount for each in moved), start=Decimal("0.00"))
