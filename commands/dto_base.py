"""What all bodies of requests have in common: strict fields, and text that every store can hold."""

import re
import unicodedata
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from events._event import Scope

MAX_ID = 2**53 - 1
MAX_NAME = 500
MAX_TEXT = 1_000_000
MAX_ITEMS = 100_000
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def storable(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul_character", "Text may not contain the NUL character")
    if not text.isascii() and _SURROGATE.search(text):
        raise PydanticCustomError("lone_surrogate", "Text may not contain half of a surrogate pair")
    return text


def _named(name: str) -> str:
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise PydanticCustomError("blank", "A name needs at least one visible character")
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise PydanticCustomError("control_character", "A name may not contain control characters")
    return name


Id = Annotated[int, Field(ge=1, le=MAX_ID)]
Text = Annotated[str, AfterValidator(storable), StringConstraints(max_length=MAX_TEXT)]
Name = Annotated[str, AfterValidator(storable), StringConstraints(max_length=MAX_NAME), AfterValidator(_named)]
Offset = Annotated[int, Field(ge=0, le=2**31 - 1)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$", examples=["#1f77b4"])]


def name_key(name: str) -> str:
    """What two names are compared by; stored in the fact, because databases fold case differently."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class DTO(BaseModel):
    """A body or a part of one, and so a command.

    `creates`: it begins an entity. `depends_on`: the scopes in which nothing may happen between
    reading and appending. `structural`: it removes or moves what others point to, and so locks the
    head before it reads.
    """

    model_config = ConfigDict(frozen=True, use_enum_values=True)

    creates: ClassVar[bool] = False
    depends_on: ClassVar[tuple[Scope, ...]] = ()
    structural: ClassVar[bool] = False


class UpdateDTOBase(DTO):
    """A change of some fields: at least one must be there, and null only where the field may be empty."""

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None or name in cls._nullable()}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("empty_update", "At least one field must be set")
        return self

    @classmethod
    def _nullable(cls) -> frozenset[str]:
        """The fields that null empties; elsewhere null is as good as absent."""
        return frozenset()
