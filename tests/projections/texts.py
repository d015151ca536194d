"""Places that hold texts, on every backend, to be filled and asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from projections._behind import Entry, Gone, Index, Place, Rejected, Stored
from projections._text_elastic import ElasticTextIndex
from projections._text_elastic_reader import ElasticTextReader
from projections._text_model import TextModel
from projections._text_postgres import PostgresTextIndex
from projections._text_postgres_reader import PostgresTextReader
from projections._text_reader import Among, TextReader
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from systems.text_query_expert_system import parse_expert
from systems.text_query_simple_system import parse_simple
from systems.text_query_system import Query

PROJECT = 1
OTHER = 2
PLACE = Place("document_text", 1)


@dataclass
class Texts:
    """An index and who reads it; `fields` are what can be named in expert queries."""

    index: Index
    reader: TextReader
    postgres: Postgres
    blobs: BlobRepo
    fields: Sequence[str]
    _written: dict[tuple[int, str], str] = field(default_factory=dict)

    def document(
        self,
        id: int,
        content: str,
        *,
        name: str = "Untitled",
        language: str | None = "en",
        project_id: int = PROJECT,
        revision: int = 1,
        **values: Any,
    ) -> Entry:
        """An entry as the log tells it."""
        key = project_id, content
        if key not in self._written:
            self._written[key] = self.blobs.write(project_id, content.encode()).sha256
        sha256 = self._written[key]
        row = {"id": id, "name": name, "folder_id": 1, "doctype": "text", "language": language, "text_sha256": sha256}
        return Entry(project_id, id, revision, {**row, **values})

    def write(self, *entries: Entry, gone: Sequence[Gone] = ()) -> Sequence[Rejected]:
        with self.postgres.transaction() as connection:
            return self.index.write(connection, [*gone, *entries])

    def hold(self, *contents: str, language: str | None = "en") -> None:
        """Documents with ids from 1."""
        assert not self.write(*(self.document(id, text, language=language) for id, text in enumerate(contents, 1)))

    def find(self, query: Query | str, project_id: int = PROJECT, among: Among = None) -> list[int]:
        """The ids of all hits, which both questions agree on."""
        tree = parse_simple(query) if isinstance(query, str) else query
        ids = self.reader.matching(project_id, tree, among=among)
        found = self.reader.search(project_id, tree, among=among, limit=10_000)
        assert found.total == len(ids)
        assert sorted(hit.id for hit in found.hits) == ids
        assert [(-hit.score, hit.id) for hit in found.hits] == sorted((-hit.score, hit.id) for hit in found.hits)
        return ids

    def expert(self, query: str) -> list[int]:
        return self.find(parse_expert(query, self.fields))

    def stored(self, project_id: int = PROJECT) -> list[Stored]:
        with self.postgres.connection() as connection:
            return list(self.index.stored(connection, project_id))

    def digests(self, *entries: Entry) -> list[bytes]:
        with self.postgres.connection() as connection:
            return self.index.digests(connection, entries)

    def unfound(self, *entries: Entry) -> list[int]:
        with self.postgres.connection() as connection:
            return list(self.index.unfound(connection, entries))

    def forget(self, project_id: int) -> None:
        with self.postgres.connection() as connection:
            self.index.forget(connection, project_id)


def opened(
    request: pytest.FixtureRequest, place: Place, model: TextModel, postgres: Postgres, blobs: BlobRepo
) -> Texts:
    """On the backend that the test has its `texts` on."""
    index: Index
    reader: TextReader
    if request.node.callspec.params["texts"] == "elasticsearch":
        elasticsearch = request.getfixturevalue("elasticsearch")
        index, reader = (
            ElasticTextIndex(elasticsearch, place, model),
            ElasticTextReader(elasticsearch, place, model),
        )
    else:
        index, reader = PostgresTextIndex(postgres, place, model), PostgresTextReader(postgres, place, model)
    return Texts(index, reader, postgres, blobs, model.fields)
