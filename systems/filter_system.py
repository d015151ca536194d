"""The filter language: a tree of and, or, not over comparisons of columns, and what may stand in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, case, false, not_, or_, true
from sqlalchemy.sql.visitors import iterate

MAX_DEPTH = 10
MAX_VALUES = 100
_JOINED = 8
Place = tuple[str | int, ...]
Condition = ColumnElement[bool]


class LogicalOperator(str, Enum):
    """`not`: none of the items holds."""

    or_ = "or"
    and_ = "and"
    not_ = "not"


class FilterOperator(str, Enum):
    """What a column holds, and so how it can be compared."""

    BOOLEAN = "BOOLEAN"
    STRING = "STRING"
    ID = "ID"
    NUMBER = "NUMBER"
    ID_LIST = "ID_LIST"
    LIST = "LIST"
    DATE = "DATE"


class IDOperator(str, Enum):
    EQUALS = "ID_EQUALS"
    NOT_EQUALS = "ID_NOT_EQUALS"


class NumberOperator(str, Enum):
    EQUALS = "NUMBER_EQUALS"
    NOT_EQUALS = "NUMBER_NOT_EQUALS"
    GT = "NUMBER_GT"
    LT = "NUMBER_LT"
    GTE = "NUMBER_GTE"
    LTE = "NUMBER_LTE"


class StringOperator(str, Enum):
    CONTAINS = "STRING_CONTAINS"
    EQUALS = "STRING_EQUALS"
    NOT_EQUALS = "STRING_NOT_EQUALS"
    STARTS_WITH = "STRING_STARTS_WITH"
    ENDS_WITH = "STRING_ENDS_WITH"


class IDListOperator(str, Enum):
    """Contains all that are asked for; contains none of them."""

    CONTAINS = "ID_LIST_CONTAINS"
    NOT_CONTAINS = "ID_LIST_NOT_CONTAINS"


class ListOperator(str, Enum):
    """Contains all that are asked for; contains none of them."""

    CONTAINS = "LIST_CONTAINS"
    NOT_CONTAINS = "LIST_NOT_CONTAINS"


class DateOperator(str, Enum):
    EQUALS = "DATE_EQUALS"
    GT = "DATE_GT"
    LT = "DATE_LT"
    GTE = "DATE_GTE"
    LTE = "DATE_LTE"


class BooleanOperator(str, Enum):
    EQUALS = "BOOLEAN_EQUALS"
    NOT_EQUALS = "BOOLEAN_NOT_EQUALS"


Operator = IDOperator | NumberOperator | StringOperator | IDListOperator | ListOperator | DateOperator | BooleanOperator
OPERATORS: Mapping[FilterOperator, type[Operator]] = {
    FilterOperator.BOOLEAN: BooleanOperator,
    FilterOperator.STRING: StringOperator,
    FilterOperator.ID: IDOperator,
    FilterOperator.NUMBER: NumberOperator,
    FilterOperator.ID_LIST: IDListOperator,
    FilterOperator.LIST: ListOperator,
    FilterOperator.DATE: DateOperator,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A comparison, as it was asked for; nothing of it is checked."""

    column: str | int
    operator: Operator
    value: Any
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    logic: LogicalOperator
    items: Sequence["Expression | Group"]


EVERYTHING = Group(LogicalOperator.and_, ())


class BadFilter(Exception):
    """Something in a filter or a sort order is not known here; `place` leads to it, the message says what is."""

    def __init__(self, place: Place, message: str) -> None:
        self.place = place
        super().__init__(message)


class BadValue(ValueError):
    """A value of another type than the comparison takes; the message says of which."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a column is compared: the operators it takes, and the condition that one of them and a value come to.

    `condition` raises BadValue; it is never null, so that it can be negated.
    """

    operators: Sequence[Operator]
    condition: Callable[[Any, Any, bool], Condition]


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is how requests name it, `value` what its ids mean, `sorting` makes what it is sorted by, if it can be."""

    key: str | int
    label: str
    type: FilterOperator
    comparison: Comparison
    sorting: Callable[[], Any] | None = None
    value: str = "INFER_FROM_OPERATOR"

    @property
    def name(self) -> str:
        return f"{self.key} ({self.label})" if isinstance(self.key, int) else self.key


Columns = Mapping[str | int, Column]


class _Columns(Columns):
    """Some columns, and others that are found out only when somebody asks for one that is not among these."""

    def __init__(self, those: Iterable[Column], others: Callable[[], Iterable[Column]]) -> None:
        self._those = {column.key: column for column in those}
        self._others = cache(lambda: {column.key: column for column in others()})

    def __getitem__(self, key: str | int) -> Column:
        return self._those[key] if key in self._those else self._others()[key]

    def __iter__(self) -> Iterator[str | int]:
        yield from self._those
        yield from self._others()

    def __len__(self) -> int:
        return len(self._those) + len(self._others())


def columns(*those: Column, others: Callable[[], Iterable[Column]] = tuple) -> Columns:
    return _Columns(those, others)


def column_of(known: Columns, key: str | int, place: Place) -> Column:
    """Raises BadFilter."""
    found = known.get(key)
    if found is None:
        names = ", ".join(column.name for column in known.values())
        raise BadFilter(place, f"There is no column {key} here, but {names}")
    return found


def condition(tree: Group, known: Columns) -> Condition | None:
    """The tree as SQL; None if it says nothing. An empty group is as if it were not there. Raises BadFilter."""
    values = 0
    for depth, place, item in _walk(tree, 1, ("filter",)):
        if isinstance(item, Expression):
            values += max(1, len(item.value)) if isinstance(item.value, list) else 1
        if values > MAX_VALUES:
            raise BadFilter(place, f"A filter compares with at most {MAX_VALUES} values")
        if depth > MAX_DEPTH:
            raise BadFilter(place, f"A filter is at most {MAX_DEPTH} groups deep")
    found = _group(tree, known, ("filter",))
    return found if found is None else _planned(found)


def _planned(condition: Condition) -> Condition:
    """PostgreSQL joins what must be in other tables, unless it stands in a case; many joins it plans for a minute."""
    joins = sum(isinstance(part, Exists) for part in iterate(condition))
    return condition if joins <= _JOINED else case((condition, true()), else_=false())


def _walk(group: Group, depth: int, place: Place) -> Iterator[tuple[int, Place, Expression | Group]]:
    yield depth, place, group
    for inside, item in _items(group, place):
        if isinstance(item, Expression):
            yield depth, inside, item
        else:
            yield from _walk(item, depth + 1, inside)


def _items(group: Group, place: Place) -> Iterator[tuple[Place, Expression | Group]]:
    for number, item in enumerate(group.items):
        yield (*place, "items", number, "expression" if isinstance(item, Expression) else "filter"), item


def _group(group: Group, known: Columns, place: Place) -> Condition | None:
    found = []
    for inside, item in _items(group, place):
        said = _expression(item, known, inside) if isinstance(item, Expression) else _group(item, known, inside)
        if said is not None:
            found.append(said)
    if not found:
        return None
    match group.logic:
        case LogicalOperator.and_:
            return and_(*found)
        case LogicalOperator.or_:
            return or_(*found)
        case LogicalOperator.not_:
            return not_(or_(*found))


def _expression(expression: Expression, known: Columns, place: Place) -> Condition:
    column = column_of(known, expression.column, (*place, "column"))
    comparison, operator = column.comparison, expression.operator
    if operator not in comparison.operators:
        names = ", ".join(one.value for one in comparison.operators)
        raise BadFilter((*place, "operator"), f"{column.name} is compared by {names}")
    try:
        return comparison.condition(operator, expression.value, expression.case_sensitive)
    except BadValue as wrong:
        raise BadFilter((*place, "value"), f"{column.name} with {operator.value} takes {wrong}") from None
