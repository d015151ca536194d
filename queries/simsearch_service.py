"""What is most alike, joined with what is there and with what a filter lets through."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from projections._crud import among
from projections._vector_reader import Hit, VectorReader
from queries._table import SearchTable
from systems.filter_system import Group

_SLACK = 10
_MORE = 4
_MOST = 10_000

Place = tuple[int, int]
"""A document and a part of it."""


@dataclass(frozen=True, slots=True)
class SimilaritySearch:
    """Among the documents of a table that a filter lets through."""

    reader: VectorReader
    table: SearchTable
    filter: Group

    def allowed(self, db: Session) -> Sequence[int] | None:
        """The ids of the documents that count, or None if all do. Raises BadFilter."""
        return db.scalars(self.table.matching(self.filter)).all() if self.filter.items else None

    def found(
        self,
        db: Session,
        vectors: Sequence[bytes],
        top_k: int,
        threshold: float,
        allowed: Sequence[int] | None,
        but_not: "Asked",
    ) -> list[Hit]:
        """The best, by the vector that each is most like; never what is no more, or was of another text."""
        limit = top_k + _SLACK
        while True:
            lists = [
                self.reader.nearest(self.table.project_id, vector, limit, threshold, allowed) for vector in vectors
            ]
            hits = [hit for hit in self._there(db, _merged(lists)) if not but_not.covers(hit)]
            if len(hits) >= top_k or limit == _MOST or all(len(found) < limit for found in lists):
                return hits[:top_k]
            limit = min(_MORE * limit, _MOST)

    def _there(self, db: Session, hits: Sequence[Hit]) -> list[Hit]:
        """The read model may be behind the tables: a document may be gone, and its text another one."""
        rows = self.table.rows.c
        ids = list({hit.sdoc_id for hit in hits})
        there = select(rows.id, rows.text_version).where(rows.project_id == self.table.project_id, among(rows.id, ids))
        versions = {row.id: row.text_version for row in db.execute(there)}
        return [hit for hit in hits if versions.get(hit.sdoc_id) == hit.text_version]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about: a document, or a part of one."""

    sdoc_id: int | None = None
    part: int | None = None

    def covers(self, hit: Hit) -> bool:
        return hit.sdoc_id == self.sdoc_id and self.part in (None, hit.part)


def _merged(lists: Iterable[Sequence[Hit]]) -> list[Hit]:
    best: dict[Place, Hit] = {}
    for hits in lists:
        for hit in hits:
            known = best.get((hit.sdoc_id, hit.part))
            if known is None or known.score < hit.score:
                best[hit.sdoc_id, hit.part] = hit
    return sorted(best.values(), key=lambda hit: (-hit.score, hit.sdoc_id, hit.part))
