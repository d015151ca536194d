"""Retells source documents: one row each."""

from collections.abc import Iterator

from events._event import Recorded
from events.source_document_events import (
    SourceDocumentDeleted,
    SourceDocumentImageMeasured,
    SourceDocumentMoved,
    SourceDocumentProcessingFailed,
    SourceDocumentRenamed,
    SourceDocumentTextExtracted,
    SourceDocumentUploaded,
)
from projections._write import Write, changed, created, deleted
from projections.source_document_orm import SourceDocumentORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case SourceDocumentUploaded() as document:
            yield created(
                SourceDocumentORM,
                recorded,
                filename=document.filename,
                name_key=document.name_key,
                name=document.name,
                doctype=document.doctype,
                folder_id=document.folder_id,
                status="uploaded",
                media_type=document.media_type,
                source_sha256=document.source_sha256,
                source_length=document.source_length,
                text_version=0,
            )
        case SourceDocumentTextExtracted() as text:
            yield changed(
                SourceDocumentORM,
                recorded,
                status="done",
                failed_step=None,
                error=None,
                text_version=text.text_version,
                text_sha256=text.text_sha256,
                text_length=text.text_length,
                html_sha256=text.html_sha256,
                sentences_sha256=text.sentences_sha256,
                sentence_count=text.sentence_count,
                tokens_sha256=text.tokens_sha256,
                token_count=text.token_count,
                language=text.language,
            )
        case SourceDocumentImageMeasured() as image:
            yield changed(
                SourceDocumentORM,
                recorded,
                status="done",
                failed_step=None,
                error=None,
                image_width=image.width,
                image_height=image.height,
            )
        case SourceDocumentProcessingFailed(step=step, error=error):
            yield changed(SourceDocumentORM, recorded, status="failed", failed_step=step, error=error)
        case SourceDocumentRenamed(name=name):
            yield changed(SourceDocumentORM, recorded, name=name)
        case SourceDocumentMoved(folder_id=folder_id):
            yield changed(SourceDocumentORM, recorded, folder_id=folder_id)
        case SourceDocumentDeleted():
            yield deleted(SourceDocumentORM, recorded)
