"""What the house decides about freight on real cases, and a lead who decides otherwise."""

import re

import pytest
from django.utils.translation import override

from casework.actions.advance import advance
from casework.actions.sweep import fire_deadlines
from casework.models.journal import JournalText
from casework.reading import read_case
from casework.registry import KINDS
from casework.situation import read_situations
from logistics.freight import Party
from logistics.kinds.incident import OVERRIDE, Incident
from logistics.models import IncidentFacts
from logistics.panels import parcel_panel
from orders.errors import Malformed, NotAllowed, StepRefused
from orders.roles import LEADS
from orders.together import answer
from tests.builders import WALKS, an_order, an_unreachable, tried
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import SAID, an_incident, answered, facts_of, fresh, hours, last_entry, sent_again, state_of, taken, to_mend
from tests.page import browser_of, text_of

WHY = "顾客是老客户，运费我们出"
# The parcel has been returning for some hours.
LATER = MONDAY + hours(80)


@pytest.fixture
def desk_of(settings):
    settings.TEST_CLOCK = True

    def open_desk(user, at=LATER):
        client = browser_of(user)
        client.defaults["HTTP_X_TEST_NOW"] = at.isoformat()
        return client

    return open_desk


def overridden(case, lead, payer, at=MONDAY, note=WHY):
    return taken(case, OVERRIDE, lead, at=at, note=note, freight_payer=payer)


def decided(case):
    """At fault by which rule, who pays by which rule, all rules that spoke."""
    facts = facts_of(case)
    return facts.fault, facts.fault_rule, facts.freight_payer, facts.freight_rule, facts.rules


# What the kinds decide ------------------------------------------------------------------------------


@pytest.mark.rule("L6.3")
@pytest.mark.rule("R3.4")
def test_silence_charges_the_customer_with_every_rule_that_says_so(agent):
    case = an_unreachable(agent, state="returning")
    assert decided(case) == ("customer", "L6.3", "customer", "L6.3", ["L6.3", "R3.4"])


@pytest.mark.rule("L6.4")
def test_a_lead_who_takes_the_postage_on_the_shop_does_it_by_the_rule(agent, manager):
    case = an_unreachable(agent, state="rule_not_kept")
    advance(case.pk, "return_at_our_cost", by=acts(manager), at=MONDAY + hours(73))
    assert decided(case) == ("shop", "L6.4", "shop", "L6.4", ["L6.4"])
    assert facts_of(case).freight_by_lead is False


@pytest.mark.rule("R3.2")
def test_a_loss_with_the_courier_is_paid_by_us_and_claimed_from_it(agent, warehouse):
    case = to_mend(agent)
    assert decided(case) == ("courier", "L3.2", "courier", "R3.2", ["L3.2", "R3.2"])
    again = sent_again(case, agent)
    answered(again, "shipped", warehouse, courier="zhongtong", waybill="73000000000777")
    taken(again, "lost_again", agent, **SAID)
    assert decided(again) == decided(case)


@pytest.mark.rule("R3.1")
def test_what_the_warehouse_cannot_find_is_ours(agent, warehouse):
    case = an_incident("stalled", agent, finding="not_picked_up")
    taken(case, "ask_the_warehouse", agent)
    answered(case, "not_found", warehouse)
    assert decided(case) == ("warehouse", "L4.2", "shop", "R3.1", ["L4.2", "R3.1"])


@pytest.mark.rule("L3.3")
def test_what_is_found_again_is_nobodys_fault_and_owes_no_freight(agent):
    case = to_mend(agent)
    taken(case, "moves_again", None)
    taken(case, "told_it_moves", agent)
    assert decided(case) == ("", "", "", "", [])


@pytest.mark.rule("L6.2")
def test_delivery_takes_a_leads_word_with_it(agent, supervisor):
    case = an_unreachable(agent, state="returning")
    overridden(case, supervisor, "shop", at=LATER)
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY + hours(81))
    assert decided(case) == ("", "", "", "", [])
    assert (facts_of(case).freight_by_lead, facts_of(case).freight_decided_at) == (False, None)


# A lead decides otherwise ---------------------------------------------------------------------------


@pytest.mark.rule("L10.1")
def test_every_kind_of_incident_lets_a_lead_decide_in_every_open_state():
    kinds = [kind for kind in KINDS.values() if issubclass(kind, Incident)]
    assert len(kinds) >= 5
    for kind in kinds:
        step = next(each for each in kind.steps() if each.name == OVERRIDE)
        assert set(step.source) == {each for each in kind.STATES if not each.is_end}, kind.KIND
        assert (step.by, step.needs_note, step.target, step.hidden) == (LEADS, True, None, False), kind.KIND


@pytest.mark.rule("L10.1")
@pytest.mark.parametrize("payer", ["customer", "shop", "courier", "split"])
def test_a_lead_decides_otherwise_and_the_journal_keeps_what_was_decided_before(agent, supervisor, payer):
    case = an_unreachable(agent, state="returning")
    at = LATER
    overridden(case, supervisor, payer, at=at)
    facts = facts_of(case)
    assert (facts.freight_payer, facts.freight_rule, facts.freight_decided_at, facts.freight_by_lead) == (payer, "L10.1", at, True)
    # With whom it went wrong, and what the handbook says of it, stay.
    assert (facts.fault, facts.fault_rule, facts.rules) == ("customer", "L6.3", ["L6.3", "R3.4"])
    entry = last_entry(case)
    assert (entry.step, entry.actor, entry.role, entry.note) == (OVERRIDE, supervisor, "supervisor", WHY)
    assert (entry.from_state, entry.to_state) == ("returning", "returning")
    assert entry.facts == {
        "freight_before": "customer",
        "freight_rule_before": "L6.3",
        "freight_payer": payer,
        "freight_rule": "L10.1",
    }


@pytest.mark.rule("L10.1")
def test_where_nothing_was_decided_a_lead_decides_and_nothing_is_told_of_before(agent, manager):
    case = an_incident("missing_items", agent)
    overridden(case, manager, "shop")
    assert decided(case) == ("", "", "shop", "L10.1", [])
    assert last_entry(case).facts == {"freight_payer": "shop", "freight_rule": "L10.1"}


@pytest.mark.rule("L10.1")
def test_only_leads_decide_otherwise(agent, warehouse, finance, auditor, admin):
    case = an_unreachable(agent, state="returning")
    for user in (agent, warehouse, finance, auditor, admin):
        with pytest.raises(NotAllowed):
            overridden(case, user, "shop", at=LATER)
    assert facts_of(case).freight_payer == "customer"


@pytest.mark.rule("L10.1")
@pytest.mark.parametrize(
    ("note", "payer", "code", "field"),
    [
        ("", "shop", "note_required", "note"),
        ("  ", "shop", "note_required", "note"),
        (WHY, "", "bad_value", "freight_payer"),
        (WHY, "nobody", "bad_value", "freight_payer"),
        (WHY, ["shop"], "bad_value", "freight_payer"),
    ],
)
def test_without_a_reason_or_a_known_payer_nothing_is_changed(agent, supervisor, note, payer, code, field):
    case = an_unreachable(agent, state="returning")
    with pytest.raises(Malformed) as refused:
        overridden(case, supervisor, payer, at=LATER, note=note)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (facts_of(case).freight_payer, facts_of(case).freight_by_lead) == ("customer", False)


@pytest.mark.rule("R3.5")
@pytest.mark.parametrize(("told", "allowed"), [(False, False), (None, True), (True, True)])
def test_the_insurer_is_not_named_for_an_order_that_is_not_insured(agent, shop, supervisor, told, allowed):
    case = an_unreachable(agent, state="trying", order=an_order(shop, waybill="73000000000901", freight_insured=told))
    if allowed:
        overridden(case, supervisor, "insurer")
    else:
        with pytest.raises(Malformed) as refused:
            overridden(case, supervisor, "insurer")
        assert refused.value.code == "not_insured"
    assert facts_of(case).freight_payer == ("insurer" if allowed else "")


@pytest.mark.rule("L10.1")
@pytest.mark.parametrize("state", [each for each in WALKS if each in ("back", "delivered", "settled")])
def test_a_closed_case_is_not_decided_again(agent, supervisor, state):
    case = an_unreachable(agent, state=state)
    with pytest.raises(StepRefused):
        overridden(case, supervisor, "shop", at=case.changed_at)


@pytest.mark.rule("L6.3")
@pytest.mark.rule("L10.1")
def test_a_clock_does_not_change_a_leads_word_and_still_says_who_is_at_fault(agent, supervisor):
    case = an_unreachable(agent, state="trying")
    overridden(case, supervisor, "shop")
    for channel in ("phone", "email"):
        tried(channel)(case.pk, acts(agent), MONDAY + hours(1))
    fire_deadlines(at=MONDAY + hours(72))
    assert state_of(case) == "returning"
    assert decided(case) == ("customer", "L6.3", "shop", "L10.1", ["L6.3", "R3.4"])
    assert "freight_payer" not in last_entry(case).facts


@pytest.mark.rule("L6.4")
def test_the_last_word_is_a_leads_own(agent, supervisor, manager):
    case = an_unreachable(agent, state="rule_not_kept")
    overridden(case, supervisor, "customer", at=MONDAY + hours(73))
    advance(case.pk, "return_at_our_cost", by=acts(manager), at=MONDAY + hours(74))
    assert decided(case) == ("shop", "L6.4", "shop", "L6.4", ["L6.4"])
    assert last_entry(case).facts["freight_before"] == "customer"
    overridden(case, supervisor, "split", at=MONDAY + hours(75))
    assert facts_of(case).freight_payer == "split"


@pytest.mark.rule("L6.1")
@pytest.mark.parametrize(
    ("payer", "words"),
    [
        ("", "and the return postage is yours."),
        ("split", "and each of us bears half of the return postage."),
        ("shop", "and the return postage is not yours."),
    ],
)
def test_the_customer_is_told_who_really_pays(agent, supervisor, payer, words):
    case = an_unreachable(agent, state="trying")
    if payer:
        overridden(case, supervisor, payer)
    case = fresh(case)
    at = read_situations([case], now=MONDAY, actor=acts(agent))[case.pk]
    with override("en"):
        assert words in case.contact_message(at)


# Where it is seen -----------------------------------------------------------------------------------


@pytest.mark.rule("R3.4")
def test_the_page_shows_payer_rule_and_every_reason(desk_of, agent):
    case = an_unreachable(agent, state="returning")
    text = text_of(desk_of(agent).get(f"/cases/{case.pk}/"))
    assert "At fault Customer L6.3" in text
    assert "Freight is paid by Customer L6.3" in text
    assert "Because Silence, and every channel was tried: the return postage is the customer's. L6.3" in text
    assert "Returned for the customer's reason, or nobody reachable: the customer's. R3.4" in text
    assert "Decided by a lead" not in text


@pytest.mark.rule("L10.1")
def test_the_page_and_the_admin_show_the_leads_word_beside_what_the_handbook_says(desk_of, agent, supervisor):
    case = an_unreachable(agent, state="returning")
    overridden(case, supervisor, "shop", at=MONDAY + hours(79))
    for address in (f"/cases/{case.pk}/", f"/admin/logistics/unreachable/{case.pk}/change/"):
        text = text_of(desk_of(supervisor).get(address))
        assert "Freight is paid by Shop L10.1" in text
        assert f"Decided by a lead supervisor: {WHY}" in text
        assert "The handbook says Silence, and every channel was tried" in text


@pytest.mark.rule("L10.1")
def test_a_lead_decides_on_the_page_and_an_agent_reads_why_not(desk_of, agent, supervisor):
    case = an_unreachable(agent, state="returning")
    answer = desk_of(supervisor).post(
        f"/cases/{case.pk}/steps/{OVERRIDE}/", {"version": case.version, "freight_payer": "split", "note": WHY}, follow=True
    )
    assert "Freight is paid by Customer and shop, half each L10.1" in text_of(answer)
    assert "Decide the freight otherwise This is for: Supervisor, Manager" in text_of(desk_of(agent).get(f"/cases/{case.pk}/"))


def panel_of(case, who):
    """The parcel beside the case, as somebody sees it."""
    return answer(parcel_panel(read_case(case.pk, by=acts(who), now=MONDAY).case, acts(who), MONDAY))


@pytest.mark.fault("P1")
def test_a_phone_in_the_reason_is_masked_on_case_and_journal(agent, supervisor):
    case = an_unreachable(agent, state="returning")
    overridden(case, supervisor, "shop", at=LATER, note="顾客 13812345678 投诉")
    entry = last_entry(case)
    assert "13812345678" not in entry.note
    assert JournalText.objects.filter(journal_id=entry.pk).exists()
    shown = panel_of(case, agent)
    assert shown["word"].note == entry.note


@pytest.mark.rule("R3.2")
def test_a_program_reads_the_decision_with_its_reasons(agent, supervisor):
    case = to_mend(agent)
    api = program(agent)
    facts = api.get(f"cases/{case.pk}/", **{"Accept-Language": "en"}).json()["facts"]
    del facts["taken_down"]  # L0.5, of the opening
    assert facts == {
        "at_fault": "courier",
        "fault_rule": "L3.2",
        "freight_payer": "courier",
        "freight_rule": "R3.2",
        "freight_decided_at": "2026-11-23T10:00:00+08:00",
        "freight_by_lead": False,
        "reasons": [
            {"code": "lost_with_the_courier", "text": "The parcel is lost with the courier.", "rule": "L3.2"},
            {"code": "couriers_fault", "text": "The courier's fault: we pay the customer, and claim from the courier.", "rule": "R3.2"},
        ],
    }
    body = {"version": fresh(case).version, "facts": {"freight_payer": "shop"}, "note": WHY}
    assert api.post(f"cases/{case.pk}/steps/{OVERRIDE}/", body).status_code == 403
    assert program(supervisor).post(f"cases/{case.pk}/steps/{OVERRIDE}/", body).status_code == 200
    told = api.get(f"cases/{case.pk}/").json()["facts"]
    assert (told["freight_payer"], told["freight_rule"], told["freight_by_lead"]) == ("shop", "L10.1", True)


def test_the_sentences_are_chinese_where_staff_read_them(agent):
    case = an_unreachable(agent, state="returning")
    with override("zh-hans"):
        shown = panel_of(case, agent)
        assert [str(each.text) for each in shown["reasons"]] == [
            "各种方式都联系过，顾客没有回应：退回运费由顾客承担。",
            "因顾客原因或联系不上而退回：运费由顾客承担。",
        ]


def test_a_decision_made_before_its_rules_were_kept_shows_its_rule_alone(desk_of, agent):
    case = an_unreachable(agent, state="returning")
    IncidentFacts.objects.filter(case=case).update(rules=[], fault="", fault_rule="")
    text = text_of(desk_of(agent).get(f"/cases/{case.pk}/"))
    assert "Freight is paid by Customer L6.3" in text
    assert "Because" not in text


@pytest.mark.rule("L10.1")
def test_no_payer_is_chosen_beforehand(desk_of, agent, supervisor):
    case = an_unreachable(agent, state="returning")
    page = desk_of(supervisor).get(f"/cases/{case.pk}/").content.decode()
    chosen = re.search(r'<select[^>]*name="freight_payer".*?</select>', page, re.DOTALL)[0]
    assert re.findall(r'<option value="(\w*)"', chosen) == ["", *Party.values]
