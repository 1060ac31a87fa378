"""What no column can hold is refused in one place, before any page looks at it: 400, and nothing changed."""

import pytest
from django.urls import get_resolver
from django.utils.safestring import SafeString

from casework.actions.advance import advance
from casework.models import Journal
from orders.errors import Malformed
from refunds.models import Request
from tests.builders import a_refund, a_wish
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.page import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.fault("L2")]

# What strangers send is read by their own doors: pushes of couriers, photos of customers.
THEIRS = {"kuaidi100_push", "customer_upload"}

# Parts of an address that are one of a few words.
CHOICES = {"way": "next"}


def shapes(api):
    """Our addresses with a 1 wherever something stands in them: those of the API, or those of the pages."""
    named = [name for name in get_resolver().reverse_dict if isinstance(name, str) and name not in THEIRS]
    found = [get_resolver().reverse_dict.getlist(name)[0][0][0] for name in named if name.startswith("api-") == api]
    return ["/" + shape % (dict.fromkeys(names, "1") | CHOICES) for shape, names in found]


def test_no_page_takes_nul_in_an_address_or_a_form(manager, monkeypatch):
    browser, addresses = browser_of(manager), shapes(api=False)
    assert len(addresses) > 80
    for address in [*addresses, "/admin/refunds/refund/", "/admin/orders/order/"]:
        for sent in ({"order": "1\x00"}, {"a\x00b": "1"}):
            for answer in (browser.get(address, sent), browser.post(address, sent)):
                assert answer.status_code == 400, (address, sent)
        # The page that says so is the same for all; the first address has drawn it.
        monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_template_and_context: SafeString())
    assert not Journal.objects.filter(actor=manager).exists()


def test_no_list_of_the_api_takes_it_either(manager):
    api, refused = program(manager), 0
    for address in shapes(api=True):
        if "v1" in address and (answer := api.get(address.removeprefix("/api/v1/"), {"order": "1\x00"})).status_code != 405:
            refused += answer.status_code == 400
            assert answer.status_code in (400, 404), address
    assert refused > 5


@pytest.mark.parametrize("text", [str(2**63), str(2**70), "9" * 40, "-1", "１"])
def test_an_id_that_no_row_can_have_names_nothing(agent, text):
    browser = browser_of(agent)
    for kind in ("refunds", "compensations", "gifts", "returns", "exchanges", "out-of-stock", "invoices", "reshipments"):
        for name in ("case", "again"):
            assert browser.get(f"/{kind}/new/", {name: text, "order": "1"}).status_code in (200, 400, 404)


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "1999-12", "2101-01", "2026-13", "x"])
def test_a_month_in_which_no_shop_was_open_is_no_month(finance, month):
    for address in ("/reconciliation/", "/reconciliation/export.xlsx"):
        assert browser_of(finance).get(address, {"month": month}).status_code == 400


@pytest.mark.parametrize("line", [2**63, 2**70, 0, -1, True])
def test_a_line_that_cannot_be_is_refused_when_asked_anew(agent, line):
    case = a_refund(agent)
    wish = {name: value for name, value in a_wish(case.order).items() if name != "order"}
    with pytest.raises(Malformed) as refused:
        advance(case.pk, "ask_again", by=acts(agent), at=MONDAY, facts={"request": wish | {"lines": [{"line": line, "amount": "1.00"}]}})
    assert refused.value.code in ("bad_line", "bad_value")
    assert Request.objects.count() == 1
