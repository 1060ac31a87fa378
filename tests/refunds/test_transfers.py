"""R2.3 Paying by Alipay: whatever is answered, however late, twice, wrongly or not at all, the money leaves once and the ledger is settled once."""

import datetime as dt
from random import Random

import pytest
from django.db import Error, connection, transaction

from casework.actions.advance import advance
from casework.actions.set_policy import set_policy
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case, Journal, Ledger, Outbox
from casework.reading import read_case, timeline
from orders import outside
from orders.errors import NotAllowed, Stale, StepRefused
from orders.models import Membership, Order, PlatformRefund
from refunds.actions import send_transfers as send_transfers_module
from refunds.actions.paid_after_all import say_of_late
from refunds.actions.send_transfers import send_transfers
from refunds.books.payable import late_transfers
from refunds.gateways.gateway import Answer, Outcome
from refunds.models import Ending, Payout, Transfer
from tests.builders import a_compensation, a_list_comes, a_platform_refund, a_refund, a_wish, an_order
from tests.cast import MONDAY, NOON, acts, by_token
from tests.page import browser_of, text_of
from tests.refunds.alipay_stub import ASK, SEND
from tests.refunds.test_beyond_and_goods import with_postage

pytestmark = [pytest.mark.rule("R2.3"), pytest.mark.usefixtures("database_clock")]

PAYEE = {"channel": "alipay", "account": "13800138000", "name": "何大明"}
HOUR = dt.timedelta(hours=1)
FOUND = {"platform_number": "20261123110070000006780000000001", "paid_at": "2026-11-23T11:00:00+08:00"}


@pytest.fixture
def case(agent, supervisor):
    """Approved, to be paid to an Alipay account."""
    return a_refund(agent, payee=PAYEE, approved_by=supervisor)


@pytest.fixture
def paying(case, finance, alipay):
    return press(case, finance)


def press(case, by, step="pay", at=NOON, **facts):
    return advance(case.pk, step, by=acts(by), at=at, facts=facts or None)


def until_it_is_known(at=NOON, rounds=12):
    """Tick after tick, hours apart."""
    for number in range(rounds):
        send_transfers(at=at + number * 5 * HOUR)


def fresh(case):
    return Case.objects.get(pk=case.pk)


def refused(case, step, by, at=NOON, **facts):
    with pytest.raises(StepRefused) as caught:
        press(case, by, step, at, **facts)
    return [each.code for each in caught.value.reasons]


def money_of(case):
    order = Order.objects.get(pk=case.order_id)
    return order.reserved, order.refunded, order.refunded_outside


def is_paid_once(alipay, case, by):
    """At Alipay, in the ledger, on the order and as a payout: once, to the fen."""
    (paid,) = alipay.paid
    assert paid == (f"{case.number.replace('-', '')}v1", "30.00", "13800138000", "何大明")
    payout = Payout.objects.get()
    assert (payout.gateway, payout.channel, payout.paid_by, payout.amount) == ("alipay", "alipay", by, 30)
    assert payout.platform_number == "20261123110070000006780000000001"
    assert Transfer.objects.get().status == "done"
    assert Ledger.objects.filter(entry="settle").count() == 1
    assert money_of(case) == (0, 30, 30)
    assert fresh(case).state == "paid"
    assert verify_invariants() == []
    return True


def test_finance_orders_the_programme_sends_and_the_payout_is_who_ordered_it(alipay, paying, finance):
    assert (paying.state, paying.queue) == ("paying", "finance")
    transfer = Transfer.objects.get()
    assert (transfer.status, transfer.tries, transfer.sent_by, transfer.key) == (
        "sending",
        0,
        finance,
        paying.number.replace("-", "") + "v1",
    )
    assert not alipay.asked
    assert send_transfers(at=NOON) == 1
    assert is_paid_once(alipay, paying, finance)
    assert send_transfers(at=NOON + HOUR) == 0
    assert list(timeline(paying).values_list("step", "to_state", "role"))[-2:] == [
        ("pay", "paying", "finance"),
        ("alipay_paid", "paid", "system"),
    ]
    assert [method for method, _content in alipay.asked] == [SEND]


@pytest.mark.parametrize(
    "does",
    [
        ["busy", "work"],
        ["busy_paid", "work"],
        ["hang_up", "work"],
        ["paid_then_hang_up", "work"],
        ["garbage", "work"],
        ["twice", "work"],
        ["unsigned", "forge", "work"],
        ["other_number", "other_amount", "work"],
        ["refuse:NEVER_HEARD_OF", "work"],
        ["paid_then_hang_up", "busy", "hang_up", "forge", "other_amount", "cut", "work"],
        ["hang_up", "work", "busy_paid", "hang_up", "work"],
        ["busy", "refuse:ORDER_NOT_EXIST", "paid_then_hang_up", "work"],
    ],
    ids=" ".join,
)
def test_whatever_is_answered_the_money_leaves_once(alipay, paying, finance, does):
    alipay.does = does
    until_it_is_known()
    assert is_paid_once(alipay, paying, finance)
    # It was ordered again only after Alipay had said that there is nothing under the number; and never under another.
    assert {content["out_biz_no"] for _method, content in alipay.asked} == {Transfer.objects.get().key}
    assert len({str(content) for method, content in alipay.asked if method == SEND}) == 1
    assert all(earlier == ASK for (earlier, _), (method, _) in zip(alipay.asked, alipay.asked[1:], strict=False) if method == SEND)


def test_an_answer_that_comes_too_late_is_asked_for(alipay, paying, finance, monkeypatch):
    monkeypatch.setattr(outside, "SECONDS", 0.1)
    alipay.does = ["late", "work"]
    send_transfers(at=NOON)
    monkeypatch.undo()
    until_it_is_known(NOON + HOUR)
    assert is_paid_once(alipay, paying, finance)


WORDS = (
    "work busy busy_paid hang_up paid_then_hang_up garbage twice cut unsigned forge other_number other_amount refuse:NEVER_HEARD_OF"
    " refuse:PAYEE_NOT_EXIST"
).split()


def test_many_at_once_and_anything_answered_each_is_paid_once_or_not_at_all(alipay, agent, supervisor, finance, shop):
    for _ in range(8):
        press(a_refund(agent, order=an_order(shop), payee=PAYEE, approved_by=supervisor), finance)
    alipay.does = ["refuse:PAYEE_NOT_EXIST", *Random(20261126).choices(WORDS, k=40), "work"]
    until_it_is_known()
    ends = dict(Transfer.objects.values_list("key", "status"))
    assert set(ends.values()) == {"done", "failed"}
    assert sorted(key for key, *_payee in alipay.paid) == sorted(key for key, status in ends.items() if status == "done")
    done = len(alipay.paid)
    assert (Payout.objects.count(), Ledger.objects.filter(entry="settle").count(), Case.objects.filter(state="paid").count()) == (
        done,
        done,
        done,
    )
    assert Case.objects.filter(state="to_pay").count() == 8 - done
    assert verify_invariants() == []


def test_while_nobody_knows_nothing_else_pays_and_nothing_ends_the_approval(alipay, paying, finance, supervisor, agent):
    alipay.does = ["paid_then_hang_up", "busy"]
    send_transfers(at=NOON)
    transfer = Transfer.objects.get()
    assert (transfer.status, transfer.tries, transfer.code) == ("unknown", 1, "no_answer")
    assert refused(paying, "record_payout", finance, **FOUND) == ["wrong_state"]
    assert refused(paying, "pay", finance) == ["wrong_state"]
    assert refused(paying, "revoke", supervisor, reason="zu viel") == ["wrong_state"]
    wish = {name: value for name, value in a_wish(paying.order).items() if name != "order"}
    assert refused(paying, "ask_again", agent, request=wish) == ["wrong_state"]
    for step in ("seen_as_paid", "seen_as_not_paid", "ask_alipay_again"):
        assert refused(
            paying, step, finance, **({"reason": "x"} if step == "seen_as_not_paid" else FOUND if step == "seen_as_paid" else {})
        ) == ["waits_for_a_person"]
    fire_deadlines(at=NOON + 1000 * HOUR)
    assert fresh(paying).state == "paying"
    assert not Ending.objects.exists()
    alipay.does = ["work"]
    send_transfers(at=NOON + 1000 * HOUR)
    assert is_paid_once(alipay, paying, finance)


def test_money_that_has_left_is_recorded_though_who_ordered_it_left_too(alipay, paying, finance):
    alipay.does = ["paid_then_hang_up", "work"]
    send_transfers(at=NOON)
    Membership.objects.filter(user=finance).delete()
    send_transfers(at=NOON + 100 * HOUR)
    assert is_paid_once(alipay, paying, finance)


@pytest.mark.parametrize("code", ["PAYEE_NOT_EXIST", "PAYER_BALANCE_NOT_ENOUGH"])
def test_a_final_refusal_leaves_it_to_a_person_who_pays_again_under_the_same_number(alipay, paying, finance, code):
    alipay.does = [f"refuse:{code}", "work"]
    assert send_transfers(at=NOON) == 1
    assert (fresh(paying).state, Transfer.objects.get().status, Transfer.objects.get().code) == ("to_pay", "failed", code)
    assert money_of(paying) == (30, 0, 0)
    assert verify_invariants() == []
    assert send_transfers(at=NOON + HOUR) == 0
    press(paying, finance, at=NOON + HOUR)
    until_it_is_known(NOON + HOUR)
    assert is_paid_once(alipay, paying, finance)


def test_after_a_final_refusal_it_is_paid_another_way_or_runs_out(alipay, paying, finance, agent, supervisor):
    alipay.does = ["refuse:PAYEE_NOT_EXIST"]
    other = press(a_refund(agent, order=an_order(paying.shop), payee=PAYEE, approved_by=supervisor), finance)
    send_transfers(at=NOON)
    assert press(paying, finance, "record_payout", **FOUND).state == "paid"
    assert fire_deadlines(at=NOON + 100 * HOUR) >= 1
    assert fresh(other).state == "lapsed"
    assert not alipay.paid
    assert verify_invariants() == []


def test_an_approval_that_ran_out_meanwhile_ends_once_nothing_was_paid(alipay, paying, finance):
    alipay.does = ["hang_up", "busy", "refuse:ORDER_NOT_EXIST", "refuse:PAYEE_NOT_EXIST"]
    for hours in (0, 1, 200):
        send_transfers(at=NOON + hours * HOUR)
    assert fresh(paying).state == "to_pay"
    assert refused(paying, "pay", finance, NOON + 200 * HOUR) == ["wrong_state"]
    assert fresh(paying).state == "lapsed"
    assert money_of(paying) == (0, 0, 0)
    assert verify_invariants() == []


@pytest.mark.rule("R3.1")
def test_postage_that_was_advanced_goes_with_it_beyond_the_order(alipay, agent, supervisor, finance):
    case = with_postage(agent, payee=PAYEE)
    advance(case.pk, "approve", by=acts(supervisor), at=MONDAY)
    press(case, finance)
    until_it_is_known()
    assert [amount for _key, amount, *_payee in alipay.paid] == ["42.00"]
    posted = Ledger.objects.get(entry="post")
    assert (posted.kind, posted.direction, posted.channel, posted.amount) == ("freight", "out", "alipay", 12)
    assert money_of(case) == (0, 30, 30)
    assert verify_invariants() == []


@pytest.mark.rule("R4.1")
def test_a_compensation_is_paid_by_the_same_road(alipay, agent, supervisor, finance, shop):
    case = a_compensation(agent, order=an_order(shop, freight="8.00"), payee=PAYEE)
    advance(case.pk, "approve", by=acts(supervisor), at=MONDAY)
    assert press(case, finance).state == "paying"
    alipay.does = ["paid_then_hang_up", "work"]
    until_it_is_known()
    assert [amount for _key, amount, *_payee in alipay.paid] == ["5.00"]
    assert (fresh(case).state, Payout.objects.get().gateway, Ledger.objects.get(entry="post").kind) == ("paid", "alipay", "compensation")
    assert verify_invariants() == []


# A person has to look -------------------------------------------------------------------------------


@pytest.fixture
def parked(alipay, paying):
    alipay.does = ["busy"]
    until_it_is_known()
    return fresh(paying)


def test_what_stays_unknown_is_parked_after_eight_tries_and_asked_no_more(alipay, parked):
    transfer = Transfer.objects.get()
    assert (transfer.status, transfer.tries, transfer.code, parked.state) == ("parked", 8, "SYSTEM_ERROR", "paying")
    assert len(alipay.asked) == 8
    assert list(timeline(parked).filter(step__startswith="transfer_").values_list("step", flat=True)) == [
        "transfer_unknown",
        "transfer_parked",
    ]
    assert verify_invariants() == []


def test_how_often_is_the_shops_policy_and_pauses_grow(alipay, paying, shop, manager):
    set_policy("payout_tries", 3, by=acts(manager), at=MONDAY, shop_id=shop.pk)
    alipay.does = ["busy"]
    assert [send_transfers(at=NOON + dt.timedelta(seconds=seconds)) for seconds in (0, 59, 60, 179, 180)] == [0] * 5
    assert [Transfer.objects.get().status, len(alipay.asked)] == ["parked", 3]


def test_an_answer_that_comes_after_a_later_try_says_only_that_it_is_paid(alipay, paying, finance, monkeypatch):
    """The first try hangs while a second one asks, and its own answer comes last."""
    real, inner = send_transfers_module._try, iter([Answer(Outcome.UNKNOWN, "SYSTEM_ERROR")])

    def slow(transfer):
        if transfer.tries > 1:
            return next(inner)
        send_transfers(at=NOON + HOUR)
        return Answer(Outcome.REFUSED, "PAYEE_NOT_EXIST")

    monkeypatch.setattr(send_transfers_module, "_try", slow)
    assert send_transfers(at=NOON) == 0
    assert (Transfer.objects.get().status, Transfer.objects.get().code, fresh(paying).state) == ("unknown", "SYSTEM_ERROR", "paying")
    monkeypatch.setattr(send_transfers_module, "_try", real)
    until_it_is_known(NOON + 2 * HOUR)
    assert is_paid_once(alipay, paying, finance)


def test_paid_is_taken_while_a_person_is_looking(alipay, parked, finance):
    transfer = Transfer.objects.select_related("approval__request").get()
    alipay.does = ["work"]
    assert send_transfers_module._record(transfer, send_transfers_module._try(transfer), NOON)
    assert is_paid_once(alipay, parked, finance)


def test_what_died_with_each_of_its_tries_is_parked_unasked(alipay, paying):
    Transfer.objects.update(tries=8)
    send_transfers(at=NOON)
    assert (Transfer.objects.get().status, alipay.asked) == ("parked", [])


def test_one_that_cannot_be_tried_keeps_no_other_from_being_paid(alipay, paying, agent, supervisor, finance, monkeypatch):
    press(a_refund(agent, order=an_order(paying.shop), payee=PAYEE, approved_by=supervisor), finance)
    real, poison = send_transfers_module._try, Transfer.objects.first()

    def poisoned(transfer):
        if transfer.pk == poison.pk:
            raise ZeroDivisionError
        return real(transfer)

    monkeypatch.setattr(send_transfers_module, "_try", poisoned)
    assert send_transfers(at=NOON) == 1
    assert sorted(Transfer.objects.values_list("status", flat=True)) == ["done", "sending"]


def test_a_parked_one_is_asked_about_again(alipay, parked, finance):
    alipay.does = ["work"]
    press(parked, finance, "ask_alipay_again")
    send_transfers(at=NOON)
    assert is_paid_once(alipay, parked, finance)
    assert [method for method, _content in alipay.asked[-2:]] == [ASK, SEND]


def test_a_parked_one_that_finance_found_in_the_account_is_recorded(alipay, parked, finance, outsider):
    press(parked, finance, "seen_as_paid", **FOUND)
    assert (Payout.objects.get().gateway, Transfer.objects.get().status, fresh(parked).state) == ("alipay", "done", "paid")
    assert verify_invariants() == []


def test_a_parked_one_that_is_not_in_the_account_can_be_paid_another_way(alipay, parked, finance):
    press(parked, finance, "seen_as_not_paid", reason="流水里没有这笔")
    assert fresh(parked).state == "to_pay"
    assert timeline(parked).get(step="seen_as_not_paid").note == "流水里没有这笔"
    assert press(parked, finance, "record_payout", **FOUND).state == "paid"
    assert verify_invariants() == []


def test_a_number_that_stands_for_another_payout_is_not_taken_from_alipay_either(alipay, paying, agent, supervisor, finance):
    other = a_refund(agent, order=an_order(paying.shop), payee={"channel": "small_payment"}, approved_by=supervisor)
    press(other, finance, "record_payout", **FOUND)
    until_it_is_known()
    assert (Transfer.objects.get().status, Transfer.objects.get().code) == ("parked", "number_used")
    assert fresh(paying).state == "paying"


# Who ------------------------------------------------------------------------------------------------


def test_without_access_to_alipay_there_is_no_such_step(case, finance, settings):
    assert "pay" not in {each.step.name for each in read_case(case.pk, by=acts(finance), now=NOON).offers}
    assert refused(case, "pay", finance) == ["alipay_is_there"]
    settings.ALIPAY_APP_ID = "2021"
    assert refused(case, "pay", finance) == ["alipay_is_there"]


def test_only_what_goes_to_an_alipay_account_is_paid_so(alipay, agent, supervisor, finance):
    case = a_refund(agent, approved_by=supervisor)
    assert "pay" not in {each.step.name for each in read_case(case.pk, by=acts(finance), now=NOON).offers}
    assert refused(case, "pay", finance) == ["goes_to_an_alipay_account"]


def test_four_eyes_and_the_session_hold_here_too(alipay, case, supervisor, finance, agent, manager, shop):
    assert refused(case, "pay", supervisor) == ["payer_is_finance"]
    with pytest.raises(NotAllowed):
        press(case, agent)
    with pytest.raises(NotAllowed) as caught:
        advance(case.pk, "pay", by=by_token(finance), at=NOON)
    assert caught.value.code == "token_may_not_decide"
    set_policy("payer_may_be_approver", True, by=acts(manager), at=MONDAY, shop_id=shop.pk)
    assert press(case, supervisor).state == "paying"


def test_what_has_run_out_is_not_sent(alipay, case, finance):
    assert refused(case, "pay", finance, MONDAY + 73 * HOUR) == ["wrong_state"]
    assert not Transfer.objects.exists()


def test_neither_account_nor_name_is_logged_or_journalled(alipay, paying, caplog):
    caplog.set_level("DEBUG")
    alipay.does = ["busy", "hang_up", "work"]
    until_it_is_known()
    said = f"{[(each.getMessage(), getattr(each, 'facts', '')) for each in caplog.records]} {list(Journal.objects.values())} {list(Transfer.objects.values())}"
    assert "transfer not paid" in said
    assert [word for word in ("13800138000", "何大明") if word in said] == []


# The database ---------------------------------------------------------------------------------------

ORDER = (
    "INSERT INTO refunds_transfer (approval_id, amount, asked_by_id, sent_by_id, gateway, key, status, sent_at, tries, wake_at, code)"
    " SELECT id, amount, asked_by_id, %s, 'alipay', 'MINE', 'done', now(), 9, now(), '' FROM refunds_approval"
)
PAY = (
    "INSERT INTO refunds_payout (approval_id, amount, asked_by_id, paid_by_id, gateway, channel, platform_number, paid_at, recorded_at, key)"
    " SELECT id, amount, asked_by_id, %s, %s, 'alipay', 'RAW' || id, now(), now(), 'raw' || id FROM refunds_approval"
)
END = "INSERT INTO refunds_ending (request_id, kind, by_id, at, reason) SELECT request_id, 'revoked', %s, now(), '' FROM refunds_approval"


def at_once(text, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def fails(by, text, *params):
    with pytest.raises(Error) as caught:
        at_once(text, *params)
    diag = caught.value.__cause__.diag
    assert (diag.constraint_name or diag.sqlstate) == by, caught.value


def test_nobody_orders_past_the_rules(case, agent, supervisor, finance, warehouse):
    for constraint, who in (("payer_did_not_ask", agent), ("payer_is_finance", supervisor), ("payer_is_finance", warehouse)):
        fails(constraint, ORDER, who.pk)
    with connection.cursor() as cursor:
        cursor.execute(ORDER, [finance.pk])
    transfer = Transfer.objects.get()
    assert (transfer.status, transfer.tries, transfer.key) == ("sending", 0, case.number.replace("-", "") + "v1")


def test_a_transfer_keeps_what_it_is_and_goes_its_way(paying, finance, supervisor):
    for change in ("key = 'OTHER'", "amount = 1", "status = 'done'", "gateway = 'manual'", f"sent_by_id = {supervisor.pk}"):
        fails("transfer_goes_its_way", f"UPDATE refunds_transfer SET {change}")
    fails("42501", "DELETE FROM refunds_transfer")
    fails("no_transfer_is_under_way", END, supervisor.pk)
    fails("no_transfer_is_under_way", PAY, finance.pk, "manual")
    fails("payout_of_an_open_transfer", PAY, supervisor.pk, "alipay")


def test_without_a_transfer_no_provider_has_paid(case, finance):
    fails("payout_of_an_open_transfer", PAY, finance.pk, "alipay")


# Paid after all -------------------------------------------------------------------------------------


def tells_paid(transfer, number="20261123110070000006780000000001"):
    """The answer to a try of this transfer, late."""
    tried = Transfer.objects.select_related("approval__request").get(pk=transfer.pk)
    return send_transfers_module._record(tried, Answer(Outcome.PAID, "SUCCESS", number, NOON), NOON + HOUR)


@pytest.fixture
def held_unpaid(parked, finance):
    """A person has said too early that nothing was paid."""
    return press(parked, finance, "seen_as_not_paid", reason="流水里没有这笔")


@pytest.fixture
def asked_less(held_unpaid, agent, supervisor):
    """Asked anew as 20 after that, and approved."""
    line = held_unpaid.order.lines.first()
    wish = {**a_wish(held_unpaid.order, payee=PAYEE, lines=[{"line": line.pk, "amount": "20.00"}])}
    press(held_unpaid, agent, "ask_again", request={name: value for name, value in wish.items() if name != "order"})
    return press(held_unpaid, supervisor, "approve")


def test_paid_after_it_was_held_unpaid_parks_the_case_and_nothing_else_pays(held_unpaid, finance, supervisor):
    transfer = Transfer.objects.get()
    tells_paid(transfer)
    transfer.refresh_from_db()
    assert (transfer.status, transfer.code, transfer.number, fresh(held_unpaid).state) == (
        "parked",
        "paid_after_all",
        "20261123110070000006780000000001",
        "paying",
    )
    assert refused(held_unpaid, "record_payout", finance, **FOUND) == ["wrong_state"]
    fails("no_transfer_is_under_way", PAY, finance.pk, "manual")
    fails("no_transfer_is_under_way", END, supervisor.pk)
    assert fresh(held_unpaid).news == {"paid_after_all": 1}
    assert Outbox.objects.filter(topic="paid_after_all").count() == 1
    assert verify_invariants() == []
    assert press(held_unpaid, finance, "seen_as_paid", **FOUND).state == "paid"
    assert (money_of(held_unpaid), verify_invariants()) == ((0, 30, 30), [])


def test_a_late_paid_of_an_earlier_version_is_never_the_payout_of_the_newer_one(asked_less, finance):
    (first,) = Transfer.objects.all()
    press(asked_less, finance)
    tells_paid(first)
    assert not Payout.objects.exists()
    assert list(Transfer.objects.order_by("pk").values_list("amount", "status", "code")) == [
        (30, "late", "paid_after_all"),
        (20, "parked", "paid_before"),
    ]
    assert refused(asked_less, "ask_alipay_again", finance) == ["nothing_was_paid_after_all"]
    fails("nothing_was_paid_after_all", "UPDATE refunds_transfer SET status = 'unknown' WHERE status = 'parked'")
    press(asked_less, finance, "seen_as_not_paid", reason="还没有发出")
    assert refused(asked_less, "pay", finance) == ["nothing_was_paid_after_all"]
    assert verify_invariants() == []


def test_until_finance_says_what_it_was_the_database_refuses_a_payout_by_hand(asked_less, finance, agent):
    first = Transfer.objects.get()
    tells_paid(first)
    assert fresh(asked_less).state == "to_pay"
    assert refused(asked_less, "record_payout", finance, **FOUND) == ["nothing_was_paid_after_all"]
    fails("nothing_was_paid_after_all", f"{PAY} WHERE amount = 20", finance.pk, "manual")
    fails("nothing_was_paid_after_all", f"{ORDER} WHERE amount = 20", finance.pk)
    for who in (agent, finance):
        with pytest.raises(NotAllowed):
            say_of_late(first.pk, has_left=False, reason="x", by=by_token(finance) if who is finance else acts(who), at=NOON)
    say_of_late(first.pk, has_left=False, reason="支付宝已退回", by=acts(finance), at=NOON)
    with pytest.raises(Stale):
        say_of_late(first.pk, has_left=True, reason="x", by=acts(finance), at=NOON)
    assert timeline(asked_less).get(step="not_paid_after_all").note == "支付宝已退回"
    assert press(asked_less, finance, "record_payout", **FOUND).state == "paid"
    assert (money_of(asked_less), verify_invariants()) == ((0, 20, 20), [])


def test_what_has_left_beside_its_approval_is_in_the_ledger_and_the_case_pays_no_more(asked_less, finance, agent):
    first = Transfer.objects.get()
    tells_paid(first)
    say_of_late(first.pk, has_left=True, reason="已到顾客账户", by=acts(finance), at=NOON)
    posted = Ledger.objects.get(entry="post")
    assert (posted.amount, posted.kind, posted.direction, posted.channel, posted.case_id) == (30, "goods", "out", "alipay", asked_less.pk)
    assert refused(asked_less, "record_payout", finance, **FOUND) == ["nothing_was_paid_after_all"]
    fails("nothing_was_paid_after_all", f"{PAY} WHERE amount = 20", finance.pk, "manual")
    fails("transfer_goes_its_way", "UPDATE refunds_transfer SET status = 'failed'")
    assert advance(asked_less.pk, "withdraw", by=acts(agent), at=NOON, note="已经到账").state == "withdrawn"
    assert verify_invariants() == []


def test_paid_by_hand_and_then_by_alipay_too_is_shown_and_posted(held_unpaid, finance):
    press(held_unpaid, finance, "record_payout", **FOUND)
    first = Transfer.objects.get()
    tells_paid(first, "20261123110070000006780000000002")
    assert Transfer.objects.get().status == "late"
    assert list(late_transfers(acts(finance))) == [first]
    say_of_late(first.pk, has_left=True, reason="付了两次，已联系顾客", by=acts(finance), at=NOON)
    assert (Ledger.objects.get(entry="post").amount, verify_invariants()) == (30, [])


# The platform was quicker ---------------------------------------------------------------------------


@pytest.fixture
def paid_there(paying, shop):
    """Lets the platform's list show as paid what finance has ordered here."""
    row = a_platform_refund(paying.order)
    a_list_comes(shop)
    return lambda: PlatformRefund.objects.filter(pk=row.pk).update(is_open=False, is_paid=True, status="退款成功")


@pytest.mark.rule("R2.3")
def test_what_was_sent_into_the_void_stays_unknown_until_somebody_has_looked(alipay, paying, finance, agent, paid_there):
    alipay.does = ["hang_up", "work"]
    send_transfers(at=NOON)
    paid_there()
    assert [send_transfers(at=NOON + hours * HOUR) for hours in (1, 2)] == [0, 0]
    found = Transfer.objects.get()
    assert (alipay.paid, fresh(paying).state, found.status, found.code) == ([], "paying", "unknown", "paid_meanwhile")
    for hours in range(3, 600, 30):
        send_transfers(at=NOON + hours * HOUR)
    assert Transfer.objects.get().status == "parked"
    press(paying, finance, "seen_as_not_paid", reason="支付宝里没有这笔")
    assert (alipay.paid, fresh(paying).state) == ([], "to_pay")
    advance(paying.pk, "close_refunded_there", by=acts(agent), at=NOON + 600 * HOUR)
    assert verify_invariants() == []


@pytest.mark.rule("R2.3")
def test_what_the_platform_has_paid_when_its_turn_comes_is_not_sent(alipay, paying, finance, agent, paid_there):
    paid_there()
    assert send_transfers(at=NOON + HOUR) == 1
    assert (alipay.paid, fresh(paying).state, Transfer.objects.get().code) == ([], "to_pay", "paid_meanwhile")
    assert refused(paying, "pay", finance, NOON + HOUR) == ["is_not_paid_there"]
    assert "Not sent: the platform has paid it meanwhile." in text_of(browser_of(finance).get("/payouts/"))
    advance(paying.pk, "close_refunded_there", by=acts(agent), at=NOON + HOUR)
    assert verify_invariants() == []
