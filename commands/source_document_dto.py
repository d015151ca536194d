"""What may be asked of source documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

from pydantic import Field

from commands.dto_base import DTO, Id, Name, UpdateDTOBase
from events._event import Scope
from events._words import DocTypeName


class DocType(str, Enum):
    text = "text"
    image = "image"
    video = "video"
    audio = "audio"


class SourceDocumentUpdate(UpdateDTOBase):
    name: Name | None = Field(default=None, examples=["Interview with a baker"])
    folder_id: Id | None = Field(default=None, description="The folder to move it into")


class SourceDocumentDelete(DTO):
    """Remove the document with its annotations, memos, tags and metadata."""

    structural: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document whose source is stored already; `metadata` are values by the key of their definition."""

    sdoc_id: int
    filename: str
    media_type: str
    source_sha256: str
    source_length: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    doctype: DocTypeName = "text"


@dataclass(frozen=True, slots=True)
class NewFile:
    """An uploaded file, and what is made of it."""

    folder_id: int
    filename: str
    documents: Sequence[NewDocument]


@dataclass(frozen=True)
class DocumentsUpload:
    """Take in all files whose names are free; with `rename`, the others under new names.

    `parent_id` is the folder they go into; `definition_ids` are for metadata that is not defined yet.
    """

    creates: ClassVar[bool] = True
    depends_on: ClassVar[tuple[Scope, ...]] = ()
    structural: ClassVar[bool] = False

    files: Sequence[NewFile]
    rename: bool = False
    parent_id: int | None = None
    definition_ids: Mapping[str, int] = field(default_factory=dict)
