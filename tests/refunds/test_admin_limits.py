"""Approval limits in the admin: set by those who keep the shop, never one's own, and journalled."""

from decimal import Decimal

import pytest

from casework.models import Journal
from refunds.actions.set_limit import set_limit
from refunds.models import ApprovalLimit
from tests.cast import acts, make_user

LIST = "/admin/refunds/approvallimit/"


def limit(shop, role="supervisor", **changes):
    return {"role": role, "shop": shop.pk if shop else "", "user": "", "per_order": "300.00", "per_day": "2000.00"} | changes


def own():
    return list(ApprovalLimit.objects.exclude(shop=None).values_list("role", "user__username", "per_order", "per_day"))


@pytest.mark.rule("R1.2")
@pytest.mark.fault("A3")
def test_a_manager_sets_the_supervisors_limit_of_the_shop(client, manager, shop):
    client.force_login(manager)
    assert client.post(f"{LIST}add/", limit(shop)).status_code == 302
    assert own() == [("supervisor", None, Decimal("300.00"), Decimal("2000.00"))]
    client.post(f"{LIST}add/", limit(shop, per_order="200.00"))
    assert own() == [("supervisor", None, Decimal("200.00"), Decimal("2000.00"))]
    first, second = Journal.objects.filter(object_type="approvallimit", shop=shop).order_by("pk")
    assert [(each.step, each.actor, each.channel, each.shop) for each in (first, second)] == [
        ("insert", manager, "admin", shop),
        ("update", manager, "admin", shop),
    ]
    assert (second.before, second.after) == ({"per_order": 300.0}, {"per_order": 200.0})


def test_one_person_gets_a_limit_of_their_own(client, manager, supervisor, shop):
    client.force_login(manager)
    assert client.post(f"{LIST}add/", limit(shop, user=supervisor.pk)).status_code == 302
    assert own() == [("supervisor", "supervisor", Decimal("300.00"), Decimal("2000.00"))]


@pytest.mark.parametrize("case", ["own role", "everywhere", "another shop", "another role", "an outsider"])
def test_nobody_sets_limits_beyond_what_they_keep(case, client, manager, supervisor, shop, other_shop):
    outsider = make_user("lead", "supervisor", other_shop)
    sent = {
        "own role": limit(shop, "manager"),
        "everywhere": limit(None),
        "another shop": limit(other_shop),
        "another role": limit(shop, "agent"),
        "an outsider": limit(shop, user=outsider.pk),
    }[case]
    client.force_login(manager)
    assert client.post(f"{LIST}add/", sent).status_code in (200, 400, 403)
    assert own() == []
    assert ApprovalLimit.objects.get(role="supervisor").per_order == Decimal("500.00")


@pytest.mark.parametrize("who", ["agent", "supervisor", "finance", "auditor", "superuser"])
def test_nobody_else_sets_limits(who, client, shop, request):
    client.force_login(request.getfixturevalue(who))
    assert client.post(f"{LIST}add/", limit(shop)).status_code == 403
    assert own() == []


@pytest.mark.fault("M4")
@pytest.mark.parametrize("amount", ["-1", "1.005", "NaN", "Infinity", "x", "", "9" * 13])
def test_an_amount_that_cannot_be_is_refused(amount, client, manager, shop):
    client.force_login(manager)
    assert client.post(f"{LIST}add/", limit(shop, per_order=amount)).status_code in (200, 400)
    assert own() == []


def test_an_administrator_of_every_shop_sets_the_managers_limit_everywhere(client, db):
    client.force_login(make_user("owner", "admin", None))
    assert client.post(f"{LIST}add/", limit(None, "manager", per_order="20000.00")).status_code == 302
    assert ApprovalLimit.objects.get(role="manager").per_order == Decimal("20000.00")


def test_limits_of_other_shops_are_not_seen(client, manager, other_shop):
    owner = make_user("owner", "admin", None)
    set_limit(by=acts(owner), role="supervisor", per_order=Decimal("77.77"), per_day=Decimal("77.77"), shop_id=other_shop.pk)
    client.force_login(manager)
    assert "77.77" not in client.get(LIST).content.decode()
    assert "500.00" in client.get(LIST).content.decode()
