"""SQL for coalesced writes: as parts of the append's one statement, and in bulk."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from psycopg.types.json import Jsonb
from sqlalchemy.dialects import postgresql

from projections._coalesce import At, Changes, Key, Row, primary_key
from projections._write import Symbol, Table

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
    groups: dict[int, Group] = {}
    tables = changes.ordered()
    for table in tables:
        for key, row in changes.rows[table].items():
            form, given = _form(table, key, row)
            group = groups.get(id(form.shape))
            if group is None:
                group = groups[id(form.shape)] = Group(form.shape, [])
            group.rows.append(form.stored(given))
    order = {table: place for place, table in enumerate(tables)}
    return sorted(groups.values(), key=lambda group: _place(group.shape, order))


def _place(shape: Shape, order: dict[Table, int]) -> tuple[int, int]:
    match shape.operation:
        case "create":
            return 0, order[shape.table]
        case "update":
            return 1, order[shape.table]
        case "delete":
            return 2, -order[shape.table]


@dataclass(frozen=True, slots=True)
class Form:
    """How the values of a row become arguments: which are given, and which of these are written differently."""

    shape: Shape
    given: tuple[int, ...]
    written: tuple[tuple[int, Callable[[Any], Any]], ...]

    def stored(self, values: Sequence[Any]) -> tuple[Any, ...]:
        stored = [values[i] for i in self.given]
        for i, write in self.written:
            stored[i] = write(stored[i])
        return tuple(stored)


def _form(table: Table, key: Key, row: Row) -> tuple[Form, Sequence[Any]]:
    if row.values is None:
        return _form_of(table, "delete", (), (object,) * len(key)), key
    if not row.exists:
        given = tuple(row.values.values())
        return _form_of(table, "create", tuple(row.values), tuple(map(type, given))), given
    keys = primary_key(table)
    values = {name: value for name, value in row.values.items() if name not in keys}
    given = (*key, *values.values())
    return _form_of(table, "update", tuple(values), tuple(map(type, given))), given


@lru_cache(maxsize=4096)
def _form_of(table: Table, operation: Operation, names: tuple[str, ...], types: tuple[type, ...]) -> Form:
    """Most rows of a table look the same, so this is worked out once for each look."""
    names = names if operation == "create" else (*primary_key(table), *names)
    kinds = [_KINDS.get(kind, "value") for kind in types]
    shape = Shape(table, operation, tuple(zip(names, kinds, strict=True)))
    given = tuple(i for i, kind in enumerate(kinds) if kind != "recorded_at")
    written = tuple((place, _WRITTEN[types[i]]) for place, i in enumerate(given) if types[i] in _WRITTEN)
    return Form(_SHAPES.setdefault(shape, shape), given, written)


_KINDS: Mapping[type, Kind] = {At: "revision", Symbol: "recorded_at"}
# Lists live in jsonb columns, because an array of arrays cannot be unnested by rows.
_WRITTEN: Mapping[type, Callable[[Any], Any]] = {At: attrgetter("revision"), list: Jsonb}
_SHAPES: dict[Shape, Shape] = {}


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
