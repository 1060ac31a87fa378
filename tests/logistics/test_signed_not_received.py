"""L1 Signed but not received: the address, the signer, the courier's two days, and who bears what."""

import datetime as dt
from decimal import Decimal

import pytest

from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case, Outbox
from casework.reading import read_case
from casework.situation import read_situations
from casework.views.case_parts import remedies
from logistics.models import Inquiry, Loss
from orders.errors import NotAllowed, Refused, StepRefused
from refunds.actions.ask import ask_refund
from tests.builders import a_wish, an_order
from tests.cast import MONDAY, acts
from tests.logistics.incidents import SAID, facts_of, fresh, hours, last_entry, parcel_of, running, sent_again, state_of, taken
from tests.logistics.nodes import node, tell
from tests.logistics.signed import NOWHERE, RIGHT, TALK, WALK, a_signed, a_signed_parcel

SECOND = dt.timedelta(seconds=1)


def message_of(case, agent):
    return case.contact_message(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])


# L1.1 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L1.1")
def test_only_what_was_signed_for_can_be_missed_after_signing(agent, shop):
    order = an_order(shop, waybill="73000000001")
    with pytest.raises(Refused) as refused:
        open_case("signed_not_received", by=acts(agent), at=MONDAY, order=order.number)
    assert (refused.value.code, refused.value.field) == ("not_signed", "waybill")
    signed = a_signed_parcel(shop)
    signed.orders.set([order])
    assert open_case("signed_not_received", by=acts(agent), at=MONDAY, order=order.number).subject == f"parcel:{signed.pk}"


@pytest.mark.rule("L1.1")
def test_the_customer_is_asked_where_to_look_and_the_case_comes_back(agent):
    case = a_signed(agent)
    assert running(case, "reply").due_at == MONDAY + hours(24)
    taken(case, "places_suggested", agent, lives_at="work")
    assert facts_of(case).answers == {"lives_at": "work"}
    fire_deadlines(at=MONDAY + hours(24) - SECOND)
    assert state_of(case) == "looking"
    fire_deadlines(at=MONDAY + hours(24))
    assert state_of(case) == "to_check"


@pytest.mark.rule("L1.1")
def test_the_answers_for_each_place_are_kept(agent):
    case = a_signed(agent, "to_inquire")
    assert (facts_of(case).address, facts_of(case).answers) == ("right", {"lives_at": "home", **NOWHERE})
    assert last_entry(case).facts == RIGHT


@pytest.mark.rule("L1.1")
@pytest.mark.parametrize("state", ["to_check", "traced", "to_offer", "getting_back"])
def test_somebody_who_has_it_ends_the_case_and_nothing_is_owed(agent, state):
    case = a_signed(agent, state)
    taken(case, "found_with_somebody", agent, with_whom="neighbour")
    assert (state_of(case), facts_of(case).fault, facts_of(case).freight_payer) == ("found", "", "")
    assert verify_invariants() == []


# L1.2, L1.3 ----------------------------------------------------------------------------------------


@pytest.mark.rule("L1.2")
def test_the_signer_is_asked_for_named_and_told(agent):
    case = a_signed(agent, "inquired")
    taken(case, "signer_named", agent, **TALK, signer="门卫老李 13800138000")
    assert "门卫老李" in facts_of(case).signer
    assert "13800138000" not in facts_of(case).signer
    assert "门卫老李" in message_of(fresh(case), agent)
    assert [each.answer[:4] for each in Inquiry.objects.filter(case=case)] == ["", "门卫老李"]
    taken(case, "signer_told", agent)
    assert state_of(case) == "traced"


@pytest.mark.rule("L0.2")
def test_that_nobody_can_name_the_signer_is_told_as_well(agent):
    case = a_signed(agent, "inquired")
    before = message_of(case, agent)
    taken(case, "signer_unknown", agent, said="底单找不到")
    assert (state_of(case), message_of(fresh(case), agent) != before) == ("tell_signer", True)


@pytest.mark.rule("L1.2")
def test_the_posts_signer_is_read_on_its_page_at_once(agent):
    case = a_signed(agent, "to_inquire")
    taken(case, "signer_named", agent, whom="post", way="tracking", signer="收发室")
    assert running(case, "courier_trace").due_at == MONDAY + hours(48)


@pytest.mark.rule("L1.3")
@pytest.mark.parametrize("state", ["inquired", "tell_signer", "traced"])
def test_the_courier_has_two_days_and_then_the_case_is_with_its_owner(agent, state):
    case = a_signed(agent, state)
    assert running(case, "courier_trace").due_at == MONDAY + hours(48)
    fire_deadlines(at=MONDAY + hours(48) - SECOND)
    assert state_of(case) == state
    fire_deadlines(at=MONDAY + hours(48))
    assert (state_of(case), fresh(case).category) == ("to_decide", "open")
    taken(case, "asked_again", agent, at=MONDAY + hours(49), **TALK)
    assert running(case, "courier_trace").due_at == MONDAY + hours(97)


@pytest.mark.rule("L1.3")
def test_a_silent_courier_goes_to_a_lead_who_gives_time_or_takes_it_as_misdelivered(agent, supervisor):
    case = a_signed(agent, "traced")
    fire_deadlines(at=MONDAY + hours(48))
    fire_deadlines(at=MONDAY + hours(72) - SECOND)
    assert state_of(case) == "to_decide"
    fire_deadlines(at=MONDAY + hours(72))
    assert (state_of(case), fresh(case).category) == ("at_lead", "lead")
    assert Outbox.objects.filter(topic="notice", payload__about="courier_is_silent").exists()
    with pytest.raises(NotAllowed):
        taken(case, "more_time", agent, at=MONDAY + hours(73))
    taken(case, "more_time", supervisor, at=MONDAY + hours(73))
    fire_deadlines(at=MONDAY + hours(121))
    taken(case, "courier_is_silent", agent, at=MONDAY + hours(122))
    taken(case, "taken_as_misdelivered", supervisor, at=MONDAY + hours(123), note="两次催查无回复")
    assert (state_of(case), facts_of(case).fault) == ("not_found", "courier")
    assert Loss.objects.standing().get(case=case).amount == Decimal("100.00")


# L1.4 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L1.4")
@pytest.mark.parametrize("state", ["to_check", "to_inquire", "inquired", "traced", "to_offer"])
def test_nothing_is_made_good_before_the_couriers_word_or_the_end_of_its_time(agent, state):
    case = a_signed(agent, state)
    with pytest.raises(StepRefused) as refused:
        ask_refund(a_wish(case.order, case=case.pk), by=acts(agent), at=MONDAY)
    assert [each.code for each in refused.value.reasons] == ["not_settled"]
    with pytest.raises(StepRefused):
        sent_again(case, agent)


@pytest.mark.rule("L1.4")
def test_delivered_wrongly_is_the_couriers_fault_and_the_customer_is_asked_for_the_original(agent):
    case = a_signed(agent, "to_offer")
    facts = facts_of(case)
    assert (facts.fault, facts.fault_rule, facts.freight_payer) == ("courier", "L1.4", "courier")
    assert not Loss.objects.exists(), "what it owes is open until the customer says what they would like"
    assert Inquiry.objects.filter(case=case).last().answer == SAID["said"]


@pytest.mark.rule("L1.4")
def test_the_original_is_followed_until_it_is_signed_for_again(agent):
    case = a_signed(agent, "fetched")
    assert running(case, "redelivery").due_at == MONDAY + hours(48)
    tell(parcel_of(case), node(MONDAY + hours(10), "delivering", "5", "再次派送"))
    assert (state_of(case), fresh(case).news) == ("fetched", {"moves_after_signing": 1})
    tell(parcel_of(case), node(MONDAY + hours(12), "signed", "301", "本人签收二"))
    assert (state_of(case), fresh(case).news) == ("delivered", {})
    assert verify_invariants() == []


@pytest.mark.rule("L1.4")
def test_a_second_delivery_that_is_late_is_the_owners_turn_again(agent):
    case = a_signed(agent, "fetched")
    fire_deadlines(at=MONDAY + hours(48) - SECOND)
    assert state_of(case) == "fetched"
    fire_deadlines(at=MONDAY + hours(48))
    assert state_of(case) == "to_offer"


@pytest.mark.rule("L1.4")
def test_the_original_declined_leaves_the_full_price_owed_and_resend_or_refund(agent):
    case = a_signed(agent, "to_mend", lines=("60.00", "40.00"), freight="8.00")
    loss = Loss.objects.standing().get(case=case)
    assert (loss.cause, loss.amount, loss.rule) == ("misdelivered", Decimal("108.00"), "L13.1")
    refund = ask_refund(
        a_wish(case.order, "60.00", case=case.pk, reason="not_received", ground="courier_confirmed"), by=acts(agent), at=MONDAY
    )
    assert (state_of(case), refund.parent_id) == ("mending", case.pk)
    assert verify_invariants() == []


@pytest.mark.rule("L1.4")
@pytest.mark.parametrize(("wish", "words", "first"), [("resend", "您希望补发", "reshipment"), ("refund", "您希望退款", "refund")])
@pytest.mark.parametrize(
    ("state", "steps", "became"),
    [
        ("to_offer", [("original_declined", {})], "送错了地方"),
        ("to_offer", [("original_wanted", {}), ("came_back_to_us", {})], "已退回我们这里"),
        ("traced", [("cannot_be_found", SAID), ("loss_explained", {})], "没能找到"),
        ("traced", [("cannot_be_found", SAID), ("came_back_to_us", {})], "已退回我们这里"),
    ],
)
def test_the_customer_reads_what_became_of_it_and_their_wish_which_is_offered_first(agent, state, steps, became, wish, words, first):
    case = a_signed(agent, state)
    for step, facts in steps[:-1]:
        taken(case, step, agent, **facts)
    taken(case, steps[-1][0], agent, wish=wish)
    case = fresh(case)
    text = message_of(case, agent)
    assert became in text
    assert words in text
    assert "？" not in text
    assert sum(each in text for each in ("送错了地方", "已退回我们这里", "没能找到")) == 1
    assert list(case.remedies_offered()) == [first, *({"reshipment", "refund"} - {first})]


@pytest.mark.rule("L1.4")
def test_the_first_button_of_the_page_is_what_the_customer_would_like(agent):
    case = a_signed(agent, "to_offer")
    taken(case, "original_declined", agent, wish="refund")
    view = read_case(case.pk, by=acts(agent), now=MONDAY)
    assert [each.name for each in remedies(view, acts(agent))] == ["refund", "reshipment"]


@pytest.mark.rule("L1.4")
def test_what_cannot_be_found_is_explained_before_it_is_made_good(agent):
    case = a_signed(agent, "traced")
    taken(case, "cannot_be_found", agent, **SAID)
    assert Loss.objects.standing().get(case=case).cause == "misdelivered"
    taken(case, "loss_explained", agent, wish="resend")
    sent_again(fresh(case), agent)
    assert state_of(case) == "mending"


@pytest.mark.rule("L1.4")
def test_a_parcel_that_comes_back_to_us_owes_no_price(agent):
    case = a_signed(agent, "traced")
    taken(case, "cannot_be_found", agent, **SAID)
    taken(case, "came_back_to_us", agent, wish="resend")
    assert (state_of(case), parcel_of(case).back_at, Loss.objects.standing().count()) == ("to_mend", MONDAY, 0)


@pytest.mark.rule("L1.4")
def test_a_customer_who_has_it_after_all_takes_the_loss_away(agent):
    case = a_signed(agent, "traced")
    taken(case, "cannot_be_found", agent, **SAID)
    taken(case, "delivered_again", agent)
    assert (state_of(case), Loss.objects.standing().count()) == ("delivered", 0)


@pytest.mark.rule("L1.1")
@pytest.mark.parametrize(
    ("step", "said", "end"), [("found_with_somebody", {"with_whom": "neighbour"}, "found"), ("delivered_again", {}, "delivered")]
)
def test_what_turns_up_before_anything_is_made_good_ends_the_case(agent, step, said, end):
    case = a_signed(agent, "to_mend")
    assert Loss.objects.standing().count() == 1
    taken(case, step, agent, **said)
    assert (state_of(case), Loss.objects.standing().count()) == (end, 0)


# L1.5 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L1.5")
def test_a_wrongly_written_address_is_the_customers_loss_and_we_try_all_the_same(agent):
    case = a_signed(agent, "wrong")
    for step in ("delivered_wrongly", "cannot_be_found"):
        with pytest.raises(StepRefused) as refused:
            taken(case, step, agent, **SAID)
        assert [(each.code, each.rule) for each in refused.value.reasons] == [("address_was_right", "L1.4")]
    taken(case, "written_wrongly", agent, **SAID)
    assert (state_of(case), facts_of(case).fault, facts_of(case).freight_payer) == ("getting_back", "customer", "customer")
    fire_deadlines(at=MONDAY + hours(48) - SECOND)
    assert state_of(case) == "getting_back"
    fire_deadlines(at=MONDAY + hours(48))
    taken(case, "loss_told", agent, at=MONDAY + hours(49))
    assert (state_of(case), Loss.objects.count()) == ("borne", 0)


@pytest.mark.rule("L1.5")
def test_a_right_address_is_no_loss_of_the_customers(agent):
    case = a_signed(agent, "traced")
    with pytest.raises(StepRefused) as refused:
        taken(case, "written_wrongly", agent, **SAID)
    assert [each.code for each in refused.value.reasons] == ["address_was_wrong"]


@pytest.mark.rule("L1.5")
@pytest.mark.parametrize(("step", "end"), [("came_back", "back"), ("delivered_again", "delivered")])
def test_what_is_got_back_ends_well(agent, step, end):
    case = a_signed(agent, "getting_back")
    taken(case, step, agent)
    assert state_of(case) == end
    goes_on = [(each.kind, facts_of(each).sent_back_for, facts_of(each).freight_payer) for each in Case.objects.open()]
    assert goes_on == ([("returned_to_sender", "address_wrong", "customer")] if end == "back" else [])


@pytest.mark.rule("L1.5")
def test_a_lead_leaves_a_wrong_address_with_the_customer(agent, supervisor):
    case = a_signed(agent, "wrong")
    fire_deadlines(at=MONDAY + hours(48))
    taken(case, "courier_is_silent", agent, at=MONDAY + hours(49))
    taken(case, "left_with_the_customer", supervisor, at=MONDAY + hours(50), note="网点不回")
    assert (state_of(case), facts_of(case).fault) == ("tell_loss", "customer")


# Tracking ------------------------------------------------------------------------------------------


@pytest.mark.rule("L1.3")
def test_a_signed_parcel_that_moves_tells_the_owner_once(agent):
    case = a_signed(agent, "traced")
    late = node(MONDAY + hours(1), "transit", "0", "离开网点")
    tell(parcel_of(case), late)
    tell(parcel_of(case), late)
    assert (state_of(case), fresh(case).news) == ("traced", {"moves_after_signing": 1})
    assert set(parcel_of(case).facts.values_list("name", flat=True)) >= {"signed_by_other", "moved_after_signing"}
    tell(parcel_of(case), node(MONDAY + hours(2), "signed", "301", "本人签收三"))
    assert (state_of(case), fresh(case).news) == ("traced", {"moves_after_signing": 1, "signed_again": 1})


@pytest.mark.fault("W4")
def test_what_was_told_before_the_case_moves_nothing(agent):
    case = a_signed(agent, "traced")
    tell(parcel_of(case), node(MONDAY - hours(1), "station", "501", "已由驿站代收"))
    assert (state_of(case), fresh(case).news) == ("traced", {})


@pytest.mark.rule("L0.2")
@pytest.mark.parametrize("state", [name for name in WALK if name not in ("wrong", "to_mend")])
def test_every_state_has_words_for_the_customer(agent, state):
    case = a_signed(agent, state)
    assert case.subject_label in message_of(case, agent)


@pytest.mark.rule("L1.4")
def test_a_second_signature_holds_what_is_sent_in_its_place(agent):
    case = a_signed(agent, "to_mend")
    again = sent_again(case, agent)
    tell(parcel_of(case), node(MONDAY + hours(12), "signed", "301", "本人签收"))
    assert (state_of(case), fresh(case).news) == ("mending", {"signed_again": 1})
    assert fresh(again).news == {"original_signed": 1}
