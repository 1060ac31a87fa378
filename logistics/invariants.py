"""What must always hold in logistics."""

from casework.actions.verify import QUERIES

QUERIES["an_incident_is_about_its_parcel"] = """
    SELECT c.number FROM casework_case c JOIN logistics_incidentfacts f ON f.case_id = c.id
    WHERE c.subject LIKE 'parcel:%' AND c.subject <> 'parcel:' || coalesce(f.parcel_id::text, '')"""
QUERIES["no_order_awaits_one_waybill_twice"] = """
    SELECT p.waybill FROM logistics_parcel p JOIN logistics_parcel_orders l ON l.parcel_id = p.id
    WHERE p.is_awaited GROUP BY p.shop_id, p.waybill, l.order_id HAVING count(*) > 1"""
QUERIES["no_event_outside_its_month"] = "SELECT id::text FROM logistics_trackingevent_default"
# A provider stands on the parcel as soon as one told of it. Then the last node, the pick-up, which came first: signature or way back, and so its arrival.
QUERIES["a_parcel_is_the_sum_of_its_events"] = """
    SELECT p.waybill FROM logistics_parcel p LEFT JOIN (
        SELECT parcel_id, max(at) AS last_at, (array_agg(code ORDER BY at DESC, place DESC, id DESC))[1] AS code,
               max(at) FILTER (WHERE stage <> '') AS moved_at, max(received_at) AS told_at,
               min(at) FILTER (WHERE stage NOT IN ('', 'ordered', 'voided')) AS picked_up_at,
               min(ARRAY[extract(epoch FROM at), place, id]) FILTER (WHERE stage IN ('returning', 'returned')) AS back,
               min(ARRAY[extract(epoch FROM at), place, id]) FILTER (WHERE stage = 'signed') AS signed, min(at) FILTER (WHERE stage = 'signed') AS signed_at
        FROM logistics_trackingevent GROUP BY parcel_id
    ) e ON e.parcel_id = p.id
    WHERE (p.provider <> '') <> (e.parcel_id IS NOT NULL) OR p.provider <> '' AND (
        (p.last_event_at, p.moved_at, p.told_at, p.picked_up_at, p.code) IS DISTINCT FROM (e.last_at, e.moved_at, e.told_at, e.picked_up_at, e.code)
        OR p.delivered_at IS DISTINCT FROM coalesce(CASE WHEN e.back < e.signed THEN NULL ELSE e.signed_at END, p.said_delivered_at)
        OR (p.stage = 'signed') <> coalesce(e.signed < e.back OR e.signed IS NOT NULL AND e.back IS NULL, false)
        OR (p.stage IN ('returning', 'returned')) <> coalesce(e.back < e.signed OR e.back IS NOT NULL AND e.signed IS NULL, false))"""
QUERIES["a_done_run_is_the_sum_of_its_cells"] = """
    SELECT r.id::text FROM logistics_nightlyrun r LEFT JOIN (
        SELECT run_id, sum(looked_at) AS looked_at, sum(found) AS found, sum(twice) AS twice, sum(opened) AS opened, sum(closed) AS closed
        FROM logistics_nightlycell GROUP BY run_id) c ON c.run_id = r.id
    WHERE r.state = 'done' AND (r.looked_at, r.found, r.twice, r.opened, r.closed) IS DISTINCT FROM
        (coalesce(c.looked_at, 0), coalesce(c.found, 0), coalesce(c.twice, 0), coalesce(c.opened, 0), coalesce(c.closed, 0))
       OR r.state = 'done' AND r.unknown > r.looked_at"""
# A courier owes only for what was lost with it, and only while the parcel has not arrived (it says so itself, Loss.standing).
QUERIES["what_a_courier_owes_was_lost_with_it"] = """
    SELECT c.number FROM logistics_loss l JOIN casework_case c ON c.id = l.case_id JOIN logistics_incidentfacts f ON f.case_id = c.id
    WHERE l.ended_at IS NULL AND f.fault <> 'courier'"""
QUERIES["a_question_that_is_answered_has_an_end_and_a_name"] = """
    SELECT id::text FROM casework_task WHERE answer <> '' AND (done_at IS NULL OR done_by_id IS NULL)"""
QUERIES["a_running_promise_is_of_an_open_case"] = """
    SELECT c.number FROM casework_deadline d JOIN casework_case c ON c.id = d.case_id
    LEFT JOIN logistics_inquiry i ON d.kind = 'inquiry_' || i.id AND i.case_id = c.id
    WHERE starts_with(d.kind, 'inquiry_')
        AND (i.promised_until IS DISTINCT FROM d.due_at OR c.closed_at IS NOT NULL AND d.status NOT IN ('fired', 'met'))"""
# Until print clerk or warehouse have answered nothing is edited, and what was wanted is sealed as long as something is decided of it.
QUERIES["an_address_is_decided_once_it_is_known"] = """
    SELECT c.number FROM casework_case c LEFT JOIN logistics_addressfacts f ON f.case_id = c.id
    WHERE c.kind = 'address_change' AND (f.case_id IS NULL OR c.state <> 'withdrawn' AND (c.state = 'to_note') <> (f.noted_at IS NULL))"""
QUERIES["an_address_in_print_is_asked_about_before_it_is_edited"] = """
    SELECT c.number FROM casework_case c JOIN logistics_addressfacts f ON f.case_id = c.id
    WHERE c.kind = 'address_change' AND c.closed_at IS NULL
        AND EXISTS (SELECT FROM casework_task t WHERE t.case_id = c.id AND t.kind = 'edit_address' AND t.done_at IS NULL)
        AND NOT EXISTS (SELECT FROM jsonb_array_elements(f.parts) p WHERE p ->> 'end' = '' AND p ->> 'way' IN ('edit', 'pull'))"""
# N1: what is paid or given follows from a cause, never from what somebody wrote about us.
QUERIES["no_money_hangs_on_a_review"] = """
    SELECT c.number FROM casework_case c JOIN casework_case above ON above.id = c.parent_id
    WHERE above.kind = 'review' AND c.kind IN ('refund', 'compensation', 'gift', 'reshipment', 'return_goods', 'exchange')"""
