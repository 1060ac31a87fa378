"""Addresses of refunds."""

from django.urls import URLPattern, URLResolver, include, path

from refunds.views.approvals import approvals
from refunds.views.approve_many import approve_chosen
from refunds.views.ask import ask
from refunds.views.delegations import delegations, end
from refunds.views.gift import gift
from refunds.views.look import look
from refunds.views.out_of_stock import out_of_stock
from refunds.views.payouts import pay, payouts, reveal
from refunds.views.register import export, register
from refunds.views.resend import resend

urlpatterns: list[URLPattern | URLResolver] = [
    path("refunds/new/", ask, name="refund-new"),
    path("gifts/new/", gift, name="gift-new"),
    path("out-of-stock/new/", out_of_stock, name="out-of-stock-new"),
    path("refunds/new/look/", look, name="refund-look"),
    path("reshipments/new/", resend, name="reshipment-new"),
    path("approvals/", approvals, name="approvals"),
    path("approvals/many/", approve_chosen, name="approve-many"),
    path("approvals/<int:case_id>/", approvals, name="approval"),
    path("delegations/", delegations, name="delegations"),
    path("delegations/<int:delegation_id>/end/", end, name="delegation-end"),
    path("payouts/", payouts, name="payouts"),
    path("payouts/<int:case_id>/", pay, name="payout"),
    path("payouts/<int:case_id>/reveal/", reveal, name="payout-reveal"),
    path("payouts/<int:case_id>/<slug:step>/", pay, name="payout-step"),
    path("register/", register, name="register"),
    path("register/export.xlsx", export, name="register-export"),
    path("api/v1/", include("refunds.api.urls")),
]
