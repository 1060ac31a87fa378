"""The handbook's sentences as pages quote them: every rule by its id, in both languages, and on the case those of its state."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from casework.models import Case
from casework.registry import KINDS
from casework.rulebook import chapter_of, rules_named
from tests.builders import an_unreachable
from tests.page import text_of

ENGLISH = (settings.BASE_DIR / "docs" / "handbook.md").read_text(encoding="utf-8")
IDS = re.findall(r"^- ([A-Z]\d+\.\d+) ", ENGLISH, re.MULTILINE)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_rule_is_known_in_the_language(language):
    with translation.override(language):
        found = rules_named(IDS)
    assert [each.id for each in found] == IDS
    assert {each.language for each in found} == {language}
    assert all(each.text.strip() for each in found)


def test_a_rule_of_several_lines_is_one_sentence():
    with translation.override("en"):
        (rule,) = rules_named(["L1.1"])
    assert rule.text.startswith("Check the address with the customer;")
    assert rule.text.endswith("office, parcel shop, neighbour. Record the answers.")


def test_rules_without_a_chapter_of_their_own_stand_under_their_part():
    with translation.override("en"):
        assert chapter_of("S7.1").title == "People and replies"
        assert chapter_of("L6").title.startswith("Customer cannot be reached")
        assert chapter_of("Z9.1") is None
        assert rules_named(["L6", "Z9.1"]) == []


def test_every_kind_names_a_chapter_of_the_handbook():
    kinds: dict[str, type[Case]] = KINDS
    assert [name for name, kind in kinds.items() if kind.CHAPTER and chapter_of(kind.CHAPTER) is None] == []


def test_the_case_quotes_the_rules_of_its_steps_first_and_the_rest_of_its_chapter(desk, agent):
    body = desk(agent).get(f"/cases/{an_unreachable(agent, state='trying').pk}/").content.decode()
    quoted = re.findall(r'<dt class="rule">([A-Z0-9.]+)</dt>', body)
    assert quoted[0] == "L6.2"
    assert {"L6.1", "L6.2", "L6.3", "L6.4"} <= set(quoted)
    assert len(quoted) == len(set(quoted))


def test_staff_read_the_rules_in_chinese(desk, agent):
    browser = desk(agent)
    browser.cookies["django_language"] = "zh-hans"
    assert "时限内顾客有任何回复" in text_of(browser.get(f"/cases/{an_unreachable(agent).pk}/"))
