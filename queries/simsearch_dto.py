"""Asking for what is alike, and what is found."""

from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from commands.dto_base import DTO, Id, Offset, storable
from queries import table_search_dto as tables
from queries.dto_base import ReadDTO

SdocFilter: TypeAlias = tables.SdocFilter

MAX_TEXT = 2_000
MAX_TEXTS = 20
MAX_HITS = 1_000


def _visible(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "A question needs a visible character")
    return text


Words = Annotated[
    str, StringConstraints(max_length=MAX_TEXT), AfterValidator(storable), AfterValidator(_visible), Tag("text")
]


class SentenceOf(DTO):
    """A sentence of a document; sentences are counted from 0."""

    sdoc_id: Id
    sentence_id: Offset


def _kind(value: Any) -> str | None:
    match value:
        case str():
            return "text"
        case list():
            return "texts"
        case bool():
            return None
        case int():
            return "document"
        case dict() | SentenceOf():
            return "sentence"
        case _:
            return None


Asking: TypeAlias = str | list[str] | int | SentenceOf
"""A text, several texts, a document, a sentence."""

Question = Annotated[
    Words
    | Annotated[list[Words], Field(min_length=1, max_length=MAX_TEXTS), Tag("texts")]
    | Annotated[Id, Tag("document")]
    | Annotated[SentenceOf, Tag("sentence")],
    Discriminator(
        _kind,
        custom_error_type="question",
        custom_error_message="A question is a text, a list of texts, the id of a document, or a sentence of one",
    ),
    Field(
        description="A text; several texts, to find what is like any of them; the id of a document, "
        "to find what is like it as a whole; or a sentence. What is asked about is never among the hits",
        examples=["It was a lazy afternoon."],
    ),
]


class SimSearchSentenceHit(ReadDTO):
    sdoc_id: int
    sentence_id: int
    score: float = Field(description="The cosine of the angle between the meanings, from -1 to 1", examples=[0.81])


class SimSearchDocumentHit(ReadDTO):
    sdoc_id: int
    score: float = Field(description="The cosine of the angle between the meanings, from -1 to 1", examples=[0.81])
