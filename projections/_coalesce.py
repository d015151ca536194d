"""Many writes become at most one per row, because one statement can touch a row only once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from events._event import Recorded
from events._store import UNDECIDED
from projections._write import (
    REVISION,
    Create,
    DeleteProject,
    Projectors,
    Quote,
    Symbol,
    Table,
    Update,
    Values,
)
from repos.orm_base import folds, metadata
from systems.fold_system import folded

Key = tuple[Any, ...]
Quoter = Callable[[int, Quote], str]


@dataclass(frozen=True, slots=True)
class At:
    """The revision of an event: its place in the append until the head is known."""

    revision: int


@dataclass(slots=True)
class Row:
    """What is left to do to one row: `exists` says whether the table holds it already."""

    exists: bool
    values: Values | None


@dataclass(slots=True)
class Changes:
    """Rows to write, by table and primary key."""

    rows: dict[Table, dict[Key, Row]] = field(default_factory=dict)
    ended: list[tuple[Table, int]] = field(default_factory=list)

    def ordered(self) -> list[Table]:
        """The tables, those that others point to first."""
        return sorted(self.rows, key=_place)

    def in_the_way(self) -> "Changes":
        """The end of whatever has the key of a row that is new."""
        return Changes(
            {
                table: {key: Row(exists=True, values=None) for key, row in rows.items() if not row.exists}
                for table, rows in self.rows.items()
            }
        )


@cache
def primary_key(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.__table__.primary_key)


@cache
def empty(table: Table) -> Values:
    """What a row has that nothing has been said of."""
    return {column.name: None for column in table.__table__.columns if column.nullable}


def coalesce(recorded: Iterable[Recorded], projectors: Projectors, quote: Quoter) -> Changes:
    """Run the projectors over the events and sum up what they say of each row."""
    changes = Changes()
    by_table = changes.rows
    for one in recorded:
        project = projectors.get(one.event.area)
        for write in project(one) if project else ():
            if isinstance(write, DeleteProject):
                changes.ended.append((write.table, one.project_id))
                # The keys of these tables begin with the project.
                others = {key: row for key, row in by_table.get(write.table, {}).items() if key[0] != one.project_id}
                by_table[write.table] = others
                continue
            table = write.table
            rows = by_table.get(table)
            if rows is None:
                rows = by_table[table] = {}
            if isinstance(write, Create):
                values = write.values
                key = tuple([values[name] for name in primary_key(table)])
                before = rows.get(key)
                if before is not None and before.exists:
                    # It becomes an update of the row that was to be deleted, of which nothing may be left.
                    rows[key] = Row(True, {**empty(table), **_resolved(table, values, one, quote)})
                else:
                    rows[key] = Row(False, _resolved(table, values, one, quote))
            elif isinstance(write, Update):
                _update(rows, write.key, _resolved(table, write.values, one, quote))
            else:
                _delete(rows, write.key)
    return changes


def _update(rows: dict[Key, Row], key: Key, values: Values) -> None:
    before = rows.get(key)
    if before is None:
        rows[key] = Row(exists=True, values=values)
    elif before.values is not None:
        before.values = {**before.values, **values}


def _delete(rows: dict[Key, Row], key: Key) -> None:
    before = rows.get(key)
    if before is not None and not before.exists:
        del rows[key]
    else:
        rows[key] = Row(exists=True, values=None)


@cache
def _folds(table: Table) -> tuple[tuple[str, str], ...]:
    return tuple(folds(table.__table__).items())


def _resolved(table: Table, values: Values, recorded: Recorded, quote: Quoter) -> Values:
    """A row without symbols, and with what is folded; in an append, what only the head knows stays open."""
    resolved = dict(values)
    undecided = recorded.recorded_at is UNDECIDED
    for name, value in values.items():
        kind = type(value)
        if kind is Symbol:
            if undecided:
                resolved[name] = At(recorded.revision) if value is REVISION else value
            else:
                resolved[name] = recorded.revision if value is REVISION else recorded.recorded_at
        elif kind is Quote:
            resolved[name] = quote(recorded.project_id, value)
    for name, twin in _folds(table):
        if name in resolved:
            resolved[twin] = folded(resolved[name])
    return resolved


@cache
def _place(table: Table) -> int:
    return [one.name for one in metadata.sorted_tables].index(table.__tablename__)
