"""The tables of orders, one noun a file."""

from orders.models.imports import HeldRow, ImportFile, ImportRun
from orders.models.memo import Memo
from orders.models.order import Flag, Line, Order, OrderStatus
from orders.models.people import ApiToken, Membership, User
from orders.models.platform_refund import PlatformRefund
from orders.models.shop import Buyer, Shop

__all__ = [
    "ApiToken",
    "Buyer",
    "Flag",
    "HeldRow",
    "ImportFile",
    "ImportRun",
    "Line",
    "Membership",
    "Memo",
    "Order",
    "OrderStatus",
    "PlatformRefund",
    "Shop",
    "User",
]
