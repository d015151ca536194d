"""Reading sentence annotations."""

from projections.annotation_crud import CRUDAnnotation
from projections.sentence_annotation_orm import SentenceAnnotationORM


class CRUDSentenceAnnotation(CRUDAnnotation[SentenceAnnotationORM]):
    pass


crud_sentence_annotation = CRUDSentenceAnnotation(SentenceAnnotationORM)
