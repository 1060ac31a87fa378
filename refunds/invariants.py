"""What must always hold about money asked, approved and paid."""

from casework.actions.verify import QUERIES

QUERIES["what_is_set_aside_is_asked"] = """
    SELECT o.number FROM orders_order o LEFT JOIN (
        SELECT r.order_id, sum(r.amount - r.beyond) AS amount FROM refunds_request r
        WHERE NOT EXISTS (SELECT 1 FROM refunds_ending e WHERE e.request_id = r.id)
          AND NOT EXISTS (SELECT 1 FROM refunds_approval a JOIN refunds_payout p ON p.approval_id = a.id WHERE a.request_id = r.id)
        GROUP BY r.order_id) live ON live.order_id = o.id
    WHERE o.reserved <> coalesce(live.amount, 0)"""
QUERIES["what_is_refunded_is_paid_out"] = """
    SELECT o.number FROM orders_order o LEFT JOIN (
        SELECT a.order_id, sum(p.amount - r.beyond) AS amount FROM refunds_payout p JOIN refunds_approval a ON a.id = p.approval_id
        JOIN refunds_request r ON r.id = a.request_id GROUP BY a.order_id) paid
        ON paid.order_id = o.id
    WHERE o.refunded <> coalesce(paid.amount, 0)"""
QUERIES["what_is_paid_beyond_the_order_is_posted"] = """
    SELECT coalesce(paid.key, l.key) FROM (
        SELECT 'request:' || r.id || ':settle:beyond' AS key, r.beyond AS amount, r.beyond_kind AS kind FROM refunds_request r
        JOIN refunds_approval a ON a.request_id = r.id JOIN refunds_payout p ON p.approval_id = a.id WHERE r.beyond > 0) paid
    FULL JOIN (SELECT * FROM casework_ledger WHERE key LIKE 'request:%:settle:beyond') l ON l.key = paid.key
    WHERE (l.amount, l.kind, l.entry, l.direction) IS DISTINCT FROM (paid.amount, paid.kind, 'post', 'out')"""
QUERIES["goods_that_left_are_posted_at_their_cost"] = """
    SELECT coalesce(g.key, l.key) FROM (
        SELECT 'goods:' || id AS key, unit_cost * quantity AS amount, kind FROM refunds_goodsout WHERE unit_cost > 0) g
    FULL JOIN (SELECT * FROM casework_ledger WHERE key LIKE 'goods:%') l ON l.key = g.key
    WHERE (l.amount, l.kind, l.entry, l.direction, l.channel) IS DISTINCT FROM (g.amount, g.kind, 'post', 'out', 'stock')"""
QUERIES["what_is_approved_is_counted"] = """
    SELECT o.number FROM orders_order o LEFT JOIN (
        SELECT a.order_id, sum(a.amount) AS amount FROM refunds_approval a
        WHERE NOT EXISTS (SELECT 1 FROM refunds_ending e WHERE e.request_id = a.request_id) GROUP BY a.order_id) given ON given.order_id = o.id
    WHERE o.approved_total <> coalesce(given.amount, 0)"""
QUERIES["a_refund_state_is_what_its_request_says"] = """
    SELECT c.number FROM casework_case c JOIN LATERAL (SELECT id FROM refunds_request WHERE case_id = c.id ORDER BY seq DESC LIMIT 1) r ON true
    LEFT JOIN refunds_approval a ON a.request_id = r.id LEFT JOIN refunds_payout p ON p.approval_id = a.id
    LEFT JOIN refunds_ending e ON e.request_id = r.id
    WHERE c.kind IN ('refund', 'compensation') AND NOT CASE c.state
        WHEN 'asked' THEN a.id IS NULL AND e.id IS NULL
        WHEN 'sent_back' THEN a.id IS NULL AND e.id IS NULL
        WHEN 'to_pay' THEN a.id IS NOT NULL AND p.id IS NULL AND e.id IS NULL
        WHEN 'paying' THEN a.id IS NOT NULL AND p.id IS NULL AND e.id IS NULL
        WHEN 'paid' THEN p.id IS NOT NULL
        WHEN 'settled' THEN p.id IS NOT NULL
        ELSE p.id IS NULL AND e.id IS NOT NULL END"""
QUERIES["a_refund_without_a_request_was_asked_on_the_platform_only"] = """
    SELECT c.number FROM casework_case c WHERE c.kind = 'refund' AND (
        c.state IN ('requested', 'taken_back') AND EXISTS (SELECT 1 FROM refunds_request r WHERE r.case_id = c.id)
        OR c.state NOT IN ('requested', 'taken_back', 'refunded_there', 'rejected') AND NOT EXISTS (SELECT 1 FROM refunds_request r WHERE r.case_id = c.id))"""
QUERIES["a_request_on_the_platform_has_one_open_refund"] = """
    SELECT p.number FROM refunds_askedthere a JOIN casework_case c ON c.id = a.case_id JOIN orders_platformrefund p ON p.id = a.refund_id
    WHERE c.kind = 'refund' AND c.closed_at IS NULL GROUP BY p.id, p.number HAVING count(*) > 1"""
QUERIES["what_the_platform_paid_by_its_own_decision_stands_once"] = """
    SELECT l.key FROM casework_ledger l
    LEFT JOIN orders_platformrefund p ON 'platform:' || p.shop_id || ':' || p.number = regexp_replace(l.key, ':(back|again)$', '')
    WHERE l.key LIKE 'platform:%' AND (p.id IS NULL OR p.order_id <> l.order_id
        OR (l.entry, l.kind, l.direction, l.channel) <> ('post', 'goods', CASE WHEN l.key LIKE '%:back' THEN 'in' ELSE 'out' END, 'platform')
        OR EXISTS (SELECT 1 FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id
                   WHERE o.channel = 'platform' AND o.platform_number = p.number AND g.order_id = p.order_id))"""
QUERIES["a_refund_is_being_paid_while_its_transfer_is_open"] = """
    SELECT c.number FROM casework_case c LEFT JOIN (
        SELECT r.case_id FROM refunds_transfer t JOIN refunds_approval a ON a.id = t.approval_id JOIN refunds_request r ON r.id = a.request_id
        WHERE t.status IN ('sending', 'unknown', 'parked')) open ON open.case_id = c.id
    WHERE (c.state = 'paying') <> (open.case_id IS NOT NULL)"""
QUERIES["a_transfer_that_is_done_is_the_payout"] = """
    SELECT t.key FROM refunds_transfer t LEFT JOIN refunds_payout p ON p.approval_id = t.approval_id
    WHERE (t.status = 'done') <> (p.id IS NOT NULL AND p.gateway = t.gateway)"""
QUERIES["what_was_paid_beside_its_approval_is_posted"] = """
    SELECT coalesce(beside.key, l.key) FROM (
        SELECT 'transfer:' || id AS key, amount FROM refunds_transfer WHERE status = 'beside') beside
    FULL JOIN (
        SELECT substring(key FROM '^transfer:[0-9]+') AS key, sum(amount) AS amount FROM casework_ledger
        WHERE key LIKE 'transfer:%' AND (entry, direction, channel) = ('post', 'out', 'alipay') GROUP BY 1) l ON l.key = beside.key
    WHERE l.amount IS DISTINCT FROM beside.amount"""
QUERIES["what_a_provider_paid_has_its_transfer"] = """
    SELECT p.platform_number FROM refunds_payout p LEFT JOIN refunds_transfer t ON t.approval_id = p.approval_id
    WHERE p.gateway <> 'manual' AND t.id IS NULL"""
QUERIES["no_line_is_sent_again_twice_at_once"] = """
    SELECT r.line_id::text FROM refunds_resentline r JOIN casework_case c ON c.id = r.case_id
    WHERE c.closed_at IS NULL GROUP BY r.line_id HAVING count(*) > 1"""
QUERIES["no_line_is_sent_again_while_its_refund_is_asked"] = """
    SELECT r.line_id::text FROM refunds_resentline r JOIN casework_case c ON c.id = r.case_id JOIN orders_line l ON l.id = r.line_id
    WHERE c.closed_at IS NULL AND l.reserved > 0"""
QUERIES["what_is_under_way_again_has_its_parcel"] = """
    SELECT c.number FROM casework_case c JOIN logistics_incidentfacts f ON f.case_id = c.id
    WHERE c.kind = 'reshipment' AND c.state IN ('under_way', 'arrived', 'came_back', 'lost') AND f.parcel_id IS NULL"""
QUERIES["what_is_given_was_agreed_to_and_has_its_parcel"] = """
    SELECT c.number FROM casework_case c JOIN refunds_giftfacts g ON g.case_id = c.id
    WHERE c.state IN ('to_pack', 'next_order', 'no_parcel', 'packed', 'given') AND g.agreed_by_id IS NULL
       OR c.state IN ('packed', 'given') AND g.waybill = ''"""
QUERIES["a_gift_that_waits_stands_in_the_list"] = """
    SELECT c.number FROM casework_case c WHERE c.kind = 'gift' AND c.state IN ('to_pack', 'next_order', 'no_parcel')
      AND NOT EXISTS (SELECT 1 FROM casework_task t WHERE t.case_id = c.id AND t.kind = 'put_in' AND t.done_at IS NULL)"""
QUERIES["no_line_comes_back_twice_at_once"] = """
    SELECT r.line_id::text FROM refunds_returnline r JOIN casework_case c ON c.id = r.case_id
    WHERE c.closed_at IS NULL GROUP BY r.line_id HAVING count(*) > 1"""
QUERIES["money_of_a_return_follows_its_inspection_or_a_lead"] = """
    SELECT c.number FROM refunds_payout p JOIN refunds_approval a ON a.id = p.approval_id JOIN refunds_request r ON r.id = a.request_id
    JOIN casework_case c ON c.id = r.case_id JOIN refunds_return f ON f.case_id = c.parent_id
    WHERE f.inspected_at IS NULL AND f.released_at IS NULL"""
QUERIES["what_finance_issues_is_whole_and_what_is_issued_has_its_number"] = """
    SELECT c.number FROM casework_case c JOIN refunds_invoicefacts f ON f.case_id = c.id
    WHERE c.state IN ('to_issue', 'issued', 'told') AND f.missing <> '{}' OR c.state IN ('issued', 'told') <> (f.number <> '')"""
# What waits to be paid by the platform is its own payment, which its list may show first; any other way is beside it.
QUERIES["nothing_is_paid_here_that_the_platform_paid"] = """
    WITH ways AS (
        SELECT r.id, r.order_id, r.case_id, r.lines, r.freight, r.payee_channel FROM refunds_request r
        WHERE NOT EXISTS (SELECT 1 FROM refunds_ending e WHERE e.request_id = r.id)
          AND NOT EXISTS (SELECT 1 FROM refunds_approval a JOIN refunds_payout p ON p.approval_id = a.id WHERE a.request_id = r.id)
          AND r.payee_channel <> 'platform'
    ), parts AS (
        SELECT w.order_id, (each ->> 'line')::bigint AS line_id, (each ->> 'amount')::numeric AS amount FROM ways w, jsonb_array_elements(w.lines) each
        UNION ALL SELECT order_id, NULL, freight FROM ways
    ), of_order AS (SELECT order_id, sum(amount) AS amount FROM parts GROUP BY order_id
    ), of_line AS (SELECT line_id, sum(amount) AS amount FROM parts WHERE line_id IS NOT NULL GROUP BY line_id)
    SELECT o.number FROM orders_order o LEFT JOIN of_order w ON w.order_id = o.id
    WHERE o.refunded_outside + coalesce(w.amount, 0) > 0
      AND o.refunded_outside + greatest(o.refunded - o.refunded_outside, o.platform_refunded + o.platform_decided) + coalesce(w.amount, 0) > o.paid
    UNION ALL SELECT l.number FROM orders_line l LEFT JOIN of_line w ON w.line_id = l.id
    WHERE l.refunded_outside + coalesce(w.amount, 0) > 0
      AND l.refunded_outside + greatest(l.refunded - l.refunded_outside, l.platform_refunded + l.platform_decided) + coalesce(w.amount, 0) > l.paid
    UNION ALL SELECT c.number FROM casework_case c JOIN refunds_askedthere a ON a.case_id = c.id
    JOIN orders_platformrefund p ON p.id = a.refund_id AND p.is_paid
    JOIN refunds_request r ON r.case_id = c.id JOIN refunds_approval g ON g.request_id = r.id
    WHERE r.payee_channel <> 'platform' AND NOT EXISTS (SELECT 1 FROM refunds_ending e WHERE e.request_id = r.id)"""
QUERIES["what_the_platform_decided_is_counted"] = """
    SELECT o.number FROM orders_order o LEFT JOIN (
        SELECT p.order_id, sum(d.amount) AS amount FROM refunds_platformdecision d JOIN refunds_askedthere a ON a.case_id = d.case_id
        JOIN orders_platformrefund p ON p.id = a.refund_id AND p.is_open AND NOT p.is_paid GROUP BY p.order_id) said ON said.order_id = o.id
    WHERE o.platform_decided <> coalesce(said.amount, 0)"""
QUERIES["what_was_refunded_there_is_in_the_books_once"] = """
    SELECT c.number FROM casework_case c JOIN refunds_askedthere a ON a.case_id = c.id JOIN orders_platformrefund p ON p.id = a.refund_id
    WHERE c.kind = 'refund' AND c.state = 'refunded_there' AND p.is_paid AND p.amount > 0
      AND NOT EXISTS (SELECT 1 FROM casework_ledger l WHERE l.key = 'platform:' || p.shop_id || ':' || p.number)
      AND NOT EXISTS (SELECT 1 FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id JOIN refunds_request r ON r.id = g.request_id
                      WHERE o.channel = 'platform' AND g.order_id = p.order_id
                        AND (o.platform_number = p.number OR r.case_id IN (SELECT b.case_id FROM refunds_askedthere b WHERE b.refund_id = p.id)))
    UNION ALL SELECT p.number FROM refunds_paidthere t JOIN orders_platformrefund p ON p.id = t.refund_id
    LEFT JOIN casework_ledger l ON l.key = 'platform:' || p.shop_id || ':' || p.number
    WHERE (l.case_id, l.amount, l.entry, l.direction) IS DISTINCT FROM (t.case_id, t.amount, 'post', 'out')"""
QUERIES["what_is_booked_of_a_difference_is_posted"] = """
    SELECT coalesce(booked.key, l.key) FROM (
        SELECT 'settlement:' || id AS key, abs(there - here) AS amount, CASE WHEN there > here THEN 'out' ELSE 'in' END AS direction
        FROM refunds_settlement WHERE books AND here IS NOT NULL) booked
    FULL JOIN (SELECT * FROM casework_ledger WHERE key LIKE 'settlement:%') l ON regexp_replace(l.key, ':(back|again)$', '') = booked.key
    WHERE (l.amount, l.direction = booked.direction, l.entry) IS DISTINCT FROM (booked.amount, l.key NOT LIKE '%:back', 'post')"""
# When it was let go: sent to a provider, else recorded as paid.
QUERIES["no_refund_left_while_a_courier_was_stopping_its_parcel"] = """
    WITH stopping AS MATERIALIZED (
        SELECT l.order_id, c.opened_at, least(c.closed_at, i.refunds_go_at, x.delivered_at, x.back_at) AS until
        FROM casework_case c JOIN logistics_incidentfacts i ON i.case_id = c.id JOIN logistics_parcel x ON x.id = i.parcel_id
        JOIN logistics_parcel_orders l ON l.parcel_id = x.id WHERE c.kind = 'intercept')
    SELECT r.number FROM refunds_payout p JOIN refunds_approval a ON a.id = p.approval_id JOIN refunds_request q ON q.id = a.request_id AND q.lines <> '[]'
    JOIN casework_case r ON r.id = q.case_id LEFT JOIN refunds_transfer t ON t.approval_id = a.id
    CROSS JOIN LATERAL (SELECT coalesce(t.sent_at, p.recorded_at) AS at) gone
    JOIN stopping s ON s.order_id = a.order_id WHERE s.opened_at < gone.at AND coalesce(s.until > gone.at, true)"""
QUERIES["what_a_claim_moves_is_posted"] = """
    SELECT coalesce(r.key, l.key) FROM (SELECT 'recovery:' || id AS key, case_id, amount, direction FROM refunds_recovery) r
    FULL JOIN (SELECT * FROM casework_ledger WHERE key LIKE 'recovery:%' OR kind = 'claim') l ON l.key = r.key
    WHERE (l.case_id, l.amount, l.direction, l.kind, l.entry, l.channel) IS DISTINCT FROM (r.case_id, r.amount, r.direction, 'claim', 'post', 'courier')"""
QUERIES["what_comes_in_by_claims_is_what_their_lines_say"] = """
    SELECT r.id::text FROM refunds_recovery r JOIN casework_case c ON c.id = r.case_id LEFT JOIN refunds_statementline l ON l.id = r.line_id
    WHERE r.direction = 'in' AND (l.amount IS DISTINCT FROM r.amount OR l.shop_id <> c.shop_id OR l.settled_at IS NOT NULL) OR c.kind <> 'courier_claim'"""
QUERIES["what_a_claim_received_is_what_moved"] = """
    SELECT c.number FROM refunds_claimfacts f JOIN casework_case c ON c.id = f.case_id
    LEFT JOIN (SELECT case_id, sum(CASE direction WHEN 'in' THEN amount ELSE -amount END) AS amount FROM refunds_recovery GROUP BY case_id) r
        ON r.case_id = f.case_id
    WHERE f.received <> coalesce(r.amount, 0)"""
QUERIES["a_claim_is_paid_once_and_with_money"] = """
    SELECT c.number FROM casework_case c JOIN refunds_claimfacts f ON f.case_id = c.id JOIN logistics_loss l ON l.id = f.loss_id
    WHERE c.kind = 'courier_claim' AND (f.amount <> l.amount OR f.incident_id <> l.case_id
        OR c.state = 'paid' AND f.turned_up_at IS NULL AND NOT (f.received > 0 AND f.received >= least(coalesce(f.accepted, f.received), f.amount))
        OR c.state IN ('registered', 'filed', 'need_info', 'accepted') AND f.received >= f.amount
        OR c.state = 'reversed' AND f.received > 0)"""
