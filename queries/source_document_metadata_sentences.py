"""The history of metadata values in words."""

from events.source_document_metadata_events import SourceDocumentMetadataCleared, SourceDocumentMetadataSet
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    SourceDocumentMetadataSet: tell(
        "set {projmeta_id:the metadata} of {sdoc_id:document} to {value}",
        "set {projmeta_id:the metadata} of {n:document}",
        "set {n:metadata value} of {sdoc_id:document}",
        "set {n:metadata value}",
        was="{was}",
        now="{value}",
    ),
    SourceDocumentMetadataCleared: tell(
        "cleared {projmeta_id:the metadata} of {sdoc_id:document}",
        "cleared {projmeta_id:the metadata} of {n:document}",
        "cleared {n:metadata value} of {sdoc_id:document}",
        "cleared {n:metadata value}",
        was="{was}",
        taken=("{n:metadata value}",),
    ),
}
