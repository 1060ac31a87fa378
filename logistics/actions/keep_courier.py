"""Changing the courier directory (L12.1): who changed what stands in the journal."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.forms.models import model_to_dict

from casework.models import Journal
from logistics.models import Courier
from orders.access import Actor, acting
from orders.errors import NotAllowed
from orders.roles import Role

KEEPERS = frozenset({Role.MANAGER, Role.ADMIN})


def keep_courier(courier: Courier, *, by: Actor, at: dt.datetime) -> None:
    """Save a new or changed courier together with its entry in the journal. Raises NotAllowed but for keepers (L12.1)."""
    if not by.has_role(KEEPERS):
        raise NotAllowed
    with acting(by, at):
        before = Courier.objects.select_for_update(no_key=True).filter(pk=courier.pk).first()
        courier.save()
        was, now = (_plain(before) if before else None), _plain(courier)
        if was == now:
            return
        Journal.objects.create(
            at=at,
            object_type="courier",
            object_id=str(courier.pk),
            step="update" if was else "insert",
            actor_id=by.user_id,
            actor_name=by.name,
            channel=by.channel,
            before={name: value for name, value in was.items() if now[name] != value} if was else None,
            after={name: value for name, value in now.items() if was is None or was[name] != value},
            request_id=by.request_id,
        )


def _plain(courier: Courier) -> dict[str, Any]:
    row = model_to_dict(courier)
    return row | {"return_price": None if courier.return_price is None else f"{courier.return_price:.2f}"}
