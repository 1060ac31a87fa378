"""What a case has cost us, with its children: what went out less what came in, by kind and by whose cost it is, and what is not known.

Only what truly moved counts: paid, posted, taken from stock. What is set aside is no loss yet, and a cost that nobody knows is counted in pieces, never as 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models.expressions import RawSQL

from casework.models import Case, Ledger
from logistics.freight import Fault
from orders.together import Reading, Rows, answer
from refunds.models import GoodsOut

ZERO = Decimal("0.00")
# With the claims of the losses that these cases found: no children, since they outlive them, yet what they bring back is theirs.
TREE = """
WITH RECURSIVE below AS (
    SELECT id FROM casework_case WHERE id = %s UNION ALL SELECT c.id FROM below t JOIN casework_case c ON c.parent_id = t.id),
tree AS (SELECT id FROM below UNION SELECT f.case_id FROM refunds_claimfacts f WHERE f.incident_id IN (SELECT id FROM below))
"""
MOVED = f"""{TREE}
SELECT kind, party, coalesce(sum(amount) FILTER (WHERE direction = 'out'), 0), coalesce(sum(amount) FILTER (WHERE direction = 'in'), 0)
FROM casework_ledger WHERE case_id IN (SELECT id FROM tree) AND entry IN ('settle', 'post') GROUP BY kind, party ORDER BY kind, party
"""
IDS = f"{TREE} SELECT id FROM tree"
# The nearest decision, the case's own first; of a claim that of the case which found the loss.
CAUSED = """
WITH RECURSIVE asked AS (SELECT %s::bigint AS id), up AS (
    SELECT c.id, c.parent_id, 0 AS depth FROM asked a LEFT JOIN refunds_claimfacts f ON f.case_id = a.id
    JOIN casework_case c ON c.id = coalesce(f.incident_id, a.id)
    UNION ALL SELECT c.id, c.parent_id, up.depth + 1 FROM up JOIN casework_case c ON c.id = up.parent_id)
SELECT f.fault, f.fault_rule FROM up JOIN logistics_incidentfacts f ON f.case_id = up.id WHERE f.fault <> '' ORDER BY up.depth LIMIT 1
"""


@dataclass(frozen=True)
class Part:
    """Yuan of one kind at one side's cost."""

    kind: str
    party: str
    out: Decimal
    came_in: Decimal

    @property
    def net(self) -> Decimal:
        """Yuan lost by it."""
        return self.out - self.came_in

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return str(Ledger.Kind(self.kind).label)

    @property
    def party_label(self) -> str:
        """At whose cost, in words."""
        return str(Ledger.Party(self.party).label)


@dataclass(frozen=True)
class Cost:
    """The cost of a case with its children. `caused_by` is whom the chapter finds at fault, "" while nobody has decided."""

    parts: list[Part]
    unknown: list[GoodsOut]
    caused_by: str
    by_rule: str

    @property
    def out(self) -> Decimal:
        """Yuan that went out."""
        return sum((each.out for each in self.parts), ZERO)

    @property
    def came_in(self) -> Decimal:
        """Yuan that came in."""
        return sum((each.came_in for each in self.parts), ZERO)

    @property
    def net(self) -> Decimal:
        """The one number: yuan lost, as far as it is known. Below zero when more came in."""
        return self.out - self.came_in

    @property
    def pieces_unknown(self) -> int:
        """Pieces that left stock at a cost that nobody knows."""
        return sum(each.quantity for each in self.unknown)

    @property
    def caused_by_label(self) -> str:
        """Who caused it, in words; "" while it is not decided."""
        return str(Fault(self.caused_by).label) if self.caused_by else ""

    @property
    def is_nothing(self) -> bool:
        """Whether nothing moved at all."""
        return not self.parts and not self.unknown


def cost_of(case: Case) -> Cost:
    """The cost of the case with all cases below it; one query, whatever stands below."""
    return answer(ask_cost(case))


def ask_cost(case: Case) -> Reading[Cost]:
    """The same, to be read with others."""
    moved, caused = Rows(MOVED, [case.pk], str, str, Decimal, Decimal), Rows(CAUSED, [case.pk], str, str)
    here: Any = RawSQL(IDS, [case.pk])
    unknown = GoodsOut.objects.filter(case__in=here, unit_cost=None).select_related("line").order_by("pk")
    yield moved, unknown, caused
    caused_by, by_rule = next(iter(caused), ("", ""))
    return Cost([Part(*row) for row in moved], list(unknown), caused_by, by_rule)
