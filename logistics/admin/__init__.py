"""Parcels, couriers and the cases of chapter L in the admin."""

from logistics.admin import couriers, incidents, parcels

__all__ = ["couriers", "incidents", "parcels"]
