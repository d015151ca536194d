"""Queries to texts in addresses."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from commands.dto_base import storable
from systems.text_query_system import MAX_LENGTH

QueryText = Annotated[str, StringConstraints(max_length=MAX_LENGTH), AfterValidator(storable)]
