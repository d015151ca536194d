"""What all read tables can be asked; their rows are written by sinks alone."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Select, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from repos.orm_base import ORMBase, folds

ORM = TypeVar("ORM", bound=ORMBase)
Record = dict[str, Any]
"""A row as a reader sees it: the fields of the area's read DTO, and `version`."""


def among(column: ColumnElement[Any], ids: Sequence[int]) -> ColumnElement[bool]:
    """`column` is one of the ids, however many there are."""
    return column == any_(literal(list(ids), ARRAY(BigInteger)))


def records(db: Session, statement: Select[Any]) -> list[Record]:
    """The rows as plain dicts, which go to JSON without a detour."""
    # On the connection: the session would make objects of the rows first.
    result = db.connection().execute(statement)
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.all()]


class CRUDBase(Generic[ORM]):
    """The reads of a table with a column `id`. What create, update and delete it are the sinks (`RelationalSink`)."""

    hidden: ClassVar[frozenset[str]] = frozenset({"name_key"})
    derived: ClassVar[Mapping[str, Any]] = {}
    """What `readable` adds to the columns, as it is for something that has just been removed."""

    def __init__(self, model: type[ORM]) -> None:
        self.model = model
        self.table = model.__table__
        self._unseen = self.hidden | set(folds(self.table).values())

    ### READ OPERATIONS ###
    def read(self, db: Session, id: int) -> Record | None:
        found = records(db, self.readable().where(self.table.c.id == id))
        return found[0] if found else None

    def read_by_ids(self, db: Session, ids: Sequence[int]) -> list[Record]:
        """The rows in the order of the ids; an id without a row is left out."""
        found = {row["id"]: row for row in records(db, self.readable().where(among(self.table.c.id, ids)))}
        return [found[id] for id in ids if id in found]

    def read_by_project(
        self, db: Session, project_id: int, *, after: int = 0, skip: int = 0, limit: int | None = None
    ) -> list[Record]:
        """The rows of a project by id: those after an id (a cursor), `limit` of them after `skip`."""
        rows = self.readable().where(self.table.c.project_id == project_id, self.table.c.id > after)
        return records(db, rows.order_by(self.table.c.id).offset(skip).limit(limit))

    ### OTHER OPERATIONS ###
    def seen(self, row: Record) -> Record:
        """Of the columns of a row, those that readers see."""
        return {name: value for name, value in row.items() if name not in self._unseen}

    def readable(self) -> Select[Any]:
        """All columns that readers see; areas add what is derived, such as `memo_ids`."""
        return select(*[column for column in self.table.columns if column.name not in self._unseen])
