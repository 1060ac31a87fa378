"""What must hold after each deed, asked as cheaply as it can be; and how everything stands, to see what a refusal has left behind."""

from functools import cache

from django.db import connection
from django.db.models import Sum

from casework.actions.verify import QUERIES
from casework.models import Case, Journal, Ledger
from orders.access import Actor
from refunds.books.register import register_rows
from refunds.models import Payout

# Those of verify_invariants that a single deed breaks most easily; the others are asked at the end of a walk.
AT_ONCE = (
    "order_within_paid",
    "line_within_paid",
    "ledger_is_the_order_counters",
    "ledger_is_the_line_counters",
    "counters_of_lines_and_postage_are_the_order",
    "what_is_set_aside_is_asked",
    "what_is_approved_is_counted",
    "a_state_of_its_kind",
    "a_closed_case_has_nothing_open",
    "an_open_case_has_an_owner_who_works_here_or_a_queue",
)
# Sessions and tokens know when they were used; the journal is looked at by itself.
# Who looked at a page has changed nothing, even where the page refused something.
BESIDE = ("casework_journal", "django_session", "orders_apitoken", "casework_testclock", "casework_unsealed", "casework_seen")
OF_A_CASE = ("kind", "state", "category", "owner_id", "parent_id", "closed_at", "queue")


def rows_of(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def broken():
    """What does not hold now: rule and example."""
    return rows_of(" UNION ALL ".join(f"SELECT '{name}', found::text FROM ({QUERIES[name]}) found" for name in AT_ONCE))


def everything():
    """A sum over the rows of each table, told apart from any other standing of the desk. One query."""
    return dict(rows_of(_sums()))


@cache
def _sums():
    tables = rows_of(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
    )
    wanted = sorted(name for (name,) in tables if name not in BESIDE)
    return " UNION ALL ".join(f"SELECT '{name}', sum(hashtextextended(t::text, 0))::text FROM {name} t" for name in wanted)


def last_entry():
    return Journal.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def entries_since(last):
    return list(Journal.objects.filter(pk__gt=last).values_list("case_id", "step"))


def cases_now():
    """What of a case only a journalled deed may change, by its key."""
    return {pk: rest for pk, *rest in Case.objects.values_list("pk", *OF_A_CASE)}


def must_agree(order, auditor):
    """Ledger, payouts and register of an order say the same, to the fen."""
    order.refresh_from_db()
    posted = _sum(Ledger.objects.filter(order=order, entry="post", direction="out", key__startswith="request:"))
    register = register_rows(Actor.of(auditor, "page")).filter(order=order)
    paid = _sum(register.filter(register_state="paid"))
    assert paid == order.refunded + posted == _sum(Payout.objects.filter(approval__order=order))
    assert _sum(register.exclude(register_state="void")) == order.approved_total


def _sum(rows):
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0
