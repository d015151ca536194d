"""How often each word stands in each document."""

from projections import INLINE
from projections._model import Model

WORD_FREQUENCY = Model("word_frequency", {"sdoc": INLINE["sdoc"]}, scope="documents")
