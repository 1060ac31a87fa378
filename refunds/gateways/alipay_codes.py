"""Alipay's refusals that are final, and what finance does about each. What is not named here may have been paid."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orders.errors import Text
from refunds.gateways.gateway import Outcome

NOT_THERE = frozenset({"ORDER_NOT_EXIST"})

PAYEE = _("Alipay does not accept this account or name. Ask the customer, and let an agent ask anew with what is right.")
BALANCE = _("There is not enough money in our Alipay account. Top it up and pay again.")
LIMIT = _("The amount is outside of what Alipay transfers. Pay it another way, or on another day.")
OURS = _("Alipay does not let our account pay. Look into it there, then pay again.")

SENTENCES: dict[str, Text] = {
    "PAYEE_NOT_EXIST": PAYEE,
    "PAYEE_ACCOUNT_NOT_EXSIT": PAYEE,  # as Alipay writes it
    "PAYEE_USER_INFO_ERROR": PAYEE,
    "PAYEE_USERINFO_STATUS_ERROR": PAYEE,
    "PAYEE_ACCOUNT_STATUS_ERROR": PAYEE,
    "PAYEE_ACC_OCUPIED": PAYEE,
    "PAYEE_CERT_INFO_ERROR": PAYEE,
    "PAYEE_NOT_RELNAME_CERTIFY": PAYEE,
    "PERM_AML_NOT_REALNAME_REV": PAYEE,
    "PERMIT_NON_BANK_LIMIT_PAYEE": PAYEE,
    "NO_ACCOUNT_RECEIVE_PERMISSION": PAYEE,
    "BALANCE_IS_NOT_ENOUGH": BALANCE,
    "PAYER_BALANCE_NOT_ENOUGH": BALANCE,
    "EXCEED_LIMIT_SM_MIN_AMOUNT": LIMIT,
    "EXCEED_LIMIT_SM_AMOUNT": LIMIT,
    "EXCEED_LIMIT_DM_AMOUNT": LIMIT,
    "EXCEED_LIMIT_DM_MAX_AMOUNT": LIMIT,
    "EXCEED_LIMIT_MM_AMOUNT": LIMIT,
    "EXCEED_LIMIT_MM_MAX_AMOUNT": LIMIT,
    "EXCEED_LIMIT_UNRN_DM_AMOUNT": LIMIT,
    "EXCEED_LIMIT_PERSONAL_SM_AMOUNT": LIMIT,
    "EXCEED_LIMIT_ENT_SM_AMOUNT": LIMIT,
    "PAYCARD_UNABLE_PAYMENT": OURS,
    "PAYER_STATUS_ERROR": OURS,
    "PAYER_NOT_EXIST": OURS,
    "PAYER_DATA_INCOMPLETE": OURS,
    "PERMIT_CHECK_PERM_LIMITED": OURS,
    "PERMIT_PAYER_FORBIDDEN": OURS,
    "PERMIT_PAYER_LOWEST_FORBIDDEN": OURS,
    "NO_ACCOUNT_PAYMENT_PERMISSION": OURS,
}
FINAL = dict.fromkeys(SENTENCES, Outcome.REFUSED)
OTHERWISE = _("Alipay did not pay it ({code}). Decide how it is paid now.")


def sentence(code: str) -> str:
    """What a final refusal means for finance, in the language of the moment."""
    return str(SENTENCES.get(code, str(OTHERWISE).format(code=code)))
