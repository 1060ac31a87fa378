"""L13 A courier claim: made of a loss, filed with its papers in the courier's window, answered, paid, left, written off, or withdrawn."""

import datetime as dt
from contextlib import nullcontext
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from casework.actions.add_evidence import add_evidence
from casework.actions.advance import advance
from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.calendars import Calendar
from casework.models import Case, Ledger, Outbox
from casework.photos.checklist import missing
from casework.policies import Policies
from casework.situation import Situation, read_situations
from logistics.actions.keep_setting import keep_setting, remove_setting
from logistics.models import ClaimWindow, Courier, Loss, Parcel
from logistics.signals import parcel_came_back
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Refused, StepRefused
from refunds.actions.open_claims import MOST, open_claims
from refunds.actions.reverse_claims import give_back, reverse_claims
from refunds.actions.settle_line import match_line
from refunds.books.cost import cost_of
from refunds.claims.claiming import Claim
from refunds.claims.unclaimed import unclaimed
from refunds.models import ClaimFacts, CourierClaim, Recovery
from tests.callers import a_picture, browser, program
from tests.cast import MONDAY, NOON, acts, by_token
from tests.logistics.incidents import an_incident, fresh, last_entry, running, state_of, taken
from tests.orders.lists import Desk
from tests.refunds.claims import DAY, a_claim, a_line, a_loss, a_row, claim_of, filed, waybill_of

pytestmark = [pytest.mark.rule("L13.1"), pytest.mark.usefixtures("database_clock")]
SECOND = dt.timedelta(seconds=1)
SAID = {"said": "理赔专员小李"}


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)


def a_window(**days):
    return ClaimWindow.objects.create(courier=Courier.objects.get(code="zhongtong"), **days)


def why_here(case, by):
    found = fresh(case)
    return found.why_here(read_situations([found], now=MONDAY, actor=acts(by))[found.pk])


def codes_of(refused):
    return [each.code for each in refused.value.reasons]


# Made of a loss ------------------------------------------------------------------------------------


def test_a_loss_becomes_a_claim_in_one_step_with_its_full_price(agent):
    loss = a_loss(agent, lines=("60.00", "40.00"))
    assert list(unclaimed(acts(agent))) == [loss]
    (case,) = open_claims([loss.pk], by=acts(agent), at=MONDAY)
    facts = claim_of(case)
    assert (case.kind, case.state, facts.amount, facts.incident, case.owner_id) == (
        "courier_claim",
        "registered",
        Decimal("100.00"),
        loss.case,
        agent.pk,
    )
    assert (case.order, loss.parcel.waybill in case.subject_label) == (loss.case.order, True)
    assert not unclaimed(acts(agent)).exists()
    assert last_entry(case).step == "open"


def test_many_losses_become_claims_at_once_all_or_none(agent):
    losses = [a_loss(agent).pk for _ in range(3)]
    assert len(open_claims(losses, by=acts(agent), at=MONDAY)) == 3
    fourth = a_loss(agent)
    with pytest.raises(Refused) as refused:
        open_claims([fourth.pk, losses[0]], by=acts(agent), at=MONDAY)
    assert (refused.value.code, unclaimed(acts(agent)).get()) == ("already_claimed", fourth)
    for wrong in ([], [True], ["1"], list(range(1, MOST + 2)), None):
        with pytest.raises(Malformed):
            open_claims(wrong, by=acts(agent), at=MONDAY)


def test_the_claim_of_a_waybill_is_opened_like_any_case(agent):
    loss = a_loss(agent)
    assert claim_of(open_case("courier_claim", by=acts(agent), at=MONDAY, waybill=loss.parcel.waybill)).loss == loss
    with pytest.raises(Refused) as refused:
        open_case("courier_claim", by=acts(agent), at=MONDAY, order=loss.case.order.number)
    assert refused.value.code == "no_loss"


def test_nobody_claims_for_another_shop_or_without_the_right(agent, finance, outsider):
    loss = a_loss(agent)
    with pytest.raises(NotFound):
        open_claims([loss.pk], by=acts(outsider), at=MONDAY)
    with pytest.raises(NotAllowed):
        open_claims([loss.pk], by=acts(finance), at=MONDAY)
    Parcel.objects.filter(pk=loss.parcel_id).update(delivered_at=MONDAY)
    with pytest.raises(Refused) as refused:
        open_claims([loss.pk], by=acts(agent), at=MONDAY)
    assert refused.value.code == "no_loss"


# Not more than its price ---------------------------------------------------------------------------


def a_second_loss(first, amount, kind="damaged", cause="damaged"):
    """Of the same parcel, found by another case."""
    other = an_incident(kind, first.case.owner, order=first.case.order)
    about = {"case": other, "parcel": first.parcel, "courier": first.courier, "rule": "L7.6", "at": MONDAY}
    return Loss.objects.create(cause=cause, amount=amount, **about)


def test_one_parcel_is_not_claimed_twice(agent, desk):
    case = filed(agent)
    second = a_second_loss(claim_of(case).loss, "0.01")
    for _ in ("claimed", "paid"):
        with pytest.raises(Refused) as refused:
            open_claims([second.pk], by=acts(agent), at=MONDAY)
        assert refused.value.code == "more_than_price"
        with pytest.raises(Refused) as refused:
            open_case("courier_claim", by=acts(agent), at=MONDAY, waybill=second.parcel.waybill)
        assert refused.value.code == "more_than_price"
        desk.take([a_row(waybill_of(case), "100.00")], at=MONDAY)
    assert (state_of(case), CourierClaim.objects.filter(kind="courier_claim").count()) == ("paid", 1)


def test_neither_are_two_losses_of_a_parcel_that_are_claimed_at_once(agent):
    first = a_loss(agent)
    with pytest.raises(Refused) as refused:
        open_claims([first.pk, a_second_loss(first, "89.00").pk], by=acts(agent), at=MONDAY)
    assert (refused.value.code, ClaimFacts.objects.count()) == ("more_than_price", 0)


@pytest.mark.parametrize(("damaged", "is_claimed"), [("60.00", True), ("60.01", False)])
def test_parts_of_a_parcel_are_claimed_up_to_its_price(agent, damaged, is_claimed):
    whole = a_loss(agent)
    losses = [a_second_loss(whole, "40.00", "missing_items", "missing").pk, a_second_loss(whole, damaged).pk]
    with nullcontext() if is_claimed else pytest.raises(Refused):
        open_claims(losses, by=acts(agent), at=MONDAY)
    assert ClaimFacts.objects.count() == (2 if is_claimed else 0)


def test_what_was_refused_written_off_or_withdrawn_is_in_nobodys_way(agent, manager):
    case = filed(agent)
    second = a_second_loss(claim_of(case).loss, "89.00")
    taken(case, "refuse", agent, **SAID)
    (other,) = open_claims([second.pk], by=acts(agent), at=MONDAY)
    with pytest.raises(Refused) as refused:
        taken(case, "file_again", agent)
    assert (refused.value.code, state_of(case)) == ("more_than_price", "refused")
    taken(other, "write_off", manager, note="不追了")
    assert taken(case, "file_again", agent).state == "filed_again"


# Papers and windows --------------------------------------------------------------------------------


def test_it_is_filed_once_its_papers_are_there_or_with_a_leads_word(agent, supervisor):
    (case,) = open_claims([a_loss(agent).pk], by=acts(agent), at=MONDAY)
    with pytest.raises(StepRefused) as refused:
        taken(case, "file", agent)
    assert "平台截图" in str(refused.value.reasons[0].text) or "platform" in str(refused.value.reasons[0].text)
    with pytest.raises(NotAllowed):
        taken(case, "file_incomplete", agent, note="赶时限")
    taken(case, "file_incomplete", supervisor, note="赶时限", number="LP1")
    assert (state_of(case), claim_of(case).number, claim_of(case).filed_at) == ("filed", "LP1", MONDAY)


@pytest.mark.parametrize(
    ("cause", "papers"),
    [
        ("lost", ["courier_reply", "platform"]),
        ("misdelivered", ["courier_reply", "platform"]),
        ("missing", ["photo_waybill", "photo_box", "photo_goods", "platform"]),
        ("damaged", ["photo_damage", "photo_waybill", "photo_box", "photo_packing", "platform"]),
    ],
)
def test_the_papers_go_by_what_happened(cause, papers):
    at = Situation(MONDAY, Actor.system(), 1, Policies(MONDAY), Calendar(), more={"claim": Claim(Loss(cause=cause))})
    assert [each.kind for each in CourierClaim.CHECKLIST if each.is_for(CourierClaim(), at)] == papers
    assert [each.kind for each in missing(CourierClaim(), at)] == papers


def test_papers_on_the_case_that_found_the_loss_serve_as_well(agent):
    (case,) = open_claims([a_loss(agent).pk], by=acts(agent), at=MONDAY)
    add_evidence(claim_of(case).incident_id, upload=a_picture(), kind="platform", by=acts(agent), at=MONDAY)
    assert taken(case, "file", agent).state == "filed"


def test_it_is_filed_from_the_first_day_on_and_overdue_after_the_last(agent):
    a_window(earliest=2, latest=5)
    case = a_claim(agent)
    opens, closes = (localtime(MONDAY).replace(hour=0) + days * DAY for days in (2, 6))
    assert (running(case, "opens").due_at, running(case, "closes").due_at) == (opens, closes)
    with pytest.raises(StepRefused) as refused:
        taken(case, "file", agent, at=opens - SECOND)
    assert codes_of(refused) == ["is_not_too_early"]
    fire_deadlines(at=opens)
    assert last_entry(case).step == "window_opens"
    fire_deadlines(at=closes - SECOND)
    assert case.deadlines.get(kind="closes").status == "open"
    fire_deadlines(at=closes)
    assert case.deadlines.get(kind="closes").status == "over"
    assert taken(case, "file", agent, at=closes + SECOND).state == "filed"


@pytest.mark.parametrize(("since", "column"), [("shipped", "shipped_at"), ("signed", "delivered_at")])
def test_days_are_counted_from_where_the_courier_counts(agent, since, column):
    a_window(since=since, latest=30, cause="lost")
    a_window(latest=1)
    case = a_claim(agent)
    first = MONDAY - 10 * DAY
    Parcel.objects.filter(pk=claim_of(case).loss.parcel_id).update(**{column: first})
    found = read_situations([case], now=MONDAY, actor=acts(agent))[case.pk].more["claim"]
    assert found.closes_at == localtime(first).replace(hour=0) + 31 * DAY


def test_a_window_that_becomes_known_later_moves_the_claims_that_run(agent, manager):
    to_file, asked, promised = a_claim(agent), filed(agent), filed(agent)
    taken(promised, "urged", agent, promised_until=(MONDAY + 9 * DAY).isoformat(), **SAID)
    before = running(to_file, "closes").due_at
    keep_setting(ClaimWindow(courier=Courier.objects.get(code="yunda"), latest=1), by=acts(manager), at=NOON)
    assert running(to_file, "closes").due_at == before
    window = ClaimWindow(courier=Courier.objects.get(code="zhongtong"), earliest=2, latest=4, answer=3)
    keep_setting(window, by=acts(manager), at=NOON)
    midnight = localtime(MONDAY).replace(hour=0)
    assert [running(to_file, clock).due_at for clock in ("opens", "closes")] == [midnight + 2 * DAY, midnight + 5 * DAY]
    assert (running(asked, "answer").due_at, running(promised, "answer").due_at) == (MONDAY + 3 * DAY, MONDAY + 9 * DAY)
    assert (last_entry(to_file).step, last_entry(to_file).actor_name, last_entry(promised).step) == (
        "claim_window_followed",
        "system",
        "urged",
    )
    window.latest = 6
    keep_setting(window, by=acts(manager), at=NOON)
    assert running(to_file, "closes").due_at == midnight + 7 * DAY
    remove_setting(window, by=acts(manager), at=NOON)
    assert running(to_file, "closes").due_at > midnight + 7 * DAY
    assert verify_invariants() == []


def test_an_empty_window_is_warned_of_and_our_own_time_runs(agent):
    case = a_claim(agent)
    assert "中通" in why_here(case, agent)
    assert running(case, "closes").due_at == MONDAY + 7 * DAY
    a_window(latest=30, answer=3)
    assert "目录" not in why_here(case, agent)


# Answered ------------------------------------------------------------------------------------------


def test_the_courier_answers_in_its_time_or_as_it_promises(agent):
    a_window(latest=30, answer=3)
    case = filed(agent)
    assert running(case, "answer").due_at == MONDAY + 3 * DAY
    taken(case, "urged", agent, at=MONDAY + DAY, promised_until=(MONDAY + 5 * DAY).isoformat(), **SAID)
    fire_deadlines(at=MONDAY + 5 * DAY - SECOND)
    assert running(case, "answer").due_at == MONDAY + 5 * DAY
    fire_deadlines(at=MONDAY + 5 * DAY)
    assert case.deadlines.get(kind="answer").status == "over"
    with pytest.raises(Malformed):
        taken(case, "urged", agent, at=MONDAY + 6 * DAY, promised_until=MONDAY.isoformat(), **SAID)


def test_what_the_courier_wants_is_sent_and_it_is_filed_again(agent):
    case = filed(agent)
    taken(case, "info_wanted", agent, wanted="请补发货底单，电话13800138000")
    assert ("底单" in claim_of(case).wanted, "13800138000" in claim_of(case).wanted) == (True, False)
    assert running(case, "info").due_at == MONDAY + 3 * DAY
    taken(case, "file_again", agent, at=MONDAY + DAY)
    assert (state_of(case), running(case, "answer").due_at, claim_of(case).wanted) == ("filed_again", MONDAY + 8 * DAY, "")


def test_a_paper_that_cannot_be_had_stops_no_claim_that_a_lead_lets_go(agent, supervisor):
    (case,) = open_claims([a_loss(agent).pk], by=acts(agent), at=MONDAY)
    taken(case, "file_incomplete", supervisor, note="赶时限")
    taken(case, "info_wanted", agent, wanted="平台截图")
    with pytest.raises(StepRefused):
        taken(case, "file_again", agent)
    with pytest.raises(NotAllowed):
        taken(case, "file_again_incomplete", agent, note="订单已归档")
    taken(case, "file_again_incomplete", supervisor, note="订单已归档")
    assert (state_of(case), claim_of(case).wanted) == ("filed_again", "")
    taken(case, "info_wanted", agent, wanted="平台截图")
    assert taken(case, "refuse", agent, **SAID).state == "refused"


@pytest.mark.parametrize("state", ["filed", "filed_again", "accepted"])
def test_what_the_courier_says_is_recorded_when_it_comes_and_proposed_to_nobody(state):
    assert [each.name for each in CourierClaim.steps() if state in each.source and not each.hidden and each.comes_next_in(state)] == []


def test_accepted_in_full_waits_for_the_money(agent):
    case = filed(agent)
    taken(case, "accept", agent, **SAID)
    assert (state_of(case), claim_of(case).accepted, running(case, "payment").due_at) == (
        "accepted",
        Decimal("100.00"),
        MONDAY + 40 * DAY,
    )
    fire_deadlines(at=MONDAY + 40 * DAY)
    assert case.deadlines.get(kind="payment").status == "over"


@pytest.mark.parametrize("part", ["100.00", "100.01", "0", "-1", "1.234"])
def test_a_part_is_less_than_the_whole_and_an_amount(agent, part):
    with pytest.raises(Malformed) as bad:
        taken(filed(agent), "accept_in_part", agent, accepted=part, **SAID)
    assert bad.value.field == "accepted"


def test_the_rest_is_left_by_a_lead_and_above_the_policy_by_a_manager(agent, supervisor, manager):
    case = filed(agent, lines=("300.00",))
    taken(case, "accept_in_part", agent, accepted="150.00", **SAID)
    assert running(case, "decide").due_at == MONDAY + 3 * DAY
    with pytest.raises(NotAllowed):
        taken(case, "leave_rest", agent, note="快递保价上限")
    with pytest.raises(StepRefused) as refused:
        taken(case, "leave_rest", supervisor, note="快递保价上限")
    assert codes_of(refused) == ["may_leave_the_rest"]
    assert "150.00" in str(refused.value.reasons[0].text)
    taken(case, "leave_rest", manager, note="快递保价上限")
    assert (state_of(case), last_entry(case).facts["left"]) == ("accepted", "150.00")


def test_a_refusal_is_filed_again_or_written_off_by_a_lead_with_a_reason(agent, supervisor, manager):
    case = filed(agent, lines=("100.01",))
    taken(case, "refuse", agent, **SAID)
    with pytest.raises(NotAllowed):
        taken(case, "write_off", agent, note="不值得")
    with pytest.raises(Malformed):
        taken(case, "write_off", manager)
    with pytest.raises(StepRefused) as refused:
        taken(case, "write_off", supervisor, note="快递拒赔")
    assert codes_of(refused) == ["may_write_it_off"]
    taken(case, "file_again", agent)
    taken(case, "refuse", agent, **SAID)
    taken(case, "write_off", manager, note="快递拒赔两次")
    assert (state_of(case), cost_of(case).is_nothing) == ("written_off", True)


def test_a_token_gives_nothing_up(agent, supervisor):
    case = filed(agent)
    taken(case, "refuse", agent, **SAID)
    with pytest.raises(NotAllowed):
        advance(case.pk, "write_off", by=by_token(supervisor), at=MONDAY, note="快递拒赔")


# Paid, and turned up -------------------------------------------------------------------------------


def test_what_is_paid_shows_as_net_loss_on_the_case_that_found_it(agent, desk):
    case = filed(agent)
    desk.take([a_row(waybill_of(case), "100.00")], at=MONDAY)
    assert state_of(case) == "paid"
    incident = claim_of(case).incident
    assert [(each.kind, each.party, each.came_in) for each in cost_of(incident).parts] == [("claim", "courier", Decimal("100.00"))]
    assert cost_of(incident).net == Decimal("-100.00")
    row = Ledger.objects.get(case=case)
    assert (row.entry, row.kind, row.direction, row.channel, row.amount) == ("post", "claim", "in", "courier", Decimal("100.00"))
    assert verify_invariants() == []


def test_a_part_that_is_paid_is_left_or_filed_again(agent, supervisor, desk):
    case = filed(agent)
    desk.take([a_row(waybill_of(case), "60.00")], at=MONDAY)
    assert (state_of(case), claim_of(case).received, "claim_paid_in_part" in fresh(case).news) == (
        "partly_accepted",
        Decimal("60.00"),
        True,
    )
    with pytest.raises(StepRefused) as refused:
        taken(case, "write_off", supervisor, note="不追了")
    assert codes_of(refused) == ["nothing_was_paid"]
    taken(case, "end_with_part", supervisor, note="保价上限")
    assert (state_of(case), last_entry(case).facts["left"]) == ("paid", "40.00")
    assert verify_invariants() == []


def test_a_parcel_that_comes_back_ends_the_claim_of_it(agent):
    case = filed(agent)
    parcel = claim_of(case).loss.parcel
    Parcel.objects.filter(pk=parcel.pk).update(back_at=MONDAY)
    parcel_came_back.send(Parcel, parcel=parcel.pk, by=acts(agent), at=MONDAY)
    assert (state_of(case), last_entry(case).actor_name) == ("turned_up", "system")
    assert running(case, "withdraw").due_at == MONDAY + 3 * DAY
    taken(case, "withdraw", agent)
    assert (state_of(case), reverse_claims(by=Actor.system(), at=MONDAY)) == ("reversed", 0)


def test_the_deed_that_brings_a_parcel_back_moves_the_claims_of_that_parcel_alone(agent):
    case, other = filed(agent), filed(agent)
    parcels = [claim_of(each).loss.parcel_id for each in (case, other)]
    Parcel.objects.filter(pk__in=parcels).update(back_at=MONDAY)
    parcel_came_back.send(Parcel, parcel=parcels[0], by=acts(agent), at=MONDAY)
    assert (state_of(case), state_of(other)) == ("turned_up", "filed")
    assert (reverse_claims(by=Actor.system(), at=MONDAY), state_of(other)) == (1, "turned_up")


def test_what_was_delivered_to_somebody_else_and_is_back_with_us_is_no_loss(agent):
    lost = a_loss(agent)
    Loss.objects.filter(pk=lost.pk).update(ended_at=MONDAY)
    about = {"case": lost.case, "parcel": lost.parcel, "courier": lost.courier, "amount": "100.00", "rule": "L1.4", "at": MONDAY}
    loss = Loss.objects.create(cause="misdelivered", **about)
    assert list(unclaimed(acts(agent))) == [loss]
    Parcel.objects.filter(pk=loss.parcel_id).update(back_at=MONDAY)
    assert not unclaimed(acts(agent)).exists()
    with pytest.raises(Refused) as refused:
        open_claims([loss.pk], by=acts(agent), at=MONDAY)
    assert refused.value.code == "no_loss"


@pytest.mark.parametrize("paid", ["100.00", "40.00"])
def test_what_was_paid_for_a_parcel_that_turned_up_goes_back_by_finance(agent, finance, supervisor, desk, paid):
    case = filed(agent)
    desk.take([a_row(waybill_of(case), paid)], at=MONDAY)
    Loss.objects.filter(pk=claim_of(case).loss_id).update(ended_at=MONDAY)
    assert reverse_claims(by=Actor.system(), at=MONDAY) == 1
    assert Outbox.objects.get(topic="claim_turned_up").payload == {"case": case.pk}
    assert state_of(case) == ("paid" if paid == "100.00" else "give_back")
    for other in (supervisor, agent):
        with pytest.raises(NotAllowed):
            give_back(case.pk, amount=paid, note="月结冲减", by=acts(other), at=MONDAY)
    with pytest.raises(NotAllowed):
        give_back(case.pk, amount=paid, note="月结冲减", by=by_token(finance), at=MONDAY)
    if paid == "40.00":
        with pytest.raises(StepRefused) as refused:
            taken(case, "withdraw", agent)
        assert codes_of(refused) == ["nothing_is_held"]
    row = give_back(case.pk, amount=paid, note="月结冲减", by=acts(finance), at=MONDAY)
    assert (row.direction, row.amount, claim_of(case).received) == ("out", Decimal(paid), 0)
    assert cost_of(claim_of(case).incident).net == 0
    with pytest.raises(Refused):
        give_back(case.pk, amount=paid, note="再冲一次", by=acts(finance), at=MONDAY)
    assert Recovery.objects.filter(case=case).count() == 2
    if paid == "40.00":
        assert taken(case, "withdraw", agent).state == "reversed"
    assert verify_invariants() == []


def test_what_goes_back_is_what_was_shown(agent, finance, desk):
    case = filed(agent)
    desk.take([a_row(waybill_of(case), "40.00")], at=MONDAY)
    Loss.objects.filter(pk=claim_of(case).loss_id).update(ended_at=MONDAY)
    reverse_claims(by=Actor.system(), at=MONDAY)
    late = a_line(case.shop, waybill=waybill_of(case), amount="60.00")
    match_line(late.pk, case=case.number, by=acts(finance), at=MONDAY)
    with pytest.raises(Refused) as refused:
        give_back(case.pk, amount="40.00", note="月结冲减", by=acts(finance), at=MONDAY)
    assert (refused.value.code, refused.value.extra, claim_of(case).received) == ("other_amount", {"received": "100.00"}, Decimal("100.00"))
    with pytest.raises(Malformed) as bad:
        give_back(case.pk, amount="100,00", note="月结冲减", by=acts(finance), at=MONDAY)
    assert bad.value.field == "amount"
    sent = {"amount": "100.00", "note": "月结冲减"}
    answer = browser(finance).post(f"claims/{case.pk}/give-back/", sent, **{"Idempotency-Key": "back-1"})
    assert (answer.status_code, answer.json()["amount"], answer.json()["received"]) == (201, "100.00", "0.00")
    assert program(finance).post(f"claims/{case.pk}/give-back/", sent).json()["code"] == "token_may_not_decide"


def test_the_database_gives_nothing_back_past_finance_nor_begins_with_money(agent, finance, desk):
    case, loss = filed(agent), a_loss(agent)
    written = ClaimFacts.objects.create(case=loss.case, loss=loss, incident=loss.case, amount="100.00", received="50.00")
    assert claim_of(written.case).received == 0
    desk.take([a_row(waybill_of(case), "40.00")], at=MONDAY)
    for by, code in ((agent, "finance_gives_back"), (finance, "no_more_is_given_back_than_received")):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Recovery.objects.create(case=case, direction="out", amount="40.00", note="样例", by=by, at=MONDAY)
        assert code in str(refused.value.__cause__.diag.constraint_name)


def test_nothing_is_given_back_of_a_loss_that_stands(agent, finance, outsider, desk):
    case = filed(agent)
    desk.take([a_row(waybill_of(case), "100.00")], at=MONDAY)
    with pytest.raises(Refused):
        give_back(case.pk, amount="100.00", note="样例", by=acts(finance), at=MONDAY)
    with pytest.raises(NotFound):
        give_back(case.pk, amount="100.00", note="样例", by=acts(outsider), at=MONDAY)
    with pytest.raises(Malformed):
        give_back(case.pk, amount="100.00", note=" ", by=acts(finance), at=MONDAY)
    assert Case.objects.get(pk=case.pk).state == "paid"
