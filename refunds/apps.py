"""Refunds: money back to the customer, asked by one and approved by another."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RefundsConfig(AppConfig):
    name = "refunds"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Refunds")

    def ready(self) -> None:
        import refunds.outside  # noqa: F401  (registers itself)
        from casework.signals import cases_opened
        from logistics.signals import claim_window_changed, parcel_came_back
        from orders.signals import orders_imported
        from refunds import (  # noqa: F401  (register themselves)
            buyer_panels,
            checks,
            invariants,
            panels,
            platform_panels,
            policies,
            receivers,
            refusals,
            reply_variables,
            script_words,
            senders,
            subjects,
        )
        from refunds.actions import follow_windows, match_claims, reverse_claims
        from refunds.claims import panels as claim_panels
        from refunds.claims import unclaimed  # noqa: F401  (registers itself)
        from refunds.goods import late, next_parcels, shelf
        from refunds.imports import lists
        from refunds.kinds.courier_claim import CourierClaim
        from refunds.seeds import seed

        post_migrate.connect(seed, sender=self)
        orders_imported.connect(receivers.follow_platform_requests, dispatch_uid="refunds.follow_platform_requests")
        # Logistics has filled the parcels by then.
        orders_imported.connect(next_parcels.follow_gifts, dispatch_uid="refunds.follow_gifts")
        orders_imported.connect(shelf.follow_shelf, dispatch_uid="refunds.follow_shelf")
        parcel_came_back.connect(late.note_late_arrival, dispatch_uid="refunds.note_late_arrival")
        parcel_came_back.connect(reverse_claims.parcel_is_back, dispatch_uid="refunds.reverse_claims")
        claim_window_changed.connect(follow_windows.window_changed, dispatch_uid="refunds.follow_windows")
        cases_opened.connect(match_claims.claims_opened, sender=CourierClaim, dispatch_uid="refunds.match_opened")
        panels.register()
        buyer_panels.register()
        claim_panels.register()
        lists.register()
        platform_panels.register()
