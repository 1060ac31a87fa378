"""A question of a known shape is the same SQL with its own values, whatever they are."""

import datetime as dt

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.compiler import SQLCompiler
from django.db.models import CharField, Count, DecimalField, Exists, F, OuterRef, Q, Sum, Value

from casework.models import Case, Deadline, Evidence, Journal, Ledger, Policy, Task
from logistics.models import Parcel
from orders import compiled
from orders.models import Line, Order, Shop, User
from orders.together import _reader, read_together
from tests.builders import an_unreachable

NOON = dt.datetime(2026, 9, 14, 12, tzinfo=dt.UTC)


@pytest.fixture
def connection(servers):
    return connections[DEFAULT_DB_ALIAS]


def questions(ids, text, flag, at):
    """Of each kind of shape one; the values alone differ."""
    yield Task.objects.filter(case__in=ids, done_at__isnull=flag).order_by("-pk")[:3]
    yield Case.objects.filter(parent__in=ids).select_related("order__buyer", "owner")
    yield Order.objects.filter(parcels__in=ids).annotate(parcel_id=F("parcels")).select_related("buyer")
    yield Policy.objects.filter(valid_from__lte=at).order_by("name", "shop", "-valid_from").distinct("name", "shop")
    yield Journal.objects.exclude(step=text).filter(Q(case__in=ids) | Q(object_id=text, at__gt=at)).values_list("step", "facts")
    yield Parcel.objects.filter(orders__in=Order.objects.filter(number=text)).distinct().order_by(F("pk").desc())
    yield Ledger.objects.filter(case__parent__in=ids).order_by().values_list("case__parent").annotate(sum=Sum("amount"))
    yield Line.objects.filter(~Exists(Case.objects.filter(order=OuterRef("order"), kind=text)), order__in=ids).values_list(
        "paid", flat=True
    )
    yield Case.objects.filter(pk__in=ids).annotate(told=Exists(Journal.objects.filter(case=OuterRef("pk"), step=text)))
    yield Evidence.objects.filter(Q(case__in=ids) | Q(case__parent__in=[each + 1 for each in ids])).only("case", "kind")
    yield User.objects.filter(is_active=flag, memberships__shop__code=text).exclude(all_shops=flag)
    yield Deadline.objects.filter(case__order__shop=len(ids), due_at__range=(at, at), status__in=[text, text])
    seen, closed = (
        Exists(Journal.objects.filter(case=OuterRef("pk"), step=text)),
        Exists(Task.objects.filter(case=OuterRef("pk"), kind=f"{text}!")),
    )
    yield Case.objects.annotate(a=seen, b=closed).values_list("b", "a")
    yield Line.objects.values("order").annotate(sum=Sum("quantity")).filter(sum__gt=len(ids), order=len(text)).order_by("order")
    yield Line.objects.order_by().values_list("order").annotate(sum=Sum("quantity"))
    yield Line.objects.order_by().values_list("order").annotate(sum=Sum("quantity", output_field=DecimalField()))
    yield Shop.objects.annotate(one=Value(1)).filter(code=text)
    yield Shop.objects.annotate(one=Value(1, output_field=CharField())).filter(code=text)
    yield Shop.objects.annotate(one=Value(True)).filter(code=text)
    yield Shop.objects.annotate(number=Count("orders")).filter(number__gt=len(ids), code=text)


def alone(query, connection):
    """As Django makes it, and None when nothing can be found."""
    try:
        compiler = SQLCompiler(query.clone(), connection, DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql(with_col_aliases=True)
    except EmptyResultSet:
        return None
    return sql, list(values), [type(expression.output_field) for expression, _sql, _alias in compiler.select]


def remembered(query, connection):
    try:
        found, values = compiled.compiled(query, connection, _reader)
    except EmptyResultSet:
        return None
    return found.column, values, [type(expression.output_field) for expression, _sql, _alias in found.compiler.select]


def test_the_same_shape_with_other_values_is_what_django_would_make_of_them(connection):
    compiled.KNOWN.clear()
    worlds = [
        ([1], "a", True, NOON),
        ([2], "b", True, NOON),
        ([3, 4], "it's %s", False, NOON),
        ([], "", False, NOON),
        ([5, 5, 6], "a", False, NOON),
    ]
    for world in worlds * 2:
        for rows in questions(*world):
            its, mine = alone(rows.query, connection), remembered(rows.query.clone(), connection)
            assert (mine is None) == (its is None), rows.query
            if its and mine:
                assert f"FROM ({its[0]}) list)" in mine[0]
                assert mine[1] == its[1]
                assert mine[2] == its[2], rows.query


def test_what_is_asked_again_is_not_compiled_again(connection, monkeypatch):
    compiled.KNOWN.clear()
    for rows in questions([1, 2], "a", True, NOON):
        remembered(rows.query, connection)
    made = []
    monkeypatch.setattr(compiled, "SQLCompiler", lambda *args: made.append(args[0].model) or SQLCompiler(*args))
    for rows in questions([3, 4], "b", True, NOON):
        remembered(rows.query, connection)
    # What is counted or asked of a sum, what lies between two instants, values in another order or of another type: no shape of their own.
    assert made == [Deadline, Case, Line, Shop, Shop, Shop]


def test_what_is_known_is_bounded(connection, monkeypatch):
    compiled.KNOWN.clear()
    monkeypatch.setattr(compiled, "MOST_SHAPES", 3)
    for rows in questions([1, 2], "a", True, NOON):
        remembered(rows.query, connection)
        assert len(compiled.KNOWN) <= 3
    compiled.KNOWN.clear()
    remembered(Task.objects.filter(pk__in=range(compiled.MOST_VALUES + 1)).query, connection)
    assert not compiled.KNOWN


@pytest.mark.django_db
def test_two_questions_of_one_shape_keep_their_own_answers(agent):
    first, second = an_unreachable(agent), an_unreachable(agent)
    mine, its = Task.objects.filter(case=first).select_related("case"), Task.objects.filter(case=second).select_related("case")
    read_together(mine, its)
    assert {each.case_id for each in mine} <= {first.pk}
    one, other = Case.objects.filter(pk=first.pk), Case.objects.filter(pk=second.pk)
    read_together(one, other)
    assert ([each.pk for each in one], [each.pk for each in other]) == ([first.pk], [second.pk])
