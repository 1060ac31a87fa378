"""Lists of the admin turn from row to row and count nothing, as those of the workbench do (orders/keyset.py)."""

import re
from html import unescape
from urllib.parse import parse_qs

from django.contrib import admin
from django.urls import reverse

from casework.admin.case_list import CaseList
from casework.models import Case
from orders.keyset import holds
from tests.builders import an_unreachable
from tests.counting import nothing_counted

# What is set up by people, a few rows of it, in an order that people look for: by name, by shop, by province. Everything that grows by itself goes by cursor.
SET_UP = {
    f"logistics.{name}" for name in ("claimwindow", "courier", "detectionrule", "norm", "place", "shippingcolumns", "trackingaccount")
} | {
    "casework.heartbeat",
    "casework.holiday",
    "casework.policy",
    "casework.script",
    "casework.replyrule",
    "orders.user",
    "orders.shop",
    "refunds.approvallimit",
    "refunds.statementcolumns",
}
LINK = re.compile(r'rel="(prev|next)" href="([^"]+)"')
PAGES = re.compile(r'<nav class="desk-pages".*?</nav>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
CURSOR = re.compile(r'name="(?:after|before)"|href="[^"]*[?&;](?:after|before)=')
NUMBER = re.compile(r'<a href="[^"]*/change/[^"]*"[^>]*>\s*(AS-\d{6}-\d+)')


def test_no_list_counts_or_passes_over_rows_and_what_grows_goes_by_cursor(rf, manager, db):
    asked, by_places = rf.get("/"), set()
    asked.user = manager
    for model, page in admin.site._registry.items():
        with nothing_counted(model._meta.label_lower):
            rows = page.get_changelist_instance(asked).queryset
        by_places |= set() if holds(rows) else {model._meta.label_lower}
    assert by_places == SET_UP


def test_a_list_is_walked_forwards_and_back_and_each_row_is_seen_once(client, manager, agent, monkeypatch):
    """In its own order, by a time, and by text, which a cursor does not hold."""
    monkeypatch.setattr(CaseList, "list_per_page", 2)
    for _each in range(5):
        an_unreachable(agent)
    client.force_login(manager)
    for order in ("", "o=8&", "o=1&"):
        there = list(walked(client, f"{reverse('admin:casework_case_changelist')}?{order}whose=any", "next", counted=order == "o=1&"))
        numbers = [each for page, _address in there for each in page]
        assert sorted(numbers) == sorted(Case.objects.values_list("number", flat=True)), order
        assert [len(page) for page, _address in there] == [2, 2, 1]
        back = list(walked(client, there[-1][1], "prev", counted=order == "o=1&"))
        assert [page for page, _address in back] == [page for page, _address in there[::-1]], order
        # Looked for from the last page, the first row is found: the form holds the filter and no cursor.
        form = client.get(there[-1][1]).content.decode().partition('id="changelist-search"')[2].partition("</form>")[0]
        hidden = dict(HIDDEN.findall(form))
        assert NUMBER.findall(client.get(there[0][1], hidden | {"q": numbers[0]}).content.decode()) == numbers[:1], order
        beyond = client.get(f"{there[-1][1]}&q={numbers[0]}").content.decode()
        (first,) = re.findall(r'<a class="desk-button" href="([^"]+)"', PAGES.search(beyond)[0])
        assert set(parse_qs(unescape(first)[1:])) == set(hidden) | {"q"}, order


def walked(client, address, way, *, counted):
    """The numbers on each page, and its address, from one on until no link leads further."""
    while address:
        if counted:
            html = client.get(address).content.decode()
        else:
            with nothing_counted(address):
                html = client.get(address).content.decode()
        yield NUMBER.findall(html), address
        assert CURSOR.findall(PAGES.sub("", html)) == []
        links = {name: unescape(query) for name, query in LINK.findall(html)}
        assert all("whose=any" in each for each in links.values())
        address = links.get(way) and address.partition("?")[0] + links[way]


def test_a_cursor_of_another_list_is_refused_and_filters_begin_anew(client, manager, agent):
    an_unreachable(agent)
    client.force_login(manager)
    page = reverse("admin:casework_case_changelist")
    assert client.get(f"{page}?after=bm90IGEgY3Vyc29y").status_code == 400
    assert client.get(f"{page}?o=1&after=x").status_code == 400
    assert CURSOR.findall(client.get(f"{page}?o=1&after=0").content.decode()) == []
