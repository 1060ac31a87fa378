"""Refund cases for what customers ask on the platform, by batch, when its list has come in (R2.3).

Everything is set-based: as many statements for one request as for five thousand. The import holds the lock of its orders; cases are locked
as everybody locks them.
"""

from __future__ import annotations

import datetime as dt

from casework.actions.bulk import execute, in_one_pass, lock_many, rows_of, temporary, write_entries
from casework.actions.door import door
from casework.actions.open_many import open_many, spans
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_many
from orders.access import Actor
from refunds.actions.alarm_paid_there import alarm_paid_there
from refunds.actions.book_paid_there import book_paid_there
from refunds.actions.told_there import ITS_DECISION, TOLD
from refunds.kinds.refund import Refund

LINKED, NEW, CHANGED, SOME, FORCED = "refunds_linked", "refunds_new", "refunds_changed", "refunds_some", "refunds_forced"
# The platform waits for the shop; only then a request that was answered already is one again.
WAITS_FOR_US = "买家已经申请退款，等待卖家同意"
# Whole sets to look into, not one question a request.
HAS_CASE = """p.id IN (SELECT a.refund_id FROM refunds_askedthere a JOIN casework_case c ON c.id = a.case_id
    WHERE a.refund_id IS NOT NULL AND c.kind = 'refund' AND c.closed_at IS NULL AND c.shop_id = %(shop)s)"""
MANY = "SELECT count(*) FROM orders_platformrefund p WHERE p.shop_id = %(shop)s AND p.is_open"

# An open refund for which a person asked first, and an open request of the same order that has no case yet, are one: of the same line or amount,
# or where there is no other of either. What only goes beyond the order is never asked for there.
# Each finds its best; those that find each other are linked, and the next look finds what is left.
LINKING = f"""
WITH free AS (
    SELECT c.id, c.order_id, r.amount, r.lines, count(*) OVER (PARTITION BY c.order_id) AS others
    FROM casework_case c JOIN refunds_askedthere a ON a.case_id = c.id AND a.refund_id IS NULL
    JOIN LATERAL (SELECT amount, lines, beyond FROM refunds_request WHERE case_id = c.id ORDER BY seq DESC LIMIT 1) r ON true
    WHERE c.kind = 'refund' AND c.closed_at IS NULL AND c.shop_id = %(shop)s AND r.amount > r.beyond
), waiting AS (
    SELECT p.*, {TOLD} AS facts, count(*) OVER (PARTITION BY p.order_id) AS others
    FROM orders_platformrefund p WHERE p.shop_id = %(shop)s AND p.is_open AND p.order_id IN (SELECT order_id FROM free) AND NOT {HAS_CASE}
), pair AS (
    SELECT f.id AS case_id, w.id AS refund_id, w.amount, w.status, w.facts,
           row_number() OVER (PARTITION BY f.id ORDER BY f.amount = w.amount DESC, w.id) AS of_case,
           row_number() OVER (PARTITION BY w.id ORDER BY f.amount = w.amount DESC, f.id) AS of_refund
    FROM free f JOIN waiting w ON w.order_id = f.order_id
    CROSS JOIN LATERAL (SELECT jsonb_build_array(jsonb_build_object('line', w.line_id)) AS line) its
    WHERE CASE WHEN w.line_id IS NULL OR f.lines = '[]' THEN f.amount = w.amount OR f.others = 1 AND w.others = 1 ELSE f.lines @> its.line END
)
SELECT case_id, refund_id, amount, status, facts FROM pair WHERE of_case = 1 AND of_refund = 1
"""
LINK = "UPDATE refunds_askedthere a SET refund_id = t.refund_id, amount = t.amount, status = t.status FROM {table} t WHERE a.case_id = t.case_id"

# Open requests without a case. One that was answered comes again when the customer has changed it and waits for us.
OPENING = f"""
SELECT p.shop_id, p.order_id, 'platform_refund:' || p.id AS subject, '¥' || p.amount AS label, p.id AS refund_id, p.amount, p.status,
       p.requested_at, p.deadline_at, {TOLD} AS facts, NULL::bigint AS case_id
FROM orders_platformrefund p
WHERE p.shop_id = %(shop)s AND p.is_open AND NOT {HAS_CASE} AND NOT EXISTS (
    SELECT FROM (SELECT a.amount, a.status FROM refunds_askedthere a JOIN casework_case c ON c.id = a.case_id
                 WHERE a.refund_id = p.id AND c.kind = 'refund' ORDER BY c.id DESC LIMIT 1) last
    WHERE p.status <> %(waits)s OR (last.amount, last.status) IS NOT DISTINCT FROM (p.amount, p.status))
"""
# What the platform paid by its own decision before we knew of it: its case is where the ledger keeps it, and nothing is left to do.
DECIDED = f"""
SELECT p.shop_id, p.order_id, 'platform_refund:' || p.id AS subject, '¥' || p.amount AS label, p.id AS refund_id, p.amount, p.status,
       NULL::timestamptz AS requested_at, NULL::timestamptz AS deadline_at, {TOLD} AS facts, NULL::bigint AS case_id
FROM orders_platformrefund p
WHERE p.shop_id = %(shop)s AND {ITS_DECISION} AND p.id NOT IN (SELECT refund_id FROM refunds_askedthere WHERE refund_id IS NOT NULL)
  AND p.number NOT IN (SELECT o.platform_number FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id JOIN orders_order n ON n.id = g.order_id
                       WHERE o.channel = 'platform' AND n.shop_id = %(shop)s)
"""

# Somebody has touched a case who owns it, wrote in its journal, or did anything on it.
TOUCHED = """(c.owner_id IS NOT NULL
    OR EXISTS (SELECT FROM casework_journal j WHERE j.case_id = c.id AND j.actor_id IS NOT NULL)
    OR EXISTS (SELECT FROM casework_contactattempt t WHERE t.case_id = c.id)
    OR EXISTS (SELECT FROM casework_evidence e WHERE e.case_id = c.id)
    OR EXISTS (SELECT FROM casework_task k WHERE k.case_id = c.id AND k.done_by_id IS NOT NULL))"""
# Linked cases whose request is another now.
CHANGING = f"""
SELECT c.id AS case_id, c.state, p.amount, p.status, p.is_open, p.is_paid, c.closed_at IS NULL AS alive,
       {TOLD} || jsonb_build_object('platform_said', a.status, 'amount_was', a.amount::text) AS facts, c.state <> 'requested' OR {TOUCHED} AS touched
FROM refunds_askedthere a JOIN casework_case c ON c.id = a.case_id JOIN orders_platformrefund p ON p.id = a.refund_id
WHERE c.shop_id = %(shop)s AND c.kind = 'refund' AND (a.amount, a.status) IS DISTINCT FROM (p.amount, p.status)
  AND (c.closed_at IS NULL OR p.status <> %(waits)s AND a.status <> p.status)
"""
# Of an answered request only that it waited for somebody else meanwhile is kept.
KNOW = """
UPDATE refunds_askedthere a SET amount = CASE WHEN t.alive THEN t.amount ELSE a.amount END, status = t.status
FROM {table} t WHERE a.case_id = t.case_id
"""
RENAME = """
UPDATE casework_case c SET subject_label = '¥' || t.amount FROM {table} t
WHERE c.id = t.case_id AND c.state = 'requested' AND c.subject_label <> '¥' || t.amount
"""
OF_THEM = "SELECT case_id, facts || jsonb_build_object('news', %(news)s::text) AS facts FROM {table} WHERE alive AND {which}"
# How a request ended there, and the step of a case that nobody has looked at.
ENDS = (("NOT is_open AND is_paid", "refunded_there"), ("NOT is_open AND NOT is_paid", "taken_back"))

# The platform's own deadline, new or moved, of linked cases where it still matters.
FOLLOW = """
WITH theirs AS (
    SELECT c.id AS case_id, p.deadline_at FROM casework_case c
    JOIN refunds_askedthere a ON a.case_id = c.id JOIN orders_platformrefund p ON p.id = a.refund_id AND p.is_open AND p.deadline_at IS NOT NULL
    WHERE c.kind = 'refund' AND c.closed_at IS NULL AND c.state <> 'paid' AND c.shop_id = %(shop)s
), moved AS (
    UPDATE casework_deadline d SET due_at = t.deadline_at, wake_at = t.deadline_at, status = 'open', ended_at = NULL, late = false, attempts = 0
    FROM theirs t
    WHERE d.case_id = t.case_id AND d.kind = 'platform' AND d.status IN ('open', 'over', 'parked') AND d.due_at <> t.deadline_at
)
INSERT INTO casework_deadline (case_id, kind, started_at, due_at, wake_at, status, pause_reason, late, attempts, last_error, rule)
SELECT t.case_id, 'platform', %(at)s, t.deadline_at, t.deadline_at, 'open', '', false, 0, '', 'R2.3' FROM theirs t
WHERE NOT EXISTS (SELECT 1 FROM casework_deadline d WHERE d.case_id = t.case_id AND d.kind = 'platform'
                  AND (d.status IN ('open', 'over', 'parked') OR d.due_at = t.deadline_at))
"""
# What the customer took back on the platform, or what is done there, runs no longer.
STOP = """
UPDATE casework_deadline d SET status = CASE d.status WHEN 'over' THEN 'fired' ELSE 'met' END, ended_at = coalesce(d.ended_at, %(at)s)
FROM casework_case c
WHERE c.id = d.case_id AND c.kind = 'refund' AND c.shop_id = %(shop)s AND d.kind = 'platform' AND d.status IN ('open', 'over', 'parked')
  AND NOT EXISTS (SELECT 1 FROM refunds_askedthere a JOIN orders_platformrefund p ON p.id = a.refund_id
                  WHERE a.case_id = c.id AND p.is_open AND p.deadline_at IS NOT NULL)
"""
# Our 24 hours count from the customer's request, also where that came to our knowledge after the case was opened.
EARLIER = """
SELECT d.id, p.requested_at AS start FROM casework_deadline d JOIN casework_case c ON c.id = d.case_id
JOIN refunds_askedthere a ON a.case_id = c.id JOIN orders_platformrefund p ON p.id = a.refund_id AND p.is_open
WHERE c.kind = 'refund' AND c.closed_at IS NULL AND c.shop_id = %(shop)s AND d.kind = 'answer' AND d.status = 'open' AND p.requested_at < d.started_at
"""
BEGIN = """
UPDATE casework_deadline d SET started_at = t.start, due_at = s.due, wake_at = s.due
FROM {table} t JOIN unnest(%(starts)s::timestamptz[], %(dues)s::timestamptz[]) AS s (start, due) ON s.start = t.start WHERE d.id = t.id
"""
# Deadlines are touched under their case's lock only (casework/actions/locks.py).
CASES = """
SELECT c.id AS case_id FROM casework_case c JOIN refunds_askedthere a ON a.case_id = c.id JOIN orders_platformrefund p ON p.id = a.refund_id
WHERE c.kind = 'refund' AND c.closed_at IS NULL AND c.shop_id = %(shop)s
"""


def follow_platform(shop_id: int, *, by: Actor, at: dt.datetime) -> None:
    """Bring the refund cases of a shop in line with what the platform's newest list says of its requests. As the programme.

    A request that has no case gets one, or is linked to the refund that somebody asked for already; a changed one is news, one that ended
    closes a case at which nobody has looked. What the platform paid by its own decision, or because somebody agreed to it there, enters the
    ledger. Doing it again changes nothing.
    """
    with door(by, at):
        with in_one_pass(int(rows_of(MANY, shop=shop_id)[0][0])):
            _link(shop_id, by, at)
            _open(OPENING, NEW, shop_id, by, at)
            _change(shop_id, by, at)
        if _open(DECIDED, FORCED, shop_id, by, at):
            step_many(Refund, "refunded_there", FORCED, by=by, at=at)
        execute("SELECT refunds_post_platform(%(shop)s)", shop=shop_id)
        book_paid_there(shop_id, by=by, at=at)
        alarm_paid_there(shop_id, by=by, at=at)
        _move_clocks(shop_id, at)


def _link(shop_id: int, by: Actor, at: dt.datetime) -> None:
    while temporary(LINKED, LINKING, shop=shop_id):
        lock_many(LINKED)
        execute(LINK, LINKED)
        write_entries(LINKED, "asked_there", "c.state", "c.state", by=by, at=at)
        tell_many(LINKED, "asked_there", at=at)


def _open(wanted: str, table: str, shop_id: int, by: Actor, at: dt.datetime) -> int:
    number = temporary(table, wanted, shop=shop_id, waits=WAITS_FOR_US)
    if number:
        open_many(Refund, table, by=by, at=at)
    return number


def _change(shop_id: int, by: Actor, at: dt.datetime) -> None:
    """What was changed there is kept, and told: the timeline, and the owner of a case that somebody looks after."""
    if not temporary(CHANGED, CHANGING, "case_id", shop=shop_id, waits=WAITS_FOR_US):
        return
    lock_many(CHANGED)
    execute(KNOW, CHANGED)
    execute(RENAME, CHANGED)
    if temporary(SOME, OF_THEM.replace("{table}", CHANGED).replace("{which}", "is_open"), news="changed_there"):
        _tell(by, at)
    for which, news in ENDS:
        if temporary(SOME, OF_THEM.replace("{table}", CHANGED).replace("{which}", f"{which} AND touched"), news=news):
            _tell(by, at)
        if temporary(SOME, OF_THEM.replace("{table}", CHANGED).replace("{which}", f"{which} AND NOT touched"), news=news):
            step_many(Refund, news, SOME, by=by, at=at)


def _tell(by: Actor, at: dt.datetime) -> None:
    write_entries(SOME, "changed_there", "c.state", "c.state", by=by, at=at)
    tell_many(SOME, at=at)


def _move_clocks(shop_id: int, at: dt.datetime) -> None:
    temporary(SOME, CASES, shop=shop_id)
    lock_many(SOME)
    for statement in (FOLLOW, STOP):
        execute(statement, shop=shop_id, at=at)
    if temporary(SOME, EARLIER, shop=shop_id):
        clock = next(each for each in Refund.CLOCKS if each.name == "answer")
        starts = [(shop_id, start) for (start,) in rows_of("SELECT DISTINCT start FROM {table}", SOME)]
        _shops, begun, dues = spans(clock, starts, at)
        execute(BEGIN, SOME, starts=begun, dues=dues)
