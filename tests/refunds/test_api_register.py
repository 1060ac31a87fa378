"""GET /api/v1/register/: every approval with what became of it, for those who read it on the page too."""

import pytest

from tests.builders import a_refund, an_order
from tests.callers import browser, program
from tests.page import browser_of


@pytest.mark.rule("R2.1")
def test_the_register_has_every_approval_and_what_became_of_it(agent, supervisor, finance, auditor, shop):
    order = an_order(shop, lines=("100.00",))
    paid = a_refund(agent, order=order, approved_by=supervisor, paid_by=finance)
    waiting = a_refund(agent, order=order, approved_by=supervisor, amount="10.00")
    a_refund(agent, order=order, amount="5.00")
    rows = program(auditor).get("register/").json()["results"]
    assert [(row["refund"], row["state"], row["amount"]) for row in rows] == [(waiting.pk, "to_pay", "10.00"), (paid.pk, "paid", "30.00")]
    assert {"asked_by": "agent", "approved_by": "supervisor", "paid_by": "finance", "order": order.number}.items() <= rows[1].items()
    assert [row["refund"] for row in browser(finance).get("register/", {"state": "paid"}).json()["results"]] == [paid.pk]


def test_api_and_page_agree_on_who_reads_the_register(agent, supervisor, manager, finance, auditor, admin, warehouse, superuser, outsider):
    a_refund(agent, approved_by=supervisor)
    people = (supervisor, manager, finance, auditor, admin, agent, warehouse, superuser, outsider)
    answers = {user.username: program(user).get("register/") for user in people}
    assert [name for name, answer in answers.items() if answer.status_code == 403] == ["warehouse", "root"]
    assert {user.username: browser_of(user).get("/register/").status_code for user in people} == {
        name: answer.status_code for name, answer in answers.items()
    }
    assert answers["outsider"].json()["results"] == []
    assert len(answers["finance"].json()["results"]) == 1
