"""Asking for a refund on the page (R1.1, R1.3)."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from casework.actions.open_case import open_case
from casework.models import Case
from logistics.models import IncidentFacts
from orders.models import Line
from refunds.models import Request
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import MONDAY, acts
from tests.page import browser_of, field_of, fields_of, text_of

ADDRESS = "/refunds/new/"


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("60.00", "40.00"), freight="8.00")


@pytest.fixture
def at_agent(agent):
    return browser_of(agent)


def typed(page, order, **changes):
    """What an agent types: 30.00 of the first line, damaged, seen on the photos."""
    first = order.lines.first()
    form = {
        "key": field_of(page, "key"),
        f"line-{first.pk}": "30.00",
        "freight": "",
        "reason": "damaged",
        "ground": "photo_checked",
        "channel": "platform",
        "account": "",
        "name": "",
    }
    return form | changes


def send(client, order, query="", **changes):
    page = client.get(f"{ADDRESS}?order={order.number}{query}")
    return client.post(f"{ADDRESS}?order={order.number}{query}", typed(page, order, **changes))


def seen(client, order):
    return client.get(f"{ADDRESS}?order={order.number}")


@pytest.mark.rule("R1.1")
def test_an_agent_asks_with_reason_and_ground_and_the_money_is_set_aside(at_agent, agent, order):
    answer = send(at_agent, order, freight="8.00")
    case = Case.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/cases/{case.pk}/"
    request = Request.objects.get(case=case)
    assert (request.amount, request.freight, request.reason, request.asked_by) == (Decimal("38.00"), Decimal("8.00"), "damaged", agent)
    order.refresh_from_db()
    assert order.reserved == Decimal("38.00")


def test_the_page_shows_what_may_still_be_asked_of_each_line(at_agent, agent2, order):
    a_refund(agent2, order=order, amount="25.00")
    page = seen(at_agent, order)
    assert "60.00 25.00 0.00 35.00" in text_of(page)
    assert 'data-room="35.00"' in page.content.decode()


@pytest.mark.rule("R1.1")
def test_without_ground_and_evidence_it_is_refused_and_what_was_typed_stays(at_agent, order):
    answer = send(at_agent, order, ground="", freight="2.50")
    assert answer.status_code == 422
    assert "Neither a ground nor evidence is given." in text_of(answer)
    assert field_of(answer, f"line-{order.lines.first().pk}") == "30.00"
    assert field_of(answer, "freight") == "2.50"
    assert not Request.objects.exists()


def test_more_than_is_left_is_refused_with_what_is_left(at_agent, order):
    first = order.lines.first()
    answer = send(at_agent, order, **{f"line-{first.pk}": "60.01"})
    assert answer.status_code == 422
    assert text_of(answer).count("More than is left: order 108.00, postage 8.00.") == 1
    assert re.search(r"<span[^>]*id=\"too-much\"[^>]*>", answer.content.decode())[0].count("hidden") == 0
    fresh = at_agent.get(f"{ADDRESS}?order={order.number}").content.decode()
    assert "hidden" in re.search(r"<span[^>]*id=\"too-much\"[^>]*>", fresh)[0]
    assert field_of(answer, f"line-{first.pk}") == "60.01"


@pytest.mark.parametrize("amount", ["abc", "-5", "1.234", "1e3", "30,00", "00001", "01.00"])
def test_what_is_no_amount_is_told_beside_its_line(at_agent, order, amount):
    second = order.lines.all()[1]
    answer = send(at_agent, order, **{f"line-{second.pk}": amount})
    assert answer.status_code == 400
    assert f'id="e-line-{second.pk}"' in answer.content.decode()
    assert field_of(answer, f"line-{second.pk}") == amount


@pytest.mark.fault("M4")
@pytest.mark.parametrize("amount", ["１２．５０", "１", " 1 ", "٣"])
def test_full_width_and_foreign_digits_are_no_amount(at_agent, order, amount):
    answer = send(at_agent, order, **{f"line-{order.lines.first().pk}": amount})
    assert answer.status_code == 400
    assert f'id="e-line-{order.lines.first().pk}"' in answer.content.decode()
    assert ("half-width digits" in text_of(answer)) == (amount in ("１２．５０", "１"))
    assert not Request.objects.exists()


def test_nothing_asked_is_told_under_the_table(at_agent, order):
    answer = send(at_agent, order, **{f"line-{order.lines.first().pk}": "0.00"})
    assert answer.status_code == 400
    assert "Ask for at least one line or for postage." in text_of(answer)


def test_an_alipay_payment_without_its_account_is_told_beside_the_account(at_agent, order):
    answer = send(at_agent, order, channel="alipay", name="张三丰")
    assert answer.status_code == 400
    assert 'id="e-account"' in answer.content.decode()
    assert field_of(answer, "name") == "张三丰"


@pytest.mark.fault("C3")
def test_a_double_click_makes_one_refund(at_agent, order):
    form = typed(seen(at_agent, order), order)
    first, second = (at_agent.post(f"{ADDRESS}?order={order.number}", form) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


@pytest.mark.fault("C3")
def test_going_back_and_sending_the_form_again_makes_one_refund(at_agent, agent, order):
    """Another session of the same person, later: the key came with the form, not with the session."""
    form = typed(seen(at_agent, order), order)
    at_agent.post(f"{ADDRESS}?order={order.number}", form)
    answer = browser_of(agent).post(f"{ADDRESS}?order={order.number}", form)
    assert answer.status_code == 302
    order.refresh_from_db()
    assert order.reserved == Decimal("30.00")


@pytest.mark.fault("C3")
def test_going_back_and_changing_the_amount_asks_before_it_makes_a_second_refund(at_agent, order):
    form = typed(seen(at_agent, order), order)
    at_agent.post(f"{ADDRESS}?order={order.number}", form)
    name = f"line-{order.lines.first().pk}"
    answer = at_agent.post(f"{ADDRESS}?order={order.number}", form | {name: "20.00"})
    assert answer.status_code == 422
    assert "This form was sent before, with other values" in text_of(answer)
    assert Case.objects.count() == 1
    assert field_of(answer, name) == "20.00"
    again = at_agent.post(f"{ADDRESS}?order={order.number}", form | {name: "20.00", "key": field_of(answer, "key")})
    assert again.status_code == 302
    assert Case.objects.count() == 2


@pytest.mark.fault("C3")
def test_the_same_request_from_a_fresh_form_is_asked_about_before_it_is_made_twice(at_agent, order):
    send(at_agent, order)
    answer = send(at_agent, order)
    assert answer.status_code == 422
    case = Case.objects.get()
    assert f"You asked for exactly this a moment ago: {case.number}." in text_of(answer)
    again = at_agent.post(f"{ADDRESS}?order={order.number}", typed(answer, order, twice=field_of(answer, "twice")))
    assert again.status_code == 302
    assert Case.objects.count() == 2


def test_a_colleague_or_another_amount_is_no_twin(at_agent, agent2, order):
    first = f"line-{order.lines.first().pk}"
    answers = [send(at_agent, order, **{first: "10.00"}), send(at_agent, order, **{first: "11.00"})]
    answers.append(send(browser_of(agent2), order, **{first: "10.00"}))
    assert [each.status_code for each in answers] == [302, 302, 302]


def test_a_refused_form_may_be_sent_again_when_it_is_mended(at_agent, order):
    answer = send(at_agent, order, ground="")
    mended = at_agent.post(f"{ADDRESS}?order={order.number}", typed(answer, order))
    assert mended.status_code == 302


def test_a_form_without_its_key_is_refused(at_agent, order):
    answer = at_agent.post(f"{ADDRESS}?order={order.number}", typed(seen(at_agent, order), order, key="no blanks allowed"))
    assert answer.status_code == 400
    assert not Request.objects.exists()


@pytest.mark.rule("R1.3")
def test_asking_anew_begins_with_the_request_in_force_and_makes_a_new_version(at_agent, agent, order):
    case = a_refund(
        agent, order=order, amount="30.00", freight="8.00", payee={"channel": "alipay", "account": "13800138000", "name": "张三丰"}
    )
    page = at_agent.get(f"{ADDRESS}?again={case.pk}")
    assert field_of(page, f"line-{order.lines.first().pk}") == "30.00"
    assert "13800138000" not in page.content.decode()
    form = typed(page, order, freight="5.00", version=field_of(page, "version"), channel="alipay", same_payee="on")
    answer = at_agent.post(f"{ADDRESS}?again={case.pk}", form)
    assert answer.status_code == 302
    newest = Request.objects.get(case=case, seq=2)
    assert newest.amount == Decimal("35.00")
    assert newest.payee_mask == Request.objects.get(case=case, seq=1).payee_mask
    order.refresh_from_db()
    assert order.reserved == Decimal("35.00")


@pytest.mark.rule("R1.3")
@pytest.mark.fault("C3")
def test_a_double_click_on_asking_anew_makes_one_version(at_agent, agent, order):
    case = a_refund(agent, order=order, amount="30.00")
    page = at_agent.get(f"{ADDRESS}?again={case.pk}")
    form = typed(page, order, version=field_of(page, "version"), **{f"line-{order.lines.first().pk}": "20.00"})
    answers = [at_agent.post(f"{ADDRESS}?again={case.pk}", form) for _ in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    assert Request.objects.filter(case=case).count() == 2


@pytest.mark.rule("R1.3")
def test_asking_anew_from_an_old_page_is_stale_and_keeps_what_was_typed(at_agent, agent, agent2, order):
    case = a_refund(agent, order=order, amount="30.00")
    page = at_agent.get(f"{ADDRESS}?again={case.pk}")
    form = typed(page, order, version=field_of(page, "version"), **{f"line-{order.lines.first().pk}": "20.00"})
    other = browser_of(agent2)
    theirs = other.get(f"{ADDRESS}?again={case.pk}")
    other.post(f"{ADDRESS}?again={case.pk}", typed(theirs, order, version=field_of(theirs, "version"), freight="8.00"))
    answer = at_agent.post(f"{ADDRESS}?again={case.pk}", form)
    assert answer.status_code == 409
    assert field_of(answer, f"line-{order.lines.first().pk}") == "20.00"
    assert Request.objects.filter(case=case).count() == 2


def test_a_refund_that_belongs_to_a_case_becomes_its_child(at_agent, agent):
    parent = an_unreachable(agent, state="returning")
    page = at_agent.get(f"{ADDRESS}?case={parent.pk}")
    assert parent.number in text_of(page)
    at_agent.post(f"{ADDRESS}?case={parent.pk}", typed(page, parent.order))
    assert Case.objects.get(kind="refund").parent_id == parent.pk


def test_the_case_of_a_merged_parcel_asks_for_each_order_in_it(at_agent, agent, shop):
    first, second = (an_order(shop, waybill="73000000009912", paid_at=MONDAY + dt.timedelta(hours=hours)) for hours in (0, 1))
    above = open_case("unreachable", by=acts(agent), at=MONDAY, waybill="73000000009912")
    page = at_agent.get(f"/refunds/new/?case={above.pk}")
    assert f"Order {first.number}" in text_of(page)
    assert f"Also in this parcel: {second.number}" in text_of(page)
    query = f"?case={above.pk}&order={second.number}"
    assert query.replace("&", "&amp;") in page.content.decode()
    assert f"Order {second.number}" in text_of(at_agent.get(f"/refunds/new/{query}"))
    assert at_agent.get(f"/refunds/new/?case={above.pk}&order={an_order(shop).number}").status_code == 404


@pytest.mark.rule("L5.3")
def test_the_refund_of_a_merged_parcel_begins_with_the_order_whose_line_is_missing(at_agent, agent, shop):
    first, second = (
        an_order(shop, waybill="73000000009913", lines=("60.00", "40.00"), paid_at=MONDAY + dt.timedelta(hours=h)) for h in (0, 1)
    )
    above = open_case("missing_items", by=acts(agent), at=MONDAY, order=first.number)
    lost, other = second.lines.all()
    IncidentFacts.objects.filter(case=above).update(items=[{"line": lost.pk, "quantity": 1}])
    page = at_agent.get(f"/refunds/new/?case={above.pk}")
    assert f"Order {second.number}" in text_of(page)
    assert (field_of(page, f"line-{lost.pk}"), field_of(page, f"line-{other.pk}")) == ("60.00", "")


def test_without_an_order_the_page_asks_for_its_number(at_agent):
    answer = at_agent.get(ADDRESS)
    assert answer.status_code == 200
    assert fields_of(answer, "order") == [""]


def test_another_shops_order_and_case_are_not_there(outsider, agent, order):
    case = a_refund(agent, order=order)
    client = browser_of(outsider)
    assert seen(client, order).status_code == 404
    assert client.get(f"{ADDRESS}?again={case.pk}").status_code == 404
    assert client.get(f"{ADDRESS}?case={case.pk}").status_code == 404


@pytest.mark.rule("R1.1")
@pytest.mark.parametrize("who", ["warehouse", "printclerk", "finance", "auditor", "admin"])
def test_only_agents_and_leads_ask(request, who, order):
    client = browser_of(request.getfixturevalue(who))
    assert seen(client, order).status_code == 403


def test_who_is_not_logged_in_goes_to_the_login(client, order):
    answer = client.get(f"{ADDRESS}?order={order.number}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("query", ["?again=abc", "?case=-1", "?case=" + "9" * 40])
def test_an_address_that_names_nothing_is_refused_politely(at_agent, query):
    assert at_agent.get(ADDRESS + query).status_code in (400, 404)


def test_the_number_of_queries_does_not_grow_with_the_lines(at_agent, shop, django_assert_num_queries):
    small, large = an_order(shop, lines=("10.00",)), an_order(shop, lines=("10.00",) * 30)
    seen(at_agent, small)
    # One of them counts for the rail: returns to inspect, and claims.
    for each in (small, large):
        with django_assert_num_queries(9):
            assert seen(at_agent, each).status_code == 200
    assert Line.objects.filter(order=large).count() == 30


# Looking first --------------------------------------------------------------------------------------


@pytest.fixture
def pieces(order):
    """The first line has three pieces for 60.01."""
    order.lines.filter(position=1).update(quantity=3, paid=Decimal("60.01"))
    order.lines.filter(position=2).update(paid=Decimal("39.99"))
    return order.lines.first()


def test_pieces_become_their_amount_when_somebody_looks_and_nothing_is_asked_yet(at_agent, order, pieces):
    answer = send(at_agent, order, look="1", **{f"line-{pieces.pk}": "", f"pieces-{pieces.pk}": "1"})
    assert answer.status_code == 200
    assert field_of(answer, f"line-{pieces.pk}") == "20.01"
    assert field_of(answer, f"pieces-{pieces.pk}") == "1"
    assert "To the customer: goods −20.01" in text_of(answer)
    assert not Request.objects.exists()


def test_an_amount_that_pieces_have_just_become_is_shown_before_it_is_asked(at_agent, order, pieces):
    answer = send(at_agent, order, **{f"pieces-{pieces.pk}": "2"})
    assert answer.status_code == 200
    assert "The amounts were worked out from the pieces just now. Look at them, then ask." in text_of(answer)
    assert not Request.objects.exists()
    seen_now = {f"line-{pieces.pk}": "40.01", f"pieces-{pieces.pk}": "2", f"shown-{pieces.pk}": field_of(answer, f"shown-{pieces.pk}")}
    assert send(at_agent, order, **seen_now).status_code == 302
    assert Request.objects.get().amount == Decimal("40.01")


def test_what_changed_last_counts_an_amount_or_the_pieces(at_agent, order, pieces):
    shown = {f"pieces-{pieces.pk}": "2", f"shown-{pieces.pk}": "2", f"line-{pieces.pk}": "15.00"}
    assert field_of(send(at_agent, order, look="1", **shown), f"line-{pieces.pk}") == "15.00"
    assert field_of(send(at_agent, order, look="1", **shown | {f"pieces-{pieces.pk}": "3"}), f"line-{pieces.pk}") == "60.01"


@pytest.mark.parametrize("typed_pieces", ["4", "-1", "1.5", "一", "²", "9" * 30])
def test_pieces_that_the_line_does_not_have_are_told_beside_them_and_ask_nothing(at_agent, order, pieces, typed_pieces):
    answer = send(at_agent, order, **{f"pieces-{pieces.pk}": typed_pieces})
    assert answer.status_code == 400
    assert f'id="e-pieces-{pieces.pk}"' in answer.content.decode()
    assert field_of(answer, f"pieces-{pieces.pk}") == typed_pieces
    assert not Request.objects.exists()


def test_the_panel_comes_alone_with_the_amounts_that_pieces_became(at_agent, order, pieces, django_assert_num_queries):
    form = typed(seen(at_agent, order), order, **{f"line-{pieces.pk}": "", f"pieces-{pieces.pk}": "1", "reason": "quality"})
    with django_assert_num_queries(8):
        answer = at_agent.post(f"{ADDRESS}look/?order={order.number}", form)
    page = answer.content.decode()
    assert f'id="asked-line-{pieces.pk}" hx-swap-oob="true"' in page
    assert 'value="20.01"' in page
    assert ("<html" in page, Request.objects.exists()) == (False, False)
    assert "At fault: Shop R3.1" in text_of(answer)


def test_the_panel_says_what_it_could_not_read(at_agent, order):
    form = typed(seen(at_agent, order), order, freight="1,00")
    answer = at_agent.post(f"{ADDRESS}look/?order={order.number}", form)
    assert "Something typed is no amount or no number of pieces; it counts as nothing here." in text_of(answer)


@pytest.mark.rule("R1.2")
def test_the_page_says_who_may_approve_and_when_nobody_may(at_agent, order):
    assert "Supervisor ¥30.00 would be approved for the order in all." in text_of(send(at_agent, order, look="1"))
    assert "Nobody: more than is left of a line" in text_of(send(at_agent, order, look="1", freight="8.01"))


@pytest.mark.parametrize("who", ["warehouse", "outsider"])
def test_only_who_may_ask_may_look(request, who, order):
    answer = browser_of(request.getfixturevalue(who)).post(f"{ADDRESS}look/?order={order.number}", {})
    assert answer.status_code == {"warehouse": 403, "outsider": 404}[who]
