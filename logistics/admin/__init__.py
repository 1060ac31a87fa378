"""Parcels, couriers and the cases of chapter L in the admin."""

from logistics.admin import accounts, addresses, couriers, incidents, inquiries, losses, nights, parcels, reviews, settings, weights

__all__ = ["accounts", "addresses", "couriers", "incidents", "inquiries", "losses", "nights", "parcels", "reviews", "settings", "weights"]
