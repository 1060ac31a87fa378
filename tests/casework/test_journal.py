"""A3 Every change leaves exactly one row, through the door or past it; nothing secret ever stands in one."""

import datetime as dt
import json

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from psycopg2.errors import CheckViolation

from casework.actions.add_evidence import add_evidence
from casework.actions.advance import advance
from casework.actions.assign import give_case, take_case
from casework.actions.deeds import add_note, finish_task, record_contact
from casework.actions.door import door
from casework.actions.partitions import ensure_partitions
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case, ContactAttempt, Deadline, Holiday, Journal, Policy, Task
from orders.access import Actor, acting
from orders.clock import wall_clock
from orders.models import ApiToken, Line, Membership, Order, Shop, User
from tests.builders import a_refund, an_order, an_unreachable
from tests.casework.test_evidence import a_png
from tests.cast import MONDAY, PASSWORD, acts

pytestmark = pytest.mark.fault("A3")


@pytest.fixture
def new_rows(db):
    """The rows written since the last call."""
    last = [0]

    def rows():
        found = list(Journal.objects.filter(pk__gt=last[0]).order_by("pk"))
        last[0] = found[-1].pk if found else last[0]
        return found

    return rows


def forget_who():
    """As a new transaction would begin: nobody has signed yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(name, '', true) FROM unnest(%s) AS name", [["casework.actor", "casework.actor_id", "casework.channel"]]
        )


# Inside the door -----------------------------------------------------------------------------------


def test_each_deed_through_the_door_leaves_exactly_one_row(agent, agent2, supervisor, finance, new_rows):
    case = an_unreachable(agent)
    new_rows()
    refund = a_refund(agent)
    assert [row.object_type for row in new_rows() if row.step not in ("insert",)] == ["case"]
    deeds = [
        ("first_attempt_made", lambda: record_contact(case.pk, channel="chat", outcome="no_answer", by=acts(agent), at=MONDAY)),
        ("contact", lambda: record_contact(case.pk, channel="chat", outcome="no_answer", by=acts(agent), at=MONDAY)),
        ("note", lambda: add_note(case.pk, note="x", by=acts(agent), at=MONDAY)),
        ("evidence", lambda: add_evidence(case.pk, upload=a_png(), kind="chat", by=acts(agent), at=MONDAY)),
        ("assign", lambda: give_case(case.pk, agent2.pk, by=acts(agent), at=MONDAY)),
        ("assign", lambda: take_case(case.pk, by=acts(supervisor), at=MONDAY)),
        ("customer_answered", lambda: advance(case.pk, "customer_answered", by=acts(agent), at=MONDAY)),
        ("delivered", lambda: advance(case.pk, "delivered", by=acts(agent), at=MONDAY)),
        ("approve", lambda: advance(refund.pk, "approve", by=acts(supervisor), at=MONDAY)),
        ("task_done", lambda: finish_task(refund.pk, Task.objects.get().pk, by=acts(agent), at=MONDAY)),
        ("expire", lambda: fire_deadlines(at=MONDAY + dt.timedelta(hours=72))),
    ]
    for step, deed in deeds:
        deed()
        rows = new_rows()
        assert [(row.step, row.object_type, row.at >= MONDAY) for row in rows] == [(step, "case", True)]
        assert rows[0].actor_name


def test_an_entry_says_who_in_which_role_through_which_door_and_in_which_request(agent, new_rows):
    case = an_unreachable(agent)
    new_rows()
    by = Actor.of(agent, "api", request_id="req-7")
    advance(case.pk, "delivered", by=by, at=MONDAY, note="erledigt")
    (row,) = new_rows()
    assert (row.actor, row.actor_name, row.role, row.channel, row.request_id) == (agent, "agent", "agent", "api", "req-7")
    assert (row.at, row.shop, row.case, row.from_state, row.to_state, row.note) == (
        MONDAY,
        case.shop,
        case,
        "to_contact",
        "delivered",
        "erledigt",
    )


def test_giving_a_case_stands_with_before_and_after(agent, agent2, new_rows):
    case = an_unreachable(agent)
    new_rows()
    give_case(case.pk, agent2.pk, by=acts(agent), at=MONDAY)
    (row,) = new_rows()
    assert (row.before, row.after) == ({"owner": agent.pk}, {"owner": agent2.pk})
    give_case(case.pk, agent2.pk, by=acts(agent2), at=MONDAY)
    assert new_rows() == []


# Past the door -------------------------------------------------------------------------------------

UPDATES = {
    "case": lambda case: Case.objects.filter(pk=case.pk).update(subject_label="anders"),
    "deadline": lambda case: Deadline.objects.filter(case=case).update(due_at=MONDAY),
    "contact": lambda case: ContactAttempt.objects.filter(case=case).update(note="anders"),
    "order": lambda case: Order.objects.filter(pk=case.order_id).update(status="finished"),
    "line": lambda case: Line.objects.filter(order=case.order_id).update(quantity=9),
    "user": lambda case: User.objects.filter(pk=case.owner_id).update(is_staff=True),
    "membership": lambda case: Membership.objects.filter(user=case.owner_id).update(role="manager"),
    "shop": lambda case: Shop.objects.filter(pk=case.shop_id).update(name="anders"),
    "holiday": lambda case: Holiday.objects.filter(day="2026-10-01").update(working=True),
}


@pytest.fixture
def a_case_with_everything(agent):
    return an_unreachable(agent, state="trying")


@pytest.mark.parametrize("kind", UPDATES)
def test_an_update_past_the_door_leaves_one_row_with_before_after_and_who(a_case_with_everything, new_rows, kind):
    Deadline.objects.filter(case=a_case_with_everything, status="met").update(due_at=MONDAY)
    new_rows()
    with acting(Actor(a_case_with_everything.owner_id, "agent", "shell", request_id="r1")):
        UPDATES[kind](a_case_with_everything)
    (row,) = new_rows()
    assert (row.object_type, row.step, row.actor_id, row.actor_name, row.channel, row.request_id) == (
        kind,
        "update",
        a_case_with_everything.owner_id,
        "agent",
        "shell",
        "r1",
    )
    assert set(row.before) == set(row.after) != set()
    assert row.before != row.after


@pytest.mark.parametrize("kind", UPDATES)
def test_raw_sql_of_nobody_known_is_signed_by_the_database_role(a_case_with_everything, new_rows, kind):
    forget_who()
    new_rows()
    UPDATES[kind](a_case_with_everything)
    for row in new_rows():
        assert (row.actor_id, row.actor_name, row.channel) == (None, f"database:{settings.APPLICATION_ROLE}", "direct")


def test_a_write_that_changes_nothing_leaves_no_row(a_case_with_everything, new_rows):
    new_rows()
    User.objects.filter(pk=a_case_with_everything.owner_id).update(last_login=MONDAY)
    Shop.objects.update(name=a_case_with_everything.shop.name)
    Order.objects.update(memo="nicht überwacht")
    assert new_rows() == []


def test_inserting_and_deleting_leave_one_row_each_with_what_came_and_what_went(agent, shop, new_rows):
    new_rows()
    membership = Membership.objects.create(user=agent, shop=None, role="auditor")
    (row,) = new_rows()
    assert (row.object_type, row.object_id, row.step, row.before) == ("membership", str(membership.pk), "insert", None)
    assert row.after["role"] == "auditor"
    membership.delete()
    (row,) = new_rows()
    assert (row.step, row.after, row.before["user_id"]) == ("delete", None, agent.pk)


def test_many_rows_written_at_once_leave_one_row_each(agent, agent2, supervisor, new_rows):
    new_rows()
    Membership.objects.update(role="manager")
    rows = new_rows()
    assert len(rows) == 3
    assert {row.before["role"] for row in rows} == {"agent", "supervisor"}


def test_changing_the_key_itself_is_no_way_past_the_journal(agent, new_rows):
    new_rows()
    Membership.objects.filter(user=agent).update(id=999_999, role="manager")
    rows = new_rows()
    assert sorted(row.object_id for row in rows)[-1] == "999999"
    assert {json.dumps(row.after) for row in rows} != {"{}"}
    assert any(row.after.get("role") == "manager" for row in rows)


def test_calling_it_an_import_hides_nothing_but_new_orders(agent, shop, new_rows):
    new_rows()
    with acting(Actor.system("import")):
        order = an_order(shop)
        assert new_rows() == []
        Order.objects.filter(pk=order.pk).update(status="finished")
        (row,) = new_rows()
        assert (row.object_type, row.object_id, row.channel, row.after) == ("order", str(order.pk), "import", {"status": "finished"})
        Membership.objects.create(user=agent, shop=None, role="manager")
        assert [row.object_type for row in new_rows()] == ["membership"]


def test_the_shop_of_what_was_changed_is_found(a_case_with_everything, new_rows):
    new_rows()
    Line.objects.filter(order=a_case_with_everything.order_id).update(quantity=9)
    Deadline.objects.filter(case=a_case_with_everything).update(wake_at=MONDAY)
    rows = new_rows()
    assert {row.shop_id for row in rows} == {a_case_with_everything.shop_id}
    assert {row.case_id for row in rows if row.object_type == "deadline"} == {a_case_with_everything.pk}


# Whose and when ------------------------------------------------------------------------------------


def a_claim(**changes):
    """A row that somebody with the application's connection writes by hand, dressed as the signed one but for the changes."""
    columns = {"actor_name": "agent", "channel": "page", "at": MONDAY, "object_type": "case", "step": "approve"} | changes
    return Journal.objects.create(**columns)


def is_refused(constraint, **changes):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        a_claim(**changes)
    assert caught.value.__cause__.diag.constraint_name == constraint


@pytest.mark.parametrize(
    "change",
    [
        {"actor_name": "supervisor"},
        {"actor_name": ""},
        {"channel": "admin"},
        {"request_id": "r2"},
        {"actor_id": "theirs"},
        {"actor_id": None},
    ],
)
def test_a_row_under_another_name_than_the_transactions_is_refused(agent, supervisor, change):
    change = {name: supervisor.pk if value == "theirs" else value for name, value in change.items()}
    with acting(acts(agent), MONDAY):
        assert a_claim(actor_id=agent.pk).pk
        is_refused("journal_row_is_signed", **({"actor_id": agent.pk} | change))


def test_whoever_did_not_sign_writes_as_the_database_role_only(db, agent):
    forget_who()
    is_refused("journal_row_is_signed", actor_id=agent.pk)
    is_refused("journal_row_is_signed", actor_name="clock", channel="clock")
    now = dt.datetime.now(dt.UTC)
    assert a_claim(actor_name=f"database:{settings.APPLICATION_ROLE}", channel="direct", at=now).pk


@pytest.mark.parametrize(
    "away", [dt.timedelta(microseconds=1), -dt.timedelta(microseconds=1), dt.timedelta(days=-30), dt.timedelta(days=1)]
)
def test_inside_the_door_a_row_has_the_deeds_instant_and_no_other(agent, away):
    with door(acts(agent), MONDAY):
        assert a_claim(actor_id=agent.pk).pk
        is_refused("journal_row_has_its_instant", actor_id=agent.pk, at=MONDAY + away)


@pytest.mark.parametrize(("minutes", "taken"), [(10, True), (10.1, False), (-10, True), (-10.1, False)])
def test_past_the_door_a_row_is_dated_by_the_databases_clock(agent, minutes, taken):
    at = MONDAY + dt.timedelta(minutes=minutes)
    with acting(acts(agent), MONDAY):
        if taken:
            assert a_claim(actor_id=agent.pk, at=at).pk
        else:
            is_refused("journal_row_has_its_instant", actor_id=agent.pk, at=at)


@pytest.mark.parametrize("channel", ["page", "api", "admin", "shell"])
@pytest.mark.parametrize("hours", [-1, 1, -24 * 400])
def test_what_people_do_is_dated_by_the_clock_where_no_test_clock_is_on(agent, wall_clock_database, channel, hours):
    case = an_unreachable_now(agent)
    with pytest.raises(IntegrityError) as caught:
        add_note(case.pk, note="x", by=acts(agent, channel), at=wall_clock() + dt.timedelta(hours=hours))
    assert caught.value.__cause__.diag.constraint_name == "journal_row_has_its_instant"


def test_a_command_may_tell_of_another_time_and_its_rows_say_command(agent, wall_clock_database, new_rows):
    case = an_unreachable_now(agent)
    new_rows()
    earlier = wall_clock() - dt.timedelta(hours=3)
    add_note(case.pk, note="x", by=acts(agent, "command"), at=earlier)
    (row,) = new_rows()
    assert (row.channel, row.at, row.actor) == ("command", earlier, agent)


def an_unreachable_now(agent):
    return an_unreachable(agent, at=wall_clock())


@pytest.mark.django_db(transaction=True)
def test_a_state_that_changes_under_the_pretence_of_a_deed_needs_a_row(agent, other_cursor):
    case = an_unreachable(agent)
    change = "UPDATE casework_case SET state = 'trying', category = 'customer' WHERE id = %s"
    with pytest.raises(CheckViolation) as refused:
        other_cursor.execute(f"SET casework.door = 'on'; SET casework.now = '2026-11-23'; {change}", [case.pk])
    assert refused.value.diag.constraint_name == "a_state_leaves_a_row"
    other_cursor.execute(f"SET casework.door = ''; SET casework.now = ''; {change}", [case.pk])
    assert Journal.objects.filter(case=case).latest("pk").after == {"state": "trying", "category": "customer"}


# Secrets -------------------------------------------------------------------------------------------


def test_neither_password_nor_token_nor_what_is_encrypted_stands_in_the_journal(agent, shop, new_rows):
    new_rows()
    agent.set_password("another-long-password")
    agent.save()
    token = ApiToken.objects.create(user=agent, digest="d" * 64, created_at=MONDAY)
    order = an_order(shop, name_enc=b"secret-name", phone_enc=b"secret-phone")
    Order.objects.filter(pk=order.pk).update(name_enc=b"another-name")
    rows = new_rows()
    text = json.dumps([[row.before, row.after, row.facts] for row in rows])
    for secret in (agent.password, "md5$", PASSWORD, "another-long-password", "d" * 64, b"secret-name".hex(), b"another-name".hex()):
        assert secret not in text
    assert {row.object_type for row in rows} >= {"user", "token", "order"}
    changed = next(row for row in rows if row.object_type == "user")
    assert list(changed.after) == ["password"]
    assert changed.before["password"] != changed.after["password"]
    assert token.pk


# Partitions ----------------------------------------------------------------------------------------


def a_row(at):
    with acting(Actor(None, "x", "x"), at):
        return Journal.objects.create(at=at, object_type="x", step="x", actor_name="x", channel="x")


def where_is(row):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM casework_journal WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def test_a_row_lies_in_the_partition_of_its_month(db):
    ensure_partitions(at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    assert where_is(a_row(dt.datetime(2026, 11, 30, 23, 59, 59, tzinfo=dt.UTC))) in ("casework_journal_202611", "casework_journal_202612")
    assert where_is(a_row(MONDAY)) == "casework_journal_202611"
    assert ensure_partitions(at=dt.datetime(2026, 11, 30, tzinfo=dt.UTC)) == 0


def test_what_no_month_takes_lies_in_the_default_partition_and_is_reported(db):
    row = a_row(dt.datetime(2055, 5, 5, tzinfo=dt.UTC))
    assert where_is(row) == "casework_journal_default"
    assert ("no_journal_row_outside_its_month", str(row.pk)) in {(each.rule, each.detail) for each in verify_invariants()}


def test_the_coming_months_are_made_once_and_readable(db):
    far = dt.datetime(2040, 1, 31, tzinfo=dt.UTC)
    assert ensure_partitions(at=far) == 14
    assert ensure_partitions(at=far) == 0
    row = a_row(far)
    assert where_is(row) == "casework_journal_204001"
    assert Journal.objects.filter(pk=row.pk).exists()


def test_a_failed_write_leaves_no_row(agent, new_rows):
    case = an_unreachable(agent)
    new_rows()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="nonsense")
    assert new_rows() == []


def test_policies_leave_a_row_with_the_manager_who_set_them(manager, shop, new_rows):
    new_rows()
    with acting(acts(manager)):
        Policy.objects.create(name="reply_within", shop=shop, value={"hours": 3}, valid_from=MONDAY, changed_by=manager)
    (row,) = new_rows()
    assert (row.object_type, row.actor, row.after["value"], row.shop) == ("policy", manager, {"hours": 3}, shop)
