"""A shop's account with kuaidi100: the salt that signs pushes, the key that asks. Secrets are sealed and never shown again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from casework.models import Journal
from logistics.models import TrackingAccount
from orders.access import Actor, acting
from orders.errors import Malformed, NotAllowed
from orders.models import Shop
from orders.roles import Role
from orders.shop_options import SHOP_OPTIONS, ShopOptions
from orders.vault import seal, unseal

KEEPERS = frozenset({Role.MANAGER, Role.ADMIN})
LONGEST = {"salt": 200, "key": 200, "customer": 64, "callback": 200}
FLAGS = {
    "kuaidi100-salt": ("SALT", "the word that signs kuaidi100's pushes for this shop; empty: refuse every push"),
    "kuaidi100-key": ("KEY", "the key for asking and subscribing"),
    "kuaidi100-customer": ("ID", "the customer id for asking"),
    "kuaidi100-callback": ("URL", "where kuaidi100 reaches this desk, such as https://desk.example"),
}


def keep_account(shop: Shop, given: Mapping[str, str], *, by: Actor, at: dt.datetime) -> TrackingAccount:
    """Change what is given of the shop's account: salt, key, customer, callback; "" takes it away. The journal names what changed, no value.

    Raises NotAllowed but for managers and administrators of the shop, Malformed naming the field.
    """
    if by.is_person and by.role_in(shop.pk) not in KEEPERS:
        raise NotAllowed
    for name, value in given.items():
        check_value(name, value)
    with acting(by, at):
        account, is_new = TrackingAccount.objects.select_for_update(no_key=True).get_or_create(shop=shop)
        was = _values(account)
        changed = {name: value for name, value in given.items() if value != was[name]}
        _put(account, changed)
        if is_new or changed:
            _journal(account, sorted(changed), is_new, by, at)
    return account


def _values(account: TrackingAccount) -> dict[str, str]:
    return {
        "salt": unseal(account.salt_enc),
        "key": unseal(account.key_enc),
        "customer": account.customer,
        "callback": account.callback_base,
    }


def _put(account: TrackingAccount, changed: Mapping[str, str]) -> None:
    for name, value in changed.items():
        if name in ("salt", "key"):
            setattr(account, f"{name}_enc", seal(value) if value else None)
        else:
            setattr(account, {"customer": "customer", "callback": "callback_base"}[name], value)
    # Another key may be one that works.
    account.failures, account.paused_until, account.last_error = 0, None, ""
    account.save(update_fields=["salt_enc", "key_enc", "customer", "callback_base", "failures", "paused_until", "last_error"])


def check_value(name: str, value: str) -> None:
    """Raise Malformed `bad_value` naming the field for what is too long, padded, unprintable, or no address."""
    bad = len(value) > LONGEST[name] or value != value.strip() or not value.isprintable()
    if name == "callback" and value and not bad:
        try:
            URLValidator(schemes=["http", "https"])(value)
        except ValidationError:
            bad = True
    if bad:
        raise Malformed(_("This value cannot be used here."), code="bad_value", field=name)


def _journal(account: TrackingAccount, changed: list[str], is_new: bool, by: Actor, at: dt.datetime) -> None:
    Journal.objects.create(
        at=at,
        shop_id=account.shop_id,
        object_type="tracking_account",
        object_id=str(account.shop_id),
        step="insert" if is_new else "update",
        actor_id=by.user_id,
        actor_name=by.name,
        role=by.role_in(account.shop_id),
        channel=by.channel,
        facts={"changed": changed},
        request_id=by.request_id,
    )


def _keep_options(shop: Shop, given: Mapping[str, str], by: Actor, at: dt.datetime) -> None:
    keep_account(shop, {flag.removeprefix("kuaidi100-"): value for flag, value in given.items()}, by=by, at=at)


def register() -> None:
    """Let create_shop take the account's options; called from AppConfig.ready."""
    SHOP_OPTIONS.append(ShopOptions(FLAGS, _keep_options))
