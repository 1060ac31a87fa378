"""Orders: shops, people, buyers, orders and their lines, and the files they come from."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from orders.actions.create_token import revoke_with_password

        post_save.connect(revoke_with_password, sender="orders.User", dispatch_uid="orders.revoke_with_password")
