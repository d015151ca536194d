"""The history of span groups in words."""

from events.span_group_events import SpanGroupCreated, SpanGroupDeleted, SpanGrouped, SpanGroupRenamed, SpanUngrouped
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    SpanGroupCreated: tell(
        "made {name:the span group} in {sdoc_id:document}",
        "made {n:span group} in {sdoc_id:document}",
        "made {n:span group}",
        now="{name}",
        calls="{name}",
    ),
    SpanGroupRenamed: tell(
        "renamed {was:the span group} to {name}", "renamed {n:span group}", was="{was}", now="{name}", calls="{name}"
    ),
    SpanGroupDeleted: tell(
        "deleted {name:the span group} in {sdoc_id:document}",
        "deleted {n:span group} in {sdoc_id:document}",
        "deleted {n:span group}",
        was="{name}",
        taken=("{name:the span group}", "{n:span group}"),
    ),
    SpanGrouped: tell(
        "put {1:span} into {0:the span group} in {sdoc_id:document}",
        "put {n:span} into {0:the span group}",
        "put {n:span} into groups",
        now="{0:span group}",
    ),
    SpanUngrouped: tell(
        "took {1:span} out of {0:the span group} in {sdoc_id:document}",
        "took {n:span} out of {0:the span group}",
        "took {n:span} out of groups",
        was="{0:span group}",
        taken=("a place in {0:the span group}", "{n:place} in span groups"),
    ),
}
