"""The history of span annotations in words."""

from events.span_annotation_events import (
    SpanAnnotationCreated,
    SpanAnnotationDeleted,
    SpanAnnotationMoved,
    SpanAnnotationRecoded,
)
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    SpanAnnotationCreated: tell(
        "marked {quote:passage} as {code_id:code} in {sdoc_id:document}",
        "marked {n:passage} as {code_id:code} in {sdoc_id:document}",
        "marked {n:passage} in {sdoc_id:document}",
        "marked {n:passage} as {code_id:code}",
        "marked {n:passage}",
        now="{code_id:code}",
        calls="{quote:passage}",
    ),
    SpanAnnotationRecoded: tell(
        "re-coded {0:span} from {was:code} to {code_id:code} in {sdoc_id:document}",
        "re-coded {n:span} from {was:code} to {code_id:code}",
        "re-coded {n:span} to {code_id:code}",
        "re-coded {n:span}",
        was="{was:code}",
        now="{code_id:code}",
    ),
    SpanAnnotationMoved: tell(
        "moved the boundaries of a span to {quote:passage} in {sdoc_id:document}",
        "moved the boundaries of {n:span} in {sdoc_id:document}",
        "moved the boundaries of {n:span}",
        was="{was_begin} to {was_end}",
        now="{begin} to {end}",
        calls="{quote:passage}",
    ),
    SpanAnnotationDeleted: tell(
        "deleted the marking of {0:span} as {code_id:code} in {sdoc_id:document}",
        "deleted {n:span} marked as {code_id:code} in {sdoc_id:document}",
        "deleted {n:span} in {sdoc_id:document}",
        "deleted {n:span} marked as {code_id:code}",
        "deleted {n:span}",
        was="{code_id:code}",
        taken=("{n:span}",),
    ),
}
