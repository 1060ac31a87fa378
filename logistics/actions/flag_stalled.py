"""The nightly job: finds the parcels that stand still before customers do, and opens or updates their cases by itself (L3.3).

Set-based in SQL from finding to case, journal row and deadline: a handful of statements whatever the number, and nothing per parcel in memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from casework.actions.bulk import execute, in_one_pass, rows_of, temporary
from casework.actions.door import door
from casework.policies import Policies
from logistics.actions.findings import FREED, IS_CASELESS, NEW, SAME, STANDS, close_delivered, end_findings, open_for_findings, settle_cases
from logistics.actions.follow_cases import close_finished
from logistics.actions.lock_parcels import lock_parcels_of
from logistics.models import FindingKind, NightlyRun
from logistics.waiting import KIND, SINCE, TRAVELS
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Refused
from orders.models import Shop

NEWS_WITHIN = dt.timedelta(days=1)
LOCK_SPACE = 0x6E6967  # "nig": advisory locks of the nightly job, one key a shop
SCOPE = "p.id IN (SELECT parcel_id FROM nightly_parcels)"

# What is on its way, by courier and region; of that, what the courier has told nothing of, and the last news of the others.
CELLS = f"""
SELECT p.courier_id, p.region_id, count(*) AS looked_at, count(*) FILTER (WHERE {KIND} = 'no_record') AS silent,
       max(p.last_event_at) AS last_news
FROM logistics_parcel p WHERE p.shop_id = %(shop)s AND {TRAVELS} GROUP BY p.courier_id, p.region_id
"""
# The norms of the pairs that there are: some hundred rows, instead of one look-up a parcel.
NORMS = """
SELECT c.courier_id, coalesce(c.region_id, 0) AS region_id, m.measure,
       make_interval(hours => logistics_norm_hours(m.measure, c.courier_id, c.region_id)) AS lasts
FROM nightly_cells c CROSS JOIN unnest(%(measures)s::text[]) AS m (measure)
"""
# Couriers of whom very many parcels fall silent at once while nothing is told of any other for NEWS_WITHIN: not the parcels are lost but
# the feed that should tell of them is broken, or there is none. Theirs stay unknown; a lead may open their cases all the same.
HELD = f"""
SELECT p.courier_id, count(*) AS parcels
FROM logistics_parcel p JOIN nightly_norms n ON n.courier_id = p.courier_id AND n.region_id = coalesce(p.region_id, 0) AND n.measure = 'no_record'
WHERE p.shop_id = %(shop)s AND {TRAVELS} AND {KIND} = 'no_record' AND {SINCE} <= %(at)s::timestamptz - n.lasts
  AND NOT EXISTS (SELECT FROM logistics_finding f WHERE f.parcel_id = p.id AND f.ended_at IS NULL AND f.kind = 'no_record')
  AND NOT EXISTS (SELECT FROM nightly_cells c WHERE c.courier_id = p.courier_id AND c.last_news > %(at)s::timestamptz - %(news_within)s)
GROUP BY p.courier_id HAVING count(*) > %(most)s AND NOT %(open_held)s
"""
NOT_HELD = f"NOT ({KIND} = 'no_record' AND p.courier_id IN (SELECT courier_id FROM nightly_held))"
# At 48:00:00 a norm of 48 hours is over, one second before it is not.
BEYOND = f"""
FROM logistics_parcel p JOIN nightly_norms n ON n.courier_id = p.courier_id AND n.region_id = coalesce(p.region_id, 0) AND n.measure = {KIND}
WHERE p.shop_id = %(shop)s AND {TRAVELS} AND {SINCE} <= %(at)s::timestamptz - n.lasts AND {NOT_HELD}
"""
# What this night changes something about: parcels newly beyond their norm, and findings that ended or have no case yet.
PARCELS = f"""
SELECT p.id AS parcel_id {BEYOND} AND NOT EXISTS (
    SELECT FROM logistics_finding f WHERE f.parcel_id = p.id AND f.ended_at IS NULL AND {SAME})
UNION SELECT p.id FROM logistics_finding f JOIN logistics_parcel p ON p.id = f.parcel_id
WHERE p.shop_id = %(shop)s AND f.ended_at IS NULL AND ({IS_CASELESS} OR NOT {STANDS})
"""
FIND = f"""
INSERT INTO logistics_finding (parcel_id, kind, since, norm_hours, code, found_at, run_id)
SELECT p.id, {KIND}, {SINCE}, extract(epoch FROM n.lasts) / 3600, '', %(at)s, %(run)s {BEYOND} AND {SCOPE}
ON CONFLICT (parcel_id, kind) WHERE ended_at IS NULL DO NOTHING
"""
FIGURES = f"""
INSERT INTO logistics_nightlycell (run_id, courier_id, region_id, looked_at, found, twice, opened, closed)
SELECT %(run)s, courier_id, region_id, sum(looked_at), sum(found), sum(twice), sum(opened), sum(closed) FROM (
    SELECT courier_id, region_id, looked_at, 0 AS found, 0 AS twice, 0 AS opened, 0 AS closed FROM nightly_cells
    UNION ALL SELECT p.courier_id, p.region_id, 0, 1, (f.since <= %(at)s - make_interval(hours => 2 * f.norm_hours))::int, 0, 0
    FROM logistics_finding f JOIN logistics_parcel p ON p.id = f.parcel_id WHERE f.ended_at IS NULL AND p.shop_id = %(shop)s
    UNION ALL SELECT p.courier_id, p.region_id, 0, 0, 0, 1, 0
    FROM {NEW} t JOIN logistics_finding f ON f.id = t.finding_id JOIN logistics_parcel p ON p.id = f.parcel_id WHERE f.case_id IS NOT NULL
    UNION ALL SELECT t.courier_id, t.region_id, 0, 0, 0, 0, 1 FROM {FREED} t JOIN casework_case c ON c.id = t.case_id WHERE c.closed_at IS NOT NULL
) each_of_them GROUP BY courier_id, region_id
"""
DONE = f"""
UPDATE logistics_nightlyrun r SET state = 'done', finished_at = %(now)s, updated = %(updated)s,
    looked_at = s.looked_at, found = s.found, twice = s.twice, opened = s.opened, closed = s.closed,
    unknown = coalesce((SELECT sum(silent) FROM nightly_cells), 0) - (
        SELECT count(*) FROM logistics_finding f JOIN logistics_parcel p ON p.id = f.parcel_id
        WHERE f.ended_at IS NULL AND f.kind = 'no_record' AND p.shop_id = r.shop_id),
    held = coalesce((SELECT sum(parcels) FROM nightly_held), 0),
    told = (SELECT count(*) FROM {FREED} t JOIN casework_case c ON c.id = t.case_id WHERE c.closed_at IS NULL)
FROM (
    SELECT coalesce(sum(looked_at), 0) AS looked_at, coalesce(sum(found), 0) AS found, coalesce(sum(twice), 0) AS twice,
           coalesce(sum(opened), 0) AS opened, coalesce(sum(closed), 0) AS closed
    FROM logistics_nightlycell WHERE run_id = %(run)s
) s WHERE r.id = %(run)s
"""
FAILED = "UPDATE logistics_nightlyrun SET state = 'failed', finished_at = %(now)s WHERE shop_id = %(shop)s AND state = 'running'"


class RunsAlready(Refused):
    """The job is at work in this shop just now."""

    code = "runs_already"
    detail = _("The nightly job is at work in this shop just now.")


def flag_stalled(shop: Shop, *, at: dt.datetime, by: Actor, open_held: bool = False) -> NightlyRun:
    """Look at everything of the shop that travels, as of `at`, and return the record of the run with its figures.

    Run twice it opens nothing new; killed half way it leaves nothing but its record, and the next run does it all. Cases are opened by
    the programme whoever asks for the run. More than `no_record_at_once` parcels of a courier without any record, while the courier tells
    of nothing else either, are held back, unless a lead wants their cases (`open_held`). Raises RunsAlready while another one is at work in this shop.
    """
    with _alone(shop):
        run = _begin(shop, at, by)
        try:
            # By the programme, through the door by which it was asked for.
            _work(run, Actor.system(by.channel), at, open_held)
        except BaseException:
            execute(
                "UPDATE logistics_nightlyrun SET state = 'failed', finished_at = %(now)s WHERE id = %(run)s", run=run.pk, now=wall_clock()
            )
            raise
    run.refresh_from_db()
    return run


@contextmanager
def _alone(shop: Shop) -> Iterator[None]:
    """One run a shop at a time. The lock is the session's: it goes with a killed process, and covers both transactions."""
    key: dict[str, Any] = {"space": LOCK_SPACE, "shop": shop.pk}
    if not rows_of("SELECT pg_try_advisory_lock(%(space)s, %(shop)s)", **key)[0][0]:
        raise RunsAlready
    try:
        yield
    finally:
        if connection.is_usable():
            rows_of("SELECT pg_advisory_unlock(%(space)s, %(shop)s)", **key)


def _begin(shop: Shop, at: dt.datetime, by: Actor) -> NightlyRun:
    """The record comes first, in a transaction of its own. One that still runs was killed, since nobody else holds the lock."""
    now = wall_clock()
    with transaction.atomic():
        execute(FAILED, shop=shop.pk, now=now)
        return NightlyRun.objects.create(shop=shop, at=at, started_at=now, by_name=by.name if by.is_person else "")


def _work(run: NightlyRun, by: Actor, at: dt.datetime, open_held: bool) -> None:
    about: dict[str, Any] = {"shop": run.shop_id, "at": at, "run": run.pk}
    most = Policies(at).value("no_record_at_once", run.shop_id)
    with door(by, at):
        temporary("nightly_cells", CELLS, **about)
        temporary("nightly_norms", NORMS, measures=FindingKind.values)
        temporary("nightly_held", HELD, most=most, news_within=NEWS_WITHIN, open_held=open_held, **about)
        looked_at = temporary("nightly_parcels", PARCELS, "parcel_id", **about)
        with in_one_pass(looked_at):
            lock_parcels_of("SELECT parcel_id FROM nightly_parcels")
        end_findings(SCOPE, at=at)
        execute(FIND, **about)
        _opened, updated = open_for_findings(SCOPE, by=by, at=at)
        settle_cases(by=by, at=at)
        close_delivered(SCOPE, by=by, at=at)
        close_finished("p.shop_id = %(shop)s", by=by, at=at, shop=run.shop_id)
        execute(FIGURES, **about)
        execute(DONE, now=wall_clock(), updated=updated, **about)
