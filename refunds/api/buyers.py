"""GET /api/v1/cases/ID/buyer/ and /api/v1/orders/ID/buyer/: what the buyer had before (S5.2), and of a case what stands out."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from casework.models import Case, Evidence
from casework.policies import Policies
from orders.api.views import DeskView
from orders.errors import NotFound
from orders.models import Order
from refunds.api.buyer_rows import BuyerRow, BuyerWithSignalsRow
from refunds.buyer import BuyerHistory, buyer_history
from refunds.signals import Signals, signals_here


class BuyerOfCase(DeskView):
    """The buyer of a case."""

    @extend_schema(responses=BuyerWithSignalsRow)
    def get(self, request: Request, case_id: int) -> Response:
        """What the buyer had before beside this case, and what stands out, with the cases behind. It decides nothing. Empty for a case without an order."""
        case = Case.objects.for_actor(self.actor).select_related("order").filter(pk=case_id).first()
        if case is None:
            raise NotFound
        if case.order is None:
            return Response(BuyerWithSignalsRow({"history": BuyerHistory(), "signals": Signals()}).data)
        pictures = list(Evidence.objects.filter(case=case))
        signals = signals_here(case, case.order, pictures, by=self.actor, now=self.at, policies=Policies(self.at))
        return Response(BuyerWithSignalsRow({"history": buyer_history(case.order, self.at, case), "signals": signals}).data)


class BuyerOfOrder(DeskView):
    """The buyer of an order."""

    @extend_schema(responses=BuyerRow)
    def get(self, request: Request, order_id: int) -> Response:
        """What the buyer had before, this order included in the sums."""
        order: Order | None = Order.objects.for_actor(self.actor).filter(pk=order_id).first()
        if order is None:
            raise NotFound(field="order")
        return Response(BuyerRow({"history": buyer_history(order, self.at)}).data)
