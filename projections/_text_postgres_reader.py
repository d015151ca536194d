"""Asking texts in PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    TableClause,
    and_,
    cast,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import REAL, TSVECTOR
from sqlalchemy.orm import Session

from projections import _crud
from projections._behind import Place
from projections._text_model import TextModel
from projections._text_postgres_words import Words
from projections._text_reader import Among, Chosen, Found, Hit
from projections._text_tsquery import TsQuery, found, found_by_one, tsquery
from repos.postgres_repo import Postgres
from systems.text_query_system import Everything, Nothing, Query

# The terms of a passage lie outside of its table, which the planner does not know: it thinks that all are quickly gone
# through, and that to do so is not worth the start of another process, however many they are.
_COSTS = {
    "enable_seqscan": "off",
    "random_page_cost": 1.1,
    "cpu_tuple_cost": 0.3,
    "parallel_setup_cost": 3_000,
    "parallel_tuple_cost": 0.01,
    "min_parallel_table_scan_size": 0,
}
_BY_INDEX = "SELECT " + ", ".join(f"set_config('{name}', '{cost}', true)" for name, cost in _COSTS.items())
_NO_SCORE = literal_column("0::real", REAL)


class PostgresTextReader:
    """A `TextReader` of one place.

    It asks in `db`, if there is one: whoever holds a connection and waits for another may wait for himself.
    """

    def __init__(self, postgres: Postgres, place: Place, model: TextModel, db: Session | None = None) -> None:
        self._postgres = postgres
        self._db = db
        self._schema = place.name
        self._model = model
        self._entries = _table(place, "entry")
        self._passages = _table(place, "passage", column("terms", TSVECTOR))

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
        if isinstance(query, Nothing) or (among is not None and not among):
            return Found(0, [])
        with self._session(among) as db:
            _by_index(db)
            hits = self._hits(db, project_id, query, among, ranked=True).subquery("hits")
            hit = select(*hits.c, func.count().over().label("total")).subquery("hit").c
            page = select(hit.id, hit.score, hit.total).order_by(hit.score.desc(), hit.id)
            if after is not None:
                score = cast(after.score, REAL)
                page = page.where(or_(hit.score < score, and_(hit.score == score, hit.id > after.id)))
            rows = db.connection().execute(page.offset(skip).limit(limit)).all()
            if rows or not (skip or after):
                return Found(rows[0][2] if rows else 0, [Hit(id, score) for id, score, _ in rows])
            return Found(db.scalar(select(func.count()).select_from(hits)) or 0, [])

    def matching(self, project_id: int, query: Query, *, among: Among = None) -> list[int]:
        if isinstance(query, Nothing) or (among is not None and not among):
            return []
        with self._session(among) as db:
            _by_index(db)
            hits = self._hits(db, project_id, query, among, ranked=False).subquery("hits")
            return [id for (id,) in db.connection().execute(select(hits.c.id).order_by(hits.c.id))]

    def is_hit(self, db: Session, project_id: int, query: Query, id: ColumnElement[int]) -> ColumnElement[bool]:
        if isinstance(query, Nothing):
            return false()
        _by_index(db)
        hits = self._hits(db, project_id, query, None, ranked=False).subquery("hits")
        return id.in_(select(hits.c.id))

    @contextmanager
    def _session(self, among: Among) -> Iterator[Session]:
        if isinstance(among, Chosen):
            yield among.db
        elif self._db is not None:
            yield self._db
        else:
            with self._postgres.snapshot() as db:
                yield db

    def _hits(self, db: Session, project_id: int, query: Query, among: Among, *, ranked: bool) -> Any:
        """A question for id and score of all hits."""
        if isinstance(query, Everything):
            entry = self._entries.c
            return select(entry.id, _NO_SCORE.label("score")).where(*_mine(entry, project_id, among))
        asked = TsQuery(project_id, self._model.fields, Words(db, self._schema, project_id).of)
        asked.check(query)
        passage = self._passages.c
        score = func.ts_rank(passage.terms, tsquery(asked.rank(query)), 1, type_=REAL) if ranked else _NO_SCORE
        mine = _mine(passage, project_id, among)
        if found_by_one(query):
            one = found(passage.terms, asked.any_part(query))
            return select(passage.id, func.max(score).label("score")).where(*mine, one).group_by(passage.id)
        lone = select(passage.id, score.label("score")).where(*mine, found(passage.terms, asked.lone(query)))
        parts = (
            select(passage.id, func.max(score))
            .where(*mine, found(passage.terms, asked.parts(query)))
            .group_by(passage.id)
            .having(asked.having(query, passage.terms))
        )
        return lone.union_all(parts)


def _table(place: Place, name: str, *columns: ColumnClause[Any]) -> TableClause:
    return table(name, column("project_id", BigInteger), column("id", BigInteger), *columns, schema=place.name)


def _mine(rows: Any, project_id: int, among: Among) -> list[ColumnElement[bool]]:
    mine = [rows.project_id == project_id]
    if isinstance(among, Chosen):
        mine.append(rows.id.in_(among.ids))
    elif among is not None:
        mine.append(_crud.among(rows.id, among))
    return mine


def _by_index(db: Session) -> None:
    """Plan for what the tables are, from here to the end of the transaction."""
    db.connection().exec_driver_sql(_BY_INDEX)
