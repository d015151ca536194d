"""What a projector yields: writes to read tables, said without performing them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from events._event import Recorded
from repos.orm_base import InlineORM

Table = type[InlineORM]
Values = dict[str, Any]


class Symbol(Enum):
    """What only the append decides: the sink puts the value of the event that said it in its place."""

    REVISION = auto()
    RECORDED_AT = auto()


REVISION = Symbol.REVISION
RECORDED_AT = Symbol.RECORDED_AT


@dataclass(frozen=True, slots=True)
class Quote:
    """The code points [begin, end) of a text blob, for the sink to look up."""

    text_sha256: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Create:
    table: Table
    values: Values


@dataclass(frozen=True, slots=True)
class Update:
    """New values for the row with this primary key, if there is one."""

    table: Table
    key: tuple[Any, ...]
    values: Values


@dataclass(frozen=True, slots=True)
class Delete:
    table: Table
    key: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class DeleteProject:
    """All rows of an ended project, from a table whose key begins with it; only `project.deleted` says this."""

    table: Table


Write = Create | Update | Delete | DeleteProject
Projector = Callable[[Recorded], Iterator[Write]]
Projectors = Mapping[str, Projector]
"""By the area of the events that they retell."""


def created(table: Table, recorded: Recorded, **values: Any) -> Create:
    """The row of the entity whose stream begins here."""
    return Create(
        table,
        {
            "id": recorded.entity_id,
            "project_id": recorded.project_id,
            **values,
            "version": recorded.version,
            "created": RECORDED_AT,
            "updated": RECORDED_AT,
        },
    )


def changed(table: Table, recorded: Recorded, **values: Any) -> Update:
    """New values for the row of the entity whose stream this is."""
    return Update(table, (recorded.entity_id,), {**values, "version": recorded.version, "updated": RECORDED_AT})


def deleted(table: Table, recorded: Recorded) -> Delete:
    return Delete(table, (recorded.entity_id,))
