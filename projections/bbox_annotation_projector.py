"""Retells bbox annotations: one row each."""

from collections.abc import Iterator

from events._event import Recorded
from events.bbox_annotation_events import (
    BBoxAnnotationCreated,
    BBoxAnnotationDeleted,
    BBoxAnnotationMoved,
    BBoxAnnotationRecoded,
)
from projections._write import REVISION, Write, changed, created, deleted
from projections.bbox_annotation_orm import BBoxAnnotationORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case BBoxAnnotationCreated() as bbox:
            yield created(
                BBoxAnnotationORM,
                recorded,
                uuid=bbox.uuid,
                sdoc_id=bbox.sdoc_id,
                code_id=bbox.code_id,
                user_id=bbox.user_id,
                x_min=bbox.x_min,
                x_max=bbox.x_max,
                y_min=bbox.y_min,
                y_max=bbox.y_max,
                codebook_version_id=bbox.codebook_version_id,
                coded_revision=REVISION,
            )
        case BBoxAnnotationRecoded(code_id=code_id):
            yield changed(BBoxAnnotationORM, recorded, code_id=code_id, coded_revision=REVISION)
        case BBoxAnnotationMoved() as bbox:
            yield changed(
                BBoxAnnotationORM,
                recorded,
                x_min=bbox.x_min,
                x_max=bbox.x_max,
                y_min=bbox.y_min,
                y_max=bbox.y_max,
            )
        case BBoxAnnotationDeleted():
            yield deleted(BBoxAnnotationORM, recorded)
