"""The printed case: all that a dispute wants, its person behind masks; a link that opens only for those who may see it."""

import io

import pytest
from django.test import Client

from casework.actions.add_evidence import add_evidence
from casework.actions.deeds import add_note
from casework.models import Evidence
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


@pytest.mark.rule("S5.1")
def test_a_link_to_a_case_opens_for_those_with_the_right_alone(desk, agent, outsider, case):
    for address in (f"/cases/{case.pk}/?tab=all", f"/cases/{case.pk}/print/"):
        stranger = Client().get(address)
        assert stranger.status_code == 302
        assert stranger["Location"] == f"/login/?next={address.replace('?', '%3F').replace('=', '%3D')}"
        assert desk(outsider).get(address).status_code == 404
        assert desk(agent).get(address).status_code == 200
