"""What opening and stepping many cases share. Cases stand in a temporary table of the caller, never in memory (column `case_id`).

Each function is a fixed number of statements, for one case as for twenty thousand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

from casework.models import Journal
from orders.access import Actor

Params = Mapping[str, Any]


def execute(statement: str, table: str = "", **params: Any) -> int:
    """Run a statement with the name of the temporary table in place of {table}; the number of rows that it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{table}", connection.ops.quote_name(table)), params)
        return int(cursor.rowcount)


def rows_of(statement: str, table: str = "", **params: Any) -> list[tuple[Any, ...]]:
    """The rows of a query that has few of them."""
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{table}", connection.ops.quote_name(table)), params)
        return list(cursor.fetchall())


def temporary(table: str, select: str, key: str = "", /, **params: Any) -> int:
    """Make a temporary table of a query, in one round trip; the number of its rows. It goes with the transaction.

    With a `key` it has an index on that column: for joins with rows that this transaction wrote, of which the planner knows nothing and
    for each of which it would else read the table through.
    """
    name = connection.ops.quote_name(table)
    # The planner is told how big it is: nobody else looks after temporary tables.
    made = f"DROP TABLE IF EXISTS pg_temp.{name}; CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {select}; ANALYZE {name}"
    if key:
        made += f"; CREATE INDEX ON {name} ({connection.ops.quote_name(key)})"
    return int(rows_of(f"{made}; SELECT count(*) FROM {name}", **params)[0][0])


# So few rows are looked up one by one, in tables however big.
FEW = 200


@contextmanager
def in_one_pass(rows: int) -> Iterator[None]:
    """A query inside, about so many rows, reads each table once, whatever the planner believes of tables that have just been filled.

    A look-up a row costs as much as there are rows in a table that the planner takes for an empty one: ten thousand parcels took an hour.
    """
    if rows <= FEW:
        yield
        return
    execute("SET LOCAL enable_nestloop = off")
    yield
    execute("SET LOCAL enable_nestloop = on")


def insert_from(model: type[models.Model], columns: Mapping[str, str], source: str, table: str, **params: Any) -> int:
    """INSERT INTO the model's table SELECT `columns` (column -> SQL) from `source`. A column that is not named has the model's default."""
    sql, given = insert_of(model, columns, source)
    return execute(sql, table, **given, **params)


def insert_of(model: type[models.Model], columns: Mapping[str, str], source: str) -> tuple[str, dict[str, Any]]:
    """The statement of insert_from with its own parameters, for use inside a bigger one."""
    wanted, params = dict(columns), {}
    for field in model._meta.concrete_fields:
        name = str(field.column)
        if name in wanted or field.primary_key or field.db_default is not NOT_PROVIDED:
            continue
        wanted[name] = f"%(usual_{name})s"
        params[f"usual_{name}"] = field.get_db_prep_save(field.get_default(), connection)
    names = ", ".join(connection.ops.quote_name(name) for name in wanted)
    into = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {into} ({names}) SELECT {', '.join(wanted.values())} {source}", params


# Two statements: the rows of the second are looked for when the first has waited for its locks.
ORDERS = """
WITH locked AS MATERIALIZED (SELECT id FROM orders_order WHERE id IN ({ids}) ORDER BY id FOR NO KEY UPDATE) SELECT count(*) FROM locked
"""
CASES = """
WITH wanted AS (
    SELECT c.id, c.parent_id FROM {table} t JOIN casework_case c ON c.id = t.case_id
), locked AS MATERIALIZED (
    SELECT id FROM casework_case WHERE id IN (SELECT id FROM wanted UNION SELECT parent_id FROM wanted) ORDER BY id FOR NO KEY UPDATE
) SELECT count(*) FROM locked
"""


def lock_many(table: str) -> None:
    """Lock the cases of the table in the one order of locks: orders, then parents before children (casework/actions/locks.py)."""
    execute(ORDERS.replace("{ids}", "SELECT c.order_id FROM {table} t JOIN casework_case c ON c.id = t.case_id"), table)
    execute(CASES, table)


def lock_their_orders(table: str) -> None:
    """Lock the orders of the table's column `order_id`, before cases are opened on them."""
    execute(ORDERS.replace("{ids}", "SELECT order_id FROM {table}"), table)


def write_entries(table: str, step: str, source: str, target: str, *, by: Actor, at: dt.datetime, facts: str = "t.facts") -> None:
    """One journal row for each case of the table, as casework/actions/journal.py writes them for the programme.

    `source`, `target` and `facts` are SQL over the table `t` and the case `c`. Notes are for people; these have none.
    """
    columns = {
        "at": "%(at)s",
        "shop_id": "c.shop_id",
        "case_id": "c.id",
        "object_type": "'case'",
        "object_id": "c.id::text",
        "step": "%(step)s",
        "from_state": source,
        "to_state": target,
        "actor_name": "%(name)s",
        "role": "%(name)s",
        "channel": "%(channel)s",
        "facts": facts,
        "request_id": "%(request)s",
    }
    about = {"at": at, "step": step, "name": by.name, "channel": by.channel, "request": by.request_id}
    insert_from(Journal, columns, "FROM {table} t JOIN casework_case c ON c.id = t.case_id ORDER BY c.id", table, **about)
