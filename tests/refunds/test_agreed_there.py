"""What somebody agreed to on the platform past the desk: it is in the ledger under its case, the leads know, and a difference is booked by somebody else."""

import datetime as dt
from decimal import Decimal

import pytest

from casework.actions.advance import advance
from casework.actions.deeds import add_note
from casework.actions.outbox import SENDERS
from casework.actions.verify import verify_invariants
from casework.lists.queues import what_next
from casework.models import Case, Journal, Ledger, Outbox
from casework.reading import read_case
from orders.errors import StepRefused
from orders.models import Order, PlatformRefund, User
from refunds.actions.settle_difference import amounts_of, settle_difference
from refunds.books.cost import cost_of
from refunds.books.reconciliation import Kind, Month, differences, sums
from refunds.models import AskedThere, PaidThere, Refund, Settlement
from tests.builders import a_list_comes, a_platform_refund, a_refund, an_order
from tests.cast import MONDAY, acts
from tests.page import browser_of, text_of

HOUR = dt.timedelta(hours=1)
NOVEMBER = Month(2026, 11)
SMALL = {"payee": {"channel": "small_payment"}}


def pays(row, at=MONDAY):
    """The platform shows it as refunded; the import moves the order's counter with it."""
    PlatformRefund.objects.filter(pk=row.pk).update(is_open=False, is_paid=True, status="退款成功", finished_at=at)
    row.refresh_from_db()
    order = Order.objects.get(pk=row.order_id)
    Order.objects.filter(pk=order.pk).update(platform_refunded=order.platform_refunded + row.amount)


def letters():
    """The cases about which leads are told that nobody here approved."""
    return [each.payload["case"] for each in Outbox.objects.filter(payload__about="paid_without_approval", payload__to="leads")]


def posted():
    rows = Ledger.objects.filter(entry="post").order_by("pk")
    return list(rows.values_list("case_id", "amount", "direction", "channel", "party"))


def agrees(by):
    """Whether the month closes to the fen: the list, our books of the platform, register and ledger."""
    total = sums(acts(by), NOVEMBER)
    return total.there == total.here and total.register == total.ledger


@pytest.mark.rule("R1.1")
def test_what_staff_agreed_to_there_before_anybody_looked_costs_what_it_cost(finance, supervisor, shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    pays(row)
    a_list_comes(shop, MONDAY + HOUR)
    case = Refund.objects.get(asked_there__refund=row)
    assert (case.state, cost_of(case).net) == ("refunded_there", 30)
    assert posted() == [(case.pk, 30, "out", "platform", "unknown")]
    entry = Journal.objects.get(case=case, step="paid_without_approval")
    assert (entry.role, entry.facts["amount"], letters()) == ("system", "30.00", [case.pk])
    assert (PaidThere.objects.get().approval, agrees(finance), sums(acts(finance), NOVEMBER).unapproved) == (None, True, 30)
    assert "paid without approval here" in text_of(browser_of(supervisor).get(f"/cases/{case.pk}/"))
    a_list_comes(shop, MONDAY + 2 * HOUR)
    assert (len(posted()), letters(), verify_invariants()) == (1, [case.pk], [])


def test_the_leads_are_told_by_mail_in_words(supervisor, shop, mailoutbox):
    User.objects.filter(pk=supervisor.pk).update(email="lead@example.com")
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    pays(row)
    a_list_comes(shop, MONDAY + HOUR)
    SENDERS["notice"](Outbox.objects.get(payload__about="paid_without_approval").payload)
    assert [("平台" in each.subject, each.to) for each in mailoutbox] == [(True, ["lead@example.com"])]


def test_what_no_list_had_shown_as_open_gets_its_case_and_its_row(agent, finance, shop):
    a_refund(agent)
    row = a_platform_refund(an_order(shop))
    pays(row, MONDAY + HOUR)
    a_list_comes(shop, MONDAY + 2 * HOUR)
    case = Refund.objects.get(asked_there__refund=row)
    assert (case.state, cost_of(case).net, letters(), agrees(finance)) == ("refunded_there", 30, [case.pk], True)
    assert verify_invariants() == []


def test_what_was_paid_before_the_desks_first_case_is_history(agent, finance, shop):
    a_refund(agent)
    pays(a_platform_refund(an_order(shop)), MONDAY - HOUR)
    a_list_comes(shop)
    assert (posted(), letters()) == ([], [])
    assert [each.kind for each in differences(acts(finance), NOVEMBER)] == [Kind.NOT_HERE]


def test_a_refund_that_waits_for_finance_is_the_platforms_payment_until_somebody_says_otherwise(agent, supervisor, finance, shop):
    case = a_refund(agent, approved_by=supervisor)
    row = a_platform_refund(case.order)
    pays(row)
    a_list_comes(shop, MONDAY + HOUR)
    assert (posted(), AskedThere.objects.filter(refund=row).exists()) == ([], False)
    with pytest.raises(StepRefused) as refused:
        book(differences(acts(finance), NOVEMBER)[0], finance)
    assert [(each.code, case.number in str(each.text)) for each in refused.value.reasons] == [("refund_waits", True)]
    advance(
        case.pk, "record_payout", by=acts(finance), at=MONDAY + HOUR, facts={"platform_number": row.number, "paid_at": MONDAY.isoformat()}
    )
    a_list_comes(shop, MONDAY + 2 * HOUR)
    assert (posted(), differences(acts(finance), NOVEMBER), agrees(finance)) == ([], [], True)


@pytest.mark.parametrize(("approved", "told"), [(True, False), (False, True)])
def test_who_closes_it_as_refunded_there_books_it_and_a_leads_yes_is_kept(agent, supervisor, finance, shop, approved, told):
    case = a_refund(agent, approved_by=supervisor if approved else None)
    row = a_platform_refund(case.order)
    a_list_comes(shop)
    pays(row)
    advance(case.pk, "close_refunded_there", by=acts(agent), at=MONDAY + HOUR)
    kept = PaidThere.objects.get()
    assert (kept.case_id, kept.amount, kept.by, kept.approval is not None) == (case.pk, 30, agent, approved)
    assert (cost_of(case).net, letters() == [case.pk], agrees(finance)) == (30, told, True)
    entry = Journal.objects.get(case=case, step="close_refunded_there")
    assert ("without_approval" in entry.facts) == told
    order = Order.objects.get(pk=case.order_id)
    assert (order.reserved, order.room, verify_invariants()) == (0, 70, [])


def test_a_case_whose_payment_stands_under_another_is_closed_and_books_nothing_again(agent, supervisor, finance, shop):
    order = an_order(shop)
    first, _second = a_refund(agent, order=order, amount="20.00", approved_by=supervisor), a_refund(agent, order=order, amount="10.00")
    row = a_platform_refund(order)
    a_list_comes(shop)
    case = Refund.objects.get(asked_there__refund=row)
    add_note(case.pk, note="在看", by=acts(agent), at=MONDAY)
    paid = {"platform_number": row.number, "paid_at": MONDAY.isoformat()}
    advance(first.pk, "record_payout", by=acts(finance), at=MONDAY, facts=paid)
    pays(row)
    a_list_comes(shop, MONDAY + HOUR)
    assert advance(case.pk, "close_refunded_there", by=acts(agent), at=MONDAY + 2 * HOUR).state == "refunded_there"
    (found,) = differences(acts(finance), NOVEMBER)
    assert (found.kind, found.there, found.here, found.case) == (Kind.AMOUNTS, 30, 20, first.number)
    assert (PaidThere.objects.exists(), letters(), verify_invariants()) == (False, [], [])


def test_more_than_was_approved_is_no_approval(agent, supervisor, shop):
    case = a_refund(agent, amount="20.00", approved_by=supervisor)
    row = a_platform_refund(case.order)
    a_list_comes(shop)
    pays(row)
    advance(case.pk, "close_refunded_there", by=acts(agent), at=MONDAY + HOUR)
    assert (PaidThere.objects.get().approval, letters()) == (None, [case.pk])


def test_what_a_lead_refused_and_somebody_paid_there_is_no_secret(agent, supervisor, shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    case = Refund.objects.get(asked_there__refund=row)
    advance(case.pk, "refuse", by=acts(supervisor), at=MONDAY, facts={"reason": "不符"})
    pays(row)
    a_list_comes(shop, MONDAY + HOUR)
    assert (Case.objects.get(pk=case.pk).state, cost_of(case).net, letters()) == ("rejected", 30, [case.pk])


def test_what_was_refused_and_then_approved_anew_waits_for_finance_and_is_nobodys_secret(agent, supervisor, finance, shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    advance(Refund.objects.get(asked_there__refund=row).pk, "refuse", by=acts(supervisor), at=MONDAY, facts={"reason": "不符"})
    anew = a_refund(agent, order=row.order, approved_by=supervisor)
    pays(row)
    a_list_comes(shop, MONDAY + HOUR)
    assert (posted(), letters()) == ([], [])
    paid = {"platform_number": row.number, "paid_at": MONDAY.isoformat()}
    assert advance(anew.pk, "record_payout", by=acts(finance), at=MONDAY + HOUR, facts=paid).state == "paid"
    assert (agrees(finance), verify_invariants()) == (True, [])


def test_what_the_list_takes_back_comes_in_again(finance, shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    pays(row)
    a_list_comes(shop, MONDAY + HOUR)
    PlatformRefund.objects.filter(pk=row.pk).update(is_paid=False, status="退款关闭")
    case = Refund.objects.get(asked_there__refund=row)
    assert (cost_of(case).net, differences(acts(finance), NOVEMBER), verify_invariants()) == (0, [], [])


def test_the_rest_that_was_booked_goes_with_the_payment_that_it_was_of(agent, supervisor, finance, manager, shop):
    case = a_refund(agent, approved_by=supervisor, paid_by=finance)
    row = a_platform_refund(case.order, "31.50", number=f"PAY{case.pk:08d}")
    pays(row)
    book(differences(acts(manager), NOVEMBER)[0], manager)
    for is_paid, net in ((False, 30), (True, "31.50"), (True, "31.50")):
        PlatformRefund.objects.filter(pk=row.pk).update(is_paid=is_paid)
        assert cost_of(case).net == Decimal(net)
    assert (agrees(manager), verify_invariants()) == (True, [])


# A difference is booked ---------------------------------------------------------------------------


def book(found, by, **changes):
    said = {
        "month": NOVEMBER,
        "seen": amounts_of(found),
        "note": "客服在千牛直接同意",
        "books": True,
        "by": acts(by),
        "at": MONDAY + 3 * HOUR,
    }
    return settle_difference(found.about, **(said | changes))


@pytest.fixture
def paid_before(agent, shop):
    """Paid there before the desk's first case: nothing here knows of it."""
    a_refund(agent)
    row = a_platform_refund(an_order(shop), "12.00")
    pays(row, MONDAY - HOUR)
    return row


def test_what_is_not_here_is_booked_under_a_case_and_the_page_shows_the_month_agreeing(finance, supervisor, paid_before):
    (found,) = differences(acts(finance), NOVEMBER)
    assert (found.kind, found.may_be_booked, agrees(finance)) == (Kind.NOT_HERE, True, False)
    row = book(found, finance)
    case = Refund.objects.get(asked_there__refund=paid_before)
    assert (row.books, row.case_id, case.state, cost_of(case).net, letters()) == (True, case.pk, "refunded_there", 12, [case.pk])
    assert Journal.objects.get(step="settle_difference").facts["booked"] == "12.00"
    (found,) = differences(acts(finance), NOVEMBER)
    assert (found.kind, found.is_settled, found.case, agrees(finance)) == (Kind.BOOKED, True, case.number, True)
    assert "Booked; both sides agree" in text_of(browser_of(supervisor).get("/reconciliation/?month=2026-11"))
    assert verify_invariants() == []


@pytest.mark.fault("M1")
def test_what_was_booked_is_open_again_once_we_pay_it_another_way_as_well(agent, supervisor, finance, paid_before):
    book(differences(acts(finance), NOVEMBER)[0], finance)
    a_refund(agent, order=paid_before.order, amount="12.00", at=MONDAY + 4 * HOUR, approved_by=supervisor, paid_by=finance, **SMALL)
    (found,) = differences(acts(finance), NOVEMBER)
    assert (found.kind, found.beside, found.is_settled) == (Kind.TWICE, 12, False)
    settle_difference(found.about, month=NOVEMBER, seen=amounts_of(found), note="两笔都该付", by=acts(finance), at=MONDAY + 5 * HOUR)
    (found,) = differences(acts(finance), NOVEMBER)
    assert (found.kind, found.is_settled) == (Kind.TWICE, True)


@pytest.mark.parametrize(("there", "direction", "net"), [("29.00", "in", 29), ("31.50", "out", "31.5")])
def test_of_amounts_that_differ_the_rest_is_booked_under_the_same_case(agent, supervisor, finance, manager, shop, there, direction, net):
    case = a_refund(agent, approved_by=supervisor, paid_by=finance)
    row = a_platform_refund(case.order, there, number=f"PAY{case.pk:08d}")
    pays(row)
    (found,) = differences(acts(manager), NOVEMBER)
    book(found, manager)
    assert [each[2] for each in posted()] == [direction]
    assert (str(cost_of(case).net.normalize()), agrees(manager), verify_invariants()) == (str(net), True, [])
    PlatformRefund.objects.filter(pk=row.pk).update(amount="28.00")
    (again,) = differences(acts(manager), NOVEMBER)
    assert (again.kind, again.is_settled) == (Kind.AMOUNTS, False)
    book(again, manager)
    assert (cost_of(case).net, agrees(manager), verify_invariants()) == (28, True, [])


@pytest.mark.rule("R1.1")
@pytest.mark.parametrize("name", ["finance", "manager"])
def test_who_paid_or_asked_does_not_book_its_difference(request, supervisor, finance, manager, name):
    case = a_refund(manager, approved_by=supervisor, paid_by=finance)
    pays(a_platform_refund(case.order, "29.00", number=f"PAY{case.pk:08d}"))
    by = request.getfixturevalue(name)
    (found,) = differences(acts(by), NOVEMBER)
    with pytest.raises(StepRefused) as refused:
        book(found, by)
    assert ([each.code for each in refused.value.reasons], posted(), Settlement.objects.exists()) == (["somebody_else_books"], [], False)


def test_a_case_that_is_open_books_it_by_its_own_step(agent, finance, shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    case = Refund.objects.get(asked_there__refund=row)
    add_note(case.pk, note="在看", by=acts(agent), at=MONDAY)
    pays(row)
    a_list_comes(shop, MONDAY + HOUR)
    (found,) = differences(acts(finance), NOVEMBER)
    assert (found.kind, found.case) == (Kind.NOT_HERE, case.number)
    with pytest.raises(StepRefused) as refused:
        book(found, finance)
    assert [each.code for each in refused.value.reasons] == ["case_is_open"]


def test_what_may_stand_here_under_another_number_is_not_booked_as_well(agent, supervisor, finance, manager, shop):
    case = a_refund(agent, approved_by=supervisor, paid_by=finance)
    pays(a_platform_refund(case.order))
    a_list_comes(shop, MONDAY + HOUR)
    found = {each.kind: each for each in differences(acts(manager), NOVEMBER)}
    assert set(found) == {Kind.NOT_HERE, Kind.NOT_THERE}
    for kind, code in ((Kind.NOT_HERE, "payout_on_no_list"), (Kind.NOT_THERE, "nothing_to_book")):
        with pytest.raises(StepRefused) as refused:
            book(found[kind], manager)
        assert [each.code for each in refused.value.reasons] == [code]
    assert posted() == []


# Paid twice ---------------------------------------------------------------------------------------


@pytest.mark.fault("M1")
@pytest.mark.parametrize("linked", [True, False])
def test_what_we_and_the_platform_paid_is_called_so_and_tied_to_our_case(agent, supervisor, finance, shop, linked):
    case = a_refund(agent, approved_by=supervisor, **SMALL)
    row = a_platform_refund(case.order)
    if linked:
        a_list_comes(shop)
    facts = {"platform_number": "SMALL-0001", "paid_at": MONDAY.isoformat()}
    advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, facts=facts)
    pays(row)
    a_list_comes(shop, MONDAY + HOUR)
    (found,) = differences(acts(finance), NOVEMBER)
    assert (found.kind, found.case, found.there, found.beside, found.is_settled) == (Kind.TWICE, case.number, 30, 30, False)
    text = text_of(browser_of(finance).get("/reconciliation/?month=2026-11"))
    for part in ("Paid twice: by us and by the platform", case.number, "and 30.00 another way"):
        assert part in text
    settle_difference(found.about, month=NOVEMBER, seen=amounts_of(found), note="已要求顾客退回", by=acts(finance), at=MONDAY + 2 * HOUR)
    (found,) = differences(acts(finance), NOVEMBER)
    assert (found.kind, found.is_settled) == (Kind.TWICE, True)


@pytest.mark.rule("R2.3")
@pytest.mark.parametrize(("way", "upcoming"), [(SMALL, "close_refunded_there"), ({}, "memo")], ids=["another way", "there"])
def test_what_is_paid_there_is_closed_before_anything_is_written_of_it(agent, supervisor, shop, way, upcoming):
    case = a_refund(agent, approved_by=supervisor, **way)
    row = a_platform_refund(case.order)
    a_list_comes(shop)
    pays(row)
    found = what_next(read_case(case.pk, by=acts(agent), now=MONDAY + HOUR), "agent")
    assert (found.offer.step.name if found.offer else found.task.kind) == upcoming


@pytest.mark.rule("R2.3")
def test_another_payment_of_the_order_is_shown_to_whoever_approves_or_pays(agent, supervisor, finance, shop):
    order = an_order(shop, lines=("200.00",))
    ours = a_refund(agent, order=order, approved_by=supervisor, paid_by=finance)
    pays(a_platform_refund(order, number=f"PAY{ours.pk:08d}"))
    a_refund(agent, order=order, approved_by=supervisor, **SMALL)
    asked = a_refund(agent, order=order, amount="20.00", **SMALL)
    pages = ((supervisor, f"/approvals/{asked.pk}/"), (finance, "/payouts/"))
    assert not any("past our refunds" in text_of(browser_of(user).get(address)) for user, address in pages)
    row = a_platform_refund(order, "25.00")
    pays(row)
    for user, address in pages:
        assert f"The platform has paid ¥25.00 of this order as {row.number} (2026-11-23), past our refunds." in text_of(
            browser_of(user).get(address)
        )
