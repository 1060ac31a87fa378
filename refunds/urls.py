"""Addresses of refunds."""

from django.urls import URLPattern, URLResolver, include, path

from refunds.views.approvals import approvals
from refunds.views.approve_many import approve_chosen
from refunds.views.ask import ask
from refunds.views.ask_return import new_exchange, new_return
from refunds.views.claim_files import letter as claim_letter
from refunds.views.claim_files import papers as claim_papers
from refunds.views.claim_files import sheet as claims_sheet
from refunds.views.claims import claims, give_it_back, open_chosen, paid_beside
from refunds.views.claims import line as claims_line
from refunds.views.compensate import compensate
from refunds.views.delegations import delegations, end
from refunds.views.gift import gift
from refunds.views.inspect import inspect
from refunds.views.invoice import invoice, new_invoice, show_invoice
from refunds.views.invoices import invoices, issue
from refunds.views.invoices import reveal as reveal_invoice
from refunds.views.look import look
from refunds.views.out_of_stock import out_of_stock
from refunds.views.payouts import late as late_payout
from refunds.views.payouts import pay, payouts, reveal
from refunds.views.reconciliation import export_differences, reconciliation
from refunds.views.register import export, register
from refunds.views.resend import resend
from refunds.views.return_lists import faults, give, late, match_stray, seen, strays
from refunds.views.returns import here, not_taken, own_parcel, parked, returns
from refunds.views.statement_columns import statement_columns

urlpatterns: list[URLPattern | URLResolver] = [
    path("refunds/new/", ask, name="refund-new"),
    path("gifts/new/", gift, name="gift-new"),
    path("invoices/", invoices, name="invoices"),
    path("invoices/new/", new_invoice, name="invoice-new"),
    path("invoices/<int:case_id>/", invoice, name="invoice"),
    path("invoices/<int:case_id>/show/", show_invoice, name="invoice-reveal"),
    path("invoices/<int:case_id>/issue/", issue, name="invoice-issue"),
    path("invoices/<int:case_id>/reveal/", reveal_invoice, name="invoices-reveal"),
    path("out-of-stock/new/", out_of_stock, name="out-of-stock-new"),
    path("refunds/new/look/", look, name="refund-look"),
    path("compensations/new/", compensate, name="compensation-new"),
    path("reshipments/new/", resend, name="reshipment-new"),
    path("returns/", returns, name="returns"),
    path("returns/new/", new_return, name="return-new"),
    path("exchanges/new/", new_exchange, name="exchange-new"),
    path("returns/<int:case_id>/here/", here, name="return-here"),
    path("returns/<int:case_id>/not-taken/", not_taken, name="return-not-taken"),
    path("returns/<int:case_id>/inspect/", inspect, name="return-inspect"),
    path("returns/own/<int:parcel_id>/", own_parcel, name="return-own"),
    path("returns/park/", parked, name="return-park"),
    path("returns/parked/", strays, name="returns-parked"),
    path("returns/parked/<int:stray_id>/", match_stray, name="return-match"),
    path("returns/faults/", faults, name="returns-faults"),
    path("returns/faults/<int:fault_id>/", give, name="return-give"),
    path("returns/late/", late, name="returns-late"),
    path("returns/late/<int:late_id>/", seen, name="return-seen"),
    path("claims/", claims, name="claims"),
    path("claims/new/", open_chosen, name="claims-open"),
    path("claims/sheet.xlsx", claims_sheet, name="claims-sheet"),
    path("claims/lines/<int:line_id>/", claims_line, name="claims-line"),
    path("claims/<int:case_id>/letter/", claim_letter, name="claim-letter"),
    path("claims/<int:case_id>/papers.zip", claim_papers, name="claim-papers"),
    path("claims/<int:case_id>/give-back/", give_it_back, name="claim-give-back"),
    path("claims/<int:case_id>/paid-beside/", paid_beside, name="claim-paid-beside"),
    path("imports/statements/<str:shop_code>/", statement_columns, name="statement-columns"),
    path("approvals/", approvals, name="approvals"),
    path("approvals/many/", approve_chosen, name="approve-many"),
    path("approvals/<int:case_id>/", approvals, name="approval"),
    path("delegations/", delegations, name="delegations"),
    path("delegations/<int:delegation_id>/end/", end, name="delegation-end"),
    path("payouts/", payouts, name="payouts"),
    path("payouts/<int:case_id>/", pay, name="payout"),
    path("payouts/late/<int:transfer_id>/", late_payout, name="payout-late"),
    path("payouts/<int:case_id>/reveal/", reveal, name="payout-reveal"),
    path("payouts/<int:case_id>/<slug:step>/", pay, name="payout-step"),
    path("register/", register, name="register"),
    path("reconciliation/", reconciliation, name="reconciliation"),
    path("reconciliation/export.xlsx", export_differences, name="reconciliation-export"),
    path("register/export.xlsx", export, name="register-export"),
    path("api/v1/", include("refunds.api.urls")),
]
