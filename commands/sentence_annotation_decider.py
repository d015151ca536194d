"""Coding whole sentences of a text, re-coding them, moving their boundaries, and removing them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from commands._annotation import (
    AnnotationLookup,
    OutsideDocument,
    SourceText,
    check_code,
    check_own,
    check_room,
    text_of,
)
from commands._decider import Asked, Decider
from commands._refusal import NotFound
from commands.sentence_annotation_dto import (
    SentenceAnnotationCreate,
    SentenceAnnotationDelete,
    SentenceAnnotationUpdate,
)
from events._event import Event, Fact
from events.sentence_annotation_events import (
    SentenceAnnotationCreated,
    SentenceAnnotationDeleted,
    SentenceAnnotationEvent,
    SentenceAnnotationMoved,
    SentenceAnnotationRecoded,
)

SentenceAnnotationCommand = SentenceAnnotationCreate | SentenceAnnotationUpdate | SentenceAnnotationDelete


@dataclass(frozen=True, slots=True)
class SentenceAnnotation:
    sdoc_id: int
    code_id: int
    user_id: int
    start: int
    end: int
    place: tuple[int, int]
    text_version: int


def decide(
    command: SentenceAnnotationCommand,
    annotation: SentenceAnnotation | None,
    asked: Asked,
    annotations: AnnotationLookup,
) -> Sequence[Event | Fact]:
    if isinstance(command, SentenceAnnotationCreate):
        return [_create(command, asked, annotations)]
    if annotation is None:
        raise NotFound
    check_own(asked, annotation.user_id)
    match command:
        case SentenceAnnotationUpdate():
            return list(_update(command, annotation, annotations))
        case SentenceAnnotationDelete():
            begin, end = annotation.place
            gone = SentenceAnnotationDeleted(
                sdoc_id=annotation.sdoc_id,
                code_id=annotation.code_id,
                user_id=annotation.user_id,
                sentence_id_start=annotation.start,
                sentence_id_end=annotation.end,
                begin=begin,
                end=end,
                text_version=annotation.text_version,
            )
            return [*annotations.removals(asked.id), gone]
        case _:
            assert_never(command)


def _create(
    command: SentenceAnnotationCreate, asked: Asked, annotations: AnnotationLookup
) -> SentenceAnnotationCreated:
    text = text_of(command.sdoc_id, annotations)
    check_code(command.code_id, annotations)
    begin, end = _place(command.sentence_id_start, command.sentence_id_end, text, annotations)
    return SentenceAnnotationCreated(
        uuid=annotations.new_uuid(),
        sdoc_id=command.sdoc_id,
        code_id=command.code_id,
        user_id=asked.actor_id,
        sentence_id_start=command.sentence_id_start,
        sentence_id_end=command.sentence_id_end,
        begin=begin,
        end=end,
        text_version=text.version,
        text_sha256=text.sha256,
        codebook_version_id=annotations.codebook_version_id,
    )


def _update(
    command: SentenceAnnotationUpdate, annotation: SentenceAnnotation, annotations: AnnotationLookup
) -> Iterator[SentenceAnnotationEvent]:
    code_id = annotation.code_id if command.code_id is None else command.code_id
    if code_id != annotation.code_id:
        check_code(code_id, annotations)
        yield SentenceAnnotationRecoded(sdoc_id=annotation.sdoc_id, code_id=code_id, was=annotation.code_id)
    first = annotation.start if command.sentence_id_start is None else command.sentence_id_start
    last = annotation.end if command.sentence_id_end is None else command.sentence_id_end
    if (first, last) != (annotation.start, annotation.end):
        text = text_of(annotation.sdoc_id, annotations)
        begin, end = _place(first, last, text, annotations)
        yield SentenceAnnotationMoved(
            sdoc_id=annotation.sdoc_id,
            code_id=code_id,
            sentence_id_start=first,
            sentence_id_end=last,
            begin=begin,
            end=end,
            text_version=text.version,
            text_sha256=text.sha256,
            was_sentence_id_start=annotation.start,
            was_sentence_id_end=annotation.end,
            was_text_version=annotation.text_version,
        )


def _place(start: int, end: int, text: SourceText, annotations: AnnotationLookup) -> tuple[int, int]:
    """The code points of some sentences. Raises OutsideDocument, TooMuchText."""
    if not start <= end < text.sentence_count:
        raise OutsideDocument(
            f"From sentence {start:,} to {end:,} is no passage of this document, "
            f"which has {text.sentence_count:,} sentences and {text.length:,} characters.",
            loc=("body", "sentence_id_end"),
        )
    begin, end = text.sentences(start, end)
    check_room(begin, end, annotations)
    return begin, end


def evolve(annotation: SentenceAnnotation | None, event: SentenceAnnotationEvent) -> SentenceAnnotation | None:
    match event:
        case SentenceAnnotationCreated():
            return SentenceAnnotation(
                event.sdoc_id,
                event.code_id,
                event.user_id,
                event.sentence_id_start,
                event.sentence_id_end,
                (event.begin, event.end),
                event.text_version,
            )
        case SentenceAnnotationDeleted():
            return None
    if annotation is None:
        return None
    match event:
        case SentenceAnnotationRecoded(code_id=code_id):
            return replace(annotation, code_id=code_id)
        case SentenceAnnotationMoved():
            return replace(
                annotation,
                start=event.sentence_id_start,
                end=event.sentence_id_end,
                place=(event.begin, event.end),
                text_version=event.text_version,
            )
        case _:
            assert_never(event)


decider = Decider(area="sentence_annotation", initial=None, decide=decide, evolve=evolve)
