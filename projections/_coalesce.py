"""Many writes become at most one per row, because one statement can touch a row only once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from events._event import Recorded
from projections._write import Create, Delete, DeleteProject, Projector, Quote, Symbol, Table, Update, Values
from repos.orm_base import metadata

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
        return sorted(self.rows, key=lambda table: _ORDER[table.__tablename__])


def primary_key(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.__table__.primary_key)


def coalesce(recorded: Iterable[Recorded], projectors: Iterable[Projector], quote: Quoter) -> Changes:
    """Run the projectors over the events and sum up what they say of each row."""
    changes = Changes()
    projectors = tuple(projectors)
    for one in recorded:
        for project in projectors:
            for write in project(one):
                if isinstance(write, DeleteProject):
                    changes.ended.append((write.table, one.project_id))
                    changes.rows.pop(write.table, None)
                    continue
                rows = changes.rows.setdefault(write.table, {})
                match write:
                    case Create(table, values):
                        key = tuple([values[name] for name in _KEYS[table]])
                        before = rows.get(key)
                        rows[key] = Row(before is not None and before.exists, _resolved(values, one, quote))
                    case Update(_, key, values):
                        _update(rows, key, _resolved(values, one, quote))
                    case Delete(_, key):
                        _delete(rows, key)
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


def _resolved(values: Values, recorded: Recorded, quote: Quoter) -> Values:
    return {
        name: _resolve(value, recorded, quote) if type(value) in _SYMBOLIC else value for name, value in values.items()
    }


def _resolve(value: Symbol | Quote, recorded: Recorded, quote: Quoter) -> Any:
    match value:
        case Quote():
            return quote(recorded.project_id, value)
        case Symbol.REVISION:
            return At(recorded.revision)
        case Symbol.RECORDED_AT:
            return recorded.recorded_at


class _Keys(dict[Table, tuple[str, ...]]):
    def __missing__(self, table: Table) -> tuple[str, ...]:
        self[table] = primary_key(table)
        return self[table]


class _Order(dict[str, int]):
    def __missing__(self, name: str) -> int:
        self.update({table.name: place for place, table in enumerate(metadata.sorted_tables)})
        return self[name]


_KEYS = _Keys()
_ORDER = _Order()
_SYMBOLIC = (Symbol, Quote)
