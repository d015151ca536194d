"""What requests say of the columns of a table: filters and sort orders; and what they are told of these columns."""

from enum import Enum
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StringConstraints,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from commands.dto_base import MAX_ID, Id, storable
from queries.dto_base import ReadDTO
from systems.filter_system import (
    MAX_VALUES,
    OPERATORS,
    Column,
    Expression,
    FilterOperator,
    Group,
    LogicalOperator,
    Operator,
)
from systems.sorting_system import Sort as SortBy
from systems.sorting_system import SortDirection

MAX_WORDS = 1_000
C = TypeVar("C", bound=Enum)


class FilterValueType(str, Enum):
    """What the values of a column are, beyond their type."""

    SDOC_ID = "SDOC_ID"
    CODE_ID = "CODE_ID"
    USER_ID = "USER_ID"
    TAG_ID = "TAG_ID"
    SPAN_ANNOTATION = "SPAN_ANNOTATION"
    DOC_TYPE = "DOC_TYPE"
    INFER_FROM_OPERATOR = "INFER_FROM_OPERATOR"


_ABOUT_TEXT = frozenset({"nul_character", "string_unicode", "string_too_long"})


def _or(kind: str, message: str) -> WrapValidator:
    """Says in one sentence what none of many choices fits; `{expected}` are the words that are known."""

    def read(value: Any, choose: ValidatorFunctionWrapHandler) -> Any:
        try:
            return choose(value)
        except ValidationError as error:
            for one in error.errors():
                if one["type"] in _ABOUT_TEXT:
                    raise PydanticCustomError("filter_text", "{message}", {"message": one["msg"]}) from None
            expected = error.errors()[0].get("ctx", {}).get("expected", "")
            raise PydanticCustomError(kind, message, {"expected": expected}) from None

    return WrapValidator(read)


_OPERATORS = ", ".join(operator.value for operators in OPERATORS.values() for operator in operators)
Word = Annotated[str, StringConstraints(max_length=MAX_WORDS), AfterValidator(storable)]


def _counted(value: object) -> object:
    """Front ends that keep their columns by name name those that are numbers in digits."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else value


DefinitionId = Annotated[Id, BeforeValidator(_counted)]
Whole = Annotated[int, Field(strict=True, ge=-MAX_ID, le=MAX_ID)]
Real = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_List = Annotated[list[Word | Whole], Field(max_length=MAX_VALUES)]
Value = Annotated[
    StrictBool | Word | Whole | Real | _List | Annotated[list[_List], Field(max_length=MAX_VALUES)],
    _or("filter_value", "A value is a text, a number, true or false, or a list of at most 100 texts or ids"),
]


def _sayable(value: object) -> object:
    """Half of a surrogate pair names no column, and is no reason to say less of those that there are."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


_KNOWN = _or("filter_column", "Columns are {expected}, and the ids of metadata definitions")
AnyOperator = Annotated[Operator, _or("filter_operator", f"Operators are {_OPERATORS}")]


class FilterExpression(BaseModel, Generic[C]):
    """A comparison. Which operators a column takes, its info route tells; for texts, case matters if one says so.

    A list contains all that is asked for, or none of it; a day is compared as a whole. What has no value in a
    column is unlike every value.
    """

    model_config = ConfigDict(frozen=True)

    id: Word = Field(default="", description="The client's own name for it")
    column: Annotated[C | DefinitionId, _KNOWN, BeforeValidator(_sayable)] = Field(
        description="A column, or the id of a metadata definition"
    )
    operator: AnyOperator = Field(examples=["STRING_CONTAINS"])
    value: Value = Field(examples=["lazy afternoon"])
    case_sensitive: StrictBool = False

    def tree(self) -> Expression:
        key = self.column.value if isinstance(self.column, Enum) else self.column
        return Expression(key, self.operator, self.value, self.case_sensitive)


def _item(value: Any) -> str:
    is_group = isinstance(value, dict) and not value.keys().isdisjoint(("items", "logic_operator"))
    return "filter" if is_group or isinstance(value, Filter) else "expression"


class Filter(BaseModel, Generic[C]):
    """All of the items, one of them, or none of them; without items it is as if it were not there."""

    model_config = ConfigDict(frozen=True)

    id: Word = Field(default="", description="The client's own name for it")
    items: list[
        Annotated[
            Annotated[FilterExpression[C], Tag("expression")] | Annotated["Filter[C]", Tag("filter")],
            Discriminator(_item),
        ]
    ] = Field(max_length=MAX_VALUES)
    logic_operator: LogicalOperator

    def tree(self) -> Group:
        return Group(self.logic_operator, [item.tree() for item in self.items])


class Sort(BaseModel, Generic[C]):
    model_config = ConfigDict(frozen=True)

    column: Annotated[C | DefinitionId, _KNOWN, BeforeValidator(_sayable)] = Field(
        description="A sortable column, or the id of a metadata definition"
    )
    direction: SortDirection

    def by(self) -> SortBy:
        return SortBy(self.column.value if isinstance(self.column, Enum) else self.column, self.direction)


class ColumnInfo(ReadDTO, Generic[C]):
    label: str
    column: C | int = Field(description="A column, or the id of a metadata definition")
    sortable: bool
    operator: FilterOperator = Field(description="The type of the column")
    value: FilterValueType
    operators: list[str] = Field(description="The operators that it can be compared by")

    @classmethod
    def of(cls, column: Column) -> Self:
        return cls(
            label=column.label,
            column=column.key,
            sortable=column.sorting is not None,
            operator=column.type,
            value=FilterValueType(column.value),
            operators=[operator.value for operator in column.comparison.operators],
        )
