"""SQL for coalesced writes: as parts of the append's one statement, and in bulk."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy.dialects import postgresql

from events._store import UNDECIDED
from projections._coalesce import At, Changes, Key, Row, primary_key
from projections._write import Table

Operation = Literal["create", "update", "delete"]
Kind = Literal["value", "revision", "recorded_at"]
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


class Shape(NamedTuple):
    """Rows that one piece of SQL can write: the same table, operation and columns."""

    table: Table
    operation: Operation
    columns: tuple[tuple[str, Kind], ...]


class Group(NamedTuple):
    shape: Shape
    rows: list[tuple[Any, ...]]

    def arguments(self) -> list[Any]:
        """One argument a column for a single row, one array a column for many."""
        if len(self.rows) == 1:
            return list(self.rows[0])
        return [list(column) for column in zip(*self.rows, strict=True)]


def grouped(changes: Changes) -> list[Group]:
    """Creates (parents first), updates, deletes (children first)."""
    groups: dict[Shape, list[tuple[Any, ...]]] = {}
    tables = changes.ordered()
    for table in tables:
        for key, row in changes.rows[table].items():
            shape, values = _shape(table, key, row)
            groups.setdefault(shape, []).append(values)
    order = {table: place for place, table in enumerate(tables)}
    found = [Group(shape, rows) for shape, rows in groups.items()]
    return sorted(found, key=lambda group: _place(group.shape, order))


def _place(shape: Shape, order: dict[Table, int]) -> tuple[int, int]:
    match shape.operation:
        case "create":
            return 0, order[shape.table]
        case "update":
            return 1, order[shape.table]
        case "delete":
            return 2, -order[shape.table]


def _shape(table: Table, key: Key, row: Row) -> tuple[Shape, tuple[Any, ...]]:
    keys: tuple[tuple[str, Kind], ...] = tuple([(name, "value") for name in primary_key(table)])
    if row.values is None:
        return Shape(table, "delete", keys), key
    operation: Operation = "update" if row.exists else "create"
    if operation == "update":
        items = [item for item in row.values.items() if item[0] not in primary_key(table)]
        columns = keys + tuple([(name, _kind(value)) for name, value in items])
        given = [*key, *(value for _, value in items)]
    else:
        columns = tuple([(name, _kind(value)) for name, value in row.values.items()])
        given = list(row.values.values())
    values = [_plain(value) for value in given if value is not UNDECIDED]
    return Shape(table, operation, columns), tuple(values)


def _kind(value: Any) -> Kind:
    if value is UNDECIDED:
        return "recorded_at"
    return "revision" if type(value) is At else "value"


def _plain(value: Any) -> Any:
    return value.revision if type(value) is At else value


def fragment(group: Group, first: int) -> str:
    """The group as one data-modifying CTE over `head(base, recorded_at)`, its parameters from `$first`."""
    return _fragment(group.shape, len(group.rows) == 1, first)


@lru_cache(maxsize=4096)
def _fragment(shape: Shape, single: bool, first: int) -> str:
    return _sql(shape, _source(shape, single, first), table_name(shape.table), "head, ")


@lru_cache(maxsize=1024)
def bulk(shape: Shape, schema: str) -> str:
    """The same rows written outside an append; everything about their place is known by then."""
    return _sql(shape, _source(shape, False, 1), table_name(shape.table, schema), "")


def table_name(table: Table, schema: str | None = None) -> str:
    return f"{schema or table.__table__.schema}.{table.__tablename__}"


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _source(shape: Shape, single: bool, first: int) -> str:
    given = [name for name, kind in shape.columns if kind != "recorded_at"]
    casts = [cast(shape.table, name) for name in given]
    if single:
        columns = ", ".join(
            f'${first + i}::{kind} AS "{name}"' for i, (name, kind) in enumerate(zip(given, casts, strict=True))
        )
        return f"(SELECT {columns}) AS v"
    arrays = ", ".join(f"${first + i}::{kind}[]" for i, kind in enumerate(casts))
    return f"unnest({arrays}) AS v({quoted(given)})"


def _sql(shape: Shape, source: str, target: str, head: str) -> str:
    keys = primary_key(shape.table)
    on = " AND ".join(f't."{name}" = v."{name}"' for name in keys)
    if shape.operation == "delete":
        return f"DELETE FROM {target} t USING {head}{source} WHERE {on}"
    values = {name: _expression(name, kind, bool(head)) for name, kind in shape.columns}
    if shape.operation == "create":
        return f"INSERT INTO {target} ({quoted(values)}) SELECT {', '.join(values.values())} FROM {head}{source}"
    sets = ", ".join(f'"{name}" = {value}' for name, value in values.items() if name not in keys)
    return f"UPDATE {target} t SET {sets} FROM {head}{source} WHERE {on}"


def _expression(name: str, kind: Kind, in_append: bool) -> str:
    if kind == "recorded_at":
        return "head.recorded_at"
    return f'head.base + v."{name}"' if kind == "revision" and in_append else f'v."{name}"'


@lru_cache(maxsize=1024)
def cast(table: Table, name: str) -> str:
    return str(table.__table__.columns[name].type.compile(dialect=_DIALECT)).replace('VARCHAR COLLATE "C"', "VARCHAR")
