"""Retells sentence annotations: one row each, with the words that it marks."""

from collections.abc import Iterator

from events._event import Recorded
from events.sentence_annotation_events import (
    SentenceAnnotationCreated,
    SentenceAnnotationDeleted,
    SentenceAnnotationMoved,
    SentenceAnnotationRecoded,
)
from projections._write import REVISION, Quote, Write, changed, created, deleted
from projections.sentence_annotation_orm import SentenceAnnotationORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case SentenceAnnotationCreated() as sentences:
            yield created(
                SentenceAnnotationORM,
                recorded,
                uuid=sentences.uuid,
                sdoc_id=sentences.sdoc_id,
                code_id=sentences.code_id,
                user_id=sentences.user_id,
                sentence_id_start=sentences.sentence_id_start,
                sentence_id_end=sentences.sentence_id_end,
                begin=sentences.begin,
                end=sentences.end,
                text=Quote(sentences.text_sha256, sentences.begin, sentences.end),
                text_version=sentences.text_version,
                codebook_version_id=sentences.codebook_version_id,
                coded_revision=REVISION,
            )
        case SentenceAnnotationRecoded(code_id=code_id):
            yield changed(SentenceAnnotationORM, recorded, code_id=code_id, coded_revision=REVISION)
        case SentenceAnnotationMoved() as sentences:
            yield changed(
                SentenceAnnotationORM,
                recorded,
                sentence_id_start=sentences.sentence_id_start,
                sentence_id_end=sentences.sentence_id_end,
                begin=sentences.begin,
                end=sentences.end,
                text=Quote(sentences.text_sha256, sentences.begin, sentences.end),
                text_version=sentences.text_version,
            )
        case SentenceAnnotationDeleted():
            yield deleted(SentenceAnnotationORM, recorded)
