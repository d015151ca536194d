"""The vectors of sentences, to find those that mean alike."""

from projections import INLINE
from projections._model import Backend, Model
from projections._vector_model import Parts, each

SENTENCE_VECTOR = Model(
    "sentence_vector",
    {"sdoc": INLINE["sdoc"]},
    backends=(Backend.POSTGRES, Backend.WEAVIATE),
    scope="documents",
    # Readers find the first of many documents while the next ones are still being embedded.
    batch=100,
)

sentence_parts: Parts = each
