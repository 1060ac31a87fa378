"""What holds for every shop: the courier directory (L12.1) with its claim windows (L13.1), norms, regions, places, detection rules (L3.4).

Who changed it, and what stood there before, is journalled by the tables' own triggers, as for every write past the door.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.actions.bulk import execute
from casework.registry import KINDS
from logistics.kinds.incident import may_be_found
from logistics.models import ClaimWindow, Courier, DetectionRule, FindingKind, Loss, Norm, Place, Region
from logistics.signals import claim_window_changed
from orders.access import Actor, acting
from orders.errors import Malformed, NotAllowed, Refused
from orders.models import Shop
from orders.roles import LEADS, Role

KEEPERS = LEADS | {Role.ADMIN}
# Changes of the directory are the manager's (L12.1).
DIRECTORY_KEEPERS = frozenset({Role.MANAGER, Role.ADMIN})
Setting = Courier | ClaimWindow | Norm | Region | Place | DetectionRule
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


def keepers_of(table: type[models.Model]) -> frozenset[str]:
    """The roles that set rows of a table, each held in every shop."""
    return DIRECTORY_KEEPERS if table in (Courier, ClaimWindow) else KEEPERS


def keep_setting(row: Setting, *, by: Actor, at: dt.datetime) -> None:
    """Save a new or changed row. Raises NotAllowed but for keepers of every shop, Malformed naming the field."""
    if isinstance(row, DetectionRule):
        check_rule(row)
    if isinstance(row, ClaimWindow):
        check_window(row)
    with _kept(row, by, at):
        row.save()


def remove_setting(row: Norm | Place | ClaimWindow, *, by: Actor, at: dt.datetime) -> None:
    """Take a norm, a place or a claim window away.

    Raises NotAllowed but for keepers of every shop, Refused `norm_for_all` for the norm that holds where no other does.
    """
    if isinstance(row, Norm) and row.courier_id is None and row.region_id is None:
        raise Refused(_("This norm holds where no other does; change its hours instead."), code="norm_for_all")
    with _kept(row, by, at):
        row.delete()


def roles_over_all(by: Actor) -> frozenset[str]:
    """The roles that somebody has over all the shops; "" is among them where a shop is not theirs. What holds for every shop is set by
    who is a keeper in each of them, not in some: all of these roles are keepers'."""
    return frozenset(by.role_in(shop_id) for shop_id in Shop.objects.values_list("pk", flat=True))


def check_rule(rule: DetectionRule) -> None:
    """Raise Malformed naming the field where a rule could not work."""
    if rule.pattern and not WORDS.fullmatch(rule.pattern):
        raise Malformed(_("Words only, several of them separated by |; no signs of patterns."), code="bad_pattern", field="pattern")
    if rule.outcome == Outcome.CASE and not may_be_found(KINDS.get(rule.name)):
        raise Malformed(_("No such kind of case is opened by codes."), code="unknown_kind", field="name")
    if rule.outcome == Outcome.FINDING and rule.name not in FindingKind.values:
        raise Malformed(_("There is no such kind of finding."), code="unknown_finding", field="name")
    if rule.outcome == Outcome.FACT and not FACT_NAME.fullmatch(rule.name):
        raise Malformed(_("A fact is named in small letters, digits and underscores."), code="bad_name", field="name")


def check_window(row: ClaimWindow) -> None:
    """Raise Malformed naming the field where a claim window could not be."""
    if row.cause and row.cause not in Loss.Cause.values:
        raise Malformed(_("This is none of the possible values."), code="bad_value", field="cause")
    if row.earliest is not None and row.latest is not None and row.latest < row.earliest:
        raise Malformed(_("The last day is before the first one."), code="bad_value", field="latest")


@contextmanager
def _kept(row: Setting, by: Actor, at: dt.datetime) -> Iterator[None]:
    keepers = keepers_of(type(row))
    if not (by.has_role(keepers) and roles_over_all(by) <= keepers):
        raise NotAllowed(_("This holds for every shop; a lead of all of them may change it."))
    with acting(by, at):
        yield
        if isinstance(row, Place):
            execute(REGIONS)
        if isinstance(row, ClaimWindow):
            claim_window_changed.send(ClaimWindow, courier=row.courier_id, by=by, at=at)
