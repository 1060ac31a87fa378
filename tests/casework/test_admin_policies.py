"""Policies and holidays in the admin: typed, from now on or later, journalled, and never rewritten."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.models import Holiday, Journal, Policy
from casework.policies import KNOWN, MoneyTable, Policies, Span
from tests.cast import NOON, make_user

LIST = "/admin/casework/policy/"
# What the form of each policy takes, and what is in force then.
GIVEN = {
    "span": ({"hours": "36.5", "working": "on"}, Span(Decimal("36.5"), working=True)),
    "calendar span": ({"hours": "36.5", "working": "on"}, Span(Decimal("36.5"))),
    "number": ({"number": "7"}, 7),
    "flag": ({"flag": "on"}, True),
    "money": ({"amount": "12.30"}, Decimal("12.30")),
    "cap": ({"value": "12.30"}, Decimal("12.30")),
    "text": ({"value": " 杭州市样例路 1 号 "}, "杭州市样例路 1 号"),
    "choice": ({"value": "customer"}, "customer"),
    "table": (
        {"table": "0: 5\r\n 99.5：10 \r\n\r\n300=20"},
        MoneyTable(((Decimal("0.00"), Decimal("5.00")), (Decimal("99.50"), Decimal("10.00")), (Decimal("300.00"), Decimal("20.00")))),
    ),
    "timetable": (
        {"day0": "09:00-17:30，17:30-01:00", "day5": " 10:00 - 12:00 "},
        {0: [(dt.time(9), dt.time(17, 30)), (dt.time(17, 30), dt.time(1))], 5: [(dt.time(10), dt.time(12))]},
    ),
}


def add(client, name, shop, **sent):
    return client.post(f"{LIST}add/?name={name}", {"shop": shop.pk if shop else "", "valid_from": ""} | sent)


def in_force(name, shop):
    return Policies(NOON).value(name, shop.pk if shop else None)


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_manager_sets_each_policy_for_the_shop(name, client, manager, shop):
    client.force_login(manager)
    sent, value = GIVEN["calendar span" if KNOWN[name].calendar_only else KNOWN[name].kind]
    before = in_force(name, None)
    assert add(client, name, shop, **sent).status_code == 302
    assert in_force(name, shop) == value
    assert in_force(name, None) == before
    row = Policy.objects.get(name=name, shop=shop)
    assert row.changed_by == manager
    entry = Journal.objects.get(object_type="policy", shop=shop)
    assert (entry.step, entry.actor, entry.channel) == ("insert", manager, "admin")


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("contact_window", {"hours": "-1"}),
        ("contact_window", {"hours": "x"}),
        ("contact_window", {"hours": "9999"}),
        ("contact_window", {}),
        ("contact_window", {"hours": "8000", "working": "on"}),
        ("evidence_photos", {"number": "1.5"}),
        ("evidence_photos", {"number": "-1"}),
        ("working_hours", {}),
        ("working_hours", {"day0": "9-18"}),
        ("working_hours", {"day0": "09:00-09:01"}),
        ("working_hours", {"day0": "09:00-25:00"}),
        ("working_hours", {"day0": "'; DROP TABLE"}),
        ("gift_by_amount", {"table": "100"}),
        ("gift_by_amount", {"table": "0: 5\n100: x"}),
        ("gift_by_amount", {"table": "100: 5\n100: 10"}),
        ("gift_by_amount", {"table": "0: 10\n100: 5"}),
        ("gift_by_amount", {"table": "0: 0.001"}),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name, sent, client, manager, shop):
    client.force_login(manager)
    assert add(client, name, shop, **sent).status_code in (200, 400)
    assert not Policy.objects.filter(shop=shop).exists()


def test_what_was_is_not_changed_after_the_fact(client, manager, shop):
    client.force_login(manager)
    yesterday, tomorrow = (NOON + dt.timedelta(days=days) for days in (-1, 1))
    for moment, status in ((yesterday, 400), (tomorrow, 302)):
        assert (
            add(client, "contact_window", shop, hours="24", valid_from=f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}").status_code == status
        )
    assert in_force("contact_window", shop).hours == 72
    assert Policies(tomorrow + dt.timedelta(minutes=1)).value("contact_window", shop.pk).hours == 24


def test_the_common_value_is_set_by_those_who_keep_every_shop(client, manager, shop, other_shop):
    client.force_login(manager)
    for elsewhere in (None, other_shop):
        assert add(client, "contact_window", elsewhere, hours="24").status_code in (200, 403)
    assert in_force("contact_window", None).hours == 72
    client.force_login(make_user("owner", "manager", None))
    assert add(client, "contact_window", None, hours="24").status_code == 302
    assert in_force("contact_window", shop).hours == 24


@pytest.mark.parametrize("who", ["agent", "supervisor", "finance", "auditor", "superuser"])
def test_nobody_else_sets_policies(who, client, shop, request):
    client.force_login(request.getfixturevalue(who))
    assert add(client, "contact_window", shop, hours="24").status_code == 403
    assert not Policy.objects.filter(shop=shop).exists()


def test_the_page_says_what_is_in_force_where(client, manager, shop, other_shop):
    client.cookies["django_language"] = "en"
    client.force_login(manager)
    add(client, "contact_window", shop, hours="36")
    Policy.objects.create(name="reply_within", shop=other_shop, value={"hours": 11}, valid_from=NOON)
    html = client.get(LIST).content.decode()
    assert "样例旗舰店: 36 hours" in html
    assert "72 hours" in html
    assert "11 hours" not in html
    assert client.get(f"{LIST}add/").status_code == 302
    assert client.get(f"{LIST}add/?name=nonsense").status_code == 302


def test_the_form_begins_with_what_is_in_force(client, manager):
    client.force_login(manager)
    assert "09:00-18:00" in client.get(f"{LIST}add/?name=working_hours").content.decode()
    assert 'value="72"' in client.get(f"{LIST}add/?name=contact_window").content.decode()


@pytest.mark.fault("A3")
def test_a_holiday_is_added_changed_and_taken_back_with_three_entries(client, manager):
    client.force_login(manager)
    address = "/admin/casework/holiday/"
    assert client.post(f"{address}add/", {"day": "2027-02-06", "working": "", "name": "春节"}).status_code == 302
    day = Holiday.objects.get(day="2027-02-06")
    change = reverse("admin:casework_holiday_change", args=[day.pk])
    assert client.post(change, {"day": "2030-01-01", "working": "on", "name": "春节"}).status_code == 302
    day.refresh_from_db()
    assert (str(day.day), day.working) == ("2027-02-06", True)
    assert client.post(reverse("admin:casework_holiday_delete", args=[day.pk]), {"post": "yes"}).status_code == 302
    entries = Journal.objects.filter(object_type="holiday", actor=manager).order_by("pk")
    assert [(entry.step, entry.channel) for entry in entries] == [("insert", "admin"), ("update", "admin"), ("delete", "admin")]
