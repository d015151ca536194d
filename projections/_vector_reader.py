"""What readers ask of a read model of vectors, on whatever backend it is."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from repos._obstacle import Unusable
from repos.embedder_model import EmbedderModel


class OtherModel(Unusable):
    """The vectors were made by another model than the one that is set, so they have to be rebuilt, or the settings
    changed back:"""

    def __init__(self, there: EmbedderModel, set_: EmbedderModel) -> None:
        super().__init__(f"{_told(there)} there, {_told(set_)} set")


def _told(model: EmbedderModel) -> str:
    return f"{model.name} with {model.dimensions} dimensions"


class Hit(NamedTuple):
    """A part of a document (a sentence, or 0 for the whole) and its cosine with what was asked, from -1 to 1."""

    sdoc_id: int
    part: int
    text_version: int
    score: float


class VectorReader(Protocol):
    """A place that can be asked. Raises `Unavailable` if the backend cannot be reached or is too busy."""

    def nearest(
        self, project_id: int, vector: bytes, top_k: int, threshold: float = -1.0, among: Sequence[int] | None = None
    ) -> list[Hit]:
        """The parts of the project that are most alike, with this score at least, the best first.

        `among`: the only documents that count, any number of them; none means that there are no hits.
        What has the same score is in the order of its ids.
        """

    def vector(self, project_id: int, sdoc_id: int, part: int = 0) -> bytes | None:
        """The packed vector of a part, if there is one."""
