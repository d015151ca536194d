"""What readers see, retold from the log: `INLINE` names the projector of every area that has inline tables."""

from projections._write import Projectors
from projections.bbox_annotation_projector import project as bbox_annotation
from projections.code_projector import project as code
from projections.codebook_version_projector import project as codebook_version
from projections.folder_projector import project as folder
from projections.membership_projector import project as membership
from projections.memo_projector import project as memo
from projections.project_metadata_projector import project as project_metadata
from projections.project_projector import project as project
from projections.sentence_annotation_projector import project as sentence_annotation
from projections.source_document_metadata_projector import project as source_document_metadata
from projections.source_document_projector import project as source_document
from projections.span_annotation_projector import project as span_annotation
from projections.span_group_projector import project as span_group
from projections.tag_link_projector import project as tag_link
from projections.tag_projector import project as tag

INLINE: Projectors = {
    "project": project,
    "member": membership,
    "code": code,
    "codebook_version": codebook_version,
    "tag": tag,
    "projmeta": project_metadata,
    "folder": folder,
    "sdoc": source_document,
    "tag_link": tag_link,
    "sdocmeta": source_document_metadata,
    "span_annotation": span_annotation,
    "span_group": span_group,
    "span_group_link": span_group,
    "sentence_annotation": sentence_annotation,
    "bbox_annotation": bbox_annotation,
    "memo": memo,
}
