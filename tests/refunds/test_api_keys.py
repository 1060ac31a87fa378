"""The Idempotency-Key of asking for a refund: sent once or twenty times, it is one refund."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from casework.actions.verify import verify_invariants
from casework.models import Case, KeptAnswer, Ledger
from orders.models import Membership
from tests.builders import a_wish_for, an_order
from tests.callers import Caller, program


@pytest.fixture
def api(agent):
    return program(agent)


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("60.00", "40.00"), freight="0.00")


def test_asking_needs_a_key(api, order):
    answer = api.post("refunds/", a_wish_for(order, "1.00"))
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert (answer.json()["field"]) == "Idempotency-Key"


@pytest.mark.parametrize("key", ["a b", "x" * 101, "schl\u00fcssel"])
def test_a_key_is_short_and_plain(api, order, key):
    assert api.ask(a_wish_for(order, "1.00"), key=key).json()["code"] == "bad_idempotency_key"


@pytest.mark.fault("M5")
def test_the_same_key_and_body_get_the_same_bytes(api, order):
    answers = [api.ask(a_wish_for(order, "1.00"), key="one") for _ in range(20)]
    assert {(each.status_code, each.content) for each in answers} == {(201, answers[0].content)}
    assert (Case.objects.count(), Ledger.objects.count()) == (1, 1)


@pytest.mark.fault("M5")
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_key_are_one_refund(agent):
    order = an_order(agent.memberships.get().shop)
    headers, body = program(agent).headers, a_wish_for(order, "3.00")

    def ask(_):
        try:
            answer = Caller(**headers).ask(body, key="at-once")
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as many:
        answers = set(many.map(ask, range(20)))
    assert len({each for each in answers if each[0] != 409}) == 1
    assert Case.objects.count() == 1
    order.refresh_from_db()
    assert order.reserved == 3
    assert verify_invariants() == []


@pytest.mark.fault("M6")
def test_the_same_key_with_another_body_is_refused_and_the_first_stands(api, order, shop):
    first = api.ask(a_wish_for(order, "1.00"), key="one")
    for other in (a_wish_for(order, "2.00"), a_wish_for(an_order(shop), "1.00")):
        answer = api.ask(other, key="one")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert api.ask(a_wish_for(order, "1.00"), key="one").content == first.content
    assert Case.objects.count() == 1


@pytest.mark.fault("M6")
@pytest.mark.parametrize("bad", ["0", "60.01"], ids=["malformed", "over the cap"])
def test_a_key_whose_first_call_was_refused_can_be_used_again(api, order, bad):
    assert api.ask(a_wish_for(order, bad), key="one").status_code in (400, 422)
    assert not KeptAnswer.objects.exists()
    assert api.ask(a_wish_for(order, "60.00"), key="one").status_code == 201


def test_the_same_values_in_another_order_of_names_are_the_same_body(api, order):
    body = a_wish_for(order, "1.00")
    first = api.ask(body, key="one")
    assert api.ask(dict(reversed(body.items())), key="one").content == first.content


@pytest.mark.fault("M7")
def test_another_persons_key_never_gives_my_answer(api, order, outsider, agent2):
    mine = api.ask(a_wish_for(order, "1.00"), key="one")
    assert program(outsider).ask(a_wish_for(order, "1.00"), key="one").status_code == 404
    second = program(agent2).ask(a_wish_for(order, "1.00"), key="one")
    assert (second.status_code, second.json()["id"] != mine.json()["id"]) == (201, True)


def test_a_kept_answer_is_not_for_somebody_who_lost_the_shop(api, order, agent):
    api.ask(a_wish_for(order, "1.00"), key="one")
    Membership.objects.filter(user=agent).delete()
    assert api.ask(a_wish_for(order, "1.00"), key="one").status_code == 404
