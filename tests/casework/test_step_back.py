"""A step back: who took a step takes it back in time, a lead later, nobody once something happened outside; the journal only grows."""

import datetime as dt

import pytest
from django.utils.translation import override

from casework.actions.advance import advance
from casework.actions.deeds import add_note, finish_task, record_contact
from casework.actions.set_policy import set_policy
from casework.actions.step_back import step_back
from casework.actions.sweep import fire_deadlines
from casework.actions.ways_back import newest, step_back_of
from casework.models import Case, Deadline, Journal, Task
from casework.situation import read_situations
from orders.errors import NotAllowed, NotFound, Stale, StepRefused
from orders.models import Order
from refunds.actions.ask_gift import ask_gift
from tests.builders import a_parcel, a_refund, an_order, an_unreachable
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, facts_of, fresh, last_entry, taken
from tests.refunds.returns import a_return, an_exchange

MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
WITHIN = 10 * MINUTE


@pytest.fixture
def case(agent):
    return an_unreachable(agent, state="trying")


@pytest.fixture
def answered(case, agent):
    return advance(case.pk, "customer_answered", by=acts(agent), at=MONDAY + MINUTE, facts={"answer": "周末在家"})


def clocks(case):
    """The clocks that stand, to the second."""
    rows = Deadline.objects.filter(case=case, status__in=Deadline.STANDING).order_by("kind")
    return list(rows.values("id", "kind", "status", "started_at", "due_at", "wake_at", "paused_at", "left", "ended_at", "late"))


def back(case, by, at=MONDAY + 2 * MINUTE, **given):
    return step_back(case.pk, by=acts(by), at=at, **given)


def refused(case, by, at=MONDAY + 2 * MINUTE):
    """The codes of the reasons; nothing has changed."""
    before = (fresh(case).state, fresh(case).version, clocks(case))
    with pytest.raises((StepRefused, NotAllowed)) as error:
        back(case, by, at)
    assert (fresh(case).state, fresh(case).version, clocks(case)) == before
    return [each.code for each in error.value.reasons]


def test_state_and_clocks_stand_as_the_step_found_them_and_the_journal_has_a_row_more(case, agent):
    stood, rows = clocks(case), list(Journal.objects.filter(case=case).values_list("pk", flat=True))
    advance(case.pk, "customer_answered", by=acts(agent), at=MONDAY + MINUTE, facts={"answer": "周末在家"})
    assert [each["kind"] for each in clocks(case)] == ["reply"]
    after = back(case, agent, note="点错了")
    assert (after.state, fresh(case).state, fresh(case).category, fresh(case).version) == ("trying", "trying", "customer", after.version)
    assert clocks(case) == stood
    entry = last_entry(case)
    assert (entry.step, entry.from_state, entry.to_state, entry.note) == ("step_back", "answered", "trying", "点错了")
    assert (entry.facts["taken_back"], entry.actor) == ("customer_answered", agent)
    assert list(Journal.objects.filter(case=case, pk__in=rows).values_list("pk", flat=True)) == rows
    # The clock of the state that was left has its one end, and the other goes on as if nothing had been.
    fire_deadlines(at=stood[0]["due_at"])
    assert fresh(case).state == "rule_not_kept"


def test_a_closed_case_is_open_again(answered, agent):
    taken(answered, "passed_on", agent, at=MONDAY + MINUTE, agreed="改约周六")
    assert not fresh(answered).is_open
    back(answered, agent)
    assert (fresh(answered).state, fresh(answered).closed_at, fresh(answered).queue) == ("answered", None, "agents")


def test_facts_stand_as_before(agent):
    case = an_incident("logistics_complaint", agent)
    taken(case, "calmed", agent)
    before = facts_of(case).answers
    taken(case, "told_still_looking", agent, told="还在查")
    back(case, agent)
    assert (fresh(case).state, facts_of(case).answers) == ("working", before)
    back(case, agent)
    assert facts_of(case).answers == {}
    assert refused(case, agent) == ["nothing_to_take_back"]


@pytest.mark.parametrize(("seconds", "is_late"), [(-1, False), (0, False), (1, True)])
def test_who_took_the_step_has_so_many_minutes_and_a_lead_has_longer(answered, agent, supervisor, seconds, is_late):
    at = MONDAY + MINUTE + WITHIN + seconds * SECOND
    if not is_late:
        assert back(answered, agent, at).state == "trying"
        return
    assert refused(answered, agent, at) == ["undo_over"]
    assert back(answered, supervisor, at).state == "trying"


def test_the_shop_says_how_long(answered, agent, manager, shop):
    set_policy("undo_within", 1, shop_id=shop.pk, by=acts(manager), at=MONDAY)
    assert refused(answered, agent, MONDAY + 2 * MINUTE + SECOND) == ["undo_over"]


def test_nobody_else_takes_it_back(answered, agent2, warehouse, auditor, outsider):
    for other in (agent2, warehouse, auditor):
        assert refused(answered, other) == ["not_taker"]
    with pytest.raises(NotFound):
        back(answered, outsider)
    assert last_entry(answered).step == "refused:step_back"


def test_an_old_view_of_the_case_takes_nothing_back(answered, agent):
    with pytest.raises(Stale):
        back(answered, agent, version=answered.version - 1)


def test_what_changes_nothing_stands_in_nobodys_way(answered, agent, agent2):
    add_note(answered.pk, note="已联系", by=acts(agent2), at=MONDAY + MINUTE)
    assert back(answered, agent).state == "trying"


# Outside --------------------------------------------------------------------------------------------


def spoken_to(case, agent):
    record_contact(case.pk, channel="phone", outcome="answered", by=acts(agent), at=MONDAY + 2 * MINUTE)


def asked_for_money(case, agent):
    a_refund(agent, order=case.order, at=MONDAY + 2 * MINUTE)


def sent_anew(case, agent):
    parcel = a_parcel(case.order, "73111111111111")
    type(parcel).objects.filter(pk=parcel.pk).update(first_seen_at=MONDAY + 2 * MINUTE)


def imported(case, agent):
    from orders.access import Actor, acting

    with acting(Actor.system("import"), MONDAY + 2 * MINUTE):
        Order.objects.filter(pk=case.order_id).update(status="finished")


@pytest.mark.parametrize(
    ("happens", "code"),
    [(spoken_to, "customer_spoken_to"), (asked_for_money, "money_asked"), (sent_anew, "waybill_made"), (imported, "import_followed")],
)
def test_once_something_happened_outside_nobody_takes_a_step_back(answered, agent, supervisor, happens, code):
    happens(answered, agent)
    for by in (agent, supervisor):
        assert refused(answered, by, MONDAY + 3 * MINUTE) == [code]


def test_what_came_of_a_talk_with_the_customer_is_not_taken_back(case, agent):
    spoken_to(case, agent)
    assert (fresh(case).state, refused(case, agent, MONDAY + 3 * MINUTE)) == ("answered", ["customer_spoken_to"])


def test_what_a_deadline_did_is_not_taken_back(case, supervisor):
    fire_deadlines(at=MONDAY + dt.timedelta(hours=72))
    assert refused(case, supervisor, MONDAY + dt.timedelta(hours=73)) == ["clock_fired"]


def test_a_clock_that_ran_out_meanwhile_fires_first(answered, supervisor):
    with pytest.raises(StepRefused) as error:
        back(answered, supervisor, MONDAY + dt.timedelta(hours=25))
    assert [each.code for each in error.value.reasons] == ["clock_fired"]


def test_a_step_that_wrote_more_than_its_case_says_what(agent):
    case = an_incident("out_of_area", agent)
    taken(case, "did_not_insist", agent)
    taken(case, "no_point", agent, said="无代收点")
    taken(case, "handed_over", agent, waybill="9700000000001", courier="youzhengguonei", postage="prepaid")
    with override("zh-hans"), pytest.raises(StepRefused) as error:
        back(case, agent)
    (reason,) = error.value.reasons
    assert reason.code == "beyond_the_case"
    assert "包裹" in str(reason.text)


@pytest.mark.rule("R1.1")
def test_money_never_goes_a_step_back(agent, supervisor, manager, finance):
    refund = a_refund(agent, approved_by=supervisor)
    assert refused(refund, manager) == ["money_decided"]
    refund = a_refund(agent, approved_by=supervisor, paid_by=finance)
    assert refused(refund, manager) == ["money_decided"]
    for task in Task.objects.filter(case=refund, done_at=None):
        finish_task(refund.pk, task.pk, by=acts(agent), at=MONDAY)
    advance(refund.pk, "customer_told", by=acts(agent), at=MONDAY + MINUTE)
    assert "money_approved" in refused(refund, manager)


@pytest.mark.rule("S4.3")
def test_who_agreed_to_something_stays_on_record(agent, shop):
    order = an_order(shop, status="wait_ship", shipped_at=None)
    wish = {"order": order.number, "what": "样例护手霜", "pieces": 1, "worth": "5.00"}
    gift = ask_gift(wish, by=acts(agent), at=MONDAY)
    taken(gift, "agree", agent)
    assert refused(gift, agent) == ["four_eyes"]


@pytest.mark.rule("S4.3")
def test_who_asked_does_not_take_back_what_another_lead_said_to_it(supervisor, manager, shop):
    order = an_order(shop, status="wait_ship", shipped_at=None)
    wish = {"order": order.number, "what": "样例礼盒", "pieces": 1, "worth": "500.00"}
    gift = ask_gift(wish, by=acts(supervisor), at=MONDAY)
    taken(gift, "ask_the_lead", supervisor)
    taken(gift, "lead_refuses", manager, note="太贵")
    assert refused(gift, supervisor) == ["four_eyes"]
    assert back(gift, manager).state == "with_lead"


@pytest.mark.rule("R5.4")
@pytest.mark.parametrize(("first", "second"), [(a_return, an_exchange), (an_exchange, a_return)])
def test_what_is_called_off_is_not_asked_for_a_second_time_by_a_step_back(agent, supervisor, first, second):
    called_off = first(agent)
    taken(called_off, "call_off", agent, note="顾客留下了")
    second(agent, order=called_off.order)
    for by in (agent, supervisor):
        assert refused(called_off, by) == ["stays_closed"]


def open_tasks(case):
    return set(Task.objects.filter(case=case, done_at=None).values_list("kind", flat=True))


def test_a_question_that_the_step_asked_is_dropped(agent):
    case = an_incident("no_record", agent)
    stood = clocks(case)
    taken(case, "ask_the_print_clerk", agent)
    assert open_tasks(case) == {"courier_changed"}
    back(case, agent)
    assert (fresh(case).state, open_tasks(case), clocks(case)) == ("to_check", set(), stood)
    assert Task.objects.get(case=case).is_dropped


def test_a_task_that_the_step_made_pointless_is_to_be_done_again(agent):
    case = an_incident("logistics_complaint", agent)
    task = Task.objects.create(case=case, kind="extend_receipt", title="延长收货", role="agent", created_at=MONDAY)
    Deadline.objects.create(case=case, kind=task.clock_kind, started_at=MONDAY, due_at=MONDAY + MINUTE * 90, wake_at=MONDAY + MINUTE * 90)
    stood = clocks(case)
    taken(case, "told_result", agent, told="今天派送", why_skipped="顾客自己查到了")
    assert (fresh(case).is_open, open_tasks(case), clocks(case)) == (False, set(), [])
    back(case, agent)
    assert (fresh(case).is_open, open_tasks(case), clocks(case)) == (True, {"extend_receipt"}, stood)


# Doors ----------------------------------------------------------------------------------------------


def test_the_api_offers_it_with_its_reasons_and_does_it(answered, agent, agent2):
    shown = program(agent2).get(f"cases/{answered.pk}/").json()["step_back"]
    assert (shown["allowed"], [each["code"] for each in shown["reasons"]]) == (False, ["not_taker"])
    api, noon = program(agent), {"X-Test-Now": (MONDAY + 2 * MINUTE).isoformat()}
    shown = api.get(f"cases/{answered.pk}/", **noon).json()["step_back"]
    assert (shown["allowed"], shown["step"]) == (True, "customer_answered")
    body = {"version": answered.version, "note": "点错了"}
    assert api.post(f"cases/{answered.pk}/step-back/", {}, **noon).json()["field"] == "version"
    done = api.post(f"cases/{answered.pk}/step-back/", body, **noon)
    assert (done.status_code, done.json()["state"]) == (200, "trying")
    assert api.post(f"cases/{answered.pk}/step-back/", body, **noon).status_code == 409
    assert Case.objects.get(pk=answered.pk).state == "trying"


def test_a_case_that_closed_stays_closed_while_another_of_its_kind_is_open(answered, agent):
    taken(answered, "passed_on", agent, at=MONDAY + MINUTE, agreed="改约周六")
    another = an_unreachable(agent, at=MONDAY + MINUTE, order=answered.order)
    assert refused(answered, agent) == ["already_open"]
    case = fresh(answered)
    way = step_back_of(case, read_situations([case], now=MONDAY + 2 * MINUTE, actor=acts(agent))[case.pk], acts(agent), newest(case))
    assert (way.allowed, another.number in str(way.reasons[0].text)) == (False, True), "so nobody is offered it"
