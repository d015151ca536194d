"""Reading bbox annotations."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Select, false, func, or_

from projections.annotation_crud import CRUDAnnotation
from projections.bbox_annotation_orm import BBoxAnnotationORM
from projections.source_document_orm import SourceDocumentORM


class CRUDBBoxAnnotation(CRUDAnnotation[BBoxAnnotationORM]):
    """Orphaned is a box that is not inside its image any more, because that was measured anew."""

    derived: ClassVar[Mapping[str, Any]] = {**CRUDAnnotation.derived, "is_orphaned": False}

    ### OTHER OPERATIONS ###
    def readable(self) -> Select[Any]:
        bbox, image = self.table.c, SourceDocumentORM
        outside = func.coalesce(or_(bbox.x_max > image.image_width, bbox.y_max > image.image_height), false())
        return super().readable().join(image, image.id == bbox.sdoc_id).add_columns(outside.label("is_orphaned"))


crud_bbox_annotation = CRUDBBoxAnnotation(BBoxAnnotationORM)
