"""What the rules of annotations ask of the read tables, and of what is in the documents themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from commands._annotation import MAX_QUOTED, Document, SourceImage
from commands.bbox_annotation_decider import BBoxAnnotationCommand
from commands.bbox_annotation_dto import BBoxAnnotationCreate, BBoxAnnotationUpdate
from commands.sentence_annotation_decider import SentenceAnnotationCommand
from commands.sentence_annotation_dto import SentenceAnnotationCreate, SentenceAnnotationUpdate
from commands.span_annotation_decider import SpanAnnotationCommand
from commands.span_annotation_dto import SpanAnnotationCreate, SpanAnnotationUpdate
from events._event import Fact
from events._words import DocTypeName
from projections._dependents import removals_of_each
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Connection
from systems.text_ranges_system import token_range

Command = SpanAnnotationCommand | SentenceAnnotationCommand | BBoxAnnotationCommand
_CREATES = (SpanAnnotationCreate, SentenceAnnotationCreate, BBoxAnnotationCreate)
_UPDATES = (SpanAnnotationUpdate, SentenceAnnotationUpdate, BBoxAnnotationUpdate)


@dataclass(frozen=True)
class ProcessedText:
    """A text whose words and sentences were found when its document was processed."""

    blobs: BlobRepo
    project_id: int
    version: int
    sha256: str
    length: int
    sentence_count: int
    sentences_sha256: str
    tokens_sha256: str

    def quote(self, begin: int, end: int) -> str:
        return self.blobs.read_text(self.project_id, self.sha256)[begin:end]

    def tokens(self, begin: int, end: int) -> tuple[int, int]:
        return token_range(self._tokens, begin, end)

    def sentences(self, start: int, end: int) -> tuple[int, int]:
        return self._sentences[2 * start], self._sentences[2 * end + 1]

    @cached_property
    def _tokens(self) -> "memoryview[int]":
        return self.blobs.read_offsets(self.project_id, self.tokens_sha256)

    @cached_property
    def _sentences(self) -> "memoryview[int]":
        return self.blobs.read_offsets(self.project_id, self.sentences_sha256)


@dataclass(frozen=True, slots=True)
class Annotations:
    """The lookup for these annotations of an area, or for new ones."""

    blobs: BlobRepo
    area: str
    ids: Sequence[int] = ()

    def __call__(
        self, connection: Connection, project_id: int, commands: Sequence[Command]
    ) -> "AnnotationLookupTables":
        return AnnotationLookupTables(self, connection, project_id, commands)


class AnnotationLookupTables:
    """All documents and codes that the commands name come by one query."""

    def __init__(
        self, about: Annotations, connection: Connection, project_id: int, commands: Sequence[Command]
    ) -> None:
        self._about = about
        self._connection = connection
        self._project_id = project_id
        self._documents: dict[int, Document] = {}
        self._enabled: dict[int, bool] = {}
        self._room = MAX_QUOTED
        self.codebook_version_id: int | None = None
        sdoc_ids: set[int] = set()
        code_ids: set[int] = set()
        for command in commands:
            if isinstance(command, _CREATES):
                sdoc_ids.add(command.sdoc_id)
                code_ids.add(command.code_id)
            elif isinstance(command, _UPDATES) and command.code_id is not None:
                code_ids.add(command.code_id)
        if sdoc_ids or code_ids:
            self._look_up(list(sdoc_ids), list(code_ids))

    def document(self, sdoc_id: int) -> Document | None:
        if sdoc_id not in self._documents and self._about.ids:
            self._documents |= self._documents_around
        return self._documents.get(sdoc_id)

    def enabled(self, code_id: int) -> bool | None:
        return self._enabled.get(code_id)

    def has_room(self, length: int) -> bool:
        self._room -= length
        return self._room >= 0

    def removals(self, id: int) -> Sequence[Fact]:
        return self._removals.get(id, ())

    def new_uuid(self) -> UUID:
        return uuid7()

    @cached_property
    def _removals(self) -> dict[int, list[Fact]]:
        return removals_of_each(self._connection, self._project_id, self._about.area, self._about.ids)

    @cached_property
    def _documents_around(self) -> dict[int, Document]:
        """The documents that the annotations are in; only who moves one needs them."""
        rows = self._connection.execute(
            f"SELECT id, {_CONTENT} FROM inline.source_document WHERE project_id = $1 "
            f"AND id IN (SELECT sdoc_id FROM inline.{self._about.area} WHERE id = ANY($2::bigint[]))",
            (self._project_id, list(self._about.ids)),
        )
        return {id: self._document(*content) for id, *content in rows}

    def _look_up(self, sdoc_ids: list[int], code_ids: list[int]) -> None:
        rows = self._connection.execute(
            f"SELECT 'document', id, NULL::boolean, {_CONTENT} FROM inline.source_document "
            "WHERE project_id = $1 AND id = ANY($2::bigint[]) UNION ALL "
            f"SELECT 'code', id, enabled, {_NOTHING} FROM inline.code "
            "WHERE project_id = $1 AND id = ANY($3::bigint[]) UNION ALL "
            f"(SELECT 'version', id, NULL, {_NOTHING} FROM inline.codebook_version "
            "WHERE project_id = $1 ORDER BY revision DESC LIMIT 1)",
            (self._project_id, sdoc_ids, code_ids),
        )
        for kind, id, enabled, *content in rows:
            match kind:
                case "document":
                    self._documents[id] = self._document(*content)
                case "code":
                    self._enabled[id] = enabled
                case "version":
                    self.codebook_version_id = id

    def _document(
        self,
        doctype: DocTypeName,
        failure: str | None,
        width: int | None,
        height: int | None,
        version: int,
        sha256: str | None,
        *text: Any,
    ) -> Document:
        if sha256 is not None:
            return Document(doctype, ProcessedText(self._about.blobs, self._project_id, version, sha256, *text))
        if width is not None and height is not None:
            return Document(doctype, SourceImage(width, height))
        return Document(doctype, None, failure)


_COLUMNS = (
    *("doctype", "error", "image_width", "image_height"),
    *("text_version", "text_sha256", "text_length", "sentence_count", "sentences_sha256", "tokens_sha256"),
)
_CONTENT = ", ".join(_COLUMNS)
_NOTHING = ", ".join("NULL" for _ in _COLUMNS)
