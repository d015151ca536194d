"""Everything that can happen: `AnyEvent` is the whole vocabulary, and its JSON Schema the contract."""

from typing import Annotated, get_args

from pydantic import Field, TypeAdapter

from events._event import Event
from events.bbox_annotation_events import BBoxAnnotationEvent
from events.code_events import CodeEvent
from events.codebook_version_events import CodebookVersionEvent
from events.folder_events import FolderEvent
from events.membership_events import MembershipEvent
from events.memo_events import MemoEvent
from events.project_events import ProjectEvent
from events.project_metadata_events import ProjectMetadataEvent
from events.sentence_annotation_events import SentenceAnnotationEvent
from events.source_document_events import SourceDocumentEvent
from events.source_document_metadata_events import SourceDocumentMetadataEvent
from events.span_annotation_events import SpanAnnotationEvent
from events.span_group_events import SpanGroupEvent, SpanGroupLinkEvent
from events.tag_events import TagEvent
from events.tag_link_events import TagLinkEvent
from events.user_events import UserEvent

AnyEvent = Annotated[
    BBoxAnnotationEvent
    | CodeEvent
    | CodebookVersionEvent
    | FolderEvent
    | MembershipEvent
    | MemoEvent
    | ProjectEvent
    | ProjectMetadataEvent
    | SentenceAnnotationEvent
    | SourceDocumentEvent
    | SourceDocumentMetadataEvent
    | SpanAnnotationEvent
    | SpanGroupEvent
    | SpanGroupLinkEvent
    | TagEvent
    | TagLinkEvent
    | UserEvent,
    Field(discriminator="type"),
]

EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)

REGISTRY: dict[str, type[Event]] = {kind.model_fields["type"].default: kind for kind in get_args(get_args(AnyEvent)[0])}
