"""What leads set for the nightly job and the detector: norms, regions, places, detection rules (L3.4). Who changed it stands in the journal."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import models
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from casework.actions.bulk import execute
from casework.models import Journal
from casework.registry import KINDS
from logistics.models import DetectionRule, FindingKind, Norm, Place, Region
from orders.access import Actor, acting
from orders.errors import Malformed, NotAllowed, Refused
from orders.models import Shop
from orders.roles import LEADS, Role

KEEPERS = LEADS | {Role.ADMIN}
Setting = Norm | Region | Place | DetectionRule
Outcome = DetectionRule.Outcome
# Words, several of them separated by |. Any other pattern could keep the database busy, or mean something else than it looks.
WORDS = re.compile(r"[^\\^$.*+?()\[\]{}|]+(\|[^\\^$.*+?()\[\]{}|]+)*")
FACT_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")

# Parcels on their way get the region that their destination belongs to now; one look-up a place, not one a parcel.
REGIONS = """
WITH going AS (
    SELECT DISTINCT ON (l.parcel_id) l.parcel_id, o.province, o.city, o.district
    FROM logistics_parcel p JOIN logistics_parcel_orders l ON l.parcel_id = p.id JOIN orders_order o ON o.id = l.order_id
    WHERE p.delivered_at IS NULL AND p.back_at IS NULL ORDER BY l.parcel_id, o.paid_at NULLS LAST, o.id
), places AS (
    SELECT province, city, district, logistics_region_of(province, city, district) AS region_id
    FROM (SELECT DISTINCT province, city, district FROM going WHERE province <> '') each_place
)
UPDATE logistics_parcel p SET region_id = d.region_id FROM going g JOIN places d ON (d.province, d.city, d.district) = (g.province, g.city, g.district)
WHERE p.id = g.parcel_id AND p.region_id IS DISTINCT FROM d.region_id
"""


def keep_setting(row: Setting, *, by: Actor, at: dt.datetime) -> None:
    """Save a new or changed row with its entry in the journal. Raises NotAllowed but for keepers of every shop, Malformed naming the field."""
    if isinstance(row, DetectionRule):
        check_rule(row)
    with _kept(by, at):
        before = type(row)._default_manager.select_for_update(no_key=True).filter(pk=row.pk).order_by().first()
        row.save()
        _journal(row, _plain(before) if before else None, _plain(row), by, at)
        _follow(row)


def remove_setting(row: Norm | Place, *, by: Actor, at: dt.datetime) -> None:
    """Take a norm or a place away. Raises NotAllowed but for keepers of every shop, Refused `norm_for_all` for the norm that holds where no other does."""
    if isinstance(row, Norm) and row.courier_id is None and row.region_id is None:
        raise Refused(_("This norm holds where no other does; change its hours instead."), code="norm_for_all")
    with _kept(by, at):
        was = _plain(row)
        pk = row.pk
        row.delete()
        row.pk = pk
        _journal(row, was, None, by, at)
        _follow(row)


def keeps_for_all(by: Actor) -> bool:
    """Whether somebody may set what holds for every shop: a keeper in each of them, not in some."""
    return by.has_role(KEEPERS) and all(by.role_in(shop_id) in KEEPERS for shop_id in Shop.objects.values_list("pk", flat=True))


def check_rule(rule: DetectionRule) -> None:
    """Raise Malformed naming the field where a rule could not work."""
    if rule.pattern and not WORDS.fullmatch(rule.pattern):
        raise Malformed(_("Words only, several of them separated by |; no signs of patterns."), code="bad_pattern", field="pattern")
    if rule.outcome == Outcome.CASE and not (rule.name in KINDS and KINDS[rule.name].IN_BULK):
        raise Malformed(_("No such kind of case is opened by codes."), code="unknown_kind", field="name")
    if rule.outcome == Outcome.FINDING and rule.name not in FindingKind.values:
        raise Malformed(_("There is no such kind of finding."), code="unknown_finding", field="name")
    if rule.outcome == Outcome.FACT and not FACT_NAME.fullmatch(rule.name):
        raise Malformed(_("A fact is named in small letters, digits and underscores."), code="bad_name", field="name")


def _kept(by: Actor, at: dt.datetime) -> Any:
    if not keeps_for_all(by):
        raise NotAllowed(_("This holds for every shop; a lead of all of them may change it."))
    return acting(by, at)


def _follow(row: Setting) -> None:
    if isinstance(row, Place):
        execute(REGIONS)


def _plain(row: models.Model) -> dict[str, Any]:
    return model_to_dict(row)


def _journal(row: Setting, was: dict[str, Any] | None, now: dict[str, Any] | None, by: Actor, at: dt.datetime) -> None:
    if was == now:
        return
    Journal.objects.create(
        at=at,
        object_type=row._meta.model_name or "",
        object_id=str(row.pk),
        step="delete" if now is None else "update" if was else "insert",
        actor_id=by.user_id,
        actor_name=by.name,
        channel=by.channel,
        before={name: value for name, value in was.items() if now is None or now[name] != value} if was else None,
        after={name: value for name, value in now.items() if was is None or was[name] != value} if now else None,
        request_id=by.request_id,
    )
