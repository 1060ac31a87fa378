"""R1, DESIGN 5, 11: with request, limits and order as they stand, raw SQL as the application's role cheats nobody.

Each attempt must fail by the constraint that is named, or by a right that is missing.
"""

import datetime as dt
import json
import threading

import psycopg2
import pytest
from django.conf import settings
from django.db import Error, connection, transaction

from casework.actions.advance import advance
from casework.actions.deeds import add_note
from casework.actions.verify import verify_invariants
from casework.models import Journal, Ledger
from orders.access import Actor, acting
from orders.models import Membership, Order
from refunds.models import Approval, ApproverDay, Payout, Request
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import MONDAY, acts

pytestmark = [pytest.mark.rule("R1.1", "R1.2"), pytest.mark.django_db]

PRIVILEGE = "42501"
APPROVE = (
    "INSERT INTO refunds_approval (request_id, asked_by_id, order_id, amount, decided_by_id)"
    " SELECT id, asked_by_id, order_id, amount, %s FROM refunds_request WHERE id = %s"
)
PAY = (
    "INSERT INTO refunds_payout (approval_id, amount, asked_by_id, paid_by_id, gateway, channel, platform_number, paid_at, recorded_at, key)"
    " SELECT id, amount, asked_by_id, %s, 'manual', 'platform', 'RAW' || id, now(), now(), 'raw' || id FROM refunds_approval WHERE id = %s"
)
END = "INSERT INTO refunds_ending (request_id, kind, by_id, at, reason) VALUES (%s, 'withdrawn', %s, now(), '')"
SEND_BACK = "INSERT INTO refunds_sendback (request_id, by_id, at, reason) VALUES (%s, %s, now(), 'x')"


def sql(text, *params):
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def at_once(text, *params):
    """The statement with its deferred constraints, in a transaction of its own."""
    with transaction.atomic():
        sql(text, *params)
        sql("SET CONSTRAINTS ALL IMMEDIATE")


def fails(by, text, *params):
    """The statement fails by the named constraint, or by a right that is missing."""
    with pytest.raises(Error) as caught:
        at_once(text, *params)
    cause = caught.value.__cause__
    found = cause.pgcode if by == PRIVILEGE else cause.diag.constraint_name or str(cause)
    assert found == by, cause


def is_refused(text, *params):
    fails(PRIVILEGE, text, *params)


@pytest.fixture
def asked(agent):
    return a_refund(agent)


@pytest.fixture
def request_row(asked):
    return Request.objects.get(case=asked)


@pytest.fixture
def approval(asked, supervisor):
    advance(asked.pk, "approve", by=acts(supervisor), at=MONDAY)
    return Approval.objects.get()


@pytest.fixture
def payout(approval, finance):
    sql(PAY, finance.pk, approval.pk)
    return Payout.objects.get()


def test_these_tests_work_as_the_applications_role():
    assert sql("SELECT current_user, session_user, usesuper FROM pg_user WHERE usename = current_user") == [
        (settings.APPLICATION_ROLE, settings.APPLICATION_ROLE, False)
    ]


def test_the_plain_way_works_in_raw_sql_too(request_row, supervisor, finance):
    """So that what fails below fails for its own reason."""
    assert sql(APPROVE, supervisor.pk, request_row.pk) == 1
    assert sql(PAY, finance.pk, Approval.objects.get().pk) == 1
    order = Order.objects.get()
    assert (order.reserved, order.refunded, order.approved_total) == (0, 30, 30)


# Counters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("orders_order", "reserved"),
        ("orders_order", "refunded"),
        ("orders_order", "refunded_outside"),
        ("orders_order", "approved_total"),
        ("orders_order", "platform_decided"),
        ("orders_line", "platform_decided"),
        ("orders_order", "freight_reserved"),
        ("orders_order", "freight_refunded"),
        ("orders_line", "reserved"),
        ("orders_line", "refunded"),
        ("orders_line", "refunded_outside"),
        ("refunds_approverday", "total"),
    ],
)
def test_a_counter_is_moved_by_nobody(asked, table, column):
    is_refused(f"UPDATE {table} SET {column} = 0")


@pytest.mark.parametrize("column", ["reserved", "refunded", "refunded_outside", "approved_total", "freight_reserved", "freight_refunded"])
def test_a_new_order_begins_with_empty_counters(shop, column):
    an_order(shop)
    columns = [each.column for each in Order._meta.concrete_fields if each.column not in ("id", "number", column)]
    names = ", ".join(columns)
    fails("counters_begin_empty", f"INSERT INTO orders_order ({names}, number, {column}) SELECT {names}, '99999999', 1 FROM orders_order")


@pytest.mark.parametrize("column", ["reserved", "refunded"])
def test_a_new_line_begins_with_empty_counters(shop, column):
    an_order(shop)
    other = "refunded" if column == "reserved" else "reserved"
    fails(
        "counters_begin_empty",
        "INSERT INTO orders_line (order_id, number, position, title, sku, merchant_code, quantity, price, paid, platform_refunded, made_to_order,"
        f" status, refund_status, {other}, {column}) SELECT order_id, 'x', 9, '', '', '', 1, 1, 1, 0, false, '', '', 0, 1 FROM orders_line",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE orders_order SET id = id + 1000000",
        "UPDATE orders_order SET shop_id = shop_id",
        "UPDATE orders_order SET number = '99999999'",
        "UPDATE orders_line SET id = id + 1000000",
        "UPDATE orders_line SET order_id = order_id",
        "UPDATE casework_case SET kind = 'unreachable', state = 'trying', category = 'customer'",
        "UPDATE casework_case SET order_id = NULL",
        "UPDATE casework_case SET shop_id = shop_id",
        "UPDATE casework_case SET id = id + 1000000",
        "DELETE FROM casework_case",
        "DELETE FROM casework_deadline",
        "DELETE FROM casework_task",
        "DELETE FROM casework_contactattempt",
    ],
)
def test_nothing_changes_what_it_is_or_whose_and_nothing_escapes_its_deadline(asked, statement):
    is_refused(statement)


def test_an_order_or_a_line_with_money_on_it_is_not_deleted(asked):
    for table in ("orders_line", "orders_order"):
        with pytest.raises(Error) as caught:
            at_once(f"DELETE FROM {table}")
        assert caught.value.__cause__.pgcode == "23503"


@pytest.mark.parametrize("statement", ["UPDATE orders_order SET paid = 29", "UPDATE orders_line SET paid = 29"])
def test_what_was_paid_never_sinks_below_what_is_set_aside(asked, statement):
    fails("order_refunds_within_paid" if "order SET" in statement else "line_refunds_within_paid", statement)


# Ledger, journal, tables of the owner --------------------------------------------------------------

OURS_NEVER = [
    "casework_ledger",
    "casework_kindstate",
    "casework_test_clock",
    "refunds_approvallimit",
    "refunds_approverday",
    "refunds_delegation",
    "django_migrations",
]
WRITTEN_ONCE = [
    "casework_journal", "casework_seal", "casework_policy",
    "refunds_request", "refunds_approval", "refunds_sendback", "refunds_ending", "refunds_payout", "refunds_goodsout",
]  # fmt: skip


@pytest.mark.fault("A1")
@pytest.mark.parametrize("table", [*OURS_NEVER, *WRITTEN_ONCE])
def test_what_is_written_once_is_never_changed_removed_or_unlocked(db, table):
    column = sql("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 2", table)[0][0]
    is_refused(f"UPDATE {table} SET {column} = {column}")
    is_refused(f"DELETE FROM {table}")
    is_refused(f"TRUNCATE {table} CASCADE")
    is_refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    is_refused(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    is_refused(f"DROP TABLE {table}")
    is_refused(f"CREATE TRIGGER mine BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()")
    is_refused(f"GRANT UPDATE ON {table} TO {settings.APPLICATION_ROLE}; UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("table", OURS_NEVER)
def test_what_only_the_database_writes_takes_no_row_from_us(db, table):
    is_refused(f"INSERT INTO {table} SELECT * FROM {table}")


@pytest.mark.fault("A1")
def test_the_journals_partitions_are_not_reached_directly_coming_ones_included(agent):
    an_unreachable(agent)
    sql("SELECT casework_ensure_partitions('2031-01-01', 2)")
    names = [name for (name,) in sql("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'casework_journal'::regclass")]
    assert "casework_journal_203101" in names
    assert "casework_journal_default" in names
    for name in names:
        is_refused(f"INSERT INTO {name} SELECT * FROM casework_journal LIMIT 1")
        is_refused(f"UPDATE {name} SET note = ''")
        is_refused(f"DELETE FROM {name}")
        is_refused(f"TRUNCATE {name}")
        is_refused(f"ALTER TABLE casework_journal DETACH PARTITION {name}")


@pytest.mark.fault("A1")
def test_the_original_of_a_note_is_not_swapped(agent):
    case = an_unreachable(agent)
    for words in ("first", "second"):
        add_note(case.pk, note=words, by=acts(agent), at=MONDAY)
    assert sql("SELECT count(*) FROM casework_text") == [(2,)]
    one, two = (pk for (pk,) in sql("SELECT journal_id FROM casework_text ORDER BY 1"))
    is_refused("UPDATE casework_text SET journal_id = %s WHERE journal_id = %s", one, two)


@pytest.mark.fault("A1")
@pytest.mark.django_db(transaction=True)
def test_words_that_come_later_are_not_a_notes_original(agent, other_cursor):
    add_note(an_unreachable(agent).pk, note="first", by=acts(agent), at=MONDAY)
    other_cursor.execute("DELETE FROM casework_text RETURNING journal_id, ciphertext")
    with pytest.raises(psycopg2.Error) as refused:
        other_cursor.execute("INSERT INTO casework_text (journal_id, ciphertext) VALUES (%s, %s)", other_cursor.fetchone())
    assert refused.value.diag.constraint_name == "text_comes_with_its_row"


@pytest.mark.fault("A3")
def test_rights_change_under_no_pretence_of_a_deed_without_a_row(agent, shop):
    with transaction.atomic():
        sql("SELECT set_config('casework.door', 'on', true), set_config('casework.now', %s, true)", MONDAY.isoformat())
        sql("UPDATE orders_membership SET role = 'manager' WHERE user_id = %s", agent.pk)
        sql("UPDATE orders_user SET all_shops = true WHERE id = %s", agent.pk)
        sql("UPDATE orders_shop SET name = 'x' WHERE id = %s", shop.pk)
    kinds = list(Journal.objects.filter(step="update").order_by("pk").values_list("object_type", flat=True))
    assert kinds == ["membership", "user", "shop"]


@pytest.mark.fault("A1")
def test_no_journal_row_takes_the_number_of_another(agent):
    an_unreachable(agent)
    columns = "at, object_type, object_id, step, from_state, to_state, actor_id, actor_name, role, channel, facts, note, request_id"
    sql("SELECT set_config('casework.now', %s, true)", MONDAY.isoformat())
    sql(f"INSERT INTO casework_journal ({columns}) SELECT {columns} FROM casework_journal ORDER BY id DESC LIMIT 1")
    is_refused(f"INSERT INTO casework_journal (id, {columns}) SELECT id, {columns} FROM casework_journal LIMIT 1")
    is_refused("INSERT INTO casework_unsealed (journal_id, journal_at, txid) VALUES (1, now(), 1)")
    is_refused("DELETE FROM casework_unsealed")
    is_refused("TRUNCATE casework_unsealed")
    is_refused("SELECT setval('casework_journal_id_seq', 1)")


# Approvals -----------------------------------------------------------------------------------------


def test_nobody_approves_what_they_asked_for(supervisor):
    row = Request.objects.get(case=a_refund(supervisor))
    fails("four_eyes", APPROVE, supervisor.pk, row.pk)


def test_who_asked_for_an_earlier_version_does_not_approve_a_later_one(agent, supervisor, asked):
    line = asked.order.lines.get().pk
    sql(NEW_VERSION, json.dumps([{"line": line, "amount": "20.00"}]), "20.00", supervisor.pk, 2, asked.pk)
    fails("four_eyes", APPROVE, supervisor.pk, Request.objects.get(seq=2).pk)
    sql(NEW_VERSION, json.dumps([{"line": line, "amount": "20.00"}]), "20.00", agent.pk, 3, asked.pk)
    fails("four_eyes", APPROVE, supervisor.pk, Request.objects.get(seq=3).pk)


@pytest.mark.parametrize("lie", ["asked_by_id", "amount", "order_id"])
def test_an_approval_is_of_exactly_the_request(request_row, supervisor, agent2, shop, lie):
    lies = {"asked_by_id": agent2.pk, "amount": "29.99", "order_id": an_order(shop).pk}
    told = {"asked_by_id": request_row.asked_by_id, "amount": "30.00", "order_id": request_row.order_id} | {lie: lies[lie]}
    fails(
        "approval_of_this_request",
        "INSERT INTO refunds_approval (request_id, asked_by_id, amount, order_id, decided_by_id) VALUES (%s, %s, %s, %s, %s)",
        request_row.pk,
        *told.values(),
        supervisor.pk,
    )


def test_what_an_approval_says_of_sums_limits_and_times_is_the_databases_word(request_row, supervisor, database_clock):
    with transaction.atomic():
        sql("SELECT set_config('casework.now', %s, true)", MONDAY.isoformat())
        sql(
            "INSERT INTO refunds_approval (id, request_id, asked_by_id, order_id, amount, decided_by_id, decided_at, cumulated, limit_at, day, day_total,"
            " day_limit, valid_until) VALUES (77777, %s, %s, %s, 30, %s, '2020-01-01', 0.01, 999999, '2020-01-01', 0.01, 999999, '2099-01-01')",
            request_row.pk,
            request_row.asked_by_id,
            request_row.order_id,
            supervisor.pk,
        )
    given = Approval.objects.get()
    assert (given.decided_at, given.day, given.valid_until) == (MONDAY, MONDAY.date(), MONDAY + dt.timedelta(hours=72))
    assert (given.cumulated, given.limit_at, given.day_total, given.day_limit) == (30, 500, 30, 5000)
    assert given.pk != 77777


@pytest.mark.fault("M13")
def test_the_limit_of_the_order_holds_over_two_cases_and_in_one_statement(agent, supervisor, shop):
    order = an_order(shop, lines=("900.00",))
    for _ in range(2):
        a_refund(agent, order=order, amount="260.00")
    both = APPROVE.replace("id = %s", "order_id = %s")
    fails("approval_within_limit", both, supervisor.pk, order.pk)
    first, second = Request.objects.order_by("pk")
    sql(APPROVE, supervisor.pk, first.pk)
    fails("approval_within_limit", APPROVE, supervisor.pk, second.pk)
    assert Order.objects.get().approved_total == 260


def test_the_limit_of_the_day_holds(agent, supervisor, shop):
    sql("SELECT refunds_set_limit(NULL, 'supervisor', NULL, 500, 50)")
    requests = [Request.objects.get(case=a_refund(agent)) for _ in range(2)]
    sql(APPROVE, supervisor.pk, requests[0].pk)
    fails("approval_within_day_limit", APPROVE, supervisor.pk, requests[1].pk)


@pytest.mark.parametrize("name", ["agent2", "finance", "warehouse", "auditor", "admin", "outsider", "superuser"])
def test_who_has_no_limit_in_the_shop_approves_nothing(request, request_row, name):
    fails("approver_has_a_limit", APPROVE, request.getfixturevalue(name).pk, request_row.pk)


def test_who_left_approves_nothing(request_row, supervisor):
    type(supervisor).objects.filter(pk=supervisor.pk).update(is_active=False)
    fails("approver_has_a_limit", APPROVE, supervisor.pk, request_row.pk)


def test_a_request_is_approved_once(approval, request_row, manager):
    fails("request_still_waits", APPROVE, manager.pk, request_row.pk)


@pytest.mark.parametrize("ending", [END, SEND_BACK])
def test_what_was_ended_or_sent_back_is_not_approved(request_row, supervisor, manager, ending):
    sql(ending, request_row.pk, supervisor.pk)
    fails("request_still_waits", APPROVE, manager.pk, request_row.pk)


def test_no_insert_that_comes_to_nothing_moves_a_counter(agent, supervisor, manager, approval):
    """ON CONFLICT DO NOTHING skips the row after its BEFORE triggers have run."""
    other = Request.objects.get(case=a_refund(agent, order=approval.order))
    skip = APPROVE.replace("(request_id", "(id, request_id").replace("SELECT id", "SELECT %s::bigint, id") + " ON CONFLICT DO NOTHING"
    fails("request_still_waits", skip, 5, manager.pk, approval.request_id)
    assert sql(skip, approval.pk, manager.pk, other.pk) == 1
    assert Approval.objects.count() == 2
    sql(END, other.pk, supervisor.pk)
    ending = sql("SELECT id FROM refunds_ending")[0][0]
    skip = END.replace("(request_id", "(id, request_id").replace("VALUES (", "VALUES (%s, ") + " ON CONFLICT DO NOTHING"
    fails("request_still_waits", skip, ending, other.pk, supervisor.pk)
    assert sql(skip, ending, approval.request_id, supervisor.pk) == 1
    order = Order.objects.get()
    assert (order.reserved, order.approved_total) == (0, 0)
    assert ApproverDay.objects.filter(total__gt=0).count() == 0


# Payouts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "by"), [("amount + 0.01", "payout_of_this_approval"), ("amount - 0.01", "payout_of_this_approval")])
def test_another_amount_is_not_paid(approval, finance, change, by):
    fails(by, PAY.replace("SELECT id, amount", f"SELECT id, {change}"), finance.pk, approval.pk)


def test_who_asked_is_not_lied_about_at_the_payout(approval, finance, agent2):
    fails("payout_of_this_approval", PAY.replace("asked_by_id, %s", f"{agent2.pk}, %s"), finance.pk, approval.pk)


def test_who_asked_does_not_pay(approval, agent):
    fails("payer_did_not_ask", PAY, agent.pk, approval.pk)


def test_who_approved_does_not_pay(approval, supervisor):
    fails("payer_is_finance", PAY, supervisor.pk, approval.pk)
    Membership.objects.filter(user=supervisor).update(role="finance")
    fails("payer_is_not_the_approver", PAY, supervisor.pk, approval.pk)


@pytest.mark.parametrize("who", ["agent2", "warehouse", "auditor", "outsider", "superuser"])
def test_nobody_but_finance_pays(approval, request, who):
    fails("payer_is_finance", PAY, request.getfixturevalue(who).pk, approval.pk)


def test_what_the_platform_paid_meanwhile_is_not_approved(request_row, supervisor):
    Order.objects.filter(pk=request_row.order_id).update(platform_refunded="80.00")
    fails("not_refunded_by_the_platform", APPROVE, supervisor.pk, request_row.pk)


def test_money_moves_in_read_committed_only(request_row, supervisor, other_cursor):
    other_cursor.execute("SET default_transaction_isolation = 'repeatable read'")
    with pytest.raises(psycopg2.Error) as refused:
        other_cursor.execute(APPROVE, [supervisor.pk, request_row.pk])
    assert refused.value.diag.constraint_name == "money_is_read_committed"


def test_only_leads_get_a_limit():
    fails("only_leads_approve", "SELECT refunds_set_limit(NULL, 'agent', NULL, 10, 10)")


def test_an_approval_is_paid_once(payout, approval, finance):
    fails("refunds_payout_approval_id_key", PAY.replace("'RAW' ||", "'R2' ||").replace("'raw' ||", "'r2' ||"), finance.pk, approval.pk)
    order = Order.objects.get()
    assert (order.reserved, order.refunded) == (0, 30)


def test_another_channel_than_approved_is_not_paid(approval, finance):
    fails("payout_channel_as_approved", PAY.replace("'platform'", "'alipay'"), finance.pk, approval.pk)


@pytest.mark.parametrize("kind", ["revoked", "withdrawn", "expired", "replaced", "rejected"])
def test_what_was_taken_back_is_not_paid(approval, finance, kind):
    sql(END.replace("withdrawn", kind), approval.request_id, finance.pk)
    fails("approval_still_holds", PAY, finance.pk, approval.pk)


def test_what_a_newer_version_replaced_is_not_paid(approval, asked, agent, finance):
    sql(NEW_VERSION, json.dumps([{"line": asked.order.lines.get().pk, "amount": "20.00"}]), "20.00", agent.pk, 2, asked.pk)
    fails("approval_still_holds", PAY, finance.pk, approval.pk)


SET_POLICY = "INSERT INTO casework_policy (name, shop_id, value, valid_from, changed_by_id, changed_at) VALUES (%s, %s, %s, %s, %s, now())"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("payer_may_be_approver", "true"),
        ("approval_valid", '{"hours": 99999}'),
        ("step_up_above", '"99999.00"'),
        ("step_up_valid", '{"hours": 99999}'),
        ("bulk_approval_up_to", '"99999.00"'),
    ],
)
def test_the_policies_that_money_obeys_are_a_managers_and_begin_now_or_later(agent, supervisor, manager, outsider, shop, name, value):
    before = MONDAY - dt.timedelta(minutes=11)
    for who, since, by in [
        (None, MONDAY, "policy_is_a_managers"),
        (supervisor, MONDAY, "policy_is_a_managers"),
        (outsider, MONDAY, "policy_is_a_managers"),
        (manager, before, "policy_begins_now_or_later"),
    ]:
        with acting(acts(who) if who else Actor.system(), MONDAY):
            fails(by, SET_POLICY, name, shop.pk, value, since, who.pk if who else None)
    with acting(acts(agent), MONDAY):
        fails("policy_is_a_managers", SET_POLICY, name, shop.pk, value, MONDAY, manager.pk)
    with acting(acts(manager), MONDAY):
        fails("policy_is_a_managers", SET_POLICY, name, None, value, MONDAY, manager.pk)
        assert sql(SET_POLICY, name, shop.pk, value, MONDAY, manager.pk) == 1


def test_an_approval_that_ran_out_is_not_paid(approval, finance, database_clock):
    def at(moment):
        sql("SELECT set_config('casework.now', %s, true)", moment.isoformat())

    with transaction.atomic():
        at(approval.valid_until + dt.timedelta(seconds=1))
        fails("approval_not_expired", PAY, finance.pk, approval.pk)
        at(approval.valid_until)
        assert sql(PAY, finance.pk, approval.pk) == 1


@pytest.mark.django_db(transaction=True)
def test_no_setting_of_the_time_revives_an_approval_without_the_owners_test_clock(
    approval, finance, wall_clock_database, owner_cursor, other_cursor
):
    owner_cursor.execute("ALTER TABLE refunds_approval DISABLE TRIGGER USER")
    owner_cursor.execute("UPDATE refunds_approval SET valid_until = clock_timestamp() - interval '1 second'")
    owner_cursor.execute("ALTER TABLE refunds_approval ENABLE TRIGGER USER")
    other_cursor.execute("SET casework.now = '2001-01-01'")
    other_cursor.execute("CREATE TEMP TABLE casework_test_clock AS SELECT true AS is_on")
    other_cursor.execute("SET search_path = pg_temp, public")
    with pytest.raises(psycopg2.Error) as refused:
        other_cursor.execute(PAY, [finance.pk, approval.pk])
    assert refused.value.diag.constraint_name == "approval_not_expired"
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        other_cursor.execute("UPDATE public.casework_test_clock SET is_on = true")


def test_a_paid_request_does_not_end(payout, approval, supervisor):
    for kind in ("rejected", "withdrawn", "revoked", "expired", "replaced"):
        fails("a_paid_request_does_not_end", END.replace("withdrawn", kind), approval.request_id, supervisor.pk)


def test_an_approved_request_is_not_sent_back(approval, supervisor):
    fails("request_still_waits", SEND_BACK, approval.request_id, supervisor.pk)


def test_a_request_ends_once_and_its_money_is_free_once(request_row, supervisor):
    sql(END, request_row.pk, supervisor.pk)
    fails("request_still_waits", END, request_row.pk, supervisor.pk)
    assert Ledger.objects.filter(entry="release").count() == 1
    assert Order.objects.get().reserved == 0


def test_an_ending_that_nobody_knows_is_refused(request_row, supervisor):
    fails("ending_kind_is_known", END.replace("withdrawn", "vanished"), request_row.pk, supervisor.pk)


# Requests ------------------------------------------------------------------------------------------

NEW_VERSION = (
    "INSERT INTO refunds_request (case_id, order_id, seq, amount, freight, lines, reason, ground, evidence, payee_channel, payee_mask, asked_by_id, asked_at)"
    " SELECT case_id, order_id, v.seq, v.amount, 0, v.lines, reason, ground, evidence, payee_channel, '', v.asked_by, now()"
    " FROM refunds_request r, (SELECT %s::jsonb AS lines, %s::numeric AS amount, %s::bigint AS asked_by, %s::int AS seq) v WHERE r.case_id = %s"
    " ORDER BY r.seq DESC LIMIT 1"
)


@pytest.fixture
def ask_raw(asked, agent):
    line = asked.order.lines.get().pk

    def ask(by, *, lines=None, amount="20.00", seq=2, replace=("", "")):
        lines = json.dumps([{"line": line, "amount": "20.00"}] if lines is None else lines)
        statement = NEW_VERSION.replace(*replace) if replace[0] else NEW_VERSION
        fails(by, statement, lines, amount, agent.pk, seq, asked.pk)

    ask.line = line
    return ask


def test_a_line_is_the_orders_own(ask_raw, shop):
    strange = an_order(shop).lines.get().pk
    ask_raw("request_lines_are_the_orders", lines=[{"line": strange, "amount": "20.00"}])


@pytest.mark.parametrize("amount", ["-20.00", "0.00", "20", "20.000", "2e1", "NaN", "", None, 20, "020.00", "00.10", ".10", "20.00\n"])
def test_a_lines_amount_is_a_text_of_yuan_above_zero(ask_raw, amount):
    ask_raw("request_lines_are_the_orders", lines=[{"line": ask_raw.line, "amount": amount}])


def test_no_line_twice_however_it_is_written(ask_raw):
    half = {"line": ask_raw.line, "amount": "10.00"}
    ask_raw("request_lines_are_the_orders", lines=[half, half])
    ask_raw("casework_ledger_key_key", lines=[half, half | {"line": f"0{ask_raw.line}"}])


@pytest.mark.parametrize("amount", ["19.99", "20.01", "NaN"])
def test_lines_and_postage_are_the_amount(ask_raw, amount):
    ask_raw("request_adds_up", amount=amount)


def test_an_amount_and_a_postage_that_are_no_number_are_over_the_cap(ask_raw):
    ask_raw("over_the_cap", amount="NaN", replace=("v.amount, 0", "v.amount, 'NaN'"))


def test_a_negative_postage_buys_nothing(ask_raw):
    ask_raw("request_amounts_are_positive", amount="19.00", replace=("v.amount, 0", "v.amount, -1"))


@pytest.mark.parametrize("seq", [0, 1, 3, 32767])
def test_the_version_is_the_next_one(ask_raw, seq):
    ask_raw("request_is_the_next_version", seq=seq)


def test_more_than_is_left_is_refused_for_order_line_and_postage(ask_raw):
    ask_raw("over_the_cap", lines=[{"line": ask_raw.line, "amount": "100.01"}], amount="100.01")
    ask_raw("over_the_cap", amount="20.01", replace=("v.amount, 0", "v.amount, 0.01"))


def test_a_ground_or_evidence_of_the_order_is_given(ask_raw, agent):
    ask_raw("request_has_ground_or_evidence", replace=("v.lines, reason, ground", "v.lines, reason, ''"))
    ask_raw(
        "request_evidence_is_the_orders",
        replace=("reason, ground, evidence, payee_channel, '',", "reason, ground, '[999999]', payee_channel, '',"),
    )
    ask_raw(
        "request_evidence_is_the_orders",
        replace=("reason, ground, evidence, payee_channel, '',", "reason, ground, '{}', payee_channel, '',"),
    )


def test_a_request_belongs_to_an_open_refund_of_that_order(ask_raw, asked, agent, shop):
    other = an_unreachable(agent)
    strange = an_order(shop)
    ask_raw("request_has_an_open_refund", replace=("SELECT case_id, order_id", f"SELECT {other.pk}, order_id"))
    ask_raw("request_has_an_open_refund", replace=("SELECT case_id, order_id", f"SELECT case_id, {strange.pk}"))
    advance(asked.pk, "withdraw", by=acts(agent), at=MONDAY, note="x")
    ask_raw("request_has_an_open_refund")


# States --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["trying", "nonsense", ""])
def test_a_foreign_state_is_not_stored(asked, state):
    fails("case_state_is_of_its_kind", "UPDATE casework_case SET state = %s", state)


def test_a_state_of_another_category_is_not_stored(asked):
    fails("case_state_is_of_its_kind", "UPDATE casework_case SET category = 'customer'")
    fails("a_done_case_is_closed", "UPDATE casework_case SET state = 'settled', category = 'done'")
    fails("a_done_case_is_closed", "UPDATE casework_case SET closed_at = now()")


@pytest.mark.parametrize(("kind", "state"), [("refund", "trying"), ("unreachable", "asked"), ("nonsense", "asked")])
def test_a_case_of_a_foreign_state_or_kind_does_not_come_in(asked, kind, state):
    fails(
        "case_state_is_of_its_kind",
        "INSERT INTO casework_case (number, kind, shop_id, order_id, subject, subject_label, state, category, queue, opened_at, changed_at, version)"
        " SELECT 'X', %s, shop_id, order_id, 'x', '', %s, category, queue, opened_at, changed_at, 1 FROM casework_case",
        kind,
        state,
    )


# Functions and roles -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        "casework_ledger_write('release', 1, 1, '[]', 1, 'platform', 'shop', 'k')",
        "casework_ledger_reserve(1, 1, '[]', 1, 'platform', 'shop', 'k')",
        "casework_ledger_post(1, 1, NULL, 'gift', 'out', 'stock', 'shop', 1, 'k')",
    ],
)
def test_the_ledgers_writer_is_the_owners_alone(db, call):
    is_refused(f"SELECT {call}")


def test_no_trigger_function_can_be_hung_on_a_table_of_ones_own(asked):
    """They work with the owner's rights: a temporary table shaped like the ledger would move any counter."""
    functions = sql(
        "SELECT oid::regproc::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype"
    )
    assert len(functions) > 10
    sql("CREATE TEMP TABLE mine (LIKE casework_ledger)")
    for (name,) in functions:
        is_refused(f"CREATE TRIGGER t AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION {name}()")


def test_of_our_functions_only_the_known_ones_are_executed_and_each_has_its_search_path(db):
    rows = sql(
        "SELECT proname, prosecdef, coalesce(array_to_string(proconfig, ','), ''), has_function_privilege(oid, 'EXECUTE'),"
        " EXISTS (SELECT 1 FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0)"
        " FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    assert {name for name, _definer, _config, may, _public in rows if may} == {
        "orders_pairs", "casework_remove_demo", "casework_pulse", "casework_shops_of",
        "casework_now", "casework_day", "casework_policy_value", "casework_ensure_partitions", "casework_journal_change", "casework_watched",
        "casework_only_changed", "casework_sealed", "casework_queue_for_seal", "refunds_limit_of", "refunds_powers_of", "refunds_set_limit",
        "refunds_seed_limits", "refunds_compensation_left", "refunds_delegate", "refunds_end_delegation",
        "logistics_ensure_partitions", "logistics_region_of", "logistics_norm_hours",
        "refunds_post_platform", "refunds_is_short", "refunds_is_paid_there",
    }  # fmt: skip
    assert [name for name, _definer, _config, _may, public in rows if public] == []
    assert [name for name, definer, config, _may, _public in rows if definer and not config.startswith("search_path=public, pg_temp")] == []


@pytest.mark.parametrize(
    "statement",
    [
        "SET SESSION AUTHORIZATION casework_owner",
        "SET session_replication_role = replica",
        "CREATE TABLE public.mine (id int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE ROLE mine",
        "ALTER FUNCTION casework_now() SECURITY INVOKER",
        "ALTER TABLE orders_order DROP CONSTRAINT order_refunds_within_paid",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ],
)
def test_the_applications_role_is_nothing_more(db, statement):
    owner = settings.DATABASE_OWNER["USER"]
    is_refused(statement.replace("casework_owner", owner))


def test_the_applications_role_never_becomes_the_owner(db):
    with pytest.raises(Error) as caught, transaction.atomic():
        sql(f"SET ROLE {settings.DATABASE_OWNER['USER']}")
    assert caught.value.__cause__.pgcode == PRIVILEGE
    assert sql("SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole") == [(0,)]


def test_a_limit_changes_by_its_function_which_journals_inside_the_door_too(db, supervisor):
    with transaction.atomic():
        sql("SELECT set_config('casework.door', 'on', true), set_config('casework.actor', 'somebody', true)")
        sql("SELECT refunds_set_limit(NULL, 'supervisor', NULL, 600, 5000)")
        assert sql("SELECT current_setting('casework.door')") == [("on",)]
    row = Journal.objects.get(object_type="approvallimit", step="update")
    assert (row.actor_name, row.before, row.after) == ("somebody", {"per_order": 500.0}, {"per_order": 600.0})


# Two at once ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_connections_that_approve_at_once_stay_within_the_limit_together(agent, supervisor, shop, other_cursor):
    order = an_order(shop, lines=("900.00",))
    for _ in range(2):
        a_refund(agent, order=order, amount="260.00")
    first, second = Request.objects.order_by("pk")
    done = []

    def the_other():
        try:
            other_cursor.execute(APPROVE, [supervisor.pk, second.pk])
        except psycopg2.Error as error:
            done.append(error.diag.constraint_name)

    with transaction.atomic():
        sql(APPROVE, supervisor.pk, first.pk)
        thread = threading.Thread(target=the_other)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    assert done == ["approval_within_limit"]
    assert Order.objects.get(pk=order.pk).approved_total == 260
    # The case itself was not walked; of the money everything holds.
    assert {each.rule for each in verify_invariants()} == {"a_refund_state_is_what_its_request_says"}
