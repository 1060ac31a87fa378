"""R1.1 Asking for a refund: reason, ground or evidence, and no more than there is."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from PIL import Image

from casework.actions.add_evidence import add_evidence
from casework.actions.advance import advance
from casework.actions.open_case import open_case
from casework.actions.verify import verify_invariants
from casework.models import Case, Deadline, Ledger, Outbox
from casework.reading import timeline
from logistics.models import IncidentFacts
from orders.errors import Malformed, NotAllowed, NotFound, Refused, StepRefused
from orders.models import Membership, Order
from refunds.actions.ask import ask_refund
from refunds.models import Approval, Request
from tests.builders import WALKS, a_refund, a_wish, a_wish_for, an_order, an_unreachable
from tests.cast import MONDAY, acts, by_token, make_user

pytestmark = pytest.mark.usefixtures("database_clock")


def ask(by, wish):
    return ask_refund(wish, by=acts(by), at=MONDAY)


def money_of(order):
    order = Order.objects.get(pk=order.pk)
    return order.reserved, order.refunded, order.approved_total


def a_picture(case, by):
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(file, "PNG")
    return add_evidence(case.pk, upload=file, kind="photo_damage", by=acts(by), at=MONDAY)


@pytest.mark.rule("R1.1")
def test_a_refund_that_is_asked_for_waits_for_a_lead_and_its_money_is_set_aside(agent, shop):
    order = an_order(shop, lines=("60.00", "40.00"), freight="8.00")
    case = ask(agent, a_wish(order, "50.00", freight="8.00"))
    assert (case.kind, case.state, case.category, case.queue, case.owner) == ("refund", "asked", "lead", "leads", agent)
    assert money_of(order) == (58, 0, 0)
    line = order.lines.first()
    assert (line.reserved, line.room) == (50, 10)
    assert Order.objects.get(pk=order.pk).freight_reserved == 8
    assert set(Ledger.objects.values_list("entry", "kind", "line", "amount")) == {
        ("reserve", "goods", line.pk, Decimal("50.00")),
        ("reserve", "freight", None, Decimal("8.00")),
    }
    request = Request.objects.get()
    assert (request.case, request.seq, request.amount, request.asked_by, request.asked_at) == (case, 1, 58, agent, MONDAY)
    assert Outbox.objects.get().payload == {"to": "leads", "about": "refund_asked", "case": case.pk}
    entry = timeline(case).get()
    assert (entry.step, entry.to_state, entry.facts["amount"]) == ("open", "asked", "58.00")


@pytest.mark.rule("R1.1")
@pytest.mark.parametrize("name", ["agent", "supervisor", "manager"])
def test_agents_and_leads_ask(request, shop, name):
    assert ask(request.getfixturevalue(name), a_wish(an_order(shop))).state == "asked"


@pytest.mark.rule("R1.1")
@pytest.mark.parametrize("name", ["finance", "warehouse", "printclerk", "auditor", "admin"])
def test_nobody_else_asks(request, shop, name):
    with pytest.raises(NotAllowed):
        ask(request.getfixturevalue(name), a_wish(an_order(shop)))
    assert not Request.objects.exists()


@pytest.mark.rule("R1.1")
def test_a_token_may_ask(agent, shop):
    assert ask_refund(a_wish(an_order(shop)), by=by_token(agent), at=MONDAY).state == "asked"


@pytest.mark.rule("R1.1")
def test_an_order_of_another_shop_does_not_exist(outsider, shop):
    with pytest.raises(NotFound) as refused:
        ask(outsider, a_wish(an_order(shop)))
    assert refused.value.field == "order"


@pytest.mark.rule("R1.1")
def test_a_number_that_two_of_ones_shops_have_needs_the_case(shop, other_shop):
    everywhere = make_user("everywhere", "agent", None)
    order = an_order(shop)
    an_order(other_shop, number=order.number)
    with pytest.raises(Malformed) as refused:
        ask(everywhere, a_wish(order))
    assert refused.value.code == "ambiguous_order"


# Ground or evidence --------------------------------------------------------------------------------


@pytest.mark.rule("R1.1")
def test_without_a_ground_or_evidence_nothing_is_asked_for(agent, shop):
    order = an_order(shop)
    with pytest.raises(StepRefused) as refused:
        ask(agent, a_wish(order, ground=""))
    assert [(each.code, each.rule) for each in refused.value.reasons] == [("has_ground_or_evidence", "R1.1")]
    assert money_of(order) == (0, 0, 0)


@pytest.mark.rule("R1.1")
def test_evidence_of_any_case_of_the_order_stands_for_a_ground(agent, supervisor):
    above = an_unreachable(agent, state="returning")
    picture = a_picture(above, agent)
    case = ask(agent, a_wish(above.order, ground="", evidence=[picture.pk]))
    assert advance(case.pk, "approve", by=acts(supervisor), at=MONDAY).state == "to_pay"


@pytest.mark.rule("R1.1")
def test_evidence_of_another_order_stands_for_nothing(agent, shop):
    picture = a_picture(an_unreachable(agent), agent)
    with pytest.raises(Malformed) as refused:
        ask(agent, a_wish(an_order(shop), ground="", evidence=[picture.pk]))
    assert refused.value.field == "evidence"


@pytest.mark.rule("R1.1", "R1.3")
@pytest.mark.parametrize("wrong", ["ground", "evidence", "line"])
def test_asking_anew_by_the_step_itself_is_held_to_the_same(agent, shop, wrong):
    case, strange = a_refund(agent), an_order(shop)
    changes = {
        "ground": {"ground": ""},
        "evidence": {"evidence": [a_picture(an_unreachable(agent), agent).pk]},
        "line": {"lines": [{"line": strange.lines.get().pk, "amount": "1.00"}]},
    }[wrong]
    wish = {name: value for name, value in a_wish(case.order, **changes).items() if name != "order"}
    with pytest.raises((StepRefused, Malformed)) as refused:
        advance(case.pk, "ask_again", by=acts(agent), at=MONDAY, facts={"request": wish})
    codes = {"ground": "has_ground_or_evidence", "evidence": "bad_evidence", "line": "bad_line"}
    assert [each.code for each in refused.value.reasons or [refused.value]] == [codes[wrong]]
    assert money_of(case.order) == (30, 0, 0)


@pytest.mark.rule("R8.1")
def test_nor_does_the_step_itself_ask_for_what_a_lead_decides(agent, shop):
    case = a_refund(agent, order=an_order(shop, status="shipped", waybill="73000000001111"))
    wish = {name: value for name, value in a_wish(case.order, reason="price").items() if name != "order"}
    with pytest.raises(StepRefused) as refused:
        advance(case.pk, "ask_again", by=acts(agent), at=MONDAY, facts={"request": wish})
    assert [each.code for each in refused.value.reasons] == ["price_after_shipping"]
    assert Request.objects.count() == 1


# What is malformed ---------------------------------------------------------------------------------

FULL_WIDTH = "\uff11\uff10.00"


@pytest.mark.fault("M4")
@pytest.mark.rule("R1.1")
@pytest.mark.parametrize(
    "amount",
    [
        "0",
        "0.00",
        "-1",
        "1.005",
        "1,00",
        "1e2",
        "NaN",
        "Infinity",
        "9" * 100,
        True,
        None,
        [],
        {},
        FULL_WIDTH,
        " 1 ",
        "1\n",
        "+1",
        ".5",
        "1.",
        1.5,
        1,
    ],
)
def test_an_amount_that_is_no_plain_yuan_is_refused_by_name_and_nothing_is_rounded(agent, shop, amount):
    order = an_order(shop)
    for wish, field in [
        (a_wish(order, lines=[{"line": order.lines.get().pk, "amount": amount}]), "lines.0.amount"),
        (a_wish(order, freight=amount), "freight"),
    ]:
        if field == "freight" and amount in ("0", "0.00"):
            continue
        with pytest.raises(Malformed) as refused:
            ask(agent, wish)
        assert (refused.value.status, refused.value.field) == (400, field)
    assert not Case.objects.exists()


@pytest.mark.rule("R1.1")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "because"}, "reason"),
        ({"reason": None}, "reason"),
        ({"reason": ["damaged"]}, "reason"),
        ({"ground": "felt_like_it"}, "ground"),
        ({"ground": {"a": 1}}, "ground"),
        ({"evidence": "7"}, "evidence"),
        ({"evidence": [True]}, "evidence"),
        ({"evidence": [10**30]}, "evidence"),
        ({"evidence": [999_999_999]}, "evidence"),
        ({"payee": None}, "payee"),
        ({"payee": {}}, "payee.channel"),
        ({"payee": {"channel": "cash"}}, "payee.channel"),
        ({"payee": {"channel": "alipay"}}, "payee.account"),
        ({"payee": {"channel": "platform", "iban": "x"}}, "payee"),
        ({"payee": {"channel": "platform", "name": "a\x00b"}}, "payee.name"),
        ({"lines": {}}, "lines"),
        ({"lines": []}, "lines"),
        ({"lines": ["x"]}, "lines.0"),
        ({"lines": [{"line": 1}]}, "lines.0"),
        ({"lines": [{"line": "1", "amount": "1.00"}]}, "lines.0.line"),
        ({"lines": [{"line": 10**30, "amount": "1.00"}]}, "lines.0.line"),
        ({"order": "5.1E+18"}, "order"),
        ({"order": 51180}, "order"),
        ({"order": None}, "order"),
        ({"case": "1"}, "case"),
        ({"case": True}, "case"),
        ({"approved_by": 1}, "approved_by"),
        ({"state": "to_pay"}, "state"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(agent, shop, changes, field):
    with pytest.raises(Malformed) as refused:
        ask(agent, a_wish(an_order(shop)) | changes)
    assert refused.value.field == field


@pytest.mark.rule("R1.1")
@pytest.mark.parametrize("given", [None, [], "x", 5])
def test_a_request_is_an_object(agent, given):
    with pytest.raises(Malformed):
        ask(agent, given)
    with pytest.raises(Malformed):
        advance(a_refund(agent).pk, "ask_again", by=acts(agent), at=MONDAY, facts={"request": given or "x"})


@pytest.mark.rule("R1.1")
@pytest.mark.parametrize("case", [0, 10**30, 999_999_999])
def test_a_case_that_is_not_there_is_not_found(agent, shop, case):
    with pytest.raises(NotFound):
        ask(agent, a_wish(an_order(shop), case=case))


@pytest.mark.rule("R1.1")
def test_a_line_twice_or_of_another_order_is_refused(agent, shop):
    order, other = an_order(shop), an_order(shop)
    mine, theirs = ({"line": each.lines.get().pk, "amount": "1.00"} for each in (order, other))
    for lines, field in [([mine, mine], "lines.1.line"), ([mine, theirs], "lines.1.line")]:
        with pytest.raises(Malformed) as refused:
            ask(agent, a_wish(order, lines=lines))
        assert refused.value.field == field


# The cap -------------------------------------------------------------------------------------------


def over(by, wish):
    with pytest.raises(Refused) as refused:
        ask(by, wish)
    assert (refused.value.status, refused.value.code) == (422, "over_the_cap")
    return refused.value.extra["left"]


@pytest.mark.fault("M1")
@pytest.mark.rule("R1.1")
def test_more_than_was_paid_is_refused_and_leaves_no_ledger_row(agent, shop):
    order = an_order(shop)
    left = over(agent, a_wish(order, "100.01"))
    assert left == {"order": "100.00", "freight": "0.00", "lines": {str(order.lines.get().pk): "100.00"}}
    assert not Ledger.objects.exists()
    assert not Case.objects.exists()


@pytest.mark.fault("M2")
@pytest.mark.rule("R1.1")
def test_requests_add_up_to_what_was_paid_and_not_a_fen_more(agent, shop):
    order = an_order(shop)
    ask(agent, a_wish(order, "60.00"))
    over(agent, a_wish(order, "40.01"))
    ask(agent, a_wish(order, "40.00"))
    over(agent, a_wish(order, "0.01"))
    assert money_of(order) == (100, 0, 0)


@pytest.mark.fault("M3")
@pytest.mark.rule("R1.1")
def test_a_line_has_its_own_cap_and_lines_and_postage_are_the_order(agent, shop):
    order = an_order(shop, lines=("33.33", "33.33", "33.34"), freight="8.00")
    first, second, third = order.lines.all()
    over(agent, a_wish(order, lines=[{"line": first.pk, "amount": "33.34"}]))
    over(agent, a_wish(order, lines=[], freight="8.01"))
    everything = [{"line": each.pk, "amount": str(each.paid)} for each in (first, second, third)]
    ask(agent, a_wish(order, lines=everything, freight="8.00"))
    assert money_of(order) == (108, 0, 0)


@pytest.mark.rule("R1.1")
def test_what_the_platform_refunded_is_no_longer_there_to_be_asked_for(agent, shop):
    order = an_order(shop)
    Order.objects.filter(pk=order.pk).update(platform_refunded="70.00")
    assert over(agent, a_wish(order, "30.01"))["order"] == "30.00"
    ask(agent, a_wish(order, "30.00"))


@pytest.mark.rule("R1.1")
def test_what_the_platform_and_we_refunded_is_counted_once(agent, supervisor, finance, shop):
    order = an_order(shop)
    a_refund(agent, order=order, amount="70.00", approved_by=supervisor, paid_by=finance)
    Order.objects.filter(pk=order.pk).update(platform_refunded="70.00")
    ask(agent, a_wish(order, "30.00"))
    assert money_of(order) == (30, 70, 70)
    assert over(agent, a_wish(order, "0.01"))["order"] == "0.00"


# As part of another case ---------------------------------------------------------------------------


@pytest.mark.rule("R1.1")
def test_a_refund_may_end_an_incident_and_the_incident_waits_for_it(agent):
    above = an_unreachable(agent, state="returning")
    case = ask(agent, a_wish(above.order, case=above.pk))
    assert case.parent == above
    assert timeline(above).order_by("pk").last().facts == {"child": case.number, "kind": "refund"}
    with pytest.raises(StepRefused) as refused:
        advance(above.pk, "parcel_back", by=acts(agent), at=MONDAY)
    assert [each.code for each in refused.value.reasons] == ["open_children"]
    assert case.number in str(refused.value.reasons[0].text)
    advance(case.pk, "withdraw", by=acts(agent), at=MONDAY, note="客户不要了")
    assert timeline(above).order_by("pk").last().facts["state"] == "withdrawn"
    assert advance(above.pk, "parcel_back", by=acts(agent), at=MONDAY).closed_at == MONDAY


@pytest.mark.rule("R1.1")
def test_a_refund_of_another_order_does_not_end_the_incident(agent, shop):
    above = an_unreachable(agent, state="returning")
    with pytest.raises(Malformed) as refused:
        ask(agent, a_wish(an_order(shop), case=above.pk))
    assert refused.value.field == "order"


@pytest.fixture
def merged(agent, shop):
    """The case of a parcel in which two orders travel, on its way back to us, and the second one."""
    for hours in (30, 1):
        order = an_order(shop, waybill="73000000009911", lines=("40.00",), paid_at=MONDAY - dt.timedelta(hours=hours))
    case = open_case("unreachable", by=acts(agent), at=MONDAY, waybill="73000000009911")
    for deed in WALKS["returning"]:
        deed(case.pk, acts(agent), MONDAY)
    return Case.objects.get(pk=case.pk), order


@pytest.mark.rule("R1.1")
def test_the_case_of_a_merged_parcel_takes_refunds_for_each_order_in_it(agent, merged):
    above, second = merged
    assert above.order != second
    cases = [ask(agent, a_wish(order, case=above.pk)) for order in (second, above.order)]
    assert [(case.order, case.parent_id) for case in cases] == [(second, above.pk), (above.order, above.pk)]
    assert [money_of(case.order) for case in cases] == [(30, 0, 0), (30, 0, 0)]
    for case in cases:
        with pytest.raises(StepRefused) as refused:
            advance(above.pk, "delivered", by=acts(agent), at=MONDAY)
        assert [each.code for each in refused.value.reasons] == ["open_children"]
        advance(case.pk, "withdraw", by=acts(agent), at=MONDAY, note="x")
    assert advance(above.pk, "delivered", by=acts(agent), at=MONDAY).closed_at == MONDAY
    assert verify_invariants() == []


@pytest.mark.rule("R1.1")
def test_each_order_of_a_merged_parcel_keeps_its_own_cap(agent, merged):
    above, second = merged
    ask(agent, a_wish(second, "40.00", case=above.pk))
    assert over(agent, a_wish(second, "0.01", case=above.pk))["order"] == "0.00"
    assert money_of(Order.objects.get(pk=above.order_id)) == (0, 0, 0)


@pytest.mark.rule("R1.1")
def test_a_picture_on_the_parcels_case_stands_for_each_order_in_it_and_for_no_other(agent, shop, supervisor, merged):
    above, second = merged
    picture = a_picture(above, agent)
    case = ask(agent, a_wish(second, case=above.pk, ground="", evidence=[picture.pk]))
    assert advance(case.pk, "approve", by=acts(supervisor), at=MONDAY).state == "to_pay"
    for wish in (a_wish(second, ground="", evidence=[picture.pk]), a_wish(an_order(shop), ground="", evidence=[picture.pk])):
        with pytest.raises(Malformed) as refused:
            ask(agent, wish)
        assert refused.value.code == "bad_evidence"


@pytest.mark.rule("R1.1")
def test_an_order_of_another_shop_in_the_parcel_is_not_reached_through_it(agent, other_shop, merged):
    above, _ = merged
    strange = an_order(other_shop)
    above.incident.parcel.orders.add(strange)
    Membership.objects.create(user=agent, shop=other_shop, role="agent")
    with pytest.raises(Malformed) as refused:
        ask(agent, a_wish(strange, case=above.pk))
    assert refused.value.code == "other_order"


@pytest.mark.rule("L5.3")
def test_the_refund_of_a_missing_line_takes_no_other_line(agent, shop):
    order = an_order(shop, waybill="73000000009914", lines=("60.00", "40.00"))
    above = open_case("missing_items", by=acts(agent), at=MONDAY, order=order.number)
    IncidentFacts.objects.filter(case=above).update(items=[{"line": order.lines.get(position=2).pk, "quantity": 1}])
    with pytest.raises(StepRefused) as refused:
        ask(agent, a_wish_for(order, "30.00", "40.00", case=above.pk))
    assert [each.code for each in refused.value.reasons] == ["not_missing"]
    assert money_of(order) == (0, 0, 0)


@pytest.mark.fault("C9")
@pytest.mark.rule("R1.1")
def test_a_closed_incident_takes_no_refund(agent):
    above = an_unreachable(agent, state="settled")
    with pytest.raises(Refused) as refused:
        ask(agent, a_wish(above.order, case=above.pk))
    assert refused.value.code == "case_closed"
    assert money_of(above.order) == (0, 0, 0)


@pytest.mark.rule("R1.3")
def test_asking_anew_through_the_refund_itself_is_a_new_version_of_it(agent, shop):
    case = a_refund(agent)
    again = ask_refund(a_wish(case.order, "45.00", case=case.pk), by=acts(agent), at=MONDAY, version=case.version)
    assert (again.pk, again.state) == (case.pk, "asked")
    assert list(Request.objects.values_list("seq", "amount")) == [(1, 30), (2, 45)]
    assert money_of(case.order) == (45, 0, 0)
    assert not Approval.objects.exists()
    assert Deadline.objects.filter(case=case, kind="answer", status="open").count() == 1


@pytest.mark.rule("R1.1")
def test_the_payees_account_and_name_are_stored_encrypted_and_shown_masked(agent, shop):
    payee = {"channel": "alipay", "account": "13900001234", "name": "王小明"}
    ask(agent, a_wish(an_order(shop), payee=payee))
    request = Request.objects.get()
    assert request.payee_mask == "王* 139***34"
    for stored in (request.payee_account_enc, request.payee_name_enc):
        assert b"1390000" not in bytes(stored)
        assert "王小明".encode() not in bytes(stored)
