"""POST /api/v1/refunds/simulate/."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.views import DeskView
from refunds.actions.simulate import simulate_refund
from refunds.api.bodies import DraftBody
from refunds.api.simulated import SimulationRow


class SimulateRefund(DeskView):
    """What a refund would do."""

    @extend_schema(request=DraftBody, responses={200: SimulationRow})
    def post(self, request: Request) -> Response:
        """What a refund would do to the order, the freight and the shop's loss, and who may approve it. Changes nothing; any part may be missing."""
        found = simulate_refund(self.read(DraftBody), by=self.actor, at=self.at)
        return Response(SimulationRow(found).data)
