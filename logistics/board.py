"""What the stalled board shows: the last night, the findings by courier and region, and the parcels of a cell. Fixed numbers of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Prefetch, Q, QuerySet, Value

from casework.lists.queues import grouped
from casework.lists.rows import Row, rows_of
from casework.reading import list_cases
from logistics.models import DELIVERY, Courier, Finding, NightlyRun, Norm, Region
from logistics.norms import normal_hours
from orders.access import Actor
from orders.errors import NotAllowed
from orders.models import Order, Shop
from orders.people import shops_with
from orders.roles import AGENTS, LEADS, Role

READERS = AGENTS | {Role.WAREHOUSE, Role.AUDITOR}
HOUR = dt.timedelta(hours=1)
# In an address: where the destination is not known.
NOWHERE = "none"
# The bar is 96 wide; what is normal ends at 43.
WIDTH, NORMAL = 96, 43


def shops_of(by: Actor, roles: frozenset[Any] = READERS) -> list[Shop]:
    """The shops in which the actor holds one of the roles. Raises NotAllowed when there is none."""
    found = shops_with(by, roles)
    if not found:
        raise NotAllowed
    return found


def last_runs(shop: Shop) -> tuple[NightlyRun | None, NightlyRun | None]:
    """The last run, and the last done one before it, for comparison."""
    runs = list(NightlyRun.objects.filter(shop=shop).order_by("-pk")[:10])
    last = next(iter(runs), None)
    return last, next((run for run in runs[1:] if run.state == NightlyRun.State.DONE), None)


def standing(shop: Shop) -> QuerySet[Finding]:
    """The findings of the shop that stand."""
    return Finding.objects.filter(parcel__shop=shop, ended_at=None)


@dataclass(frozen=True)
class Cell:
    """Findings of one courier in one region: how many, how many of them beyond twice the norm, and how many days are normal there."""

    courier: Courier
    region: Region | None
    count: int
    twice: int
    days: str
    is_chosen: bool

    @property
    def shade(self) -> int:
        """0 nothing, 1 something, 2 four or more or one beyond twice, 3 three or more beyond twice."""
        if not self.count:
            return 0
        return 3 if self.twice >= 3 else 2 if self.twice or self.count >= 4 else 1

    @property
    def region_code(self) -> str:
        """The region as an address names it."""
        return self.region.code if self.region else NOWHERE


@dataclass
class Matrix:
    """Couriers by regions, with the sums at the edges."""

    regions: list[Region | None]
    rows: list[tuple[Courier, list[Cell], int]] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    total: int = 0
    twice: int = 0
    chosen: Cell | None = None


def matrix_of(shop: Shop, now: dt.datetime, courier: str = "", region: str = "") -> Matrix:
    """Every courier with something on its way that stands still, in every region. `courier` and `region` are the codes of the chosen cell."""
    over = ExpressionWrapper(F("norm_hours") * Value(2 * HOUR), output_field=DurationField())
    twice = Count("pk", filter=Q(since__lte=ExpressionWrapper(Value(now) - over, output_field=Finding._meta.get_field("since"))))
    counted = standing(shop).order_by().values("parcel__courier", "parcel__region").annotate(count=Count("pk"), twice=twice)
    found = {(each["parcel__courier"], each["parcel__region"]): (each["count"], each["twice"]) for each in counted}
    couriers = Courier.objects.filter(pk__in={pk for pk, _region in found}).order_by("name")
    norms = list(Norm.objects.filter(measure=DELIVERY))
    regions: list[Region | None] = list(Region.objects.all())
    if any(pk is None for _courier, pk in found):
        regions.append(None)
    matrix = Matrix(regions)
    for each in couriers:
        cells = [_cell(each, where, found, norms, (courier, region)) for where in regions]
        matrix.rows.append((each, cells, sum(cell.count for cell in cells)))
    return _summed(matrix)


def _cell(
    courier: Courier, region: Region | None, found: dict[Any, tuple[int, int]], norms: Sequence[Norm], chosen: tuple[str, str]
) -> Cell:
    count, twice = found.get((courier.pk, region.pk if region else None), (0, 0))
    hours = normal_hours(norms, courier.pk, region)
    here = (courier.code, region.code if region else NOWHERE)
    return Cell(courier, region, count, twice, "" if hours is None else days(hours * HOUR), here == chosen)


def _summed(matrix: Matrix) -> Matrix:
    cells = [cell for _courier, row, _sum in matrix.rows for cell in row]
    matrix.totals = [sum(row[place].count for _courier, row, _sum in matrix.rows) for place in range(len(matrix.regions))]
    matrix.total, matrix.twice = sum(cell.count for cell in cells), sum(cell.twice for cell in cells)
    matrix.chosen = next((cell for cell in cells if cell.is_chosen and cell.count), None)
    return matrix


def days(span: dt.timedelta) -> str:
    """A span in days, to a tenth where it is no whole number."""
    tenths = int(span / dt.timedelta(days=1) * 10)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True)
class Line:
    """A parcel that stands still, with its case as a list shows it."""

    finding: Finding
    now: dt.datetime
    row: Row | None

    @property
    def is_told(self) -> bool:
        """Whether the courier itself told of the trouble before our norm was over."""
        return bool(self.finding.code) and self.now - self.finding.since < self.finding.norm_hours * HOUR

    @property
    def stood(self) -> str:
        """Days it has stood."""
        return days(self.now - self.finding.since)

    @property
    def normal(self) -> str:
        """Days that are normal for this wait."""
        return days(self.finding.norm_hours * HOUR)

    @property
    def width(self) -> int:
        """How far the bar goes; what is normal ends at NORMAL."""
        norm = self.finding.norm_hours * HOUR
        return min(WIDTH, int((self.now - self.finding.since) / norm * NORMAL)) if norm else WIDTH

    @property
    def is_twice(self) -> bool:
        """Whether it has stood twice as long as is normal."""
        return self.now - self.finding.since >= 2 * self.finding.norm_hours * HOUR

    @property
    def city(self) -> str:
        """Where it goes, by its first order."""
        order = next(iter(self.finding.parcel.orders.all()), None)
        return order.city or order.province if order else ""


def findings_in(shop: Shop, cell: Cell | None) -> QuerySet[Finding]:
    """The findings of the cell, or of the whole shop, the longest standing first."""
    rows = standing(shop).order_by("since", "pk")
    return rows if cell is None else rows.filter(parcel__courier=cell.courier, parcel__region=cell.region)


def lines_of(page: Sequence[Finding], by: Actor, now: dt.datetime) -> list[Line]:
    """The lines of a page; the same number of queries for one and for fifty."""
    ids = {each.case_id for each in page if each.case_id}
    cases = list(grouped(list_cases(by).filter(pk__in=ids), by, now)) if ids else []
    rows = {row.case.pk: row for row in rows_of(cases, by=by, now=now)}
    return [Line(each, now, rows.get(each.case_id or 0)) for each in page]


def with_parcels(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """The findings with their parcels, couriers and destinations."""
    orders = Prefetch("parcel__orders", Order.objects.only("city", "province", "paid_at").order_by("paid_at", "pk"))
    return rows.select_related("parcel__courier", "parcel__region").prefetch_related(orders)


def may_run(by: Actor, shop: Shop) -> bool:
    """Whether the actor may ask for a run."""
    return by.role_in(shop.pk) in LEADS
