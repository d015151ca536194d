"""Coding boxes of an image, re-coding them, moving their sides, and removing them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, assert_never

from commands._annotation import (
    AnnotationLookup,
    OutsideDocument,
    SourceImage,
    check_code,
    check_own,
    image_of,
)
from commands._decider import Asked, Decider
from commands._refusal import NotFound
from commands.bbox_annotation_dto import BBoxAnnotationCreate, BBoxAnnotationDelete, BBoxAnnotationUpdate
from events._event import Event, Fact
from events.bbox_annotation_events import (
    BBoxAnnotationCreated,
    BBoxAnnotationDeleted,
    BBoxAnnotationEvent,
    BBoxAnnotationMoved,
    BBoxAnnotationRecoded,
)

BBoxAnnotationCommand = BBoxAnnotationCreate | BBoxAnnotationUpdate | BBoxAnnotationDelete


class Box(NamedTuple):
    """`[x_min, x_max)` by `[y_min, y_max)`, in pixels."""

    x_min: int
    x_max: int
    y_min: int
    y_max: int


@dataclass(frozen=True, slots=True)
class BBoxAnnotation:
    sdoc_id: int
    code_id: int
    user_id: int
    box: Box


def decide(
    command: BBoxAnnotationCommand, bbox: BBoxAnnotation | None, asked: Asked, annotations: AnnotationLookup
) -> Sequence[Event | Fact]:
    if isinstance(command, BBoxAnnotationCreate):
        return [_create(command, asked, annotations)]
    if bbox is None:
        raise NotFound
    check_own(asked, bbox.user_id)
    match command:
        case BBoxAnnotationUpdate():
            return list(_update(command, bbox, annotations))
        case BBoxAnnotationDelete():
            gone = BBoxAnnotationDeleted(
                sdoc_id=bbox.sdoc_id, code_id=bbox.code_id, user_id=bbox.user_id, **bbox.box._asdict()
            )
            return [*annotations.removals(asked.id), gone]
        case _:
            assert_never(command)


def _create(command: BBoxAnnotationCreate, asked: Asked, annotations: AnnotationLookup) -> BBoxAnnotationCreated:
    image = image_of(command.sdoc_id, annotations)
    check_code(command.code_id, annotations)
    box = Box(command.x_min, command.x_max, command.y_min, command.y_max)
    _check_inside(box, image, Box._fields)
    return BBoxAnnotationCreated(
        uuid=annotations.new_uuid(),
        sdoc_id=command.sdoc_id,
        code_id=command.code_id,
        user_id=asked.actor_id,
        **box._asdict(),
        codebook_version_id=annotations.codebook_version_id,
    )


def _update(
    command: BBoxAnnotationUpdate, bbox: BBoxAnnotation, annotations: AnnotationLookup
) -> Iterator[BBoxAnnotationEvent]:
    code_id = bbox.code_id if command.code_id is None else command.code_id
    if code_id != bbox.code_id:
        check_code(code_id, annotations)
        yield BBoxAnnotationRecoded(sdoc_id=bbox.sdoc_id, code_id=code_id, was=bbox.code_id)
    sides = {side: value for side in Box._fields if (value := getattr(command, side)) is not None}
    box = bbox.box._replace(**sides)
    if box != bbox.box:
        _check_inside(box, image_of(bbox.sdoc_id, annotations), sides)
        yield BBoxAnnotationMoved(
            sdoc_id=bbox.sdoc_id,
            code_id=code_id,
            **box._asdict(),
            **{f"was_{side}": value for side, value in bbox.box._asdict().items()},
        )


def _check_inside(box: Box, image: SourceImage, sent: Collection[str]) -> None:
    """Raises OutsideDocument, which names a side that was sent, if one of this axis was."""
    for axis, first, after, size in (
        ("x", box.x_min, box.x_max, image.width),
        ("y", box.y_min, box.y_max, image.height),
    ):
        if not first < after <= size:
            side = "min" if f"{axis}_min" in sent and f"{axis}_max" not in sent else "max"
            raise OutsideDocument(
                f"From {first:,} to {after:,} in {axis} is no box of this image, "
                f"which is {image.width:,} pixels wide and {image.height:,} high.",
                loc=("body", f"{axis}_{side}"),
            )


def evolve(bbox: BBoxAnnotation | None, event: BBoxAnnotationEvent) -> BBoxAnnotation | None:
    match event:
        case BBoxAnnotationCreated():
            return BBoxAnnotation(event.sdoc_id, event.code_id, event.user_id, _box(event))
        case BBoxAnnotationDeleted():
            return None
    if bbox is None:
        return None
    match event:
        case BBoxAnnotationRecoded(code_id=code_id):
            return replace(bbox, code_id=code_id)
        case BBoxAnnotationMoved():
            return replace(bbox, box=_box(event))
        case _:
            assert_never(event)


def _box(event: BBoxAnnotationCreated | BBoxAnnotationMoved) -> Box:
    return Box(event.x_min, event.x_max, event.y_min, event.y_max)


decider = Decider(area="bbox_annotation", initial=None, decide=decide, evolve=evolve)
