"""Addresses of the API of refunds, below /api/v1/."""

from django.urls import path

from refunds.api.approve import ApproveMany
from refunds.api.buyers import BuyerOfCase, BuyerOfOrder
from refunds.api.claims import Claims, GiveBack, OneStatementLine, SettledLines, StatementLineAgain, StatementLines
from refunds.api.delegations import Delegations, OneDelegation
from refunds.api.gifts import Gifts
from refunds.api.invoices import Invoices
from refunds.api.out_of_stock import OutOfStocks
from refunds.api.refunds import Compensations, Refunds
from refunds.api.register import Register
from refunds.api.reshipments import Reshipments
from refunds.api.returns import Exchanges, Returns
from refunds.api.simulate import SimulateRefund

urlpatterns = [
    path("cases/<int:case_id>/buyer/", BuyerOfCase.as_view(), name="api-case-buyer"),
    path("orders/<int:order_id>/buyer/", BuyerOfOrder.as_view(), name="api-order-buyer"),
    path("gifts/", Gifts.as_view(), name="api-gifts"),
    path("claims/", Claims.as_view(), name="api-claims"),
    path("claims/lines/", StatementLines.as_view(), name="api-statement-lines"),
    path("claims/lines/<int:line_id>/", OneStatementLine.as_view(), name="api-statement-line"),
    path("claims/lines/settled/", SettledLines.as_view(), name="api-settled-lines"),
    path("claims/lines/<int:line_id>/again/", StatementLineAgain.as_view(), name="api-statement-line-again"),
    path("claims/<int:case_id>/give-back/", GiveBack.as_view(), name="api-claim-give-back"),
    path("delegations/", Delegations.as_view(), name="api-delegations"),
    path("delegations/<int:delegation_id>/", OneDelegation.as_view(), name="api-delegation"),
    path("refunds/approve/", ApproveMany.as_view(), name="api-approve-many"),
    path("invoices/", Invoices.as_view(), name="api-invoices"),
    path("out-of-stock/", OutOfStocks.as_view(), name="api-out-of-stock"),
    path("refunds/", Refunds.as_view(), name="api-refunds"),
    path("refunds/simulate/", SimulateRefund.as_view(), name="api-refund-simulate"),
    path("compensations/", Compensations.as_view(), name="api-compensations"),
    path("reshipments/", Reshipments.as_view(), name="api-reshipments"),
    path("returns/", Returns.as_view(), name="api-returns"),
    path("exchanges/", Exchanges.as_view(), name="api-exchanges"),
    path("register/", Register.as_view(), name="api-register"),
]
