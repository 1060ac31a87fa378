"""C1, C2, C9, M13 Many at once, in real transactions: money comes out to the fen and every decision is made once."""

import datetime as dt
import random
import threading
import time
from decimal import Decimal

import pytest
from django.db import OperationalError, connection, transaction

from casework.actions.advance import advance
from casework.actions.deeds import add_note, finish_task
from casework.actions.do_many import Seen, do_many
from casework.actions.locks import lock_orders
from casework.actions.notices import tell_soon
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.many import deed_named
from casework.models import Case, Journal, Ledger, Notice, Outbox, Task
from logistics.actions.lock_parcels import lock_parcels_of
from orders.errors import DeskError
from orders.imports.run import LOCK_SPACE
from orders.models import Order
from refunds.actions.ask import ask_refund
from refunds.actions.desk import park
from refunds.actions.simulate import simulate_refund
from refunds.models import Approval, Ending, Payout, Request
from refunds.models.returned import StrayParcel
from tests.builders import a_refund, a_wish, an_order, an_unreachable
from tests.cast import MONDAY, acts

pytestmark = [pytest.mark.rule("R1.1", "R1.2"), pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("database_clock")]

WHY = {"reason": "zu unklar"}


def at_once(*deeds):
    """Run the deeds in threads that start together; "done", a refusal's code, or what else was raised, in the deeds' order."""
    outcomes, start = [None] * len(deeds), threading.Barrier(len(deeds))

    def work(number, deed):
        start.wait()
        try:
            deed()
            outcomes[number] = "done"
        except DeskError as refused:
            outcomes[number] = refused.code
        except Exception as error:  # noqa: BLE001  shown by the assertions
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=each) for each in enumerate(deeds)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return outcomes


@pytest.mark.rule("R3.7")
def test_two_desks_that_park_the_same_parcel_keep_it_once(agent, warehouse, shop):
    by = acts(warehouse)
    outcomes = at_once(*[lambda: park(shop.pk, waybill="SF1234567890123", by=by, at=MONDAY)] * 8)
    assert outcomes == ["done"] * 8
    assert StrayParcel.objects.count() == Journal.objects.filter(step="parcel_parked").count() == 1


def test_a_case_that_two_hand_over_at_once_as_they_both_saw_it_goes_to_one(agent, agent2, supervisor, supervisor2):
    case = an_unreachable(agent)
    chosen = [Seen(case.pk, case.version)]

    def handing(by, to):
        def deed():
            for each in do_many(deed_named("give"), chosen, to=to.pk, by=acts(by), at=MONDAY):
                if each.error is not None:
                    raise each.error

        return deed

    outcomes = at_once(handing(supervisor, agent2), handing(supervisor2, supervisor))
    assert sorted(outcomes) == ["done", "stale"]
    assert Journal.objects.filter(case=case, step="assign").count() == 1


def paying(case, by, number):
    facts = {"platform_number": number, "paid_at": MONDAY.isoformat()}
    return lambda: advance(case.pk, "record_payout", by=acts(by), at=MONDAY, facts=facts)


def money_of(order):
    order = Order.objects.get(pk=order.pk)
    return order.reserved, order.refunded, order.approved_total


@pytest.mark.fault("C1")
def test_of_fifty_refunds_of_three_on_a_hundred_exactly_thirty_three_succeed(agent, shop):
    order = an_order(shop)
    by, wish = acts(agent), a_wish(order, "3.00")
    outcomes = at_once(*[lambda: ask_refund(wish, by=by, at=MONDAY)] * 50)
    assert (outcomes.count("done"), outcomes.count("over_the_cap")) == (33, 17)
    assert money_of(order) == (99, 0, 0)
    assert Case.objects.count() == Request.objects.count() == Ledger.objects.count() == 33
    assert Journal.objects.filter(step="refused:ask_refund").count() == 17
    assert len(set(Case.objects.values_list("number", flat=True))) == 33
    assert verify_invariants() == []


@pytest.mark.fault("C1")
def test_of_fifty_on_two_lines_no_line_passes_its_share(agent, shop):
    order = an_order(shop, lines=("50.00", "50.00"))
    wishes = [a_wish(order, lines=[{"line": line.pk, "amount": "3.00"}]) for line in order.lines.all()]
    outcomes = at_once(*[lambda wish=wish: ask_refund(wish, by=acts(agent), at=MONDAY) for wish in wishes * 20])
    assert outcomes.count("done") == 32
    assert sorted(line.reserved for line in order.lines.all()) == [48, 48]
    assert verify_invariants() == []


@pytest.mark.fault("C1", "M3")
@pytest.mark.parametrize("seed", range(2))
def test_random_requests_at_once_never_pass_a_line_the_postage_or_the_order(agent, shop, seed):
    """Each takes what it asked for, whole, or nothing; and who was refused would not have fitted into what is left."""
    rng = random.Random(seed)
    order = an_order(shop, lines=("60.00", "40.00"), freight="8.00")
    first, second = (line.pk for line in order.lines.all())

    def a_random_wish():
        lines = [
            {"line": pk, "amount": f"{rng.randint(1, 20)}.{rng.randrange(100):02d}"}
            for pk in rng.sample([first, second], rng.randint(1, 2))
        ]
        return a_wish(order, lines=lines, freight=f"{rng.randrange(3)}.{rng.randrange(100):02d}")

    wishes = [a_random_wish() for _ in range(24)]
    outcomes = at_once(*[lambda wish=wish: ask_refund(wish, by=acts(agent), at=MONDAY) for wish in wishes])
    assert set(outcomes) == {"done", "over_the_cap"}
    taken = [wish for wish, outcome in zip(wishes, outcomes, strict=True) if outcome == "done"]
    asked = {pk: sum(Decimal(each["amount"]) for wish in taken for each in wish["lines"] if each["line"] == pk) for pk in (first, second)}
    freight = sum(Decimal(wish["freight"]) for wish in taken)
    order.refresh_from_db()
    assert {line.pk: line.reserved for line in order.lines.all()} == asked
    assert (order.freight_reserved, order.reserved) == (freight, sum(asked.values()) + freight)
    for wish, outcome in zip(wishes, outcomes, strict=True):
        found = simulate_refund({"order": order.number, "lines": wish["lines"], "freight": wish["freight"]}, by=acts(agent), at=MONDAY)
        assert outcome == "done" or not found.fits
    assert verify_invariants() == []


@pytest.mark.fault("C2")
def test_approve_and_reject_at_once_have_one_winner_round_after_round(agent, supervisor, manager, shop):
    for number in range(15):
        case = a_refund(agent, order=an_order(shop))
        Outbox.objects.all().delete()
        outcomes = at_once(
            lambda case=case: advance(case.pk, "approve", by=acts(supervisor), at=MONDAY, version=case.version),
            lambda case=case: advance(case.pk, "reject", by=acts(manager), at=MONDAY, version=case.version, facts=WHY),
        )
        assert sorted(outcomes) == ["done", "stale"], number
        state = Case.objects.get(pk=case.pk).state
        assert state == ("to_pay" if outcomes[0] == "done" else "rejected")
        assert (Approval.objects.filter(request__case=case).count(), Ending.objects.filter(request__case=case).count()) in ((1, 0), (0, 1))
        assert Journal.objects.filter(case=case, step__in=["approve", "reject"]).count() == 1
        assert Outbox.objects.count() == 0
    assert verify_invariants() == []


@pytest.mark.fault("C2")
def test_without_a_version_too_there_is_one_winner_and_the_other_is_refused(agent, supervisor, manager, shop):
    for number in range(5):
        case = a_refund(agent, order=an_order(shop))
        outcomes = at_once(
            lambda case=case: advance(case.pk, "approve", by=acts(supervisor), at=MONDAY),
            lambda case=case: advance(case.pk, "reject", by=acts(manager), at=MONDAY, facts=WHY),
        )
        assert sorted(outcomes) == ["done", "step_refused"], number


@pytest.mark.fault("M13")
def test_two_linked_refunds_approved_at_once_stay_within_the_leads_limit_together(agent, supervisor, supervisor2, shop):
    for leads in ((supervisor, supervisor), (supervisor, supervisor2)):
        order = an_order(shop, lines=("900.00",))
        cases = [a_refund(agent, order=order, amount="260.00") for _ in range(2)]
        outcomes = at_once(
            *[
                lambda case=case, lead=lead: advance(case.pk, "approve", by=acts(lead), at=MONDAY)
                for case, lead in zip(cases, leads, strict=True)
            ]
        )
        assert sorted(outcomes) == ["done", "step_refused"]
        assert money_of(order) == (520, 0, 260)


def test_the_limit_of_the_day_holds_over_orders_approved_at_once(agent, supervisor, shop):
    with connection.cursor() as cursor:
        cursor.execute("SELECT refunds_set_limit(NULL, 'supervisor', NULL, 500, 100)")
    cases = [a_refund(agent, amount="30.00") for _ in range(6)]
    outcomes = at_once(*[lambda case=case: advance(case.pk, "approve", by=acts(supervisor), at=MONDAY) for case in cases])
    assert (outcomes.count("done"), outcomes.count("step_refused")) == (3, 3)


@pytest.mark.rule("R2.3")
def test_ten_who_pay_at_once_pay_once(agent, supervisor, finance):
    case = a_refund(agent, approved_by=supervisor)
    outcomes = at_once(*[paying(case, finance, f"PAY{n:04d}") for n in range(10)])
    assert (outcomes.count("done"), outcomes.count("step_refused")) == (1, 9)
    assert (Payout.objects.count(), money_of(case.order)) == (1, (0, 30, 30))


@pytest.mark.rule("R2.3")
def test_one_number_for_two_payouts_at_once_stands_for_one(agent, supervisor, finance):
    cases = [a_refund(agent, approved_by=supervisor) for _ in range(2)]
    assert sorted(at_once(*[paying(case, finance, "PAY0001") for case in cases])) == ["done", "step_refused"]
    assert Payout.objects.count() == 1


@pytest.mark.rule("R1.3", "R2.3")
def test_paying_and_taking_back_at_once_is_one_of_the_two(agent, supervisor, manager, finance, shop):
    for number in range(6):
        case = a_refund(agent, order=an_order(shop), approved_by=supervisor)
        outcomes = at_once(
            paying(case, finance, f"PAY{number:04d}"),
            lambda case=case: advance(case.pk, "revoke", by=acts(manager), at=MONDAY, facts=WHY),
        )
        assert sorted(outcomes) == ["done", "step_refused"]
        assert money_of(case.order) == ((0, 30, 30) if outcomes[0] == "done" else (0, 0, 0))
    assert verify_invariants() == []


@pytest.mark.rule("R1.2", "R2.3")
def test_paying_and_running_out_at_once_is_one_of_the_two(agent, supervisor, finance, shop):
    for number in range(5):
        case = a_refund(agent, order=an_order(shop), approved_by=supervisor)
        last = Approval.objects.get(request__case=case).valid_until
        facts = {"platform_number": f"PAY{number:04d}", "paid_at": MONDAY.isoformat()}
        at_once(
            lambda case=case, last=last, facts=facts: advance(case.pk, "record_payout", by=acts(finance), at=last, facts=facts),
            lambda last=last: fire_deadlines(at=last),
        )
        state = Case.objects.get(pk=case.pk).state
        # A sweep that met the payer's lock left the case for its next round.
        assert (state, money_of(case.order)) in (("paid", (0, 30, 30)), ("lapsed", (0, 0, 0)))
    assert verify_invariants() == []


@pytest.mark.rule("R1.3")
def test_asking_anew_and_approving_the_old_at_once_never_pays_the_old(agent, supervisor, shop):
    for _ in range(5):
        case = a_refund(agent, order=an_order(shop), amount="30.00")
        wish = a_wish(case.order, "50.00", case=case.pk)
        outcomes = at_once(
            lambda wish=wish, case=case: ask_refund(wish, by=acts(agent), at=MONDAY, version=case.version),
            lambda case=case: advance(case.pk, "approve", by=acts(supervisor), at=MONDAY),
        )
        newest = Request.objects.filter(case=case).order_by("-seq").first()
        # Who asked anew saw the case before the decision, or is told that it has moved.
        assert (outcomes[0], newest.amount) in (("done", 50), ("stale", 30))
        assert money_of(case.order)[0] == newest.amount
        for given in Approval.objects.filter(request__case=case):
            assert given.request == newest or Ending.objects.filter(request=given.request).exists()
    assert verify_invariants() == []


@pytest.mark.fault("C9")
def test_closing_a_case_and_asking_for_its_refund_at_once_leaves_none_orphaned(agent):
    for _ in range(5):
        above = an_unreachable(agent, state="returning")
        wish = a_wish(above.order, case=above.pk)
        outcomes = at_once(
            lambda above=above: advance(above.pk, "passed_on", by=acts(agent), at=MONDAY, facts={"agreed": "x"}),
            lambda wish=wish: ask_refund(wish, by=acts(agent), at=MONDAY),
        )
        assert sorted(outcomes) in (["case_closed", "done"], ["done", "step_refused"])
        assert Case.objects.get(pk=above.pk).is_open == (outcomes[1] == "done")
    assert verify_invariants() == []


def test_a_storm_of_everything_on_two_orders_ends_in_order_and_never_in_a_deadlock(agent, agent2, supervisor, manager, finance, shop):
    orders = [an_order(shop, lines=("60.00", "40.00"), waybill=f"7300000000000{n}") for n in range(2)]
    above = [an_unreachable(agent, order=order, state="returning") for order in orders]
    people = [acts(each) for each in (agent, agent2, supervisor, manager, finance)]

    def storm(seed):
        rng = random.Random(seed)
        for number in range(12):
            try:
                something(rng, f"{seed}-{number}")
            except DeskError:
                continue

    def something(rng, key):
        by, which = rng.choice(people), rng.randrange(2)
        deed = rng.randrange(6)
        open_ones = list(Case.objects.filter(kind="refund", closed_at=None).values_list("pk", flat=True))
        if deed == 0 or not open_ones:
            ask_refund(a_wish(orders[which], f"{rng.randrange(1, 30)}.00", case=above[which].pk), by=by, at=MONDAY)
        elif deed == 1:
            add_note(rng.choice([each.pk for each in above]), note=key, by=by, at=MONDAY)
        elif deed == 2:
            task = Task.objects.filter(done_at=None).order_by("?").first()
            if task:
                finish_task(task.case_id, task.pk, by=by, at=MONDAY)
        elif deed == 3:
            fire_deadlines(at=MONDAY)
        else:
            step = rng.choice(["approve", "reject", "withdraw", "record_payout", "customer_told", "revoke", "send_back"])
            facts = {"record_payout": {"platform_number": f"PAY-{key}", "paid_at": MONDAY.isoformat()}}
            given = facts.get(step) or (WHY if step in ("reject", "revoke", "send_back") else {})
            advance(rng.choice(open_ones), step, by=by, at=MONDAY, note="x", facts=given)

    outcomes = at_once(*[lambda seed=seed: storm(seed) for seed in range(8)])
    assert outcomes == ["done"] * 8
    assert verify_invariants() == []
    assert Request.objects.count() > 3


def locks(ids):
    """Lock the orders as a door does, but wait no longer than half a second."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '500ms'")
        lock_orders(ids)


def test_who_wants_several_orders_waits_for_the_import_of_their_shop_before_the_first(shop):
    orders = [an_order(shop).pk for _ in range(2)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, shop.pk])
        several, one = at_once(lambda: locks(orders), lambda: locks(orders[:1]))
    assert (isinstance(several, OperationalError), one) == (True, "done")
    assert at_once(lambda: locks(orders)) == ["done"]


def locks_for_the_night():
    """Lock every parcel as the nightly job does, but wait no longer than half a second."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '500ms'")
        lock_parcels_of("SELECT id FROM logistics_parcel")


@pytest.mark.rule("L3.3")
def test_the_night_waits_for_the_import_of_its_shop_before_the_first_order(shop):
    for waybill in ("73111111111111", "73111111111112"):
        an_order(shop, waybill=waybill)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, shop.pk])
        (night,) = at_once(locks_for_the_night)
    assert isinstance(night, OperationalError)
    assert at_once(locks_for_the_night) == ["done"]


def one_waits():
    """Wait until somebody waits for a lock."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.002)
    raise AssertionError("nobody waits")


@pytest.mark.rule("L3.3")
def test_a_case_that_is_put_under_another_one_while_somebody_waits_for_it_is_worked_all_the_same(agent):
    above, case = an_unreachable(agent), an_unreachable(agent)
    outcomes = []
    waits = threading.Thread(target=lambda: outcomes.extend(at_once(lambda: add_note(case.pk, note="已联系", by=acts(agent), at=MONDAY))))
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(parent=above)
        waits.start()
        one_waits()
    waits.join()
    assert outcomes == ["done"]


def test_a_round_of_the_minute_that_waits_for_another_one_tells_nothing_twice_and_does_not_fail(agent):
    at = an_unreachable(agent).deadlines.get().due_at - dt.timedelta(hours=1)
    outcomes = []
    waits = threading.Thread(target=lambda: outcomes.extend(at_once(lambda: tell_soon(at=at))))
    with transaction.atomic():
        assert tell_soon(at=at) == 1
        waits.start()
        one_waits()
    waits.join()
    assert outcomes == ["done"]
    assert Notice.objects.filter(what="soon").count() == 1
