"""What may be asked of the tags on documents."""

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from commands.dto_base import DTO, Id, Ids

MAX_CHANGES = 100_000


class TagLink(DTO):
    """Put a tag on a document."""

    source_document_id: Id
    tag_id: Id

    @property
    def tag_ids(self) -> Sequence[int]:
        return (self.tag_id,)


class TagUnlink(TagLink):
    """Take a tag off a document."""


class SourceDocumentTagMultiLink(DTO):
    """Every one of these documents with every one of these tags."""

    source_document_ids: Ids
    tag_ids: Ids

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        _bounded(len(self.source_document_ids) * len(self.tag_ids))
        return self

    def pairs(self) -> Iterator[tuple[int, int]]:
        return _pairs(self.source_document_ids, self.tag_ids)


class SourceDocumentTagLinks(DTO):
    """The tags that a document has from now on, and no others."""

    structural: ClassVar[bool] = True

    source_document_id: Id
    tag_ids: Ids


class SourceDocumentTagUpdate(DTO):
    """Tags to take off and tags to put on each of these documents."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sdoc_ids": [17], "unlink_tag_ids": [4], "link_tag_ids": [5, 6]}]}
    )

    sdoc_ids: Ids
    unlink_tag_ids: Ids
    link_tag_ids: Ids

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if not set(self.unlink_tag_ids).isdisjoint(self.link_tag_ids):
            raise PydanticCustomError("contradiction", "A tag cannot be linked and unlinked at once")
        _bounded(len(self.sdoc_ids) * (len(self.unlink_tag_ids) + len(self.link_tag_ids)))
        return self

    def unlinks(self) -> Iterator[tuple[int, int]]:
        return _pairs(self.sdoc_ids, self.unlink_tag_ids)

    def links(self) -> Iterator[tuple[int, int]]:
        return _pairs(self.sdoc_ids, self.link_tag_ids)


class TagCountQuery(DTO):
    sdoc_ids: Ids
    class_ids: Ids = Field(description="The tags to count")


def _pairs(sdoc_ids: Sequence[int], tag_ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((sdoc_id, tag_id) for sdoc_id in sdoc_ids for tag_id in tag_ids)


def _bounded(changes: int) -> None:
    if changes > MAX_CHANGES:
        raise PydanticCustomError(
            "too_many_changes", "At most {limit} changes in one request", {"limit": MAX_CHANGES, "asked": changes}
        )


def _bounded_sets(documents: list[SourceDocumentTagLinks]) -> list[SourceDocumentTagLinks]:
    _bounded(sum(len(one.tag_ids) for one in documents))
    return documents


TagSets = Annotated[list[SourceDocumentTagLinks], Field(max_length=MAX_CHANGES), AfterValidator(_bounded_sets)]
TagLinkCommand = TagLink | TagUnlink | SourceDocumentTagLinks
