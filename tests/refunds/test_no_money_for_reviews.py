"""N1: nothing lets money depend on a review: no reason, ground, policy, step or word of money speaks of one, nor does the database."""

import re

import pytest
from django.db import connection
from django.utils import translation

from casework.models import Ledger
from casework.policies import KNOWN
from casework.registry import FACT_WORDS, KINDS
from logistics.kinds.incident import Incident
from orders.errors import Malformed
from refunds.actions.ask import ask_refund
from refunds.models import Beyond, Ground, MoneyOut, Reason, Request
from tests.builders import a_compensation, a_wish, an_order
from tests.cast import MONDAY, acts

REVIEW = re.compile(r"\breview|\brating|feedback|好评|差评|中评|评价|评论|晒图|五星|返现", re.IGNORECASE)


def spoken(*texts):
    """The texts in both languages."""
    for language in ("en", "zh-hans"):
        with translation.override(language):
            yield from (str(text) for text in texts)


def of_money():
    """Whatever names a reason, a way, a measure or a deed of money."""
    for choices in (Reason, Ground, Beyond, Ledger.Kind):
        yield from (label for _value, label in choices.choices)
    yield from (each.label for each in KNOWN.values())
    for kind in KINDS.values():
        if issubclass(kind, MoneyOut | Incident):
            for step in kind.steps():
                yield from (step.label, step.hint, *(each.text for each in step.guards))
                yield from (field.label for field in step.facts.base_fields.values())
        if issubclass(kind, MoneyOut):
            yield from (kind.MEMO_SAYS, kind.VOID_SAYS, *kind.ON_ITS_WAY.values())
    yield from (each.label for each in FACT_WORDS.values() if hasattr(each, "label"))


def test_no_word_of_money_speaks_of_a_review():
    texts = list(spoken(*of_money()))
    assert len(texts) > 200
    assert [text for text in texts if REVIEW.search(text)] == []


def test_no_request_says_so_by_a_field(agent, shop):
    order = an_order(shop, freight="8.00")
    assert [each.name for each in Request._meta.get_fields() if REVIEW.search(each.name)] == []
    with pytest.raises(Malformed) as refused:
        ask_refund(a_wish(order) | {"review": "good"}, by=acts(agent), at=MONDAY)
    assert (refused.value.code, refused.value.field) == ("unknown_field", "review")
    with pytest.raises(Malformed) as refused:
        a_compensation(agent, order=order, reason="good_review")
    assert (refused.value.code, refused.value.field) == ("bad_value", "reason")


def test_nothing_in_the_database_that_moves_money_looks_at_one(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'refunds%' OR proname LIKE 'casework_ledger%'")
        functions = cursor.fetchall()
    assert len(functions) > 10
    assert [name for name, source in functions if REVIEW.search(source)] == []
