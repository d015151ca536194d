"""Source documents as they are retold."""

from pathlib import Path

import pytest
from psycopg.errors import UniqueViolation

from events._event import Fact
from events.code_events import CodeCreated
from events.project_events import ProjectCreated
from events.sentence_annotation_events import SentenceAnnotationCreated, SentenceAnnotationMoved
from events.source_document_events import (
    SourceDocumentDeleted,
    SourceDocumentImageMeasured,
    SourceDocumentMoved,
    SourceDocumentProcessingFailed,
    SourceDocumentRenamed,
    SourceDocumentTextExtracted,
)
from events.span_annotation_events import SpanAnnotationCreated, SpanAnnotationMoved
from projections._forgetting import forget
from projections.code_orm import CodeORM
from projections.folder_orm import FolderORM
from projections.processing_lookup import Processed
from projections.source_document_crud import crud_source_document
from projections.source_document_lookup import SourceDocumentLookupTables
from projections.source_document_orm import SourceDocumentORM
from repos.blob_offsets import encode_offsets
from repos.blob_repo import BlobRepo
from systems.text_system import process
from tests.commands.test_source_document import uploaded
from tests.projections.log import ADA, PROJECT, Log
from tests.projections.test_folder import created as folder

text = SourceDocumentTextExtracted(
    text_version=1,
    text_sha256="a" * 64,
    text_length=9,
    html_sha256="b" * 64,
    sentences_sha256="c" * 64,
    sentence_count=2,
    tokens_sha256="d" * 64,
    token_count=3,
    producer="v1",
)


@pytest.fixture
def documents(log: Log) -> Log:
    """Two documents in folders of their own, and a folder beside."""
    log.record(
        Fact("project-1", ProjectCreated(title="Letters", description="")),
        *(Fact(f"folder-{id}", folder(f"f{id}", None, "sdoc_folder")) for id in (1, 2, 3)),
        Fact("sdoc-1", uploaded("a.txt", 1)),
        Fact("sdoc-2", uploaded("b.txt", 2)),
    )
    return log


def test_a_document_changes_and_the_other_stays(documents: Log) -> None:
    before, other = documents.rows(SourceDocumentORM)
    assert (before["status"], before["text_version"], before["text_sha256"]) == ("uploaded", 0, None)
    documents.record(Fact("sdoc-1", SourceDocumentProcessingFailed(step="text_extraction", error="No text.")))
    failed = documents.rows(SourceDocumentORM)[0]
    assert (failed["status"], failed["failed_step"], failed["error"]) == ("failed", "text_extraction", "No text.")
    documents.record(Fact("sdoc-1", text))
    documents.record(Fact("sdoc-1", SourceDocumentRenamed(name="To Bob", was="a.txt")))
    documents.record(Fact("sdoc-1", SourceDocumentMoved(folder_id=3, was=1)))
    documents.again()
    after, untouched = documents.rows(SourceDocumentORM)
    assert untouched == other
    assert (after["status"], after["failed_step"], after["error"], after["version"]) == ("done", None, None, 5)
    assert (after["name"], after["filename"], after["folder_id"]) == ("To Bob", "a.txt", 3)
    said = text.model_dump(exclude={"type", "producer"})
    assert {name: after[name] for name in said} == said


def test_an_image_is_done_once_it_is_measured_and_the_other_stays(documents: Log) -> None:
    other = documents.rows(SourceDocumentORM)[1]
    assert (other["image_width"], other["image_height"]) == (None, None)
    failure = SourceDocumentProcessingFailed(step="image_metadata_extraction", error="No image.")
    documents.record(Fact("sdoc-1", failure))
    documents.record(Fact("sdoc-1", SourceDocumentImageMeasured(width=640, height=480, producer="v1")))
    documents.again()
    after, untouched = documents.rows(SourceDocumentORM)
    assert untouched == other
    assert (after["image_width"], after["image_height"], after["version"]) == (640, 480, 3)
    assert (after["status"], after["failed_step"], after["error"]) == ("done", None, None)
    assert (after["text_version"], after["text_sha256"]) == (0, None)
    documents.record(Fact("sdoc-1", failure))
    failed = documents.rows(SourceDocumentORM)[0]
    assert (failed["status"], failed["image_width"], failed["image_height"]) == ("failed", 640, 480)


def test_a_deleted_document_is_gone_and_its_name_free(documents: Log) -> None:
    with pytest.raises(UniqueViolation):
        documents.record(Fact("sdoc-3", uploaded("A.txt", 3)))
    documents.record(Fact("sdoc-1", SourceDocumentDeleted(filename="a.txt", name="a.txt")))
    documents.again()
    assert [row["id"] for row in documents.rows(SourceDocumentORM)] == [2]
    documents.record(Fact("sdoc-3", uploaded("A.txt", 3)))


def test_what_the_rules_ask_is_answered(documents: Log) -> None:
    documents.record(Fact("sdoc-3", uploaded("c.txt", 2)))
    with documents.postgres.connection() as connection:
        known = SourceDocumentLookupTables(connection, PROJECT)
        assert known.filenames_taken({"a.txt", "b.txt", "x.txt"}) == {"a.txt", "b.txt"}
        assert known.folder_names_taken(None, {"f1", "x"}) == {"f1"}
        assert known.folder_names_taken(1, {"f1", "x"}) == set()
        assert (known.left_empty(1), known.left_empty(2), known.left_empty(3)) == ("f1", None, None)
        assert SourceDocumentLookupTables(connection, PROJECT + 1).filenames_taken({"a.txt"}) == set()
    with documents.postgres.session() as db:
        assert [one["id"] for one in crud_source_document.read_sources(db, PROJECT, [3, 1, 9])] == [1, 3]


def test_annotations_are_carried_over_to_another_text(documents: Log, tmp_path: Path) -> None:
    blobs = BlobRepo(tmp_path)

    def version(number: int, words: str) -> SourceDocumentTextExtracted:
        made = process("a.txt", words.encode())
        stored = {
            "text_sha256": made.text.encode(),
            "tokens_sha256": encode_offsets(made.tokens),
            "sentences_sha256": encode_offsets(made.sentences),
        }
        hashes = {name: blobs.write(PROJECT, data).sha256 for name, data in stored.items()}
        return text.model_copy(update={"text_version": number, **hashes})

    one = version(1, "The sea was calm. Nobody spoke.")
    two = version(2, "Then the sea was calm. So they say. Somebody spoke.")
    code = CodeCreated(
        name="c", name_key="c", color="#000000", description="", parent_id=None, enabled=True, is_system=False
    )
    shared = {"sdoc_id": 1, "code_id": 1, "user_id": ADA, "text_version": 1, "codebook_version_id": None}
    place = {"text_sha256": one.text_sha256, "uuid": "0198c0de-0000-7000-8000-000000000000"}

    def span(begin: int, end: int) -> SpanAnnotationCreated:
        made = {**shared, **place, "begin": begin, "end": end, "begin_token": 0, "end_token": 1}
        return SpanAnnotationCreated.model_validate(made)

    def sentence(number: int, begin: int, end: int) -> SentenceAnnotationCreated:
        made = {**shared, **place, "begin": begin, "end": end}
        return SentenceAnnotationCreated.model_validate(
            {**made, "sentence_id_start": number, "sentence_id_end": number}
        )

    facts = {
        "code-1": code,
        "span_annotation-1": span(4, 7),
        "span_annotation-2": span(18, 24),
        "sentence_annotation-1": sentence(0, 4, 17),
        "sentence_annotation-2": sentence(1, 18, 31),
    }
    documents.record(*(Fact(stream, event) for stream, event in facts.items()))
    with documents.postgres.connection() as connection:
        carried = Processed(blobs)(connection, PROJECT).carried_over(1, one, two)
    moved = {fact.stream_id: fact.event for fact in carried}
    assert set(moved) == {"span_annotation-1", "sentence_annotation-1"}
    now = moved["span_annotation-1"]
    assert isinstance(now, SpanAnnotationMoved)
    assert (now.begin, now.end, now.begin_token, now.end_token) == (9, 12, 2, 3)
    assert (now.text_version, now.was_text_version, now.text_sha256) == (2, 1, two.text_sha256)
    where = moved["sentence_annotation-1"]
    assert isinstance(where, SentenceAnnotationMoved)
    assert (where.sentence_id_start, where.sentence_id_end, where.begin, where.end) == (0, 0, 0, 22)


def test_an_ended_project_is_forgotten_in_batches(documents: Log) -> None:
    code = CodeCreated(
        name="c", name_key="c", color="#000000", description="", parent_id=None, enabled=True, is_system=False
    )
    child = code.model_copy(update={"name": "d", "name_key": "d", "parent_id": 2})
    documents.record(Fact("code-2", code), Fact("code-1", child))
    with documents.postgres.connection() as connection:
        assert forget(connection, PROJECT + 1, lambda: False)
        assert len(documents.rows(SourceDocumentORM)) == 2
        assert not forget(connection, PROJECT, lambda: True, batch=1)
        assert forget(connection, PROJECT, lambda: False, batch=1)
    assert [documents.rows(table) for table in (SourceDocumentORM, FolderORM, CodeORM)] == [[], [], []]
