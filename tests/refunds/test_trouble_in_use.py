"""P1 Trouble in use: causes are ruled out one by one; use is explained, quality is made good and told to the department."""

import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from django.utils.translation import override

from casework.actions.deeds import record_contact
from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case
from casework.situation import read_situations
from orders.errors import Malformed, NotAllowed, NotFound, Refused, StepRefused
from refunds.actions.ask_compensation import ask_compensation
from refunds.actions.ask_return import ask_exchange, ask_return
from refunds.models import CauseLookedAt, QualityFault
from tests.cast import MONDAY, acts
from tests.logistics.incidents import facts_of, fresh, hours, last_entry, running, state_of, taken
from tests.page import browser_of, text_of
from tests.refunds.returns import a_delivered_order, inspected

SECOND = dt.timedelta(seconds=1)
USE = {"cause": "没有充满电", "how": "充满后再试", "came_of_it": "is_it"}
NOT_IT = {"cause": "开关没打开", "how": "视频里看到开关是开的", "came_of_it": "ruled_out"}


def a_trouble(agent, state="to_ask", **order):
    order = a_delivered_order(agent.memberships.get().shop, lines=("60.00", "40.00"), quantity=2, **order)
    case = open_case("trouble_in_use", by=acts(agent), at=MONDAY, order=order.number)
    walk = {"to_ask": [], "ruling_out": ["asked"], "to_explain": ["asked", "use"], "to_settle": ["asked", "quality"]}[state]
    for each in walk:
        WALK[each](case, agent)
    return fresh(case)


def asked(case, agent):
    line = case.order.lines.order_by("position")[0]
    taken(case, "asked", agent, items=[{"line": line.pk, "quantity": 1}], trouble="充不进电", since="昨天开始")


def use(case, agent):
    taken(case, "cause_looked_at", agent, **USE)
    taken(case, "it_is_use", agent)


def quality(case, agent):
    taken(case, "cause_looked_at", agent, **NOT_IT)
    taken(case, "it_is_quality", agent)


WALK = {"asked": asked, "use": use, "quality": quality}


def codes(refused):
    return [each.code for each in refused.value.reasons]


def message_of(case, agent):
    return case.contact_message(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])


def the_wish(case, **more):
    line = case.order.lines.order_by("position")[0]
    return {"case": case.pk, "lines": [{"line": line.pk, "quantity": 1}], "why": "quality"} | more


@pytest.mark.rule("P1.1")
def test_the_customer_is_asked_within_a_day_and_what_they_say_is_recorded(agent):
    case = a_trouble(agent)
    assert running(case, "reply").due_at == MONDAY + hours(24)
    asked(case, agent)
    assert (state_of(case), last_entry(case).facts["trouble"]) == ("ruling_out", "充不进电")
    assert "×1" in last_entry(case).facts["pieces"]


@pytest.mark.rule("P1.1")
@pytest.mark.parametrize(("pick", "code"), [(0, "bad_quantity"), (1, "bad_line")])
def test_only_what_was_ordered_gives_trouble(agent, pick, code):
    case = a_trouble(agent)
    line = [case.order.lines.first(), a_delivered_order(case.shop).lines.get()][pick]
    with pytest.raises(Malformed) as refused:
        taken(case, "asked", agent, items=[{"line": line.pk, "quantity": 3}], trouble="坏了")
    assert (refused.value.code, state_of(case)) == (code, "to_ask")


@pytest.mark.rule("P1.1")
def test_causes_are_ruled_out_one_by_one_and_none_is_overwritten(agent, agent2):
    case = a_trouble(agent, "ruling_out")
    for step, code in [("it_is_use", "cause_is_found"), ("it_is_quality", "some_are_ruled_out")]:
        with pytest.raises(StepRefused) as refused:
            taken(case, step, agent)
        assert codes(refused) == [code]
    taken(case, "cause_looked_at", agent, **NOT_IT)
    taken(case, "cause_looked_at", agent2, at=MONDAY + hours(1), **USE)
    rows = CauseLookedAt.objects.filter(case=case)
    assert [(each.cause, each.verdict, each.by) for each in rows] == [("开关没打开", "ruled_out", agent), ("没有充满电", "is_it", agent2)]
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows.update(verdict="unclear")
    page = text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    shown = page[page.rindex("Causes looked at") :]
    assert shown.index("开关没打开") < shown.index("没有充满电")


@pytest.mark.rule("P1.1")
@pytest.mark.parametrize("missing", ["cause", "how", "came_of_it"])
def test_a_cause_says_how_it_was_looked_at_and_what_came_of_it(agent, missing):
    case = a_trouble(agent, "ruling_out")
    with pytest.raises(Malformed) as refused:
        taken(case, "cause_looked_at", agent, **{name: value for name, value in USE.items() if name != missing})
    assert (refused.value.field, CauseLookedAt.objects.count()) == (missing, 0)


@pytest.mark.rule("P1.1")
@pytest.mark.parametrize(("late", "state"), [(-SECOND, "trying"), (SECOND * 0, "ruling_out"), (SECOND, "ruling_out")])
def test_who_tries_something_out_is_asked_again_after_two_days(agent, late, state):
    case = a_trouble(agent, "ruling_out")
    taken(case, "to_try", agent, what="充满电再开机")
    fire_deadlines(at=MONDAY + hours(48) + late)
    assert state_of(case) == state


@pytest.mark.rule("P1.1")
def test_an_answer_brings_it_back_to_its_owner(agent):
    case = a_trouble(agent, "ruling_out")
    taken(case, "to_try", agent, what="充满电再开机")
    record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY + hours(2))
    assert state_of(case) == "ruling_out"


@pytest.mark.rule("P1.1")
def test_use_is_explained_and_the_customer_may_come_back_any_time(agent):
    case = a_trouble(agent, "to_explain")
    with override("en"):
        assert "come back to us any time" in message_of(case, agent)
    steps = "1. 充满电 2. 长按三秒"
    with pytest.raises(StepRefused) as refused:
        taken(case, "explained", agent, steps=steps)
    assert codes(refused) == ["customer_has_answered"]
    record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY)
    taken(case, "explained", agent, steps=steps)
    assert (state_of(case), last_entry(case).facts["steps"], facts_of(case).fault) == ("explained", steps, "")
    open_case("trouble_in_use", by=acts(agent), at=MONDAY + hours(1), order=case.order.number)


@pytest.mark.rule("P1.2")
def test_quality_is_at_our_cost_and_stands_on_the_departments_list(agent):
    case = a_trouble(agent, "to_settle")
    fault = QualityFault.objects.get()
    assert (fault.case_id, fault.line, fault.quantity, fault.given_at) == (case.pk, case.order.lines.order_by("position")[0], 1, None)
    assert (facts_of(case).fault, facts_of(case).freight_payer, facts_of(case).freight_rule) == ("shop", "shop", "R3.1")
    assert running(case, "settle").due_at == MONDAY + hours(24)
    with override("en"):
        assert "We pay the return postage: you advance it" in message_of(case, agent)


@pytest.mark.rule("P1.2")
def test_nothing_is_made_good_before_it_is_known_to_be_quality(agent):
    case = a_trouble(agent, "ruling_out")
    with pytest.raises(StepRefused) as refused:
        ask_return(the_wish(case), by=acts(agent), at=MONDAY)
    assert codes(refused) == ["not_quality_yet"]


@pytest.mark.rule("R5.3")
def test_a_return_at_our_cost_reports_the_fault_once(agent, warehouse):
    case = a_trouble(agent, "to_settle")
    back = ask_return(the_wish(case), by=acts(agent), at=MONDAY)
    assert (state_of(case), facts_of(back).freight_payer, facts_of(back).freight_rule) == ("mending", "shop", "R3.1")
    inspected(fresh(back), warehouse)
    assert QualityFault.objects.get().case_id == case.pk
    assert verify_invariants() == []


@pytest.mark.rule("P1.2")
def test_an_exchange_or_a_compensation_makes_it_good_as_well(agent):
    case = a_trouble(agent, "to_settle")
    ask_exchange(the_wish(case), by=acts(agent), at=MONDAY)
    other = a_trouble(agent, "to_settle")
    given = {"case": other.pk, "amount": "5.00", "reason": "quality", "ground": "photo_checked"}
    ask_compensation(given | {"payee": {"channel": "small_payment"}}, by=acts(agent), at=MONDAY)
    assert (state_of(case), state_of(other)) == ("mending", "mending")
    with pytest.raises(StepRefused) as refused:
        ask_return(the_wish(other), by=acts(agent), at=MONDAY)
    assert codes(refused) == ["being_mended"]


@pytest.mark.rule("P1.1")
@pytest.mark.parametrize("state", ["ruling_out", "to_explain"])
def test_whoever_is_not_heard_of_any_more_keeps_no_case_open(agent, state):
    case = a_trouble(agent, state)
    assert taken(case, "nothing_wanted", agent, note="顾客说好了").state == "nothing_wanted"


@pytest.mark.rule("P1.2")
def test_who_wants_nothing_gets_nothing_and_the_report_stays(agent):
    case = a_trouble(agent, "to_settle")
    taken(case, "nothing_wanted", agent, note="顾客自己换了电池")
    assert (state_of(case), QualityFault.objects.count()) == ("nothing_wanted", 1)


def test_one_case_an_order_found_by_its_parcel_as_well(agent, outsider, warehouse):
    case = a_trouble(agent)
    waybill = case.order.parcels.get().waybill
    for by, error in [(agent, Refused), (outsider, NotFound), (warehouse, NotAllowed)]:
        with pytest.raises(error):
            open_case("trouble_in_use", by=acts(by), at=MONDAY, waybill=waybill)
    assert Case.objects.count() == 1
