"""R1.1, R1.2: an absent lead lends their power to another lead for some days; four eyes over both, one purse, journalled."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction

from casework.actions.advance import advance
from casework.actions.offers import TOKEN
from casework.actions.set_policy import set_policy
from casework.actions.verify import verify_invariants
from casework.models import Journal
from casework.reading import read_case
from orders.errors import DeskError, NotAllowed, NotFound
from refunds.actions.delegate import delegate, end_delegation
from refunds.models import Approval, ApproverDay, Delegation, Request
from refunds.standing import powers_of
from tests.builders import a_refund, an_order
from tests.cast import MONDAY, acts, by_token, make_user
from tests.refunds.test_money_in_the_database import APPROVE, at_once, fails, is_refused, sql

pytestmark = pytest.mark.rule("R1.1", "R1.2")

TODAY = MONDAY.date()
DAY = dt.timedelta(days=1)
BY_POWER = APPROVE.replace("decided_by_id)", "decided_by_id, power_of_id)").replace("amount, %s", "amount, %s, %s")


def lend(by, to, shop, *, first=TODAY, last=TODAY + DAY, at=MONDAY, of=None):
    return delegate(by=acts(by), at=at, shop_id=shop.pk, approver_id=of and of.pk, delegate_id=to.pk, first_day=first, last_day=last)


@pytest.fixture
def lent(manager, supervisor, shop):
    """The manager is away; the supervisor stands in."""
    return lend(manager, supervisor, shop)


@pytest.fixture
def big(agent, shop):
    return a_refund(agent, order=an_order(shop, lines=("900.00",)), amount="600.00")


def approve(case, by, at=MONDAY):
    return advance(case.pk, "approve", by=acts(by, stepped_up_at=at), at=at)


def reasons(case, by, at=MONDAY):
    return [each.code for each in read_case(case.pk, by=acts(by), now=at).offers if each.step.name == "approve" for each in each.reasons]


def refusal(deed, *args, **named):
    with pytest.raises(DeskError) as caught:
        deed(*args, **named)
    return caught.value.reasons[0].code if caught.value.reasons else caught.value.code


def test_who_stands_in_approves_by_the_power_of_who_is_away_and_the_row_says_so(big, manager, supervisor, lent):
    assert approve(big, supervisor).state == "to_pay"
    given = Approval.objects.get()
    assert (given.decided_by, given.power_of, given.limit_at) == (supervisor, manager, Decimal("9999999999.99"))
    assert Journal.objects.get(case=big, step="approve").facts["power_of"] == "manager"


def test_the_own_power_goes_first(agent, manager, supervisor, lent):
    approve(a_refund(agent), supervisor)
    assert Approval.objects.get().power_of is None
    assert dict(ApproverDay.objects.values_list("user", "total")) == {supervisor.pk: 30}


def test_lent_power_is_one_purse_the_day_of_who_lent_it_fills_and_empties(agent, supervisor, supervisor2, shop):
    sql("SELECT refunds_set_limit(NULL, 'supervisor', NULL, 100, 100)")
    lend(supervisor, supervisor2, shop)
    approve(a_refund(agent, amount="80.00"), supervisor2)
    second = a_refund(agent, amount="90.00")
    approve(second, supervisor2)
    assert dict(ApproverDay.objects.values_list("user", "total")) == {supervisor2.pk: 80, supervisor.pk: 90}
    third = a_refund(agent, amount="30.00")
    assert reasons(third, supervisor) == ["within_day_limit"]
    assert reasons(third, supervisor2) == ["within_day_limit"]
    advance(second.pk, "revoke", by=acts(supervisor2), at=MONDAY, facts={"reason": "样例"})
    assert dict(ApproverDay.objects.values_list("user", "total")) == {supervisor2.pk: 80, supervisor.pk: 0}
    assert reasons(third, supervisor) == []
    assert verify_invariants() == []


@pytest.mark.parametrize(("day", "holds"), [(-1, False), (0, True), (1, True), (2, False)])
def test_it_holds_from_the_first_day_to_the_last_of_shop_time(agent, manager, supervisor, shop, day, holds):
    lend(manager, supervisor, shop, at=MONDAY - 2 * DAY)
    at = MONDAY.replace(hour=23, minute=59) + day * DAY
    case = a_refund(agent, order=an_order(shop, lines=("900.00",)), amount="600.00", at=at)
    assert reasons(case, supervisor, at) == ([] if holds else ["within_own_limit"])


@pytest.mark.fault("M13")
def test_it_ends_at_once_when_it_is_taken_back(big, manager, supervisor, lent):
    assert reasons(big, supervisor) == []
    end_delegation(lent.pk, by=acts(manager), at=MONDAY)
    assert reasons(big, supervisor) == ["within_own_limit"]
    assert refusal(end_delegation, lent.pk, by=acts(manager), at=MONDAY) == "is_over"


def test_what_was_approved_by_it_stays_approved(big, manager, supervisor, finance, lent):
    approve(big, supervisor)
    end_delegation(lent.pk, by=acts(supervisor), at=MONDAY)
    facts = {"platform_number": "PAY00000001", "paid_at": MONDAY.isoformat()}
    assert advance(big.pk, "record_payout", by=acts(finance), at=MONDAY, facts=facts).state == "paid"


def test_four_eyes_over_both_who_asked_is_represented_by_nobody(manager, supervisor, supervisor2, shop, lent):
    """Not by lent power, and not by the own power of who stands in either."""
    for amount in ("600.00", "30.00"):
        case = a_refund(manager, order=an_order(shop, lines=("900.00",)), amount=amount)
        assert reasons(case, supervisor) == ["who_is_away_did_not_ask"]
        assert "who_is_away_did_not_ask" not in reasons(case, supervisor2)
    assert refusal(approve, case, supervisor) == "who_is_away_did_not_ask"


def test_who_asked_does_not_approve_by_lent_power(supervisor, shop, lent):
    case = a_refund(supervisor, order=an_order(shop, lines=("900.00",)), amount="600.00")
    assert reasons(case, supervisor) == ["somebody_else_asked"]


def test_power_is_not_lent_on(agent, manager, supervisor, supervisor2, shop, lent, big):
    lend(supervisor, supervisor2, shop)
    assert reasons(big, supervisor2) == ["within_own_limit"]


def test_who_left_or_is_no_lead_any_more_lends_nothing(big, manager, supervisor, lent):
    manager.memberships.update(role="finance")
    assert reasons(big, supervisor) == ["within_own_limit"]
    manager.memberships.update(role="manager")
    type(manager).objects.filter(pk=manager.pk).update(is_active=False)
    assert reasons(big, supervisor) == ["within_own_limit"]


@pytest.mark.parametrize("who", ["agent", "finance", "outsider", "admin"])
def test_power_is_lent_to_leads_of_the_shop_only(request, manager, shop, who):
    assert refusal(lend, manager, request.getfixturevalue(who), shop) == "between_leads"
    assert not Delegation.objects.exists()


def test_a_manager_lends_a_supervisors_power_and_nobody_takes_anothers(manager, supervisor, supervisor2, shop):
    assert lend(manager, supervisor2, shop, of=supervisor).given_by == manager
    assert refusal(lend, supervisor2, supervisor, shop, of=manager) == "the_approvers"
    assert refusal(lend, manager, manager, shop, of=supervisor) == "the_approvers"
    second = make_user("manager2", "manager", shop)
    assert refusal(lend, second, supervisor, shop, of=manager) == "the_approvers"
    assert Delegation.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "last", "code"), [(-1, 0, "begins_today_or_later"), (2, 1, "ends_after_it_begins"), (0, 0, None), (30, 40, None)]
)
def test_it_begins_today_or_later_and_ends_after_it_begins(manager, supervisor, shop, first, last, code):
    days = {"first": TODAY + first * DAY, "last": TODAY + last * DAY}
    if code:
        assert refusal(lend, manager, supervisor, shop, **days) == code
    else:
        assert lend(manager, supervisor, shop, **days).first_day == days["first"]


def test_the_same_days_are_lent_to_the_same_person_once(manager, supervisor, supervisor2, shop, lent):
    assert refusal(lend, manager, supervisor, shop, first=TODAY + DAY, last=TODAY + 3 * DAY) == "there_once"
    assert refusal(lend, manager, manager, shop) == "to_another"
    lend(manager, supervisor2, shop)
    end_delegation(lent.pk, by=acts(manager), at=MONDAY)
    lend(manager, supervisor, shop)


@pytest.mark.parametrize("who", ["agent", "finance", "auditor", "admin", "superuser"])
def test_nobody_but_a_lead_lends_or_takes_back(request, who, supervisor, shop, lent):
    somebody = request.getfixturevalue(who)
    with pytest.raises((NotAllowed, NotFound)):
        lend(somebody, supervisor, shop)
    with pytest.raises((NotAllowed, NotFound)):
        end_delegation(lent.pk, by=acts(somebody), at=MONDAY)


def test_a_third_lead_takes_nothing_back_and_a_token_does_neither(manager, supervisor, supervisor2, shop, lent):
    assert refusal(end_delegation, lent.pk, by=acts(supervisor2), at=MONDAY) == "the_approvers"
    assert refusal(end_delegation, lent.pk, by=by_token(manager), at=MONDAY) == TOKEN
    given = {"at": MONDAY, "shop_id": shop.pk, "delegate_id": supervisor2.pk, "first_day": TODAY, "last_day": TODAY}
    assert refusal(delegate, by=by_token(manager), **given) == TOKEN


@pytest.mark.fault("A3")
def test_lending_and_taking_back_are_journalled_by_the_table_itself(manager, supervisor, shop, lent):
    end_delegation(lent.pk, by=acts(manager), at=MONDAY)
    rows = Journal.objects.filter(object_type="delegation").order_by("pk")
    assert [(each.step, each.actor, each.shop) for each in rows] == [("insert", manager, shop), ("update", manager, shop)]
    assert rows[0].after["delegate_id"] == supervisor.pk
    assert rows[1].after["revoked_by_id"] == manager.pk


# Raw SQL as the application's role -----------------------------------------------------------------


def signed(user):
    sql("SELECT set_config('casework.actor_id', %s, true), set_config('casework.now', %s, true)", str(user.pk), MONDAY.isoformat())


def test_no_row_is_written_past_the_functions(lent):
    is_refused("INSERT INTO refunds_delegation SELECT * FROM refunds_delegation")
    is_refused("UPDATE refunds_delegation SET last_day = '2099-01-01'")
    is_refused("DELETE FROM refunds_delegation")


def test_the_database_itself_asks_whose_power_it_is(agent, manager, supervisor, supervisor2, shop, lent):
    row = Request.objects.get(case=a_refund(agent))
    with transaction.atomic():
        signed(supervisor)
        fails("power_is_lent", BY_POWER, supervisor2.pk, manager.pk, row.pk)
        fails("power_is_lent", BY_POWER, supervisor.pk, supervisor2.pk, row.pk)
        fails(
            "delegation_is_the_approvers", "SELECT refunds_delegate(%s, %s, %s, %s, %s)", shop.pk, manager.pk, supervisor.pk, TODAY, TODAY
        )
        at_once(BY_POWER, supervisor.pk, manager.pk, row.pk)
    assert Approval.objects.get().power_of == manager


def test_the_database_itself_keeps_four_eyes_over_both(manager, supervisor, lent):
    row = Request.objects.get(case=a_refund(manager))
    with transaction.atomic():
        signed(supervisor)
        fails("four_eyes_of_the_power", BY_POWER, supervisor.pk, manager.pk, row.pk)
        fails("four_eyes_of_the_power", APPROVE, supervisor.pk, row.pk)


def test_whose_power_approved_does_not_pay(agent, manager, supervisor, finance, lent):
    row = Request.objects.get(case=a_refund(agent))
    with transaction.atomic():
        signed(supervisor)
        at_once(BY_POWER, supervisor.pk, manager.pk, row.pk)
        manager.memberships.update(role="finance")
        pay = (
            "INSERT INTO refunds_payout (approval_id, amount, asked_by_id, paid_by_id, gateway, channel, platform_number, paid_at, recorded_at, key)"
            " SELECT id, amount, asked_by_id, %s, 'manual', 'platform', 'RAW1', now(), now(), 'raw1' FROM refunds_approval"
        )
        fails("payer_is_not_the_approver", pay, manager.pk)
        at_once(pay, finance.pk)


def test_the_powers_of_a_person_are_read_in_one_query_their_own_first(manager, supervisor, shop, lent, django_assert_num_queries):
    by = acts(supervisor)
    with django_assert_num_queries(1):
        (found,) = powers_of(by, {shop.pk}, MONDAY).values()
    assert [(each.holder, each.per_order) for each in found] == [(supervisor, Decimal("500.00")), (manager, Decimal("9999999999.99"))]


def test_nobody_stands_in_for_longer_than_the_policy_says(manager, supervisor, shop):
    assert refusal(lend, manager, supervisor, shop, last=TODAY + 31 * DAY) == "short_enough"
    set_policy("delegation_longest", 2, by=acts(manager), at=MONDAY, shop_id=shop.pk)
    assert refusal(lend, manager, supervisor, shop, last=TODAY + 2 * DAY) == "short_enough"
    assert lend(manager, supervisor, shop, last=TODAY + DAY).last_day == TODAY + DAY
