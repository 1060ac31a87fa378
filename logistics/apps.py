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
        from logistics import checks, invariants, panels, parcel_words, policies, promises, receivers, refusals, senders, subjects, waybills  # noqa: F401  (register themselves)
        from logistics.actions import keep_account
        from logistics.imports import lists
        from logistics.seeds import seed
        from orders.signals import orders_imported

        post_migrate.connect(seed, sender=self)
        # Cases are locked before parcels.
        orders_imported.connect(promises.remind_of_promises, dispatch_uid="logistics.remind_of_promises")
        orders_imported.connect(receivers.fill_parcels, dispatch_uid="logistics.fill_parcels")
        panels.register()
        lists.register()
        keep_account.register()
