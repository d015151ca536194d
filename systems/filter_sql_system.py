"""Comparisons as SQL. A column is given as `holds`: that one of the values a row has in it passes a test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Double, Text, and_, any_, false, literal, not_, or_, true
from sqlalchemy.dialects.postgresql import ARRAY

from systems import filter_value_system as read
from systems.filter_system import (
    BooleanOperator,
    Comparison,
    Condition,
    DateOperator,
    IDListOperator,
    IDOperator,
    ListOperator,
    NumberOperator,
    StringOperator,
)
from systems.fold_system import fold
from systems.text_normal_system import composed

Test = Callable[[Any], Condition]
Holds = Callable[[Test], Condition]


@dataclass(frozen=True, slots=True)
class Words:
    """A text in SQL, or a JSON list of texts: as it is written (in NFC), and folded."""

    plain: Any
    folded: Any


def strings(holds: Holds) -> Comparison:
    def condition(operator: StringOperator, value: Any, case_sensitive: bool) -> Condition:
        wanted = composed(read.text(value)) if case_sensitive else fold(read.text(value))

        def test(words: Words) -> Condition:
            column: ColumnElement[Any] = words.plain if case_sensitive else words.folded
            match operator:
                case StringOperator.EQUALS | StringOperator.NOT_EQUALS:
                    return column == wanted
                case StringOperator.CONTAINS:
                    return column.contains(wanted, autoescape=True)
                case StringOperator.STARTS_WITH:
                    return column.startswith(wanted, autoescape=True)
                case StringOperator.ENDS_WITH:
                    return column.endswith(wanted, autoescape=True)

        return not_(holds(test)) if operator is StringOperator.NOT_EQUALS else holds(test)

    return Comparison(list(StringOperator), condition)


def ids(holds: Holds) -> Comparison:
    return _equality(IDOperator, read.id, holds)


def choices(allowed: Sequence[str], holds: Holds) -> Comparison:
    """A word out of few, which is compared like an id."""
    return _equality(IDOperator, lambda value: read.choice(allowed, value), holds)


def truths(holds: Holds) -> Comparison:
    return _equality(BooleanOperator, read.truth, holds)


def numbers(holds: Holds) -> Comparison:
    def condition(operator: NumberOperator, value: Any, _: bool) -> Condition:
        # A number beyond all that the column can hold is greater or less than it, and no error.
        number = literal(float(read.number(value)), Double)

        def test(column: ColumnElement[Any]) -> Condition:
            match operator:
                case NumberOperator.EQUALS | NumberOperator.NOT_EQUALS:
                    return column == number
                case NumberOperator.GT:
                    return column > number
                case NumberOperator.LT:
                    return column < number
                case NumberOperator.GTE:
                    return column >= number
                case NumberOperator.LTE:
                    return column <= number

        return not_(holds(test)) if operator is NumberOperator.NOT_EQUALS else holds(test)

    return Comparison(list(NumberOperator), condition)


def dates(holds: Holds) -> Comparison:
    """A day is compared as a whole."""

    def condition(operator: DateOperator, value: Any, _: bool) -> Condition:
        span = read.moments(value)

        def test(column: ColumnElement[Any]) -> Condition:
            before_end = column <= span.end if span.begin == span.end else column < span.end
            match operator:
                case DateOperator.EQUALS:
                    return and_(column >= span.begin, before_end)
                case DateOperator.GT:
                    return not_(before_end)
                case DateOperator.LT:
                    return column < span.begin
                case DateOperator.GTE:
                    return column >= span.begin
                case DateOperator.LTE:
                    return before_end

        return holds(test)

    return Comparison(list(DateOperator), condition)


def id_lists(holds: Holds) -> Comparison:
    def condition(operator: IDListOperator, value: Any, _: bool) -> Condition:
        wanted = read.ids(value)
        if operator is IDListOperator.NOT_CONTAINS:
            return not_(holds(lambda column: column == any_(literal(wanted, ARRAY(BigInteger)))))
        return and_(true(), *(holds(_equals(one)) for one in wanted))

    return Comparison(list(IDListOperator), condition)


def lists(holds: Holds) -> Comparison:
    """A JSON list of texts, whose items are compared as a whole."""

    def condition(operator: ListOperator, value: Any, case_sensitive: bool) -> Condition:
        wanted = [composed(one) if case_sensitive else fold(one) for one in read.texts(value)]

        def test(words: Words) -> Condition:
            column = words.plain if case_sensitive else words.folded
            has_all = operator is ListOperator.CONTAINS
            found: Condition = column.contains(wanted) if has_all else column.has_any(literal(wanted, ARRAY(Text)))
            return found

        return not_(holds(test)) if operator is ListOperator.NOT_CONTAINS else holds(test)

    return Comparison(list(ListOperator), condition)


def pair_lists(holds: Holds) -> Comparison:
    """Pairs of an id and a text; asked for as a list of ids or as a list, whichever the client takes them for."""

    def condition(operator: IDListOperator | ListOperator, value: Any, case_sensitive: bool) -> Condition:
        found = [holds(_pair(*pair, case_sensitive)) for pair in read.pairs(value)]
        if operator.name == "CONTAINS":
            return and_(true(), *found)
        return not_(or_(false(), *found))

    return Comparison([*IDListOperator, *ListOperator], condition)


def _pair(id: int, text: str, case_sensitive: bool) -> Test:
    wanted = composed(text) if case_sensitive else fold(text)
    return lambda pair: and_(pair[0] == id, (pair[1].plain if case_sensitive else pair[1].folded) == wanted)


def _equals(wanted: Any) -> Test:
    return lambda column: column == wanted


def _equality(
    operators: type[IDOperator] | type[BooleanOperator], read: Callable[[Any], Any], holds: Holds
) -> Comparison:
    def condition(operator: IDOperator | BooleanOperator, value: Any, _: bool) -> Condition:
        held = holds(_equals(read(value)))
        return held if operator is operators.EQUALS else not_(held)

    return Comparison(list(operators), condition)
