"""Casework: the engine that all kinds of case stand on, and the frame of the workbench."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "casework"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Casework")

    def ready(self) -> None:
        from casework import checks, panels, senders  # noqa: F401  (register themselves)
        from casework.intake import finders  # noqa: F401  (registers itself)
        from casework.seeds import seed

        post_migrate.connect(seed, sender=self)
        panels.register()
