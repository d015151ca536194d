"""The vectors of sentences, to find those that mean alike."""

from projections import INLINE
from projections._model import Backend, Model
from projections._vector_model import Parts, each

SENTENCE_VECTOR = Model(
    "sentence_vector",
    {"sdoc": INLINE["sdoc"]},
    backends=(Backend.POSTGRES, Backend.WEAVIATE),
    scope="documents",
)

sentence_parts: Parts = each
