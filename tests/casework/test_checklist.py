"""What a chapter asks for in pictures: what is missing is named, with why, and holds up the step that needs it."""

import dataclasses

import pytest
from django.utils.translation import override

from casework.actions.add_evidence import add_evidence
from casework.actions.moves import step_named
from casework.actions.offers import why_not
from casework.models import Case, EvidenceKind
from casework.photos.checklist import EvidenceGuard, Instead, Wanted, checklist, has_evidence, kinds_in_order, missing
from casework.reading import read_case
from casework.workflow import not_
from logistics.kinds.unreachable import Unreachable
from tests.builders import an_unreachable
from tests.callers import a_picture, program
from tests.cast import MONDAY, acts
from tests.page import browser_of, text_of


def courier_told_the_weight(case, at):
    return at.was_answered


LIST = (
    Wanted(
        EvidenceKind.PHOTO_WAYBILL,
        "The weight on it tells whether something was left out.",
        "L5.3",
        instead=(EvidenceKind.BASE_SLIP, Instead("the courier's weight", courier_told_the_weight)),
    ),
    Wanted(EvidenceKind.PHOTO_GOODS, "It shows what arrived.", "L5.2"),
)


@pytest.fixture(autouse=True)
def chinese():
    """Whatever page another test read last."""
    with override("zh-hans"):
        yield


@pytest.fixture
def case(agent, monkeypatch):
    """A case whose kind asks for two pictures, as missing items do."""
    monkeypatch.setattr(Unreachable, "CHECKLIST", LIST)
    return an_unreachable(agent)


def add(case, kind, agent):
    return add_evidence(case.pk, upload=a_picture(), kind=kind, by=acts(agent), at=MONDAY)


def seen(case, agent):
    view = read_case(case.pk, by=acts(agent), now=MONDAY)
    return view.case, view.at


@pytest.mark.rule("L5.3")
def test_what_is_missing_is_said_until_it_or_what_serves_as_well_is_there(case, agent):
    here, at = seen(case, agent)
    assert [each.kind for each in missing(here, at)] == ["photo_waybill", "photo_goods"]
    add(case, "photo_goods", agent)
    here, at = seen(case, agent)
    assert [(line.wanted.kind, line.served_by) for line in checklist(here, at)] == [("photo_waybill", ""), ("photo_goods", "全部商品照片")]
    add(case, "base_slip", agent)
    here, at = seen(case, agent)
    assert missing(here, at) == []
    assert checklist(here, at)[0].served_by == "底单"


def test_one_file_that_stands_for_two_pictures_is_said_at_both_lines_until_one_has_its_own(case, agent):
    upload = a_picture()
    for kind in ("photo_waybill", "photo_goods"):
        upload.seek(0)
        add_evidence(case.pk, upload=upload, kind=kind, by=acts(agent), at=MONDAY)
    assert [line.also for line in checklist(*seen(case, agent))] == [("全部商品照片",), ("面单照片",)]
    page = browser_of(agent).get(f"/cases/{case.pk}/")
    assert text_of(page).count("The same file is here as: Photo of the waybill") == 3
    add_evidence(case.pk, upload=a_picture("JPEG"), kind="photo_goods", by=acts(agent), at=MONDAY)
    assert [len(line.also) for line in checklist(*seen(case, agent))] == [1, 0]


@pytest.mark.rule("L5.3")
def test_a_fact_serves_as_well_as_a_picture(agent, monkeypatch):
    monkeypatch.setattr(Unreachable, "CHECKLIST", LIST)
    here, at = seen(an_unreachable(agent, state="answered"), agent)
    assert [each.kind for each in missing(here, at)] == ["photo_goods"]
    assert checklist(here, at)[0].served_by == "the courier's weight"


@pytest.mark.rule("L5.3")
def test_a_step_that_needs_a_picture_is_refused_with_its_name_until_it_is_there(case, agent):
    step = dataclasses.replace(step_named(case, "customer_answered"), guards=(has_evidence("photo_waybill", "photo_goods", rule="L5.3"),))
    here, at = seen(case, agent)
    (reason,) = why_not(here, step, at, acts(agent))
    assert (reason.code, reason.rule) == ("pictures_are_there", "L5.3")
    assert str(reason.text) == "还缺：面单照片（或 底单、the courier's weight）; 全部商品照片。"
    add(case, "photo_waybill", agent)
    here, at = seen(case, agent)
    assert "面单" not in str(why_not(here, step, at, acts(agent))[0].text)
    add(case, "photo_goods", agent)
    here, at = seen(case, agent)
    assert why_not(here, step, at, acts(agent)) == []


def test_the_negation_of_such_a_guard_holds_up_nothing(case, agent):
    here, at = seen(case, agent)
    guard = not_(has_evidence("photo_goods"))
    assert guard.holds(here, at)
    assert not isinstance(guard, EvidenceGuard)


def test_a_guard_for_an_unknown_picture_cannot_be_written():
    with pytest.raises(ValueError, match="selfie"):
        has_evidence("selfie")


def test_what_a_chapter_asks_for_stands_first_in_the_list_of_pictures(monkeypatch):
    monkeypatch.setattr(Unreachable, "CHECKLIST", LIST)
    order = kinds_in_order(Unreachable)
    assert order[:4] == ["photo_waybill", "photo_goods", "chat", "courier_reply"]
    assert sorted(order) == sorted(EvidenceKind.values)
    assert kinds_in_order(Case)[0] == EvidenceKind.values[0]


@pytest.mark.rule("L5.3")
def test_the_page_the_admin_and_the_api_show_what_is_there_and_what_is_missing(case, agent, client):
    add(case, "photo_goods", agent)
    words = text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    assert (
        "missing Photo of the waybill The weight on it tells whether something was left out. Or: Base slip, the courier's weight" in words
    )
    assert "there Photo of all goods It shows what arrived." in words
    client.force_login(agent)
    assert "The weight on it tells whether something was left out." in text_of(
        client.get(f"/admin/logistics/unreachable/{case.pk}/change/")
    )
    wanted = program(agent).get(f"cases/{case.pk}/", **{"Accept-Language": "en"}).json()["evidence_wanted"]
    assert [(each["kind"], each["there"], each["instead"], each["rule"]) for each in wanted] == [
        ("photo_waybill", False, ["Base slip", "the courier's weight"], "L5.3"),
        ("photo_goods", True, [], "L5.2"),
    ]
