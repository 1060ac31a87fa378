"""Norms, regions, places and detection rules in the admin (L3.4): leads change them, and the journal keeps what stood there before."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, connection, transaction

from casework.models import Journal
from logistics.actions.flag_stalled import flag_stalled
from logistics.actions.keep_setting import keep_setting, remove_setting
from logistics.kinds.unreachable import Unreachable
from logistics.models import Courier, DetectionRule, Norm, Parcel, Place, Region
from orders.access import Actor
from orders.errors import NotAllowed
from orders.models import Membership
from tests.cast import MONDAY, acts
from tests.logistics.nodes import a_parcel_of
from tests.page import browser_of, text_of

NORMS, PLACES, RULES, REGIONS = (f"/admin/logistics/{each}/" for each in ("norm", "place", "detectionrule", "region"))


@pytest.fixture
def at_lead(supervisor):
    return browser_of(supervisor)


def a_rule(**changes):
    return {
        "provider": "kuaidi100",
        "code": "211",
        "pattern": "电话|停机",
        "outcome": "case",
        "name": "unreachable",
        "active": "on",
    } | changes


@pytest.mark.rule("L3.4")
def test_a_lead_changes_a_norm_and_the_journal_keeps_both_values(at_lead, supervisor):
    norm = Norm.objects.get(measure="not_moving", courier=None, region=None)
    assert at_lead.post(f"{NORMS}{norm.pk}/change/", {"hours": "60"}).status_code == 302
    norm.refresh_from_db()
    entry = Journal.objects.get(object_type="norm")
    assert (norm.hours, entry.step, entry.actor, entry.before, entry.after) == (60, "update", supervisor, {"hours": 48}, {"hours": 60})


@pytest.mark.rule("L3.4")
@pytest.mark.fault("Z4")
def test_a_lead_of_one_shop_of_two_reads_what_holds_for_both_and_changes_nothing(at_lead, supervisor, other_shop):
    norm = Norm.objects.get(measure="not_moving", courier=None, region=None)
    page = at_lead.get(f"{NORMS}{norm.pk}/change/")
    assert page.status_code == 200
    assert b'name="hours"' not in page.content
    assert at_lead.post(f"{NORMS}{norm.pk}/change/", {"hours": "60"}).status_code == 403
    assert at_lead.post(f"{RULES}add/", a_rule()).status_code == 403
    for deed in (keep_setting, remove_setting):
        with pytest.raises(NotAllowed):
            deed(Norm(measure="not_moving", courier=Courier.objects.get(code="shunfeng"), hours=60), by=acts(supervisor), at=MONDAY)
    assert not Journal.objects.filter(object_type="norm").exists()
    Membership.objects.create(user=supervisor, shop=other_shop, role="supervisor")
    assert at_lead.post(f"{NORMS}{norm.pk}/change/", {"hours": "60"}).status_code == 302


@pytest.mark.rule("L3.4")
def test_a_lead_gives_a_courier_and_region_a_norm_of_their_own_and_takes_it_away(at_lead):
    sf, remote = Courier.objects.get(code="shunfeng"), Region.objects.get(code="remote")
    sent = {"measure": "not_moving", "courier": sf.pk, "region": remote.pk, "hours": "72"}
    assert at_lead.post(f"{NORMS}add/", sent).status_code == 302
    norm = Norm.objects.get(courier=sf, region=remote)
    assert at_lead.post(f"{NORMS}{norm.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Norm.objects.filter(pk=norm.pk).exists()
    assert list(Journal.objects.filter(object_type="norm", object_id=str(norm.pk)).values_list("step", flat=True)) == ["insert", "delete"]


@pytest.mark.parametrize("hours", ["0", "-1", "2881", "x", ""])
def test_a_norm_is_hours_up_to_months(at_lead, hours):
    norm = Norm.objects.get(measure="not_moving", courier=None, region=None)
    answer = at_lead.post(f"{NORMS}{norm.pk}/change/", {"hours": hours})
    assert answer.status_code == 200
    assert "a_norm_is" not in answer.content.decode()
    norm.refresh_from_db()
    assert norm.hours == 48


def test_the_norm_that_holds_where_no_other_does_stays(at_lead):
    norm = Norm.objects.get(measure="not_moving", courier=None, region=None)
    assert at_lead.post(f"{NORMS}{norm.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Norm.objects.filter(pk=norm.pk).exists()


def test_a_place_takes_the_parcels_on_their_way_along(at_lead, shop):
    """Hangzhou's orders belong to 江浙沪; one day the lead makes it a region of its own."""
    travels, arrived = a_parcel_of(shop), a_parcel_of(shop, delivered_at=MONDAY)
    south = Region.objects.get(code="south")
    sent = {"province": "浙江", "city": "杭州", "district": "", "region": south.pk}
    assert at_lead.post(f"{PLACES}add/", sent).status_code == 302
    assert [Parcel.objects.get(pk=each.pk).region for each in (travels, arrived)] == [south, None]
    place = Place.objects.get(city="杭州")
    assert at_lead.post(f"{PLACES}{place.pk}/delete/", {"post": "yes"}).status_code == 302
    assert Parcel.objects.get(pk=travels.pk).region.code == "jiangzhehu"


def test_the_list_of_rules_says_in_words_whose_code_it_is_and_what_is_kept(supervisor):
    browser = browser_of(supervisor)
    browser.cookies["django_language"] = "zh-hans"
    text = text_of(browser.get(RULES))
    assert "快递100" in text
    assert "清关异常" in text
    assert "customs_trouble" not in text


def test_a_lead_writes_a_rule(at_lead):
    assert at_lead.post(f"{RULES}add/", a_rule()).status_code == 302
    rule = DetectionRule.objects.get(code="211", outcome="case")
    assert (rule.pattern, rule.name, rule.active) == ("电话|停机", "unreachable", True)
    assert Journal.objects.get(object_type="detectionrule").after["pattern"] == "电话|停机"
    assert at_lead.post(f"{RULES}{rule.pk}/change/", a_rule(active="")).status_code == 302
    assert not DetectionRule.objects.get(pk=rule.pk).active


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pattern": "(a+)+$"}, "Words only"),
        ({"pattern": "[甲"}, "Words only"),
        ({"pattern": "a|"}, "Words only"),
        ({"pattern": "a||b"}, "Words only"),
        ({"pattern": "\\d"}, "Words only"),
        ({"name": "of_the_future"}, "No such kind of case is opened by codes."),
        ({"name": "refund"}, "No such kind of case is opened by codes."),
        ({"outcome": "finding", "name": "unreachable"}, "There is no such kind of finding."),
        ({"outcome": "fact", "name": "Nicht so"}, "A fact is named in small letters"),
    ],
)
def test_a_rule_that_could_not_work_is_refused_with_a_sentence(at_lead, changes, sentence):
    answer = at_lead.post(f"{RULES}add/", a_rule(**changes))
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert not DetectionRule.objects.filter(code="211", outcome="case").exists()


@pytest.mark.parametrize("pattern", ["(a+)+$", "a|", "|a", "a||b", "a.b", "a*", "[a", "a\\"])
def test_the_database_takes_no_other_pattern_either(db, pattern):
    with pytest.raises(IntegrityError, match="pattern_of_a_rule_is_words"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE logistics_detectionrule SET pattern = %s WHERE code = '206'", [pattern])


@pytest.mark.parametrize("who", ["agent", "finance", "auditor"])
def test_nobody_else_changes_them(who, request):
    client = browser_of(request.getfixturevalue(who))
    norm, place = Norm.objects.first(), Place.objects.first()
    before = (norm.hours, place.region_id, DetectionRule.objects.count())
    answers = [
        client.post(f"{NORMS}{norm.pk}/change/", {"hours": "1"}),
        client.post(f"{PLACES}{place.pk}/delete/", {"post": "yes"}),
        client.post(f"{RULES}add/", a_rule()),
        client.post(f"{REGIONS}add/", {"name": "x", "code": "x", "extra_hours": 0, "position": 0}),
    ]
    assert [each.status_code for each in answers] == [403] * 4
    norm.refresh_from_db()
    place.refresh_from_db()
    assert (norm.hours, place.region_id, DetectionRule.objects.count()) == before


@pytest.mark.parametrize("path", ["finding/", "nightlyrun/", "norm/", "region/", "place/", "detectionrule/"])
def test_the_lists_open(manager, shop, path):
    a_parcel_of(shop, stage="transit", stage_since=MONDAY, last_event_at=MONDAY)
    run = flag_stalled(shop, at=MONDAY + dt.timedelta(hours=50), by=Actor.system("clock"))
    client = browser_of(manager)
    assert client.get(f"/admin/logistics/{path}").status_code == 200
    if path == "nightlyrun/":
        assert "中通" in text_of(client.get(f"/admin/logistics/nightlyrun/{run.pk}/change/"))


def test_what_a_rule_names_is_chosen_and_listed_in_words(at_lead):
    page = at_lead.get(f"{RULES}add/").content.decode()
    assert '<option value="kuaidi100">' in page
    assert '<datalist id="list-name">' in page
    assert '<option value="no_record">' in page
    assert at_lead.post(f"{RULES}add/", a_rule(name="unreachable")).status_code == 302
    listed = at_lead.get(f"{RULES}?outcome__exact=case").content.decode()
    assert str(Unreachable._meta.verbose_name) in listed
    assert not re.search(r">\s*unreachable\s*<", listed)
