"""Asking for a refund in the admin: once per form, amounts as strict as everywhere, one's own shops only."""

from decimal import Decimal

import pytest

from casework.models import Case, Ledger
from orders.models import Order
from tests.admin_pages import opened, said
from tests.builders import an_order

ASK = "/admin/refunds/refund/ask/"


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("60.00", "40.00"), freight="5.00")


def wish(order, client, **changes):
    sent = opened(client, f"{ASK}?order={order.number}")
    first = order.lines.first()
    sent |= {f"line-{first.pk}": "30.00", "freight": "5", "reason": "damaged", "ground": "photo_checked", "channel": "platform"}
    return sent | changes


def ask(client, order, **changes):
    return client.post(f"{ASK}?order={order.number}", wish(order, client, **changes))


@pytest.mark.fault("C3")
def test_the_same_form_sent_twice_asks_once(client, order, agent):
    client.force_login(agent)
    sent = wish(order, client)
    first, second = (client.post(f"{ASK}?order={order.number}", sent) for _ in range(2))
    assert (first.status_code, first.url) == (302, second.url)
    assert Case.objects.count() == 1
    assert Order.objects.get().reserved == Decimal("35.00")


@pytest.mark.fault("M1", "M4")
@pytest.mark.parametrize("amount", ["60.01", "-1", "1.005", "1e2", "NaN", "x", "9" * 100, "1,00"])
def test_amounts_that_cannot_be_are_refused_beside_their_line(amount, client, order, agent):
    client.force_login(agent)
    response = ask(client, order, **{f"line-{order.lines.first().pk}": amount})
    assert response.status_code in (400, 422)
    assert not Ledger.objects.exists()
    assert "desk-late" in response.content.decode() or "More than is left" in said(response)


def test_nothing_is_asked_for_an_order_of_another_shop(client, other_shop, agent):
    theirs = an_order(other_shop)
    client.force_login(agent)
    assert client.get(f"{ASK}?order={theirs.number}").status_code == 404
    assert client.post(f"{ASK}?order={theirs.number}", {"key": "x"}).status_code == 404
