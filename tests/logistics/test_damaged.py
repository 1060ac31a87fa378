"""L7 Damaged goods: two photos first, how bad it is, what is offered for that, and what the courier owes."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import translation

from casework.actions.reopen import reopen
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case, Outbox, Policy
from casework.situation import read_situations
from logistics.kinds.incident import may_be_found
from logistics.models import Damaged, Loss, WrongItems
from orders.errors import Malformed, NotAllowed, StepRefused
from orders.roles import AGENTS, CLOCK, LEADS
from refunds.asking.circumstances import facts_above
from tests.builders import an_order
from tests.cast import MONDAY, acts
from tests.logistics.goods import DAMAGE, SIGNED, a_damaged, an_arrived, asked, in_memory, noted, paid, pieces_of, told, with_photos
from tests.logistics.incidents import answered, facts_of, fresh, hours, parcel_of, running, sent_again, state_of, taken
from tests.logistics.nodes import node, tell
from tests.page import browser_of, text_of
from tests.refunds.returns import inspected

SECOND = dt.timedelta(seconds=1)
BOTH = ("photo_damage", "photo_waybill")
REMEDIES = Damaged.REMEDIES


def refusals(call):
    with pytest.raises(StepRefused) as refused:
        call()
    return [each.code for each in refused.value.reasons]


def loss_of(case):
    return [(each.cause, each.amount, each.rule) for each in Loss.objects.standing().filter(case=case)]


# L7.1: the photos -----------------------------------------------------------------------------------


@pytest.mark.rule("L7.1")
def test_two_photos_come_first_and_the_case_waits_three_days_for_them(agent):
    case = an_arrived("damaged", agent)
    assert running(case, "reply").due_at == MONDAY + hours(24)
    taken(case, "damage_named", agent, items=pieces_of(case), damage="外壳裂开 13800138000", worn="no")
    facts = facts_of(case)
    assert (state_of(case), facts.items, facts.answers["unworn"]) == ("wait_photos", pieces_of(case), True)
    assert "13800138000" not in facts.answers["damage"]
    assert with_photos(case, agent, "photo_damage").state == "photos_partly"
    assert refusals(lambda: taken(case, "confirm", agent)) == ["pictures_are_there"]
    assert with_photos(case, agent, "photo_waybill").state == "photos_here"
    taken(case, "confirm", agent)
    assert state_of(case) == "to_judge"


@pytest.mark.rule("L7.1")
def test_photos_that_came_before_the_damage_was_noted_are_not_waited_for(agent):
    case = an_arrived("damaged", agent)
    with_photos(case, agent, *BOTH)
    assert state_of(case) == "to_ask"
    taken(case, "damage_named", agent, items=pieces_of(case), **DAMAGE)
    assert (state_of(case), fresh(case).category) == ("photos_here", "open")
    assert not case.deadlines.filter(kind="photos", status="running").exists()


@pytest.mark.rule("L7.1")
def test_one_photo_that_came_before_leaves_the_other_to_wait_for(agent):
    case = an_arrived("damaged", agent)
    with_photos(case, agent, "photo_damage")
    taken(case, "damage_named", agent, items=pieces_of(case), **DAMAGE)
    assert state_of(case) == "wait_photos"
    assert with_photos(case, agent, "photo_waybill").state == "photos_here"


@pytest.mark.rule("L7.1")
def test_photos_that_do_not_come_are_their_owners_turn(agent):
    case = an_arrived("damaged", agent)
    taken(case, "damage_named", agent, items=pieces_of(case), **DAMAGE)
    fire_deadlines(at=MONDAY + hours(72) - SECOND)
    assert state_of(case) == "wait_photos"
    fire_deadlines(at=MONDAY + hours(72))
    assert (state_of(case), fresh(case).category) == ("no_photos", "open")
    taken(case, "photos_asked_again", agent, at=MONDAY + hours(73))
    assert running(case, "photos").due_at == MONDAY + hours(145)


@pytest.mark.rule("L7.1")
@pytest.mark.parametrize(
    ("after", "unworn", "codes"),
    [
        (hours(48) - SECOND, True, []),
        (hours(48), True, []),
        (hours(48) + SECOND, True, ["was_told_at_once"]),
        (None, True, []),
        (hours(1), False, ["goods_are_unworn"]),
    ],
)
def test_told_at_once_after_signing_and_unworn_else_a_lead_decides(after, unworn, codes):
    step = next(each for each in Damaged.steps() if each.name == "confirm")
    case = in_memory(Damaged, "photos_here", answers={"unworn": unworn}, items=[])
    case.opened_at = MONDAY
    parcel = SimpleNamespace(delivered_at=None if after is None else MONDAY - after)
    claim = SimpleNamespace(refunded=lambda items: [])
    at = SimpleNamespace(
        more={"parcel": SimpleNamespace(parcel=parcel), "claimed": claim},
        evidence_kinds=set(BOTH),
        policy=lambda name: {"damage_told_within": hours(48)}[name],
        after=lambda start, span: start + span,
    )
    assert [each.name for each in step.guards if not each.holds(case, at)] == codes


@pytest.mark.rule("L7.1")
def test_a_lead_decides_on_what_was_worn_or_told_of_late_and_on_what_the_customer_disputes(agent, supervisor):
    case = an_arrived("damaged", agent, signed=SIGNED - hours(100))
    taken(case, "damage_named", agent, items=pieces_of(case), damage="破了", worn="yes")
    with_photos(case, agent, *BOTH)
    assert refusals(lambda: taken(case, "confirm", agent)) == ["goods_are_unworn", "was_told_at_once"]
    taken(case, "not_confirmed", agent, reason="已穿用")
    taken(case, "customer_disputes", agent, note="只试过一次")
    assert running(case, "lead_decides").due_at == MONDAY + hours(24)
    with pytest.raises(NotAllowed):
        taken(case, "lead_confirms", agent, note="信")
    taken(case, "lead_confirms", supervisor, note="老顾客")
    assert state_of(case) == "to_judge"


@pytest.mark.rule("L7.1")
def test_how_soon_is_at_once_is_the_shops_to_say(agent, shop):
    Policy.objects.create(name="damage_told_within", shop=shop, value={"hours": 1}, valid_from=MONDAY - hours(1))
    case = a_damaged(agent)
    assert refusals(lambda: taken(case, "confirm", agent)) == ["was_told_at_once"]


# The offers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "allowed", "code"),
    [
        pytest.param("to_judge", set(), "not_confirmed_yet", marks=pytest.mark.rule("L7.1")),
        pytest.param("offer_money", {"compensation", "refund", "gift"}, "slight", marks=pytest.mark.rule("L7.1")),
        pytest.param("to_return", {"return_goods", "exchange"}, "not_accepted", marks=pytest.mark.rule("L7.2")),
        pytest.param("to_exchange", {"exchange"}, "usable", marks=pytest.mark.rule("L7.3")),
        pytest.param("to_resend", {"reshipment"}, "unusable", marks=pytest.mark.rule("L7.4")),
        pytest.param("to_refund", {"refund", "reshipment"}, "not_resent", marks=pytest.mark.rule("L7.4")),
    ],
)
def test_how_bad_it_is_decides_the_remedy_and_says_why_there_is_no_other(state, allowed, code):
    case, at = in_memory(Damaged, state), SimpleNamespace(open_children=[])
    why = {kind: [each.code for each in case.why_no_child(kind, at)] for kind in REMEDIES}
    assert {kind for kind in REMEDIES if not why[kind]} == allowed
    assert all(why[kind] == [code] for kind in set(REMEDIES) - allowed)


@pytest.mark.rule("L7.1")
@pytest.mark.parametrize("offer", list(Damaged.OFFERS))
def test_a_remedy_that_falls_through_lets_its_offer_stand_again(offer):
    case = in_memory(Damaged, "mending")
    again = next(each for each in Damaged.steps() if each.name == case.ends_by(offer, set(), set()))
    assert (again.source, again.target) == (("mending",), offer)
    for kind in Damaged.OFFERS[offer].kinds:
        end = next(each for each in Damaged.steps() if each.name == case.ends_by(offer, {kind}, {kind}))
        assert end.closes


@pytest.mark.rule("L7.1")
@pytest.mark.rule("L7.6")
@pytest.mark.rule("R3.2")
def test_slight_and_accepted_a_lead_approves_the_amount_and_the_courier_owes_what_was_paid(agent, supervisor, finance):
    case = a_damaged(agent, "slight", "courier")
    facts = facts_of(case)
    assert (facts.extent, facts.fault, facts.fault_rule, facts.freight_payer) == ("slight", "courier", "L7.6", "courier")
    assert loss_of(case) == []
    refund = asked("refund", case, agent)
    assert (state_of(case), refund.state) == ("mending", "asked")
    paid(refund, supervisor, finance, agent)
    assert state_of(case) == "refunded"
    assert loss_of(case) == [("damaged", Decimal("10.00"), "L7.6")]
    assert verify_invariants() == []


@pytest.mark.rule("L7.1")
def test_slight_and_a_gift_instead_of_money(agent, warehouse):
    case = a_damaged(agent, "slight")
    gift = asked("gift", case, agent)
    taken(gift, "agree", agent)
    answered_gift = gift.tasks.get(kind="put_in")
    assert (state_of(case), answered_gift.role) == ("mending", "packers")


@pytest.mark.rule("L7.2")
@pytest.mark.rule("R3.1")
def test_slight_and_not_accepted_it_comes_back_at_our_cost_and_the_courier_owes_the_price(agent, supervisor, finance, warehouse):
    case = a_damaged(agent, "slight", "courier")
    taken(case, "not_accepted", agent)
    assert (state_of(case), loss_of(case)) == ("to_return", [("damaged", Decimal("60.00"), "L7.6")])
    back = asked("return_goods", case, agent)
    assert (facts_of(back).freight_payer, state_of(case)) == ("courier", "mending")
    back = inspected(back, warehouse)
    refund = asked("refund", back, agent, ground="goods_back", lines=[{"line": pieces_of(case)[0]["line"], "amount": "60.00"}])
    paid(refund, supervisor, finance, agent)
    assert (state_of(case), loss_of(case)) == ("refunded", [("damaged", Decimal("60.00"), "L7.6")])
    assert verify_invariants() == []


@pytest.mark.rule("L7.2")
@pytest.mark.parametrize(
    ("broken_by", "fault", "rule", "payer"), [("unknown", "unknown", "L7.2", "shop"), ("packing", "warehouse", "R3.1", "shop")]
)
def test_with_whom_it_broke_decides_who_pays_and_never_the_customer(agent, broken_by, fault, rule, payer):
    case = a_damaged(agent, "severe_usable", broken_by)
    facts = facts_above(case)
    assert (facts.fault, facts.fault_rule, facts.freight_payer) == (fault, rule, payer)
    assert loss_of(case) == []


@pytest.mark.rule("L7.3")
def test_severe_but_usable_it_is_exchanged_and_returned_only_with_the_reason_why(agent):
    case = a_damaged(agent, "severe_usable")
    assert refusals(lambda: asked("return_goods", case, agent)) == ["usable"]
    exchange = asked("exchange", case, agent)
    assert facts_of(exchange).freight_payer == "shop"
    taken(exchange, "call_off", agent, note="顾客不换了")
    assert state_of(case) == "to_exchange"
    with pytest.raises(Malformed):
        taken(case, "exchange_declined", agent)
    taken(case, "exchange_declined", agent, note="顾客要退")
    asked("return_goods", case, agent)
    assert state_of(case) == "mending"


@pytest.mark.rule("L7.4")
def test_not_usable_again_is_sent_again_at_once_and_does_not_end_before_a_lead_knows(agent, supervisor, warehouse):
    case = a_damaged(agent, "severe_unusable", "courier")
    assert loss_of(case) == [("damaged", Decimal("60.00"), "L7.6")]
    task = case.tasks.get(done_at=None)
    assert (task.kind, task.role, task.rule) == ("reported", "leads", "L7.4")
    assert Outbox.objects.filter(topic="notice", payload__case=case.pk, payload__to="leads").exists()
    assert running(case, "resend").due_at == MONDAY + hours(4)
    assert refusals(lambda: asked("return_goods", case, agent)) == ["unusable"]
    resent = sent_again(case, agent)
    answered(resent, "shipped", warehouse, waybill="SF1234567890123", courier="shunfeng")
    taken(resent, "delivered", None)
    assert state_of(case) == "mending"
    assert "a lead has not taken note yet" in text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    assert noted(case, supervisor).state == "resent"
    assert refusals(lambda: reopen(case.pk, note="又坏了", by=acts(agent), at=MONDAY)) == ["made_good"]
    assert verify_invariants() == []


@pytest.mark.rule("L7.4")
def test_what_cannot_be_sent_again_is_refunded_and_nothing_comes_back(agent, supervisor):
    case = noted(a_damaged(agent, "severe_unusable"), supervisor)
    taken(sent_again(case, agent), "call_off", agent, note="缺货")
    assert state_of(case) == "to_resend"
    taken(case, "resend_declined", agent, note="缺货")
    shown = browser_of(agent).get(f"/refunds/new/?case={case.pk}").content.decode()
    first = case.order.lines.all()[0]
    assert f'name="line-{first.pk}" value="60.00"' in shown
    assert '<option value="damaged" selected>' in shown
    asked("refund", case, agent)
    assert state_of(case) == "mending"


@pytest.mark.rule("L7.4")
def test_a_case_that_was_reported_cannot_be_left_at_that_before_a_lead_knows(agent, supervisor):
    case = a_damaged(agent, "severe_unusable")
    assert refusals(lambda: taken(case, "nothing_wanted", agent, note="不用了")) == ["open_tasks"]
    noted(case, supervisor)
    taken(case, "nothing_wanted", agent, note="不用了")
    assert state_of(case) == "nothing_wanted"


@pytest.mark.rule("L7.1")
@pytest.mark.parametrize("kind", [Damaged, WrongItems])
def test_agents_work_it_and_leads_alone_decide_what_is_disputed(kind):
    taken_by = {each.name: each.by for each in kind.steps() if not each.hidden}
    leads = {"lead_confirms", "lead_refuses", "override_freight"}
    assert {name for name, roles in taken_by.items() if roles == LEADS} == leads
    assert all(roles >= AGENTS for name, roles in taken_by.items() if name not in leads and roles != {CLOCK})
    assert {name for name, roles in taken_by.items() if roles - AGENTS - {CLOCK}} <= {"came_back"}


# L7.6 -----------------------------------------------------------------------------------------------


@pytest.mark.rule("L7.6")
def test_what_is_found_out_later_decides_anew_and_the_loss_goes_with_it(agent):
    case = a_damaged(agent, "severe_usable")
    taken(case, "fault_found", agent, broken_by="courier")
    assert (facts_of(case).fault, loss_of(case)) == ("courier", [("damaged", Decimal("60.00"), "L7.6")])
    taken(case, "fault_found", agent, broken_by="courier")
    assert len(loss_of(case)) == 1
    taken(case, "fault_found", agent, broken_by="packing")
    assert (facts_of(case).fault, loss_of(case)) == ("warehouse", [])
    assert verify_invariants() == []
    slight = a_damaged(agent, "slight")
    taken(slight, "fault_found", agent, broken_by="courier")
    assert loss_of(slight) == []


@pytest.mark.rule("L7.6")
@pytest.mark.rule("R3.2")
def test_who_keeps_it_and_wants_nothing_leaves_nothing_to_claim(agent):
    case = a_damaged(agent, "severe_usable", "courier")
    taken(case, "nothing_wanted", agent, note="不影响使用")
    assert (state_of(case), loss_of(case)) == ("nothing_wanted", [])
    assert verify_invariants() == []


@pytest.mark.rule("L7.4")
def test_what_was_made_good_is_not_found_to_be_nothing_before_a_lead_knows(agent, warehouse):
    case = a_damaged(agent, "severe_unusable")
    resent = sent_again(case, agent)
    answered(resent, "shipped", warehouse, waybill="SF1234567890124", courier="shunfeng")
    taken(resent, "delivered", None)
    assert refusals(lambda: taken(case, "found_after_all", agent)) == ["wrong_state"]


@pytest.mark.rule("R3.5")
def test_the_customer_reads_that_the_insurer_pays_where_it_does(agent):
    case = a_damaged(agent, "severe_usable", freight_insured=True)
    at = read_situations([case], now=MONDAY, actor=acts(agent))[case.pk]
    with translation.override("en"):
        assert "the freight insurance pays it" in case.contact_message(at)
    assert facts_of(asked("return_goods", declined(case, agent), agent)).freight_payer == "insurer"


@pytest.mark.rule("L7.1")
def test_nothing_damaged_after_all_ends_it_and_nobody_owes_anything(agent):
    case = a_damaged(agent, "severe_unusable", "courier")
    taken(case, "found_after_all", agent)
    assert (state_of(case), facts_of(case).fault, loss_of(case)) == ("found", "", [])
    assert verify_invariants() == []


# Told of by the courier -----------------------------------------------------------------------------


@pytest.mark.rule("L7.1")
@pytest.mark.rule("L3.3")
def test_a_couriers_word_of_damage_may_open_it_and_the_customer_is_warned_and_asked_on_arrival(agent, shop):
    assert may_be_found(Damaged)
    parcel = an_order(shop, waybill="7422222222001").parcels.get()
    tell(parcel, node(MONDAY, "problem", "209", "快件外包装破损"))
    case = Case.objects.get(kind="damaged")
    assert (case.state, case.owner, running(case, "warn").due_at) == ("to_warn", None, MONDAY + hours(24))
    taken(case, "customer_warned", agent)
    fire_deadlines(at=MONDAY + hours(48) - SECOND)
    assert state_of(case) == "warned"
    tell(parcel_of(case), node(MONDAY + hours(10), "signed", "301", "本人签收"))
    assert state_of(case) == "to_ask"


@pytest.mark.rule("L7.1")
def test_who_was_warned_is_asked_when_nothing_is_heard(agent, shop):
    case = a_warned(agent, shop)
    fire_deadlines(at=MONDAY + hours(48))
    assert state_of(case) == "to_ask"


@pytest.mark.rule("L7.1")
def test_what_comes_back_damaged_is_sent_again(agent, shop):
    case = a_warned(agent, shop)
    taken(case, "came_back", agent)
    assert state_of(case) == "to_resend"
    taken(case, "fault_found", agent, broken_by="courier")
    assert loss_of(case) == [("damaged", Decimal("100.00"), "L7.6")]
    assert refusals(lambda: taken(case, "resend_declined", agent, note="缺货")) == ["customer_was_contacted"]
    told(case, agent)
    taken(case, "resend_declined", agent, note="缺货")
    taken(case, "nothing_wanted", agent, note="已另买")
    assert loss_of(case) == [("damaged", Decimal("100.00"), "L7.6")], "it lies here, broken"


def declined(case, agent):
    """Returned instead of exchanged, as an insured order is."""
    taken(case, "exchange_declined", agent, note="有运费险")
    return fresh(case)


def a_warned(agent, shop):
    """The courier told of damage, and the customer was warned."""
    parcel = an_order(shop, waybill="7422222222002").parcels.get()
    tell(parcel, node(MONDAY, "problem", "209", "快件外包装破损"))
    case = Case.objects.get(kind="damaged")
    taken(case, "customer_warned", agent)
    return fresh(case)
