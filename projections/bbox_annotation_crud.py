"""Reading bbox annotations."""

from projections.annotation_crud import CRUDAnnotation
from projections.bbox_annotation_orm import BBoxAnnotationORM


class CRUDBBoxAnnotation(CRUDAnnotation[BBoxAnnotationORM]):
    pass


crud_bbox_annotation = CRUDBBoxAnnotation(BBoxAnnotationORM)
