"""L0 Every logistics complaint: the order of work, what is skipped is seen, and the customer is told within a day."""

import datetime as dt

import pytest

from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.situation import read_situations
from logistics.models import Inquiry
from logistics.work import order_of_work
from orders.errors import Malformed, StepRefused
from orders.models import Order
from orders.vault import seal
from tests.builders import an_order
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, facts_of, fresh, hours, last_entry, parcel_of, running, state_of, taken

SECOND = dt.timedelta(seconds=1)
SAME = {"customer": "told", "order": "same", "waybill": "not_on_file"}
WORK = [
    ("calmed", {}),
    ("recorded", {"happened": "三天没收到", "wanted": "尽快送到"}),
    ("confirmed", {"address": "on_file", "phone": "on_file"}),
    ("compared", SAME),
    ("courier_asked", {"whom": "courier", "way": "phone", "answer": "在网点，今天派"}),
]


@pytest.fixture
def case(agent):
    case = an_incident("logistics_complaint", agent)
    Order.objects.filter(pk=case.order_id).update(street_enc=seal("样例路1号"), phone_enc=seal("13800138000"))
    return fresh(case)


def worked(case, agent, *left_out):
    for step, facts in WORK:
        if step not in left_out:
            taken(case, step, agent, **facts)
    return fresh(case)


def seen(case):
    case = fresh(case)
    case.facts = facts_of(case)
    return [(bool(each.done_at), each.is_skipped) for each in order_of_work(case)]


@pytest.mark.rule("L0.1")
@pytest.mark.rule("L0.5")
def test_the_order_of_work_is_done_step_by_step_and_each_leaves_its_record(case, agent):
    assert seen(case) == [(True, False)] + 6 * [(False, False)]
    for number, (step, facts) in enumerate(WORK, 2):
        taken(case, step, agent, **facts)
        assert last_entry(case).step == step
        assert seen(case) == number * [(True, False)] + (7 - number) * [(False, False)]
    assert Inquiry.objects.get(case=case).answer == "在网点，今天派"
    taken(case, "told_result", agent, told="今天派送")
    assert (state_of(case), seen(case), last_entry(case).facts["skipped"]) == ("answered", 7 * [(True, False)], [])


@pytest.mark.rule("L0.1")
def test_what_is_skipped_is_seen_at_once_and_can_still_be_done(case, agent):
    worked(case, agent, "confirmed", "compared")
    assert seen(case)[3:5] == [(False, True), (False, True)]
    case = fresh(case)
    why = case.why_here(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])
    assert "比对" in why
    taken(case, "compared", agent, **SAME)
    assert seen(case)[3:5] == [(False, True), (True, False)]


@pytest.mark.rule("L0.1")
def test_a_result_without_the_whole_work_says_why(case, agent):
    taken(case, "calmed", agent)
    with pytest.raises(Malformed) as refused:
        taken(case, "told_result", agent, told="查到了")
    assert (refused.value.field, state_of(case)) == ("why_skipped", "working")
    taken(case, "told_result", agent, told="查到了", why_skipped="顾客自己找到了")
    assert last_entry(case).facts["skipped"] == ["recorded", "confirmed", "compared", "asked"]
    assert seen(case)[2:6] == 4 * [(False, True)]


@pytest.mark.rule("L0.1")
def test_each_check_is_done_once(case, agent):
    taken(case, "calmed", agent)
    with pytest.raises(StepRefused) as refused:
        taken(case, "calmed", agent)
    assert [each.code for each in refused.value.reasons] == ["not_done_yet"]


@pytest.mark.rule("L0.1")
@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [({"address": "asked", "phone": "on_file"}, "address", "on_record"), ({"address": "on_file", "phone": "asked"}, "phone", "on_record")],
)
def test_nothing_is_asked_that_the_record_holds(case, agent, facts, field, code):
    with pytest.raises(Malformed) as refused:
        taken(case, "confirmed", agent, **facts)
    assert (refused.value.field, refused.value.code) == (field, code)


@pytest.mark.rule("L0.1")
def test_what_the_record_does_not_hold_is_asked_and_compared_with_nothing(case, agent):
    Order.objects.filter(pk=case.order_id).update(street_enc=None, phone_enc=None, province="", city="", district="")
    with pytest.raises(Malformed) as refused:
        taken(case, "confirmed", agent, address="on_file", phone="asked")
    assert (refused.value.field, refused.value.code) == ("address", "not_on_record")
    taken(case, "confirmed", agent, address="asked", phone="asked")
    with pytest.raises(Malformed) as refused:
        taken(case, "compared", agent, **SAME)
    assert (refused.value.field, refused.value.code) == ("order", "not_on_record")
    taken(case, "compared", agent, **SAME | {"order": "not_on_file"})
    assert facts_of(case).answers["addresses"]["order"] == "not_on_file"


@pytest.mark.rule("L0.2")
@pytest.mark.rule("L0.3")
def test_the_customer_is_told_within_a_day_even_that_it_is_still_looked_for(case, agent):
    assert running(case, "reply").due_at == MONDAY + hours(24)
    taken(case, "told_still_looking", agent, at=MONDAY + hours(2), told="还在查")
    assert (state_of(case), running(case, "tell_again").due_at) == ("looking", MONDAY + hours(26))
    fire_deadlines(at=MONDAY + hours(26) - SECOND)
    assert state_of(case) == "looking"
    fire_deadlines(at=MONDAY + hours(26))
    assert (state_of(case), running(case, "reply").due_at) == ("working", MONDAY + hours(50))


@pytest.mark.rule("L0.1")
def test_what_has_its_own_chapter_goes_on_there(case, agent):
    with pytest.raises(StepRefused) as refused:
        taken(case, "passed_on", agent)
    assert [each.code for each in refused.value.reasons] == ["has_a_case_of_its_own"]
    other = open_case("stalled", by=acts(agent), at=MONDAY, waybill=parcel_of(case).waybill)
    taken(case, "passed_on", agent)
    assert (state_of(case), last_entry(case).facts["cases"]) == ("passed_on", [other.number])


@pytest.mark.rule("L0.1")
def test_an_order_without_a_parcel_can_be_complained_of_too(agent, shop):
    order = an_order(shop)
    case = open_case("logistics_complaint", by=acts(agent), at=MONDAY, order=order.number)
    assert (case.subject, case.order_id) == (f"order:{order.pk}", order.pk)


@pytest.mark.rule("L0.1")
def test_the_page_shows_the_order_of_work(case, agent, client):
    worked(case, agent, "confirmed")
    client.force_login(agent)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert page.count("已跳过") == 1
    assert "面单地址" in page
