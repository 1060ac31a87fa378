"""What nobody said is not kept by one key (L1.1): lists of choices that are written by hand begin with nothing chosen, as those of steps do."""

import re

import pytest
from django.urls import reverse

from logistics.models import Parcel
from orders.models import Membership
from tests.builders import an_order, an_unreachable
from tests.page import logged_in

pytestmark = pytest.mark.rule("L1.1")


def begins_with(page, name):
    """What a browser sends of a list of choices that nobody touched."""
    inside = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page.content.decode(), re.DOTALL)[1]
    return re.findall(r'<option value="([^"]*)" selected', inside) or re.findall(r'<option value="([^"]*)"', inside)[:1]


def test_what_a_picture_shows_and_whose_scale_it_was_is_asked(agent):
    case = an_unreachable(agent)
    there = logged_in(agent)
    assert begins_with(there.get(f"/cases/{case.pk}/"), "kind") == [""]
    assert begins_with(there.get(reverse("parcel", args=[Parcel.objects.get().pk])), "source") == [""]


def test_no_reason_and_no_ground_of_a_refund_stands_there_before_it_was_found(agent, shop):
    asked = logged_in(agent).get("/admin/refunds/refund/ask/", {"order": an_order(shop).number})
    assert [begins_with(asked, name) for name in ("reason", "ground", "channel")] == [[""], [""], ["platform"]]


def test_a_parcel_that_nobody_knows_is_parked_in_no_shop_by_itself(warehouse, other_shop):
    Membership.objects.create(user=warehouse, shop=other_shop, role="warehouse")
    assert begins_with(logged_in(warehouse).get("/returns/", {"q": "99000000000001"}), "shop") == [""]
