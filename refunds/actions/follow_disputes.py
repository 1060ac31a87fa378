"""The platform steps in (R13.1): its list opens disputes, moves their evidence deadline, and ends them. Set-based, as follow_platform.py."""

from __future__ import annotations

import datetime as dt

from casework.actions.bulk import execute, lock_many, temporary, write_entries
from casework.actions.door import door
from casework.actions.open_many import open_many
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_leads, tell_many
from orders.access import Actor
from refunds.actions.follow_platform import LINK, TOUCHED
from refunds.actions.told_there import TOLD
from refunds.kinds.platform_dispute import PlatformDispute

LINKED, NEW, KNOWN, SOME = "disputes_linked", "disputes_new", "disputes_known", "disputes_some"
# A dispute that was opened by hand before the list came is that of the order's only request into which the platform has stepped.
LINKING = f"""
SELECT c.id AS case_id, p.id AS refund_id, p.amount, p.status, {TOLD} AS facts
FROM refunds_askedthere a JOIN casework_case c ON c.id = a.case_id JOIN orders_platformrefund p ON p.order_id = c.order_id AND p.intervention <> ''
WHERE c.kind = 'platform_dispute' AND c.closed_at IS NULL AND c.shop_id = %(shop)s AND a.refund_id IS NULL
  AND NOT EXISTS (SELECT FROM orders_platformrefund o WHERE o.order_id = p.order_id AND o.intervention <> '' AND o.id <> p.id)
  AND NOT EXISTS (SELECT FROM refunds_askedthere b JOIN casework_case k ON k.id = b.case_id WHERE b.refund_id = p.id AND k.kind = 'platform_dispute')
"""
OPENING = f"""
SELECT p.shop_id, p.order_id, 'platform_refund:' || p.id AS subject, '¥' || p.amount AS label, p.id AS refund_id, p.amount, p.status,
       p.evidence_deadline_at, {TOLD} || jsonb_build_object('platform_says', p.intervention) AS facts, NULL::bigint AS case_id
FROM orders_platformrefund p
WHERE p.shop_id = %(shop)s AND p.is_open AND p.intervention <> '' AND NOT EXISTS (
    SELECT FROM refunds_askedthere a JOIN casework_case c ON c.id = a.case_id WHERE a.refund_id = p.id AND c.kind = 'platform_dispute')
"""
ITS = """
FROM refunds_askedthere a JOIN casework_case c ON c.id = a.case_id JOIN orders_platformrefund p ON p.id = a.refund_id
WHERE c.kind = 'platform_dispute' AND c.closed_at IS NULL AND c.shop_id = %(shop)s
"""
# The platform's own deadline for evidence, new or moved, while something can still be handed in.
FOLLOW = f"""
WITH theirs AS (SELECT c.id AS case_id, p.evidence_deadline_at AS due {ITS} AND c.state = 'to_prove' AND p.is_open AND p.evidence_deadline_at IS NOT NULL),
moved AS (
    UPDATE casework_deadline d SET due_at = t.due, wake_at = t.due, status = 'open', ended_at = NULL, late = false, attempts = 0
    FROM theirs t WHERE d.case_id = t.case_id AND d.kind = 'evidence' AND d.status IN ('open', 'over', 'parked') AND d.due_at <> t.due
)
INSERT INTO casework_deadline (case_id, kind, started_at, due_at, wake_at, status, pause_reason, late, attempts, last_error, rule)
SELECT t.case_id, 'evidence', %(at)s, t.due, t.due, 'open', '', false, 0, '', 'R13.1' FROM theirs t
WHERE NOT EXISTS (SELECT 1 FROM casework_deadline d WHERE d.case_id = t.case_id AND d.kind = 'evidence'
                  AND (d.status IN ('open', 'over', 'parked') OR d.due_at = t.due))
"""
ENDED = f"""
SELECT c.id AS case_id, CASE WHEN p.is_paid THEN 'refunded_there' ELSE 'taken_back' END AS news, {TOLD} AS facts, c.state <> 'to_prove' OR {TOUCHED} AS touched
{ITS} AND NOT p.is_open AND (a.status <> p.status OR c.state = 'to_prove' AND NOT {TOUCHED})
"""
KNOW = "UPDATE refunds_askedthere a SET status = p.status FROM {table} t, orders_platformrefund p WHERE a.case_id = t.case_id AND p.id = a.refund_id"
OF_THEM = """
SELECT case_id, facts || jsonb_build_object('news', news) AS facts FROM {table} WHERE news = %(news)s AND touched = %(touched)s
"""


def follow_disputes(shop_id: int, *, by: Actor, at: dt.datetime) -> None:
    """Bring the disputes of a shop in line with the platform's newest list, as the programme. Doing it again changes nothing."""
    with door(by, at):
        _link(shop_id, by, at)
        if temporary(NEW, OPENING, shop=shop_id):
            open_many(PlatformDispute, NEW, by=by, at=at)
            tell_leads(NEW, "platform_steps_in", at=at)
        temporary(KNOWN, f"SELECT c.id AS case_id {ITS}", shop=shop_id)
        lock_many(KNOWN)
        execute(FOLLOW, shop=shop_id, at=at)
        if temporary(KNOWN, ENDED, shop=shop_id):
            _end(by, at)


def _link(shop_id: int, by: Actor, at: dt.datetime) -> None:
    if not temporary(LINKED, LINKING, shop=shop_id):
        return
    lock_many(LINKED)
    execute(LINK, LINKED)
    write_entries(LINKED, "asked_there", "c.state", "c.state", by=by, at=at)
    tell_many(LINKED, "asked_there", at=at)


def _end(by: Actor, at: dt.datetime) -> None:
    """A dispute that ended there closes when nobody has touched it; else whoever sees to it is told, and records what was decided."""
    execute(KNOW, KNOWN)
    for news in ("refunded_there", "taken_back"):
        if temporary(SOME, OF_THEM.replace("{table}", KNOWN), news=news, touched=False):
            step_many(PlatformDispute, news, SOME, by=by, at=at)
        if temporary(SOME, OF_THEM.replace("{table}", KNOWN), news=news, touched=True):
            write_entries(SOME, "changed_there", "c.state", "c.state", by=by, at=at)
            tell_many(SOME, at=at)
