"""The platform's words for states (FORMATS 1.4, 2.3). An unknown word holds the row; nothing is guessed."""

from __future__ import annotations

import unicodedata

from orders.files.cells import BadCell, clean

ORDER_STATUSES = {
    "等待买家付款": "wait_pay",
    "买家已付款,等待卖家发货": "wait_ship",
    "卖家部分发货": "part_shipped",
    "卖家已发货,等待买家确认": "shipped",
    "交易成功": "finished",
    "交易关闭": "closed",
}
# An order goes up this ladder only; closed is an end.
RANKS = {"wait_pay": 0, "wait_ship": 1, "part_shipped": 2, "shipped": 3, "finished": 4, "closed": 5}
SHIPPED = {"part_shipped", "shipped", "finished"}

# Text -> (still open, money went back)
REFUND_STATUSES = {
    "买家已经申请退款,等待卖家同意": (True, False),
    "卖家已经同意退款,等待买家退货": (True, False),
    "买家已经退货,等待卖家确认收货": (True, False),
    "卖家拒绝退款": (True, False),
    "退款关闭": (False, False),
    "退款成功": (False, True),
}
REFUNDED = "退款成功"
# The same as the open platform calls them.
TOP_REFUND_STATUSES = {
    "WAIT_SELLER_AGREE": "买家已经申请退款，等待卖家同意",
    "WAIT_BUYER_RETURN_GOODS": "卖家已经同意退款，等待买家退货",
    "WAIT_SELLER_CONFIRM_GOODS": "买家已经退货，等待卖家确认收货",
    "SELLER_REFUSE_BUYER": "卖家拒绝退款",
    "CLOSED": "退款关闭",
    "SUCCESS": REFUNDED,
}


def folded(value: str) -> str:
    """Commas differ in width from year to year."""
    return unicodedata.normalize("NFKC", value).replace(" ", "")


def order_status(raw: str, field: str) -> str:
    """Our code of an order's or line's status."""
    value = clean(raw)
    code = ORDER_STATUSES.get(value) or ORDER_STATUSES.get(folded(value))
    if not code:
        raise BadCell("unknown_status" if value else "missing_value", field, value)
    return code


def refund_status(raw: str, field: str) -> str:
    """The status of a refund in the platform's words, commas full-width."""
    value = folded(clean(raw))
    if value not in REFUND_STATUSES:
        raise BadCell("unknown_status" if value else "missing_value", field, clean(raw))
    return value.replace(",", "，")
