"""What the rules of processing ask of the read tables, and of both versions of a text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from events._event import Event, Fact, stream
from events.sentence_annotation_events import SentenceAnnotationMoved
from events.source_document_events import SourceDocumentTextExtracted
from events.span_annotation_events import SpanAnnotationMoved
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Connection
from systems.passage_system import Passages
from systems.text_ranges_system import touched

Row = tuple[Any, ...]
"""An annotation: id, code_id, begin, end, text, text_version, and what else its area has."""


@dataclass(frozen=True, slots=True)
class Processed:
    """The lookup for documents whose texts are in these blobs."""

    blobs: BlobRepo

    def __call__(self, connection: Connection, project_id: int, _: object = ()) -> "ProcessingLookupTables":
        return ProcessingLookupTables(self.blobs, connection, project_id)


class ProcessingLookupTables:
    def __init__(self, blobs: BlobRepo, connection: Connection, project_id: int) -> None:
        self._blobs = blobs
        self._connection = connection
        self._project_id = project_id

    def goes_on(self) -> bool:
        found = self._connection.execute("SELECT 1 FROM inline.project WHERE id = $1", (self._project_id,))
        return found.fetchone() is not None

    def carried_over(
        self, sdoc_id: int, before: SourceDocumentTextExtracted, now: SourceDocumentTextExtracted
    ) -> Iterable[Fact]:
        return [*self._spans(sdoc_id, before, now), *self._sentences(sdoc_id, before, now)]

    def _spans(
        self, sdoc_id: int, before: SourceDocumentTextExtracted, now: SourceDocumentTextExtracted
    ) -> Iterator[Fact]:
        rows = self._connection.execute(
            'SELECT id, code_id, begin, "end", text, text_version FROM inline.span_annotation '
            'WHERE sdoc_id = $1 ORDER BY begin, "end"',
            (sdoc_id,),
        ).fetchall()
        tokens = self._blobs.read_offsets(self._project_id, now.tokens_sha256) if rows else None
        for (id, code_id, begin, end, _, version), place in self._found(rows, before, now):
            assert tokens is not None
            first, last = touched(tokens, place, place + end - begin)
            moved: Event = SpanAnnotationMoved(
                sdoc_id=sdoc_id,
                code_id=code_id,
                begin=place,
                end=place + end - begin,
                begin_token=first,
                end_token=last,
                text_version=now.text_version,
                text_sha256=now.text_sha256,
                was_begin=begin,
                was_end=end,
                was_text_version=version,
            )
            yield Fact(stream("span_annotation", id), moved)

    def _sentences(
        self, sdoc_id: int, before: SourceDocumentTextExtracted, now: SourceDocumentTextExtracted
    ) -> Iterator[Fact]:
        rows = self._connection.execute(
            'SELECT id, code_id, begin, "end", text, text_version, sentence_id_start, sentence_id_end '
            'FROM inline.sentence_annotation WHERE sdoc_id = $1 ORDER BY begin, "end"',
            (sdoc_id,),
        ).fetchall()
        sentences = self._blobs.read_offsets(self._project_id, now.sentences_sha256) if rows else None
        for (id, code_id, begin, end, _, version, was_start, was_end), place in self._found(rows, before, now):
            assert sentences is not None
            start, after = touched(sentences, place, place + end - begin)
            if start == after:
                continue
            moved: Event = SentenceAnnotationMoved(
                sdoc_id=sdoc_id,
                code_id=code_id,
                sentence_id_start=start,
                sentence_id_end=after - 1,
                begin=sentences[2 * start],
                end=sentences[2 * after - 1],
                text_version=now.text_version,
                text_sha256=now.text_sha256,
                was_sentence_id_start=was_start,
                was_sentence_id_end=was_end,
                was_text_version=version,
            )
            yield Fact(stream("sentence_annotation", id), moved)

    def _found(
        self, rows: list[Row], before: SourceDocumentTextExtracted, now: SourceDocumentTextExtracted
    ) -> Iterator[tuple[Row, int]]:
        """The annotations whose words are in the new text, and where they begin there."""
        if not rows:
            return
        passages = Passages(self._text(before), self._text(now))
        unchanged = before.text_sha256 == now.text_sha256
        for row in rows:
            begin, end, words, version = row[2:6]
            current = version == before.text_version
            place = begin if unchanged and current else passages.find(begin, end, None if current else words)
            if place is not None:
                yield row, place

    def _text(self, version: SourceDocumentTextExtracted) -> str:
        return self._blobs.read_text(self._project_id, version.text_sha256)
