"""Logistics: couriers, parcels and the incidents of chapter L."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LogisticsConfig(AppConfig):
    name = "logistics"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Logistics")

    def ready(self) -> None:
        import logistics.outside  # noqa: F401  (registers itself)
        from logistics import (  # noqa: F401  (register themselves)
            checks,
            finders,
            invariants,
            panels,
            parcel_words,
            policies,
            promises,
            receivers,
            refusals,
            reply_variables,
            script_words,
            seen,
            senders,
            subjects,
            waybills,
        )
        from logistics.actions import decide_anew, follow_back, keep_account
        from logistics.addresses import panels as address_panels
        from logistics.imports import lists
        from logistics.seeds import seed
        from logistics.signals import parcel_came_back
        from orders.signals import orders_imported

        post_migrate.connect(seed, sender=self)
        # Cases are locked before parcels.
        orders_imported.connect(promises.remind_of_promises, dispatch_uid="logistics.remind_of_promises")
        orders_imported.connect(decide_anew.lock_imported, dispatch_uid="logistics.lock_imported")
        orders_imported.connect(receivers.fill_parcels, dispatch_uid="logistics.fill_parcels")
        orders_imported.connect(decide_anew.decide_imported, dispatch_uid="logistics.decide_imported")
        parcel_came_back.connect(follow_back.follow_back, dispatch_uid="logistics.follow_back")
        panels.register()
        address_panels.register()
        lists.register()
        keep_account.register()
