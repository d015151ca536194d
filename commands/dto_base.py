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
_AROUND = re.compile("^[\\s\u200b\u2060\ufeff]+|[\\s\u200b\u2060\ufeff]+$")
_INVISIBLE = {"Cf", "Zs", "Zl", "Zp"}


def storable(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul_character", "Text may not contain the NUL character")
    if not text.isascii() and _SURROGATE.search(text):
        raise PydanticCustomError("lone_surrogate", "Text may not contain half of a surrogate pair")
    return text


def _named(name: str) -> str:
    name = _AROUND.sub("", unicodedata.normalize("NFC", name))
    kinds = {unicodedata.category(character) for character in name}
    if kinds <= _INVISIBLE:
        raise PydanticCustomError("blank", "A name needs at least one visible character")
    if "Cc" in kinds:
        raise PydanticCustomError("control_character", "A name may not contain control characters")
    return name


Id = Annotated[int, Field(strict=True, ge=1, le=MAX_ID)]
Ids = Annotated[list[Id], Field(max_length=MAX_ITEMS)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT), AfterValidator(storable)]
Name = Annotated[str, StringConstraints(max_length=MAX_NAME), AfterValidator(storable), AfterValidator(_named)]
Offset = Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)]
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

    model_config = ConfigDict(frozen=True, use_enum_values=True, strict=True)

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
