"""Numbers in addresses: digits, and nothing else that could be taken for a number."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from commands.dto_base import MAX_ID

_DIGITS = re.compile(r"-?[0-9]{1,19}")


def _digits(value: object) -> object:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise PydanticCustomError("int_parsing", "A number in an address has digits only, at most 19 of them")
    return value


Whole = Annotated[int, BeforeValidator(_digits)]
Id = Annotated[Whole, Field(ge=1, le=MAX_ID)]
