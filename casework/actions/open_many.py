"""Opening many cases of a kind at once, by the programme: a fixed number of statements for one as for twenty thousand.

What open_on does in memory for one case is done here in SQL; a test holds the rows of both against each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import connection

from casework.actions.bulk import execute, insert_from, insert_of, lock_their_orders, rows_of, write_entries
from casework.actions.door import door
from casework.actions.open_case import take_numbers
from casework.calendars import Calendar
from casework.models import Case, Deadline
from casework.policies import Policies
from casework.workflow import Clock, States
from orders.access import Actor

# A subject that has an open case of the kind gets no second one.
WANTED = """
FROM {table} t WHERE t.case_id IS NULL
AND NOT EXISTS (SELECT FROM casework_case c WHERE c.kind = %(kind)s AND c.subject = t.subject AND c.closed_at IS NULL)
"""
# Two who open at once, where no order's lock makes one wait: the first one's case is the case.
OPEN = "FROM wanted ORDER BY nth ON CONFLICT (kind, subject) WHERE closed_at IS NULL DO NOTHING RETURNING id, subject"


def open_many(kind: type[Case], table: str, *, by: Actor, at: dt.datetime) -> None:
    """Open a case of `kind` for each row of the temporary table `table`, as the programme.

    Its columns: shop_id, order_id, subject, label, facts (jsonb, for the journal), case_id (null), any column of the kind's facts table,
    and those that its clocks name (`Clock.column`).
    `case_id` then names the new case; where the subject has an open case of the kind already it stays null. The kind says IN_BULK.
    """
    assert kind.IN_BULK
    assert not by.is_person  # a person opens one case, and owns it
    with door(by, at):
        lock_their_orders(table)
        columns, shops, wanted = _look_at(kind, table)
        clocks = [(place, clock) for place, clock in enumerate(kind.CLOCKS) if _first_of(kind) in clock.runs_in]
        _write_cases(kind, table, at, wanted)
        _write_facts(kind, table, columns)
        _write_deadlines([each for each in clocks if not each[1].column], table, at, shops)
        for _place, clock in clocks:
            if clock.column:
                _write_told(clock, table, at)
        write_entries(table, "open", "''", "c.state", by=by, at=at)


def _first_of(kind: type[Case]) -> States:
    return kind.FIRST_IN_BULK or kind.FIRST


def _look_at(kind: type[Case], table: str) -> tuple[set[str], list[int], int]:
    """The table's columns, the shops in it, and how many cases are wanted: in one look."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(table)
        wanted = WANTED.replace("{table}", name)
        cursor.execute(
            f"SELECT DISTINCT ON (shop_id) *, (SELECT count(*) {wanted}) AS wanted FROM {name} ORDER BY shop_id", {"kind": kind.KIND}
        )
        columns = [column.name for column in cursor.description]
        rows = cursor.fetchall()
    return set(columns), [row[columns.index("shop_id")] for row in rows], rows[0][-1] if rows else 0


def _write_cases(kind: type[Case], table: str, at: dt.datetime, wanted: int) -> None:
    day, first = take_numbers(at, wanted)
    state = _first_of(kind)
    columns = {
        "number": "%(day)s || to_char(%(first)s + nth - 1, CASE WHEN %(first)s + nth > 10000 THEN 'FM9999999' ELSE 'FM0000' END)",
        "kind": "%(kind)s",
        "shop_id": "shop_id",
        "order_id": "order_id",
        "subject": "subject",
        "subject_label": "left(label, 120)",
        "state": "%(state)s",
        "category": "%(category)s",
        "queue": "%(queue)s",
        "opened_at": "%(at)s",
        "changed_at": "%(at)s",
    }
    insert, usual = insert_of(Case, columns, OPEN)
    execute(
        f"WITH wanted AS (SELECT t.*, row_number() OVER (ORDER BY t.order_id, t.subject) AS nth {WANTED}), fresh AS ({insert})"
        " UPDATE {table} t SET case_id = f.id FROM fresh f WHERE f.subject = t.subject AND t.case_id IS NULL",
        table,
        **usual,
        kind=kind.KIND, state=state.value, category=state.category.value, queue=state.queue.value, at=at, day=day, first=first,
    )  # fmt: skip


def _write_facts(kind: type[Case], table: str, columns: set[str]) -> None:
    if kind.FACTS is None:
        return
    known = {str(field.column): f"t.{field.column}" for field in kind.FACTS._meta.concrete_fields if field.column in columns}
    insert_from(kind.FACTS, known, "FROM {table} t WHERE t.case_id IS NOT NULL", table)


def _write_deadlines(clocks: Sequence[tuple[int, Clock]], table: str, at: dt.datetime, shops: list[int]) -> None:
    """All cases of a shop that are opened at one instant have the same end for each of their clocks."""
    policies, calendar = Policies(at), Calendar()
    dues = [
        (
            shop,
            position,
            clock.name,
            calendar.after(at, policies.value(clock.lasts, shop), policies.value("working_hours", shop)),
            clock.rule,
        )
        for shop in shops
        for position, clock in clocks
    ]
    columns = {"case_id": "t.case_id", "kind": "d.kind", "started_at": "%(at)s", "due_at": "d.due", "wake_at": "d.due", "rule": "d.rule"}
    source = """
        FROM {table} t
        JOIN unnest(%(shops)s::bigint[], %(places)s::int[], %(kinds)s::text[], %(dues)s::timestamptz[], %(rules)s::text[])
        AS d (shop_id, place, kind, due, rule) ON d.shop_id = t.shop_id WHERE t.case_id IS NOT NULL ORDER BY t.case_id, d.place
    """
    of_each: list[list[object]] = [list(each) for each in zip(*dues, strict=True)] or [[] for _ in range(5)]
    insert_from(Deadline, columns, source, table, at=at, **dict(zip(("shops", "places", "kinds", "dues", "rules"), of_each, strict=True)))


def _write_told(clock: Clock, table: str, at: dt.datetime) -> None:
    """A clock that the table tells: the end itself, for cases that have one; or where the span begins, with `at` where nothing is told."""
    column = connection.ops.quote_name(clock.column)
    columns = {
        "case_id": "t.case_id",
        "kind": "%(kind)s",
        "started_at": "%(at)s",
        "due_at": f"t.{column}",
        "wake_at": f"t.{column}",
        "rule": "%(rule)s",
    }
    about = {"kind": clock.name, "rule": clock.rule, "at": at}
    if clock.due is not None:
        insert_from(
            Deadline, columns, f"FROM {{table}} t WHERE t.case_id IS NOT NULL AND t.{column} IS NOT NULL ORDER BY t.case_id", table, **about
        )
        return
    begun = f"coalesce(t.{column}, %(at)s)"
    starts = rows_of(f"SELECT DISTINCT t.shop_id, {begun} FROM {{table}} t WHERE t.case_id IS NOT NULL", table, at=at)
    shops, instants, dues = spans(clock, starts, at)
    columns |= {"started_at": begun, "due_at": "d.due", "wake_at": "d.due"}
    source = f"""
        FROM {{table}} t JOIN unnest(%(shops)s::bigint[], %(starts)s::timestamptz[], %(dues)s::timestamptz[]) AS d (shop_id, start, due)
        ON d.shop_id = t.shop_id AND d.start = {begun} WHERE t.case_id IS NOT NULL ORDER BY t.case_id
    """
    insert_from(Deadline, columns, source, table, shops=shops, starts=instants, dues=dues, **about)


def spans(
    clock: Clock, starts: Sequence[tuple[int, dt.datetime]], at: dt.datetime
) -> tuple[list[int], list[dt.datetime], list[dt.datetime]]:
    """When a span is over that began at these instants in these shops: shops, starts and ends, side by side. No query an instant."""
    policies, calendar = Policies(at), Calendar()
    dues = [calendar.after(start, policies.value(clock.lasts, shop), policies.value("working_hours", shop)) for shop, start in starts]
    return [shop for shop, _start in starts], [start for _shop, start in starts], dues
