"""The traps of proxies and of the FSM library, each of which somebody fell into (docs/decisions.md)."""

import pickle

import pytest
from django.db import IntegrityError, transaction
from django_fsm import TransitionNotAllowed

from casework.models import Case, Journal
from casework.registry import KINDS
from logistics.models import Unreachable
from refunds.models import Refund
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY


@pytest.fixture
def both(agent):
    return an_unreachable(agent), a_refund(agent)


READERS = {
    "get": lambda pk: Case.objects.get(pk=pk),
    "all": lambda pk: Case.objects.all().get(pk=pk),
    "lock": lambda pk: Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk),
    "join": lambda pk: Case.objects.select_related("shop", "order", "parent").get(pk=pk),
    "raw": lambda pk: Case.objects.raw("SELECT * FROM casework_case WHERE id = %s", [pk])[0],
    "pickle": lambda pk: pickle.loads(pickle.dumps(Case.objects.get(pk=pk))),
    "own": lambda pk: Unreachable.objects.filter(pk=pk).first() or Refund.objects.get(pk=pk),
}


@pytest.mark.parametrize("how", READERS)
def test_a_row_is_read_as_its_kind(both, django_assert_num_queries, how):
    for case, kind in zip(both, (Unreachable, Refund), strict=True):
        found = READERS[how](case.pk)
        assert type(found) is kind
        assert found == case


def test_a_case_reached_from_its_order_or_parent_is_of_its_kind_too(agent):
    above = an_unreachable(agent, state="returning")
    child = a_refund(agent, order=above.order, case=above.pk)
    assert {type(each) for each in above.order.cases.all()} == {Unreachable, Refund}
    assert type(Case.objects.get(pk=child.pk).parent) is Unreachable
    assert [type(each) for each in above.children.all()] == [Refund]


@pytest.mark.parametrize("left_out", [["kind"], ["state"], ["kind", "state"]])
def test_a_case_without_its_kind_or_state_is_not_read_at_all(both, left_out):
    with pytest.raises(ValueError, match="kind and state"):
        list(Case.objects.defer(*left_out))
    with pytest.raises(ValueError, match="kind and state"):
        list(Case.objects.only("number"))


def test_reading_a_list_costs_one_query(both, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len({(case.kind, case.state) for case in Case.objects.all()}) == 2


def test_the_manager_of_a_kind_sees_that_kind_only(both):
    assert (Case.objects.count(), Unreachable.objects.count(), Refund.objects.count()) == (2, 1, 1)
    assert not Unreachable.objects.filter(pk=both[1].pk).exists()


def test_steps_belong_to_their_kind_and_stand_in_handbook_order():
    unreachable, refund = ([each.name for each in kind.steps()] for kind in (Unreachable, Refund))
    assert not set(unreachable) & set(refund)
    assert unreachable[:3] == ["first_attempt_made", "customer_answered", "courier_names_return"]
    assert refund[0] == "ask"
    assert unreachable != sorted(unreachable)


def test_a_state_is_not_assigned(both):
    with pytest.raises(AttributeError):
        both[0].state = "delivered"


def test_reading_again_reads_the_state_and_leaves_it_protected(both):
    case = both[0]
    Case.objects.filter(pk=case.pk).update(state="trying", category="customer", queue="agents")
    case.refresh_from_db()
    assert case.state == "trying"
    Case.objects.filter(pk=case.pk).update(state="answered", category="open")
    case.refresh_from_db(fields=["subject_label"])
    assert case.state == "answered"
    with pytest.raises(AttributeError):
        case.state = "delivered"


def test_reading_again_what_is_gone_leaves_the_state_protected(both, agent):
    case = both[0]
    ghost = type(case)(pk=10**9, kind=case.kind, state="to_contact")
    with pytest.raises(Case.DoesNotExist):
        ghost.refresh_from_db()
    with pytest.raises(AttributeError):
        both[0].state = "delivered"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_step_is_taken_past_the_door(kind, both):
    """The library refuses the method itself, guards or none, as long as the door gave no situation."""
    for step in kind.steps():
        case = kind(kind=kind.KIND, state=step.source[0])
        with pytest.raises(TransitionNotAllowed):
            getattr(case, step.name)(*([{}] if step.facts.base_fields else []))


def test_what_the_door_gives_back_has_no_key_to_the_door(both):
    from casework.actions.advance import advance
    from tests.cast import acts

    case = advance(both[0].pk, "customer_answered", by=acts(both[0].owner), at=MONDAY)
    with pytest.raises(TransitionNotAllowed):
        case.delivered()


FOREIGN = {
    "update": lambda case: Case.objects.filter(pk=case.pk).update(state="to_pay"),
    "kind's update": lambda case: Unreachable.objects.update(state="asked", category="lead"),
    "bulk_update": lambda case: Case.objects.bulk_update([Unreachable(pk=case.pk, kind="unreachable", state="paid")], ["state"]),
    "save": lambda case: Unreachable(
        number="X",
        kind="unreachable",
        shop=case.shop,
        subject="x",
        state="paid",
        category="open",
        queue="agents",
        opened_at=MONDAY,
        changed_at=MONDAY,
    ).save(),
    "bulk_create": lambda case: Case.objects.bulk_create(
        [
            Case(
                number="X",
                kind="refund",
                shop=case.shop,
                subject="x",
                state="trying",
                category="open",
                queue="agents",
                opened_at=MONDAY,
                changed_at=MONDAY,
            )
        ]
    ),
    "no such kind": lambda case: Case.objects.create(
        number="X",
        kind="nonsense",
        shop=case.shop,
        subject="x",
        state="trying",
        category="open",
        queue="agents",
        opened_at=MONDAY,
        changed_at=MONDAY,
    ),
}


@pytest.mark.parametrize("how", FOREIGN)
def test_a_state_that_its_kind_lacks_is_not_stored_by_any_way_round(both, how):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        FOREIGN[how](both[0])
    assert caught.value.__cause__.diag.constraint_name == "case_state_is_of_its_kind"


def test_saving_a_case_past_the_door_is_seen_in_the_journal(both):
    case = Case.objects.get(pk=both[0].pk)
    case.subject_label = "anders"
    case.save(update_fields=["subject_label"])
    row = Journal.objects.filter(object_type="case", step="update").get()
    assert (row.case, row.after) == (case, {"subject_label": "anders"})


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_its_own_words(kind):
    assert kind._meta.proxy
    assert str(kind._meta.verbose_name_plural) != f"{kind._meta.verbose_name}s" or kind._meta.verbose_name_plural
    assert all(str(state.label) and state.category for state in kind.STATES)
    assert kind.__doc__
    assert kind.CHAPTER
