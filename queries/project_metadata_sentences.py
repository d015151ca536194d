"""The history of metadata definitions in words."""

from events.project_metadata_events import (
    ProjectMetadataCreated,
    ProjectMetadataDeleted,
    ProjectMetadataDescribed,
    ProjectMetadataRenamed,
    ProjectMetadataRetyped,
)
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    ProjectMetadataCreated: tell(
        "defined {key:the metadata}", "defined {n:metadata field}", now="{key}", calls="{key}"
    ),
    ProjectMetadataRenamed: tell(
        "renamed {was:the metadata} to {key}", "renamed {n:metadata field}", was="{was}", now="{key}", calls="{key}"
    ),
    ProjectMetadataRetyped: tell(
        "changed the type of {0:the metadata} from {was:type} to {metatype:type}",
        "changed the types of {n:metadata field}",
        was="{was}",
        now="{metatype}",
    ),
    ProjectMetadataDescribed: tell(
        "described {0:the metadata}", "described {n:metadata field}", was="{was}", now="{description}"
    ),
    ProjectMetadataDeleted: tell(
        "deleted {key:the metadata}",
        "deleted {n:metadata field}",
        was="{key}",
        taken=("{key:the metadata}", "{n:metadata field}"),
    ),
}
