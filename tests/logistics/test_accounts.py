"""A shop's account with kuaidi100: given by command or in the admin, sealed, and never shown again."""

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.urls import reverse

from casework.models import Journal
from logistics.actions.keep_account import keep_account
from logistics.models import TrackingAccount
from orders.access import Actor
from orders.errors import NotAllowed
from orders.models import Shop
from orders.vault import unseal
from tests.cast import MONDAY, acts
from tests.logistics.test_webhook import everything_stored

SECRETS = {"kuaidi100_salt": "a-salt-nobody-knows", "kuaidi100_key": "a-key-nobody-knows"}
PLAIN = {"kuaidi100_customer": "CUSTOMER1", "kuaidi100_callback": "https://desk.example"}


def test_the_command_keeps_the_account_and_tells_nobody(db, capsys):
    call_command("create_shop", "demo", **SECRETS, **PLAIN)
    account = TrackingAccount.objects.get(shop__code="demo")
    assert (unseal(account.salt_enc), unseal(account.key_enc)) == tuple(SECRETS.values())
    assert (account.customer, account.callback_base) == tuple(PLAIN.values())
    row = Journal.objects.get(object_type="tracking_account")
    assert (row.step, row.facts, row.channel) == ("insert", {"changed": ["callback", "customer", "key", "salt"]}, "command")
    assert not any(secret in everything_stored() + capsys.readouterr().out for secret in SECRETS.values())


def test_what_is_not_given_stays_and_the_same_again_leaves_no_trace(db):
    call_command("create_shop", "demo", **SECRETS)
    call_command("create_shop", "demo", kuaidi100_salt=SECRETS["kuaidi100_salt"], name="样例")
    assert Journal.objects.filter(object_type="tracking_account").count() == 1
    call_command("create_shop", "demo", kuaidi100_salt="")
    account = TrackingAccount.objects.get()
    assert (account.salt_enc, unseal(account.key_enc)) == (None, SECRETS["kuaidi100_key"])
    assert Journal.objects.filter(object_type="tracking_account").last().facts == {"changed": ["salt"]}


@pytest.mark.parametrize(
    "bad",
    [
        {"kuaidi100_callback": "javascript:alert(1)"},
        {"kuaidi100_salt": " padded"},
        {"kuaidi100_key": "x" * 201},
        {"kuaidi100_customer": "a\nb"},
    ],
)
def test_what_cannot_be_a_value_makes_no_shop(db, bad):
    with pytest.raises(CommandError):
        call_command("create_shop", "demo", **bad)
    assert not Shop.objects.exists()


def test_only_those_who_keep_the_shop_change_it(shop, agent, outsider, manager):
    for stranger in (agent, outsider):
        with pytest.raises(NotAllowed):
            keep_account(shop, {"salt": "new"}, by=acts(stranger), at=MONDAY)
    assert keep_account(shop, {"salt": "new"}, by=acts(manager), at=MONDAY).salt_enc


@pytest.mark.fault("W9")
def test_check_warns_of_shops_without_a_salt(shop, other_shop):
    keep_account(shop, {"salt": "one"}, by=Actor.system(), at=MONDAY)
    (warning,) = [each for each in run_checks(databases=["default"], tags=["database"]) if each.id == "logistics.W001"]
    assert "other" in warning.msg
    assert "demo" not in warning.msg
    keep_account(other_shop, {"salt": "two"}, by=Actor.system(), at=MONDAY)
    assert not [each for each in run_checks(databases=["default"], tags=["database"]) if each.id == "logistics.W001"]


def test_the_admin_writes_secrets_and_never_shows_them(client, shop, other_shop, manager):
    client.force_login(manager)
    add = reverse("admin:logistics_trackingaccount_add")
    page = client.get(add).content.decode()
    assert "样例旗舰店" in page
    assert "别家店" not in page
    assert (
        client.post(
            add, {"shop": shop.pk, "salt": "typed-salt", "key": "typed-key", "customer": "C1", "callback": "https://desk.example"}
        ).status_code
        == 302
    )
    change = reverse("admin:logistics_trackingaccount_change", args=[shop.pk])
    page = client.get(change).content.decode()
    assert "typed-" not in page
    assert "https://desk.example" in page
    assert client.post(change, {"salt": "", "key": "", "customer": "C2", "callback": "https://desk.example"}).status_code == 302
    account = TrackingAccount.objects.get()
    assert (unseal(account.salt_enc), account.customer) == ("typed-salt", "C2")
    row = Journal.objects.filter(object_type="tracking_account").last()
    assert (row.actor, row.facts) == (manager, {"changed": ["customer"]})
    answer = client.post(change, {"salt": "x" * 300, "customer": "C2", "callback": "nonsense"})
    assert answer.status_code == 200
    assert unseal(TrackingAccount.objects.get().salt_enc) == "typed-salt"


def test_another_shops_account_is_not_there(client, shop, other_shop, manager):
    keep_account(other_shop, {"salt": "s"}, by=Actor.system(), at=MONDAY)
    client.force_login(manager)
    assert client.get(reverse("admin:logistics_trackingaccount_change", args=[other_shop.pk])).status_code == 404
