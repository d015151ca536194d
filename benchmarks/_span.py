"""One span annotation, as the product records it."""

from uuid import UUID

from events.span_annotation_events import SpanAnnotationCreated


def span_created(sdoc_id: int, code_id: int, text_sha256: str, place: int = 0) -> SpanAnnotationCreated:
    return SpanAnnotationCreated(
        uuid=UUID(int=place + 1),
        sdoc_id=sdoc_id,
        code_id=code_id,
        user_id=10_000,
        begin=place * 5 % 20_000,
        end=place * 5 % 20_000 + 14,
        begin_token=place % 4_000,
        end_token=place % 4_000 + 3,
        text_version=1,
        text_sha256=text_sha256,
        codebook_version_id=None,
    )
