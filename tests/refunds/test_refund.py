"""R1, R2 A refund from the request to the customer who knows: who decides, within which limit, and what the clocks do."""

import datetime as dt
from decimal import Decimal

import pytest

from casework.actions.advance import advance
from casework.actions.deeds import finish_task
from casework.actions.set_policy import set_policy
from casework.actions.sweep import fire_deadlines
from casework.models import Case, Deadline, Journal, Ledger, Policy, Task
from casework.reading import read_case, timeline
from orders.clock import wall_clock
from orders.errors import Malformed, NotAllowed, NotFound, Refused, StepRefused
from orders.models import Order, PlatformRefund
from orders.roles import Role
from refunds.actions.ask import ask_refund
from refunds.models import Approval, ApproverDay, Ending, Payout, Refund
from refunds.receivers import follow_platform_requests
from tests.builders import a_refund, a_requested_refund, a_wish, an_order
from tests.cast import MONDAY, acts, by_token, make_user

pytestmark = pytest.mark.usefixtures("database_clock")

SECOND = dt.timedelta(seconds=1)
WHY = {"reason": "照片不清楚"}
PEOPLE = ["agent", "supervisor", "manager", "finance", "warehouse", "printclerk", "auditor", "admin"]
PAYEE = {"channel": "alipay", "account": "13800138000", "name": "何大明"}
FACTS = {
    "reject": WHY,
    "send_back": WHY,
    "revoke": WHY,
    "record_payout": {"platform_number": "PAY0001", "paid_at": "2026-11-23T10:00:00+08:00"},
}


def hours(number):
    return dt.timedelta(hours=number)


def take(case, step, by, at=MONDAY, **facts):
    return advance(case.pk, step, by=acts(by, stepped_up_at=at), at=at, note="说明", facts=facts or FACTS.get(step))


def again(case, by, amount="30.00", at=MONDAY, **changes):
    wish = {name: value for name, value in a_wish(case.order, amount, **changes).items() if name != "order"}
    return advance(case.pk, "ask_again", by=acts(by), at=at, facts={"request": wish})


def reasons(case, step, by, at=MONDAY, **facts):
    with pytest.raises(StepRefused) as refused:
        take(case, step, by, at, **facts)
    return [each.code for each in refused.value.reasons]


def money_of(case):
    order = Order.objects.get(pk=case.order_id)
    return order.reserved, order.refunded, order.approved_total


def fresh(case):
    return Case.objects.get(pk=case.pk)


def clock(case, kind):
    return Deadline.objects.filter(case=case, kind=kind).order_by("-pk").first()


def paid_and_memo_written(case, agent):
    task = Task.objects.get(case=case)
    finish_task(case.pk, task.pk, by=acts(agent), at=MONDAY)


WALKS = {
    "requested": [],
    "asked": [],
    "sent_back": ["send_back"],
    "lapsed": ["approve", "revoke"],
    "to_pay": ["approve"],
    "paying": ["approve", "pay"],
    "paid": ["approve", "record_payout"],
    "rejected": ["reject"],
    "withdrawn": ["withdraw"],
    "settled": ["approve", "record_payout", "memo", "customer_told"],
}


@pytest.fixture
def walk(agent, supervisor, finance, settings):
    """A refund that agent asked, walked to a state by supervisor and finance. Nobody asks Alipay here."""
    settings.ALIPAY_APP_ID = settings.ALIPAY_KEYS = "configured"
    actors = {"send_back": supervisor, "approve": supervisor, "revoke": supervisor, "reject": supervisor}
    actors |= {"record_payout": finance, "pay": finance}

    def to(state, **options):
        if state == "requested":
            case = a_requested_refund(agent.memberships.get().shop)
        else:
            case = a_refund(agent, **({"payee": PAYEE} if state == "paying" else {}) | options)
        for step in WALKS[state]:
            if step == "memo":
                paid_and_memo_written(case, agent)
            else:
                case = take(case, step, actors.get(step, agent))
        assert case.state == state
        return case

    return to


# R1.1 Who ------------------------------------------------------------------------------------------


@pytest.mark.rule("R1.1", "R1.2")
@pytest.mark.parametrize("name", ["supervisor", "manager"])
def test_a_lead_who_did_not_ask_approves(request, agent, name):
    lead = request.getfixturevalue(name)
    case = take(a_refund(agent), "approve", lead)
    assert (case.state, case.category, case.queue) == ("to_pay", "open", "finance")
    approval = Approval.objects.get()
    assert (approval.decided_by, approval.asked_by, approval.amount, approval.cumulated) == (lead, agent, 30, 30)
    assert (approval.decided_at, approval.valid_until) == (MONDAY, MONDAY + hours(72))
    assert money_of(case) == (30, 0, 30)
    entry = timeline(case).last()
    assert (entry.step, entry.from_state, entry.to_state, entry.actor, entry.role) == ("approve", "asked", "to_pay", lead, name)
    assert entry.facts == {"amount": "30.00", "version": 1}


@pytest.mark.rule("R1.2")
def test_the_clock_of_an_approval_ends_when_the_database_says_that_it_ends(agent, supervisor, wall_clock_database):
    a_while_ago = wall_clock() - dt.timedelta(minutes=5)
    case = a_refund(agent, at=a_while_ago)
    take(case, "approve", supervisor, at=a_while_ago)
    approval, deadline = Approval.objects.get(), clock(case, "approval")
    assert deadline.due_at == deadline.wake_at == approval.valid_until == approval.decided_at + hours(72)
    assert approval.decided_at > a_while_ago


@pytest.mark.rule("R1.1")
@pytest.mark.parametrize("name", ["supervisor", "manager"])
@pytest.mark.parametrize("step", ["approve", "reject", "send_back"])
def test_nobody_decides_about_a_refund_that_they_asked_for(request, name, step):
    lead = request.getfixturevalue(name)
    case = a_refund(lead)
    assert reasons(case, step, lead) == ["somebody_else_asked"]
    assert money_of(case) == (30, 0, 0)


@pytest.mark.rule("R1.1")
def test_nor_about_one_that_they_asked_for_in_an_earlier_version(agent, supervisor, manager):
    case = again(a_refund(supervisor), agent)
    assert reasons(case, "approve", supervisor) == ["somebody_else_asked"]
    assert take(case, "approve", manager).state == "to_pay"


@pytest.mark.fault("M13")
@pytest.mark.rule("R1.1")
def test_an_agent_approves_nothing_not_even_a_fen(agent, agent2):
    case = a_refund(agent, amount="0.01")
    with pytest.raises(NotAllowed) as refused:
        take(case, "approve", agent2)
    assert [each.code for each in refused.value.reasons] == ["role"]


@pytest.mark.rule("R1.1")
@pytest.mark.parametrize("step", ["approve", "reject", "send_back"])
def test_a_token_never_decides(agent, supervisor, step):
    case = a_refund(agent)
    with pytest.raises(NotAllowed) as refused:
        advance(case.pk, step, by=by_token(supervisor), at=MONDAY, facts=FACTS.get(step))
    assert refused.value.code == "token_may_not_decide"
    assert timeline(case).last().step == f"refused:{step}"


@pytest.mark.rule("R1.1")
def test_a_token_never_pays(walk, finance):
    case = walk("to_pay")
    with pytest.raises(NotAllowed) as refused:
        advance(case.pk, "record_payout", by=by_token(finance), at=MONDAY, facts=FACTS["record_payout"])
    assert refused.value.code == "token_may_not_decide"


@pytest.mark.rule("R1.1", "R1.2", "R1.3", "R2.3")
@pytest.mark.parametrize("step", [each for each in Refund.steps() if not each.hidden], ids=lambda step: step.name)
def test_each_step_is_taken_by_its_roles_and_refused_to_all_others(request, walk, outsider, step):
    case = walk(step.source[0].value)
    for name in PEOPLE:
        user = request.getfixturevalue(name)
        if user.memberships.get().role not in step.by:
            with pytest.raises(NotAllowed):
                take(case, step.name, user)
            assert timeline(case).last().step == f"refused:{step.name}"
    with pytest.raises(NotFound):
        take(case, step.name, outsider)
    assert fresh(case).state == step.source[0]


@pytest.mark.rule("R1.1", "R1.3", "R2.3")
@pytest.mark.parametrize("state", WALKS)
def test_no_step_is_taken_from_a_state_that_it_does_not_start_at(walk, manager, finance, state):
    case = walk(state)
    for step in Refund.steps():
        if state in step.source or not step.by & set(Role):
            continue
        assert reasons(case, step.name, finance if step.name == "record_payout" else manager) == ["wrong_state"]
    assert fresh(case).state == state


# R1.2 How much -------------------------------------------------------------------------------------


@pytest.mark.rule("R1.2")
@pytest.mark.parametrize(("amount", "allowed"), [("499.99", True), ("500.00", True), ("500.01", False)])
def test_a_supervisor_approves_up_to_five_hundred_and_a_manager_above(agent, supervisor, manager, shop, amount, allowed):
    case = a_refund(agent, order=an_order(shop, lines=("900.00",)), amount=amount)
    if allowed:
        assert take(case, "approve", supervisor).state == "to_pay"
        return
    assert reasons(case, "approve", supervisor) == ["within_own_limit"]
    offer = next(each for each in read_case(case.pk, by=acts(supervisor), now=MONDAY).offers if each.step.name == "approve")
    assert (offer.allowed, offer.reasons[0].rule) == (False, "R1.2")
    assert "500.01" in str(offer.reasons[0].text)
    assert take(case, "approve", manager).state == "to_pay"


@pytest.mark.fault("M13")
@pytest.mark.rule("R1.2")
def test_eleven_times_forty_nine_on_one_order_passes_the_limit_at_the_eleventh(agent, supervisor, manager, shop):
    order = an_order(shop, lines=("600.00",))
    for _ in range(10):
        a_refund(agent, order=order, amount="49.00", approved_by=supervisor)
    eleventh = a_refund(agent, order=order, amount="49.00")
    assert reasons(eleventh, "approve", supervisor) == ["within_own_limit"]
    assert take(eleventh, "approve", manager).state == "to_pay"
    assert Approval.objects.order_by("-pk").first().cumulated == Decimal("539.00")


@pytest.mark.fault("M13")
@pytest.mark.rule("R1.2")
def test_two_leads_do_not_split_what_one_may_not(agent, supervisor, supervisor2, shop):
    order = an_order(shop, lines=("900.00",))
    a_refund(agent, order=order, amount="300.00", approved_by=supervisor)
    second = a_refund(agent, order=order, amount="300.00")
    assert reasons(second, "approve", supervisor2) == ["within_own_limit"]


@pytest.mark.rule("R1.2")
def test_what_was_taken_back_or_ended_counts_no_more(agent, supervisor, shop):
    order = an_order(shop, lines=("900.00",))
    first = a_refund(agent, order=order, amount="300.00", approved_by=supervisor)
    second = a_refund(agent, order=order, amount="300.00")
    assert reasons(second, "approve", supervisor) == ["within_own_limit"]
    take(first, "revoke", supervisor)
    assert take(second, "approve", supervisor).state == "to_pay"
    assert ApproverDay.objects.get().total == 300


@pytest.mark.rule("R1.2")
def test_a_supervisor_approves_five_thousand_a_day_of_shop_time(agent, supervisor, shop):
    def one_more():
        return a_refund(agent, order=an_order(shop, lines=("500.00",)), amount="500.00")

    for _ in range(10):
        take(one_more(), "approve", supervisor)
    eleventh = a_refund(agent, amount="0.01")
    assert reasons(eleventh, "approve", supervisor) == ["within_day_limit"]
    midnight = MONDAY.replace(hour=0) + hours(24)
    assert reasons(eleventh, "approve", supervisor, at=midnight - SECOND) == ["within_day_limit"]
    assert take(eleventh, "approve", supervisor, at=midnight).state == "to_pay"


@pytest.mark.rule("R1.2")
def test_a_lead_of_another_shop_and_one_who_left_have_no_limit(agent, supervisor):
    case = a_refund(agent)
    actor = acts(supervisor)
    type(supervisor).objects.filter(pk=supervisor.pk).update(is_active=False)
    with pytest.raises(StepRefused) as refused:
        advance(case.pk, "approve", by=actor, at=MONDAY)
    assert "within_own_limit" in [each.code for each in refused.value.reasons]


# R1.3 No, not yet, again ---------------------------------------------------------------------------


@pytest.mark.rule("R1.3")
def test_a_lead_rejects_with_a_reason_and_the_money_is_free(agent, supervisor):
    case = take(a_refund(agent), "reject", supervisor)
    assert (case.state, case.closed_at) == ("rejected", MONDAY)
    assert money_of(case) == (0, 0, 0)
    assert (Ending.objects.get().kind, Ending.objects.get().reason) == ("rejected", "照片不清楚")
    assert timeline(case).last().facts["reason"] == "照片不清楚"


@pytest.mark.rule("R1.3")
@pytest.mark.parametrize("step", ["reject", "send_back"])
def test_a_no_without_a_reason_is_refused_by_name(agent, supervisor, step):
    case = a_refund(agent)
    for facts in ({}, {"reason": "  "}):
        with pytest.raises(Malformed) as refused:
            advance(case.pk, step, by=acts(supervisor), at=MONDAY, facts=facts)
        assert refused.value.field == "reason"
    assert fresh(case).state == "asked"


@pytest.mark.rule("R1.3")
def test_sending_back_keeps_the_money_until_the_new_version_replaces_it(agent, supervisor):
    case = take(a_refund(agent), "send_back", supervisor)
    assert (case.state, case.category) == ("sent_back", "customer")
    assert money_of(case) == (30, 0, 0)
    case = again(case, agent, "40.00")
    assert case.state == "asked"
    assert money_of(case) == (40, 0, 0)
    assert list(Ledger.objects.order_by("pk").values_list("entry", "amount")) == [("reserve", 30), ("release", 30), ("reserve", 40)]
    assert (Ending.objects.get().kind, Ending.objects.get().request.seq) == ("replaced", 1)


@pytest.mark.rule("R1.3")
@pytest.mark.parametrize("changes", [{"amount": "29.99"}, {"payee": {"channel": "small_payment"}}, {"freight": "1.00", "amount": "29.00"}])
def test_a_change_of_amount_payee_or_lines_voids_the_approval(agent, supervisor, shop, changes):
    case = a_refund(agent, order=an_order(shop, freight="5.00"), approved_by=supervisor)
    case = again(case, agent, **changes)
    assert case.state == "asked"
    total = Decimal(changes.get("amount", "30.00")) + Decimal(changes.get("freight", "0"))
    assert money_of(case) == (total, 0, 0)
    assert ApproverDay.objects.get().total == 0
    assert take(case, "approve", supervisor).state == "to_pay"


@pytest.mark.rule("R1.3")
def test_asking_anew_may_use_what_the_old_version_had_set_aside_and_no_more(agent):
    case = a_refund(agent, amount="80.00")
    with pytest.raises(StepRefused) as refused:
        again(case, agent, "100.01")
    assert [each.code for each in refused.value.reasons] == ["over_the_cap"]
    assert money_of(case) == (80, 0, 0)
    assert money_of(again(case, agent, "100.00")) == (100, 0, 0)


@pytest.mark.rule("R1.3", "R2.2")
def test_the_memo_of_an_approval_that_is_void_need_not_be_written(walk, agent, supervisor):
    case = walk("lapsed")
    task = Task.objects.get()
    assert (task.done_at, task.done_by) == (MONDAY, None)
    assert timeline(case).last().facts["dropped"] == [task.title]
    assert take(case, "withdraw", agent).state == "withdrawn"


VOID = {
    "审批收回": lambda case, agent, lead: take(case, "revoke", lead, reason="x"),
    "审批过期": lambda case, agent, lead: fire_deadlines(at=MONDAY + hours(72)),
    "被新版本取代": lambda case, agent, lead: again(case, agent),
}


@pytest.mark.rule("R2.2", "S7.1")
@pytest.mark.parametrize("why", VOID)
def test_a_memo_that_tells_of_a_void_approval_is_corrected_by_a_task(walk, agent, supervisor, why):
    case = walk("to_pay")
    paid_and_memo_written(case, agent)
    VOID[why](case, agent, supervisor)
    task = Task.objects.get(case=case, kind="correct_memo")
    assert (task.title, task.role, task.rule) == ("更正订单备注", "agent", "R2.2")
    for part in ("2026-11-2", "30.00", "作废", why, "AGENT"):
        assert part in task.text
    assert clock(case, task.clock_kind).status == "open"


@pytest.mark.rule("R2.2", "S7.1")
def test_a_written_memo_is_corrected_once_and_the_next_approval_has_a_memo_of_its_own(walk, agent, supervisor):
    case = walk("to_pay")
    paid_and_memo_written(case, agent)
    take(case, "revoke", supervisor, reason="x")
    again(case, agent, "20.00")
    take(case, "approve", supervisor)
    take(case, "revoke", supervisor, reason="x")
    assert list(Task.objects.filter(case=case).order_by("pk").values_list("kind", "done_by")) == [
        ("memo", agent.pk),
        ("correct_memo", None),
        ("memo", None),
    ]


@pytest.mark.rule("R2.2", "S7.1")
def test_a_refund_whose_memo_is_written_is_withdrawn_when_the_memo_is_corrected(walk, agent, supervisor):
    case = walk("to_pay")
    paid_and_memo_written(case, agent)
    assert reasons(case, "withdraw", agent) == ["no_memo_tells_of_it"]
    take(case, "revoke", supervisor, reason="x")
    assert reasons(case, "withdraw", agent) == ["open_tasks"]
    finish_task(case.pk, Task.objects.get(case=case, kind="correct_memo").pk, by=acts(agent), at=MONDAY)
    assert take(case, "withdraw", agent).state == "withdrawn"


@pytest.mark.rule("R1.3")
@pytest.mark.parametrize("state", ["asked", "sent_back", "lapsed", "to_pay"])
def test_a_refund_that_nobody_wants_is_withdrawn_with_a_note_and_frees_the_money_once(walk, agent, state):
    case = walk(state)
    with pytest.raises(Malformed) as refused:
        advance(case.pk, "withdraw", by=acts(agent), at=MONDAY)
    assert refused.value.field == "note"
    case = take(case, "withdraw", agent)
    assert (case.state, case.closed_at) == ("withdrawn", MONDAY)
    assert money_of(case) == (0, 0, 0)
    assert Ledger.objects.filter(entry="release").count() == 1


@pytest.mark.rule("R1.3")
def test_an_approval_is_taken_back_once_and_asked_for_anew(walk, agent, supervisor):
    case = walk("to_pay")
    case = take(case, "revoke", supervisor)
    assert (case.state, Ending.objects.get().kind) == ("lapsed", "revoked")
    assert money_of(case) == (0, 0, 0)
    assert reasons(case, "revoke", supervisor) == ["wrong_state"]
    assert money_of(again(case, agent)) == (30, 0, 0)


@pytest.mark.rule("R1.2", "R1.3")
def test_an_approval_that_nobody_pays_runs_out_after_three_days_and_frees_the_money_once(walk, finance):
    case = walk("to_pay")
    due = MONDAY + hours(72)
    assert clock(case, "approval").due_at == due
    fire_deadlines(at=due - SECOND)
    assert fresh(case).state == "to_pay"
    fire_deadlines(at=due)
    case = fresh(case)
    assert (case.state, Ending.objects.get().kind, Ending.objects.get().by) == ("lapsed", "expired", None)
    assert money_of(case) == (0, 0, 0)
    fire_deadlines(at=due + hours(100))
    assert Ledger.objects.filter(entry="release").count() == 1
    assert timeline(case).filter(step="expire").count() == 1


@pytest.mark.rule("R1.2")
def test_an_approval_holds_to_its_last_instant_and_not_a_second_longer(walk, finance):
    late, last = walk("to_pay"), walk("to_pay")
    assert reasons(late, "record_payout", finance, MONDAY + hours(72) + SECOND) == ["wrong_state"]
    assert take(last, "record_payout", finance, MONDAY + hours(72)).state == "paid"


@pytest.mark.rule("R1.2")
def test_once_paid_an_approval_neither_runs_out_nor_is_taken_back(walk, supervisor):
    case = walk("paid")
    assert clock(case, "approval").status == "met"
    fire_deadlines(at=MONDAY + hours(500))
    assert fresh(case).state == "paid"
    for step in ("revoke", "withdraw"):
        assert reasons(case, step, supervisor) == ["wrong_state"]
    assert money_of(case) == (0, 30, 30)


# R2.2 The memo -------------------------------------------------------------------------------------


@pytest.mark.rule("R2.2", "S7.1")
def test_the_memo_on_the_order_is_a_task_with_date_amount_reason_and_handler(walk):
    case = walk("to_pay")
    task = Task.objects.get(case=case)
    assert (task.kind, task.rule, task.role) == ("memo", "R2.2", "agent")
    for part in ("2026-11-23", "30.00", "AGENT", "破损"):
        assert part in task.text
    assert clock(case, f"task_{task.pk}").due_at == MONDAY + hours(4)


@pytest.mark.rule("R2.2", "S7.1")
def test_a_refund_does_not_close_while_its_memo_is_not_written(walk, agent):
    case = walk("paid")
    assert reasons(case, "customer_told", agent) == ["open_tasks"]
    task = Task.objects.get()
    done = finish_task(case.pk, task.pk, by=acts(agent), at=MONDAY + hours(1))
    assert (done.done_by, done.done_at) == (agent, MONDAY + hours(1))
    assert finish_task(case.pk, task.pk, by=acts(agent), at=MONDAY + hours(2)).done_at == MONDAY + hours(1)
    assert timeline(case).filter(step="task_done").count() == 1
    case = take(case, "customer_told", agent)
    assert (case.state, case.closed_at) == ("settled", MONDAY)


@pytest.mark.rule("S7.1")
def test_a_memo_not_written_in_four_working_hours_is_overdue(walk, agent):
    case = walk("to_pay")
    task = Task.objects.get()
    fire_deadlines(at=MONDAY + hours(4))
    assert clock(case, task.clock_kind).status == "over"
    finish_task(case.pk, task.pk, by=acts(agent), at=MONDAY + hours(5))
    assert clock(case, task.clock_kind).status == "fired"


@pytest.mark.rule("S7.1")
def test_a_task_of_another_case_or_shop_is_not_found(walk, agent, outsider):
    case, other = walk("to_pay"), walk("to_pay")
    task = Task.objects.get(case=case)
    for case_id, by in ((other.pk, agent), (case.pk, outsider)):
        with pytest.raises(NotFound):
            finish_task(case_id, task.pk, by=acts(by), at=MONDAY)


# R2.3 Paying ---------------------------------------------------------------------------------------


@pytest.mark.rule("R2.1", "R2.3")
def test_finance_pays_and_records_the_platforms_number(walk, agent, supervisor, finance):
    case = take(walk("to_pay"), "record_payout", finance, MONDAY + hours(1))
    assert (case.state, case.category) == ("paid", "open")
    payout = Payout.objects.get()
    assert (payout.amount, payout.asked_by, payout.paid_by, payout.platform_number, payout.recorded_at) == (
        Decimal("30.00"),
        agent,
        finance,
        "PAY0001",
        MONDAY + hours(1),
    )
    assert money_of(case) == (0, 30, 30)
    line = case.order.lines.get()
    assert (line.reserved, line.refunded, line.room) == (0, 30, 70)
    assert list(Ledger.objects.order_by("pk").values_list("entry", "amount", "channel")) == [
        ("reserve", 30, "platform"),
        ("settle", 30, "platform"),
    ]
    register = Approval.objects.get()
    assert (register.request.case, register.decided_by, register.payout) == (case, supervisor, payout)


@pytest.mark.rule("R1.1", "R2.3")
def test_who_asked_does_not_pay(supervisor, manager, shop):
    someone = make_user("someone", Role.FINANCE, shop)
    case = a_refund(supervisor, approved_by=manager)
    set_policy("payer_may_be_approver", True, by=acts(manager), at=MONDAY, shop_id=shop.pk)
    assert reasons(case, "record_payout", supervisor) == ["somebody_else_asked"]
    assert take(case, "record_payout", someone).state == "paid"


@pytest.mark.rule("R2.3")
def test_who_approved_does_not_pay_unless_the_shop_says_so(walk, supervisor, manager, shop):
    case = walk("to_pay")
    assert reasons(case, "record_payout", supervisor) == ["payer_is_finance"]
    set_policy("payer_may_be_approver", True, by=acts(manager), at=MONDAY, shop_id=shop.pk)
    assert take(case, "record_payout", supervisor).state == "paid"


@pytest.mark.rule("R2.3")
def test_who_approved_and_became_finance_does_not_pay_either(walk, supervisor):
    case = walk("to_pay")
    supervisor.memberships.update(role=Role.FINANCE)
    assert reasons(case, "record_payout", supervisor) == ["payer_is_finance"]


@pytest.mark.rule("R2.3")
def test_a_platform_number_stands_for_one_payout_only(walk, finance):
    walk("paid")
    case = walk("to_pay")
    assert reasons(case, "record_payout", finance) == ["number_used"]
    assert money_of(case) == (30, 0, 30)
    facts = FACTS["record_payout"] | {"platform_number": "PAY0002"}
    assert take(case, "record_payout", finance, **facts).state == "paid"


@pytest.mark.rule("R2.3")
@pytest.mark.parametrize("number", ["PAY0001", "pay0001"])
def test_channels_that_alipay_numbers_alike_share_a_number_no_more_than_one_channel(walk, agent, supervisor, finance, number):
    walk("paid", payee={"channel": "small_payment"})
    case = a_refund(agent, payee=PAYEE, approved_by=supervisor)
    assert reasons(case, "record_payout", finance, **(FACTS["record_payout"] | {"platform_number": number})) == ["number_used"]


@pytest.mark.rule("R2.3")
def test_the_same_number_on_another_channel_is_another_payout(walk, agent, supervisor, finance):
    walk("paid")
    case = a_refund(agent, payee={"channel": "small_payment"}, approved_by=supervisor)
    assert take(case, "record_payout", finance).state == "paid"
    assert Payout.objects.order_by("-pk").first().channel == "small_payment"


@pytest.mark.rule("R2.3")
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "platform_number"),
        ({"platform_number": "a b"}, "platform_number"),
        ({"platform_number": "123"}, "platform_number"),
        ({"platform_number": "x" * 65}, "platform_number"),
        ({"paid_at": "yesterday"}, "paid_at"),
        ({"paid_at": 5}, "paid_at"),
        ({"paid_at": "0001-01-01T00:00:00+08:00"}, "paid_at"),
        ({"amount": "1.00"}, "amount"),
        ({"paid_by": 7}, "paid_by"),
        ({"platform_number": ["x"]}, "platform_number"),
    ],
)
def test_a_payout_that_cannot_be_read_is_refused_by_name(walk, finance, facts, field):
    case = walk("to_pay")
    given = FACTS["record_payout"] | facts if facts else {"paid_at": "2026-11-23T10:00:00+08:00"}
    with pytest.raises(Malformed) as refused:
        advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, facts=given)
    assert refused.value.field == field
    assert not Payout.objects.exists()


@pytest.mark.rule("R2.3")
def test_once_paid_the_customer_is_told_within_a_day(walk, agent):
    case = walk("paid")
    assert clock(case, "tell").due_at == MONDAY + hours(24)
    fire_deadlines(at=MONDAY + hours(24))
    assert clock(case, "tell").status == "over"
    paid_and_memo_written(case, agent)
    assert take(case, "customer_told", agent, MONDAY + hours(30)).state == "settled"
    assert not Deadline.objects.filter(case=case, status__in=Deadline.STANDING).exists()


# R2.3 The clocks -----------------------------------------------------------------------------------


def on_the_platform(order, **fields):
    defaults = {
        "number": f"R{order.pk}",
        "amount": "30.00",
        "status": "wait_seller",
        "requested_at": MONDAY - hours(2),
        "deadline_at": MONDAY + hours(48),
    }
    return PlatformRefund.objects.create(shop=order.shop, order=order, **(defaults | fields))


def an_import(shop, at=MONDAY):
    follow_platform_requests(None, shop=shop, at=at)


@pytest.mark.rule("R2.3")
def test_a_request_is_answered_within_a_day_of_being_asked(agent):
    case = a_refund(agent)
    assert clock(case, "answer").due_at == MONDAY + hours(24)
    assert clock(case, "platform") is None


@pytest.mark.rule("R2.3")
def test_the_customers_own_request_on_the_platform_starts_the_day_and_its_deadline_runs_beside_it(agent, shop):
    order = an_order(shop)
    on_the_platform(order)
    case = a_refund(agent, order=order)
    assert clock(case, "answer").due_at == MONDAY + hours(22)
    assert clock(case, "platform").due_at == MONDAY + hours(48)


@pytest.mark.rule("R2.3")
def test_of_several_requests_on_the_platform_the_first_to_end_counts(agent, shop):
    order = an_order(shop)
    on_the_platform(order)
    on_the_platform(order, number="R-2", deadline_at=MONDAY + hours(30))
    on_the_platform(order, number="R-3", deadline_at=MONDAY + hours(3), is_open=False)
    on_the_platform(order, number="R-4", deadline_at=None)
    assert clock(a_refund(agent, order=order), "platform").due_at == MONDAY + hours(30)


@pytest.mark.rule("R2.3")
def test_the_platforms_deadline_follows_the_newest_import(agent, shop):
    order = an_order(shop)
    case = a_refund(agent, order=order)
    row = on_the_platform(order)
    for moved in (48, 60, 20):
        PlatformRefund.objects.filter(pk=row.pk).update(deadline_at=MONDAY + hours(moved))
        an_import(shop)
        an_import(shop)
        assert Deadline.objects.filter(case=case, kind="platform").count() == 1
        assert clock(case, "platform").due_at == clock(case, "platform").wake_at == MONDAY + hours(moved)


@pytest.mark.rule("R2.3")
def test_an_import_of_another_shop_moves_nothing(agent, shop, other_shop):
    order = an_order(shop)
    case = a_refund(agent, order=order)
    on_the_platform(order)
    an_import(other_shop)
    assert clock(case, "platform") is None


@pytest.mark.rule("R2.3")
def test_what_the_customer_took_back_on_the_platform_runs_no_longer(agent, shop):
    order = an_order(shop)
    row = on_the_platform(order)
    case = a_refund(agent, order=order)
    PlatformRefund.objects.filter(pk=row.pk).update(is_open=False)
    an_import(shop, MONDAY + hours(1))
    assert (clock(case, "platform").status, clock(case, "platform").ended_at) == ("met", MONDAY + hours(1))


@pytest.mark.rule("R2.3")
def test_a_platform_deadline_that_ran_out_rings_once_until_the_platform_moves_it(agent, supervisor, shop):
    order = an_order(shop)
    row = on_the_platform(order)
    case = a_refund(agent, order=order)
    after = MONDAY + hours(49)
    fire_deadlines(at=after)
    assert clock(case, "platform").status == "over"
    take(case, "send_back", supervisor, after)
    again(case, agent, at=after)
    an_import(shop, after)
    fire_deadlines(at=after)
    assert timeline(case).filter(step="overdue", facts__clock="platform").count() == 1
    PlatformRefund.objects.filter(pk=row.pk).update(deadline_at=MONDAY + hours(90))
    an_import(shop, after)
    assert (clock(case, "platform").status, clock(case, "platform").due_at) == ("open", MONDAY + hours(90))
    fire_deadlines(at=MONDAY + hours(90))
    assert timeline(case).filter(step="overdue", facts__clock="platform").count() == 2


@pytest.mark.rule("R2.3")
def test_while_more_evidence_is_wanted_the_day_stands_still_with_its_reason(agent, supervisor):
    case = a_refund(agent)
    take(case, "send_back", supervisor, MONDAY + hours(10))
    paused = clock(case, "answer")
    assert (paused.status, paused.paused_at, paused.left) == ("paused", MONDAY + hours(10), hours(14))
    assert paused.pause_reason == "sent_back"
    assert fire_deadlines(at=MONDAY + hours(1000)) == 1  # what the lead asked for was not brought in 72 hours
    assert clock(case, "more_evidence").ended_at
    again(case, agent, at=MONDAY + hours(100))
    resumed = clock(case, "answer")
    assert (resumed.pk, resumed.status, resumed.due_at) == (paused.pk, "open", MONDAY + hours(114))
    assert (resumed.paused_at, resumed.pause_reason, resumed.left) == (None, "", None)
    assert fire_deadlines(at=MONDAY + hours(114) - SECOND) == 0
    assert fire_deadlines(at=MONDAY + hours(114)) == 1


@pytest.mark.rule("R2.3", "S1.1")
def test_a_shop_that_counts_in_working_time_loses_none_of_it_in_a_pause(agent, supervisor, shop):
    Policy.objects.create(name="answer_platform_refund", shop=shop, value={"hours": 9, "working": True}, valid_from=MONDAY - hours(1))
    case = a_refund(agent)
    assert clock(case, "answer").due_at == MONDAY.replace(hour=10) + hours(24)
    take(case, "send_back", supervisor, MONDAY.replace(hour=15))
    assert clock(case, "answer").left == hours(4)
    saturday = MONDAY + dt.timedelta(days=5)
    again(case, agent, at=saturday)
    assert clock(case, "answer").due_at == (MONDAY + dt.timedelta(days=7)).replace(hour=13)


@pytest.mark.rule("R2.3")
def test_a_day_that_ran_out_does_not_begin_again_by_sending_back(agent, supervisor):
    case = a_refund(agent)
    fire_deadlines(at=MONDAY + hours(24))
    take(case, "send_back", supervisor, MONDAY + hours(25))
    again(case, agent, at=MONDAY + hours(26))
    assert [each.status for each in Deadline.objects.filter(case=case, kind="answer")] == ["over"]
    fire_deadlines(at=MONDAY + hours(500))
    assert timeline(case).filter(step="overdue").count() == 1


@pytest.mark.rule("R2.3")
@pytest.mark.parametrize("state", ["rejected", "withdrawn", "settled"])
def test_a_refund_that_is_done_has_no_clock_left(walk, state):
    case = walk(state)
    assert not Deadline.objects.filter(case=case, status__in=Deadline.STANDING).exists()
    assert fire_deadlines(at=MONDAY + hours(1000)) == 0


# The journal of money ------------------------------------------------------------------------------


@pytest.mark.rule("R1.1", "R2.1")
def test_every_decision_stands_in_the_timeline_once_with_who_and_when(walk):
    case = walk("settled")
    rows = list(timeline(case).values_list("step", "from_state", "to_state", "role"))
    assert rows == [
        ("open", "", "asked", "agent"),
        ("approve", "asked", "to_pay", "supervisor"),
        ("record_payout", "to_pay", "paid", "finance"),
        ("task_done", "paid", "paid", "agent"),
        ("customer_told", "paid", "settled", "agent"),
    ]
    assert not Journal.objects.filter(channel="direct", object_type__in=["approval", "payout", "ledger", "request", "ending"]).exists()
    assert not Journal.objects.filter(channel="direct", step="update", object_type__in=["order", "line", "case"]).exists()


@pytest.mark.fault("M1")
@pytest.mark.rule("R1.1")
def test_a_refused_amount_leaves_one_row_about_the_order(agent, shop):
    order = an_order(shop)
    with pytest.raises(Refused):
        ask_refund(a_wish(order, "100.01"), by=acts(agent), at=MONDAY)
    row = Journal.objects.get(object_type="order", object_id=str(order.pk), step="refused:ask_refund")
    assert (row.actor, row.facts) == (agent, {"code": "over_the_cap", "reasons": ["over_the_cap"]})
