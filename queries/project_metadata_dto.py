"""What readers see of a metadata definition."""

from pydantic import Field

from events._words import DocTypeName, MetaTypeName
from queries.dto_base import Entity


class ProjectMetadataRead(Entity):
    key: str = Field(examples=["author"])
    metatype: MetaTypeName
    doctype: DocTypeName
    description: str
    read_only: bool
    project_id: int
