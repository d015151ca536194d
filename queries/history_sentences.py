"""How every fact there is is told: `TELLINGS` joins the tables of all areas."""

from queries import (
    bbox_annotation_sentences,
    code_sentences,
    codebook_version_sentences,
    folder_sentences,
    membership_sentences,
    memo_sentences,
    project_metadata_sentences,
    project_sentences,
    sentence_annotation_sentences,
    source_document_metadata_sentences,
    source_document_sentences,
    span_annotation_sentences,
    span_group_sentences,
    tag_link_sentences,
    tag_sentences,
    user_sentences,
)
from queries._telling import Tellings

TELLINGS: Tellings = {
    **project_sentences.TELLINGS,
    **membership_sentences.TELLINGS,
    **code_sentences.TELLINGS,
    **codebook_version_sentences.TELLINGS,
    **folder_sentences.TELLINGS,
    **source_document_sentences.TELLINGS,
    **project_metadata_sentences.TELLINGS,
    **source_document_metadata_sentences.TELLINGS,
    **tag_sentences.TELLINGS,
    **tag_link_sentences.TELLINGS,
    **span_annotation_sentences.TELLINGS,
    **sentence_annotation_sentences.TELLINGS,
    **bbox_annotation_sentences.TELLINGS,
    **span_group_sentences.TELLINGS,
    **memo_sentences.TELLINGS,
    **user_sentences.TELLINGS,
}
