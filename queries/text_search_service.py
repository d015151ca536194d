"""Searching in texts: what an engine finds, joined with what is there, filtered, sorted and paged."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import error, pack, unpack

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from projections._crud import among
from projections._text_reader import Among, Chosen, Found, Hit, TextReader
from queries._table import Page, SearchTable
from systems.filter_system import Group
from systems.sorting_system import BadCursor, Sort
from systems.text_query_system import Everything, Query

_RANKED = ">8sqd"
_LEAST, _GREATEST = 2.0**-126, 2.0**127
"""Between these are all scores but 0: engines count in 32 bits."""


@dataclass(frozen=True, slots=True)
class FoundTexts:
    """A page of hits; `total` counts all that were found, `cursor` leads on if there are more."""

    total: int
    hits: Sequence[Hit]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class TextSearch:
    """A search in the texts that are rows of a table, `also` only in those for which these conditions are true.

    `behind`: the engine may know texts that are no more.
    """

    reader: TextReader
    table: SearchTable
    query: Query
    filter: Group
    also: Sequence[ColumnElement[bool]] = ()
    behind: bool = False

    @property
    def asks_engine(self) -> bool:
        """Whether it takes more than the table to answer, which is never behind."""
        return not isinstance(self.query, Everything)

    def sorted(self, db: Session, sorts: Sequence[Sort], page: Page) -> FoundTexts:
        """In the order of columns. Raises BadFilter, BadCursor, TooManyForms."""
        also = [*self.also]
        if self.asks_engine:
            also.append(self.reader.is_hit(db, self.table.project_id, self.query, self.table.rows.c.id))
        found = self.table.search(db, self.filter, sorts, page, *also)
        return FoundTexts(found.total, [Hit(id, 0) for id in found.ids], found.cursor)

    def ranked(self, db: Session, page: Page) -> FoundTexts:
        """The best first. What is no more is neither a hit nor counted, whatever the page; raises as `sorted`."""
        if not self.asks_engine:
            return self.sorted(db, (), page)
        after = self._hit(page.cursor) if page.cursor is not None else None
        allowed = self._allowed(db) if self.behind or self.filter.items or self.also else None
        found = self._ask(allowed, after, page)
        if allowed is None and not self._all_there(db, [hit.id for hit in found.hits]):
            found = self._ask(self._allowed(db), after, page)
        hits = found.hits[: page.size]
        more = len(found.hits) > page.size
        return FoundTexts(found.total, hits, self._cursor(hits[-1]) if more else None)

    def _ask(self, allowed: Among, after: Hit | None, page: Page) -> Found:
        return self.reader.search(
            self.table.project_id, self.query, among=allowed, after=after, skip=page.skip, limit=page.size + 1
        )

    def _allowed(self, db: Session) -> Chosen:
        return Chosen(db, self.table.matching(self.filter, *self.also))

    def _all_there(self, db: Session, ids: Sequence[int]) -> bool:
        rows = self.table.rows.c
        return len(db.scalars(select(rows.id).where(among(rows.id, ids))).all()) == len(ids)

    def _cursor(self, last: Hit) -> str:
        return urlsafe_b64encode(pack(_RANKED, self._name, last.id, last.score)).decode()

    def _hit(self, cursor: str) -> Hit:
        """Raises BadCursor."""
        try:
            name, id, score = unpack(_RANKED, b64decode(cursor, altchars=b"-_", validate=True))
        except (ValueError, error):
            raise BadCursor from None
        if name != self._name or not (score == 0 or _LEAST <= score <= _GREATEST):
            raise BadCursor
        return Hit(id, score)

    @property
    def _name(self) -> bytes:
        """What tells this search from those in other texts and for others, whose scores mean nothing to it."""
        return sha256(repr((str(self.table.rows), self.table.project_id, self.query)).encode()).digest()[:8]
