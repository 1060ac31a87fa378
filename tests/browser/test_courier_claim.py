"""Signed for and not received, in a real browser: until the courier's statement has paid the claim."""

import io
import zipfile
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case, Ledger
from orders.models import Shop
from refunds.books.cost import cost_of
from refunds.models import Recovery
from tests.browser.day import Day, case_of, import_lists, open_case, take_step
from tests.browser.test_customer_upload import a_file
from tests.browser.worker import worker  # noqa: F401  (a fixture)
from tests.cast import MONDAY, make_user
from tests.logistics.incidents import hours
from tests.logistics.signed import NOWHERE, a_signed_parcel
from tests.orders.lists import as_csv
from tests.refunds.claims import a_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def day(open_page, story_clock):
    make_user("agent", "agent", Shop.objects.create(code="demo", name="样例旗舰店"))
    return Day(open_page, story_clock, MONDAY)


@pytest.mark.rule("L1.1", "L1.2", "L1.4", "L13.1")
def test_from_signed_and_not_received_to_the_paid_claim(day, worker, tmp_path):  # noqa: F811
    parcel = a_signed_parcel(Shop.objects.get())
    page = day.as_("agent")

    # The courier cannot find it and owes the full price.
    incident = open_case(page, "signed_not_received", parcel.orders.get().number)
    take_step(page, "address_checked", address="right", lives_at="home", **NOWHERE)
    take_step(page, "signer_asked", whom="courier", way="phone")
    take_step(page, "cannot_be_found", said="客服小王：底单不是本人签收")
    take_step(page, "loss_explained", wish="refund")

    # One press makes the claim; its last paper completes it, and all of it is one download.
    page.get_by_role("button", name="向快递理赔").click()
    claim = case_of(page)
    assert (claim.kind, claim.state, claim.claim.incident) == ("courier_claim", "registered", incident)
    page.set_input_files("#evidence-file", [a_file(1)])
    page.select_option("#evidence-kind", "platform")
    page.locator("form[action*='/evidence/'] button[type=submit]").click()
    expect(page.locator(".context")).to_contain_text("2 / 2")
    with page.expect_download() as download:
        page.get_by_role("link", name="理赔函和材料（ZIP）").click()
    book = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert parcel.waybill in book.read("理赔函.html").decode()
    take_step(page, "file", number="LP0001")

    # The monthly statement pays it, once.
    day.now += hours(24)
    page = day.as_("agent")
    statement = tmp_path / "中通11月账单.csv"
    statement.write_bytes(as_csv([a_row(parcel.waybill, "100.00", 理赔单号="LP0001"), a_row("73000000000009", "5.00")]))
    import_lists(page, statement)
    page.goto("/claims/?tab=unmatched")
    expect(page.locator("tbody")).to_contain_text("73000000000009")
    page.goto(f"/cases/{claim.pk}/")
    expect(page.locator(".case__head")).to_contain_text("快递已赔付")
    page.goto(f"/cases/{incident.pk}/")
    expect(page.locator(".context")).to_contain_text("−100.00")
    assert Case.objects.get(pk=claim.pk).state == "paid"
    assert (cost_of(incident).came_in, Recovery.objects.get().amount, Ledger.objects.get(kind="claim").direction) == (
        Decimal("100.00"),
        Decimal("100.00"),
        "in",
    )
    assert verify_invariants() == verify_audit() == []
