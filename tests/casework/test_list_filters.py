"""Filters of the queue: each narrows it, values of one widen it, a chip takes each off, and what is no value finds nothing."""

import datetime as dt
import html
import re

import pytest

from casework.actions.advance import advance
from casework.actions.assign import give_case
from casework.lists.filters import FILTERS, day_of
from logistics.models import Courier, Parcel
from orders.roles import Role
from tests.builders import a_parcel, a_refund, an_order, an_unreachable
from tests.casework.test_page_queue import listed
from tests.cast import MONDAY, acts, make_user
from tests.page import text_of

DAY = dt.timedelta(days=1)


def chips_of(answer):
    """The words of the chips, each with where it leads."""
    found = re.findall(r'<a class="chip chip--filter[^"]*" href="([^"]*)"[^>]*>(.*?)</a>', answer.content.decode(), re.DOTALL)
    return {" ".join(re.sub(r"<[^>]+>", " ", words).split()): html.unescape(address) for address, words in found}


@pytest.fixture
def cases(agent, agent2, supervisor, shop):
    """Cases that differ in what they are filtered by."""
    order = an_order(shop)
    other = Courier.objects.exclude(code="zhongtong").first()
    parcel = Parcel.objects.create(shop=shop, courier=other, waybill="88000000000001", first_seen_at=MONDAY)
    parcel.orders.add(order)
    order.waybills = [parcel.waybill]
    order.save(update_fields=["waybills"])
    found = {
        "mine": an_unreachable(agent),
        "hers": an_unreachable(agent2, state="trying", at=MONDAY - 2 * DAY),
        "free": an_unreachable(agent2, order=order),
        "refund": a_refund(agent),
        "approved": a_refund(agent2, approved_by=supervisor),
    }
    give_case(found["free"].pk, None, by=acts(agent2), at=MONDAY)
    return {name: case.pk for name, case in found.items()}


def found_by(browser, cases, query):
    numbers = {pk: name for name, pk in cases.items()}
    return {numbers[pk] for pk in listed(browser.get(f"/cases/?tab=all&{query}"))}


def test_who_sees_all_shops_is_offered_as_an_owner(agent, outsider):
    everywhere = make_user("everywhere", Role.SUPERVISOR, None)
    offered = dict(FILTERS["owner"].offered(acts(agent)))
    assert {str(agent.pk), str(everywhere.pk)} <= set(offered)
    assert str(outsider.pk) not in offered


def test_each_filter_narrows_the_list_and_values_of_one_widen_it(desk, agent, agent2, cases):
    courier = Courier.objects.exclude(code="zhongtong").first().code
    browser = desk(agent)
    for query, wanted in {
        "kind=refund": {"refund", "approved"},
        "kind=refund&kind=unreachable": set(cases),
        "state=unreachable.trying": {"hers"},
        "state=unreachable.trying&state=refund.asked": {"hers", "refund"},
        "owner=me": {"mine", "refund"},
        "owner=nobody": {"free"},
        f"owner={agent2.pk}&owner=nobody": {"hers", "approved", "free"},
        "shop=demo": set(cases),
        f"courier={courier}": {"free"},
        "courier=zhongtong": {"mine", "hers"},
        "category=customer": {"hers"},
        "waits=leads": {"refund"},
        "waits=leads&waits=finance": {"refund", "approved"},
        "waits=child": set(),
        "opened_from=2026-11-23": set(cases) - {"hers"},
        "opened_to=2026-11-22": {"hers"},
        "opened_from=2026-11-21&opened_to=2026-11-21": {"hers"},
        "due_to=2026-11-23": {"mine", "free", "approved"},
        "due_from=2026-11-25": set(),
        "kind=unreachable&owner=me": {"mine"},
        "kind=refund&owner=nobody": set(),
    }.items():
        assert found_by(browser, cases, query) == wanted, query


def test_a_day_belongs_to_its_range_from_the_first_second_to_the_last(desk, agent):
    midnight = dt.datetime(2026, 11, 21, tzinfo=MONDAY.tzinfo)
    second = dt.timedelta(seconds=1)
    before, first, last, after = (
        an_unreachable(agent, at=at).pk for at in (midnight - second, midnight, midnight + DAY - second, midnight + DAY)
    )
    assert set(listed(desk(agent).get("/cases/?opened_from=2026-11-21&opened_to=2026-11-21"))) == {first, last}
    assert set(listed(desk(agent).get("/cases/?opened_to=2026-11-20"))) == {before}
    assert set(listed(desk(agent).get("/cases/?opened_from=2026-11-22"))) == {after}


def test_every_value_is_a_chip_and_the_chip_leads_to_the_list_without_it(desk, agent, cases):
    browser = desk(agent)
    answer = browser.get("/cases/?tab=all&kind=refund&kind=unreachable&owner=me")
    chips = chips_of(answer)
    assert list(chips) == [
        "Kind: Refund Remove this filter",
        "Kind: Customer unreachable Remove this filter",
        "Owner: me Remove this filter",
    ]
    assert chips["Kind: Refund Remove this filter"] == "/cases/?tab=all&kind=unreachable&owner=me"
    assert set(listed(browser.get(chips["Kind: Refund Remove this filter"]))) == {cases["mine"]}


def test_filters_stay_with_tabs_search_and_the_case_beside_the_list(desk, agent, cases):
    page = desk(agent).get("/cases/?tab=all&owner=me").content.decode()
    assert 'href="/cases/?tab=overdue&amp;owner=me"' in page
    assert f'href="/cases/{cases["mine"]}/?tab=all&amp;owner=me"' in page
    beside = desk(agent).get(f"/cases/{cases['mine']}/?tab=all&owner=me")
    assert set(listed(beside)) == {cases["mine"], cases["refund"]}


NONSENSE = ["nonsense", "-1", "9" * 30, "张", "2026-13-01", "20261123", "1999-01-01", "x" * 300]


def test_what_is_no_value_finds_nothing_and_its_chip_says_so(desk, agent):
    an_unreachable(agent)
    browser = desk(agent)
    for place, name in enumerate([*FILTERS, "tab"]):
        for value in (NONSENSE[0], NONSENSE[place % len(NONSENSE)]):
            answer = browser.get("/cases/", {name: value})
            assert (answer.status_code, listed(answer)) == (400, []), (name, value)
            assert "there is no such value" in text_of(answer)
    assert listed(browser.get(next(iter(chips_of(answer).values())))) != []


@pytest.mark.parametrize("value", NONSENSE)
def test_only_a_day_as_machines_write_it_is_a_day(value):
    assert day_of(value) is None
    assert day_of("2026-11-26") == dt.date(2026, 11, 26)


def test_a_range_that_ends_before_it_begins_is_none(desk, agent):
    an_unreachable(agent)
    for name in ("opened", "due"):
        answer = desk(agent).get(f"/cases/?{name}_from=2026-11-24&{name}_to=2026-11-23")
        assert answer.status_code == 400
        assert list(chips_of(answer))[1].endswith("2026-11-23 – before the first day Remove this filter")


def test_people_and_shops_of_others_are_no_values(desk, agent, outsider, other_shop):
    make_user("theirs", "agent", other_shop)
    for query in (f"owner={outsider.pk}", f"shop={other_shop.code}"):
        assert desk(agent).get(f"/cases/?{query}").status_code == 400
    form = desk(agent).get("/cases/filters/").content.decode()
    assert "别家店" not in form
    assert "outsider" not in form


def test_a_filter_that_finds_nothing_offers_to_clear(desk, agent):
    an_unreachable(agent)
    answer = desk(agent).get("/cases/?tab=mine&kind=refund")
    assert "No case fits these filters." in text_of(answer)
    assert 'href="/cases/">Clear the filters' in re.sub(r"\?\"", '"', answer.content.decode())


def test_the_form_adds_to_what_is_chosen_and_offers_the_states_of_the_chosen_kinds(desk, agent):
    form = desk(agent).get("/cases/filters/?tab=all&kind=unreachable&opened_from=2026-11-20", headers={"hx-request": "true"})
    page = form.content.decode()
    assert "<html" not in page
    assert '<input type="hidden" name="kind" value="unreachable">' in page
    assert '<option value="unreachable">' not in page
    assert '<option value="unreachable.trying">' in page
    assert '<option value="refund.asked">' not in page
    assert 'name="opened_from" value="2026-11-20"' in page
    assert "<html" in desk(agent).get("/cases/filters/").content.decode()


def test_the_lists_past_goes_by_filters_too(desk, agent):
    gone = an_unreachable(agent)
    advance(gone.pk, "delivered", by=acts(agent), at=MONDAY)
    a_parcel(an_order(agent.memberships.get().shop), "7300000099999")
    assert listed(desk(agent).get("/cases/?tab=closed&kind=unreachable&waits=agents")) == []
    assert listed(desk(agent).get("/cases/?tab=closed&kind=unreachable")) == [gone.pk]
