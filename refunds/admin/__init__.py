"""Refunds in the admin: asked, approved and paid through the door; records for reading; limits."""

from refunds.admin import gifts, limits, records, refunds, reshipments

__all__ = ["gifts", "limits", "records", "refunds", "reshipments"]
