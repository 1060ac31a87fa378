"""L9.6 A parcel is stopped on its way: asked, accepted, refused, done, with the fee and who pays it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.models import Outbox
from casework.situation import read_situations
from logistics.actions.take_back import take_back
from logistics.models import Inquiry
from orders.errors import NotAllowed, Refused, StepRefused
from tests.cast import MONDAY, acts
from tests.logistics.addresses import ASKED_FOR
from tests.logistics.incidents import an_incident, facts_of, fresh, hours, parcel_of, running, state_of, taken
from tests.logistics.nodes import node, tell

pytestmark = pytest.mark.rule("L9.6")
SECOND = dt.timedelta(seconds=1)
ACCEPTED = {"said": "网点同意"}


def asked(agent, **more):
    stop = an_incident("intercept", agent)
    taken(stop, "courier_asked", agent, **(ASKED_FOR | more))
    return stop


def accepted(agent, **more):
    stop = asked(agent)
    taken(stop, "courier_accepts", agent, **(ACCEPTED | more))
    return stop


def message_of(stop, agent):
    stop = fresh(stop)
    with translation.override("en"):
        return stop.contact_message(read_situations([stop], now=MONDAY, actor=acts(agent))[stop.pk])


def test_the_courier_is_asked_with_a_promise_that_has_its_deadline(agent):
    stop = asked(agent, promise="下午回复", promised_until=(MONDAY + hours(5)).isoformat())
    inquiry = Inquiry.objects.get(case=stop)
    assert (state_of(stop), facts_of(stop).purpose, inquiry.promise) == ("asked", "redirect", "下午回复")
    assert running(stop, inquiry.clock_kind).due_at == MONDAY + hours(5)


@pytest.mark.parametrize(
    ("made", "clock", "after", "state"),
    [(asked, "courier_answers", hours(24), "to_ask"), (accepted, "followed", hours(120), "to_ask")],
)
def test_a_courier_that_lets_its_time_pass_is_asked_again(agent, made, clock, after, state):
    stop = made(agent)
    before = state_of(stop)
    assert running(stop, clock).due_at == MONDAY + after
    fire_deadlines(at=MONDAY + after - SECOND)
    assert state_of(stop) == before
    fire_deadlines(at=MONDAY + after)
    assert state_of(stop) == state


def test_a_fee_before_the_signature_waits_for_a_leads_word(agent, supervisor):
    stop = accepted(agent, fee="12.00")
    assert (facts_of(stop).fee, facts_of(stop).freight_payer, facts_of(stop).rules) == (Decimal("12.00"), "", ["L0.2"])
    assert Outbox.objects.filter(payload__about="freight_to_decide", payload__case=stop.pk).count() == 1
    for step, note in (("signed_at_the_new_place", ""), ("call_off", "不拦了")):
        with pytest.raises(StepRefused) as refused:
            taken(stop, step, agent, note=note)
        assert [each.code for each in refused.value.reasons] == ["fee_has_a_payer"]
    taken(stop, "override_freight", supervisor, freight_payer="customer", note="顾客同意付")
    taken(stop, "signed_at_the_new_place", agent)
    assert (state_of(stop), parcel_of(stop).delivered_at) == ("redirected", MONDAY)


def test_what_is_to_come_back_is_not_signed_for_at_a_new_place(agent, warehouse):
    stop = asked(agent, purpose="bring_back")
    taken(stop, "courier_accepts", agent, **ACCEPTED)
    with pytest.raises(StepRefused) as refused:
        taken(stop, "signed_at_the_new_place", agent)
    assert [each.code for each in refused.value.reasons] == ["has_a_new_place"]
    taken(stop, "came_back", warehouse)
    assert (state_of(stop), parcel_of(stop).back_at) == ("back", MONDAY)


@pytest.mark.parametrize("how", ["by hand", "scanned"])
def test_what_is_back_with_a_fee_that_nobody_pays_waits_for_a_leads_word(agent, supervisor, warehouse, how):
    stop = accepted(agent, fee="12.00")
    if how == "by hand":
        taken(stop, "came_back_for_a_fee", warehouse, at=MONDAY + hours(5))
    else:
        take_back(parcel_of(stop).pk, by=acts(warehouse), at=MONDAY + hours(5))
    assert (state_of(stop), fresh(stop).category, parcel_of(stop).back_at) == ("fee_open", "lead", MONDAY + hours(5))
    assert running(stop, "lead_decides").due_at == MONDAY + hours(29)
    with pytest.raises(NotAllowed):
        taken(stop, "override_freight", agent, at=MONDAY + hours(6), freight_payer="shop", note="我们付")
    taken(stop, "override_freight", supervisor, at=MONDAY + hours(6), freight_payer="shop", note="我们付")
    assert (state_of(stop), facts_of(stop).freight_payer) == ("back", "shop")


@pytest.mark.parametrize(("payer", "words"), [("customer", "fee of 12.00 yuan is yours"), ("split", "half"), ("shop", "costs you nothing")])
def test_who_pays_the_fee_is_said(agent, supervisor, payer, words):
    stop = accepted(agent, fee="12.00")
    assert "we tell you who pays" in message_of(stop, agent)
    taken(stop, "override_freight", supervisor, freight_payer=payer, note="说好")
    assert words in message_of(stop, agent)


def test_what_is_to_come_back_is_not_told_as_a_change_of_its_way(agent):
    stop = asked(agent, purpose="bring_back")
    for step, words in (("courier_accepts", "bring it back to us"), ("courier_refuses", "could not stop")):
        taken(stop, step, agent, **ACCEPTED)
        assert words in message_of(stop, agent)


def test_a_signature_asks_where_and_the_owner_reads_it(agent):
    stop = accepted(agent)
    tell(parcel_of(stop), node(MONDAY + hours(3), "signed", "301", "本人签收"))
    assert (state_of(stop), fresh(stop).news) == ("where", {"delivered": 1})


@pytest.mark.rule("L9.7")
@pytest.mark.parametrize(("purpose", "payer", "words"), [("redirect", "customer", "需要您承担"), ("bring_back", "", "有结果马上告诉您")])
def test_got_back_at_the_customers_cost_only_where_they_wanted_it_elsewhere(agent, purpose, payer, words):
    stop = asked(agent, purpose=purpose)
    tell(parcel_of(stop), node(MONDAY + hours(3), "signed", "301", "本人签收"))
    taken(stop, "signed_at_the_old_place", agent, at=MONDAY + hours(4), whom="courier", way="phone")
    assert facts_of(stop).freight_payer == payer
    assert Outbox.objects.filter(payload__about="freight_to_decide", payload__case=stop.pk).exists() is not bool(payer)
    stop = fresh(stop)
    with translation.override("zh-hans"):
        assert words in stop.contact_message(read_situations([stop], now=MONDAY, actor=acts(agent))[stop.pk])


def test_what_the_customer_has_and_keeps_need_not_be_got_back(agent):
    stop = accepted(agent)
    tell(parcel_of(stop), node(MONDAY + hours(3), "signed", "301", "本人签收"))
    taken(stop, "call_off", agent, at=MONDAY + hours(4), note="顾客已取到")
    assert state_of(stop) == "called_off"


def test_only_agents_ask_and_what_is_with_us_is_not_stopped(agent, warehouse):
    stop = an_incident("intercept", agent)
    with pytest.raises(NotAllowed):
        taken(stop, "courier_asked", warehouse, **ASKED_FOR)
    parcel = parcel_of(stop)
    taken(stop, "came_back", warehouse)
    with pytest.raises(Refused) as refused:
        open_case("intercept", by=acts(agent), at=MONDAY, waybill=parcel.waybill)
    assert refused.value.code == "parcel_is_back"
