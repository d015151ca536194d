"""Coding passages of a text, re-coding them, moving their boundaries, and removing them."""

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
    check_said,
    text_of,
)
from commands._decider import Asked, Decider
from commands._refusal import NotFound
from commands.span_annotation_dto import SpanAnnotationCreate, SpanAnnotationDelete, SpanAnnotationUpdate
from events._event import Event, Fact
from events.span_annotation_events import (
    SpanAnnotationCreated,
    SpanAnnotationDeleted,
    SpanAnnotationEvent,
    SpanAnnotationMoved,
    SpanAnnotationRecoded,
)

SpanAnnotationCommand = SpanAnnotationCreate | SpanAnnotationUpdate | SpanAnnotationDelete


@dataclass(frozen=True, slots=True)
class SpanAnnotation:
    sdoc_id: int
    code_id: int
    user_id: int
    begin: int
    end: int
    text_version: int


def decide(
    command: SpanAnnotationCommand, span: SpanAnnotation | None, asked: Asked, annotations: AnnotationLookup
) -> Sequence[Event | Fact]:
    if isinstance(command, SpanAnnotationCreate):
        return [_create(command, asked, annotations)]
    if span is None:
        raise NotFound
    check_own(asked, span.user_id)
    match command:
        case SpanAnnotationUpdate():
            return list(_update(command, span, annotations))
        case SpanAnnotationDelete():
            gone = SpanAnnotationDeleted(
                sdoc_id=span.sdoc_id,
                code_id=span.code_id,
                user_id=span.user_id,
                begin=span.begin,
                end=span.end,
                text_version=span.text_version,
            )
            return [*annotations.removals(asked.id), gone]
        case _:
            assert_never(command)


def _create(command: SpanAnnotationCreate, asked: Asked, annotations: AnnotationLookup) -> SpanAnnotationCreated:
    text = text_of(command.sdoc_id, annotations)
    check_code(command.code_id, annotations)
    begin_token, end_token = _place(command.begin, command.end, text, annotations)
    check_said("begin_token", command.begin_token, begin_token)
    check_said("end_token", command.end_token, end_token)
    if command.span_text is not None:
        check_said("span_text", command.span_text, text.quote(command.begin, command.end))
    return SpanAnnotationCreated(
        uuid=annotations.new_uuid(),
        sdoc_id=command.sdoc_id,
        code_id=command.code_id,
        user_id=asked.actor_id,
        begin=command.begin,
        end=command.end,
        begin_token=begin_token,
        end_token=end_token,
        text_version=text.version,
        text_sha256=text.sha256,
        codebook_version_id=annotations.codebook_version_id,
    )


def _update(
    command: SpanAnnotationUpdate, span: SpanAnnotation, annotations: AnnotationLookup
) -> Iterator[SpanAnnotationEvent]:
    code_id = span.code_id if command.code_id is None else command.code_id
    if code_id != span.code_id:
        check_code(code_id, annotations)
        yield SpanAnnotationRecoded(sdoc_id=span.sdoc_id, code_id=code_id, was=span.code_id)
    begin = span.begin if command.begin is None else command.begin
    end = span.end if command.end is None else command.end
    if (begin, end) != (span.begin, span.end):
        text = text_of(span.sdoc_id, annotations)
        begin_token, end_token = _place(begin, end, text, annotations)
        yield SpanAnnotationMoved(
            sdoc_id=span.sdoc_id,
            code_id=code_id,
            begin=begin,
            end=end,
            begin_token=begin_token,
            end_token=end_token,
            text_version=text.version,
            text_sha256=text.sha256,
            was_begin=span.begin,
            was_end=span.end,
            was_text_version=span.text_version,
        )


def _place(begin: int, end: int, text: SourceText, annotations: AnnotationLookup) -> tuple[int, int]:
    """The tokens of a passage. Raises OutsideDocument, TooMuchText."""
    if not begin < end <= text.length:
        raise OutsideDocument(
            f"From {begin:,} to {end:,} is no passage of this document, which has {text.length:,} characters.",
            loc=("body", "end"),
        )
    check_room(begin, end, annotations)
    return text.tokens(begin, end)


def evolve(span: SpanAnnotation | None, event: SpanAnnotationEvent) -> SpanAnnotation | None:
    match event:
        case SpanAnnotationCreated():
            return SpanAnnotation(
                event.sdoc_id, event.code_id, event.user_id, event.begin, event.end, event.text_version
            )
        case SpanAnnotationDeleted():
            return None
    if span is None:
        return None
    match event:
        case SpanAnnotationRecoded(code_id=code_id):
            return replace(span, code_id=code_id)
        case SpanAnnotationMoved(begin=begin, end=end, text_version=text_version):
            return replace(span, begin=begin, end=end, text_version=text_version)
        case _:
            assert_never(event)


decider = Decider(area="span_annotation", initial=None, decide=decide, evolve=evolve)
