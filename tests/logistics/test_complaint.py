"""S3.2 Complaints: the cause first, an answer within a day, the department is told, a lead hears of serious ones at once, a record closes it."""

import datetime as dt

import pytest
from django.utils import translation

from casework.actions.deeds import finish_task
from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.models import Deadline, Outbox, Task
from casework.situation import read_situations
from logistics.kinds.complaint import ANSWERS, CAUSED_HERE, WAYS, Cause
from logistics.models import Complaint
from orders.errors import Malformed, NotAllowed, NotFound, Refused, StepRefused
from refunds.models import Compensation
from tests.builders import a_compensation, an_order
from tests.cast import MONDAY, acts
from tests.logistics.incidents import facts_of, fresh, hours, last_entry, running, state_of, taken

SECOND = dt.timedelta(seconds=1)
RECORD = {"analysis": "客服没看订单备注", "measure": "开班前看备注"}
BACK = {"hand_back", "hand_back_to_answer", "hand_back_to_mend", "hand_back_while_mended", "hand_back_to_record"}
pytestmark = pytest.mark.rule("S3.2")


@pytest.fixture
def case(agent, shop):
    order = an_order(shop, freight="8.00", waybill="74100000000001")
    return open_case("complaint", by=acts(agent), at=MONDAY, order=order.number, note="顾客投诉客服态度")


def settled(case, agent, cause="ours", **changes):
    department = {"department": "客服部"} if cause in CAUSED_HERE else {}
    return taken(case, "cause_settled", agent, **({"cause": cause, "finding": "聊天记录属实"} | department | changes))


def mended(case, agent):
    """Answered, with the department told: what is left is to make it good."""
    settled(case, agent)
    for task in Task.objects.filter(case=case, done_at=None):
        finish_task(case.pk, task.pk, by=acts(agent), at=MONDAY)
    return taken(case, "answered", agent, told="已道歉")


def test_every_cause_has_its_way_and_its_answer():
    assert set(WAYS) == set(ANSWERS) == set(Cause)


def test_it_is_about_the_order_also_by_the_waybill_of_its_parcel(case, agent, outsider):
    assert (case.subject, case.order_id, facts_of(case).parcel_id) == (f"order:{case.order_id}", case.order_id, None)
    with pytest.raises(Refused) as refused:
        open_case("complaint", by=acts(agent), at=MONDAY, waybill="74100000000001")
    assert (refused.value.code, refused.value.extra["number"]) == ("already_open", case.number)
    for key, field in (({"order": "404"}, "order"), ({"waybill": "404"}, "waybill")):
        with pytest.raises(NotFound) as unknown:
            open_case("complaint", by=acts(agent), at=MONDAY, **key)
        assert unknown.value.field == field


@pytest.mark.parametrize(("seconds", "status"), [(-1, "open"), (0, "over"), (1, "over")])
def test_the_customer_is_answered_within_a_day_whoever_has_the_case(case, agent, seconds, status):
    taken(case, "serious", agent, note="扬言曝光")
    assert running(case, "reply").due_at == MONDAY + hours(24)
    fire_deadlines(at=MONDAY + hours(24) + seconds * SECOND)
    assert Deadline.objects.get(case=case, kind="reply").status == status


def test_nothing_is_answered_before_the_cause_is_settled(case, agent):
    for step, facts in (("answered", {"told": "x"}), ("explained", {"told": "x"}), ("recorded", RECORD)):
        with pytest.raises(StepRefused):
            taken(case, step, agent, **facts)
    with pytest.raises(StepRefused) as refused:
        a_compensation(agent, order=case.order, case=case.pk)
    assert [each.code for each in refused.value.reasons] == ["cause_not_settled"]


@pytest.mark.parametrize(("cause", "step"), [("ours", "answered"), ("handling", "answered"), ("quality", "answered"), ("use", "explained")])
def test_each_cause_has_its_way_and_no_other(case, agent, cause, step):
    settled(case, agent, cause)
    other = {"answered": "explained", "explained": "answered"}[step]
    with pytest.raises(StepRefused) as refused:
        taken(case, other, agent, told="x")
    assert str(Cause(cause).label) in str(refused.value.reasons[0].text)
    taken(case, step, agent, told="已回复")
    assert state_of(case) == {"answered": "to_mend", "explained": "to_record"}[step]
    assert not Deadline.objects.filter(case=case, kind="reply", status="open").exists()


@pytest.mark.parametrize(
    ("cause", "fault", "payer"), [("ours", "shop", "shop"), ("handling", "warehouse", "shop"), ("quality", "shop", "shop"), ("use", "", "")]
)
def test_the_cause_says_who_is_at_fault_and_who_pays_freight(case, agent, cause, fault, payer):
    settled(case, agent, cause)
    assert (facts_of(case).fault, facts_of(case).freight_payer) == (fault, payer)


@pytest.mark.rule("R5.3")
def test_the_department_that_caused_it_is_told_with_what_was_found(case, agent):
    with pytest.raises(Malformed) as refused:
        settled(case, agent, department="")
    assert refused.value.field == "department"
    settled(case, agent, finding="顾客手机13800138000，聊天记录属实")
    task = Task.objects.get(case=case)
    assert (task.rule, "客服部" in task.title, case.number in task.text, "聊天记录属实" in task.text) == ("S3.2", True, True, True)
    assert "13800138000" not in task.text + str(facts_of(case).answers)
    taken(case, "answered", agent, told="已道歉")
    taken(case, "nothing_wanted", agent, note="顾客接受道歉")
    with pytest.raises(StepRefused) as open_still:
        taken(case, "recorded", agent, **RECORD)
    assert [each.code for each in open_still.value.reasons] == ["open_tasks"]


def test_where_nobody_of_us_caused_it_there_is_no_department(case, agent):
    with pytest.raises(Malformed) as refused:
        settled(case, agent, "not_ours", department="仓库")
    assert (refused.value.code, state_of(case)) == ("no_department", "to_settle")
    settled(case, agent, "not_ours")
    assert not Task.objects.filter(case=case).exists()


def test_a_serious_one_goes_to_a_lead_at_once_who_settles_it(case, agent, supervisor):
    taken(case, "serious", agent, note="顾客受伤")
    letter = Outbox.objects.get(topic="notice")
    assert (letter.payload["to"], letter.payload["about"], fresh(case).queue) == ("leads", "serious_complaint", "leads")
    facts = {"cause": "quality", "finding": "扣件断裂", "department": "品控部"}
    with pytest.raises(NotAllowed):
        taken(case, "lead_settles", agent, **facts)
    taken(case, "lead_settles", supervisor, **facts)
    assert state_of(case) == "to_answer"


def open_tasks(case):
    return list(Task.objects.filter(case=case, done_at=None))


def brought_to(state, case, agent):
    """The complaint in a state where an agent works, on the shortest way."""
    if state != "to_settle":
        settled(case, agent)
    if state in ("to_mend", "mending", "to_record"):
        taken(case, "answered", agent, told="已道歉")
    if state == "mending":
        return a_compensation(agent, order=case.order, case=case.pk)
    return taken(case, "nothing_wanted", agent, note="顾客接受道歉") if state == "to_record" else None


@pytest.mark.parametrize(
    ("state", "back"),
    [
        ("to_settle", "hand_back"),
        ("to_answer", "hand_back_to_answer"),
        ("to_mend", "hand_back_to_mend"),
        ("mending", "hand_back_while_mended"),
        ("to_record", "hand_back_to_record"),
    ],
)
def test_wherever_an_agent_works_it_may_turn_out_serious_and_goes_back_to_where_it_stood(case, agent, supervisor, state, back):
    brought_to(state, case, agent)
    tasks = open_tasks(case)
    taken(case, "serious", agent, note="顾客说要曝光")
    assert (state_of(case), fresh(case).queue, open_tasks(case)) == ("with_lead", "leads", tasks)
    assert Outbox.objects.filter(topic="notice", payload__about="serious_complaint").count() == 1
    assert running(case, "reply").due_at == MONDAY + hours(24)
    for other in BACK - {back}:
        with pytest.raises(StepRefused):
            taken(case, other, supervisor, note="照旧")
    taken(case, back, supervisor, note="照旧")
    assert (state_of(case), open_tasks(case)) == (state, tasks)


def test_a_remedy_that_ends_while_a_lead_has_it_is_known_when_it_goes_back(case, agent, supervisor):
    child = brought_to("mending", case, agent)
    taken(case, "serious", agent, note="顾客说要曝光")
    with pytest.raises(StepRefused) as refused:
        taken(case, "lead_settles", supervisor, cause="use", finding="用法不对")
    assert [each.code for each in refused.value.reasons] == ["not_remedy_is_open"]
    paid = Compensation(state=next(iter(Compensation.MADE_GOOD)))
    assert Complaint.objects.get(pk=case.pk).step_after_child(paid) == "made_good_with_lead"
    taken(child, "reject", supervisor, reason="先补证据")
    assert state_of(case) == "with_lead"
    taken(case, "hand_back_to_mend", supervisor, note="换一种办法")
    assert state_of(case) == "to_mend"


def test_a_lead_who_finds_the_same_leaves_the_departments_task_and_another_cause_replaces_it(case, agent, supervisor):
    settled(case, agent)
    (task,) = open_tasks(case)
    facts = {"cause": "ours", "finding": "聊天记录属实", "department": "客服部"}
    taken(case, "serious", agent, note="顾客说要曝光")
    taken(case, "lead_settles", supervisor, **facts)
    assert (state_of(case), open_tasks(case), facts_of(case).fault) == ("to_answer", [task], "shop")
    taken(case, "serious", agent, note="顾客说要曝光")
    taken(case, "lead_settles", supervisor, **(facts | {"cause": "handling", "department": "仓库"}))
    (other,) = open_tasks(case)
    assert ("仓库" in other.title, facts_of(case).fault, Task.objects.get(pk=task.pk).is_dropped) == (True, "warehouse", True)


def test_quality_is_returned_or_exchanged_and_nothing_else(case, agent):
    settled(case, agent, "quality")
    taken(case, "answered", agent, told="退换都可以")
    case = Complaint.objects.get(pk=case.pk)
    at = read_situations([case], now=MONDAY, actor=acts(agent))[case.pk]
    allowed = [kind for kind in case.REMEDIES if not case.why_no_child(kind, at)]
    assert allowed == ["return_goods", "exchange"]


def test_the_case_waits_for_its_remedy_and_a_record_closes_it(case, agent, supervisor):
    mended(case, agent)
    child = a_compensation(agent, order=case.order, case=case.pk)
    assert state_of(case) == "mending"
    taken(child, "reject", supervisor, reason="先补证据")
    assert state_of(case) == "to_mend"
    taken(case, "nothing_wanted", agent, note="顾客不要了")
    assert running(case, "record").due_at == MONDAY + hours(72)
    taken(case, "recorded", agent, **RECORD)
    assert (state_of(case), fresh(case).is_open) == ("recorded", False)
    assert facts_of(case).answers["complaint"]["analysis"] == RECORD["analysis"]
    assert last_entry(case).facts == RECORD


def test_another_cause_is_settled_anew_and_nobody_is_told_of_the_old_one(case, agent):
    settled(case, agent)
    taken(case, "settle_anew", agent, note="是用法问题")
    assert (state_of(case), facts_of(case).fault, Task.objects.get(case=case).is_dropped) == ("to_settle", "", True)
    settled(case, agent, "use")
    assert state_of(case) == "to_answer"


def test_the_message_says_what_the_cause_asks_for_and_promises_no_money(case, agent):
    def message():
        found = Complaint.objects.get(pk=case.pk)
        return found.contact_message(read_situations([found], now=MONDAY, actor=acts(agent))[case.pk])

    assert case.order.number in message()
    with translation.override("zh-hans"):
        settled(case, agent, "quality")
        assert "退货" in message()
        assert "退款" not in message()
