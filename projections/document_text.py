"""The texts of documents, to be searched by name and content."""

from projections import INLINE
from projections._behind import Entry
from projections._model import Backend, Model
from projections._text_model import TextModel, Texts
from repos.blob_repo import BlobRepo

DOCUMENT_TEXT = Model(
    "document_text",
    {"sdoc": INLINE["sdoc"]},
    backends=(Backend.POSTGRES, Backend.ELASTICSEARCH),
    scope="documents",
)

FIELDS = ("name", "content")
KEPT = {"folder_id": int, "doctype": str, "language": str, "text_sha256": str}


def document_text(blobs: BlobRepo) -> TextModel:
    """What is held of a document; one that has not been processed is found by its name."""

    def texts(entry: Entry) -> Texts:
        sha256 = entry.values["text_sha256"]
        content = blobs.read_text_once(entry.project_id, sha256) if sha256 else ""
        return {"name": entry.values["name"], "content": content}

    return TextModel(FIELDS, texts, KEPT, "language")
