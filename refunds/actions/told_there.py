"""What the platform tells of a request, as its lists are followed by many statements. Each speaks of `p`, a row of orders_platformrefund."""

# What the platform paid by its own decision (R13.2).
ITS_DECISION = "(p.is_paid AND (p.forced OR p.intervention <> ''))"
# What the journal keeps of a request.
TOLD = """jsonb_strip_nulls(jsonb_build_object('platform_request', p.number, 'after_sale', nullif(p.after_sale_type, ''), 'amount', p.amount::text,
    'their_reason', nullif(p.reason, ''), 'phase', nullif(p.phase, ''), 'platform_version', nullif(p.version, ''), 'platform_says', p.status))"""
