"""The printed case: all that a dispute wants, its person behind masks; a link that opens only for those who may see it."""

import io

import pytest
from django.test import Client

from casework.actions.add_evidence import add_evidence
from casework.actions.deeds import add_note
from casework.models import Case, Evidence
from casework.wording import readable
from orders.vault import seal
from tests.builders import an_order, an_unreachable
from tests.casework.test_evidence import photo
from tests.cast import MONDAY, acts
from tests.page import text_of


@pytest.fixture
def case(agent, shop):
    order = an_order(shop, waybill="73000000009988", name_enc=seal("王小明"), phone_enc=seal("13812345678"))
    return an_unreachable(agent, state="trying", order=order)


def test_it_has_order_trace_contacts_timeline_and_the_masked_person(desk, agent, case):
    text = text_of(desk(agent).get(f"/cases/{case.pk}/print/"))
    for words in (
        case.number,
        case.order.number,
        "73000000009988",
        "样例商品1",
        "Chat 2026-11-23 10:00 Mon, Beijing time No answer",
        "Case opened",
    ):
        assert words in text, words
    assert "王小明" not in text
    assert "13812345678" not in text


@pytest.mark.rule("L7.1")
def test_photos_stand_with_their_whole_sums(desk, agent, case):
    add_evidence(case.pk, upload=io.BytesIO(photo()), kind="photo_waybill", by=acts(agent), at=MONDAY)
    body = desk(agent).get(f"/cases/{case.pk}/print/").content.decode()
    picture = Evidence.objects.get()
    assert f"SHA-256 {picture.original_sha256}" in body
    assert f'src="/evidence/{picture.pk}/"' in body


def test_it_can_leave_our_own_notes_out(desk, agent, case):
    add_note(case.pk, note="顾客语气不好", by=acts(agent), at=MONDAY)
    assert "顾客语气不好" in text_of(desk(agent).get(f"/cases/{case.pk}/print/"))
    assert "顾客语气不好" not in text_of(desk(agent).get(f"/cases/{case.pk}/print/?notes=no"))


def test_without_notes_it_keeps_what_was_chosen_counted_or_dated_and_nobodys_own_words(desk, agent):
    case = an_unreachable(agent, state="settled")
    browser = desk(agent)
    whole, plain = (text_of(browser.get(f"/cases/{case.pk}/print/{query}")) for query in ("", "?notes=no"))
    assert "改约周六" in whole
    assert "改约周六" not in plain
    for words in ("Channel: Chat", "Outcome: Answered"):
        assert words in whole
        assert words in plain


def test_of_facts_nobody_declared_only_numbers_and_instants_are_kept_without_notes():
    facts = {"courier_says": "13812345678", "sent_on": 2, "back_at": "2026-11-23T02:00:00+00:00", "outcome": "by my own words"}
    said = readable(Case, "gone", facts, with_notes=False)
    assert said == [("sent_on", "2"), ("back_at", "2026-11-23 10:00")]
    assert len(readable(Case, "gone", facts)) == len(facts)


@pytest.mark.rule("S5.1")
def test_a_link_to_a_case_opens_for_those_with_the_right_alone(desk, agent, outsider, case):
    for address in (f"/cases/{case.pk}/?tab=all", f"/cases/{case.pk}/print/"):
        stranger = Client().get(address)
        assert stranger.status_code == 302
        assert stranger["Location"] == f"/login/?next={address.replace('?', '%3F').replace('=', '%3D')}"
        assert desk(outsider).get(address).status_code == 404
        assert desk(agent).get(address).status_code == 200
