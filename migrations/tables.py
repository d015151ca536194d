"""Every table there is, in one metadata."""

import events._tables
import projections._behind_tables
import projections._embedding_table
import projections.bbox_annotation_orm
import projections.code_orm
import projections.codebook_version_orm
import projections.folder_orm
import projections.membership_orm
import projections.memo_orm
import projections.project_metadata_orm
import projections.project_orm
import projections.sentence_annotation_orm
import projections.source_document_metadata_orm
import projections.source_document_orm
import projections.span_annotation_orm
import projections.span_group_orm
import projections.tag_link_orm
import projections.tag_orm
import projections.user_orm
from repos.orm_base import metadata

__all__ = ["metadata"]
