"""Several lists in one query: each holds what it would have found alone, whatever its columns are."""

from decimal import Decimal
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Count, F, GenericIPAddressField, IntegerField, UUIDField, Value, Window
from django.db.models.functions import RowNumber

from casework.models import Case, Journal, Task
from logistics.models import Parcel
from orders.models import Line, Order, Shop
from orders.together import Rows, answers, ask_for, read_together, side_by_side, texts, yes
from tests.builders import a_refund, an_unreachable

OURS = ("orders", "casework", "logistics", "refunds")


def values(row):
    """The row as it was read, pieces of bytes as bytes."""
    plain = {name: bytes(value) if isinstance(value, memoryview) else value for name, value in vars(row).items()}
    return {name: value for name, value in plain.items() if name not in ("_state", "effects")}


@pytest.fixture
def world(agent, supervisor):
    an_unreachable(agent)
    a_refund(agent, approved_by=supervisor)


def test_every_table_reads_the_same_together_as_alone(world, django_assert_num_queries):
    models = [each for each in apps.get_models() if each._meta.app_label in OURS and not each._meta.proxy]
    alone = [list(each._base_manager.order_by("pk")) for each in models]
    assert sum(map(len, alone)) > 100
    # The second time its columns are known.
    for _time in range(2):
        together = [each._base_manager.order_by("pk") for each in models]
        with django_assert_num_queries(1):
            read_together(*together)
            found = [list(rows) for rows in together]
        for model, mine, its in zip(models, found, alone, strict=True):
            assert [type(each) for each in mine] == [type(each) for each in its], model
            assert [values(each) for each in mine] == [values(each) for each in its], model


def test_what_stands_on_a_query_is_kept(world, django_assert_num_queries):
    def asked():
        yield Case.objects.select_related("order__buyer", "owner").annotate(tasks_there=Count("tasks")).order_by("-pk")
        yield Journal.objects.order_by("-at", "-pk").values_list("step", "facts")[:3]
        yield Line.objects.values_list("paid", flat=True)
        nth = Window(RowNumber(), partition_by="case", order_by="-pk")
        yield Journal.objects.annotate(nth=nth).filter(nth__lte=2).order_by("case", "nth")
        yield Parcel.objects.filter(orders__in=Order.objects.all()).annotate(in_order=F("orders")).distinct().order_by("pk")
        yield Case.objects.order_by("kind", "pk").distinct("kind")

    together, alone = list(asked()), list(asked())
    with django_assert_num_queries(1):
        read_together(*together)
        read = [list(rows) for rows in together]
        assert read[0][0].order.buyer.nick
        assert read[0][0].tasks_there == 1
    assert [[each if isinstance(each, (tuple, Decimal)) else values(each).keys() for each in rows] for rows in read] == [
        [each if isinstance(each, (tuple, Decimal)) else values(each).keys() for each in rows] for rows in alone
    ]
    assert read == [list(rows) for rows in alone]


def test_fields_of_more_types_are_read_and_one_that_nobody_knows_is_refused(shop):
    flags, number = ArrayField(BooleanField()), UUID("12345678-1234-5678-1234-567812345678")
    asked = Shop.objects.values_list(
        Value([True, False, None], flags), Value([7, None], ArrayField(IntegerField())), Value(number, UUIDField())
    )
    read_together(asked)
    assert list(asked) == [([True, False, None], [7, None], number)]
    with pytest.raises(TypeError):
        read_together(Shop.objects.values_list(Value("10.0.0.1", GenericIPAddressField())))


def test_rows_of_a_statement_are_read_by_their_readers(db, django_assert_num_queries):
    sql = "SELECT * FROM (VALUES (2, true, 1.50, ARRAY['a,\"b', '']), (1, false, NULL, '{}')) v"
    rows = Rows(sql, [], int, yes, Decimal, texts)
    with django_assert_num_queries(1):
        assert list(rows) == [(2, True, Decimal("1.50"), ['a,"b', ""]), (1, False, None, [])]
        assert list(rows) == list(rows)


def test_nothing_is_asked_for_what_is_read_or_can_hold_nothing(shop, django_assert_num_queries):
    read, empty = Shop.objects.all(), Task.objects.filter(pk__in=[])
    assert list(read) == [shop]
    with django_assert_num_queries(0):
        read_together(read, empty)
        assert not empty


def test_readings_side_by_side_take_as_many_queries_as_the_longest(shop, django_assert_num_queries):
    def two_rounds():
        shops = Shop.objects.all()
        yield (shops,)
        orders = Order.objects.filter(shop__in=[each.pk for each in shops])
        yield (orders,)
        return len(shops), len(orders)

    def nested():
        found = yield from side_by_side(two_rounds(), ask_for(Task.objects.all()))
        return found[0]

    with django_assert_num_queries(2):
        assert answers(two_rounds(), nested(), ask_for(Line.objects.all()))[:2] == [(1, 0), (1, 0)]
