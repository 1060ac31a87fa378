"""What casework itself puts into the rail and on the page of an order."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case, Promise
from casework.models.promise import PROMISE
from casework.notes import notes_of
from casework.policies import Policies
from casework.promised import why_not_back
from casework.questions import waiting
from casework.registry import NEWS, OWN_CLOCKS, NavItem, OwnClock, Panel, add_nav, add_panel, add_place
from orders.access import Actor
from orders.models import Order
from orders.pages import OrderPanel, add_order_panel
from orders.roles import AGENTS, EVERYBODY, LEADS, PACKERS, STAFF, Role
from orders.together import Reading


def register() -> None:
    """Fill rail and order page; called from AppConfig.ready."""
    add_nav(NavItem("today", _("Today"), "today", "today", EVERYBODY, position=10))
    add_nav(NavItem("queue", _("Queue"), "queue", "queue", EVERYBODY, position=20))
    add_nav(NavItem("todo", _("To answer"), "todo", "check", PACKERS | LEADS, waiting, position=25))
    add_nav(NavItem("team", _("Team"), "team", "me", LEADS, position=28))
    add_nav(NavItem("words", _("Scripts"), "words_of_scripts", "note", AGENTS | {Role.ADMIN}, position=66))
    add_place(NavItem("rules", _("Rules for replies"), "words_of_rules", "shield", AGENTS | {Role.ADMIN}))
    add_nav(NavItem("imports", _("Import"), "imports", "import", STAFF | {Role.ADMIN}, position=70))
    add_place(NavItem("promises", _("Promises to the customer"), "promises", "clock", AGENTS))
    add_place(NavItem("new_case", _("New case"), "new_case", "add", STAFF))
    add_place(NavItem("me", _("My page"), "me", "me", EVERYBODY))
    add_place(NavItem("password", _("Change password"), "password", "shield", EVERYBODY))
    add_place(NavItem("api-docs", _("API"), "api-docs", "link", LEADS | {Role.ADMIN}))
    NEWS["promise_due"] = _("A promise to the customer is due")
    add_panel(Panel("promises", "casework/promise_panel.html", promise_panel, position=15, form="promise"))
    OWN_CLOCKS[PROMISE] = OwnClock(_("Promise to the customer"), "promise_due")
    add_order_panel(OrderPanel("cases", "casework/order_cases.html", order_cases, position=10))
    add_order_panel(OrderPanel("notes", "casework/order_notes.html", order_notes, position=12))


def order_notes(order: Order, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """The notes without a case on the order; nothing where there are none."""
    notes = list(notes_of(Order.objects.for_actor(by).filter(pk=order.pk)))
    return {"notes": notes} if notes else {}


def order_cases(order: Order, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """The cases of an order, open ones first."""
    rows = Case.objects.for_actor(by).filter(order=order).select_related("owner")
    return {"cases": list(rows.order_by("-closed_at", "-pk"))}


def promise_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """What was promised to the customer (S1.4), open ones first; and the form for one more."""
    promises = Promise.objects.filter(case=case).select_related("made_by")
    yield (promises,)
    rows = sorted(promises, key=lambda each: (not each.is_open, each.due_at, each.pk))
    is_agent, policies = by.role_in(case.shop_id) in AGENTS, Policies(now)
    return {
        "promises": [(each, f"promise-{each.pk}") for each in rows],
        "may_back": {
            each.pk for each in rows if is_agent and not each.is_open and why_not_back(each, by, case.shop_id, policies, now) is None
        },
        "open_promises": sum(each.is_open for each in rows),
        "may_promise": is_agent and case.is_open,
        "may_end": is_agent,
        "now": now,
    }
