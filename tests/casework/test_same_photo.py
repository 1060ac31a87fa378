"""The same photo in another case is flagged on both, by file or by look, and never across shops."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.add_evidence import add_evidence, evidence_path
from casework.models import Evidence
from casework.photos.sameness import MOST, twins_of
from orders.models import Membership
from orders.roles import Role
from tests.builders import an_unreachable
from tests.callers import program
from tests.casework.test_looks import again, scene
from tests.cast import MONDAY, acts, make_user
from tests.page import browser_of, text_of


def photo(image, format="JPEG", **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    out.seek(0)
    return out


def bring(case, upload, agent):
    return add_evidence(case.pk, upload=upload, kind="photo_damage", by=acts(agent), at=MONDAY)


def seen(picture, user):
    return [(twin.number, twin.evidence_id, twin.exact) for twin in twins_of([picture], acts(user)).get(picture.pk, [])]


@pytest.fixture
def pair(agent):
    return an_unreachable(agent), an_unreachable(agent)


def test_the_same_file_is_seen_from_both_cases(pair, agent):
    one, other = (bring(case, photo(scene(1), quality=90), agent) for case in pair)
    assert seen(one, agent) == [(pair[1].number, other.pk, True)]
    assert seen(other, agent) == [(pair[0].number, one.pk, True)]


def test_a_photo_that_went_through_a_chat_app_looks_the_same(pair, agent):
    one = bring(pair[0], photo(scene(1), quality=90), agent)
    other = bring(pair[1], photo(again(scene(1).resize((540, 420)), quality=55), "PNG"), agent)
    assert one.original_sha256 != other.original_sha256
    assert seen(one, agent) == [(pair[1].number, other.pk, False)]
    assert seen(other, agent) == [(pair[0].number, one.pk, False)]


def test_what_was_taken_from_the_desk_and_sent_again_is_the_same_file(pair, agent):
    one = bring(pair[0], photo(scene(1), quality=95), agent)
    other = bring(pair[1], io.BytesIO(evidence_path(one).read_bytes()), agent)
    assert seen(other, agent) == [(pair[0].number, one.pk, True)]


def test_another_photo_and_one_of_the_same_case_are_not_flagged(pair, agent):
    one = bring(pair[0], photo(scene(1)), agent)
    bring(pair[0], photo(scene(1)), agent)
    bring(pair[1], photo(scene(2)), agent)
    assert seen(one, agent) == []


def test_pictures_without_a_look_are_the_same_by_their_file_alone(pair, agent):
    red, blue = (photo(scene(1).resize((1, 1)).resize((40, 30)), "PNG"), photo(scene(2).resize((1, 1)).resize((40, 30)), "PNG"))
    one, other = bring(pair[0], red, agent), bring(pair[1], blue, agent)
    assert (one.look, other.look_parts) == (None, None)
    assert seen(one, agent) == []
    red.seek(0)
    again_red = bring(pair[1], red, agent)
    assert seen(one, agent) == [(pair[1].number, again_red.pk, True)]


@pytest.mark.rule("S5.1")
def test_a_case_of_another_shop_is_never_named(agent, other_shop, outsider):
    stranger = make_user("stranger", Role.AGENT, other_shop)
    here, there = an_unreachable(agent), an_unreachable(stranger)
    one, other = bring(here, photo(scene(1)), agent), bring(there, photo(scene(1)), stranger)
    assert seen(one, agent) == seen(other, stranger) == []
    assert there.number not in text_of(browser_of(agent).get(f"/cases/{here.pk}/"))
    # Whoever works in both shops sees both.
    Membership.objects.create(user=agent, shop=other_shop, role=Role.AGENT)
    assert seen(one, type(agent).objects.get(pk=agent.pk)) == [(there.number, other.pk, True)]


def test_page_admin_and_api_name_the_other_case(pair, agent, client):
    one = bring(pair[0], photo(scene(1)), agent)
    two = bring(pair[1], photo(scene(1)), agent)
    add_evidence(pair[0].pk, upload=photo(scene(1)), kind="photo_waybill", by=acts(agent), at=MONDAY)
    page = browser_of(agent).get(f"/cases/{pair[0].pk}/")
    assert f"Same photo in {pair[1].number}" in text_of(page)
    assert f'<a href="/cases/{pair[1].pk}/">{pair[1].number}</a>' in page.content.decode()
    assert text_of(page).count("The same file is here as: Photo of the waybill") >= 1
    client.force_login(agent)
    assert f"与 {pair[1].number} 是同一张照片" in text_of(client.get(f"/admin/logistics/unreachable/{pair[0].pk}/change/"))
    row, as_waybill = program(agent).get(f"cases/{pair[0].pk}/").json()["evidence"]
    assert row["same_as"] == [{"case": pair[1].pk, "number": pair[1].number, "evidence": two.pk, "exact": True}]
    assert (row["also_as"], as_waybill["also_as"]) == (["photo_waybill"], ["photo_damage"])
    assert (row["sha256"], row["taken_at"], row["link"]) == (one.sha256, None, None)


def test_many_pictures_are_compared_in_one_query_and_few_twins_are_named(agent):
    cases = [an_unreachable(agent) for _ in range(MOST + 3)]
    first = bring(cases[0], photo(scene(1)), agent)
    for case in cases[1:]:
        bring(case, photo(scene(1)), agent)
    pictures, by = list(Evidence.objects.all()), acts(agent)
    with CaptureQueriesContext(connection) as queries:
        found = twins_of(pictures, by)
    assert len(queries) == 1
    assert len(found[first.pk]) == MOST
    assert found[first.pk][0].number == cases[-1].number
    assert twins_of([], acts(agent)) == {}
