"""Stands in INSTALLED_APPS in place of django.contrib.admin, and says which site it is."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    """Django's admin with the desk's own site."""

    default_site = "orders.admin_site.DeskSite"
