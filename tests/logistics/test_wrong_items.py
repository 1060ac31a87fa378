"""L5.4 Wrong items: the checks of L5.2, a photo is enough, reported to the leads, and three offers in their order."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import translation

from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Outbox
from casework.reading import timeline
from casework.situation import read_situations
from logistics.models import WrongItems
from orders.errors import Malformed, NotAllowed, StepRefused
from orders.models import Line
from tests.cast import MONDAY, acts
from tests.logistics.goods import UNPACKED, a_wrong, an_arrived, asked, in_memory, noted, paid, pieces_of, told, with_photos
from tests.logistics.incidents import an_incident, answered, facts_of, fresh, hours, last_entry, running, state_of, taken
from tests.page import browser_of, text_of
from tests.refunds.returns import inspected, shipped

SECOND = dt.timedelta(seconds=1)
OFFERS = ("offer_keep", "offer_difference", "offer_return")
REMEDIES = WrongItems.REMEDIES


def refusals(call):
    with pytest.raises(StepRefused) as refused:
        call()
    return [each.code for each in refused.value.reasons]


def nobody(*kinds):
    """A situation in which remedies of these kinds are open."""
    return SimpleNamespace(open_children=[SimpleNamespace(kind=kind, kind_label=kind, number="AS-1") for kind in kinds])


# L5.1, L5.2 ----------------------------------------------------------------------------------------


@pytest.mark.rule("L5.1")
def test_what_came_instead_is_noted_once_everything_is_unpacked(agent):
    case = an_arrived("wrong_items", agent)
    assert running(case, "reply").due_at == MONDAY + hours(24)
    for left_out in UNPACKED:
        with pytest.raises(Malformed) as refused:
            taken(case, "wrong_named", agent, items=pieces_of(case), **{name: UNPACKED[name] for name in UNPACKED if name != left_out})
        assert refused.value.field == left_out
    taken(case, "wrong_named", agent, items=pieces_of(case), unpacked=True, arrived="同款黑色 13800138000")
    facts = facts_of(case)
    assert (state_of(case), facts.items) == ("check_lines", pieces_of(case))
    assert "同款黑色" in facts.answers["arrived"]
    assert "13800138000" not in facts.answers["arrived"]


@pytest.mark.rule("L5.2")
def test_the_four_checks_come_in_their_order_and_each_leaves_its_row(agent, warehouse):
    case = a_wrong(agent, "check_packing")
    task = case.tasks.get(done_at=None)
    assert (task.kind, task.role) == ("confirm_packing", "warehouse")
    assert "样例商品1 ×1" in task.text
    assert "同款黑色" in task.text
    answered(case, "incomplete", warehouse)
    steps = [entry.step for entry in timeline(case) if entry.step != "evidence"]
    assert steps == [
        "open",
        "wrong_named",
        "lines_checked",
        "weights_compared",
        "some_photos_came",
        "photos_checked",
        "not_packed",
    ]
    assert (state_of(case), facts_of(case).packing) == ("to_decide", "incomplete")


@pytest.mark.rule("L5.2")
def test_a_piece_whose_money_went_back_is_none_of_them(agent):
    case = an_arrived("wrong_items", agent)
    Line.objects.filter(order=case.order, position=1).update(platform_refunded="60.00")
    assert refusals(lambda: taken(case, "wrong_named", agent, items=pieces_of(case), **UNPACKED)) == ["refunded_already"]
    other = a_wrong(agent, "check_packing")
    Line.objects.filter(order=other.order, position=1).update(platform_refunded="60.00")
    assert refusals(lambda: taken(other, "confirm", agent)) == ["nothing_was_refunded"]


@pytest.mark.rule("L5.2")
def test_photos_are_waited_for_three_days_and_then_the_case_is_with_its_owner(agent, supervisor):
    case = a_wrong(agent)
    assert refusals(lambda: taken(case, "photos_checked", agent)) == ["pictures_are_there"]
    fire_deadlines(at=MONDAY + hours(72) - SECOND)
    assert state_of(case) == "wait_photos"
    fire_deadlines(at=MONDAY + hours(72))
    assert state_of(case) == "no_photos"
    later = MONDAY + hours(73)
    taken(case, "lead_asked", agent, at=later, note="顾客没有手机")
    assert running(case, "lead_decides").due_at == later + hours(24)
    taken(case, "lead_refuses", supervisor, at=later, reason="没有照片")
    taken(case, "told_why", agent, at=later)
    assert state_of(case) == "not_confirmed"


# L5.4 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L5.4")
def test_a_photo_is_enough_and_what_is_verified_is_reported_to_the_leads_at_once(agent, supervisor):
    case = a_wrong(agent, "check_packing")
    taken(case, "confirm", agent)
    facts, task = facts_of(case), fresh(case).tasks.get(done_at=None)
    assert (state_of(case), facts.fault, facts.fault_rule, facts.freight_payer) == ("offer_keep", "warehouse", "R3.1", "shop")
    assert (task.kind, task.role, task.rule) == ("reported", "leads", "L5.4")
    assert Outbox.objects.filter(topic="notice", payload__case=case.pk, payload__to="leads", payload__about="reported").exists()
    browser = browser_of(supervisor)
    assert "同款黑色" in text_of(browser.get("/todo/"))
    assert "a lead has not taken note yet" in text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    with pytest.raises(NotAllowed):
        noted(case, agent)
    noted(case, supervisor)
    assert last_entry(case).facts["answer"] == "noted"


@pytest.mark.rule("L5.4")
def test_a_lead_who_believes_the_customer_without_a_photo_need_not_be_told(agent, supervisor):
    case = a_wrong(agent)
    fire_deadlines(at=MONDAY + hours(72))
    later = MONDAY + hours(73)
    taken(case, "lead_asked", agent, at=later, note="老顾客")
    with pytest.raises(NotAllowed):
        taken(case, "lead_confirms", agent, at=later, note="信")
    taken(case, "lead_confirms", supervisor, at=later, note="信")
    assert (state_of(case), fresh(case).tasks.filter(done_at=None).count()) == ("offer_keep", 0)


@pytest.mark.rule("L5.4")
def test_the_customer_is_contacted_before_an_offer_counts_as_declined(agent):
    case = a_wrong(agent, "check_packing")
    taken(case, "confirm", agent)
    for step, note in (("keeping_declined", ""), ("nothing_wanted", "算了")):
        assert "customer_was_contacted" in refusals(lambda step=step, note=note: taken(case, step, agent, note=note))
    told(case, agent)
    taken(case, "keeping_declined", agent)
    assert (state_of(case), running(case, "offer").due_at) == ("offer_difference", MONDAY + hours(24))


@pytest.mark.rule("L5.4")
@pytest.mark.parametrize(
    ("state", "allowed", "code"),
    [
        ("to_decide", set(), "not_confirmed_yet"),
        ("offer_keep", {"compensation", "refund"}, "keep_first"),
        ("offer_difference", {"refund", "gift"}, "difference_first"),
        ("offer_return", {"exchange", "return_goods"}, "sent_back"),
        ("gift_left", {"gift"}, "gift_left"),
    ],
)
def test_each_offer_has_its_own_remedies_and_says_why_it_has_no_other(state, allowed, code):
    case = in_memory(WrongItems, state)
    why = {kind: [each.code for each in case.why_no_child(kind, nobody())] for kind in REMEDIES}
    assert {kind for kind in REMEDIES if not why[kind]} == allowed
    assert all(why[kind] == [code] for kind in set(REMEDIES) - allowed)


@pytest.mark.rule("L5.4")
@pytest.mark.parametrize(
    ("offer", "open_ones", "kind", "codes"),
    [
        ("offer_keep", ["compensation"], "compensation", []),
        ("offer_keep", ["compensation"], "refund", ["being_mended"]),
        ("offer_keep", ["compensation"], "exchange", ["keep_first"]),
        ("offer_difference", ["refund"], "gift", []),
        ("offer_difference", ["gift"], "refund", []),
        ("offer_return", ["exchange"], "return_goods", ["being_mended"]),
        ("offer_return", [], "exchange", ["made_good"]),
    ],
)
def test_beside_an_open_remedy_only_what_the_offer_gives_together(offer, open_ones, kind, codes):
    case = in_memory(WrongItems, "mending", offer=offer)
    assert [each.code for each in case.why_no_child(kind, nobody(*open_ones))] == codes


@pytest.mark.rule("L5.4")
@pytest.mark.parametrize(
    ("offer", "good", "tried", "step"),
    [
        ("offer_keep", {"compensation"}, {"compensation"}, "compensated"),
        ("offer_keep", {"refund"}, {"refund"}, "refunded"),
        ("offer_keep", set(), {"refund"}, "again_offer_keep"),
        ("offer_difference", {"refund", "gift"}, {"refund", "gift"}, "refunded"),
        ("offer_difference", {"refund"}, {"refund", "gift"}, "refunded"),
        ("offer_difference", {"refund"}, {"refund"}, "gift_is_left"),
        ("offer_difference", {"gift"}, {"refund", "gift"}, "again_offer_difference"),
        ("offer_return", {"exchange"}, {"refund", "exchange"}, "resent"),
        ("offer_return", {"return_goods"}, {"return_goods"}, "refunded"),
        ("offer_return", set(), {"exchange"}, "again_offer_return"),
        ("gift_left", {"refund", "gift"}, {"refund", "gift"}, "gift_given"),
        ("gift_left", {"refund"}, {"refund", "gift"}, "again_gift_left"),
    ],
)
def test_the_end_is_that_of_the_offers_remedies_else_it_stands_again(offer, good, tried, step):
    assert in_memory(WrongItems, "mending").ends_by(offer, good, tried) == step
    assert any(each.name == step for each in WrongItems.steps())


@pytest.mark.rule("L5.4")
def test_kept_at_a_discount_it_ends_once_paid_and_a_lead_has_taken_note(agent, supervisor, finance):
    case = a_wrong(agent, "offer_keep", freight="20.00")
    compensation = asked("compensation", case, agent)
    assert (state_of(case), facts_of(case).offer) == ("mending", "offer_keep")
    taken(compensation, "reject", supervisor, reason="先问清楚")
    assert state_of(case) == "offer_keep"
    paid(asked("compensation", case, agent), supervisor, finance, agent)
    assert state_of(case) == "mending", "nobody has taken note of the report yet"
    assert noted(case, supervisor).state == "compensated"
    assert verify_invariants() == []


@pytest.mark.rule("L5.4")
def test_the_difference_and_its_gift_run_together_and_the_gift_is_not_forgotten(agent, supervisor, finance):
    case = noted(a_wrong(agent, "offer_difference"), supervisor)
    refund = asked("refund", case, agent)
    paid(refund, supervisor, finance, agent)
    assert state_of(case) == "gift_left"
    gift = asked("gift", case, agent)
    assert (state_of(case), facts_of(case).offer) == ("mending", "gift_left")
    taken(gift, "decline", agent, note="没货")
    taken(gift, "told_no", agent)
    assert state_of(case) == "gift_left"
    with pytest.raises(Malformed):
        taken(case, "no_gift_wanted", agent)
    taken(case, "no_gift_wanted", agent, note="顾客说不用")
    assert state_of(case) == "refunded"


@pytest.mark.rule("L5.4")
@pytest.mark.rule("R3.1")
def test_sent_back_the_right_goods_go_out_and_the_postage_is_ours(agent, supervisor, warehouse):
    case = noted(a_wrong(agent, "offer_return"), supervisor)
    exchange = asked("exchange", case, agent, why="wrong")
    facts = facts_of(exchange)
    assert (facts.freight_payer, facts.freight_rule, state_of(case)) == ("shop", "R3.1", "mending")
    exchange = inspected(exchange, warehouse)
    taken(exchange, "postage_settled", agent, settled="nothing_owed")
    taken(shipped(exchange, warehouse), "delivered", None)
    assert state_of(case) == "resent"
    assert verify_invariants() == []


@pytest.mark.rule("L5.1")
def test_an_innocent_end_needs_no_lead_and_charges_nobody(agent):
    case = a_wrong(agent, "offer_keep")
    taken(case, "found_after_all", agent)
    assert (state_of(case), facts_of(case).fault, facts_of(case).freight_payer) == ("found", "", "")


# Doors ---------------------------------------------------------------------------------------------


@pytest.mark.rule("L5.1")
def test_the_page_takes_pieces_line_by_line(agent):
    case = an_arrived("wrong_items", agent)
    page, address = browser_of(agent), f"/cases/{case.pk}/goods/"
    assert f'href="{address}"' in page.get(f"/cases/{case.pk}/").content.decode()
    first = case.order.lines.all()[0]
    sent = {f"line-{first.pk}": "1", "version": case.version, "arrived": "黑色"}
    assert page.post(address, sent).status_code == 400
    assert page.post(address, sent | {"unpacked": "on"})["Location"] == f"/cases/{case.pk}/"
    assert "Came instead: 黑色" in text_of(page.get(f"/cases/{case.pk}/"))
    assert page.get(f"/cases/{an_incident('stalled', agent).pk}/goods/").status_code == 404


@pytest.mark.rule("L5.4")
def test_the_forms_of_money_begin_with_reason_and_ground_and_leave_the_amount_to_the_clerk(agent):
    case, page = a_wrong(agent, "offer_keep"), browser_of(agent)
    for address in ("refunds", "compensations"):
        shown = page.get(f"/{address}/new/?case={case.pk}").content.decode()
        assert '<option value="wrong_goods" selected>' in shown
        assert '<option value="photo_checked" selected>' in shown
    first = case.order.lines.all()[0]
    assert f'name="line-{first.pk}" value=""' in page.get(f"/refunds/new/?case={case.pk}").content.decode()


@pytest.mark.rule("L5.4")
def test_the_customer_reads_what_is_offered_and_who_pays_the_way_back(agent, supervisor):
    case = a_wrong(agent, "offer_return")
    for payer, english, chinese in (("", "We pay the return postage", "退回的运费我们承担"), ("customer", "postage is yours", "由您承担")):
        if payer:
            taken(case, "override_freight", supervisor, note="约定", freight_payer=payer)
        case = fresh(case)
        at = read_situations([case], now=MONDAY, actor=acts(agent))[case.pk]
        for language, words in (("en", english), ("zh-hans", chinese)):
            with translation.override(language):
                assert words in case.contact_message(at)
    back = asked("return_goods", noted(case, supervisor), agent, why="wrong")
    facts = facts_of(back)
    assert (facts.fault, facts.freight_payer, facts.freight_by_lead) == ("warehouse", "customer", True), "what they were told stands"


@pytest.mark.rule("L5.2")
def test_some_photos_are_enough_to_go_on(agent):
    case = with_photos(a_wrong(agent), agent, "photo_box")
    assert (case.state, case.category) == ("photos_partly", "open")
    assert refusals(lambda: taken(case, "photos_checked", agent)) == ["pictures_are_there"]
    assert with_photos(case, agent, "photo_goods").state == "photos_here"
