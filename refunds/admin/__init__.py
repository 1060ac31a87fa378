"""Refunds in the admin: asked, approved and paid through the door; records for reading; limits."""

from refunds.admin import limits, records, refunds, reshipments

__all__ = ["limits", "records", "refunds", "reshipments"]
