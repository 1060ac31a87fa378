"""The pages of courier claims: what is owed, what is filed, what a statement pays, and what goes out to the courier."""

import io
import zipfile

import openpyxl
import pytest

from casework.actions.add_evidence import add_evidence
from casework.models import Journal
from logistics.models import ClaimWindow, Loss
from orders.access import Actor
from orders.models import Line
from orders.straight import TURNING
from refunds.actions.reverse_claims import reverse_claims
from refunds.models import StatementLine
from tests.callers import a_picture
from tests.cast import MONDAY, acts
from tests.logistics.incidents import state_of
from tests.orders.lists import Desk
from tests.page import browser_of, text_of
from tests.refunds.claims import a_claim, a_line, a_loss, a_row, claim_of, filed, waybill_of

pytestmark = [pytest.mark.rule("L13.1"), pytest.mark.usefixtures("database_clock")]


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)


def test_a_loss_is_claimed_from_its_case_in_one_step(agent):
    loss = a_loss(agent)
    browser = browser_of(agent)
    page = browser.get(f"/cases/{loss.case_id}/")
    assert "Claim it from the courier" in text_of(page)
    answer = browser.post("/claims/new/", {"loss": loss.pk}, follow=True)
    assert "Registered; to be filed" in text_of(answer)
    assert "Claim it from the courier" not in text_of(browser.get(f"/cases/{loss.case_id}/"))


def test_losses_without_a_claim_are_a_list_and_claimed_together(agent, outsider, django_assert_max_num_queries):
    losses = [a_loss(agent) for _ in range(3)]
    browser = browser_of(agent)
    assert losses[0].parcel.waybill not in text_of(browser_of(outsider).get("/claims/"))
    with django_assert_max_num_queries(30):
        page = browser.get("/claims/")
    assert all(each.parcel.waybill in text_of(page) for each in losses)
    answer = browser.post("/claims/new/", {"loss": [each.pk for each in losses]}, follow=True)
    assert "3 claims are registered." in text_of(answer)
    assert browser.post("/claims/new/", {"loss": losses[0].pk}).status_code == 422
    assert browser.post("/claims/new/", {}).status_code == 400
    with django_assert_max_num_queries(45):
        assert "1/2" in text_of(browser.get("/claims/?tab=to_file"))


def test_every_list_opens_empty(agent):
    browser = browser_of(agent)
    for tab in ("to_file", "open", "overdue", "unmatched", "give_back", "ended", "nonsense"):
        assert browser.get("/claims/", {"tab": tab}).status_code == 200


@pytest.mark.fault("Z4")
def test_who_has_nothing_to_do_with_claims_sees_none(agent, warehouse, auditor, outsider):
    case = a_claim(agent)
    assert browser_of(warehouse).get("/claims/").status_code == 403
    assert browser_of(auditor).get("/claims/").status_code == 200
    for path in (f"/claims/{case.pk}/papers.zip", f"/claims/{case.pk}/letter/"):
        assert browser_of(auditor).get(path).status_code == 403
        assert browser_of(outsider).get(path).status_code == 404
    assert browser_of(auditor).get("/claims/sheet.xlsx?courier=zhongtong").status_code == 403


def test_what_is_late_is_a_list(agent):
    case = a_claim(agent)
    ClaimWindow.objects.create(courier=claim_of(case).loss.courier, latest=1, answer=1)
    late = filed(agent, at=MONDAY - 30 * (MONDAY - MONDAY.replace(day=22)))
    page = text_of(browser_of(agent).get("/claims/?tab=overdue"))
    assert (late.number in page, case.number in page) == (True, False)


@pytest.mark.rule("S5.1")
def test_letter_and_papers_are_one_download_in_chinese(agent):
    case = a_claim(agent)
    Line.objects.filter(order=case.order).update(title="样例\u202e<b>马克杯</b>", sku="\u2067蓝色\u2069")
    for kind in ("courier_reply", "chat"):
        add_evidence(claim_of(case).incident_id, upload=a_picture(), kind=kind, by=acts(agent), at=MONDAY)
    answer = browser_of(agent).get(f"/claims/{case.pk}/papers.zip")
    assert answer.streaming
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.testzip() is None
    assert sorted(book.namelist()) == ["01-快递答复.png", "02-平台截图.png", "理赔函.html", "理赔函.txt"]
    html, text = book.read("理赔函.html").decode(), book.read("理赔函.txt").decode("utf-8-sig")
    for letter in (html, text):
        assert all(each in letter for each in (waybill_of(case), case.number, "100.00", "丢", case.order.number))
    assert ("<b>马克杯" in html, "样例<b>马克杯</b> 蓝色" in text, "\r\n" in text) == (False, True, True)
    assert TURNING.findall(html + text) == []
    entry = Journal.objects.get(step="claim_exported")
    assert (entry.case, entry.actor, entry.facts["files"]) == (case, agent, 4)


def test_the_sheet_holds_what_is_to_be_filed_with_one_courier(agent):
    case, other = a_claim(agent), filed(agent)
    Line.objects.filter(order=case.order).update(title="=1+1")
    answer = browser_of(agent).get("/claims/sheet.xlsx?courier=zhongtong")
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [waybill_of(case)]
    assert (rows[1][3], rows[1][7], waybill_of(other) in [row[0] for row in rows]) == (100, "'=1+1", False)
    assert Journal.objects.get(step="claims_exported").facts == {"rows": 1, "courier": "zhongtong"}
    assert browser_of(agent).get("/claims/sheet.xlsx?courier=x").status_code == 400


def test_a_line_is_settled_on_the_page(agent, finance, shop):
    case, line = filed(agent), a_line(shop, amount="100.00")
    assert "Pays this claim" not in text_of(browser_of(agent).get("/claims/?tab=unmatched"))
    browser = browser_of(finance)
    page = browser.get("/claims/?tab=unmatched")
    assert "No claim of this waybill" in text_of(page)
    forms = [form for form in page.content.decode().split("<form")[1:] if 'name="do"' in form]
    assert [('name="case"' in form, 'name="note"' in form) for form in forms] == [(True, False), (False, True)], "Enter does what was typed"
    refused = browser.post(f"/claims/lines/{line.pk}/", {"do": "match", "case": "AS-000000-0001"})
    assert (refused.status_code, "AS-000000-0001" in refused.content.decode()) == (400, True)
    assert browser.post(f"/claims/lines/{line.pk}/", {"do": "match", "case": case.number}).status_code == 302
    assert (state_of(case), StatementLine.objects.unmatched().count()) == ("paid", 0)


def test_money_for_what_turned_up_is_given_back_on_the_case(agent, finance, desk):
    case = filed(agent)
    desk.take([a_row(waybill_of(case), "100.00")], at=MONDAY)
    Loss.objects.filter(pk=claim_of(case).loss_id).update(ended_at=MONDAY)
    reverse_claims(by=Actor.system(), at=MONDAY)
    browser = browser_of(finance)
    assert case.number in text_of(browser.get("/claims/?tab=give_back"))
    assert "go back to the courier" in text_of(browser.get(f"/cases/{case.pk}/"))
    assert browser.post(f"/claims/{case.pk}/give-back/", {"amount": "40.00", "note": "月结冲减"}).status_code == 422
    answer = browser.post(f"/claims/{case.pk}/give-back/", {"amount": "100.00", "note": "月结冲减"}, follow=True)
    assert "Given back to the courier ¥100.00" in text_of(answer)
