"""The facts of a metadata definition: which property the documents of a kind have, and of which type."""

from typing import ClassVar, Literal

from events._event import Event
from events._words import DocTypeName, MetaTypeName


class ProjectMetadataCreated(Event):
    """Values of a `read_only` definition come from the server alone."""

    begins: ClassVar[bool] = True
    type: Literal["projmeta.created"] = "projmeta.created"
    key: str
    name_key: str
    metatype: MetaTypeName
    doctype: DocTypeName
    description: str
    read_only: bool


class ProjectMetadataRenamed(Event):
    type: Literal["projmeta.renamed"] = "projmeta.renamed"
    key: str
    name_key: str
    was: str


class ProjectMetadataRetyped(Event):
    type: Literal["projmeta.retyped"] = "projmeta.retyped"
    metatype: MetaTypeName
    was: MetaTypeName


class ProjectMetadataDescribed(Event):
    type: Literal["projmeta.described"] = "projmeta.described"
    description: str
    was: str


class ProjectMetadataDeleted(Event):
    type: Literal["projmeta.deleted"] = "projmeta.deleted"
    key: str
    doctype: DocTypeName


ProjectMetadataEvent = (
    ProjectMetadataCreated
    | ProjectMetadataRenamed
    | ProjectMetadataRetyped
    | ProjectMetadataDescribed
    | ProjectMetadataDeleted
)
