"""What stands out about a claim, by buyer, phone, address, photo and contradiction; and the buyer's past. Shown, never deciding."""

import ast
import datetime as dt
import io
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from casework.actions.add_evidence import add_evidence
from casework.actions.note_order import note_order
from casework.actions.open_case import open_case
from casework.policies import Policies
from orders.models import Order
from orders.vault import phone_index, seal
from refunds.buyer import buyer_history
from refunds.signals import signals_here
from tests.builders import a_refund, an_order
from tests.callers import program
from tests.casework.test_looks import scene
from tests.cast import MONDAY, acts
from tests.logistics.signed import a_signed_parcel
from tests.page import browser_of, text_of

DAY = dt.timedelta(days=1)
STREET = "文三路 100 号 3 幢 201 室"


def lives_at(order, phone="", street=""):
    Order.objects.filter(pk=order.pk).update(
        phone_enc=seal(phone) if phone else None, phone_index=phone_index(phone), street_enc=seal(street) if street else None
    )
    order.refresh_from_db()
    return order


def claimed(agent, shop, *, days=1, **person):
    return a_refund(agent, order=lives_at(an_order(shop), **person), amount="5.00", at=MONDAY - days * DAY, reason="missing")


def not_received(agent, shop, **person):
    parcel = a_signed_parcel(shop)
    lives_at(parcel.orders.get(), **person)
    return open_case("signed_not_received", by=acts(agent), at=MONDAY, waybill=parcel.waybill)


def signals(case, who, pictures=()):
    case.refresh_from_db()
    return signals_here(case, case.order, pictures, by=acts(who), now=MONDAY, policies=Policies(MONDAY))


def often(case, who):
    found = signals(case, who).often
    return found and [(each.case, each.same) for each in found.claims]


# Claims that come often -----------------------------------------------------------------------------


def test_three_claims_with_the_same_phone_or_street_are_one_signal_and_say_what_is_the_same(agent, shop):
    case = not_received(agent, shop, phone="13900001111", street=STREET)
    by_phone = claimed(agent, shop, days=3, phone="139 0000 1111")
    by_street = claimed(agent, shop, days=2, street="文三路100号3幢201室")
    assert often(case, agent) is None
    both = claimed(agent, shop, days=1, phone="13900001111", street=STREET)
    assert often(case, agent) == [(both, ("phone", "address")), (by_street, ("address",)), (by_phone, ("phone",))]


def test_another_phone_another_door_a_masked_street_and_another_district_have_nothing_in_common(agent, shop):
    case = not_received(agent, shop, phone="13900001111", street=STREET)
    for person in ({"phone": "13900002222"}, {"street": "文三路100号3幢202室"}, {"street": "文三路****"}):
        claimed(agent, shop, **person)
    far = claimed(agent, shop, street=STREET)
    Order.objects.filter(pk=far.order_id).update(district="余杭区")
    assert often(case, agent) is None


def test_the_claims_of_a_shop_that_the_reader_does_not_see_are_not_counted(agent, outsider, shop, other_shop):
    case = not_received(agent, shop, phone="13900001111")
    for _ in range(3):
        claimed(outsider, other_shop, phone="13900001111")
    assert often(case, agent) is None


@pytest.mark.parametrize(("seconds", "counts"), [(-1, True), (0, True), (1, False)])
def test_ninety_days_end_to_the_second(agent, shop, seconds, counts):
    case = not_received(agent, shop, phone="13900001111")
    for days in (1, 2):
        claimed(agent, shop, days=days, phone="13900001111")
    a_refund(
        agent,
        order=lives_at(an_order(shop), phone="13900001111"),
        amount="5.00",
        at=MONDAY - 90 * DAY - dt.timedelta(seconds=seconds),
        reason="not_received",
    )
    assert bool(often(case, agent)) is counts


# The same photo, and contradictions -----------------------------------------------------------------


def a_photo(case, agent):
    out = io.BytesIO()
    scene(1).save(out, "JPEG", quality=90)
    out.seek(0)
    return add_evidence(case.pk, upload=out, kind="other", by=acts(agent), at=MONDAY)


def test_the_same_photo_in_another_case_stands_out_on_both(agent, shop):
    one, other = not_received(agent, shop), not_received(agent, shop)
    mine, _theirs = a_photo(one, agent), a_photo(other, agent)
    assert [each.case_id for each in signals(one, agent, [mine]).twins] == [other.pk]


def test_not_received_and_damaged_on_one_order_contradict_each_other_and_each_names_the_other(agent, shop):
    case = not_received(agent, shop)
    refund = a_refund(agent, order=case.order, amount="5.00", reason="damaged")
    for mine, other in ((case, refund), (refund, case)):
        (found,) = signals(mine, agent).contradictions
        assert (found.code, [each.pk for each in found.cases]) == ("came_and_not_came", [other.pk])


def test_what_turned_up_contradicts_nothing_any_more(agent, shop):
    from tests.logistics.incidents import taken
    from tests.logistics.signed import RIGHT

    case = not_received(agent, shop)
    taken(case, "address_checked", agent, **RIGHT)
    taken(case, "found_with_somebody", agent, with_whom="neighbour")
    refund = a_refund(agent, order=case.order, amount="5.00", reason="damaged")
    assert signals(refund, agent).contradictions == []


def test_a_claim_after_a_paid_refund_names_the_refund(agent, supervisor, finance, shop):
    parcel = a_signed_parcel(shop)
    paid = a_refund(
        agent, order=parcel.orders.get(), amount="5.00", reason="agreed", at=MONDAY - DAY, approved_by=supervisor, paid_by=finance
    )
    case = open_case("missing_items", by=acts(agent), at=MONDAY, waybill=parcel.waybill)
    (found,) = signals(case, agent).contradictions
    assert (found.code, [each.pk for each in found.cases]) == ("paid_before", [paid.pk])


# Where it is shown, and that it decides nothing -----------------------------------------------------


def test_case_page_approver_and_api_show_it_with_the_cases_behind(agent, supervisor, shop):
    case = not_received(agent, shop)
    refund = a_refund(agent, order=case.order, amount="5.00", reason="damaged")
    words = "One says that nothing came, the other what came with it."
    for who, address, other in ((agent, f"/cases/{case.pk}/", refund), (supervisor, f"/approvals/{refund.pk}/", case)):
        page = browser_of(who).get(address)
        assert words in text_of(page)
        assert f'href="/cases/{other.pk}/"' in page.content.decode()
    told = program(agent).get(f"cases/{case.pk}/buyer/").json()["signals"]
    assert [each["id"] for each in told["contradictions"][0]["cases"]] == [refund.pk]


def test_no_kind_no_action_and_no_guard_can_read_a_signal():
    """The import contract forbids it, also by detours; and those who read it are these."""
    contracts = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (contract,) = [each for each in contracts if each["name"] == "Signals decide nothing"]
    assert contract["forbidden_modules"] == ["refunds.signals"]
    assert {f"{app}.{part}" for app in ("logistics", "refunds") for part in ("kinds", "actions")} <= set(contract["source_modules"])
    readers = set()
    for app in ("orders", "casework", "logistics", "refunds", "config"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            nodes = ast.walk(ast.parse(path.read_text()))
            if any(isinstance(node, ast.ImportFrom) and node.module == "refunds.signals" for node in nodes):
                readers.add(path.relative_to(settings.BASE_DIR).as_posix())
    assert readers == {"refunds/request_view.py", "refunds/buyer_panels.py", "refunds/api/buyers.py", "refunds/api/buyer_rows.py"}


# The buyer's past -----------------------------------------------------------------------------------


@pytest.mark.rule("S5.2")
def test_five_orders_that_were_paid_for_make_a_vip(agent, shop):
    order = an_order(shop)
    for _ in range(3):
        Order.objects.filter(pk=an_order(shop).pk).update(buyer=order.buyer)
    for status in ("wait_pay", "closed"):
        Order.objects.filter(pk=an_order(shop, lines=("0.00",)).pk).update(buyer=order.buyer, status=status, paid_at=None)
    assert (buyer_history(order, MONDAY).orders, buyer_history(order, MONDAY).is_vip) == (6, False)
    Order.objects.filter(pk=an_order(shop).pk).update(buyer=order.buyer)
    assert buyer_history(order, MONDAY).is_vip
    assert "VIP" in text_of(browser_of(agent).get(f"/orders/{order.pk}/"))


@pytest.mark.rule("S5.2", "L0.5")
def test_who_comes_back_is_met_with_orders_cases_and_notes_at_intake_and_on_the_case(agent, shop):
    old, new = an_order(shop), an_order(shop, waybill="YT7788000099")
    Order.objects.filter(pk=new.pk).update(buyer=old.buyer)
    note_order(old.pk, note="已告知运费自理", by=acts(agent), at=MONDAY)
    browser = browser_of(agent)
    assert "已告知运费自理" in text_of(browser.post("/cases/new/look/", {"text": "YT7788000099"}))
    case = open_case("no_record", by=acts(agent), at=MONDAY, waybill="YT7788000099")
    text = text_of(browser.get(f"/cases/{case.pk}/"))
    assert "已告知运费自理" in text
    assert old.number[-4:] in text
    told = program(agent).get(f"orders/{new.pk}/buyer/").json()
    assert (told["orders"], [each["note"] for each in told["notes"]]) == (2, ["已告知运费自理"])


def test_another_shops_buyer_is_nobodys(outsider, agent, shop):
    case = not_received(agent, shop)
    for path in (f"cases/{case.pk}/buyer/", f"orders/{case.order_id}/buyer/"):
        assert program(outsider).get(path).status_code == 404
