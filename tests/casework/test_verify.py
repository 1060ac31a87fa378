"""verify_invariants finds each thing that must always hold when the owner breaks it past every guard."""

import json

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from casework.actions.add_evidence import add_evidence, evidence_path
from casework.actions.verify import QUERIES, verify_invariants
from casework.models import Evidence
from config.owner import acting_as_owner
from tests.builders import a_refund, an_order, an_unreachable
from tests.casework.test_evidence import a_png
from tests.cast import MONDAY, acts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def a_day(agent, supervisor, finance, shop, settings, tmp_path):
    """Some of everything, and all is well."""
    settings.MEDIA_ROOT = tmp_path
    order = an_order(shop, lines=("60.00", "40.00"), freight="5.00", waybill="73000000000001")
    case = an_unreachable(agent, order=order)
    add_evidence(case.pk, upload=a_png(), kind="chat", by=acts(agent), at=MONDAY)
    a_refund(agent, order=order, amount="10.00", freight="5.00")
    a_refund(agent, order=order, amount="10.00", approved_by=supervisor)
    a_refund(agent, order=order, amount="10.00", approved_by=supervisor, paid_by=finance)
    an_unreachable(agent, state="delivered")
    assert verify_invariants() == []


def a_post(key):
    """A row of the ledger that nothing stands behind."""
    return (
        "INSERT INTO casework_ledger (at, shop_id, case_id, order_id, entry, kind, direction, channel, party, amount, key)"
        f" SELECT at, shop_id, case_id, order_id, 'post', 'goods', 'out', 'alipay', 'unknown', 1, '{key}' FROM casework_ledger LIMIT 1"
    )


def a_claim(received):
    """A claim that nothing stands behind, as `claim` in the statement that follows."""
    return (
        "WITH lost AS (INSERT INTO logistics_loss (case_id, parcel_id, courier_id, cause, amount, rule, at)"
        " SELECT f.case_id, p.id, p.courier_id, 'lost', 1, 'L3.2', now() FROM logistics_incidentfacts f JOIN logistics_parcel p ON p.id = f.parcel_id"
        " LIMIT 1 RETURNING id, case_id), claim AS (INSERT INTO refunds_claimfacts (case_id, loss_id, incident_id, amount, received, number, wanted)"
        f" SELECT case_id, id, case_id, 1, {received}, '', '' FROM lost RETURNING case_id) "
    )


# Rule -> what the owner does while the triggers sleep, after removing the constraints that stand in the way.
BREAKS = {
    "order_within_paid": "UPDATE orders_order SET refunded = paid + 1 WHERE reserved > 0",
    "line_within_paid": "UPDATE orders_line SET refunded = paid + 1 WHERE reserved > 0",
    "lines_and_postage_are_the_order": "UPDATE orders_order SET paid = paid + 1",
    "ledger_is_the_order_counters": "UPDATE orders_order SET reserved = reserved - 1 WHERE reserved > 0",
    "ledger_is_the_line_counters": "UPDATE orders_line SET reserved = reserved - 1 WHERE reserved > 0",
    "counters_of_lines_and_postage_are_the_order": "UPDATE orders_order SET freight_reserved = 0",
    "a_state_of_its_kind": "UPDATE casework_case SET state = 'trying' WHERE kind = 'refund' AND state = 'asked'",
    "a_closed_case_has_nothing_open": "UPDATE casework_deadline d SET status = 'open', ended_at = NULL FROM casework_case c"
    " WHERE c.id = d.case_id AND c.closed_at IS NOT NULL",
    "an_open_case_has_an_owner_who_works_here_or_a_queue": "UPDATE orders_user SET is_active = false WHERE username = 'agent'",
    "one_end_per_deadline": "UPDATE casework_deadline SET ended_at = NULL WHERE status = 'met'",
    "a_promise_to_come_is_a_deadline": "INSERT INTO casework_promise (case_id, what, due_at, made_at, status, reason)"
    " SELECT id, '样例', '2090-01-01', now(), 'open', '' FROM casework_case WHERE closed_at IS NULL LIMIT 1",
    "no_journal_row_outside_its_month": "UPDATE casework_journal SET at = '2060-01-01' WHERE id = (SELECT min(id) FROM casework_journal)",
    "an_incident_is_about_its_parcel": "UPDATE logistics_incidentfacts SET parcel_id = NULL",
    "a_parcel_is_the_sum_of_its_events": "UPDATE logistics_parcel SET provider = 'kuaidi100'",
    "no_order_awaits_one_waybill_twice": "WITH twin AS (INSERT INTO logistics_parcel (shop_id, courier_id, waybill, first_seen_at)"
    " SELECT p.shop_id, (SELECT max(id) FROM logistics_courier), p.waybill, now() FROM logistics_parcel p LIMIT 1 RETURNING id, waybill)"
    " INSERT INTO logistics_parcel_orders (parcel_id, order_id) SELECT twin.id, l.order_id FROM twin JOIN logistics_parcel p USING (waybill)"
    " JOIN logistics_parcel_orders l ON l.parcel_id = p.id",
    "no_event_outside_its_month": "INSERT INTO logistics_trackingevent (parcel_id, at, place, provider, code, stage, signed_by, text, area, digest,"
    " received_at) SELECT id, '2009-01-01', 0, 'kuaidi100', '5', 'delivering', '', '派件', '', '', now() FROM logistics_parcel LIMIT 1",
    "what_is_set_aside_is_asked": "DELETE FROM refunds_request WHERE id = (SELECT min(id) FROM refunds_request)",
    "what_is_refunded_is_paid_out": "UPDATE orders_order SET refunded = refunded + 1 WHERE refunded > 0",
    "what_is_approved_is_counted": "UPDATE orders_order SET approved_total = 0",
    "a_refund_state_is_what_its_request_says": "UPDATE casework_case SET state = 'lapsed', category = 'open', queue = 'agents' WHERE state = 'asked'",
    "a_done_run_is_the_sum_of_its_cells": "INSERT INTO logistics_nightlyrun (shop_id, at, started_at, state, by_name, looked_at, unknown, found, twice,"
    " opened, updated, closed, told) SELECT id, now(), now(), 'done', '', 5, 0, 0, 0, 0, 0, 0, 0 FROM orders_shop LIMIT 1",
    "what_a_courier_owes_was_lost_with_it": "INSERT INTO logistics_loss (case_id, parcel_id, courier_id, cause, amount, rule, at)"
    " SELECT f.case_id, p.id, p.courier_id, 'lost', 1, 'L3.2', now() FROM logistics_incidentfacts f JOIN logistics_parcel p ON p.id = f.parcel_id LIMIT 1",
    "a_question_that_is_answered_has_an_end_and_a_name": "UPDATE casework_task SET answer = 'left' WHERE done_at IS NULL",
    "no_line_is_sent_again_twice_at_once": "INSERT INTO refunds_resentline (case_id, line_id, quantity)"
    " SELECT c.id, (SELECT max(id) FROM orders_line), 1 FROM casework_case c WHERE c.closed_at IS NULL",
    "no_line_is_sent_again_while_its_refund_is_asked": "INSERT INTO refunds_resentline (case_id, line_id, quantity)"
    " SELECT (SELECT min(id) FROM casework_case WHERE closed_at IS NULL), id, 1 FROM orders_line WHERE reserved > 0",
    "what_is_under_way_again_has_its_parcel": "WITH gone AS (UPDATE logistics_incidentfacts SET parcel_id = NULL)"
    " UPDATE casework_case SET kind = 'reshipment', state = 'under_way' WHERE kind = 'unreachable' AND closed_at IS NULL",
    "no_line_comes_back_twice_at_once": "INSERT INTO refunds_returnline (case_id, line_id, quantity, good, unsaleable, worn, wrong)"
    " SELECT c.id, (SELECT max(id) FROM orders_line), 1, 0, 0, 0, 0 FROM casework_case c WHERE c.closed_at IS NULL",
    "money_of_a_return_follows_its_inspection_or_a_lead": "WITH paid AS (UPDATE casework_case c SET parent_id = (SELECT min(id) FROM casework_case)"
    " FROM refunds_request r JOIN refunds_approval a ON a.request_id = r.id JOIN refunds_payout p ON p.approval_id = a.id WHERE c.id = r.case_id)"
    " INSERT INTO refunds_return (case_id, why, unworn, wanted, waybill, remark, settled) SELECT min(id), 'quality', false, '', '', '', '' FROM casework_case",
    "a_running_promise_is_of_an_open_case": "UPDATE casework_deadline SET kind = 'inquiry_1' WHERE id = (SELECT max(id) FROM casework_deadline)",
    "what_is_paid_beyond_the_order_is_posted": a_post("request:1:settle:beyond"),
    "goods_that_left_are_posted_at_their_cost": a_post("goods:1"),
    "what_was_paid_beside_its_approval_is_posted": a_post("transfer:1"),
    "what_the_platform_paid_by_its_own_decision_stands_once": a_post("platform:1:1"),
    "what_is_booked_of_a_difference_is_posted": a_post("settlement:1"),
    "what_was_refunded_there_is_in_the_books_once": "WITH there AS (INSERT INTO orders_platformrefund (shop_id, order_id, number, amount, status,"
    " is_open, is_paid, forced, after_sale_type, phase, reason, return_waybill)"
    " SELECT shop_id, id, '1', 1, '', false, true, false, '', '', '', '' FROM orders_order LIMIT 1 RETURNING id),"
    " closed AS (UPDATE casework_case SET state = 'refunded_there' WHERE state = 'asked' RETURNING id)"
    " UPDATE refunds_askedthere SET refund_id = (SELECT id FROM there) WHERE case_id IN (SELECT id FROM closed)",
    "what_the_platform_decided_is_counted": "UPDATE orders_order SET platform_decided = 1",
    "nothing_is_paid_here_that_the_platform_paid": "UPDATE orders_order SET refunded_outside = refunded, platform_refunded = paid WHERE refunded > 0",
    "a_refund_without_a_request_was_asked_on_the_platform_only": "UPDATE casework_case SET state = 'requested' WHERE state = 'asked'",
    "a_request_on_the_platform_has_one_open_refund": "WITH there AS (INSERT INTO orders_platformrefund (shop_id, order_id, number, amount, status,"
    " is_open, is_paid, forced, after_sale_type, phase, reason, return_waybill)"
    " SELECT shop_id, id, '1', 1, '', true, false, false, '', '', '', '' FROM orders_order LIMIT 1 RETURNING id)"
    " UPDATE refunds_askedthere SET refund_id = (SELECT id FROM there)",
    "a_refund_is_being_paid_while_its_transfer_is_open": "UPDATE casework_case SET state = 'paying' WHERE state = 'to_pay'",
    "a_transfer_that_is_done_is_the_payout": "INSERT INTO refunds_transfer (approval_id, amount, asked_by_id, sent_by_id, gateway, key, status, sent_at,"
    " tries, wake_at, code) SELECT id, amount, asked_by_id, decided_by_id, 'alipay', '1', 'done', now(), 1, now(), '' FROM refunds_approval a"
    " WHERE NOT EXISTS (SELECT FROM refunds_payout WHERE approval_id = a.id)",
    "what_a_provider_paid_has_its_transfer": "UPDATE refunds_payout SET gateway = 'alipay'",
    "a_gift_that_waits_stands_in_the_list": "UPDATE casework_case SET kind = 'gift', state = 'to_pack' WHERE state = 'asked'",
    "what_is_given_was_agreed_to_and_has_its_parcel": "WITH packed AS (UPDATE casework_case SET kind = 'gift', state = 'packed' WHERE state = 'asked'"
    " RETURNING id) INSERT INTO refunds_giftfacts (case_id, what, pieces, worth, askers, waybill) SELECT id, '杯子', 1, 5, '{}', '' FROM packed",
    "what_finance_issues_is_whole_and_what_is_issued_has_its_number": "WITH issued AS (UPDATE casework_case SET kind = 'invoice', state = 'issued'"
    " WHERE state = 'asked' RETURNING id) INSERT INTO refunds_invoicefacts (case_id, type, shown, missing, warnings, wanted, number)"
    " SELECT id, 'personal', '{}', '{}', '{}', '', '' FROM issued",
    "no_refund_left_while_a_courier_was_stopping_its_parcel": "UPDATE casework_case SET kind = 'intercept', opened_at = opened_at - interval '1 day'"
    " WHERE kind = 'unreachable' AND closed_at IS NULL",
    "an_address_is_decided_once_it_is_known": "UPDATE casework_case SET kind = 'address_change' WHERE kind = 'unreachable'",
    "an_address_in_print_is_asked_about_before_it_is_edited": "WITH asked AS (UPDATE casework_task SET kind = 'edit_address' WHERE done_at IS NULL"
    " RETURNING case_id), wish AS (INSERT INTO logistics_addressfacts (case_id, shown, edits_after, parts) SELECT DISTINCT case_id, '{}'::jsonb, 0, '[]'::jsonb"
    " FROM asked) UPDATE casework_case SET kind = 'address_change' WHERE id IN (SELECT case_id FROM asked)",
    "what_a_claim_moves_is_posted": a_post("recovery:1"),
    "what_comes_in_by_claims_is_what_their_lines_say": "INSERT INTO refunds_recovery (case_id, direction, amount, note, by_id, at)"
    " SELECT min(id), 'out', 1, '样例', (SELECT min(id) FROM orders_user), now() FROM casework_case",
    "what_a_claim_received_is_what_moved": a_claim(1) + "SELECT * FROM claim",
    "a_claim_is_paid_once_and_with_money": a_claim(0)
    + "UPDATE casework_case SET kind = 'courier_claim', state = 'paid' WHERE id = (SELECT case_id FROM claim)",
    "no_money_hangs_on_a_review": "WITH above AS (UPDATE casework_case SET kind = 'review' WHERE kind = 'unreachable' AND closed_at IS NULL"
    " RETURNING id) UPDATE casework_case SET parent_id = (SELECT max(id) FROM above) WHERE kind = 'refund'",
    "facts_of_each_case": "DELETE FROM logistics_incidentfacts",
}
CAPS = {"order_refunds_within_paid": "orders_order", "line_refunds_within_paid": "orders_line"}


@pytest.fixture
def without_caps(past_the_triggers):
    """The caps are gone for a while."""
    kept = {}
    for name, table in CAPS.items():
        past_the_triggers.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        kept[name] = past_the_triggers.fetchone()[0]
        past_the_triggers.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield past_the_triggers
    for name, table in CAPS.items():
        past_the_triggers.execute(f"UPDATE {table} SET refunded = 0; ALTER TABLE {table} ADD CONSTRAINT {name} {kept[name]}")


def test_what_the_owner_breaks_is_found(a_day, without_caps):
    found = {}
    with acting_as_owner():
        for rule, what in BREAKS.items():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(what)
                assert cursor.rowcount > 0, rule
                found[rule] = {each.rule for each in verify_invariants()}
                transaction.set_rollback(True)
    assert [rule for rule in BREAKS if rule not in found[rule]] == []
    assert verify_invariants() == []


def test_every_rule_has_a_way_to_be_broken():
    assert set(QUERIES) - set(BREAKS) == set()


@pytest.mark.parametrize("how", ["orphan", "missing"])
def test_files_and_rows_belong_together(a_day, how):
    path = evidence_path(Evidence.objects.get())
    if how == "orphan":
        path.with_name("left-behind.png").write_bytes(b"x")
        assert [(each.rule, each.detail) for each in verify_invariants()] == [("no_orphan_file", f"{path.parent.name}/left-behind.png")]
    else:
        path.unlink()
        assert [each.rule for each in verify_invariants()] == ["no_missing_file"]


@pytest.mark.parametrize("command", ["verify_invariants", "verify_audit"])
def test_the_command_says_ok_and_leaves_with_zero_or_says_what_and_leaves_with_one(a_day, past_the_triggers, capsys, command):
    call_command(command)
    assert capsys.readouterr().out == "ok\n"
    call_command(command, "--json")
    assert json.loads(capsys.readouterr().out) == {"ok": True, "findings": []}
    past_the_triggers.execute("UPDATE orders_order SET approved_total = 0")
    past_the_triggers.execute("DELETE FROM casework_unsealed")
    with pytest.raises(SystemExit) as left:
        call_command(command, "--json")
    assert left.value.code == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False


def test_the_checks_read_as_the_application_and_need_no_right_of_the_owner(a_day):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (settings.APPLICATION_ROLE,)
    assert verify_invariants() == []
