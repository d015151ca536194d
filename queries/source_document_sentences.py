"""The history of source documents in words."""

from events.folder_events import FolderCreated, FolderDeleted
from events.source_document_events import (
    SourceDocumentDeleted,
    SourceDocumentImageMeasured,
    SourceDocumentMoved,
    SourceDocumentProcessingFailed,
    SourceDocumentRenamed,
    SourceDocumentTextExtracted,
    SourceDocumentUploaded,
)
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    SourceDocumentUploaded: tell(
        "uploaded {name:document}",
        "uploaded {name:document} and {others:other document}",
        now="{name}",
        calls="{name}",
        leads=True,
        silences=(FolderCreated,),
    ),
    SourceDocumentTextExtracted: tell(
        "read the text of {0:document}", "read the texts of {n:document}", now="text version {text_version}"
    ),
    SourceDocumentImageMeasured: tell(
        "measured {0:document}", "measured {n:document}", now="{width} by {height} pixels"
    ),
    SourceDocumentProcessingFailed: tell(
        "could not read {0:document} ({error})", "could not read {n:document}", now="{error}"
    ),
    SourceDocumentRenamed: tell(
        "renamed {was:the document} to {name}", "renamed {n:document}", was="{was}", now="{name}", calls="{name}"
    ),
    SourceDocumentMoved: tell(
        "moved {0:the document} {folder_id:into folder}",
        "moved {n:document} {folder_id:into folder}",
        "moved {n:document}",
        was="{was:folder}",
        now="{folder_id:folder}",
    ),
    SourceDocumentDeleted: tell(
        "deleted {name:the document}",
        "deleted {name:the document} and {others:other document}",
        was="{name}",
        taken=("{name:the document}", "{n:document}"),
        before=FolderDeleted,
    ),
}
