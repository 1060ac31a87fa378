"""Characters that turn the direction of reading stay in what was written, and never reach a page or a file that people take out."""

from functools import partial

import pytest

from casework.actions.advance import advance
from casework.actions.deeds import add_note, record_contact
from casework.actions.reopen import reopen
from casework.actions.reveal import reveal
from casework.models import ContactAttempt
from orders.errors import Malformed
from orders.spreadsheet import text_cell
from orders.straight import TURNING, written
from orders.workbook import safe
from tests.builders import a_refund, an_unreachable
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.page import logged_in

TURNED = "\u202e100.00\u202c\u2067"


def test_a_case_is_read_from_left_to_right_and_its_note_is_kept_as_it_was_written(agent, supervisor):
    """On every kind of page: of the workbench, on paper, of the admin."""
    case, note = an_unreachable(agent), f"说好退{TURNED}元"
    agent.last_name = f"小{TURNED}李"
    agent.save()
    record_contact(case.pk, channel="chat", outcome="no_answer", note=note, by=acts(agent), at=MONDAY)
    there = logged_in(agent)
    for address in (f"/cases/{case.pk}/", f"/cases/{case.pk}/print/", f"/admin/logistics/unreachable/{case.pk}/change/"):
        answer = there.get(address)
        page = answer.content.decode()
        assert "说好退100.00元" in page, address
        assert "小100.00李" in page, address
        assert TURNING.findall(page) == [], address
        assert int(answer["Content-Length"]) == len(answer.content)
    news = logged_in(supervisor).get("/live/", {"case": case.pk, "seen": 0}).json()["changed"]
    assert "小100.00李" in "".join(news)
    assert TURNING.findall("".join(news)) == []
    assert ContactAttempt.objects.get().note == note
    assert note in [row["note"] for row in program(agent).get(f"cases/{case.pk}/timeline/").json()["results"]]


@pytest.mark.parametrize("cell", [text_cell, safe])
def test_a_cell_is_without_them_and_a_formula_behind_one_is_none(cell):
    assert cell(f"王{TURNED}") == "王100.00"
    assert cell("\u202e=1+1") == "'=1+1"
    assert cell("שלום") == "שלום"


@pytest.mark.parametrize("nothing", ["\u2060\u202e", "\u200b", "\u202e\u200b\u2067 \u00ad", "\u3000\u3164\u2028\u0301"])
def test_a_text_of_which_nothing_can_be_seen_is_refused_as_an_empty_one_is(agent, supervisor, nothing):
    case, asked = an_unreachable(agent), a_refund(agent)
    reject = partial(advance, asked.pk, "reject", by=acts(supervisor), at=MONDAY)
    deeds = [
        lambda text: add_note(case.pk, note=text, by=acts(agent), at=MONDAY),
        lambda text: reveal(case.pk, reason=text, by=acts(agent), at=MONDAY),
        lambda text: reopen(case.pk, note=text, by=acts(agent), at=MONDAY),
        lambda text: reject(facts={"reason": text}),
    ]
    for deed in deeds:
        refusals = []
        for text in ("", nothing):
            with pytest.raises(Malformed) as refused:
                deed(text)
            refusals.append(refused.value.as_dict())
        assert refusals[0] == refusals[1]


def test_a_text_with_something_to_see_is_kept_as_it_was_written():
    assert [written(each) for each in (" \u202e退款 ", "👨\u200d👩", "e\u0301")] == ["\u202e退款", "👨\u200d👩", "e\u0301"]
