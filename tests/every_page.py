"""Every page of the desk with something on it, by the addresses that the URL configuration knows: a new page without a sample is missed."""

import datetime as dt

from django.urls import URLPattern, get_resolver, reverse

from casework.actions.ask_photos import make_link
from casework.actions.deeds import add_note
from casework.actions.promise import make_promise
from casework.models import Evidence
from logistics.models import Courier, NightlyRun
from orders.models import HeldRow, ImportFile, ImportRun, Line, Memo
from refunds.actions.ask_invoice import ask_invoice
from refunds.models import CameBackAfterRefund, QualityFault, StrayParcel
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import MONDAY, acts
from tests.counting import nothing_counted
from tests.each_kind import an_outage
from tests.logistics.addresses import a_change, a_paid_order, a_sent_order, an_intercept
from tests.logistics.goods import a_damaged, a_wrong
from tests.logistics.incidents import to_mend
from tests.page import logged_in
from tests.refunds.claims import a_claim, a_line, a_loss
from tests.refunds.returns import a_return, arrived, photographed

HOUR = dt.timedelta(hours=1)
LONG = "一个有四十个字的名字" * 4
# Who is asked first for a page; the others where it is not for them.
ROLES = ("supervisor", "agent", "finance", "warehouse", "manager")
# Addresses under these are no pages of the workbench; the admin has its own tests.
NO_PAGES = ("admin/", "api/", "healthz", "readyz", "i18n/", "webhooks/")


def a_busy_desk(shop, agent, supervisor, finance, warehouse):
    """Something on every page. Returns what addresses need: their names with the arguments or the query of each sample."""
    order = an_order(shop, lines=("159.00", "78.00"), freight="12.00", waybill="SF99999999999999999999")
    order.buyer.nick = LONG
    order.buyer.save()
    Line.objects.filter(order=order).update(title=LONG, sku=LONG)
    Memo.objects.create(order=order, at=MONDAY, text=LONG, source="import")
    trying = an_unreachable(agent, order=order, at=MONDAY - HOUR, state="trying")
    add_note(trying.pk, note=LONG, by=acts(agent), at=MONDAY)
    make_promise(trying.pk, what=LONG, due_at=MONDAY + HOUR, by=acts(agent), at=MONDAY)
    _link, token = make_link(trying.pk, kinds=["photo_box"], by=acts(agent), at=MONDAY)
    _a_photo(trying)
    asked = a_refund(agent, order=order)
    a_refund(agent, approved_by=supervisor)
    lost, change, damaged, wrong = to_mend(agent), a_change(agent, a_paid_order(shop)), a_damaged(agent), a_wrong(agent)
    here = a_return(agent)
    photographed(here, warehouse) if arrived(here, warehouse) else None
    invoice = ask_invoice({"order": order.number, "type": "company"}, by=acts(agent), at=MONDAY)
    claim = a_claim(agent)
    a_loss(agent)
    a_line(shop)
    run = _an_import(shop)
    outage, intercept = an_outage(shop, agent), an_intercept(a_change(agent, a_sent_order(shop)), agent)
    waiting = an_order(shop, status="wait_ship", shipped_at=None)
    _left_at_the_returns_desk(shop, lost, agent)
    NightlyRun.objects.create(shop=shop, at=MONDAY, started_at=MONDAY)
    paid = a_refund(agent, approved_by=supervisor, paid_by=finance)
    cases = [trying, asked, paid, lost, change, damaged, here, claim]
    of_order, of_case = f"?order={order.number}", f"?case={trying.pk}"
    return {
        "case": [[each.pk] for each in cases],
        "case_print": [[trying.pk], [paid.pk]],
        "case_turn": [[trying.pk, "previous"], [trying.pk, "next"]],
        "order": [[order.pk]],
        "import": [[run.pk]],
        "import-held": [[run.pk]],
        "import-held-csv": [[run.pk]],
        "import-progress": [[run.pk]],
        "customer_upload": [[token], ["no-such-link"]],
        "parcel": [[trying.incident.parcel_id]],
        "shipping_columns": [[shop.code]],
        "statement-columns": [[shop.code]],
        "goods_named": [[wrong.pk]],
        "address": [[change.pk]],
        "address-intercept": [[intercept.pk]],
        "outage": [[outage.pk]],
        "evidence": [],
        "claim-papers": [],
        "claims-sheet": [],
        "invoice": [[invoice.pk]],
        "return-inspect": [[here.pk]],
        "approval": [[asked.pk]],
        "claim-letter": [[claim.pk]],
        "queue": ["?tab=all", "?q=nothing-like-it"],
        "palette": ["", f"?q={order.number[:8]}"],
        "refund-new": ["", of_order, of_case],
        "compensation-new": ["", of_order],
        "gift-new": ["", of_order],
        "invoice-new": [of_order],
        "out-of-stock-new": [f"?order={waiting.number}"],
        "return-new": ["", of_order],
        "exchange-new": ["", of_order],
        "reshipment-new": [f"?case={lost.pk}"],
        "claims": ["", "?tab=to_file", "?tab=unmatched"],
        "approve-many": [f"?case={asked.pk}"],
        "new_case": ["", of_order],
        "styleguide": [""],
        "case_scripts": [[trying.pk], [paid.pk]],
        "words": [["scripts"], ["rules"]],
        "word": [["scripts", "unreachable-short"], ["rules", "money"]],
        "new_word": [["scripts"], ["rules"]],
    }


def _a_photo(case):
    facts = {"mime": "image/png", "size": 1, "width": 1, "height": 1, "sha256": "0", "original_sha256": "0", "uploaded_at": MONDAY}
    Evidence.objects.create(case=case, kind="photo_box", path="nowhere", **facts)


def _an_import(shop):
    run = ImportRun.objects.create(shop=shop, channel="page", state="done", at=MONDAY)
    file = ImportFile.objects.create(run=run, name=f"{LONG}.csv")
    HeldRow.objects.create(shop=shop, run=run, file=file, line=2, code="unknown_status")
    return run


def _left_at_the_returns_desk(shop, case, keeper):
    """A fault for the department, a parcel that nobody knows, and goods that came back after their refund."""
    QualityFault.objects.create(case=case, line=case.order.lines.get(), quantity=1, found_at=MONDAY)
    StrayParcel.objects.create(shop=shop, waybill="YT1234567890123", came_at=MONDAY, kept_by=keeper)
    facts = {"order": case.order, "waybill": case.order.waybills[0], "courier": Courier.objects.first()}
    CameBackAfterRefund.objects.create(shop=shop, refunded="1.00", at=MONDAY, **facts)


def routes(patterns=None, prefix=""):
    """(route, name) of every address that people may open in the workbench."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(each.pattern)
        if route.lstrip("^").startswith(NO_PAGES) or "/api/" in route:
            continue
        if isinstance(each, URLPattern):
            yield route, each.name or ""
        else:
            yield from routes(each.url_patterns, route)


def pages(samples, people):
    """(role, address, answer) of every page, each opened by the first who may; none counts rows or is blank.
    What takes a POST only, or is no page, is left out."""
    clients = {role: logged_in(people[role]) for role in ROLES}
    for name in dict.fromkeys(name for _route, name in routes() if name):
        for address in addresses(name, samples):
            for role in ROLES:
                with nothing_counted(address):
                    answer = clients[role].get(address)
                if answer.status_code not in (403, 404):
                    break
            assert answer.status_code in (200, 302, 405) or name in samples, f"{name} needs a sample ({address}: {answer.status_code})"
            assert answer.status_code == 302 or answer.streaming or answer.content, f"{address} is a blank page ({answer.status_code})"
            if answer.status_code not in (302, 405) and is_page(answer):
                yield role, address, answer


def is_page(answer):
    """Whether it is a whole page; files and parts that a script puts into one are not."""
    if answer.streaming:
        answer.close()
        return False
    return answer.headers.get("Content-Type", "").startswith("text/html") and "<!doctype html>" in answer.content[:200].decode().lower()


def addresses(name, samples):
    """The addresses of a page with its samples; one made up where there is none, which may lead to a POST only."""
    given = samples.get(name)
    if given is None:
        return [reverse(name, kwargs=made_up(name))]
    return [reverse(name) + each if isinstance(each, str) else reverse(name, args=each) for each in given]


def made_up(name):
    """Arguments of the right form for an address."""
    [(_pattern, names)] = get_resolver().reverse_dict.getlist(name)[0][0][:1]
    return {each: 0 if each.endswith("_id") else "x" for each in names}
