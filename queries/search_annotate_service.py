"""All occurrences of a phrase in the documents of a project, as candidates for annotation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from projections._crud import Record
from projections._text_reader import TextReader
from projections.source_document_crud import crud_source_document
from queries._table import Page
from repos.blob_repo import BlobError, BlobRepo
from systems.sorting_system import BadCursor, Kind, read_cursor, written_cursor
from systems.text_highlight_system import context, occurrences
from systems.text_query_system import Leaf, Malformed, Nothing, written_phrase
from systems.text_ranges_system import token_range

MOST = 100_000
_AT_ONCE = 200
_ORDER = "place"
_PLACE: Sequence[Kind] = ("id", "number", "number")


@dataclass(frozen=True, slots=True)
class PhraseSearch:
    """Where the words of a text stand next to each other. Raises Malformed if it has none, or there are too many."""

    reader: TextReader
    blobs: BlobRepo
    project_id: int
    words: str

    def candidates(self, db: Session, code_id: int | None, page: Page) -> tuple[Record, str | None]:
        """PaginatedSpanAnnotationHits by document and place, and the cursor that leads on if there are more.

        Raises BadCursor.
        """
        phrase = written_phrase(self.words, 0, None, 0)
        if isinstance(phrase, Nothing):
            raise Malformed(0, "at least one letter or digit")
        ids = self.reader.matching(self.project_id, replace(phrase, field="content"))
        after = None if page.cursor is None else _read(page.cursor)
        total, behind, hits = 0, 0, list[Record]()
        for candidate in self._found(db, ids, phrase, code_id):
            total += 1
            if after is None or _place(candidate) > after:
                behind += 1
                if page.skip < behind <= page.skip + page.size:
                    hits.append(candidate)
        more = behind > page.skip + page.size
        return {"total_results": total, "hits": hits}, written_cursor(_ORDER, _place(hits[-1])) if more else None

    def _found(self, db: Session, ids: Sequence[int], asked: Leaf, code_id: int | None) -> Iterator[Record]:
        count = 0
        for begin in range(0, len(ids), _AT_ONCE):
            documents = crud_source_document.read_contents_by_ids(db, ids[begin : begin + _AT_ONCE])
            for document in sorted(documents, key=lambda document: document["id"]):
                for candidate in self._in(document, asked, code_id):
                    count += 1
                    if count > MOST:
                        raise Malformed(0, f"a phrase that stands in at most {MOST:,} places")
                    yield candidate

    def _in(self, document: Record, asked: Leaf, code_id: int | None) -> Iterator[Record]:
        if document["text_sha256"] is None:
            return
        try:
            text = self.blobs.read_text(self.project_id, document["text_sha256"])
            tokens = self.blobs.read_offsets(self.project_id, document["tokens_sha256"])
        except BlobError:
            return
        for begin, end in occurrences([asked], text, (), MOST + 1):
            begin_token, end_token = token_range(tokens, begin, end)
            before, after = context(text, begin, end)
            yield {
                "span_dto": {
                    "begin": begin,
                    "end": end,
                    "begin_token": begin_token,
                    "end_token": end_token,
                    "span_text": text[begin:end],
                    "code_id": code_id,
                    "sdoc_id": document["id"],
                },
                "before_context": before,
                "after_context": after,
            }


def _place(candidate: Record) -> list[int]:
    span = candidate["span_dto"]
    return [span["sdoc_id"], span["begin"], span["end"]]


def _read(cursor: str) -> list[int]:
    """A place. Raises BadCursor."""
    place = read_cursor(_ORDER, cursor, _PLACE)
    if None in place:
        raise BadCursor
    return place
