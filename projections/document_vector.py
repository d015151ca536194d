"""The vectors of whole documents, to find those that are about the same."""

from projections import INLINE
from projections._model import Backend, Model
from projections._vector_model import Parts, whole

DOCUMENT_VECTOR = Model(
    "document_vector",
    {"sdoc": INLINE["sdoc"]},
    backends=(Backend.POSTGRES, Backend.WEAVIATE),
    scope="documents",
)

document_parts: Parts = whole
