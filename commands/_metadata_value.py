"""Values of metadata: numbers, moments and lists as they are asked for, recorded, and written in tables."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter
from pydantic_core import PydanticCustomError

from commands.dto_base import MAX_ID, Text
from events._words import MetaTypeName
from events.source_document_metadata_events import MetaValue, iso, plain

MAX_ITEMS = 10_000
# A day from the ends of the calendar, so that a moment is a date in every time zone.
_EARLIEST, _LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _written(value: Any) -> Any:
    """Pydantic would take bare numbers, and so years, for seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and _ISO_DATE.match(value)):
        return value
    raise PydanticCustomError("date", "A date is written as in ISO 8601, such as 1916-02-21T08:00:00Z")


def _utc(moment: datetime) -> datetime:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not _EARLIEST <= moment <= _LATEST:
        raise PydanticCustomError("date_range", "A date lies between 0001-01-02 and 9999-12-30")
    return moment.astimezone(UTC)


Whole = Annotated[int, Field(strict=True, ge=-MAX_ID, le=MAX_ID)]
Real = Annotated[float, Field(strict=True, allow_inf_nan=False), AfterValidator(plain)]
Number = Annotated[Whole | Real, Field(union_mode="left_to_right", examples=[1916])]
Moment = Annotated[
    datetime,
    Field(strict=False, examples=["1916-02-21T08:00:00Z"]),
    BeforeValidator(_written),
    AfterValidator(_utc),
]
Items = Annotated[list[Text], Field(max_length=MAX_ITEMS, examples=[["front", "hunger"]])]

_NUMBER: TypeAdapter[float] = TypeAdapter(Number)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


def recorded(value: MetaValue | datetime) -> MetaValue:
    """The value as facts have it."""
    return iso(value) if isinstance(value, datetime) else value


def read_value(metatype: MetaTypeName, cell: str) -> MetaValue:
    """The value that a cell of a table says; the items of a LIST stand between semicolons. Raises ValueError."""
    try:
        return _read(metatype, cell)
    except ValueError:
        raise ValueError(f"{cell[:80]!r} is not of type {metatype}.") from None


def _read(metatype: MetaTypeName, cell: str) -> MetaValue:
    match metatype:
        case "STRING":
            return cell
        case "NUMBER":
            return _NUMBER.validate_python(float(cell))
        case "DATE":
            return iso(_MOMENT.validate_python(cell.strip()))
        case "BOOLEAN":
            if (truth := _TRUTH.get(cell.strip().lower())) is None:
                raise ValueError(cell)
            return truth
        case "LIST":
            return [item.strip() for item in cell.split(";") if item.strip()]
