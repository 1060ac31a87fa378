"""Intake: one paste leads to the order, the kinds in their order, and the case or note that follows (L0.1, L0.5)."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.note_order import note_order
from casework.intake.look import look
from casework.likely import Weight
from casework.models import Case, Journal, JournalText
from casework.notes import notes_of
from casework.reading import timeline
from logistics.models import IncidentFacts
from orders.errors import Malformed, NotAllowed, NotFound
from orders.models import Buyer, Membership, Order
from orders.vault import unseal
from tests.builders import a_parcel, an_order, an_unreachable, numbers
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.signed import a_signed_parcel
from tests.page import browser_of, fields_of, text_of

pytestmark = pytest.mark.rule("L0.5")


@pytest.fixture
def order(shop):
    return an_order(shop, waybill=f"YT77880{next(numbers):05d}")


@pytest.fixture
def waybill(order):
    return order.waybills[0]


def seen(text, who, pick=""):
    return look(text, by=acts(who), now=MONDAY, pick=pick)


def opening(text, who, kind):
    return next(each for each in seen(text, who).openings if kind == each.kind.KIND)


def codes(found):
    return [each.code for each in found.found.unread]


# What is found ---------------------------------------------------------------------------------------


@pytest.mark.rule("L0.1")
def test_number_waybill_link_chat_and_name_all_lead_to_the_order(agent, order, waybill):
    link = f"https://trade.taobao.com/trade/detail/trade_item_detail.htm?bizOrderId={order.number}"
    chat = f"{order.buyer.nick}(2026-11-23 09:12:44):\n亲，{waybill.lower()} 这个快递什么情况呀"
    for text in (order.number, waybill, f" {waybill.lower()} ", link, chat, order.buyer.nick):
        found = seen(text, agent)
        assert (found.order, codes(found)) == (order, [])


@pytest.mark.rule("L0.1")
def test_a_buyer_who_is_named_beside_the_waybill_is_not_called_unknown(agent, order, waybill):
    Buyer.objects.filter(pk=order.buyer_id).update(nick="tb169481827")
    found = seen(f"顾客 tb169481827 (10:20): 我的快递 {waybill} 还没到", agent)
    assert (found.order, codes(found)) == (order, [])
    assert seen("顾客 tb169481827 来催件", agent).order == order


def test_what_nobody_knows_is_named_beside_what_is_known(agent, order):
    found = seen(f"{order.number} 和 SF0000000000001", agent)
    assert found.order == order
    assert [(each.text, each.code) for each in found.found.unread] == [("SF0000000000001", "not_found")]


def test_another_shops_order_is_as_unknown_as_an_invented_one(outsider, order, waybill):
    for text in (order.number, waybill, order.buyer.nick):
        found = seen(text, outsider)
        assert (found.options, found.openings, found.found.hits) == ([], [], [])
    assert codes(seen(order.number, outsider)) == codes(seen("5118000000099999999", outsider)) == ["not_found"]


def test_a_buyer_of_several_orders_is_asked_which_the_newest_first(agent, shop, order):
    other = an_order(shop)
    Order.objects.filter(pk=other.pk).update(buyer=order.buyer, ordered_at=MONDAY + dt.timedelta(hours=1))
    found = seen(order.buyer.nick, agent)
    assert [each.order for each in found.options] == [other, order]
    assert (found.picked, found.openings, found.is_several) == (None, [], False)
    assert seen(order.buyer.nick, agent, pick=found.options[1].key).order == order


def test_an_order_of_several_parcels_is_asked_which_and_may_stay_the_order(agent, order, waybill):
    a_parcel(order, "YT7788999999")
    found = seen(order.number, agent)
    assert [each.choice.waybill for each in found.options] == ["YT7788999999", waybill, ""]
    assert seen(order.number, agent, pick=f"{order.pk}:{waybill}").picked.choice.waybill == waybill
    assert seen(order.number, agent, pick=f"{order.pk}:").picked.choice.waybill == ""


def test_what_was_not_offered_cannot_be_picked(agent, shop, order):
    other = an_order(shop)
    an_order(shop)
    assert seen(f"{order.number} {other.number}", agent, pick=f"{order.pk + 9999}:").picked is None


def test_a_case_number_leads_to_the_case(agent):
    case = an_unreachable(agent)
    assert [each.case_id for each in seen(case.number.lower(), agent).found.cases] == [case.pk]


# The kinds -------------------------------------------------------------------------------------------


@pytest.mark.rule("L0.1")
def test_what_was_signed_for_is_likely_not_received_and_what_cannot_be_is_said(agent, shop):
    parcel = a_signed_parcel(shop)
    found = seen(parcel.waybill, agent)
    assert found.openings[0].kind.KIND == "signed_not_received"
    assert found.openings[0].ranked.weight == Weight.FITS
    stalled = next(each for each in found.openings if each.kind.KIND == "stalled")
    assert (stalled.can_be_opened, stalled.error.code) == (False, "parcel_has_arrived")


def test_a_kind_that_is_open_already_leads_to_its_case(agent, order, waybill):
    case = an_unreachable(agent, order=order)
    found = opening(waybill, agent, "unreachable")
    assert (found.existing, found.can_be_opened) == (case, False)
    assert opening(waybill, agent, "stalled").can_be_opened


def test_several_numbers_stand_in_the_order_in_which_they_were_pasted(agent, shop):
    pasted = [
        each.number if place % 2 else each.waybills[0]
        for place, each in enumerate(an_order(shop, waybill=f"YT88990{n:05d}") for n in (7, 3, 9, 1))
    ]
    assert [each.choice.texts[0] for each in seen("\n".join(pasted), agent).options] == pasted


def test_looking_asks_as_many_queries_for_a_long_chat(agent, shop, order, django_assert_num_queries):
    by = acts(agent)
    with CaptureQueriesContext(connection) as short:
        look(order.number, by=by, now=MONDAY)
    noise = "\n".join(f"SF{number:013d} 张三：在吗" for number in range(200))
    with django_assert_num_queries(len(short)):
        look(f"{order.number}\n{noise}", by=by, now=MONDAY)


def test_who_opens_nothing_is_shown_nothing(auditor, order, waybill):
    browser = browser_of(auditor)
    assert browser.post("/cases/new/look/", {"text": waybill}).status_code == 403
    assert order.number not in browser.get(f"/cases/new/?waybill={waybill}").content.decode()


# Opening ---------------------------------------------------------------------------------------------


def sent(browser, found, **form):
    once = fields_of(found, "once")[0]
    hidden = {name: fields_of(found, name)[0] for name in ("order", "waybill", "pick", "text") if fields_of(found, name)}
    return browser.post("/cases/new/", hidden | {"once": once, "note": "", "wanted": ""} | form)


def test_the_page_opens_what_was_pasted_and_takes_down_what_the_data_know(agent, shop):
    parcel = a_signed_parcel(shop)
    order = parcel.orders.get()
    browser = browser_of(agent)
    page = browser.post("/cases/new/look/", {"text": parcel.waybill})
    assert 'value="signed_not_received" required><' in page.content.decode()
    answer = sent(browser, page, kind="signed_not_received", note="没有收到", wanted="补发，电话13912345678")
    case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/"
    facts = timeline(case).get().facts
    assert (facts["order"], facts["waybill"], facts["stage"]) == (order.number, parcel.waybill, "signed")
    assert {"bought_at", "sent_to", "courier", "delivered_at", "last_event_at"} <= set(facts)
    assert facts["wanted"] == "补发，电话[电话]"
    assert IncidentFacts.objects.get(case=case).taken_down == facts
    assert "The customer wants: 补发" in text_of(browser.get(answer["Location"]))


@pytest.mark.rule("L0.1")
def test_a_complaint_that_was_told_whole_is_not_asked_again_what_happened(agent, order, waybill):
    browser = browser_of(agent)
    page = browser.post("/cases/new/look/", {"text": waybill})
    sent(browser, page, kind="logistics_complaint", note="三天没动", wanted="退款")
    assert "recorded" in IncidentFacts.objects.get().answers["checks"]


def test_a_paste_that_means_several_things_opens_nothing(agent, shop, order):
    other = an_order(shop)
    answer = browser_of(agent).post("/cases/new/", {"kind": "stalled", "text": f"{order.number} {other.number}", "note": "在吗"})
    assert answer.status_code == 400
    assert "Choose first which order is meant." in text_of(answer)
    assert "在吗" in answer.content.decode()
    assert not Case.objects.exists()


def test_a_second_one_is_refused_with_the_first_over_page_and_api(agent, agent2, order, waybill):
    first = an_unreachable(agent, order=order)
    page = browser_of(agent2).post("/cases/new/", {"kind": "unreachable", "waybill": waybill})
    assert page.status_code == 422
    assert f'href="/cases/{first.pk}/"' in page.content.decode()
    answer = program(agent2).post("cases/", {"kind": "unreachable", "waybill": waybill})
    assert (answer.status_code, answer.json()["code"], answer.json()["case"]) == (422, "already_open", first.pk)


def test_the_pages_of_others_hold_neither_the_paste_nor_the_address_of_it(agent):
    """A chat may hold a phone: it is posted, never a part of an address."""
    page = browser_of(agent).get("/cases/new/").content.decode()
    assert 'method="post" action="/cases/new/look/"' in page


def test_over_the_api_the_same_is_told(agent, order, waybill):
    told = program(agent).post("intake/", {"text": f"{waybill} 13912345678"}).json()
    assert (told["picked"], told["options"][0]["order"]) == (f"{order.pk}:{waybill}", order.number)
    assert told["not_understood"] == [{"text": "139****5678", "code": "phone", "why": told["not_understood"][0]["why"]}]
    kinds = {each["kind"]: each for each in told["kinds"]}
    assert kinds["no_record"]["weight"] == 2
    assert (kinds["signed_not_received"]["possible"], kinds["signed_not_received"]["refusal"]) == (False, "not_signed")


# A note without a case -------------------------------------------------------------------------------


def test_what_is_settled_at_once_is_a_note_on_the_order_and_no_case(agent, order, waybill):
    browser = browser_of(agent)
    page = browser.post("/cases/new/look/", {"text": waybill})
    answer = sent(browser, page, only_note="1", note="已告知明天到，电话13912345678")
    assert answer["Location"] == f"/orders/{order.pk}/"
    assert not Case.objects.exists()
    row = Journal.objects.get(step="note")
    assert (row.object_type, row.object_id, row.actor, row.shop, row.note) == (
        "order",
        str(order.pk),
        agent,
        order.shop,
        "已告知明天到，电话[电话]",
    )
    assert unseal(JournalText.objects.get(journal_id=row.pk).ciphertext) == "已告知明天到，电话13912345678"
    assert "已告知明天到，电话[电话]" in text_of(browser.get(answer["Location"]))


def test_a_note_is_refused_empty_for_other_roles_and_other_shops(agent, auditor, outsider, order):
    for who, error in ((agent, Malformed), (auditor, NotAllowed), (outsider, NotFound)):
        with pytest.raises(error):
            note_order(order.pk, note=" " if who is agent else "x", by=acts(who), at=MONDAY)
    assert not notes_of(Order.objects.all()).exists()


def test_notes_are_kept_and_listed_over_the_api(agent, order):
    for text in ("第一条", "第二条"):
        assert program(agent).post(f"orders/{order.pk}/notes/", {"note": text}).status_code == 201
    assert [each["note"] for each in program(agent).get(f"orders/{order.pk}/notes/").json()["results"]] == ["第二条", "第一条"]


def test_a_note_that_is_sent_twice_stands_once_on_the_page_and_over_the_api(agent, order, waybill, other_shop):
    browser = browser_of(agent)
    page = browser.post("/cases/new/look/", {"text": waybill})
    addresses = {sent(browser, page, only_note="1", note="已告知明天到")["Location"] for _click in range(2)}
    assert addresses == {f"/orders/{order.pk}/"}
    key = {"Idempotency-Key": "note-1"}
    answers = [program(agent).post(f"orders/{order.pk}/notes/", {"note": "再来电"}, **key) for _try in range(2)]
    assert answers[0].content == answers[1].content
    assert sorted(Journal.objects.filter(step="note").values_list("note", flat=True)) == ["再来电", "已告知明天到"]
    Membership.objects.filter(user=agent).update(shop=other_shop)
    assert program(agent).post(f"orders/{order.pk}/notes/", {"note": "再来电"}, **key).status_code == 404
