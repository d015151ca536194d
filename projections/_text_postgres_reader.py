"""Asking texts in PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from rapidfuzz.distance import OSA

from projections._behind import Place
from projections._text_model import TextModel
from projections._text_reader import MAX_FORMS, Found, Hit, TooManyForms
from projections._text_tsquery import TsQuery
from repos.postgres_repo import Connection, Postgres
from systems.text_query_system import Everything, Fuzzy, Nothing, Pattern, Query


class PostgresTextReader:
    """A `TextReader` of one place."""

    def __init__(self, postgres: Postgres, place: Place, model: TextModel) -> None:
        self._postgres = postgres
        self._schema = place.name
        self._model = model

    def search(
        self,
        project_id: int,
        query: Query,
        *,
        among: Sequence[int] | None = None,
        after: Hit | None = None,
        skip: int = 0,
        limit: int = 10,
    ) -> Found:
        if isinstance(query, Nothing) or (among is not None and not among):
            return Found(0, [])
        with self._postgres.connection() as connection:
            hits, arguments = self._hits(connection, project_id, query, among, ranked=True)
            counted = f"SELECT id, score, count(*) OVER () AS total FROM ({hits}) hit"
            page, paged = f"SELECT * FROM ({counted}) hit", list(arguments)
            if after is not None:
                score, id = _add(paged, after.score), _add(paged, after.id)
                page += f" WHERE score < ${score}::real OR score = ${score}::real AND id > ${id}::bigint"
            page += f" ORDER BY score DESC, id OFFSET {skip:d} LIMIT {limit:d}"
            rows = connection.execute(page, paged).fetchall()
            if rows or not (skip or after):
                return Found(rows[0][2] if rows else 0, [Hit(id, score) for id, score, _ in rows])
            (total,) = connection.execute(f"SELECT count(*) FROM ({hits}) hit", arguments).fetchone() or (0,)
            return Found(total, [])

    def matching(self, project_id: int, query: Query, *, among: Sequence[int] | None = None) -> list[int]:
        if isinstance(query, Nothing) or (among is not None and not among):
            return []
        with self._postgres.connection() as connection:
            hits, arguments = self._hits(connection, project_id, query, among, ranked=False)
            return [id for id, _ in connection.execute(f"{hits} ORDER BY id", arguments)]

    def _hits(
        self, connection: Connection, project_id: int, query: Query, among: Sequence[int] | None, *, ranked: bool
    ) -> tuple[str, list[Any]]:
        """SQL that gives id and score of all hits, and its arguments."""
        arguments: list[Any] = []
        where = f"project_id = ${_add(arguments, project_id)}"
        if among is not None:
            where += f" AND id = ANY(${_add(arguments, list(among))}::bigint[])"
        if isinstance(query, Everything):
            return f"SELECT id, 0::real AS score FROM {self._schema}.entry WHERE {where}", arguments
        asked = TsQuery(project_id, self._model.fields, _Words(connection, self._schema, project_id).of)
        score = "0::real"
        if ranked:
            score = f"ts_rank(terms, ${_add(arguments, asked.rank(query))}::tsquery, 1)"
        lone, parts = _add(arguments, asked.lone(query)), _add(arguments, asked.parts(query))
        passages = f"FROM {self._schema}.passage WHERE {where} AND terms @@"
        return (
            f"SELECT id, {score} AS score {passages} ${lone}::tsquery UNION ALL "
            f"SELECT id, max({score}) {passages} ${parts}::tsquery GROUP BY id HAVING {asked.having(query, arguments)}",
            arguments,
        )


class _Words:
    """The words of a project, of which some are like another one."""

    def __init__(self, connection: Connection, schema: str, project_id: int) -> None:
        self._connection = connection
        self._schema = schema
        self._project_id = project_id

    def of(self, leaf: Fuzzy | Pattern) -> Sequence[str]:
        """Those that a leaf stands for. Raises TooManyForms."""
        found = self._fuzzy(leaf) if isinstance(leaf, Fuzzy) else self._like(leaf)
        if len(found) > MAX_FORMS:
            raise TooManyForms(f"{leaf.word}~{leaf.distance}" if isinstance(leaf, Fuzzy) else leaf.pattern)
        return found

    def _like(self, leaf: Pattern) -> list[str]:
        pattern = leaf.pattern.replace("*", "%").replace("?", "_")
        return self._select("word LIKE $2 LIMIT $3", pattern, MAX_FORMS + 1)

    def _fuzzy(self, leaf: Fuzzy) -> list[str]:
        word, distance = leaf.word, leaf.distance
        near = "char_length(word) BETWEEN $2 AND $3"
        if pieces := _intact(word, distance):
            near += f" AND word LIKE ANY('{{{','.join(f'%{piece}%' for piece in pieces)}}}')"
        candidates = self._select(near, len(word) - distance, len(word) + distance)
        return [one for one in candidates if OSA.distance(word, one, score_cutoff=distance) <= distance]

    def _select(self, condition: str, *arguments: Any) -> list[str]:
        statement = f"SELECT word FROM {self._schema}.word WHERE project_id = $1 AND {condition}"
        return [word for (word,) in self._connection.execute(statement, (self._project_id, *arguments))]


def _intact(word: str, distance: int) -> list[str]:
    """Pieces of which at least one is whole in every word so near; an edit touches two at the most."""
    length = len(word) // (2 * distance + 1)
    if length < 2:
        return []
    return [word[begin : begin + length] for begin in range(0, (2 * distance + 1) * length, length)]


def _add(arguments: list[Any], value: Any) -> int:
    arguments.append(value)
    return len(arguments)
