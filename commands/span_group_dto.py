"""What may be asked of span groups."""

from typing import ClassVar

from pydantic import Field

from commands.dto_base import DTO, Id, Name, UpdateDTOBase


class SpanGroupCreate(DTO):
    creates: ClassVar[bool] = True

    name: Name = Field(examples=["The harbour master"])
    sdoc_id: Id


class SpanGroupUpdate(UpdateDTOBase):
    name: Name | None = Field(default=None, examples=["The harbour master and his wife"])


class SpanGroupDelete(DTO):
    """Dissolve the group; its spans stay."""


class SpanGroupAdd(DTO):
    """Put a span into a group."""


class SpanGroupRemove(DTO):
    """Take a span out of a group."""
