"""The content of a document: its text, cut into sentences and tokens."""

from typing import Any

from projections._crud import Record
from repos.blob_repo import BlobRepo


def content(blobs: BlobRepo, document: Record) -> dict[str, Any]:
    """All but `repo_url` of a SourceDocumentDataRead; empty as long as there is no text."""
    project_id = document["project_id"]
    data: dict[str, Any] = {
        "id": document["id"],
        "project_id": project_id,
        "text_version": document["text_version"],
        "html": "",
        "text": "",
        "tokens": [],
        "token_character_offsets": [],
        "sentences": [],
        "sentence_character_offsets": [],
        "word_level_transcriptions": None,
    }
    if document["text_sha256"] is None:
        return data
    text = blobs.read_text(project_id, document["text_sha256"])
    data["text"] = text
    data["html"] = blobs.read_text_once(project_id, document["html_sha256"])
    for name, offsets_name in (("token", "tokens_sha256"), ("sentence", "sentences_sha256")):
        offsets = blobs.read_offsets(project_id, document[offsets_name]).tolist()
        pairs = list(zip(offsets[::2], offsets[1::2], strict=True))
        data[f"{name}s"] = [text[begin:end] for begin, end in pairs]
        data[f"{name}_character_offsets"] = pairs
    return data
