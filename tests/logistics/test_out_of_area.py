"""L8 Out of delivery area: the memo, the pick-up point, another courier, or back and sent again."""

import datetime as dt

import pytest
from django.utils import translation

from casework.actions.deeds import record_contact
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case, Task
from casework.situation import read_situations
from logistics.models import Inquiry, Parcel
from orders.errors import Malformed, NotAllowed, StepRefused
from orders.models import Order
from refunds.actions.ask import ask_refund
from tests.builders import a_wish
from tests.cast import MONDAY, acts
from tests.logistics.incidents import SAID, an_incident, facts_of, fresh, hours, last_entry, parcel_of, running, sent_again, state_of, taken

SECOND = dt.timedelta(seconds=1)
TALK = {"whom": "courier", "way": "phone"}
POINT = {"place": "镇邮政所旁", "phone": "0571-88000000"}
NEW = {"waybill": "9800000000017", "courier": "youzhengguonei", "postage": "prepaid"}
WALK = {
    "to_read": [],
    "to_explain": [("insisted", {"said": "买家留言：只发中通"})],
    "to_ask": [("did_not_insist", {})],
}
WALK["asked"] = [*WALK["to_ask"], ("point_asked", TALK)]
WALK["to_offer"] = [*WALK["to_ask"], ("point_told", POINT)]
WALK["collecting"] = [*WALK["to_offer"], ("customer_collects", {})]
WALK["to_hand_over"] = [*WALK["to_offer"], ("customer_declines", {})]
WALK["new_number"] = [*WALK["to_hand_over"], ("handed_over", NEW)]
WALK["to_consent"] = [*WALK["to_hand_over"], ("cannot_be_handed_over", SAID)]
WALK["at_lead"] = [*WALK["to_consent"], ("not_agreed", {})]
WALK["returning"] = [*WALK["to_ask"], ("turned_back", {})]
WALK["to_mend"] = [*WALK["returning"], ("came_back", {})]


def an_out_of_area(agent, state="to_read", **parcel):
    case = an_incident("out_of_area", agent, **parcel)
    for step, facts in WALK[state]:
        taken(case, step, agent, **facts)
    return fresh(case)


def situation(case, agent):
    return read_situations([case], now=MONDAY, actor=acts(agent))[case.pk]


def message_of(case, agent):
    with translation.override("en"):
        return case.contact_message(situation(case, agent))


def to_the_border(case):
    Order.objects.filter(pk=case.order_id).update(province="香港特别行政区")


def handed_over(case, agent, **facts):
    return taken(case, "handed_over", agent, **NEW | facts)


# L8.1 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L8.1")
def test_the_memo_is_read_first_and_stands_beside_the_question(agent):
    case = an_out_of_area(agent)
    assert (state_of(case), running(case, "reply").due_at) == ("to_read", MONDAY + hours(24))
    with translation.override("en"):
        assert case.why_here(situation(case, agent)) == "The order has neither memo nor message."
    Order.objects.filter(pk=case.order_id).update(memo="发中通", message="一定要中通")
    told = case.why_here(situation(case, agent))
    assert "发中通" in told
    assert "一定要中通" in told


@pytest.mark.rule("L8.1")
def test_who_insisted_on_the_courier_collects_it_and_bears_the_consequence(agent):
    case = an_out_of_area(agent, "to_explain")
    facts = facts_of(case)
    assert (facts.answers["insisted"], facts.fault, facts.fault_rule, facts.freight_payer) == (True, "customer", "L8.1", "customer")
    assert "at your cost" in message_of(case, agent)
    taken(case, "explained", agent, **POINT)
    assert (state_of(case), fresh(case).category) == ("collecting", "customer")
    assert POINT["place"] in message_of(fresh(case), agent)
    taken(case, "turned_back", agent)
    taken(case, "came_back", agent)
    assert "at your cost" in message_of(fresh(case), agent), "who pays is said where it is asked whether to send it again (N3)"
    with pytest.raises(StepRefused) as refused:
        sent_again(fresh(case), agent)
    assert [each.code for each in refused.value.reasons] == ["postage_first"]
    taken(case, "postage_paid", agent, amount="8.00", paid_by="补邮费订单 123")
    sent_again(fresh(case), agent)
    assert state_of(case) == "mending"


@pytest.mark.rule("L8.2")
def test_who_did_not_insist_or_whose_parcel_is_lost_pays_nothing_before_it_is_sent_again(agent):
    case = an_out_of_area(agent, "to_mend")
    with pytest.raises(StepRefused) as refused:
        taken(case, "postage_paid", agent, amount="8.00", paid_by="补邮费订单 123")
    assert [each.code for each in refused.value.reasons] == ["postage_is_theirs"]
    sent_again(case, agent)
    lost = an_out_of_area(agent, "to_explain")
    taken(lost, "courier_says_lost", agent, **SAID)
    taken(lost, "loss_explained", agent, wish="resend")
    sent_again(fresh(lost), agent)
    assert (state_of(case), state_of(lost)) == ("mending", "mending")


@pytest.mark.rule("L8.1")
def test_what_is_not_collected_in_time_is_our_turn_again(agent):
    case = an_out_of_area(agent, "collecting")
    fire_deadlines(at=MONDAY + hours(120) - SECOND)
    assert state_of(case) == "collecting"
    fire_deadlines(at=MONDAY + hours(120))
    assert state_of(case) == "not_collected"


# L8.2 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L8.2")
def test_who_did_not_insist_is_charged_nothing_and_the_courier_is_asked_for_its_point(agent):
    case = an_out_of_area(agent, "asked")
    facts = facts_of(case)
    assert (facts.answers["insisted"], facts.fault, facts.freight_payer, facts.freight_rule) == (False, "shop", "shop", "L8.2")
    assert Inquiry.objects.get(case=case).whom == "courier"
    fire_deadlines(at=MONDAY + hours(24) - SECOND)
    assert state_of(case) == "asked"
    fire_deadlines(at=MONDAY + hours(24))
    assert state_of(case) == "to_ask", "a silent courier is asked again"


@pytest.mark.rule("L8.2")
def test_the_customer_is_told_address_and_phone_of_the_point(agent):
    case = an_out_of_area(agent, "to_offer")
    assert facts_of(case).answers["point"] == POINT
    told = message_of(case, agent)
    assert POINT["place"] in told
    assert POINT["phone"] in told


@pytest.mark.rule("L8.2")
def test_another_courier_takes_it_under_a_waybill_that_stands_on_the_order(agent):
    case = an_out_of_area(agent, "new_number")
    new = Parcel.objects.get(waybill=NEW["waybill"])
    assert (list(new.orders.all()), new.courier.code, parcel_of(case).stage) == ([case.order], "youzhengguonei", "voided")
    assert NEW["waybill"] in message_of(case, agent)
    task = Task.objects.get(case=case)
    assert (task.kind, task.rule, NEW["waybill"] in task.text) == ("enter_waybill", "L8.2", True)
    with pytest.raises(StepRefused) as refused:
        taken(case, "number_told", agent)
    assert [each.code for each in refused.value.reasons] == ["open_tasks"]


@pytest.mark.rule("L8.2")
@pytest.mark.parametrize(
    ("facts", "field"),
    [({"courier": "zhongtong"}, "courier"), ({"postage": "collect"}, "postage"), ({"waybill": "same"}, "waybill")],
)
def test_neither_the_same_courier_nor_number_nor_at_the_customers_cost(agent, facts, field):
    case = an_out_of_area(agent, "to_hand_over")
    if "waybill" in facts:
        facts = {"waybill": parcel_of(case).waybill}
    with pytest.raises(Malformed) as refused:
        handed_over(case, agent, **facts)
    assert (refused.value.field, state_of(case), Task.objects.count()) == (field, "to_hand_over", 0)


@pytest.mark.rule("L8.2")
def test_only_with_the_customers_consent_it_comes_back_and_goes_on_the_monthly_account(agent):
    case = an_out_of_area(agent, "to_consent")
    with pytest.raises(StepRefused) as refused:
        taken(case, "consented", agent, wish="resend")
    assert [each.code for each in refused.value.reasons] == ["customer_answered"]
    record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY)
    taken(case, "consented", agent, wish="resend")
    entry = last_entry(case).facts
    assert (state_of(case), entry["monthly_account"], entry["waybill"]) == ("returning", "中通", parcel_of(case).waybill)
    with pytest.raises(StepRefused):
        sent_again(fresh(case), agent)
    taken(case, "came_back", agent, at=MONDAY + hours(30))
    sent_again(fresh(case), agent, at=MONDAY + hours(31), reason="超区退回")
    assert (state_of(case), parcel_of(case).back_at) == ("mending", MONDAY + hours(30))
    assert verify_invariants() == []


@pytest.mark.rule("L8.2")
def test_without_agreement_a_lead_decides_and_says_why(agent, supervisor):
    case = an_out_of_area(agent, "at_lead")
    with pytest.raises(NotAllowed):
        taken(case, "lead_returns", agent, note="先退回")
    with pytest.raises(Malformed):
        taken(case, "lead_returns", supervisor)
    taken(case, "lead_returns", supervisor, note="网点不再保管")
    assert state_of(case) == "returning"


# L8.3 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L8.3")
def test_beyond_the_border_sf_alone_and_the_surcharge_is_said_and_collected(agent):
    case = an_out_of_area(agent, "to_hand_over")
    to_the_border(case)
    told = message_of(case, agent)
    assert "surcharge of 15.00 yuan is yours; the rest of the postage is ours" in told
    with pytest.raises(StepRefused) as unasked:
        handed_over(case, agent, courier="shunfeng", waybill="SF1234567890777")
    assert [each.code for each in unasked.value.reasons] == ["cost_was_answered"]
    record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY)
    with pytest.raises(Malformed) as refused:
        handed_over(case, agent)
    assert (refused.value.field, refused.value.code) == ("courier", "sf_only")
    handed_over(case, agent, courier="shunfeng", waybill="SF1234567890777")
    assert set(Task.objects.filter(case=case).values_list("kind", "rule")) == {("enter_waybill", "L8.2"), ("collect_surcharge", "L8.3")}
    assert last_entry(case).facts["surcharge"] == "15.00"
    assert "顾客补超区附加费 15.00 元" in Task.objects.get(case=case, kind="collect_surcharge").text, "who pays is part of what is copied"


@pytest.mark.rule("L8.3")
@pytest.mark.parametrize(("paid", "may"), [("149.99", False), ("150.00", True), ("150.01", True)])
def test_goods_under_150_go_prepaid_only_else_as_the_customer_wishes(agent, paid, may):
    case = an_out_of_area(agent, "to_hand_over", lines=(paid,))
    to_the_border(case)
    record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY)
    facts = {"courier": "shunfeng", "waybill": "SF1234567890778", "postage": "collect"}
    if may:
        handed_over(case, agent, **facts)
        assert "collects its postage from you" in message_of(fresh(case), agent)
        assert list(Task.objects.filter(case=case).values_list("kind", flat=True)) == ["enter_waybill"], "the recipient pays it all"
        return
    with pytest.raises(Malformed) as refused:
        handed_over(case, agent, **facts)
    assert refused.value.code == "prepaid_only"


# ---------------------------------------------------------------------------------------------------


@pytest.mark.fault("Z1")
def test_packers_decide_nothing(agent, warehouse):
    case = an_out_of_area(agent, "to_offer")
    with pytest.raises(NotAllowed):
        taken(case, "customer_declines", warehouse)


@pytest.mark.rule("L0.2")
@pytest.mark.parametrize("state", WALK)
def test_every_state_has_words_for_the_customer(agent, state):
    case = an_out_of_area(agent, state)
    told = message_of(case, agent)
    assert NEW["waybill"] in told if state == "new_number" else case.subject_label in told
    assert "{" not in told
    assert type(Case.objects.get(pk=case.pk)).KIND == "out_of_area"


@pytest.mark.rule("L8.1")
def test_who_insisted_and_does_not_collect_it_pays_before_it_goes_on(agent):
    case = an_out_of_area(agent, "to_explain")
    taken(case, "customer_declines", agent)
    assert "at your cost" in message_of(fresh(case), agent)
    with pytest.raises(StepRefused) as refused:
        handed_over(case, agent)
    assert [each.code for each in refused.value.reasons] == ["postage_comes_first"]
    taken(case, "postage_paid", agent, amount="8.00", paid_by="补邮费订单 123")
    handed_over(case, agent)
    assert (state_of(case), facts_of(case).postage_kept) == ("new_number", True), "it was paid for that, so nothing is to be given back"


@pytest.mark.rule("L8.2")
@pytest.mark.parametrize(("state", "first"), [("to_offer", "collect it there"), ("to_consent", "come back and be sent again")])
def test_what_only_the_customer_can_say_is_asked_first(agent, state, first):
    case = an_out_of_area(agent, state)
    with translation.override("en"):
        assert first in case.contact_to_make(situation(case, agent))
    record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY)
    assert fresh(case).contact_to_make(situation(fresh(case), agent)) == ""


@pytest.mark.rule("L8.1")
def test_a_postage_paid_for_nothing_is_settled_before_the_money_or_the_end(agent, supervisor):
    case = an_out_of_area(agent, "to_explain")
    taken(case, "turned_back", agent)
    taken(case, "postage_paid", agent, amount="8.00", paid_by="补邮费订单 123")
    taken(case, "came_back", agent)
    with pytest.raises(StepRefused) as refused:
        ask_refund(a_wish(case.order, case=case.pk), by=acts(agent), at=MONDAY)
    assert [each.code for each in refused.value.reasons] == ["postage_is_settled"]
    taken(case, "postage_settled", supervisor, becomes="kept", settled_by="顾客同意抵退回运费")
    ask_refund(a_wish(case.order, case=case.pk), by=acts(agent), at=MONDAY)
    assert state_of(case) == "mending"
