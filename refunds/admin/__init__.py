"""Refunds in the admin: asked, approved and paid through the door; records for reading; limits."""

from refunds.admin import claims, delegations, gifts, invoices, limits, out_of_stock, records, refunds, reshipments, returns, trouble

__all__ = [
    "claims",
    "delegations",
    "gifts",
    "invoices",
    "limits",
    "out_of_stock",
    "records",
    "refunds",
    "reshipments",
    "returns",
    "trouble",
]
