"""The history of bbox annotations in words."""

from events.bbox_annotation_events import (
    BBoxAnnotationCreated,
    BBoxAnnotationDeleted,
    BBoxAnnotationMoved,
    BBoxAnnotationRecoded,
)
from queries._telling import Tellings, tell

_PLACE = "{x_min} to {x_max} by {y_min} to {y_max}"

TELLINGS: Tellings = {
    BBoxAnnotationCreated: tell(
        "marked a box as {code_id:code} in {sdoc_id:document}",
        "marked {n:box} as {code_id:code} in {sdoc_id:document}",
        "marked {n:box} in {sdoc_id:document}",
        "marked {n:box} as {code_id:code}",
        "marked {n:box}",
        now="{code_id:code}",
        calls=f"at {_PLACE}",
    ),
    BBoxAnnotationRecoded: tell(
        "re-coded {0:the box} from {was:code} to {code_id:code} in {sdoc_id:document}",
        "re-coded {n:box} from {was:code} to {code_id:code}",
        "re-coded {n:box} to {code_id:code}",
        "re-coded {n:box}",
        was="{was:code}",
        now="{code_id:code}",
    ),
    BBoxAnnotationMoved: tell(
        "moved the sides of a box in {sdoc_id:document}",
        "moved the sides of {n:box} in {sdoc_id:document}",
        "moved the sides of {n:box}",
        was="{was_x_min} to {was_x_max} by {was_y_min} to {was_y_max}",
        now=_PLACE,
        calls=f"at {_PLACE}",
    ),
    BBoxAnnotationDeleted: tell(
        "deleted the marking of {0:the box} as {code_id:code} in {sdoc_id:document}",
        "deleted {n:box} marked as {code_id:code} in {sdoc_id:document}",
        "deleted {n:box} in {sdoc_id:document}",
        "deleted {n:box} marked as {code_id:code}",
        "deleted {n:box}",
        was="{code_id:code}",
        taken=("{n:box}",),
    ),
}
