"""What each parcel waits for, in SQL over logistics_parcel as `p`: the detector, the nightly job and the board mean the same by it.

A parcel that travels waits for exactly one thing at a time: its first node, the pick-up, the next node, its delivery, somebody who takes it
from the station, or its arrival back with us. Since when it waits is known, and how long is normal says the norm of that measure (L3.4).
That somebody complains of the standstill moves nothing: remarks begin no new wait.
What we signed for waits for the warehouse's word alone, which has a list of it (logistics/searches.py).
"""

from __future__ import annotations

# It is on its way to a customer who still awaits it, or the courier brings it back to us. What a customer sends has the clocks of its return.
TRAVELS = """(NOT p.is_return AND p.delivered_at IS NULL AND p.back_at IS NULL AND p.stage NOT IN ('signed', 'returned', 'voided')
    AND (p.is_awaited OR p.returning_at IS NOT NULL))"""

KIND = """CASE
    WHEN p.stage IN ('returning', 'returned') THEN 'returning'
    WHEN p.stage = 'ordered' THEN 'not_picked_up'
    WHEN p.stage = 'delivering' THEN 'delivering'
    WHEN p.stage = 'station' THEN 'at_station'
    WHEN p.last_event_at IS NULL THEN 'no_record'
    ELSE 'not_moving' END"""

SINCE = """CASE
    WHEN p.stage IN ('returning', 'returned') THEN p.returning_at
    WHEN p.stage IN ('ordered', 'delivering', 'station') THEN p.stage_since
    ELSE coalesce(p.moved_at, p.last_event_at, p.shipped_at) END"""

# The parcels of `{which}` (SQL over `p`) as subjects of cases, as logistics/actions/find_parcel.py says it: a merged parcel's case takes the
# order paid first. One pass over the whole, not one look-up a parcel, each of which might read all orders.
SUBJECT = """
SELECT p.id AS parcel_id, p.shop_id, (array_agg(o.id ORDER BY o.paid_at NULLS LAST, o.id))[1] AS order_id, 'parcel:' || p.id AS subject,
       c.name || ' ' || p.waybill || coalesce(' + ' || nullif(array_to_string(
           (array_agg(o.number ORDER BY o.paid_at NULLS LAST, o.id))[2:], ', '), ''), '') AS label
FROM logistics_parcel p JOIN logistics_courier c ON c.id = p.courier_id
LEFT JOIN (logistics_parcel_orders l JOIN orders_order o ON o.id = l.order_id) ON l.parcel_id = p.id WHERE {which} GROUP BY p.id, c.id
"""

# No provider's code: a rule of this name says what it means that a parcel moves after it was signed for.
MOVED_ON = "moved_on"
# Where a parcel must be for a code to open a case about it (logistics/kinds/incident.py: Found).
PLACES = {
    "travelling": "p.delivered_at IS NULL AND p.returning_at IS NULL AND p.back_at IS NULL AND p.voided_at IS NULL",
    "turned_back": "p.returning_at IS NOT NULL AND p.delivered_at IS NULL AND p.back_at IS NULL",
    "signed": "p.delivered_at IS NOT NULL AND p.back_at IS NULL",
}
