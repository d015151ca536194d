"""The texts of memos, to be searched by title and content."""

from unicodedata import normalize

from projections import INLINE
from projections._behind import Entry
from projections._model import Backend, Model
from projections._text_model import TextModel, Texts

MEMO_TEXT = Model(
    "memo_text", {"memo": INLINE["memo"]}, backends=(Backend.POSTGRES, Backend.ELASTICSEARCH), scope="memos"
)

FIELDS = ("title", "content")
KEPT = {"attached_object_type": str, "attached_object_id": int, "user_id": int, "starred": bool}


def _texts(entry: Entry) -> Texts:
    # As the texts of documents are kept.
    return {field: normalize("NFC", entry.values[field]) for field in FIELDS}


memo_text = TextModel(FIELDS, _texts, KEPT)
"""What is held of a memo, which may be in any language."""
