"""The tables and kinds of refunds."""

from refunds.models.asked_there import AskedThere
from refunds.models.claim import ClaimFacts
from refunds.models.decision import Approval, Ending, SendBack
from refunds.models.delegation import Delegation
from refunds.models.gift import GiftFacts
from refunds.models.goods import GoodsOut
from refunds.models.invoice import InvoiceFacts
from refunds.models.limit import ApprovalLimit, ApproverDay
from refunds.models.paid_there import PaidThere
from refunds.models.payout import Payout
from refunds.models.platform_decision import PlatformDecision
from refunds.models.request import Beyond, Ground, PayeeChannel, Reason, Request
from refunds.models.resent import ResentLine
from refunds.models.returned import CameBackAfterRefund, QualityFault, Return, ReturnLine, StrayParcel, Why
from refunds.models.ruled_out import CauseLookedAt, Verdict
from refunds.models.settlement import Settlement
from refunds.models.statement import Recovery, StatementColumns, StatementLine
from refunds.models.stock import OutOfStockFacts
from refunds.models.transfer import Transfer

# Kinds are proxies of Case; they are models too.
from refunds.kinds.coming_back import ComesBack  # isort: skip
from refunds.kinds.courier_claim import CourierClaim  # isort: skip
from refunds.kinds.exchange import Exchange  # isort: skip
from refunds.kinds.gift import Gift  # isort: skip
from refunds.kinds.invoice import Invoice  # isort: skip
from refunds.kinds.out_of_stock import OutOfStock  # isort: skip
from refunds.kinds.platform_dispute import PlatformDispute  # isort: skip
from refunds.kinds.money_out import MoneyOut  # isort: skip
from refunds.kinds.refund import Refund  # isort: skip
from refunds.kinds.compensation import Compensation  # isort: skip
from refunds.kinds.reshipment import Reshipment  # isort: skip
from refunds.kinds.shipped_after_refund import ShippedAfterRefund  # isort: skip
from refunds.kinds.return_goods import ReturnGoods  # isort: skip
from refunds.kinds.shipping_out import ShipsOut  # isort: skip
from refunds.kinds.trouble_in_use import TroubleInUse  # isort: skip

__all__ = [
    "Approval",
    "ApprovalLimit",
    "ApproverDay",
    "AskedThere",
    "Beyond",
    "CameBackAfterRefund",
    "CauseLookedAt",
    "ClaimFacts",
    "ComesBack",
    "Compensation",
    "CourierClaim",
    "Delegation",
    "Ending",
    "Exchange",
    "Gift",
    "GiftFacts",
    "GoodsOut",
    "Ground",
    "Invoice",
    "InvoiceFacts",
    "MoneyOut",
    "OutOfStock",
    "OutOfStockFacts",
    "PaidThere",
    "PayeeChannel",
    "Payout",
    "PlatformDecision",
    "PlatformDispute",
    "QualityFault",
    "Reason",
    "Recovery",
    "Refund",
    "Request",
    "ResentLine",
    "Reshipment",
    "Return",
    "ReturnGoods",
    "ReturnLine",
    "SendBack",
    "Settlement",
    "ShippedAfterRefund",
    "ShipsOut",
    "StatementColumns",
    "StatementLine",
    "StrayParcel",
    "Transfer",
    "TroubleInUse",
    "Verdict",
    "Why",
]
