"""An order must not confirm its receipt by itself while its parcel is still being looked for (L0.4): extend it on the platform (S7.1)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy

from casework.actions.bulk import insert_from, lock_many, rows_of, temporary, write_entries
from casework.actions.door import door
from casework.actions.heartbeat import beat
from casework.calendars import SHOP_TIME, Calendar
from casework.models import Deadline, Task
from casework.policies import Policies
from casework.registry import KINDS
from logistics.kinds.incident import Incident
from logistics.task_kinds import EXTEND
from orders.access import Actor

NEAR, ASKED = "extensions_near", "extensions_asked"
TITLE = gettext_lazy("Extend the receipt on the platform")
TEXT = gettext_lazy(
    "Order {order}: it confirms its receipt by itself at {at}. Extend the time of receipt; what became of its parcel is not settled yet."
)

# The case that asked went on as another, or ended, before anybody had done it: whoever sees to the parcel now is asked.
DROPPED = f"""EXISTS (SELECT FROM casework_task k JOIN orders_order asked ON asked.id = e.order_id WHERE k.case_id = e.case_id AND k.kind = '{EXTEND}'
    AND k.created_at = e.asked_at AND strpos(k.text, asked.number) > 0 AND k.done_at IS NOT NULL AND k.done_by_id IS NULL)"""
# Orders of open incidents that trace, on their way still, whose date is nearer than the shop's policy says; the oldest case of an order asks.
SOON = f"""
SELECT DISTINCT ON (o.id) o.id AS order_id, o.number, o.auto_confirm_at AS confirms_at, c.id AS case_id, c.shop_id
FROM casework_case c JOIN logistics_incidentfacts i ON i.case_id = c.id
JOIN LATERAL (
    SELECT order_id FROM logistics_parcel_orders l WHERE l.parcel_id = i.parcel_id UNION SELECT c.order_id
) w ON true JOIN orders_order o ON o.id = w.order_id
JOIN unnest(%(shops)s::bigint[], %(ends)s::timestamptz[]) AS s (shop_id, ends) ON s.shop_id = o.shop_id
WHERE c.closed_at IS NULL AND c.kind = ANY(%(kinds)s) AND o.status IN ('shipped', 'part_shipped')
    AND o.auto_confirm_at > %(at)s AND o.auto_confirm_at < s.ends
    AND NOT EXISTS (SELECT FROM logistics_extension e WHERE e.order_id = o.id AND e.confirms_at = o.auto_confirm_at AND NOT {DROPPED})
ORDER BY o.id, c.id
"""
# Who asked at the same moment was first: of each date there is one row, and its task.
NOTED = f"""
WITH fresh AS (
    INSERT INTO logistics_extension AS e (order_id, confirms_at, case_id, asked_at) SELECT n.order_id, n.confirms_at, n.case_id, %(at)s
    FROM {{table}} n JOIN casework_case c ON c.id = n.case_id WHERE c.closed_at IS NULL ORDER BY n.order_id
    ON CONFLICT (order_id, confirms_at) DO UPDATE SET case_id = EXCLUDED.case_id, asked_at = EXCLUDED.asked_at WHERE {DROPPED} RETURNING order_id, confirms_at
)
SELECT n.case_id, n.shop_id, n.number, n.confirms_at FROM {{table}} n JOIN fresh f USING (order_id, confirms_at)
"""
CLOCKS = """
FROM casework_task k JOIN casework_case c ON c.id = k.case_id
JOIN unnest(%(shops)s::bigint[], %(dues)s::timestamptz[]) AS s (shop_id, due) ON s.shop_id = c.shop_id
WHERE k.kind = %(kind)s AND k.done_at IS NULL AND k.case_id IN (SELECT case_id FROM {table})
    AND NOT EXISTS (SELECT FROM casework_deadline d WHERE d.case_id = k.case_id AND d.kind = 'task_' || k.id)
"""


def ask_extensions(*, at: dt.datetime) -> int:
    """Put a task on the case of each order that would soon confirm its receipt by itself; how many. Once for each date, however often it runs.

    A fixed number of statements for any number of orders. What must be extended the policy `extend_when_less_than` says.
    """
    by = Actor.system("clock")
    with door(by, at):
        asked = _ask(by, at) if temporary(NEAR, SOON, at=at, **_near(at)) else 0
    beat("ask_extensions", at)
    return asked


def _near(at: dt.datetime) -> dict[str, list[object]]:
    """The shops with the instants before which a date is near, and the kinds that trace."""
    policies, calendar = Policies(at), Calendar()
    shops = [shop for (shop,) in rows_of("SELECT DISTINCT shop_id FROM casework_case WHERE closed_at IS NULL")]
    ends = [calendar.after(at, policies.value("extend_when_less_than", shop), policies.value("working_hours", shop)) for shop in shops]
    kinds = [name for name, kind in KINDS.items() if issubclass(kind, Incident) and kind.TRACES]
    return {"shops": list(shops), "ends": list(ends), "kinds": list(kinds)}


def _ask(by: Actor, at: dt.datetime) -> int:
    lock_many(NEAR)
    count = temporary(ASKED, NOTED.replace("{table}", NEAR), at=at)
    with translation.override(settings.LANGUAGE_CODE):
        title, text = str(TITLE), str(TEXT)
    columns = {
        "case_id": "t.case_id",
        "kind": "%(kind)s",
        "title": "%(title)s",
        "text": "replace(replace(%(text)s, '{order}', t.number), '{at}', to_char(t.confirms_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI'))",
        "role": "'agent'",
        "rule": "'L0.4'",
        "created_at": "%(at)s",
    }
    insert_from(
        Task, columns, "FROM {table} t ORDER BY t.case_id, t.number", ASKED, kind=EXTEND, title=title, text=text, zone=SHOP_TIME.key, at=at
    )
    _start_clocks(at)
    write_entries(
        ASKED,
        "extension_asked",
        "c.state",
        "c.state",
        by=by,
        at=at,
        facts="jsonb_build_object('order', t.number, 'confirms_at', t.confirms_at)",
    )
    return count


def _start_clocks(at: dt.datetime) -> None:
    """Each task has its own deadline (S7.1)."""
    policies, calendar = Policies(at), Calendar()
    shops = [shop for (shop,) in rows_of("SELECT DISTINCT shop_id FROM {table}", ASKED)]
    dues = [calendar.after(at, policies.value("platform_task_within", shop), policies.value("working_hours", shop)) for shop in shops]
    columns = {
        "case_id": "k.case_id",
        "kind": "'task_' || k.id",
        "started_at": "%(at)s",
        "due_at": "s.due",
        "wake_at": "s.due",
        "rule": "'S7.1'",
    }
    insert_from(Deadline, columns, CLOCKS, ASKED, kind=EXTEND, shops=shops, dues=dues, at=at)
