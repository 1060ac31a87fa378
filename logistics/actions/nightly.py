"""The nightly job over all shops, and the watch that says so when a night was missed (L3.3)."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from django.db import transaction

from casework.actions.bulk import rows_of
from casework.actions.heartbeat import beat
from casework.models import Outbox
from logistics.actions.ask_extensions import ask_extensions
from logistics.actions.flag_stalled import RunsAlready, flag_stalled
from logistics.models import NightlyRun
from logistics.waiting import TRAVELS
from orders.access import Actor
from orders.models import Shop

log = logging.getLogger(__name__)
# A day, and two hours for a night that begins late.
MISSED = dt.timedelta(hours=26)
DAY = dt.timedelta(days=1)
TOPIC, HELD_TOPIC = "nightly_missed", "nightly_held"


def run_nightly(shops: Iterable[Shop], *, at: dt.datetime, by: Actor) -> tuple[list[NightlyRun], list[Shop]]:
    """Run the job for each shop as of `at`; the runs, and the shops where it failed. One shop's trouble is not another's.

    A shop where the job is at work already is left to that run.
    """
    runs, failed = [], []
    for shop in shops:
        try:
            runs.append(flag_stalled(shop, at=at, by=by))
            _tell_held(runs[-1])
        except RunsAlready:
            log.info("nightly: shop %s is being looked at already", shop.code)
        except Exception:  # whatever keeps one shop's run from ending must not keep the others from beginning
            log.exception("nightly: shop %s failed", shop.code)
            failed.append(shop)
    ask_extensions(at=at)
    if not failed:
        beat("flag_stalled", at)
    return runs, failed


def _tell_held(run: NightlyRun) -> None:
    """Write to the leads that a feed looks broken: one letter a night, however many parcels were held back."""
    if run.held:
        Outbox.objects.create(topic=HELD_TOPIC, payload={"shop": run.shop_id, "held": run.held}, created_at=run.at, wake_at=run.at)


# Of each shop with something on its way, the last run that was done; where there was none, since when there has been something to look at.
# A run covers no night after it began, and none after the instant as of which it looked.
LAST = f"""
SELECT s.id, coalesce(r.at, (SELECT min(p.first_seen_at) FROM logistics_parcel p WHERE p.shop_id = s.id AND {TRAVELS}))
FROM orders_shop s LEFT JOIN LATERAL (SELECT max(least(at, started_at)) AS at FROM logistics_nightlyrun WHERE shop_id = s.id AND state = 'done') r ON true
WHERE s.id = ANY(%(shops)s) AND EXISTS (SELECT FROM logistics_parcel p WHERE p.shop_id = s.id AND {TRAVELS})
"""


def missed_since(shops: Iterable[Shop], at: dt.datetime) -> dict[int, dt.datetime]:
    """The shops whose last done run is older than MISSED though something is on its way, with the time of that run or of the first parcel."""
    rows = rows_of(LAST, shops=[shop.pk for shop in shops])
    return {shop: since for shop, since in rows if at - since > MISSED}


def watch_nightly(*, at: dt.datetime) -> int:
    """Write to the leads of each shop whose night was missed, once a day; how many shops. Safe to call at any time, by any number at once."""
    with transaction.atomic():
        # Two watches at once are one after the other.
        shops = list(Shop.objects.select_for_update(no_key=True).order_by("pk"))
        told = set(Outbox.objects.filter(topic=TOPIC, created_at__gt=at - DAY).values_list("payload__shop", flat=True))
        missed = {shop: since for shop, since in missed_since(shops, at).items() if shop not in told}
        Outbox.objects.bulk_create(
            Outbox(topic=TOPIC, payload={"shop": shop, "since": since.isoformat()}, created_at=at, wake_at=at)
            for shop, since in missed.items()
        )
    beat("watch_nightly", at)
    return len(missed)
