"""Retells span annotations: one row each, with the words that it marks."""

from collections.abc import Iterator

from events._event import Recorded
from events.span_annotation_events import (
    SpanAnnotationCreated,
    SpanAnnotationDeleted,
    SpanAnnotationMoved,
    SpanAnnotationRecoded,
)
from projections._write import REVISION, Quote, Write, changed, created, deleted
from projections.span_annotation_orm import SpanAnnotationORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case SpanAnnotationCreated() as span:
            yield created(
                SpanAnnotationORM,
                recorded,
                uuid=span.uuid,
                sdoc_id=span.sdoc_id,
                code_id=span.code_id,
                user_id=span.user_id,
                begin=span.begin,
                end=span.end,
                begin_token=span.begin_token,
                end_token=span.end_token,
                text=Quote(span.text_sha256, span.begin, span.end),
                text_version=span.text_version,
                codebook_version_id=span.codebook_version_id,
                coded_revision=REVISION,
            )
        case SpanAnnotationRecoded(code_id=code_id):
            yield changed(SpanAnnotationORM, recorded, code_id=code_id, coded_revision=REVISION)
        case SpanAnnotationMoved() as span:
            yield changed(
                SpanAnnotationORM,
                recorded,
                begin=span.begin,
                end=span.end,
                begin_token=span.begin_token,
                end_token=span.end_token,
                text=Quote(span.text_sha256, span.begin, span.end),
                text_version=span.text_version,
            )
        case SpanAnnotationDeleted():
            yield deleted(SpanAnnotationORM, recorded)
