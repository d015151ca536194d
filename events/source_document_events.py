"""The facts of a source document: a file that was uploaded, and what was found in it, a text or an image."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from events._event import Event, Scope
from events._words import DocTypeName


class _DocumentEvent(Event):
    scopes: ClassVar[tuple[Scope, ...]] = ("documents",)


class SourceDocumentUploaded(_DocumentEvent):
    """`source_sha256` names the blob with the bytes that came; `source_length` counts bytes."""

    begins: ClassVar[bool] = True
    blob_lengths: ClassVar[Mapping[str, str]] = {"source_sha256": "source_length"}
    type: Literal["sdoc.uploaded"] = "sdoc.uploaded"
    filename: str
    name_key: str
    name: str
    doctype: DocTypeName
    folder_id: int
    source_sha256: str
    source_length: int
    media_type: str


class SourceDocumentTextExtracted(_DocumentEvent):
    """Blobs: UTF-8 text, sanitised HTML, and offsets of sentences and tokens; `text_length` counts code points.

    `language` is an ISO 639-1 code, unknown in facts of schema version 1.
    """

    schema_version: ClassVar[int] = 2
    type: Literal["sdoc.text_extracted"] = "sdoc.text_extracted"
    text_version: int
    text_sha256: str
    text_length: int
    html_sha256: str
    sentences_sha256: str
    sentence_count: int
    tokens_sha256: str
    token_count: int
    producer: str
    language: str | None = None


class SourceDocumentImageMeasured(_DocumentEvent):
    """Pixels of the image as a browser shows it, which turns what was stored lying on its side."""

    type: Literal["sdoc.image_measured"] = "sdoc.image_measured"
    width: int
    height: int
    producer: str


class SourceDocumentProcessingFailed(_DocumentEvent):
    type: Literal["sdoc.processing_failed"] = "sdoc.processing_failed"
    step: str
    error: str


class SourceDocumentRenamed(_DocumentEvent):
    type: Literal["sdoc.renamed"] = "sdoc.renamed"
    name: str
    was: str


class SourceDocumentMoved(_DocumentEvent):
    type: Literal["sdoc.moved"] = "sdoc.moved"
    folder_id: int
    was: int


class SourceDocumentDeleted(_DocumentEvent):
    scopes: ClassVar[tuple[Scope, ...]] = ("documents", "removals")

    type: Literal["sdoc.deleted"] = "sdoc.deleted"
    filename: str
    name: str


SourceDocumentEvent = (
    SourceDocumentUploaded
    | SourceDocumentTextExtracted
    | SourceDocumentImageMeasured
    | SourceDocumentProcessingFailed
    | SourceDocumentRenamed
    | SourceDocumentMoved
    | SourceDocumentDeleted
)
