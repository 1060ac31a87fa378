"""Characters that turn the direction of reading stay in what was written, and never reach a page or a file that people take out."""

import pytest

from casework.actions.deeds import record_contact
from casework.models import ContactAttempt
from orders.spreadsheet import text_cell
from orders.straight import TURNING
from orders.workbook import safe
from tests.builders import an_unreachable
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
