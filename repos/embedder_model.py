"""Which model makes our vectors: known from the settings, without asking it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from configs.schema import EmbedderConfig

BUILT_IN_MODEL = "universal-sentence-encoder-multilingual-3"
BUILT_IN_DIMENSIONS = 512
URGENT = "u=0"
"""The header `Priority` (RFC 9218) of what a reader waits for; others are free to ignore it."""


@dataclass(frozen=True, slots=True)
class EmbedderModel:
    """Vectors can be compared if both are the same: its name, with all that changes what it makes of a text."""

    name: str
    dimensions: int


def embedder_model(config: EmbedderConfig) -> EmbedderModel:
    if config.url is None or config.model is None:
        return EmbedderModel(BUILT_IN_MODEL, BUILT_IN_DIMENSIONS)
    name = f"{config.model} after {config.prefix!r}" if config.prefix else config.model
    return EmbedderModel(name, config.dimensions)


@dataclass(frozen=True, slots=True)
class Untakable:
    """Why the embedder makes no vector of a text."""

    reason: str


Embedding: TypeAlias = bytes | Untakable
"""A packed vector, unless there is none."""


class Embeds(Protocol):
    """Whoever makes vectors of texts, in their order. Raises `Unavailable`."""

    def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """Of many."""

    def embed_now(self, texts: Sequence[str]) -> list[Embedding]:
        """Of a few, for somebody who waits."""

    def close(self) -> None: ...
