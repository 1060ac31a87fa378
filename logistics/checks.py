"""System checks of logistics, seen at `migrate` and `check --database default`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from orders.models import Shop


@register(Tags.database)
def check_salts(app_configs: Any = None, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """W001: shops without a salt refuse every push of tracking."""
    from logistics.models import TrackingAccount

    tables = {Shop._meta.db_table, TrackingAccount._meta.db_table}
    if "default" not in (databases or ()) or not tables <= set(connections["default"].introspection.table_names()):
        return []
    codes = list(Shop.objects.filter(tracking__salt_enc=None).order_by("code").values_list("code", flat=True)[:11])
    if not codes:
        return []
    named = ", ".join(codes[:10]) + (" ..." if len(codes) > 10 else "")
    text = f"These shops have no salt for tracking; every push to them is refused: {named}."
    return [Warning(text, hint="Run manage.py create_shop CODE --kuaidi100-salt SALT, or enter it in the admin.", id="logistics.W001")]
