"""A small archive: what is in it as plain values, and as the events that tell of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from commands.dto_base import name_key
from events._event import Envelope, Event, Fact
from events._store import Append, EventStore
from events.bbox_annotation_events import BBoxAnnotationCreated
from events.code_events import CodeCreated
from events.folder_events import FolderCreated
from events.memo_events import MemoCreated
from events.project_metadata_events import ProjectMetadataCreated
from events.sentence_annotation_events import SentenceAnnotationCreated
from events.source_document_events import SourceDocumentUploaded
from events.source_document_metadata_events import SourceDocumentMetadataSet, iso
from events.span_annotation_events import SpanAnnotationCreated
from events.tag_events import TagCreated
from events.tag_link_events import TagLinked
from projections import INLINE
from projections._sink import RelationalSink
from projections._write import Quote
from repos.postgres_repo import Postgres
from tests.events.golden import example

ADA, BOB, EVE = 10_000, 10_001, 10_002
PROJECT, OTHER = 1, 2
JOY, DELIGHT, GRIEF = 1, 2, 3
LETTER, DIARY = 11, 12
AUTHOR, YEAR, WRITTEN, PRINTED, KEYWORDS = 21, 22, 23, 24, 25
DEFINITIONS: Mapping[int, tuple[str, str]] = {
    AUTHOR: ("author", "STRING"),
    YEAR: ("year", "NUMBER"),
    WRITTEN: ("written", "DATE"),
    PRINTED: ("printed", "BOOLEAN"),
    KEYWORDS: ("keywords", "LIST"),
}
_CREATED: Mapping[str, type[Event]] = {
    "span_annotation": SpanAnnotationCreated,
    "sentence_annotation": SentenceAnnotationCreated,
    "bbox_annotation": BBoxAnnotationCreated,
}
MAY_21 = datetime(1916, 5, 21, 8, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Document:
    id: int
    name: str
    doctype: str = "text"
    tags: tuple[int, ...] = ()
    metadata: Mapping[int, Any] = field(default_factory=dict)
    folder: int = 0


@dataclass(frozen=True)
class Annotation:
    """`memos` are contents by author; a box has no text."""

    id: int
    text: str
    sdoc: int
    code: int = JOY
    user: int = ADA
    memos: Mapping[int, str] = field(default_factory=dict)
    kind: str = "span_annotation"


@dataclass(frozen=True)
class Archive:
    documents: Sequence[Document]
    annotations: Sequence[Annotation]
    codes: Mapping[int, tuple[str, int | None]] = field(
        default_factory=lambda: {JOY: ("joy", None), DELIGHT: ("Delight", JOY), GRIEF: ("grief", None)}
    )
    definitions: Mapping[int, tuple[str, str]] = field(default_factory=lambda: DEFINITIONS)
    shift: int = 0
    """Added to all ids, so that two archives have nothing in common."""

    @property
    def spans(self) -> list[Annotation]:
        return [one for one in self.annotations if one.kind == "span_annotation"]

    def shifted(self, by: int) -> "Archive":
        return replace(self, shift=by)

    def facts(self) -> Iterator[Fact]:
        for id, (name, parent) in self.codes.items():
            code = _made(CodeCreated, name=name, name_key=name_key(name), parent_id=parent and self._(parent))
            yield self._fact("code", id, code)
        for id, name in ((LETTER, "letter"), (DIARY, "diary")):
            yield self._fact("tag", id, _made(TagCreated, name=name, name_key=name, parent_id=None))
        for id, (key, metatype) in self.definitions.items():
            made = _made(ProjectMetadataCreated, key=key, name_key=name_key(key), metatype=metatype, doctype="text")
            yield self._fact("projmeta", id, made)
        for document in self.documents:
            yield from self._document(document)
        for annotation in self.annotations:
            yield from self._annotation(annotation)

    def _document(self, one: Document) -> Iterator[Fact]:
        parent = self._(one.folder) if one.folder else None
        folder = _made(FolderCreated, name=f"{one.id}", name_key=f"{one.id}", parent_id=parent)
        yield self._fact("folder", one.id, folder)
        names = {"filename": f"{one.id}.txt", "name_key": f"{one.id}.txt", "name": one.name}
        uploaded = _made(SourceDocumentUploaded, **names, doctype=one.doctype, folder_id=self._(one.id))
        yield self._fact("sdoc", one.id, uploaded)
        for tag in one.tags:
            linked = TagLinked(sdoc_id=self._(one.id), tag_id=self._(tag))
            yield Fact(f"tag_link-{self._(one.id)}-{self._(tag)}", linked)
        for definition, value in one.metadata.items():
            stored = iso(value) if isinstance(value, datetime) else value
            event = SourceDocumentMetadataSet(
                sdoc_id=self._(one.id),
                projmeta_id=self._(definition),
                metatype=self.definitions[definition][1],
                value=stored,
                was=None,
            )
            yield Fact(f"sdocmeta-{self._(one.id)}-{self._(definition)}", event)

    def _annotation(self, one: Annotation) -> Iterator[Fact]:
        place = {"sdoc_id": self._(one.sdoc), "code_id": self._(one.code), "user_id": one.user}
        words = {"text_sha256": one.text} if one.text else {}
        yield self._fact(one.kind, one.id, _made(_CREATED[one.kind], **place, **words, uuid=UUID(int=one.id)))
        for author, content in one.memos.items():
            attached = {"attached_object_type": one.kind, "attached_object_id": self._(one.id), "user_id": author}
            memo = _made(MemoCreated, content=content, title="", **attached, uuid=UUID(int=one.id))
            yield self._fact("memo", one.id * 10 + author - ADA, memo)

    def _fact(self, area: str, id: int, event: Event) -> Fact:
        return Fact(f"{area}-{self._(id)}", event)

    def _(self, id: int) -> int:
        return id + self.shift


def quote(_: int, passage: Quote) -> str:
    """The hash of a text stands for the words that are marked in it."""
    return passage.text_sha256


def tell(postgres: Postgres, project_id: int, facts: Sequence[Fact], *, by: int = ADA) -> None:
    """Append as one command; the log is begun if there is none."""
    store = EventStore(postgres, RelationalSink(INLINE, quote))
    with postgres.transaction() as connection:
        if store.head(connection, project_id) is None:
            store.begin(connection, project_id)
        versions = store.versions(connection, project_id, [fact.stream_id for fact in facts])
        store.append(connection, Append(project_id, facts, Envelope(by, "test"), versions))


def _made(kind: type[Event], **values: Any) -> Event:
    return kind.model_validate({**example(kind).model_dump(), **values})


LIBRARY = Archive(
    documents=[
        Document(1, "Straße", tags=(LETTER,), metadata={AUTHOR: "Ada", YEAR: 1916, KEYWORDS: ["Hunger", "front"]}),
        Document(2, "strasse 2", tags=(LETTER, DIARY), metadata={AUTHOR: "ADA L.", YEAR: 1916.5, WRITTEN: MAY_21}),
        Document(3, "100% wool", tags=(DIARY,), metadata={PRINTED: True, WRITTEN: datetime(1916, 5, 22, tzinfo=UTC)}),
        Document(4, "a_b", metadata={AUTHOR: "\u00c9mile", PRINTED: False, KEYWORDS: []}),
        Document(5, "E\u0301mile's", metadata={AUTHOR: "E\u0301MILE", YEAR: -3, KEYWORDS: ["STRASSE", "hunger"]}),
        Document(6, "axb", tags=(LETTER,), metadata={YEAR: 1e300, WRITTEN: datetime(1916, 5, 20, 23, 59, tzinfo=UTC)}),
        Document(7, "a picture", doctype="image"),
        Document(8, "another picture", doctype="image", tags=(DIARY,)),
    ],
    annotations=[
        Annotation(1, "lazy afternoon", 1, JOY, ADA, {ADA: "mine", BOB: "100% his"}),
        Annotation(2, "Lazy Afternoon", 1, DELIGHT, BOB, {BOB: "Straße"}),
        Annotation(3, "LAZY", 2, JOY, BOB),
        Annotation(4, "100%", 2, GRIEF, ADA, {BOB: "only his"}),
        Annotation(5, "1000", 3, GRIEF, ADA),
        Annotation(6, "a_b", 3, JOY, EVE),
        Annotation(7, "axb", 4, DELIGHT, ADA, {ADA: ""}),
        Annotation(8, "Stra\u00dfe", 4, JOY, BOB),
        Annotation(9, "STRASSE", 5, JOY, ADA, {ADA: "zz"}),
        Annotation(10, "\u00e9t\u00e9", 5, GRIEF, BOB),
        Annotation(11, "\u039f\u0394\u039f\u03a3", 6, JOY, ADA),
        Annotation(12, "\u03bf\u03b4\u03cc\u03c2", 6, DELIGHT, BOB),
        Annotation(13, "\\ \u1f6a2 '", 6, GRIEF, ADA),
        Annotation(14, "lazy afternoon", 6, JOY, ADA),
        Annotation(15, "Lazy, he said. So?", 1, JOY, ADA, {BOB: "why?"}, kind="sentence_annotation"),
        Annotation(16, "STRASSE und Weg.", 4, GRIEF, BOB, kind="sentence_annotation"),
        Annotation(17, "", 7, JOY, EVE, {ADA: "a Boat", EVE: "a ship"}, kind="bbox_annotation"),
        Annotation(18, "", 8, GRIEF, BOB, {EVE: "calm"}, kind="bbox_annotation"),
        Annotation(19, "", 8, DELIGHT, BOB, kind="bbox_annotation"),
    ],
)
