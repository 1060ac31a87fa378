"""Steps and deeds in the admin: through the one door, with refusals as sentences and nothing typed lost."""

import re

import pytest
from django.urls import reverse

from casework.actions.deeds import record_contact
from casework.models import ContactAttempt, Journal, Task
from tests.admin_pages import said
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY, acts


def page(case):
    return reverse("admin:logistics_unreachable_change", args=[case.pk])


def step(case, name):
    return reverse("admin:logistics_unreachable_step", args=[case.pk, name])


def deed(case, name):
    return reverse("admin:logistics_unreachable_deed", args=[case.pk, name])


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"


@pytest.mark.rule("L6.2")
def test_an_agent_takes_a_step_with_its_facts(client, agent):
    case = an_unreachable(agent, state="trying")
    client.force_login(agent)
    response = client.post(step(case, "customer_answered"), {"version": case.version, "answer": "周二送", "note": "已回电"})
    assert (response.status_code, response.url) == (302, page(case))
    case.refresh_from_db()
    assert case.state == "answered"
    entry = Journal.objects.filter(case=case).order_by("-pk").first()
    assert (entry.step, entry.actor, entry.channel, entry.facts["answer"], entry.note) == (
        "customer_answered",
        agent,
        "admin",
        "周二送",
        "已回电",
    )


@pytest.mark.usefixtures("english")
def test_allowed_steps_are_buttons_and_refused_ones_say_why(client, agent):
    case = an_unreachable(agent, state="trying")
    client.force_login(agent)
    html = client.get(page(case)).content.decode()
    assert f'href="{step(case, "customer_answered")}"' in html
    assert step(case, "grant_one_more_day") not in html
    assert "This is for: Supervisor, Manager." in said(client.get(page(case)))


@pytest.mark.usefixtures("english")
def test_a_refused_step_is_a_sentence_and_changes_nothing(client, agent, supervisor):
    case = an_unreachable(agent, state="trying")
    client.force_login(supervisor)
    for name, sentence in (("grant_one_more_day", "this step is not part of that"), ("parcel_back", "this step is not part of that")):
        response = client.post(step(case, name), {"version": case.version})
        assert response.status_code == 422
        assert sentence in said(response)
    client.force_login(agent)
    response = client.post(step(case, "grant_one_more_day"), {"version": case.version})
    assert response.status_code == 403
    assert "This is for: Supervisor, Manager." in said(response)
    case.refresh_from_db()
    assert (case.state, case.version) == ("trying", 2)
    assert Journal.objects.filter(case=case, step="refused:grant_one_more_day", channel="admin").count() == 2


@pytest.mark.fault("C4")
@pytest.mark.usefixtures("english")
def test_a_page_that_is_out_of_date_keeps_what_was_typed(client, agent, agent2):
    case = an_unreachable(agent, state="trying")
    seen = case.version
    record_contact(case.pk, channel="phone", outcome="answered", by=acts(agent2), at=MONDAY)
    client.force_login(agent)
    response = client.post(step(case, "passed_on"), {"version": seen, "agreed": "周三再送", "note": "我的备注"})
    assert response.status_code == 409
    assert "Somebody has changed this in the meantime" in said(response)
    html = response.content.decode()
    assert "周三再送" in html
    assert "我的备注" in html
    assert re.search(r'name="version"[^>]*value="3"|value="3"[^>]*name="version"', html)
    case.refresh_from_db()
    assert case.state == "answered"


@pytest.mark.parametrize("version", ["", "x", "-1", "1e3", "9" * 30])
def test_without_the_version_seen_no_step_is_taken(version, client, agent):
    case = an_unreachable(agent, state="trying")
    client.force_login(agent)
    assert client.post(step(case, "customer_answered"), {"version": version}).status_code == 400
    case.refresh_from_db()
    assert case.state == "trying"


@pytest.mark.parametrize(
    "sent", [{"returns_at": "tomorrow"}, {}, {"returns_at": "2026-11-24T10:00", "note": "长" * 4001}, {"returns_at": "\x00"}]
)
def test_facts_that_cannot_be_read_are_shown_at_their_field(sent, client, agent):
    case = an_unreachable(agent)
    client.force_login(agent)
    response = client.post(step(case, "courier_names_return"), sent | {"version": case.version})
    assert response.status_code == 400
    case.refresh_from_db()
    assert case.version == 1


def test_a_time_is_shop_time(client, agent):
    case = an_unreachable(agent)
    client.force_login(agent)
    assert client.post(step(case, "courier_names_return"), {"version": 1, "returns_at": "2026-11-24T10:00"}).status_code == 302
    case.refresh_from_db()
    assert case.incident.courier_returns_at.isoformat() == "2026-11-24T02:00:00+00:00"


def test_steps_that_only_clocks_take_have_no_page(client, supervisor, agent):
    case = an_unreachable(agent, state="trying")
    client.force_login(supervisor)
    for name in ("give_up", "escalate", "first_attempt_made", "nonsense", "__init__"):
        assert client.get(step(case, name)).status_code == 404
        assert client.post(step(case, name), {"version": case.version}).status_code == 404


@pytest.mark.rule("L6.1")
def test_attempts_are_recorded_and_open_the_window(client, agent):
    case = an_unreachable(agent)
    client.force_login(agent)
    assert client.post(deed(case, "contact"), {"channel": "chat", "outcome": "no_answer", "note": "没人接"}).status_code == 302
    case.refresh_from_db()
    assert case.state == "trying"
    assert ContactAttempt.objects.get().by == agent
    client.post(deed(case, "contact"), {"channel": "fax", "outcome": "no_answer"})
    assert ContactAttempt.objects.count() == 1
    assert "没人接" in client.get(page(case)).content.decode()


@pytest.mark.rule("S7.1")
def test_a_task_is_marked_as_done_there(client, agent, supervisor):
    case = a_refund(agent, approved_by=supervisor)
    task = Task.objects.get(case=case)
    client.force_login(agent)
    address = reverse("admin:refunds_refund_deed", args=[case.pk, "task"])
    client.post(address, {"task": "nonsense"})
    client.post(address, {"task": task.pk + 1})
    task.refresh_from_db()
    assert task.done_at is None
    client.post(address, {"task": task.pk})
    task.refresh_from_db()
    assert task.done_by == agent


def test_a_case_is_taken_and_laid_down(client, agent, agent2):
    case = an_unreachable(agent)
    client.force_login(agent2)
    client.post(deed(case, "take"))
    client.post(deed(case, "laydown"))
    case.refresh_from_db()
    assert case.owner == agent
    client.force_login(agent)
    client.post(deed(case, "laydown"))
    client.force_login(agent2)
    client.post(deed(case, "take"))
    case.refresh_from_db()
    assert case.owner == agent2


def test_deeds_are_posts_and_nothing_else(client, agent):
    case = an_unreachable(agent)
    client.force_login(agent)
    assert client.get(deed(case, "laydown")).status_code == 302
    assert client.post(deed(case, "nonsense")).status_code == 404
    case.refresh_from_db()
    assert case.owner == agent


def test_a_step_is_taken_back_and_a_closed_case_opened_again(client, english, agent, agent2):
    case = an_unreachable(agent, state="settled")
    client.force_login(agent2)
    assert "Only who took the step takes it back, or a lead." in client.get(page(case)).content.decode()
    client.post(deed(case, "stepback"), {"version": case.version})
    case.refresh_from_db()
    assert case.state == "settled"
    client.post(deed(case, "reopen"), {"version": case.version, "note": "顾客又来找了"})
    case.refresh_from_db()
    assert case.state == "answered"
    client.force_login(agent)
    client.post(step(case, "passed_on"), {"version": case.version, "agreed": "改约周日"})
    case.refresh_from_db()
    assert "Take back: Passed on to the courier" in client.get(page(case)).content.decode()
    client.post(deed(case, "stepback"), {"version": case.version})
    case.refresh_from_db()
    assert (case.state, Journal.objects.filter(case=case).order_by("-pk").first().channel) == ("answered", "admin")
