"""What can be asked of a read model of texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from projections import _crud
from systems.text_query_system import Fuzzy, Pattern, Query

MAX_FORMS = 1_000
"""How many different words one fuzzy word or pattern may stand for."""


class TooManyForms(Exception):
    """A fuzzy word or a pattern stands for more words than can be searched for at once: give more of its letters."""

    def __init__(self, leaf: Fuzzy | Pattern) -> None:
        written = f"{leaf.word}~{leaf.distance}" if isinstance(leaf, Fuzzy) else leaf.pattern
        super().__init__(f"{self.__doc__} It is: {written}")


@dataclass(frozen=True, slots=True)
class Hit:
    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """A part of the hits, and how many there are in all, exactly."""

    total: int
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The ids that a question finds in a session: a place in the same database asks it, and nobody fetches them."""

    db: Session
    ids: Select[int]

    def fetched(self) -> list[int]:
        """All of them."""
        # As one value: so many rows would take three times as long.
        return self.db.scalar(select(func.array_agg(self._id))) or []

    def those(self, ids: Sequence[int]) -> set[int]:
        """Those of the ids that are among them."""
        id = self._id
        return set(self.db.scalar(select(func.array_agg(id)).where(_crud.among(id, ids))) or ())

    @property
    def _id(self) -> ColumnElement[int]:
        (id,) = self.ids.subquery().c
        return id


Among: TypeAlias = Sequence[int] | Chosen | None


class TextReader(Protocol):
    """Asks one place. `among`: only those ids count, however many, and none if it is empty; None: all.

    All raise `TooManyForms`, and `Unavailable` if the backend cannot be reached or is too busy.
    """

    def search(
        self,
        project_id: int,
        query: Query,
        *,
        among: Among = None,
        after: Hit | None = None,
        skip: int = 0,
        limit: int = 10,
    ) -> Found:
        """The best hits first, those of one score by id; `limit` of them after `skip` others, or after a hit."""

    def matching(self, project_id: int, query: Query, *, among: Among = None) -> list[int]:
        """The ids of all hits, in order."""

    def is_hit(self, db: Session, project_id: int, query: Query, id: ColumnElement[int]) -> ColumnElement[bool]:
        """That the entry with this id is one of all hits, for a question in a session."""
