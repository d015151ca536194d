"""Reading sentence annotations."""

from projections.annotation_crud import CRUDTextAnnotation
from projections.sentence_annotation_orm import SentenceAnnotationORM


class CRUDSentenceAnnotation(CRUDTextAnnotation[SentenceAnnotationORM]):
    pass


crud_sentence_annotation = CRUDSentenceAnnotation(SentenceAnnotationORM)
