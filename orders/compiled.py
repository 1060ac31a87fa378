"""What a queryset asks, compiled once: half of what it cost to read what stands around a case was making the same SQL over and over.

Two querysets have the same shape when their SQL differs in nothing but the values, such as the numbers of the cases. A shape is read off a plain
query: columns, their sums, joins, and conditions that compare a column with values or with another plain query. All else is compiled each time.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql.compiler import SQLCompiler
from django.db.models import Exists, F, OrderBy, Sum, Value, lookups
from django.db.models.expressions import Col, NegatedExpression
from django.db.models.fields import related_lookups
from django.db.models.sql import Query
from django.db.models.sql.where import AND, OR, WhereNode

# Comparisons whose SQL does not depend on the value, but for truth values and the number of values.
PLAIN = frozenset(
    {
        lookups.Exact,
        lookups.IntegerFieldExact,
        lookups.In,
        lookups.IsNull,
        lookups.GreaterThan,
        lookups.GreaterThanOrEqual,
        lookups.LessThan,
        lookups.LessThanOrEqual,
        lookups.IntegerGreaterThan,
        lookups.IntegerGreaterThanOrEqual,
        lookups.IntegerLessThan,
        lookups.IntegerLessThanOrEqual,
        related_lookups.RelatedExact,
        related_lookups.RelatedIn,
        related_lookups.RelatedIsNull,
    }
)
# What a plain query has none of.
FANCY = (
    "combinator",
    "explain_info",
    "extra",
    "extra_order_by",
    "extra_tables",
    "select_for_update",
    "_filtered_relations",
)
# Questions are few; those about many things at once differ by how many, and are asked seldom.
MOST_VALUES = 100
MOST_SHAPES = 2_000


@dataclass(frozen=True)
class Compiled:
    """A shape's list as a column of a question, how its values are read, and who makes objects of them."""

    column: str
    readers: list[Callable[[str], Any]]
    compiler: SQLCompiler

    def compiler_of(self, query: Query, connection: Any) -> Any:
        """As if the query had been compiled by itself."""
        its: Any = copy.copy(self.compiler)
        its.query, its.connection = query, connection
        return its


class _Other(Exception):
    """The query has no shape of its own."""


KNOWN: dict[tuple[Any, ...], Compiled] = {}


def compiled(query: Query, connection: Any, reader: Callable[[Any], Callable[[str], Any]]) -> tuple[Compiled, list[Any]]:
    """The query's SQL and its values; `reader` says how a field is read. Raises EmptyResultSet when nothing can be found."""
    walk = _Walk(connection)
    try:
        shape = walk.of(query)
    except _Other:
        return _compile(query, connection, reader)
    found, values = KNOWN.get(shape), walk.values
    if found is None:
        found, its_values = _compile(query, connection, reader)
        if values != its_values or len(values) > MOST_VALUES:
            return found, its_values
        if len(KNOWN) >= MOST_SHAPES:
            KNOWN.clear()
        KNOWN[shape] = found
    return found, values


def as_column(names: Sequence[str], source: str) -> str:
    """A list as one value: an array of rows that are arrays of texts. A sorted subquery keeps its order in array_agg."""
    return f"(SELECT array_agg(ARRAY[{', '.join(f'{name}::text' for name in names)}]) FROM {source})"


def _compile(query: Query, connection: Any, reader: Callable[[Any], Callable[[str], Any]]) -> tuple[Compiled, list[Any]]:
    compiler: Any = SQLCompiler(query, connection, DEFAULT_DB_ALIAS)
    sql, values = compiler.as_sql(with_col_aliases=True)
    columns = compiler.select or []
    names = [connection.ops.quote_name(alias) for _expression, _sql, alias in columns]
    compiler.connection = None  # who asks next has another one
    return Compiled(
        as_column(names, f"({sql}) list"), [reader(expression.output_field) for expression, _sql, _alias in columns], compiler
    ), list(values)


class _Walk:
    """A way through a query and all in it: its shape, and its values in their order."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.values: list[Any] = []

    def of(self, query: Query) -> tuple[Any, ...]:
        """All that the SQL of the query depends on but for its values, which are added in their order. Raises EmptyResultSet as compiling would."""
        if type(query) is not Query or any(getattr(query, name) for name in FANCY):
            raise _Other
        return (
            query.model,
            query.subquery,
            tuple(query.external_aliases.items()),
            query.default_cols,
            query.default_ordering,
            query.standard_ordering,
            query.distinct,
            query.distinct_fields,
            query.low_mark,
            query.high_mark,
            (frozenset(query.deferred_loading[0]), query.deferred_loading[1]),
            repr(query.select_related),
            tuple(_order(each) for each in query.order_by),
            query.values_select,
            tuple(query.selected.items()) if query.selected else None,
            tuple(_column(each) for each in query.select),
            self._annotations(query),
            query.annotation_select_mask is not None and frozenset(query.annotation_select_mask),
            tuple(_column(each) for each in query.group_by) if isinstance(query.group_by, tuple) else query.group_by,
            tuple(_join(alias, each, bool(query.alias_refcount[alias])) for alias, each in query.alias_map.items()),
            self._condition(query.where),
        )

    def _annotations(self, query: Query) -> tuple[Any, ...]:
        """In the order in which they were made. Where they are selected in another, values would change places."""
        before, names = len(self.values), list(query.annotations)
        found = tuple((name, self._selected(each)) for name, each in query.annotations.items())
        if len(self.values) > before and query.selected is not None and [name for name in query.selected if name in names] != names:
            raise _Other
        return found

    def _selected(self, expression: Any) -> tuple[Any, ...]:
        """A column, its sum, whether there is something, or the one that Django asks for where only that matters."""
        kind = type(expression)
        if kind is Sum and not expression.distinct:
            return kind, type(expression.output_field), tuple(each and _column(each) for each in expression.get_source_expressions())
        if kind is Value and type(expression.value) is int:
            self.values.append(expression.value)
            return kind, type(expression.output_field)
        return self._side(expression)

    def _side(self, expression: Any) -> tuple[Any, ...]:
        """A column, or whether there is something or nothing. Not a sum: what is asked of one stands behind all other conditions."""
        kind = type(expression)
        if kind is Exists:
            return kind, self._inside(expression.query)
        if kind is NegatedExpression:
            return kind, self._side(expression.expression)
        return _column(expression)

    def _inside(self, query: Query) -> tuple[Any, ...]:
        try:
            return self.of(query)
        except EmptyResultSet as end:
            raise _Other from end

    def _condition(self, node: Any) -> tuple[Any, ...]:
        if type(node) is WhereNode:
            return node.connector, node.negated, tuple(self._each(node))
        if type(node) not in PLAIN or node.bilateral_transforms:
            raise _Other
        return type(node), self._side(node.lhs), self._against(node)

    def _each(self, node: WhereNode) -> Iterator[Any]:
        """The conditions of a node. Of several, one of which must hold, those that cannot hold are left out."""
        is_one_enough = node.connector == OR and not node.negated
        left_out = 0
        for each in node.children:
            before = len(self.values)
            try:
                yield self._condition(each)
            except EmptyResultSet as end:
                if not is_one_enough and (node.negated or node.connector != AND):
                    raise _Other from end
                if not is_one_enough or (left_out := left_out + 1) == len(node.children):
                    raise
                del self.values[before:]
                yield None

    def _against(self, node: Any) -> Any:
        wanted = node.rhs
        if isinstance(wanted, bool):
            return wanted
        if isinstance(wanted, Query):
            return self.of(wanted)
        if hasattr(wanted, "resolve_expression"):
            return _column(wanted)
        try:
            sql, its_values = node.process_rhs(None, self.connection)
        except FullResultSet as end:
            raise _Other from end
        self.values.extend(its_values)
        return sql


def _order(wanted: Any) -> Any:
    if isinstance(wanted, str):
        return wanted
    if type(wanted) is not OrderBy or type(wanted.expression) is not F:
        raise _Other
    by: Any = wanted.expression
    return by.name, wanted.descending, wanted.nulls_first, wanted.nulls_last


def _column(column: Any) -> tuple[Any, ...]:
    # Fields are told apart by where they lie: what is known holds on to its query, and the query to its fields.
    if type(column) is not Col:
        raise _Other
    return column.alias, id(column.target), id(column.output_field)


def _join(alias: str, join: Any, is_used: bool) -> tuple[Any, ...]:
    return alias, is_used, join.table_name, join.parent_alias, join.join_type, id(getattr(join, "join_field", None))
